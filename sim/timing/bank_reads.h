// SPDX-License-Identifier: Apache-2.0
// bank_reads — how often a beat of indices has to read a bank of the codebook: vq_bank_read.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "gen/config/accelerator_config.h"
#include "sw/base/error.h"
#include "sw/codebook/subset.h"
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

// The codewords that a layer's indices choose from.
[[nodiscard]] codebook::Subset subset_of(const config::AcceleratorConfig& config,
                                         const config::Shape& shape);

// Appends those of a tile of indices; `words` are its index_words(subset.index_bits) words of the
// bus.
void add_tile_reads(const config::AcceleratorConfig& config, const codebook::Subset& subset,
                    std::span<const std::uint8_t> words, std::vector<std::uint8_t>& extra);

// Those of a program, in its order: tickets keep each tile in the weight buffer until it is read.
// Empty without banks. Errors: program.instruction.
[[nodiscard]] std::vector<std::uint8_t> program_reads(const compiler::Program& program);

}  // namespace vqrom::sim::timing
