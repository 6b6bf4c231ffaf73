// SPDX-License-Identifier: Apache-2.0
// control_test — vq_control against the ticket rules of docs/rtl/accelerator.md.
#include <algorithm>
#include <deque>
#include <optional>

#include <gmock/gmock.h>

#include "gen/blocks/modules.h"
#include "gen/config/instruction_set.h"
#include "sw/base/process.h"
#include "sw/base/random.h"
#include "tests/sim/block_model.h"

namespace vqrom::blocks {
namespace {

using config::Instruction;
using Words = std::vector<std::uint8_t>;

constexpr int kLongestRun = 200000;  // cycles

std::filesystem::path control_library(int bus_bits) {
  config::AcceleratorConfig config;
  config.bus.data_bits = bus_bits;
  netlist::Design design;
  design.set_top(add_control(design, config));
  return sim::build_block(design);
}

// The five counts of what is complete.
struct Counts {
  std::int64_t loads = 0, reads = 0, runs = 0, store_reads = 0, stores = 0;
  friend bool operator==(const Counts&, const Counts&) = default;
};

Words words_of(const Instruction& instruction) {
  const config::InstructionWord word = config::encode(instruction);
  return {word.begin(), word.end()};
}

// What one program must do: each instruction with all that it carries and all that it waits for.
struct Step {
  Words data, shape, factors;
  Counts needs;   // the tickets
  Counts before;  // complete after everything before the last FENCE
};

struct Plan {
  std::vector<Words> program;
  std::vector<Step> loads, runs, stores;
  Counts all;  // when everything is complete
};

Plan plan_of(const std::vector<Instruction>& program) {
  Plan plan;
  Step next{{}, Words(32), Words(32), {}, {}};
  for (const Instruction& instruction : program) {
    next.data = words_of(instruction);
    next.needs = {};
    plan.program.push_back(next.data);
    if (const auto* load = std::get_if<config::Load>(&instruction)) {
      next.needs.reads = load->wait_reads;
      next.needs.stores = load->wait_stores;
      plan.loads.push_back(next);
      ++plan.all.loads;
    } else if (const auto* run = std::get_if<config::Run>(&instruction)) {
      next.needs.loads = run->wait_loads;
      next.needs.store_reads = run->wait_stores;
      plan.runs.push_back(next);
      ++plan.all.reads;
      ++plan.all.runs;
    } else if (const auto* store = std::get_if<config::Store>(&instruction)) {
      next.needs.runs = store->wait_runs;
      plan.stores.push_back(next);
      ++plan.all.store_reads;
      ++plan.all.stores;
    } else if (std::holds_alternative<config::Shape>(instruction)) {
      next.shape = next.data;
    } else if (std::holds_alternative<config::Factors>(instruction)) {
      next.factors = next.data;
    } else {  // FENCE or END
      next.before = plan.all;
    }
  }
  return plan;
}

bool reached(const Counts& counts, const Counts& needs) {
  return counts.loads >= needs.loads && counts.reads >= needs.reads && counts.runs >= needs.runs &&
         counts.store_reads >= needs.store_reads && counts.stores >= needs.stores;
}

// vq_control with a memory, a DMA and an array that answer when they like.
class Bench {
 public:
  explicit Bench(int bus_bits, std::uint64_t seed)
      : block_(control_library(bus_bits), static_cast<std::uint32_t>(seed + 1)),
        bus_bytes_(static_cast<std::size_t>(bus_bits) / 8),
        random_(seed) {
    block_.reset();
  }

  // Cycles from the start to done; every rule is checked in every cycle.
  int run(const Plan& plan) {
    plan_ = &plan;
    counts_ = {};
    given_ = {};
    at_ = {};
    requested_ = 0;
    words_.clear();
    block_.set("start_i", 1);
    block_.set("count_i", plan.program.size());
    for (int cycle = 0; cycle < kLongestRun; ++cycle) {
      const bool done = step(cycle);
      block_.set("start_i", 0);
      if (done) return cycle;
      if (::testing::Test::HasFailure()) return -1;
    }
    ADD_FAILURE() << "no end";
    return -1;
  }

 private:
  struct Positions {
    std::size_t load = 0, run = 0, store = 0;
  };

  bool chance(int eighths) { return random_.below(8) < static_cast<std::uint64_t>(eighths); }

