// SPDX-License-Identifier: Apache-2.0
#include "sw/compress/layer_statistics.h"

#include <algorithm>

#include <cblas.h>

#include "sw/base/checked.h"
#include "sw/base/parallel.h"
#include "sw/model/weight_order.h"

namespace vqrom::compress {
namespace {

constexpr std::int64_t kSamplesPerPart = 16;   // whose moments are summed before they are merged
constexpr std::int64_t kTileFloats = 1 << 17;  // unfolded windows that are multiplied at once

// What a group's windows are cut from.
struct Cutter {
  model::Window window;
  std::int64_t in = 0;  // channels of a group
  std::int64_t first_channel = 0;
  std::int64_t height = 1;
  std::int64_t width = 1;
  std::int64_t out_height = 1;
  std::int64_t out_width = 1;
  std::vector<std::int64_t> order;  // of a vector's features; empty: channels

  [[nodiscard]] std::int64_t columns() const { return window.kernel[0] * window.kernel[1] * in; }
  [[nodiscard]] std::int64_t windows() const { return out_height * out_width; }

  // The window of output pixel `pixel`, in hardware order.
  void cut(std::span<const float> map, std::int64_t pixel, float* to) const {
    const std::int64_t top = pixel / out_width * window.stride[0] - window.pads[0];
    const std::int64_t left = pixel % out_width * window.stride[1] - window.pads[1];
    for (std::int64_t y = 0; y < window.kernel[0]; ++y) {
      for (std::int64_t x = 0; x < window.kernel[1]; ++x, to += in) {
        const std::int64_t row = top + y * window.dilation[0];
        const std::int64_t column = left + x * window.dilation[1];
        if (row < 0 || row >= height || column < 0 || column >= width) {
          std::fill_n(to, in, 0.0F);
          continue;
        }
        const std::int64_t at = (first_channel * height + row) * width + column;
        for (std::int64_t i = 0; i < in; ++i) {
          to[i] = order.empty() ? map[static_cast<std::size_t>(at + i * height * width)]
                                : map[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])];
        }
      }
    }
  }
};

Cutter cutter_of(const model::Model& model, const model::Node& node, std::int64_t group) {
  const model::Node& from = model.nodes[static_cast<std::size_t>(node.inputs.at(0))];
  Cutter cutter;
  if (from.shape.size() == 4) {
    cutter.height = from.shape[2];
    cutter.width = from.shape[3];
    cutter.out_height = node.shape[2];
    cutter.out_width = node.shape[3];
  }
  if (const auto* conv = std::get_if<model::Conv>(&node.op)) {
    cutter.window = conv->window;
    cutter.in = conv->in_channels / conv->groups;
    cutter.first_channel = group * cutter.in;
    return cutter;
  }
  const auto* linear = std::get_if<model::Linear>(&node.op);
  VQROM_CHECK(linear != nullptr, "node '{}' has no weights", node.name);
  cutter.in = linear->in_features;
  if (from.shape.size() != 4) cutter.order = model::hardware_order(model, from);
  return cutter;
}

void add_product(std::int64_t rows, std::int64_t columns, const std::vector<float>& a,
                 const std::vector<float>& b, std::vector<float>& sum) {
  const auto n = base::checked_cast<int>(columns);
  cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, n, n, base::checked_cast<int>(rows), 1.0F,
              a.data(), n, b.data(), n, 1.0F, sum.data(), n);
}

void add_to(std::vector<double>& sum, std::span<const float> values) {
  if (sum.empty()) sum.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) sum[i] += values[i];
}

void add_all(std::vector<double>& sum, const std::vector<double>& values) {
  if (sum.empty()) sum.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) sum[i] += values[i];
}

}  // namespace

void LayerStatistics::merge(const LayerStatistics& other) {
  if (other.windows == 0.0) return;
  columns = other.columns;
  windows += other.windows;
  add_all(real_mean, other.real_mean);
  add_all(input_mean, other.input_mean);
  add_all(covariance, other.covariance);
  add_all(cross, other.cross);
}

void LayerStatistics::finish() {
  VQROM_CHECK(windows > 0.0, "no sample was added");
  for (auto* sums : {&real_mean, &input_mean, &covariance, &cross}) {
    for (double& sum : *sums) sum /= windows;
  }
  if (covariance.empty()) return;
  for (std::size_t i = 0; i < real_mean.size(); ++i) {
    for (std::size_t j = 0; j < real_mean.size(); ++j) {
      covariance[i * real_mean.size() + j] -= input_mean[i] * input_mean[j];
      cross[i * real_mean.size() + j] -= real_mean[i] * input_mean[j];
    }
  }
}

void add_sample(const model::Model& model, const model::Node& node, std::int64_t group,
                std::span<const float> real, std::span<const float> input, Moments moments,
                LayerStatistics& statistics) {
  const Cutter cutter = cutter_of(model, node, group);
  const std::int64_t columns = cutter.columns();
  statistics.columns = columns;
  statistics.windows += static_cast<double>(cutter.windows());
  const std::int64_t tile = std::max<std::int64_t>(1, kTileFloats / columns);
  const auto square = static_cast<std::size_t>(columns * columns);
  std::vector<float> covariance(moments == Moments::kAll ? square : 0);
  std::vector<float> cross(covariance.size());
  std::vector<float> real_sum(static_cast<std::size_t>(columns));
  std::vector<float> input_sum(static_cast<std::size_t>(columns));
  std::vector<float> real_rows(static_cast<std::size_t>(tile * columns));
  std::vector<float> input_rows(real_rows.size());
  for (std::int64_t first = 0; first < cutter.windows(); first += tile) {
    const std::int64_t rows = std::min(tile, cutter.windows() - first);
    for (std::int64_t row = 0; row < rows; ++row) {
      float* real_row = real_rows.data() + row * columns;
      float* input_row = input_rows.data() + row * columns;
      cutter.cut(real, first + row, real_row);
      cutter.cut(input, first + row, input_row);
      for (std::size_t i = 0; i < real_sum.size(); ++i) {
        real_sum[i] += real_row[i];
        input_sum[i] += input_row[i];
      }
    }
    if (moments == Moments::kMeans) continue;
    add_product(rows, columns, input_rows, input_rows, covariance);
    add_product(rows, columns, real_rows, input_rows, cross);
  }
  add_to(statistics.real_mean, real_sum);
  add_to(statistics.input_mean, input_sum);
  if (moments == Moments::kMeans) return;
  add_to(statistics.covariance, covariance);
  add_to(statistics.cross, cross);
}

LayerStatistics gather(std::int64_t count,
                       const std::function<void(std::int64_t sample, LayerStatistics& part)>& add) {
  std::vector<LayerStatistics> parts(
      static_cast<std::size_t>(base::ceil_div(count, kSamplesPerPart)));
  base::parallel_for(count, kSamplesPerPart, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      add(i, parts[static_cast<std::size_t>(begin / kSamplesPerPart)]);
    }
  });
  LayerStatistics all;
  for (const LayerStatistics& part : parts) all.merge(part);
  all.finish();
  return all;
}

}  // namespace vqrom::compress
