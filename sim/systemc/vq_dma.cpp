// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/vq_dma.h"

#include <algorithm>

namespace vqrom::sim {
namespace {

constexpr std::int64_t kAddresses = std::int64_t{1} << 16;

}  // namespace

VqDma::VqDma(sc_core::sc_module_name name, const config::AcceleratorConfig& config,
             const DmaBuffers& buffers)
    : sc_module(name),
      bus_bytes_(static_cast<std::size_t>(config.bus_bytes())),
      vector_parts_(static_cast<std::size_t>(config.vector_words())),
      buffers_(buffers),
      initial_(config),
      cycle_(initial_) {
  for (std::size_t target = 0; target < parts_.size(); ++target) {
    const VqRam1r1w* buffer = buffers_.targets[target];
    parts_[target] = buffer == nullptr ? 1 : buffer->word_bytes() / bus_bytes_;
  }
}

void VqDma::reset() {
  cycle_.reset(initial_);
  loads_.clear();
  stores_.clear();
  load_part_ = store_part_ = 0;
}

VqDma::Rows VqDma::rows_of(const config::Load& load) {
  return {load.target,        load.row_words, load.rows,     load.buffer,
          load.buffer_stride, load.buffer,    load.row_words};
}

VqDma::Rows VqDma::rows_of(const config::Store& store) {
  return {0,
          store.row_words,
          store.rows,
          store.buffer,
          store.buffer_stride,
          store.buffer,
          store.row_words};
}

bool VqDma::Rows::step(std::int64_t parts) {
  left -= parts;
  next = (next + 1) & (kAddresses - 1);
  if (left > 0) return true;
  left = row_words;
  row = next = (row + stride) & (kAddresses - 1);
  return --rows > 0;
}

VqDma::Place VqDma::load_place() const {
  if (loads_.empty()) return {};
  const Rows& rows = loads_.front();
  return {rows.target, rows.next, load_part_,
          rows.target < std::ssize(parts_) ? parts_[static_cast<std::size_t>(rows.target)] : 1};
}

std::int64_t VqDma::store_address() const {
  return stores_.empty() ? 0 : stores_.front().next;
}

void VqDma::write(const BusWord& word) {
  if (loads_.empty()) return;
  const Place place = load_place();
  VqRam1r1w* buffer = place.target < std::ssize(buffers_.targets)
                          ? buffers_.targets[static_cast<std::size_t>(place.target)]
                          : nullptr;
  if (buffer != nullptr) {
    buffer->write(place.address, place.part * bus_bytes_, word.bytes.data(), bus_bytes_);
  }
  if (++load_part_ < place.parts) return;
  load_part_ = 0;
  if (!loads_.front().step(static_cast<std::int64_t>(place.parts))) loads_.pop_front();
}

void VqDma::move_word() {
  std::copy_n(&vector_[store_part_ * bus_bytes_], bus_bytes_, wdata_.bytes.begin());
  store_part_ = store_part_ + 1 == vector_parts_ ? 0 : store_part_ + 1;
}

void VqDma::read_vector() {
  if (stores_.empty()) return;
  const std::uint8_t* from = buffers_.output->word(stores_.front().next);
  std::copy_n(from, vector_parts_ * bus_bytes_, vector_.begin());
  if (!stores_.front().step(static_cast<std::int64_t>(vector_parts_))) stores_.pop_front();
}

void VqDma::take_vector(std::span<const std::uint8_t> bytes) {
  std::ranges::copy(bytes, vector_.begin());
}

void VqDma::repeat(const BusWord& rdata) {
  if (view_.load_word) write(rdata);
  if (view_.reader.move) {
    move_word();
    if (store_part_ == 0) read_vector();
  }
  cycle_.advance(view_, 1);
}

void VqDma::edge(const timing::MemoryInputs& memory, const BusWord& rdata,
                 const timing::Dma::Inputs& in, const config::InstructionWord& load,
                 const config::InstructionWord& store) {
  if (view_.load_word) write(rdata);
  // The word that moves is of the vector that was read before.
  if (view_.reader.move) move_word();
  if (view_.reader.read) read_vector();
  if (in.load_valid && view_.load_ready) loads_.push_back(rows_of(read_load(load)));
  if (cycle_.stores().queues_store(view_, in.store_valid))
    stores_.push_back(rows_of(read_store(store)));
  cycle_.edge(memory, view_, in);
}

}  // namespace vqrom::sim
