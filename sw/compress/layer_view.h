// SPDX-License-Identifier: Apache-2.0
// layer_view — weights, bias and groups of a node, for convolutions and linear layers alike.
#pragma once

#include <vector>

#include "sw/model/model.h"

namespace vqrom::compress {

// Points into a Conv or Linear node, which must live as long.
struct LayerView {
  explicit LayerView(model::Node& node) {
    if (auto* conv = std::get_if<model::Conv>(&node.op)) {
      groups = conv->groups;
      channels = conv->out_channels;
      positions = conv->window.kernel[0] * conv->window.kernel[1];
      in = conv->in_channels / conv->groups;
      weights = &conv->weights;
      bias = &conv->bias;
      return;
    }
    auto& linear = std::get<model::Linear>(node.op);
    channels = linear.out_features;
    in = linear.in_features;
    weights = &linear.weights;
    bias = &linear.bias;
  }
  std::int64_t groups = 1;
  std::int64_t channels = 0;   // output channels of all groups
  std::int64_t positions = 1;  // kernel height * width
  std::int64_t in = 0;         // input channels of a group
  std::vector<float>* weights = nullptr;
  std::vector<float>* bias = nullptr;
};

}  // namespace vqrom::compress
