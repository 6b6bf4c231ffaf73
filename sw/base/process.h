// SPDX-License-Identifier: Apache-2.0
// process — runs outside tools (yosys, verilator, g++) and says what is missing or went wrong.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace vqrom::base {

// A tool and the Debian package that brings it.
struct Tool {
  std::string_view program;
  std::string_view package;
};

inline constexpr Tool kYosys{"yosys", "yosys"};
inline constexpr Tool kVerilator{"verilator", "verilator"};
inline constexpr Tool kIcarus{"iverilog", "iverilog"};
inline constexpr Tool kCompiler{"g++", "g++"};
inline constexpr Tool kMake{"make", "make"};

// The program's path. Errors: tool.missing, naming the package to install.
[[nodiscard]] std::filesystem::path find_tool(const Tool& tool);

struct ToolResult {
  int exit_code = 0;
  std::string output;  // standard output and standard error, in the order written
};

// Runs the tool in `directory` and waits; ends it and throws Interrupted on Ctrl-C. Errors:
// tool.missing.
[[nodiscard]] ToolResult run_tool(const Tool& tool, const std::vector<std::string>& arguments,
                                  const std::filesystem::path& directory);

// The same; an exit code other than 0 is the error tool.failed with the last lines of its output.
std::string run_tool_checked(const Tool& tool, const std::vector<std::string>& arguments,
                             const std::filesystem::path& directory);

}  // namespace vqrom::base
