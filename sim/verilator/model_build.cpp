// SPDX-License-Identifier: Apache-2.0
#include "sim/verilator/model_build.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "sim/verilator/shim_source.h"
#include "sim/verilator/state_source.h"
#include "sw/base/error.h"
#include "sw/base/file.h"
#include "sw/base/interrupt.h"
#include "sw/base/process.h"
#include "sw/base/progress.h"
#include "sw/base/sha256.h"

namespace vqrom::sim {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kLibrary = "rtl.so";
constexpr std::string_view kPrefix = "Vmodel";  // of Verilator's classes and files

const std::vector<std::string> kVerilatorFlags{
    "--cc",       "-O3",       "--x-assign",     "fast", "--x-initial", "unique", "--noassert",
    "--language", "1364-2005", "--output-split", "0"};

// Hidden and not unique: two models in one process share no symbol. One unit for the code of every
// cycle and one for the code that runs once.
constexpr std::string_view kMakefile = R"(CXXFLAGS = -std=gnu++17 -fPIC -w -fcf-protection=none \
  -fvisibility=hidden -fno-gnu-unique -DVL_TIME_CONTEXT -DVM_TRACE={trace} -DVM_TRACE_VCD={vcd} \
  -DVM_TRACE_FST={fst} -I. -I{root}/include -I{root}/include/vltstd
rtl.so: fast.o slow.o runtime.o
	g++ -shared -o $@ $^ -pthread -latomic {libraries}
fast.o: fast.cpp
	g++ $(CXXFLAGS) -O3 -c $< -o $@
slow.o: slow.cpp
	g++ $(CXXFLAGS) -O0 -c $< -o $@
runtime.o: runtime.cpp
	g++ $(CXXFLAGS) -O1 -c $< -o $@
)";

std::string makefile(Waves waves, const std::string& verilator_root) {
  return fmt::format(
      kMakefile, fmt::arg("trace", waves == Waves::kNone ? 0 : 1),
      fmt::arg("vcd", waves == Waves::kVcd ? 1 : 0), fmt::arg("fst", waves == Waves::kFst ? 1 : 0),
      fmt::arg("root", verilator_root), fmt::arg("libraries", waves == Waves::kFst ? "-lz" : ""));
}

// One build of the same thing at a time; the others wait and then find it done.
class BuildLock {
 public:
  explicit BuildLock(const fs::path& path)
      : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) {
      throw base::UserError("file.write", path.string(), "cannot create the lock file");
    }
    while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      base::check_interrupt();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  ~BuildLock() { ::close(descriptor_); }
  BuildLock(const BuildLock&) = delete;
  BuildLock& operator=(const BuildLock&) = delete;

 private:
  int descriptor_;
};

struct Tools {
  std::string versions;
  std::string verilator_root;
};

Tools ask_tools() {
  const fs::path here = fs::current_path();
  Tools tools;
  tools.versions = base::run_tool_checked(base::kVerilator, {"--version"}, here) +
                   base::run_tool_checked(base::kCompiler, {"--version"}, here);
  tools.verilator_root =
      base::run_tool_checked(base::kVerilator, {"--getenv", "VERILATOR_ROOT"}, here);
  tools.verilator_root.erase(tools.verilator_root.find_last_not_of('\n') + 1);
  return tools;
}

std::vector<std::string> verilator_arguments(const VerilogDesign& design, Waves waves) {
  std::vector<std::string> arguments = kVerilatorFlags;
  if (waves == Waves::kVcd) arguments.insert(arguments.end(), {"--trace"});
  if (waves == Waves::kFst) arguments.insert(arguments.end(), {"--trace-fst"});
  arguments.insert(arguments.end(),
                   {"--prefix", std::string(kPrefix), "--Mdir", ".", "--top-module", design.top});
  for (const auto& [name, value] : design.parameters) {
    arguments.push_back(fmt::format("-G{}={}", name, value));
  }
  return arguments;
}

// Sources and data files by name and content.
std::string files_text(const VerilogDesign& design) {
  std::string text;
  const auto add_file = [&](const fs::path& file) {
    text +=
        fmt::format("{} {}\n", file.filename().string(), base::sha256_hex(base::read_file(file)));
  };
  for (const fs::path& file : design.sources) add_file(file);
  for (const auto& [macro, file] : design.data_files) {
    text += macro + " ";
    add_file(file);
  }
  return text;
}

std::string design_key(const VerilogDesign& design, Waves waves, State state, const Tools& tools) {
  std::string text = tools.versions + makefile(waves, tools.verilator_root);
  text += shim_source_version();
  if (state == State::kSavable) text += state_source_version();
  for (const std::string& argument : verilator_arguments(design, waves)) text += argument + "\n";
  // The library knows its data files by their path, so it belongs to this cache alone.
  if (!design.data_files.empty()) text += base::cache_directory().string() + "\n";
  return base::sha256_hex(text + files_text(design)).substr(0, 24);
}

