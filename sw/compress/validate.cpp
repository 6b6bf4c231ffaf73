// SPDX-License-Identifier: Apache-2.0
#include "sw/compress/validate.h"

#include <cmath>
#include <set>
#include <utility>

#include "sw/base/checked.h"
#include "sw/base/sha256.h"
#include "sw/compress/short_parameters.h"

namespace vqrom::compress {
namespace {

std::string text_of(const MapShape& shape) {
  return fmt::format("{}x{}x{}", shape.height, shape.width, shape.channels);
}

// Checks one node; every message names the value found and the values allowed.
class NodeCheck {
 public:
  NodeCheck(const QuantisedNetwork& network, std::size_t index, std::string_view place,
            base::Problems& problems)
      : network_(network),
        node_(network.nodes[index]),
        index_(static_cast<int>(index)),
        place_(fmt::format("{}: node '{}'", place, node_.name)),
        problems_(problems) {}

  void run() {
    within("height", node_.shape.height, 1, kLargestExtent);
    within("width", node_.shape.width, 1, kLargestExtent);
    within("channels", node_.shape.channels, 1, kLargestChannels);
    if (good_) within("number of codes", node_.shape.count(), 1, kLargestMap);
    require(std::isfinite(node_.quantisation.scale) && node_.quantisation.scale > 0.0,
            "scale is {}; must be positive", node_.quantisation.scale);
    within("zero point", node_.quantisation.zero_point, -128, 127);
    for (const int input : node_.inputs) {
      require(input >= 0 && input < index_,
              "input {} is not an earlier node (this is node {} of the list)", input, index_);
    }
    if (good_) std::visit(*this, node_.op);
  }

  void operator()(const QInput&) {
    arity(0);
    require(index_ == network_.input, "is a second Input; node {} is the network's",
            network_.input);
  }
  void operator()(const QConv& conv) {
    if (!arity(1) || !window(conv.window)) return;
    within("groups", conv.groups, 1, kLargestChannels);
    if (!good_) return;
    require(conv.in_channels == input().shape.channels, "in_channels is {}; its input has {}",
            conv.in_channels, input().shape.channels);
    require(conv.in_channels % conv.groups == 0 && conv.out_channels % conv.groups == 0,
            "groups is {}; must divide the {} input and {} output channels", conv.groups,
            conv.in_channels, conv.out_channels);
    const bool plain = conv.window == model::Window{} && conv.groups == 1;
    require(!conv.linear || plain, "is Linear with a window or groups");
    makes(windowed(conv.window, conv.out_channels));
    if (good_) weights(conv);
    length("bias", conv.bias.size(), conv.out_channels);
    multipliers(conv.multipliers, conv.out_channels);
    if (conv.bias_shift) short_parameters(conv);
    range(conv.range);
  }
  void operator()(const QAdd& add) {
    if (!arity(2)) return;
    for (const int i : node_.inputs) makes(network_.nodes[static_cast<std::size_t>(i)].shape);
    require(add.multiplier_a >= 0 && add.multiplier_b >= 0,
            "multipliers are {} and {}; must not be negative", add.multiplier_a, add.multiplier_b);
    within("shift", add.shift, base::kSmallestShift, base::kLargestShift);
    range(add.range);
  }
  void operator()(const QClamp& clamp) {
    if (!arity(1)) return;
    makes(input().shape);
    same_quantisation();
    range(clamp.range);
  }
  void operator()(const QMaxPool& pool) {
    if (!arity(1) || !window(pool.window)) return;
    makes(windowed(pool.window, input().shape.channels));
    same_quantisation();
    if (good_) windows_meet_pixels(pool.window);
  }
  void operator()(const QAveragePool& pool) {
    if (!arity(1) || !window(pool.window)) return;
    makes(windowed(pool.window, input().shape.channels));
    if (good_) windows_meet_pixels(pool.window);
    const std::int64_t area = pool.window.kernel[0] * pool.window.kernel[1];
    multipliers(pool.multipliers, pool.count_include_pad ? 1 : area);
  }
  void operator()(const QConcat&) {
    require(!node_.inputs.empty(), "has no inputs; a Concat needs one or more");
    if (!good_) return;
    MapShape joined = input().shape;
    joined.channels = 0;
    for (const int i : node_.inputs) {
      const MapShape& part = network_.nodes[static_cast<std::size_t>(i)].shape;
      require(part.height == joined.height && part.width == joined.width,
              "joins maps of {} and {}; heights and widths must be equal", text_of(input().shape),
              text_of(part));
      joined.channels += part.channels;
    }
    makes(joined);
    same_quantisation();
  }
  void operator()(const QSlice& slice) {
    if (!arity(1)) return;
    const auto from = extents(input().shape);
    const auto to = extents(node_.shape);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      within("start", slice.starts[axis], 0, from[axis] - 1);
      within("step", slice.steps[axis], 1, kLargestChannels);
      if (!good_) return;
      const std::int64_t last = slice.starts[axis] + (to[axis] - 1) * slice.steps[axis];
      require(last < from[axis], "takes element {} of an axis of {}", last, from[axis]);
    }
    same_quantisation();
  }
  void operator()(const QPad& pad) {
    if (!arity(1)) return;
    auto padded = extents(input().shape);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      within("padding", pad.before[axis], 0, kLargestChannels);
      within("padding", pad.after[axis], 0, kLargestChannels);
      if (!good_) return;
      padded[axis] += pad.before[axis] + pad.after[axis];
    }
    makes({padded[0], padded[1], padded[2]});
    same_quantisation();
  }
  void operator()(const QReshape&) {
    if (!arity(1)) return;
    require(node_.shape.count() == input().shape.count(), "makes {} codes from {}",
            node_.shape.count(), input().shape.count());
    same_quantisation();
  }
  void operator()(const QTable&) {
    if (arity(1)) makes(input().shape);
  }

