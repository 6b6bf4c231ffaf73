// SPDX-License-Identifier: Apache-2.0
#include "gen/synth/batch.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <numeric>

#include "sw/base/error.h"
#include "sw/base/parallel.h"
#include "sw/base/progress.h"

namespace vqrom::synth {
namespace {

constexpr int kYosysAtOnce = 2;

// What Yosys needs beyond kModuleMs, where that is much: `ms` for each unit of the
// product of the parameters. Measured with OSU 0.18 (docs/formats/area.md).
struct Cost {
  std::string_view top;
  std::vector<const char*> parameters;
  double ms;
};
const std::vector<Cost>& costs() {
  static const std::vector<Cost> table = {
      {"vq_accumulator", {"COLUMNS"}, 100},
      {"vq_add_lanes", {"LANES"}, 1600},
      {"vq_codebook_read", {"ENTRIES", "CODEWORD_W"}, 0.6},
      {"vq_codebook_registers", {"ENTRIES", "CODEWORD_W"}, 0.5},
      {"vq_counters", {"EVENTS"}, 110},
      {"vq_lane_select", {"COLUMNS"}, 25},
      {"vq_mac_column", {"ROWS", "ACT_W", "WGT_W"}, 3.6},
      {"vq_param_buffer", {"COLUMNS"}, 170},
      {"vq_requantise", {}, 3000},
      {"vq_weight_buffer", {"BEATS", "BEAT_W"}, 0.75},
      {"vq_window_lanes", {"ROWS"}, 600},
  };
  return table;
}
constexpr double kModuleMs = 150;
constexpr double kRomBitMs = 0.08;

// Milliseconds on one core, roughly: for the order of the work and the progress display.
std::int64_t expected_ms(const Design& design) {
  double ms = kModuleMs + kRomBitMs * static_cast<double>(design.rom_bits);
  for (const Cost& cost : costs()) {
    if (cost.top != design.top) continue;
    double units = 1.0;
    for (const char* name : cost.parameters) {
      units *= static_cast<double>(design.parameters.at(name));
    }
    ms += cost.ms * units;
  }
  return static_cast<std::int64_t>(ms);
}

// The areas of different designs, in their order.
std::vector<Area> synthesise_all(const Yosys& yosys, const std::vector<const Design*>& designs) {
  std::vector<std::int64_t> cost(designs.size());
  std::vector<std::size_t> order(designs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = 0; i < designs.size(); ++i) {
    cost[i] = yosys.is_cached(*designs[i]) ? 1 : expected_ms(*designs[i]);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return cost[a] > cost[b]; });
  const std::int64_t total = std::accumulate(cost.begin(), cost.end(), std::int64_t{0});
  base::Progress progress(
      fmt::format("Yosys, {} modules, about {} s", designs.size(), total / 1000 / kYosysAtOnce + 1),
      total);
  std::vector<Area> areas(designs.size());
  const base::ThreadLimit limit(kYosysAtOnce);
  // parallel_for begins at several places of its range; the longest are to be begun first.
  std::atomic<std::size_t> next{0};
  base::parallel_for(static_cast<std::int64_t>(designs.size()), 1, [&](std::int64_t, std::int64_t) {
    const std::size_t at = order[next.fetch_add(1)];
    progress.remark(designs[at]->top);
    progress.advance(0);
    areas[at] = yosys.synthesise(*designs[at]);
    progress.advance(cost[at]);
  });
  return areas;
}

}  // namespace

std::size_t Batch::add(const std::vector<Design>& designs) {
  begins_.push_back(designs_.size());
  designs_.insert(designs_.end(), designs.begin(), designs.end());
  return begins_.size() - 1;
}

void Batch::run(const Yosys& yosys) {
  Batch* self = this;
  run_together(yosys, {&self, 1});
}

void Batch::run_together(const Yosys& yosys, std::span<Batch* const> batches) {
  std::vector<const Design*> different;
  std::map<std::string, std::size_t> places;  // by key
  std::vector<std::size_t> place_of;          // of each design of each batch
  for (const Batch* batch : batches) {
    for (const Design& design : batch->designs_) {
      const auto [found, is_new] = places.try_emplace(yosys.key(design), different.size());
      if (is_new) different.push_back(&design);
      place_of.push_back(found->second);
    }
  }
  const std::vector<Area> areas = synthesise_all(yosys, different);
  auto place = place_of.begin();
  for (Batch* batch : batches) {
    batch->areas_.clear();
    for (std::size_t i = 0; i < batch->designs_.size(); ++i) {
      batch->areas_.push_back(areas[*place++]);
    }
  }
}

std::vector<Area> Batch::areas(std::size_t plan) const {
  const std::size_t begin = begins_[plan];
  const std::size_t end = plan + 1 < begins_.size() ? begins_[plan + 1] : areas_.size();
  return {areas_.begin() + static_cast<std::ptrdiff_t>(begin),
          areas_.begin() + static_cast<std::ptrdiff_t>(end)};
}

}  // namespace vqrom::synth
