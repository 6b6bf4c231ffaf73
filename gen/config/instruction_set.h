// SPDX-License-Identifier: Apache-2.0
// instruction_set — the one table of the accelerator's instructions.
//
// Compiler, disassembler, C header, documentation page and the generated Verilog all take names,
// widths and places of the fields from here. What an instruction does: docs/rtl/accelerator.md.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vqrom::config {

inline constexpr int kInstructionBits = 256;
inline constexpr int kInstructionBytes = kInstructionBits / 8;
inline constexpr int kOpcodeBits = 4;

enum class Opcode {
  kLoad = 1,
  kStore = 2,
  kShape = 3,
  kFactors = 4,
  kRun = 5,
  kFence = 6,
  kEnd = 7
};

// Where a LOAD writes. The word of each buffer: docs/rtl/accelerator.md.
enum class Target {
  kActivations = 0,
  kWeights = 1,
  kParameters = 2,
  kWindow = 3,
  kCodebook = 4,  // only where programs load the codebook
  kTable = 5,
};
inline constexpr int kTargets = 6;

// The table buffer: two tables of an output code for each code, that of -128 first.
inline constexpr std::int64_t kTables = 2;
inline constexpr std::int64_t kTableEntries = 256;

// What a RUN computes.
enum class Operation { kArray = 0, kWindowSum = 1, kWindowMax = 2, kAdd = 3 };

// A field may hold any value of its bits; signed ones are two's complement.
struct Load {
  std::int64_t target = 0;
  std::int64_t wait_reads = 0;
  std::int64_t wait_stores = 0;
  std::int64_t address = 0;
  std::int64_t row_words = 0;
  std::int64_t rows = 0;
  std::int64_t row_stride = 0;
  std::int64_t buffer = 0;
  std::int64_t buffer_stride = 0;
  friend bool operator==(const Load&, const Load&) = default;
};

struct Store {
  std::int64_t wait_runs = 0;
  std::int64_t address = 0;
  std::int64_t row_words = 0;
  std::int64_t rows = 0;
  std::int64_t row_stride = 0;
  std::int64_t buffer = 0;
  std::int64_t buffer_stride = 0;
  friend bool operator==(const Store&, const Store&) = default;
};

struct Shape {
  std::int64_t operation = 0;
  std::int64_t dense = 0;
  std::int64_t unit_weights = 0;
  std::int64_t kernel_h = 1;
  std::int64_t kernel_w = 1;
  std::int64_t stride_y = 1;
  std::int64_t stride_x = 1;
  std::int64_t dilation_y = 1;
  std::int64_t dilation_x = 1;
  std::int64_t group_step = 0;
  std::int64_t out_y_step = 0;
  std::int64_t out_x_step = 0;
  std::int64_t kernel_y_step = 0;
  std::int64_t kernel_x_step = 0;
  std::int64_t out_group_step = 0;
  std::int64_t pad_code = 0;
  std::int64_t zero_point = 0;
  std::int64_t low = -128;
  std::int64_t high = 127;
  std::int64_t table = 0;
  std::int64_t table_bank = 0;
  std::int64_t index_bits = 0;
  std::int64_t index_base = 0;
  friend bool operator==(const Shape&, const Shape&) = default;
};

// The factors of an Add; taken by the RUNs that follow, like a Shape.
struct Factors {
  std::int64_t multiplier_a = 0;
  std::int64_t multiplier_b = 0;
  std::int64_t shift = 1;
  std::int64_t zero_point_a = 0;
  std::int64_t zero_point_b = 0;
  friend bool operator==(const Factors&, const Factors&) = default;
};

struct Run {
  std::int64_t wait_loads = 0;
  std::int64_t wait_stores = 0;
  std::int64_t act_start = 0;
  std::int64_t start_y = 0;
  std::int64_t start_x = 0;
  std::int64_t in_h = 1;
  std::int64_t in_w = 1;
  std::int64_t out_h = 1;
  std::int64_t out_w = 1;
  std::int64_t groups = 1;
  std::int64_t blocks = 1;
  std::int64_t weights = 0;
  std::int64_t parameters = 0;
  std::int64_t output = 0;
  std::int64_t out_lane = 0;
  std::int64_t out_groups = 1;
  std::int64_t first_row = 0;
  std::int64_t last_row = 0;
  std::int64_t first = 1;
  std::int64_t last = 1;
  friend bool operator==(const Run&, const Run&) = default;
};

struct Fence {
  friend bool operator==(const Fence&, const Fence&) = default;
};
struct End {
  friend bool operator==(const End&, const End&) = default;
};

using Instruction = std::variant<Load, Store, Shape, Factors, Run, Fence, End>;
using InstructionWord = std::array<std::uint8_t, kInstructionBytes>;  // little-endian

struct Field {
  std::string name;
  int lsb = 0;
  int width = 1;
  bool is_signed = false;
  std::string meaning;
};

struct InstructionFormat {
  std::string name;           // "LOAD"
  int opcode = 0;             // bits 3 … 0
  std::string meaning;        // one sentence
  std::vector<Field> fields;  // without the opcode, lowest first; the bits above are 0
};

// All instructions, by opcode.
[[nodiscard]] const std::vector<InstructionFormat>& instruction_set();
[[nodiscard]] const InstructionFormat& instruction_format(std::string_view name);
[[nodiscard]] const Field& instruction_field(std::string_view format, std::string_view field);

// Aborts on a value that its field cannot hold: the compiler checks limits first.
[[nodiscard]] InstructionWord encode(const Instruction& instruction);
// Errors: program.instruction (unknown opcode, or a bit set above the fields), at `place`; with a
// number at "place: instruction 7".
[[nodiscard]] Instruction decode(std::span<const std::uint8_t, kInstructionBytes> word,
                                 std::string_view place, std::int64_t number = -1);

// "RUN wait_loads 3, act_start 0x10, …": fields that are not at their default.
[[nodiscard]] std::string disassemble(const Instruction& instruction);
// A C header of opcodes and fields (position, width), for software that makes programs.
[[nodiscard]] std::string instruction_header();
// docs/rtl/instructions.md.
[[nodiscard]] std::string instruction_page();

}  // namespace vqrom::config
