// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/compute_pins.h"

#include <algorithm>

#include "sw/base/error.h"
#include "sw/compiler/bank_reads.h"

namespace vqrom::sim {
ComputePins::ComputePins(sc_core::sc_module_name name, const config::AcceleratorConfig& config,
                         const codebook::Codebook& codebook)
    : sc_module(name),
      config_(config),
      act_buffer_("act_buffer", to_size(config.array.rows)),
      wgt_buffer_("wgt_buffer", to_size(config.bus_bytes())),
      param_buffer_("param_buffer", compiler::kParameterBytes),
      window_buffer_("window_buffer", to_size(config.array.rows)),
      out_buffer_("out_buffer", to_size(config.array.rows)),
      compute_("u_compute", config, codebook,
               {{&act_buffer_, &wgt_buffer_, &param_buffer_, &window_buffer_}, &out_buffer_}),
      pending_{{{&act_buffer_, &act},
                {&wgt_buffer_, &wgt},
                {&param_buffer_, &param},
                {&window_buffer_, &window}}},
      wr_data_(config.array.rows * 8) {
  VQROM_CHECK(config.vector_beats() <= 64, "{} lanes of a vector", config.vector_beats());
  if (config.loads_codebook()) codebook_port.emplace();
  for (const auto& [port, event] : kEventPorts) {
    if (event != Event::kDecodeConflict || config.is_banked()) events.emplace_back(port);
  }
  SC_METHOD(react);
  sensitive << clk.pos() << rst_n.neg() << run_valid_i << run_data_i << shape_data_i;
}

void ComputePins::reset() {
  compute_.reset();
  jobs_.clear();
  weights_.clear();
  parameters_.clear();
  tiles_.clear();
  tile_words_ = 0;
  reads_ = computed_ = 0;
  begun_ = offered_ = false;
  wr_en_ = 0;
  for (Pending& each : pending_) each.asked = false;
}

void ComputePins::look() {
  run_ = reader_.read(instruction_word(run_data_i.read()));
  shape_ = reader_.read(instruction_word(shape_data_i.read()));
  compute_.look(run_valid_i.read(), shape_.shape, run_.run);
}

// What the buffers were asked for in the cycle before.
void ComputePins::take_words() {
  for (Pending& each : pending_) {
    if (!each.asked) continue;
    const auto bytes = each.port->data.read().bytes();
    if (!bytes.empty()) each.buffer->write(each.address, 0, bytes.data(), bytes.size());
    each.asked = false;
    if (each.buffer == &wgt_buffer_ && config_.is_banked()) take_tile_word(each.address);
  }
}

// Beats that the word completes may be decoded from the next cycle on.
void ComputePins::take_tile_word(std::int64_t address) {
  Tiles& tiles = tiles_.front();
  const std::int64_t first = address - tile_words_++;
  if (!tiles.dense) {
    const auto beats_of = [&](std::int64_t words) {
      const int beat_bits = config_.codebook.read_ports * tiles.subset.index_bits;
      return std::min<std::int64_t>(words * config_.bus.data_bits / beat_bits,
                                    config_.tile_beats());
    };
    const auto begin = static_cast<std::size_t>(beats_of(tile_words_ - 1));
    const auto end = static_cast<std::size_t>(beats_of(tile_words_));
    const auto bytes = static_cast<std::size_t>(tiles.words * config_.bus_bytes());
    std::vector<std::uint8_t> extra;  // of all beats, those that lack words too
    compiler::add_tile_reads(config_, tiles.subset, {wgt_buffer_.word(first), bytes}, extra);
    compute_.bank_reads().add(std::span(extra).subspan(begin, end - begin));
  }
  if (tile_words_ < tiles.words) return;
  tile_words_ = 0;
  if (--tiles.left == 0) tiles_.pop_front();
}

void ComputePins::ask() {
  const timing::Compute::View& view = compute_.view();
  const auto ask_for = [&](std::size_t port, std::int64_t address) {
    pending_[port].asked = true;
    pending_[port].address = address;
  };
  if (view.goes) {
    if (vectors_.vector() >= 0) ask_for(0, vectors_.vector());
    if (vectors_.reads_weights()) ask_for(3, vectors_.weights());
    vectors_.step();
  }
  if (view.tile_reads) ask_for(1, weights_.take());
  if (view.param_reads) ask_for(2, parameters_.take());
}

// Consumers that take the RUN that is offered, each in its time.
void ComputePins::take_run() {
  const timing::Compute::View& view = compute_.view();
  const unsigned taken = view.offered & view.ready;
  const bool known = offered_;
  offered_ = !(run_valid_i.read() && view.run_ready) && (offered_ || taken != 0);
  if (taken == 0) return;
  const RunCommand command =
      read_run({instruction_word(run_data_i.read()), instruction_word(shape_data_i.read()),
                instruction_word(factors_data_i.read())});
  const config::Run& run = command.run;
  const bool array = view.array;
  if ((taken & timing::RunDispatch::kWalk) != 0) vectors_.begin(command);
  if ((taken & timing::RunDispatch::kTiles) != 0 && array) {
    const bool dense = config_.array.dense_bypass && command.shape.dense != 0;
    const std::int64_t tiles =
        run.blocks * command.shape.kernel_h * command.shape.kernel_w * run.groups;
    const std::int64_t words = config_.tile_words(dense, command.shape.index_bits);
    weights_.add(run.weights, tiles * words);
    if (config_.is_banked()) {
      tiles_.push_back({tiles, words, dense, compiler::subset_of(config_, command.shape)});
    }
  }
  if ((taken & timing::RunDispatch::kParams) != 0 && !view.param_job.none) {
    parameters_.add(run.parameters,
                    array ? run.blocks * config_.array.columns : run.groups * config_.array.rows);
  }
  if (!known) jobs_.push_back({command});
}

void ComputePins::compute_part() {
  Job& job = jobs_[computed_];
  if (!begun_) compute_.begin(job.command);
  begun_ = true;
  job.parts.push_back(compute_.compute_part());
  if (std::ssize(job.parts) < compute_.parts()) return;
  ++computed_;
  begun_ = false;
}

// The oldest RUN that has not read all has done so: its buffers may change now.
void ComputePins::finish_reads() {
  ++reads_;
  while (computed_ < reads_) compute_part();
}

void ComputePins::put_beat() {
  wr_en_ = 0;
  if (!compute_.view().out.beat) return;
  Job& job = jobs_.front();
  const config::Run& run = job.command.run;
  const bool array = job.command.shape.operation == 0;
  const std::int64_t beats = array ? config_.drain_beats() : config_.vector_beats();
  const std::int64_t pixels = job.command.pixels();
  const std::int64_t beat_of_pixel = job.beat % beats;
  const std::int64_t pixel = job.beat / beats % pixels;
  const std::int64_t block = job.beat / beats / pixels;  // or group
  ++job.beat;
  const auto part = static_cast<std::size_t>(array ? block : block * pixels + pixel);
  while (job.parts.size() <= part) compute_part();
  const std::int64_t beat = (array ? run.out_lane : 0) + block * beats + beat_of_pixel;
  const std::int64_t group = beat / config_.vector_beats();
  wr_addr_ = static_cast<std::uint32_t>(
      (run.output + group * job.command.shape.out_group_step + pixel) & 0xffff);
  if (group < run.out_groups) wr_en_ = std::uint64_t{1} << beat % config_.vector_beats();
  const auto lanes = to_size(config_.requantise.lanes);
  const std::int8_t* codes =
      &job.parts[part]
                [static_cast<std::size_t>(array ? pixel * beats + beat_of_pixel : beat_of_pixel) *
                 lanes];
  const auto to = wr_data_.bytes();
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<std::uint8_t>(codes[i % lanes]);
}

void ComputePins::edge() {
  take_words();
  if (table_wr_en_i.read()) {
    compute_.u_table.write(table_wr_addr_i.read(), 0, table_wr_data_i.read().bytes.data(),
                           to_size(config_.bus_bytes()));
  }
  if (codebook_port && codebook_port->en.read()) {
    const auto codeword = codebook_port->data.read().bytes();
    compute_.u_core.codebook_ram.write(codebook_port->addr.read(), 0, codeword.data(),
                                       codeword.size());
  }
  if (compute_.cycle().run_read()) finish_reads();
  put_beat();
  if (compute_.view().out.finish) {
    jobs_.pop_front();
    --reads_;
    --computed_;
  }
  ask();
  take_run();
  compute_.edge(run_valid_i.read(), shape_.shape, run_.run);
}

void ComputePins::put_outputs() {
  const timing::Compute::View& view = compute_.view();
  run_ready_o.put(view.run_ready);
  act.en.put(view.goes && vectors_.vector() >= 0);
  act.addr.put(static_cast<std::uint32_t>(vectors_.vector() & 0xffff));
  window.en.put(view.goes && vectors_.reads_weights());
  window.addr.put(static_cast<std::uint32_t>(vectors_.weights() & 0xffff));
  wgt.en.put(view.tile_reads);
  wgt.addr.put(static_cast<std::uint32_t>(weights_.peek()));
  param.en.put(view.param_reads);
  param.addr.put(static_cast<std::uint32_t>(parameters_.peek()));
  out_wr_en_o.put(wr_en_);
  out_wr_addr_o.put(wr_addr_);
  out_wr_data_o.put(wr_data_);
  run_read_o.put(compute_.cycle().run_read());
  run_done_o.put(compute_.cycle().run_done());
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i].put((view.events & event_bit(kEventPorts[i].second)) != 0);
  }
}

void ComputePins::react() {
  if (!rst_n.read()) {
    reset();
  } else if (clk.posedge()) {
    edge();
  }
  look();
  put_outputs();
}

}  // namespace vqrom::sim
