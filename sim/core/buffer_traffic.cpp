// SPDX-License-Identifier: Apache-2.0
#include "sim/core/buffer_traffic.h"

namespace vqrom::sim {
namespace {

using config::Target;

constexpr int kParameterBits = 128;

}  // namespace

BufferTraffic& BufferTraffic::operator+=(const BufferTraffic& other) {
  const auto add = [](BufferAccesses& to, const BufferAccesses& from) {
    to.reads += from.reads;
    to.writes += from.writes;
  };
  add(activation, other.activation);
  add(weight, other.weight);
  add(parameter, other.parameter);
  add(window, other.window);
  add(output, other.output);
  add(codebook, other.codebook);
  add(table, other.table);
  return *this;
}

std::array<BufferTraffic::Named, 7> BufferTraffic::all() const {
  return {{{"activation", activation},
           {"weight", weight},
           {"parameter", parameter},
           {"window", window},
           {"output", output},
           {"codebook", codebook},
           {"table", table}}};
}

BufferTraffic buffer_traffic(const ProgramLayerResult& layer,
                             const config::AcceleratorConfig& config) {
  const EventCounts& events = layer.counts.events;
  const std::int64_t vector_words = config.vector_words();
  BufferTraffic traffic;
  traffic.activation = {events[Event::kActReads],
                        layer.words.of(Target::kActivations) / vector_words};
  traffic.weight = {layer.reads.weight_words, layer.words.of(Target::kWeights)};
  traffic.parameter = {layer.reads.parameters,
                       layer.words.of(Target::kParameters) * config.bus.data_bits / kParameterBits};
  traffic.window = {layer.reads.window_vectors, layer.words.of(Target::kWindow) / vector_words};
  traffic.output = {layer.words.stored / vector_words, events[Event::kOutWrites]};
  traffic.codebook = {events[Event::kDecode] * config.codebook.read_ports,
                      layer.words.of(Target::kCodebook) / config.codeword_words()};
  const std::int64_t looked_up = layer.reads.table ? events[Event::kOutWrites] : 0;
  traffic.table = {looked_up * config.requantise.lanes, layer.words.of(Target::kTable)};
  return traffic;
}

}  // namespace vqrom::sim
