// SPDX-License-Identifier: Apache-2.0
// index_bits — the option --index-bits as subsets of the codebook by layer.
#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "sw/base/error.h"
#include "sw/compress/layer_codebooks.h"

namespace vqrom::compress {
namespace {

using codebook::Subset;

std::optional<int> number_of(std::string_view text) {
  int value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || status != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

// W or W@BASE.
std::optional<Subset> subset_of(std::string_view text) {
  const auto at = text.find('@');
  const std::optional<int> bits = number_of(text.substr(0, at));
  const std::optional<int> base =
      at == std::string_view::npos ? std::optional(0) : number_of(text.substr(at + 1));
  if (!bits || !base) return {};
  return Subset{*bits, *base};
}

class IndexBitsReader {
 public:
  IndexBitsReader(const model::Model& model, const std::vector<int>& layers,
                  const codebook::Codebook& codebook)
      : model_(model), layers_(layers), codebook_(codebook) {}

  LayerSubsets read(const std::vector<std::string>& values) {
    for (const std::string& value : values) add(value);
    problems_.throw_if_any();
    LayerSubsets subsets = named_;
    for (const int layer : layers_) {
      if (all_) subsets.try_emplace(layer, *all_);
    }
    std::erase_if(subsets, [&](const auto& layer) { return is_whole(layer.second); });
    return subsets;
  }

 private:
  [[nodiscard]] const std::string& name_of(int node) const {
    return model_.nodes[static_cast<std::size_t>(node)].name;
  }
  [[nodiscard]] bool is_whole(const Subset& subset) const {
    return subset.base == 0 && subset.index_bits == codebook_.index_bits();
  }
  void problem(std::string message) {
    problems_.add("compress.index_bits", "--index-bits", std::move(message));
  }

  void add(const std::string& value) {
    const auto equals = value.rfind('=');
    const bool names = equals != std::string::npos;
    const auto subset = subset_of(std::string_view(value).substr(names ? equals + 1 : 0));
    if (!subset) {
      return problem(fmt::format(
          "'{}' is not of the form W, W@BASE, LAYER=W or LAYER=W@BASE with whole numbers", value));
    }
    if (const std::string wrong = codebook::subset_problem(*subset, codebook_.entries);
        !wrong.empty() && !is_whole(*subset)) {
      return problem(fmt::format("'{}': {}", value, wrong));
    }
    if (!names) {
      if (all_) problem(fmt::format("'{}' is the second value for all layers", value));
      all_ = *subset;
      return;
    }
    const std::string name = value.substr(0, equals);
    const auto layer =
        std::ranges::find_if(layers_, [&](int node) { return name_of(node) == name; });
    if (layer == layers_.end()) {
      std::vector<std::string> known;
      for (const int node : layers_) known.push_back(name_of(node));
      return problem(
          fmt::format("no layer '{}' takes indices; must be one of {}", name,
                      known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
    }
    if (!named_.try_emplace(*layer, *subset).second) {
      problem(fmt::format("layer '{}' is named twice", name));
    }
  }

  const model::Model& model_;
  const std::vector<int>& layers_;
  const codebook::Codebook& codebook_;
  std::optional<Subset> all_;
  LayerSubsets named_;
  base::Problems problems_;
};

}  // namespace

LayerSubsets read_index_bits(const std::vector<std::string>& values, const model::Model& model,
                             const std::vector<int>& layers, const codebook::Codebook& codebook) {
  return IndexBitsReader(model, layers, codebook).read(values);
}

}  // namespace vqrom::compress
