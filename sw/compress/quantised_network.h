// SPDX-License-Identifier: Apache-2.0
// quantised_network — a network in integers: indices or int8 weights, int8 activations, NHWC.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sw/base/json.h"
#include "sw/base/requantise.h"
#include "sw/base/tensor.h"
#include "sw/codebook/codebook.h"
#include "sw/codebook/subset.h"
#include "sw/model/model.h"
#include "sw/model/preprocess.h"

namespace vqrom::compress {

// real = scale * (code - zero_point), code in -128 … 127.
struct Quantisation {
  double scale = 1.0;
  std::int32_t zero_point = 0;
  friend bool operator==(const Quantisation&, const Quantisation&) = default;
};

// The range of codes that an activation leaves: Relu is {zero_point, 127}.
struct CodeRange {
  std::int32_t low = -128;
  std::int32_t high = 127;
  friend bool operator==(const CodeRange&, const CodeRange&) = default;
};

// Height, width, channels of one sample; a vector of F features is {1, 1, F}.
struct MapShape {
  std::int64_t height = 1;
  std::int64_t width = 1;
  std::int64_t channels = 1;
  [[nodiscard]] std::int64_t count() const { return height * width * channels; }
  friend bool operator==(const MapShape&, const MapShape&) = default;
};

struct QInput {};

enum class WeightStore { kCodebook, kDense };

// Convolution and linear layer (a linear layer is a 1x1 convolution on a 1x1 map, or on each
// pixel). acc[o] = bias[o] + sum over kernel y, x and input channel i of code_in *
// weight[o][y][x][i]; padding contributes the input's zero point; bias already holds -zero_point_in
// * sum(weights). out = requantise(acc, multiplier[o], zero_point_out, range.low, range.high).
struct QConv {
  model::Window window;
  std::int64_t groups = 1;
  std::int64_t in_channels = 0;
  std::int64_t out_channels = 0;
  bool linear = false;  // was Gemm or MatMul: for names and counts only
  WeightStore store = WeightStore::kDense;
  // kCodebook: [out][kernel_h][kernel_w][ceil(in/groups / d)]; a codeword spans d consecutive input
  // channels; of the last one, elements past the last channel are not used.
  std::vector<std::int32_t> indices;
  // kCodebook, set: indices are of subset->index_bits and count from codeword subset->base; else of
  // the network's index_bits from 0.
  std::optional<codebook::Subset> subset;
  // kDense: [out][kernel_h][kernel_w][in/groups].
  std::vector<std::int8_t> weights;
  std::vector<std::int32_t> bias;             // [out]
  std::vector<base::Multiplier> multipliers;  // [out]
  CodeRange range;
  // Set: biases (multiples of 2^bias_shift) and multipliers take 16 bits each (short_parameters.h).
  std::optional<int> bias_shift;

  [[nodiscard]] std::int64_t in_per_group() const { return in_channels / groups; }
  [[nodiscard]] std::int32_t index_base() const { return subset ? subset->base : 0; }
  [[nodiscard]] std::int64_t weight_count() const {
    return out_channels * window.kernel[0] * window.kernel[1] * in_per_group();
  }
};

// out = clamp(zero_point_out + rounding_shift((a - za) * multiplier_a + (b - zb) * multiplier_b,
// shift)): one rounding for both.
struct QAdd {
  std::int32_t multiplier_a = 0;
  std::int32_t multiplier_b = 0;
  std::uint8_t shift = 1;
  CodeRange range;
};

struct QClamp {
  CodeRange range;
};
struct QMaxPool {  // padding never wins
  model::Window window;
};
// acc = sum over the window of (code - zero_point_in), padding contributing 0;
// out = requantise(acc, multiplier, zero_point_out, -128, 127). With !count_include_pad the
// divisor is the number of real pixels n under the window: multipliers[n - 1]; else
// multipliers has one entry, for the full window.
struct QAveragePool {
  model::Window window;
  bool count_include_pad = false;
  std::vector<base::Multiplier> multipliers;
};
// The following move codes unchanged: inputs and output share one Quantisation.
struct QConcat {};  // along channels
struct QSlice {     // axes height, width, channels
  std::array<std::int64_t, 3> starts{};
  std::array<std::int64_t, 3> steps{1, 1, 1};
};
struct QPad {  // with the zero point; axes height, width, channels
  std::array<std::int64_t, 3> before{};
  std::array<std::int64_t, 3> after{};
};
// Keeps NHWC order. Flatten of an HxWxC map is one: the next linear layer's columns were permuted
// from ONNX' NCHW order when the network was compressed.
struct QReshape {};

// out = values[in + 128]: an activation function, computed when the network was compressed.
struct QTable {
  std::array<std::int8_t, 256> values{};
};

using QOp = std::variant<QInput, QConv, QAdd, QClamp, QMaxPool, QAveragePool, QConcat, QSlice, QPad,
                         QReshape, QTable>;

struct QNode {
  std::string name;
  QOp op;
  std::vector<int> inputs;
  MapShape shape;
  Quantisation quantisation;
};

// The content of a .vqnet file: hardware-independent.
struct QuantisedNetwork {
  std::string name;
  std::vector<QNode> nodes;  // topological order
  int input = 0;
  int output = 0;
  bool softmax_on_host = false;
  // Neither weights nor indices are there, but those of depthwise layers: no .vqnet, and nothing
  // that computes.
  bool shapes_only = false;
  std::string codebook_sha256;  // empty if every layer is dense
  int codebook_dimension = 0;   // d, so that indices can be counted without the codebook
  int index_bits = 0;           // of layers without a subset
  model::Preprocess preprocess;
  base::Json summary;  // what compress printed: per-layer error, ratios; for the report

  [[nodiscard]] int index_bits_of(const QConv& conv) const {
    return conv.subset ? conv.subset->index_bits : index_bits;
  }
};

// "Conv" / "Linear", "Add", …
[[nodiscard]] std::string op_name(const QOp& op);

// Codewords that a codebook layer takes with dimension d: each kernel position of each output
// channel starts a new one.
[[nodiscard]] std::int64_t index_count(const QConv& conv, int dimension);

// Errors: file.*, safetensors.*, vqnet.format. All lengths, ranges and references are checked
// (validate.h).
[[nodiscard]] QuantisedNetwork read_vqnet(const std::filesystem::path& path);
// The same from bytes; `name` is the place that errors name.
[[nodiscard]] QuantisedNetwork parse_vqnet(std::string_view bytes, std::string_view name);
// Indices are packed to index_bits_of the layer each, little-endian bit order. Format:
// docs/formats/vqnet.md. Aborts on a network that validate() refuses.
void write_vqnet(const std::filesystem::path& path, const QuantisedNetwork& network);
[[nodiscard]] std::string vqnet_bytes(const QuantisedNetwork& network);

// Refuses indices of another codebook. Errors: codebook.mismatch (both hashes), vqnet.index.
void check_codebook(const QuantisedNetwork& network, const codebook::Codebook& codebook,
                    std::string_view place);

// The integer weights of a layer, [out][kernel_h][kernel_w][in/groups], decoded if need be.
[[nodiscard]] std::vector<std::int8_t> decode_weights(const QConv& conv,
                                                      const codebook::Codebook& codebook);

}  // namespace vqrom::compress
