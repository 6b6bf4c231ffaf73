// SPDX-License-Identifier: Apache-2.0
// vector_tasks — the RUNs of a layer of the vector unit: channel groups and stripes that fit.
#include <algorithm>
#include <optional>

#include "sw/base/checked.h"
#include "sw/compiler/geometry.h"
#include "sw/compiler/tiling.h"

namespace vqrom::compiler {
namespace {

using base::ceil_div;
using config::Operation;

struct VectorPlan {
  Stripe stripe;
  std::int64_t groups = 1;
  std::int64_t cycles = 0;
};

class VectorTiler {
 public:
  VectorTiler(const VectorLayer& layer, const Geometry& geometry, int index, std::string_view place,
              const config::AcceleratorConfig& config, MemoryLayout& layout, TaskList& tasks)
      : layer_(layer),
        geometry_(geometry),
        index_(index),
        place_(place),
        config_(config),
        layout_(layout),
        tasks_(tasks),
        groups_(std::ssize(layer.output.groups)),
        operands_(layer.operation == Operation::kAdd && !same_operand() ? 2 : 1),
        taps_(geometry.y.kernel * geometry.x.kernel),
        vector_cycles_(std::max<std::int64_t>(layer.operation == Operation::kAdd ? 2 : taps_,
                                              config.vector_beats())),
        uniform_(is_uniform()) {}

  TilingNote run() {
    TilingNote note{"vector"};
    add_data();
    for (const Rectangle& rectangle : layer_.rectangles) {
      const Stripe region = region_of(rectangle);
      const std::optional<VectorPlan> plan = search(region);
      if (!plan) throw base::UserError("program.limit", std::string(place_), misfit());
      const std::vector<Stripe> stripes = cut(region, plan->stripe);
      // Weights and parameters come once if groups are the outer loop.
      for (std::int64_t first = 0; first < groups_; first += plan->groups) {
        const Extent groups{first, std::min(plan->groups, groups_ - first)};
        for (const Stripe& stripe : stripes) add_task(rectangle, stripe, groups);
      }
      note.stripes += std::ssize(stripes);
      note.chunks = std::max(note.chunks, ceil_div(groups_, plan->groups));
    }
    return note;
  }

 private:
  [[nodiscard]] bool same_operand() const { return layer_.a.groups == layer_.b.groups; }
  [[nodiscard]] bool has_weights() const {
    return layer_.operation == Operation::kWindowSum && !layer_.unit_weights;
  }

  // Every group has the same parameters, so that all share those of the first ones.
  [[nodiscard]] bool is_uniform() const {
    const auto rows = static_cast<std::size_t>(config_.array.rows);
    for (const auto& set : layer_.parameters) {
      for (std::size_t i = rows; i < set.size(); ++i) {
        if (set[i].bias != set[i % rows].bias || set[i].factor != set[i % rows].factor) {
          return false;
        }
      }
    }
    return true;
  }

  void add_data() {
    for (const auto& set : layer_.parameters) parameters_.push_back(add_parameters(set, layout_));
    if (!has_weights()) return;
    std::vector<std::uint8_t> bytes(layer_.weights.size());
    std::ranges::transform(layer_.weights, bytes.begin(),
                           [](std::int8_t weight) { return static_cast<std::uint8_t>(weight); });
    weights_ = layout_.add_data(bytes);
  }

  [[nodiscard]] Stripe region_of(const Rectangle& rectangle) const {
    Stripe region = whole(geometry_);
    if (layer_.rectangles.size() == 1) return region;
    region.rows = {rectangle.first_y, rectangle.end_y - rectangle.first_y};
    region.columns = {rectangle.first_x, rectangle.end_x - rectangle.first_x};
    return region;
  }

  [[nodiscard]] Taps taps(const Extent& groups) const {
    return {{0, geometry_.y.kernel}, {0, geometry_.x.kernel}, groups};
  }

  [[nodiscard]] std::optional<VectorPlan> search(const Stripe& region) const {
    const std::int64_t side = field_limit("RUN", "out_h");
    const bool many = geometry_.images_are_columns;
    std::optional<VectorPlan> best;
    for (const std::int64_t groups : even_sizes(groups_, field_limit("RUN", "groups"))) {
      for (const std::int64_t images : even_sizes(many ? region.images.count : 1, side)) {
        for (const std::int64_t columns :
             even_sizes(region.columns.count, most_outputs(geometry_.x))) {
          for (const std::int64_t rows : even_sizes(region.rows.count, most_outputs(geometry_.y))) {
            VectorPlan plan{{{0, images}, {0, rows}, {0, columns}}, groups};
            if (!fits(plan)) continue;
            plan.cycles = estimate(region, plan);
            if (!best || plan.cycles < best->cycles) best = plan;
          }
        }
      }
    }
    return best;
  }

