// SPDX-License-Identifier: Apache-2.0
#include "sim/core/bundle.h"

#include <limits>

#include "sw/base/error.h"
#include "sw/base/file.h"
#include "sw/base/json.h"
#include "sw/base/sha256.h"

namespace vqrom::sim {
namespace {

using base::Json;
using base::ObjectReader;
using base::Problems;

constexpr std::int64_t kWidestPort = std::int64_t{1} << 24;

// Calls read(element, place) for each object of the array under `key`.
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

std::vector<Port> read_ports(ObjectReader& manifest, const std::string& place, Problems& problems) {
  std::vector<Port> ports;
  for_each_object(manifest, "ports", place, problems, [&](ObjectReader& port) {
    const std::string direction = port.choice("direction", {"input", "output"});
    ports.push_back({port.text("name"),
                     direction == "input" ? Direction::kInput : Direction::kOutput,
                     static_cast<int>(port.integer("width", 1, kWidestPort))});
  });
  return ports;
}

void read_files(ObjectReader& manifest, const std::string& place, Bundle& bundle,
                Problems& problems) {
  for_each_object(manifest, "files", place, problems, [&](ObjectReader& file) {
    const std::string name = file.text("path");
    const std::string expected = file.text("sha256");
    const std::filesystem::path path = bundle.directory / name;
    if (!std::filesystem::is_regular_file(path)) {
      problems.add("bundle.file", path.string(), "is listed in manifest.json and missing");
      return;
    }
    const std::string found = base::sha256_hex(base::read_file(path));
    if (found != expected) {
      problems.add("bundle.file", path.string(),
                   fmt::format("was changed after it was generated: its SHA-256 is {}, "
                               "manifest.json says {}",
                               found, expected));
    }
    (path.extension() == ".v" ? bundle.sources : bundle.data_files).push_back(path);
  });
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

Bundle read_bundle(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / "manifest.json";
  const std::string place = path.string();
  const Json json = base::read_json(path);
  if (!json.is_object() || json.value("format", Json()) != std::string(kBundleFormat)) {
    throw base::UserError("bundle.format", place,
                          fmt::format("is not a bundle of format {}; make it again with "
                                      "`vqrom generate`",
                                      kBundleFormat));
  }
  Problems problems;
  ObjectReader manifest(json, place, "", problems);
  Bundle bundle;
  bundle.directory = std::filesystem::absolute(directory);
  bundle.top = manifest.text("top");
  bundle.codebook_sha256 =
      manifest.object("codebook", ObjectReader::Presence::kRequired).text("sha256");
  bundle.ports = read_ports(manifest, place, problems);
  read_files(manifest, place, bundle, problems);
  const Json& config = manifest.raw("config");
  if (!problems.empty()) fail_as_manifest(problems);
  bundle.config = config::parse_config(config, place + ": config");
  return bundle;
}

void check_bundle_codebook(const Bundle& bundle, const std::string& codebook_sha256,
                           std::string_view place) {
  if (codebook_sha256 == bundle.codebook_sha256) return;
  throw base::UserError(
      "codebook.mismatch", std::string(place),
      fmt::format("needs the codebook {}; the ROM of {} holds {}", codebook_sha256,
                  bundle.directory.string(), bundle.codebook_sha256));
}

}  // namespace vqrom::sim
