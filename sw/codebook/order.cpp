// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/order.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sw/base/checked.h"
#include "sw/base/error.h"
#include "sw/base/interrupt.h"
#include "sw/base/random.h"
#include "sw/codebook/structure.h"

namespace vqrom::codebook {
namespace {

constexpr int kRounds = 30;               // of 2-opt
constexpr std::int64_t kPairs = 1 << 25;  // that a round of 2-opt looks at
constexpr std::int64_t kExchangesPerWord = 16'000;
constexpr std::int64_t kMostExchanges = std::int64_t{1} << 25;
constexpr double kHot = 12.0;  // bits of an address bit of mean weight that an exchange may lose
constexpr double kCold = 0.4;

int distance(const RomWord& a, const RomWord& b) {
  return static_cast<int>((a ^ b).count());
}

int address_bits(std::size_t words) {
  return base::ceil_log2(static_cast<std::uint64_t>(words));
}

// The addresses below `count` in the order of the Gray code.
std::vector<int> gray_addresses(int count) {
  std::vector<int> addresses;
  for (int i = 0; std::ssize(addresses) < count; ++i) {
    const int address = i ^ i >> 1;
    if (address < count) addresses.push_back(address);
  }
  return addresses;
}

std::vector<int> nearest_neighbour_tour(std::span<const RomWord> words, int first) {
  std::vector<int> left(words.size());
  std::iota(left.begin(), left.end(), 0);
  std::vector<int> tour;
  auto next = left.begin() + first;
  for (;;) {
    const int word = *next;
    tour.push_back(word);
    left.erase(next);
    if (left.empty()) return tour;
    base::check_interrupt();
    next = std::ranges::min_element(
        left, {}, [&](int candidate) { return distance(words[word], words[candidate]); });
  }
}

// Reverses parts of the closed tour while that makes it shorter.
void shorten(std::span<const RomWord> words, std::vector<int>& tour) {
  const int count = static_cast<int>(tour.size());
  const int reach = static_cast<int>(std::min<std::int64_t>(count, kPairs / count));
  const auto at = [&](int i) -> const RomWord& { return words[tour[i % count]]; };
  for (int round = 0; round < kRounds; ++round) {
    bool better = false;
    base::check_interrupt();
    for (int i = 0; i + 1 < count; ++i) {
      for (int j = i + 1; j < std::min(count, i + reach); ++j) {
        if (j - i + 1 >= count) continue;
        const RomWord& before = at(i + count - 1);
        const RomWord& after = at(j + 1);
        if (distance(before, at(j)) + distance(at(i), after) <
            distance(before, at(i)) + distance(at(j), after)) {
          std::reverse(tour.begin() + i, tour.begin() + j + 1);
          better = true;
        }
      }
    }
    if (!better) return;
  }
}

// Groups of 2^low words keep what they are and are moved, and their addresses turned over, so that
// words at the same place in neighbouring groups are alike.
class GroupAligner {
 public:
  GroupAligner(std::span<const RomWord> words, std::vector<int>& order, int low)
      : words_(words),
        order_(order),
        size_(std::size_t{1} << low),
        groups_(order.size() / size_),
        bits_(address_bits(groups_)) {}

  void run(base::Random& random) {
    std::vector<int> before_a(size_);
    std::vector<int> before_b(size_);
    for (int step = 0; step < kAlignments; ++step) {
      const std::size_t a = random.below(groups_);
      const std::size_t b = random.below(groups_);
      const double heat =
          kAlignHot * std::pow(kAlignCold / kAlignHot, static_cast<double>(step) / kAlignments);
      const int before = cost(a, b);
      std::copy_n(group(a), size_, before_a.begin());
      std::copy_n(group(b), size_, before_b.begin());
      a == b ? turn(a, before_a, 1 + random.below(size_ - 1)) : swap(a, b);
      const int gain = before - cost(a, b);
      if (gain >= 0 || random.uniform() < std::exp(gain / heat)) continue;
      std::copy_n(before_a.begin(), size_, group(a));
      std::copy_n(before_b.begin(), size_, group(b));
    }
  }

 private:
  static constexpr int kAlignments = 30'000;
  static constexpr double kAlignHot = 100.0;
  static constexpr double kAlignCold = 4.0;

  std::vector<int>::iterator group(std::size_t number) {
    return order_.begin() + static_cast<std::ptrdiff_t>(number * size_);
  }
  void turn(std::size_t a, const std::vector<int>& before, std::size_t mask) {
    for (std::size_t i = 0; i < size_; ++i) {
      group(a)[static_cast<std::ptrdiff_t>(i)] = before[i ^ mask];
    }
  }
  void swap(std::size_t a, std::size_t b) {
    std::swap_ranges(group(a), group(a) + static_cast<std::ptrdiff_t>(size_), group(b));
  }
  // Bits that differ between these groups and those whose number differs in one bit.
  int cost(std::size_t a, std::size_t b) {
    int changes = 0;
    for (int bit = 0; bit < bits_; ++bit) {
      const std::size_t step = std::size_t{1} << bit;
      if ((a ^ step) < groups_) changes += between(a, a ^ step);
      if (b != a && (b ^ step) < groups_) changes += between(b, b ^ step);
    }
    return changes;
  }
  int between(std::size_t a, std::size_t b) {
    int changes = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      const auto at = static_cast<std::ptrdiff_t>(i);
      changes += distance(words_[group(a)[at]], words_[group(b)[at]]);
    }
    return changes;
  }

