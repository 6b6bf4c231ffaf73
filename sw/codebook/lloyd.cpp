// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/lloyd.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <queue>
#include <utility>

#include "sw/base/parallel.h"
#include "sw/base/progress.h"
#include "sw/codebook/codebook.h"
#include "sw/codebook/nearest.h"

namespace vqrom::codebook {
namespace {

using Point = std::array<double, kLargestDimension>;

// The samples of one codeword: a range of Cells::order_.
struct Cell {
  std::size_t begin = 0;
  std::size_t end = 0;
  Point centroid{};
  Point errors{};  // squared error about the centroid, by dimension

  [[nodiscard]] double error() const { return std::accumulate(errors.begin(), errors.end(), 0.0); }
};

// Samples grouped by codeword, in the order of the samples whatever the number of threads.
class Cells {
 public:
  Cells(std::span<const float> samples, int dimension, std::span<const std::int32_t> indices,
        std::int64_t entries)
      : samples_(samples),
        dimension_(dimension),
        cells_(static_cast<std::size_t>(entries)),
        order_(indices.size()) {
    for (const std::int32_t index : indices) ++cells_[index].end;
    std::size_t begin = 0;
    for (Cell& cell : cells_) {
      const std::size_t members = cell.end;
      cell.begin = cell.end = begin;
      begin += members;
    }
    for (std::size_t s = 0; s < indices.size(); ++s) order_[cells_[indices[s]].end++] = s;
    base::parallel_for(entries, 64, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t c = first; c < last; ++c) measure(cells_[c]);
    });
  }

  // Gives every empty cell from `first` on one half of the cell of largest error, as long as there
  // is one.
  void split_into_empty_cells(std::int64_t first) {
    using Candidate = std::pair<double, std::int64_t>;  // error, minus the index: lower ones first
    std::priority_queue<Candidate> largest;
    for (std::int64_t c = 0; c < std::ssize(cells_); ++c) {
      largest.emplace(cells_[c].error(), -c);
    }
    for (Cell& empty : std::span(cells_).subspan(static_cast<std::size_t>(first))) {
      if (empty.begin != empty.end) continue;
      const auto [error, negative_index] = largest.top();
      if (error <= 0.0) return;
      largest.pop();
      Cell& split = cells_[-negative_index];
      split_cell(split, empty);
      largest.emplace(split.error(), negative_index);
      largest.emplace(empty.error(), -(&empty - cells_.data()));
    }
  }

  [[nodiscard]] const std::vector<Cell>& cells() const { return cells_; }

 private:
  [[nodiscard]] const float* sample(std::size_t position) const {
    return samples_.data() + order_[position] * static_cast<std::size_t>(dimension_);
  }

  void measure(Cell& cell) const {
    cell.centroid.fill(0.0);
    cell.errors.fill(0.0);
    if (cell.begin == cell.end) return;
    for (std::size_t m = cell.begin; m < cell.end; ++m) {
      for (int i = 0; i < dimension_; ++i) cell.centroid[i] += sample(m)[i];
    }
    for (double& value : cell.centroid) value /= static_cast<double>(cell.end - cell.begin);
    for (std::size_t m = cell.begin; m < cell.end; ++m) {
      for (int i = 0; i < dimension_; ++i) {
        const double difference = sample(m)[i] - cell.centroid[i];
        cell.errors[i] += difference * difference;
      }
    }
  }

  // Samples above the centroid in the widest dimension move to `other`.
  void split_cell(Cell& cell, Cell& other) {
    const auto widest =
        std::max_element(cell.errors.begin(), cell.errors.end()) - cell.errors.begin();
    const auto first_above = std::stable_partition(
        order_.begin() + cell.begin, order_.begin() + cell.end, [&](std::size_t s) {
          return samples_[s * static_cast<std::size_t>(dimension_) + widest] <=
                 cell.centroid[widest];
        });
    other.end = cell.end;
    other.begin = cell.end = static_cast<std::size_t>(first_above - order_.begin());
    measure(cell);
    measure(other);
  }

  std::span<const float> samples_;
  int dimension_;
  std::vector<Cell> cells_;
  std::vector<std::size_t> order_;
};

void move_to_centroids(const std::vector<Cell>& cells, int dimension, const LloydSettings& settings,
                       Refinement& refinement) {
  const std::optional<ElementGrid>& grid = settings.grid;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const Cell& cell = cells[c];
    refinement.members[c] = static_cast<double>(cell.end - cell.begin);
    if (cell.begin == cell.end || std::cmp_less(c, settings.fixed)) continue;
    for (int i = 0; i < dimension; ++i) {
      const double value = cell.centroid[i];
      refinement.codewords[c * dimension + i] =
          static_cast<float>(grid ? grid->scale * grid->round(value) : value);
    }
  }
}

}  // namespace

double mean_squared_error(std::span<const float> samples, std::span<const float> codewords,
                          int dimension, std::span<const std::int32_t> indices) {
  constexpr std::int64_t kGrain = 4096;
  const std::int64_t count = std::ssize(indices);
  std::vector<double> sums(static_cast<std::size_t>((count + kGrain - 1) / kGrain));
  base::parallel_for(count, kGrain, [&](std::int64_t begin, std::int64_t end) {
    double sum = 0.0;
    for (std::int64_t s = begin; s < end; ++s) {
      for (int i = 0; i < dimension; ++i) {
        const double difference = double{samples[s * dimension + i]} -
                                  codewords[std::int64_t{indices[s]} * dimension + i];
        sum += difference * difference;
      }
    }
    sums[begin / kGrain] = sum;
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0) / static_cast<double>(samples.size());
}

Refinement refine(std::span<const float> samples, int dimension, std::vector<float> codewords,
                  const LloydSettings& settings) {
  const std::int64_t entries = std::ssize(codewords) / dimension;
  Refinement refinement{std::move(codewords), std::vector<double>(entries, 1.0), {}};
  base::Progress progress(settings.what, settings.iterations);
  for (int iteration = 0; iteration < settings.iterations; ++iteration) {
    const NearestSearch search(refinement.codewords, static_cast<int>(entries), dimension);
    const std::vector<std::int32_t> indices = search.find(samples);
    const double error = mean_squared_error(samples, refinement.codewords, dimension, indices);
    const double before = iteration == 0 ? error : refinement.errors.back();
    refinement.errors.push_back(error);
    progress.remark(fmt::format("squared error {:.4f} a weight", error));
    if (iteration > 0 && before - error < settings.least_improvement * before) {
      progress.advance(settings.iterations - iteration);
      break;
    }
    Cells cells(samples, dimension, indices, entries);
    cells.split_into_empty_cells(settings.fixed);
    move_to_centroids(cells.cells(), dimension, settings, refinement);
    progress.advance();
  }
  return refinement;
}

}  // namespace vqrom::codebook
