// SPDX-License-Identifier: Apache-2.0
#include "sw/compiler/compile.h"

#include <algorithm>

#include "sw/codebook/codeword_bytes.h"
#include "sw/compiler/lowering.h"
#include "sw/compiler/schedule.h"
#include "sw/compiler/transfer.h"

namespace vqrom::compiler {
namespace {

void check_bundle(const compress::QuantisedNetwork& network,
                  const config::AcceleratorConfig& config, const std::string& codebook_sha256) {
  if (config.top != config::Top::kAccelerator) {
    throw base::UserError("program.bundle", config.name,
                          "top is core, which has no memory port; generate the bundle with top "
                          "accelerator");
  }
  if (!network.codebook_sha256.empty() && network.codebook_sha256 != codebook_sha256) {
    throw base::UserError("codebook.mismatch", network.name,
                          fmt::format("its indices belong to the codebook {}; the bundle holds {}",
                                      network.codebook_sha256, codebook_sha256));
  }
}

std::string place_of(const compress::QuantisedNetwork& network, int node) {
  return fmt::format("{}: node '{}'", network.name,
                     network.nodes[static_cast<std::size_t>(node)].name);
}

TilingNote tile(MachineLayer layer, int index, std::string_view place,
                const config::AcceleratorConfig& config, std::int64_t planned_ports,
                MemoryLayout& layout, TaskList& tasks) {
  if (auto* array = std::get_if<ArrayLayer>(&layer)) {
    return tile_array_layer(std::move(*array), index, place, config, planned_ports, layout, tasks);
  }
  return tile_vector_layer(std::move(std::get<VectorLayer>(layer)), index, place, config, layout,
                           tasks);
}

// Lets the tasks from `first` on look their codes up in a tile of `table`, one for all.
void add_table(std::span<const std::int8_t> table, std::size_t first,
               const config::AcceleratorConfig& config, MemoryLayout& layout, TaskList& tasks) {
  if (table.empty()) return;
  std::vector<std::uint8_t> bytes;
  for (const std::int8_t code : table) bytes.push_back(static_cast<std::uint8_t>(code));
  const std::int64_t words = config::kTableEntries / config.bus_bytes();
  tasks.tiles.push_back(
      {config::Target::kTable, words, {{contiguous(layout.add_data(bytes), words)}}});
  for (std::size_t t = first; t < tasks.tasks.size(); ++t) {
    tasks.tasks[t].shape.table = 1;
    tasks.tasks[t].table = {static_cast<int>(tasks.tiles.size()) - 1, 0};
  }
}

class Compiler {
 public:
  Compiler(const compress::QuantisedNetwork& network, const config::AcceleratorConfig& config,
           const CompileSettings& settings, std::int64_t planned_ports)
      : network_(network),
        config_(config),
        settings_(settings),
        planned_ports_(planned_ports),
        layout_(network.shapes_only ? MemoryLayout::Data::kSizes : MemoryLayout::Data::kBytes) {
    result_.program.network = network.name;
    result_.program.config = config;
    result_.program.batch = settings.batch;
  }

  Compilation run() {
    Lowering lowering(network_, config_, settings_.batch, settings_.codebook, layout_);
    lowered_ = lowering.run();
    for (std::size_t i = 0; i < lowered_.size(); ++i) {
      LayerReport& report = result_.layers.emplace_back();
      for (MachineLayer& layer : lowered_[i].layers) {
        const std::vector<std::int8_t> table =
            std::visit([](const LayerBase& base) { return base.table; }, layer);
        const std::size_t first = tasks_.tasks.size();
        report.notes.push_back(tile(std::move(layer), static_cast<int>(i),
                                    place_of(network_, lowered_[i].node), config_, planned_ports_,
                                    layout_, tasks_));
        add_table(table, first, config_, layout_, tasks_);
      }
    }
    if (config_.loads_codebook()) add_codebook();
    const Schedule schedule =
        compiler::schedule(tasks_, lowered_.size(), layout_, config_, network_.name);
    link(schedule);
    add_layers(schedule);
    add_tensors(lowering.places());
    result_.estimated_cycles = schedule.cycles;
    return std::move(result_);
  }

 private:
  // One LOAD of all codewords, for all RUNs that decode.
  void add_codebook() {
    TileUse use;
    for (Task& task : tasks_.tasks) {
      const bool array =
          task.shape.operation == static_cast<std::int64_t>(config::Operation::kArray);
      if (!array || task.shape.dense != 0) continue;
      if (use.tile < 0) use = codebook_tile();
      task.codebook = use;
    }
  }

