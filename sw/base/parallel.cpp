// SPDX-License-Identifier: Apache-2.0
#include "sw/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include "sw/base/error.h"

namespace vqrom::base {

void parallel_for(std::int64_t count, std::int64_t grain,
                  const std::function<void(std::int64_t, std::int64_t)>& body) {
  VQROM_CHECK(count >= 0 && grain > 0, "parallel_for({}, {})", count, grain);
  const std::int64_t chunks = (count + grain - 1) / grain;
  std::atomic<std::int64_t> failed = chunks;
  std::mutex mutex;
  std::exception_ptr failure;
  tbb::parallel_for(std::int64_t{0}, chunks, [&](std::int64_t chunk) {
    if (chunk > failed) return;
    try {
      body(chunk * grain, std::min(count, (chunk + 1) * grain));
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (chunk > failed) return;
      failed = chunk;
      failure = std::current_exception();
    }
  });
  if (failure) std::rethrow_exception(failure);
}

ThreadLimit::ThreadLimit(int threads) {
  if (threads > 0) {
    control_ = new tbb::global_control(tbb::global_control::max_allowed_parallelism,
                                       static_cast<std::size_t>(threads));
  }
}

ThreadLimit::~ThreadLimit() {
  delete static_cast<tbb::global_control*>(control_);
}

}  // namespace vqrom::base
