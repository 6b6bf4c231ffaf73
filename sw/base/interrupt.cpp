// SPDX-License-Identifier: Apache-2.0
#include "sw/base/interrupt.h"

#include <csignal>

#include "sw/base/error.h"

namespace vqrom::base {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void on_signal(int signal_number) {
  if (interrupted != 0) {
    std::signal(signal_number, SIG_DFL);
    std::raise(signal_number);
  }
  interrupted = 1;
}

}  // namespace

void install_interrupt_handlers() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is a write error, not a silent death
}

bool interrupt_requested() {
  return interrupted != 0;
}

void accept_interrupt() {
  interrupted = 0;
}

void check_interrupt() {
  if (interrupt_requested()) throw Interrupted();
}

}  // namespace vqrom::base
