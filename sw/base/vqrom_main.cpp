// SPDX-License-Identifier: Apache-2.0
// vqrom — the front: `vqrom codebook …` runs the program vqrom-codebook beside it, as git does.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

namespace {

struct Command {
  std::string_view name;
  std::string_view purpose;
};

constexpr std::array kCommands = {
    Command{"glyphs", "draw the example network's pictures"},
    Command{"inspect", "show a network's layers and check it against float accuracy"},
    Command{"codebook", "build one universal codebook from one or many networks"},
    Command{"compress", "express a network in a codebook's indices: net.vqnet"},
    Command{"train", "compress by training which codewords to take (needs LibTorch)"},
    Command{"evaluate", "run the exact integer reference on a labelled set"},
    Command{"generate", "emit the Verilog bundle of an accelerator with its codebook in ROM"},
    Command{"compile", "turn a network into a program for a bundle's accelerator"},
    Command{"simulate", "run a network's layers on the bundle's RTL, checked bit for bit"},
    Command{"area", "synthesise a bundle with Yosys: ROM beside registers and SRAM"},
    Command{"study", "measure ROM against SRAM, and narrower elements, over sizes and networks"},
    Command{"report", "put all results on one page"},
};

void print_help(std::FILE* to) {
  fmt::print(to,
             "vqrom {} — universal codebooks in ROM, from networks to RTL\n\n"
             "usage: vqrom <command> [options]     vqrom <command> --help\n\n",
             VQROM_VERSION);
  for (const Command& command : kCommands) {
    fmt::print(to, "  {:<10}{}\n", command.name, command.purpose);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (name.empty() || name == "--help" || name == "-h" || name == "help") {
    print_help(name.empty() ? stderr : stdout);
    return name.empty() ? 2 : 0;
  }
  if (name == "--version") {
    fmt::print("vqrom {}\n", VQROM_VERSION);
    return 0;
  }
  const bool known = std::any_of(kCommands.begin(), kCommands.end(),
                                 [&](const Command& command) { return command.name == name; });
  if (!known) {
    fmt::print(stderr, "vqrom: error[usage]: '{}' is not a command\n\n", name);
    print_help(stderr);
    return 2;
  }
  const auto program =
      std::filesystem::canonical("/proc/self/exe").parent_path() / fmt::format("vqrom-{}", name);
  ::execv(program.c_str(), argv + 1);
  fmt::print(stderr, "vqrom: error[tool.missing]: {}: {}{}\n", program.string(),
             std::strerror(errno),
             errno == ENOENT ? "; `cmake --build --preset release -t programs` builds it" : "");
  return 1;
}
