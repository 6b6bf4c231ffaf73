// SPDX-License-Identifier: Apache-2.0
// stream — the far ends of a block's valid/ready streams: a source that feeds and a sink that
// takes.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/core/cycle_model.h"
#include "sim/core/stall_pattern.h"

namespace vqrom::sim {

// The ports of one stream as the block names them. A beat is the values of the payload ports one
// after the other, each in ceil(width/8) little-endian bytes.
struct StreamPorts {
  std::string valid;
  std::string ready;
  std::vector<std::string> payload;
};

// A block broke the contract of a stream: valid fell or data changed before the beat was taken.
class StreamViolation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The payload ports of a stream, read or written as one beat.
class StreamPayload {
 public:
  StreamPayload(CycleModel& model, const std::vector<std::string>& ports);
  [[nodiscard]] std::size_t beat_bytes() const { return beat_bytes_; }
  void write(std::span<const std::uint8_t> beat);
  // Writes the complement of what the ports hold: data that a block must not look at.
  void write_junk();
  void read(std::span<std::uint8_t> beat) const;

 private:
  struct Field {
    std::span<std::uint8_t> value;
    std::uint8_t top_mask = 0xff;  // the bits of the last byte that exist
  };
  std::vector<Field> fields_;
  std::size_t beat_bytes_ = 0;
};

// The next beat to send, valid until the next call; null if there is none now.
using BeatProducer = std::function<const std::uint8_t*()>;
using BeatConsumer = std::function<void(std::span<const std::uint8_t>)>;

// Sends beats, with pauses. One cycle: drive(), settle(), sample(), clock_edge(). Valid does not
// look at ready; a beat stays until it is taken; between beats the payload is junk.
class StreamSource {
 public:
  StreamSource(CycleModel& model, const StreamPorts& ports, StallPattern stalls,
               BeatProducer produce);

  void drive();
  void sample();
  [[nodiscard]] std::int64_t sent() const { return sent_; }

 private:
  StreamPayload payload_;
  std::span<std::uint8_t> valid_;
  std::span<const std::uint8_t> ready_;
  StallPattern stalls_;
  BeatProducer produce_;
  std::int64_t sent_ = 0;
  bool offering_ = false;
};

// Takes beats, with pauses, and checks the contract. The same four steps a cycle.
class StreamSink {
 public:
  // `name` is what a violation calls the stream.
  StreamSink(CycleModel& model, const StreamPorts& ports, StallPattern stalls, BeatConsumer consume,
             std::string name);

  void drive();
  // Errors: StreamViolation.
  void sample();
  [[nodiscard]] std::int64_t received() const { return received_; }
  // Cycles in which a beat was offered and not taken.
  [[nodiscard]] std::int64_t refused() const { return refused_; }

 private:
  StreamPayload payload_;
  std::span<const std::uint8_t> valid_;
  std::span<std::uint8_t> ready_;
  StallPattern stalls_;
  BeatConsumer consume_;
  std::string name_;
  std::int64_t received_ = 0;
  std::int64_t refused_ = 0;
  std::int64_t cycle_ = 0;
  bool pending_ = false;  // a beat was offered and not taken
  std::vector<std::uint8_t> held_;
  std::vector<std::uint8_t> now_;
};

}  // namespace vqrom::sim
