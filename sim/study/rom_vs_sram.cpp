// SPDX-License-Identifier: Apache-2.0
// rom_vs_sram — the sweep: its parts, their order, and what of them the cache has.
#include <charconv>
#include <functional>
#include <map>

#include "gen/synth/yosys.h"
#include "sim/study/area_unit.h"
#include "sim/study/study.h"
#include "sim/study/traffic_unit.h"
#include "sim/study/unit_cache.h"
#include "sim/study/verilog_hash.h"
#include "sw/base/error.h"
#include "sw/base/interrupt.h"
#include "sw/base/progress.h"
#include "sw/base/sha256.h"

namespace vqrom::study {
namespace {

using base::Json;

// One part of the study. `ms` is a rough guess for the progress display: of one core, with
// nothing of it in Yosys' own cache (docs/study.md, "How long it takes").
struct Unit {
  std::string name;
  std::string key;
  std::int64_t ms = 0;
  Json* rows = nullptr;
  std::function<Json()> make;
};

class Sweep {
 public:
  Sweep(const StudyOptions& options, StudyResult& result)
      : options_(options),
        result_(result),
        networks_(read_networks(options.networks)),
        cache_(options.cache) {
    const synth::Yosys yosys(options.target, options.area_cache);
    for (const NetworkFile& file : networks_.files()) common_ += file.name + file.sha256 + "\n";
    common_ += fmt::format("{}\n{}\n", config::to_json(options.config).dump(), verilog_hash());
    traffic_common_ = fmt::format("version {}\n", kTrafficVersion);
    area_common_ = fmt::format("version {}\n{}\n{}\n{}\n{}\n", kAreaVersion, yosys.version(),
                               options.target.name(), options.target.sha256, options.node_nm) +
                   base::sha256_hex(options.model_text);
  }

  void run() {
    // The quick parts first, so that an interrupted study has most of its rows.
    for (std::size_t i = 0; i < networks_.files().size(); ++i) add_dense(i);
    for (const Point& point : options_.points) {
      for (std::size_t i = 0; i < networks_.files().size(); ++i) {
        for (const int ports : options_.ports) add_traffic(i, point, ports);
      }
    }
    for (const Point& point : options_.points) {
      for (const int ports : options_.ports) add_area(point, ports);
    }
    std::int64_t total = 0;
    std::vector<std::optional<Json>> known;
    for (Unit& unit : units_) {
      known.push_back(cache_.find(unit.key));
      if (known.back()) unit.ms = 1;
      total += unit.ms;
    }
    base::Progress progress(
        fmt::format("study, {} parts, about {} s", units_.size(), total / 1000 + 1), total);
    for (std::size_t i = 0; i < units_.size(); ++i) {
      Unit& unit = units_[i];
      progress.remark(unit.name);
      progress.advance(0);
      finish(unit, known[i]);
      progress.advance(unit.ms);
    }
  }

 private:
  void finish(const Unit& unit, const std::optional<Json>& known) {
    Json rows = Json::array();
    if (known) {
      rows = *known;
    } else {
      try {
        rows = unit.make();
        base::check_interrupt();
      } catch (const base::UserError& error) {
        // What this accelerator or network cannot have is a finding; anything else is a failure.
        const std::string& code = error.problems().front().code;
        if (!code.starts_with("config.") && !code.starts_with("program.")) throw;
        rows.push_back({{"skipped", unit.name}, {"why", error.problems().front().message}});
      }
      cache_.put(unit.key, rows);
    }
    for (Json& row : rows) {
      (row.contains("skipped") ? result_.skipped : *unit.rows).push_back(std::move(row));
    }
  }

  void add_dense(std::size_t network) {
    const std::string& name = networks_.files()[network].name;
    const Point& widest = widest_point(options_);
    units_.push_back({fmt::format("{}, dense", name),
                      fmt::format("dense {} {} {} {}{}", network, text_of(widest),
                                  options_.ports.front(), common_, traffic_common_),
                      1000, &result_.traffic,
                      [this, network] { return dense_rows(options_, networks_, network); }});
  }

