// SPDX-License-Identifier: Apache-2.0
// csr_test — the registers of docs/rtl/accelerator.md behind AXI4-Lite, at every pace of its user.
#include <array>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "sw/base/process.h"
#include "sw/base/random.h"
#include "tests/sim/block_model.h"

namespace vqrom {
namespace {

constexpr int kPatience = 100;  // cycles
constexpr std::size_t kEvents = 24;

enum Register : unsigned {
  kId = 0x000,
  kVersion = 0x004,
  kControl = 0x008,
  kStatus = 0x00c,
  kBaseLow = 0x010,
  kBaseHigh = 0x014,
  kCount = 0x018,
  kIrqEnable = 0x01c,
  kWatchdog = 0x020,
  kLoads = 0x024,
  kStores = 0x034,
  kHash = 0x040,
  kRows = 0x060,
  kPorts = 0x07c,
  kCounters = 0x100
};
constexpr unsigned kStart = 1, kClear = 2;
constexpr unsigned kBusy = 1, kDone = 2, kError = 4, kExpired = 8, kIllegal = 16;

std::filesystem::path csr_library(int address_bits) {
  return sim::build_leaf("vq_csr", {{"ADDR_W", address_bits},
                                    {"ROWS", 11},
                                    {"COLUMNS", 12},
                                    {"LANES", 13},
                                    {"BUS_BITS", 32},
                                    {"ENTRIES", 65536},
                                    {"DIMENSION", 15},
                                    {"ELEMENT_BITS", 6},
                                    {"PORTS", 17}});
}

// The registers with their user on one side and counters that never rest on the other.
class Csr {
 public:
  explicit Csr(int address_bits = 40, std::uint64_t seed = 0)
      : block_(csr_library(address_bits), static_cast<std::uint32_t>(seed)), random_(seed) {
    block_.reset();
    std::vector<std::uint8_t> hash(32);
    for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = static_cast<std::uint8_t>(i + 1);
    block_.set_bytes("hash_i", hash);
    for (std::size_t i = 0; i < counters_.size(); ++i) counters_[i] = (i + 1) * 0xfffffff0ULL;
  }

  void cycle() {
    block_.set("counter_data_i", counter_data_);
    block_.settle();
    starts_ += static_cast<int>(block_.get("start_o"));
    const bool reads = block_.get("counter_en_o") != 0;
    const std::uint64_t index = block_.get("counter_index_o");
    block_.edge();
    if (reads) counter_data_ = counters_.at(index);
    for (std::uint64_t& counter : counters_) ++counter;
  }
  void cycles(int count) {
    for (int i = 0; i < count; ++i) cycle();
  }

  // Address, data and answer each after a pause of their own.
  void write(unsigned address, std::uint32_t data, unsigned strobe = 15) {
    std::uint64_t aw = pause();
    std::uint64_t w = pause();
    std::uint64_t b = pause();
    bool aw_taken = false, w_taken = false;
    for (int i = 0; i < kPatience; ++i) {
      const bool aw_offers = !aw_taken && aw == 0;
      const bool w_offers = !w_taken && w == 0;
      offer("awvalid_i", "awaddr_i", aw_offers, address);
      offer("wvalid_i", "wdata_i", w_offers, data);
      block_.set("wstrb_i", w_offers ? strobe : random_.below(16));
      block_.set("bready_i", b == 0 ? 1 : 0);
      block_.settle();
      const bool answers = block_.get("bvalid_o") != 0;
      if (answers) {
        EXPECT_TRUE(aw_taken && w_taken) << "an answer before its write";
        EXPECT_EQ(block_.get("bresp_o"), 0U);
      }
      const bool aw_moves = aw_offers && block_.get("awready_o") != 0;
      const bool w_moves = w_offers && block_.get("wready_o") != 0;
      const bool ends = answers && b == 0;
      cycle();
      aw_taken = aw_taken || aw_moves;
      w_taken = w_taken || w_moves;
      for (std::uint64_t* wait : {&aw, &w}) *wait -= *wait > 0 ? 1 : 0;
      if (answers && b > 0) --b;
      if (ends) {
        block_.set("bready_i", 0);
        return;
      }
    }
    ADD_FAILURE() << "no answer to a write";
  }

