// SPDX-License-Identifier: Apache-2.0
#include "sim/report/program_section.h"

#include <array>
#include <initializer_list>
#include <span>

#include "sim/report/section_parts.h"

namespace vqrom::report {
namespace {

using base::Json;

// One part of a bar: the sum of some counters.
struct Share {
  const char* name;
  std::initializer_list<const char*> keys;
};

const std::array kCycles{
    Share{"computing", {"issue", "vector_reads"}},
    Share{"decode", {"wait_weights"}},
    Share{"drain, sums, activations", {"wait_params", "wait_sums", "wait_acts"}},
    Share{"waiting for loads", {"run_wait_loads"}},
    Share{"waiting for stores", {"run_wait_stores"}},
    Share{"start and end", {"compute_busy", "other"}}};
const std::array kBytes{Share{"indices", {"index"}},
                        Share{"dense weights", {"dense"}},
                        Share{"window weights", {"window"}},
                        Share{"codebook", {"codebook"}},
                        Share{"parameters, tables", {"param"}},
                        Share{"activations", {"act"}},
                        Share{"outputs", {"out"}}};

struct Breakdown {
  const char* key;  // of the counters
  std::span<const Share> shares;
};

// A bar and a row of the table for each layer.
struct Figure {
  Chart chart;
  Row head;
  std::vector<Row> rows;
};

Figure figure_of(const Document& run, const Breakdown& breakdown, const char* title,
                 const char* unit) {
  Figure result{{title, {}, {}, {}, unit}, {"layer", "operation", unit}, {}};
  for (const Share& share : breakdown.shares) {
    result.chart.series.emplace_back(share.name);
    result.head.emplace_back(share.name);
  }
  result.head.insert(result.head.end(), {"used %", "result"});
  for (const Json& layer : value_at<std::vector<Json>>(run, "/layers")) {
    const auto name = value_at<std::string>(run, layer, "/name");
    const auto used = 100.0 * value_at<double>(run, layer, "/counters/utilisation");
    Bar bar{name, {}, {}, fmt::format("{:.0f} % used", used)};
    double sum = 0.0;
    Row parts;
    for (const Share& share : breakdown.shares) {
      double part = 0.0;
      for (const char* key : share.keys) {
        part += value_at<double>(run, layer, fmt::format("/counters/{}/{}", breakdown.key, key));
      }
      sum += part;
      bar.parts.push_back(part);
      parts.push_back(number_text(part));
    }
    Row row = {name, value_at<std::string>(run, layer, "/operation"), number_text(sum)};
    row.insert(row.end(), parts.begin(), parts.end());
    row.insert(row.end(),
               {fmt::format("{:.1f}", used), value_at<std::string>(run, layer, "/status")});
    result.chart.bars.push_back(std::move(bar));
    result.rows.push_back(std::move(row));
  }
  return result;
}

std::string verdict(const Document& run) {
  if (value_at<bool>(run, "/all_equal"))
    return "every feature map equals the reference in every bit";
  if (!run.json.contains("stopped") || run.json["stopped"].is_null()) {
    return "THE RTL DIFFERS FROM THE REFERENCE";
  }
  return "THE RUN WAS STOPPED";
}

}  // namespace

Section program_section(const NetworkResults& network) {
  const Document& run = *network.program_run;
  const auto cycles = value_at<double>(run, "/total/cycles");
  const auto used = value_at<double>(run, "/total/utilisation");
  const auto config = value_at<std::string>(run, "/bundle/config");
  const auto rows = value_at<int>(run, "/bundle/rows");
  const auto columns = value_at<int>(run, "/bundle/columns");
  const auto latency = value_at<int>(run, "/memory/latency_cycles");
  const Figure by_cause =
      figure_of(run, {"causes", kCycles}, "Cycles of each layer by cause", "cycles");
  const Figure by_kind = figure_of(run, {"bytes", kBytes}, "Bytes of each layer by kind", "bytes");
  const std::string found = fmt::format(
      "{} cycles from memory to memory on {} ({} x {}), {:.1f} % of the multipliers used; {}",
      number_text(cycles), config, rows, columns, 100.0 * used, verdict(run));
  const std::string source = "Source: " + run.file;
  return {network.name + ": the whole network on the RTL",
          paragraph(found + ".") +
              figure(by_cause.chart,
                     fmt::format("Memory answers after {} cycles. {}", latency, source)) +
              table(by_cause.head, by_cause.rows) +
              figure(by_kind.chart, "What loads and stores of the layer move. " + source) +
              table(by_kind.head, by_kind.rows),
          found};
}

}  // namespace vqrom::report
