// SPDX-License-Identifier: Apache-2.0
// expression — integer arithmetic over named parameters, evaluated here and printed as Verilog.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace vqrom::netlist {

// Parameter values by name.
using Values = std::map<std::string, std::int64_t, std::less<>>;

// A value: a number, a parameter's name, or a sum, difference, product or quotient (rounded down;
// operands are never negative) of two expressions.
class Expression {
 public:
  Expression(int value);  // NOLINT(google-explicit-constructor): 8 * param("ROWS") reads as it is
  Expression(std::int64_t value);  // NOLINT(google-explicit-constructor)

  // Every name must be among `values`; a division by zero aborts.
  [[nodiscard]] std::int64_t evaluate(const Values& values) const;
  // Verilog, with the fewest parentheses: "ROWS*8", "(A + B)*C".
  [[nodiscard]] std::string text() const;
  // Whether it is a number and names no parameter.
  [[nodiscard]] bool is_constant() const;
  // Adds the names that occur to `names`.
  void collect_names(std::set<std::string>& names) const;

  friend Expression param(std::string_view name);
  friend Expression operator+(const Expression& a, const Expression& b);
  friend Expression operator-(const Expression& a, const Expression& b);
  friend Expression operator*(const Expression& a, const Expression& b);
  friend Expression operator/(const Expression& a, const Expression& b);

 private:
  struct Node;
  explicit Expression(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  static Expression combine(char operation, const Expression& a, const Expression& b);
  static std::string print(const Node& node, int around);

  std::shared_ptr<const Node> node_;
};

// The parameter of that name.
[[nodiscard]] Expression param(std::string_view name);
[[nodiscard]] Expression operator+(const Expression& a, const Expression& b);
[[nodiscard]] Expression operator-(const Expression& a, const Expression& b);
[[nodiscard]] Expression operator*(const Expression& a, const Expression& b);
[[nodiscard]] Expression operator/(const Expression& a, const Expression& b);

}  // namespace vqrom::netlist
