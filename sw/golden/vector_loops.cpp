// SPDX-License-Identifier: Apache-2.0
#include "sw/golden/vector_loops.h"

// The baseline of x86-64 has narrow vectors: build these loops for the wider ones too and let the
// loader choose. Sanitizers run before the loader's choice is possible.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define VQROM_VECTOR_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VQROM_VECTOR_CLONES
#endif

namespace vqrom::golden {

// Plain loops over int16 pairs: the compiler makes them
// multiply-add instructions (pmaddwd).
VQROM_VECTOR_CLONES
void dot_block(const std::int16_t* columns, const std::int16_t* rows, std::int64_t length,
               std::int32_t* sums) {
  const std::int16_t* a0 = columns;
  const std::int16_t* a1 = columns + length;
  const std::int16_t* a2 = columns + 2 * length;
  const std::int16_t* a3 = columns + 3 * length;
  for (std::int64_t o = 0; o < kBlockOutputs; o += 2) {
    const std::int16_t* w0 = rows + o * length;
    const std::int16_t* w1 = w0 + length;
    std::int32_t s00 = 0, s01 = 0, s10 = 0, s11 = 0, s20 = 0, s21 = 0, s30 = 0, s31 = 0;
    for (std::int64_t i = 0; i < length; ++i) {
      s00 += a0[i] * w0[i];
      s01 += a0[i] * w1[i];
      s10 += a1[i] * w0[i];
      s11 += a1[i] * w1[i];
      s20 += a2[i] * w0[i];
      s21 += a2[i] * w1[i];
      s30 += a3[i] * w0[i];
      s31 += a3[i] * w1[i];
    }
    sums[o] = s00;
    sums[o + 1] = s01;
    sums[kBlockOutputs + o] = s10;
    sums[kBlockOutputs + o + 1] = s11;
    sums[2 * kBlockOutputs + o] = s20;
    sums[2 * kBlockOutputs + o + 1] = s21;
    sums[3 * kBlockOutputs + o] = s30;
    sums[3 * kBlockOutputs + o + 1] = s31;
  }
}

VQROM_VECTOR_CLONES
void add_products(const std::int8_t* codes, const std::int16_t* weights, std::int64_t count,
                  std::int32_t* sums) {
  for (std::int64_t i = 0; i < count; ++i) sums[i] += codes[i] * weights[i];
}

VQROM_VECTOR_CLONES
void widen(const std::int8_t* from, std::int64_t count, std::int16_t* to) {
  for (std::int64_t i = 0; i < count; ++i) to[i] = from[i];
}

}  // namespace vqrom::golden
