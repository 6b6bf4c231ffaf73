// SPDX-License-Identifier: Apache-2.0
// columns — lines whose cells line up, as a careful hand would set them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vqrom::emit {

inline constexpr std::size_t kLineColumns = 100;

// Characters of UTF-8 text.
[[nodiscard]] std::size_t text_columns(std::string_view text);
// `text` with blanks up to `columns` characters.
[[nodiscard]] std::string padded(std::string_view text, std::size_t columns);

// Rows of cells, each column as wide as its widest cell, and a `// comment` behind, all comments in
// one column. Empty cells at the end take no room.
class Table {
 public:
  explicit Table(std::string indent) : indent_(std::move(indent)) {}

  void row(std::vector<std::string> cells, std::string comment = "");
  // A line that is no row; it does not take part in the alignment of cells, and comments line up
  // anew after it.
  void line(std::string text);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::string text() const;

 private:
  struct Row {
    std::vector<std::string> cells;
    std::string comment;
    bool is_line = false;
  };
  [[nodiscard]] std::vector<std::string> cell_texts() const;

  std::string indent_;
  std::vector<Row> rows_;
};

}  // namespace vqrom::emit
