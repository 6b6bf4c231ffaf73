// SPDX-License-Identifier: Apache-2.0
// study_networks — the networks of a study, and the codebook of each size made from them.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "sw/codebook/build.h"
#include "sw/codebook/codebook.h"
#include "sw/codebook/sampling.h"
#include "sw/compress/calibration.h"
#include "sw/compress/quantised_network.h"
#include "sw/model/model.h"

namespace vqrom::study {

struct NetworkFile {
  std::string name;
  std::string bytes;  // ONNX
  std::string sha256;
};

// Those of the paths, or the project's own two without any. Errors: file.*.
[[nodiscard]] std::vector<NetworkFile> read_networks(
    const std::vector<std::filesystem::path>& paths);

// What is made from the networks, each once and only when it is asked for. Not for several threads.
class StudyNetworks {
 public:
  explicit StudyNetworks(std::vector<NetworkFile> files) : files_(std::move(files)) {}

  [[nodiscard]] const std::vector<NetworkFile>& files() const { return files_; }

  // Universal, of all networks; where they have fewer sub-vectors than codewords, random codewords
  // of normally distributed elements (`provenance.drawn` is true). Elements of a table have 8 bits,
  // of sign_split 4, of the lattice 5.
  [[nodiscard]] const codebook::Codebook& codebook(codebook::Structure structure, int entries,
                                                   int dimension);

  // A table of the networks with elements of so many bits. Errors: codebook.*.
  [[nodiscard]] codebook::BuildResult build(int entries, int dimension, int element_bits);

  // In the codebook's indices, first and last layer dense; or all dense. Scales of activations come
  // from random inputs: counts do not depend on values.
  // The last one is kept, so that all ports of a point use it.
  [[nodiscard]] const compress::QuantisedNetwork& compressed(std::size_t network,
                                                             const codebook::Codebook& codebook);
  [[nodiscard]] compress::QuantisedNetwork dense(std::size_t network);

 private:
  struct Loaded {
    model::Model model;
    compress::Calibration calibration;
  };
  const Loaded& loaded(std::size_t network);
  std::span<const codebook::NetworkVectors> vectors(int dimension);

  std::vector<NetworkFile> files_;
  std::map<std::size_t, Loaded> loaded_;
  std::map<int, std::vector<codebook::NetworkVectors>> vectors_;
  std::map<std::tuple<codebook::Structure, int, int>, codebook::Codebook> codebooks_;
  std::pair<std::size_t, std::string> kept_;  // network and codebook of
  std::optional<compress::QuantisedNetwork> compressed_;
};

}  // namespace vqrom::study
