// SPDX-License-Identifier: Apache-2.0
#include "sim/verilator/simulate_jobs.h"

#include <algorithm>

#include <fmt/format.h>

#include "sw/base/error.h"
#include "sw/golden/evaluate.h"

namespace vqrom::sim {
namespace fs = std::filesystem;
namespace {

std::vector<golden::Codes> read_images(const fs::path& input, std::int64_t first,
                                       const Resident& resident) {
  const model::SampleSet samples(input, golden::input_shape(resident.network),
                                 resident.network.preprocess);
  const std::int64_t batch = resident.program.batch;
  if (first + batch > samples.size()) {
    throw base::UserError(
        "simulate.image", input.string(),
        fmt::format("has {} images, 0 to {}; --image is {} and {} takes {} at once", samples.size(),
                    samples.size() - 1, first, resident.directory.string(), batch));
  }
  std::vector<golden::Codes> images;
  for (std::int64_t i = 0; i < batch; ++i) {
    images.push_back(resident.executor.quantise_input(samples.sample(first + i)));
  }
  return images;
}

}  // namespace

Jobs read_jobs(const SimulateOptions& options, const Bundle& bundle) {
  const codebook::Codebook codebook =
      options.codebook.empty() ? codebook::Codebook{} : codebook::read_codebook(options.codebook);
  Jobs all;
  const auto add = [&](const fs::path& program, const fs::path& network, const fs::path& input) {
    const auto same = [](const fs::path& a, const fs::path& b) {
      return fs::weakly_canonical(a) == fs::weakly_canonical(b);
    };
    const auto known = std::ranges::find_if(
        all.residents, [&](const Resident& resident) { return same(resident.directory, program); });
    const auto number = static_cast<std::size_t>(known - all.residents.begin());
    if (known == all.residents.end()) {
      const Resident& added = all.residents.emplace_back(program, network, codebook);
      check_resident(bundle, {program.string(), &added.program, &added.executor});
    } else if (!same(known->network_file, network)) {
      throw base::UserError(
          "simulate.program", program.string(),
          fmt::format("runs more than once: with {} and with {}; name one network",
                      known->network_file.string(), network.string()));
    }
    all.jobs.push_back({number, input, read_images(input, options.image, all.residents[number])});
  };
  add(options.what, options.network, options.input);
  for (const auto& [program, network, input] : options.then) add(program, network, input);
  return all;
}

}  // namespace vqrom::sim
