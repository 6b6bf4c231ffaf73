// SPDX-License-Identifier: Apache-2.0
#include "gen/synth/liberty_function.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "sw/base/error.h"

namespace vqrom::synth {
namespace {

constexpr std::size_t kMostInputs = 6;
constexpr std::size_t kLongestText = 1000;  // bounds the recursion

bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Recursive descent; a value is the truth table as bits, one for each input combination.
class Parser {
 public:
  Parser(std::string_view text, const std::vector<std::string>& inputs)
      : text_(text), inputs_(inputs) {}

  bool parse(std::uint64_t& table) {
    table = sum();
    skip();
    return good_ && at_ == text_.size();
  }

 private:
  void skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }
  char peek() {
    skip();
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  std::uint64_t sum() {
    std::uint64_t value = exclusive();
    while (peek() == '+' || peek() == '|') {
      ++at_;
      value |= exclusive();
    }
    return value;
  }

  std::uint64_t exclusive() {
    std::uint64_t value = product();
    while (peek() == '^') {
      ++at_;
      value ^= product();
    }
    return value;
  }

  std::uint64_t product() {
    std::uint64_t value = factor();
    while (good_) {
      const char c = peek();
      if (c == '*' || c == '&') {
        ++at_;
      } else if (c != '!' && c != '(' && !is_name(c)) {
        return value;
      }
      value &= factor();
    }
    return value;
  }

  std::uint64_t factor() {
    std::uint64_t value = 0;
    if (peek() == '!') {
      ++at_;
      value = ~factor();
    } else if (peek() == '(') {
      ++at_;
      value = sum();
      good_ = good_ && peek() == ')';
      ++at_;
    } else {
      value = operand();
    }
    while (good_ && peek() == '\'') {
      ++at_;
      value = ~value;
    }
    return value;
  }

  std::uint64_t operand() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    if (name == "0") return 0;
    if (name == "1") return ~std::uint64_t{0};
    const auto found = std::find(inputs_.begin(), inputs_.end(), name);
    if (found == inputs_.end()) {
      good_ = false;
      return 0;
    }
    const auto input = static_cast<std::size_t>(found - inputs_.begin());
    std::uint64_t table = 0;
    for (std::size_t row = 0; row < 64; ++row) {
      if ((row >> input & 1U) != 0) table |= std::uint64_t{1} << row;
    }
    return table;
  }

  std::string_view text_;
  const std::vector<std::string>& inputs_;
  std::size_t at_ = 0;
  bool good_ = true;
};

}  // namespace

std::string truth_table(std::string_view function, const std::vector<std::string>& inputs) {
  VQROM_CHECK(inputs.size() <= kMostInputs, "{} inputs", inputs.size());
  std::uint64_t table = 0;
  if (function.size() > kLongestText || !Parser(function, inputs).parse(table)) return "";
  std::string text;
  for (std::size_t row = 0; row < (std::size_t{1} << inputs.size()); ++row) {
    text += (table >> row & 1U) != 0 ? '1' : '0';
  }
  return text;
}

}  // namespace vqrom::synth