  [[nodiscard]] std::int64_t input_of(const VectorPlan& plan) const {
    return operands_ * input_vectors(geometry_, plan.stripe, taps({0, plan.groups}));
  }

  [[nodiscard]] bool fits(const VectorPlan& plan) const {
    const config::BuffersConfig& buffers = config_.buffers;
    const bool parameters = layer_.operation == Operation::kAdd ||
                            plan.groups * config_.array.rows <= buffers.parameter_entries;
    const bool weights = !has_weights() || plan.groups * taps_ <= buffers.window_vectors;
    return parameters && weights && input_of(plan) <= buffers.activation_vectors &&
           plan.stripe.pixels() * plan.groups <= buffers.output_vectors;
  }

  [[nodiscard]] std::int64_t estimate(const Stripe& region, const VectorPlan& plan) const {
    const std::int64_t stripes = ceil_div(region.images.count, plan.stripe.images.count) *
                                 ceil_div(region.rows.count, plan.stripe.rows.count) *
                                 ceil_div(region.columns.count, plan.stripe.columns.count);
    const std::int64_t runs = stripes * ceil_div(groups_, plan.groups);
    const std::int64_t words = config_.vector_words();
    const std::int64_t vectors = region.pixels() * groups_;
    const std::int64_t compute = vectors * vector_cycles_ + runs * kVectorRunOverhead;
    // Short rows wait for answers.
    std::int64_t load = runs * input_of(plan) * words;
    if (plan.stripe.columns.count < geometry_.x.out) {
      const std::int64_t row =
          std::min(geometry_.x.in, plan.stripe.columns.count * geometry_.x.stride) * words;
      const std::int64_t wait =
          ceil_div(row, config_.bus.burst_words) * kMemoryLatency / config_.bus.outstanding;
      load = load * std::max(row, wait) / row;
    }
    const std::int64_t store = vectors * words;
    std::int64_t serial = 0;
    if (runs > 1 && 2 * input_of(plan) > config_.buffers.activation_vectors) serial += load;
    if (runs > 1 && 2 * plan.stripe.pixels() * plan.groups > config_.buffers.output_vectors) {
      serial += store + runs * kMemoryLatency;
    }
    const std::int64_t ends = (load + store) / runs + 2 * kMemoryLatency;
    return std::max({compute, load, store}) + serial + ends + (load + store) / kTrafficWeight;
  }

  [[nodiscard]] std::string misfit() const {
    const config::BuffersConfig& buffers = config_.buffers;
    const std::int64_t input = operands_ * taps_;
    if (input > buffers.activation_vectors) {
      return fmt::format("one window of {} x {} takes {} vectors; buffers.activation_vectors is {}",
                         geometry_.y.kernel, geometry_.x.kernel, input, buffers.activation_vectors);
    }
    if (config_.array.rows > buffers.parameter_entries) {
      return fmt::format("a channel group takes {} parameters; buffers.parameter_entries is {}",
                         config_.array.rows, buffers.parameter_entries);
    }
    return fmt::format(
        "the rows of one window of {} x {} fit no buffer "
        "(buffers.activation_vectors is {}, buffers.window_vectors {})",
        geometry_.y.kernel, geometry_.x.kernel, buffers.activation_vectors, buffers.window_vectors);
  }

  void add_task(const Rectangle& rectangle, const Stripe& stripe, const Extent& groups) {
    Task task;
    task.layer = index_;
    task.shape.operation = static_cast<std::int64_t>(layer_.operation);
    task.shape.unit_weights = layer_.unit_weights ? 1 : 0;
    task.shape.out_group_step = stripe.pixels() & 0xFFFF;
    task.shape.pad_code = layer_.pad_code;
    task.shape.zero_point = layer_.zero_point;
    task.shape.low = layer_.low;
    task.shape.high = layer_.high;
    task.factors = layer_.factors;
    const Box box = input_box(geometry_, stripe, taps(groups));
    const std::string problem =
        set_walk(geometry_, stripe, taps(groups), box, task.shape, task.run);
    if (!problem.empty()) throw base::UserError("program.limit", std::string(place_), problem);
    if (layer_.operation == Operation::kAdd) {
      task.shape.kernel_w = 2;
      task.shape.dilation_x = 0;
      task.shape.kernel_x_step = operands_ == 2 ? box.vectors() & 0xFFFF : 0;
    } else {
      task.parameters = parameters_of(rectangle.parameters, groups);
    }
    task.run.out_groups = groups.count;
    task.run.last_row = config_.array.rows - 1;
    task.activations = activations_of(box);
    if (has_weights()) task.window = weights_of(groups);
    const Box written{groups, stripe.images, stripe.rows, stripe.columns};
    task.output = static_cast<int>(tasks_.outputs.size());
    tasks_.outputs.push_back(
        {written.vectors(), transfers(layer_.output, written, 0, packed(written), config_)});
    task.work = {0, written.vectors() * vector_cycles_, 0};
    tasks_.tasks.push_back(std::move(task));
  }

