// SPDX-License-Identifier: Apache-2.0
#include "sim/core/stream_times.h"

namespace vqrom::sim {

void StreamTimes::begin(const ObservedRun& run) {
  run_ = run;
  loads_.emplace(run.queues->loads());
  stores_.emplace(run.queues->stores());
  runs_.emplace_back(run.queues->layer_count());
}

void StreamTimes::move_words(const ObservedCycles& cycles) {
  std::vector<LayerTimes>& layers = runs_.back();
  if ((cycles.events & kLoadEvents) != 0) {
    loads_->move(
        cycles.first, cycles.count,
        [&](std::size_t number, std::int64_t first, std::int64_t words) {
          const auto& [load, layer] = run_.queues->loads()[number];
          const auto target = static_cast<config::Target>(load.target);
          if (target == config::Target::kActivations) {
            layers[layer].load_inputs.add(first, words);
          } else if (target != config::Target::kParameters && target != config::Target::kTable) {
            layers[layer].load_weights.add(first, words);
          }
        });
  }
  if ((cycles.events & event_bit(Event::kStore)) != 0) {
    stores_->move(cycles.first, cycles.count,
                  [&](std::size_t number, std::int64_t first, std::int64_t words) {
                    layers[run_.queues->stores()[number].layer].store_outputs.add(first, words);
                  });
  }
}

void StreamTimes::pass(const ObservedCycles& cycles) {
  constexpr std::uint32_t kWork = event_bit(Event::kIssue) | event_bit(Event::kVectorReads);
  move_words(cycles);
  LayerTimes& layer = runs_.back()[cycles.layer];
  if ((cycles.events & kWork) != 0) layer.work.add(cycles.first, cycles.count);
  if ((cycles.events & event_bit(Event::kOutWrites)) != 0) {
    layer.outputs.add(cycles.first, cycles.count);
  }
}

}  // namespace vqrom::sim
