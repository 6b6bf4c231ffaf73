// SPDX-License-Identifier: Apache-2.0
#include "sim/core/program_queues.h"

#include <algorithm>

#include <fmt/format.h>

#include "sw/base/checked.h"
#include "sw/base/error.h"

namespace vqrom::sim {
namespace {

using config::Operation;

// One thing that an instruction waits for: `needed` of `what` must be complete.
struct Condition {
  std::string_view what;  // "LOAD", "the reads of RUN"
  std::int64_t needed = 0;
  std::int64_t complete = 0;
};

std::string condition_text(std::span<const Condition> conditions) {
  std::string text;
  for (const Condition& condition : conditions) {
    if (condition.complete >= condition.needed) continue;
    text += fmt::format("{}{} {}; {} are complete", text.empty() ? " waits for " : ", and for ",
                        condition.what, condition.needed - 1, condition.complete);
  }
  return text.empty() ? " waits for no other" : text;
}

RunReads reads_of(const config::Run& run, const config::Shape& shape,
                  const config::AcceleratorConfig& config) {
  RunReads reads;
  reads.table = shape.table != 0;
  const std::int64_t taps = shape.kernel_h * shape.kernel_w;
  switch (static_cast<Operation>(shape.operation)) {
    case Operation::kArray: {
      const bool dense = config.array.dense_bypass && shape.dense != 0;
      const std::int64_t tiles = run.blocks * taps * run.groups;
      reads.weight_words = tiles * config.tile_words(dense, shape.index_bits);
      reads.array_weights = tiles * config.array.rows * config.array.columns;
      if (run.first != 0) reads.parameters = run.blocks * config.array.columns;
      break;
    }
    case Operation::kWindowSum:
      if (shape.unit_weights == 0) {
        reads.window_vectors = run.groups * run.out_h * run.out_w * taps;
      }
      reads.parameters = run.groups * config.array.rows;
      break;
    case Operation::kWindowMax:
      reads.parameters = run.groups * config.array.rows;
      break;
    case Operation::kAdd:
      break;
  }
  return reads;
}

}  // namespace

RunReads& RunReads::operator+=(const RunReads& other) {
  weight_words += other.weight_words;
  parameters += other.parameters;
  window_vectors += other.window_vectors;
  array_weights += other.array_weights;
  table = table || other.table;
  return *this;
}

MovedWords& MovedWords::operator+=(const MovedWords& other) {
  for (std::size_t i = 0; i < loaded.size(); ++i) loaded[i] += other.loaded[i];
  stored += other.stored;
  return *this;
}

ProgramQueues::ProgramQueues(const compiler::Program& program) {
  config::Shape shape;
  std::vector<RunReads> reads;  // of each RUN
  const std::size_t most = std::min(static_cast<std::size_t>(program.instruction_count),
                                    program.image.size() / config::kInstructionBytes);
  loads_.reserve(most);
  runs_.reserve(most);
  reads.reserve(most);
  for (std::int64_t i = 0; i < program.instruction_count; ++i) {
    const auto at = static_cast<std::size_t>(i) * config::kInstructionBytes;
    VQROM_CHECK(at + config::kInstructionBytes <= program.image.size(),
                "instruction {} is not in the program's image", i);
    const config::Instruction instruction =
        config::decode(std::span(program.image).subspan(at).first<config::kInstructionBytes>(),
                       program.network, i);
    if (const auto* load = std::get_if<config::Load>(&instruction)) loads_.push_back({*load});
    if (const auto* given = std::get_if<config::Shape>(&instruction)) shape = *given;
    if (const auto* run = std::get_if<config::Run>(&instruction)) {
      runs_.push_back({*run});
      reads.push_back(reads_of(*run, shape, program.config));
    }
    if (const auto* store = std::get_if<config::Store>(&instruction)) stores_.push_back({*store});
  }
  for (const compiler::LayerPlace& layer : program.layers) {
    layer_names_.push_back(layer.name);
    run_ends_.push_back(layer.first_run + layer.runs);
  }
  if (layer_names_.empty()) return;
  give_to_layers();
  layer_reads_.resize(layer_count());
  for (std::size_t i = 0; i < runs_.size(); ++i) layer_reads_[runs_[i].layer] += reads[i];
  layer_words_.resize(layer_count());
  for (const auto& [load, layer] : loads_) {
    layer_words_[layer].loaded[static_cast<std::size_t>(load.target)] += load.rows * load.row_words;
  }
  for (const auto& [store, layer] : stores_) {
    layer_words_[layer].stored += store.rows * store.row_words;
  }
}

// Instructions of neighbouring layers stand among each other. The tickets tell whose they are: a
// LOAD is for the first RUN that waits for it, a STORE for the last RUN that it waits for.
void ProgramQueues::give_to_layers() {
  std::size_t layer = 0;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    while (layer + 1 < layer_count() && static_cast<std::int64_t>(i) >= run_ends_[layer]) ++layer;
    runs_[i].layer = layer;
  }
  std::size_t load = 0;
  for (const auto& [run, of] : runs_) {
    for (; load < loads_.size() && static_cast<std::int64_t>(load) < run.wait_loads; ++load) {
      loads_[load].layer = of;
    }
  }
  for (; load < loads_.size(); ++load) loads_[load].layer = layer_count() - 1;
  store_ends_.resize(layer_count());
  std::size_t last_run = 0;
  for (std::size_t i = 0; i < stores_.size() && !runs_.empty(); ++i) {
    const std::int64_t waits = stores_[i].instruction.wait_runs;
    const std::int64_t run = std::clamp<std::int64_t>(waits, 1, std::ssize(runs_)) - 1;
    last_run = std::max(last_run, static_cast<std::size_t>(run));
    stores_[i].layer = runs_[last_run].layer;
    store_ends_[stores_[i].layer] = static_cast<std::int64_t>(i) + 1;
  }
  for (std::size_t i = 1; i < store_ends_.size(); ++i) {
    store_ends_[i] = std::max(store_ends_[i], store_ends_[i - 1]);
  }
}

