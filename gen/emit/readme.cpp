// SPDX-License-Identifier: Apache-2.0
#include "gen/emit/readme.h"

#include <algorithm>

#include "gen/blocks/accelerator.h"
#include "gen/config/instruction_set.h"
#include "gen/leaf/field_bits.h"
#include "sw/base/error.h"

namespace vqrom::emit {
namespace {

using netlist::NetDeclaration;
using netlist::NetRole;

std::string_view store_text(config::Storage storage) {
  switch (storage) {
    case config::Storage::kRomLogic:
      return "ROM | a case table in logic";
    case config::Storage::kRomMemory:
      return "ROM | a memory with an image";
    case config::Storage::kRomMacro:
      return "ROM | a macro, black box in synthesis";
    case config::Storage::kSram:
      return "codebook store | a memory that programs fill";
    case config::Storage::kRegisters:
      return "codebook store | flip-flops that programs fill";
  }
  return "";
}

std::string ports_sentence(const config::AcceleratorConfig& config) {
  const bool one = config.codebook.read_ports == 1;
  if (config.is_banked()) {
    return fmt::format("read port{}, {} banks", one ? "" : "s", config.codebook.banks);
  }
  if (config.codebook.storage == config::Storage::kRegisters) {
    return one ? "read port" : "read ports that share them";
  }
  return one ? "read port" : "read ports, each with a copy";
}

// The store and how often it is there.
std::string store_size(const config::AcceleratorConfig& config,
                       const codebook::Codebook& codebook) {
  const bool registers = config.codebook.storage == config::Storage::kRegisters;
  const char* kind = registers                 ? "registers (`vq_codebook_registers`)"
                     : config.loads_codebook() ? "memory (`vq_ram_1r1w`)"
                                               : "ROM";
  const bool once = registers || config.is_banked();
  return fmt::format("| codebook {} | {} x {} bits |\n", kind,
                     once ? 1 : config.codebook.read_ports, codebook.rom_bits());
}

std::string config_section(const config::AcceleratorConfig& config,
                           const codebook::Codebook& codebook) {
  return fmt::format(
      "## Configuration\n"
      "| what | value |\n|---|---|\n"
      "| name | {} |\n"
      "| array | {} rows (input channels) x {} columns (output channels) |\n"
      "| weights | {} codewords of {} elements of {} bits{} |\n"
      "| codebook | SHA-256 `{}` |\n"
      "| {}, {} {} |\n"
      "| accumulators | 2 banks of {} pixels x {} columns x {} bits |\n"
      "| requantisation | {} columns a cycle |\n"
      "| weight stream | words of {} bits |\n\n"
      "`manifest.json` holds all of it for programs.\n\n",
      config.name, config.array.rows, config.array.columns, codebook.entries, codebook.dimension,
      codebook.element_bits, config.array.dense_bypass ? ", or int8" : "", codebook.sha256,
      store_text(config.codebook.storage), config.codebook.read_ports, ports_sentence(config),
      config.accumulator.depth, config.array.columns, leaf::kSumBits, config.requantise.lanes,
      config.bus.data_bits);
}

std::string buffers_section(const config::AcceleratorConfig& config) {
  const config::BuffersConfig& buffers = config.buffers;
  const int vector_bits = config.array.rows * 8;
  const auto row = [](std::string_view name, int words, int bits) {
    return fmt::format("| {} | {} | {} | {} |\n", name, words, bits, words * bits / 8);
  };
  return "## Buffers\n| buffer | words | bits | bytes |\n|---|---|---|---|\n" +
         row("activations", buffers.activation_vectors, vector_bits) +
         row("weights", buffers.weight_words, config.bus.data_bits) +
         row("parameters", buffers.parameter_entries, leaf::kParameterBits) +
         row("window weights", buffers.window_vectors, vector_bits) +
         row("output", buffers.output_vectors, vector_bits) +
         row(fmt::format("two tables of activation functions, {} copies", config.requantise.lanes),
             static_cast<int>(config::kTables * config::kTableEntries / config.bus_bytes()),
             config.bus.data_bits) +
         fmt::format(
             "\nAll are `vq_ram_1r1w`, the output buffer in {} banks: swap that file for macros. "
             "Bursts have at most {}\nwords of {} bits; {} of them may wait for an answer.\n\n",
             config.vector_beats(), config.bus.burst_words, config.bus.data_bits,
             config.bus.outstanding);
}

// The registers by which a program is started; docs/rtl/accelerator.md has all.
std::string registers_section() {
  return fmt::format(
      "## Running a program\n"
      "Put a compiled program (`vqrom compile`) and its data into memory. Then, by AXI4-Lite:\n\n"
      "| register | offset | |\n|---|---|---|\n"
      "| `BASE_LOW`, `BASE_HIGH` | 0x010, 0x014 | write the program's byte address |\n"
      "| `COUNT` | 0x018 | write its number of instructions |\n"
      "| `IRQ_ENABLE` | 0x01C | write 1 to have `irq_o` raised at the end |\n"
      "| `WATCHDOG` | 0x020 | write the cycles without progress after which to stop; 0: never |\n"
      "| `CONTROL` | 0x008 | write 1 to start, 2 to clear the interrupt |\n"
      "| `STATUS` | 0x00C | read: bit 0 busy, 1 done, 2 error response, 3 watchdog, 4 illegal "
      "instruction |\n\n"
      "After a stop (bits 2 to 4) only a reset helps. The codebook's hash is at 0x040, counters of "
      "what the cycles\nwere used for are from 0x100 on: docs/rtl/accelerator.md in vqrom has all "
      "registers. `{}` has the\ninstructions' fields for C.\n\n",
      kInstructionHeader);
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
  for (const int bits : config.index_widths()) {
    if (bits == config.index_bits()) continue;
    text += fmt::format("| a tile's words of indices of {} bits | {} |\n", bits,
                        config.index_words(bits));
  }
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
      "| part | size |\n|---|---|\n{}"
      "| multipliers | {} of 8 x {} bits |\n"
      "| weight registers | 2 x {} bits |\n"
      "| accumulator memory | 2 x {} words x {} bits (`vq_ram_1r1w`: swap it for a macro) |\n"
      "| parameter registers | 2 x {} bits |\n"
      "| requantisation | {} multipliers of 32 x 32 bits |\n\n",
      store_size(config, codebook), weights, config.weight_bits(), weights * config.weight_bits(),
      config.accumulator.depth, config.array.columns * leaf::kSumBits,
      config.array.columns * leaf::kParameterBits, config.requantise.lanes);
}

std::string use_section(const config::AcceleratorConfig& config, std::string_view top) {
  std::string text = "## Lint\nIn this directory:\n\n";
  for (const std::string& command : lint_commands(top)) text += "    " + command + "\n";
  if (!config.has_rom_image()) return text;
  const bool banked = config.is_banked();
  text += fmt::format(
      "\n## The ROM's image\n"
      "`{}`{} is read by `$readmemh`, whose paths are relative to the directory in which a tool "
      "runs.\nOutside of this directory define `{}`{} as the image's path, in quotes.\n",
      banked ? blocks::bank_image(0) : std::string(blocks::kRomImage), banked ? " …" : "",
      banked ? blocks::bank_image_macro(0) : std::string(blocks::kRomImageMacro),
      banked ? " …" : "");
  if (config.codebook.storage != config::Storage::kRomMacro) return text;
  text += fmt::format(
      "\n## The ROM macro\n"
      "`{}`{} stands for a compiled ROM and is its behaviour in simulation; where `SYNTHESIS` is "
      "defined it is a\nblack box. Compile the macro from the image (`.hex`, or the same as "
      "`.mif`) and put a module of this name and\nthese ports in place of the file: `clk`, `en_i`, "
      "`index_i`, and the word one cycle later, held until the next\nread. Depth, width and number "
      "of macros: `codebook.macros` in `manifest.json`.\n",
      banked ? "rtl/vq_codebook_bank0.v" : "rtl/vq_codebook_rom.v", banked ? " …" : "");
  return text;
}

}  // namespace

