// SPDX-License-Identifier: Apache-2.0
// This file is compiled with -ffp-contract=off: a fused multiply-add rounds differently.
#include "sw/codebook/nearest.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "sw/base/checked.h"
#include "sw/base/interrupt.h"
#include "sw/base/parallel.h"
#include "sw/codebook/codebook.h"

#if defined(__x86_64__)
#define VQROM_TARGET_AVX2 [[gnu::target("avx2")]]
#define VQROM_TARGET_AVX512 [[gnu::target("avx512f,prefer-vector-width=512")]]
#else
#define VQROM_TARGET_AVX2
#define VQROM_TARGET_AVX512
#endif

namespace vqrom::codebook {
namespace {

constexpr int kBlock = 32;                // codewords whose minimum is compared at once
constexpr int kTile = 64;                 // sub-vectors that meet a block together, one a lane
constexpr int kTilesPerChunk = 4;         // tiles that meet the codewords in L1
constexpr int kResidentFloats = 5 << 10;  // of codewords, so that they stay in L1
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Codewords {
  const float* transposed;  // [blocks][d][kBlock]
  const float* half_norms;  // [blocks][kBlock]
  int blocks;
};

// What is known of a tile's sub-vectors: the least score so far and the block that had it.
struct TileState {
  std::array<float, kTile> least;
  std::array<std::int32_t, kTile> block;
};

// ||x - c||^2 / 2 = ||x||^2 / 2 + score; the first term is the same for all codewords.
// The least score of a block for each lane; lanes are sub-vectors: x is [kDimension][kTile].
// Inlined into functions for each target, where the compiler turns the loops over lanes into its
// vector instructions.
template <int kDimension>
[[gnu::always_inline]] inline void scan_block(const Codewords& codewords, int block, const float* x,
                                              float* least) {
  const float* c = codewords.transposed + std::ptrdiff_t{block} * kDimension * kBlock;
  const float* half_norms = codewords.half_norms + std::ptrdiff_t{block} * kBlock;
  for (int lane = 0; lane < kTile; ++lane) least[lane] = kInfinity;
  for (int j = 0; j < kBlock; ++j) {
    for (int lane = 0; lane < kTile; ++lane) {
      float score = half_norms[j];
      for (int i = 0; i < kDimension; ++i) score -= x[i * kTile + lane] * c[i * kBlock + j];
      least[lane] = score < least[lane] ? score : least[lane];
    }
  }
}

template <int kDimension>
[[gnu::always_inline]] inline void scan_tile(const Codewords& codewords, int first, int last,
                                             const float* x, TileState& state) {
  for (int block = first; block < last; ++block) {
    float least[kTile];
    scan_block<kDimension>(codewords, block, x, least);
    for (int lane = 0; lane < kTile; ++lane) {
      state.block[lane] = least[lane] < state.least[lane] ? block : state.block[lane];
      state.least[lane] = least[lane] < state.least[lane] ? least[lane] : state.least[lane];
    }
  }
}

// The first codeword of the winning block with the least score: computed again by the same
// operations, so that the comparison for equality is exact.
template <int kDimension>
[[gnu::always_inline]] inline std::int32_t index_in_block(const Codewords& codewords,
                                                          const float* x, std::int32_t block,
                                                          float least) {
  const float* c = codewords.transposed + std::ptrdiff_t{block} * kDimension * kBlock;
  const float* half_norms = codewords.half_norms + std::ptrdiff_t{block} * kBlock;
  float scores[kBlock];
  for (int j = 0; j < kBlock; ++j) {
    float score = half_norms[j];
    for (int i = 0; i < kDimension; ++i) score -= x[i] * c[i * kBlock + j];
    scores[j] = score;
  }
  for (int j = 0; j < kBlock; ++j) {
    if (scores[j] == least) return block * kBlock + j;
  }
  return block * kBlock;  // x is not finite
}

template <int kDimension>
[[gnu::always_inline]] inline void find_chunk(const Codewords& codewords, const float* sub_vectors,
                                              int count, std::int32_t* indices) {
  constexpr int kResidentBlocks = std::max(1, kResidentFloats / (kDimension * kBlock));
  std::array<std::array<float, kDimension * kTile>, kTilesPerChunk> tiles{};
  std::array<TileState, kTilesPerChunk> states;
  for (TileState& state : states) {
    state.least.fill(kInfinity);
    state.block.fill(0);
  }
  for (int s = 0; s < count; ++s) {
    for (int i = 0; i < kDimension; ++i) {
      tiles[s / kTile][i * kTile + s % kTile] = sub_vectors[s * kDimension + i];
    }
  }
  const int used_tiles = (count + kTile - 1) / kTile;
  for (int first = 0; first < codewords.blocks; first += kResidentBlocks) {
    const int last = std::min(codewords.blocks, first + kResidentBlocks);
    for (int tile = 0; tile < used_tiles; ++tile) {
      scan_tile<kDimension>(codewords, first, last, tiles[tile].data(), states[tile]);
    }
  }
  for (int s = 0; s < count; ++s) {
    const TileState& state = states[s / kTile];
    indices[s] = index_in_block<kDimension>(codewords, sub_vectors + s * kDimension,
                                            state.block[s % kTile], state.least[s % kTile]);
  }
}

struct Scored {
  float score;
  std::int32_t index;
  bool operator<(const Scored& other) const {
    return score < other.score || (score == other.score && index < other.index);
  }
};

// The `nearest` codewords of least score. They lie in the `nearest` blocks of least minima: were
// one elsewhere, each of those blocks would hold a codeword before it.
template <int kDimension>
[[gnu::always_inline]] inline void best_of_blocks(const Codewords& codewords, const float* x,
                                                  std::vector<Scored>& blocks, int nearest,
                                                  std::vector<Scored>& scored,
                                                  std::int32_t* indices) {
  const auto kept = std::min<std::ptrdiff_t>(nearest, std::ssize(blocks));
  std::nth_element(blocks.begin(), blocks.begin() + kept - 1, blocks.end());
  scored.clear();
  for (std::ptrdiff_t b = 0; b < kept; ++b) {
    const std::int32_t block = blocks[static_cast<std::size_t>(b)].index;
    const float* c = codewords.transposed + std::ptrdiff_t{block} * kDimension * kBlock;
    const float* half_norms = codewords.half_norms + std::ptrdiff_t{block} * kBlock;
    for (int j = 0; j < kBlock; ++j) {
      float score = half_norms[j];
      for (int i = 0; i < kDimension; ++i) score -= x[i] * c[i * kBlock + j];
      scored.push_back({score, block * kBlock + j});
    }
  }
  std::partial_sort(scored.begin(), scored.begin() + nearest, scored.end());
  for (int m = 0; m < nearest; ++m) indices[m] = scored[static_cast<std::size_t>(m)].index;
}

// As find_chunk for `nearest` codewords each; all blocks' minima of a tile are kept.
template <int kDimension>
[[gnu::always_inline]] inline void find_several_in_chunk(const Codewords& codewords,
                                                         const float* sub_vectors, int count,
                                                         int nearest, std::int32_t* indices) {
  std::vector<float> minima(static_cast<std::size_t>(codewords.blocks) * kTile);
  std::vector<Scored> blocks(static_cast<std::size_t>(codewords.blocks));
  std::vector<Scored> scored;
  for (int first = 0; first < count; first += kTile) {
    const int lanes = std::min(kTile, count - first);
    std::array<float, kDimension * kTile> x{};
    for (int s = 0; s < lanes; ++s) {
      for (int i = 0; i < kDimension; ++i) {
        x[i * kTile + s] = sub_vectors[(first + s) * kDimension + i];
      }
    }
    for (int block = 0; block < codewords.blocks; ++block) {
      scan_block<kDimension>(codewords, block, x.data(),
                             minima.data() + std::ptrdiff_t{block} * kTile);
    }
    for (int s = 0; s < lanes; ++s) {
      for (int block = 0; block < codewords.blocks; ++block) {
        blocks[static_cast<std::size_t>(block)] = {
            minima[static_cast<std::size_t>(block) * kTile + static_cast<std::size_t>(s)], block};
      }
      best_of_blocks<kDimension>(codewords, sub_vectors + (first + s) * kDimension, blocks, nearest,
                                 scored, indices + std::ptrdiff_t{first + s} * nearest);
    }
  }
}

template <int kDimension>
[[gnu::always_inline]] inline void find_any(const Codewords& codewords, const float* x, int count,
                                            int nearest, std::int32_t* indices) {
  if (nearest == 1) {
    find_chunk<kDimension>(codewords, x, count, indices);
  } else {
    find_several_in_chunk<kDimension>(codewords, x, count, nearest, indices);
  }
}

using FindChunk = void (*)(const Codewords&, const float*, int, int, std::int32_t*);

template <int kDimension>
void find_baseline(const Codewords& codewords, const float* x, int count, int nearest,
                   std::int32_t* indices) {
  find_any<kDimension>(codewords, x, count, nearest, indices);
}
template <int kDimension>
VQROM_TARGET_AVX2 void find_avx2(const Codewords& codewords, const float* x, int count, int nearest,
                                 std::int32_t* indices) {
  find_any<kDimension>(codewords, x, count, nearest, indices);
}
template <int kDimension>
VQROM_TARGET_AVX512 void find_avx512(const Codewords& codewords, const float* x, int count,
                                     int nearest, std::int32_t* indices) {
  find_any<kDimension>(codewords, x, count, nearest, indices);
}

template <int... kDimensions>
FindChunk choose(Instructions instructions, int dimension,
                 std::integer_sequence<int, kDimensions...>) {
  constexpr std::array<FindChunk, sizeof...(kDimensions)> baseline{
      find_baseline<kDimensions + 1>...};
  constexpr std::array<FindChunk, sizeof...(kDimensions)> avx2{find_avx2<kDimensions + 1>...};
  constexpr std::array<FindChunk, sizeof...(kDimensions)> avx512{find_avx512<kDimensions + 1>...};
  const auto at = static_cast<std::size_t>(dimension - 1);
  switch (instructions) {
    case Instructions::kBaseline:
      break;
    case Instructions::kAvx2:
      return avx2.at(at);
    case Instructions::kAvx512:
      return avx512.at(at);
  }
  return baseline.at(at);
}

}  // namespace

bool machine_has(Instructions instructions) {
  switch (instructions) {
    case Instructions::kBaseline:
      return true;
#if defined(__x86_64__)
    case Instructions::kAvx2:
      return __builtin_cpu_supports("avx2") != 0;
    case Instructions::kAvx512:
      return __builtin_cpu_supports("avx512f") != 0;
#else
    default:
      return false;
#endif
  }
  return false;
}

Instructions widest_instructions() {
  if (machine_has(Instructions::kAvx512)) return Instructions::kAvx512;
  if (machine_has(Instructions::kAvx2)) return Instructions::kAvx2;
  return Instructions::kBaseline;
}

NearestSearch::NearestSearch(std::span<const float> codewords, int entries, int dimension,
                             Instructions instructions)
    : entries_(entries), dimension_(dimension), instructions_(instructions) {
  VQROM_CHECK(entries >= 1 && dimension >= kSmallestDimension && dimension <= kLargestDimension,
              "{} codewords of {} elements", entries, dimension);
  VQROM_CHECK(std::ssize(codewords) == std::int64_t{entries} * dimension, "{} values for {} x {}",
              codewords.size(), entries, dimension);
  VQROM_CHECK(machine_has(instructions), "the machine does not have these instructions");
  const auto blocks = base::ceil_div(entries, kBlock);
  transposed_.assign(static_cast<std::size_t>(blocks * dimension * kBlock), 0.0F);
  half_norms_.assign(static_cast<std::size_t>(blocks * kBlock), kInfinity);
  for (int c = 0; c < entries; ++c) {
    const auto codeword = codewords.subspan(static_cast<std::size_t>(c) * dimension, dimension);
    float norm = 0.0F;
    for (int i = 0; i < dimension; ++i) {
      norm += codeword[i] * codeword[i];
      transposed_[(std::size_t(c / kBlock) * dimension + i) * kBlock + c % kBlock] = codeword[i];
    }
    half_norms_[c] = 0.5F * norm;
  }
}

std::vector<std::int32_t> NearestSearch::find(std::span<const float> sub_vectors,
                                              int nearest) const {
  VQROM_CHECK(nearest >= 1 && nearest <= entries_, "{} of {} codewords", nearest, entries_);
  VQROM_CHECK(sub_vectors.size() % static_cast<std::size_t>(dimension_) == 0,
              "{} values for sub-vectors of {}", sub_vectors.size(), dimension_);
  const auto count = static_cast<std::int64_t>(sub_vectors.size()) / dimension_;
  std::vector<std::int32_t> indices(static_cast<std::size_t>(count * nearest));
  const Codewords codewords{transposed_.data(), half_norms_.data(),
                            base::checked_cast<int>(half_norms_.size() / kBlock)};
  const FindChunk find_chunk =
      choose(instructions_, dimension_, std::make_integer_sequence<int, kLargestDimension>{});
  base::parallel_for(count, kTile * kTilesPerChunk, [&](std::int64_t begin, std::int64_t end) {
    base::check_interrupt();
    find_chunk(codewords, sub_vectors.data() + begin * dimension_, static_cast<int>(end - begin),
               nearest, indices.data() + begin * nearest);
  });
  return indices;
}

}  // namespace vqrom::codebook
