// SPDX-License-Identifier: Apache-2.0
// error — the user's mistakes as values, and ours as fatal checks.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace vqrom::base {

// One thing that is wrong with what the user gave: a stable code (listed in docs/errors.md), the
// place (a file, or file and key) and a sentence that names the value found and those allowed.
struct Problem {
  std::string code;
  std::string place;
  std::string message;
};

// Thrown by libraries for the user's mistakes; carries every problem that was collected.
class UserError : public std::exception {
 public:
  UserError(std::string code, std::string place, std::string message)
      : UserError(std::vector<Problem>{{std::move(code), std::move(place), std::move(message)}}) {}
  explicit UserError(std::vector<Problem> problems);

  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }
  // All problems, one a line: `error[code]: place: message`.
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::vector<Problem> problems_;
  std::string text_;
};

// Collects problems, then fails once with all of them.
class Problems {
 public:
  void add(std::string code, std::string place, std::string message) {
    problems_.push_back({std::move(code), std::move(place), std::move(message)});
  }
  [[nodiscard]] bool empty() const { return problems_.empty(); }
  [[nodiscard]] const std::vector<Problem>& all() const { return problems_; }
  // Throws UserError with everything collected, if anything was.
  void throw_if_any() const {
    if (!problems_.empty()) throw UserError(problems_);
  }

 private:
  std::vector<Problem> problems_;
};

// The user pressed Ctrl-C (or SIGTERM came); see interrupt.h. what() says what became of the work.
class Interrupted : public std::exception {
 public:
  explicit Interrupted(std::string what = "nothing was written") : what_(std::move(what)) {}
  [[nodiscard]] const char* what() const noexcept override { return what_.c_str(); }

 private:
  std::string what_;
};

// Prints file, line and message, then aborts: the program itself is wrong.
[[noreturn]] void fail_check(const char* file, int line, const char* condition,
                             std::string_view message);

}  // namespace vqrom::base

// VQROM_CHECK(condition, "format", args...): an invariant of ours; never for the user's input.
#define VQROM_CHECK(condition, ...)                                                          \
  do {                                                                                       \
    if (!(condition)) {                                                                      \
      ::vqrom::base::fail_check(__FILE__, __LINE__, #condition, ::fmt::format(__VA_ARGS__)); \
    }                                                                                        \
  } while (false)
