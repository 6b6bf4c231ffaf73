// SPDX-License-Identifier: Apache-2.0
#include "gen/netlist/expression.h"

#include "sw/base/error.h"

namespace vqrom::netlist {
namespace {

constexpr char kNumber = '0';
constexpr char kName = 'n';

constexpr int kSum = 1;
constexpr int kProduct = 2;

int precedence(char operation) {
  return operation == '+' || operation == '-' ? kSum : kProduct;
}

}  // namespace

struct Expression::Node {
  char operation = kNumber;  // kNumber, kName, or one of + - * /
  std::int64_t value = 0;
  std::string name;
  std::shared_ptr<const Node> left;
  std::shared_ptr<const Node> right;
};

Expression::Expression(std::int64_t value)
    : node_(std::make_shared<const Node>(Node{kNumber, value, "", nullptr, nullptr})) {}

Expression::Expression(int value) : Expression(std::int64_t{value}) {}

Expression Expression::combine(char operation, const Expression& a, const Expression& b) {
  // Numbers fold at once, so that 4 - 1 prints as 3; so do the neutral elements.
  if (a.is_constant() && b.is_constant()) {
    const auto node = std::make_shared<const Node>(Node{operation, 0, "", a.node_, b.node_});
    return Expression(node).evaluate({});
  }
  const auto is = [](const Expression& e, std::int64_t value) {
    return e.node_->operation == kNumber && e.node_->value == value;
  };
  if (precedence(operation) == kSum && is(b, 0)) return a;
  if (operation == '+' && is(a, 0)) return b;
  if (precedence(operation) == kProduct && is(b, 1)) return a;
  if (operation == '*' && is(a, 1)) return b;
  if (operation == '*' && (is(a, 0) || is(b, 0))) return 0;
  if (precedence(operation) == kSum && b.is_constant() && precedence(a.node_->operation) == kSum &&
      a.node_->right != nullptr && a.node_->right->operation == kNumber) {
    // (x + 2) - 1 becomes x + 1.
    const auto signed_value = [](char sign, std::int64_t value) {
      return sign == '-' ? -value : value;
    };
    const std::int64_t sum = signed_value(a.node_->operation, a.node_->right->value) +
                             signed_value(operation, b.node_->value);
    const Expression rest(a.node_->left);
    return sum < 0 ? rest - Expression(-sum) : rest + Expression(sum);
  }
  return Expression(std::make_shared<const Node>(Node{operation, 0, "", a.node_, b.node_}));
}

Expression param(std::string_view name) {
  return Expression(std::make_shared<const Expression::Node>(
      Expression::Node{kName, 0, std::string(name), nullptr, nullptr}));
}

Expression operator+(const Expression& a, const Expression& b) {
  return Expression::combine('+', a, b);
}
Expression operator-(const Expression& a, const Expression& b) {
  return Expression::combine('-', a, b);
}
Expression operator*(const Expression& a, const Expression& b) {
  return Expression::combine('*', a, b);
}
Expression operator/(const Expression& a, const Expression& b) {
  return Expression::combine('/', a, b);
}

bool Expression::is_constant() const {
  return node_->operation == kNumber;
}

void Expression::collect_names(std::set<std::string>& names) const {
  if (node_->operation == kName) names.insert(node_->name);
  for (const auto& side : {node_->left, node_->right}) {
    if (side != nullptr) Expression(side).collect_names(names);
  }
}

std::int64_t Expression::evaluate(const Values& values) const {
  if (node_->operation == kNumber) return node_->value;
  if (node_->operation == kName) {
    const auto found = values.find(node_->name);
    VQROM_CHECK(found != values.end(), "no parameter {}", node_->name);
    return found->second;
  }
  const std::int64_t a = Expression(node_->left).evaluate(values);
  const std::int64_t b = Expression(node_->right).evaluate(values);
  if (node_->operation == '+') return a + b;
  if (node_->operation == '-') return a - b;
  if (node_->operation == '*') return a * b;
  VQROM_CHECK(b != 0, "division by zero in {}", text());
  return a / b;
}

std::string Expression::text() const {
  return print(*node_, 0);
}

std::string Expression::print(const Node& node, int around) {
  if (node.operation == kNumber) return fmt::format("{}", node.value);
  if (node.operation == kName) return node.name;
  const int own = precedence(node.operation);
  const int right = node.operation == '+' ? own : own + 1;  // a - (b - c), a*(b/c)
  const std::string_view blank = own == kSum ? " " : "";    // ROWS*8 - 1
  const std::string text = fmt::format("{}{}{}{}{}", print(*node.left, own), blank, node.operation,
                                       blank, print(*node.right, right));
  return own < around ? "(" + text + ")" : text;
}

}  // namespace vqrom::netlist
