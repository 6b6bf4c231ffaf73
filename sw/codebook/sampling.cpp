// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/sampling.h"

#include <cmath>

#include "sw/base/error.h"
#include "sw/codebook/layers.h"
#include "sw/model/weight_order.h"

namespace vqrom::codebook {
namespace {

double root_mean_square(std::span<const float> values) {
  double sum = 0.0;
  for (const float value : values) sum += double{value} * value;
  return std::sqrt(sum / static_cast<double>(values.size()));
}

// channel is [kernel positions][in]; appends the sub-vectors of one output channel.
void cut_channel(std::span<const float> channel, std::int64_t in, int dimension, double rms,
                 std::vector<float>& vectors) {
  for (std::size_t position = 0; position < channel.size(); position += in) {
    const auto whole_groups = channel.subspan(position, in / dimension * dimension);
    for (const float value : whole_groups) vectors.push_back(static_cast<float>(value / rms));
  }
}

}  // namespace

NetworkVectors cut_network(const model::Model& model, int dimension,
                           std::span<const std::string> dense_names) {
  NetworkVectors cut;
  cut.network = model.name;
  for (const int layer : weight_layers(model)) {
    cut.weight_layers.push_back(model.nodes[layer].name);
  }
  for (const int layer : codebook_layers(model, dimension, dense_names)) {
    const model::Node& node = model.nodes[layer];
    const auto* conv = std::get_if<model::Conv>(&node.op);
    const std::int64_t in = conv != nullptr ? conv->in_channels / conv->groups
                                            : std::get<model::Linear>(node.op).in_features;
    const std::int64_t out =
        conv != nullptr ? conv->out_channels : std::get<model::Linear>(node.op).out_features;
    const std::vector<float> weights = model::hardware_order_weights(model, node);
    const auto channel_size = static_cast<std::size_t>(std::ssize(weights) / out);
    const std::size_t before = cut.vectors.size();
    for (std::int64_t o = 0; o < out; ++o) {
      const auto channel = std::span(weights).subspan(o * channel_size, channel_size);
      const double rms = root_mean_square(channel);
      if (!std::isfinite(rms)) {
        throw base::UserError("codebook.weights", model.name,
                              fmt::format("layer '{}' has a weight that is not finite in output "
                                          "channel {}",
                                          node.name, o));
      }
      if (rms > 0.0) cut_channel(channel, in, dimension, rms, cut.vectors);
    }
    if (cut.vectors.size() == before) continue;
    ++cut.layers;
    cut.layer_counts.push_back(std::ssize(cut.vectors) / dimension -
                               static_cast<std::int64_t>(before) / dimension);
    cut.weights += std::ssize(weights);
  }
  return cut;
}

std::vector<float> sample_vectors(std::span<const float> vectors, int dimension, std::int64_t count,
                                  base::Random& random) {
  const auto available = static_cast<std::int64_t>(vectors.size()) / dimension;
  VQROM_CHECK(available > 0 && count >= 0, "{} of {} sub-vectors", count, available);
  const std::int64_t rounds = count / available;
  std::int64_t wanted = count % available;  // by Knuth's selection sampling
  std::vector<float> sample;
  sample.reserve(static_cast<std::size_t>(count * dimension));
  for (std::int64_t v = 0; v < available; ++v) {
    const bool once_more =
        wanted > 0 && static_cast<std::int64_t>(random.below(available - v)) < wanted;
    if (once_more) --wanted;
    const auto vector = vectors.subspan(v * dimension, dimension);
    for (std::int64_t times = rounds + (once_more ? 1 : 0); times > 0; --times) {
      sample.insert(sample.end(), vector.begin(), vector.end());
    }
  }
  return sample;
}

}  // namespace vqrom::codebook
