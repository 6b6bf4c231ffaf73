// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <gtest/gtest.h>

#include "sim/systemc/block_models.h"
#include "sim/verilator/bundle_design.h"
#include "sw/base/file.h"
#include "tests/gen/structured_codebook.h"
#include "tests/sim/random_bundle.h"
#include "tests/sim/random_layer.h"
#include "tests/sim/systemc/lockstep_bench.h"
#include "tests/temporary_directory.h"

namespace vqrom::sim {
namespace {

config::AcceleratorConfig config_with(int read_ports, bool bypass, config::Storage storage) {
  config::AcceleratorConfig config = config::find_config("tiny");
  config.codebook.read_ports = read_ports;
  config.codebook.storage = storage;
  config.array.dense_bypass = bypass;
  return config;
}

std::vector<std::string> payload(const Bundle& bundle) {
  if (!bundle.config.array.dense_bypass) return {"indices_i"};
  return {"indices_i", "dense_i", "dense_data_i"};
}

// Registers of levels show level 0, which is no codeword, before their first read.
LockstepRules rules(const Bundle& bundle) {
  if (bundle.config.codebook.structure == codebook::Structure::kTable) return {};
  return {{}, {{"weights_o", "valid_o"}}};
}

class Decode : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    using config::Storage;
    add("decode_a", config_with(1, true, Storage::kRomLogic), 16, 4, 8);
    // Indices above k read as 0; two ports; elements narrower than weights.
    add("decode_b", config_with(2, true, Storage::kRomLogic), 19, 4, 5);
    add("decode_c", config_with(2, false, Storage::kRomMemory), 32, 2, 6);
    config::AcceleratorConfig banked = config_with(4, true, Storage::kRomLogic);
    banked.codebook.ports_by = config::PortsBy::kBanking;
    add("decode_d", banked, 19, 1, 5);
    banked = config_with(2, false, Storage::kRomMemory);
    banked.codebook.ports_by = config::PortsBy::kBanking;
    banked.codebook.banks = 8;
    add("decode_e", banked, 32, 2, 6);
    add("decode_f", config_with(2, true, Storage::kRomLogic), test::sign_split_codebook(4, 5, 4));
    add("decode_g", config::find_config("small"), test::lattice_codebook());
    spare_ = std::make_unique<DecodeModel>(bundles_[1]->bundle().config, bundles_[1]->codebook());
  }
  static void TearDownTestSuite() { bundles_.clear(); }
  static void add(const std::string& name, config::AcceleratorConfig config, int entries,
                  int dimension, int element_bits) {
    add(name, std::move(config), random_codebook(7, entries, dimension, element_bits));
  }
  static void add(const std::string& name, config::AcceleratorConfig config,
                  codebook::Codebook codebook) {
    bundles_.push_back(
        std::make_unique<RandomBundle>(name, std::move(config), std::move(codebook)));
    models_.push_back(std::make_unique<DecodeModel>(bundles_.back()->bundle().config,
                                                    bundles_.back()->codebook()));
  }
  static inline std::vector<std::unique_ptr<RandomBundle>> bundles_;
  static inline std::vector<std::unique_ptr<DecodeModel>> models_;
  static inline std::unique_ptr<DecodeModel> spare_;
};

TEST_F(Decode, EqualsTheRtlInEveryCycleUnderRandomStalls) {
  for (std::size_t i = 0; i < bundles_.size(); ++i) {
    const Bundle& bundle = bundles_[i]->bundle();
    RtlBlock rtl(bundle_design(bundle, "vq_decode"));
    const std::string block = fmt::format("vq_decode of bundle {}", i);
    Lockstep both(*models_[i], rtl.model(), RtlBlock::labels(block), rules(bundle));
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      SCOPED_TRACE(fmt::format("{}, seed {}", block, seed));
      const Traffic traffic = run_traffic(both, payload(bundle), {"weights_o"}, seed,
                                          static_cast<Pace>(seed % 4), 1000);
      EXPECT_GT(traffic.received, 200);
    }
  }
}

// The same bench on RTL with one wrong bit in one codeword of one port's ROM.
TEST_F(Decode, LockstepFindsAWrongBitInTheRom) {
  const Bundle& bundle = bundles_[1]->bundle();
  VerilogDesign design = bundle_design(bundle, "vq_decode");
  const auto rom = std::ranges::find(design.sources, "vq_codebook_rom.v",
                                     [](const auto& path) { return path.filename(); });
  ASSERT_NE(rom, design.sources.end());
  std::string text = base::read_file(*rom);
  const std::size_t word = text.find("<= 20'h");  // 4 elements of 5 bits
  ASSERT_NE(word, std::string::npos);
  char& digit = text[text.find(';', word) - 1];
  digit = digit == '0' ? '1' : '0';
  const vqrom::test::TemporaryDirectory directory;
  const auto file = directory / "faulty_rom.v";
  base::write_file(file, text);
  *rom = file;
  RtlBlock rtl(design);
  Lockstep both(*spare_, rtl.model(), RtlBlock::labels("vq_decode"));
  try {
    run_traffic(both, payload(bundle), {"weights_o"}, 4, Pace::kBackToBack, 1000);
    FAIL() << "not noticed";
  } catch (const LockstepMismatch& mismatch) {
    EXPECT_EQ(mismatch.port(), "weights_o") << mismatch.what();
  }
}

}  // namespace
}  // namespace vqrom::sim
