// SPDX-License-Identifier: Apache-2.0
// simulate_programs_test — `vqrom simulate` on whole programs, from files to exit status.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gen/emit/bundle.h"
#include "sw/base/file.h"
#include "sw/base/json.h"
#include "sw/base/npy.h"
#include "sw/base/process.h"
#include "tests/sim/clamp_program.h"
#include "tests/sim/random_layer.h"
#include "tests/temporary_directory.h"

namespace vqrom::sim {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Two programs of the same network, two images each.
class SimulatePrograms : public ::testing::Test {
 protected:
  void SetUp() override {
    write_bundle("bundle", codebook_, "accelerator");
    compiler::Program program = clamp_program(config_);
    program.codebook_sha256 = codebook_.sha256;
    compiler::write_program(folder_ / "program", program);
    compiler::write_program(folder_ / "again", program);
    compress::write_vqnet(folder_ / "net.vqnet", clamp_network());
    base::Random random(1);
    for (const char* name : {"images.npy", "others.npy"}) {
      base::Tensor images(base::DType::kFloat32, {2, 6, 3, 4});
      for (float& value : images.as<float>()) value = static_cast<float>(40.0 * random.normal());
      base::write_npy(folder_ / name, images);
    }
  }

  void write_bundle(const std::string& name, const codebook::Codebook& codebook,
                    const std::string& top) {
    config::AcceleratorConfig config = config::find_config("tiny");
    config.top = top == "core" ? config::Top::kCore : config::Top::kAccelerator;
    config::bind_codebook(config, codebook, name);
    emit::write_bundle(emit::make_bundle(config, codebook), folder_ / name);
    if (name == "bundle") config_ = config;
  }

  base::ToolResult run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), VQROM_BINARY_DIR "/bin/vqrom-simulate");
    return base::run_tool({"env", "coreutils"}, arguments, folder_.path());
  }
  // On the first program and its network and images.
  base::ToolResult run_program(const std::string& bundle, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{bundle,      "program", "--network",
                                       "net.vqnet", "--input", "images.npy"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }

  const vqrom::test::TemporaryDirectory folder_;
  const codebook::Codebook codebook_ = random_codebook(1, 16, 4, 8);
  config::AcceleratorConfig config_;
};

// The libraries that a whole batch of files may drag in take longer to load than a network to run.
TEST(SimulateProgram, LinksNoLargeLibrary) {
  const auto libraries =
      base::run_tool_checked({"ldd", "libc-bin"}, {VQROM_BINARY_DIR "/bin/vqrom-simulate"}, ".");
  EXPECT_THAT(libraries, HasSubstr("libfmt"));
  for (const char* large :
       {"libboost", "libcrypto", "libonnx", "libopenblas", "libprotobuf", "libsystemc", "libtbb"}) {
    EXPECT_THAT(libraries, Not(HasSubstr(large)));
  }
}

TEST_F(SimulatePrograms, RunsOneProgramAfterTheOtherBitForBit) {
  const base::ToolResult result =
      run_program("bundle", {"--then", "again", "net.vqnet", "others.npy", "--then", "program",
                             "net.vqnet", "images.npy", "-o", "run.json"});
  ASSERT_EQ(result.exit_code, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("every feature map equals the reference, bit for bit"));
  const base::Json json = base::read_json(folder_ / "run.json");
  EXPECT_EQ(json["format"], "vqrom-program-run-1");
  EXPECT_EQ(json["all_equal"], true);
  ASSERT_EQ(json["runs"].size(), 3U);
  EXPECT_EQ(json["runs"][0]["outputs"], json["runs"][2]["outputs"]);
  EXPECT_NE(json["runs"][0]["outputs"], json["runs"][1]["outputs"]);
  EXPECT_EQ(json["runs"][0]["base"], json["runs"][2]["base"]);
  EXPECT_NE(json["runs"][0]["base"], json["runs"][1]["base"]);
  EXPECT_EQ(json["runs"][0]["total"]["cycles"], json["runs"][2]["total"]["cycles"]);
}

TEST_F(SimulatePrograms, TakesTheMemorysPaceFromTheCommandLine) {
  const auto cycles = [&](const std::vector<std::string>& options) {
    std::vector<std::string> all{"-o", "run.json"};
    all.insert(all.end(), options.begin(), options.end());
    const base::ToolResult result = run_program("bundle", all);
    EXPECT_EQ(result.exit_code, 0) << result.output;
    return base::read_json(folder_ / "run.json")["runs"][0]["total"]["cycles"].get<int>();
  };
  const int slow = cycles({"--latency", "300"});
  EXPECT_LT(cycles({"--latency", "1"}), slow);
  EXPECT_GT(cycles({"--latency", "300", "--stalls", "5", "--image", "1"}), slow);
  EXPECT_GT(cycles({"--latency", "300", "--cycles-per-word", "9"}), slow);
  EXPECT_GT(cycles({"--latency", "300", "--refresh-interval", "40", "--refresh-cycles", "30"}),
            slow);
}

