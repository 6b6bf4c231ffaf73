// SPDX-License-Identifier: Apache-2.0
#include "sim/core/buffer_traffic.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "tests/sim/clamp_program.h"

namespace vqrom::sim {
namespace {

// The clamps' first layer, with a table or without.
ProgramLayerResult first_layer(bool table) {
  const Bundle bundle = clamp_bundle();
  compiler::Program program = clamp_program(bundle.config);
  for (std::int64_t i = 0; i < program.layers[0].instructions; ++i) {
    config::Instruction instruction = program.instruction(i);
    auto* shape = std::get_if<config::Shape>(&instruction);
    if (shape == nullptr) continue;
    shape->table = table ? 1 : 0;
    const auto bytes = config::encode(instruction);
    std::ranges::copy(
        bytes, program.image.begin() + static_cast<std::ptrdiff_t>(i * config::kInstructionBytes));
  }
  ProgramLayerResult layer;
  layer.reads = ProgramQueues(program).run_reads(0);
  layer.words.loaded[static_cast<std::size_t>(config::Target::kTable)] = 64;
  layer.counts.events.counts[static_cast<std::size_t>(Event::kOutWrites)] = 100;
  return layer;
}

TEST(BufferTraffic, CountsEveryLookUpInATable) {
  const config::AcceleratorConfig config = clamp_bundle().config;
  const BufferTraffic with = buffer_traffic(first_layer(true), config);
  EXPECT_EQ(with.table.reads, 100 * config.requantise.lanes);
  EXPECT_EQ(with.table.writes, 64);
  EXPECT_EQ(with.output.writes, 100);
  EXPECT_EQ(buffer_traffic(first_layer(false), config).table.reads, 0);
}

TEST(BufferTraffic, AddsAndNamesEveryBuffer) {
  const config::AcceleratorConfig config = clamp_bundle().config;
  const BufferTraffic one = buffer_traffic(first_layer(true), config);
  BufferTraffic two = one;
  two += one;
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < one.all().size(); ++i) {
    names.insert(one.all()[i].name);
    EXPECT_EQ(two.all()[i].accesses.reads, 2 * one.all()[i].accesses.reads);
    EXPECT_EQ(two.all()[i].accesses.writes, 2 * one.all()[i].accesses.writes);
  }
  EXPECT_EQ(names.size(), one.all().size());
  EXPECT_TRUE(names.contains("table"));
}

}  // namespace
}  // namespace vqrom::sim