  std::span<const RomWord> words_;
  std::vector<int>& order_;
  std::size_t size_;
  std::size_t groups_;
  int bits_;
};

}  // namespace

std::vector<RomWord> rom_words(const Codebook& codebook) {
  std::vector<int> values;
  int bits = codebook.element_bits;
  if (codebook.structure == Structure::kTable) {
    values.assign(codebook.elements.begin(), codebook.elements.end());
  } else {
    const std::vector<std::uint8_t> levels = levels_of(codebook);
    values.assign(levels.begin(), levels.end());
    bits = level_bits(codebook.structure, codebook.element_bits);
  }
  const auto width = static_cast<std::size_t>(codebook.dimension);
  std::vector<RomWord> words(values.size() / width);
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (int b = 0; b < bits; ++b) {
      words[i / width][i % width * static_cast<std::size_t>(bits) + static_cast<std::size_t>(b)] =
          (values[i] >> b & 1) != 0;
    }
  }
  return words;
}

Codebook reordered(const Codebook& codebook, std::span<const int> order) {
  // A word of levels stands for 2^d codewords in a row.
  const std::size_t run = codebook.structure == Structure::kTable
                              ? static_cast<std::size_t>(codebook.dimension)
                              : static_cast<std::size_t>(codebook.dimension) << codebook.dimension;
  VQROM_CHECK(order.size() * run == codebook.elements.size(), "{} words", order.size());
  Codebook result = codebook;
  auto to = result.elements.begin();
  for (const int word : order) {
    const auto from = codebook.elements.begin() + static_cast<std::ptrdiff_t>(word * run);
    to = std::copy(from, from + static_cast<std::ptrdiff_t>(run), to);
  }
  result.sha256 = content_hash(result);
  return result;
}

std::int64_t address_changes(std::span<const RomWord> words, std::span<const int> order) {
  std::int64_t changes = 0;
  for (std::size_t address = 0; address < order.size(); ++address) {
    for (int bit = 0; bit < address_bits(order.size()); ++bit) {
      const std::size_t other = address ^ std::size_t{1} << bit;
      if (other < address || other >= order.size()) continue;
      changes += distance(words[order[address]], words[order[other]]);
    }
  }
  return changes;
}

std::vector<int> gray_tour(std::span<const RomWord> words, int first) {
  std::vector<int> tour = nearest_neighbour_tour(words, first);
  shorten(words, tour);
  const std::vector<int> addresses = gray_addresses(static_cast<int>(tour.size()));
  std::vector<int> order(tour.size());
  for (std::size_t i = 0; i < tour.size(); ++i) order[addresses[i]] = tour[i];
  return order;
}

std::vector<int> annealed(std::span<const RomWord> words, std::span<const double> weights,
                          std::uint64_t seed) {
  base::Random random(seed);
  const auto count = words.size();
  std::vector<int> order(count);
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  const int bits = std::min(address_bits(count), static_cast<int>(weights.size()));
  // What the words around `address` differ from `word`, but for the one at `except`.
  const auto around = [&](std::size_t address, std::size_t except, int word) {
    double changes = 0.0;
    for (int bit = 0; bit < bits; ++bit) {
      const std::size_t other = address ^ std::size_t{1} << bit;
      if (other == except || other >= count) continue;
      changes +=
          weights[static_cast<std::size_t>(bit)] * distance(words[order[other]], words[word]);
    }
    return changes;
  };
  const double mean =
      std::accumulate(weights.begin(), weights.begin() + bits, 0.0) / address_bits(count);
  const std::int64_t exchanges =
      std::min(kMostExchanges, kExchangesPerWord * static_cast<std::int64_t>(count));
  for (std::int64_t step = 0; step < exchanges; ++step) {
    if (step % 65536 == 0) base::check_interrupt();
    const std::size_t a = random.below(count);
    const std::size_t b = random.below(count);
    if (a == b) continue;
    const double gain = around(a, b, order[a]) + around(b, a, order[b]) - around(a, b, order[b]) -
                        around(b, a, order[a]);
    const double heat =
        mean * kHot *
        std::pow(kCold / kHot, static_cast<double>(step) / static_cast<double>(exchanges));
    if (gain >= 0.0 || random.uniform() < std::exp(gain / heat)) std::swap(order[a], order[b]);
  }
  int low = 0;  // bits with a weight
  while (low < bits && weights[static_cast<std::size_t>(low)] > 0.0) ++low;
  if (low > 0 && low < address_bits(count) && count % (std::size_t{1} << low) == 0) {
    GroupAligner(words, order, low).run(random);
  }
  return order;
}

}  // namespace vqrom::codebook
