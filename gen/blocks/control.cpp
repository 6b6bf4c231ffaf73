// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>

#include "gen/blocks/core_builder.h"
#include "gen/blocks/modules.h"
#include "gen/config/instruction_set.h"
#include "gen/leaf/leaves.h"
#include "sw/base/checked.h"
#include "sw/base/error.h"

namespace vqrom::blocks {
namespace {

using config::kInstructionBits;
using config::kOpcodeBits;
using netlist::Bits;
using netlist::Expression;
using netlist::Module;
using netlist::Net;
using netlist::Slice;

constexpr int kFetchDepth = 8;  // instructions requested and not yet dispatched
constexpr int kQueueDepth = 4;  // instructions that wait in each queue

int opcode_of(std::string_view format) {
  return config::instruction_format(format).opcode;
}

// Bits from the opcode to the last field.
int used_bits(std::string_view format) {
  const config::Field& last = config::instruction_format(format).fields.back();
  return last.lsb + last.width;
}

// The same of a SHAPE, whose last fields matter only where indices have several widths.
int used_shape_bits(const config::AcceleratorConfig& config) {
  if (config.has_index_widths()) {
    return config::instruction_field("SHAPE", "index_base").lsb + config.index_bits();
  }
  return config::instruction_field("SHAPE", "index_bits").lsb;
}

class ControlBuilder {
 public:
  ControlBuilder(Module& module, const config::AcceleratorConfig& config)
      : m_(module), config_(config) {}

  void build() {
    write_header();
    declare_ports();
    add_fetch();
    add_dispatch();
    add_tickets();
    add_loads();
    add_stores();
    add_runs();
  }

 private:
  struct Stream {
    Net valid;
    Net ready;
    Net data;
  };
  struct Ticket {
    Slice need;
    Net count;
  };
  struct Waits {
    Net any;
    Net first;
    Net second;
  };

  void write_header() {
    m_.header(
        {"  fetch_ar ◀─ vq_fetch ◀─ fetch_r", "                 │ instructions, in order",
         "            vq_dispatch ─┬▶ queue ─▶ gate ────────────────────▶ load",
         "              │    ▲     ├▶ queue ─▶ SHAPE, FACTORS ─▶ gate ──▶ run",
         "           END, FENCE    └▶ queue ─▶ gate ────────────────────▶ store",
         "                   │                  ▲", "  pulses of what is complete ─▶ vq_tickets",
         "",
         fmt::format("Latency     an instruction may leave 2 cycles after it was dispatched; "
                     "{} wait in each",
                     kQueueDepth),
         "            queue. A pulse counts for the gates in the next cycle.",
         "Handshake   valid/ready on fetch_ar, load, store and run; fetch_r is always taken.",
         "            After stop_i nothing new is offered. start_i only when all is complete.",
         "Packing     load, store and run carry whole instructions, bits above the fields 0; "
         "shape and",
         "            factors are those that came last before the RUN, and 0 if none came."});
  }

  void declare_ports() {
    clk_ = m_.clock("clk");
    rst_n_ = m_.reset("rst_n");
    m_.port_group("The program");
    start_ = m_.input("start_i", 1, "one cycle");
    count_ = m_.input("count_i", 32, "its instructions");
    stop_ = m_.input("stop_i", 1);
    done_ = m_.output("done_o", 1, "one cycle: END is reached and all is complete");
    illegal_ = m_.output("illegal_o", 1, "the next instruction is illegal; it stays");
    m_.port_group("Instructions from memory");
    fetch_ar_ = {m_.output("fetch_ar_valid_o", 1), m_.input("fetch_ar_ready_i", 1),
                 m_.output("fetch_ar_addr_o", address_bits_, "from the program's base")};
    fetch_r_valid_ = m_.input("fetch_r_valid_i", 1);
    fetch_r_data_ = m_.input("fetch_r_data_i", bus_bits_);
    m_.port_group("Instructions whose tickets are seen");
    load_ = output_stream("load");
    store_ = output_stream("store");
    run_ = output_stream("run");
    shape_ = m_.output("shape_data_o", kInstructionBits);
    factors_ = m_.output("factors_data_o", kInstructionBits);
    m_.port_group("Pulses: one more is complete");
    load_done_ = m_.input("load_done_i", 1);
    run_read_ = m_.input("run_read_i", 1);
    run_done_ = m_.input("run_done_i", 1);
    store_read_ = m_.input("store_read_i", 1);
    store_done_ = m_.input("store_done_i", 1);
    m_.port_group("How many are complete");
    loads_ = m_.output("loads_o", count_bits_);
    reads_ = m_.output("reads_o", count_bits_);
    runs_ = m_.output("runs_o", count_bits_);
    store_reads_ = m_.output("store_reads_o", count_bits_);
    stores_ = m_.output("stores_o", count_bits_);
    progress_ = m_.output("progress_o", 1, "one of them steps");
    m_.port_group("For counters: what this cycle was used for");
    load_wait_ = m_.output("load_wait_o", 1, "a LOAD waits for tickets");
    run_wait_loads_ = m_.output("run_wait_loads_o", 1, "a RUN waits for LOADs only");
    run_wait_stores_ = m_.output("run_wait_stores_o", 1, "a RUN waits for STOREs");
    store_wait_ = m_.output("store_wait_o", 1, "a STORE waits for RUNs");
  }

