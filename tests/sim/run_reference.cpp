// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/run_reference.h"

#include <algorithm>

#include "sw/base/error.h"

namespace vqrom::sim {
namespace {

using config::Operation;

std::size_t word(std::int64_t address) {
  return static_cast<std::size_t>(address) % kBufferWords;
}

// `count` bits of a stream of bytes, from bit `lsb` on.
std::uint32_t bits_at(const std::vector<std::uint8_t>& bytes, std::size_t lsb, int count) {
  std::uint32_t value = 0;
  for (int i = 0; i < count; ++i) {
    const std::size_t bit = (lsb + static_cast<std::size_t>(i)) % (bytes.size() * 8);
    value |= static_cast<std::uint32_t>(bytes[bit / 8] >> bit % 8 & 1) << i;
  }
  return value;
}

std::int8_t requantised(const RunTask& task, std::int32_t acc, const base::Multiplier& factor) {
  return base::requantise(acc, factor, static_cast<std::int32_t>(task.shape.zero_point),
                          static_cast<std::int32_t>(task.shape.low),
                          static_cast<std::int32_t>(task.shape.high));
}

}  // namespace

RunBuffers::RunBuffers(const config::AcceleratorConfig& config)
    : activations(kBufferWords * static_cast<std::size_t>(config.array.rows)),
      weights(kBufferWords * static_cast<std::size_t>(config.bus_bytes())),
      parameters(kBufferWords),
      window(activations.size()),
      output(activations.size()),
      tables(config::kTables * config::kTableEntries) {}

std::vector<std::size_t> RunReference::carry_out(const RunTask& task, RunBuffers& buffers) {
  written_.clear();
  switch (static_cast<Operation>(task.shape.operation)) {
    case Operation::kArray:
      run_array(task, buffers);
      break;
    case Operation::kWindowSum:
    case Operation::kWindowMax:
      run_windows(task, buffers);
      break;
    case Operation::kAdd:
      run_add(task, buffers);
      break;
  }
  return std::move(written_);
}

std::int8_t RunReference::activation(const RunTask& task, const RunBuffers& buffers, std::int64_t g,
                                     std::int64_t oy, std::int64_t ox, std::int64_t ky,
                                     std::int64_t kx, std::int64_t r) const {
  const config::Shape& shape = task.shape;
  const config::Run& run = task.run;
  const std::int64_t y = run.start_y + oy * shape.stride_y + ky * shape.dilation_y;
  const std::int64_t x = run.start_x + ox * shape.stride_x + kx * shape.dilation_x;
  if (y < 0 || y >= run.in_h || x < 0 || x >= run.in_w) {
    return static_cast<std::int8_t>(shape.pad_code);
  }
  const std::int64_t vector = run.act_start + g * shape.group_step + oy * shape.out_y_step +
                              ox * shape.out_x_step + ky * shape.kernel_y_step +
                              kx * shape.kernel_x_step;
  return buffers.activations[word(vector) * static_cast<std::size_t>(config_.array.rows) +
                             static_cast<std::size_t>(r)];
}

std::int32_t RunReference::tile_weight(const RunTask& task, const RunBuffers& buffers,
                                       std::int64_t tile, std::int64_t column,
                                       std::int64_t row) const {
  const bool dense = task.shape.dense != 0 && config_.array.dense_bypass;
  const int bits = config_.index_width_of(task.shape.index_bits);
  const std::int64_t words = dense ? config_.dense_words() : config_.index_words(bits);
  const std::size_t start =
      word(task.run.weights + tile * words) * static_cast<std::size_t>(config_.bus.data_bits);
  const std::int64_t rows = config_.array.rows;
  if (dense) {
    return static_cast<std::int8_t>(
        bits_at(buffers.weights, start + static_cast<std::size_t>((column * rows + row) * 8), 8));
  }
  const std::int64_t d = codebook_.dimension;
  const std::int64_t n = column * (rows / d) + row / d;
  // Of a base only the bits above the narrowest index reach the codebook, beside the index.
  const std::int64_t most = std::int64_t{1} << config_.index_bits();
  const std::int64_t narrowest = std::int64_t{1} << config_.index_widths().back();
  const auto base =
      static_cast<std::uint32_t>(task.shape.index_base % most / narrowest * narrowest);
  const std::uint32_t index =
      bits_at(buffers.weights, start + static_cast<std::size_t>(n * bits), bits) | base;
  if (index >= static_cast<std::uint32_t>(codebook_.entries)) return 0;
  return codebook_
      .elements[index * static_cast<std::size_t>(d) + static_cast<std::size_t>(row % d)];
}

void RunReference::run_array(const RunTask& task, RunBuffers& buffers) {
  const config::Shape& shape = task.shape;
  const config::Run& run = task.run;
  const std::int64_t rows = config_.array.rows;
  const std::int64_t columns = config_.array.columns;
  const auto sums = static_cast<std::size_t>(run.out_h * run.out_w * columns);
  std::int64_t tile = 0;
  for (std::int64_t b = 0; b < run.blocks; ++b) {
    if (run.first != 0) {
      sums_.clear();
      for (std::size_t i = 0; i < sums; ++i) {
        const auto column = static_cast<std::int64_t>(i) % columns;
        sums_.push_back(buffers.parameters[word(run.parameters + b * columns + column)].bias);
      }
      factors_.clear();
      for (std::int64_t c = 0; c < columns; ++c) {
        factors_.push_back(buffers.parameters[word(run.parameters + b * columns + c)].factor);
      }
    }
    VQROM_CHECK(sums_.size() == sums, "the RUNs of a block have other pixels");
    for (std::int64_t ky = 0; ky < shape.kernel_h; ++ky) {
      for (std::int64_t kx = 0; kx < shape.kernel_w; ++kx) {
        for (std::int64_t g = 0; g < run.groups; ++g, ++tile) {
          for (std::int64_t row = 0; row < rows; ++row) {
            if (g == 0 && row < run.first_row) continue;
            if (g == run.groups - 1 && row > run.last_row) continue;
            std::vector<std::int32_t> weights;
            for (std::int64_t c = 0; c < columns; ++c) {
              weights.push_back(tile_weight(task, buffers, tile, c, row));
            }
            std::size_t at = 0;
            for (std::int64_t oy = 0; oy < run.out_h; ++oy) {
              for (std::int64_t ox = 0; ox < run.out_w; ++ox) {
                const std::int32_t act = activation(task, buffers, g, oy, ox, ky, kx, row);
                for (const std::int32_t weight : weights) sums_[at++] += act * weight;
              }
            }
          }
        }
      }
    }
    if (run.last == 0) continue;
    for (std::size_t i = 0; i < sums; ++i) {
      const auto column = static_cast<std::int64_t>(i) % columns;
      write(task, buffers, b * columns + column, static_cast<std::int64_t>(i) / columns,
            requantised(task, sums_[i], factors_[static_cast<std::size_t>(column)]));
    }
  }
}

void RunReference::run_windows(const RunTask& task, RunBuffers& buffers) {
  const config::Shape& shape = task.shape;
  const config::Run& run = task.run;
  const std::int64_t rows = config_.array.rows;
  const bool is_sum = shape.operation == static_cast<std::int64_t>(Operation::kWindowSum);
  for (std::int64_t g = 0; g < run.groups; ++g) {
    for (std::int64_t r = 0; r < rows; ++r) {
      const Parameter& parameter = buffers.parameters[word(run.parameters + g * rows + r)];
      for (std::int64_t oy = 0; oy < run.out_h; ++oy) {
        for (std::int64_t ox = 0; ox < run.out_w; ++ox) {
          std::int32_t sum = 0;
          std::int32_t largest = -128;
          for (std::int64_t ky = 0; ky < shape.kernel_h; ++ky) {
            for (std::int64_t kx = 0; kx < shape.kernel_w; ++kx) {
              const std::int32_t act = activation(task, buffers, g, oy, ox, ky, kx, r);
              const std::int64_t at = run.weights + (g * shape.kernel_h + ky) * shape.kernel_w + kx;
              const std::int32_t weight =
                  shape.unit_weights != 0
                      ? 1
                      : buffers.window[word(at) * static_cast<std::size_t>(rows) +
                                       static_cast<std::size_t>(r)];
              sum += act * weight;
              largest = std::max(largest, act);
            }
          }
          write(task, buffers, g * rows + r, oy * run.out_w + ox,
                requantised(task, parameter.bias + (is_sum ? sum : largest), parameter.factor));
        }
      }
    }
  }
}

void RunReference::run_add(const RunTask& task, RunBuffers& buffers) {
  const config::Run& run = task.run;
  const config::Factors& factors = task.factors;
  for (std::int64_t g = 0; g < run.groups; ++g) {
    for (std::int64_t oy = 0; oy < run.out_h; ++oy) {
      for (std::int64_t ox = 0; ox < run.out_w; ++ox) {
        for (std::int64_t r = 0; r < config_.array.rows; ++r) {
          const std::int64_t a = activation(task, buffers, g, oy, ox, 0, 0, r);
          const std::int64_t b = activation(task, buffers, g, oy, ox, 0, 1, r);
          const std::int64_t total = (a - factors.zero_point_a) * factors.multiplier_a +
                                     (b - factors.zero_point_b) * factors.multiplier_b;
          const std::int64_t code =
              task.shape.zero_point + base::rounding_shift(total, static_cast<int>(factors.shift));
          write(task, buffers, g * config_.array.rows + r, oy * run.out_w + ox,
                static_cast<std::int8_t>(std::clamp(code, task.shape.low, task.shape.high)));
        }
      }
    }
  }
}

void RunReference::write(const RunTask& task, RunBuffers& buffers, std::int64_t channel,
                         std::int64_t pixel, std::int8_t code) {
  const bool is_array = task.shape.operation == static_cast<std::int64_t>(Operation::kArray);
  const std::int64_t lanes = config_.requantise.lanes;
  const std::int64_t beat = (is_array ? task.run.out_lane : 0) + channel / lanes;
  const std::int64_t group = beat / config_.vector_beats();
  if (group >= task.run.out_groups) return;
  const std::int64_t vector = task.run.output + group * task.shape.out_group_step + pixel;
  const std::size_t at =
      word(vector) * static_cast<std::size_t>(config_.array.rows) +
      static_cast<std::size_t>(beat % config_.vector_beats() * lanes + channel % lanes);
  const std::int64_t entry = task.shape.table_bank * config::kTableEntries + code + 128;
  buffers.output[at] =
      task.shape.table != 0 ? buffers.tables[static_cast<std::size_t>(entry)] : code;
  written_.push_back(at);
}

}  // namespace vqrom::sim