 private:
  template <typename... Args>
  bool require(bool condition, fmt::format_string<Args...> format, Args&&... args) {
    if (condition) return true;
    problems_.add("vqnet.format", place_, fmt::format(format, std::forward<Args>(args)...));
    good_ = false;
    return false;
  }
  bool within(std::string_view what, std::int64_t value, std::int64_t low, std::int64_t high) {
    return require(value >= low && value <= high, "{} is {}; must be from {} to {}", what, value,
                   low, high);
  }
  bool arity(std::size_t wanted) {
    return require(node_.inputs.size() == wanted, "{} has {} inputs; must have {}",
                   op_name(node_.op), node_.inputs.size(), wanted);
  }
  void length(std::string_view what, std::size_t found, std::int64_t wanted) {
    require(std::cmp_equal(found, wanted), "{} has {} values; must have {}", what, found, wanted);
  }
  void makes(const MapShape& shape) {
    require(node_.shape == shape, "shape is {}; {} of its inputs makes {}", text_of(node_.shape),
            op_name(node_.op), text_of(shape));
  }
  void range(const CodeRange& range) {
    require(-128 <= range.low && range.low <= range.high && range.high <= 127,
            "range is {} to {}; must ascend within -128 to 127", range.low, range.high);
  }
  void multipliers(const std::vector<base::Multiplier>& all, std::int64_t wanted) {
    length("multiplier", all.size(), wanted);
    for (const base::Multiplier& one : all) {
      if (!require(one.multiplier >= 0, "multiplier is {}; must not be negative", one.multiplier) ||
          !within("shift", one.shift, base::kSmallestShift, base::kLargestShift)) {
        return;
      }
    }
  }
  bool window(const model::Window& window) {
    for (std::size_t axis = 0; axis < 2; ++axis) {
      within("kernel", window.kernel[axis], 1, kLargestKernel);
      within("stride", window.stride[axis], 1, kLargestExtent);
      within("dilation", window.dilation[axis], 1, kLargestExtent);
    }
    for (const std::int64_t pad : window.pads) within("pad", pad, 0, kLargestExtent);
    return good_;
  }
  // The map that a window makes; extents that no window fits into come out below 1.
  [[nodiscard]] MapShape windowed(const model::Window& window, std::int64_t channels) const {
    const auto from = extents(input().shape);
    std::array<std::int64_t, 2> to{};
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const std::int64_t reach = (window.kernel[axis] - 1) * window.dilation[axis] + 1;
      const std::int64_t room = from[axis] + window.pads[axis] + window.pads[axis + 2] - reach;
      to[axis] = room < 0 ? 0 : room / window.stride[axis] + 1;
    }
    return {to[0], to[1], channels};
  }
  // A pool over padding alone has no value.
  void windows_meet_pixels(const model::Window& window) {
    const auto from = extents(input().shape);
    const auto to = extents(node_.shape);
    for (std::size_t axis = 0; axis < 2; ++axis) {
      for (std::int64_t out = 0; out < to[axis]; ++out) {
        bool meets = false;
        for (std::int64_t tap = 0; tap < window.kernel[axis] && !meets; ++tap) {
          const std::int64_t at =
              out * window.stride[axis] + tap * window.dilation[axis] - window.pads[axis];
          meets = at >= 0 && at < from[axis];
        }
        if (!require(meets, "has a window that holds nothing but padding")) return;
      }
    }
  }
  void short_parameters(const QConv& conv) {
    if (!within("bias_shift", *conv.bias_shift, 0, kLargestBiasShift)) return;
    for (const std::int32_t bias : conv.bias) {
      if (!require(is_short(bias, *conv.bias_shift), "has a bias of {}; must be 16 bits << {}",
                   bias, *conv.bias_shift)) {
        return;
      }
    }
    for (const base::Multiplier& factor : conv.multipliers) {
      if (!require(is_short(factor), "has a multiplier of {}; must be a multiple of 2^21",
                   factor.multiplier)) {
        return;
      }
    }
  }
  void weights(const QConv& conv) {
    const bool dense = conv.store == WeightStore::kDense;
    if (!dense && !require(network_.codebook_dimension >= codebook::kSmallestDimension,
                           "is a codebook layer of a network without codebook")) {
      return;
    }
    if (conv.subset) {
      require(!dense, "is dense with a subset of codewords");
      const std::string problem = codebook::subset_problem(*conv.subset, 1 << network_.index_bits);
      require(problem.empty(), "{}", problem);
      if (!good_) return;
    }
    length("weights", conv.weights.size(), dense ? conv.weight_count() : 0);
    length("indices", conv.indices.size(),
           dense ? 0 : index_count(conv, network_.codebook_dimension));
    for (const std::int8_t weight : conv.weights) {
      if (!within("weight", weight, -127, 127)) return;
    }
    for (const std::int32_t index : conv.indices) {
      if (!within("index", index, 0, (std::int64_t{1} << network_.index_bits_of(conv)) - 1)) return;
    }
  }
  void same_quantisation() {
    for (const int i : node_.inputs) {
      const Quantisation& other = network_.nodes[static_cast<std::size_t>(i)].quantisation;
      require(other == node_.quantisation,
              "scale and zero point are {} and {}; its input's are {} and {} and must be equal",
              node_.quantisation.scale, node_.quantisation.zero_point, other.scale,
              other.zero_point);
    }
  }
  [[nodiscard]] const QNode& input() const {
    return network_.nodes[static_cast<std::size_t>(node_.inputs.front())];
  }
  static std::array<std::int64_t, 3> extents(const MapShape& shape) {
    return {shape.height, shape.width, shape.channels};
  }

  const QuantisedNetwork& network_;
  const QNode& node_;
  int index_;
  std::string place_;
  base::Problems& problems_;
  bool good_ = true;
};

