// SPDX-License-Identifier: Apache-2.0
#include "gen/emit/bundle.h"

#include <set>
#include <span>

#include "gen/blocks/accelerator.h"
#include "gen/config/instruction_set.h"
#include "gen/emit/readme.h"
#include "gen/emit/verilog.h"
#include "gen/leaf/leaves.h"
#include "sw/base/embedded.h"
#include "sw/base/error.h"
#include "sw/base/file.h"
#include "sw/base/sha256.h"

namespace vqrom::embedded {
std::span<const base::EmbeddedFile> constraint_files();
}

namespace vqrom::emit {
namespace {

constexpr std::string_view kGenerator = "vqrom " VQROM_VERSION;

void add_leaves(const netlist::Design& design, std::vector<BundleFile>& files) {
  std::set<std::string> used;
  for (const ModuleCount& count : count_modules(design)) used.insert(count.name);
  for (const netlist::Contract& contract : leaf::all_leaves()) {
    if (!used.contains(contract.name)) continue;
    files.push_back({fmt::format("rtl/{}.v", contract.name), "leaf",
                     std::string(leaf::leaf_text(contract.name))});
  }
}

void add_modules(const netlist::Design& design, const Provenance& provenance,
                 std::vector<BundleFile>& files) {
  std::vector<BundleFile> images;  // behind all Verilog: they are not compiled
  for (const netlist::Module& module : design.modules()) {
    std::string role = "structure";
    for (const netlist::Item& item : module.items()) {
      const auto* rom = std::get_if<netlist::Rom>(&item);
      if (rom == nullptr) continue;
      role = "rom";
      if (rom->form == netlist::RomForm::kCase) continue;
      images.push_back({rom->file, "data", rom_image(module, *rom)});
      if (rom->form != netlist::RomForm::kMacro) continue;
      images.push_back({mif_file(*rom), "data", rom_mif(module, *rom)});
    }
    files.push_back(
        {fmt::format("rtl/{}.v", module.name()), role, module_text(module, provenance)});
  }
  for (BundleFile& image : images) files.push_back(std::move(image));
}

std::string file_list(const std::vector<BundleFile>& files) {
  std::string text;
  for (const BundleFile& file : files) {
    if (file.role != "data") text += file.path + "\n";
  }
  return text;
}

}  // namespace

Bundle make_bundle(const config::AcceleratorConfig& config, const codebook::Codebook& codebook) {
  const netlist::Design design = blocks::build_accelerator(config, codebook);
  const Provenance provenance{
      .generator = std::string(kGenerator),
      .config_name = config.name,
      .config_sha256 = base::sha256_hex(base::json_text(config::to_json(config))),
      .codebook_sha256 = codebook.sha256};
  Bundle bundle;
  add_leaves(design, bundle.files);
  add_modules(design, provenance, bundle.files);
  bundle.manifest = manifest_json(config, codebook, design, bundle.files, kGenerator);
  bundle.others.emplace_back("files.f", file_list(bundle.files));
  for (const base::EmbeddedFile& file : embedded::constraint_files()) {
    if (!file.name.starts_with(design.top().name() + ".")) continue;
    bundle.others.emplace_back(fmt::format("constraints/{}", file.name), file.text);
  }
  if (config.top == config::Top::kAccelerator) {
    bundle.others.emplace_back(kInstructionHeader, config::instruction_header());
  }
  bundle.others.emplace_back("README.md",
                             readme_text(config, codebook, design, bundle.files, kGenerator));
  return bundle;
}

void write_bundle(const Bundle& bundle, const std::filesystem::path& directory) {
  base::DirectoryWriter writer(directory, "manifest.json");
  for (const BundleFile& file : bundle.files) writer.write(file.path, file.text);
  for (const auto& [path, text] : bundle.others) writer.write(path, text);
  writer.write("manifest.json", base::json_text(bundle.manifest));
  writer.commit();
}

}  // namespace vqrom::emit
