// SPDX-License-Identifier: Apache-2.0
#include "sim/core/scalesim_reports.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/core/buffer_traffic.h"
#include "sim/core/moved_bytes.h"
#include "sw/base/error.h"

namespace vqrom::sim {
namespace {

constexpr std::string_view kComputeHead =
    "LayerID, Total Cycles (incl. prefetch), Total Cycles, Stall Cycles, Overall Util %, Mapping "
    "Efficiency %, Compute Util %,\n";
constexpr std::string_view kBandwidthHead =
    "LayerID, Avg IFMAP SRAM BW, Avg FILTER SRAM BW, Avg OFMAP SRAM BW, Avg IFMAP DRAM BW, Avg "
    "FILTER DRAM BW, Avg OFMAP DRAM BW,\n";
constexpr std::string_view kAccessHead =
    "LayerID, SRAM IFMAP Start Cycle, SRAM IFMAP Stop Cycle, SRAM IFMAP Reads, "
    "SRAM Filter Start Cycle, SRAM Filter Stop Cycle, SRAM Filter Reads, "
    "SRAM OFMAP Start Cycle, SRAM OFMAP Stop Cycle, SRAM OFMAP Writes, "
    "DRAM IFMAP Start Cycle, DRAM IFMAP Stop Cycle, DRAM IFMAP Reads, "
    "DRAM Filter Start Cycle, DRAM Filter Stop Cycle, DRAM Filter Reads, "
    "DRAM OFMAP Start Cycle, DRAM OFMAP Stop Cycle, DRAM OFMAP Writes,\n";

constexpr Event kStalls[] = {Event::kWaitWeights, Event::kWaitParams,   Event::kWaitSums,
                             Event::kWaitActs,    Event::kRunWaitLoads, Event::kRunWaitStores};

// A stream of codes or bytes.
struct Stream {
  CycleRange when;
  std::int64_t amount = 0;
};

struct Streams {
  Stream sram_inputs, sram_weights, sram_outputs;
  Stream dram_inputs, dram_weights, dram_outputs;
};

Streams streams_of(const ProgramLayerResult& layer, const LayerTimes& times,
                   const config::AcceleratorConfig& config) {
  const BufferTraffic traffic = buffer_traffic(layer, config);
  const MovedBytes bytes = moved_bytes(layer, config);
  const std::int64_t rows = config.array.rows;
  const std::int64_t weights = layer.reads.array_weights + layer.reads.window_vectors * rows;
  return {{times.work, traffic.activation.reads * rows},
          {weights == 0 ? CycleRange{} : times.work, weights},
          {times.outputs, traffic.output.writes * config.requantise.lanes},
          {times.load_inputs, bytes.act},
          {times.load_weights, bytes.index + bytes.dense + bytes.window + bytes.codebook},
          {times.store_outputs, bytes.out}};
}

double ratio(std::int64_t amount, std::int64_t cycles) {
  return cycles > 0 ? static_cast<double>(amount) / static_cast<double>(cycles) : 0.0;
}

// From the first word that is loaded for the layer to the last that it stores.
std::int64_t cycles_with_prefetch(const LayerTimes& times, std::int64_t cycles) {
  CycleRange all;
  for (const CycleRange& range :
       {times.load_inputs, times.load_weights, times.work, times.store_outputs}) {
    if (range.empty()) continue;
    all.first = all.empty() ? range.first : std::min(all.first, range.first);
    all.last = std::max(all.last, range.last);
  }
  return std::max(all.empty() ? 0 : all.count(), cycles);
}

std::string compute_line(const ProgramLayerResult& layer, const LayerTimes& times,
                         const config::AcceleratorConfig& config) {
  const std::int64_t cycles = layer.counts.events[Event::kCycles];
  std::int64_t stalls = 0;
  for (const Event cause : kStalls) stalls += layer.counts.causes[cause];
  const auto percent = [&](std::int64_t of) {
    return 100.0 * utilisation(layer.macs(), of, config);
  };
  // Multiplications of the vector unit are not the array's.
  const std::int64_t issues = layer.counts.events[Event::kIssue];
  return fmt::format("{}, {}, {}, {}, {}, {},\n", cycles_with_prefetch(times, cycles), cycles,
                     stalls, percent(issues > 0 ? cycles : 0), percent(issues),
                     percent(issues > 0 ? cycles - stalls : 0));
}

std::string bandwidth_line(const Streams& streams, std::int64_t cycles) {
  std::string text;
  for (const Stream* stream :
       {&streams.sram_inputs, &streams.sram_weights, &streams.sram_outputs}) {
    text += fmt::format("{}, ", ratio(stream->amount, cycles));
  }
  for (const Stream* stream :
       {&streams.dram_inputs, &streams.dram_weights, &streams.dram_outputs}) {
    text += fmt::format("{}, ", ratio(stream->amount, stream->when.count()));
  }
  text.back() = '\n';
  return text;
}

std::string access_line(const Streams& streams) {
  std::string text;
  for (const Stream* stream :
       {&streams.sram_inputs, &streams.sram_weights, &streams.sram_outputs, &streams.dram_inputs,
        &streams.dram_weights, &streams.dram_outputs}) {
    text += fmt::format("{}, {}, {}, ", stream->when.first, stream->when.last, stream->amount);
  }
  text.back() = '\n';
  return text;
}

}  // namespace

ScalesimReports scalesim_reports(std::span<const ProgramResult> runs,
                                 std::span<const std::vector<LayerTimes>> times,
                                 const config::AcceleratorConfig& config) {
  VQROM_CHECK(runs.size() == times.size(), "{} runs, times of {}", runs.size(), times.size());
  ScalesimReports reports{std::string(kComputeHead), std::string(kBandwidthHead),
                          std::string(kAccessHead)};
  std::int64_t number = 0;
  for (std::size_t run = 0; run < runs.size(); ++run) {
    for (std::size_t i = 0; i < runs[run].layers.size(); ++i) {
      const ProgramLayerResult& layer = runs[run].layers[i];
      const Streams streams = streams_of(layer, times[run][i], config);
      const std::string id = fmt::format("{}, ", number++);
      reports.compute += id + compute_line(layer, times[run][i], config);
      reports.bandwidth += id + bandwidth_line(streams, layer.counts.events[Event::kCycles]);
      reports.accesses += id + access_line(streams);
    }
  }
  return reports;
}

}  // namespace vqrom::sim