  void add_fetch() {
    m_.section({"Instructions come in order, as many at a time as there is room for."});
    instruction_ = stream("instruction", kInstructionBits);
    instruction_last_ = m_.wire("instruction_last", 1);
    opcode_ = m_.wire("opcode", kOpcodeBits);
    const int words = kInstructionBits / config_.bus.data_bits;
    leaf("vq_fetch", "u_fetch")
        .parameter("BUS_W", bus_bits_)
        .parameter("ADDR_W", address_bits_)
        .parameter("DEPTH", kFetchDepth)
        .parameter("PTR_W", base::ceil_log2(static_cast<std::uint64_t>(kFetchDepth * words)))
        .connect("start_i", start_)
        .connect("count_i", count_)
        .connect("ar_valid_o", fetch_ar_.valid)
        .connect("ar_ready_i", fetch_ar_.ready)
        .connect("ar_addr_o", fetch_ar_.data)
        .connect("r_valid_i", fetch_r_valid_)
        .connect("r_data_i", fetch_r_data_)
        .connect("valid_o", instruction_.valid)
        .connect("ready_i", instruction_.ready)
        .connect("data_o", instruction_.data)
        .connect("last_o", instruction_last_);
    const int most = std::max({load_bits_value_, store_bits_value_, queue_bits_value_});
    const Net unused = m_.unused("unused_instruction", kInstructionBits - most);
    m_.assign(opcode_, {instruction_.data.slice(0, kOpcodeBits)});
    m_.assign(unused, {instruction_.data.slice(most, kInstructionBits - most)});
  }

  void add_dispatch() {
    m_.section(
        {"Each kind has its queue; FENCE and END wait for all that was given to the queues."});
    load_in_ = stream("load_in");
    store_in_ = stream("store_in");
    run_in_ = stream("run_in");
    netlist::Instance& dispatch = leaf("vq_dispatch", "u_dispatch");
    for (const char* format : {"LOAD", "STORE", "SHAPE", "FACTORS", "RUN", "FENCE", "END"}) {
      dispatch.parameter(fmt::format("{}_OPCODE", format), opcode_of(format));
    }
    dispatch.parameter("COUNT_W", count_bits_)
        .connect("clear_i", start_)
        .connect("valid_i", instruction_.valid)
        .connect("ready_o", instruction_.ready)
        .connect("opcode_i", opcode_)
        .connect("last_i", instruction_last_)
        .connect("load_valid_o", load_in_.valid)
        .connect("load_ready_i", load_in_.ready)
        .connect("store_valid_o", store_in_.valid)
        .connect("store_ready_i", store_in_.ready)
        .connect("run_valid_o", run_in_.valid)
        .connect("run_ready_i", run_in_.ready)
        .connect("loads_i", loads_)
        .connect("reads_i", reads_)
        .connect("runs_i", runs_)
        .connect("store_reads_i", store_reads_)
        .connect("stores_i", stores_)
        .connect("done_o", done_)
        .connect("illegal_o", illegal_);
  }

