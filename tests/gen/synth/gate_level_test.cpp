// SPDX-License-Identifier: Apache-2.0
// gate_level_test — the mapped netlist of every codebook decoder reads every codeword.
#include <gmock/gmock.h>

#include "gen/emit/bundle.h"
#include "gen/synth/yosys.h"
#include "sw/base/file.h"
#include "sw/base/process.h"
#include "tests/gen/structured_codebook.h"
#include "tests/gen/test_codebook.h"
#include "tests/temporary_directory.h"

namespace vqrom::synth {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCells = "/usr/share/qflow/tech/osu018/osu018_stdcells.v";

// Reads every index and prints its codeword.
std::string testbench(const std::string& top, int index_bits, int word_bits) {
  return fmt::format(
      R"(module tb;
  reg clk = 0;
  reg [{0}:0] index = 0;
  wire [{1}:0] codeword;
  integer i;
  {2} dut (.clk(clk), .en_i(1'b1), .index_i(index), .codeword_o(codeword));
  initial begin
    for (i = 0; i < {3}; i = i + 1) begin
      index = i;
      #1 clk = 1;
      #1 clk = 0;
      $display("%h", codeword);
    end
  end
endmodule
)",
      index_bits - 1, word_bits - 1, top, 1 << index_bits);
}

class GateLevel : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kCells)) GTEST_SKIP() << kCells << " is missing";
    try {
      (void)base::find_tool(base::kIcarus);
      (void)base::find_tool(base::kYosys);
    } catch (const base::UserError& error) {
      GTEST_SKIP() << error.what();
    }
  }

  // What the mapped netlist of `top` prints, and how much it is.
  std::string run(const codebook::Codebook& codebook, const std::string& top) {
    const config::AcceleratorConfig config = vqrom::testing::bound_config(
        fmt::format(R"({{"top": "core", "array": {{"rows": {}}}}})", codebook.dimension), codebook);
    const Target target = default_target();
    std::vector<Source> sources;
    std::string script;
    for (const emit::BundleFile& file : emit::make_bundle(config, codebook).files) {
      sources.push_back({fs::path(file.path).filename(), file.text});
      script += "read_verilog " + sources.back().name + "\n";
    }
    script += fmt::format("synth -flatten -top {}\n", top) + mapping_script(target) +
              "opt_clean\nwrite_verilog -noattr mapped.v\n";
    base::write_file(directory_ / "mapped.v", run_yosys(script, sources, "mapped.v", target.path));
    base::write_file(directory_ / "tb.v", testbench(top, codebook.index_bits(),
                                                    codebook.dimension * codebook.element_bits));
    (void)base::run_tool_checked(base::kIcarus,
                                 {"-g2005", "-s", "tb", "-o", "tb.vvp", "mapped.v", "tb.v", kCells},
                                 directory_.path());
    return base::run_tool_checked({"vvp", "iverilog"}, {"tb.vvp"}, directory_.path());
  }

  static std::string expected(const codebook::Codebook& codebook) {
    std::string text;
    const auto d = static_cast<std::size_t>(codebook.dimension);
    for (std::size_t at = 0; at < codebook.elements.size(); at += d) {
      netlist::Bits word(codebook.dimension * codebook.element_bits);
      for (std::size_t e = 0; e < d; ++e) {
        word.set(
            static_cast<int>(e) * codebook.element_bits, codebook.element_bits,
            static_cast<unsigned>(codebook.elements[at + e]) & ((1U << codebook.element_bits) - 1));
      }
      text += word.hex() + "\n";
    }
    return text;
  }

  // One comparison for all, so that a failure does not print two megabytes.
  void expect_every_codeword(const codebook::Codebook& codebook, const std::string& top) {
    EXPECT_TRUE(run(codebook, top) == expected(codebook)) << top;
  }

 private:
  vqrom::testing::TemporaryDirectory directory_;
};

TEST_F(GateLevel, TableReadsEveryCodeword) {
  expect_every_codeword(vqrom::testing::random_codebook(256, 4, 6), "vq_codebook_rom");
}

TEST_F(GateLevel, SignSplitReadsEveryCodeword) {
  expect_every_codeword(vqrom::testing::sign_split_codebook(8, 4, 256), "vq_codebook_port");
}

TEST_F(GateLevel, LatticeReadsEveryCodeword) {
  expect_every_codeword(vqrom::testing::lattice_codebook(), "vq_codebook_port");
}

}  // namespace
}  // namespace vqrom::synth
