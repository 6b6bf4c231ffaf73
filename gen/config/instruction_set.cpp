// SPDX-License-Identifier: Apache-2.0
#include "gen/config/instruction_set.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include <fmt/format.h>

#include "sw/base/error.h"

namespace vqrom::config {
namespace {

template <typename T>
struct Member {
  const char* name;
  int width;
  bool is_signed;
  std::int64_t T::*place;
  const char* meaning;
};

template <typename T>
struct Table;

template <>
struct Table<Load> {
  static constexpr Opcode kOpcode = Opcode::kLoad;
  static constexpr const char* kName = "LOAD";
  static constexpr const char* kMeaning = "memory to a buffer, `rows` rows of bus words";
  static constexpr std::array<Member<Load>, 9> kMembers{{
      {"target", 3, false, &Load::target,
       "0 activations, 1 weights, 2 parameters, 3 window weights, 4 codebook, 5 tables"},
      {"wait_reads", 20, false, &Load::wait_reads, "starts when that many RUNs have read all"},
      {"wait_stores", 20, false, &Load::wait_stores, "starts when that many STOREs are complete"},
      {"address", 40, false, &Load::address, "byte address from the program's base"},
      {"row_words", 20, false, &Load::row_words, "bus words of a row, at least 1"},
      {"rows", 16, false, &Load::rows, "rows, at least 1"},
      {"row_stride", 32, false, &Load::row_stride, "bytes from a row to the next in memory"},
      {"buffer", 16, false, &Load::buffer, "buffer word of the first row"},
      {"buffer_stride", 16, false, &Load::buffer_stride, "buffer words from a row to the next"},
  }};
};

template <>
struct Table<Store> {
  static constexpr Opcode kOpcode = Opcode::kStore;
  static constexpr const char* kName = "STORE";
  static constexpr const char* kMeaning = "output buffer to memory";
  static constexpr std::array<Member<Store>, 7> kMembers{{
      {"wait_runs", 20, false, &Store::wait_runs,
       "starts when that many RUNs have written all their codes"},
      {"address", 40, false, &Store::address, "byte address from the program's base"},
      {"row_words", 20, false, &Store::row_words, "bus words of a row, whole vectors"},
      {"rows", 16, false, &Store::rows, "rows, at least 1"},
      {"row_stride", 32, false, &Store::row_stride, "bytes from a row to the next in memory"},
      {"buffer", 16, false, &Store::buffer, "output buffer vector of the first row"},
      {"buffer_stride", 16, false, &Store::buffer_stride,
       "output buffer vectors from a row to the next"},
  }};
};

template <>
struct Table<Shape> {
  static constexpr Opcode kOpcode = Opcode::kShape;
  static constexpr const char* kName = "SHAPE";
  static constexpr const char* kMeaning = "what a layer's RUNs have in common";
  static constexpr std::array<Member<Shape>, 23> kMembers{{
      {"operation", 2, false, &Shape::operation, "0 array, 1 window sum, 2 window maximum, 3 add"},
      {"dense", 1, false, &Shape::dense, "array: int8 weights instead of indices"},
      {"unit_weights", 1, false, &Shape::unit_weights,
       "window sum: every weight is 1, none is read"},
      {"kernel_h", 12, false, &Shape::kernel_h, "kernel rows"},
      {"kernel_w", 12, false, &Shape::kernel_w, "kernel columns; 2 (the operands) for an add"},
      {"stride_y", 8, false, &Shape::stride_y, "input rows from an output row to the next"},
      {"stride_x", 8, false, &Shape::stride_x, "input columns from an output column to the next"},
      {"dilation_y", 8, false, &Shape::dilation_y, "input rows from a kernel row to the next"},
      {"dilation_x", 8, false, &Shape::dilation_x,
       "input columns from a kernel column to the next; 0 for an add"},
      {"group_step", 16, false, &Shape::group_step,
       "vectors from an input channel group to the next"},
      {"out_y_step", 16, false, &Shape::out_y_step, "vectors from an output row to the next"},
      {"out_x_step", 16, false, &Shape::out_x_step, "vectors from an output column to the next"},
      {"kernel_y_step", 16, false, &Shape::kernel_y_step, "vectors from a kernel row to the next"},
      {"kernel_x_step", 16, false, &Shape::kernel_x_step,
       "vectors from a kernel column to the next; from operand a to b for an add"},
      {"out_group_step", 16, false, &Shape::out_group_step,
       "output buffer vectors from a channel group to the next"},
      {"pad_code", 8, true, &Shape::pad_code, "code of positions outside the input"},
      {"zero_point", 8, true, &Shape::zero_point, "of the output"},
      {"low", 8, true, &Shape::low, "lowest output code"},
      {"high", 8, true, &Shape::high, "highest output code"},
      {"table", 1, false, &Shape::table, "codes go through a table"},
      {"table_bank", 1, false, &Shape::table_bank, "table: which of the two"},
      {"index_bits", 5, false, &Shape::index_bits,
       "array: bits of an index, one of the accelerator's widths; 0: of the whole codebook"},
      {"index_base", 16, false, &Shape::index_base,
       "array: the codeword of index 0, a multiple of 2^index_bits"},
  }};
};

template <>
struct Table<Factors> {
  static constexpr Opcode kOpcode = Opcode::kFactors;
  static constexpr const char* kName = "FACTORS";
  static constexpr const char* kMeaning = "the factors of the adds that follow";
  static constexpr std::array<Member<Factors>, 5> kMembers{{
      {"multiplier_a", 31, false, &Factors::multiplier_a, "of operand a"},
      {"multiplier_b", 31, false, &Factors::multiplier_b, "of operand b"},
      {"shift", 6, false, &Factors::shift, "of both, 1 to 62"},
      {"zero_point_a", 8, true, &Factors::zero_point_a, "of operand a"},
      {"zero_point_b", 8, true, &Factors::zero_point_b, "of operand b"},
  }};
};

template <>
struct Table<Run> {
  static constexpr Opcode kOpcode = Opcode::kRun;
  static constexpr const char* kName = "RUN";
  static constexpr const char* kMeaning = "computes one stripe of a layer";
  static constexpr std::array<Member<Run>, 20> kMembers{{
      {"wait_loads", 20, false, &Run::wait_loads, "starts when that many LOADs are complete"},
      {"wait_stores", 20, false, &Run::wait_stores,
       "starts when that many STOREs have read the output buffer"},
      {"act_start", 16, false, &Run::act_start,
       "vector of output pixel 0 at kernel position 0, modulo 2^16"},
      {"start_y", 12, true, &Run::start_y, "input row of output row 0 at kernel row 0"},
      {"start_x", 12, true, &Run::start_x, "input column of output column 0 at kernel column 0"},
      {"in_h", 12, false, &Run::in_h, "input rows; outside of them is padding"},
      {"in_w", 12, false, &Run::in_w, "input columns"},
      {"out_h", 12, false, &Run::out_h, "output rows"},
      {"out_w", 12, false, &Run::out_w, "output columns"},
      {"groups", 12, false, &Run::groups, "input channel groups of ROWS channels"},
      {"blocks", 12, false, &Run::blocks, "array: blocks of COLUMNS output channels"},
      {"weights", 16, false, &Run::weights,
       "first word of the weight buffer, or of the window weights"},
      {"parameters", 16, false, &Run::parameters, "first entry of the parameter buffer"},
      {"output", 16, false, &Run::output, "first vector of the output buffer"},
      {"out_lane", 7, false, &Run::out_lane,
       "array: beat within a vector at which the first block's codes start"},
      {"out_groups", 12, false, &Run::out_groups,
       "channel groups that are written; codes past them are dropped"},
      {"first_row", 7, false, &Run::first_row,
       "array: rows of the first group below this one see 0"},
      {"last_row", 7, false, &Run::last_row, "array: rows of the last group above this one see 0"},
      {"first", 1, false, &Run::first, "array: sums start from the bias"},
      {"last", 1, false, &Run::last, "array: sums are complete and become codes"},
  }};
};

template <>
struct Table<Fence> {
  static constexpr Opcode kOpcode = Opcode::kFence;
  static constexpr const char* kName = "FENCE";
  static constexpr const char* kMeaning = "waits until everything before it is complete";
  static constexpr std::array<Member<Fence>, 0> kMembers{};
};

template <>
struct Table<End> {
  static constexpr Opcode kOpcode = Opcode::kEnd;
  static constexpr const char* kName = "END";
  static constexpr const char* kMeaning = "a fence, then done: the last instruction";
  static constexpr std::array<Member<End>, 0> kMembers{};
};

template <typename T>
InstructionFormat format_of() {
  InstructionFormat format{
      Table<T>::kName, static_cast<int>(Table<T>::kOpcode), Table<T>::kMeaning, {}};
  int lsb = kOpcodeBits;
  for (const Member<T>& member : Table<T>::kMembers) {
    format.fields.push_back({member.name, lsb, member.width, member.is_signed, member.meaning});
    lsb += member.width;
  }
  VQROM_CHECK(lsb <= kInstructionBits, "{} takes {} bits", format.name, lsb);
  return format;
}

void put_bits(InstructionWord& word, int lsb, int width, std::uint64_t value) {
  for (int i = 0; i < width; ++i) {
    const auto at = static_cast<std::size_t>(lsb + i);
    if ((value >> i & 1) != 0) word[at / 8] |= static_cast<std::uint8_t>(1U << at % 8);
  }
}

std::uint64_t get_bits(std::span<const std::uint8_t, kInstructionBytes> word, int lsb, int width) {
  static_assert(std::endian::native == std::endian::little);
  if (width == 0) return 0;
  std::uint64_t bits = 0;
  const int at = std::min(lsb / 8, kInstructionBytes - static_cast<int>(sizeof bits));
  std::memcpy(&bits, word.data() + at, sizeof bits);
  return bits >> (lsb - 8 * at) & ~std::uint64_t{0} >> (64 - width);
}

// Where an instruction stands: its place, or its number in one.
struct Place {
  std::string_view name;
  std::int64_t number = -1;
  [[nodiscard]] std::string text() const {
    if (number < 0) return std::string(name);
    return fmt::format("{}{}instruction {}", name, name.empty() ? "" : ": ", number);
  }
};

template <typename T>
void encode_into(InstructionWord& word, const T& instruction) {
  put_bits(word, 0, kOpcodeBits, static_cast<std::uint64_t>(Table<T>::kOpcode));
  int lsb = kOpcodeBits;
  for (const Member<T>& member : Table<T>::kMembers) {
    const std::int64_t value = instruction.*member.place;
    const std::int64_t count = std::int64_t{1} << member.width;
    const std::int64_t low = member.is_signed ? -count / 2 : 0;
    VQROM_CHECK(value >= low && value < low + count, "{}.{} is {}; must be {} to {}",
                Table<T>::kName, member.name, value, low, low + count - 1);
    put_bits(word, lsb, member.width, static_cast<std::uint64_t>(value));
    lsb += member.width;
  }
}

template <typename T>
Instruction decode_as(std::span<const std::uint8_t, kInstructionBytes> word, const Place& place) {
  T instruction;
  int lsb = kOpcodeBits;
  for (const Member<T>& member : Table<T>::kMembers) {
    auto value = static_cast<std::int64_t>(get_bits(word, lsb, member.width));
    if (member.is_signed && (value >> (member.width - 1) & 1) != 0) {
      value -= std::int64_t{1} << member.width;
    }
    instruction.*member.place = value;
    lsb += member.width;
  }
  for (int bit = lsb; bit < kInstructionBits;) {
    const int width = std::min(kInstructionBits - bit, 32);
    const std::uint64_t rest = get_bits(word, bit, width);
    bit += rest == 0 ? width : std::countr_zero(rest);
    if (rest == 0) continue;
    throw base::UserError(
        "program.instruction", place.text(),
        fmt::format("{} has bit {} set; its fields end at bit {}", Table<T>::kName, bit, lsb - 1));
  }
  return instruction;
}

template <typename T>
std::string text_of(const T& instruction) {
  static const T kDefault{};
  std::string text = Table<T>::kName;
  const char* separator = " ";
  for (const Member<T>& member : Table<T>::kMembers) {
    const std::int64_t value = instruction.*member.place;
    if (value == kDefault.*member.place) continue;
    text += fmt::format("{}{} {}", separator, member.name, value);
    separator = ", ";
  }
  return text;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

}  // namespace

const std::vector<InstructionFormat>& instruction_set() {
  static const std::vector<InstructionFormat> kFormats = {
      format_of<Load>(), format_of<Store>(), format_of<Shape>(), format_of<Factors>(),
      format_of<Run>(),  format_of<Fence>(), format_of<End>()};
  return kFormats;
}

const InstructionFormat& instruction_format(std::string_view name) {
  const auto& formats = instruction_set();
  const auto found =
      std::find_if(formats.begin(), formats.end(),
                   [&](const InstructionFormat& format) { return format.name == name; });
  VQROM_CHECK(found != formats.end(), "no instruction {}", name);
  return *found;
}

const Field& instruction_field(std::string_view format, std::string_view field) {
  const auto& fields = instruction_format(format).fields;
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& candidate) { return candidate.name == field; });
  VQROM_CHECK(found != fields.end(), "no field {} in {}", field, format);
  return *found;
}

