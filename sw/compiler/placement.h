// SPDX-License-Identifier: Apache-2.0
// placement — which feature maps have memory of their own, and which stand in another's.
#pragma once

#include <vector>

#include "gen/config/accelerator_config.h"
#include "sw/compiler/memory_layout.h"
#include "sw/compress/quantised_network.h"

namespace vqrom::compiler {

enum class Storage {
  kOwn,     // a map of its own
  kView,    // the codes of its input as they stand: a reshape of pixels, a slice of whole groups
  kInside,  // a part of the concatenation that reads it: its producer writes there
  kTabled,  // never made: its only reader is a table, through which its codes go on their way
  kNowhere  // never made: a reshape whose readers take its input instead
};

struct NodePlace {
  Storage storage = Storage::kOwn;
  int of = -1;                    // the node whose memory it shares; of kTabled: the table
  std::int64_t first_group = 0;   // within that
  std::int64_t address = 0;       // of MemoryLayout
  std::int64_t group_stride = 0;  // bytes
  // A linear layer that reads the input of a reshape, as a convolution with a kernel of that size.
  bool unflattens = false;
};

// Of all nodes. A concatenation stands with its inputs if each of them starts at a multiple of R
// channels; an input that cannot be written there (it is a view, or read by two concatenations) is
// copied.
[[nodiscard]] std::vector<NodePlace> place_nodes(const compress::QuantisedNetwork& network,
                                                 const config::AcceleratorConfig& config,
                                                 std::int64_t batch, MemoryLayout& layout);

// Whether every input of concatenation `node` starts at a multiple of R channels.
[[nodiscard]] bool concat_is_aligned(const compress::QuantisedNetwork& network,
                                     const compress::QNode& node, std::int64_t rows);

}  // namespace vqrom::compiler