  TileUse codebook_tile() {
    if (settings_.codebook == nullptr) {
      throw base::UserError("program.codebook", network_.name,
                            "its program loads the codebook, which is in no ROM; give "
                            "the codebook with --codebook");
    }
    const int words = config_.codeword_words();
    const std::int64_t address = layout_.add_data(
        codebook::codebook_bytes(*settings_.codebook, words * config_.bus_bytes()));
    const std::int64_t entries = config_.codebook.entries;
    tasks_.tiles.push_back(
        {config::Target::kCodebook, entries, {{contiguous(address, entries * words)}}});
    return {static_cast<int>(tasks_.tiles.size()) - 1, 0};
  }

  void link(const Schedule& schedule) {
    Program& program = result_.program;
    program.instruction_count = std::ssize(schedule.instructions);
    layout_.set_instructions(program.instruction_count);
    program.memory_bytes = layout_.memory_bytes();
    const std::int64_t space = std::int64_t{1} << config_.bus.address_bits;
    if (program.memory_bytes > space) {
      throw base::UserError(
          "program.limit", network_.name,
          fmt::format("takes {} bytes of memory with a batch of {}; "
                      "bus.address_bits ({}) reach {}",
                      program.memory_bytes, settings_.batch, config_.bus.address_bits, space));
    }
    program.image = layout_.image();
    auto to = program.image.begin();
    for (config::Instruction instruction : schedule.instructions) {
      if (auto* load = std::get_if<config::Load>(&instruction)) {
        load->address = layout_.resolve(load->address);
      } else if (auto* store = std::get_if<config::Store>(&instruction)) {
        store->address = layout_.resolve(store->address);
      }
      to = std::ranges::copy(config::encode(instruction), to).out;
    }
  }

  void add_layers(const Schedule& schedule) {
    const std::int64_t bytes = config_.bus_bytes();
    const double peak = double(config_.array.rows) * config_.array.columns;
    for (std::size_t i = 0; i < lowered_.size(); ++i) {
      const LoweredNode& node = lowered_[i];
      const LayerSchedule& layer = schedule.layers[i];
      LayerReport& report = result_.layers[i];
      report.place = {node.node,
                      network_.nodes[static_cast<std::size_t>(node.node)].name,
                      node.operation,
                      node.weights,
                      layer.first_instruction,
                      layer.instructions,
                      layer.first_run,
                      layer.runs,
                      node.macs,
                      layer.cycles};
      report.compute_cycles = layer.compute_cycles;
      report.decode_beats = layer.decode_beats;
      report.decode_conflicts = layer.decode_conflicts;
      for (std::size_t t = 0; t < layer.loaded_words.size(); ++t) {
        report.loaded_bytes[t] = layer.loaded_words[t] * bytes;
      }
      report.stored_bytes = layer.stored_words * bytes;
      if (layer.cycles > 0) {
        report.utilisation =
            static_cast<double>(node.macs) / (static_cast<double>(layer.cycles) * peak);
      }
      result_.program.layers.push_back(report.place);
    }
  }

  void add_tensors(const std::vector<NodePlace>& places) {
    Program& program = result_.program;
    for (std::size_t i = 0; i < places.size(); ++i) {
      const Storage storage = places[i].storage;
      if (storage == Storage::kNowhere || storage == Storage::kTabled) continue;
      const TensorPlace tensor{static_cast<int>(i), network_.nodes[i].name, network_.nodes[i].shape,
                               layout_.resolve(places[i].address), places[i].group_stride};
      if (tensor.node == network_.input) program.input = tensor;
      if (tensor.node == network_.output) program.output = tensor;
      program.tensors.push_back(tensor);
    }
  }

  const compress::QuantisedNetwork& network_;
  const config::AcceleratorConfig& config_;
  const CompileSettings& settings_;
  std::int64_t planned_ports_;
  MemoryLayout layout_;
  TaskList tasks_;
  std::vector<LoweredNode> lowered_;
  Compilation result_;
};

}  // namespace

Compilation compile_network(const compress::QuantisedNetwork& network,
                            const config::AcceleratorConfig& config,
                            const std::string& codebook_sha256, const CompileSettings& settings) {
  check_bundle(network, config, codebook_sha256);
  if (settings.codebook != nullptr) {
    compress::check_codebook(network, *settings.codebook, network.name);
  }
  // What suits fewer ports is never slower with more, and a layer's estimate does not see how its
  // cut suits its neighbours: the whole program decides. Less than a thousandth tells nothing.
  Compilation result;
  for (std::int64_t ports = config.codebook.read_ports; ports >= 1; ports /= 2) {
    Compilation each = Compiler(network, config, settings, ports).run();
    const bool first = ports == config.codebook.read_ports;
    const std::int64_t margin = each.estimated_cycles / 1000;
    if (first || each.estimated_cycles + margin < result.estimated_cycles) {
      result = std::move(each);
    }
  }
  result.program.codebook_sha256 = codebook_sha256;
  return result;
}

}  // namespace vqrom::compiler
