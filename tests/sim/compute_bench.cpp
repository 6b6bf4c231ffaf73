// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/compute_bench.h"

#include <cstring>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

#include "gen/blocks/modules.h"
#include "gen/emit/verilog.h"
#include "gen/leaf/leaves.h"
#include "gen/netlist/rules.h"
#include "sw/base/file.h"
#include "sw/codebook/codeword_bytes.h"
#include "tests/sim/random_layer.h"

namespace vqrom::sim {
namespace {

constexpr std::int64_t kPatience = 200000;  // cycles without a RUN that completes

bool is_high(std::span<const std::uint8_t> port) {
  return port[0] != 0;
}

std::size_t address_of(std::span<const std::uint8_t> port) {
  return static_cast<std::size_t>(port[0] | port[1] << 8);
}

}  // namespace

ComputeDesign::ComputeDesign(const std::string& name, config::AcceleratorConfig config, int entries,
                             int dimension, int element_bits)
    : config_(std::move(config)), codebook_(random_codebook(7, entries, dimension, element_bits)) {
  config_.top = config::Top::kAccelerator;
  config::bind_codebook(config_, codebook_, name);
  netlist::Design design;
  const netlist::Module& decode =
      blocks::add_decode(design, config_, blocks::add_codebook(design, config_, codebook_));
  const netlist::Module& core = blocks::add_core(design, config_, decode);
  design.set_top(blocks::add_compute(design, config_, core));
  netlist::check(design).throw_if_any();
  const auto add = [&](const std::string& module, std::string_view text) {
    sources_.push_back(directory_ / (module + ".v"));
    base::write_file(sources_.back(), text);
  };
  std::set<std::string> used;
  for (const netlist::Contract& leaf : leaf::all_leaves()) {
    add(leaf.name, leaf::leaf_text(leaf.name));
  }
  for (const netlist::Module& module : design.modules()) {
    add(module.name(), emit::module_text(module, {"test", config_.name, "-", "-"}));
  }
}

ComputeBench::ReadPort ComputeBench::read_port(const std::string& name) {
  return {port(name + "_rd_en_o"), port(name + "_rd_addr_o"), port(name + "_rd_data_i"),
          std::vector<std::uint8_t>(port(name + "_rd_data_i").size())};
}

ComputeBench::ComputeBench(CycleModel& model, const config::AcceleratorConfig& config)
    : buffers(config),
      model_(model),
      config_(config),
      vector_bytes_(static_cast<std::size_t>(config.array.rows)),
      rst_n_(port("rst_n")),
      run_valid_(port("run_valid_i")),
      run_ready_(port("run_ready_o")),
      run_data_(port("run_data_i")),
      shape_data_(port("shape_data_i")),
      factors_data_(port("factors_data_i")),
      act_(read_port("act")),
      wgt_(read_port("wgt")),
      param_(read_port("param")),
      window_(read_port("window")),
      table_wr_en_(port("table_wr_en_i")),
      table_wr_addr_(port("table_wr_addr_i")),
      table_wr_data_(port("table_wr_data_i")),
      wr_en_(port("out_wr_en_o")),
      wr_addr_(port("out_wr_addr_o")),
      wr_data_(port("out_wr_data_o")),
      run_read_(port("run_read_o")),
      run_done_(port("run_done_o")) {
  const auto event = [&](const char* name, std::int64_t ComputeEvents::*count) {
    event_ports_.emplace_back(port(name), count);
  };
  event("issue_o", &ComputeEvents::issue);
  event("wait_weights_o", &ComputeEvents::wait_weights);
  event("wait_params_o", &ComputeEvents::wait_params);
  event("wait_sums_o", &ComputeEvents::wait_sums);
  event("wait_acts_o", &ComputeEvents::wait_acts);
  event("decode_o", &ComputeEvents::decode);
  event("vector_read_o", &ComputeEvents::vector_read);
  event("out_write_o", &ComputeEvents::out_write);
  event("act_read_o", &ComputeEvents::act_read);
  event("busy_o", &ComputeEvents::busy);
  if (config.is_banked()) event("decode_conflict_o", &ComputeEvents::decode_conflict);
}

template <typename T>
void ComputeBench::take(ReadPort& port, const std::vector<T>& words, std::size_t bytes) {
  port.taken = is_high(port.en);
  if (port.taken) {
    std::memcpy(port.next.data(), words.data() + address_of(port.address) * bytes, bytes);
  }
}

void ComputeBench::reset() {
  run_valid_[0] = 0;
  table_wr_en_[0] = 0;
  rst_n_[0] = 0;
  model_.settle();
  model_.clock_edge();
  rst_n_[0] = 1;
}

void ComputeBench::load_tables() {
  const std::size_t bytes = table_wr_data_.size();
  table_wr_en_[0] = 1;
  for (std::size_t word = 0; word * bytes < buffers.tables.size(); ++word) {
    table_wr_addr_[0] = static_cast<std::uint8_t>(word);
    std::memcpy(table_wr_data_.data(), buffers.tables.data() + word * bytes, bytes);
    cycle();
  }
  table_wr_en_[0] = 0;
}

void ComputeBench::load_codebook(const codebook::Codebook& codebook) {
  const auto en = port("codebook_wr_en_i");
  const auto address = port("codebook_wr_addr_i");
  const auto data = port("codebook_wr_data_i");
  en[0] = 1;
  for (int entry = 0; entry < codebook.entries; ++entry) {
    for (std::size_t i = 0; i < address.size(); ++i) {
      address[i] = static_cast<std::uint8_t>(entry >> 8 * i);
    }
    codebook::put_codeword(codebook, entry, data);
    cycle();
  }
  en[0] = 0;
}

// The memories' outputs change with the edge: until then the words wait in `next`.
void ComputeBench::read_buffers() {
  take(act_, buffers.activations, vector_bytes_);
  take(window_, buffers.window, vector_bytes_);
  take(wgt_, buffers.weights, wgt_.data.size());
  param_.taken = is_high(param_.en);
  if (!param_.taken) return;
  // Bits that mean nothing change from cycle to cycle.
  const Parameter& entry = buffers.parameters[address_of(param_.address)];
  const auto multiplier = static_cast<std::uint32_t>(entry.factor.multiplier) |
                          static_cast<std::uint32_t>(cycle_ & 1) << 31;
  std::memset(param_.next.data(), static_cast<int>(cycle_ & 0xff), param_.next.size());
  std::memcpy(param_.next.data(), &entry.bias, 4);
  std::memcpy(param_.next.data() + 4, &multiplier, 4);
  param_.next[8] = static_cast<std::uint8_t>(entry.factor.shift | (cycle_ & 3) << 6);
}

void ComputeBench::write_output() {
  const auto lanes = static_cast<std::size_t>(config_.requantise.lanes);
  const std::size_t at = address_of(wr_addr_) * vector_bytes_;
  for (std::size_t k = 0; k < vector_bytes_ / lanes; ++k) {
    if ((wr_en_[k / 8] >> k % 8 & 1) == 0) continue;
    std::memcpy(buffers.output.data() + at + k * lanes, wr_data_.data() + k * lanes, lanes);
  }
}

void ComputeBench::cycle() {
  model_.settle();
  for (const auto& [port, count] : event_ports_) events_.*count += port[0];
  const bool read = is_high(run_read_);
  const bool done = is_high(run_done_);
  write_output();
  read_buffers();
  ++cycle_;
  if (read) {
    if (on_read) on_read(read_cycles_.size());
    read_cycles_.push_back(cycle_);
  }
  if (done) {
    const std::size_t number = done_cycles_.size();
    done_cycles_.push_back(cycle_);
    if (number >= read_cycles_.size())
      throw std::runtime_error("a RUN is done before it has read all");
    if (on_done) on_done(number);
  }
  model_.clock_edge();
  for (const ReadPort* each : {&act_, &wgt_, &param_, &window_}) {
    if (each->taken) std::memcpy(each->data.data(), each->next.data(), each->next.size());
  }
}

void ComputeBench::idle(int cycles) {
  for (int i = 0; i < cycles; ++i) cycle();
}

std::int64_t ComputeBench::carry_out(std::span<const RunTask> tasks, StallPattern stalls) {
  events_ = {};
  done_cycles_.clear();
  read_cycles_.clear();
  cycle_ = 0;
  std::size_t next = 0;
  bool offering = false;
  std::int64_t patience = cycle_ + kPatience;
  while (done_cycles_.size() < tasks.size()) {
    if (!offering && next < tasks.size() && !stalls.next()) {
      const auto write = [](std::span<std::uint8_t> port, const config::Instruction& instruction) {
        const config::InstructionWord word = config::encode(instruction);
        std::memcpy(port.data(), word.data(), word.size());
      };
      write(run_data_, tasks[next].run);
      write(shape_data_, tasks[next].shape);
      write(factors_data_, tasks[next].factors);
      offering = true;
    }
    run_valid_[0] = offering ? 1 : 0;
    const std::size_t done = done_cycles_.size();
    model_.settle();
    const bool taken = offering && is_high(run_ready_);
    cycle();
    if (taken) {
      offering = false;
      ++next;
      // Nobody may look at what is not offered.
      for (const auto& port : {run_data_, shape_data_, factors_data_}) {
        for (std::uint8_t& byte : port) byte = static_cast<std::uint8_t>(~byte);
      }
    }
    if (done_cycles_.size() > done) patience = cycle_ + kPatience;
    if (cycle_ > patience) {
      throw std::runtime_error(fmt::format("RUN {} of {} does not end: {} taken, {} read",
                                           done_cycles_.size(), tasks.size(), next,
                                           read_cycles_.size()));
    }
  }
  run_valid_[0] = 0;
  return cycle_;
}

}  // namespace vqrom::sim
