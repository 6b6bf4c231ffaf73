// SPDX-License-Identifier: Apache-2.0
// interrupt — turns Ctrl-C into an exception at safe points, so that destructors clean up.
#pragma once

namespace vqrom::base {

// Installs handlers for SIGINT and SIGTERM: the first sets a flag, a second ends the process.
void install_interrupt_handlers();

// True once SIGINT or SIGTERM has arrived.
[[nodiscard]] bool interrupt_requested();

// Takes the signal as dealt with: what was asked to stop has stopped, and what is left to do
// (writing the best result so far) is not to be interrupted by it.
void accept_interrupt();

// Throws Interrupted if the flag is set. Long loops call it (Progress::advance does).
void check_interrupt();

}  // namespace vqrom::base