InstructionWord encode(const Instruction& instruction) {
  InstructionWord word{};
  std::visit([&](const auto& value) { encode_into(word, value); }, instruction);
  return word;
}

Instruction decode(std::span<const std::uint8_t, kInstructionBytes> word, std::string_view name,
                   std::int64_t number) {
  const Place place{name, number};
  const auto opcode = get_bits(word, 0, kOpcodeBits);
  switch (static_cast<Opcode>(opcode)) {
    case Opcode::kLoad:
      return decode_as<Load>(word, place);
    case Opcode::kStore:
      return decode_as<Store>(word, place);
    case Opcode::kShape:
      return decode_as<Shape>(word, place);
    case Opcode::kFactors:
      return decode_as<Factors>(word, place);
    case Opcode::kRun:
      return decode_as<Run>(word, place);
    case Opcode::kFence:
      return decode_as<Fence>(word, place);
    case Opcode::kEnd:
      return decode_as<End>(word, place);
  }
  throw base::UserError(
      "program.instruction", place.text(),
      fmt::format("opcode is {}; must be 1 to {}", opcode, static_cast<int>(Opcode::kEnd)));
}

std::string disassemble(const Instruction& instruction) {
  return std::visit([](const auto& value) { return text_of(value); }, instruction);
}

std::string instruction_header() {
  std::string text =
      "/* SPDX-License-Identifier: Apache-2.0 */\n"
      "/* vq_instructions.h - opcodes and fields of the accelerator's 256-bit instructions: "
      "generated. */\n"
      "#ifndef VQ_INSTRUCTIONS_H\n#define VQ_INSTRUCTIONS_H\n\n";
  text += fmt::format("#define VQ_INSTRUCTION_BYTES {}\n", kInstructionBytes);
  for (const InstructionFormat& format : instruction_set()) {
    text += fmt::format("\n/* {}: {} */\n#define VQ_{} {}\n", format.name, format.meaning,
                        format.name, format.opcode);
    for (const Field& field : format.fields) {
      const std::string name = fmt::format("VQ_{}_{}", format.name, upper(field.name));
      text += fmt::format("#define {}_LSB {}\n#define {}_BITS {}\n", name, field.lsb, name,
                          field.width);
    }
  }
  return text + "\n#endif\n";
}

std::string instruction_page() {
  std::string text =
      "# Instructions\n"
      "Made from the table in `gen/config/instruction_set.cpp`; a test compares this page with "
      "it.\n"
      "256 bits each, little-endian in memory; bits 3 to 0 are the opcode, bits above the last "
      "field "
      "are 0.\n"
      "What the fields do together: [accelerator.md](accelerator.md).\n";
  for (const InstructionFormat& format : instruction_set()) {
    text += fmt::format("\n## {} (opcode {})\n{}.\n", format.name, format.opcode, format.meaning);
    if (format.fields.empty()) continue;
    text += "\n| bits | field | meaning |\n|---|---|---|\n";
    for (const Field& field : format.fields) {
      const int msb = field.lsb + field.width - 1;
      text += fmt::format(
          "| {} | `{}` | {}{} |\n",
          msb == field.lsb ? fmt::format("{}", msb) : fmt::format("{}:{}", msb, field.lsb),
          field.name, field.meaning, field.is_signed ? "; signed" : "");
    }
  }
  return text;
}

}  // namespace vqrom::config
