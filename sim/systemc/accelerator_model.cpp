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
                bundle.codebook_sha256),
        bus_bits_(bundle.config.bus.data_bits),
        address_bits_(bundle.config.bus.address_bits) {
    bind_clock(module_.clk);
    bind(module_.rst_n);
    bind(module_.irq_o.port);
    bind(module_.events_o.port, kEvents);
    bind(module_.runs_o.port, kTicketBits);
    bind_registers();
    bind_reads();
    bind_writes();
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
  void bind_reads() {
    bind(module_.mem_arvalid_o.port);
    bind(module_.mem_arready_i);
    bind(module_.mem_araddr_o.port, address_bits_);
    bind(module_.mem_arlen_o.port, 8);
    bind(module_.mem_arsize_o.port, 3);
    bind(module_.mem_arburst_o.port, 2);
    bind(module_.mem_arid_o.port);
    bind(module_.mem_rvalid_i);
    bind(module_.mem_rready_o.port);
    bind(module_.mem_rdata_i, bus_bits_);
    bind(module_.mem_rresp_i, 2);
    bind(module_.mem_rlast_i);
    bind(module_.mem_rid_i);
  }
  void bind_writes() {
    bind(module_.mem_awvalid_o.port);
    bind(module_.mem_awready_i);
    bind(module_.mem_awaddr_o.port, address_bits_);
    bind(module_.mem_awlen_o.port, 8);
    bind(module_.mem_awsize_o.port, 3);
    bind(module_.mem_awburst_o.port, 2);
    bind(module_.mem_awid_o.port);
    bind(module_.mem_wvalid_o.port);
    bind(module_.mem_wready_i);
    bind(module_.mem_wdata_o.port, bus_bits_);
    bind(module_.mem_wstrb_o.port, bus_bits_ / 8);
    bind(module_.mem_wlast_o.port);
    bind(module_.mem_bvalid_i);
    bind(module_.mem_bready_o.port);
    bind(module_.mem_bresp_i, 2);
    bind(module_.mem_bid_i);
  }

  VqAccelerator module_;
  int bus_bits_;
  int address_bits_;
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
