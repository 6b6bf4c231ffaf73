// SPDX-License-Identifier: Apache-2.0
// json — settings read strictly: every key known, every value in range, all problems at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sw/base/error.h"

namespace vqrom::base {

using Json = nlohmann::ordered_json;

// Errors: file.missing, file.read, json.syntax (with line and column; or nested too deeply).
[[nodiscard]] Json read_json(const std::filesystem::path& path);
[[nodiscard]] Json parse_json(std::string_view text, std::string_view name);
// Two-space indentation and a final newline. Errors: file.write.
void write_json(const std::filesystem::path& path, const Json& json);
[[nodiscard]] std::string json_text(const Json& json);

// Reads the keys of one JSON object and adds what is wrong to `problems` under `place` (for
// example "accelerator.json: array"): config.type, config.range, config.choice, config.missing.
// A getter without a fallback requires its key; after a problem it returns a harmless value.
class ObjectReader {
 public:
  ObjectReader(const Json& json, std::string place, std::string prefix, Problems& problems);

  [[nodiscard]] bool has(std::string_view key) const;
  std::int64_t integer(std::string_view key, std::int64_t low, std::int64_t high,
                       std::optional<std::int64_t> fallback = std::nullopt);
  double number(std::string_view key, std::optional<double> fallback = std::nullopt);
  bool boolean(std::string_view key, std::optional<bool> fallback = std::nullopt);
  std::string text(std::string_view key, std::optional<std::string> fallback = std::nullopt);
  std::string choice(std::string_view key, const std::vector<std::string>& allowed,
                     std::optional<std::string> fallback = std::nullopt);
  // The object under `key`; an empty one if it is missing and optional.
  enum class Presence { kRequired, kOptional };
  ObjectReader object(std::string_view key, Presence presence);
  // The value as it is (an array, say), or null; counts as read.
  const Json& raw(std::string_view key);

  // Adds config.unknown_key for every key that no getter asked for, with the known ones.
  void finish();

 private:
  const Json* find(std::string_view key, bool required);
  void wrong_type(std::string_view key, const Json& value, std::string_view wanted);
  [[nodiscard]] std::string full(std::string_view key) const;

  const Json* json_;
  std::string place_;
  std::string prefix_;
  Problems* problems_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace vqrom::base
