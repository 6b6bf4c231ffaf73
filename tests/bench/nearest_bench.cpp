// SPDX-License-Identifier: Apache-2.0
// nearest_bench — the nearest-codeword search beside faiss, OpenBLAS with a scan, and brute force.
//
// Arguments: codewords, dimension, sub-vectors. `ms` of wall time is what counts: all of them use
// all cores.
#include <limits>
#include <vector>

#include <benchmark/benchmark.h>
#include <cblas.h>
#ifdef VQROM_HAS_FAISS
#include <faiss/IndexFlat.h>
#endif

#include "sw/base/parallel.h"
#include "sw/base/random.h"
#include "sw/codebook/nearest.h"

namespace vqrom::codebook {
namespace {

std::vector<float> normal_values(std::int64_t count, std::uint64_t seed) {
  base::Random random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

struct Problem {
  explicit Problem(const benchmark::State& state)
      : entries(static_cast<int>(state.range(0))),
        dimension(static_cast<int>(state.range(1))),
        count(static_cast<int>(state.range(2))),
        codewords(normal_values(std::int64_t{entries} * dimension, 1)),
        x(normal_values(std::int64_t{count} * dimension, 2)) {}

  int entries;
  int dimension;
  int count;
  std::vector<float> codewords;
  std::vector<float> x;
};

void count_multiplications(benchmark::State& state, const Problem& problem) {
  const double multiplications = double(problem.entries) * problem.dimension * problem.count;
  state.counters["GMAC/s"] =
      benchmark::Counter(multiplications * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
}

void search(benchmark::State& state, Instructions instructions) {
  if (!machine_has(instructions)) {
    state.SkipWithError("the machine lacks these instructions");
    return;
  }
  const Problem problem(state);
  for (auto _ : state) {
    const NearestSearch nearest(problem.codewords, problem.entries, problem.dimension,
                                instructions);
    benchmark::DoNotOptimize(nearest.find(problem.x));
  }
  count_multiplications(state, problem);
}

// Products of a slice of sub-vectors with all codewords by sgemm, then one scan.
void blas(benchmark::State& state) {
  const Problem problem(state);
  constexpr int kSlice = 256;
  std::vector<float> half_norms(static_cast<std::size_t>(problem.entries));
  for (int c = 0; c < problem.entries; ++c) {
    const float* codeword = problem.codewords.data() + std::ptrdiff_t{c} * problem.dimension;
    half_norms[c] = 0.5F * cblas_sdot(problem.dimension, codeword, 1, codeword, 1);
  }
  std::vector<float> products(static_cast<std::size_t>(kSlice) * problem.entries);
  std::vector<std::int32_t> found(static_cast<std::size_t>(problem.count));
  for (auto _ : state) {
    for (int first = 0; first < problem.count; first += kSlice) {
      const int rows = std::min(kSlice, problem.count - first);
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, problem.entries, problem.dimension,
                  1.0F, problem.x.data() + std::ptrdiff_t{first} * problem.dimension,
                  problem.dimension, problem.codewords.data(), problem.dimension, 0.0F,
                  products.data(), problem.entries);
      base::parallel_for(rows, 16, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) {
          const float* product = products.data() + row * problem.entries;
          float least = std::numeric_limits<float>::infinity();
          for (int c = 0; c < problem.entries; ++c) {
            const float score = half_norms[c] - product[c];
            if (score >= least) continue;
            least = score;
            found[first + row] = c;
          }
        }
      });
    }
    benchmark::DoNotOptimize(found.data());
  }
  count_multiplications(state, problem);
}

void brute_force(benchmark::State& state) {
  const Problem problem(state);
  std::vector<std::int32_t> found(static_cast<std::size_t>(problem.count));
  for (auto _ : state) {
    base::parallel_for(problem.count, 64, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t s = begin; s < end; ++s) {
        const float* x = problem.x.data() + s * problem.dimension;
        float least = std::numeric_limits<float>::infinity();
        for (int c = 0; c < problem.entries; ++c) {
          const float* codeword = problem.codewords.data() + std::ptrdiff_t{c} * problem.dimension;
          float distance = 0.0F;
          for (int i = 0; i < problem.dimension; ++i) {
            distance += (x[i] - codeword[i]) * (x[i] - codeword[i]);
          }
          if (distance >= least) continue;
          least = distance;
          found[s] = c;
        }
      }
    });
    benchmark::DoNotOptimize(found.data());
  }
  count_multiplications(state, problem);
}

// The eight nearest of each, as training takes them.
void top_eight(benchmark::State& state) {
  const Problem problem(state);
  for (auto _ : state) {
    const NearestSearch nearest(problem.codewords, problem.entries, problem.dimension);
    benchmark::DoNotOptimize(nearest.find(problem.x, 8));
  }
  count_multiplications(state, problem);
}

#ifdef VQROM_HAS_FAISS
void faiss_flat(benchmark::State& state, int nearest) {
  const Problem problem(state);
  std::vector<float> distances(static_cast<std::size_t>(problem.count) * nearest);
  std::vector<faiss::Index::idx_t> found(distances.size());
  for (auto _ : state) {
    faiss::IndexFlatL2 index(problem.dimension);
    index.add(problem.entries, problem.codewords.data());
    index.search(problem.count, problem.x.data(), nearest, distances.data(), found.data());
    benchmark::DoNotOptimize(found.data());
  }
  count_multiplications(state, problem);
}
#endif

void problems(benchmark::internal::Benchmark* bench) {
  bench->Args({256, 4, 67'000})
      ->Args({4096, 4, 67'000})
      ->Args({65'536, 8, 15'000})
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

BENCHMARK_CAPTURE(search, avx512, Instructions::kAvx512)->Apply(problems);
BENCHMARK_CAPTURE(search, avx2, Instructions::kAvx2)->Apply(problems);
BENCHMARK_CAPTURE(search, baseline, Instructions::kBaseline)->Apply(problems);
BENCHMARK(top_eight)->Apply(problems);
#ifdef VQROM_HAS_FAISS
BENCHMARK_CAPTURE(faiss_flat, nearest, 1)->Apply(problems);
BENCHMARK_CAPTURE(faiss_flat, top_eight, 8)->Apply(problems);
#endif
// Ten million weights.
BENCHMARK_CAPTURE(search, ten_million, widest_instructions())
    ->Args({65'536, 8, 1'250'000})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(blas)->Apply(problems);
BENCHMARK(brute_force)->Apply(problems);

}  // namespace
}  // namespace vqrom::codebook

BENCHMARK_MAIN();
