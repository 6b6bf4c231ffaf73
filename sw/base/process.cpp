// SPDX-License-Identifier: Apache-2.0
#include "sw/base/process.h"

#include <array>
#include <boost/process.hpp>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "sw/base/error.h"
#include "sw/base/interrupt.h"

namespace vqrom::base {
namespace bp = boost::process;
namespace {

constexpr int kPollMilliseconds = 100;
constexpr std::size_t kShownBytes = 4000;

// Closed in every child but the one it is given to: a tool started at the same time by another
// thread would hold its writing end open, and this one's output would seem not to end.
bp::pipe private_pipe() {
  std::array<int, 2> ends{};
  VQROM_CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0, "no pipe: {}", std::strerror(errno));
  return bp::pipe(ends[0], ends[1]);
}

}  // namespace

std::filesystem::path find_tool(const Tool& tool) {
  const auto path = bp::search_path(std::string(tool.program));
  if (path.empty()) {
    throw UserError("tool.missing", std::string(tool.program),
                    fmt::format("not found on the PATH; install the Debian package '{}' "
                                "(scripts/setup installs all)",
                                tool.package));
  }
  return path.string();
}

ToolResult run_tool(const Tool& tool, const std::vector<std::string>& arguments,
                    const std::filesystem::path& directory) {
  const std::filesystem::path program = find_tool(tool);
  bp::pipe pipe = private_pipe();
  bp::group group;
  bp::child child(program.string(), bp::args(arguments), bp::start_dir(directory.string()),
                  (bp::std_out & bp::std_err) > pipe, bp::std_in < bp::null, group);
  ::close(pipe.native_sink());
  pipe.assign_sink(-1);

  ToolResult result;
  std::array<char, 65536> buffer{};
  while (true) {
    pollfd waiting{pipe.native_source(), POLLIN, 0};
    const int ready = ::poll(&waiting, 1, kPollMilliseconds);
    if (interrupt_requested()) {
      std::error_code ignored;
      group.terminate(ignored);
      child.wait(ignored);
      throw Interrupted();
    }
    if (ready <= 0) continue;
    const ssize_t got = ::read(pipe.native_source(), buffer.data(), buffer.size());
    if (got <= 0) break;
    result.output.append(buffer.data(), static_cast<std::size_t>(got));
  }
  child.wait();
  result.exit_code = child.exit_code();
  return result;
}

std::string run_tool_checked(const Tool& tool, const std::vector<std::string>& arguments,
                             const std::filesystem::path& directory) {
  ToolResult result = run_tool(tool, arguments, directory);
  if (result.exit_code == 0) return std::move(result.output);
  std::string tail = result.output;
  if (tail.size() > kShownBytes) tail = "…" + tail.substr(tail.size() - kShownBytes);
  throw UserError(
      "tool.failed", std::string(tool.program),
      fmt::format("ended with exit code {}; its last words:\n{}", result.exit_code, tail));
}

}  // namespace vqrom::base
