// SPDX-License-Identifier: Apache-2.0
// model_shim — the C interface of a built model: plain pointers, so that any compiler's code fits.
#pragma once

#include <cstdint>

extern "C" {

// A port's value lies in the model as little-endian bytes, whatever type Verilator chose for it
// (CData, SData, IData, QData or words of a VlWide): the width decides how many bytes count.
struct VqModelPort {
  const char* name;
  int is_output;
  int width_bits;
};

struct VqModelInterface {
  int port_count;
  const VqModelPort* ports;
  // Registers start with zeros if `seed` is 0, else with random bits.
  void* (*create)(std::uint32_t seed);
  void (*destroy)(void* model);
  std::uint8_t* (*port_data)(void* model, int port);
  void (*eval)(void* model);
  // Null without waves. The file is complete after wave_close.
  void (*wave_open)(void* model, const char* file);
  void (*wave_dump)(void* model, std::uint64_t time);
  void (*wave_close)(void* model);
};

// The one exported symbol.
const VqModelInterface* vq_model_interface(void);
}
