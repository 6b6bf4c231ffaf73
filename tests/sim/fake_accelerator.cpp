// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/fake_accelerator.h"

#include <cstring>

#include "sim/core/accelerator_host.h"

namespace vqrom::sim {
namespace {

using namespace registers;

constexpr std::int64_t kEndCycles = 3;

std::uint32_t event_of(std::int64_t target) {
  if (target == static_cast<std::int64_t>(config::Target::kTable)) {
    return event_bit(Event::kLoadTable);
  }
  return event_bit(static_cast<Event>(static_cast<std::int64_t>(Event::kLoadAct) + target));
}

}  // namespace

std::vector<Port> accelerator_ports(const config::AcceleratorConfig& config) {
  constexpr auto kIn = Direction::kInput;
  constexpr auto kOut = Direction::kOutput;
  const int address = config.bus.address_bits;
  const int data = config.bus.data_bits;
  return {{"rst_n", kIn, 1},
          {"irq_o", kOut, 1},
          {"events_o", kOut, kEvents},
          {"runs_o", kOut, 20},
          {"csr_awvalid_i", kIn, 1},
          {"csr_awready_o", kOut, 1},
          {"csr_awaddr_i", kIn, 12},
          {"csr_wvalid_i", kIn, 1},
          {"csr_wready_o", kOut, 1},
          {"csr_wdata_i", kIn, 32},
          {"csr_wstrb_i", kIn, 4},
          {"csr_bvalid_o", kOut, 1},
          {"csr_bready_i", kIn, 1},
          {"csr_bresp_o", kOut, 2},
          {"csr_arvalid_i", kIn, 1},
          {"csr_arready_o", kOut, 1},
          {"csr_araddr_i", kIn, 12},
          {"csr_rvalid_o", kOut, 1},
          {"csr_rready_i", kIn, 1},
          {"csr_rdata_o", kOut, 32},
          {"csr_rresp_o", kOut, 2},
          {"mem_arvalid_o", kOut, 1},
          {"mem_arready_i", kIn, 1},
          {"mem_araddr_o", kOut, address},
          {"mem_arlen_o", kOut, 8},
          {"mem_arsize_o", kOut, 3},
          {"mem_arburst_o", kOut, 2},
          {"mem_arid_o", kOut, 1},
          {"mem_rvalid_i", kIn, 1},
          {"mem_rready_o", kOut, 1},
          {"mem_rdata_i", kIn, data},
          {"mem_rresp_i", kIn, 2},
          {"mem_rlast_i", kIn, 1},
          {"mem_rid_i", kIn, 1},
          {"mem_awvalid_o", kOut, 1},
          {"mem_awready_i", kIn, 1},
          {"mem_awaddr_o", kOut, address},
          {"mem_awlen_o", kOut, 8},
          {"mem_awsize_o", kOut, 3},
          {"mem_awburst_o", kOut, 2},
          {"mem_awid_o", kOut, 1},
          {"mem_wvalid_o", kOut, 1},
          {"mem_wready_i", kIn, 1},
          {"mem_wdata_o", kOut, data},
          {"mem_wstrb_o", kOut, data / 8},
          {"mem_wlast_o", kOut, 1},
          {"mem_bvalid_i", kIn, 1},
          {"mem_bready_o", kOut, 1},
          {"mem_bresp_i", kIn, 2},
          {"mem_bid_i", kIn, 1}};
}

FakeAccelerator::FakeAccelerator(const Bundle& bundle)
    : bus_bits_(bundle.config.bus.data_bits), ports_(accelerator_ports(bundle.config)) {
  for (const Port& each : ports_) {
    values_.emplace_back(static_cast<std::size_t>((each.width_bits + 7) / 8));
  }
  const config::AcceleratorConfig& config = bundle.config;
  registers[kId] = kIdValue;
  registers[kVersion] = kVersionValue;
  for (std::uint32_t i = 0; i < 8; ++i) {
    std::uint32_t word = 0;
    for (std::uint32_t byte = 0; byte < 4; ++byte) {
      const std::string hex = bundle.codebook_sha256.substr(2 * (4 * i + byte), 2);
      word |= static_cast<std::uint32_t>(std::stoul(hex, nullptr, 16)) << 8 * byte;
    }
    registers[kCodebookHash + 4 * i] = word;
  }
  std::uint32_t offset = kConfiguration;
  for (const int value : {config.array.rows, config.array.columns, config.requantise.lanes,
                          config.bus.data_bits, config.codebook.entries, config.codebook.dimension,
                          config.codebook.element_bits, config.codebook.read_ports}) {
    registers[offset] = static_cast<std::uint32_t>(value);
    offset += 4;
  }
}

std::span<std::uint8_t> FakeAccelerator::named(const char* name) {
  return value(port(name));
}

std::uint32_t FakeAccelerator::register_value(std::uint32_t offset) const {
  if (offset == kStatus) return status_;
  if (offset >= kLoads && offset < kLoads + 20) {
    const std::array all{tickets_.loads, tickets_.reads, tickets_.runs, tickets_.store_reads,
                         tickets_.stores};
    return static_cast<std::uint32_t>(all[(offset - kLoads) / 4]);
  }
  if (offset >= kCounters && offset < kCounters + 8 * kEvents) {
    const std::int64_t count = counters_.counts[(offset - kCounters) / 8];
    return static_cast<std::uint32_t>(offset % 8 == 0 ? count : count >> 32);
  }
  const auto found = registers.find(offset);
  return found == registers.end() ? 0 : found->second;
}

void FakeAccelerator::write_register(std::uint32_t offset, std::uint32_t written) {
  if (offset != kControl) {
    registers[offset] = written;
    return;
  }
  if ((written & kStart) != 0) begin();
  if ((written & kClearInterrupt) != 0) irq_ = false;
}

void FakeAccelerator::serve_registers() {
  const auto word = [&](const char* name) {
    const auto bytes = named(name);
    std::uint32_t read = 0;
    std::memcpy(&read, bytes.data(), bytes.size());
    return read;
  };
  const bool write = named("csr_awvalid_i")[0] != 0 && named("csr_awready_o")[0] != 0;
  const bool read = named("csr_arvalid_i")[0] != 0 && named("csr_arready_o")[0] != 0;
  named("csr_bvalid_o")[0] = write ? 1 : 0;
  named("csr_rvalid_o")[0] = read ? 1 : 0;
  if (write) write_register(word("csr_awaddr_i"), word("csr_wdata_i"));
  if (read) {
    const std::uint32_t found = register_value(word("csr_araddr_i"));
    std::memcpy(named("csr_rdata_o").data(), &found, sizeof found);
  }
  // An access every other cycle; address and data of a write together.
  const bool pause = write || read || !answers;
  const bool whole = named("csr_awvalid_i")[0] != 0 && named("csr_wvalid_i")[0] != 0;
  named("csr_awready_o")[0] = !pause && whole ? 1 : 0;
  named("csr_wready_o")[0] = !pause && whole ? 1 : 0;
  named("csr_arready_o")[0] = pause ? 0 : 1;
}

void FakeAccelerator::begin() {
  ++starts_;
  status_ = kBusy;
  tickets_ = {};
  counters_ = {};
  instruction_ = 0;
  next_instruction();
}

void FakeAccelerator::next_instruction() {
  const std::uint64_t base = registers[kBaseLow] | static_cast<std::uint64_t>(registers[kBaseHigh])
                                                       << 32;
  const auto at = base + static_cast<std::uint64_t>(instruction_++) * config::kInstructionBytes;
  current_ = config::decode(memory.subspan(at).first<config::kInstructionBytes>(), "fake");
  fetch_left_ = config::kInstructionBits / bus_bits_;
  left_ = 0;
  left_events_ = 0;
  if (const auto* load = std::get_if<config::Load>(&current_)) {
    left_ = load->rows * load->row_words;
    left_events_ = event_of(load->target);
  } else if (const auto* store = std::get_if<config::Store>(&current_)) {
    left_ = store->rows * store->row_words;
    left_events_ = event_bit(Event::kStore);
  } else if (const auto* run = std::get_if<config::Run>(&current_)) {
    left_ = run->out_h * run->out_w;
    left_events_ = event_bit(Event::kIssue) | event_bit(Event::kActReads);
  } else if (std::holds_alternative<config::End>(current_)) {
    left_ = kEndCycles;
  }
}

void FakeAccelerator::end(std::uint32_t status) {
  if (status == kDone && before_done) before_done();
  status_ = status;
  irq_ = registers[kIrqEnable] != 0;
}

std::uint32_t FakeAccelerator::step() {
  if (status_ != kBusy) return 0;
  const bool run = std::holds_alternative<config::Run>(current_);
  const std::uint32_t busy = event_bit(Event::kCycles);
  if (run && tickets_.runs == hang_at_run) return busy | event_bit(Event::kRunWaitLoads);
  if (run && tickets_.runs == stop_at_run) {
    end(stop_status);
    return 0;
  }
  if (fetch_left_ > 0) {
    --fetch_left_;
    return busy | event_bit(Event::kFetch);
  }
  if (left_ > 0) {
    --left_;
    return busy | left_events_;
  }
  if (run) ++tickets_.reads, ++tickets_.runs;
  if (std::holds_alternative<config::Load>(current_)) ++tickets_.loads;
  if (std::holds_alternative<config::Store>(current_)) ++tickets_.store_reads, ++tickets_.stores;
  if (std::holds_alternative<config::End>(current_)) {
    end(kDone);
    return 0;
  }
  next_instruction();
  return busy;
}

void FakeAccelerator::clock_edge() {
  for (std::size_t i = 0; i < kEvents; ++i) counters_.counts[i] += events_ >> i & 1;
  serve_registers();
  events_ = step();
  std::memcpy(named("events_o").data(), &events_, 3);
  const auto runs = static_cast<std::uint32_t>(tickets_.runs);
  std::memcpy(named("runs_o").data(), &runs, 3);
  named("irq_o")[0] = irq_ ? 1 : 0;
}

}  // namespace vqrom::sim
