// SPDX-License-Identifier: Apache-2.0
#include "sw/compiler/array_plan.h"

#include <algorithm>

#include "sw/base/checked.h"
#include "sw/compiler/run_command.h"

namespace vqrom::compiler {
namespace {

using base::ceil_div;

// Estimates one cut after another and keeps the best.
class Search {
 public:
  Search(const Geometry& geometry, const ArrayPart& part, std::int64_t tile_words,
         const TileCycles& tile_cycles, std::int64_t least_pixels,
         const config::AcceleratorConfig& config)
      : geometry_(geometry),
        part_(part),
        config_(config),
        kernel_(geometry.y.kernel * geometry.x.kernel),
        tile_words_(tile_words),
        tile_cycles_(tile_cycles),
        least_pixels_(least_pixels),
        block_words_(kernel_ * part.block_groups * tile_words_) {
    for (std::size_t u = 0; u + 1 < part.units.size(); ++u) {
      unit_blocks_ = std::max(unit_blocks_, part.units[u + 1] - part.units[u]);
    }
  }

  std::optional<ArrayPlan> run() {
    const std::int64_t depth = config_.accumulator.depth;
    const std::int64_t side = field_limit("RUN", "out_h");
    const bool many = geometry_.images_are_columns;
    for (const std::int64_t images :
         even_sizes(many ? geometry_.images : 1, std::min(depth, side))) {
      for (const std::int64_t columns :
           even_sizes(geometry_.x.out, std::min(depth / images, most_outputs(geometry_.x)))) {
        for (const std::int64_t rows :
             even_sizes(geometry_.y.out,
                        std::min(depth / (images * columns), most_outputs(geometry_.y)))) {
          ArrayPlan plan;
          plan.stripe = {{0, images}, {0, rows}, {0, columns}};
          with_stripe(plan);
        }
      }
    }
    return best_;
  }

 private:
  void with_stripe(ArrayPlan plan) {
    const std::int64_t compute = stripes(plan) * part_.blocks * block_cycles(plan);
    if (best_ && compute >= best_->cycles) return;
    for (const Scope scope : {Scope::kStripe, Scope::kImage, Scope::kAll}) {
      plan.scope = scope;
      if (activation_vectors(plan) <= config_.buffers.activation_vectors) with_scope(plan);
    }
    plan.scope = Scope::kStripe;
    plan.split = plan.split_input = true;
    with_chunks(plan, [&](ArrayPlan& chunked) { with_split(chunked); });
  }

  void with_scope(const ArrayPlan& plan) {
    with_chunks(plan, [&](ArrayPlan& chunked) {
      if (part_.blocks * block_words_ <= config_.buffers.weight_words) {
        ArrayPlan resident = chunked;
        resident.weights_resident = true;
        resident.weight_blocks = chunk_blocks(resident);
        consider(resident);
      }
      for (const bool outer : {false, true}) {
        chunked.weights_outer = outer;
        with_streamed_weights(chunked);
      }
    });
  }

  template <typename Then>
  void with_chunks(ArrayPlan plan, Then then) {
    const std::int64_t units = std::ssize(part_.units) - 1;
    for (std::int64_t count = 1;; count = std::min(2 * count, units)) {
      plan.chunk_units = count;
      const std::int64_t entries = std::int64_t{config_.array.columns} * chunk_blocks(plan);
      const bool fits = output_vectors(plan) <= config_.buffers.output_vectors &&
                        entries <= config_.buffers.parameter_entries &&
                        chunk_blocks(plan) <= field_limit("RUN", "blocks");
      if (!fits) return;
      plan.parameters_resident =
          2 * part_.blocks * config_.array.columns <= config_.buffers.parameter_entries;
      ArrayPlan chunked = plan;
      then(chunked);
      if (count == units) return;
    }
  }

