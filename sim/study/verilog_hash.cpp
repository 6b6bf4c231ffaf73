// SPDX-License-Identifier: Apache-2.0
#include "sim/study/verilog_hash.h"

#include "gen/emit/bundle.h"
#include "gen/leaf/leaves.h"
#include "sw/base/sha256.h"

namespace vqrom::study {

std::string verilog_hash() {
  std::string text;
  for (const netlist::Contract& contract : leaf::all_leaves()) {
    text += leaf::leaf_text(contract.name);
  }
  codebook::Codebook codebook;
  codebook.entries = 16;
  codebook.dimension = 4;
  codebook.element_bits = 8;
  for (int i = 0; i < 64; ++i) codebook.elements.push_back(static_cast<std::int8_t>(2 * i - 63));
  codebook.sha256 = codebook::content_hash(codebook);
  codebook.provenance = base::Json::object();
  for (const config::Storage storage :
       {config::Storage::kRomLogic, config::Storage::kRomMemory, config::Storage::kRomMacro,
        config::Storage::kSram, config::Storage::kRegisters}) {
    for (const config::PortsBy by : {config::PortsBy::kReplication, config::PortsBy::kBanking}) {
      config::AcceleratorConfig config = config::find_config("tiny");
      config.codebook.storage = storage;
      config.codebook.ports_by = by;
      config.codebook.read_ports = 2;
      config::bind_codebook(config, codebook, "tiny");
      for (const emit::BundleFile& file : emit::make_bundle(config, codebook).files) {
        text += file.text;
      }
    }
  }
  return base::sha256_hex(text);
}

}  // namespace vqrom::study
