// SPDX-License-Identifier: Apache-2.0
// codeword_bytes — codewords as a writable store of the codebook takes them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sw/codebook/codebook.h"

namespace vqrom::codebook {

// Puts codeword `index` into the lowest bits of `to`, which is at least d * element_bits long:
// element e, two's complement, at bits [e*element_bits +: element_bits]; the others become 0.
void put_codeword(const Codebook& codebook, int index, std::span<std::uint8_t> to);

// Element e of a codeword that was put.
[[nodiscard]] std::int8_t element_of(std::span<const std::uint8_t> codeword, int element,
                                     int element_bits);

// All codewords, each in `bytes` bytes of its own.
[[nodiscard]] std::vector<std::uint8_t> codebook_bytes(const Codebook& codebook, int bytes);

}  // namespace vqrom::codebook
