// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/vq_vector.h"

#include <algorithm>

#include "sw/golden/vector_loops.h"

namespace vqrom::sim {

using config::Operation;

VqVector::VqVector(sc_core::sc_module_name name, const config::AcceleratorConfig& config,
                   const RunBuffersView& buffers)
    : sc_module(name),
      buffers_(buffers),
      rows_(config.array.rows),
      padding_(static_cast<std::size_t>(rows_)),
      sums_(static_cast<std::size_t>(rows_)) {}

void VqVector::begin(const RunCommand& command) {
  command_ = command;
  group_ = oy_ = ox_ = 0;
  std::ranges::fill(padding_, static_cast<std::int8_t>(command.shape.pad_code));
}

const std::int8_t* VqVector::activation(std::int64_t ky, std::int64_t kx) const {
  const std::int64_t vector = RunWindow{command_, ky, kx}.vector(group_, oy_, ox_);
  if (vector < 0) return padding_.data();
  return reinterpret_cast<const std::int8_t*>(buffers_.activations->word(vector));
}

void VqVector::start_group() {
  const config::Shape& shape = command_.shape;
  parameters_.clear();
  for (std::int64_t row = 0; row < rows_; ++row) {
    parameters_.emplace_back(
        buffers_.parameters->word(command_.run.parameters + group_ * rows_ + row));
  }
  if (static_cast<Operation>(shape.operation) != Operation::kWindowSum) return;
  const std::int64_t positions = shape.kernel_h * shape.kernel_w;
  weights_.assign(static_cast<std::size_t>(positions * rows_), 1);
  if (shape.unit_weights != 0) return;
  for (std::int64_t i = 0; i < positions; ++i) {
    const std::uint8_t* from = buffers_.window->word(command_.run.weights + group_ * positions + i);
    golden::widen(reinterpret_cast<const std::int8_t*>(from), rows_,
                  &weights_[static_cast<std::size_t>(i * rows_)]);
  }
}

void VqVector::window(std::int8_t* codes) {
  const config::Shape& shape = command_.shape;
  const bool maximum = static_cast<Operation>(shape.operation) == Operation::kWindowMax;
  std::ranges::fill(sums_, maximum ? -128 : 0);
  const std::int16_t* weights = weights_.data();
  for (std::int64_t ky = 0; ky < shape.kernel_h; ++ky) {
    for (std::int64_t kx = 0; kx < shape.kernel_w; ++kx, weights += rows_) {
      const std::int8_t* from = activation(ky, kx);
      if (maximum) {
        for (std::int64_t r = 0; r < rows_; ++r) {
          auto& most = sums_[static_cast<std::size_t>(r)];
          most = std::max(most, std::int32_t{from[r]});
        }
      } else {
        golden::add_products(from, weights, rows_, sums_.data());
      }
    }
  }
  for (std::size_t r = 0; r < sums_.size(); ++r) {
    codes[r] = code_of(parameters_[r].bias + static_cast<std::uint32_t>(sums_[r]),
                       parameters_[r].factor, shape);
  }
}

void VqVector::add(std::int8_t* codes) const {
  const std::int8_t* a = activation(0, 0);
  const std::int8_t* b = activation(0, 1);
  for (std::int64_t r = 0; r < rows_; ++r) {
    codes[r] = code_of(a[r], b[r], command_.factors, command_.shape);
  }
}

void VqVector::compute_vector(std::span<std::int8_t> codes) {
  if (static_cast<Operation>(command_.shape.operation) == Operation::kAdd) {
    add(codes.data());
  } else {
    if (oy_ == 0 && ox_ == 0) start_group();
    window(codes.data());
  }
  if (++ox_ < command_.run.out_w) return;
  ox_ = 0;
  if (++oy_ < command_.run.out_h) return;
  oy_ = 0;
  ++group_;
}

}  // namespace vqrom::sim