  void with_streamed_weights(const ArrayPlan& plan) {
    const std::int64_t capacity = config_.buffers.weight_words;
    ArrayPlan whole_blocks = plan;
    whole_blocks.weight_blocks = std::min(chunk_blocks(plan), capacity / 2 / block_words_);
    if (whole_blocks.weight_blocks >= 1) return consider(whole_blocks);
    whole_blocks.weight_blocks = 1;
    if (block_words_ <= capacity) consider(whole_blocks);
    ArrayPlan split = plan;
    split.split = true;
    with_split(split);
  }

  // Spreads a block over RUNs whose weights (and input) fit twice, or at least once.
  void with_split(ArrayPlan plan) {
    plan.weight_blocks = 1;
    for (const std::int64_t share : {2, 1}) {
      if (split_taps(plan, share)) return consider(plan);
    }
  }

  bool split_taps(ArrayPlan& plan, std::int64_t share) const {
    const auto fits = [&](std::int64_t taps_y, std::int64_t taps_x, std::int64_t groups) {
      plan.taps_y = taps_y;
      plan.taps_x = taps_x;
      plan.tap_groups = groups;
      const bool input = !plan.split_input ||
                         share * activation_vectors(plan) <= config_.buffers.activation_vectors;
      return input && share * piece_words(plan) <= config_.buffers.weight_words;
    };
    const std::int64_t kh = geometry_.y.kernel;
    const std::int64_t kw = geometry_.x.kernel;
    for (const std::int64_t groups : even_sizes(part_.block_groups, part_.block_groups)) {
      if (fits(kh, kw, groups)) return true;
    }
    for (const std::int64_t taps : even_sizes(kh, kh)) {
      if (fits(taps, kw, 1)) return true;
    }
    for (const std::int64_t taps : even_sizes(kw, kw)) {
      if (fits(1, taps, 1)) return true;
    }
    return false;
  }

  void consider(ArrayPlan plan) {
    plan.cycles = estimate(plan);
    if (!best_ || plan.cycles < best_->cycles) best_ = plan;
  }

  [[nodiscard]] std::int64_t estimate(const ArrayPlan& plan) const {
    const config::BuffersConfig& buffers = config_.buffers;
    const std::int64_t vector_words = config_.vector_words();
    const std::int64_t count = stripes(plan);
    const std::int64_t chunks = ceil_div(std::ssize(part_.units) - 1, plan.chunk_units);
    const std::int64_t runs =
        plan.split ? part_.blocks * splits(plan) : ceil_div(part_.blocks, plan.weight_blocks);
    const std::int64_t compute = count * (part_.blocks * block_cycles(plan) + runs * kRunOverhead);

    std::int64_t input = count * tile_load(plan);
    std::int64_t input_tiles = count;
    if (plan.split_input) {
      input *= part_.blocks * splits(plan);
      input_tiles *= part_.blocks * splits(plan);
    } else if (plan.scope != Scope::kStripe) {
      const bool again = plan.scope == Scope::kImage && plan.weights_outer && geometry_.images > 1;
      input = geometry_.images * image_vectors() * vector_words * (again ? chunks : 1);
      input_tiles = plan.scope == Scope::kAll ? 1 : geometry_.images * (again ? chunks : 1);
    } else if (plan.weights_outer && count > 1) {
      input *= chunks;
      input_tiles *= chunks;
    }
    const bool once =
        plan.weights_resident || count == 1 ||
        (plan.weights_outer && !plan.split && plan.weight_blocks >= chunk_blocks(plan));
    const std::int64_t weights = part_.blocks * block_words_ * (once ? 1 : count);
    const std::int64_t parameters = part_.blocks * config_.array.columns * kParameterBytes /
                                    config_.bus_bytes() *
                                    (plan.parameters_resident || plan.weights_outer ? 1 : count);
    const std::int64_t output = count * pixels(plan) * part_.output_groups * vector_words;

    // What no second tile hides.
    std::int64_t serial = 0;
    if (input_tiles > 1 && 2 * activation_vectors(plan) > buffers.activation_vectors) {
      serial += input;
    }
    if (!plan.weights_resident && weights > piece_words(plan) &&
        2 * piece_words(plan) > buffers.weight_words) {
      serial += weights;
    }
    const std::int64_t last_output =
        pixels(plan) * config_.drain_beats() + output / (count * chunks) + kMemoryLatency;
    if (count * chunks > 1 && 2 * output_vectors(plan) > buffers.output_vectors) {
      serial += (count * chunks - 1) * last_output;
    }
    const std::int64_t start = first_load(plan) + kMemoryLatency;
    // The next layer finds no finished rows before the end.
    const std::int64_t late = plan.weights_outer && count > 1 ? start : 0;
    const std::int64_t load = input + weights + parameters;
    return std::max({compute, load, output}) + serial + start + last_output + late +
           (load + output) / kTrafficWeight;
  }

