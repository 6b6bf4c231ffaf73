// SPDX-License-Identifier: Apache-2.0
#include "sim/core/unit_trace.h"

#include <algorithm>

#include <fmt/format.h>

#include "sw/base/json.h"

namespace vqrom::sim {
namespace {

using base::Json;

constexpr std::array<std::string_view, 13> kUnitNames{
    "layer",       "array", "vector unit", "decoder", "output walker", "RUN queue",   "LOAD queue",
    "STORE queue", "LOADs", "STOREs",      "fetch",   "read bursts",   "write bursts"};

// States of the array: what the first that holds is called.
constexpr std::array<std::pair<Event, std::string_view>, 5> kArrayStates{
    {{Event::kIssue, "issue"},
     {Event::kWaitWeights, "wait_weights"},
     {Event::kWaitParams, "wait_params"},
     {Event::kWaitSums, "wait_sums"},
     {Event::kWaitActs, "wait_acts"}}};

constexpr std::array<std::string_view, config::kTargets> kTargetNames{
    "activations", "weights", "parameters", "window weights", "codebook", "table"};

bool has(std::uint32_t events, Event event) {
  return (events & event_bit(event)) != 0;
}

std::string json_string(std::string_view text) {
  return Json(std::string(text)).dump();
}

}  // namespace

void UnitTrace::begin(const ObservedRun& run) {
  run_ = run;
  loads_.emplace(run.queues->loads());
  stores_.emplace(run.queues->stores());
  slices_ = {};
  bursts_.clear();
  ++process_;
  wanted_.clear();
  for (const compiler::LayerPlace& layer : run.program->layers) {
    wanted_.push_back(options_.layers.empty() ||
                      std::ranges::find(options_.layers, layer.name) != options_.layers.end());
  }
  const auto name = [&](std::string_view what, int thread, std::string_view value) {
    add(fmt::format(R"({{"ph":"M","name":"{}","pid":{},"tid":{},"args":{{"name":{}}}}})", what,
                    process_, thread, json_string(value)));
  };
  name("process_name", 0, run.program->network);
  for (int unit = 0; unit < kUnits; ++unit) {
    name("thread_name", unit, kUnitNames[static_cast<std::size_t>(unit)]);
    add(fmt::format(
        R"({{"ph":"M","name":"thread_sort_index","pid":{},"tid":{},"args":{{"sort_index":{}}}}})",
        process_, unit, unit));
  }
}

void UnitTrace::add(std::string_view event) {
  if (full_cycle_) return;
  if (!text_.empty()) text_ += ",\n";
  text_ += event;
  ++events_;
}

void UnitTrace::close(Unit unit) {
  Slice& slice = slices_[unit];
  if (!slice.name.empty()) {
    std::string args;
    if (slice.number != kNone) args = fmt::format(R"("number":{},)", slice.number);
    args += fmt::format(R"("layer":{})", json_string(run_.program->layers[slice.layer].name));
    add(fmt::format(
        R"({{"ph":"X","name":{},"cat":"{}","pid":{},"tid":{},"ts":{},"dur":{},"args":{{{}}}}})",
        json_string(slice.name), kUnitNames[unit], process_, static_cast<int>(unit),
        first_cycle_ + slice.first, slice.end - slice.first, args));
  }
  slice = {};
}

void UnitTrace::show(Unit unit, std::string_view name, std::int64_t number, std::size_t layer,
                     std::int64_t first, std::int64_t count) {
  Slice& slice = slices_[unit];
  const bool same = slice.name == name && slice.number == number && slice.layer == layer;
  if (!same || slice.end != first) {
    close(unit);
    slice = {name, number, layer, first, first};
  }
  slice.end = first + count;
}

void UnitTrace::burst(const ObservedBurst& burst) {
  bursts_.push_back(burst);
}

// The words move on, whether they are shown or not.
void UnitTrace::show_moves(const ObservedCycles& cycles, bool wanted) {
  if ((cycles.events & kLoadEvents) != 0) {
    loads_->move(cycles.first, cycles.count,
                 [&](std::size_t number, std::int64_t first, std::int64_t words) {
                   const auto& [load, layer] = run_.queues->loads()[number];
                   if (wanted) {
                     show(kLoad, kTargetNames[static_cast<std::size_t>(load.target)],
                          static_cast<std::int64_t>(number), layer, first, words);
                   }
                 });
  }
  if (has(cycles.events, Event::kStore)) {
    stores_->move(cycles.first, cycles.count,
                  [&](std::size_t number, std::int64_t first, std::int64_t words) {
                    if (wanted) {
                      show(kStore, "output", static_cast<std::int64_t>(number),
                           run_.queues->stores()[number].layer, first, words);
                    }
                  });
  }
}

void UnitTrace::pass(const ObservedCycles& cycles) {
  const bool shown = wanted(cycles.layer) && !full_cycle_;
  show_moves(cycles, shown);
  if (!shown) {
    bursts_.clear();
    return;
  }
  for (const ObservedBurst& burst : bursts_) {
    add(fmt::format(R"({{"ph":"i","name":"{}","cat":"{}","pid":{},"tid":{},"ts":{},"s":"t",)"
                    R"("args":{{"address":"{:#x}","words":{}}}}})",
                    burst.write   ? "STORE"
                    : burst.fetch ? "fetch"
                                  : "LOAD",
                    kUnitNames[burst.write ? kWriteBursts : kReadBursts], process_,
                    static_cast<int>(burst.write ? kWriteBursts : kReadBursts),
                    first_cycle_ + burst.cycle, burst.address, burst.words));
  }
  bursts_.clear();
  const auto show_state = [&](Unit unit, std::string_view name) {
    show(unit, name, kNone, cycles.layer, cycles.first, cycles.count);
  };
  show_state(kLayer, run_.program->layers[cycles.layer].name);
  for (const auto& [event, name] : kArrayStates) {
    if (!has(cycles.events, event)) continue;
    show_state(kArray, name);
    break;
  }
  if (has(cycles.events, Event::kVectorReads)) show_state(kVectorUnit, "vector_reads");
  if (has(cycles.events, Event::kDecode)) show_state(kDecoder, "decode");
  if (has(cycles.events, Event::kOutWrites)) show_state(kOutput, "out_writes");
  if (has(cycles.events, Event::kRunWaitLoads)) show_state(kRunQueue, "run_wait_loads");
  if (has(cycles.events, Event::kRunWaitStores)) show_state(kRunQueue, "run_wait_stores");
  if (has(cycles.events, Event::kLoadWait)) show_state(kLoadQueue, "load_wait");
  if (has(cycles.events, Event::kStoreWait)) show_state(kStoreQueue, "store_wait");
  if (has(cycles.events, Event::kFetch)) show_state(kFetch, "fetch");
  if (events_ < options_.most_events) return;
  for (int unit = 0; unit < kUnits; ++unit) close(static_cast<Unit>(unit));
  full_cycle_ = first_cycle_ + cycles.first + cycles.count;
}

void UnitTrace::end(std::int64_t cycles) {
  for (int unit = 0; unit < kUnits; ++unit) close(static_cast<Unit>(unit));
  first_cycle_ += cycles;
}

std::string UnitTrace::json() const {
  std::string other = R"("time_unit":"cycle")";
  if (full_cycle_) other += fmt::format(R"(,"full_cycle":{})", *full_cycle_);
  return fmt::format(
      "{{\"displayTimeUnit\":\"ms\",\"otherData\":{{{}}},\"traceEvents\":[\n{}\n]}}\n", other,
      text_);
}

}  // namespace vqrom::sim
