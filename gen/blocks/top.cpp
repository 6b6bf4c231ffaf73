// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "gen/blocks/core_builder.h"
#include "gen/blocks/modules.h"
#include "gen/config/instruction_set.h"
#include "gen/leaf/field_bits.h"
#include "gen/leaf/leaves.h"
#include "sw/base/checked.h"
#include "sw/base/error.h"

namespace vqrom::blocks {
namespace {

using config::kInstructionBits;
using netlist::Bits;
using netlist::Expression;
using netlist::Instance;
using netlist::Module;
using netlist::Net;
using netlist::Slice;

constexpr int kHashBytes = 32;
constexpr int kCounterBits = 64;

// The bits of a parameter entry that are kept.
constexpr int kBiasMultiplierBits = leaf::kSumBits + leaf::kMultiplierBits;
constexpr int kShiftLsb = 64;

// What each counter counts, in their order (docs/rtl/accelerator.md).
constexpr std::array<const char*, 26> kEvents = {
    "busy",           "issue",       "wait_weights", "wait_params",    "wait_sums",
    "wait_acts",      "decode",      "vector_read",  "out_write",      "load_act",
    "load_wgt",       "load_param",  "load_window",  "fetch",          "store",
    "read_burst",     "write_burst", "load_wait",    "run_wait_loads", "run_wait_stores",
    "store_wait",     "act_read",    "compute_busy", "load_codebook",  "load_table",
    "decode_conflict"};

Bits hash_bits(const std::string& sha256) {
  VQROM_CHECK(sha256.size() == 2 * kHashBytes, "'{}' is no SHA-256", sha256);
  Bits bits(8 * kHashBytes);
  for (int i = 0; i < kHashBytes; ++i) {
    bits.set(8 * i, 8, std::stoul(sha256.substr(static_cast<std::size_t>(2 * i), 2), nullptr, 16));
  }
  return bits;
}

class TopBuilder {
 public:
  TopBuilder(Module& module, const config::AcceleratorConfig& config,
             const codebook::Codebook& codebook, const TopParts& parts)
      : m_(module), config_(config), codebook_(codebook), parts_(parts) {}

  void build() {
    write_header();
    declare_ports();
    add_registers();
    add_counters();
    add_control();
    add_memory_port();
    add_compute();
    add_buffers();
    add_events();
  }

 private:
  void write_header() {
    const auto& array = config_.array;
    const auto& buffers = config_.buffers;
    m_.header(
        {"  csr_* ─▶ u_csr ─── start ──▶ u_control ─┬─ LOADs, STOREs ─▶ u_dma ◀──▶ mem_*",
         "             ▲                     ▲        │                  │    ▲",
         "         u_counters            tickets      │               buffers │",
         "                                   │        │                  ▼    │",
         "                                   └────────┴─ RUNs ───────▶ u_compute", "",
         fmt::format("Array       {} x {} multipliers, a codebook of {} codewords of {} weights.",
                     array.rows, array.columns, codebook_.entries, codebook_.dimension),
         fmt::format("Buffers     {} activation, {} window and {} output vectors of {} codes; {} "
                     "words of",
                     buffers.activation_vectors, buffers.window_vectors, buffers.output_vectors,
                     array.rows, buffers.weight_words),
         fmt::format("            weights; {} parameter entries.", buffers.parameter_entries),
         "Handshake   AXI4-Lite slave csr_*, AXI4 master mem_*; docs/rtl/accelerator.md.",
         "Packing     events_o[i] is the event of counter i."});
  }

