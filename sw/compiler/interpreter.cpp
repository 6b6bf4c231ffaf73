// SPDX-License-Identifier: Apache-2.0
#include "sw/compiler/interpreter.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "sw/base/error.h"
#include "sw/base/random.h"

namespace vqrom::compiler {
namespace {

std::vector<std::uint8_t> random_bytes(std::int64_t count, base::Random& random) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count));
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.bits());
  return bytes;
}

// Calls copy(memory byte, buffer byte, bytes) for each row.
template <typename Transfer, typename Copy>
void for_rows(const Transfer& transfer, std::int64_t bus_bytes, std::int64_t word_bytes,
              Copy copy) {
  for (std::int64_t row = 0; row < transfer.rows; ++row) {
    copy(static_cast<std::size_t>(transfer.address + row * transfer.row_stride),
         static_cast<std::size_t>((transfer.buffer + row * transfer.buffer_stride) * word_bytes),
         static_cast<std::size_t>(transfer.row_words * bus_bytes));
  }
}

}  // namespace

Interpreter::Interpreter(const Program& program, const codebook::Codebook& codebook,
                         std::uint64_t seed)
    : program_(program), config_(program.config), codebook_(codebook) {
  if (program.codebook_sha256 != codebook.sha256) {
    throw base::UserError("codebook.mismatch", program.network,
                          fmt::format("the program's bundle holds the codebook {}; the codebook "
                                      "given is {}",
                                      program.codebook_sha256, codebook.sha256));
  }
  base::Random random(seed);
  const config::BuffersConfig& buffers = config_.buffers;
  const std::int64_t rows = config_.array.rows;
  memory_ = random_bytes(program.memory_bytes, random);
  std::ranges::copy(program.image, memory_.begin());
  activations_ = random_bytes(buffers.activation_vectors * rows, random);
  weights_ = random_bytes(std::int64_t{buffers.weight_words} * config_.bus_bytes(), random);
  parameters_ = random_bytes(std::int64_t{buffers.parameter_entries} * kParameterBytes, random);
  window_ = random_bytes(buffers.window_vectors * rows, random);
  tables_ = random_bytes(config::kTables * config::kTableEntries, random);
  output_ = random_bytes(buffers.output_vectors * rows, random);
  if (!config_.loads_codebook()) return;
  codewords_ = random_bytes(std::int64_t{config_.codebook.entries} * codeword_bytes(), random);
}

void Interpreter::run(Order order) {
  using Step = bool (Interpreter::*)();
  std::array<Step, 5> steps{&Interpreter::load, &Interpreter::read_run, &Interpreter::finish_run,
                            &Interpreter::read_store, &Interpreter::finish_store};
  if (order == Order::kStoresFirst) std::ranges::reverse(steps);
  dispatch();
  while (true) {
    const bool stepped = std::ranges::any_of(steps, [&](Step step) { return (this->*step)(); });
    dispatch();
    if (stepped) continue;
    if (next_ == program_.instruction_count && drained()) return;
    throw base::UserError("program.instruction", program_.network,
                          fmt::format("the tickets let nothing go on: {} LOADs, {} RUNs and {} "
                                      "STOREs are complete",
                                      loads_, runs_, stores_));
  }
}

bool Interpreter::drained() const {
  return load_queue_.empty() && run_queue_.empty() && store_queue_.empty() && unwritten_.empty() &&
         unstored_.empty();
}

void Interpreter::dispatch() {
  for (; next_ < program_.instruction_count; ++next_) {
    const config::Instruction instruction = program_.instruction(next_);
    if (std::holds_alternative<config::Fence>(instruction) ||
        std::holds_alternative<config::End>(instruction)) {
      if (!drained()) return;
    } else if (const auto* load = std::get_if<config::Load>(&instruction)) {
      load_queue_.push_back(*load);
    } else if (const auto* store = std::get_if<config::Store>(&instruction)) {
      store_queue_.push_back(*store);
    } else {
      run_queue_.push_back(instruction);
    }
  }
}

bool Interpreter::load() {
  if (load_queue_.empty()) return false;
  const config::Load load = load_queue_.front();
  if (load.wait_reads > reads_ || load.wait_stores > stores_) return false;
  load_queue_.pop_front();
  const std::int64_t rows = config_.array.rows;
  struct Place {
    std::vector<std::uint8_t>* buffer;
    std::int64_t word_bytes;
  };
  const std::array<Place, config::kTargets> places{
      Place{&activations_, rows},           Place{&weights_, config_.bus_bytes()},
      Place{&parameters_, kParameterBytes}, Place{&window_, rows},
      Place{&codewords_, codeword_bytes()}, Place{&tables_, config_.bus_bytes()}};
  const Place& place = places[static_cast<std::size_t>(load.target)];
  for_rows(load, config_.bus_bytes(), place.word_bytes,
           [&](std::size_t from, std::size_t to, std::size_t bytes) {
             std::memcpy(place.buffer->data() + to, memory_.data() + from, bytes);
           });
  ++loads_;
  return true;
}

bool Interpreter::read_run() {
  if (run_queue_.empty()) return false;
  const config::Instruction instruction = run_queue_.front();
  if (const auto* shape = std::get_if<config::Shape>(&instruction)) {
    shape_ = *shape;
  } else if (const auto* factors = std::get_if<config::Factors>(&instruction)) {
    factors_ = *factors;
  } else {
    const auto& run = std::get<config::Run>(instruction);
    if (run.wait_loads > loads_ || run.wait_stores > store_reads_) return false;
    unwritten_.emplace_back();
    codes_ = &unwritten_.back();
    compute({run, shape_, factors_});
    ++reads_;
  }
  run_queue_.pop_front();
  return true;
}

bool Interpreter::finish_run() {
  if (unwritten_.empty()) return false;
  for (const Written& written : unwritten_.front()) {
    // Tables are looked into as late as the machine may.
    output_[written.vector * static_cast<std::size_t>(config_.array.rows) + written.byte] =
        written.table < 0 ? static_cast<std::uint8_t>(written.code)
                          : tables_[static_cast<std::size_t>(written.table + written.code + 128)];
  }
  unwritten_.pop_front();
  ++runs_;
  return true;
}

bool Interpreter::read_store() {
  if (store_queue_.empty() || store_queue_.front().wait_runs > runs_) return false;
  Data data{store_queue_.front(), {}};
  store_queue_.pop_front();
  for_rows(data.store, config_.bus_bytes(), config_.array.rows,
           [&](std::size_t, std::size_t from, std::size_t bytes) {
             data.bytes.insert(data.bytes.end(), output_.data() + from,
                               output_.data() + from + bytes);
           });
  unstored_.push_back(std::move(data));
  ++store_reads_;
  return true;
}

bool Interpreter::finish_store() {
  if (unstored_.empty()) return false;
  const Data& data = unstored_.front();
  const std::uint8_t* from = data.bytes.data();
  for_rows(data.store, config_.bus_bytes(), config_.array.rows,
           [&](std::size_t to, std::size_t, std::size_t bytes) {
             std::memcpy(memory_.data() + to, from, bytes);
             from += bytes;
           });
  unstored_.pop_front();
  ++stores_;
  return true;
}

}  // namespace vqrom::compiler