// Of the one class that holds the design.
std::string read_root_header(const fs::path& directory) {
  const std::string root = fmt::format("{}___024root.h", kPrefix);
  const std::string frame = fmt::format("{}__Syms.h", kPrefix);
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kPrefix) || !name.ends_with(".h") || name == root || name == frame ||
        name == fmt::format("{}.h", kPrefix)) {
      continue;
    }
    throw base::UserError(
        "tool.unknown_output", "verilator",
        fmt::format("it wrote {}; only the state of {} can be saved", name, root));
  }
  return base::read_file(directory / root);
}

// Units that include what Verilator wrote: it is faster than compiling the files one by one.
void write_units(const fs::path& directory, Waves waves, State state) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kPrefix) && name.ends_with(".cpp")) names.push_back(name);
  }
  std::ranges::sort(names);
  std::string fast;
  std::string slow;
  for (const std::string& name : names) {
    const bool once = name.find("Slow") != std::string::npos ||
                      name.find("__Syms") != std::string::npos ||
                      name.find("__ConstPool") != std::string::npos;
    (once ? slow : fast) += fmt::format("#include \"{}\"\n", name);
  }
  const std::string header = base::read_file(directory / fmt::format("{}.h", kPrefix));
  fast += shim_source(header, waves);
  if (state == State::kSavable) {
    fast += state_access_source();
    slow += state_source(read_root_header(directory));
  }
  base::write_file(directory / "fast.cpp", fast);
  base::write_file(directory / "slow.cpp", slow);
}

std::string runtime_unit(Waves waves) {
  std::string text = "#include \"verilated.cpp\"\n#include \"verilated_threads.cpp\"\n";
  if (waves == Waves::kVcd) text += "#include \"verilated_vcd_c.cpp\"\n";
  if (waves == Waves::kFst) text += "#include \"verilated_fst_c.cpp\"\n";
  return text;
}

// Verilator's own library, compiled once for all models: the object file's path.
fs::path build_runtime(const fs::path& cache, Waves waves, const Tools& tools) {
  const std::string make = makefile(waves, tools.verilator_root);
  const std::string unit = runtime_unit(waves);
  const fs::path target =
      cache / ("runtime-" + base::sha256_hex(tools.versions + make + unit).substr(0, 24));
  const fs::path object = target / "runtime.o";
  const BuildLock lock(fs::path(target) += ".lock");
  if (fs::exists(object)) return object;
  base::DirectoryWriter writer(target, "runtime.o");
  writer.write("Makefile", make);
  writer.write("runtime.cpp", unit);
  base::run_tool_checked(base::kMake, {"runtime.o"}, writer.staging());
  writer.commit();
  return object;
}

}  // namespace

Waves waves_of(const fs::path& file) {
  if (file.extension() == ".fst") return Waves::kFst;
  if (file.extension() == ".vcd") return Waves::kVcd;
  throw base::UserError("simulate.waves", file.string(),
                        "waves go to a file whose name ends in .fst or .vcd");
}

std::string model_identity(const VerilogDesign& design) {
  std::string text = base::run_tool_checked(base::kVerilator, {"--version"}, fs::current_path());
  for (const std::string& argument : verilator_arguments(design, Waves::kNone)) {
    text += argument + "\n";
  }
  return base::sha256_hex(text + files_text(design));
}

fs::path build_model(const VerilogDesign& design, Waves waves, State state) {
  const Tools tools = ask_tools();
  const fs::path cache = base::cache_directory() / "rtl-models";
  fs::create_directories(cache);
  const fs::path target = cache / (design.top + "-" + design_key(design, waves, state, tools));
  const fs::path library = target / kLibrary;
  const BuildLock lock(fs::path(target) += ".lock");
  if (fs::exists(library)) return library;

  base::Progress progress(fmt::format("building the RTL model of {}", design.top), 3);
  base::DirectoryWriter writer(target, kLibrary);
  const fs::path build = writer.staging() / "build";
  fs::create_directories(build);
  std::vector<std::string> arguments = verilator_arguments(design, waves);
  for (const auto& [macro, file] : design.data_files) {
    fs::copy_file(file, writer.staging() / file.filename());
    arguments.push_back(fmt::format("-D{}=\"{}\"", macro, (target / file.filename()).string()));
  }
  for (const fs::path& source : design.sources) {
    arguments.push_back(fs::absolute(source).string());
  }
  base::run_tool_checked(base::kVerilator, arguments, build);
  progress.advance();
  fs::copy_file(build_runtime(cache, waves, tools), build / "runtime.o");
  progress.advance();
  base::write_file(build / "Makefile", makefile(waves, tools.verilator_root));
  base::write_file(build / "runtime.cpp", runtime_unit(waves));
  fs::last_write_time(build / "runtime.o", fs::file_time_type::clock::now());
  write_units(build, waves, state);
  base::run_tool_checked(base::kMake, {"-j2", std::string(kLibrary)}, build);
  fs::rename(build / kLibrary, writer.staging() / kLibrary);
  fs::remove_all(build);
  writer.commit();
  progress.advance();
  return library;
}

}  // namespace vqrom::sim