  void declare_ports() {
    clk_ = m_.clock("clk");
    rst_n_ = m_.reset("rst_n");
    m_.port_group("For the software, and for whoever watches");
    output("irq_o", 1, "done or stopped, and enabled");
    output("events_o", event_count_, "what this cycle was used for");
    output("runs_o", count_bits_, "RUNs complete");
    m_.port_group("Registers: AXI4-Lite");
    input("csr_awvalid_i", 1);
    output("csr_awready_o", 1);
    input("csr_awaddr_i", 12);
    input("csr_wvalid_i", 1);
    output("csr_wready_o", 1);
    input("csr_wdata_i", 32);
    input("csr_wstrb_i", 4);
    output("csr_bvalid_o", 1);
    input("csr_bready_i", 1);
    output("csr_bresp_o", 2);
    input("csr_arvalid_i", 1);
    output("csr_arready_o", 1);
    input("csr_araddr_i", 12);
    output("csr_rvalid_o", 1);
    input("csr_rready_i", 1);
    output("csr_rdata_o", 32);
    output("csr_rresp_o", 2);
    m_.port_group("Memory: AXI4");
    declare_request("mem_ar");
    input("mem_rvalid_i", 1);
    output("mem_rready_o", 1);
    input("mem_rdata_i", bus_bits_);
    input("mem_rresp_i", 2);
    input("mem_rlast_i", 1);
    input("mem_rid_i", 1);
    declare_request("mem_aw");
    output("mem_wvalid_o", 1);
    input("mem_wready_i", 1);
    output("mem_wdata_o", bus_bits_);
    output("mem_wstrb_o", bus_bits_ / 8);
    output("mem_wlast_o", 1);
    input("mem_bvalid_i", 1);
    output("mem_bready_o", 1);
    input("mem_bresp_i", 2);
    input("mem_bid_i", 1);
  }

  void declare_request(const std::string& name) {
    output(name + "valid_o", 1);
    input(name + "ready_i", 1);
    output(name + "addr_o", address_bits_);
    output(name + "len_o", 8);
    output(name + "size_o", 3);
    output(name + "burst_o", 2);
    output(name + "id_o", 1);
  }

  void add_registers() {
    m_.section({"The program's start, its end, and what the accelerator is."});
    for (const char* name : {"start", "stop", "busy", "done", "illegal", "error", "progress"}) {
      wire(name, 1);
    }
    wire("base", address_bits_);
    wire("instruction_count", 32);
    for (const char* name : {"loads", "reads", "store_reads", "stores"}) wire(name, count_bits_);
    nets_["runs"] = nets_.at("runs_o");
    wire("codebook_hash", 8 * kHashBytes);
    wire("counter_rd_en", 1);
    wire("counter_rd_index", index_bits_);
    wire("counter_rd_data", kCounterBits);
    m_.assign(net("codebook_hash"), {hash_bits(codebook_.sha256)});
    Instance& csr = leaf("vq_csr", "u_csr");
    csr.parameter("ADDR_W", address_bits_)
        .parameter("EVENTS", event_count_)
        .parameter("INDEX_W", index_bits_)
        .parameter("COUNT_W", count_bits_)
        .parameter("ROWS", rows_)
        .parameter("COLUMNS", config_.array.columns)
        .parameter("LANES", lanes_)
        .parameter("BUS_BITS", bus_bits_)
        .parameter("ENTRIES", codebook_.entries)
        .parameter("DIMENSION", codebook_.dimension)
        .parameter("ELEMENT_BITS", codebook_.element_bits)
        .parameter("PORTS", config_.codebook.read_ports);
    for (const char* port :
         {"awvalid_i", "awready_o", "awaddr_i", "wvalid_i", "wready_o", "wdata_i", "wstrb_i",
          "bvalid_o", "bready_i", "bresp_o", "arvalid_i", "arready_o", "araddr_i", "rvalid_o",
          "rready_i", "rdata_o", "rresp_o"}) {
      csr.connect(port, net(fmt::format("csr_{}", port)));
    }
    connect(csr, {"start_o", "stop_o", "busy_o", "base_o"});
    csr.connect("count_o", net("instruction_count"));
    connect(csr, {"done_i", "error_i", "illegal_i", "irq_o", "progress_i", "loads_i", "reads_i",
                  "runs_i", "store_reads_i", "stores_i"});
    csr.connect("hash_i", net("codebook_hash"))
        .connect("counter_en_o", net("counter_rd_en"))
        .connect("counter_index_o", net("counter_rd_index"))
        .connect("counter_data_i", net("counter_rd_data"));
  }

