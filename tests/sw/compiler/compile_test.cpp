// SPDX-License-Identifier: Apache-2.0
// compile_test — programs of random networks on random accelerators equal golden in every bit.
#include "sw/compiler/compile.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sw/base/error.h"
#include "tests/sw/compiler/equal_golden.h"
#include "tests/sw/compiler/random_config.h"
#include "tests/sw/compress/random_network.h"
#include "tests/sw/compress/small_codebook.h"

namespace vqrom::compiler {
namespace {

using ::testing::ElementsAre;

// How often each way to cut a layer was taken.
using Seen = std::map<std::string, int>;

void count(const Compilation& compilation, Seen& seen) {
  for (const LayerReport& layer : compilation.layers) {
    ++seen[layer.place.operation + " " + layer.place.weights];
    for (const TilingNote& note : layer.notes) {
      ++seen[note.order];
      if (note.stripes > 1 && note.chunks > 1) ++seen[note.order + ", stripes and chunks"];
      if (note.splits > 1) ++seen[note.input_split ? "sums and input split" : "sums split"];
      if (note.weights_resident && note.stripes > 1) ++seen["weights stay"];
      if (note.input_resident && note.stripes > 1) ++seen["input stays"];
    }
  }
}

// One network on one accelerator, in both orders of queues.
void try_seed(std::uint64_t seed, std::int64_t batch, Seen& seen) {
  SCOPED_TRACE(fmt::format("seed {}, batch {}", seed, batch));
  const auto [network, codebook] = compress::test::random_network(seed, 12);
  base::Random random(seed);
  config::AcceleratorConfig config = test::random_config(random, codebook);
  CompileSettings settings{batch, nullptr};
  if (random.below(2) == 1) settings.codebook = &codebook;
  if (settings.codebook != nullptr && seed % 2 == 0) {
    config.codebook.storage = config::Storage::kSram;
  }
  Compilation compilation;
  try {
    compilation = compile_network(network, config, codebook.sha256, settings);
  } catch (const base::UserError& error) {
    ++seen["refused"];
    EXPECT_EQ(error.problems()[0].code, "program.limit") << error.what();
    return;
  }
  count(compilation, seen);
  ASSERT_NO_THROW(check_program(compilation.program, "test"));
  for (const Order order : {Order::kLoadsFirst, Order::kStoresFirst}) {
    ASSERT_EQ(test::difference_from_golden(compilation.program, network, codebook, seed, order),
              "");
  }
}

TEST(Compile, EqualsGoldenOnRandomNetworksAndAccelerators) {
  Seen seen;
  for (std::uint64_t seed = 0; seed < 400 && !HasFatalFailure(); ++seed) {
    try_seed(seed, 1, seen);
    try_seed(seed, 3, seen);
  }
  EXPECT_LT(seen["refused"], 30);
  for (const char* way : {"conv codebook", "conv dense", "linear codebook", "linear dense",
                          "depthwise codebook", "depthwise dense", "add none", "max_pool none",
                          "average_pool none", "copy none", "stripes outer, stripes and chunks",
                          "weights outer, stripes and chunks", "vector, stripes and chunks",
                          "sums split", "sums and input split", "weights stay", "input stays"}) {
    EXPECT_GE(seen[way], 5) << way;
  }
}

compress::QConv pointwise(std::int64_t in, std::int64_t out) {
  compress::QConv conv;
  conv.in_channels = in;
  conv.out_channels = out;
  conv.weights.resize(static_cast<std::size_t>(in * out), 1);
  conv.bias.resize(static_cast<std::size_t>(out));
  conv.multipliers.resize(static_cast<std::size_t>(out));
  return conv;
}

Program program_of(const compress::QuantisedNetwork& network) {
  const codebook::Codebook codebook = compress::test::small_codebook(16, 4);
  const config::AcceleratorConfig config = test::accelerator("small", codebook);
  return compile_network(network, config, codebook.sha256, {1, nullptr}).program;
}

std::vector<std::string> layers_of(const compress::QuantisedNetwork& network) {
  std::vector<std::string> names;
  for (const LayerPlace& layer : program_of(network).layers) names.push_back(layer.name);
  return names;
}

std::vector<std::string> tensors_of(const compress::QuantisedNetwork& network) {
  std::vector<std::string> names;
  for (const TensorPlace& tensor : program_of(network).tensors) names.push_back(tensor.name);
  return names;
}

TEST(Compile, TakesNoWorkForConcatenationsOfWholeGroups) {
  compress::QuantisedNetwork network;
  network.name = "fire";
  network.nodes = {{"in", compress::QInput{}, {}, {4, 4, 8}, {}},
                   {"a", pointwise(8, 16), {0}, {4, 4, 16}, {}},
                   {"b", pointwise(8, 9), {0}, {4, 4, 9}, {}},
                   {"joined", compress::QConcat{}, {1, 2}, {4, 4, 25}, {}}};
  network.output = 3;
  EXPECT_THAT(layers_of(network), ElementsAre("a", "b"));
  // 9 channels are no whole group of 8 rows.
  network.nodes[3].inputs = {2, 1};
  EXPECT_THAT(layers_of(network), ElementsAre("a", "b", "joined"));
}

// Layers take the narrowest width that holds their subset, and their words shrink with it.
TEST(Compile, GivesEachLayerTheNarrowestWidthThatHoldsItsSubset) {
  codebook::Codebook codebook;
  codebook.entries = 64;
  codebook.dimension = 4;
  base::Random random(3);
  for (int i = 0; i < 64 * 4; ++i) {
    codebook.elements.push_back(static_cast<std::int8_t>(random.between(-100, 100)));
  }
  codebook.sha256 = content_hash(codebook);
  compress::QConv conv;
  conv.in_channels = conv.out_channels = 16;
  conv.store = compress::WeightStore::kCodebook;
  conv.subset = codebook::Subset{3, 40};
  for (int i = 0; i < 16 * 4; ++i) {
    conv.indices.push_back(static_cast<std::int32_t>(random.between(0, 7)));
  }
  conv.bias.assign(16, 100);
  conv.multipliers.assign(16, {1 << 30, 42});
  compress::QuantisedNetwork network;
  network.name = "narrow";
  network.nodes = {{"in", compress::QInput{}, {}, {3, 3, 16}, {0.5, 1}},
                   {"conv", conv, {0}, {3, 3, 16}, {0.5, 2}}};
  network.output = 1;
  network.codebook_sha256 = codebook.sha256;
  network.codebook_dimension = 4;
  network.index_bits = 6;
  struct Case {
    std::vector<int> widths;
    std::int64_t bits, base, words;
  };
  // 64 indices of a tile in words of 64 bits.
  for (const Case& each : {Case{{}, 0, 0, 6}, Case{{6, 2}, 0, 0, 6}, Case{{6, 4, 2}, 4, 32, 4},
                           Case{{6, 3}, 3, 40, 3}}) {
    config::AcceleratorConfig config = test::accelerator("medium");
    config.codebook.index_bits = each.widths;
    config::bind_codebook(config, codebook, "medium");
    const Compilation compilation = compile_network(network, config, codebook.sha256, {});
    check_program(compilation.program, "narrow");
    int shapes = 0;
    for (std::int64_t i = 0; i < compilation.program.instruction_count; ++i) {
      const config::Instruction instruction = compilation.program.instruction(i);
      const auto* shape = std::get_if<config::Shape>(&instruction);
      if (shape == nullptr) continue;
      ++shapes;
      EXPECT_EQ(shape->index_bits, each.bits);
      EXPECT_EQ(shape->index_base, each.base);
    }
    EXPECT_EQ(shapes, 1);
    EXPECT_EQ(compilation.layers[0].loaded_bytes[1], each.words * 8);
    EXPECT_EQ(
        test::difference_from_golden(compilation.program, network, codebook, 5, Order::kLoadsFirst),
        "");
  }
}

// Layers of single pixels, one after the other, as in DS-CNN.
compress::QuantisedNetwork pointwise_layers(const codebook::Codebook& codebook) {
  compress::QuantisedNetwork network;
  network.name = "pointwise";
  network.codebook_sha256 = codebook.sha256;
  network.codebook_dimension = codebook.dimension;
  network.index_bits = 8;
  network.nodes = {{"in", compress::QInput{}, {}, {25, 5, 64}, {0.5, 1}}};
  for (int layer = 0; layer < 3; ++layer) {
    compress::QConv conv;
    conv.in_channels = conv.out_channels = 64;
    conv.store = compress::WeightStore::kCodebook;
    for (int i = 0; i < 64 * 64 / codebook.dimension; ++i) conv.indices.push_back(i % 256);
    conv.bias.assign(64, 100);
    conv.multipliers.assign(64, {1 << 30, 42});
    network.nodes.push_back({fmt::format("conv{}", layer), conv, {layer}, {25, 5, 64}, {0.5, 1}});
  }
  network.output = 3;
  return network;
}

Compilation with_ports(const compress::QuantisedNetwork& network,
                       const codebook::Codebook& codebook, int ports, config::PortsBy ports_by) {
  config::AcceleratorConfig config = test::accelerator("medium");
  config.codebook.read_ports = ports;
  config.codebook.ports_by = ports_by;
  if (ports_by == config::PortsBy::kBanking) config.codebook.banks = ports;
  config::bind_codebook(config, codebook, "medium");
  return compile_network(network, config, codebook.sha256, {});
}

TEST(Compile, EstimatesNoMoreCyclesWithMoreReadPorts) {
  const codebook::Codebook codebook = compress::test::small_codebook(256, 8);
  const compress::QuantisedNetwork network = pointwise_layers(codebook);
  for (const auto ports_by : {config::PortsBy::kReplication, config::PortsBy::kBanking}) {
    std::int64_t before =
        with_ports(network, codebook, 1, config::PortsBy::kReplication).estimated_cycles;
    for (const int ports : {2, 4, 8}) {
      const Compilation compilation = with_ports(network, codebook, ports, ports_by);
      EXPECT_LE(compilation.estimated_cycles, before) << ports << " ports";
      before = compilation.estimated_cycles;
    }
  }
}

// Input that stays comes in whole rows: all of a layer of single pixels before its first RUN.
TEST(Compile, LoadsTheStripesOfSinglePixelsAsTheyAreNeeded) {
  const codebook::Codebook codebook = compress::test::small_codebook(256, 8);
  const compress::QuantisedNetwork network = pointwise_layers(codebook);
  for (const int ports : {1, 2, 4, 8}) {
    for (const LayerReport& layer :
         with_ports(network, codebook, ports, config::PortsBy::kReplication).layers) {
      EXPECT_GT(layer.notes[0].stripes, 1);
      EXPECT_FALSE(layer.notes[0].input_resident) << ports << " ports";
    }
  }
}

TEST(Compile, ReadsThroughAReshapeBeforeALinearLayer) {
  compress::QuantisedNetwork network;
  network.name = "flat";
  network.nodes = {{"in", compress::QInput{}, {}, {4, 4, 3}, {}},
                   {"flat", compress::QReshape{}, {0}, {1, 1, 48}, {}},
                   {"linear", pointwise(48, 10), {1}, {1, 1, 10}, {}}};
  network.output = 2;
  EXPECT_THAT(layers_of(network), ElementsAre("linear"));
  network.output = 1;
  network.nodes.pop_back();
  EXPECT_THAT(layers_of(network), ElementsAre("flat"));
}

TEST(Compile, JoinsATableWithTheLayerThatItAloneReads) {
  compress::QuantisedNetwork network;
  network.name = "curve";
  network.nodes = {{"in", compress::QInput{}, {}, {4, 4, 8}, {}},
                   {"a", pointwise(8, 16), {0}, {4, 4, 16}, {}},
                   {"curve", compress::QTable{}, {1}, {4, 4, 16}, {}},
                   {"b", pointwise(16, 16), {2}, {4, 4, 16}, {}}};
  network.output = 3;
  EXPECT_THAT(layers_of(network), ElementsAre("a", "b"));
  EXPECT_THAT(tensors_of(network), ElementsAre("in", "curve", "b"));
  // Someone else reads what goes into the table, or it is the output.
  network.nodes[3].inputs = {1};
  EXPECT_THAT(layers_of(network), ElementsAre("a", "curve", "b"));
  EXPECT_THAT(tensors_of(network), ElementsAre("in", "a", "curve", "b"));
  network.nodes.pop_back();
  network.output = 1;
  EXPECT_THAT(layers_of(network), ElementsAre("a", "curve"));
  // The input is no layer's.
  network.nodes[2].inputs = {0};
  network.nodes[2].shape.channels = 8;
  network.output = 2;
  EXPECT_THAT(layers_of(network), ElementsAre("a", "curve"));
}

// Each of three layers has a table: the third takes the bank of the first, once that is stored.
TEST(Compile, AlternatesBetweenTwoTablesThatWaitForStores) {
  compress::QuantisedNetwork network;
  network.name = "curves";
  network.nodes = {{"in", compress::QInput{}, {}, {4, 4, 8}, {}}};
  for (int i = 0; i < 3; ++i) {
    network.nodes.push_back({fmt::format("layer{}", i), pointwise(8, 8), {2 * i}, {4, 4, 8}, {}});
    network.nodes.push_back(
        {fmt::format("curve{}", i), compress::QTable{}, {2 * i + 1}, {4, 4, 8}, {}});
  }
  network.output = 6;
  const Program program = program_of(network);
  std::vector<std::int64_t> banks;
  std::vector<config::Load> loads;
  for (std::int64_t i = 0; i < program.instruction_count; ++i) {
    const config::Instruction instruction = program.instruction(i);
    if (const auto* shape = std::get_if<config::Shape>(&instruction)) {
      EXPECT_EQ(shape->table, 1);
      banks.push_back(shape->table_bank);
    }
    const auto* load = std::get_if<config::Load>(&instruction);
    if (load != nullptr && load->target == static_cast<std::int64_t>(config::Target::kTable)) {
      loads.push_back(*load);
    }
  }
  EXPECT_THAT(banks, ElementsAre(0, 1, 0));
  ASSERT_EQ(loads.size(), 3U);
  EXPECT_EQ(loads[0].wait_stores, 0);
  EXPECT_EQ(loads[1].wait_stores, 0);
  EXPECT_GE(loads[2].wait_stores, 1);
  EXPECT_EQ(loads[2].buffer, loads[0].buffer);
  EXPECT_NE(loads[1].buffer, loads[0].buffer);
}

}  // namespace
}  // namespace vqrom::compiler
