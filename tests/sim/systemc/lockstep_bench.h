// SPDX-License-Identifier: Apache-2.0
// lockstep_bench — random stimulus for a SystemC block and its Verilated RTL in lockstep.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/core/lockstep.h"
#include "sim/core/stream.h"
#include "sim/verilator/model_build.h"
#include "sim/verilator/verilated_model.h"
#include "sw/base/file.h"
#include "sw/base/random.h"
#include "tests/temporary_directory.h"

namespace vqrom::sim {

// Random values on all input ports of that list, bits above the width zero.
inline void randomise(CycleModel& model, const std::vector<std::string>& names,
                      base::Random& random) {
  for (const std::string& name : names) {
    const int port = model.port(name);
    const int tail = model.ports()[static_cast<std::size_t>(port)].width_bits % 8;
    const auto value = model.value(port);
    for (std::uint8_t& byte : value) byte = static_cast<std::uint8_t>(random.bits());
    if (tail != 0) value.back() &= static_cast<std::uint8_t>((1 << tail) - 1);
  }
}

// Beats of random payload for a StreamSource, without end.
class RandomBeats {
 public:
  RandomBeats(CycleModel& model, const std::vector<std::string>& payload, std::uint64_t seed)
      : random_(seed) {
    for (const std::string& name : payload) {
      const int width = model.ports()[static_cast<std::size_t>(model.port(name))].width_bits;
      for (int bit = 0; bit < width; bit += 8) {
        masks_.push_back(
            static_cast<std::uint8_t>(width - bit >= 8 ? 0xff : (1 << (width - bit)) - 1));
      }
    }
    beat_.resize(masks_.size());
  }
  const std::uint8_t* operator()() {
    for (std::size_t i = 0; i < beat_.size(); ++i) {
      beat_[i] = static_cast<std::uint8_t>(random_.bits()) & masks_[i];
    }
    return beat_.data();
  }

 private:
  base::Random random_;
  std::vector<std::uint8_t> masks_;
  std::vector<std::uint8_t> beat_;
};

// How the two ends of a block behave in one run.
enum class Pace { kBackToBack, kStallingSource, kStallingSink, kBoth };

// Feeds one stream through a block from reset on; counts what was taken on both sides.
struct Traffic {
  std::int64_t sent = 0;
  std::int64_t received = 0;
};
template <typename Beats>
Traffic run_traffic(CycleModel& model, const std::vector<std::string>& in,
                    const std::vector<std::string>& out, std::uint64_t seed, Pace pace, int cycles,
                    Beats beats) {
  const bool in_stalls = pace == Pace::kStallingSource || pace == Pace::kBoth;
  const bool out_stalls = pace == Pace::kStallingSink || pace == Pace::kBoth;
  StreamSource source(model, {"valid_i", "ready_o", in},
                      in_stalls ? StallPattern::random(2 * seed) : StallPattern(),
                      std::move(beats));
  StreamSink sink(
      model, {"valid_o", "ready_i", out},
      out_stalls ? StallPattern::random(2 * seed + 1) : StallPattern(), [](auto) {}, "out");
  for (int cycle = 0; cycle < cycles; ++cycle) {
    const bool reset = cycle < 2;
    model.value(model.port("rst_n"))[0] = reset ? 0 : 1;
    source.drive();
    sink.drive();
    model.settle();
    if (!reset) {
      source.sample();
      sink.sample();
    }
    model.clock_edge();
  }
  return {source.sent(), sink.received()};
}
// The same with beats of random payload.
inline Traffic run_traffic(CycleModel& model, const std::vector<std::string>& in,
                           const std::vector<std::string>& out, std::uint64_t seed, Pace pace,
                           int cycles) {
  return run_traffic(model, in, out, seed, pace, cycles, RandomBeats(model, in, seed));
}

// The Verilated block of a lockstep test. With VQROM_WAVES=FILE in the environment its waves are
// recorded; a mismatch tells the command that does so.
class RtlBlock {
 public:
  explicit RtlBlock(const VerilogDesign& design) : model_(build_model(design, waves())) {
    if (waves() == Waves::kNone) return;
    model_.record_waves(std::getenv(kVariable), 0, std::numeric_limits<std::int64_t>::max());
  }
  [[nodiscard]] VerilatedModel& model() { return model_; }
  [[nodiscard]] static LockstepLabels labels(const std::string& block) {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    return {block, "SystemC", "RTL",
            fmt::format("{}=waves.fst {} --gtest_filter={}.{}", kVariable,
                        std::filesystem::read_symlink("/proc/self/exe").string(),
                        test->test_suite_name(), test->name())};
  }

 private:
  static constexpr const char* kVariable = "VQROM_WAVES";
  static Waves waves() {
    const char* file = std::getenv(kVariable);
    return file == nullptr ? Waves::kNone : waves_of(file);
  }
  VerilatedModel model_;
};

inline std::filesystem::path leaf_file(const std::string& relative) {
  return std::filesystem::path(VQROM_SOURCE_DIR) / "hw/rtl" / relative;
}

// A copy of a Verilog file with a fault: `text` once replaced. It is gone with the object.
class FaultyVerilog {
 public:
  FaultyVerilog(const std::filesystem::path& source, const std::string& text,
                const std::string& fault)
      : file_(directory_ / source.filename()) {
    std::string verilog = base::read_file(source);
    const std::size_t at = verilog.find(text);
    if (at == std::string::npos) {
      ADD_FAILURE() << source << " has no '" << text << "'";
      return;
    }
    base::write_file(file_, verilog.replace(at, text.size(), fault));
  }
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  vqrom::test::TemporaryDirectory directory_;
  std::filesystem::path file_;
};

}  // namespace vqrom::sim
