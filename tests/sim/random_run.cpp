// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/random_run.h"

#include <algorithm>

namespace vqrom::sim {
namespace {

using config::Operation;

constexpr auto kArray = static_cast<std::int64_t>(Operation::kArray);
constexpr auto kWindowSum = static_cast<std::int64_t>(Operation::kWindowSum);
constexpr auto kAdd = static_cast<std::int64_t>(Operation::kAdd);

template <typename T>
void fill_words(base::Random& random, std::vector<T>& buffer, const Region& region,
                std::size_t bytes) {
  for (std::int64_t i = 0; i < region.count; ++i) {
    const auto word = static_cast<std::size_t>(region.start + i) % kBufferWords;
    for (std::size_t byte = 0; byte < bytes; ++byte) {
      buffer[word * bytes + byte] = static_cast<T>(random.bits());
    }
  }
}

}  // namespace

RandomRuns::RandomRuns(const config::AcceleratorConfig& config, std::uint64_t seed)
    : config_(config), random_(seed) {
  for (std::int64_t* next : {&activation_, &weight_, &parameter_, &window_, &output_}) {
    *next = random_.between(0, 65535);
  }
}

Parameter RandomRuns::parameter() {
  Parameter result;
  result.bias = static_cast<std::int32_t>(random_.between(-20000, 20000));
  result.factor.multiplier = static_cast<std::int32_t>(random_.between(1 << 30, 0x7fffffff));
  result.factor.shift = static_cast<std::uint8_t>(random_.between(34, 42));
  switch (random_.below(12)) {
    case 0:
      result.bias = static_cast<std::int32_t>(random_.between(-(1 << 30), 1 << 30));
      break;
    case 1:
      result.factor.shift = static_cast<std::uint8_t>(random_.between(1, 62));
      break;
    case 2:
      result.factor.multiplier = static_cast<std::int32_t>(random_.below(1 << 12));
      result.factor.shift = static_cast<std::uint8_t>(random_.between(1, 10));
      break;
    default:
      break;
  }
  return result;
}

RandomRun RandomRuns::any(std::int64_t operation) {
  RandomRun result;
  config::Shape& shape = result.task.shape;
  config::Factors& factors = result.task.factors;
  config::Run& run = result.task.run;
  const bool is_add = operation == kAdd;
  shape.operation = operation;
  shape.dense = random_.below(2);
  shape.unit_weights = random_.below(3) == 0;
  shape.kernel_h = is_add ? 1 : random_.between(1, 3);
  shape.kernel_w = is_add ? 2 : random_.between(1, 4);
  shape.stride_y = random_.between(1, 3);
  shape.stride_x = random_.between(1, 3);
  shape.dilation_y = random_.between(1, 2);
  shape.dilation_x = is_add ? 0 : random_.between(1, 3);
  shape.pad_code = random_.between(-128, 127);
  shape.zero_point = random_.between(-128, 127);
  shape.low = random_.between(-128, 127);
  shape.high = random_.between(shape.low, 127);
  if (random_.below(2) == 0) {
    shape.low = -128;
    shape.high = 127;
  }
  shape.table = static_cast<std::int64_t>(random_.below(2));
  shape.table_bank = static_cast<std::int64_t>(random_.below(2));
  // Widths that the accelerator has, or any; drawn from a copy, so that they change nothing else.
  base::Random widths = random_;
  const std::vector<int> has = config_.index_widths();
  shape.index_bits = widths.below(4) == 0 ? widths.between(0, 31) : has[widths.below(has.size())];
  shape.index_base = widths.below(3) == 0 ? widths.between(0, 65535) : 0;
  factors.multiplier_a = random_.between(0, 0x7fffffff);
  factors.multiplier_b = random_.between(0, 0x7fffffff);
  factors.shift = random_.below(4) == 0 ? random_.between(1, 62) : random_.between(28, 32);
  factors.zero_point_a = random_.between(-128, 127);
  factors.zero_point_b = random_.between(-128, 127);

  run.out_h = random_.between(1, 5);
  run.out_w = random_.between(1, 6);
  // Often a single pixel, or a single kernel position: then what is read last is another buffer.
  if (random_.below(4) == 0) run.out_h = run.out_w = 1;
  if (!is_add && random_.below(4) == 0) shape.kernel_h = shape.kernel_w = 1;
  if (operation == kArray && run.out_h * run.out_w > config_.accumulator.depth) run.out_h = 1;
  run.out_w = std::min<std::int64_t>(run.out_w, config_.accumulator.depth);
  run.in_h = random_.between(1, 12);
  run.in_w = random_.between(1, 12);
  run.start_y = random_.between(-4, 3);
  run.start_x = random_.between(-4, 3);
  run.groups = random_.between(1, 3);
  run.blocks = random_.between(1, operation == kArray ? 3 : 4095);
  run.first_row = random_.below(3) == 0 ? random_.between(0, config_.array.rows - 1) : 0;
  run.last_row =
      random_.below(3) == 0 ? random_.between(0, config_.array.rows - 1) : config_.array.rows - 1;
  run.first = operation == kArray ? 1 : static_cast<std::int64_t>(random_.below(2));
  run.last = operation == kArray ? 1 : static_cast<std::int64_t>(random_.below(2));
  // As a map is, or any steps.
  if (random_.below(3) != 0) {
    shape.out_x_step = shape.stride_x;
    shape.kernel_x_step = is_add ? random_.between(0, 100) : shape.dilation_x;
    shape.out_y_step = shape.stride_y * run.in_w;
    shape.kernel_y_step = shape.dilation_y * run.in_w;
    shape.group_step = run.in_w * run.in_h;
  } else {
    for (std::int64_t* step : {&shape.out_x_step, &shape.kernel_x_step, &shape.out_y_step,
                               &shape.kernel_y_step, &shape.group_step}) {
      *step = random_.between(0, 60);
    }
  }
  return result;
}

void RandomRuns::place(RandomRun& random) {
  config::Shape& shape = random.task.shape;
  config::Run& run = random.task.run;
  const auto take = [](std::int64_t& next, std::int64_t count) {
    const Region region{next, count};
    next += count;
    return region;
  };
  random.activations =
      take(activation_,
           1 + (run.groups - 1) * shape.group_step + (run.out_h - 1) * shape.out_y_step +
               (run.out_w - 1) * shape.out_x_step + (shape.kernel_h - 1) * shape.kernel_y_step +
               (shape.kernel_w - 1) * shape.kernel_x_step);
  run.act_start = random.activations.start % 65536;
  run.weights = random_.between(0, 65535);
  run.parameters = random_.between(0, 65535);
  if (shape.operation == kArray) {
    const bool dense = shape.dense != 0 && config_.array.dense_bypass;
    const std::int64_t tiles = run.blocks * shape.kernel_h * shape.kernel_w * run.groups;
    random.weights = take(weight_, tiles * config_.tile_words(dense, shape.index_bits));
    run.weights = random.weights.start % 65536;
    if (run.first != 0) {
      random.parameters = take(parameter_, run.blocks * config_.array.columns);
      run.parameters = random.parameters.start % 65536;
    }
  } else if (shape.operation != kAdd) {
    random.parameters = take(parameter_, run.groups * config_.array.rows);
    run.parameters = random.parameters.start % 65536;
    if (shape.operation == kWindowSum && shape.unit_weights == 0) {
      random.window = take(window_, run.groups * shape.kernel_h * shape.kernel_w);
      run.weights = random.window.start % 65536;
    }
  }
  choose_output(random);
}

void RandomRuns::choose_output(RandomRun& random) {
  config::Shape& shape = random.task.shape;
  config::Run& run = random.task.run;
  const bool is_array = shape.operation == kArray;
  const std::int64_t beats = config_.vector_beats();
  run.out_lane = random_.below(2) == 0 ? 0 : random_.between(0, is_array ? beats - 1 : 127);
  const std::int64_t channels =
      is_array ? run.blocks * config_.array.columns : run.groups * config_.array.rows;
  const std::int64_t groups =
      ((is_array ? run.out_lane : 0) + channels / config_.requantise.lanes + beats - 1) / beats;
  run.out_groups = random_.below(3) == 0 ? random_.between(1, groups) : groups + 5;
  shape.out_group_step = run.out_h * run.out_w + random_.between(0, 3);
  run.output = output_ % 65536;
  output_ += groups * shape.out_group_step;
}

// A block in one RUN, or spread over two or three.
void RandomRuns::add_array(std::vector<RandomRun>& runs) {
  const RandomRun whole = any(kArray);
  const std::int64_t parts = random_.below(3) == 0 ? random_.between(2, 3) : 1;
  for (std::int64_t part = 0; part < parts; ++part) {
    RandomRun random = part == 0 ? whole : any(kArray);
    config::Run& run = random.task.run;
    run.out_h = whole.task.run.out_h;
    run.out_w = whole.task.run.out_w;
    if (parts > 1) run.blocks = 1;
    run.first = part == 0;
    run.last = part == parts - 1;
    place(random);
    runs.push_back(random);
    if (part < parts - 1 && random_.below(3) == 0) {
      runs.push_back(any(random_.between(1, 3)));
      place(runs.back());
    }
  }
}

std::vector<RandomRun> RandomRuns::sequence(int runs) {
  std::vector<RandomRun> result;
  // Phases of one kind follow each other back to back, and kinds mix.
  while (result.size() < static_cast<std::size_t>(runs)) {
    if (random_.below(2) == 0) {
      add_array(result);
    } else {
      result.push_back(any(random_.between(1, 3)));
      place(result.back());
    }
  }
  return result;
}

void RandomRuns::fill(RunBuffers& buffers) {
  const auto all = [&](auto& buffer) {
    for (auto& byte : buffer) {
      byte = static_cast<std::remove_reference_t<decltype(byte)>>(random_.bits());
    }
  };
  all(buffers.activations);
  all(buffers.weights);
  all(buffers.window);
  all(buffers.output);
  all(buffers.tables);
  for (Parameter& each : buffers.parameters) each = parameter();
}

void RandomRuns::scramble(const RandomRun& run, RunBuffers& buffers) {
  const auto rows = static_cast<std::size_t>(config_.array.rows);
  fill_words(random_, buffers.activations, run.activations, rows);
  fill_words(random_, buffers.weights, run.weights, static_cast<std::size_t>(config_.bus_bytes()));
  fill_words(random_, buffers.window, run.window, rows);
  for (std::int64_t i = 0; i < run.parameters.count; ++i) {
    buffers.parameters[static_cast<std::size_t>(run.parameters.start + i) % kBufferWords] =
        parameter();
  }
}

}  // namespace vqrom::sim
