// SPDX-License-Identifier: Apache-2.0
// dram_trace — the accelerator's accesses to memory as a trace that DRAM simulators read.
#pragma once

#include <cstdint>
#include <string>

#include "sim/core/run_observer.h"

namespace vqrom::sim {

// kRamulator2: a line "LD 0x1040" or "ST 0x1040" for each access (its LoadStoreTrace).
// kDramsim3: "0x1040 READ 57" or "0x1040 WRITE 57", with the cycle (its TraceBasedCPU).
enum class DramFormat { kRamulator2, kDramsim3 };

// A burst is an access to each block of `access_bytes` (a power of two) that it touches, in the
// cycle in which memory takes it. Further runs follow each other without a gap.
class DramTrace : public RunObserver {
 public:
  DramTrace(DramFormat format, std::int64_t access_bytes, std::int64_t bus_bytes)
      : format_(format), access_bytes_(access_bytes), bus_bytes_(bus_bytes) {}

  void begin(const ObservedRun&) override {}
  void burst(const ObservedBurst& burst) override;
  void pass(const ObservedCycles&) override {}
  void end(std::int64_t cycles) override { first_cycle_ += cycles; }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  DramFormat format_;
  std::int64_t access_bytes_;
  std::int64_t bus_bytes_;
  std::int64_t first_cycle_ = 0;  // of the run
  std::string text_;
};

}  // namespace vqrom::sim
