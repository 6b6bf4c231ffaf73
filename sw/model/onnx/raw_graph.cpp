// SPDX-License-Identifier: Apache-2.0
#include "sw/model/onnx/raw_graph.h"

#include <type_traits>

namespace vqrom::model {
namespace {

template <typename T>
constexpr std::string_view type_name() {
  if constexpr (std::is_same_v<T, std::int64_t>) return "an integer";
  if constexpr (std::is_same_v<T, float>) return "a number";
  if constexpr (std::is_same_v<T, std::string>) return "a text";
  if constexpr (std::is_same_v<T, Ints>) return "a list of integers";
  if constexpr (std::is_same_v<T, Constant>) return "a tensor";
}

template <typename T>
const T* find(const RawNode& node, std::string_view attribute) {
  const auto found = node.attributes.find(attribute);
  if (found == node.attributes.end()) return nullptr;
  const T* value = std::get_if<T>(&found->second);
  if (value == nullptr) {
    fail(node, "onnx.attribute", fmt::format("{} must be {}", attribute, type_name<T>()));
  }
  return value;
}

template <typename T>
std::optional<T> get(const RawNode& node, std::string_view attribute) {
  const T* value = find<T>(node, attribute);
  return value == nullptr ? std::nullopt : std::optional<T>(*value);
}

}  // namespace

std::optional<std::int64_t> RawNode::integer(std::string_view attribute) const {
  return get<std::int64_t>(*this, attribute);
}
std::optional<float> RawNode::real(std::string_view attribute) const {
  return get<float>(*this, attribute);
}
std::optional<std::string> RawNode::text(std::string_view attribute) const {
  return get<std::string>(*this, attribute);
}
std::optional<Ints> RawNode::integers(std::string_view attribute) const {
  return get<Ints>(*this, attribute);
}
const Constant* RawNode::tensor(std::string_view attribute) const {
  return find<Constant>(*this, attribute);
}

void fail(const RawNode& node, std::string code, std::string_view message) {
  throw base::UserError(std::move(code), "",
                        fmt::format("{} '{}': {}", node.op, node.name, message));
}

void rethrow_with_place(const base::UserError& error, std::string_view place) {
  base::Problems problems;
  for (const base::Problem& problem : error.problems()) {
    problems.add(problem.code, problem.place.empty() ? std::string(place) : problem.place,
                 problem.message);
  }
  throw base::UserError(problems.all());
}

}  // namespace vqrom::model
