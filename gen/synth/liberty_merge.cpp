// SPDX-License-Identifier: Apache-2.0
// liberty_merge — one text of a library that is compressed or comes in several files.
#include <array>
#include <memory>

#include <zlib.h>

#include "gen/synth/liberty.h"
#include "sw/base/error.h"

namespace vqrom::synth {
namespace {

struct Close {
  void operator()(gzFile_s* file) const { gzclose(file); }
};

// A file that is not compressed is read as it is.
std::string read_unpacked(const std::filesystem::path& path) {
  if (!std::filesystem::is_regular_file(path)) {
    throw base::UserError("file.missing", path.string(), "there is no such cell library");
  }
  const std::unique_ptr<gzFile_s, Close> file(gzopen(path.c_str(), "rb"));
  std::string text;
  std::array<char, 1 << 16> buffer{};
  int count = file == nullptr ? -1 : 0;
  while (file != nullptr && (count = gzread(file.get(), buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  // A cut stream ends like a whole one but for the error.
  int status = Z_OK;
  if (file != nullptr) (void)gzerror(file.get(), &status);
  if (count < 0 || (status != Z_OK && status != Z_STREAM_END)) {
    throw base::UserError("liberty.format", path.string(), "cannot be unpacked: it is damaged");
  }
  return text;
}

// The cells' groups, from the beginning of the first one's line.
std::string_view cells_of(std::string_view text, const std::filesystem::path& path) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.starts_with("cell(") || line.starts_with("cell (")) break;
    at = end + 1;
  }
  const std::size_t last = text.rfind('}');
  if (at >= text.size() || last == std::string_view::npos || last < at) {
    throw base::UserError("liberty.format", path.string(), "has no line that begins a cell");
  }
  return text.substr(at, last - at);
}

}  // namespace

std::string merged_liberty(const std::vector<std::filesystem::path>& paths) {
  VQROM_CHECK(!paths.empty(), "no library");
  std::string merged = read_unpacked(paths.front());
  if (paths.size() == 1) return merged;
  (void)cells_of(merged, paths.front());
  merged.resize(merged.rfind('}'));
  for (std::size_t i = 1; i < paths.size(); ++i) {
    merged += cells_of(read_unpacked(paths[i]), paths[i]);
  }
  return merged + "}\n";
}

}  // namespace vqrom::synth