void check_header(const QuantisedNetwork& network, std::string_view place,
                  base::Problems& problems) {
  const auto add = [&](std::string message) {
    problems.add("vqnet.format", std::string(place), std::move(message));
  };
  const auto in_list = [&](int node) { return node >= 0 && node < std::ssize(network.nodes); };
  if (!in_list(network.input) || !in_list(network.output)) {
    add(fmt::format("input is node {} and output node {}; the network has {}", network.input,
                    network.output, network.nodes.size()));
  } else if (!std::holds_alternative<QInput>(
                 network.nodes[static_cast<std::size_t>(network.input)].op)) {
    add(fmt::format("node {}, the network's input, is not an Input", network.input));
  }
  bool uses_codebook = false;
  std::set<std::string_view> names;
  for (const QNode& node : network.nodes) {
    const auto* conv = std::get_if<QConv>(&node.op);
    uses_codebook |= conv != nullptr && conv->store == WeightStore::kCodebook;
    if (node.name.empty()) add("a node has no name");
    if (!names.insert(node.name).second) add(fmt::format("two nodes are '{}'", node.name));
  }
  if (!uses_codebook) {
    if (!network.codebook_sha256.empty()) add("names a codebook that no layer uses");
    return;
  }
  if (!base::is_sha256(network.codebook_sha256)) {
    add(fmt::format("codebook SHA-256 is '{}'; must be 64 hexadecimal digits",
                    network.codebook_sha256));
  }
  if (network.codebook_dimension < codebook::kSmallestDimension ||
      network.codebook_dimension > codebook::kLargestDimension) {
    add(fmt::format("codebook dimension is {}; must be from {} to {}", network.codebook_dimension,
                    codebook::kSmallestDimension, codebook::kLargestDimension));
  }
  if (network.index_bits < 1 || network.index_bits > 16) {
    add(fmt::format("index_bits is {}; must be from 1 to 16", network.index_bits));
  }
}

}  // namespace

void validate(const QuantisedNetwork& network, std::string_view place) {
  base::Problems problems;
  check_header(network, place, problems);
  problems.throw_if_any();  // the nodes are checked with its numbers
  for (std::size_t i = 0; i < network.nodes.size(); ++i) {
    NodeCheck(network, i, place, problems).run();
  }
  problems.throw_if_any();
}

}  // namespace vqrom::compress
