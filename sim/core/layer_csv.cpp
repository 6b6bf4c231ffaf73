// SPDX-License-Identifier: Apache-2.0
#include "sim/core/layer_csv.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/core/buffer_traffic.h"
#include "sim/core/moved_bytes.h"
#include "sw/base/csv.h"

namespace vqrom::sim {
namespace {

std::string head() {
  std::string text = "run,network,layer,operation,weights,runs,instructions,macs,utilisation";
  for (int i = 0; i < kEvents; ++i) {
    text += fmt::format(",{}", event_name(static_cast<Event>(i)));
  }
  for (const Event cause : kCauses) text += fmt::format(",cause_{}", event_name(cause));
  text += ",cause_other";
  for (const auto& [name, bytes] : MovedBytes{}.all()) text += fmt::format(",{}_bytes", name);
  for (const auto& [name, accesses] : BufferTraffic{}.all()) {
    text += fmt::format(",{0}_reads,{0}_writes", name);
  }
  return text + ",codebook_wait_cycles\n";
}

std::string line(std::size_t run, const ProgramResult& result, const ProgramLayerResult& layer,
                 const config::AcceleratorConfig& config) {
  const EventCounts& events = layer.counts.events;
  std::string text =
      fmt::format("{},{},{},{},{},{},{},{},{:.6f}", run, base::csv_cell(result.network),
                  base::csv_cell(layer.place.name), layer.place.operation, layer.place.weights,
                  layer.place.runs, layer.place.instructions, layer.macs(),
                  utilisation(layer.macs(), events[Event::kCycles], config));
  for (const std::int64_t count : events.counts) text += fmt::format(",{}", count);
  for (const Event cause : kCauses) text += fmt::format(",{}", layer.counts.causes[cause]);
  text += fmt::format(",{}", layer.counts.causes[Event::kCycles]);
  for (const auto& [name, bytes] : moved_bytes(layer, config).all()) {
    text += fmt::format(",{}", bytes);
  }
  for (const auto& [name, accesses] : buffer_traffic(layer, config).all()) {
    text += fmt::format(",{},{}", accesses.reads, accesses.writes);
  }
  return text + fmt::format(",{}\n", layer.counts.codebook_waits);
}

}  // namespace

std::string layer_csv(std::span<const ProgramResult> runs,
                      const config::AcceleratorConfig& config) {
  std::string text = head();
  for (std::size_t run = 0; run < runs.size(); ++run) {
    for (const ProgramLayerResult& layer : runs[run].layers) {
      text += line(run, runs[run], layer, config);
    }
  }
  return text;
}

}  // namespace vqrom::sim
