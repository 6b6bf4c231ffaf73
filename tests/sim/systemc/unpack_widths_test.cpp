// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <numeric>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/systemc/block_models.h"
#include "sw/base/checked.h"
#include "tests/sim/systemc/lockstep_bench.h"

namespace vqrom::sim {
namespace {

// Beats narrower than a word, beats that straddle words, beats wider than a word; a word of the bus
// that holds a whole tile.
const std::vector<UnpackWidthsParameters> kCases{
    {64, 2, {8, 6, 4}, 16}, {32, 3, {10, 7}, 11}, {32, 4, {16, 9, 8, 1}, 5}, {64, 1, {6, 5, 4}, 9}};

VerilogDesign design(const UnpackWidthsParameters& p, const std::filesystem::path& source) {
  int set = 0;
  int unit = p.in_width;
  for (const int width : p.widths) {
    set |= 1 << width;
    unit = std::gcd(unit, p.ports * width);
  }
  const auto count_bits = [](int count) {
    return std::to_string(std::max(1, base::ceil_log2(static_cast<std::uint64_t>(count))));
  };
  return {.top = "vq_unpack_widths",
          .sources = {source},
          .parameters = {{"IN_W", std::to_string(p.in_width)},
                         {"PORTS", std::to_string(p.ports)},
                         {"INDEX_W", std::to_string(p.index_width())},
                         {"BASE_W", std::to_string(p.base_width())},
                         {"WIDTH_SET", std::to_string(set)},
                         {"SELECT_W", std::to_string(p.select_width())},
                         {"UNIT", std::to_string(unit)},
                         {"FILL_W", count_bits((p.in_width + p.out_width()) / unit)},
                         {"SHIFT_W", count_bits(p.out_width() / unit)},
                         {"BEATS", std::to_string(p.beats)},
                         {"BEAT_W", count_bits(p.beats)}}};
}

// Words of tiles without end: random bits, beside them the width and the base of their tile.
class TileWords {
 public:
  TileWords(const UnpackWidthsParameters& parameters, std::uint64_t seed)
      : parameters_(parameters), random_(seed) {}
  const std::uint8_t* operator()() {
    if (words_left_ == 0) start_tile();
    --words_left_;
    word_.clear();
    for (int bit = 0; bit < parameters_.in_width; bit += 8) {
      word_.push_back(static_cast<std::uint8_t>(random_.bits()));
    }
    put(select_, parameters_.select_width());
    put(base_, parameters_.base_width());
    return word_.data();
  }

 private:
  void start_tile() {
    select_ = random_.below(parameters_.widths.size());
    const int width = parameters_.widths[select_];
    const int free = width - parameters_.widths.back();  // bits of a base where the index has bits
    base_ = random_.bits() % (std::uint64_t{1} << parameters_.base_width()) >> free << free;
    words_left_ =
        base::ceil_div(parameters_.beats * parameters_.ports * width, parameters_.in_width);
  }
  void put(std::uint64_t value, int width) {
    for (int bit = 0; bit < width; bit += 8) {
      word_.push_back(static_cast<std::uint8_t>(value >> bit));
    }
  }

  UnpackWidthsParameters parameters_;
  base::Random random_;
  std::int64_t words_left_ = 0;
  std::uint64_t select_ = 0;
  std::uint64_t base_ = 0;
  std::vector<std::uint8_t> word_;
};

Traffic run(CycleModel& model, const UnpackWidthsParameters& parameters, std::uint64_t seed,
            Pace pace) {
  return run_traffic(model, {"data_i", "select_i", "base_i"}, {"data_o", "last_o"}, seed, pace,
                     1000, TileWords(parameters, seed));
}

// SystemC elaborates once a process, so all models are made before the first test runs.
class UnpackWidths : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (const UnpackWidthsParameters& each : kCases) {
      models_.push_back(std::make_unique<UnpackWidthsModel>(each));
    }
    spare_ = std::make_unique<UnpackWidthsModel>(kCases[0]);
  }
  static inline std::vector<std::unique_ptr<UnpackWidthsModel>> models_;
  static inline std::unique_ptr<UnpackWidthsModel> spare_;
};

TEST_F(UnpackWidths, EqualsTheRtlInEveryCycleUnderRandomStalls) {
  for (std::size_t i = 0; i < kCases.size(); ++i) {
    RtlBlock rtl(design(kCases[i], leaf_file("decode/vq_unpack_widths.v")));
    const std::string block =
        fmt::format("vq_unpack_widths {} bits to {} indices of {}", kCases[i].in_width,
                    kCases[i].ports, fmt::join(kCases[i].widths, ", "));
    Lockstep both(*models_[i], rtl.model(), RtlBlock::labels(block));
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      SCOPED_TRACE(fmt::format("{}, seed {}", block, seed));
      EXPECT_GT(run(both, kCases[i], seed, static_cast<Pace>(seed % 4)).received, 100);
    }
  }
}

// The same bench on RTL with a fault: a word that waits for the tile before it already chooses the
// width.
TEST_F(UnpackWidths, LockstepFindsAFaultInTheRtl) {
  const FaultyVerilog faulty(leaf_file("decode/vq_unpack_widths.v"),
                             "if (put) select_q <= select_i;",
                             "if (valid_i) select_q <= select_i;");
  RtlBlock rtl(design(kCases[0], faulty.file()));
  Lockstep both(*spare_, rtl.model(), RtlBlock::labels("vq_unpack_widths"));
  try {
    run(both, kCases[0], 4, Pace::kBackToBack);
    FAIL() << "not noticed";
  } catch (const LockstepMismatch& mismatch) {
    EXPECT_EQ(mismatch.port(), "data_o") << mismatch.what();
  }
}

}  // namespace
}  // namespace vqrom::sim
