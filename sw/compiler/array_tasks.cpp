// SPDX-License-Identifier: Apache-2.0
// array_tasks — the RUNs of an array layer, as planned.
#include <algorithm>
#include <tuple>

#include "sw/base/checked.h"
#include "sw/compiler/array_plan.h"
#include "sw/compiler/tile_cycles.h"
#include "sw/compiler/tiling.h"
#include "sw/compiler/weight_tiles.h"

namespace vqrom::compiler {
namespace {

using base::ceil_div;

// Makes the tasks of one part.
class PartTiler {
 public:
  PartTiler(const ArrayLayer& layer, const Geometry& geometry, const ArrayPart& part,
            const ArrayPlan& plan, const TileCycles& cycles, int index, std::string_view place,
            const config::AcceleratorConfig& config, MemoryLayout& layout, TaskList& tasks)
      : layer_(layer),
        geometry_(geometry),
        part_(part),
        plan_(plan),
        cycles_(cycles),
        index_(index),
        place_(place),
        config_(config),
        layout_(layout),
        tasks_(tasks),
        columns_(config.array.columns),
        tile_words_(config.tile_words(layer.dense, layer.index_bits)),
        weights_(layer, tile_words_, plan.weights_resident, config, layout, tasks),
        stripes_(cut(whole(geometry), plan.stripe)) {
    const auto first = layer.parameters.begin() + part.first_block * columns_;
    parameters_ = add_parameters({first, first + part.blocks * columns_}, layout);
  }

  void run() {
    const std::int64_t units = std::ssize(part_.units) - 1;
    const std::int64_t chunks = ceil_div(units, plan_.chunk_units);
    const std::int64_t stripes = std::ssize(stripes_);
    for (std::int64_t i = 0; i < chunks * stripes; ++i) {
      const std::int64_t chunk = plan_.weights_outer ? i / stripes : i % chunks;
      stripe_ = plan_.weights_outer ? i % stripes : i / chunks;
      const auto unit = static_cast<std::size_t>(chunk * plan_.chunk_units);
      first_block_ = part_.units[unit];
      end_block_ = part_.units[std::min<std::size_t>(
          unit + static_cast<std::size_t>(plan_.chunk_units), static_cast<std::size_t>(units))];
      run_chunk();
    }
  }

 private:
  [[nodiscard]] const Block& block_at(std::int64_t b) const {
    return layer_.blocks[static_cast<std::size_t>(b)];
  }
  [[nodiscard]] const Stripe& stripe() const { return stripes_[static_cast<std::size_t>(stripe_)]; }

  void run_chunk() {
    open_output();
    if (!plan_.split) {
      for (std::int64_t b = first_block_; b < end_block_; b += plan_.weight_blocks) {
        const std::int64_t count = std::min(plan_.weight_blocks, end_block_ - b);
        run_piece(
            {b, count, {{0, geometry_.y.kernel}, {0, geometry_.x.kernel}, {0, 0}}, true, true});
      }
      return;
    }
    for (std::int64_t b = first_block_; b < end_block_; ++b) run_split_block(b);
  }

  void run_split_block(std::int64_t b) {
    const Block& block = block_at(b);
    std::vector<WeightPiece> pieces;
    for (std::int64_t ky = 0; ky < geometry_.y.kernel; ky += plan_.taps_y) {
      for (std::int64_t kx = 0; kx < geometry_.x.kernel; kx += plan_.taps_x) {
        for (std::int64_t g = 0; g < block.groups; g += plan_.tap_groups) {
          const Taps taps{{ky, std::min(plan_.taps_y, geometry_.y.kernel - ky)},
                          {kx, std::min(plan_.taps_x, geometry_.x.kernel - kx)},
                          {block.first_group + g, std::min(plan_.tap_groups, block.groups - g)}};
          pieces.push_back({b, 1, taps, false, false});
        }
      }
    }
    pieces.front().first = true;
    pieces.back().last = true;
    for (const WeightPiece& piece : pieces) run_piece(piece);
  }

