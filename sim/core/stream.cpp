// SPDX-License-Identifier: Apache-2.0
#include "sim/core/stream.h"

#include <algorithm>
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

StreamSource::StreamSource(CycleModel& model, const StreamPorts& ports, StallPattern stalls)
    : payload_(model, ports.payload),
      valid_(model.value(model.port(ports.valid))),
      ready_(model.value(model.port(ports.ready))),
      stalls_(std::move(stalls)) {}

void StreamSource::push(std::span<const std::uint8_t> beat) {
  VQROM_CHECK(beat.size() == payload_.beat_bytes(), "a beat of {} bytes for a stream of {}",
              beat.size(), payload_.beat_bytes());
  beats_.insert(beats_.end(), beat.begin(), beat.end());
  ++pushed_;
}

void StreamSource::drive() {
  const bool pause = stalls_.next();
  if (offering_) return;
  offering_ = sent_ < pushed_ && !pause;
  valid_[0] = offering_ ? 1 : 0;
  if (offering_) {
    payload_.write(std::span(beats_).subspan(sent_ * payload_.beat_bytes(), payload_.beat_bytes()));
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
                       std::string name)
    : payload_(model, ports.payload),
      valid_(model.value(model.port(ports.valid))),
      ready_(model.value(model.port(ports.ready))),
      stalls_(std::move(stalls)),
      name_(std::move(name)),
      held_(payload_.beat_bytes()),
      now_(payload_.beat_bytes()) {}

void StreamSink::drive() {
  ready_[0] = stalls_.next() ? 0 : 1;
}

void StreamSink::sample() {
  const bool valid = valid_[0] != 0;
  payload_.read(now_);
  if (pending_ && !valid) {
    throw StreamViolation(
        fmt::format("stream {}, cycle {}: valid fell before the beat was taken", name_, cycle_));
  }
  if (pending_ && now_ != held_) {
    throw StreamViolation(
        fmt::format("stream {}, cycle {}: data changed before the beat was taken", name_, cycle_));
  }
  pending_ = valid && ready_[0] == 0;
  if (pending_) held_ = now_;
  if (valid && ready_[0] != 0) {
    beats_.insert(beats_.end(), now_.begin(), now_.end());
    ++received_;
  }
  ++cycle_;
}

std::span<const std::uint8_t> StreamSink::beat(std::size_t index) const {
  VQROM_CHECK(index < received_, "beat {} of {}", index, received_);
  return std::span(beats_).subspan(index * payload_.beat_bytes(), payload_.beat_bytes());
}

}  // namespace vqrom::sim
