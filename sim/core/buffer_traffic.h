// SPDX-License-Identifier: Apache-2.0
// buffer_traffic — reads and writes of each on-chip buffer by a layer.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sim/core/program_runner.h"

namespace vqrom::sim {

struct BufferAccesses {
  std::int64_t reads = 0;
  std::int64_t writes = 0;
};

// Words of a buffer as docs/rtl/accelerator.md has them: vectors of activations, window weights and
// outputs, bus words of weights and tables, entries of parameters, codewords. Outputs are written L
// codes at a time; each of them that is looked up reads a copy of the table.
struct BufferTraffic {
  BufferAccesses activation;
  BufferAccesses weight;
  BufferAccesses parameter;
  BufferAccesses window;
  BufferAccesses output;
  BufferAccesses codebook;
  BufferAccesses table;
  BufferTraffic& operator+=(const BufferTraffic& other);
  struct Named {
    std::string_view name;
    BufferAccesses accesses;
  };
  [[nodiscard]] std::array<Named, 7> all() const;
};

// LOADs, STOREs, weights and parameters are those of the layer's instructions; activations read,
// outputs written, codewords and tables read are counted while it is computed.
[[nodiscard]] BufferTraffic buffer_traffic(const ProgramLayerResult& layer,
                                           const config::AcceleratorConfig& config);

}  // namespace vqrom::sim
