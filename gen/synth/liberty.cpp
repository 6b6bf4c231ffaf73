// SPDX-License-Identifier: Apache-2.0
#include "gen/synth/liberty.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <set>

#include "gen/synth/liberty_function.h"
#include "sw/base/error.h"
#include "sw/base/file.h"

namespace vqrom::synth {
namespace {

using base::UserError;

const std::set<std::string, std::less<>> kStorageGroups = {"ff", "latch", "ff_bank", "latch_bank",
                                                           "statetable"};

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-' ||
         c == '+';
}

// Walks over statements `name (arguments) { ... }`, `name (arguments);` and `name : value;`, and
// keeps what a LibertyCell holds.
class Scanner {
 public:
  Scanner(std::string_view text, std::string_view place) : text_(text), place_(place) {}

  Liberty scan() {
    skip_blank();
    if (word() != "library") fail("does not begin with `library (...)`");
    skip_blank();
    if (peek() != '(') fail("does not begin with `library (...)`");
    Liberty liberty;
    liberty.library = arguments();
    open_group();
    while (const auto statement = next()) {
      if (!statement->group) continue;
      if (statement->name == "cell") {
        liberty.cells[statement->value] = cell();
      } else {
        skip_group();
      }
    }
    if (liberty.cells.empty()) fail("has no cells");
    return liberty;
  }

 private:
  struct Statement {
    std::string name;
    std::string value;   // attribute value or group arguments, without quotes
    bool group = false;  // its '{' has been taken
  };

  [[noreturn]] void fail(std::string_view what) const {
    const std::string_view before = text_.substr(0, std::min(at_, text_.size()));
    throw UserError("liberty.format", std::string(place_),
                    fmt::format("is not a Liberty file: line {} {}",
                                1 + std::count(before.begin(), before.end(), '\n'), what));
  }

  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  char take() {
    if (at_ >= text_.size()) fail("is the last one, and something is still open");
    return text_[at_++];
  }

  // Blanks, comments, line continuations and empty statements.
  void skip_blank() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (text_.substr(at_, 2) == "/*") {
        const std::size_t end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else if (text_.substr(at_, 2) == "//") {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (std::isspace(static_cast<unsigned char>(c)) != 0 || c == '\\' || c == ';') {
        ++at_;
      } else {
        return;
      }
    }
  }

  std::string word() {
    const std::size_t begin = at_;
    while (is_word(peek())) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  void quoted(std::string& into) {
    take();
    for (char c = take(); c != '"'; c = take()) into += c;
  }

  // The text between parentheses, without quotes and outer blanks.
  std::string arguments() {
    take();
    std::string result;
    while (peek() != ')') {
      if (peek() == '"') {
        quoted(result);
      } else {
        const char c = take();
        if (std::isspace(static_cast<unsigned char>(c)) == 0 && c != '\\') result += c;
      }
    }
    take();
    return result;
  }

  std::string attribute_value() {
    take();
    std::string result;
    while (true) {
      const char c = peek();
      if (c == '"') {
        quoted(result);
      } else if (c == ';' || c == '\n' || c == '}') {
        return result;
      } else if (std::isspace(static_cast<unsigned char>(take())) == 0) {
        result += c;
      }
    }
  }

  void open_group() {
    skip_blank();
    if (take() != '{') fail("has no '{' after a group's name");
  }

  // The group's next statement, or nothing at its closing brace, which is taken.
  std::optional<Statement> next() {
    skip_blank();
    if (at_ >= text_.size()) fail("is the last one, and something is still open");
    if (peek() == '}') {
      ++at_;
      return std::nullopt;
    }
    Statement statement;
    statement.name = word();
    skip_blank();
    if (statement.name.empty()) fail("has a character that begins no statement");
    if (peek() == ':') {
      statement.value = attribute_value();
    } else if (peek() == '(') {
      statement.value = arguments();
      skip_blank();
      statement.group = peek() == '{';
      if (statement.group) ++at_;
    } else {
      fail(fmt::format("has neither ':' nor '(' after '{}'", statement.name));
    }
    return statement;
  }

  void skip_group() {
    for (int depth = 1; depth > 0;) {
      const char c = take();
      if (c == '"') {
        --at_;
        std::string ignored;
        quoted(ignored);
      } else if (c == '/' && (peek() == '*' || peek() == '/')) {
        --at_;
        skip_blank();
      } else if (c == '{') {
        ++depth;
      } else if (c == '}') {
        --depth;
      }
    }
  }

  void pin(LibertyCell& cell, const std::string& name) {
    std::string direction;
    while (const auto statement = next()) {
      if (statement->group) {
        skip_group();
      } else if (statement->name == "direction") {
        direction = statement->value;
      } else if (statement->name == "function") {
        cell.function = statement->value;
      }
    }
    if (direction == "input") cell.inputs.push_back(name);
    if (direction == "output") cell.outputs.push_back(name);
  }

  LibertyCell cell() {
    LibertyCell result;
    while (const auto statement = next()) {
      if (statement->group && statement->name == "pin") {
        pin(result, statement->value);
      } else if (statement->group) {
        result.storage = result.storage || kStorageGroups.contains(statement->name);
        skip_group();
      } else if (statement->name == "area") {
        const char* begin = statement->value.data();
        const char* end = begin + statement->value.size();
        const auto [stop, error] = std::from_chars(begin, end, result.area_um2);
        if (error != std::errc() || stop != end || !(result.area_um2 >= 0.0)) {
          fail(fmt::format("has the area '{}'", statement->value));
        }
      }
    }
    return result;
  }

  std::string_view text_;
  std::string_view place_;
  std::size_t at_ = 0;
};

}  // namespace

Liberty parse_liberty(std::string_view text, std::string_view place) {
  if (text.starts_with("\x1f\x8b")) {
    throw UserError("liberty.format", std::string(place),
                    "is compressed; unpack it first (gunzip)");
  }
  return Scanner(text, place).scan();
}

Liberty read_liberty(const std::filesystem::path& path) {
  return parse_liberty(base::read_file(path), path.string());
}

std::string find_nand2(const Liberty& liberty, std::string_view place) {
  const LibertyCell* best = nullptr;
  std::string name;
  for (const auto& [cell_name, cell] : liberty.cells) {
    const bool candidate =
        !cell.storage && cell.inputs.size() == 2 && cell.outputs.size() == 1 && cell.area_um2 > 0.0;
    if (!candidate || (best != nullptr && cell.area_um2 >= best->area_um2)) continue;
    if (truth_table(cell.function, cell.inputs) != "1110") continue;
    best = &cell;
    name = cell_name;
  }
  if (best == nullptr) {
    throw UserError("liberty.nand2", std::string(place),
                    fmt::format("none of the {} cells is a two-input NAND with an area; its area "
                                "is the gate equivalent",
                                liberty.cells.size()));
  }
  return name;
}

}  // namespace vqrom::synth
