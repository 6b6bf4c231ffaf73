// SPDX-License-Identifier: Apache-2.0
// block_model — one module of the generator, or one leaf, as a Verilated model with named pins.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gen/netlist/netlist.h"
#include "sim/verilator/verilated_model.h"

namespace vqrom::sim {

// The design's top (checked by the design rules), built from its text and the leaves'.
[[nodiscard]] std::filesystem::path build_block(const netlist::Design& design);
// A leaf with these parameters.
[[nodiscard]] std::filesystem::path build_leaf(
    const std::string& leaf, const std::vector<std::pair<std::string, int>>& parameters);

// A model whose pins are told by name. A cycle: set inputs, settle(), get outputs, edge().
class BlockModel {
 public:
  explicit BlockModel(const std::filesystem::path& library, std::uint32_t seed = 0)
      : model_(library, seed) {}

  // Holds rst_n low for two cycles with all other inputs 0.
  void reset();
  // The lowest 64 bits; those above are 0.
  void set(const std::string& pin, std::uint64_t value);
  void set_bytes(const std::string& pin, const std::vector<std::uint8_t>& bytes);
  [[nodiscard]] std::uint64_t get(const std::string& pin);
  [[nodiscard]] std::vector<std::uint8_t> get_bytes(const std::string& pin);
  void settle() { model_.settle(); }
  void edge() { model_.clock_edge(); }
  [[nodiscard]] CycleModel& model() { return model_; }

 private:
  [[nodiscard]] std::span<std::uint8_t> value(const std::string& pin);

  VerilatedModel model_;
  std::map<std::string, int> ports_;
};

}  // namespace vqrom::sim
