// SPDX-License-Identifier: Apache-2.0
#include "sim/core/axi_memory.h"

#include <algorithm>
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
enum RequestPart : std::size_t { kLength, kSize, kBurst, kId };

const std::vector<std::string> kRequestPorts{"addr_o", "len_o", "size_o", "burst_o", "id_o"};

std::vector<std::string> with_prefix(const std::string& prefix, std::vector<std::string> names) {
  for (std::string& name : names) name.insert(0, prefix);
  return names;
}

StallPattern stalls_of(const AxiMemoryOptions& options, std::uint64_t channel) {
  if (options.stall_seed == 0) return {};
  return StallPattern::random(options.stall_seed * 5 + channel);
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
                              const std::vector<std::string>& payload, StallPattern stalls)
    : name_(name),
      payload_(model, with_prefix(name, payload)),
      valid_(model.value(model.port(name + "valid_o"))),
      ready_(model.value(model.port(name + "ready_i"))),
      stalls_(std::move(stalls)),
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
                              const std::vector<std::string>& names, StallPattern pauses)
    : payload(model, with_prefix(name, names)),
      valid(model.value(model.port(name + "valid_i"))),
      ready(model.value(model.port(name + "ready_o"))),
      stalls(std::move(pauses)) {
  offer_nothing();
}

void AxiMemory::Outgoing::offer(std::span<const std::uint8_t> beat) {
  payload.write(beat);
  valid[0] = 1;
  offering = true;
}

void AxiMemory::Outgoing::offer_nothing() {
  payload.write_junk();
  valid[0] = 0;
}

bool AxiMemory::Outgoing::sample() {
  if (!offering || ready[0] == 0) return false;
  offering = false;
  return true;
}

AxiMemory::AxiMemory(CycleModel& model, std::span<std::uint8_t> bytes, AxiMemoryOptions options)
    : bytes_(bytes),
      options_(options),
      word_bytes_(bytes_of(model, "mem_rdata_i")),
      address_bytes_(bytes_of(model, "mem_araddr_o")),
      read_request_(model, "mem_ar", kRequestPorts, stalls_of(options, 0)),
      write_request_(model, "mem_aw", kRequestPorts, stalls_of(options, 1)),
      write_word_(model, "mem_w", {"data_o", "strb_o", "last_o"}, stalls_of(options, 2)),
      read_word_(model, "mem_r", {"data_i", "resp_i", "last_i", "id_i"}, stalls_of(options, 3)),
      answer_(model, "mem_b", {"resp_i", "id_i"}, stalls_of(options, 4)),
      reads_(static_cast<std::size_t>(options.outstanding)),
      writes_(static_cast<std::size_t>(options.outstanding)),
      read_bytes_(static_cast<std::size_t>(options.outstanding) *
                  static_cast<std::size_t>(options.longest_burst) * word_bytes_),
      words_(write_room(options)),
      write_bytes_(write_room(options) * write_word_.payload().size()),
      beat_(read_word_.payload.beat_bytes()) {
  VQROM_CHECK(options.read_latency_cycles >= 1 && options.write_latency_cycles >= 1 &&
                  options.cycles_per_word >= 1 && options.outstanding >= 1 &&
                  options.longest_burst >= 1,
              "a memory's latencies, rate and limits are at least 1");
}

void AxiMemory::drive() {
  read_request_.drive(!reads_.full());
  write_request_.drive(!writes_.full());
  write_word_.drive(!words_.full() && cycle_ >= next_write_cycle_);
  drive_read();
  drive_answer();
}

void AxiMemory::sample() {
  if (read_request_.sample(cycle_)) take_read();
  if (write_request_.sample(cycle_)) {
    writes_.push() = take_request(write_request_);
    ++counts_.write_bursts;
    counts_.most_write_bursts =
        std::max(counts_.most_write_bursts, static_cast<std::int64_t>(writes_.size()));
  }
  if (write_word_.sample(cycle_)) take_write_word();
  complete_writes();
  if (read_word_.sample()) {
    ++counts_.read_words;
    next_read_cycle_ = cycle_ + options_.cycles_per_word;
    if (++reads_.front().done_words == reads_.front().words) reads_.pop();
  }
  if (answer_.sample()) {
    writes_.pop();
    --complete_bursts_;
  }
  ++cycle_;
}

