// SPDX-License-Identifier: Apache-2.0
#include "gen/synth/memory_model.h"

#include <algorithm>
#include <cmath>

#include "sw/base/checked.h"
#include "sw/base/error.h"

namespace vqrom::synth {
namespace {

std::array<double, 4> terms(std::int64_t words, std::int64_t bits) {
  const auto w = static_cast<double>(words);
  const auto b = static_cast<double>(bits);
  return {1.0, w, b, w * b};
}

// Smallest and largest sizes that were measured.
struct Range {
  std::int64_t least_words, most_words, least_bits, most_bits, most_capacity;
};

Range range_of(const MacroFamily& family) {
  const Macro& first = family.macros.front();
  Range range{first.words, first.words, first.bits, first.bits, 0};
  for (const Macro& macro : family.macros) {
    range.least_words = std::min(range.least_words, macro.words);
    range.most_words = std::max(range.most_words, macro.words);
    range.least_bits = std::min(range.least_bits, macro.bits);
    range.most_bits = std::max(range.most_bits, macro.bits);
    range.most_capacity = std::max(range.most_capacity, macro.words * macro.bits);
  }
  return range;
}

}  // namespace

double MacroFamily::fitted_um2(std::int64_t words, std::int64_t bits) const {
  const std::array<double, 4> term = terms(words, bits);
  double sum = 0.0;
  for (std::size_t i = 0; i < term.size(); ++i) sum += coefficients[i] * term[i];
  return sum;
}

MacroPlan plan_sram(const MacroFamily& family, std::int64_t words, std::int64_t bits) {
  const Range range = range_of(family);
  MacroPlan best;
  for (std::int64_t depth = range.least_words; depth <= range.most_words; depth *= 2) {
    const std::int64_t rows = base::ceil_div(words, depth);
    const std::int64_t most_columns = base::ceil_div(bits, range.least_bits);
    for (std::int64_t columns = 1; columns <= most_columns; ++columns) {
      const std::int64_t width = std::max(base::ceil_div(bits, columns), range.least_bits);
      if (width > range.most_bits || depth * width > range.most_capacity) continue;
      const double um2 = static_cast<double>(rows * columns) * family.fitted_um2(depth, width);
      if (best.count == 0 || um2 < best.um2) best = {rows * columns, depth, width, um2};
    }
  }
  VQROM_CHECK(best.count > 0, "no plan for {} x {} in {}", words, bits, family.name);
  return best;
}

MacroPlan plan_rom(const MemoryModel& model, std::int64_t words, std::int64_t bits) {
  MacroPlan plan = plan_sram(model.sram[model.rom.family], words, bits);
  const auto cells = static_cast<double>(plan.count * plan.words * plan.bits);
  plan.um2 -= cells * (model.rom.sram_cell_um2 - model.rom.rom_cell_um2);
  return plan;
}

double published_gain(const RomModel& rom, std::int64_t bits) {
  const auto& points = rom.published_gain;
  const double at = std::log2(static_cast<double>(bits));
  if (at <= std::log2(points.front().first)) return points.front().second;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double left = std::log2(points[i - 1].first);
    const double right = std::log2(points[i].first);
    if (at > right) continue;
    const double part = (at - left) / (right - left);
    return points[i - 1].second + part * (points[i].second - points[i - 1].second);
  }
  return points.back().second;
}

std::optional<int> MemoryModel::node_nm(std::string_view library) const {
  std::optional<int> node;
  std::size_t longest = 0;
  for (const auto& [prefix, value] : libraries) {
    if (!library.starts_with(prefix) || prefix.size() < longest) continue;
    longest = prefix.size();
    node = value;
  }
  return node;
}

}  // namespace vqrom::synth
