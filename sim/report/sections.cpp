// SPDX-License-Identifier: Apache-2.0
#include "sim/report/sections.h"

#include <algorithm>

#include "sim/report/fpga_section.h"
#include "sim/report/program_section.h"
#include "sim/report/section_parts.h"
#include "sim/report/svg.h"

namespace vqrom::report {
namespace {

using base::Json;

std::string short_hash(const std::string& sha256) {
  return sha256.substr(0, 12);
}

Section codebook_section(const Inputs& inputs) {
  const codebook::Codebook& book = *inputs.codebook;
  const std::string shape =
      fmt::format("{} codewords of {} elements, {} bits each: {} bits of ROM", book.entries,
                  book.dimension, book.element_bits, number_text(double(book.rom_bits())));
  const std::string rate = fmt::format("{} bits an index, {:.2f} bits a weight", book.index_bits(),
                                       double(book.index_bits()) / book.dimension);
  return {"Codebook",
          paragraph(shape + "; " + rate + ". It serves every network below.") +
              paragraph(fmt::format("{}, SHA-256 {}", inputs.codebook_file, book.sha256)),
          fmt::format("{}; {}; {}", shape, rate, short_hash(book.sha256))};
}

struct Part {
  const char* key;
  const char* name;
};
constexpr std::array kByteParts = {
    Part{"index_bytes", "indices"}, Part{"dense_weight_bytes", "dense weights"},
    Part{"bias_bytes", "biases"}, Part{"scale_bytes", "multipliers and shifts"}};

Section compression_section(const NetworkResults& network) {
  const Document& summary = *network.summary;
  const auto total = [&](const char* key) {
    return value_at<double>(summary, fmt::format("/totals/{}", key));
  };
  Chart chart{"Size in bytes", {}, {}, {}, "bytes"};
  Bar original{"float32", {total("float32_bytes")}, {}, number_text(total("float32_bytes"))};
  Bar compressed{"compressed", {0.0}, {}, number_text(total("compressed_bytes"))};
  chart.series.push_back("float32");
  std::vector<Row> rows = {{"float32", number_text(total("float32_bytes"))}};
  for (const Part& part : kByteParts) {
    chart.series.emplace_back(part.name);
    compressed.parts.push_back(total(part.key));
    rows.push_back({part.name, number_text(total(part.key))});
  }
  rows.push_back({"codebook, shared", number_text(total("codebook_bytes"))});
  chart.bars = {original, compressed};
  const std::string found = fmt::format(
      "{:.2f} times smaller with everything but the ROM codebook counted; {:.2f} times with the "
      "codebook",
      total("ratio"), total("ratio_with_codebook"));
  return {network.name + ": size",
          paragraph(found + ".") + figure(chart, "Bytes by kind. Source: " + summary.file) +
              table({"kind", "bytes"}, rows),
          found};
}

Section error_section(const NetworkResults& network) {
  const Document& summary = *network.summary;
  Chart chart{"Squared error of each layer",
              {"squared error a weight"},
              {"Shannon bound", "scalar Lloyd-Max"},
              {},
              "squared error a weight, each output channel normalised to RMS 1"};
  std::vector<Row> rows;
  for (const Json& layer : value_at<std::vector<Json>>(summary, "/layers")) {
    const auto name = value_at<std::string>(summary, layer, "/name");
    const auto store = value_at<std::string>(summary, layer, "/store");
    const auto error = value_at<double>(summary, layer, "/mse");
    const auto shannon = value_at<double>(summary, layer, "/shannon_mse");
    const auto scalar = value_at<double>(summary, layer, "/lloyd_max_mse");
    const auto bits = value_at<double>(summary, layer, "/bits_per_weight");
    rows.push_back({name, store, fmt::format("{:.2f}", bits), fmt::format("{:.6f}", error),
                    fmt::format("{:.6f}", shannon), fmt::format("{:.6f}", scalar)});
    if (store != "codebook") continue;
    chart.bars.push_back(
        {name, {error}, {shannon, scalar}, fmt::format("{:.2f} bit: {:.4f}", bits, error)});
  }
  std::string found = "All layers are dense";
  if (!chart.bars.empty()) {
    found = fmt::format("Mean squared error {:.4f} a weight over the codebook layers",
                        value_at<double>(summary, "/totals/codebook_mse"));
  }
  return {network.name + ": error of the weights",
          paragraph(found + ". Dense layers are in the table only.") +
              figure(chart,
                     "The marks are for Gaussian weights at the same rate: what no code can beat, "
                     "and the best scalar quantiser. Other weights can lie below. Source: " +
                         summary.file) +
              table({"layer", "store", "bits a weight", "error", "Shannon", "Lloyd-Max"}, rows),
          found};
}

Section accuracy_section(const NetworkResults& network) {
  const Document& evaluation = *network.evaluation;
  const auto samples = value_at<double>(evaluation, "/samples");
  Chart chart{
      "Top-1 accuracy", {"top-1"}, {}, {}, "per cent of " + number_text(samples) + " samples"};
  std::vector<Row> rows;
  std::string found;
  for (const auto& [key, label] :
       {std::pair{"float", "float32"}, std::pair{"integer", "compressed, integer"}}) {
    if (!evaluation.json.contains(key)) continue;
    const auto top1 = value_at<double>(evaluation, fmt::format("/{}/top1_percent", key));
    chart.bars.push_back({label, {top1}, {}, fmt::format("{:.2f} %", top1)});
    rows.push_back({label, fmt::format("{:.2f}", top1)});
    found += fmt::format("{}{} {:.2f} %", found.empty() ? "" : ", ", label, top1);
  }
  if (found.empty()) found = "no labels were given";
  return {network.name + ": accuracy",
          paragraph("Top-1: " + found + ".") +
              figure(chart, fmt::format("Every operation in integers. Source: {}; digest of all "
                                        "outputs {}",
                                        evaluation.file,
                                        short_hash(value_at<std::string>(evaluation, "/digest")))) +
              table({"", "top-1 %"}, rows),
          "top-1 " + found};
}

constexpr std::array kCauses = {Part{"issue", "computing"},
                                Part{"wait_weights", "decode"},
                                Part{"wait_params", "drain or parameters"},
                                Part{"wait_sums", "sums"},
                                Part{"wait_acts", "activations"},
                                Part{"idle", "start and end"}};

Section cycles_section(const NetworkResults& network) {
  const Document& run = *network.run;
  Chart chart{"Cycles of each layer by cause", {}, {}, {}, "cycles"};
  for (const Part& cause : kCauses) chart.series.emplace_back(cause.name);
  Row head = {"layer", "weights", "cycles"};
  for (const Part& cause : kCauses) head.emplace_back(cause.name);
  head.insert(head.end(), {"used %", "result"});
  std::vector<Row> rows;
  for (const Json& layer : value_at<std::vector<Json>>(run, "/layers")) {
    const auto name = value_at<std::string>(run, layer, "/name");
    const auto status = value_at<std::string>(run, layer, "/status");
    if (status == "not_run") {
      rows.push_back({name, "", "not run: " + value_at<std::string>(run, layer, "/reason")});
      continue;
    }
    const auto used = 100.0 * value_at<double>(run, layer, "/counters/utilisation");
    Bar bar{name, {}, {}, fmt::format("{:.0f} % used", used)};
    Row row = {name, value_at<std::string>(run, layer, "/weights"),
               number_text(value_at<double>(run, layer, "/counters/cycles"))};
    for (const Part& cause : kCauses) {
      bar.parts.push_back(value_at<double>(run, layer, fmt::format("/counters/{}", cause.key)));
      row.push_back(number_text(bar.parts.back()));
    }
    row.insert(row.end(), {fmt::format("{:.1f}", used), status});
    chart.bars.push_back(std::move(bar));
    rows.push_back(std::move(row));
  }
  // One after the other, so that of several unusable values the first is named on every compiler.
  const bool equal = value_at<bool>(run, "/all_equal");
  const auto cycles = value_at<double>(run, "/total/cycles");
  const auto used = value_at<double>(run, "/total/utilisation");
  const auto config = value_at<std::string>(run, "/bundle/config");
  const auto array_rows = value_at<int>(run, "/bundle/rows");
  const auto array_columns = value_at<int>(run, "/bundle/columns");
  const std::string found = fmt::format(
      "{} cycles on {} ({} x {}), {:.1f} % of the multipliers used; {}", number_text(cycles),
      config, array_rows, array_columns, 100.0 * used,
      equal ? "the RTL equals the reference in every bit" : "THE RTL DIFFERS FROM THE REFERENCE");
  return {network.name + ": cycles on the RTL",
          paragraph(found + ".") +
              figure(chart, "One image; streams never wait for memory. Source: " + run.file) +
              table(head, rows),
          found};
}

std::string um2_text(const Json& area) {
  return area.contains("um2") && area["um2"].is_number() ? number_text(area["um2"].get<double>())
                                                         : "–";
}

Section stores_section(const Document& area) {
  Chart chart{"Area of the codebook store", {"gate equivalents"}, {}, {},
              "gate equivalents (NAND2)",   Axis::kCutOutliers};
  std::vector<Row> rows;
  std::string text;
  std::string first;
  for (const Json& store : value_at<std::vector<Json>>(area, "/stores")) {
    const auto label = value_at<std::string>(area, store, "/label");
    const auto ge = value_at<double>(area, store, "/ge");
    const auto relative = value_at<double>(area, store, "/relative");
    if (first.empty()) first = label;
    const auto copies = value_at<int>(area, store, "/copies");
    chart.bars.push_back({label, {ge}, {}, fmt::format("{} ({:.2f}x)", number_text(ge), relative)});
    rows.push_back({label, fmt::format("{}", copies), um2_text(store), number_text(ge),
                    fmt::format("{:.2f}", relative), value_at<std::string>(area, store, "/method"),
                    store.value("citation", "")});
    text += fmt::format("{}{} {} GE ({:.2f}x)", text.empty() ? "" : "; ", label, number_text(ge),
                        relative);
  }
  return {"The codebook as ROM, registers and SRAM",
          paragraph(fmt::format("Target {}, node {} nm; all read ports counted.",
                                value_at<std::string>(area, "/target/name"),
                                area.json["target"].value("node_nm", 0))) +
              figure(chart,
                     fmt::format("Relative to {}. Macros come from models with citations in the "
                                 "table; their scaling between nodes is no measurement. Source: {}",
                                 first, area.file)) +
              table({"store", "copies", "µm²", "GE", "relative", "how", "citation"}, rows),
          text};
}

constexpr std::array kBlockKinds = {Part{"logic", "logic"}, Part{"rom", "ROM"},
                                    Part{"memory", "memory macros"}};
constexpr double kSmallBlock = 0.001;  // of the total

Section blocks_section(const Document& area) {
  Chart chart{"Area of the accelerator by block",
              {},
              {},
              {},
              "gate equivalents (NAND2)",
              Axis::kCutOutliers};
  for (const Part& kind : kBlockKinds) chart.series.emplace_back(kind.name);
  std::vector<Json> blocks = value_at<std::vector<Json>>(area, "/blocks");
  std::stable_sort(blocks.begin(), blocks.end(), [&](const Json& a, const Json& b) {
    return value_at<double>(area, a, "/ge") > value_at<double>(area, b, "/ge");
  });
  if (blocks.empty()) return {};
  const auto total = value_at<double>(area, "/total/ge");
  const auto note = [&](double ge) {
    return fmt::format("{} ({:.1f} %)", number_text(ge), 100.0 * ge / total);
  };
  std::vector<Row> rows;
  Bar small{"", std::vector<double>(kBlockKinds.size(), 0.0), {}, ""};
  double small_ge = 0.0;
  int small_blocks = 0;
  for (const Json& block : blocks) {
    const auto name = value_at<std::string>(area, block, "/name");
    const auto kind = value_at<std::string>(area, block, "/kind");
    const auto ge = value_at<double>(area, block, "/ge");
    rows.push_back({name, kind, um2_text(block), number_text(ge)});
    Bar bar{name, {}, {}, note(ge)};
    for (const Part& part : kBlockKinds) bar.parts.push_back(kind == part.key ? ge : 0.0);
    if (ge >= kSmallBlock * total) {
      chart.bars.push_back(std::move(bar));
      continue;
    }
    for (std::size_t i = 0; i < bar.parts.size(); ++i) small.parts[i] += bar.parts[i];
    small_ge += ge;
    ++small_blocks;
  }
  if (small_blocks > 0) {
    small.label = fmt::format("{} smaller ones", small_blocks);
    small.note = note(small_ge);
    chart.bars.push_back(std::move(small));
  }
  const std::string found =
      fmt::format("{} GE in all; the largest part is {} ({}) with {:.1f} %", number_text(total),
                  rows.front()[0], rows.front()[1],
                  100.0 * value_at<double>(area, blocks.front(), "/ge") / total);
  return {"Area of the accelerator",
          paragraph(found + ". Logic is synthesised by Yosys; memories are priced as macros.") +
              figure(chart, "Source: " + area.file) + table({"block", "kind", "µm²", "GE"}, rows),
          found};
}

}  // namespace

std::vector<Section> make_sections(const Inputs& inputs) {
  std::vector<Section> sections;
  if (inputs.codebook) sections.push_back(codebook_section(inputs));
  for (const NetworkResults& network : inputs.networks) {
    const bool summarised = network.summary && !network.summary->json.empty();
    if (summarised) sections.push_back(compression_section(network));
    if (network.evaluation) sections.push_back(accuracy_section(network));
    if (summarised) sections.push_back(error_section(network));
    if (network.run) sections.push_back(cycles_section(network));
    if (network.program_run) sections.push_back(program_section(network));
  }
  if (inputs.area) {
    sections.push_back(stores_section(*inputs.area));
    Section blocks = blocks_section(*inputs.area);
    if (!blocks.title.empty()) sections.push_back(std::move(blocks));
  }
  for (const Document& area : inputs.fpga_areas) sections.push_back(fpga_section(area));
  return sections;
}

}  // namespace vqrom::report