std::vector<std::string> lint_commands(std::string_view top) {
  return {
      fmt::format("verilator --lint-only -Wall --language 1364-2005 --top-module {} -f files.f",
                  top),
      fmt::format("iverilog -g2005 -Wall -t null -s {} -c files.f", top),
      fmt::format("yosys -q -p \"read_verilog $(tr '\\n' ' ' < files.f); hierarchy -check -top {}; "
                  "proc; opt_clean; check -assert\"",
                  top)};
}

std::string readme_text(const config::AcceleratorConfig& config, const codebook::Codebook& codebook,
                        const netlist::Design& design, const std::vector<BundleFile>& files,
                        std::string_view generator) {
  const std::string& top = design.top().name();
  std::string text = fmt::format(
      "# {}, {} x {}\n"
      "Made by {}: `vqrom generate CONFIG --codebook CODEBOOK -o BUNDLE`. Change the "
      "configuration, not these files.\n\n"
      "`rtl/` holds {} Verilog-2005 files, listed in compile order in `files.f`; `rtl/{}.v` is the "
      "top and starts\nwith a drawing. `constraints/` holds clock constraints to start from.\n\n",
      top, config.array.rows, config.array.columns, generator,
      std::count_if(files.begin(), files.end(),
                    [](const BundleFile& file) { return file.role != "data"; }),
      top);
  const bool is_accelerator = config.top == config::Top::kAccelerator;
  text += config_section(config, codebook);
  if (is_accelerator) text += buffers_section(config) + registers_section();
  text += ports_section(design.top());
  text += timing_section(config);
  text += area_section(config, codebook);
  text += use_section(config, top);
  return text;
}

}  // namespace vqrom::emit
