// SPDX-License-Identifier: Apache-2.0
// preprocess_json — a Preprocess as compressed networks store it.
#include <cmath>

#include "sw/model/preprocess.h"

namespace vqrom::model {
namespace {

std::vector<double> numbers(const base::Json& json, std::string_view key, std::string_view place,
                            base::Problems& problems) {
  std::vector<double> values;
  const auto add = [&](std::string message) {
    problems.add("input.preprocess", std::string(place), std::move(message));
  };
  if (!json.is_array() || json.empty()) {
    add(fmt::format("{} must be an array of one or more numbers", key));
    return values;
  }
  for (const base::Json& value : json) {
    if (!value.is_number()) {
      add(fmt::format("{} holds {}; must hold numbers", key, value.dump()));
      return values;
    }
    values.push_back(value.get<double>());
  }
  return values;
}

}  // namespace

base::Json to_json(const Preprocess& preprocess) {
  return {{"scale", preprocess.scale},
          {"mean", preprocess.mean},
          {"std", preprocess.std},
          {"reverse_channels", preprocess.reverse_channels}};
}

Preprocess preprocess_from_json(const base::Json& json, std::string_view place) {
  base::Problems problems;
  base::ObjectReader reader(json, std::string(place), "preprocess", problems);
  Preprocess preprocess;
  preprocess.scale = reader.number("scale");
  preprocess.mean = numbers(reader.raw("mean"), "mean", place, problems);
  preprocess.std = numbers(reader.raw("std"), "std", place, problems);
  preprocess.reverse_channels = reader.boolean("reverse_channels");
  reader.finish();
  for (const double deviation : preprocess.std) {
    if (deviation > 0.0) continue;
    problems.add("input.preprocess", std::string(place),
                 fmt::format("std holds {}; must be positive", deviation));
  }
  problems.throw_if_any();
  return preprocess;
}

}  // namespace vqrom::model
