// SPDX-License-Identifier: Apache-2.0
// element_bits — `vqrom study element-bits`: what narrower codeword elements cost in error and save
// in area.
#pragma once

#include <vector>

#include "sim/study/study.h"

namespace vqrom::study {

// Part of the key of what is kept: count it up when codebooks are made, or rows put together, in
// another way.
inline constexpr int kElementBitsVersion = 1;

// A row a point and number of bits, keys as in docs/formats/study.md: the universal codebook of the
// networks with elements of so many bits, its error and the area of its table in ROM logic. Of
// `options` the ports do not count. Finished rows are kept in the cache. Shows progress. Errors:
// codebook.*, config.*, tool.*, area.*.
[[nodiscard]] base::Json element_bits(const StudyOptions& options, const std::vector<int>& bits);

// For a terminal.
[[nodiscard]] std::string element_bits_text(const base::Json& rows);
// Bars of area, with the error beside them.
[[nodiscard]] std::string element_bits_figure(const base::Json& rows);

}  // namespace vqrom::study