  [[nodiscard]] std::int64_t stripes(const ArrayPlan& plan) const {
    return ceil_div(geometry_.images, plan.stripe.images.count) *
           ceil_div(geometry_.y.out, plan.stripe.rows.count) *
           ceil_div(geometry_.x.out, plan.stripe.columns.count);
  }
  // Of a stripe, on average.
  [[nodiscard]] std::int64_t pixels(const ArrayPlan& plan) const {
    return ceil_div(geometry_.pixels(), stripes(plan));
  }
  [[nodiscard]] std::int64_t block_cycles(const ArrayPlan& plan) const {
    return std::max(
        tile_cycles_.work(kernel_ * part_.block_groups, std::max(pixels(plan), least_pixels_)),
        pixels(plan) * config_.drain_beats() + kDrainOverhead);
  }
  [[nodiscard]] std::int64_t chunk_blocks(const ArrayPlan& plan) const {
    return std::min(part_.blocks, plan.chunk_units * unit_blocks_);
  }
  [[nodiscard]] std::int64_t output_vectors(const ArrayPlan& plan) const {
    return plan.stripe.pixels() *
           std::min(plan.chunk_units * part_.unit_groups, part_.output_groups);
  }
  [[nodiscard]] std::int64_t splits(const ArrayPlan& plan) const {
    return ceil_div(geometry_.y.kernel, plan.taps_y) * ceil_div(geometry_.x.kernel, plan.taps_x) *
           ceil_div(part_.block_groups, plan.tap_groups);
  }
  [[nodiscard]] std::int64_t piece_words(const ArrayPlan& plan) const {
    return plan.split ? plan.taps_y * plan.taps_x * plan.tap_groups * tile_words_
                      : plan.weight_blocks * block_words_;
  }
  [[nodiscard]] std::int64_t image_vectors() const {
    return geometry_.y.in * geometry_.x.in * part_.groups.count;
  }
  // Before the first RUN can start; only the last piece waits for the layer before. Input that
  // stays comes in whole rows, and a layer of single pixels has all of them in one; then that piece
  // is the whole.
  [[nodiscard]] std::int64_t first_load(const ArrayPlan& plan) const {
    if (plan.scope == Scope::kStripe || plan.stripe.columns.count == geometry_.x.out) {
      return tile_load(plan) / kEarlyLoads;
    }
    ArrayPlan rows = plan;
    rows.stripe.columns = {0, geometry_.x.out};
    return tile_load(rows);
  }
  [[nodiscard]] std::int64_t stripe_vectors(const ArrayPlan& plan) const {
    const Taps taps = plan.split_input
                          ? Taps{{0, plan.taps_y}, {0, plan.taps_x}, {0, plan.tap_groups}}
                          : Taps{{0, geometry_.y.kernel}, {0, geometry_.x.kernel}, part_.groups};
    return input_vectors(geometry_, plan.stripe, taps);
  }
  [[nodiscard]] std::int64_t activation_vectors(const ArrayPlan& plan) const {
    if (plan.scope == Scope::kStripe) return stripe_vectors(plan);
    return image_vectors() *
           (plan.scope == Scope::kAll ? geometry_.images : plan.stripe.images.count);
  }
  // Bus cycles to load a stripe's input; short rows wait for answers.
  [[nodiscard]] std::int64_t tile_load(const ArrayPlan& plan) const {
    const std::int64_t words = stripe_vectors(plan) * config_.vector_words();
    if (plan.stripe.columns.count == geometry_.x.out) return words;
    const std::int64_t row =
        std::min(geometry_.x.in, plan.stripe.columns.count * geometry_.x.stride) *
        config_.vector_words();
    const std::int64_t wait =
        ceil_div(row, config_.bus.burst_words) * kMemoryLatency / config_.bus.outstanding;
    return words * std::max(row, wait) / row;
  }

