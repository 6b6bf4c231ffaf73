// SPDX-License-Identifier: Apache-2.0
// state — the state of vq_compute as bytes that are compared and counters that only run down.
//
// Each block lists its state once, in state(archive): a StateWriter takes it, a StateRestorer puts
// it back. What is not at work is left out, and what only matters relative to something else is
// given relative, so that states that go on alike are equal.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace vqrom::sim::timing {

// Steps that are left before something happens, -1 if nobody counts. Counters come in groups:
// those of a group run down together, each to a nearer or a farther happening; the last one never
// begins again without a RUN or place that is taken.
struct Counters {
  static constexpr std::size_t kMost = 11;
  static constexpr std::size_t kMostGroups = 5;
  using Groups = std::array<std::uint8_t, kMostGroups>;  // counters of each
  // Window walker: window, group, RUN. Tile walker: block, RUN. Parameters: RUN. Drain: block,
  // ever. Out walker: block, blocks that are written whole, RUN.
  static constexpr Groups kCompute{3, 2, 1, 2, 3};
  std::array<std::int64_t, kMost> left{};
};

class StateWriter {
 public:
  static constexpr bool kRestores = false;
  static constexpr std::size_t kMostBytes = 512;

  template <typename... Values>
  void operator()(Values&... values) {
    (put(values), ...);
  }
  // Gives and, in restoring, takes the counters of one group.
  template <std::size_t kLevels>
  void counters(std::array<std::int64_t, kLevels>& left) {
    for (const std::int64_t each : left) counters_.left[counted_++] = each;
  }
  [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }
  // A multiple of 8; what is past the state is 0.
  [[nodiscard]] std::size_t size() const { return (size_ + 7) / 8 * 8; }
  // Else it is too long, and incomplete.
  [[nodiscard]] bool fits() const { return fits_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }
  void clear() {
    std::memset(bytes_.data(), 0, size());
    size_ = counted_ = 0;
    fits_ = true;
  }

 private:
  template <typename Value>
  void put(Value& value) {
    if constexpr (std::is_arithmetic_v<Value>) {
      if (size_ + sizeof value > kMostBytes) {
        fits_ = false;
        return;
      }
      std::memcpy(bytes_.data() + size_, &value, sizeof value);
      size_ += sizeof value;
    } else {
      value.state(*this);
    }
  }

  std::array<std::uint8_t, kMostBytes> bytes_{};
  std::size_t size_ = 0;
  bool fits_ = true;
  Counters counters_;
  std::size_t counted_ = 0;
};

class StateRestorer {
 public:
  static constexpr bool kRestores = true;
  StateRestorer(const std::uint8_t* bytes, const Counters& counters)
      : bytes_(bytes), counters_(counters) {}

  template <typename... Values>
  void operator()(Values&... values) {
    (get(values), ...);
  }
  template <std::size_t kLevels>
  void counters(std::array<std::int64_t, kLevels>& left) {
    for (std::int64_t& each : left) each = counters_.left[counted_++];
  }
  // Of the vectors that were read meanwhile: how many were padding.
  std::int64_t pads = 0;

 private:
  template <typename Value>
  void get(Value& value) {
    if constexpr (std::is_arithmetic_v<Value>) {
      std::memcpy(&value, bytes_, sizeof value);
      bytes_ += sizeof value;
    } else {
      value.state(*this);
    }
  }

  const std::uint8_t* bytes_;
  const Counters& counters_;
  std::size_t counted_ = 0;
};

}  // namespace vqrom::sim::timing
