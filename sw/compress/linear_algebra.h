// SPDX-License-Identifier: Apache-2.0
// linear_algebra — the two factorisations that error compensation needs, by LAPACK.
#pragma once

#include <cstdint>
#include <vector>

namespace vqrom::compress {

// U with A^-1 = U' U, upper triangular, zeros below; A [n][n] symmetric positive definite,
// row-major. Aborts if it is not (callers damp it).
[[nodiscard]] std::vector<double> upper_factor_of_inverse(const std::vector<double>& a,
                                                          std::int64_t n);

// Replaces B [rows][n] by B A^-1.
void solve_from_right(const std::vector<double>& a, std::int64_t n, std::vector<double>& b);

}  // namespace vqrom::compress