  // One cycle; true if done_o is high.
  bool step(int cycle) {
    if (cycle % 64 == 0) {
      speed_ = static_cast<int>(random_.between(1, 8));
      completing_ = static_cast<int>(random_.between(1, 8));
    }
    for (const char* pin : {"fetch_ar_ready_i", "load_ready_i", "run_ready_i", "store_ready_i"}) {
      block_.set(pin, chance(speed_) ? 1 : 0);
    }
    drive_words();
    const Counts steps = drive_pulses();
    block_.settle();
    take_requests();
    check_counts();
    take("load", plan_->loads, at_.load, given_.loads);
    take("run", plan_->runs, at_.run, given_.runs);
    take("store", plan_->stores, at_.store, given_.stores);
    EXPECT_EQ(block_.get("illegal_o"), 0U);
    const bool done = block_.get("done_o") != 0;
    if (done) {
      EXPECT_EQ(counts_, plan_->all) << "END before all was complete";
    }
    block_.edge();
    counts_.loads += steps.loads;
    counts_.reads += steps.reads;
    counts_.runs += steps.runs;
    counts_.store_reads += steps.store_reads;
    counts_.stores += steps.stores;
    return done;
  }

  // The words of the instructions requested, in order, at random moments.
  void drive_words() {
    const bool send = !words_.empty() && chance(speed_);
    block_.set("fetch_r_valid_i", send ? 1 : 0);
    Words data(bus_bytes_);
    for (std::uint8_t& byte : data) byte = static_cast<std::uint8_t>(random_.bits());
    if (send) {
      data = words_.front();
      words_.pop_front();
    }
    block_.set_bytes("fetch_r_data_i", data);
  }

  // Some of what was given away is complete.
  Counts drive_pulses() {
    Counts steps;
    const auto pulse = [&](const char* pin, std::int64_t count, std::int64_t limit,
                           std::int64_t& step) {
      step = count < limit && chance(completing_) ? 1 : 0;
      block_.set(pin, static_cast<std::uint64_t>(step));
    };
    pulse("load_done_i", counts_.loads, given_.loads, steps.loads);
    pulse("run_read_i", counts_.reads, given_.runs, steps.reads);
    pulse("run_done_i", counts_.runs, counts_.reads, steps.runs);
    pulse("store_read_i", counts_.store_reads, given_.stores, steps.store_reads);
    pulse("store_done_i", counts_.stores, counts_.store_reads, steps.stores);
    return steps;
  }

  void take_requests() {
    if (block_.get("fetch_ar_valid_o") == 0 || block_.get("fetch_ar_ready_i") == 0) return;
    ASSERT_LT(requested_, plan_->program.size());
    EXPECT_EQ(block_.get("fetch_ar_addr_o"), requested_ * config::kInstructionBytes);
    const Words& instruction = plan_->program[requested_++];
    for (std::size_t at = 0; at < instruction.size(); at += bus_bytes_) {
      words_.emplace_back(instruction.begin() + static_cast<std::ptrdiff_t>(at),
                          instruction.begin() + static_cast<std::ptrdiff_t>(at + bus_bytes_));
    }
  }

  void check_counts() {
    const auto count = [&](const char* pin) { return static_cast<std::int64_t>(block_.get(pin)); };
    if (block_.get("start_i") != 0) return;  // the counters of the program before
    EXPECT_EQ((Counts{count("loads_o"), count("reads_o"), count("runs_o"), count("store_reads_o"),
                      count("stores_o")}),
              counts_);
  }

  void take(const std::string& stream, const std::vector<Step>& steps, std::size_t& at,
            std::int64_t& given) {
    check_waits(stream, steps, at);
    if (block_.get(stream + "_valid_o") == 0) return;
    ASSERT_LT(at, steps.size()) << stream;
    const Step& step = steps[at];
    EXPECT_EQ(block_.get_bytes(stream + "_data_o"), step.data) << stream << " " << at;
    EXPECT_TRUE(reached(counts_, step.needs)) << stream << " " << at << " before its tickets";
    EXPECT_TRUE(reached(counts_, step.before)) << stream << " " << at << " passed a FENCE";
    if (stream == "run") {
      EXPECT_EQ(block_.get_bytes("shape_data_o"), step.shape) << at;
      EXPECT_EQ(block_.get_bytes("factors_data_o"), step.factors) << at;
    }
    if (block_.get(stream + "_ready_i") == 0) return;
    ++at;
    ++given;
  }

  // A wait event tells of the next instruction and of a count that it really lacks.
  void check_waits(const std::string& stream, const std::vector<Step>& steps, std::size_t at) {
    const bool valid = block_.get(stream + "_valid_o") != 0;
    if (stream == "run") {
      const bool for_loads = block_.get("run_wait_loads_o") != 0;
      const bool for_stores = block_.get("run_wait_stores_o") != 0;
      EXPECT_LE(for_loads + for_stores + valid, 1);
      if (!for_loads && !for_stores) return;
      ASSERT_LT(at, steps.size());
      EXPECT_EQ(counts_.store_reads < steps[at].needs.store_reads, for_stores);
      if (for_loads) {
        EXPECT_LT(counts_.loads, steps[at].needs.loads);
      }
      return;
    }
    if (block_.get(stream + "_wait_o") == 0) return;
    EXPECT_FALSE(valid);
    ASSERT_LT(at, steps.size());
    EXPECT_FALSE(reached(counts_, steps[at].needs)) << stream << " waits for nothing";
  }