  void add_tickets() {
    m_.section({"What is complete."});
    leaf("vq_tickets", "u_tickets")
        .parameter("COUNT_W", count_bits_)
        .connect("clear_i", start_)
        .connect("load_done_i", load_done_)
        .connect("run_read_i", run_read_)
        .connect("run_done_i", run_done_)
        .connect("store_read_i", store_read_)
        .connect("store_done_i", store_done_)
        .connect("loads_o", loads_)
        .connect("reads_o", reads_)
        .connect("runs_o", runs_)
        .connect("store_reads_o", store_reads_)
        .connect("stores_o", stores_)
        .connect("progress_o", progress_);
  }

  void add_loads() {
    m_.section({"LOADs."});
    const Stream head = stream("load_head", load_bits_);
    add_queue("u_load_queue", load_bits_, load_in_, head);
    add_gate("u_load_gate", head, {need(head, "LOAD", "wait_reads"), reads_},
             {need(head, "LOAD", "wait_stores"), stores_}, load_,
             {load_wait_, m_.unused("unused_load_wait0", 1), m_.unused("unused_load_wait1", 1)});
    pad(load_.data, head.data.slice(0, load_bits_), load_bits_value_);
  }

  void add_stores() {
    m_.section({"STOREs: they wait for one count only."});
    const Stream head = stream("store_head", store_bits_);
    const Net none = m_.wire("none", count_bits_);
    m_.assign(none, {Bits(config::instruction_field("STORE", "wait_runs").width)});
    add_queue("u_store_queue", store_bits_, store_in_, head);
    add_gate("u_store_gate", head, {need(head, "STORE", "wait_runs"), runs_}, {none, none}, store_,
             {store_wait_, m_.unused("unused_store_wait0", 1), m_.unused("unused_store_wait1", 1)});
    pad(store_.data, head.data.slice(0, store_bits_), store_bits_value_);
  }

  void add_runs() {
    m_.section({"RUNs, each with what the SHAPE and FACTORS before it said."});
    const Stream head = stream("run_head", queue_bits_);
    const Stream gated = {m_.wire("run_waiting", 1), m_.wire("run_passes", 1), {}};
    const Net shape = m_.wire("shape", shape_bits_);
    const Net factors = m_.wire("factors", factors_bits_);
    add_queue("u_run_queue", queue_bits_, run_in_, head);
    leaf("vq_run_context", "u_run_context")
        .parameter("SHAPE_OPCODE", opcode_of("SHAPE"))
        .parameter("FACTORS_OPCODE", opcode_of("FACTORS"))
        .parameter("SHAPE_W", shape_bits_)
        .parameter("FACTORS_W", factors_bits_)
        .connect("valid_i", head.valid)
        .connect("ready_o", head.ready)
        .connect("opcode_i", head.data.slice(0, kOpcodeBits))
        .connect("shape_i", head.data.slice(0, shape_bits_))
        .connect("factors_i", head.data.slice(0, factors_bits_))
        .connect("valid_o", gated.valid)
        .connect("ready_i", gated.ready)
        .connect("shape_o", shape)
        .connect("factors_o", factors);
    add_gate("u_run_gate", {gated.valid, gated.ready, head.data},
             {need(head, "RUN", "wait_loads"), loads_},
             {need(head, "RUN", "wait_stores"), store_reads_}, run_,
             {m_.unused("unused_run_wait", 1), run_wait_loads_, run_wait_stores_});
    pad(run_.data, head.data.slice(0, queue_bits_), queue_bits_value_);
    pad(shape_, shape, shape_bits_value_);
    pad(factors_, factors, factors_bits_value_);
  }

  netlist::Instance& leaf(std::string_view module, std::string_view name) {
    const netlist::Contract& contract = leaf::find_leaf(module);
    netlist::Instance& instance = m_.instance(contract, name);
    if (contract.find_port("clk") != nullptr) instance.connect("clk", clk_);
    if (contract.find_port("rst_n") != nullptr) instance.connect("rst_n", rst_n_);
    return instance;
  }

  Stream stream(const std::string& name) {
    return {m_.wire(name + "_valid", 1), m_.wire(name + "_ready", 1), {}};
  }
  Stream stream(const std::string& name, const Expression& bits) {
    Stream result = stream(name);
    result.data = m_.wire(name + "_data", bits);
    return result;
  }
  Stream output_stream(const std::string& name) {
    return {m_.output(name + "_valid_o", 1), m_.input(name + "_ready_i", 1),
            m_.output(name + "_data_o", kInstructionBits)};
  }

