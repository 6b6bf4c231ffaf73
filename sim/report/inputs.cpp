// SPDX-License-Identifier: Apache-2.0
#include "sim/report/inputs.h"

#include <algorithm>
#include <set>

#include "sw/base/error.h"
#include "sw/compress/quantised_network.h"

namespace vqrom::report {
namespace fs = std::filesystem;
namespace {

NetworkResults& network_named(Inputs& inputs, const std::string& name) {
  const auto found = std::find_if(inputs.networks.begin(), inputs.networks.end(),
                                  [&](const NetworkResults& known) { return known.name == name; });
  if (found != inputs.networks.end()) return *found;
  inputs.networks.push_back({name, {}, {}, {}, {}});
  return inputs.networks.back();
}

void place(std::optional<Document>& slot, Document document, std::string_view what) {
  if (slot) {
    throw base::UserError(
        "report.duplicate", document.file,
        fmt::format("holds {}, and so does {}; keep one of them in the folder", what, slot->file));
  }
  slot = std::move(document);
}

std::string text_at(const Document& document, const char* pointer) {
  const base::Json::json_pointer at(pointer);
  if (!document.json.contains(at) || !document.json[at].is_string()) {
    throw base::UserError("report.content", document.file,
                          fmt::format("has no text at {}", pointer));
  }
  return document.json[at].get<std::string>();
}

// In the order of the devices' names.
void place_fpga(Inputs& inputs, Document document) {
  const std::string device = text_at(document, "/target/name");
  auto at = inputs.fpga_areas.begin();
  while (at != inputs.fpga_areas.end() && text_at(*at, "/target/name") < device) ++at;
  if (at == inputs.fpga_areas.end() || text_at(*at, "/target/name") != device) {
    inputs.fpga_areas.insert(at, std::move(document));
    return;
  }
  throw base::UserError("report.duplicate", document.file,
                        fmt::format("holds an area on {}, and so does {}; keep one of them in the "
                                    "folder",
                                    device, at->file));
}

// Collects the hash that a file was made with, to compare them at the end.
class CodebookHashes {
 public:
  void add(const std::string& file, const std::string& sha256) {
    if (sha256.empty()) return;  // a dense network needs no codebook
    if (sha256_.empty()) {
      file_ = file;
      sha256_ = sha256;
    } else if (sha256 != sha256_) {
      throw base::UserError(
          "codebook.mismatch", file,
          fmt::format("was made with codebook {}; {} with {}", sha256, file_, sha256_));
    }
  }

 private:
  std::string file_;
  std::string sha256_;
};

// A run for each network of the file; of a network that ran more than once, the first.
void read_program_runs(const Document& document, Inputs& inputs, CodebookHashes& hashes) {
  if (!document.json.contains("runs") || !document.json["runs"].is_array()) {
    throw base::UserError("report.content", document.file, "has no list at /runs");
  }
  std::set<std::string> seen;
  for (const base::Json& each : document.json["runs"]) {
    Document run{document.file, each};
    for (const char* key : {"bundle", "memory"}) {
      if (document.json.contains(key)) run.json[key] = document.json[key];
    }
    const std::string name = text_at(run, "/network/name");
    hashes.add(run.file, text_at(run, "/network/codebook_sha256"));
    if (!seen.insert(name).second) continue;
    place(network_named(inputs, name).program_run, std::move(run),
          "a run of the same network's program");
  }
}

void read_json_result(const fs::path& path, Inputs& inputs, CodebookHashes& hashes) {
  Document document{path.filename().string(), base::read_json(path)};
  if (!document.json.is_object() || !document.json.contains("format")) return;
  const std::string format = text_at(document, "/format");
  if (format == "vqrom-run-1") {
    hashes.add(document.file, text_at(document, "/network/codebook_sha256"));
    NetworkResults& network = network_named(inputs, text_at(document, "/network/name"));
    place(network.run, std::move(document), "a run of the same network");
  } else if (format == "vqrom-program-run-1") {
    read_program_runs(document, inputs, hashes);
  } else if (format == "vqrom-evaluation-1") {
    NetworkResults& network = network_named(inputs, text_at(document, "/network"));
    place(network.evaluation, std::move(document), "an evaluation of the same network");
  } else if (format == "vqrom-area-1") {
    hashes.add(document.file, text_at(document, "/codebook_sha256"));
    if (text_at(document, "/target/kind") == "fpga") {
      place_fpga(inputs, std::move(document));
      return;
    }
    place(inputs.area, std::move(document), "an area report");
  }
}

}  // namespace

Inputs read_inputs(const fs::path& folder) {
  if (!fs::is_directory(folder)) {
    throw base::UserError("file.missing", folder.string(), "no such folder");
  }
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());

  Inputs inputs;
  CodebookHashes hashes;
  for (const fs::path& path : paths) {
    const std::string file = path.filename().string();
    if (path.extension() == ".safetensors") {
      if (inputs.codebook) {
        throw base::UserError("report.duplicate", file,
                              fmt::format("is a codebook, and so is {}; keep one of them in the "
                                          "folder",
                                          inputs.codebook_file));
      }
      inputs.codebook = codebook::read_codebook(path);
      inputs.codebook_file = file;
      hashes.add(file, inputs.codebook->sha256);
    } else if (path.extension() == ".vqnet") {
      compress::QuantisedNetwork network = compress::read_vqnet(path);
      hashes.add(file, network.codebook_sha256);
      place(network_named(inputs, network.name).summary, {file, std::move(network.summary)},
            "the same network");
    } else if (path.extension() == ".json") {
      read_json_result(path, inputs, hashes);
    }
  }
  if (!inputs.codebook && inputs.networks.empty() && !inputs.area && inputs.fpga_areas.empty()) {
    throw base::UserError("report.empty", folder.string(),
                          "holds no result: no codebook (.safetensors), network (.vqnet), "
                          "evaluation, run or area (.json)");
  }
  std::sort(inputs.networks.begin(), inputs.networks.end(),
            [](const NetworkResults& a, const NetworkResults& b) { return a.name < b.name; });
  return inputs;
}

}  // namespace vqrom::report
