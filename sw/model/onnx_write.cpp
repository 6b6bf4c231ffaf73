// SPDX-License-Identifier: Apache-2.0
#include "sw/model/onnx_write.h"

#include <bit>
#include <cmath>
#include <set>
#include <span>
#include <type_traits>

#include <onnx/onnx_pb.h>

#include "sw/base/error.h"

namespace vqrom::model {
namespace {

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

constexpr int kIrVersion = 7;
constexpr int kOpset = 13;

void describe(onnx::ValueInfoProto& info, const std::string& name, const Shape& shape) {
  info.set_name(name);
  auto* type = info.mutable_type()->mutable_tensor_type();
  type->set_elem_type(onnx::TensorProto::FLOAT);
  for (const std::int64_t extent : shape) type->mutable_shape()->add_dim()->set_dim_value(extent);
}

void set_ints(onnx::NodeProto& node, const std::string& name,
              std::span<const std::int64_t> values) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute->add_ints(value);
}

void set_real(onnx::NodeProto& node, const std::string& name, float value) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::FLOAT);
  attribute->set_f(value);
}

void set_int(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::INT);
  attribute->set_i(value);
}

class Writer {
 public:
  explicit Writer(const Model& model) : model_(model) {
    proto_.set_ir_version(kIrVersion);
    proto_.set_producer_name("vqrom");
    auto* opset = proto_.add_opset_import();
    opset->set_domain("");
    opset->set_version(kOpset);
    graph_ = proto_.mutable_graph();
    graph_->set_name(model.name);
  }

  std::string bytes() {
    for (const Node& node : model_.nodes) {
      VQROM_CHECK(!node.name.empty() && names_.insert(node.name).second,
                  "node name '{}' is empty or not unique", node.name);
    }
    for (const Node& node : model_.nodes) {
      std::visit([&](const auto& op) { write(node, op); }, node.op);
    }
    const Node& output = node_at(model_.output);
    describe(*graph_->add_output(), output.name, output.shape);
    std::string bytes;
    VQROM_CHECK(proto_.SerializeToString(&bytes), "the model is too large for protobuf");
    return bytes;
  }

 private:
  [[nodiscard]] const Node& node_at(int index) const {
    return model_.nodes.at(static_cast<std::size_t>(index));
  }

  // <node>.<what>, which may happen to be the name of another node.
  std::string derived_name(const std::string& node, const std::string& what) {
    std::string name = node + "." + what;
    while (!names_.insert(name).second) name += '_';
    return name;
  }

  // The tensor that a node makes has the node's name.
  onnx::NodeProto& add(const Node& node, const std::string& type) {
    onnx::NodeProto& proto = *graph_->add_node();
    proto.set_name(node.name);
    proto.set_op_type(type);
    for (const int input : node.inputs) proto.add_input(node_at(input).name);
    proto.add_output(node.name);
    return proto;
  }

  // Adds the initialiser <node>.<what> and makes it the node's next input.
  template <typename T>
  void add_constant(onnx::NodeProto& node, const std::string& what, const Shape& shape,
                    std::span<const T> values) {
    onnx::TensorProto& tensor = *graph_->add_initializer();
    tensor.set_name(derived_name(node.name(), what));
    tensor.set_data_type(std::is_same_v<T, float> ? onnx::TensorProto::FLOAT
                                                  : onnx::TensorProto::INT64);
    for (const std::int64_t extent : shape) tensor.add_dims(extent);
    tensor.set_raw_data(values.data(), values.size_bytes());
    node.add_input(tensor.name());
  }

  void add_ints_constant(onnx::NodeProto& node, const std::string& what,
                         std::span<const std::int64_t> values) {
    add_constant(node, what, {std::ssize(values)}, values);
  }

  void add_clip(onnx::NodeProto& proto, const Activation& activation) {
    const auto bound = [&](const std::string& what, float value) {
      if (std::isinf(value)) {
        proto.add_input("");
      } else {
        add_constant(proto, what, {}, std::span<const float>(&value, 1));
      }
    };
    bound("min", activation.low);
    bound("max", activation.high);
  }

  // Lets `producer` make an intermediate tensor, and a Relu or Clip the node's own.
  void add_activation(onnx::NodeProto& producer, const Node& node, const Activation& activation) {
    if (activation == Activation{}) return;
    const bool relu = activation.low == 0.0F && std::isinf(activation.high);
    producer.set_output(0, derived_name(node.name, "linear"));
    onnx::NodeProto& proto = *graph_->add_node();
    proto.set_name(node.name + (relu ? ".relu" : ".clip"));
    proto.set_op_type(relu ? "Relu" : "Clip");
    proto.add_input(producer.output(0));
    if (!relu) add_clip(proto, activation);
    proto.add_output(node.name);
  }

  static void set_window(onnx::NodeProto& proto, const Window& window) {
    set_ints(proto, "kernel_shape", window.kernel);
    set_ints(proto, "strides", window.stride);
    set_ints(proto, "pads", window.pads);
  }

  void write(const Node& node, const Input&) {
    describe(*graph_->add_input(), node.name, node.shape);
  }

