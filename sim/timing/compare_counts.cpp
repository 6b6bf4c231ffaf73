// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/compare_counts.h"

#include <optional>
#include <string>

#include <fmt/format.h>

#include "sw/base/error.h"

namespace vqrom::sim {
namespace {

std::optional<std::string> difference(const CycleCounts& rtl, const CycleCounts& timing) {
  const auto text = [](std::string_view what, std::int64_t a, std::int64_t b) {
    return fmt::format("{} is {} in the RTL and {} in the timing engine", what, a, b);
  };
  for (int i = 0; i < kEvents; ++i) {
    const auto event = static_cast<Event>(i);
    if (rtl.events[event] != timing.events[event]) {
      return text(event_name(event), rtl.events[event], timing.events[event]);
    }
    if (rtl.causes[event] != timing.causes[event]) {
      return text(
          fmt::format("the cause {}", event == Event::kCycles ? "other" : event_name(event)),
          rtl.causes[event], timing.causes[event]);
    }
  }
  return {};
}

}  // namespace

void check_same_counts(const ProgramResult& rtl, const ProgramResult& timing) {
  VQROM_CHECK(rtl.layers.size() == timing.layers.size(), "{} and {} are two programs", rtl.place,
              timing.place);
  base::Problems problems;
  for (std::size_t i = 0; i < rtl.layers.size(); ++i) {
    const auto differs = difference(rtl.layers[i].counts, timing.layers[i].counts);
    if (!differs) continue;
    problems.add("simulate.engines", timing.place,
                 fmt::format("layer {}: {}", rtl.layers[i].place.name, *differs));
  }
  problems.throw_if_any();
}

}  // namespace vqrom::sim
