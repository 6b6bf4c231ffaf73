// SPDX-License-Identifier: Apache-2.0
#include "gen/emit/columns.h"

#include <algorithm>

namespace vqrom::emit {

std::size_t text_columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;  // not a continuation byte
  }));
}

std::string padded(std::string_view text, std::size_t columns) {
  std::string result(text);
  const std::size_t used = text_columns(text);
  if (used < columns) result.append(columns - used, ' ');
  return result;
}

void Table::row(std::vector<std::string> cells, std::string comment) {
  rows_.push_back({std::move(cells), std::move(comment), false});
}

void Table::line(std::string text) {
  rows_.push_back({{std::move(text)}, "", true});
}

// Each row's cells in their columns, without the comment.
std::vector<std::string> Table::cell_texts() const {
  std::vector<std::size_t> widths;
  for (const Row& row : rows_) {
    if (row.is_line) continue;
    widths.resize(std::max(widths.size(), row.cells.size()));
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      widths[i] = std::max(widths[i], text_columns(row.cells[i]));
    }
  }
  std::vector<std::string> texts;
  for (const Row& row : rows_) {
    std::string text = indent_;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      text += row.is_line ? row.cells[i] : padded(row.cells[i], widths[i]);
      // A column that is empty in every row takes no room, not even its blank.
      if (!row.is_line && widths[i] > 0 && i + 1 < row.cells.size()) text += ' ';
    }
    text.erase(text.find_last_not_of(' ') + 1);
    texts.push_back(std::move(text));
  }
  return texts;
}

std::string Table::text() const {
  const std::vector<std::string> texts = cell_texts();
  std::string result;
  for (std::size_t begin = 0; begin < rows_.size();) {
    std::size_t end = begin;
    std::size_t column = 0;
    while (end < rows_.size() && !rows_[end].is_line) {
      column = std::max(column, text_columns(texts[end]));
      ++end;
    }
    for (std::size_t i = begin; i < end; ++i) {
      result += rows_[i].comment.empty() ? texts[i]
                                         : padded(texts[i], column) + "  // " + rows_[i].comment;
      result += '\n';
    }
    if (end < rows_.size()) result += texts[end] + '\n';
    begin = end + 1;
  }
  return result;
}

}  // namespace vqrom::emit
