// SPDX-License-Identifier: Apache-2.0
// rom_image — the words in a bundle's codebook ROM, and banks of them as Verilog.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gen/config/manifest.h"
#include "gen/synth/yosys.h"

namespace vqrom::synth {

// The table of all codewords, whatever the structure of the codebook.
struct RomImage {
  int entries = 0;
  int index_bits = 0;
  int word_bits = 0;
  std::vector<std::string> words;  // hexadecimal, without prefix, by index
};

// Bits that the emitted ROM holds: of the table, or of the levels of a structured codebook.
[[nodiscard]] std::int64_t rom_bits_of(const config::CodebookConfig& codebook);

// Reads the words out of the emitted vq_codebook_rom (its case table or its $readmemh image),
// expands levels to codewords, and checks that the hash is the codebook's. Errors: file.*,
// bundle.rom.
[[nodiscard]] RomImage read_rom_image(const config::Manifest& manifest);

// The emitted ROM as it is; with storage rom_macro, whose module is a black box, its table in
// logic. Errors: file.*, bundle.rom.
[[nodiscard]] Design rom_design(const config::Manifest& manifest);

// The same of each bank, under its emitted name. Errors: file.*, bundle.rom.
[[nodiscard]] std::vector<Design> rom_bank_designs(const config::Manifest& manifest);

// A leaf of the bundle with these parameters. Errors: file.*, bundle.manifest (it is not there).
[[nodiscard]] Design leaf_design(const config::Manifest& manifest, const std::string& leaf,
                                 std::map<std::string, std::int64_t> parameters);

// A table of `words` alone, without a register: one bank of a ROM that is too large for one run.
[[nodiscard]] Design bank_design(const RomImage& image, int first, int count);

// What joins `banks` banks: the selection by the index's upper bits and the output register.
[[nodiscard]] Design bank_select_design(const RomImage& image, int banks);

}  // namespace vqrom::synth
