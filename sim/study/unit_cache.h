// SPDX-License-Identifier: Apache-2.0
// unit_cache — finished parts of a study, kept under the hash of all that they depend on.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "sw/base/json.h"

namespace vqrom::study {

class UnitCache {
 public:
  // A key names all that its rows depend on, the version of what makes them too. Errors:
  // file.write.
  explicit UnitCache(std::filesystem::path directory);

  // None if it is not there or damaged.
  [[nodiscard]] std::optional<base::Json> find(const std::string& key) const;
  // Errors: file.write.
  void put(const std::string& key, const base::Json& rows) const;

 private:
  [[nodiscard]] std::filesystem::path path_of(const std::string& key) const;

  std::filesystem::path directory_;
};

}  // namespace vqrom::study
