// SPDX-License-Identifier: Apache-2.0
// timing_model — the timing engine behind the ports of vq_accelerator, as a CycleModel.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/bundle.h"
#include "sim/core/cycle_model.h"
#include "sim/timing/accelerator.h"

namespace vqrom::sim {

// Every port is as the RTL's in each cycle, but mem_wdata_o, which is 0, and what goes with a valid
// that is low. It sees the instructions that it reads over mem_rdata_i, and no other data.
class TimingModel : public CycleModel {
 public:
  // The bundle's top is vq_accelerator.
  explicit TimingModel(const Bundle& bundle);
  TimingModel(const TimingModel&) = delete;
  TimingModel& operator=(const TimingModel&) = delete;

  [[nodiscard]] const std::vector<Port>& ports() const override { return ports_; }
  [[nodiscard]] std::span<std::uint8_t> value(int port) override {
    return values_[static_cast<std::size_t>(port)];
  }
  void settle() override;
  void clock_edge() override;
  // With codebook.ports_by banking: program_reads() of the program that runs next; after a reset.
  void set_bank_reads(std::span<const std::uint8_t> extra) { accelerator_.set_bank_reads(extra); }

 private:
  static constexpr std::uint32_t kRing = 8;  // instructions that are fetched and not dispatched

  [[nodiscard]] bool high(int port) const {
    return values_[static_cast<std::size_t>(port)][0] != 0;
  }
  [[nodiscard]] std::uint32_t word(int port) const;
  void put(int port, std::uint64_t value);
  void put_outputs();
  void take_instruction_word();

  std::vector<Port> ports_;
  std::vector<std::vector<std::uint8_t>> values_;
  // Places of the ports that are looked at.
  struct Inputs {
    int rst_n, awvalid, awaddr, wvalid, wdata, wstrb, bready, arvalid, araddr, rready;
    int mem_arready, mem_awready, mem_wready, mem_rvalid, mem_rdata, mem_rlast, mem_rid, mem_rresp;
    int mem_bvalid, mem_bresp;
  } in_{};
  struct Outputs {
    int irq, events, runs, awready, wready, bvalid, arready, rvalid, rdata;
    int mem_arvalid, mem_araddr, mem_arlen, mem_arid, mem_awvalid, mem_awaddr, mem_awlen;
    int mem_wvalid, mem_wlast;
  } out_{};
  int words_;  // of an instruction
  timing::InstructionReader reader_;
  timing::Accelerator initial_;
  timing::Accelerator accelerator_;
  timing::MemoryInputs memory_;
  std::array<timing::Instruction, kRing> ring_{};
  std::array<std::uint8_t, config::kInstructionBytes> bytes_{};
  std::uint32_t instruction_ = 0;  // that is put together
  int word_ = 0;
};

}  // namespace vqrom::sim
