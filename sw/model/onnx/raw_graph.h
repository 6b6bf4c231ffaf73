// SPDX-License-Identifier: Apache-2.0
// raw_graph — the live part of an ONNX graph as the file has it, without protobuf.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sw/base/error.h"
#include "sw/base/tensor.h"

namespace vqrom::model {

using base::Shape;
using Floats = std::vector<float>;
using Ints = std::vector<std::int64_t>;

// A tensor of the file: floating-point types become float, integer types and bool int64.
struct Constant {
  Shape shape;
  std::variant<Floats, Ints> values;

  [[nodiscard]] std::int64_t count() const { return base::element_count(shape); }
};

using Attribute = std::variant<std::int64_t, float, std::string, Ints, Floats, Constant>;

struct RawNode {
  std::string op;    // "Conv"; with its domain if that is not ONNX' own: "com.microsoft.FusedConv"
  std::string name;  // the first output's if the file has none; printable
  std::vector<std::string> inputs;   // tensors; "" is an optional input left out
  std::vector<std::string> outputs;  // likewise
  std::map<std::string, Attribute, std::less<>> attributes;

  // The attribute's value, or nothing if it is absent. Errors (place left to the caller):
  // onnx.attribute if it is of another type.
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view attribute) const;
  [[nodiscard]] std::optional<float> real(std::string_view attribute) const;
  [[nodiscard]] std::optional<std::string> text(std::string_view attribute) const;
  [[nodiscard]] std::optional<Ints> integers(std::string_view attribute) const;
  [[nodiscard]] const Constant* tensor(std::string_view attribute) const;

  [[nodiscard]] bool has_input(std::size_t index) const {
    return index < inputs.size() && !inputs[index].empty();
  }
};

// Throws UserError with the message "<op> '<node>': <message>"; the caller of a lowering adds the
// place.
[[noreturn]] void fail(const RawNode& node, std::string code, std::string_view message);

// Throws the problems again, with the place in those that have none.
[[noreturn]] void rethrow_with_place(const base::UserError& error, std::string_view place);

// More problems than this would help nobody.
inline constexpr std::size_t kMostProblems = 50;

// Nodes in topological order, each needed for the output; one variable input, one output.
struct RawGraph {
  std::int64_t opset = 0;
  std::string input;
  Shape input_shape;  // the batch extent is 1
  std::string output;
  std::vector<RawNode> nodes;
  std::map<std::string, Constant> constants;  // the initialisers that a node reads
};

// The operator set versions whose rules the lowerings know.
inline constexpr std::int64_t kOldestOpset = 7;
inline constexpr std::int64_t kNewestOpset = 18;

// Errors: onnx.format, onnx.opset, onnx.graph (cycle, missing tensor, more than one input or
// output), onnx.shape (dynamic input), onnx.tensor (type, size, external data).
[[nodiscard]] RawGraph read_raw_graph(std::string_view bytes, std::string_view place);

}  // namespace vqrom::model
