// SPDX-License-Identifier: Apache-2.0
#include "sim/study/traffic_unit.h"

#include <algorithm>

#include "sim/core/moved_bytes.h"
#include "sim/timing/timing_runner.h"
#include "sw/compiler/compile.h"

namespace vqrom::study {
namespace {

using base::Json;
using config::Storage;

// The accelerator of a point without its files: all that compiler and timing engine look at.
sim::Bundle bundle_of(const StudyOptions& options, const codebook::Codebook& codebook,
                      Storage storage, int ports,
                      config::PortsBy ports_by = config::PortsBy::kReplication) {
  sim::Bundle bundle;
  bundle.config = options.config;
  bundle.config.codebook.storage = storage;
  bundle.config.codebook.read_ports = ports;
  bundle.config.codebook.ports_by = ports_by;
  const std::string place = fmt::format(
      "{} with {} read ports", text_of(Point{codebook.entries, codebook.dimension}), ports);
  config::bind_codebook(bundle.config, codebook, place);
  bundle.directory = place;
  bundle.codebook_sha256 = codebook.sha256;
  bundle.top = "vq_accelerator";
  return bundle;
}

// Of one inference.
Json run(const sim::Bundle& bundle, const compress::QuantisedNetwork& network,
         const codebook::Codebook& codebook) {
  const compiler::Compilation compiled = compiler::compile_network(
      network, bundle.config, bundle.codebook_sha256, {.batch = 1, .codebook = &codebook});
  sim::TimingRunner runner(bundle, {{network.name, &compiled.program, nullptr}}, {});
  const sim::ProgramResult result = runner.run(0);
  if (result.stopped) std::rethrow_exception(result.stopped);
  const sim::MovedBytes bytes = sim::total_bytes(result, bundle.config);
  const sim::CycleCounts total = result.total();
  const std::int64_t instructions = total.events[sim::Event::kFetch] * bundle.config.bus_bytes();
  return {{"cycles", total.events[sim::Event::kCycles]},
          {"index_bytes", bytes.index},
          {"dense_bytes", bytes.dense},
          {"window_bytes", bytes.window},
          {"codebook_bytes", bytes.codebook},
          {"param_bytes", bytes.param},
          {"act_bytes", bytes.act},
          {"out_bytes", bytes.out},
          {"instruction_bytes", instructions},
          {"dram_bytes", bytes.sum() + instructions},
          {"codeword_reads", total.events[sim::Event::kDecode] * bundle.config.codebook.read_ports},
          {"decode_conflicts", total.events[sim::Event::kDecodeConflict]},
          {"macs", sim::total_macs(result)}};
}

Json row(const std::string& network, const Point& point, int ports, std::string_view store,
         const Json& counts) {
  Json json = {{"network", network},
               {"entries", point.entries},
               {"dimension", point.dimension},
               {"ports", ports},
               {"store", store}};
  json.update(counts);
  return json;
}

}  // namespace

Json traffic_rows(const StudyOptions& options, StudyNetworks& networks, std::size_t network,
                  const Point& point, int ports) {
  const codebook::Codebook& codebook =
      networks.codebook(codebook::Structure::kTable, point.entries, point.dimension);
  const compress::QuantisedNetwork& compressed = networks.compressed(network, codebook);
  const std::string& name = networks.files()[network].name;
  const Json rom =
      run(bundle_of(options, codebook, Storage::kRomLogic, ports), compressed, codebook);
  Json sram = run(bundle_of(options, codebook, Storage::kSram, ports), compressed, codebook);
  sram["reload_cycles"] = sram["cycles"].get<std::int64_t>() - rom["cycles"].get<std::int64_t>();
  Json rows =
      Json::array({row(name, point, ports, "rom", rom), row(name, point, ports, "sram", sram)});
  if (has_banks(point, ports)) {
    const sim::Bundle banks =
        bundle_of(options, codebook, Storage::kRomLogic, ports, config::PortsBy::kBanking);
    rows.push_back(row(name, point, ports, "rom_banks", run(banks, compressed, codebook)));
  }
  return rows;
}

const Point& widest_point(const StudyOptions& options) {
  return *std::ranges::max_element(options.points, {}, &Point::dimension);
}

Json dense_rows(const StudyOptions& options, StudyNetworks& networks, std::size_t network) {
  const Point& point = widest_point(options);
  const codebook::Codebook& codebook =
      networks.codebook(codebook::Structure::kTable, point.entries, point.dimension);
  const Json counts = run(bundle_of(options, codebook, Storage::kRomLogic, options.ports.front()),
                          networks.dense(network), codebook);
  return Json::array({row(networks.files()[network].name, {}, 0, "none", counts)});
}

}  // namespace vqrom::study
