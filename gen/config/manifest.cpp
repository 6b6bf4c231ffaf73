// SPDX-License-Identifier: Apache-2.0
#include "gen/config/manifest.h"

#include "sw/base/error.h"
#include "sw/base/file.h"
#include "sw/base/sha256.h"

namespace vqrom::config {
namespace {

using base::Json;
using base::ObjectReader;
using base::Problems;

constexpr std::int64_t kWidestPort = std::int64_t{1} << 24;

// Calls read(element) for each object of the array under `key`.
template <typename Read>
void for_each_object(ObjectReader& parent, std::string_view key, const std::string& place,
                     Problems& problems, Read read) {
  const Json& array = parent.raw(key);
  if (!array.is_array() || array.empty()) {
    problems.add("bundle.manifest", place, fmt::format("{} must be a list, not empty", key));
    return;
  }
  for (std::size_t i = 0; i < array.size(); ++i) {
    ObjectReader element(array[i], place, fmt::format("{}[{}]", key, i), problems);
    read(element);
  }
}

// "ports" of the manifest, or of its core.
std::vector<ManifestPort> read_ports(ObjectReader& module, const std::string& place,
                                     Problems& problems) {
  std::vector<ManifestPort> ports;
  for_each_object(module, "ports", place, problems, [&](ObjectReader& port) {
    const bool input = port.choice("direction", {"input", "output"}) == "input";
    ports.push_back(
        {port.text("name"), input, static_cast<int>(port.integer("width", 1, kWidestPort))});
  });
  return ports;
}

FileRole read_role(ObjectReader& file) {
  const std::string role = file.choice("role", {"leaf", "structure", "rom", "data"});
  return role == "leaf"        ? FileRole::kLeaf
         : role == "structure" ? FileRole::kStructure
         : role == "rom"       ? FileRole::kRom
                               : FileRole::kData;
}

std::vector<ManifestFile> read_files(ObjectReader& manifest, const std::string& place,
                                     const std::filesystem::path& directory, FileCheck check,
                                     Problems& problems) {
  std::vector<ManifestFile> files;
  for_each_object(manifest, "files", place, problems, [&](ObjectReader& file) {
    const std::string name = file.text("path");
    const std::string expected = file.text("sha256");
    const FileRole role = read_role(file);
    const std::filesystem::path path = directory / name;
    if (!std::filesystem::is_regular_file(path)) {
      problems.add("bundle.file", path.string(), "is listed in manifest.json and missing");
      return;
    }
    const std::string found =
        check == FileCheck::kHash ? base::sha256_hex(base::read_file(path)) : expected;
    if (found != expected) {
      problems.add("bundle.file", path.string(),
                   fmt::format("was changed after it was generated: its SHA-256 is {}, "
                               "manifest.json says {}",
                               found, expected));
    }
    files.push_back({path, role});
  });
  return files;
}

// The reader's codes speak of a configuration; here they are about the manifest.
[[noreturn]] void fail_as_manifest(const Problems& problems) {
  std::vector<base::Problem> all = problems.all();
  for (base::Problem& problem : all) {
    if (problem.code.starts_with("config.")) problem.code = "bundle.manifest";
  }
  throw base::UserError(std::move(all));
}

}  // namespace

Manifest read_manifest(const std::filesystem::path& directory, FileCheck check) {
  const std::filesystem::path path = directory / "manifest.json";
  const std::string place = path.string();
  Manifest result;
  result.directory = std::filesystem::absolute(directory);
  result.json = base::read_json(path);
  if (!result.json.is_object() || result.json.value("format", Json()) != Json(kBundleFormat)) {
    throw base::UserError("bundle.format", place,
                          fmt::format("is not a bundle of format {}; make it again with "
                                      "`vqrom generate`",
                                      kBundleFormat));
  }
  Problems problems;
  ObjectReader manifest(result.json, place, "", problems);
  result.top = manifest.text("top");
  result.codebook_sha256 =
      manifest.object("codebook", ObjectReader::Presence::kRequired).text("sha256");
  if (!base::is_sha256(result.codebook_sha256)) {
    problems.add("bundle.format", place,
                 fmt::format("the codebook's SHA-256 is '{}'; must be 64 hexadecimal digits",
                             result.codebook_sha256));
  }
  result.ports = read_ports(manifest, place, problems);
  result.core_ports = result.ports;
  if (result.top != kCoreModule) {
    ObjectReader core = manifest.object("core", ObjectReader::Presence::kRequired);
    result.core_ports = read_ports(core, place, problems);
  }
  result.files = read_files(manifest, place, result.directory, check, problems);
  const Json& config = manifest.raw("config");
  if (!problems.empty()) fail_as_manifest(problems);
  result.config = parse_config(config, place + ": config");
  return result;
}

}  // namespace vqrom::config
