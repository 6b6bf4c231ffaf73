// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/window_walker.h"

namespace vqrom::sim::timing {

void WindowWalker::begin(const Shape& shape, const Run& run) {
  const auto less_one = [](std::uint16_t count) {
    return static_cast<std::uint16_t>((count - 1U) & kCount12);
  };
  run_ = true;
  array_ = shape.operation == kArray;
  if (array_) {
    last_ = {less_one(run.out_w),      less_one(run.out_h),      less_one(run.groups),
             less_one(shape.kernel_w), less_one(shape.kernel_h), less_one(run.blocks)};
  } else {
    last_ = {less_one(shape.kernel_w), less_one(shape.kernel_h), less_one(run.out_w),
             less_one(run.out_h),      less_one(run.groups),     0};
  }
  left_ = last_;
  in_h_ = static_cast<std::int16_t>(run.in_h);
  in_w_ = static_cast<std::int16_t>(run.in_w);
  y_ = outer_y_ = start_y_ = run.start_y;
  x_ = outer_x_ = start_x_ = run.start_x;
  inner_y_step_ = array_ ? shape.stride_y : shape.dilation_y;
  inner_x_step_ = array_ ? shape.stride_x : shape.dilation_x;
  outer_y_step_ = array_ ? shape.dilation_y : shape.stride_y;
  outer_x_step_ = array_ ? shape.dilation_x : shape.stride_x;
}

}  // namespace vqrom::sim::timing
