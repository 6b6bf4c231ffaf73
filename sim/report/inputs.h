// SPDX-License-Identifier: Apache-2.0
// inputs — gathers the results of the other commands from one folder, by their format keys.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sw/base/json.h"
#include "sw/codebook/codebook.h"

namespace vqrom::report {

struct Document {
  std::string file;  // its name in the folder
  base::Json json;
};

// What belongs to one network; parts that were not made are empty.
struct NetworkResults {
  std::string name;
  std::optional<Document> summary;     // of the .vqnet file
  std::optional<Document> evaluation;  // vqrom evaluate --json
  std::optional<Document> run;         // vqrom simulate: layers one by one
  // vqrom simulate: a whole program. One of the file's runs, with its `bundle` and `memory`.
  std::optional<Document> program_run;
};

struct Inputs {
  std::optional<codebook::Codebook> codebook;
  std::string codebook_file;
  std::vector<NetworkResults> networks;  // by name
  std::optional<Document> area;
  std::vector<Document> fpga_areas;  // one a device
};

// Reads every .safetensors, .vqnet and .json file of the folder (not of its subfolders); JSON files
// of other formats are passed over. Errors: file.*, json.syntax, codebook.*, vqnet.*, report.empty
// (nothing to show), report.duplicate (two files say the same thing), codebook.mismatch (results of
// different codebooks).
[[nodiscard]] Inputs read_inputs(const std::filesystem::path& folder);

}  // namespace vqrom::report