  void run_piece(const WeightPiece& piece) {
    std::int64_t word = 0;
    const TileUse weights = weights_.of(piece, word);
    for (std::int64_t b = piece.block; b < piece.block + piece.blocks;) {
      // Blocks that read the same input and write one after the other share a RUN.
      std::int64_t count = 1;
      while (b + count < piece.block + piece.blocks && continues(b + count)) ++count;
      const Taps taps = piece.taps_of(block_at(b));
      Task task = task_for(b, count, taps, piece);
      task.weights = weights;
      task.run.weights = word;
      word += count * words_of(taps);
      tasks_.tasks.push_back(std::move(task));
      b += count;
    }
  }

  [[nodiscard]] bool continues(std::int64_t b) const {
    const Block& before = block_at(b - 1);
    Block next = block_at(b);
    if (next.first_channel != before.first_channel + columns_) return false;
    next.first_channel = before.first_channel;
    next.channels = before.channels;
    return next == before;
  }

  [[nodiscard]] std::int64_t words_of(const Taps& taps) const {
    return taps.ky.count * taps.kx.count * taps.groups.count * tile_words_;
  }

  Task task_for(std::int64_t b, std::int64_t blocks, const Taps& taps, const WeightPiece& piece) {
    const Block& block = block_at(b);
    Task task;
    task.layer = index_;
    task.shape.operation = static_cast<std::int64_t>(config::Operation::kArray);
    task.shape.dense = layer_.dense ? 1 : 0;
    task.shape.index_bits = layer_.index_bits;
    task.shape.index_base = layer_.index_base;
    task.shape.out_group_step = stripe().pixels() & 0xFFFF;
    task.shape.pad_code = layer_.pad_code;
    task.shape.zero_point = layer_.zero_point;
    task.shape.low = layer_.low;
    task.shape.high = layer_.high;
    task.activations = activations_of(taps);
    const std::string problem =
        set_walk(geometry_, stripe(), taps, input_box_, task.shape, task.run);
    if (!problem.empty()) throw base::UserError("program.limit", std::string(place_), problem);
    const std::int64_t rows = config_.array.rows;
    task.run.blocks = blocks;
    task.run.first_row = taps.groups.first == block.first_group ? block.first_row : 0;
    task.run.last_row =
        taps.groups.end() == block.first_group + block.groups ? block.last_row : rows - 1;
    task.run.first = piece.first ? 1 : 0;
    task.run.last = piece.last ? 1 : 0;
    task.parameters = parameters_of(b, task.run.parameters);
    const std::int64_t group = block.first_channel / rows;
    task.run.output = (group - output_groups_.first) * stripe().pixels();
    task.run.out_lane = block.first_channel % rows / config_.requantise.lanes;
    task.run.out_groups = output_groups_.end() - group;
    task.output = output_;
    task.work = work_of(b, blocks, taps, piece.last);
    return task;
  }

  [[nodiscard]] Work work_of(std::int64_t first, std::int64_t blocks, const Taps& taps,
                             bool drains) const {
    const std::int64_t pixels = stripe().pixels();
    Work work{blocks, 0, drains ? pixels * config_.drain_beats() : 0, 0, 0};
    std::int64_t cycles = 0;
    for (std::int64_t b = first; b < first + blocks; ++b) {
      for (std::int64_t ky = taps.ky.first; ky < taps.ky.end(); ++ky) {
        for (std::int64_t kx = taps.kx.first; kx < taps.kx.end(); ++kx) {
          for (std::int64_t g = taps.groups.first; g < taps.groups.end(); ++g) {
            cycles += std::max(pixels, cycles_.of({b, ky, kx, g}));
            work.decode_conflicts += cycles_.conflicts({b, ky, kx, g});
          }
        }
      }
    }
    if (!layer_.dense) {
      work.decode_beats =
          blocks * taps.ky.count * taps.kx.count * taps.groups.count * config_.tile_beats();
    }
    work.block_cycles = ceil_div(cycles, blocks);
    return work;
  }

  void open_output() {
    const std::int64_t rows = config_.array.rows;
    const Block& last = block_at(end_block_ - 1);
    const std::int64_t first = block_at(first_block_).first_channel / rows;
    output_groups_ = {first, (last.first_channel + last.channels - 1) / rows - first + 1};
    const Box box{output_groups_, stripe().images, stripe().rows, stripe().columns};
    output_ = static_cast<int>(tasks_.outputs.size());
    tasks_.outputs.push_back(
        {box.vectors(), transfers(layer_.output, box, 0, packed(box), config_)});
  }

