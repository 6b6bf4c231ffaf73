// SPDX-License-Identifier: Apache-2.0
#include "sim/core/stream.h"

#include <cstring>

#include "sw/base/error.h"

namespace vqrom::sim {

StreamPayload::StreamPayload(CycleModel& model, const std::vector<std::string>& ports) {
  for (const std::string& name : ports) {
    const int port = model.port(name);
    const int tail = model.ports()[static_cast<std::size_t>(port)].width_bits % 8;
    const auto mask = static_cast<std::uint8_t>(tail == 0 ? 0xff : (1 << tail) - 1);
    fields_.push_back({model.value(port), mask});
    beat_bytes_ += fields_.back().value.size();
  }
}

void StreamPayload::write(std::span<const std::uint8_t> beat) {
  for (const Field& field : fields_) {
    std::memcpy(field.value.data(), beat.data(), field.value.size());
    beat = beat.subspan(field.value.size());
  }
}

void StreamPayload::write_junk() {
  for (const Field& field : fields_) {
    for (std::uint8_t& byte : field.value) byte = static_cast<std::uint8_t>(~byte);
    field.value.back() &= field.top_mask;
  }
}

void StreamPayload::read(std::span<std::uint8_t> beat) const {
  for (const Field& field : fields_) {
    std::memcpy(beat.data(), field.value.data(), field.value.size());
    beat = beat.subspan(field.value.size());
  }
}

StreamSource::StreamSource(CycleModel& model, const StreamPorts& ports, StallPattern stalls,
                           BeatProducer produce)
    : payload_(model, ports.payload),
      valid_(model.value(model.port(ports.valid))),
      ready_(model.value(model.port(ports.ready))),
      stalls_(std::move(stalls)),
      produce_(std::move(produce)) {}

void StreamSource::drive() {
  const bool pause = stalls_.next();
  if (offering_) return;
  const std::uint8_t* beat = pause ? nullptr : produce_();
  offering_ = beat != nullptr;
  valid_[0] = offering_ ? 1 : 0;
  if (offering_) {
    payload_.write({beat, payload_.beat_bytes()});
  } else {
    payload_.write_junk();
  }
}

void StreamSource::sample() {
  if (!offering_ || ready_[0] == 0) return;
  offering_ = false;
  ++sent_;
}

StreamSink::StreamSink(CycleModel& model, const StreamPorts& ports, StallPattern stalls,
                       BeatConsumer consume, std::string name)
    : payload_(model, ports.payload),
      valid_(model.value(model.port(ports.valid))),
      ready_(model.value(model.port(ports.ready))),
      stalls_(std::move(stalls)),
      consume_(std::move(consume)),
      name_(std::move(name)),
      held_(payload_.beat_bytes()),
      now_(payload_.beat_bytes()) {}

void StreamSink::drive() {
  ready_[0] = stalls_.next() ? 0 : 1;
}

void StreamSink::sample() {
  const bool valid = valid_[0] != 0;
  if (pending_ && !valid) {
    throw StreamViolation(
        fmt::format("stream {}, cycle {}: valid fell before the beat was taken", name_, cycle_));
  }
  if (valid) {
    payload_.read(now_);
    if (pending_ && now_ != held_) {
      throw StreamViolation(fmt::format(
          "stream {}, cycle {}: data changed before the beat was taken", name_, cycle_));
    }
    pending_ = ready_[0] == 0;
    if (pending_) {
      held_ = now_;
      ++refused_;
    } else {
      ++received_;
      consume_(now_);
    }
  }
  ++cycle_;
}

}  // namespace vqrom::sim
