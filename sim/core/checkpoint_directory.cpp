// SPDX-License-Identifier: Apache-2.0
#include "sim/core/checkpoint_directory.h"

#include <algorithm>
#include <regex>

#include <fmt/ranges.h>

#include "sw/base/error.h"

namespace vqrom::sim {
namespace fs = std::filesystem;
namespace {

// Nine digits: more layers than any program has.
const std::regex& name_pattern() {
  static const std::regex kName(R"(run-(\d{1,9})-layer-(\d{1,9})\.checkpoint)");
  return kName;
}

}  // namespace

fs::path checkpoint_name(const CheckpointPlace& place) {
  return fmt::format("run-{}-layer-{}.checkpoint", place.run, place.layer);
}

std::vector<CheckpointFile> list_checkpoints(const fs::path& directory) {
  std::vector<CheckpointFile> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    std::smatch match;
    if (!std::regex_match(name, match, name_pattern())) continue;
    files.push_back({{std::stoul(match[1]), std::stoul(match[2])}, entry.path()});
  }
  std::ranges::sort(files, {}, &CheckpointFile::place);
  return files;
}

void prepare_checkpoints(const fs::path& directory, const base::Json& identity) {
  fs::create_directories(directory);
  const std::vector<CheckpointFile> files = list_checkpoints(directory);
  if (files.empty()) return;
  // All are of one simulation: each that was added passed this test.
  const fs::path& last = files.back().path;
  check_identity(identity, read_checkpoint(last).identity, last.string());
}

fs::path find_checkpoint(const fs::path& path, std::optional<CheckpointPlace> latest) {
  if (!fs::is_directory(path)) {
    if (fs::exists(path)) return path;
    throw base::UserError("file.missing", path.string(), "no such file or directory");
  }
  const std::vector<CheckpointFile> files = list_checkpoints(path);
  fs::path found;
  std::vector<std::string> names;
  for (const CheckpointFile& file : files) {
    names.push_back(file.path.filename().string());
    if (!latest || file.place <= *latest) found = file.path;
  }
  if (!found.empty()) return found;
  if (files.empty()) throw base::UserError("checkpoint.missing", path.string(), "holds none");
  throw base::UserError(
      "checkpoint.missing", path.string(),
      fmt::format("holds none from which the traced layer, {} of run {}, is still to come; there "
                  "are {}",
                  latest->layer, latest->run, fmt::join(names, ", ")));
}

}  // namespace vqrom::sim
