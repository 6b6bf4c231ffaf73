// SPDX-License-Identifier: Apache-2.0
// traffic_unit — cycles and bytes of one network's inference, with the codebook in ROM and in SRAM.
#pragma once

#include "sim/study/study.h"
#include "sim/study/study_networks.h"

namespace vqrom::study {

// Part of the key of what is kept: count it up when the timing engine, the compiler or what makes
// codebooks and indices changes any of these rows.
inline constexpr int kTrafficVersion = 3;

// Rows of StudyResult::traffic for one network, point and number of read ports, from the timing
// engine: the codebook in ROM, loaded by the program, and in ROM banks. Errors: config.relation,
// program.*.
[[nodiscard]] base::Json traffic_rows(const StudyOptions& options, StudyNetworks& networks,
                                      std::size_t network, const Point& point, int ports);

// The point of the largest dimension: weights without codebook pass its decoder fastest.
[[nodiscard]] const Point& widest_point(const StudyOptions& options);

// The same network with int8 weights on the accelerator of widest_point(); one row.
[[nodiscard]] base::Json dense_rows(const StudyOptions& options, StudyNetworks& networks,
                                    std::size_t network);

}  // namespace vqrom::study
