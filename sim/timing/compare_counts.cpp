// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/compare_counts.h"

#include <optional>
#include <string>

#include <fmt/format.h>

#include "sw/base/error.h"

namespace vqrom::sim {
namespace {

std::optional<std::string> difference(const CycleCounts& rtl, const CycleCounts& other,
                                      const std::string& engine) {
  const auto text = [&](std::string_view what, std::int64_t a, std::int64_t b) {
    return fmt::format("{} is {} in the RTL and {} in {}", what, a, b, engine);
  };
  for (int i = 0; i < kEvents; ++i) {
    const auto event = static_cast<Event>(i);
    if (rtl.events[event] != other.events[event]) {
      return text(event_name(event), rtl.events[event], other.events[event]);
    }
    if (rtl.causes[event] != other.causes[event]) {
      return text(
          fmt::format("the cause {}", event == Event::kCycles ? "other" : event_name(event)),
          rtl.causes[event], other.causes[event]);
    }
  }
  return {};
}

}  // namespace

void check_same_counts(const ProgramResult& rtl, const ProgramResult& other,
                       const std::string& engine) {
  VQROM_CHECK(rtl.layers.size() == other.layers.size(), "{} and {} are two programs", rtl.place,
              other.place);
  base::Problems problems;
  for (std::size_t i = 0; i < rtl.layers.size(); ++i) {
    const auto differs = difference(rtl.layers[i].counts, other.layers[i].counts, engine);
    if (!differs) continue;
    problems.add("simulate.engines", other.place,
                 fmt::format("layer {}: {}", rtl.layers[i].place.name, *differs));
  }
  problems.throw_if_any();
}

}  // namespace vqrom::sim