  TileUse new_tile(config::Target target, std::int64_t words, std::vector<Transfer> loads) {
    tasks_.tiles.push_back({target, words, {std::move(loads)}});
    return {static_cast<int>(tasks_.tiles.size()) - 1, 0};
  }

  TileUse activations_of(const Taps& taps) {
    if (plan_.scope != Scope::kStripe) return resident_activations();
    const Taps all = plan_.split_input
                         ? taps
                         : Taps{{0, geometry_.y.kernel}, {0, geometry_.x.kernel}, part_.groups};
    const InputKey key{stripe_, all.groups.first, all.groups.count, all.ky.first, all.kx.first};
    if (activations_.tile >= 0 && key == activations_key_) return activations_;
    input_box_ = input_box(geometry_, stripe(), all);
    activations_key_ = key;
    activations_ = new_tile(config::Target::kActivations, input_box_.vectors(),
                            loads_of(input_box_, input_box_));
    return activations_;
  }

  // The LOADs of a box that is a part of a tile; the layer's first input comes in pieces, each as
  // soon as its producer has stored it.
  std::vector<Transfer> loads_of(const Box& tile, const Box& part) {
    std::vector<Transfer> loads;
    const BufferSteps steps = packed(tile);
    const std::int64_t pieces = begun_ ? 1 : std::min(kEarlyLoads, part.groups.count);
    begun_ = true;
    const std::int64_t length = ceil_div(part.groups.count, pieces);
    for (std::int64_t g = part.groups.first; g < part.groups.end(); g += length) {
      Box piece = part;
      piece.groups = {g, std::min(length, part.groups.end() - g)};
      const std::int64_t buffer =
          (g - tile.groups.first) * steps.group + (part.rows.first - tile.rows.first) * steps.row;
      const auto some = transfers(layer_.input, piece, buffer, steps, config_);
      loads.insert(loads.end(), some.begin(), some.end());
    }
    return loads;
  }

  // The whole image (or all of them), rows as they are needed.
  TileUse resident_activations() {
    const bool all = plan_.scope == Scope::kAll;
    const Extent images = all ? Extent{0, geometry_.images} : stripe().images;
    const InputKey key{images.first, 0, 0, 0, 0};
    const Box needed = input_box(geometry_, stripe(),
                                 {{0, geometry_.y.kernel}, {0, geometry_.x.kernel}, part_.groups});
    if (activations_.tile < 0 || key != activations_key_) {
      activations_key_ = key;
      input_box_ = {part_.groups, images, {0, geometry_.y.in}, {0, geometry_.x.in}};
      tasks_.tiles.push_back({config::Target::kActivations, input_box_.vectors(), {}});
      activations_ = {static_cast<int>(tasks_.tiles.size()) - 1, -1};
      loaded_image_ = stripe().images.first;
      loaded_rows_ = 0;
    }
    load_resident(needed);
    return activations_;
  }

  void load_resident(const Box& needed) {
    auto& parts = tasks_.tiles[static_cast<std::size_t>(activations_.tile)].parts;
    const std::int64_t image = needed.images.first;
    if (image != loaded_image_ && image < loaded_image_) return;  // a pass after the first
    if (image != loaded_image_) {
      loaded_image_ = image;
      loaded_rows_ = 0;
    }
    // Row by row: a stripe of some columns loads its rows whole.
    if (needed.rows.end() <= loaded_rows_) return;
    Box part = input_box_;
    part.images = needed.images;
    part.rows = {loaded_rows_, needed.rows.end() - loaded_rows_};
    std::vector<Transfer> loads = loads_of(input_box_, part);
    const std::int64_t offset =
        (part.images.first - input_box_.images.first) * packed(input_box_).image;
    for (Transfer& load : loads) load.buffer += offset;
    parts.push_back(std::move(loads));
    activations_.part = static_cast<int>(parts.size()) - 1;
    loaded_rows_ = needed.rows.end();
  }

  // The tile of the parameters, and in `entry` where those of block b stand in it.
  TileUse parameters_of(std::int64_t b, std::int64_t& entry) {
    const std::int64_t first = plan_.parameters_resident ? part_.first_block : first_block_;
    const std::int64_t blocks =
        plan_.parameters_resident ? part_.blocks : end_block_ - first_block_;
    entry = (b - first) * columns_;
    if (parameters_use_.tile >= 0 && parameters_first_ == first) return parameters_use_;
    parameters_first_ = first;
    const std::int64_t bytes = kParameterEntryBytes * columns_;
    parameters_use_ = new_tile(config::Target::kParameters, blocks * columns_,
                               {contiguous(parameters_ + (first - part_.first_block) * bytes,
                                           blocks * bytes / config_.bus_bytes())});
    return parameters_use_;
  }

