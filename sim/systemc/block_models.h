// SPDX-License-Identifier: Apache-2.0
// block_models — the SystemC blocks with their ports bound, ready for lockstep with the RTL.
#pragma once

#include "sim/systemc/compute_pins.h"
#include "sim/systemc/control_pins.h"
#include "sim/systemc/counters_pins.h"
#include "sim/systemc/dma_pins.h"
#include "sim/systemc/systemc_model.h"
#include "sim/systemc/vector_pins.h"
#include "sim/systemc/vq_decode.h"
#include "sim/systemc/vq_mac_column.h"
#include "sim/systemc/vq_unpack.h"
#include "sim/systemc/vq_unpack_widths.h"

namespace vqrom::sim {

class UnpackModel : public SystemCModel {
 public:
  explicit UnpackModel(const UnpackParameters& parameters);

 private:
  VqUnpack block_;
};

class UnpackWidthsModel : public SystemCModel {
 public:
  explicit UnpackWidthsModel(const UnpackWidthsParameters& parameters);

 private:
  VqUnpackWidths block_;
};

class DecodeModel : public SystemCModel {
 public:
  DecodeModel(const config::AcceleratorConfig& config, const codebook::Codebook& codebook);

 private:
  VqDecode block_;
};

class ComputeModel : public SystemCModel {
 public:
  ComputeModel(const config::AcceleratorConfig& config, const codebook::Codebook& codebook);

 private:
  ComputePins block_;
};

class CountersModel : public SystemCModel {
 public:
  CountersModel();

 private:
  CountersPins block_;
};

class ControlModel : public SystemCModel {
 public:
  explicit ControlModel(const config::AcceleratorConfig& config);

 private:
  ControlPins block_;
};

class DmaModel : public SystemCModel {
 public:
  explicit DmaModel(const config::AcceleratorConfig& config);

 private:
  DmaPins block_;
};

class VectorModel : public SystemCModel {
 public:
  explicit VectorModel(const config::AcceleratorConfig& config);

 private:
  VectorPins block_;
};

class MacColumnModel : public SystemCModel {
 public:
  explicit MacColumnModel(const MacColumnParameters& parameters);

 private:
  VqMacColumn block_;
};

}  // namespace vqrom::sim
