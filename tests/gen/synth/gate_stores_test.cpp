// SPDX-License-Identifier: Apache-2.0
// gate_stores_test — the mapped vq_decode of every store reads every codeword, by copies and by
// banks; what is written by hand for stores is proved equal to its mapped netlist.
#include <sstream>

#include <gmock/gmock.h>

#include "gen/emit/bundle.h"
#include "gen/synth/yosys.h"
#include "sw/base/file.h"
#include "sw/base/process.h"
#include "tests/gen/test_codebook.h"
#include "tests/temporary_directory.h"

namespace vqrom::synth {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCellModels = "/usr/share/qflow/tech/osu018/osu018_stdcells.v";
constexpr int kPorts = 2;

// Every index twice: neighbours beside each other, which no banks make wait, and those that share
// a bank beside each other.
std::vector<int> index_order(const config::AcceleratorConfig& config) {
  const int entries = config.codebook.entries;
  const int banks = config.is_banked() ? config.codebook.banks : kPorts;
  std::vector<int> order;
  for (int i = 0; i < entries; ++i) order.push_back(i);
  for (int bank = 0; bank < banks; ++bank) {
    for (int i = bank; i < entries; i += banks) order.push_back(i);
  }
  return order;
}

std::string word_of(const codebook::Codebook& codebook, int index) {
  netlist::Bits word(codebook.dimension * codebook.element_bits);
  for (int e = 0; e < codebook.dimension; ++e) {
    const auto at = static_cast<std::size_t>(index * codebook.dimension + e);
    word.set(e * codebook.element_bits, codebook.element_bits,
             static_cast<unsigned>(codebook.elements[at]) & ((1U << codebook.element_bits) - 1));
  }
  return word.hex();
}

// Loads the codebook where there is a way to, then decodes all beats and prints their codewords;
// at last the cycles that the beats took.
std::string testbench(const config::AcceleratorConfig& config, const codebook::Codebook& codebook) {
  const int index_bits = config.index_bits();
  const int word_bits = config.codeword_bits();
  const std::vector<int> order = index_order(config);
  std::string text = fmt::format(
      "module tb;\n  reg clk = 0, rst_n = 0, valid = 0;\n  reg [{}:0] indices = 0;\n"
      "  wire ready, valid_o, read;\n  wire [{}:0] weights;\n  integer cycles = 0;\n",
      kPorts * index_bits - 1, kPorts * word_bits - 1);
  std::string ports =
      ".clk(clk), .rst_n(rst_n), .valid_i(valid), .ready_o(ready), .indices_i(indices),\n"
      "    .valid_o(valid_o), .ready_i(1'b1), .weights_o(weights), .read_o(read)";
  if (config.is_banked()) ports += ", .conflict_o()";
  if (config.loads_codebook()) {
    text += fmt::format("  reg wr_en = 0;\n  reg [{}:0] wr_addr = 0;\n  reg [{}:0] wr_data = 0;\n",
                        index_bits - 1, word_bits - 1);
    ports +=
        ",\n    .codebook_wr_en_i(wr_en), .codebook_wr_addr_i(wr_addr), "
        ".codebook_wr_data_i(wr_data)";
  }
  text += fmt::format(
      "  vq_decode dut ({});\n  task tick; begin #1 clk = 1; #1 clk = 0; #1; end "
      "endtask\n  task beat(input [{}:0] i); begin\n"
      "    indices = i; valid = 1; #1;\n"
      "    while (!ready) begin tick; cycles = cycles + 1; end\n"
      "    tick; cycles = cycles + 1; valid = 0; #1;\n",
      ports, kPorts * index_bits - 1);
  for (int port = 0; port < kPorts; ++port) {
    text +=
        fmt::format("    $display(\"%h\", weights[{}*{} +: {}]);\n", port, word_bits, word_bits);
  }
  text += "  end endtask\n  initial begin\n    tick; rst_n = 1; tick;\n";
  if (config.loads_codebook()) {
    for (int i = 0; i < codebook.entries; ++i) {
      text += fmt::format("    wr_en = 1; wr_addr = {}; wr_data = {}'h{}; tick;\n", i, word_bits,
                          word_of(codebook, i));
    }
    text += "    wr_en = 0;\n";
  }
  for (std::size_t at = 0; at < order.size(); at += kPorts) {
    text +=
        fmt::format("    beat({{{0}'d{1}, {0}'d{2}}});\n", index_bits, order[at + 1], order[at]);
  }
  return text + "    $display(\"%0d cycles\", cycles);\n  end\nendmodule\n";
}

std::string expected(const config::AcceleratorConfig& config, const codebook::Codebook& codebook) {
  std::string text;
  const std::vector<int> order = index_order(config);
  for (const int index : order) text += word_of(codebook, index) + "\n";
  // The second half's beats need two reads of a bank.
  const auto beats = static_cast<int>(order.size()) / kPorts;
  return text + fmt::format("{} cycles\n", config.is_banked() ? beats * 3 / 2 : beats);
}

class GateStores : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!fs::exists(kCellModels)) GTEST_SKIP() << kCellModels << " is missing";
    try {
      (void)base::find_tool(base::kIcarus);
      (void)base::find_tool(base::kYosys);
    } catch (const base::UserError& error) {
      GTEST_SKIP() << error.what();
    }
  }

  // What the mapped netlist of vq_decode prints.
  std::string run(const config::AcceleratorConfig& config, const codebook::Codebook& codebook) {
    std::vector<Source> sources;
    std::string script;
    std::vector<std::string> files = {"-g2005", "-s", "tb", "-o", "tb.vvp", "mapped.v", "tb.v"};
    const bool macro = config.codebook.storage == config::Storage::kRomMacro;
    fs::create_directories(directory_ / "rtl");
    for (const emit::BundleFile& file : emit::make_bundle(config, codebook).files) {
      const bool verilog = fs::path(file.path).extension() == ".v";
      if (!verilog) base::write_file(directory_ / file.path, file.text);
      sources.push_back({verilog ? fs::path(file.path).filename().string() : file.path, file.text});
      if (verilog) script += "read_verilog " + sources.back().name + "\n";
      // The macro is a black box in the netlist; its behaviour stands beside it.
      if (!verilog || !macro || file.role != "rom") continue;
      files.push_back(sources.back().name);
      base::write_file(directory_ / sources.back().name, file.text);
    }
    files.emplace_back(kCellModels);
    script += "synth -flatten -top vq_decode\n" + mapping_script(default_target()) +
              "opt_clean\nwrite_verilog -noattr mapped.v\n";
    const std::string mapped = run_yosys(script, sources, "mapped.v", default_target().path);
    EXPECT_EQ(mapped.find("vq_codebook_rom ") != std::string::npos ||
                  mapped.find("vq_codebook_bank0 ") != std::string::npos,
              macro)
        << "of all stores the macro alone is a black box";
    base::write_file(directory_ / "mapped.v", mapped);
    base::write_file(directory_ / "tb.v", testbench(config, codebook));
    (void)base::run_tool_checked(base::kIcarus, files, directory_.path());
    return base::run_tool_checked({"vvp", "iverilog"}, {"tb.vvp"}, directory_.path());
  }

  void expect_every_codeword(const std::string& keys) {
    const codebook::Codebook codebook = vqrom::test::random_codebook(64, 2, 6);
    const config::AcceleratorConfig config = vqrom::test::bound_config(
        fmt::format(R"({{"top": "core", "array": {{"rows": 2, "dense_bypass": false}},
                         "codebook": {{"storage": "{}", "read_ports": {}{}}}}})",
                    GetParam(), kPorts, keys),
        codebook);
    EXPECT_TRUE(run(config, codebook) == expected(config, codebook)) << GetParam() << keys;
  }

 private:
  vqrom::test::TemporaryDirectory directory_;
};

