// SPDX-License-Identifier: Apache-2.0
// state_shim — the C interface of a built model's state, for checkpoints; only savable models have
// it.
#pragma once

#include <cstdint>

extern "C" {

// All registers, memories and nets that the model keeps between evaluations.
struct VqStateInterface {
  // SHA-256 of the members' names and types: states of equal layouts are exchangeable.
  const char* layout;
  std::uint64_t (*size_bytes)(void* model);
  void (*save)(void* model, std::uint8_t* state);
  // 0 if a value has more bits than its net: then the model holds neither state.
  int (*load)(void* model, const std::uint8_t* state);
};

// The second exported symbol.
const VqStateInterface* vq_state_interface(void);
}
