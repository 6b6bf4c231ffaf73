// SPDX-License-Identifier: Apache-2.0
// summary — a model's layers and totals, for people and for programs.
#pragma once

#include <string>

#include "sw/base/json.h"
#include "sw/model/model.h"

namespace vqrom::model {

struct Totals {
  std::int64_t weight_layers = 0;  // Conv and Linear
  std::int64_t parameters = 0;     // weights and biases
  std::int64_t macs = 0;           // of one inference
};
[[nodiscard]] Totals totals(const Model& model);

// The settings that matter for reading a table: "3x3 /2, 8 groups, relu".
[[nodiscard]] std::string op_detail(const Op& op);

// One line a node, then the totals; ends with a line feed.
[[nodiscard]] std::string layer_table(const Model& model);

// {"network", "input", "output", "layers": [{"name", "op", "detail", "shape", "parameters",
// "macs"}], "totals": {"weight_layers", "parameters", "macs"}}.
[[nodiscard]] base::Json summary_json(const Model& model);

}  // namespace vqrom::model