TEST_P(GateStores, ReadEveryCodewordByCopies) {
  expect_every_codeword("");
}

TEST_P(GateStores, ReadEveryCodewordByBanksInTheCyclesThatConflictsTake) {
  expect_every_codeword(R"(, "ports_by": "banking", "banks": 4)");
}

INSTANTIATE_TEST_SUITE_P(Storage, GateStores,
                         ::testing::Values("rom_logic", "rom_memory", "rom_macro", "sram",
                                           "registers"),
                         [](const auto& each) { return std::string(each.param); });

// A leaf of hw/rtl, and the leaf in it if it has one.
std::string text_of_leaf(const std::string& leaf, const std::string& inner) {
  const fs::path folder = fs::path(VQROM_SOURCE_DIR) / "hw/rtl/decode";
  const std::string text = base::read_file(folder / (leaf + ".v"));
  return inner.empty() ? text : text + base::read_file(folder / (inner + ".v"));
}

// Yosys' equivalence checker on `text` and on the mapped netlist of `mapped`, another.
void prove_leaf(const std::string& leaf, const std::string& parameters, const std::string& text,
                const std::string& mapped) {
  const std::string top =
      fmt::format("hierarchy -check -top {} {}\nrename -top top\n", leaf, parameters);
  (void)run_yosys("read_verilog mapped_rtl.v\n" + top + "synth -flatten -top top\n" +
                      mapping_script(default_target()) +
                      "opt_clean\nread_liberty -ignore_miss_func cells.lib\nflatten\n"
                      "rename top gate\nsetattr -mod -unset top gate\ndesign -stash gate\n"
                      "design -reset\nread_verilog rtl.v\n" +
                      top +
                      "prep -flatten -top top\nmemory_map\nopt\ntechmap\nopt\nrename top gold\n"
                      "setattr -mod -unset top gold\ndesign -stash gold\n"
                      "design -copy-from gold -as gold gold\ndesign -copy-from gate -as gate gate\n"
                      "proc\ndffunmap\nsimplemap\nopt_clean\nasync2sync\n"
                      "equiv_make gold gate equiv\nhierarchy -top equiv\nopt_clean\n"
                      "equiv_simple -undef\nequiv_induct -undef\nequiv_status -assert\n"
                      "tee -q -o proved.txt stat\n",
                  {{"rtl.v", text}, {"mapped_rtl.v", mapped}}, "proved.txt", default_target().path);
}

