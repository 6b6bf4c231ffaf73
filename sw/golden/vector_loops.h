// SPDX-License-Identifier: Apache-2.0
// vector_loops — the inner loops of integer arithmetic, built for wide vectors too.
#pragma once

#include <cstdint>

namespace vqrom::golden {

inline constexpr std::int64_t kVector = 32;  // int16 elements of the widest vector
// Sums that one pass over a row keeps in registers: kBlockPixels * kBlockOutputs.
inline constexpr std::int64_t kBlockPixels = 4;
inline constexpr std::int64_t kBlockOutputs = 4;

// sums[p][o] = columns[p] . rows[o], each `length` long, a multiple of kVector; sums stay in int32.
void dot_block(const std::int16_t* columns, const std::int16_t* rows, std::int64_t length,
               std::int32_t* sums);
// sums[i] += codes[i] * weights[i]
void add_products(const std::int8_t* codes, const std::int16_t* weights, std::int64_t count,
                  std::int32_t* sums);
void widen(const std::int8_t* from, std::int64_t count, std::int16_t* to);

}  // namespace vqrom::golden
