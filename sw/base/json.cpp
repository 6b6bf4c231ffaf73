// SPDX-License-Identifier: Apache-2.0
#include "sw/base/json.h"

#include <algorithm>
#include <cmath>

#include "sw/base/file.h"

namespace vqrom::base {
namespace {

const Json kNull;
constexpr int kDeepestNesting = 100;

}  // namespace

Json parse_json(std::string_view text, std::string_view name) {
  // Printing and destroying a document are recursive: a hostile one must not reach them.
  const auto check_depth = [&](int depth, Json::parse_event_t, Json&) {
    if (depth > kDeepestNesting) {
      throw UserError("json.syntax", std::string(name),
                      fmt::format("nested deeper than {} levels", kDeepestNesting));
    }
    return true;
  };
  try {
    return Json::parse(text, check_depth);
  } catch (const Json::parse_error& error) {
    const auto at = std::min<std::size_t>(error.byte, text.size());
    const std::string_view before = text.substr(0, at);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t line_start = before.rfind('\n');
    const std::size_t column = line_start == std::string_view::npos ? at : at - line_start - 1;
    throw UserError("json.syntax", std::string(name),
                    fmt::format("line {}, column {}: not valid JSON", line, column));
  } catch (const Json::out_of_range&) {
    throw UserError("json.syntax", std::string(name), "holds a number too large for a double");
  }
}

Json read_json(const std::filesystem::path& path) {
  return parse_json(read_file(path), path.string());
}

std::string json_text(const Json& json) {
  return json.dump(2) + "\n";
}

void write_json(const std::filesystem::path& path, const Json& json) {
  write_file(path, json_text(json));
}

ObjectReader::ObjectReader(const Json& json, std::string place, std::string prefix,
                           Problems& problems)
    : json_(&json), place_(std::move(place)), prefix_(std::move(prefix)), problems_(&problems) {
  if (!json_->is_object() && !json_->is_null()) {
    problems_->add("config.type", place_,
                   fmt::format("{} is {}; must be an object",
                               prefix_.empty() ? "the document" : prefix_, json_->dump()));
    json_ = &kNull;
  }
}

std::string ObjectReader::full(std::string_view key) const {
  return prefix_.empty() ? std::string(key) : fmt::format("{}.{}", prefix_, key);
}

bool ObjectReader::has(std::string_view key) const {
  return json_->is_object() && json_->contains(key);
}

const Json* ObjectReader::find(std::string_view key, bool required) {
  asked_.emplace(key);
  if (has(key)) return &json_->at(std::string(key));
  if (required) {
    problems_->add("config.missing", place_, fmt::format("{} is missing", full(key)));
  }
  return nullptr;
}

void ObjectReader::wrong_type(std::string_view key, const Json& value, std::string_view wanted) {
  problems_->add("config.type", place_,
                 fmt::format("{} is {}; must be {}", full(key), value.dump(), wanted));
}

std::int64_t ObjectReader::integer(std::string_view key, std::int64_t low, std::int64_t high,
                                   std::optional<std::int64_t> fallback) {
  const Json* value = find(key, !fallback);
  if (value == nullptr) return fallback.value_or(low);
  const bool fits = value->is_number_unsigned()
                        ? std::in_range<std::int64_t>(value->get<std::uint64_t>())
                        : value->is_number_integer();
  if (!fits) {
    wrong_type(key, *value, fmt::format("a whole number from {} to {}", low, high));
    return low;
  }
  const auto number = value->get<std::int64_t>();
  if (number < low || number > high) {
    problems_->add("config.range", place_,
                   fmt::format("{} is {}; must be from {} to {}", full(key), number, low, high));
    return low;
  }
  return number;
}

double ObjectReader::number(std::string_view key, std::optional<double> fallback) {
  const Json* value = find(key, !fallback);
  if (value == nullptr) return fallback.value_or(0.0);
  if (!value->is_number()) {
    wrong_type(key, *value, "a number");
    return 0.0;
  }
  return value->get<double>();
}

bool ObjectReader::boolean(std::string_view key, std::optional<bool> fallback) {
  const Json* value = find(key, !fallback);
  if (value == nullptr) return fallback.value_or(false);
  if (!value->is_boolean()) {
    wrong_type(key, *value, "true or false");
    return false;
  }
  return value->get<bool>();
}

std::string ObjectReader::text(std::string_view key, std::optional<std::string> fallback) {
  const Json* value = find(key, !fallback);
  if (value == nullptr) return fallback.value_or("");
  if (!value->is_string()) {
    wrong_type(key, *value, "a text");
    return "";
  }
  return value->get<std::string>();
}

std::string ObjectReader::choice(std::string_view key, const std::vector<std::string>& allowed,
                                 std::optional<std::string> fallback) {
  const Json* value = find(key, !fallback);
  if (value == nullptr) return fallback.value_or(allowed.front());
  const std::string list = fmt::format("{}", fmt::join(allowed, ", "));
  if (!value->is_string()) {
    wrong_type(key, *value, "one of " + list);
    return allowed.front();
  }
  const auto found = value->get<std::string>();
  if (std::find(allowed.begin(), allowed.end(), found) == allowed.end()) {
    problems_->add("config.choice", place_,
                   fmt::format("{} is '{}'; must be one of {}", full(key), found, list));
    return allowed.front();
  }
  return found;
}

ObjectReader ObjectReader::object(std::string_view key, Presence presence) {
  const Json* value = find(key, presence == Presence::kRequired);
  return ObjectReader(value == nullptr ? kNull : *value, place_, full(key), *problems_);
}

const Json& ObjectReader::raw(std::string_view key) {
  const Json* value = find(key, false);
  return value == nullptr ? kNull : *value;
}

void ObjectReader::finish() {
  if (!json_->is_object()) return;
  for (const auto& [key, value] : json_->items()) {
    if (asked_.contains(key)) continue;
    problems_->add(
        "config.unknown_key", place_,
        fmt::format("{} is not known; the keys {}are {}", full(key),
                    prefix_.empty() ? "" : "of " + prefix_ + " ", fmt::join(asked_, ", ")));
  }
}

}  // namespace vqrom::base
