// SPDX-License-Identifier: Apache-2.0
// lockstep — two engines on the same stimulus, every output port compared in every cycle.
#pragma once

#include <cstdint>
#include <deque>
#include <exception>
#include <span>
#include <string>
#include <vector>

#include "sim/core/cycle_model.h"

namespace vqrom::sim {

struct LockstepLabels {
  std::string block;      // what is compared, for example "vq_decode (k=256, d=4)"
  std::string reference;  // the name of the first engine, for example "SystemC"
  std::string candidate;  // of the second, for example "RTL"
  std::string rerun;      // the command that repeats the run with waves; may be empty
};

// The first difference. what() tells block, cycle, port, both values, the last cycles of both
// engines as a table, and the command that runs it again with waves.
class LockstepMismatch : public std::exception {
 public:
  LockstepMismatch(std::int64_t cycle, std::string port, std::string text)
      : cycle_(cycle), port_(std::move(port)), text_(std::move(text)) {}
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
  [[nodiscard]] std::int64_t cycle() const { return cycle_; }
  [[nodiscard]] const std::string& port() const { return port_; }

 private:
  std::int64_t cycle_;
  std::string port_;
  std::string text_;
};

// Outputs that need not be equal always: those that the candidate does not know, and those that
// mean something only while their valid is high in the reference.
struct LockstepRules {
  std::vector<std::string> unknown;
  struct Payload {
    std::string port;
    std::string valid;
  };
  std::vector<Payload> payloads;
};

// Is itself a CycleModel, so whatever drives one engine drives two. Inputs go to both; outputs are
// the reference's. Cycles are counted from 0, the first clock edge.
class Lockstep : public CycleModel {
 public:
  // Errors: LockstepMismatch if the two do not have the same ports (in any order).
  Lockstep(CycleModel& reference, CycleModel& candidate, LockstepLabels labels,
           const LockstepRules& rules = {});

  [[nodiscard]] const std::vector<Port>& ports() const override { return ports_; }
  [[nodiscard]] std::span<std::uint8_t> value(int port) override;
  // Errors: LockstepMismatch.
  void settle() override;
  void clock_edge() override;
  [[nodiscard]] std::int64_t cycle() const { return cycle_; }

 private:
  struct Wire {
    std::span<std::uint8_t> reference;
    std::span<std::uint8_t> candidate;
    std::vector<std::uint8_t> driven;  // inputs only: what the driver wrote
    bool unknown = false;
    std::span<const std::uint8_t> valid;  // of a payload: in the reference
    [[nodiscard]] bool compared() const {
      return driven.empty() && !unknown && (valid.empty() || valid[0] != 0);
    }
  };
  // All ports of both engines in one cycle.
  struct Record {
    std::int64_t cycle = 0;
    std::vector<std::vector<std::uint8_t>> reference;
    std::vector<std::vector<std::uint8_t>> candidate;
  };

  [[nodiscard]] Record record() const;
  [[noreturn]] void fail(std::size_t port) const;
  [[nodiscard]] std::string table(const std::deque<Record>& records, std::size_t port) const;

  CycleModel& reference_;
  CycleModel& candidate_;
  LockstepLabels labels_;
  std::vector<Port> ports_;
  std::vector<Wire> wires_;
  std::deque<Record> history_;
  std::int64_t cycle_ = 0;
};

// The value as hexadecimal digits, most significant first, ceil(width/4) of them.
[[nodiscard]] std::string hex_text(std::span<const std::uint8_t> value, int width_bits);

}  // namespace vqrom::sim
