// SPDX-License-Identifier: Apache-2.0
// check_resident — whether a program, its network and the bundle belong together.
#include "sim/core/program_runner.h"
#include "sw/base/error.h"

namespace vqrom::sim {
namespace {

// The configuration without its name, which changes nothing.
base::Json hardware_json(config::AcceleratorConfig config) {
  config.name.clear();
  return config::to_json(config);
}

void check_tensors(const ResidentProgram& resident, base::Problems& problems) {
  const compress::QuantisedNetwork& network = resident.executor->network();
  for (const compiler::TensorPlace& tensor : resident.program->tensors) {
    const bool known = tensor.node >= 0 && tensor.node < std::ssize(network.nodes);
    const auto at = static_cast<std::size_t>(tensor.node);
    if (known && network.nodes[at].name == tensor.name && network.nodes[at].shape == tensor.shape) {
      continue;
    }
    problems.add(
        "simulate.program", resident.place,
        fmt::format(
            "node {} is '{}', {}x{}x{}; the network {} has {} there", tensor.node, tensor.name,
            tensor.shape.height, tensor.shape.width, tensor.shape.channels, network.name,
            known ? fmt::format("'{}', {}x{}x{}", network.nodes[at].name,
                                network.nodes[at].shape.height, network.nodes[at].shape.width,
                                network.nodes[at].shape.channels)
                  : std::string("no node")));
    return;  // one says it for the program
  }
}

}  // namespace

void check_resident(const Bundle& bundle, const ResidentProgram& resident) {
  if (bundle.config.top != config::Top::kAccelerator) {
    throw base::UserError("simulate.bundle", bundle.directory.string(),
                          fmt::format("its top is {}; a program needs vq_accelerator: generate it "
                                      "with \"top\": \"accelerator\"",
                                      bundle.top));
  }
  for (const Port& port : bundle.ports) {
    if (port.name != "events_o" || port.width_bits == kEvents) continue;
    throw base::UserError("simulate.bundle", bundle.directory.string(),
                          fmt::format("was made by another version: events_o has {} bits, this "
                                      "version's {}; generate it again",
                                      port.width_bits, kEvents));
  }
  base::Problems problems;
  const compiler::Program& program = *resident.program;
  const base::Json compiled = hardware_json(program.config);
  const base::Json present = hardware_json(bundle.config);
  if (compiled != present) {
    for (const auto& change : base::Json::diff(compiled, present)) {
      const auto path = change["path"].get<std::string>();
      const auto text = [&](const base::Json& json) {
        const base::Json::json_pointer at(path);
        return json.contains(at) ? json[at].dump() : std::string("missing");
      };
      problems.add("simulate.program", resident.place,
                   fmt::format("was compiled for {} = {}; the bundle {} has {}", path.substr(1),
                               text(compiled), bundle.directory.string(), text(present)));
    }
  }
  if (resident.executor == nullptr) {
    problems.throw_if_any();
    check_bundle_codebook(bundle, program.codebook_sha256, resident.place);
    return;
  }
  const compress::QuantisedNetwork& network = resident.executor->network();
  if (program.network != network.name) {
    problems.add("simulate.program", resident.place,
                 fmt::format("was compiled from the network '{}'; the one given is '{}'",
                             program.network, network.name));
  }
  check_tensors(resident, problems);
  problems.throw_if_any();
  for (const std::string& sha256 : {program.codebook_sha256, network.codebook_sha256}) {
    if (!sha256.empty()) check_bundle_codebook(bundle, sha256, resident.place);
  }
}

}  // namespace vqrom::sim