  void write(const Node& node, const Conv& op) {
    onnx::NodeProto& proto = add(node, "Conv");
    set_window(proto, op.window);
    set_ints(proto, "dilations", op.window.dilation);
    set_int(proto, "group", op.groups);
    const Shape shape{op.out_channels, op.in_channels / op.groups, op.window.kernel[0],
                      op.window.kernel[1]};
    add_constant<float>(proto, "weight", shape, op.weights);
    add_constant<float>(proto, "bias", {op.out_channels}, op.bias);
    add_activation(proto, node, op.activation);
  }

  void write(const Node& node, const Linear& op) {
    onnx::NodeProto& proto = add(node, "Gemm");
    set_int(proto, "transB", 1);
    add_constant<float>(proto, "weight", {op.out_features, op.in_features}, op.weights);
    add_constant<float>(proto, "bias", {op.out_features}, op.bias);
    add_activation(proto, node, op.activation);
  }

  void write(const Node& node, const Add& op) {
    add_activation(add(node, "Add"), node, op.activation);
  }

  void write(const Node& node, const Clamp& op) {
    const bool relu = op.activation.low == 0.0F && std::isinf(op.activation.high);
    onnx::NodeProto& proto = add(node, relu ? "Relu" : "Clip");
    if (!relu) add_clip(proto, op.activation);
  }

  void write(const Node& node, const MaxPool& op) {
    onnx::NodeProto& proto = add(node, "MaxPool");
    set_window(proto, op.window);
    set_ints(proto, "dilations", op.window.dilation);
  }

  void write(const Node& node, const AveragePool& op) {
    const Shape& in = node_at(node.inputs.at(0)).shape;
    Window whole;
    whole.kernel = {in.at(2), in.at(3)};
    if (op.window == whole && !op.count_include_pad) {
      add(node, "GlobalAveragePool");
      return;
    }
    VQROM_CHECK((op.window.dilation == std::array<std::int64_t, 2>{1, 1}),
                "node '{}': opset 13 has no dilated AveragePool", node.name);
    onnx::NodeProto& proto = add(node, "AveragePool");
    set_window(proto, op.window);
    set_int(proto, "count_include_pad", op.count_include_pad ? 1 : 0);
  }

  void write(const Node& node, const Concat& op) { set_int(add(node, "Concat"), "axis", op.axis); }

  void write(const Node& node, const Slice& op) {
    onnx::NodeProto& proto = add(node, "Slice");
    std::vector<std::int64_t> axes;
    for (std::int64_t axis = 0; axis < std::ssize(op.starts); ++axis) axes.push_back(axis);
    add_ints_constant(proto, "starts", op.starts);
    add_ints_constant(proto, "ends", op.ends);
    add_ints_constant(proto, "axes", axes);
    add_ints_constant(proto, "steps", op.steps);
  }

  void write(const Node& node, const Pad& op) {
    onnx::NodeProto& proto = add(node, "Pad");
    std::vector<std::int64_t> pads = op.before;
    pads.insert(pads.end(), op.after.begin(), op.after.end());
    add_ints_constant(proto, "pads", pads);
    add_constant(proto, "value", {}, std::span<const float>(&op.value, 1));
  }

  void write(const Node& node, const Reshape&) {
    if (node.shape.size() == 2) {
      set_int(add(node, "Flatten"), "axis", 1);
      return;
    }
    add_ints_constant(add(node, "Reshape"), "shape", node.shape);
  }

  void write(const Node& node, const Curve& op) {
    switch (op.kind) {
      case CurveKind::kSigmoid:
        add(node, "Sigmoid");
        return;
      case CurveKind::kTanh:
        add(node, "Tanh");
        return;
      case CurveKind::kLeakyRelu:
        return set_real(add(node, "LeakyRelu"), "alpha", op.alpha);
      case CurveKind::kElu:
        return set_real(add(node, "Elu"), "alpha", op.alpha);
      case CurveKind::kHardSigmoid:
        return set_hard(add(node, "HardSigmoid"), op);
      case CurveKind::kHardSwish:
        return set_hard(add_gated(node, "HardSigmoid"), op);
      case CurveKind::kSilu:
        add_gated(node, "Sigmoid");
        return;
    }
  }

  static void set_hard(onnx::NodeProto& proto, const Curve& op) {
    set_real(proto, "alpha", op.alpha);
    set_real(proto, "beta", op.beta);
  }

  // The node's input times its gate, a function that `type` names; returns the gate.
  onnx::NodeProto& add_gated(const Node& node, const std::string& type) {
    const std::string gate = derived_name(node.name, "gate");
    onnx::NodeProto& proto = add(node, type);
    proto.set_name(gate);
    proto.set_output(0, gate);
    add(node, "Mul").add_input(gate);
    return proto;
  }

  void write(const Node& node, const Softmax&) { set_int(add(node, "Softmax"), "axis", -1); }

  const Model& model_;
  std::set<std::string> names_;
  onnx::ModelProto proto_;
  onnx::GraphProto* graph_ = nullptr;
};

}  // namespace

std::string onnx_bytes(const Model& model) {
  return Writer(model).bytes();
}

}  // namespace vqrom::model
