// SPDX-License-Identifier: Apache-2.0
#include "sw/train/checkpoint.h"

#include <bit>
#include <charconv>
#include <utility>

#include "sw/base/safetensors.h"
#include "sw/train/tensors.h"

namespace vqrom::train {
namespace {

constexpr const char* kFormat = "vqrom-training-1";

base::Tensor stored(const torch::Tensor& tensor) {
  return base::Tensor::of<float>(tensor.sizes().vec(), values_of<float>(tensor));
}

void load(const base::TensorFile& file, const std::string& name, const std::string& place,
          torch::Tensor& into) {
  const torch::NoGradGuard no_grad;
  const base::Tensor& tensor = file.get(name, base::DType::kFloat32, into.sizes().vec(), place);
  const auto values = tensor.as<float>();
  into.copy_(copy_of(std::vector<float>(values.begin(), values.end()), into.sizes().vec()));
}

template <typename T>
void put(base::TensorFile& file, const std::string& name, const std::vector<T>& values) {
  file.tensors[name] = base::Tensor::of<T>({std::ssize(values)}, values);
}

template <typename T>
std::vector<T> take(const base::TensorFile& file, const std::string& name,
                    const std::string& place) {
  const auto values = file.get(name, base::dtype_of<T>(), {-1}, place).template as<T>();
  return {values.begin(), values.end()};
}

std::int64_t number(const base::TensorFile& file, const std::string& key,
                    const std::string& place) {
  const auto found = file.metadata.find(key);
  std::int64_t value = 0;
  const std::string text = found == file.metadata.end() ? "" : found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw base::UserError("train.checkpoint", place,
                          fmt::format("metadata '{}' is '{}'; must be a number", key, text));
  }
  return value;
}

std::string text_of(const base::TensorFile& file, const std::string& key) {
  const auto found = file.metadata.find(key);
  return found == file.metadata.end() ? "" : found->second;
}

}  // namespace

void write_checkpoint(const std::filesystem::path& path, const std::string& job, Student& student,
                      const RunState& state) {
  base::TensorFile file;
  file.metadata = {{"format", kFormat},
                   {"job", job},
                   {"step", std::to_string(state.step)},
                   {"best_score", std::to_string(std::bit_cast<std::int64_t>(state.best_score))}};
  for (const Parameter* parameter : student.parameters()) {
    file.tensors[parameter->name + ".value"] = stored(parameter->value);
    file.tensors[parameter->name + ".mean"] = stored(parameter->mean);
    file.tensors[parameter->name + ".square"] = stored(parameter->square);
  }
  for (const auto& [node, layer] : student.coded()) {
    file.tensors[fmt::format("{}.frozen", node)] = stored(layer.frozen_ratios());
  }
  for (const auto& [node, solution] : state.best) {
    const std::string name = fmt::format("best.{}.", node);
    put(file, name + "indices", solution.indices);
    put(file, name + "scales", solution.scales);
    put(file, name + "weights", solution.weights);
    put(file, name + "bias", solution.bias);
  }
  base::write_safetensors(path, file);
}

RunState read_checkpoint(const std::filesystem::path& path, const std::string& job,
                         Student& student) {
  const base::TensorFile file = base::read_safetensors(path);
  const std::string place = path.string();
  if (text_of(file, "format") != kFormat || text_of(file, "job") != job) {
    throw base::UserError(
        "train.checkpoint", place,
        fmt::format("was written by another run ({}); this one is {}; resume with the same "
                    "network, codebook, samples and options, or remove the file",
                    text_of(file, "job"), job));
  }
  RunState state;
  state.step = number(file, "step", place);
  state.best_score = std::bit_cast<double>(number(file, "best_score", place));
  for (Parameter* parameter : student.parameters()) {
    load(file, parameter->name + ".value", place, parameter->value);
    load(file, parameter->name + ".mean", place, parameter->mean);
    load(file, parameter->name + ".square", place, parameter->square);
  }
  for (auto& [node, layer] : student.coded()) {
    torch::Tensor frozen = torch::zeros_like(layer.frozen_ratios());
    load(file, fmt::format("{}.frozen", node), place, frozen);
    layer.restore_frozen(frozen);
  }
  for (const auto& [node, unused] : student.solutions()) {
    const std::string name = fmt::format("best.{}.", node);
    if (!file.tensors.contains(name + "bias")) continue;
    state.best[node] = {take<std::int32_t>(file, name + "indices", place),
                        take<double>(file, name + "scales", place),
                        take<float>(file, name + "weights", place),
                        take<float>(file, name + "bias", place),
                        {}};
  }
  return state;
}

}  // namespace vqrom::train
