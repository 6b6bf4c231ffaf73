// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/dma_pins.h"

#include <algorithm>

namespace vqrom::sim {
namespace {

constexpr int kEntryBytes = 16;  // of a parameter, and the widest codeword
constexpr std::array<const char*, config::kTargets> kBuffers{"act",    "wgt",      "param",
                                                             "window", "codebook", "table"};

// Bytes of a buffer word as LOADs bring it.
std::array<int, config::kTargets> word_bytes(const config::AcceleratorConfig& config) {
  const int bus = config.bus_bytes();
  const int codeword = config.loads_codebook() ? config.codeword_words() * bus : 0;
  return {config.array.rows, bus, kEntryBytes, config.array.rows, codeword, bus};
}

DmaBuffers pointers(const std::array<std::unique_ptr<VqRam1r1w>, config::kTargets>& buffers,
                    const VqRam1r1w& output) {
  DmaBuffers all;
  for (std::size_t i = 0; i < buffers.size(); ++i) all.targets[i] = buffers[i].get();
  all.output = &output;
  return all;
}

std::array<std::unique_ptr<VqRam1r1w>, config::kTargets> make_buffers(
    const config::AcceleratorConfig& config) {
  std::array<std::unique_ptr<VqRam1r1w>, config::kTargets> buffers;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    const int bytes = word_bytes(config)[i];
    if (bytes == 0) continue;
    buffers[i] = std::make_unique<VqRam1r1w>(kBuffers[i], static_cast<std::size_t>(bytes));
  }
  return buffers;
}

}  // namespace

std::span<const DmaPins::EventPort> DmaPins::event_ports() {
  static constexpr EventPort kPorts[] = {
      {"load_act_o", Event::kLoadAct},      {"load_wgt_o", Event::kLoadWgt},
      {"load_param_o", Event::kLoadParam},  {"load_window_o", Event::kLoadWindow},
      {"fetch_o", Event::kFetch},           {"store_o", Event::kStore},
      {"read_burst_o", Event::kReadBursts}, {"write_burst_o", Event::kWriteBursts},
      {"load_table_o", Event::kLoadTable},  {"load_codebook_o", Event::kLoadCodebook}};
  return kPorts;
}

DmaPins::DmaPins(sc_core::sc_module_name name, const config::AcceleratorConfig& config)
    : sc_module(name),
      config_(config),
      out_buffer_("out_buffer", static_cast<std::size_t>(config.array.rows)),
      buffers_(make_buffers(config)),
      dma_("u_dma", config, pointers(buffers_, out_buffer_)) {
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (buffers_[i] == nullptr) continue;
    const bool codebook = static_cast<config::Target>(i) == config::Target::kCodebook;
    writes[i] = std::make_unique<WritePort>(
        kBuffers[i], codebook ? config.codeword_bits() : word_bytes(config)[i] * kByteBits);
  }
  for (const EventPort& port : event_ports()) {
    if (port.event == Event::kLoadCodebook && !config.loads_codebook()) continue;
    events.emplace_back(port.name);
  }
  SC_METHOD(react);
  sensitive << clk.pos() << rst_n.neg() << fetch_ar_valid_i << load_valid_i << store_valid_i
            << mem_arready_i << mem_awready_i << mem_wready_i << mem_rvalid_i << mem_rid_i
            << mem_rdata_i;
}

timing::MemoryInputs DmaPins::memory() const {
  return {mem_arready_i.read(),    mem_awready_i.read(), mem_wready_i.read(),
          mem_rvalid_i.read(),     mem_rlast_i.read(),   mem_rid_i.read(),
          mem_rresp_i.read() != 0, mem_bvalid_i.read(),  mem_bresp_i.read() != 0};
}

// The word that comes joins those of its buffer word; the last of them has it written.
void DmaPins::gather() {
  wr_target_ = -1;
  if (!dma_.view().load_word) return;
  const VqDma::Place place = dma_.load_place();
  const auto bus = static_cast<std::size_t>(config_.bus_bytes());
  std::copy_n(mem_rdata_i.read().bytes.begin(), bus,
              word_.begin() + static_cast<std::ptrdiff_t>(place.part * bus));
  wr_addr_ = static_cast<std::uint32_t>(place.address);
  if (place.part + 1 == place.parts) wr_target_ = static_cast<int>(place.target);
}

void DmaPins::edge() {
  if (vector_asked_) dma_.take_vector(out_rd_data_i.read().bytes());
  vector_asked_ = dma_.view().reader.read;
  gather();
  const config::InstructionWord load = instruction_word(load_data_i.read());
  const config::InstructionWord store = instruction_word(store_data_i.read());
  const timing::Transfer load_transfer = reader_.read(load).transfer;
  const timing::Transfer store_transfer = reader_.read(store).transfer;
  dma_.edge(memory(), mem_rdata_i.read(),
            {fetch_ar_valid_i.read(), fetch_ar_addr_i.read(), load_valid_i.read(), &load_transfer,
             store_valid_i.read(), &store_transfer, base_i.read()},
            load, store);
}

void DmaPins::put_outputs() {
  put_memory_constants(dma_);
  const timing::Dma& dma = dma_.cycle();
  const timing::Dma::View& view = dma_.view();
  fetch_ar_ready_o.put(view.fetch_ready);
  fetch_r_valid_o.put(view.fetch_word);
  fetch_r_data_o.put(mem_rdata_i.read());
  load_ready_o.put(view.load_ready);
  store_ready_o.put(view.store_ready);
  load_done_o.put(dma.reads().load_done());
  store_read_o.put(dma.stores().store_read());
  store_done_o.put(dma.stores().store_done());
  error_o.put(dma.error());
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (writes[i] == nullptr) continue;
    const bool enabled = wr_target_ == static_cast<int>(i);
    writes[i]->en.put(enabled);
    writes[i]->addr.put(wr_addr_);
    if (!enabled) continue;
    Bits data(writes[i]->width_bits);
    for (int bit = 0; bit < writes[i]->width_bits; bit += kByteBits) {
      const int count = std::min(kByteBits, writes[i]->width_bits - bit);
      data.set(bit, count, word_[static_cast<std::size_t>(bit / kByteBits)]);
    }
    writes[i]->data.put(data);
  }
  out_rd_en_o.put(view.reader.read);
  out_rd_addr_o.put(static_cast<std::uint32_t>(dma_.store_address()));
  put_memory_requests(dma_);
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i].put((view.events() & event_bit(event_ports()[i].event)) != 0);
  }
}

void DmaPins::react() {
  if (!rst_n.read()) {
    dma_.reset();
    if (clk.posedge()) dma_.edge_in_reset();
    vector_asked_ = false;
    wr_target_ = -1;
  } else if (clk.posedge()) {
    edge();
  }
  dma_.look(memory(), fetch_ar_valid_i.read());
  put_outputs();
}

}  // namespace vqrom::sim
