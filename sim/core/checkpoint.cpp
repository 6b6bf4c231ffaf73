// SPDX-License-Identifier: Apache-2.0
#include "sim/core/checkpoint.h"

#include <algorithm>
#include <cmath>

#include "sw/base/file.h"
#include "sw/base/safetensors.h"
#include "sw/base/sha256.h"

namespace vqrom::sim {
namespace {

using base::Json;
using base::Tensor;

constexpr std::int64_t kMost = std::int64_t{1} << 48;      // of a count or a number of cycles
constexpr std::int64_t kCountsOfALayer = 2 * kEvents + 1;  // events, causes, waits for the codebook
constexpr std::int64_t kBurstValues = 5;                   // see burst_tensor
constexpr std::array<const char*, 3> kHeldNames{"memory.held_ar", "memory.held_aw",
                                                "memory.held_w"};
constexpr const char* kSha256 = "sha256";

[[noreturn]] void fail(std::string_view name, std::string message) {
  throw base::UserError("checkpoint.content", std::string(name), std::move(message));
}

Tensor bytes_tensor(const std::vector<std::uint8_t>& bytes) {
  return Tensor::of<std::uint8_t>({std::ssize(bytes)}, bytes);
}

std::vector<std::uint8_t> bytes_of(const base::TensorFile& file, const std::string& tensor,
                                   std::string_view name) {
  return file.get(tensor, base::DType::kUint8, {-1}, name).bytes;
}

Tensor integers_tensor(base::Shape shape, const std::vector<std::int64_t>& values) {
  return Tensor::of<std::int64_t>(std::move(shape), values);
}

// All from 0 to `most`.
std::vector<std::int64_t> integers_of(const base::TensorFile& file, const std::string& tensor,
                                      const base::Shape& shape, std::int64_t most,
                                      std::string_view name) {
  const auto values = file.get(tensor, base::DType::kInt64, shape, name).as<std::int64_t>();
  for (const std::int64_t value : values) {
    if (value >= 0 && value <= most) continue;
    fail(name, fmt::format("tensor '{}' holds {}; must be from 0 to {}", tensor, value, most));
  }
  return {values.begin(), values.end()};
}

// Layers one after the other: events, causes, waits for the codebook.
Tensor counts_tensor(const std::vector<CycleCounts>& layers) {
  std::vector<std::int64_t> values;
  for (const CycleCounts& layer : layers) {
    for (const EventCounts* counts : {&layer.events, &layer.causes}) {
      values.insert(values.end(), counts->counts.begin(), counts->counts.end());
    }
    values.push_back(layer.codebook_waits);
  }
  return integers_tensor({std::ssize(layers), kCountsOfALayer}, values);
}

std::vector<CycleCounts> counts_of(const base::TensorFile& file, const std::string& tensor,
                                   std::string_view name) {
  const auto values = integers_of(file, tensor, {-1, kCountsOfALayer}, kMost, name);
  std::vector<CycleCounts> layers(values.size() / kCountsOfALayer);
  auto from = values.begin();
  for (CycleCounts& layer : layers) {
    for (EventCounts* counts : {&layer.events, &layer.causes}) {
      std::copy_n(from, kEvents, counts->counts.begin());
      from += kEvents;
    }
    layer.codebook_waits = *from++;
  }
  return layers;
}

// Bursts one after the other: address from the memory's origin, words, words done, cycle in which
// its answer is due, id.
Tensor burst_tensor(const std::vector<MemoryTiming::Burst>& bursts) {
  std::vector<std::int64_t> values;
  for (const MemoryTiming::Burst& burst : bursts) {
    values.insert(values.end(), {static_cast<std::int64_t>(burst.address), burst.words,
                                 burst.done_words, burst.due_cycle, burst.id});
  }
  return integers_tensor({std::ssize(bursts), kBurstValues}, values);
}

std::vector<MemoryTiming::Burst> bursts_of(const base::TensorFile& file, const std::string& tensor,
                                           std::string_view name) {
  const Tensor& found = file.get(tensor, base::DType::kInt64, {-1, kBurstValues}, name);
  const auto values = found.as<std::int64_t>();
  std::vector<MemoryTiming::Burst> bursts;
  for (std::size_t at = 0; at < values.size(); at += kBurstValues) {
    const auto burst = values.subspan(at, kBurstValues);
    if (burst[4] < 0 || burst[4] > 255) {
      fail(name,
           fmt::format("tensor '{}' holds the id {}; must be from 0 to 255", tensor, burst[4]));
    }
    bursts.push_back({static_cast<std::uint64_t>(burst[0]), burst[1], burst[2], burst[3],
                      static_cast<std::uint8_t>(burst[4])});
  }
  return bursts;
}

Json timing_json(const MemoryTiming::State& state) {
  const AxiCounts& counts = state.counts;
  return {{"cycle", state.cycle},
          {"next_read_cycle", state.next_read_cycle},
          {"next_write_cycle", state.next_write_cycle},
          {"word_offered", state.word_offered},
          {"answer_offered", state.answer_offered},
          {"read_bursts", counts.read_bursts},
          {"read_words", counts.read_words},
          {"write_bursts", counts.write_bursts},
          {"write_words", counts.write_words},
          {"refused_bursts", counts.refused_bursts},
          {"most_read_bursts", counts.most_read_bursts},
          {"most_write_bursts", counts.most_write_bursts}};
}

void read_timing(base::ObjectReader reader, MemoryTiming::State& state) {
  const auto count = [&](const char* key) { return reader.integer(key, 0, kMost); };
  state.cycle = count("cycle");
  state.next_read_cycle = count("next_read_cycle");
  state.next_write_cycle = count("next_write_cycle");
  state.word_offered = reader.boolean("word_offered");
  state.answer_offered = reader.boolean("answer_offered");
  state.counts = {count("read_bursts"),      count("read_words"),     count("write_bursts"),
                  count("write_words"),      count("refused_bursts"), count("most_read_bursts"),
                  count("most_write_bursts")};
  reader.finish();
}

Json host_json(const HostState& host) {
  return {{"layer", host.layer},
          {"slice_cycle", host.slice.cycle},
          {"slice_moves", host.slice.moves},
          {"quiet_cycles", host.slice.quiet_cycles}};
}

void read_host(base::ObjectReader reader, HostState& host) {
  host.layer = static_cast<std::size_t>(reader.integer("layer", 0, kMost));
  host.slice.cycle = reader.integer("slice_cycle", 0, kMost);
  host.slice.moves = reader.integer("slice_moves", 0, kMost);
  host.slice.quiet_cycles = reader.integer("quiet_cycles", 0, kMost);
  reader.finish();
}

Tensor outputs_tensor(const std::vector<golden::Codes>& outputs) {
  golden::Codes codes;
  for (const golden::Codes& image : outputs) codes.insert(codes.end(), image.begin(), image.end());
  const std::int64_t images = std::ssize(outputs);
  return Tensor::of<std::int8_t>({images, images == 0 ? 0 : std::ssize(codes) / images}, codes);
}

std::vector<golden::Codes> outputs_of(const base::TensorFile& file, const std::string& tensor,
                                      std::string_view name) {
  const Tensor& found = file.get(tensor, base::DType::kInt8, {-1, -1}, name);
  const auto codes = found.as<std::int8_t>();
  std::vector<golden::Codes> outputs;
  const auto size = static_cast<std::size_t>(found.shape[1]);
  if (codes.empty() && found.shape[0] > 0) fail(name, fmt::format("tensor '{}' is empty", tensor));
  for (std::size_t at = 0; at < codes.size(); at += size) {
    const auto image = codes.subspan(at, size);
    outputs.emplace_back(image.begin(), image.end());
  }
  return outputs;
}

std::string finished_name(std::size_t run, std::string_view what) {
  return fmt::format("finished.{}.{}", run, what);
}

// CPU seconds of each finished run and of the one that goes on.
std::vector<double> seconds_of(const Json& json, std::string_view name) {
  std::vector<double> seconds;
  for (const Json& each : json) {
    const double value = each.is_number() ? each.get<double>() : -1.0;
    if (!std::isfinite(value) || value < 0.0) {
      fail(name, fmt::format("cpu_seconds holds {}; must be numbers from 0", each.dump()));
    }
    seconds.push_back(value);
  }
  if (seconds.empty()) fail(name, "cpu_seconds is no list");
  return seconds;
}

Json header_json(const Checkpoint& checkpoint) {
  Json seconds = Json::array();
  for (const FinishedRun& run : checkpoint.finished) seconds.push_back(run.cpu_seconds);
  seconds.push_back(checkpoint.state.cpu_seconds);
  return {{"identity", checkpoint.identity},
          {"layer", checkpoint.layer},
          {"cpu_seconds", std::move(seconds)},
          {"host", host_json(checkpoint.state.host)},
          {"memory", timing_json(checkpoint.state.memory.timing)},
          {"model_cycle", checkpoint.model_cycle},
          {"model_layout", checkpoint.model_layout}};
}

void read_header(const std::string& text, std::string_view name, Checkpoint& checkpoint) {
  const Json json = base::parse_json(text, name);
  base::Problems problems;
  base::ObjectReader reader(json, std::string(name), "", problems);
  checkpoint.identity = reader.raw("identity");
  checkpoint.layer = reader.text("layer");
  const Json seconds = reader.raw("cpu_seconds");
  read_host(reader.object("host", base::ObjectReader::Presence::kRequired), checkpoint.state.host);
  read_timing(reader.object("memory", base::ObjectReader::Presence::kRequired),
              checkpoint.state.memory.timing);
  checkpoint.model_cycle = reader.integer("model_cycle", 0, kMost);
  checkpoint.model_layout = reader.text("model_layout");
  reader.finish();
  problems.throw_if_any();
  if (!checkpoint.identity.is_object()) fail(name, "identity is no object");
  const std::vector<double> all = seconds_of(seconds, name);
  checkpoint.finished.resize(all.size() - 1);
  for (std::size_t i = 0; i + 1 < all.size(); ++i) checkpoint.finished[i].cpu_seconds = all[i];
  checkpoint.state.cpu_seconds = all.back();
}

std::string content_sha256(base::TensorFile& file) {
  file.metadata.erase(kSha256);
  return base::sha256_hex(base::safetensors_bytes(file));
}

}  // namespace

std::string checkpoint_bytes(const Checkpoint& checkpoint) {
  const RunState& state = checkpoint.state;
  base::TensorFile file;
  file.metadata["format"] = kCheckpointFormat;
  file.metadata["state"] = header_json(checkpoint).dump();
  file.tensors["host.counts"] = counts_tensor(state.host.counts);
  file.tensors["memory.reads"] = burst_tensor(state.memory.timing.reads);
  file.tensors["memory.writes"] = burst_tensor(state.memory.timing.writes);
  file.tensors["memory.lasts"] = bytes_tensor(state.memory.timing.lasts);
  file.tensors["memory.read_bytes"] = bytes_tensor(state.memory.read_bytes);
  file.tensors["memory.write_beats"] = bytes_tensor(state.memory.write_beats);
  for (std::size_t i = 0; i < kHeldNames.size(); ++i) {
    file.tensors[kHeldNames[i]] = bytes_tensor(state.memory.held[i]);
  }
  const std::int64_t pieces = std::ssize(state.changes.offsets);
  file.tensors["changes.offsets"] = integers_tensor({pieces}, state.changes.offsets);
  file.tensors["changes.sizes"] = integers_tensor({pieces}, state.changes.sizes);
  file.tensors["changes.bytes"] = bytes_tensor(state.changes.bytes);
  file.tensors["model"] = bytes_tensor(checkpoint.model);
  for (std::size_t i = 0; i < checkpoint.finished.size(); ++i) {
    file.tensors[finished_name(i, "counts")] = counts_tensor(checkpoint.finished[i].counts);
    file.tensors[finished_name(i, "outputs")] = outputs_tensor(checkpoint.finished[i].outputs);
  }
  file.metadata[kSha256] = content_sha256(file);
  return base::safetensors_bytes(file);
}

Checkpoint parse_checkpoint(std::string_view bytes, std::string_view name) {
  base::TensorFile file = base::parse_safetensors(bytes, name);
  const std::string format = file.metadata["format"];
  if (format != kCheckpointFormat) {
    throw base::UserError("checkpoint.format", std::string(name),
                          fmt::format("its format is '{}'; must be {}", format, kCheckpointFormat));
  }
  const std::string sha256 = file.metadata[kSha256];
  if (const std::string found = content_sha256(file); found != sha256) {
    throw base::UserError(
        "checkpoint.damaged", std::string(name),
        fmt::format("its content has the SHA-256 {}; it was written with {}", found, sha256));
  }
  Checkpoint checkpoint;
  read_header(file.metadata["state"], name, checkpoint);
  RunState& state = checkpoint.state;
  state.host.counts = counts_of(file, "host.counts", name);
  state.memory.timing.reads = bursts_of(file, "memory.reads", name);
  state.memory.timing.writes = bursts_of(file, "memory.writes", name);
  state.memory.timing.lasts = bytes_of(file, "memory.lasts", name);
  state.memory.read_bytes = bytes_of(file, "memory.read_bytes", name);
  state.memory.write_beats = bytes_of(file, "memory.write_beats", name);
  for (std::size_t i = 0; i < kHeldNames.size(); ++i) {
    state.memory.held[i] = bytes_of(file, kHeldNames[i], name);
  }
  state.changes = {integers_of(file, "changes.offsets", {-1}, kMost, name),
                   integers_of(file, "changes.sizes", {-1}, kMost, name),
                   bytes_of(file, "changes.bytes", name)};
  checkpoint.model = bytes_of(file, "model", name);
  for (std::size_t i = 0; i < checkpoint.finished.size(); ++i) {
    checkpoint.finished[i].counts = counts_of(file, finished_name(i, "counts"), name);
    checkpoint.finished[i].outputs = outputs_of(file, finished_name(i, "outputs"), name);
  }
  return checkpoint;
}

std::size_t write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  const std::string bytes = checkpoint_bytes(checkpoint);
  base::write_file(path, bytes);
  return bytes.size();
}

Checkpoint read_checkpoint(const std::filesystem::path& path) {
  return parse_checkpoint(base::read_file(path), path.string());
}

void check_identity(const Json& wanted, const Json& found, std::string_view name) {
  base::Problems problems;
  for (const Json& change : Json::diff(found, wanted)) {
    const auto path = change["path"].get<std::string>();
    const Json::json_pointer at(path);
    const std::string before = found.contains(at) ? found[at].dump() : "missing";
    const std::string here = change.contains("value") ? change["value"].dump() : "missing";
    problems.add("checkpoint.other", std::string(name),
                 fmt::format("was saved with {} = {}; here it is {}",
                             path.empty() ? "everything" : path.substr(1), before, here));
  }
  problems.throw_if_any();
}

}  // namespace vqrom::sim
