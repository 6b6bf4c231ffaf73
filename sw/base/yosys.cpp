// SPDX-License-Identifier: Apache-2.0
#include "sw/base/yosys.h"

#include "sw/base/error.h"
#include "sw/base/file.h"
#include "sw/base/process.h"
#include "sw/base/scratch_directory.h"

namespace vqrom::base {
namespace fs = std::filesystem;

std::string run_yosys(std::string_view script, const std::vector<SourceFile>& files,
                      const std::string& result, const fs::path& liberty) {
  const ScratchDirectory scratch("vqrom-yosys");
  for (const SourceFile& file : files) {
    const fs::path path = scratch.path() / file.name;
    fs::create_directories(path.parent_path());
    write_file(path, file.text);
  }
  if (!liberty.empty()) {
    if (!fs::is_regular_file(liberty)) {
      throw UserError("file.missing", liberty.string(), "there is no such cell library");
    }
    // A link, because ABC cannot read a path with blanks.
    fs::create_symlink(fs::absolute(liberty), scratch.path() / "cells.lib");
  }
  write_file(scratch.path() / "script.ys", script);
  run_tool_checked(kYosys, {"-q", "-s", "script.ys"}, scratch.path());
  return read_file(scratch.path() / result);
}

}  // namespace vqrom::base
