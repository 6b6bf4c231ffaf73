// SPDX-License-Identifier: Apache-2.0
// control_test — the SystemC vq_control and the Verilated RTL in lockstep on random programs.
#include <deque>
#include <vector>

#include <gtest/gtest.h>

#include "gen/blocks/modules.h"
#include "sim/core/lockstep.h"
#include "sim/systemc/block_models.h"
#include "sw/base/random.h"
#include "tests/sim/block_model.h"

namespace vqrom::sim {
namespace {

constexpr int kLongestRun = 100000;  // cycles

// An instruction waits only for those before it; fields that vq_control does not look at are
// random.
std::vector<config::InstructionWord> random_program(base::Random& random, int instructions) {
  std::vector<config::InstructionWord> program{config::encode(config::Shape{.kernel_h = 3})};
  std::int64_t loads = 0, runs = 0, stores = 0;
  const auto some = [&](std::int64_t most) { return random.between(0, most); };
  for (int i = 0; i < instructions; ++i) {
    switch (random.below(8)) {
      case 0:
      case 1:
        program.push_back(config::encode(config::Load{.target = some(5),
                                                      .wait_reads = some(runs),
                                                      .wait_stores = some(stores),
                                                      .address = some(1 << 20),
                                                      .buffer = some(0xffff)}));
        ++loads;
        break;
      case 2:
      case 3:
        program.push_back(config::encode(config::Run{
            .wait_loads = some(loads), .wait_stores = some(stores), .output = some(0xffff)}));
        ++runs;
        break;
      case 4:
        program.push_back(
            config::encode(config::Store{.wait_runs = some(runs), .address = some(1 << 20)}));
        ++stores;
        break;
      case 5:
        program.push_back(config::encode(config::Shape{.operation = some(3), .low = -some(100)}));
        break;
      case 6:
        program.push_back(config::encode(config::Factors{.multiplier_a = some(1 << 30)}));
        break;
      default:
        if (random.below(4) == 0) program.push_back(config::encode(config::Fence{}));
    }
  }
  program.push_back(config::encode(config::End{}));
  return program;
}

// A memory, a DMA and an array that answer when they like.
class Surroundings {
 public:
  Surroundings(CycleModel& model, std::uint64_t seed) : model_(model), random_(seed) {}

  void reset() {
    for (const bool level : {false, false, true}) {
      set("rst_n", level ? 1 : 0);
      model_.settle();
      model_.clock_edge();
    }
  }
  // Until done_o, or for `most` cycles.
  void run(const std::vector<config::InstructionWord>& program, int most = kLongestRun) {
    program_ = &program;
    set("start_i", 1);
    set("count_i", program.size());
    for (int cycle = 0; cycle < most; ++cycle) {
      if (cycle % 64 == 0) speed_ = static_cast<int>(random_.between(1, 8));
      if (step()) return;
      set("start_i", 0);
    }
    EXPECT_NE(most, kLongestRun) << "no end";
  }
  void set(const char* port, std::uint64_t value) {
    for (std::uint8_t& byte : model_.value(model_.port(port))) {
      byte = static_cast<std::uint8_t>(value);
      value >>= 8;
    }
  }

 private:
  [[nodiscard]] bool high(const char* port) { return model_.value(model_.port(port))[0] != 0; }
  [[nodiscard]] bool chance() { return random_.below(8) < static_cast<std::uint64_t>(speed_); }

  void pulse(const char* port, int& complete, int given) {
    const bool now = complete < given && chance();
    set(port, now ? 1 : 0);
    if (now) ++complete;
  }
  void give_word() {
    const bool now = !words_.empty() && chance();
    set("fetch_r_valid_i", now ? 1 : 0);
    if (!now) return;
    const auto port = model_.value(model_.port("fetch_r_data_i"));
    for (std::uint8_t& byte : port) {
      byte = words_.front();
      words_.pop_front();
    }
  }
  bool step() {
    for (const char* port : {"fetch_ar_ready_i", "load_ready_i", "run_ready_i", "store_ready_i"}) {
      set(port, chance() ? 1 : 0);
    }
    give_word();
    pulse("load_done_i", load_done_, loads_);
    pulse("run_done_i", run_done_, run_read_);
    pulse("run_read_i", run_read_, runs_);
    pulse("store_done_i", store_done_, store_read_);
    pulse("store_read_i", store_read_, stores_);
    model_.settle();
    const auto taken = [&](const std::string& stream) {
      return high((stream + "_valid_o").c_str()) && high((stream + "_ready_i").c_str());
    };
    if (taken("fetch_ar")) {
      const auto address = model_.value(model_.port("fetch_ar_addr_o"));
      const std::size_t number = (address[0] | address[1] << 8) / config::kInstructionBytes;
      const config::InstructionWord& word = program_->at(number);
      words_.insert(words_.end(), word.begin(), word.end());
    }
    loads_ += taken("load") ? 1 : 0;
    runs_ += taken("run") ? 1 : 0;
    stores_ += taken("store") ? 1 : 0;
    const bool done = high("done_o");
    model_.clock_edge();
    return done;
  }

  CycleModel& model_;
  base::Random random_;
  const std::vector<config::InstructionWord>* program_ = nullptr;
  std::deque<std::uint8_t> words_;
  int speed_ = 8;
  int loads_ = 0, runs_ = 0, stores_ = 0;
  int load_done_ = 0, run_read_ = 0, run_done_ = 0, store_read_ = 0, store_done_ = 0;
};

// Instructions and the address mean something while they are offered.
LockstepRules rules() {
  return {{},
          {{"fetch_ar_addr_o", "fetch_ar_valid_o"},
           {"load_data_o", "load_valid_o"},
           {"store_data_o", "store_valid_o"},
           {"run_data_o", "run_valid_o"}}};
}

class ControlLockstep : public ::testing::TestWithParam<int> {};

TEST_P(ControlLockstep, EqualsTheRtlOnRandomPrograms) {
  config::AcceleratorConfig config;
  config.bus.data_bits = GetParam();
  netlist::Design design;
  design.set_top(blocks::add_control(design, config));
  const std::filesystem::path library = build_block(design);
  ControlModel systemc(config);
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    VerilatedModel rtl(library);
    Lockstep both(rtl, systemc, {"vq_control", "RTL", "SystemC", ""}, rules());
    Surroundings around(both, seed);
    around.reset();
    base::Random random(seed + 100);
    for (int i = 0; i < 3; ++i) around.run(random_program(random, 120));
    // An unknown instruction, an END that is not the last, a stop.
    std::vector<config::InstructionWord> program = random_program(random, 60);
    program[40] = seed % 3 == 0 ? config::encode(config::End{}) : config::InstructionWord{0xf};
    if (seed % 3 == 1) around.set("stop_i", 1);
    around.run(program, 1500);
    around.set("stop_i", 0);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(BusBits, ControlLockstep, ::testing::Values(32, 64, 128));

}  // namespace
}  // namespace vqrom::sim
