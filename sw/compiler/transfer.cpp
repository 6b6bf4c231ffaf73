// SPDX-License-Identifier: Apache-2.0
#include "sw/compiler/transfer.h"

#include <algorithm>

#include "sw/base/checked.h"

namespace vqrom::compiler {
namespace {

using base::ceil_div;

std::int64_t largest(std::string_view field) {
  return (std::int64_t{1} << config::instruction_field("LOAD", field).width) - 1;
}

struct Loop {
  std::int64_t count = 1;
  std::int64_t stride = 0;  // bytes
  std::int64_t step = 0;    // buffer vectors
};

// Loops around `vectors` contiguous ones; the longest loop becomes the rows of the transfers.
class Nest {
 public:
  Nest(std::int64_t address, std::int64_t buffer, std::int64_t vectors,
       const config::AcceleratorConfig& config)
      : address_(address), buffer_(buffer), vectors_(vectors), config_(config) {}

  // From the innermost loop outwards.
  void wrap(const Loop& loop) {
    if (loop.count == 1) return;
    const bool seamless =
        loops_.empty() && loop.stride == vectors_ * config_.array.rows && loop.step == vectors_;
    if (seamless) {
      vectors_ *= loop.count;
      return;
    }
    if (!loops_.empty()) {
      Loop& inner = loops_.back();
      if (loop.stride == inner.count * inner.stride && loop.step == inner.count * inner.step) {
        inner.count *= loop.count;
        return;
      }
    }
    loops_.push_back(loop);
  }

  void emit(std::vector<Transfer>& to) {
    static const std::int64_t kWords = largest("row_words");
    static const std::int64_t kRows = largest("rows");
    static const std::int64_t kStride = largest("row_stride");
    Loop rows;
    const auto longest = std::ranges::max_element(loops_, {}, &Loop::count);
    if (longest != loops_.end() && longest->stride <= kStride) {
      rows = *longest;
      loops_.erase(longest);
    }
    const std::int64_t piece = std::min(vectors_, kWords / config_.vector_words());
    walk(loops_.size(), address_, buffer_, [&](std::int64_t address, std::int64_t buffer) {
      for (std::int64_t row = 0; row < rows.count; row += kRows) {
        for (std::int64_t first = 0; first < vectors_; first += piece) {
          const std::int64_t count = std::min(piece, vectors_ - first);
          to.push_back({address + row * rows.stride + first * config_.array.rows,
                        count * config_.vector_words(), std::min(kRows, rows.count - row),
                        rows.count == 1 ? 0 : rows.stride, buffer + row * rows.step + first,
                        rows.count == 1 ? 0 : rows.step});
        }
      }
    });
  }

 private:
  template <typename Visit>
  void walk(std::size_t depth, std::int64_t address, std::int64_t buffer, const Visit& visit) {
    if (depth == 0) return visit(address, buffer);
    const Loop& loop = loops_[depth - 1];
    for (std::int64_t i = 0; i < loop.count; ++i) {
      walk(depth - 1, address + i * loop.stride, buffer + i * loop.step, visit);
    }
  }

  std::int64_t address_;
  std::int64_t buffer_;
  std::int64_t vectors_;
  const config::AcceleratorConfig& config_;
  std::vector<Loop> loops_;
};

}  // namespace

BufferSteps packed(const Box& box) {
  const std::int64_t row = box.columns.count;
  const std::int64_t image = box.rows.count * row;
  return {box.images.count * image, image, row};
}

std::vector<Transfer> transfers(const View& view, const Box& box, std::int64_t buffer,
                                const BufferSteps& steps, const config::AcceleratorConfig& config) {
  std::vector<Transfer> result;
  const std::int64_t inside = box.images.first * view.image_stride +
                              box.rows.first * view.row_stride +
                              box.columns.first * config.array.rows;
  const auto address = [&](std::int64_t group) {
    return view.groups[static_cast<std::size_t>(group)];
  };
  std::int64_t group = box.groups.first;
  while (group < box.groups.end()) {
    // As many groups as are evenly spaced upwards.
    std::int64_t count = 1;
    std::int64_t stride = 0;
    while (group + count < box.groups.end()) {
      const std::int64_t next = address(group + count) - address(group + count - 1);
      if (next <= 0 || (count > 1 && next != stride)) break;
      stride = next;
      ++count;
    }
    Nest nest(address(group) + inside, buffer + (group - box.groups.first) * steps.group,
              box.columns.count, config);
    nest.wrap({box.rows.count, view.row_stride, steps.row});
    nest.wrap({box.images.count, view.image_stride, steps.image});
    nest.wrap({count, stride, steps.group});
    nest.emit(result);
    group += count;
  }
  return result;
}

Transfer contiguous(std::int64_t address, std::int64_t words) {
  return {address, words, 1, 0, 0, 0};
}

std::int64_t transfer_cycles(const Transfer& transfer, const config::AcceleratorConfig& config) {
  const std::int64_t bursts = transfer.rows * ceil_div(transfer.row_words, config.bus.burst_words);
  const std::int64_t waits = ceil_div(bursts * kMemoryLatency, config.bus.outstanding);
  return std::max(transfer.rows * transfer.row_words, waits);
}

}  // namespace vqrom::compiler