  void add_counters() {
    m_.section({"Counters of what each cycle was used for."});
    wire("events", event_count_);
    leaf("vq_counters", "u_counters")
        .parameter("EVENTS", event_count_)
        .parameter("INDEX_W", index_bits_)
        .connect("clear_i", net("start"))
        .connect("event_i", net("events"))
        .connect("event_o", net("events_o"))
        .connect("rd_en_i", net("counter_rd_en"))
        .connect("rd_index_i", net("counter_rd_index"))
        .connect("rd_data_o", net("counter_rd_data"));
  }

  void add_control() {
    m_.section({"Instructions, and the tickets that they wait for."});
    stream("fetch_ar", "addr", address_bits_);
    wire("fetch_r_valid", 1);
    wire("fetch_r_data", bus_bits_);
    for (const char* name : {"load", "store", "run"}) stream(name, "data", kInstructionBits);
    wire("shape_data", kInstructionBits);
    wire("factors_data", kInstructionBits);
    for (const char* name : {"load_done", "run_read", "run_done", "store_read", "store_done",
                             "load_wait", "run_wait_loads", "run_wait_stores", "store_wait"}) {
      wire(name, 1);
    }
    connect_all(parts_.control, "u_control", {{"count_i", "instruction_count"}});
  }

  void add_memory_port() {
    m_.section({"The memory: instructions and LOADs from it, STOREs to it."});
    write_port("act", vector_bits_);
    write_port("wgt", bus_bits_);
    write_port("param", leaf::kEntryBits);
    write_port("window", vector_bits_);
    write_port("table", bus_bits_);
    read_port("out", vector_bits_);
    for (const char* name : {"load_act", "load_wgt", "load_param", "load_window", "load_codebook",
                             "load_table", "fetch", "store", "read_burst", "write_burst"}) {
      wire(name, 1);
    }
    if (config_.loads_codebook()) {
      wire("codebook_wr_en", 1);
      wire("codebook_wr_addr", config_.index_bits());
      wire("codebook_wr_data", config_.codeword_bits());
    } else {
      m_.assign(net("load_codebook"), {Bits(1, 0)}, "the codebook is in ROM");
    }
    connect_all(parts_.dma, "u_dma", {});
  }

  void add_compute() {
    m_.section({"RUNs: the array and the vector unit."});
    read_port("act", vector_bits_);
    read_port("wgt", bus_bits_);
    read_port("param", leaf::kEntryBits);
    read_port("window", vector_bits_);
    wire("out_wr_en", banks_);
    wire("out_wr_addr", leaf::kAddressBits);
    wire("out_wr_data", vector_bits_);
    for (const char* name : {"issue", "wait_weights", "wait_params", "wait_sums", "wait_acts",
                             "decode", "vector_read", "out_write", "act_read"}) {
      wire(name, 1);
    }
    wire("compute_busy", 1);
    wire("decode_conflict", 1);
    if (!config_.is_banked()) {
      m_.assign(net("decode_conflict"), {Bits(1, 0)}, "no read port waits for a bank");
    }
    connect_all(parts_.compute, "u_compute", {{"busy_o", "compute_busy"}});
  }

