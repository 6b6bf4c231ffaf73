// SPDX-License-Identifier: Apache-2.0
#include "sim/study/element_bits.h"

#include "gen/emit/bundle.h"
#include "gen/synth/area.h"
#include "sim/report/svg.h"
#include "sim/study/study_networks.h"
#include "sim/study/unit_cache.h"
#include "sim/study/verilog_hash.h"
#include "sw/base/error.h"
#include "sw/base/interrupt.h"
#include "sw/base/progress.h"
#include "sw/base/scratch_directory.h"

namespace vqrom::study {
namespace {

using base::Json;
using report::number_text;

// The mean over the networks, which have one share each in the codebook.
double mean_error(const codebook::BuildResult& built) {
  double sum = 0.0;
  for (const codebook::NetworkResult& network : built.networks) sum += network.error;
  return sum / static_cast<double>(built.networks.size());
}

synth::StoreArea rom_area(const StudyOptions& options, const codebook::Codebook& codebook) {
  config::AcceleratorConfig config = options.config;
  config.codebook.read_ports = 1;
  config::bind_codebook(config, codebook, text_of(Point{codebook.entries, codebook.dimension}));
  const base::ScratchDirectory scratch("vqrom-study");
  const std::filesystem::path directory = scratch.path() / "bundle";
  emit::write_bundle(emit::make_bundle(config, codebook), directory);
  const synth::RomPlan plan =
      synth::plan_rom_logic(config::read_manifest(directory), options.target);
  const synth::Yosys yosys(options.target, options.area_cache);
  std::vector<synth::Area> areas;
  for (const synth::Design& design : plan.designs) areas.push_back(yosys.synthesise(design));
  return synth::rom_logic_area(plan, areas);
}

Json measured_row(const StudyOptions& options, StudyNetworks& networks, const Point& point,
                  int bits) {
  const codebook::BuildResult built = networks.build(point.entries, point.dimension, bits);
  const synth::StoreArea store = rom_area(options, built.codebook);
  return {{"entries", point.entries},
          {"dimension", point.dimension},
          {"element_bits", bits},
          {"error", mean_error(built)},
          {"rom_bits", built.codebook.rom_bits()},
          {"exact", store.exact},
          {"store_um2", synth::rounded(store.area.um2)},
          {"store_ge", synth::rounded(store.area.ge)}};
}

// Error and area over those of the point's first row.
void add_ratios(Json& rows) {
  const Json* first = nullptr;
  for (Json& row : rows) {
    const bool same = first != nullptr && first->at("entries") == row.at("entries") &&
                      first->at("dimension") == row.at("dimension");
    if (!same) first = &row;
    for (const auto& [ratio, key] :
         {std::pair{"error_over_first", "error"}, std::pair{"area_over_first", "store_ge"}}) {
      row[ratio] = row.at(key).get<double>() / first->at(key).get<double>();
    }
  }
}

std::string name_of(const Json& row) {
  return fmt::format("{}, {} bits",
                     text_of({row.at("entries").get<int>(), row.at("dimension").get<int>()}),
                     row.at("element_bits").get<int>());
}

}  // namespace

Json element_bits(const StudyOptions& options, const std::vector<int>& bits) {
  StudyNetworks networks(read_networks(options.networks));
  const UnitCache cache(options.cache);
  const synth::Yosys yosys(options.target, options.area_cache);
  std::string common = fmt::format("element bits {}\n{}\n{}\n{}\n{}\n{}", kElementBitsVersion,
                                   verilog_hash(), yosys.version(), options.target.name(),
                                   options.target.sha256, config::to_json(options.config).dump());
  for (const NetworkFile& file : networks.files()) common += "\n" + file.name + file.sha256;
  base::Progress progress("element bits",
                          static_cast<std::int64_t>(options.points.size() * bits.size()));
  Json rows = Json::array();
  for (const Point& point : options.points) {
    for (const int each : bits) {
      const std::string key = fmt::format("{} {} {}", common, text_of(point), each);
      std::optional<Json> known = cache.find(key);
      if (!known) {
        known = Json::array({measured_row(options, networks, point, each)});
        base::check_interrupt();
        cache.put(key, *known);
      }
      rows.push_back(known->front());
      progress.advance(1);
    }
  }
  add_ratios(rows);
  return rows;
}

std::string element_bits_text(const Json& rows) {
  std::string text = fmt::format("{:<20} {:>14} {:>12} {:>14} {:>12}\n", "codebook",
                                 "squared error", "over first", "ROM logic, GE", "over first");
  for (const Json& row : rows) {
    const std::string area = fmt::format("{}{}", row.at("exact").get<bool>() ? "" : "~",
                                         number_text(row.at("store_ge").get<double>()));
    text += fmt::format("{:<20} {:>14.5f} {:>12.3f} {:>14} {:>12.3f}\n", name_of(row),
                        row.at("error").get<double>(), row.at("error_over_first").get<double>(),
                        area, row.at("area_over_first").get<double>());
  }
  return text;
}

std::string element_bits_figure(const Json& rows) {
  report::Chart chart;
  chart.title = "Area and error of codebooks with narrower elements";
  chart.series = {"area of the table in ROM logic"};
  chart.marks = {"squared error a weight"};
  chart.unit = "over those of the widest elements";
  for (const Json& row : rows) {
    const double area = row.at("area_over_first").get<double>();
    const double error = row.at("error_over_first").get<double>();
    chart.bars.push_back({name_of(row),
                          {area},
                          {error},
                          fmt::format("{} GE, error x {:.3f}",
                                      number_text(row.at("store_ge").get<double>()), error)});
  }
  return standalone_figure(chart);
}

}  // namespace vqrom::study