  void add_queue(std::string_view name, const Expression& bits, const Stream& in,
                 const Stream& out) {
    leaf("vq_fifo", name)
        .parameter("WIDTH", bits)
        .parameter("DEPTH", kQueueDepth)
        .parameter("PTR_W", count_bits(kQueueDepth))
        .connect("valid_i", in.valid)
        .connect("ready_o", in.ready)
        .connect("data_i", instruction_.data.slice(0, bits))
        .connect("valid_o", out.valid)
        .connect("ready_i", out.ready)
        .connect("data_o", out.data);
  }

  void add_gate(std::string_view name, const Stream& in, const Ticket& first, const Ticket& second,
                const Stream& out, const Waits& waits) {
    leaf("vq_ticket_gate", name)
        .parameter("COUNT_W", count_bits_)
        .connect("stop_i", stop_)
        .connect("valid_i", in.valid)
        .connect("ready_o", in.ready)
        .connect("need0_i", first.need)
        .connect("count0_i", first.count)
        .connect("need1_i", second.need)
        .connect("count1_i", second.count)
        .connect("valid_o", out.valid)
        .connect("ready_i", out.ready)
        .connect("wait_o", waits.any)
        .connect("wait0_o", waits.first)
        .connect("wait1_o", waits.second);
  }

  static Slice need(const Stream& head, std::string_view format, std::string_view field) {
    const config::Field& place = config::instruction_field(format, field);
    return head.data.slice(place.lsb, place.width);
  }

  void pad(const Net& target, const Slice& data, int bits) {
    m_.assign(target, {Bits(kInstructionBits - bits), data});
  }

  Module& m_;
  const config::AcceleratorConfig& config_;

  const int load_bits_value_ = used_bits("LOAD");
  const int store_bits_value_ = used_bits("STORE");
  const int shape_bits_value_ = used_shape_bits(config_);
  const int factors_bits_value_ = used_bits("FACTORS");
  const int queue_bits_value_ =
      std::max({used_bits("RUN"), shape_bits_value_, factors_bits_value_});

  Expression bus_bits_ = m_.localparam("BUS_W", config_.bus.data_bits, "bits of a bus word");
  Expression address_bits_ =
      m_.localparam("ADDR_W", config_.bus.address_bits, "bits of a byte address");
  Expression count_bits_ = m_.localparam(
      "COUNT_W", config::instruction_field("RUN", "wait_loads").width, "bits of a ticket counter");
  Expression load_bits_ = m_.localparam("LOAD_W", load_bits_value_, "bits of a LOAD in use");
  Expression store_bits_ = m_.localparam("STORE_W", store_bits_value_, "bits of a STORE in use");
  Expression queue_bits_ =
      m_.localparam("RUN_W", queue_bits_value_, "bits of a RUN, SHAPE or FACTORS in use");
  Expression shape_bits_ = m_.localparam("SHAPE_W", shape_bits_value_, "bits of a SHAPE in use");
  Expression factors_bits_ =
      m_.localparam("FACTORS_W", factors_bits_value_, "bits of FACTORS in use");

  Net clk_, rst_n_, start_, count_, stop_, done_, illegal_;
  Stream fetch_ar_;
  Net fetch_r_valid_, fetch_r_data_;
  Stream load_, store_, run_;
  Net shape_, factors_;
  Net load_done_, run_read_, run_done_, store_read_, store_done_;
  Net loads_, reads_, runs_, store_reads_, stores_, progress_;
  Net load_wait_, run_wait_loads_, run_wait_stores_, store_wait_;
  Stream instruction_;
  Net instruction_last_, opcode_;
  Stream load_in_, store_in_, run_in_;
};

}  // namespace

const Module& add_control(netlist::Design& design, const config::AcceleratorConfig& config) {
  Module& module = design.add(
      "vq_control", "fetches a program and gives each instruction away when its tickets are seen.");
  ControlBuilder(module, config).build();
  return module;
}

}  // namespace vqrom::blocks
