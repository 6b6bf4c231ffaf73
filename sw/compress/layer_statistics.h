// SPDX-License-Identifier: Apache-2.0
// layer_statistics — second moments of what a layer sees: the Hessian of its output error.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "sw/model/model.h"

namespace vqrom::compress {

// Moments over all windows of all samples of one group of a Conv or Linear, columns in hardware
// order [kernel_h][kernel_w][in/groups]. `input` is what the layer will see behind quantised
// layers, `real` what it sees in the float network.
struct LayerStatistics {
  std::int64_t columns = 0;
  double windows = 0.0;
  std::vector<double> real_mean;   // [columns]
  std::vector<double> input_mean;  // [columns]
  std::vector<double> covariance;  // of the input, [columns][columns]
  std::vector<double> cross;       // of real (rows) and input (columns); may be empty

  void merge(const LayerStatistics& other);
  // From sums to means and centred moments; once, after the last merge.
  void finish();
};

enum class Moments { kMeans, kAll };

// Adds one sample's maps, in the model's order. `node` is a Conv or Linear.
void add_sample(const model::Model& model, const model::Node& node, std::int64_t group,
                std::span<const float> real, std::span<const float> input, Moments moments,
                LayerStatistics& statistics);

// Of `count` samples, on all cores; `add` adds one to a part of the statistics. The same on any
// number of cores.
[[nodiscard]] LayerStatistics gather(
    std::int64_t count, const std::function<void(std::int64_t sample, LayerStatistics& part)>& add);

}  // namespace vqrom::compress
