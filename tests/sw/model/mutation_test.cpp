// SPDX-License-Identifier: Apache-2.0
// mutation_test — damaged ONNX files give an error or a sound model, never a crash.
#include <gtest/gtest.h>

#include "sw/base/error.h"
#include "sw/base/random.h"
#include "sw/model/float_evaluator.h"
#include "sw/model/import.h"
#include "sw/model/onnx_write.h"
#include "tests/sw/model/onnx_net.h"
#include "tests/sw/model/sample_models.h"

namespace vqrom::model {
namespace {

// A channel-last network with what exporters write and onnx_write does not: transposes, computed
// shapes, normalisation, automatic padding. The output is "y".
OnnxNet exported_net() {
  OnnxNet net({1, 6, 6, 2});
  net.floats("w", {4, 2, 3, 3}, numbers(72, 1));
  for (const char* name : {"gamma", "beta", "mean", "var"}) net.floats(name, {4}, {1, 2, 3, 4});
  net.floats("p", {4, 6}, numbers(24, 2));
  net.floats("bias", {6}, numbers(6, 3));
  net.floats("six", {}, {6.0F});
  net.ints("axes", {1, 2});
  net.ints("index", {0});
  net.ints("minus_one", {-1});
  net.ints("column", {2});
  net.floats("g", {54, 5}, numbers(270, 4));
  net.node("Transpose", {"x"}, "t0").integers("perm", {0, 3, 1, 2});
  net.node("Conv", {"t0", "w"}, "c").text("auto_pad", "SAME_UPPER").integers("strides", {2, 2});
  net.node("BatchNormalization", {"c", "gamma", "beta", "mean", "var"}, "n");
  net.node("Clip", {"n", "", "six"}, "l");
  net.node("Transpose", {"l"}, "t1").integers("perm", {0, 2, 3, 1});
  net.node("MatMul", {"t1", "p"}, "m");
  net.node("Add", {"m", "bias"}, "a");
  net.node("ReduceMean", {"a"}, "r").integers("axes", {1, 2}).integer("keepdims", 1);
  net.node("Squeeze", {"r", "axes"}, "q");
  net.node("Unsqueeze", {"q", "column"}, "u");
  net.node("Shape", {"a"}, "s");
  net.node("Gather", {"s", "index"}, "first").integer("axis", 0);
  net.node("Concat", {"first", "minus_one"}, "target").integer("axis", 0);
  net.node("Reshape", {"a", "target"}, "f");
  net.node("Gemm", {"f", "g"}, "h").real("alpha", 0.5F).integer("transB", 0);
  net.node("Reshape", {"u", "target"}, "v");
  net.node("Concat", {"h", "v"}, "j").integer("axis", 1);
  net.node("Softmax", {"j"}, "y");
  return net;
}

std::vector<std::string> sound_files() {
  return {onnx_bytes(every_operator()), exported_net().bytes("y")};
}

// A model that was accepted must be sound: it can be written, and run if it is small.
void check_sound(const Model& model) {
  (void)onnx_bytes(model);
  std::int64_t work = 0;
  for (const Node& node : model.nodes) {
    work += base::element_count(node.shape) + mac_count(node);
    if (work > 1'000'000) return;
  }
  const Node& input = model.nodes[static_cast<std::size_t>(model.input)];
  const Node& output = model.nodes[static_cast<std::size_t>(model.output)];
  const std::vector<float> values =
      FloatEvaluator(model).run(numbers(base::element_count(input.shape), 1));
  EXPECT_EQ(std::ssize(values), base::element_count(output.shape));
}

// Whether the bytes were accepted.
bool try_parse(const std::string& bytes) {
  try {
    check_sound(parse_onnx(bytes, "damaged.onnx"));
    return true;
  } catch (const base::UserError& error) {
    EXPECT_FALSE(error.problems().empty());
    for (const base::Problem& problem : error.problems()) {
      EXPECT_EQ(problem.place, "damaged.onnx") << problem.message;
    }
    return false;
  }
}

TEST(DamagedOnnx, IsMadeFromSoundFiles) {
  for (const std::string& bytes : sound_files()) EXPECT_TRUE(try_parse(bytes));
}

TEST(DamagedOnnx, TruncatedAnywhereIsRefused) {
  for (const std::string& bytes : sound_files()) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(try_parse(bytes.substr(0, size))) << size << " of " << bytes.size();
    }
  }
}