TEST_F(SimulatePrograms, CountsTheSameOnTheTimingEngineWithoutNetworkAndInput) {
  const std::vector<std::string> memory{"--latency", "30", "--stalls", "5", "-o", "run.json"};
  ASSERT_EQ(run_program("bundle", memory).exit_code, 0);
  const base::Json rtl = base::read_json(folder_ / "run.json");
  std::vector<std::string> arguments{"bundle", "program", "--engine", "timing"};
  arguments.insert(arguments.end(), memory.begin(), memory.end());
  const base::ToolResult result = run(arguments);
  ASSERT_EQ(result.exit_code, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("timing only: no feature map was computed"));
  const base::Json timing = base::read_json(folder_ / "run.json");
  EXPECT_EQ(timing["engine"], "timing");
  EXPECT_EQ(timing["runs"][0]["total"], rtl["runs"][0]["total"]);
  for (std::size_t i = 0; i < rtl["runs"][0]["layers"].size(); ++i) {
    EXPECT_EQ(timing["runs"][0]["layers"][i]["counters"], rtl["runs"][0]["layers"][i]["counters"]);
    EXPECT_EQ(timing["runs"][0]["layers"][i]["status"], "not_run");
  }
}

TEST_F(SimulatePrograms, WritesTracesAndTables) {
  const std::vector<std::string> outputs{
      "--csv",        "layers.csv", "--scalesim",    "reports",    "--units",      "units.json",
      "--dram-trace", "dram.trace", "--dram-format", "ramulator2", "--dram-bytes", "4"};
  std::vector<std::string> arguments{"bundle", "program", "--engine", "timing"};
  arguments.insert(arguments.end(), outputs.begin(), outputs.end());
  const base::ToolResult result = run(arguments);
  ASSERT_EQ(result.exit_code, 0) << result.output;
  EXPECT_THAT(base::read_file(folder_ / "layers.csv"), HasSubstr("\n0,clamps,"));
  EXPECT_THAT(base::read_file(folder_ / "reports/COMPUTE_REPORT.csv"), HasSubstr("\n0, "));
  EXPECT_THAT(base::read_file(folder_ / "reports/BANDWIDTH_REPORT.csv"), HasSubstr("\n0, "));
  EXPECT_THAT(base::read_file(folder_ / "reports/DETAILED_ACCESS_REPORT.csv"), HasSubstr("\n0, "));
  EXPECT_TRUE(base::read_json(folder_ / "units.json").contains("traceEvents"));
  EXPECT_THAT(base::read_file(folder_ / "dram.trace"), HasSubstr("LD 0x1000\n"));
  // A full trace says so; a layer that no program has is refused.
  EXPECT_THAT(run({"bundle", "program", "--engine", "timing", "--units", "units.json",
                   "--units-events", "60"})
                  .output,
              HasSubstr("units.json: full after "));
  EXPECT_THAT(run({"bundle", "program", "--engine", "timing", "--units", "units.json",
                   "--units-layer", "third"})
                  .output,
              HasSubstr("error[simulate.layer]: --units-layer: no program has a layer 'third'"));
  EXPECT_THAT(run({"bundle", "program", "--engine", "timing", "--refresh-interval", "100",
                   "--refresh-cycles", "100"})
                  .output,
              HasSubstr("error[simulate.option]: --refresh-cycles: is 100; must be less than "
                        "--refresh-interval, 100"));
}

TEST_F(SimulatePrograms, RunsOnTheSystemCModelAsOnTheRtl) {
  const std::vector<std::string> memory{"--latency", "30",        "--stalls", "5",
                                        "-o",        "run.json",  "--then",   "again",
                                        "net.vqnet", "others.npy"};
  ASSERT_EQ(run_program("bundle", memory).exit_code, 0);
  base::Json rtl = base::read_json(folder_ / "run.json");
  std::vector<std::string> arguments = memory;
  arguments.insert(arguments.end(), {"--engine", "systemc"});
  const base::ToolResult result = run_program("bundle", arguments);
  ASSERT_EQ(result.exit_code, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("every feature map equals the reference, bit for bit"));
  base::Json systemc = base::read_json(folder_ / "run.json");
  EXPECT_EQ(systemc["engine"], "systemc");
  systemc["engine"] = "rtl";
  for (base::Json* each : {&rtl, &systemc}) {
    for (base::Json& run : (*each)["runs"]) {
      run.erase("cpu_seconds");
      run.erase("cycles_per_cpu_second");
    }
  }
  EXPECT_EQ(systemc, rtl);
}

