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

// A chart that stands without a page.
std::string standalone(const report::Chart& chart) {
  std::string svg = report::bar_chart(chart);
  svg.insert(4, " xmlns=\"http://www.w3.org/2000/svg\"");
  svg.insert(svg.find('>') + 1, kStyle);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg + "\n";
}

std::string size_text(const Json& row) {
  return text_of({row.at("entries").get<int>(), row.at("dimension").get<int>()});
}

// Series of the area figure: the beginning of a store's id; the longest counts.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kStores{
    {{"rom_logic", "ROM logic"},
     {"rom_macro", "ROM macro"},
     {"sram_", "SRAM"},
     {"sign_split", "sign_split"},
     {"lattice", "lattice"}}};

}  // namespace

std::string area_figure(const StudyResult& result) {
  report::Chart chart;
  chart.title = "Area of a codebook store a bit of its table";
  chart.unit = "gate equivalents a bit of the table, one read port, smallest of each kind";
  for (const auto& [id, name] : kStores) chart.series.emplace_back(name);
  int least_ports = std::numeric_limits<int>::max();
  for (const Json& row : result.area)
    least_ports = std::min(least_ports, row.at("ports").get<int>());
  std::vector<std::string> sizes;
  for (const Json& row : result.area) {
    const std::string size = size_text(row);
    if (std::ranges::find(sizes, size) == sizes.end()) sizes.push_back(size);
  }
  for (const std::string& size : sizes) {
    for (std::size_t s = 0; s < kStores.size(); ++s) {
      double best = std::numeric_limits<double>::infinity();
      double ge = 0.0;
      for (const Json& row : result.area) {
        const auto store = row.at("store").get<std::string>();
        if (size_text(row) != size || row.at("ports").get<int>() != least_ports) continue;
        if (!store.starts_with(kStores[s].first)) continue;
        const double bits = 8.0 * row.at("entries").get<int>() * row.at("dimension").get<int>();
        const double value = row.at("store_ge").get<double>();
        if (value / bits >= best) continue;
        best = value / bits / least_ports;
        ge = value;
      }
      if (ge <= 0.0) continue;
      report::Bar bar{fmt::format("{} {}", size, kStores[s].second), {}, {}, ""};
      bar.parts.assign(kStores.size(), 0.0);
      bar.parts[s] = best;
      bar.note = report::number_text(ge) + " GE";
      chart.bars.push_back(std::move(bar));
    }
  }
  return standalone(chart);
}

std::string traffic_figure(const StudyResult& result) {
  static constexpr std::array<std::pair<const char*, const char*>, 5> kKinds{
      {{"index_bytes", "indices"},
       {"dense_bytes", "int8 weights"},
       {"act_bytes", "activations"},
       {"out_bytes", "results"},
       {"codebook_bytes", "codebook"}}};
  report::Chart chart;
  chart.title = "Bytes to and from memory of one inference";
  chart.unit = "share of the bytes with int8 weights; parameters and instructions as other";
  for (const auto& [key, name] : kKinds) chart.series.emplace_back(name);
  chart.series.emplace_back("other");
  std::string network;
  double reference = 1.0;
  int ports = 0;
  for (const Json& row : result.traffic) {
    if (row.at("ports").get<int>() > 0) ports = ports == 0 ? row.at("ports").get<int>() : ports;
  }
  const auto add = [&](const Json& row, const std::string& label) {
    report::Bar bar{label, {}, {}, ""};
    const auto all = row.at("dram_bytes").get<double>();
    double other = all;
    for (const auto& [key, name] : kKinds) {
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
      add(row, fmt::format("{} {}", size_text(row), row.at("store").get<std::string>()));
    }
  }
  return standalone(chart);
}

}  // namespace vqrom::study