const std::string& ProgramQueues::layer_name(std::size_t layer) const {
  static const std::string kNone = "none";
  return layer < layer_names_.size() ? layer_names_[layer] : kNone;
}

std::string ProgramQueues::load_text(const Tickets& tickets) const {
  if (tickets.loads >= std::ssize(loads_)) {
    return fmt::format("all {} LOADs are complete", loads_.size());
  }
  const auto& [load, layer] = loads_[static_cast<std::size_t>(tickets.loads)];
  return fmt::format(
      "LOAD {} (layer {}){}", tickets.loads, layer_name(layer),
      condition_text(std::array{Condition{"the reads of RUN", load.wait_reads, tickets.reads},
                                Condition{"STORE", load.wait_stores, tickets.stores}}));
}

std::string ProgramQueues::run_text(const Tickets& tickets) const {
  if (tickets.runs >= std::ssize(runs_)) {
    return fmt::format("all {} RUNs are complete", runs_.size());
  }
  const auto& [run, layer] = runs_[static_cast<std::size_t>(tickets.runs)];
  return fmt::format("RUN {} (layer {}){}", tickets.runs, layer_name(layer),
                     condition_text(std::array{
                         Condition{"LOAD", run.wait_loads, tickets.loads},
                         Condition{"the reads of STORE", run.wait_stores, tickets.store_reads}}));
}

std::string ProgramQueues::store_text(const Tickets& tickets) const {
  if (tickets.stores >= std::ssize(stores_)) {
    return fmt::format("all {} STOREs are complete", stores_.size());
  }
  const auto& [store, layer] = stores_[static_cast<std::size_t>(tickets.stores)];
  return fmt::format("STORE {} (layer {}){}", tickets.stores, layer_name(layer),
                     condition_text(std::array{Condition{"RUN", store.wait_runs, tickets.runs}}));
}

std::string ProgramQueues::waiting_text(const Tickets& tickets) const {
  return fmt::format("{}\n{}\n{}", load_text(tickets), run_text(tickets), store_text(tickets));
}

std::size_t ProgramQueues::finished_layers(const Tickets& tickets) const {
  std::size_t layer = 0;
  while (layer < layer_count() && tickets.runs >= run_ends_[layer] &&
         tickets.stores >= store_ends_[layer]) {
    ++layer;
  }
  return layer;
}

}  // namespace vqrom::sim
