// SPDX-License-Identifier: Apache-2.0
// progress — how far a long job is, on standard error: a bar on a terminal, plain lines otherwise.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace vqrom::base {

// Shows nothing for jobs shorter than half a second. advance() may be called from any thread; it
// also throws Interrupted after Ctrl-C.
class Progress {
 public:
  Progress(std::string what, std::int64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance(std::int64_t steps = 1);
  // A short remark shown behind the bar, for example "loss 0.31".
  void remark(std::string text);

 private:
  void show(std::int64_t done, bool final);

  std::string what_;
  std::int64_t total_;
  std::atomic<std::int64_t> done_{0};
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point shown_;
  std::mutex mutex_;
  std::string remark_;
  bool terminal_;
  bool anything_shown_ = false;
};

}  // namespace vqrom::base
