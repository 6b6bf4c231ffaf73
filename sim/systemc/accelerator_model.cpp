// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/accelerator_model.h"

#include "sim/systemc/systemc_model.h"
#include "sim/systemc/vq_accelerator.h"
#include "sw/base/error.h"

namespace vqrom::sim {
namespace {

class AcceleratorModel : public SystemCModel {
 public:
  AcceleratorModel(const Bundle& bundle, const codebook::Codebook& codebook)
      : module_(sc_core::sc_gen_unique_name("vq_accelerator"), bundle.config, codebook,
                bundle.codebook_sha256) {
    bind_clock(module_.clk);
    bind(module_.rst_n);
    bind(module_.irq_o.port);
    bind(module_.events_o.port, kEvents);
    bind(module_.runs_o.port, kTicketBits);
    bind_registers();
    bind_memory(module_, bundle.config.bus.data_bits, bundle.config.bus.address_bits);
  }

 private:
  static constexpr int kTicketBits = 20;
  static constexpr int kRegisterAddressBits = 12;

  void bind_registers() {
    bind(module_.csr_awvalid_i);
    bind(module_.csr_awready_o.port);
    bind(module_.csr_awaddr_i, kRegisterAddressBits);
    bind(module_.csr_wvalid_i);
    bind(module_.csr_wready_o.port);
    bind(module_.csr_wdata_i, 32);
    bind(module_.csr_wstrb_i, 4);
    bind(module_.csr_bvalid_o.port);
    bind(module_.csr_bready_i);
    bind(module_.csr_bresp_o.port, 2);
    bind(module_.csr_arvalid_i);
    bind(module_.csr_arready_o.port);
    bind(module_.csr_araddr_i, kRegisterAddressBits);
    bind(module_.csr_rvalid_o.port);
    bind(module_.csr_rready_i);
    bind(module_.csr_rdata_o.port, 32);
    bind(module_.csr_rresp_o.port, 2);
  }

  VqAccelerator module_;
};

}  // namespace

std::unique_ptr<CycleModel> make_systemc_accelerator(const Bundle& bundle,
                                                     const codebook::Codebook& codebook) {
  VQROM_CHECK(bundle.config.top == config::Top::kAccelerator, "the top is {}", bundle.top);
  if (!codebook.sha256.empty()) {
    check_bundle_codebook(bundle, codebook.sha256, bundle.directory.string());
  }
  return std::make_unique<AcceleratorModel>(bundle, codebook);
}

}  // namespace vqrom::sim
