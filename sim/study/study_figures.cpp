// SPDX-License-Identifier: Apache-2.0
// study_figures — two bar charts of a study as SVG files of their own.
#include <algorithm>
#include <array>
#include <limits>

#include "sim/report/svg.h"
#include "sim/study/study.h"

namespace vqrom::study {
namespace {

using base::Json;

constexpr std::string_view kStyle =
    "<style>svg{background:#fff;font:12px system-ui,sans-serif}text{fill:#1b2430}"
    ".axis,.note{fill:#5b6673}.grid{stroke:#dfe4ea}.s0{fill:#2f6db5}.s1{fill:#e0862f}"
    ".s2{fill:#2a9d8f}.s3{fill:#b0457b}.s4{fill:#8a93a0}.s5{fill:#c9b458}.cut{fill:#fff}"
    ".m0{fill:#111}.m1{fill:#c0392b}</style><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>";

std::string size_text(const Json& row) {
  return text_of({row.at("entries").get<int>(), row.at("dimension").get<int>()});
}

// Series of the area figure: is a row's store of that kind?
struct Kind {
  std::string_view name;
  bool (*holds)(std::string_view store);
};
bool is_banks(std::string_view store) {
  return store.ends_with("_banks");
}
bool is_levels(std::string_view store) {
  return store.ends_with("_sign_split") || store.ends_with("_lattice");
}
constexpr std::array<Kind, 5> kKinds{
    {{"ROM logic", [](std::string_view store) { return store == "rom_logic"; }},
     {"ROM macro",
      [](std::string_view store) { return store.starts_with("rom_macro") && !is_banks(store); }},
     {"SRAM of levels", is_levels},
     {"sign_split", [](std::string_view store) { return store == "sign_split"; }},
     {"lattice", [](std::string_view store) { return store == "lattice"; }}}};

// The smallest store of a kind among rows; 0 if there is none.
double smallest(const std::vector<const Json*>& rows, bool (*holds)(std::string_view)) {
  double least = 0.0;
  for (const Json* row : rows) {
    if (!holds(row->at("store").get<std::string>())) continue;
    const double ge = row->at("store_ge").get<double>();
    if (least == 0.0 || ge < least) least = ge;
  }
  return least;
}

bool is_table_sram(std::string_view store) {
  return store.starts_with("sram_") && !is_levels(store) && !is_banks(store);
}

}  // namespace

std::string standalone_figure(const report::Chart& chart) {
  std::string svg = report::bar_chart(chart);
  svg.insert(4, " xmlns=\"http://www.w3.org/2000/svg\"");
  svg.insert(svg.find('>') + 1, kStyle);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg + "\n";
}

std::vector<Point> shown_points(const base::Json& rows) {
  std::vector<Point> points;
  for (const Json& row : rows) {
    const Point point{row.at("entries").get<int>(), row.at("dimension").get<int>()};
    if (point.entries == 0 || std::ranges::find(points, point) != points.end()) continue;
    points.push_back(point);
  }
  if (points.size() <= 3) return points;
  return {points.front(), points[points.size() / 2], points.back()};
}

std::string area_figure(const StudyResult& result) {
  report::Chart chart;
  chart.title = "Area of a codebook store over the smallest SRAM of the same table";
  for (const Kind& kind : kKinds) chart.series.emplace_back(kind.name);
  int ports = std::numeric_limits<int>::max();
  for (const Json& row : result.area) ports = std::min(ports, row.at("ports").get<int>());
  chart.unit = fmt::format("area over that of the smallest SRAM of the table, {} read port{}",
                           ports, ports == 1 ? "" : "s");
  std::vector<std::string> sizes;
  for (const Json& row : result.area) {
    if (std::ranges::find(sizes, size_text(row)) == sizes.end()) sizes.push_back(size_text(row));
  }
  for (const std::string& size : sizes) {
    std::vector<const Json*> rows;
    for (const Json& row : result.area) {
      if (size_text(row) == size && row.at("ports").get<int>() == ports) rows.push_back(&row);
    }
    const double sram = smallest(rows, is_table_sram);
    for (std::size_t k = 0; k < kKinds.size(); ++k) {
      const double ge = smallest(rows, kKinds[k].holds);
      if (ge <= 0.0 || sram <= 0.0) continue;
      report::Bar bar{fmt::format("{} {}", size, kKinds[k].name), {}, {}, ""};
      bar.parts.assign(kKinds.size(), 0.0);
      bar.parts[k] = ge / sram;
      bar.note = fmt::format("{} of {} GE", report::number_text(ge), report::number_text(sram));
      chart.bars.push_back(std::move(bar));
    }
  }
  return standalone_figure(chart);
}

std::string traffic_figure(const StudyResult& result) {
  static constexpr std::array<std::pair<const char*, const char*>, 5> kBytes{
      {{"index_bytes", "indices"},
       {"dense_bytes", "int8 weights"},
       {"act_bytes", "activations"},
       {"out_bytes", "results"},
       {"codebook_bytes", "codebook"}}};
  report::Chart chart;
  chart.title = "Bytes to and from memory of one inference";
  chart.unit = "over the bytes with int8 weights; SRAM loaded for each inference";
  for (const auto& [key, name] : kBytes) chart.series.emplace_back(name);
  chart.series.emplace_back("other");
  std::string network;
  double reference = 1.0;
  int ports = 0;
  for (const Json& row : result.traffic) {
    if (row.at("ports").get<int>() > 0) ports = ports == 0 ? row.at("ports").get<int>() : ports;
  }
  const std::vector<Point> points = shown_points(result.traffic);
  const auto add = [&](const Json& row, const std::string& label) {
    report::Bar bar{label, {}, {}, ""};
    const auto all = row.at("dram_bytes").get<double>();
    double other = all;
    for (const auto& [key, name] : kBytes) {
      bar.parts.push_back(row.at(key).get<double>() / reference);
      other -= row.at(key).get<double>();
    }
    bar.parts.push_back(other / reference);
    bar.note = report::number_text(all / 1024.0) + " KiB";
    chart.bars.push_back(std::move(bar));
  };
  for (const Json& dense : result.traffic) {
    if (dense.at("store") != "none") continue;
    network = dense.at("network").get<std::string>();
    reference = dense.at("dram_bytes").get<double>();
    add(dense, network);
    for (const Json& row : result.traffic) {
      if (row.at("network") != network || row.at("ports").get<int>() != ports) continue;
      const Point point{row.at("entries").get<int>(), row.at("dimension").get<int>()};
      if (std::ranges::find(points, point) == points.end()) continue;
      add(row, fmt::format("{} {}", size_text(row), row.at("store").get<std::string>()));
    }
  }
  return standalone_figure(chart);
}

}  // namespace vqrom::study
