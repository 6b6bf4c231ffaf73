// SPDX-License-Identifier: Apache-2.0
// bank_reads — how often a beat of indices has to read a bank of the codebook: vq_bank_read.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "gen/config/accelerator_config.h"
#include "sim/timing/index_widths.h"
#include "sw/base/error.h"
#include "sw/compiler/program.h"

namespace vqrom::sim::timing {

// Reads beyond the first of each beat, in the order of decoding.
class BankReads {
 public:
  void clear() {
    reads_.clear();
    at_ = 0;
  }
  // Of the beats that come after all that are known.
  void add(std::span<const std::uint8_t> extra) {
    if (at_ == reads_.size()) clear();
    reads_.insert(reads_.end(), extra.begin(), extra.end());
  }
  [[nodiscard]] int next() const {
    VQROM_CHECK(at_ < reads_.size(), "a beat is decoded whose indices are not known");
    return reads_[at_];
  }
  void pop(std::int64_t beats) { at_ += static_cast<std::size_t>(beats); }
  // Beats behind the next one that need one read, as far as they are known.
  [[nodiscard]] std::int64_t free_beats() const {
    const auto behind = reads_.begin() + static_cast<std::ptrdiff_t>(at_) + 1;
    return std::find_if(behind, reads_.end(), [](std::uint8_t extra) { return extra != 0; }) -
           behind;
  }

 private:
  std::vector<std::uint8_t> reads_;
  std::size_t at_ = 0;
};

// Appends those of a tile of indices; `words` are its index_words(subset.index_bits) words of the
// bus.
void add_tile_reads(const config::AcceleratorConfig& config, const codebook::Subset& subset,
                    std::span<const std::uint8_t> words, std::vector<std::uint8_t>& extra);

// Appends those of a RUN, none if it decodes no indices. `bytes_of(address, words)` gives so many
// words of the weight buffer: bytes, or a span of them.
template <typename BytesOf>
void add_run_reads(const config::AcceleratorConfig& config, const config::Shape& shape,
                   const config::Run& run, const BytesOf& bytes_of,
                   std::vector<std::uint8_t>& extra) {
  if (shape.operation != static_cast<std::int64_t>(config::Operation::kArray)) return;
  if (config.array.dense_bypass && shape.dense != 0) return;
  const codebook::Subset subset = subset_of(config, shape);
  const int words = config.index_words(subset.index_bits);
  const std::int64_t tiles = run.blocks * shape.kernel_h * shape.kernel_w * run.groups;
  for (std::int64_t tile = 0; tile < tiles; ++tile) {
    const auto& bytes = bytes_of(run.weights + tile * words, words);
    add_tile_reads(config, subset, bytes, extra);
  }
}

// Those of a program, in its order: tickets keep each tile in the weight buffer until it is read.
// Empty without banks. Errors: program.instruction.
[[nodiscard]] std::vector<std::uint8_t> program_reads(const compiler::Program& program);

}  // namespace vqrom::sim::timing