  TileUse new_tile(config::Target target, std::int64_t words, std::vector<Transfer> loads) {
    tasks_.tiles.push_back({target, words, {std::move(loads)}});
    return {static_cast<int>(tasks_.tiles.size()) - 1, 0};
  }

  TileUse activations_of(const Box& box) {
    std::vector<Transfer> loads = transfers(layer_.a, box, 0, packed(box), config_);
    if (operands_ == 2) {
      const auto second = transfers(layer_.b, box, box.vectors(), packed(box), config_);
      loads.insert(loads.end(), second.begin(), second.end());
    }
    return new_tile(config::Target::kActivations, operands_ * box.vectors(), std::move(loads));
  }

  TileUse parameters_of(std::size_t set, const Extent& groups) {
    const std::int64_t first = uniform_ ? 0 : groups.first;
    const bool same = parameters_use_.tile >= 0 && parameters_set_ == set &&
                      parameters_groups_.first == first && parameters_groups_.count >= groups.count;
    if (same) return parameters_use_;
    parameters_set_ = set;
    parameters_groups_ = {first, groups.count};
    const std::int64_t bytes = config_.array.rows * kParameterEntryBytes;
    parameters_use_ = new_tile(
        config::Target::kParameters, groups.count * config_.array.rows,
        {contiguous(parameters_[set] + first * bytes, groups.count * bytes / config_.bus_bytes())});
    return parameters_use_;
  }

  TileUse weights_of(const Extent& groups) {
    if (weights_use_.tile >= 0 && weights_groups_ == groups) return weights_use_;
    weights_groups_ = groups;
    const std::int64_t bytes = taps_ * config_.array.rows;
    weights_use_ = new_tile(
        config::Target::kWindow, groups.count * taps_,
        {contiguous(weights_ + groups.first * bytes, groups.count * bytes / config_.bus_bytes())});
    return weights_use_;
  }

  const VectorLayer& layer_;
  const Geometry& geometry_;
  int index_;
  std::string_view place_;
  const config::AcceleratorConfig& config_;
  MemoryLayout& layout_;
  TaskList& tasks_;
  std::int64_t groups_;
  std::int64_t operands_;
  std::int64_t taps_;
  std::int64_t vector_cycles_;
  bool uniform_;
  std::vector<std::int64_t> parameters_;  // address of each set
  std::int64_t weights_ = 0;
  TileUse parameters_use_;
  std::size_t parameters_set_ = 0;
  Extent parameters_groups_;
  TileUse weights_use_;
  Extent weights_groups_;
};

}  // namespace

std::int64_t add_parameters(const std::vector<Parameter>& parameters, MemoryLayout& layout) {
  std::vector<std::uint8_t> bytes;
  const auto put = [&](std::uint32_t value) {
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  };
  for (const Parameter& one : parameters) {
    put(static_cast<std::uint32_t>(one.bias));
    put(static_cast<std::uint32_t>(one.factor.multiplier));
    put(one.factor.shift);
    put(0);
  }
  return layout.add_data(bytes);
}

TilingNote tile_vector_layer(VectorLayer layer, int index, std::string_view place,
                             const config::AcceleratorConfig& config, MemoryLayout& layout,
                             TaskList& tasks) {
  std::vector<View*> inputs{&layer.a};
  if (layer.operation == Operation::kAdd) inputs.push_back(&layer.b);
  // Rectangles name rows and columns of the output as it is.
  const Geometry geometry = layer.rectangles.size() > 1
                                ? Geometry{layer.y, layer.x, layer.output.images, false}
                                : simplify(layer, config.array.rows, inputs, layer.output);
  const std::size_t first_tile = tasks.tiles.size();
  const std::size_t first_output = tasks.outputs.size();
  TilingNote note = VectorTiler(layer, geometry, index, place, config, layout, tasks).run();
  for (std::size_t i = first_tile; i < tasks.tiles.size(); ++i) {
    const Tile& tile = tasks.tiles[i];
    if (tile.target != config::Target::kActivations) continue;
    note.activation_vectors = std::max(note.activation_vectors, tile.words);
  }
  for (std::size_t i = first_output; i < tasks.outputs.size(); ++i) {
    note.output_vectors = std::max(note.output_vectors, tasks.outputs[i].vectors);
  }
  return note;
}

}  // namespace vqrom::compiler