  const Geometry& geometry_;
  const ArrayPart& part_;
  const config::AcceleratorConfig& config_;
  std::int64_t kernel_;
  std::int64_t tile_words_;
  const TileCycles& tile_cycles_;
  std::int64_t least_pixels_;
  std::int64_t block_words_;
  std::int64_t unit_blocks_ = 1;
  std::optional<ArrayPlan> best_;
};

}  // namespace

std::vector<ArrayPart> array_parts(const std::vector<Block>& blocks, std::int64_t rows) {
  std::vector<ArrayPart> parts;
  for (std::size_t first = 0; first < blocks.size();) {
    // One unit: until a block starts at a fresh vector.
    std::size_t end = first + 1;
    while (end < blocks.size() && blocks[end].first_channel % rows != 0) ++end;
    std::int64_t low = blocks[first].first_group;
    std::int64_t high = 0;
    std::int64_t most = 0;
    for (std::size_t b = first; b < end; ++b) {
      low = std::min(low, blocks[b].first_group);
      high = std::max(high, blocks[b].first_group + blocks[b].groups);
      most = std::max(most, blocks[b].groups);
    }
    const Extent groups{low, high - low};
    if (parts.empty() || parts.back().groups != groups) {
      parts.push_back({static_cast<std::int64_t>(first),
                       0,
                       groups,
                       0,
                       0,
                       0,
                       {static_cast<std::int64_t>(first)}});
    }
    ArrayPart& part = parts.back();
    part.blocks += static_cast<std::int64_t>(end - first);
    part.block_groups = std::max(part.block_groups, most);
    const Block& last = blocks[end - 1];
    const std::int64_t outputs =
        (last.first_channel + last.channels - 1) / rows - blocks[first].first_channel / rows + 1;
    part.unit_groups = std::max(part.unit_groups, outputs);
    part.output_groups += outputs;
    part.units.push_back(static_cast<std::int64_t>(end));
    first = end;
  }
  return parts;
}

std::optional<ArrayPlan> plan_array(const Geometry& geometry, const ArrayPart& part,
                                    std::int64_t tile_words, const TileCycles& tile_cycles,
                                    std::int64_t least_pixels,
                                    const config::AcceleratorConfig& config) {
  return Search(geometry, part, tile_words, tile_cycles, least_pixels, config).run();
}

std::string explain_misfit(const ArrayPart& part, std::int64_t tile_words,
                           const config::AcceleratorConfig& config) {
  if (tile_words > config.buffers.weight_words) {
    return fmt::format("a tile takes {} words of weights; buffers.weight_words is {}", tile_words,
                       config.buffers.weight_words);
  }
  std::int64_t blocks = 1;
  for (std::size_t u = 0; u + 1 < part.units.size(); ++u) {
    blocks = std::max(blocks, part.units[u + 1] - part.units[u]);
  }
  const std::int64_t entries = blocks * config.array.columns;
  if (entries > config.buffers.parameter_entries) {
    return fmt::format(
        "{} blocks that share output vectors take {} parameters; "
        "buffers.parameter_entries is {}",
        blocks, entries, config.buffers.parameter_entries);
  }
  return fmt::format("one pixel of {} blocks takes {} vectors; buffers.output_vectors is {}",
                     blocks, part.unit_groups, config.buffers.output_vectors);
}

}  // namespace vqrom::compiler
