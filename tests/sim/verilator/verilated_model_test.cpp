// SPDX-License-Identifier: Apache-2.0
#include "sim/verilator/verilated_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/lockstep.h"
#include "sim/verilator/model_build.h"
#include "sw/base/error.h"
#include "sw/base/file.h"
#include "tests/sim/pipe_stage.h"

namespace vqrom::sim {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

VerilogDesign design(int width) {
  return {.top = "pipe_stage",
          .sources = {fs::path(VQROM_SOURCE_DIR) / "tests/sim/verilator/pipe_stage.v"},
          .parameters = {{"WIDTH", std::to_string(width)}}};
}

// One width for each type that Verilator gives a port: CData, SData, IData, QData, VlWide.
TEST(VerilatedModel, EqualsTheCppBlockForEveryPortType) {
  for (const int width : {1, 13, 32, 61, 200}) {
    SCOPED_TRACE(width);
    PipeStage expected(width);
    VerilatedModel rtl(build_model(design(width)));
    Lockstep both(expected, rtl, {"pipe_stage", "C++", "RTL", ""});
    drive_pipe_stage(both, static_cast<std::uint64_t>(width), 500);
  }
}

TEST(VerilatedModel, KeepsTwoModelsApart) {
  VerilatedModel a(build_model(design(13)));
  VerilatedModel b(build_model(design(13)));
  a.value(a.port("rst_n"))[0] = 1;
  a.value(a.port("valid_i"))[0] = 1;
  for (VerilatedModel* model : {&a, &b}) {
    model->settle();
    model->clock_edge();
    model->settle();
  }
  EXPECT_EQ(a.value(a.port("valid_o"))[0], 1);
  EXPECT_EQ(b.value(b.port("valid_o"))[0], 0);
}

TEST(VerilatedModel, RecordsWavesOfTheCyclesAskedFor) {
  const fs::path file = fs::path(testing::TempDir()) / "vqrom_pipe_stage.vcd";
  {
    VerilatedModel rtl(build_model(design(13), Waves::kVcd));
    rtl.record_waves(file, 10, 12);
    drive_pipe_stage(rtl, 1, 20);
  }
  const std::string waves = base::read_file(file);
  fs::remove(file);
  EXPECT_THAT(waves, HasSubstr("data_i [12:0]"));
  EXPECT_THAT(waves, HasSubstr("#100\n"));
  EXPECT_THAT(waves, HasSubstr("#115\n"));
  EXPECT_THAT(waves, testing::Not(HasSubstr("#95\n")));
  EXPECT_THAT(waves, testing::Not(HasSubstr("#120\n")));
}

TEST(ModelBuild, ShowsTheToolsWordsWhenTheVerilogIsWrong) {
  const fs::path file = fs::path(testing::TempDir()) / "vqrom_broken.v";
  base::write_file(file, "module broken(input wire a_i; endmodule\n");
  try {
    (void)build_model({.top = "broken", .sources = {file}});
    FAIL() << "accepted";
  } catch (const base::UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("error[tool.failed]: verilator"));
    EXPECT_THAT(error.what(), HasSubstr("vqrom_broken.v:1"));
  }
  fs::remove(file);
}

TEST(ModelBuild, FindsAnEarlierBuildAndBuildsForAnotherParameter) {
  const fs::path first = build_model(design(13));
  const auto time = fs::last_write_time(first);
  EXPECT_EQ(build_model(design(13)), first);
  EXPECT_EQ(fs::last_write_time(first), time);
  EXPECT_NE(build_model(design(32)), first);
}

TEST(Waves, AreChosenByTheNameOfTheFile) {
  EXPECT_EQ(waves_of("x.fst"), Waves::kFst);
  EXPECT_EQ(waves_of("x.vcd"), Waves::kVcd);
  try {
    (void)waves_of("x.txt");
    FAIL() << "accepted";
  } catch (const base::UserError& error) {
    EXPECT_STREQ(
        error.what(),
        "error[simulate.waves]: x.txt: waves go to a file whose name ends in .fst or .vcd");
  }
}

}  // namespace
}  // namespace vqrom::sim
