// SPDX-License-Identifier: Apache-2.0
#include "sw/base/error.h"

#include <cstdio>
#include <cstdlib>

namespace vqrom::base {

UserError::UserError(std::vector<Problem> problems) : problems_(std::move(problems)) {
  for (const Problem& problem : problems_) {
    if (!text_.empty()) text_ += '\n';
    text_ += fmt::format("error[{}]: ", problem.code);
    if (!problem.place.empty()) text_ += problem.place + ": ";
    text_ += problem.message;
  }
}

void fail_check(const char* file, int line, const char* condition, std::string_view message) {
  fmt::print(stderr, "vqrom: internal error at {}:{}: {} ({})\n", file, line, message, condition);
  std::abort();
}

}  // namespace vqrom::base
