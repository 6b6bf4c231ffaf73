// SPDX-License-Identifier: Apache-2.0
#include "sim/core/layer_plan.h"

#include <cstring>
#include <numeric>

#include <gtest/gtest.h>

#include "sw/compress/bit_packing.h"
#include "tests/sim/random_layer.h"

namespace vqrom::sim {
namespace {

using compress::WeightStore;

config::AcceleratorConfig config_for(const codebook::Codebook& codebook, int rows, int columns,
                                     int depth) {
  config::AcceleratorConfig config = config::find_config("tiny");
  config.array.rows = rows;
  config.array.columns = columns;
  config.accumulator.depth = depth;
  config::bind_codebook(config, codebook, "test");
  return config;
}

// What the array is defined to do with the plan's streams, spelled out from docs/rtl/core.md.
std::vector<std::int8_t> compute(const LayerPlan& plan, const config::AcceleratorConfig& config,
                                 const codebook::Codebook& codebook) {
  const compress::QConv& conv = *plan.task().conv;
  const std::int64_t rows = config.array.rows;
  const std::int64_t columns = config.array.columns;
  const int word_bytes = config.bus.data_bits / 8;
  std::vector<std::int8_t> codes(static_cast<std::size_t>(plan.task().out_shape.count()));
  for (const Stripe& stripe : plan.stripes()) {
    EXPECT_LE(stripe.pixels, config.accumulator.depth);
    for (std::int64_t b = 0; b < std::ssize(plan.blocks()); ++b) {
      std::vector<std::int32_t> sums(static_cast<std::size_t>(stripe.pixels * columns));
      for (std::int64_t t = 0; t < plan.tiles_per_block(); ++t) {
        std::vector<std::uint8_t> stream;
        for (std::int64_t w = 0; w < plan.words_per_tile(); ++w) {
          stream.insert(stream.end(), plan.word(b, t, w), plan.word(b, t, w) + word_bytes);
        }
        std::vector<std::int8_t> weights;
        if (conv.store == WeightStore::kCodebook) {
          stream.resize(static_cast<std::size_t>(
              compress::packed_bytes(config.tile_codewords(), config.index_bits())));
          for (const std::int32_t index :
               compress::unpack_bits(stream, config.tile_codewords(), config.index_bits())) {
            const auto first = codebook.elements.begin() + index * codebook.dimension;
            weights.insert(weights.end(), first, first + codebook.dimension);
          }
        } else {
          for (std::int64_t i = 0; i < rows * columns; ++i) {
            weights.push_back(static_cast<std::int8_t>(stream[static_cast<std::size_t>(i)]));
          }
        }
        for (std::int64_t pixel = 0; pixel < stripe.pixels; ++pixel) {
          const std::uint8_t* vector = plan.activations(b, t, stripe.first + pixel);
          for (std::int64_t i = 0; i < rows * columns; ++i) {
            sums[static_cast<std::size_t>(pixel * columns + i / rows)] +=
                weights[static_cast<std::size_t>(i)] * static_cast<std::int8_t>(vector[i % rows]);
          }
        }
      }
      const Block& block = plan.blocks()[static_cast<std::size_t>(b)];
      for (std::int64_t pixel = 0; pixel < stripe.pixels; ++pixel) {
        for (std::int64_t column = 0; column < block.channels; ++column) {
          const std::uint8_t* beat = plan.parameters(b, column);
          std::int32_t bias = 0;
          base::Multiplier factor;
          std::memcpy(&bias, beat, 4);
          std::memcpy(&factor.multiplier, beat + 4, 4);
          factor.shift = beat[8];
          const auto channels = plan.task().out_shape.channels;
          codes[static_cast<std::size_t>((stripe.first + pixel) * channels + block.first +
                                         column)] =
              base::requantise(sums[static_cast<std::size_t>(pixel * columns + column)] + bias,
                               factor, plan.task().zero_point_out, conv.range.low, conv.range.high);
        }
      }
    }
  }
  return codes;
}

TEST(LayerPlan, StreamsOfRandomLayersGiveTheGoldenCodes) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    const int dimension = seed % 2 == 0 ? 4 : 2;
    const codebook::Codebook codebook = random_codebook(seed, 19, dimension, 6);
    const auto config = config_for(codebook, seed % 3 == 0 ? 8 : 4, 4, seed % 5 == 0 ? 7 : 64);
    const RandomLayer layer = random_layer(
        seed, codebook, seed % 4 < 2 ? WeightStore::kCodebook : WeightStore::kDense, 11);
    const golden::Executor executor(layer.network, codebook);
    LayerPlan plan(layer_task(layer.network, 1), config);
    plan.load(layer.input);
    EXPECT_EQ(compute(plan, config, codebook), executor.run(layer.input));
  }
}

// A depthwise layer of 8 channels on a 4x4 array: 2 tiles a position, not 8.
TEST(LayerPlan, MergesSmallDenseGroups) {
  const codebook::Codebook codebook = random_codebook(1, 16, 4, 8);
  compress::QConv conv;
  conv.groups = conv.in_channels = conv.out_channels = 8;
  conv.weights.resize(8);
  conv.bias.resize(8);
  conv.multipliers.resize(8);
  const LayerTask task{"depthwise", &conv, {3, 3, 8}, {3, 3, 8}, 0, 0};
  EXPECT_EQ(LayerPlan(task, config_for(codebook, 4, 4, 64)).blocks().size(), 2U);
}

// Pixels of the stripes of a convolution of one channel on a map of that many pixels, where a tile
// loads in 4 cycles and drains in 4 a pixel.
std::vector<std::int64_t> stripes_of(std::int64_t pixels, std::int64_t kernel) {
  const codebook::Codebook codebook = random_codebook(1, 16, 4, 8);
  compress::QConv conv;
  conv.window.kernel = {1, kernel};
  conv.window.pads = {0, 0, 0, kernel - 1};
  conv.in_channels = conv.out_channels = 1;
  conv.weights.resize(static_cast<std::size_t>(kernel));
  conv.bias = {0};
  conv.multipliers.resize(1);
  const LayerTask task{"conv", &conv, {1, pixels, 1}, {1, pixels, 1}, 0, 0};
  const LayerPlan plan(task, config_for(codebook, 4, 4, 64));
  std::vector<std::int64_t> result;
  for (const Stripe& each : plan.stripes()) {
    EXPECT_EQ(each.first, std::accumulate(result.begin(), result.end(), std::int64_t{0}));
    result.push_back(each.pixels);
  }
  return result;
}

TEST(LayerPlan, MakesStripesEqualAndNoLongerThanTheAccumulator) {
  // One tile a block: draining decides, and nothing is won by many stripes.
  for (const std::int64_t pixels : stripes_of(1000, 1)) EXPECT_LE(pixels, 64);
  const std::vector<std::int64_t> stripes = stripes_of(130, 16);
  for (const std::int64_t pixels : stripes) EXPECT_GE(pixels, stripes.front() - 1);
}

TEST(LayerPlan, CutsStripesShortWhereThatHidesTheDrain) {
  // 9 tiles: 64 pixels take 576 cycles and then 256 to drain; in stripes of 8 the drain is 32.
  EXPECT_EQ(stripes_of(64, 9), std::vector<std::int64_t>(8, 8));
  EXPECT_EQ(stripes_of(1, 9), std::vector<std::int64_t>{1});
}

}  // namespace
}  // namespace vqrom::sim