  std::uint32_t read(unsigned address) {
    std::uint64_t ar = pause();
    std::uint64_t r = pause();
    bool taken = false;
    std::uint64_t seen = 0;
    bool waiting = false;
    for (int i = 0; i < kPatience; ++i) {
      const bool offers = !taken && ar == 0;
      offer("arvalid_i", "araddr_i", offers, address);
      block_.set("rready_i", r == 0 ? 1 : 0);
      block_.set("counter_data_i", counter_data_);
      block_.settle();
      const bool answers = block_.get("rvalid_o") != 0;
      if (answers) {
        EXPECT_TRUE(taken) << "an answer before its read";
        EXPECT_EQ(block_.get("rresp_o"), 0U);
        if (waiting) {
          EXPECT_EQ(block_.get("rdata_o"), seen) << "data changed";
        }
        seen = block_.get("rdata_o");
        waiting = true;
      }
      const bool moves = offers && block_.get("arready_o") != 0;
      const bool ends = answers && r == 0;
      cycle();
      taken = taken || moves;
      if (ar > 0) --ar;
      if (answers && r > 0) --r;
      if (ends) {
        block_.set("rready_i", 0);
        return static_cast<std::uint32_t>(seen);
      }
    }
    ADD_FAILURE() << "no answer to a read";
    return 0;
  }

  void start(std::uint32_t count = 3) {
    write(kCount, count);
    write(kControl, kStart);
  }
  void pulse(const std::string& pin) {
    block_.set(pin, 1);
    cycle();
    block_.set(pin, 0);
  }
  void set(const std::string& pin, std::uint64_t value) { block_.set(pin, value); }
  bool is_high(const std::string& pin) {
    block_.settle();
    return block_.get(pin) != 0;
  }
  std::uint64_t get(const std::string& pin) {
    block_.settle();
    return block_.get(pin);
  }
  void hurry() { hurries_ = true; }  // no pauses
  [[nodiscard]] int starts() const { return starts_; }
  [[nodiscard]] std::uint64_t counter(std::size_t index) const { return counters_.at(index); }

 private:
  std::uint64_t pause() { return hurries_ ? 0 : random_.below(4) * random_.below(3); }

  // What is not offered is junk.
  void offer(const char* valid, const char* data, bool offers, std::uint64_t value) {
    block_.set(valid, offers ? 1 : 0);
    block_.set(data, offers ? value : random_.below(4096));
  }

  sim::BlockModel block_;
  base::Random random_;
  std::array<std::uint64_t, kEvents> counters_{};
  std::uint64_t counter_data_ = 0;
  int starts_ = 0;
  bool hurries_ = false;
};

class ControlRegisters : public ::testing::Test {
 protected:
  void SetUp() override {
    try {
      (void)base::find_tool(base::kVerilator);
    } catch (const base::UserError& error) {
      GTEST_SKIP() << error.what();
    }
  }
};

TEST_F(ControlRegisters, TellWhatTheAcceleratorIs) {
  Csr csr;
  EXPECT_EQ(csr.read(kId), 0x4d525156U);
  EXPECT_EQ(csr.read(kVersion), 1U);
  EXPECT_EQ(csr.read(kHash), 0x04030201U);
  EXPECT_EQ(csr.read(kHash + 28), 0x201f1e1dU);
  const std::vector<std::uint32_t> expected = {11, 12, 13, 32, 65536, 15, 6, 17};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(csr.read(kRows + 4 * static_cast<unsigned>(i)), expected[i]) << i;
  }
}

TEST_F(ControlRegisters, KeepWhatIsWrittenByteByByteAtEveryPace) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    Csr csr(seed % 2 == 0 ? 40 : 16, seed);
    base::Random random(seed);
    const std::uint64_t base_mask = seed % 2 == 0 ? 0xff'ffff'ffffULL : 0xffffULL;
    std::map<unsigned, std::uint32_t> kept = {
        {kBaseLow, 0}, {kBaseHigh, 0}, {kCount, 0}, {kIrqEnable, 0}, {kWatchdog, 0}};
    const std::map<unsigned, std::uint32_t> masks = {
        {kBaseLow, static_cast<std::uint32_t>(base_mask)},
        {kBaseHigh, static_cast<std::uint32_t>(base_mask >> 32)},
        {kCount, ~0U},
        {kIrqEnable, 1},
        {kWatchdog, ~0U}};
    for (int i = 0; i < 100; ++i) {
      // The registers, their neighbours, and addresses without a register; never CONTROL.
      unsigned address = static_cast<unsigned>(
          random.below(4) == 0 ? random.below(4096) : kBaseLow + random.below(0x14));
      if ((address & ~3U) == kControl) address = kStatus;
      const auto data = static_cast<std::uint32_t>(random.bits());
      const auto strobe = static_cast<unsigned>(random.below(16));
      csr.write(address, data, strobe);
      const auto found = kept.find(address & ~3U);
      for (unsigned byte = 0; found != kept.end() && byte < 4; ++byte) {
        if ((strobe >> byte & 1) == 0) continue;
        const std::uint32_t mask = 0xffU << (8 * byte) & masks.at(address & ~3U);
        found->second = (found->second & ~mask) | (data & mask);
      }
      for (const auto& [each, value] : kept) ASSERT_EQ(csr.read(each), value) << i << " " << each;
    }
    EXPECT_EQ(csr.get("base_o"),
              (kept[kBaseLow] | std::uint64_t{kept[kBaseHigh]} << 32) & base_mask);
    EXPECT_EQ(csr.starts(), 0);
  }
}

