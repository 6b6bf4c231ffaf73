// SPDX-License-Identifier: Apache-2.0
#include "sw/base/progress.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "sw/base/interrupt.h"

namespace vqrom::base {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kFirstShown{500};
constexpr std::chrono::milliseconds kBarInterval{100};
constexpr std::chrono::seconds kLineInterval{5};
constexpr int kBarWidth = 28;

std::string duration_text(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  return fmt::format("{}:{:02} min", whole / 60, whole % 60);
}

}  // namespace

Progress::Progress(std::string what, std::int64_t total)
    : what_(std::move(what)),
      total_(std::max<std::int64_t>(total, 1)),
      start_(Clock::now()),
      shown_(start_),
      terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  const std::lock_guard lock(mutex_);
  if (anything_shown_) show(done_, true);
}

void Progress::advance(std::int64_t steps) {
  check_interrupt();
  const std::int64_t done = done_ += steps;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return;
  const auto now = Clock::now();
  if (now - start_ < kFirstShown) return;
  const auto interval = terminal_ ? Clock::duration(kBarInterval) : Clock::duration(kLineInterval);
  if (anything_shown_ && now - shown_ < interval) return;
  show(done, false);
}

void Progress::remark(std::string text) {
  const std::lock_guard lock(mutex_);
  remark_ = std::move(text);
}

void Progress::show(std::int64_t done, bool final) {
  const auto now = Clock::now();
  shown_ = now;
  anything_shown_ = true;
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
  std::string time;
  if (final) {
    time = duration_text(elapsed);
  } else if (part > 0.0) {
    time = duration_text(elapsed * (1.0 - part) / part) + " left";
  }
  if (!remark_.empty()) time += ", " + remark_;
  const int percent = static_cast<int>(part * 100.0);
  if (terminal_) {
    const int filled = static_cast<int>(part * kBarWidth);
    fmt::print(stderr, "\r\033[K{} [{}{}] {:3}%  {}{}", what_, std::string(filled, '#'),
               std::string(kBarWidth - filled, '.'), percent, time, final ? "\n" : "");
  } else {
    fmt::print(stderr, "{}: {}% ({})\n", what_, percent, time);
  }
  std::fflush(stderr);
}

}  // namespace vqrom::base