  sim::BlockModel block_;
  std::size_t bus_bytes_;
  base::Random random_;
  const Plan* plan_ = nullptr;
  Counts counts_;
  Counts given_;  // loads, runs and stores that were taken
  Positions at_;
  std::size_t requested_ = 0;
  std::deque<Words> words_;  // requested and not sent
  int speed_ = 8;
  int completing_ = 8;
};

// Random fields; tickets name instructions before, most often the last ones.
class ProgramMaker {
 public:
  explicit ProgramMaker(std::uint64_t seed) : random_(seed) {}

  std::vector<Instruction> make(int instructions) {
    loads_ = runs_ = stores_ = 0;
    // Its own SHAPE and FACTORS: those of the program before would still be there.
    std::vector<Instruction> program{config::Shape{.kernel_h = 3}, config::Factors{.shift = 5}};
    for (int i = 0; i < instructions; ++i) program.push_back(instruction());
    program.emplace_back(config::End{});
    return program;
  }

 private:
  std::int64_t ticket(std::int64_t so_far) {
    return random_.below(4) == 0 ? 0 : std::max<std::int64_t>(0, so_far - random_.between(0, 3));
  }

  Instruction instruction() {
    switch (random_.below(16)) {
      case 0:
        return config::Fence{};
      case 1:
      case 2:
        return config::Shape{.kernel_h = random_.between(0, 4095),
                             .out_group_step = random_.between(0, 65535),
                             .low = random_.between(-128, 127),
                             .high = random_.between(-128, 127)};
      case 3:
        return config::Factors{.multiplier_a = random_.between(0, (1LL << 31) - 1),
                               .zero_point_b = random_.between(-128, 127)};
      case 4:
      case 5:
      case 6: {
        config::Store store{.wait_runs = ticket(runs_),
                            .address = random_.between(0, (1LL << 40) - 1),
                            .buffer_stride = random_.between(0, 65535)};
        ++stores_;
        return store;
      }
      case 7:
      case 8:
      case 9:
      case 10: {
        config::Run run{.wait_loads = ticket(loads_),
                        .wait_stores = ticket(stores_),
                        .act_start = random_.between(0, 65535),
                        .start_y = random_.between(-2048, 2047)};
        run.first = random_.between(0, 1);
        run.last = random_.between(0, 1);
        ++runs_;
        return run;
      }
      default: {
        config::Load load{.target = random_.between(0, 3),
                          .wait_reads = ticket(runs_),
                          .wait_stores = ticket(stores_),
                          .address = random_.between(0, (1LL << 40) - 1)};
        load.buffer_stride = random_.between(0, 65535);
        ++loads_;
        return load;
      }
    }
  }

  base::Random random_;
  std::int64_t loads_ = 0, runs_ = 0, stores_ = 0;
};

class Control : public ::testing::Test {
 protected:
  void SetUp() override {
    try {
      (void)base::find_tool(base::kVerilator);
    } catch (const base::UserError& error) {
      GTEST_SKIP() << error.what();
    }
  }
};

TEST_F(Control, KeepsToTheTicketsOfRandomPrograms) {
  for (const int bus_bits : {32, 64, 128}) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      SCOPED_TRACE(fmt::format("bus {}, seed {}", bus_bits, seed));
      Bench bench(bus_bits, seed);
      ProgramMaker maker(seed);
      // Program after program: nothing of the one before may be left.
      for (const int instructions : {0, 1, 40, 7, 300}) {
        bench.run(plan_of(maker.make(instructions)));
        ASSERT_FALSE(HasFailure()) << instructions << " instructions";
      }
    }
  }
}

// A block with everything at hand: the memory answers at once and every stream is taken.
class Directed {
 public:
  explicit Directed(const std::vector<Words>& program) : block_(control_library(128)) {
    block_.reset();
    for (const char* pin : {"fetch_ar_ready_i", "load_ready_i", "run_ready_i", "store_ready_i"}) {
      block_.set(pin, 1);
    }
    block_.set("start_i", 1);
    block_.set("count_i", program.size());
    program_ = program;
    cycle();
    block_.set("start_i", 0);
  }

