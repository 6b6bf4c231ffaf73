// SPDX-License-Identifier: Apache-2.0
// codebook_port_test — the emitted decoder gives the right codeword for every index there is.
#include <cstring>

#include <gtest/gtest.h>

#include "gen/emit/bundle.h"
#include "sim/verilator/model_build.h"
#include "sim/verilator/verilated_model.h"
#include "tests/gen/structured_codebook.h"
#include "tests/gen/test_codebook.h"
#include "tests/temporary_directory.h"

namespace vqrom::sim {
namespace {

using vqrom::testing::bound_config;

class CodebookPort : public ::testing::Test {
 protected:
  // Reads all indices of the port `top`, each again one cycle later without enable.
  void expect_every_codeword(const codebook::Codebook& codebook, const std::string& top) {
    const config::AcceleratorConfig config = bound_config(
        fmt::format(R"({{"top": "core", "array": {{"rows": {}}}}})", codebook.dimension), codebook);
    const emit::Bundle bundle = emit::make_bundle(config, codebook);
    emit::write_bundle(bundle, directory_ / "bundle");
    VerilogDesign design{.top = top, .sources = {}, .parameters = {}};
    for (const emit::BundleFile& file : bundle.files) {
      if (file.role != "data") design.sources.push_back(directory_ / "bundle" / file.path);
    }
    VerilatedModel rtl(build_model(design));
    const auto index = rtl.value(rtl.port("index_i"));
    const auto word = rtl.value(rtl.port("codeword_o"));
    for (int i = 0; i < codebook.entries; ++i) {
      read(rtl, index, i, true);
      ASSERT_EQ(elements(word, codebook), row(codebook, i)) << "index " << i;
      read(rtl, index, codebook.entries - 1 - i, false);
      ASSERT_EQ(elements(word, codebook), row(codebook, i)) << "held after index " << i;
    }
  }

 private:
  static void read(VerilatedModel& rtl, std::span<std::uint8_t> index, int value, bool enable) {
    rtl.value(rtl.port("en_i"))[0] = enable ? 1 : 0;
    for (std::uint8_t& byte : index) {
      byte = static_cast<std::uint8_t>(value & 0xff);
      value >>= 8;
    }
    rtl.settle();
    rtl.clock_edge();
    rtl.settle();
  }
  static std::vector<int> elements(std::span<const std::uint8_t> word,
                                   const codebook::Codebook& codebook) {
    std::vector<int> values;
    const int bits = codebook.element_bits;
    for (int e = 0; e < codebook.dimension; ++e) {
      int value = 0;
      for (int b = 0; b < bits; ++b) {
        const int at = e * bits + b;
        value |= (word[static_cast<std::size_t>(at / 8)] >> at % 8 & 1) << b;
      }
      values.push_back(value >> (bits - 1) != 0 ? value - (1 << bits) : value);
    }
    return values;
  }
  static std::vector<int> row(const codebook::Codebook& codebook, int index) {
    const auto first = codebook.elements.begin() + std::ptrdiff_t{index} * codebook.dimension;
    return {first, first + codebook.dimension};
  }

  vqrom::testing::TemporaryDirectory directory_;
};

TEST_F(CodebookPort, OfATableReadsEveryCodeword) {
  expect_every_codeword(vqrom::testing::random_codebook(200, 4, 6), "vq_codebook_rom");
}

TEST_F(CodebookPort, OfSignSplitReadsEveryCodeword) {
  expect_every_codeword(vqrom::testing::sign_split_codebook(8, 4, 256), "vq_codebook_port");
  expect_every_codeword(vqrom::testing::sign_split_codebook(3, 8, 2), "vq_codebook_port");
}

TEST_F(CodebookPort, OfTheLatticeReadsEveryCodeword) {
  expect_every_codeword(vqrom::testing::lattice_codebook(), "vq_codebook_port");
}

}  // namespace
}  // namespace vqrom::sim