  // Stripe (or image), first group and groups, first kernel row and column.
  using InputKey = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t>;

  const ArrayLayer& layer_;
  const Geometry& geometry_;
  const ArrayPart& part_;
  const ArrayPlan& plan_;
  const TileCycles& cycles_;
  int index_;
  std::string_view place_;
  const config::AcceleratorConfig& config_;
  MemoryLayout& layout_;
  TaskList& tasks_;
  std::int64_t columns_;
  std::int64_t tile_words_;
  WeightTiles weights_;
  std::vector<Stripe> stripes_;
  std::int64_t parameters_ = 0;  // address

  std::int64_t stripe_ = 0;
  std::int64_t first_block_ = 0;  // of the chunk
  std::int64_t end_block_ = 0;
  int output_ = -1;
  Extent output_groups_;
  TileUse activations_;
  InputKey activations_key_;
  Box input_box_;  // of activations_
  bool begun_ = false;
  std::int64_t loaded_image_ = 0;
  std::int64_t loaded_rows_ = 0;
  TileUse parameters_use_;
  std::int64_t parameters_first_ = -1;
};

}  // namespace

TilingNote tile_array_layer(ArrayLayer layer, int index, std::string_view place,
                            const config::AcceleratorConfig& config, std::int64_t planned_ports,
                            MemoryLayout& layout, TaskList& tasks) {
  const Geometry geometry = simplify(layer, config.array.rows, {&layer.input}, layer.output);
  TilingNote note;
  const std::size_t first_tile = tasks.tiles.size();
  const std::size_t first_output = tasks.outputs.size();
  const std::int64_t tile_words = config.tile_words(layer.dense, layer.index_bits);
  if (!layer.dense) note.index_bits = config.index_width_of(layer.index_bits);
  note.index_base = layer.index_base;
  const TileCycles cycles(layer, geometry, config, layout.keeps_data());
  const std::int64_t least_pixels = layer.dense ? 0 : config.tile_codewords() / planned_ports;
  std::optional<ArrayPlan> plan;
  ArrayPart planned;
  for (const ArrayPart& part : array_parts(layer.blocks, config.array.rows)) {
    const bool same =
        plan && part.blocks == planned.blocks && part.groups.count == planned.groups.count &&
        part.block_groups == planned.block_groups && part.units.size() == planned.units.size();
    if (!same) plan = plan_array(geometry, part, tile_words, cycles, least_pixels, config);
    planned = part;
    if (!plan) {
      throw base::UserError("program.limit", std::string(place),
                            explain_misfit(part, tile_words, config));
    }
    PartTiler(layer, geometry, part, *plan, cycles, index, place, config, layout, tasks).run();
    note.order = plan->weights_outer ? "weights outer" : "stripes outer";
    note.stripes = std::ssize(cut(whole(geometry), plan->stripe));
    note.chunks += ceil_div(std::ssize(part.units) - 1, plan->chunk_units);
    note.splits = plan->split ? ceil_div(geometry.y.kernel, plan->taps_y) *
                                    ceil_div(geometry.x.kernel, plan->taps_x) *
                                    ceil_div(part.block_groups, plan->tap_groups)
                              : 1;
    note.weights_resident = plan->weights_resident;
    note.input_resident = plan->scope != Scope::kStripe;
    note.input_split = plan->split_input;
  }
  for (std::size_t i = first_tile; i < tasks.tiles.size(); ++i) {
    const Tile& tile = tasks.tiles[i];
    std::int64_t& most =
        tile.target == config::Target::kWeights ? note.weight_words : note.activation_vectors;
    if (tile.target != config::Target::kParameters) most = std::max(most, tile.words);
  }
  for (std::size_t i = first_output; i < tasks.outputs.size(); ++i) {
    note.output_vectors = std::max(note.output_vectors, tasks.outputs[i].vectors);
  }
  return note;
}

}  // namespace vqrom::compiler
