// SPDX-License-Identifier: Apache-2.0
// file — whole files in and out; an output is complete or it is not there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace vqrom::base {

// The whole file as bytes. Errors: file.missing, file.read, file.too_large (above 4 GiB).
[[nodiscard]] std::string read_file(const std::filesystem::path& path);
// So many bytes of it from `offset` on, or fewer if it ends before. Errors: as read_file.
[[nodiscard]] std::string read_file_part(const std::filesystem::path& path, std::uintmax_t offset,
                                         std::uintmax_t bytes);

// Writes a temporary beside `path` and renames it over, so that no reader ever sees a part; on any
// failure (full disk, no permission) the temporary is removed. Errors: file.write.
void write_file(const std::filesystem::path& path, std::string_view bytes);

// A directory that appears complete or not at all: files go to a staging directory beside the
// target; commit() puts it in the target's place. Without commit() the staging area is removed.
// An existing target is replaced only if it is empty or holds `marker`, a file that only this kind
// of output has. Errors: file.write, file.not_ours.
class DirectoryWriter {
 public:
  DirectoryWriter(std::filesystem::path target, std::string_view marker);
  ~DirectoryWriter();
  DirectoryWriter(const DirectoryWriter&) = delete;
  DirectoryWriter& operator=(const DirectoryWriter&) = delete;

  // Writes one file, `relative` to the directory; makes its folders.
  void write(const std::filesystem::path& relative, std::string_view bytes);
  // Where the files are until commit().
  [[nodiscard]] const std::filesystem::path& staging() const { return staging_; }
  void commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path staging_;
  bool committed_ = false;
};

// The folder for things that can be made again (Verilated models, synthesis results):
// $VQROM_CACHE, else $XDG_CACHE_HOME/vqrom, else ~/.cache/vqrom. Made if missing.
[[nodiscard]] std::filesystem::path cache_directory();

}  // namespace vqrom::base
