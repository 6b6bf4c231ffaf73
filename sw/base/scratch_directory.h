// SPDX-License-Identifier: Apache-2.0
// scratch_directory — a new folder for temporary files, removed with all of them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <stdlib.h>

#include "sw/base/error.h"

namespace vqrom::base {

class ScratchDirectory {
 public:
  // `prefix` begins the folder's name. Errors: file.write.
  explicit ScratchDirectory(std::string_view prefix) {
    std::string name =
        (std::filesystem::temp_directory_path() / fmt::format("{}-XXXXXX", prefix)).string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw UserError("file.write", name, "cannot make a folder for temporary files");
    }
    path_ = name;
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace vqrom::base
