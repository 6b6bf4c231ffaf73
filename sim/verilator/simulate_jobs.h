// SPDX-License-Identifier: Apache-2.0
// simulate_jobs — the programs of a command line, their networks and inputs.
#pragma once

#include <deque>
#include <filesystem>
#include <vector>

#include "sim/core/program_runner.h"
#include "sim/verilator/simulate_options.h"
#include "sw/compiler/program.h"
#include "sw/golden/executor.h"

namespace vqrom::sim {

// A program that stands in memory, and the reference of its network.
struct Resident {
  Resident(const std::filesystem::path& program_path, const std::filesystem::path& network_path,
           const codebook::Codebook& codebook)
      : directory(program_path),
        network_file(network_path),
        program(compiler::read_program(program_path)),
        network(compress::read_vqnet(network_path)),
        executor(network, codebook) {}
  std::filesystem::path directory;
  std::filesystem::path network_file;
  compiler::Program program;
  compress::QuantisedNetwork network;
  golden::Executor executor;
};

struct Job {
  std::size_t resident = 0;
  std::filesystem::path input;
  std::vector<golden::Codes> images;
};

// What the command line asks for, read and checked before anything is built or run.
struct Jobs {
  std::deque<Resident> residents;  // they do not move: executors point at their networks
  std::vector<Job> jobs;
};

// Errors: as the readers of each file, check_resident; simulate.image; simulate.program.
[[nodiscard]] Jobs read_jobs(const SimulateOptions& options, const Bundle& bundle);

}  // namespace vqrom::sim
