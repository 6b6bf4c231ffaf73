// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/timing_model.h"

#include <algorithm>
#include <bit>

#include "sw/base/error.h"

namespace vqrom::sim {
namespace {

constexpr std::uint64_t kIncrement = 1;  // AXI4's type of burst

}  // namespace

TimingModel::TimingModel(const Bundle& bundle)
    : ports_(bundle.ports),
      words_(config::kInstructionBits / bundle.config.bus.data_bits),
      initial_(bundle.config, bundle.codebook_sha256),
      accelerator_(initial_) {
  VQROM_CHECK(bundle.config.top == config::Top::kAccelerator, "the top is {}", bundle.top);
  for (const Port& port : ports_) {
    values_.emplace_back(static_cast<std::size_t>(port.width_bits + 7) / 8);
  }
  const auto find = [&](const char* name) { return port(name); };
  in_ = {find("rst_n"),        find("csr_awvalid_i"), find("csr_awaddr_i"),  find("csr_wvalid_i"),
         find("csr_wdata_i"),  find("csr_wstrb_i"),   find("csr_bready_i"),  find("csr_arvalid_i"),
         find("csr_araddr_i"), find("csr_rready_i"),  find("mem_arready_i"), find("mem_awready_i"),
         find("mem_wready_i"), find("mem_rvalid_i"),  find("mem_rdata_i"),   find("mem_rlast_i"),
         find("mem_rid_i"),    find("mem_rresp_i"),   find("mem_bvalid_i"),  find("mem_bresp_i")};
  out_ = {find("irq_o"),        find("events_o"),      find("runs_o"),        find("csr_awready_o"),
          find("csr_wready_o"), find("csr_bvalid_o"),  find("csr_arready_o"), find("csr_rvalid_o"),
          find("csr_rdata_o"),  find("mem_arvalid_o"), find("mem_araddr_o"),  find("mem_arlen_o"),
          find("mem_arid_o"),   find("mem_awvalid_o"), find("mem_awaddr_o"),  find("mem_awlen_o"),
          find("mem_wvalid_o"), find("mem_wlast_o")};
  const auto size = static_cast<std::uint64_t>(accelerator_.dma().word_shift());
  for (const char* request : {"mem_ar", "mem_aw"}) {
    put(port(std::string(request) + "size_o"), size);
    put(port(std::string(request) + "burst_o"), kIncrement);
  }
  put(port("mem_rready_o"), 1);
  put(port("mem_bready_o"), 1);
  put(port("mem_wstrb_o"), (std::uint64_t{1} << bundle.config.bus_bytes()) - 1);
}

std::uint32_t TimingModel::word(int port) const {
  std::uint32_t value = 0;
  int shift = 0;
  for (const std::uint8_t byte : values_[static_cast<std::size_t>(port)]) {
    value |= std::uint32_t{byte} << shift;
    shift += 8;
  }
  return value;
}

void TimingModel::put(int port, std::uint64_t value) {
  for (std::uint8_t& byte : values_[static_cast<std::size_t>(port)]) {
    byte = static_cast<std::uint8_t>(value);
    value >>= 8;
  }
}

void TimingModel::settle() {
  if (!high(in_.rst_n)) {
    accelerator_.reset(initial_);
    instruction_ = 0;
    word_ = 0;
  }
  accelerator_.set_instructions({ring_.data(), kRing - 1});
  memory_ = {high(in_.mem_arready), high(in_.mem_awready), high(in_.mem_wready),
             high(in_.mem_rvalid),  high(in_.mem_rlast),   high(in_.mem_rid),
             high(in_.mem_rresp),   high(in_.mem_bvalid),  high(in_.mem_bresp)};
  accelerator_.look(memory_);
  put_outputs();
}

void TimingModel::put_outputs() {
  const timing::Csr& csr = accelerator_.csr();
  put(out_.irq, csr.irq() ? 1 : 0);
  put(out_.events, accelerator_.events());
  put(out_.runs, accelerator_.tickets().runs);
  put(out_.awready, csr.awready() ? 1 : 0);
  put(out_.wready, csr.wready() ? 1 : 0);
  put(out_.bvalid, csr.bvalid() ? 1 : 0);
  put(out_.arready, csr.arready() ? 1 : 0);
  put(out_.rvalid, csr.rvalid() ? 1 : 0);
  put(out_.rdata, csr.rdata());
  const timing::Dma& dma = accelerator_.dma();
  const timing::Dma::View& port = accelerator_.memory_port();
  put(out_.mem_arvalid, port.ar_valid ? 1 : 0);
  put(out_.mem_araddr, dma.reads().request().addr << dma.word_shift());
  put(out_.mem_arlen, dma.reads().request().len);
  put(out_.mem_arid, dma.reads().request().is_load ? 1 : 0);
  put(out_.mem_awvalid, port.aw_valid ? 1 : 0);
  put(out_.mem_awaddr, dma.stores().request().addr << dma.word_shift());
  put(out_.mem_awlen, dma.stores().request().len);
  put(out_.mem_wvalid, port.w_valid ? 1 : 0);
  put(out_.mem_wlast, dma.stores().word_last() ? 1 : 0);
}

void TimingModel::take_instruction_word() {
  const std::vector<std::uint8_t>& data = values_[static_cast<std::size_t>(in_.mem_rdata)];
  std::ranges::copy(data, bytes_.begin() + word_ * static_cast<std::ptrdiff_t>(data.size()));
  if (++word_ < words_) return;
  word_ = 0;
  ring_[instruction_++ % kRing] = reader_.read(bytes_);
}

void TimingModel::clock_edge() {
  if (!high(in_.rst_n)) return accelerator_.edge_in_reset();
  if (accelerator_.csr().start()) instruction_ = 0;
  if (accelerator_.memory_port().fetch_word) take_instruction_word();
  EventCounts events;
  for (int i = 0; i < kEvents; ++i) {
    events.counts[static_cast<std::size_t>(i)] = accelerator_.events() >> i & 1;
  }
  accelerator_.edge(memory_, {high(in_.awvalid), word(in_.awaddr), high(in_.wvalid),
                              word(in_.wdata), word(in_.wstrb), high(in_.bready), high(in_.arvalid),
                              word(in_.araddr), high(in_.rready)});
  accelerator_.count(events);
}

}  // namespace vqrom::sim
