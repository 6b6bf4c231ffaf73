// SPDX-License-Identifier: Apache-2.0
// instruction — the fields of an instruction that decide when things happen.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "gen/config/instruction_set.h"

namespace vqrom::sim::timing {

struct Transfer {  // LOAD and STORE
  std::uint8_t target = 0;
  std::uint16_t rows = 0;
  std::uint32_t row_words = 0;
  std::uint64_t address = 0;     // bytes
  std::uint32_t row_stride = 0;  // bytes
};

struct Shape {
  std::uint8_t operation = 0;
  bool dense = false;
  std::uint16_t kernel_h = 0;
  std::uint16_t kernel_w = 0;
  std::uint8_t stride_y = 0;
  std::uint8_t stride_x = 0;
  std::uint8_t dilation_y = 0;
  std::uint8_t dilation_x = 0;
  std::uint8_t index_bits = 0;
};

struct Run {
  std::int16_t start_y = 0;
  std::int16_t start_x = 0;
  std::uint16_t in_h = 0;
  std::uint16_t in_w = 0;
  std::uint16_t out_h = 0;
  std::uint16_t out_w = 0;
  std::uint16_t groups = 0;
  std::uint16_t blocks = 0;
  std::uint8_t out_lane = 0;
  std::uint16_t out_groups = 0;
  bool first = false;
  bool last = false;
};

struct Instruction {
  std::uint8_t opcode = 0;
  // LOAD: reads, stores; RUN: loads, store reads; STORE: runs.
  std::uint32_t wait0 = 0;
  std::uint32_t wait1 = 0;
  Transfer transfer;
  Shape shape;
  Run run;
};

// Knows where the fields stand.
class InstructionReader {
 public:
  // Any 256 bits: what the RTL makes of them.
  [[nodiscard]] Instruction read(
      std::span<const std::uint8_t, config::kInstructionBytes> bytes) const;

 private:
  struct Place {
    int lsb = 0;
    int width = 1;
    bool is_signed = false;
  };
  struct Word {
    std::array<std::uint8_t, config::kInstructionBytes + 8> bytes{};
    template <typename T>
    [[nodiscard]] T get(const Place& place) const;
  };
  struct TransferPlaces {
    Place address, row_words, rows, row_stride;
  };
  struct ShapePlaces {
    Place operation, dense, kernel_h, kernel_w, stride_y, stride_x, dilation_y, dilation_x,
        index_bits;
  };
  struct RunPlaces {
    Place start_y, start_x, in_h, in_w, out_h, out_w, groups, blocks, out_lane, out_groups, first,
        last;
  };
  static Place place(std::string_view format, std::string_view name);
  static TransferPlaces transfer_places(std::string_view format);
  static void read_transfer(const TransferPlaces& places, const Word& word, Transfer& transfer);
  void read_shape(const Word& word, Shape& shape) const;
  void read_run(const Word& word, Run& run) const;

  Place target_ = place("LOAD", "target");
  Place load_reads_ = place("LOAD", "wait_reads");
  Place load_stores_ = place("LOAD", "wait_stores");
  TransferPlaces load_ = transfer_places("LOAD");
  Place store_runs_ = place("STORE", "wait_runs");
  TransferPlaces store_ = transfer_places("STORE");
  ShapePlaces shape_{
      place("SHAPE", "operation"),  place("SHAPE", "dense"),      place("SHAPE", "kernel_h"),
      place("SHAPE", "kernel_w"),   place("SHAPE", "stride_y"),   place("SHAPE", "stride_x"),
      place("SHAPE", "dilation_y"), place("SHAPE", "dilation_x"), place("SHAPE", "index_bits")};
  Place run_loads_ = place("RUN", "wait_loads");
  Place run_stores_ = place("RUN", "wait_stores");
  RunPlaces run_{place("RUN", "start_y"),    place("RUN", "start_x"), place("RUN", "in_h"),
                 place("RUN", "in_w"),       place("RUN", "out_h"),   place("RUN", "out_w"),
                 place("RUN", "groups"),     place("RUN", "blocks"),  place("RUN", "out_lane"),
                 place("RUN", "out_groups"), place("RUN", "first"),   place("RUN", "last")};
};

inline constexpr auto kArray = static_cast<std::uint8_t>(config::Operation::kArray);
inline constexpr auto kAdd = static_cast<std::uint8_t>(config::Operation::kAdd);
inline constexpr auto opcode_of(config::Opcode opcode) {
  return static_cast<std::uint8_t>(opcode);
}
inline constexpr std::uint16_t kCount12 = 0xfff;  // counts have 12 bits

}  // namespace vqrom::sim::timing