AxiMemory::Burst AxiMemory::take_request(const Incoming& channel) const {
  const std::vector<std::uint8_t>& beat = channel.payload();
  Burst burst;
  for (std::size_t i = 0; i < address_bytes_; ++i) {
    burst.address |= std::uint64_t{beat[i]} << (8 * i);
  }
  const std::uint8_t* parts = beat.data() + address_bytes_;
  burst.words = parts[kLength] + 1;
  burst.id = parts[kId];
  const std::uint64_t size = static_cast<std::uint64_t>(burst.words) * word_bytes_;
  if (parts[kBurst] != kIncrement) {
    channel.fail(cycle_,
                 fmt::format("the burst's type is {}; must be {}", parts[kBurst], kIncrement));
  }
  if (parts[kSize] != std::countr_zero(word_bytes_)) {
    channel.fail(cycle_, fmt::format("the burst's size is {}; must be {}", parts[kSize],
                                     std::countr_zero(word_bytes_)));
  }
  if (burst.words > options_.longest_burst) {
    channel.fail(cycle_, fmt::format("the burst has {} words; must have at most {}", burst.words,
                                     options_.longest_burst));
  }
  if (burst.address % word_bytes_ != 0) {
    channel.fail(cycle_, fmt::format("the address is {:#x}; must be a multiple of {}",
                                     burst.address, word_bytes_));
  }
  if (burst.address / kPage != (burst.address + size - 1) / kPage) {
    channel.fail(cycle_,
                 fmt::format("the burst of {} bytes at {:#x} crosses 4 KiB", size, burst.address));
  }
  burst.address -= options_.origin;  // below the origin: far above the memory's end
  burst.refused = burst.address >= bytes_.size() || size > bytes_.size() - burst.address;
  return burst;
}

void AxiMemory::take_read() {
  Burst& burst = reads_.push();
  burst = take_request(read_request_);
  burst.due_cycle = cycle_ + options_.read_latency_cycles;
  const std::size_t place = reads_.slot(reads_.size() - 1) *
                            static_cast<std::size_t>(options_.longest_burst) * word_bytes_;
  const std::size_t size = static_cast<std::size_t>(burst.words) * word_bytes_;
  if (burst.refused) {
    std::memset(&read_bytes_[place], kRefusedByte, size);
    ++counts_.refused_bursts;
  } else {
    std::memcpy(&read_bytes_[place], &bytes_[burst.address], size);
  }
  ++counts_.read_bursts;
  counts_.most_read_bursts =
      std::max(counts_.most_read_bursts, static_cast<std::int64_t>(reads_.size()));
}

void AxiMemory::take_write_word() {
  const std::vector<std::uint8_t>& beat = write_word_.payload();
  WriteWord& word = words_.push();
  word.last = beat.back() != 0;
  std::memcpy(&write_bytes_[words_.slot(words_.size() - 1) * beat.size()], beat.data(),
              beat.size());
  ++counts_.write_words;
  next_write_cycle_ = cycle_ + options_.cycles_per_word;
}

// Gives words to the oldest burst that lacks some; words may come before their request.
void AxiMemory::complete_writes() {
  while (matched_words_ < words_.size() && complete_bursts_ < writes_.size()) {
    Burst& burst = writes_.at(complete_bursts_);
    const bool last = words_.at(matched_words_++).last;
    ++burst.done_words;
    if (last != (burst.done_words == burst.words)) {
      write_word_.fail(cycle_, fmt::format("last is {} in word {} of a burst of {}", last ? 1 : 0,
                                           burst.done_words, burst.words));
    }
    if (burst.done_words < burst.words) continue;
    burst.due_cycle = cycle_ + options_.write_latency_cycles;
    ++complete_bursts_;
  }
}

void AxiMemory::drive_read() {
  const bool pause = read_word_.stalls.next();
  if (read_word_.offering) return;
  if (pause || reads_.empty() || reads_.front().due_cycle > cycle_ || next_read_cycle_ > cycle_) {
    read_word_.offer_nothing();
    return;
  }
  const Burst& burst = reads_.front();
  const std::size_t place = reads_.slot(0) * static_cast<std::size_t>(options_.longest_burst) +
                            static_cast<std::size_t>(burst.done_words);
  std::memcpy(beat_.data(), &read_bytes_[place * word_bytes_], word_bytes_);
  beat_[word_bytes_] = burst.refused ? kSlaveError : 0;
  beat_[word_bytes_ + 1] = burst.done_words + 1 == burst.words ? 1 : 0;
  beat_[word_bytes_ + 2] = burst.id;
  read_word_.offer(beat_);
}

void AxiMemory::drive_answer() {
  const bool pause = answer_.stalls.next();
  if (answer_.offering) return;
  if (pause || complete_bursts_ == 0 || writes_.front().due_cycle > cycle_) {
    answer_.offer_nothing();
    return;
  }
  const Burst& burst = writes_.front();
  commit(burst);
  const std::array<std::uint8_t, 2> beat{burst.refused ? kSlaveError : std::uint8_t{0}, burst.id};
  answer_.offer(beat);
}

void AxiMemory::commit(const Burst& burst) {
  const std::size_t beat_bytes = write_word_.payload().size();
  for (std::int64_t word = 0; word < burst.words; ++word) {
    const std::uint8_t* data = &write_bytes_[words_.slot(0) * beat_bytes];
    const std::uint8_t* strobes = data + word_bytes_;
    const std::uint64_t at = burst.address + static_cast<std::uint64_t>(word) * word_bytes_;
    for (std::size_t i = 0; i < word_bytes_ && !burst.refused; ++i) {
      if ((strobes[i / 8] >> i % 8 & 1) != 0) bytes_[at + i] = data[i];
    }
    words_.pop();
    --matched_words_;
  }
  if (burst.refused) ++counts_.refused_bursts;
}

}  // namespace vqrom::sim
