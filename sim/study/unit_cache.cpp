// SPDX-License-Identifier: Apache-2.0
#include "sim/study/unit_cache.h"

#include "sw/base/error.h"
#include "sw/base/file.h"
#include "sw/base/sha256.h"

namespace vqrom::study {

UnitCache::UnitCache(std::filesystem::path directory) : directory_(std::move(directory)) {
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (error) throw base::UserError("file.write", directory_.string(), error.message());
}

std::filesystem::path UnitCache::path_of(const std::string& key) const {
  return directory_ / (base::sha256_hex(key) + ".json");
}

std::optional<base::Json> UnitCache::find(const std::string& key) const {
  const std::filesystem::path path = path_of(key);
  if (!std::filesystem::exists(path)) return std::nullopt;
  try {
    base::Json rows = base::read_json(path);
    if (rows.is_array()) return rows;
  } catch (const base::UserError&) {  // damaged: made again
  }
  return std::nullopt;
}

void UnitCache::put(const std::string& key, const base::Json& rows) const {
  base::write_json(path_of(key), rows);
}

}  // namespace vqrom::study
