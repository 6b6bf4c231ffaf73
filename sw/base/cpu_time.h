// SPDX-License-Identifier: Apache-2.0
// cpu_time — how long this thread has computed.
#pragma once

namespace vqrom::base {

// Seconds of processor time since the thread began; other threads and waiting do not count.
[[nodiscard]] double thread_cpu_seconds();

}  // namespace vqrom::base
