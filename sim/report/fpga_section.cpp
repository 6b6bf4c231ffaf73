// SPDX-License-Identifier: Apache-2.0
#include "sim/report/fpga_section.h"

#include <array>

#include "sim/report/section_parts.h"

namespace vqrom::report {
namespace {

using base::Json;

struct Count {
  const char* key;
  const char* head;
};
constexpr std::array kCounts = {
    Count{"luts", "LUT"},         Count{"carries", "carry"},        Count{"flip_flops", "FF"},
    Count{"lut_rams", "LUT RAM"}, Count{"block_rams", "block RAM"}, Count{"dsps", "DSP"}};

void append_counts(const Document& area, const Json& json, Row& row) {
  for (const Count& count : kCounts) {
    const auto value = value_at<std::int64_t>(area, json, fmt::format("/{}", count.key));
    row.push_back(number_text(static_cast<double>(value)));
  }
}

Row head_of(Row names) {
  for (const Count& count : kCounts) names.emplace_back(count.head);
  return names;
}

}  // namespace

Section fpga_section(const Document& area) {
  const auto name = value_at<std::string>(area, "/target/name");
  std::vector<Row> blocks;
  for (const Json& block : value_at<std::vector<Json>>(area, "/blocks")) {
    Row row = {value_at<std::string>(area, block, "/name"),
               value_at<std::string>(area, block, "/kind")};
    append_counts(area, block, row);
    blocks.push_back(std::move(row));
  }
  std::string found = "the codebook's stores alone were measured";
  if (!blocks.empty()) {
    Row total = {"total", ""};
    append_counts(area, value_at<Json>(area, "/total"), total);
    found.clear();
    for (std::size_t i = 0; i < kCounts.size(); ++i) {
      found += fmt::format("{}{} {}", i == 0 ? "" : ", ", total[i + 2], kCounts.at(i).head);
    }
    blocks.push_back(std::move(total));
  }
  std::vector<Row> stores;
  for (const Json& store : value_at<std::vector<Json>>(area, "/stores")) {
    Row row = {value_at<std::string>(area, store, "/label"),
               fmt::format("{}", value_at<int>(area, store, "/copies"))};
    append_counts(area, store, row);
    row.push_back(value_at<std::string>(area, store, "/method"));
    stores.push_back(std::move(row));
  }
  Row store_head = head_of({"store", "copies"});
  store_head.emplace_back("how");
  std::string html = paragraph(
      fmt::format("{}. Synthesised by Yosys, memories too; a block RAM holds {} bits. Source: {}",
                  found, value_at<int>(area, "/target/block_ram_bits"), area.file));
  if (!blocks.empty()) html += table(head_of({"block", "kind"}), blocks);
  return {fmt::format("Area on {}", name), html + table(store_head, stores), found};
}

}  // namespace vqrom::report