  // One cycle; the pins keep what they showed in it.
  void cycle() {
    const bool send = !words_.empty();
    block_.set("fetch_r_valid_i", send ? 1 : 0);
    if (send) {
      block_.set_bytes("fetch_r_data_i", words_.front());
      words_.pop_front();
    }
    block_.settle();
    for (const char* pin : {"load_valid_o", "run_valid_o", "store_valid_o", "done_o", "illegal_o",
                            "load_wait_o", "run_wait_loads_o", "run_wait_stores_o"}) {
      seen_[pin] = block_.get(pin) != 0;
    }
    if (block_.get("fetch_ar_valid_o") != 0) {
      const Words& words = program_[block_.get("fetch_ar_addr_o") / config::kInstructionBytes];
      words_.emplace_back(words.begin(), words.begin() + 16);
      words_.emplace_back(words.begin() + 16, words.end());
    }
    block_.edge();
  }
  // Whether any of `cycles` cycles showed the pin.
  bool shows(const std::string& pin, int cycles) {
    bool any = false;
    for (int i = 0; i < cycles; ++i) {
      cycle();
      any = any || seen_[pin];
    }
    return any;
  }
  // One cycle with the pulse.
  void pulse(const std::string& pin) {
    block_.set(pin, 1);
    cycle();
    block_.set(pin, 0);
  }
  void set(const std::string& pin, std::uint64_t value) { block_.set(pin, value); }
  bool seen(const std::string& pin) { return seen_[pin]; }

 private:
  sim::BlockModel block_;
  std::vector<Words> program_;
  std::deque<Words> words_;
  std::map<std::string, bool> seen_;
};

std::vector<Words> program_of(const std::vector<Instruction>& instructions) {
  return plan_of(instructions).program;
}

constexpr int kLong = 200;

TEST_F(Control, EndComesInTheCycleAfterTheLastCompletionAndNotBefore) {
  Directed block(program_of({config::Load{}, config::End{}}));
  ASSERT_TRUE(block.shows("load_valid_o", kLong));
  EXPECT_FALSE(block.shows("done_o", kLong));
  block.pulse("load_done_i");
  EXPECT_FALSE(block.seen("done_o"));
  block.cycle();
  EXPECT_TRUE(block.seen("done_o"));
  EXPECT_FALSE(block.shows("done_o", kLong));  // once
}

TEST_F(Control, EndWaitsForTheStoresAnswerNotOnlyItsReads) {
  Directed block(program_of({config::Store{}, config::End{}}));
  ASSERT_TRUE(block.shows("store_valid_o", kLong));
  block.pulse("store_read_i");
  EXPECT_FALSE(block.shows("done_o", kLong));
  block.pulse("store_done_i");
  block.cycle();
  EXPECT_TRUE(block.seen("done_o"));
}

TEST_F(Control, InstructionPassesInTheCycleAfterItsLastTicket) {
  Directed block(program_of({config::Load{}, config::Load{}, config::Load{},
                             config::Run{.wait_loads = 3, .wait_stores = 0}, config::End{}}));
  (void)block.shows("load_valid_o", kLong);
  block.pulse("load_done_i");
  block.pulse("load_done_i");
  EXPECT_FALSE(block.shows("run_valid_o", kLong));  // not with n-1
  EXPECT_TRUE(block.seen("run_wait_loads_o"));
  EXPECT_FALSE(block.seen("run_wait_stores_o"));
  block.pulse("load_done_i");
  EXPECT_FALSE(block.seen("run_valid_o"));
  block.cycle();
  EXPECT_TRUE(block.seen("run_valid_o"));
  EXPECT_FALSE(block.seen("run_wait_loads_o"));
}

TEST_F(Control, StopHoldsBackWhatIsNotOfferedYet) {
  Directed block(program_of({config::Load{}, config::Run{.wait_loads = 1}, config::End{}}));
  ASSERT_TRUE(block.shows("load_valid_o", kLong));
  block.set("stop_i", 1);
  block.pulse("load_done_i");
  EXPECT_FALSE(block.shows("run_valid_o", kLong));
}

TEST_F(Control, StopsAtAnUnknownOpcode) {
  for (const int opcode : {0, 8, 15}) {
    std::vector<Words> program = program_of({config::Load{}, config::Fence{}, config::End{}});
    program[1][0] = static_cast<std::uint8_t>(opcode);
    Directed block(program);
    EXPECT_TRUE(block.shows("illegal_o", kLong)) << opcode;
    block.pulse("load_done_i");
    EXPECT_FALSE(block.shows("done_o", kLong)) << opcode;
    EXPECT_TRUE(block.seen("illegal_o")) << opcode;
  }
}

TEST_F(Control, EndIsLegalOnlyAsTheLastInstruction) {
  Directed early(program_of({config::End{}, config::Fence{}, config::End{}}));
  EXPECT_TRUE(early.shows("illegal_o", kLong));
  Directed missing(program_of({config::Fence{}, config::Fence{}}));
  EXPECT_TRUE(missing.shows("illegal_o", kLong));
  Directed right(program_of({config::Fence{}, config::Fence{}, config::End{}}));
  EXPECT_FALSE(right.shows("illegal_o", kLong));
}

}  // namespace
}  // namespace vqrom::blocks
