// SPDX-License-Identifier: Apache-2.0
// topology — a network of shapes alone, as the CSV files of the simulator SCALE-Sim list them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gen/config/accelerator_config.h"
#include "sw/compress/quantised_network.h"

namespace vqrom::compiler {

// A convolution without padding: its input is as large as what the windows reach.
struct TopologyLayer {
  std::string name;
  compress::MapShape input;
  std::int64_t kernel_height = 1;
  std::int64_t kernel_width = 1;
  std::int64_t filters = 1;  // of each group
  std::int64_t groups = 1;   // depthwise: as many as channels
  std::int64_t stride_height = 1;
  std::int64_t stride_width = 1;
  bool matrix = false;  // given by M, N, K: M pixels, N filters, K channels
  friend bool operator==(const TopologyLayer&, const TopologyLayer&) = default;
};

struct Topology {
  std::string name;
  std::vector<TopologyLayer> layers;
};

// Format: docs/formats/topology.md. Errors: file.*; program.topology, every line that is wrong.
[[nodiscard]] Topology read_topology(const std::filesystem::path& path);
[[nodiscard]] Topology parse_topology(std::string_view text, std::string_view place);

// The convolutions and linear layers of a network, padding as a part of their inputs and windows
// without dilation. Each group of a layer that is not depthwise is a layer of its own.
[[nodiscard]] Topology topology_of(const compress::QuantisedNetwork& network);
// A line for each layer, in the format for convolutions.
[[nodiscard]] std::string topology_csv(const Topology& topology);

// The layers as a network of shapes only; each has an input of its own, so that none
// waits for another. `dense` names layers in int8 weights as `vqrom compress` does: names, "first",
// "last", "all"; depthwise ones always are. All others take indices of the configuration's codebook
// of that SHA-256. Errors: codebook.dense (a name that is none of them).
[[nodiscard]] compress::QuantisedNetwork shape_network(const Topology& topology,
                                                       const config::AcceleratorConfig& config,
                                                       const std::string& codebook_sha256,
                                                       std::vector<std::string> dense);

}  // namespace vqrom::compiler
