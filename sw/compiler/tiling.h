// SPDX-License-Identifier: Apache-2.0
// tiling — layers cut into RUNs that fit the buffers.
#pragma once

#include <string>
#include <vector>

#include "gen/config/accelerator_config.h"
#include "sw/compiler/machine_layer.h"
#include "sw/compiler/memory_layout.h"
#include "sw/compiler/task.h"

namespace vqrom::compiler {

// What was chosen for a layer, for `vqrom compile --explain`.
struct TilingNote {
  std::string order;         // "stripes outer", "weights outer", "vector"
  std::int64_t stripes = 0;  // of the output
  std::int64_t chunks = 0;   // of output channels
  std::int64_t splits = 1;   // RUNs that share a block's sums
  bool weights_resident = false;
  bool input_resident = false;
  bool input_split = false;  // as `splits`: a tile holds the input of one such RUN
  // The largest tile of each buffer, words.
  std::int64_t activation_vectors = 0;
  std::int64_t weight_words = 0;
  std::int64_t output_vectors = 0;
  // Of indices, in the accelerator; 0 without.
  std::int64_t index_bits = 0;
  std::int64_t index_base = 0;
};

// Adds the layer's tasks; weights and parameters go to `layout`. `planned_ports`, at most the
// codebook's read ports: the layer is cut as if no more decoded its tiles. Errors: program.limit
// (layer, value and limit) at `place`.
[[nodiscard]] TilingNote tile_array_layer(ArrayLayer layer, int index, std::string_view place,
                                          const config::AcceleratorConfig& config,
                                          std::int64_t planned_ports, MemoryLayout& layout,
                                          TaskList& tasks);
[[nodiscard]] TilingNote tile_vector_layer(VectorLayer layer, int index, std::string_view place,
                                           const config::AcceleratorConfig& config,
                                           MemoryLayout& layout, TaskList& tasks);

// 16 bytes each, as LOADs take them.
[[nodiscard]] std::int64_t add_parameters(const std::vector<Parameter>& parameters,
                                          MemoryLayout& layout);
inline constexpr std::int64_t kParameterEntryBytes = 16;

}  // namespace vqrom::compiler
