// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/csr.h"

#include <limits>

namespace vqrom::sim::timing {
namespace {

// Word addresses; docs/rtl/accelerator.md.
enum Word : std::uint32_t {
  kId = 0x00,
  kVersion = 0x01,
  kControl = 0x02,
  kStatus = 0x03,
  kBaseLow = 0x04,
  kBaseHigh = 0x05,
  kCount = 0x06,
  kIrqEnable = 0x07,
  kWatchdog = 0x08,
  kLoads = 0x09,
  kReads = 0x0a,
  kRuns = 0x0b,
  kStoreReads = 0x0c,
  kStores = 0x0d,
  kReadOnly = 0x10,
  kReadOnlyEnd = 0x20,
  kCounters = 0x40,
  kCountersEnd = kCounters + 2 * kEvents
};
constexpr std::uint32_t kIdValue = 0x4d525156;
constexpr std::uint32_t kVersionValue = 1;
constexpr std::uint64_t kCounterMask = (std::uint64_t{1} << 48) - 1;

std::uint32_t byte_mask(std::uint32_t strobes) {
  std::uint32_t mask = 0;
  for (unsigned byte = 0; byte < 4; ++byte) {
    if ((strobes >> byte & 1) != 0) mask |= 0xffU << 8 * byte;
  }
  return mask;
}

}  // namespace

std::uint32_t Csr::read(std::uint32_t word, const TicketCounts& tickets) const {
  if (word >= kReadOnly && word < kReadOnlyEnd) return read_only_[word - kReadOnly];
  switch (word) {
    case kId:
      return kIdValue;
    case kVersion:
      return kVersionValue;
    case kStatus:
      return (busy_ ? 1U : 0U) | (done_ ? 2U : 0U) | (error_ ? 4U : 0U) | (expired_ ? 8U : 0U) |
             (illegal_ ? 16U : 0U);
    case kBaseLow:
      return static_cast<std::uint32_t>(base_);
    case kBaseHigh:
      return static_cast<std::uint32_t>(base_ >> 32);
    case kCount:
      return count_;
    case kIrqEnable:
      return irq_enable_ ? 1 : 0;
    case kWatchdog:
      return watchdog_;
    case kLoads:
      return tickets.loads;
    case kReads:
      return tickets.reads;
    case kRuns:
      return tickets.runs;
    case kStoreReads:
      return tickets.store_reads;
    case kStores:
      return tickets.stores;
    default:
      return 0;
  }
}

void Csr::write() {
  const auto put = [&](std::uint64_t& value, int shift) {
    value = (value & ~(std::uint64_t{wmask_} << shift)) | (std::uint64_t{wdata_ & wmask_} << shift);
  };
  std::uint64_t count = count_;
  std::uint64_t watchdog = watchdog_;
  if (waddr_ == kBaseLow) put(base_, 0);
  if (waddr_ == kBaseHigh) put(base_, 32);
  if (waddr_ == kCount) put(count, 0);
  if (waddr_ == kWatchdog) put(watchdog, 0);
  if (waddr_ == kIrqEnable && (wmask_ & 1) != 0) irq_enable_ = (wdata_ & 1) != 0;
  base_ &= base_mask_;
  count_ = static_cast<std::uint32_t>(count);
  watchdog_ = static_cast<std::uint32_t>(watchdog);
}

void Csr::edge(const Inputs& in, const Program& program, const TicketCounts& tickets,
               const EventCounts& counters) {
  const bool write_now = aw_full_ && w_full_ && !bvalid_;
  const std::uint32_t ones = wdata_ & wmask_;
  const bool control = write_now && waddr_ == kControl;
  const bool start = control && (ones & 1) != 0 && !busy_ && !stop();
  const bool clear = control && (ones & 2) != 0;

  if (in.arvalid && !rvalid_) {
    const std::uint32_t word = in.araddr >> 2;
    const bool counter = word >= kCounters && word < kCountersEnd;
    rdata_ = read(word, tickets);
    low_ = counter && (word & 1) == 0;
    high_ = counter && (word & 1) != 0;
    if (low_) {
      counter_ = static_cast<std::uint64_t>(counters.counts[(word - kCounters) / 2]) & kCounterMask;
    }
    rvalid_ = true;
  } else if (in.rready) {
    rvalid_ = false;
  }

  edge_program(program, start, clear);
  if (write_now) write();

  if (in.awvalid && !aw_full_) waddr_ = in.awaddr >> 2;
  if (in.wvalid && !w_full_) {
    wdata_ = in.wdata;
    wmask_ = byte_mask(in.wstrb);
  }
  aw_full_ = !write_now && (aw_full_ || in.awvalid);
  w_full_ = !write_now && (w_full_ || in.wvalid);
  bvalid_ = write_now || (bvalid_ && !in.bready);
}

std::int64_t Csr::quiet_cycles() const {
  if (watchdog_ == 0) return std::numeric_limits<std::int64_t>::max();
  return std::int64_t{watchdog_} - quiet_ - 1;
}

}  // namespace vqrom::sim::timing
