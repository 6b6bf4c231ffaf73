// SPDX-License-Identifier: Apache-2.0
// interpreter_compute — the values of a RUN: docs/rtl/accelerator.md and docs/theory/numerics.md.
#include <algorithm>
#include <cstring>

#include "sw/base/error.h"
#include "sw/base/requantise.h"
#include "sw/codebook/codeword_bytes.h"
#include "sw/compiler/interpreter.h"
#include "sw/compress/bit_packing.h"

namespace vqrom::compiler {

using config::Operation;

void Interpreter::compute(const Command& command) {
  if (static_cast<Operation>(command.shape.operation) == Operation::kArray) {
    compute_array(command);
  } else {
    compute_vectors(command);
  }
}

std::int8_t Interpreter::finish_sum(const Command& command, const std::uint8_t* from,
                                    std::int32_t sum) {
  base::Multiplier factor;
  std::memcpy(&factor.multiplier, from + 4, sizeof factor.multiplier);
  factor.shift = from[8];
  // Columns and rows past the last channel may hold anything: their codes are never used.
  factor.multiplier &= 0x7FFFFFFF;
  factor.shift = std::clamp<std::uint8_t>(factor.shift, 1, 62);
  return base::requantise(sum, factor, static_cast<std::int32_t>(command.shape.zero_point),
                          static_cast<std::int32_t>(command.shape.low),
                          static_cast<std::int32_t>(command.shape.high));
}

void Interpreter::put(const Command& command, std::int64_t channel, std::int64_t pixel,
                      std::int8_t code) {
  const std::int64_t lanes = config_.requantise.lanes;
  const std::int64_t beat = command.run.out_lane + channel / lanes;
  const std::int64_t group = beat / config_.vector_beats();
  if (group >= command.run.out_groups) return;
  const std::int64_t vector = command.run.output + group * command.shape.out_group_step + pixel;
  const config::Shape& shape = command.shape;
  codes_->push_back(
      {static_cast<std::size_t>(vector),
       static_cast<std::size_t>(beat % config_.vector_beats() * lanes + channel % lanes), code,
       shape.table == 0 ? -1 : shape.table_bank * config::kTableEntries});
}

void Interpreter::decode_tile(const Command& command, std::int64_t word) {
  const std::int64_t rows = config_.array.rows;
  const std::int64_t columns = config_.array.columns;
  const std::int64_t d = config_.codebook.dimension;
  tile_.assign(static_cast<std::size_t>(rows * columns), 0);
  const std::uint8_t* from = weights_.data() + word * config_.bus_bytes();
  if (command.shape.dense != 0) {
    for (std::int64_t i = 0; i < rows * columns; ++i) {
      tile_[static_cast<std::size_t>(i % rows * columns + i / rows)] =
          static_cast<std::int8_t>(from[i]);
    }
    return;
  }
  const int bits = config_.index_width_of(command.shape.index_bits);
  const auto bytes =
      static_cast<std::size_t>(compress::packed_bytes(config_.tile_codewords(), bits));
  const std::vector<std::int32_t> indices =
      compress::unpack_bits({from, bytes}, config_.tile_codewords(), bits);
  for (std::int64_t n = 0; n < config_.tile_codewords(); ++n) {
    const std::int64_t index = command.shape.index_base + indices[static_cast<std::size_t>(n)];
    if (index >= codebook_.entries) continue;  // reads as 0
    const std::int64_t column = n / (rows / d);
    const std::int64_t row = n % (rows / d) * d;
    for (std::int64_t e = 0; e < d; ++e) {
      tile_[static_cast<std::size_t>((row + e) * columns + column)] = codeword_element(index, e);
    }
  }
}

std::int8_t Interpreter::codeword_element(std::int64_t index, std::int64_t element) const {
  if (!config_.loads_codebook()) {
    return codebook_
        .elements[static_cast<std::size_t>(index * config_.codebook.dimension + element)];
  }
  const auto bytes = static_cast<std::size_t>(codeword_bytes());
  return codebook::element_of(
      std::span(codewords_).subspan(static_cast<std::size_t>(index) * bytes, bytes),
      static_cast<int>(element), config_.codebook.element_bits);
}

std::int32_t Interpreter::activation(const Command& command, const Window& window,
                                     std::int64_t group, std::int64_t pixel,
                                     std::int64_t row) const {
  const std::int64_t vector = window.vector(group, pixel);
  if (vector < 0) return static_cast<std::int32_t>(command.shape.pad_code);
  return static_cast<std::int8_t>(
      activations_[static_cast<std::size_t>(vector * config_.array.rows + row)]);
}

void Interpreter::accumulate_tile(const Command& command, const Window& window, std::int64_t group,
                                  std::span<std::int32_t> sums) {
  const std::int64_t rows = config_.array.rows;
  const auto columns = static_cast<std::size_t>(config_.array.columns);
  const std::int64_t first = group == 0 ? command.run.first_row : 0;
  const std::int64_t last = group == command.run.groups - 1 ? command.run.last_row : rows - 1;
  for (std::int64_t pixel = 0; pixel < command.pixels(); ++pixel) {
    const std::int64_t vector = window.vector(group, pixel);
    std::int32_t* to = sums.data() + static_cast<std::size_t>(pixel) * columns;
    for (std::int64_t row = first; row <= last; ++row) {
      const std::int32_t code =
          vector < 0 ? static_cast<std::int32_t>(command.shape.pad_code)
                     : static_cast<std::int8_t>(
                           activations_[static_cast<std::size_t>(vector * rows + row)]);
      const std::int32_t* weights = tile_.data() + static_cast<std::size_t>(row) * columns;
      for (std::size_t column = 0; column < columns; ++column) to[column] += code * weights[column];
    }
  }
}

void Interpreter::compute_array(const Command& command) {
  const config::Run& run = command.run;
  const std::int64_t columns = config_.array.columns;
  const std::int64_t words = config_.tile_words(command.shape.dense != 0, command.shape.index_bits);
  std::int64_t word = run.weights;
  for (std::int64_t block = 0; block < run.blocks; ++block) {
    if (run.first != 0) {
      sums_.resize(static_cast<std::size_t>(command.pixels() * columns));
      for (std::int64_t i = 0; i < command.pixels() * columns; ++i) {
        const std::int64_t entry = run.parameters + block * columns + i % columns;
        std::memcpy(&sums_[static_cast<std::size_t>(i)],
                    parameters_.data() + entry * kParameterBytes, sizeof(std::int32_t));
      }
      block_parameters_.assign(
          parameters_.begin() + (run.parameters + block * columns) * kParameterBytes,
          parameters_.begin() + (run.parameters + (block + 1) * columns) * kParameterBytes);
    }
    for (std::int64_t ky = 0; ky < command.shape.kernel_h; ++ky) {
      for (std::int64_t kx = 0; kx < command.shape.kernel_w; ++kx) {
        for (std::int64_t group = 0; group < run.groups; ++group, word += words) {
          decode_tile(command, word);
          accumulate_tile(command, {command, ky, kx}, group, sums_);
        }
      }
    }
    if (run.last == 0) continue;
    for (std::int64_t i = 0; i < command.pixels() * columns; ++i) {
      put(command, block * columns + i % columns, i / columns,
          finish_sum(command, block_parameters_.data() + i % columns * kParameterBytes,
                     sums_[static_cast<std::size_t>(i)]));
    }
  }
}

std::int32_t Interpreter::window_value(const Command& command, std::int64_t group,
                                       std::int64_t pixel, std::int64_t row) const {
  const config::Shape& shape = command.shape;
  const bool maximum = static_cast<Operation>(shape.operation) == Operation::kWindowMax;
  std::int32_t value = maximum ? -128 : 0;
  for (std::int64_t ky = 0; ky < shape.kernel_h; ++ky) {
    for (std::int64_t kx = 0; kx < shape.kernel_w; ++kx) {
      const std::int32_t code = activation(command, {command, ky, kx}, group, pixel, row);
      if (maximum) {
        value = std::max(value, code);
      } else if (shape.unit_weights != 0) {
        value += code;
      } else {
        const std::int64_t vector =
            command.run.weights + (group * shape.kernel_h + ky) * shape.kernel_w + kx;
        value += code * static_cast<std::int8_t>(
                            window_[static_cast<std::size_t>(vector * config_.array.rows + row)]);
      }
    }
  }
  return value;
}

std::int8_t Interpreter::added(const Command& command, std::int64_t group, std::int64_t pixel,
                               std::int64_t row) const {
  const config::Factors& factors = command.factors;
  const std::int64_t a = activation(command, {command, 0, 0}, group, pixel, row);
  const std::int64_t b = activation(command, {command, 0, 1}, group, pixel, row);
  const std::int64_t sum = (a - factors.zero_point_a) * factors.multiplier_a +
                           (b - factors.zero_point_b) * factors.multiplier_b;
  return static_cast<std::int8_t>(std::clamp(
      command.shape.zero_point + base::rounding_shift(sum, static_cast<int>(factors.shift)),
      command.shape.low, command.shape.high));
}

void Interpreter::compute_vectors(const Command& command) {
  const std::int64_t rows = config_.array.rows;
  const bool add = static_cast<Operation>(command.shape.operation) == Operation::kAdd;
  for (std::int64_t group = 0; group < command.run.groups; ++group) {
    for (std::int64_t pixel = 0; pixel < command.pixels(); ++pixel) {
      for (std::int64_t row = 0; row < rows; ++row) {
        const std::int64_t channel = group * rows + row;
        if (add) {
          put(command, channel, pixel, added(command, group, pixel, row));
          continue;
        }
        const std::uint8_t* parameters =
            parameters_.data() + (command.run.parameters + channel) * kParameterBytes;
        std::int32_t bias = 0;
        std::memcpy(&bias, parameters, sizeof bias);
        // Rows past the last channel may overflow: unsigned, which wraps.
        const auto sum = static_cast<std::int32_t>(
            static_cast<std::uint32_t>(bias) +
            static_cast<std::uint32_t>(window_value(command, group, pixel, row)));
        put(command, channel, pixel, finish_sum(command, parameters, sum));
      }
    }
  }
}

}  // namespace vqrom::compiler
