// SPDX-License-Identifier: Apache-2.0
#include "sim/verilator/verilated_model.h"

#include <string_view>

#include <dlfcn.h>

#include "sim/verilator/model_shim.h"
#include "sim/verilator/state_shim.h"
#include "sw/base/error.h"

namespace vqrom::sim {
namespace {

constexpr std::uint64_t kTimePerCycle = 10;

}  // namespace

VerilatedModel::VerilatedModel(const std::filesystem::path& library, std::uint32_t seed)
    : library_(::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL)) {
  VQROM_CHECK(library_ != nullptr, "cannot load {}: {}", library.string(), ::dlerror());
  const auto get =
      reinterpret_cast<decltype(&vq_model_interface)>(::dlsym(library_, "vq_model_interface"));
  VQROM_CHECK(get != nullptr, "{} is not a model", library.string());
  interface_ = get();
  const auto get_state =
      reinterpret_cast<decltype(&vq_state_interface)>(::dlsym(library_, "vq_state_interface"));
  if (get_state != nullptr) state_ = get_state();
  model_ = interface_->create(seed);
  for (int i = 0; i < interface_->port_count; ++i) {
    const VqModelPort& port = interface_->ports[i];
    std::uint8_t* data = interface_->port_data(model_, i);
    if (std::string_view(port.name) == "clk") {
      clock_ = data;
      continue;
    }
    ports_.push_back(
        {port.name, port.is_output != 0 ? Direction::kOutput : Direction::kInput, port.width_bits});
    values_.emplace_back(data, static_cast<std::size_t>((port.width_bits + 7) / 8));
  }
}

VerilatedModel::~VerilatedModel() {
  if (cycle_ < last_recorded_) interface_->wave_close(model_);
  interface_->destroy(model_);
  ::dlclose(library_);
}

std::span<std::uint8_t> VerilatedModel::value(int port) {
  return values_[static_cast<std::size_t>(port)];
}

void VerilatedModel::settle() {
  interface_->eval(model_);
}

void VerilatedModel::clock_edge() {
  const bool recorded = cycle_ >= first_recorded_ && cycle_ < last_recorded_;
  const auto time = static_cast<std::uint64_t>(cycle_) * kTimePerCycle;
  if (recorded) interface_->wave_dump(model_, time);
  if (clock_ != nullptr) {
    *clock_ = 1;
    interface_->eval(model_);
    if (recorded) interface_->wave_dump(model_, time + kTimePerCycle / 2);
    *clock_ = 0;
  }
  ++cycle_;
  if (recorded && cycle_ == last_recorded_) interface_->wave_close(model_);
}

std::vector<std::uint8_t> VerilatedModel::save_state() const {
  VQROM_CHECK(state_ != nullptr, "the model was not built as savable");
  std::vector<std::uint8_t> state(state_->size_bytes(model_));
  state_->save(model_, state.data());
  return state;
}

std::string VerilatedModel::state_layout() const {
  VQROM_CHECK(state_ != nullptr, "the model was not built as savable");
  return state_->layout;
}

bool VerilatedModel::load_state(std::span<const std::uint8_t> state, std::int64_t cycle) {
  VQROM_CHECK(state_ != nullptr, "the model was not built as savable");
  VQROM_CHECK(cycle_ >= last_recorded_, "waves are being recorded");
  if (state.size() != state_->size_bytes(model_)) return false;
  interface_->eval(model_);  // what runs once, in the first evaluation, is over
  cycle_ = cycle;
  last_recorded_ = 0;
  return state_->load(model_, state.data()) != 0;
}

void VerilatedModel::record_waves(const std::filesystem::path& file, std::int64_t first,
                                  std::int64_t last) {
  VQROM_CHECK(interface_->wave_open != nullptr, "the model was built without waves");
  VQROM_CHECK(last_recorded_ <= cycle_ && first >= cycle_ && last > first,
              "waves of cycles {} to {} at cycle {}", first, last, cycle_);
  interface_->wave_open(model_, file.c_str());
  first_recorded_ = first;
  last_recorded_ = last;
}

}  // namespace vqrom::sim