TEST_F(ControlRegisters, ReadZeroWhereNoRegisterIs) {
  Csr csr;
  csr.hurry();
  const unsigned end = kCounters + 8 * kEvents;
  for (unsigned address = 0; address < 4096; address += 4) {
    const bool hole = (address >= 0x038 && address < kHash) ||
                      (address >= 0x080 && address < kCounters) || address >= end ||
                      address == kControl;
    if (hole) {
      EXPECT_EQ(csr.read(address), 0U) << address;
    }
  }
}

TEST_F(ControlRegisters, ShowTheTicketCounters) {
  Csr csr;
  unsigned address = kLoads;
  for (const char* pin : {"loads_i", "reads_i", "runs_i", "store_reads_i", "stores_i"}) {
    csr.set(pin, 0xfff00U + address);
    EXPECT_EQ(csr.read(address), 0xfff00U + address) << pin;
    address += 4;
  }
  EXPECT_EQ(address, kStores + 4);
}

TEST_F(ControlRegisters, BothHalvesOfACounterAreOfOneCycle) {
  Csr csr(32, 5);
  for (unsigned i = 0; i < kEvents; ++i) {
    const std::uint64_t before = csr.counter(i);
    const std::uint64_t low = csr.read(kCounters + 8 * i);
    const std::uint64_t after = csr.counter(i);
    csr.cycles(40);  // the low half overflows meanwhile
    const std::uint64_t value = low | std::uint64_t{csr.read(kCounters + 8 * i + 4)} << 32;
    EXPECT_GE(value, before) << i;
    EXPECT_LT(value, after) << i;
  }
}

TEST_F(ControlRegisters, StartOnceAndShowBusyUntilDone) {
  Csr csr;
  EXPECT_EQ(csr.read(kStatus), 0U);
  csr.start();
  EXPECT_EQ(csr.starts(), 1);
  EXPECT_EQ(csr.read(kStatus), kBusy);
  csr.write(kControl, kStart);  // busy: nothing happens
  EXPECT_EQ(csr.starts(), 1);
  csr.pulse("done_i");
  EXPECT_EQ(csr.read(kStatus), kDone);
  csr.start();
  EXPECT_EQ(csr.starts(), 2);
  EXPECT_EQ(csr.read(kStatus), kBusy);
}

TEST_F(ControlRegisters, StartOnlyByTheLowestBitOfAWrittenByte) {
  Csr csr;
  csr.write(kCount, 1);
  csr.write(kControl, kStart, 0xe);
  csr.write(kControl, 0xfffffffcU);
  EXPECT_EQ(csr.starts(), 0);
  csr.write(kControl, kStart, 0x1);
  EXPECT_EQ(csr.starts(), 1);
}

TEST_F(ControlRegisters, InterruptIsRaisedAtTheEndMaskedAndCleared) {
  Csr csr;
  csr.start();
  csr.pulse("done_i");
  EXPECT_FALSE(csr.is_high("irq_o"));  // not enabled
  csr.write(kIrqEnable, 1);
  EXPECT_TRUE(csr.is_high("irq_o"));
  csr.write(kControl, kClear);
  EXPECT_FALSE(csr.is_high("irq_o"));
  EXPECT_EQ(csr.read(kStatus), kDone);
  csr.start();
  EXPECT_FALSE(csr.is_high("irq_o"));
  csr.pulse("error_i");
  EXPECT_TRUE(csr.is_high("irq_o"));
}

