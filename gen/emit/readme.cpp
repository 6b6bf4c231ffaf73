// SPDX-License-Identifier: Apache-2.0
#include "gen/emit/readme.h"

#include <algorithm>

#include "gen/blocks/accelerator.h"
#include "sw/base/error.h"

namespace vqrom::emit {
namespace {

using netlist::NetDeclaration;
using netlist::NetRole;

constexpr int kParameterBits = 32 + 31 + 6;  // bias, multiplier, shift of a column
constexpr int kSumBits = 32;

std::string config_section(const config::AcceleratorConfig& config,
                           const codebook::Codebook& codebook) {
  const bool is_logic = config.codebook.storage == config::Storage::kRomLogic;
  return fmt::format(
      "## Configuration\n"
      "| what | value |\n|---|---|\n"
      "| name | {} |\n"
      "| array | {} rows (input channels) x {} columns (output channels) |\n"
      "| weights | {} codewords of {} elements of {} bits{} |\n"
      "| codebook | SHA-256 `{}` |\n"
      "| ROM | {}, {} {} |\n"
      "| accumulators | 2 banks of {} pixels x {} columns x {} bits |\n"
      "| requantisation | {} columns a cycle |\n"
      "| weight stream | words of {} bits |\n\n"
      "`manifest.json` holds all of it for programs.\n\n",
      config.name, config.array.rows, config.array.columns, codebook.entries, codebook.dimension,
      codebook.element_bits, config.array.dense_bypass ? ", or int8" : "", codebook.sha256,
      is_logic ? "a case table in logic" : "a memory with an image", config.codebook.read_ports,
      config.codebook.read_ports == 1 ? "read port" : "read ports, each with a copy",
      config.accumulator.depth, config.array.columns, kSumBits, config.requantise.lanes,
      config.bus.data_bits);
}

std::string ports_section(const netlist::Module& top) {
  std::string text = "## Ports\n| port | direction | bits | |\n|---|---|---|---|\n";
  for (const NetDeclaration& net : top.nets()) {
    if (net.role != NetRole::kInput && net.role != NetRole::kOutput) continue;
    text +=
        fmt::format("| `{}` | {} | {} | {} |\n", net.name,
                    net.role == NetRole::kInput ? "input" : "output", top.width(net), net.comment);
  }
  return text +
         "\nEvery stream is valid/ready: an item moves in a cycle in which both are 1; valid never "
         "waits for ready.\nThe reset is active low, asserted at any time and released in step "
         "with "
         "the clock.\n\n";
}

std::string timing_section(const config::AcceleratorConfig& config) {
  std::string text = fmt::format(
      "## Cycles\n"
      "| what | cycles |\n|---|---|\n"
      "| from a vector's issue to its sums | {} |\n"
      "| from a block's last issue to its first codes, when nothing else is drained | {} |\n"
      "| a tile's decoding | {} |\n"
      "| a tile's words of indices | {} |\n",
      blocks::array_latency(config), blocks::pipeline_latency(config), config.tile_beats(),
      config.index_words());
  if (config.array.dense_bypass) {
    text += fmt::format("| a tile's words of int8 weights | {} |\n", config.dense_words());
  }
  return text + fmt::format("| a pixel's draining | {} |\n\n", config.drain_beats());
}

std::string area_section(const config::AcceleratorConfig& config,
                         const codebook::Codebook& codebook) {
  const std::int64_t weights = std::int64_t{config.array.rows} * config.array.columns;
  return fmt::format(
      "## What takes area\n"
      "| part | size |\n|---|---|\n"
      "| codebook ROM | {} x {} bits |\n"
      "| multipliers | {} of 8 x {} bits |\n"
      "| weight registers | 2 x {} bits |\n"
      "| accumulator memory | 2 x {} words x {} bits (`vq_ram_1r1w`: swap it for a macro) |\n"
      "| parameter registers | 2 x {} bits |\n"
      "| requantisation | {} multipliers of 32 x 32 bits |\n\n",
      config.codebook.read_ports, codebook.rom_bits(), weights, config.weight_bits(),
      weights * config.weight_bits(), config.accumulator.depth, config.array.columns * kSumBits,
      config.array.columns * kParameterBits, config.requantise.lanes);
}

std::string use_section(const config::AcceleratorConfig& config) {
  std::string text = "## Lint\nIn this directory:\n\n";
  for (const std::string& command : lint_commands()) text += "    " + command + "\n";
  if (config.codebook.storage == config::Storage::kRomMemory) {
    text += fmt::format(
        "\n## The ROM's image\n"
        "`{}` is read by `$readmemh`, whose paths are relative to the directory in which a tool "
        "runs.\nOutside of this directory define `{}` as the image's path, in quotes.\n",
        blocks::kRomImage, blocks::kRomImageMacro);
  }
  return text;
}

}  // namespace

std::vector<std::string> lint_commands() {
  return {"verilator --lint-only -Wall --language 1364-2005 --top-module vq_core -f files.f",
          "iverilog -g2005 -Wall -t null -s vq_core -c files.f",
          "yosys -q -p \"read_verilog $(tr '\\n' ' ' < files.f); hierarchy -check -top vq_core; "
          "proc; opt_clean; check -assert\""};
}

std::string readme_text(const config::AcceleratorConfig& config, const codebook::Codebook& codebook,
                        const netlist::Design& design, const std::vector<BundleFile>& files,
                        std::string_view generator) {
  std::string text = fmt::format(
      "# vq_core, {} x {}\n"
      "Made by {}: `vqrom generate CONFIG --codebook CODEBOOK -o BUNDLE`. Change the "
      "configuration, not these files.\n\n"
      "`rtl/` holds {} Verilog-2005 files, listed in compile order in `files.f`; `rtl/vq_core.v` "
      "is the top and starts\nwith a drawing. `constraints/` holds clock constraints to start "
      "from.\n\n",
      config.array.rows, config.array.columns, generator,
      std::count_if(files.begin(), files.end(),
                    [](const BundleFile& file) { return file.role != "data"; }));
  text += config_section(config, codebook);
  text += ports_section(design.top());
  text += timing_section(config);
  text += area_section(config, codebook);
  text += use_section(config);
  return text;
}

}  // namespace vqrom::emit