struct Proof {
  const char* leaf;
  const char* inner;
  const char* parameters;
  const char* line;  // and another in its place, which is not equal
  const char* other;
};

TEST(GateStoreLeaves, AreProvedEqualToTheirMappedNetlistsAndOthersAreNot) {
  try {
    (void)base::find_tool(base::kYosys);
  } catch (const base::UserError& error) {
    GTEST_SKIP() << error.what();
  }
  constexpr std::array kProofs = {
      Proof{"vq_codebook_registers", "vq_codebook_read",
            "-chparam ENTRIES 16 -chparam INDEX_W 4 -chparam CODEWORD_W 12 -chparam PORTS 2",
            ".en_i      (en_i[p])", ".en_i      (en_i[0])"},
      Proof{"vq_bank_read", "",
            "-chparam PORTS 4 -chparam BANKS 4 -chparam BANK_W 2 -chparam ROW_W 2 -chparam "
            "CODEWORD_W 6",
            "served[p] = !done_q[p]", "served[p] = first[p]"},
  };
  for (const Proof& proof : kProofs) {
    const std::string text = text_of_leaf(proof.leaf, proof.inner);
    EXPECT_NO_THROW(prove_leaf(proof.leaf, proof.parameters, text, text)) << proof.leaf;
    std::string changed = text;
    const std::size_t at = changed.find(proof.line);
    ASSERT_NE(at, std::string::npos);
    changed.replace(at, std::string(proof.line).size(), proof.other);
    EXPECT_THAT(vqrom::test::error_message(
                    [&] { prove_leaf(proof.leaf, proof.parameters, text, changed); }),
                ::testing::HasSubstr("unproven $equiv cells"))
        << proof.leaf;
  }
}

}  // namespace
}  // namespace vqrom::synth
