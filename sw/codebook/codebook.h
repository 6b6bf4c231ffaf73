// SPDX-License-Identifier: Apache-2.0
// codebook — k codewords of d signed integers, their file, and the hash that names them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sw/base/json.h"

namespace vqrom::codebook {

inline constexpr int kSmallestEntries = 2;
inline constexpr int kLargestEntries = 65536;
inline constexpr int kSmallestDimension = 1;
inline constexpr int kLargestDimension = 16;
inline constexpr int kSmallestElementBits = 2;
inline constexpr int kLargestElementBits = 8;

// How an index becomes a codeword in hardware: structure.h.
enum class Structure { kTable, kSignSplit, kLattice };
inline constexpr Structure kStructures[] = {Structure::kTable, Structure::kSignSplit,
                                            Structure::kLattice};
[[nodiscard]] std::string_view text_of(Structure structure);  // table, sign_split, lattice

// The table of all codewords, and nothing else decides `sha256`: entries, dimension, element_bits
// and the elements in index order. A network's indices mean something only with the codebook of
// that hash.
struct Codebook {
  int entries = 0;                    // k
  int dimension = 0;                  // d
  int element_bits = 8;               // signed two's complement, symmetric: ±(2^(bits-1) - 1)
  std::vector<std::int8_t> elements;  // [k][d]
  double element_scale = 1.0;         // normalised weight units (RMS 1 a channel) of one LSB
  std::string sha256;                 // 64 hexadecimal digits
  Structure structure = Structure::kTable;
  base::Json provenance;  // how it was made: networks, seed, bandwidth, refinement

  [[nodiscard]] int index_bits() const;         // ceil(log2 k), at least 1
  [[nodiscard]] std::int64_t rom_bits() const;  // of the table, or of the magnitudes' ROM
};

// The elements times their scale, [entries][dimension].
[[nodiscard]] std::vector<float> values_of(const Codebook& codebook);

// The hash of the content (see Codebook::sha256).
[[nodiscard]] std::string content_hash(const Codebook& codebook);

// Reads and checks: shape, ranges, element bits, that the stored hash is the content's, and that
// the table has the structure that it states. Errors: file.*, safetensors.*, codebook.format,
// codebook.hash, codebook.structure.
[[nodiscard]] Codebook read_codebook(const std::filesystem::path& path);
// Format: docs/formats/codebook.md. Errors: file.write.
void write_codebook(const std::filesystem::path& path, const Codebook& codebook);

}  // namespace vqrom::codebook