TEST_F(SimulatePrograms, ComparesAllEngines) {
  const base::ToolResult result =
      run_program("bundle", {"--engine", "all", "--check", "--then", "again", "net.vqnet",
                             "others.npy", "--stalls", "3"});
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_THAT(result.output,
              HasSubstr("every count of every layer is the same in the RTL and in the timing "
                        "engine"));
  EXPECT_THAT(result.output,
              HasSubstr("every count of every layer is the same in the RTL and in the SystemC "
                        "model"));
  EXPECT_THAT(run_program("bundle", {"--check"}).output,
              HasSubstr("error[simulate.option]: --check: compares engines: --engine all"));
  EXPECT_THAT(
      run_program("bundle", {"--engine", "timing", "--trace", "first", "--trace-file", "w.vcd"})
          .output,
      HasSubstr("error[simulate.option]: --trace: needs the RTL; the engine is timing"));
  EXPECT_THAT(
      run_program("bundle", {"--engine", "systemc", "--trace", "first", "--trace-file", "w.vcd"})
          .output,
      HasSubstr("error[simulate.option]: --trace: needs the RTL; the engine is systemc"));
  EXPECT_THAT(run({"bundle", "program", "--network", "net.vqnet"}).output,
              HasSubstr("error[simulate.option]: --input: is missing"));
}

TEST_F(SimulatePrograms, RecordsTheWavesOfALayer) {
  const base::ToolResult result = run_program(
      "bundle", {"--trace", "second", "--trace-file", "waves.vcd", "--trace-cycles", "50"});
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_THAT(base::read_file(folder_ / "waves.vcd"), HasSubstr("$enddefinitions"));
}

TEST_F(SimulatePrograms, RefusesOptionsOfTheOtherForm) {
  const base::ToolResult network =
      run({"bundle", "net.vqnet", "--input", "images.npy", "--latency", "3"});
  EXPECT_EQ(network.exit_code, 1);
  EXPECT_THAT(network.output,
              HasSubstr("error[simulate.option]: --latency: is for programs; net.vqnet is not a "
                        "directory"));
  EXPECT_THAT(run_program("bundle", {"--layer", "first"}).output,
              HasSubstr("error[simulate.option]: --layer: is for networks; program is a program"));
  EXPECT_THAT(run({"bundle", "program", "--input", "images.npy"}).output,
              HasSubstr("error[simulate.option]: --network: is missing; "));
}

TEST_F(SimulatePrograms, RefusesWhatDoesNotBelongTogether) {
  write_bundle("core", codebook_, "core");
  EXPECT_THAT(run_program("core").output,
              HasSubstr("core: its top is vq_core; a program needs vq_accelerator"));
  const codebook::Codebook other = random_codebook(2, 16, 4, 8);
  write_bundle("other", other, "accelerator");
  const base::ToolResult codebook = run_program("other");
  EXPECT_EQ(codebook.exit_code, 1);
  EXPECT_THAT(codebook.output, HasSubstr("error[codebook.mismatch]: program: "));
  EXPECT_THAT(codebook.output, HasSubstr(other.sha256));
  compress::QuantisedNetwork network = clamp_network();
  network.name = "unlike";
  compress::write_vqnet(folder_ / "unlike.vqnet", network);
  EXPECT_THAT(
      run({"bundle", "program", "--network", "unlike.vqnet", "--input", "images.npy"}).output,
      HasSubstr("error[simulate.program]: program: was compiled from the network 'clamps'; "
                "the one given is 'unlike'"));
  EXPECT_THAT(run_program("bundle", {"--then", "program", "unlike.vqnet", "images.npy"}).output,
              HasSubstr("error[simulate.program]: program: runs more than once: with net.vqnet and "
                        "with unlike.vqnet"));
}

TEST_F(SimulatePrograms, RefusesInputsThatDoNotFit) {
  EXPECT_THAT(run_program("bundle", {"--image", "2"}).output,
              HasSubstr("error[simulate.image]: images.npy: has 2 images, 0 to 1; --image is 2"));
  base::write_npy(folder_ / "images.npy", base::Tensor(base::DType::kFloat32, {1, 6, 4, 4}));
  EXPECT_THAT(run_program("bundle").output, HasSubstr("error[input.shape]: images.npy"));
}

TEST_F(SimulatePrograms, RefusesATruncatedProgram) {
  const std::string memory = base::read_file(folder_ / "program/memory.safetensors");
  base::write_file(folder_ / "program/memory.safetensors",
                   std::string_view(memory).substr(0, memory.size() - 40));
  const base::ToolResult result = run_program("bundle");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.output, HasSubstr("error[safetensors."));
  EXPECT_THAT(result.output, Not(HasSubstr("RTL model ready")));
}

TEST_F(SimulatePrograms, RefusesATraceOfALayerThatThereIsNot) {
  EXPECT_THAT(run_program("bundle", {"--trace", "third", "--trace-file", "w.vcd"}).output,
              HasSubstr("error[simulate.layer]: program: has no layer 'third'; it has first, "
                        "second"));
}

}  // namespace
}  // namespace vqrom::sim