  void add_buffers() {
    m_.section({"Buffers: each is written by one side and read by the other."});
    const config::BuffersConfig& buffers = config_.buffers;
    add_buffer("act", buffers.activation_vectors, vector_bits_, net("act_wr_data"),
               net("act_rd_data"));
    add_buffer("wgt", buffers.weight_words, bus_bits_, net("wgt_wr_data"), net("wgt_rd_data"));
    add_buffer("window", buffers.window_vectors, vector_bits_, net("window_wr_data"),
               net("window_rd_data"));

    m_.section({"A parameter entry is kept without the bits that mean nothing."});
    const Net written = wire("param_kept", leaf::kParameterBits);
    const Net read = wire("param_read", leaf::kParameterBits);
    const Net entry = net("param_wr_data");
    constexpr int kAbove = kShiftLsb + leaf::kShiftBits;
    constexpr int kGap = kShiftLsb - kBiasMultiplierBits;
    m_.assign(written,
              {entry.slice(kShiftLsb, leaf::kShiftBits), entry.slice(0, kBiasMultiplierBits)});
    m_.assign(
        m_.unused("unused_param", leaf::kEntryBits - leaf::kParameterBits),
        {entry.slice(kAbove, leaf::kEntryBits - kAbove), entry.slice(kBiasMultiplierBits, kGap)});
    m_.assign(net("param_rd_data"),
              {Bits(leaf::kEntryBits - kAbove), read.slice(kBiasMultiplierBits, leaf::kShiftBits),
               Bits(kGap), read.slice(0, kBiasMultiplierBits)});
    add_buffer("param", buffers.parameter_entries, leaf::kParameterBits, written, read);

    m_.section({"The output buffer has a bank for each LANES codes of a vector."});
    const int address_bits = count_bits(buffers.output_vectors);
    for (int bank = 0; bank < config_.vector_beats(); ++bank) {
      add_ram(fmt::format("u_out_buffer{}", bank), "out", net("out_wr_en").bit(bank),
              buffers.output_vectors, address_bits, lane_bits_,
              net("out_wr_data").element(bank, lane_bits_),
              net("out_rd_data").element(bank, lane_bits_));
    }
    drop_address("out", address_bits);
  }

  void add_events() {
    m_.section({"Events, that of the last counter first."});
    std::vector<netlist::Part> parts;
    for (const char* event : kEvents) parts.insert(parts.begin(), net(event).whole());
    m_.assign(net("events"), std::move(parts));
  }

  void add_buffer(const std::string& name, int depth, const Expression& width,
                  const Slice& write_data, const Slice& read_data) {
    const int address_bits = count_bits(depth);
    add_ram(fmt::format("u_{}_buffer", name), name, net(name + "_wr_en"), depth, address_bits,
            width, write_data, read_data);
    drop_address(name, address_bits);
  }

  void add_ram(const std::string& instance, const std::string& name, const Slice& write_enable,
               int depth, int address_bits, const Expression& width, const Slice& write_data,
               const Slice& read_data) {
    leaf("vq_ram_1r1w", instance)
        .parameter("WIDTH", width)
        .parameter("DEPTH", depth)
        .parameter("ADDR_W", address_bits)
        .connect("wr_en_i", write_enable)
        .connect("wr_addr_i", net(name + "_wr_addr").slice(0, address_bits))
        .connect("wr_data_i", write_data)
        .connect("rd_en_i", net(name + "_rd_en"))
        .connect("rd_addr_i", net(name + "_rd_addr").slice(0, address_bits))
        .connect("rd_data_o", read_data);
  }

  // Programs address 2^16 words; the buffer has fewer.
  void drop_address(const std::string& name, int address_bits) {
    const int dropped = leaf::kAddressBits - address_bits;
    if (dropped == 0) return;
    m_.assign(m_.unused(fmt::format("unused_{}_addr", name), 2 * dropped),
              {net(name + "_wr_addr").slice(address_bits, dropped),
               net(name + "_rd_addr").slice(address_bits, dropped)});
  }

