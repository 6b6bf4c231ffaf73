// SPDX-License-Identifier: Apache-2.0
#include "sw/compress/linear_algebra.h"

#include <cblas.h>

#include "sw/base/checked.h"

// OpenBLAS holds LAPACK, Debian's package of it no header for it. Column-major, as Fortran.
extern "C" {
void dpotrf_(const char* triangle, const int* n, double* a, const int* leading, int* info);
void dpotri_(const char* triangle, const int* n, double* a, const int* leading, int* info);
}

namespace vqrom::compress {
namespace {

// In row-major terms: a = F' F with F upper; "lower" for a column-major reader is that triangle.
void factorise(std::vector<double>& a, int n) {
  int info = 0;
  dpotrf_("L", &n, a.data(), &n, &info);
  VQROM_CHECK(info == 0, "the matrix is not positive definite at row {}", info);
}

}  // namespace

std::vector<double> upper_factor_of_inverse(const std::vector<double>& a, std::int64_t n) {
  const auto size = base::checked_cast<int>(n);
  std::vector<double> matrix = a;
  factorise(matrix, size);
  int info = 0;
  dpotri_("L", &size, matrix.data(), &size, &info);
  VQROM_CHECK(info == 0, "the matrix has no inverse: row {}", info);
  for (std::int64_t i = 0; i < n; ++i) {  // only one triangle was made
    for (std::int64_t j = 0; j < i; ++j) {
      matrix[static_cast<std::size_t>(i * n + j)] = matrix[static_cast<std::size_t>(j * n + i)];
    }
  }
  factorise(matrix, size);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < i; ++j) matrix[static_cast<std::size_t>(i * n + j)] = 0.0;
  }
  return matrix;
}

void solve_from_right(const std::vector<double>& a, std::int64_t n, std::vector<double>& b) {
  const auto size = base::checked_cast<int>(n);
  const auto rows = base::checked_cast<int>(std::ssize(b) / n);
  std::vector<double> factor = a;
  factorise(factor, size);
  // B (F' F)^-1 = (B F^-1) F'^-1.
  cblas_dtrsm(CblasRowMajor, CblasRight, CblasUpper, CblasNoTrans, CblasNonUnit, rows, size, 1.0,
              factor.data(), size, b.data(), size);
  cblas_dtrsm(CblasRowMajor, CblasRight, CblasUpper, CblasTrans, CblasNonUnit, rows, size, 1.0,
              factor.data(), size, b.data(), size);
}

}  // namespace vqrom::compress
