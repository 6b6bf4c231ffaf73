// SPDX-License-Identifier: Apache-2.0
// axi_master — the ports of an AXI4 master, set by a test.
#pragma once

#include <string>
#include <vector>

#include "sim/core/cycle_model.h"

namespace vqrom::sim {

// A master of 32-bit words whose ports the test sets by hand.
class Master : public CycleModel {
 public:
  Master() {
    for (const char* name : {"ar", "aw"}) {
      const std::string prefix = std::string("mem_") + name;
      add(prefix + "valid_o", 1), add(prefix + "ready_i", 1), add(prefix + "addr_o", 32);
      add(prefix + "len_o", 8), add(prefix + "size_o", 3), add(prefix + "burst_o", 2);
      add(prefix + "id_o", 1);
    }
    for (const char* name :
         {"mem_rvalid_i", "mem_rready_o", "mem_rlast_i", "mem_rid_i", "mem_wvalid_o",
          "mem_wready_i", "mem_wlast_o", "mem_bvalid_i", "mem_bready_o", "mem_bid_i"}) {
      add(name, 1);
    }
    add("mem_rdata_i", 32), add("mem_rresp_i", 2), add("mem_wdata_o", 32), add("mem_wstrb_o", 4);
    add("mem_bresp_i", 2);
    (*this)["mem_rready_o"] = (*this)["mem_bready_o"] = 1;
    (*this)["mem_wstrb_o"] = 0xf;
  }
  [[nodiscard]] const std::vector<Port>& ports() const override { return ports_; }
  [[nodiscard]] std::span<std::uint8_t> value(int port) override {
    return values_[static_cast<std::size_t>(port)];
  }
  void settle() override {}
  void clock_edge() override {}
  std::uint8_t& operator[](const std::string& name) { return value(port(name))[0]; }

  // `channel` is "ar" or "aw".
  void request(const std::string& channel, int address, int words, std::uint8_t id = 0) {
    const std::string prefix = "mem_" + channel;
    const auto place = value(port(prefix + "addr_o"));
    for (std::size_t i = 0; i < 4; ++i) place[i] = static_cast<std::uint8_t>(address >> (8 * i));
    (*this)[prefix + "valid_o"] = 1;
    (*this)[prefix + "len_o"] = static_cast<std::uint8_t>(words - 1);
    (*this)[prefix + "size_o"] = 2;
    (*this)[prefix + "burst_o"] = 1;
    (*this)[prefix + "id_o"] = id;
  }
  void word(std::uint8_t byte, bool last) {
    (*this)["mem_wvalid_o"] = 1;
    (*this)["mem_wlast_o"] = last ? 1 : 0;
    for (std::uint8_t& each : value(port("mem_wdata_o"))) each = byte;
  }
  void silence() {
    for (const char* name : {"mem_arvalid_o", "mem_awvalid_o", "mem_wvalid_o"}) (*this)[name] = 0;
  }

 private:
  void add(const std::string& name, int width) {
    ports_.push_back({name, name.ends_with("_i") ? Direction::kInput : Direction::kOutput, width});
    values_.emplace_back(static_cast<std::size_t>((width + 7) / 8));
  }
  std::vector<Port> ports_;
  std::vector<std::vector<std::uint8_t>> values_;
};

}  // namespace vqrom::sim