TEST(DamagedOnnx, WithRandomBytesChangedNeverCrashes) {
  constexpr std::uint64_t kSeed = 20240501;
  base::Random random(kSeed);
  SCOPED_TRACE(fmt::format("seed {}", kSeed));
  for (const std::string& bytes : sound_files()) {
    int accepted = 0;
    constexpr int kTrials = 3000;
    for (int trial = 0; trial < kTrials; ++trial) {
      std::string damaged = bytes;
      const std::uint64_t changes = 1 + random.below(4);
      for (std::uint64_t i = 0; i < changes; ++i) {
        damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
      }
      if (try_parse(damaged)) ++accepted;
    }
    // Both outcomes are exercised: weights may change freely, the structure may not.
    EXPECT_GT(accepted, kTrials / 10);
    EXPECT_LT(accepted, kTrials * 9 / 10);
  }
}

// Replaces one number somewhere in the graph by an extreme one.
void change_one_number(onnx::GraphProto& graph, base::Random& random) {
  constexpr std::array<std::int64_t, 10> kExtremes = {0,
                                                      1,
                                                      -1,
                                                      2,
                                                      3,
                                                      1 << 20,
                                                      std::int64_t{1} << 31,
                                                      std::int64_t{1} << 62,
                                                      std::numeric_limits<std::int64_t>::max(),
                                                      std::numeric_limits<std::int64_t>::min()};
  const std::int64_t extreme = kExtremes[random.below(kExtremes.size())];
  const auto pick = [&](int count) {
    return static_cast<int>(random.below(static_cast<std::uint64_t>(count)));
  };
  switch (random.below(5)) {
    case 0: {  // an extent of the input
      auto* shape = graph.mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
      shape->mutable_dim(pick(shape->dim_size()))->set_dim_value(extreme);
      break;
    }
    case 1: {  // an extent of a constant
      auto* tensor = graph.mutable_initializer(pick(graph.initializer_size()));
      if (tensor->dims_size() > 0) tensor->set_dims(pick(tensor->dims_size()), extreme);
      break;
    }
    case 2: {  // an element of an integer constant
      auto* tensor = graph.mutable_initializer(pick(graph.initializer_size()));
      if (tensor->data_type() != onnx::TensorProto::INT64) break;
      const std::size_t count = tensor->raw_data().size() / sizeof(extreme);
      if (count == 0) {
        tensor->set_int64_data(pick(tensor->int64_data_size()), extreme);
        break;
      }
      std::memcpy(tensor->mutable_raw_data()->data() + random.below(count) * sizeof(extreme),
                  &extreme, sizeof(extreme));
      break;
    }
    case 3: {  // an attribute
      auto* node = graph.mutable_node(pick(graph.node_size()));
      if (node->attribute_size() == 0) break;
      auto* attribute = node->mutable_attribute(pick(node->attribute_size()));
      if (attribute->ints_size() > 0) {
        attribute->set_ints(pick(attribute->ints_size()), extreme);
      } else {
        attribute->set_i(extreme);
      }
      break;
    }
    default: {  // which tensor a node reads
      auto* node = graph.mutable_node(pick(graph.node_size()));
      const auto& other = graph.node(pick(graph.node_size()));
      node->set_input(pick(node->input_size()), other.input_size() > 0 && random.below(2) == 0
                                                    ? other.input(pick(other.input_size()))
                                                    : other.output(0));
    }
  }
}

TEST(DamagedOnnx, WithExtremeNumbersAndCrossedWiresNeverCrashes) {
  constexpr std::uint64_t kSeed = 7;
  base::Random random(kSeed);
  SCOPED_TRACE(fmt::format("seed {}", kSeed));
  for (const std::string& bytes : sound_files()) {
    onnx::ModelProto original;
    ASSERT_TRUE(original.ParseFromString(bytes));
    int accepted = 0;
    constexpr int kTrials = 4000;
    for (int trial = 0; trial < kTrials; ++trial) {
      onnx::ModelProto damaged = original;
      const std::uint64_t changes = 1 + random.below(3);
      for (std::uint64_t i = 0; i < changes; ++i) {
        change_one_number(*damaged.mutable_graph(), random);
      }
      if (try_parse(damaged.SerializeAsString())) ++accepted;
    }
    EXPECT_GT(accepted, kTrials / 50);
  }
}

TEST(DamagedOnnx, ThatUsesOneWeightAThousandTimesIsRefusedBeforeItFillsMemory) {
  OnnxNet net({1, 512});
  net.floats("w", {512, 512}, std::vector<float>(512 * 512, 0.001F));
  std::string from = "x";
  for (int i = 0; i < 1000; ++i) {
    const std::string to = fmt::format("t{}", i);
    net.node("MatMul", {from, "w"}, to);
    from = to;
  }
  try {
    (void)parse_onnx(net.bytes(from), "damaged.onnx");
    FAIL() << "accepted";
  } catch (const base::UserError& error) {
    EXPECT_STREQ(error.what(),
                 "error[onnx.graph]: damaged.onnx: MatMul 't24': the network uses its constants so "
                 "often that the weights become many times as large as the file");
  }
}

}  // namespace
}  // namespace vqrom::model
