// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/accelerator.h"

#include <algorithm>

#include "gen/blocks/accelerator.h"
#include "sw/base/error.h"

namespace vqrom::sim::timing {
namespace {

constexpr int kCodeBits = 8;
constexpr std::size_t kHashWords = 8;

int log2_of(int value) {
  int log2 = 0;
  while (1 << log2 < value) ++log2;
  return log2;
}

}  // namespace

std::array<std::uint32_t, 16> read_only_registers(const config::AcceleratorConfig& config,
                                                  const std::string& codebook_sha256) {
  VQROM_CHECK(codebook_sha256.size() == kHashWords * 8, "'{}' is no SHA-256", codebook_sha256);
  std::array<std::uint32_t, 16> words{};
  for (std::size_t byte = 0; byte < kHashWords * 4; ++byte) {
    const auto value =
        static_cast<std::uint32_t>(std::stoul(codebook_sha256.substr(2 * byte, 2), nullptr, 16));
    words[byte / 4] |= value << 8 * (byte % 4);
  }
  const std::array<int, 8> values{config.array.rows,
                                  config.array.columns,
                                  config.requantise.lanes,
                                  config.bus.data_bits,
                                  config.codebook.entries,
                                  config.codebook.dimension,
                                  config.codebook.element_bits,
                                  config.codebook.read_ports};
  for (std::size_t i = 0; i < values.size(); ++i) {
    words[kHashWords + i] = static_cast<std::uint32_t>(values[i]);
  }
  return words;
}

Core::Core(const config::AcceleratorConfig& config)
    : bypass_(config.array.dense_bypass),
      banked_(config.is_banked()),
      ports_(config.codebook.read_ports),
      route_(config),
      index_(config.bus.data_bits, config.codebook.read_ports * config.index_bits(),
             config.tile_beats()),
      dense_(config.bus.data_bits,
             config.codebook.read_ports * config.codebook.dimension * kCodeBits,
             config.tile_beats()),
      buffer_(config.tile_beats()),
      accumulator_(blocks::array_latency(config)),
      params_(config.array.columns),
      drain_(config.drain_beats()) {}

Compute::Compute(const config::AcceleratorConfig& config)
    : last_column_(config.array.columns - 1),
      last_row_(config.array.rows - 1),
      tiles_(config),
      core_(config),
      vector_(config),
      out_(config) {}

Dma::Dma(const config::AcceleratorConfig& config)
    : word_shift_(log2_of(config.bus_bytes())),
      reads_(config, word_shift_),
      stores_(config, word_shift_) {}

Accelerator::Accelerator(const config::AcceleratorConfig& config,
                         const std::string& codebook_sha256)
    : control_(config.bus.data_bits),
      dma_(config),
      compute_(config),
      csr_(config.bus.address_bits, read_only_registers(config, codebook_sha256)) {}

void Accelerator::edge(const MemoryInputs& memory, const Csr::Inputs& registers) {
  const TicketCounts tickets = control_.counts();
  const bool start = csr_.start();
  const Csr::Program program = edge_blocks(memory);
  csr_.edge(registers, program, tickets, counters_);
  if (start) counters_ = {};
}

}  // namespace vqrom::sim::timing