TEST_F(ControlRegisters, StopForGoodAfterAnError) {
  const std::vector<std::pair<std::string, unsigned>> ways = {{"error_i", kError},
                                                              {"illegal_i", kIllegal}};
  for (const auto& [pin, status] : ways) {
    Csr csr;
    csr.start();
    EXPECT_FALSE(csr.is_high("stop_o"));
    csr.pulse(pin);
    EXPECT_TRUE(csr.is_high("stop_o"));
    EXPECT_EQ(csr.read(kStatus), status);
    csr.pulse("done_i");
    csr.start();
    EXPECT_EQ(csr.starts(), 1);
    EXPECT_EQ(csr.read(kStatus), status);
  }
}

TEST_F(ControlRegisters, AProgramOfNoInstructionsIsIllegal) {
  Csr csr;
  csr.start(0);
  EXPECT_EQ(csr.starts(), 0);
  EXPECT_EQ(csr.read(kStatus), kIllegal);
}

// Cycles from the start, or from the last completion, to the stop; 0 if there is none.
int cycles_to_stop(Csr& csr) {
  for (int i = 0; i < 200; ++i) {
    if (csr.is_high("stop_o")) return i;
    csr.cycle();
  }
  return 0;
}

TEST_F(ControlRegisters, WatchdogStopsAfterExactlyThatManyQuietCycles) {
  for (const std::uint32_t watchdog : {3U, 50U}) {
    Csr csr;
    csr.hurry();
    csr.write(kWatchdog, watchdog);
    csr.write(kCount, 1);
    csr.write(kControl, kStart);
    for (int i = 0; i < 5; ++i) {  // a completion after n-1 quiet cycles: no stop
      csr.pulse("progress_i");
      csr.cycles(static_cast<int>(watchdog) - 1);
      ASSERT_FALSE(csr.is_high("stop_o")) << watchdog;
    }
    csr.pulse("progress_i");
    EXPECT_EQ(cycles_to_stop(csr), static_cast<int>(watchdog));
    EXPECT_EQ(csr.read(kStatus), kExpired);
  }
}

TEST_F(ControlRegisters, WatchdogCountsFromTheStartAndSleepsOtherwise) {
  Csr csr;
  csr.hurry();
  csr.write(kWatchdog, 60);
  csr.cycles(100);
  EXPECT_FALSE(csr.is_high("stop_o"));  // idle
  csr.start();
  const int waited = cycles_to_stop(csr);
  EXPECT_GT(waited, 50);
  EXPECT_LE(waited, 60);
  Csr off;
  off.start();
  EXPECT_EQ(cycles_to_stop(off), 0);
}

class Counters : public ControlRegisters {};

TEST_F(Counters, CountCyclesOfEachEventWhileBusyAndHoldWhatIsRead) {
  sim::BlockModel block(sim::build_leaf("vq_counters", {{"EVENTS", kEvents}, {"INDEX_W", 5}}), 3);
  block.reset();
  base::Random random(9);
  std::array<std::uint64_t, 32> counts{};
  std::uint64_t shown = 0;
  for (int cycle = 0; cycle < 3000; ++cycle) {
    const std::uint64_t events = random.below(1U << kEvents);
    const std::uint64_t index = random.below(32);
    const bool clears = random.below(500) == 0;
    const bool reads = random.below(3) == 0;
    block.set("event_i", events);
    block.set("clear_i", clears ? 1 : 0);
    block.set("rd_en_i", reads ? 1 : 0);
    block.set("rd_index_i", index);
    block.settle();
    ASSERT_EQ(block.get("rd_data_o"), shown) << cycle;
    const std::uint64_t counted = (events & 1) != 0 && !clears ? events : 0;
    ASSERT_EQ(block.get("event_o"), counted);
    if (reads) shown = counts.at(index);
    for (std::size_t i = 0; i < kEvents; ++i) {
      counts.at(i) = clears ? 0 : counts.at(i) + (counted >> i & 1);
    }
    block.edge();
  }
}

}  // namespace
}  // namespace vqrom