  void input(const std::string& name, const Expression& width) {
    nets_[name] = m_.input(name, width);
  }
  void output(const std::string& name, const Expression& width, std::string_view comment = "") {
    nets_[name] = m_.output(name, width, comment);
  }
  Net wire(const std::string& name, const Expression& width) {
    return nets_[name] = m_.wire(name, width);
  }
  void stream(const std::string& name, const std::string& data, const Expression& width) {
    wire(name + "_valid", 1);
    wire(name + "_ready", 1);
    wire(fmt::format("{}_{}", name, data), width);
  }
  void write_port(const std::string& name, const Expression& width) {
    wire(name + "_wr_en", 1);
    wire(name + "_wr_addr", leaf::kAddressBits);
    wire(name + "_wr_data", width);
  }
  void read_port(const std::string& name, const Expression& width) {
    wire(name + "_rd_en", 1);
    wire(name + "_rd_addr", leaf::kAddressBits);
    wire(name + "_rd_data", width);
  }
  [[nodiscard]] const Net& net(const std::string& name) const {
    const auto found = nets_.find(name);
    VQROM_CHECK(found != nets_.end(), "no net {} in the top", name);
    return found->second;
  }

  // Ports of the top by their names; other ports by the name of the net without its direction.
  [[nodiscard]] const Net& net_for(const std::string& port) const {
    const auto found = nets_.find(port);
    return found != nets_.end() ? found->second : net(port.substr(0, port.rfind('_')));
  }
  void connect(Instance& instance, const std::vector<std::string>& ports) const {
    for (const std::string& port : ports) instance.connect(port, net_for(port));
  }
  void connect_all(const Module& module, std::string_view name,
                   const std::map<std::string, std::string>& others) {
    Instance& instance = m_.instance(module, name);
    for (const netlist::NetDeclaration& port : module.nets()) {
      if (port.role != netlist::NetRole::kInput && port.role != netlist::NetRole::kOutput) continue;
      const auto other = others.find(port.name);
      if (port.name == "clk") {
        instance.connect("clk", clk_);
      } else if (port.name == "rst_n") {
        instance.connect("rst_n", rst_n_);
      } else {
        instance.connect(port.name,
                         other != others.end() ? net(other->second) : net_for(port.name));
      }
    }
  }

  Instance& leaf(std::string_view module, std::string_view name) {
    const netlist::Contract& contract = leaf::find_leaf(module);
    Instance& instance = m_.instance(contract, name);
    if (contract.find_port("clk") != nullptr) instance.connect("clk", clk_);
    if (contract.find_port("rst_n") != nullptr) instance.connect("rst_n", rst_n_);
    return instance;
  }

  Module& m_;
  const config::AcceleratorConfig& config_;
  const codebook::Codebook& codebook_;
  const TopParts& parts_;

  Expression rows_ = m_.localparam("ROWS", config_.array.rows, "codes of a vector");
  Expression lanes_ = m_.localparam("LANES", config_.requantise.lanes, "codes of a beat");
  Expression bus_bits_ = m_.localparam("BUS_W", config_.bus.data_bits, "bits of a bus word");
  Expression address_bits_ =
      m_.localparam("ADDR_W", config_.bus.address_bits, "bits of a byte address");
  Expression vector_bits_ = m_.localparam("VECTOR_W", rows_* leaf::kCodeBits, "");
  Expression lane_bits_ = m_.localparam("BEAT_W", lanes_* leaf::kCodeBits, "");
  Expression banks_ = m_.localparam("BANKS", rows_ / lanes_, "of the output buffer");
  Expression count_bits_ = m_.localparam(
      "COUNT_W", config::instruction_field("RUN", "wait_loads").width, "bits of a ticket counter");
  Expression event_count_ = m_.localparam("EVENTS", static_cast<int>(kEvents.size()), "counters");
  Expression index_bits_ =
      m_.localparam("INDEX_W", count_bits(static_cast<int>(kEvents.size())), "");

  Net clk_, rst_n_;
  std::map<std::string, Net> nets_;
};

}  // namespace

const Module& add_top(netlist::Design& design, const config::AcceleratorConfig& config,
                      const codebook::Codebook& codebook, const TopParts& parts) {
  Module& module = design.add(
      "vq_accelerator", fmt::format("runs whole networks: {} x {} multipliers, from memory to "
                                    "memory.",
                                    config.array.rows, config.array.columns));
  TopBuilder(module, config, codebook, parts).build();
  return module;
}

}  // namespace vqrom::blocks
