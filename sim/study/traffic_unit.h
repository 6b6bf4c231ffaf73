// SPDX-License-Identifier: Apache-2.0
// traffic_unit — cycles and bytes of one network's inference, with the codebook in ROM and in SRAM.
#pragma once

#include "sim/study/study.h"
#include "sim/study/study_networks.h"

namespace vqrom::study {

// Rows of StudyResult::traffic for one network, point and number of read ports, from the timing
// engine: the codebook in ROM, and loaded by the program. Errors: config.relation, program.*.
[[nodiscard]] base::Json traffic_rows(const StudyOptions& options, StudyNetworks& networks,
                                      std::size_t network, const Point& point, int ports);

// The same network with int8 weights on the same array; one row.
[[nodiscard]] base::Json dense_rows(const StudyOptions& options, StudyNetworks& networks,
                                    std::size_t network);

}  // namespace vqrom::study
