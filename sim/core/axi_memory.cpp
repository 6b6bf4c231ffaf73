// SPDX-License-Identifier: Apache-2.0
#include "sim/core/axi_memory.h"

#include <array>
#include <bit>
#include <cstring>

#include "sw/base/error.h"

namespace vqrom::sim {
namespace {

constexpr std::uint64_t kPage = 4096;
constexpr std::uint8_t kIncrement = 1;
constexpr std::uint8_t kSlaveError = 2;
constexpr std::uint8_t kRefusedByte = 0xee;

// Places of the parts behind the address in a request's beat.
enum RequestPart : std::size_t { kLength, kSize, kBurst, kIdPart };

const std::vector<std::string> kRequestPorts{"addr_o", "len_o", "size_o", "burst_o", "id_o"};

std::vector<std::string> with_prefix(const std::string& prefix, std::vector<std::string> names) {
  for (std::string& name : names) name.insert(0, prefix);
  return names;
}

std::size_t bytes_of(CycleModel& model, const char* port) {
  return model.value(model.port(port)).size();
}

std::size_t write_room(const AxiMemoryOptions& options) {
  return static_cast<std::size_t>(options.outstanding + 1) *
         static_cast<std::size_t>(options.longest_burst);
}

}  // namespace

AxiMemory::Incoming::Incoming(CycleModel& model, const std::string& name,
                              const std::vector<std::string>& payload)
    : name_(name),
      payload_(model, with_prefix(name, payload)),
      valid_(model.value(model.port(name + "valid_o"))),
      ready_(model.value(model.port(name + "ready_i"))),
      held_(payload_.beat_bytes()),
      now_(payload_.beat_bytes()) {}

void AxiMemory::Incoming::fail(std::int64_t cycle, const std::string& message) const {
  throw base::UserError("simulate.axi", fmt::format("{}, cycle {}", name_, cycle), message);
}

bool AxiMemory::Incoming::sample(std::int64_t cycle) {
  const bool valid = valid_[0] != 0;
  if (pending_ && !valid) fail(cycle, "valid fell before the beat was taken");
  if (!valid) return false;
  payload_.read(now_);
  if (pending_ && now_ != held_) fail(cycle, "the beat changed before it was taken");
  pending_ = ready_[0] == 0;
  if (pending_) held_ = now_;
  return !pending_;
}

AxiMemory::Outgoing::Outgoing(CycleModel& model, const std::string& name,
                              const std::vector<std::string>& names)
    : payload(model, with_prefix(name, names)),
      valid(model.value(model.port(name + "valid_i"))),
      ready(model.value(model.port(name + "ready_o"))) {
  offer_nothing();
}

void AxiMemory::Outgoing::offer(std::span<const std::uint8_t> beat) {
  payload.write(beat);
  valid[0] = 1;
}

void AxiMemory::Outgoing::offer_nothing() {
  payload.write_junk();
  valid[0] = 0;
}

AxiMemory::AxiMemory(CycleModel& model, std::span<std::uint8_t> bytes, AxiMemoryOptions options)
    : bytes_(bytes),
      options_(options),
      word_bytes_(bytes_of(model, "mem_rdata_i")),
      address_bytes_(bytes_of(model, "mem_araddr_o")),
      timing_(options, bytes.size(), word_bytes_),
      read_request_(model, "mem_ar", kRequestPorts),
      write_request_(model, "mem_aw", kRequestPorts),
      write_word_(model, "mem_w", {"data_o", "strb_o", "last_o"}),
      read_word_(model, "mem_r", {"data_i", "resp_i", "last_i", "id_i"}),
      answer_(model, "mem_b", {"resp_i", "id_i"}),
      read_bytes_(static_cast<std::size_t>(options.outstanding) *
                  static_cast<std::size_t>(options.longest_burst) * word_bytes_),
      write_bytes_(write_room(options) * write_word_.payload().size()),
      beat_(read_word_.payload.beat_bytes()) {}

void AxiMemory::drive() {
  timing_.drive();
  read_request_.drive(timing_.reads().request_ready());
  write_request_.drive(timing_.writes().request_ready());
  write_word_.drive(timing_.writes().word_ready());
  drive_read();
  drive_answer();
}

void AxiMemory::sample() {
  const std::int64_t cycle = timing_.cycle();
  if (read_request_.sample(cycle)) take_read();
  if (write_request_.sample(cycle)) timing_.take_write(take_request(write_request_));
  if (write_word_.sample(cycle)) take_write_word();
  const bool word_taken = timing_.reads().word_offered() && read_word_.ready[0] != 0;
  if (word_taken && timing_.reads().word_is_last()) ++read_bursts_done_;
  if (!timing_.end_cycle(word_taken, answer_.ready[0] != 0)) {
    const MemoryTiming::Burst& burst = timing_.writes().wrong_burst();
    write_word_.fail(
        cycle, fmt::format("last is {} in word {} of a burst of {}",
                           burst.done_words == burst.words ? 0 : 1, burst.done_words, burst.words));
  }
}

MemoryTiming::Burst AxiMemory::take_request(const Incoming& channel) const {
  const std::vector<std::uint8_t>& beat = channel.payload();
  std::uint64_t address = 0;
  for (std::size_t i = 0; i < address_bytes_; ++i) {
    address |= std::uint64_t{beat[i]} << (8 * i);
  }
  const std::uint8_t* parts = beat.data() + address_bytes_;
  const std::int64_t words = parts[kLength] + 1;
  const std::uint64_t size = static_cast<std::uint64_t>(words) * word_bytes_;
  const std::int64_t cycle = timing_.cycle();
  if (parts[kBurst] != kIncrement) {
    channel.fail(cycle,
                 fmt::format("the burst's type is {}; must be {}", parts[kBurst], kIncrement));
  }
  if (parts[kSize] != std::countr_zero(word_bytes_)) {
    channel.fail(cycle, fmt::format("the burst's size is {}; must be {}", parts[kSize],
                                    std::countr_zero(word_bytes_)));
  }
  if (words > options_.longest_burst) {
    channel.fail(cycle, fmt::format("the burst has {} words; must have at most {}", words,
                                    options_.longest_burst));
  }
  if (address % word_bytes_ != 0) {
    channel.fail(
        cycle, fmt::format("the address is {:#x}; must be a multiple of {}", address, word_bytes_));
  }
  if (address / kPage != (address + size - 1) / kPage) {
    channel.fail(cycle, fmt::format("the burst of {} bytes at {:#x} crosses 4 KiB", size, address));
  }
  return timing_.burst(address, words, parts[kIdPart]);
}

std::size_t AxiMemory::read_place(std::int64_t burst) const {
  return static_cast<std::size_t>(burst % options_.outstanding) *
         static_cast<std::size_t>(options_.longest_burst) * word_bytes_;
}

std::size_t AxiMemory::write_place(std::int64_t word) const {
  return static_cast<std::size_t>(word) % write_room(options_) * write_word_.payload().size();
}

void AxiMemory::take_read() {
  const MemoryTiming::Burst burst = take_request(read_request_);
  const std::size_t place = read_place(timing_.reads().counts().bursts);
  const std::size_t size = static_cast<std::size_t>(burst.words) * word_bytes_;
  if (burst.refused) {
    std::memset(&read_bytes_[place], kRefusedByte, size);
  } else {
    std::memcpy(&read_bytes_[place], &bytes_[burst.address], size);
  }
  timing_.take_read(burst);
}

void AxiMemory::take_write_word() {
  const std::vector<std::uint8_t>& beat = write_word_.payload();
  std::memcpy(&write_bytes_[write_place(timing_.writes().counts().words)], beat.data(),
              beat.size());
  timing_.writes().take_word(beat.back() != 0);
}

void AxiMemory::drive_read() {
  if (!timing_.reads().word_begins()) {
    if (!timing_.reads().word_offered()) read_word_.offer_nothing();
    return;
  }
  const MemoryTiming::Burst& burst = timing_.reads().burst();
  const std::size_t place =
      read_place(read_bursts_done_) + static_cast<std::size_t>(burst.done_words) * word_bytes_;
  std::memcpy(beat_.data(), &read_bytes_[place], word_bytes_);
  beat_[word_bytes_] = burst.refused ? kSlaveError : 0;
  beat_[word_bytes_ + 1] = timing_.reads().word_is_last() ? 1 : 0;
  beat_[word_bytes_ + 2] = burst.id;
  read_word_.offer(beat_);
}

void AxiMemory::drive_answer() {
  if (!timing_.writes().answer_begins()) {
    if (!timing_.writes().answer_offered()) answer_.offer_nothing();
    return;
  }
  const MemoryTiming::Burst& burst = timing_.writes().burst();
  commit(burst);
  const std::array<std::uint8_t, 2> beat{burst.refused ? kSlaveError : std::uint8_t{0}, burst.id};
  answer_.offer(beat);
}

void AxiMemory::commit(const MemoryTiming::Burst& burst) {
  for (std::int64_t word = 0; word < burst.words; ++word) {
    const std::uint8_t* data = &write_bytes_[write_place(words_committed_++)];
    const std::uint8_t* strobes = data + word_bytes_;
    const std::uint64_t at = burst.address + static_cast<std::uint64_t>(word) * word_bytes_;
    for (std::size_t i = 0; i < word_bytes_ && !burst.refused; ++i) {
      if ((strobes[i / 8] >> i % 8 & 1) != 0) bytes_[at + i] = data[i];
    }
  }
}

}  // namespace vqrom::sim
