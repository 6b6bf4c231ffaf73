// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/layer_counts.h"

#include <algorithm>

#include "sim/core/accelerator_host.h"

namespace vqrom::sim::timing {

void LayerCounts::begin(const ProgramQueues& queues) {
  *this = {};
  queues_ = &queues;
  counts_.resize(std::max<std::size_t>(queues.layer_count(), 1));
  end_ = queues.end_of_layer(0);
}

void LayerCounts::add(const CycleCounts& counts) {
  counts_[layer_] += counts;
  cycles_ += counts.events[Event::kCycles];
  for (const Event move : kMoves) moves_ += counts.events[move];
}

void LayerCounts::next(std::uint32_t runs) {
  while (runs >= end_) end_ = queues_->end_of_layer(++layer_);
}

}  // namespace vqrom::sim::timing