  void add_traffic(std::size_t network, const Point& point, int ports) {
    units_.push_back(
        {fmt::format("{}, {}, {} ports", networks_.files()[network].name, text_of(point), ports),
         fmt::format("traffic {} {} {} {}{}", network, text_of(point), ports, common_,
                     traffic_common_),
         500 + std::int64_t{point.entries} * point.dimension / 200, &result_.traffic,
         [this, network, point, ports] {
           return traffic_rows(options_, networks_, network, point, ports);
         }});
  }

  void add_area(const Point& point, int ports) {
    const std::int64_t register_ms = 6000 * std::int64_t{ports};  // of up to 8,192 bits
    units_.push_back({fmt::format("area of {}, {} ports", text_of(point), ports),
                      area_key(point, ports),
                      10000 + register_ms + std::int64_t{point.entries} * point.dimension / 20,
                      &result_.area, [this, point, ports] { return area_rows(point, ports); }});
  }

  [[nodiscard]] std::string area_key(const Point& point, int ports) const {
    return fmt::format("area {} {} {} {}", text_of(point), ports, common_, area_common_);
  }

  // The first part of a point measures all of the point that the cache lacks: their bundles have
  // much in common, and both cores have work to the end.
  Json area_rows(const Point& point, int ports) {
    if (areas_.point != point) measure_areas(point);
    if (areas_.refused.contains(ports)) std::rethrow_exception(areas_.refused.at(ports));
    return areas_.units.at(ports).rows();
  }

  void measure_areas(const Point& point) {
    areas_ = {point, {}, {}};
    std::vector<AreaUnit*> units;
    for (const int ports : options_.ports) {
      if (cache_.find(area_key(point, ports)) || areas_.units.contains(ports)) continue;
      try {
        AreaUnit unit(options_, networks_, point, ports);
        units.push_back(&areas_.units.emplace(ports, std::move(unit)).first->second);
      } catch (const base::UserError&) {
        areas_.refused[ports] = std::current_exception();
      }
    }
    AreaUnit::measure(options_, units);
  }

  const StudyOptions& options_;
  StudyResult& result_;
  StudyNetworks networks_;
  UnitCache cache_;
  std::string common_;  // all that every part depends on
  std::string traffic_common_;
  std::string area_common_;
  std::vector<Unit> units_;
  struct {
    Point point;
    std::map<int, AreaUnit> units;  // by ports
    std::map<int, std::exception_ptr> refused;
  } areas_;
};

}  // namespace

std::string text_of(const Point& point) {
  return fmt::format("{} x {}", point.entries, point.dimension);
}

Point parse_point(const std::string& text) {
  Point point;
  const std::size_t by = text.find('x');
  const auto number = [&](std::string_view part, int& value) {
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    return error == std::errc{} && end == part.data() + part.size();
  };
  const std::string_view view(text);
  const bool good = by != std::string::npos && number(view.substr(0, by), point.entries) &&
                    number(view.substr(by + 1), point.dimension) &&
                    point.entries >= codebook::kSmallestEntries &&
                    point.entries <= codebook::kLargestEntries &&
                    point.dimension >= codebook::kSmallestDimension &&
                    point.dimension <= codebook::kLargestDimension;
  if (good) return point;
  throw base::UserError("study.point", "--points",
                        fmt::format("'{}' is no size of a codebook; entries x dimension, {}x{} to "
                                    "{}x{}, for example 256x8",
                                    text, codebook::kSmallestEntries, codebook::kSmallestDimension,
                                    codebook::kLargestEntries, codebook::kLargestDimension));
}

StudyResult rom_vs_sram(const StudyOptions& options) {
  StudyResult result;
  Sweep(options, result).run();
  return result;
}

}  // namespace vqrom::study
