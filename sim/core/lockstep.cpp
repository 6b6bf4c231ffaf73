// SPDX-License-Identifier: Apache-2.0
#include "sim/core/lockstep.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "sw/base/error.h"

namespace vqrom::sim {
namespace {

constexpr std::size_t kShownCycles = 8;
constexpr std::size_t kCellDigits = 8;  // of a wide value, in the table

// The first and last bit in which the values differ.
std::pair<std::size_t, std::size_t> differing_bits(std::span<const std::uint8_t> a,
                                                   std::span<const std::uint8_t> b) {
  std::size_t first = a.size() * 8;
  std::size_t last = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto difference = static_cast<std::uint8_t>(a[i] ^ b[i]);
    if (difference == 0) continue;
    first = std::min(first, i * 8 + static_cast<std::size_t>(std::countr_zero(difference)));
    last = i * 8 + 7 - static_cast<std::size_t>(std::countl_zero(difference));
  }
  return {first, last};
}

// A table cell: the whole value if it is short, else the digits around bit `focus`.
std::string cell_text(std::span<const std::uint8_t> value, int width_bits, std::size_t focus) {
  const std::string digits = hex_text(value, width_bits);
  if (digits.size() <= kCellDigits + 2) return digits;
  const std::size_t low = std::min(focus / 4 / kCellDigits * kCellDigits,
                                   digits.size() - kCellDigits);  // digits right of the window
  const std::size_t begin = digits.size() - low - kCellDigits;
  return fmt::format("{}{}{}", begin > 0 ? "~" : "", digits.substr(begin, kCellDigits),
                     low > 0 ? "~" : "");
}

}  // namespace

std::string hex_text(std::span<const std::uint8_t> value, int width_bits) {
  const auto digits = static_cast<std::size_t>((width_bits + 3) / 4);
  std::string text(digits, '0');
  for (std::size_t i = 0; i < digits; ++i) {
    const int nibble = (value[i / 2] >> (i % 2 * 4)) & 0xf;
    text[digits - 1 - i] = "0123456789abcdef"[nibble];
  }
  return text;
}

Lockstep::Lockstep(CycleModel& reference, CycleModel& candidate, LockstepLabels labels,
                   const LockstepRules& rules)
    : reference_(reference),
      candidate_(candidate),
      labels_(std::move(labels)),
      ports_(reference.ports()) {
  const std::vector<Port>& theirs = candidate.ports();
  const auto refuse = [&](const std::string& port, const std::string& what) {
    throw LockstepMismatch(0, port, fmt::format("{}: port {} {}", labels_.block, port, what));
  };
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    const auto found = std::ranges::find(theirs, ports_[i].name, &Port::name);
    if (found == theirs.end()) refuse(ports_[i].name, "is missing in " + labels_.candidate);
    if (*found != ports_[i]) {
      refuse(ports_[i].name, fmt::format("differs: {} bits in {}, {} bits in {}, or in direction",
                                         ports_[i].width_bits, labels_.reference, found->width_bits,
                                         labels_.candidate));
    }
    const int index = static_cast<int>(i);
    Wire wire{reference.value(index),
              candidate.value(static_cast<int>(found - theirs.begin())),
              {},
              false,
              {}};
    if (ports_[i].direction == Direction::kInput) wire.driven.resize(wire.reference.size());
    wires_.push_back(std::move(wire));
  }
  for (const Port& port : theirs) {
    if (std::ranges::find(ports_, port.name, &Port::name) == ports_.end()) {
      refuse(port.name, "is missing in " + labels_.reference);
    }
  }
  for (const std::string& name : rules.unknown) {
    wires_[static_cast<std::size_t>(port(name))].unknown = true;
  }
  for (const auto& [name, valid] : rules.payloads) {
    wires_[static_cast<std::size_t>(port(name))].valid = reference.value(reference.port(valid));
  }
}

std::span<std::uint8_t> Lockstep::value(int port) {
  Wire& wire = wires_[static_cast<std::size_t>(port)];
  return wire.driven.empty() ? wire.reference : std::span(wire.driven);
}

void Lockstep::settle() {
  for (const Wire& wire : wires_) {
    if (wire.driven.empty()) continue;
    std::ranges::copy(wire.driven, wire.reference.begin());
    std::ranges::copy(wire.driven, wire.candidate.begin());
  }
  reference_.settle();
  candidate_.settle();
  for (std::size_t i = 0; i < wires_.size(); ++i) {
    const Wire& wire = wires_[i];
    if (wire.compared() && !std::ranges::equal(wire.reference, wire.candidate)) fail(i);
  }
}

void Lockstep::clock_edge() {
  history_.push_back(record());
  if (history_.size() >= kShownCycles) history_.pop_front();
  reference_.clock_edge();
  candidate_.clock_edge();
  ++cycle_;
}

Lockstep::Record Lockstep::record() const {
  Record now{cycle_, {}, {}};
  for (const Wire& wire : wires_) {
    now.reference.emplace_back(wire.reference.begin(), wire.reference.end());
    now.candidate.emplace_back(wire.candidate.begin(), wire.candidate.end());
  }
  return now;
}

void Lockstep::fail(std::size_t port) const {
  const Wire& wire = wires_[port];
  const int width = ports_[port].width_bits;
  const auto [first, last] = differing_bits(wire.reference, wire.candidate);
  std::deque<Record> records = history_;
  records.push_back(record());
  const std::size_t names = std::max(labels_.reference.size(), labels_.candidate.size());
  std::string text = fmt::format(
      "{}: cycle {}, port {}: {} and {} differ in bits {} to {} of {}\n"
      "  {:<{}} {}\n  {:<{}} {}\n{}",
      labels_.block, cycle_, ports_[port].name, labels_.reference, labels_.candidate, first, last,
      width, labels_.reference, names, hex_text(wire.reference, width), labels_.candidate, names,
      hex_text(wire.candidate, width), table(records, port));
  if (!labels_.rerun.empty()) text += fmt::format("with waves: {}\n", labels_.rerun);
  throw LockstepMismatch(cycle_, ports_[port].name, std::move(text));
}

std::string Lockstep::table(const std::deque<Record>& records, std::size_t port) const {
  const std::size_t focus = differing_bits(wires_[port].reference, wires_[port].candidate).first;
  std::vector<std::vector<std::string>> rows;
  rows.push_back({"cycle"});
  for (const Record& each : records) rows[0].push_back(fmt::to_string(each.cycle));
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    const Port& shown = ports_[i];
    std::vector<std::string> row{shown.name};
    for (const Record& each : records) {
      const std::size_t bit = i == port ? focus : 0;
      std::string cell = cell_text(each.reference[i], shown.width_bits, bit);
      if (each.reference[i] != each.candidate[i]) {
        cell = fmt::format("{}|{}", cell, cell_text(each.candidate[i], shown.width_bits, bit));
      }
      row.push_back(std::move(cell));
    }
    rows.push_back(std::move(row));
  }
  std::string text = fmt::format("the last {} cycles ({}|{} where they differ):\n", records.size(),
                                 labels_.reference, labels_.candidate);
  std::vector<std::size_t> widths(rows[0].size());
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    text += fmt::format("{} {:<{}}", r == port + 1 ? ">" : " ", rows[r][0], widths[0]);
    for (std::size_t c = 1; c < rows[r].size(); ++c) {
      text += fmt::format("  {:>{}}", rows[r][c], widths[c]);
    }
    text += "\n";
  }
  return text;
}

}  // namespace vqrom::sim
