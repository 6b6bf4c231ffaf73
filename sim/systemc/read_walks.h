// SPDX-License-Identifier: Apache-2.0
// read_walks — the addresses that vq_compute reads, one after the other.
#pragma once

#include <cstdint>
#include <deque>

#include "gen/config/instruction_set.h"
#include "sw/compiler/run_command.h"

namespace vqrom::sim {

// Activation vectors of a RUN in the order of computing, and the window weights beside them.
class VectorWalk {
 public:
  void begin(const compiler::RunCommand& command) {
    command_ = command;
    block_ = ky_ = kx_ = group_ = oy_ = ox_ = 0;
  }
  // Of the next vector; less than 0: padding.
  [[nodiscard]] std::int64_t vector() const {
    return compiler::RunWindow{command_, ky_, kx_}.vector(group_, oy_, ox_);
  }
  [[nodiscard]] bool reads_weights() const {
    return operation() == config::Operation::kWindowSum && command_.shape.unit_weights == 0;
  }
  [[nodiscard]] std::int64_t weights() const {
    const config::Shape& shape = command_.shape;
    return command_.run.weights + (group_ * shape.kernel_h + ky_) * shape.kernel_w + kx_;
  }
  void step() {
    const config::Run& run = command_.run;
    const config::Shape& shape = command_.shape;
    if (operation() == config::Operation::kArray) {
      (void)(next(ox_, run.out_w) && next(oy_, run.out_h) && next(group_, run.groups) &&
             next(kx_, shape.kernel_w) && next(ky_, shape.kernel_h) && next(block_, run.blocks));
    } else {
      (void)(next(kx_, shape.kernel_w) && next(ky_, shape.kernel_h) && next(ox_, run.out_w) &&
             next(oy_, run.out_h) && next(group_, run.groups));
    }
  }

 private:
  [[nodiscard]] config::Operation operation() const {
    return static_cast<config::Operation>(command_.shape.operation);
  }
  // Counts; true when it starts over.
  static bool next(std::int64_t& index, std::int64_t count) {
    index = index + 1 == count ? 0 : index + 1;
    return index == 0;
  }
  compiler::RunCommand command_;
  std::int64_t block_ = 0, ky_ = 0, kx_ = 0, group_ = 0, oy_ = 0, ox_ = 0;
};

// Words of jobs, each of neighbours.
class WordWalk {
 public:
  void clear() { jobs_.clear(); }
  void add(std::int64_t start, std::int64_t words) { jobs_.push_back({start, words}); }
  // The next word's address; there is one.
  std::int64_t take() {
    Job& job = jobs_.front();
    const std::int64_t address = job.next++;
    if (--job.left == 0) jobs_.pop_front();
    return address & 0xffff;
  }
  [[nodiscard]] std::int64_t peek() const {
    return jobs_.empty() ? 0 : jobs_.front().next & 0xffff;
  }

 private:
  struct Job {
    std::int64_t next, left;
  };
  std::deque<Job> jobs_;
};

}  // namespace vqrom::sim
