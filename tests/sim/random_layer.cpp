// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/random_layer.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "sw/base/checked.h"

namespace vqrom::sim {
namespace {

using base::Random;
using compress::QConv;
using compress::WeightStore;

std::int64_t out_extent(std::int64_t in, std::int64_t kernel, std::int64_t stride,
                        std::int64_t dilation, std::int64_t pads) {
  const std::int64_t room = in + pads - dilation * (kernel - 1) - 1;
  return room < 0 ? 0 : room / stride + 1;
}

// A window that leaves at least one output pixel; the shape without channels.
compress::MapShape random_window(Random& random, const compress::MapShape& in,
                                 model::Window& window) {
  while (true) {
    for (std::size_t axis = 0; axis < 2; ++axis) {
      window.kernel[axis] = random.between(1, 4);
      window.stride[axis] = random.between(1, 3);
      window.dilation[axis] = random.between(1, 2);
    }
    for (std::int64_t& pad : window.pads) pad = random.between(0, 2);
    const std::int64_t height = out_extent(in.height, window.kernel[0], window.stride[0],
                                           window.dilation[0], window.pads[0] + window.pads[2]);
    const std::int64_t width = out_extent(in.width, window.kernel[1], window.stride[1],
                                          window.dilation[1], window.pads[1] + window.pads[3]);
    if (height > 0 && width > 0) return {height, width, 0};
  }
}

void fill_weights(Random& random, const codebook::Codebook& codebook, QConv& conv) {
  const std::int64_t positions = conv.window.kernel[0] * conv.window.kernel[1];
  if (conv.store == WeightStore::kCodebook) {
    const std::int64_t codewords = base::ceil_div(conv.in_per_group(), codebook.dimension);
    int entries = codebook.entries;
    Random subsets = random;  // a copy: they change nothing else
    if (subsets.below(2) == 0) {
      const int most = std::bit_width(static_cast<unsigned>(entries)) - 1;
      conv.subset = {static_cast<int>(subsets.between(1, most)), 0};
      const int count = conv.subset->entries();
      conv.subset->base = static_cast<int>(subsets.between(0, entries / count - 1)) * count;
      entries = count;
    }
    for (std::int64_t i = 0; i < conv.out_channels * positions * codewords; ++i) {
      conv.indices.push_back(
          static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(entries))));
    }
  } else {
    for (std::int64_t i = 0; i < conv.weight_count(); ++i) {
      conv.weights.push_back(static_cast<std::int8_t>(random.between(-127, 127)));
    }
  }
  const double terms = static_cast<double>(positions * conv.in_per_group());
  const double spread = 74.0 * 74.0 * std::sqrt(terms);  // of a sum of products of codes
  for (std::int64_t channel = 0; channel < conv.out_channels; ++channel) {
    conv.bias.push_back(static_cast<std::int32_t>(random.between(-200'000, 200'000)));
    conv.multipliers.push_back(base::make_multiplier(random.uniform(0.0, 100.0) / spread));
  }
}

}  // namespace

RandomLayer random_layer(std::uint64_t seed, const codebook::Codebook& codebook, WeightStore store,
                         int largest_channels) {
  Random random(seed);
  const auto zero_point = [&] { return static_cast<std::int32_t>(random.between(-128, 127)); };
  QConv conv;
  conv.store = store;
  conv.linear = random.below(5) == 0;
  conv.in_channels = random.between(1, largest_channels);
  conv.out_channels = random.between(1, largest_channels);
  compress::MapShape in{1, 1, conv.in_channels};
  compress::MapShape out{1, 1, 0};
  if (!conv.linear) {
    in.height = random.between(1, 12);
    in.width = random.between(1, 12);
    switch (random.below(3)) {
      case 0:
        conv.groups = conv.in_channels;  // depthwise, with a multiplier
        conv.out_channels = conv.groups * random.between(1, 2);
        break;
      case 1:
        conv.groups = random.between(1, 4);
        conv.in_channels *= conv.groups;
        conv.out_channels *= conv.groups;
        in.channels = conv.in_channels;
        break;
      default:
        break;
    }
    out = random_window(random, in, conv.window);
  }
  out.channels = conv.out_channels;
  conv.range.low = static_cast<std::int32_t>(random.between(-128, 0));
  conv.range.high = static_cast<std::int32_t>(random.between(1, 127));
  fill_weights(random, codebook, conv);

  RandomLayer made;
  made.network.name = "random";
  made.network.nodes.push_back({"input", compress::QInput{}, {}, in, {1.0, zero_point()}});
  made.network.nodes.push_back({"layer", std::move(conv), {0}, out, {1.0, zero_point()}});
  made.network.output = 1;
  if (store == WeightStore::kCodebook) {
    made.network.codebook_sha256 = codebook.sha256;
    made.network.codebook_dimension = codebook.dimension;
    made.network.index_bits = codebook.index_bits();
  }
  made.input.resize(static_cast<std::size_t>(in.count()));
  for (std::int8_t& code : made.input) code = static_cast<std::int8_t>(random.between(-128, 127));
  return made;
}

codebook::Codebook random_codebook(std::uint64_t seed, int entries, int dimension,
                                   int element_bits) {
  Random random(seed);
  codebook::Codebook codebook;
  codebook.entries = entries;
  codebook.dimension = dimension;
  codebook.element_bits = element_bits;
  const int largest = (1 << (element_bits - 1)) - 1;
  for (int i = 0; i < entries * dimension; ++i) {
    codebook.elements.push_back(static_cast<std::int8_t>(random.between(-largest, largest)));
  }
  codebook.provenance = base::Json::object();
  codebook.sha256 = codebook::content_hash(codebook);
  return codebook;
}

}  // namespace vqrom::sim
