// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "gen/blocks/core_builder.h"
#include "gen/blocks/dma_builder.h"
#include "gen/blocks/modules.h"
#include "gen/leaf/field_bits.h"
#include "gen/leaf/leaves.h"
#include "sw/base/error.h"

namespace vqrom::blocks {

using netlist::Bits;
using netlist::Slice;

namespace {

constexpr int kPageShift = 12;  // AXI4: no burst crosses 4 KiB
constexpr int kIncrement = 1;   // AxBURST
constexpr int kTargets = static_cast<int>(config::kTargets);
constexpr int kLoadQueue = 4;   // LOADs whose words are still to come
constexpr int kStoreQueue = 2;  // STOREs that are still to be read

}  // namespace

void DmaBuilder::build() {
  write_header();
  declare_parameters();
  declare_ports();
  add_answers();
  add_loads();
  add_reads();
  add_stores();
  add_constants();
}

void DmaBuilder::add_answers() {
  m_.section({"Answers: to instructions, LOADs and STOREs."});
  load_word_ = m_.wire("load_word", 1, "a word of a LOAD is at mem_rdata_i");
  read_done_ = m_.wire("read_done", 1);
  store_last_ = m_.wire("store_last", 1, "the oldest write burst is its STORE's last");
  leaf("vq_answer_sort", "u_answer_sort")
      .connect("rvalid_i", r_valid_)
      .connect("rid_i", r_id_)
      .connect("rlast_i", r_last_)
      .connect("rresp_i", r_resp_)
      .connect("bvalid_i", b_valid_)
      .connect("bresp_i", b_resp_)
      .connect("store_last_i", store_last_)
      .connect("fetch_valid_o", fetch_r_valid_)
      .connect("load_valid_o", load_word_)
      .connect("read_done_o", read_done_)
      .connect("store_done_o", store_done_)
      .connect("error_o", error_);
  m_.assign(fetch_r_data_, {r_data_});
  m_.assign(fetch_event_, {fetch_r_valid_});
}

DmaBuilder::Rows DmaBuilder::take_rows(InstructionPort& port, const std::string& name) {
  Rows rows{.address = port.take("address", word_shift_, word_addr_bits_),
            .row_words = port.take("row_words", 0, words_bits_),
            .rows = port.take("rows", 0, rows_bits_),
            .buffer = port.take("buffer", 0, buffer_addr_bits_),
            .buffer_stride = port.take("buffer_stride", 0, buffer_addr_bits_),
            .stride = {}};
  // A stride has fewer bits than an address of more than 4 GiB.
  const int stride_bits = config::instruction_field("LOAD", "row_stride").width;
  const int extension = std::max(0, config_.bus.address_bits - stride_bits);
  const Slice low = port.take("row_stride", word_shift_, word_addr_bits_ - extension);
  rows.stride = m_.wire(name + "_stride", word_addr_bits_, "words from a row to the next");
  std::vector<netlist::Part> parts = {low};
  if (extension > 0) parts.insert(parts.begin(), Bits(extension, 0));
  m_.assign(rows.stride, std::move(parts));
  return rows;
}

DmaBuilder::Stream DmaBuilder::add_queue(const std::string& name, const Stream& input, int depth,
                                         const Net& command, const Net& queued, Stream& walker) {
  const Net valid = m_.wire(name + "_fork_valid", 2);
  const Net ready = m_.wire(name + "_fork_ready", 2);
  Stream output = stream(name + "_cmd");
  leaf("vq_fork", "u_" + name + "_fork")
      .parameter("N", 2)
      .connect("valid_i", input.valid)
      .connect("ready_o", input.ready)
      .connect("valid_o", valid)
      .connect("ready_i", ready);
  walker = stream(name + "_walk");
  m_.assign(walker.valid, {valid.bit(0)});
  m_.assign(ready.bit(0), {walker.ready});
  leaf("vq_fifo", "u_" + name + "_queue")
      .parameter("WIDTH", command.width())
      .parameter("DEPTH", depth)
      .parameter("PTR_W", count_bits(depth))
      .connect("valid_i", valid.bit(1))
      .connect("ready_o", ready.bit(1))
      .connect("data_i", command)
      .connect("valid_o", output.valid)
      .connect("ready_i", output.ready)
      .connect("data_o", queued);
  return output;
}

DmaBuilder::Bursts DmaBuilder::add_walker(const std::string& name, const Stream& commands,
                                          const Rows& rows) {
  Bursts bursts{stream(name + "_burst"),
                m_.wire(name + "_burst_addr", word_addr_bits_),
                m_.wire(name + "_burst_len", kLengthBits),
                {}};
  bursts.last = name == "load" ? m_.unused("unused_load_burst_last", 1)
                               : m_.wire(name + "_burst_last", 1, "the last of its command");
  leaf("vq_burst_walker", "u_" + name + "_walker")
      .parameter("ADDR_W", word_addr_bits_)
      .parameter("WORDS_W", words_bits_)
      .parameter("ROWS_W", rows_bits_)
      .parameter("PAGE_W", kPageShift - word_shift_)
      .parameter("BURST", burst_words_)
      .connect("valid_i", commands.valid)
      .connect("ready_o", commands.ready)
      .connect("base_i", base_.slice(word_shift_, word_addr_bits_))
      .connect("addr_i", rows.address)
      .connect("row_words_i", rows.row_words)
      .connect("rows_i", rows.rows)
      .connect("stride_i", rows.stride)
      .connect("valid_o", bursts.stream.valid)
      .connect("ready_i", bursts.stream.ready)
      .connect("addr_o", bursts.addr)
      .connect("len_o", bursts.len)
      .connect("last_o", bursts.last);
  return bursts;
}

void DmaBuilder::add_loads() {
  m_.section({"LOADs: requests go ahead of the words, which meet their LOAD in the queue."});
  InstructionPort port(m_, load_data_, "LOAD", "load");
  const Slice target = port.take("target", 0, kTargetBits);
  const Rows rows = take_rows(port, "load");
  const Expression width = kTargetBits + words_bits_ + rows_bits_ + 2 * buffer_addr_bits_;
  const Net command = m_.wire("load_command", width);
  const Net queued = m_.wire("load_queued", width);
  m_.assign(command, {target, rows.row_words, rows.rows, rows.buffer, rows.buffer_stride});
  port.drop_rest("unused_load_data");
  Stream walk;
  const Stream commands = add_queue("load", load_, kLoadQueue, command, queued, walk);
  loads_ = add_walker("load", walk, rows);

  const Net word = m_.wire("load_event", config::kTargets);
  const Net wr_en = m_.wire("wr_en", config::kTargets);
  const Net wr_addr = m_.wire("wr_addr", buffer_addr_bits_);
  const Net wr_word = m_.wire("wr_word", bus_bits_);
  const Net wr_vector = m_.wire("wr_vector", vector_bits_);
  const int widest = std::max(config_.array.rows * leaf::kCodeBits, leaf::kEntryBits);
  netlist::Instance& writer = leaf("vq_load_writer", "u_load_writer");
  add_row_parameters(writer, widest);
  connect_command(writer, commands, queued);
  const bool sram = config_.loads_codebook();
  writer.parameter("CODEWORD_WORDS", sram ? config_.codeword_words() : 1)
      .connect("target_i",
               queued.slice(words_bits_ + rows_bits_ + 2 * buffer_addr_bits_, kTargetBits))
      .connect("valid_i", load_word_)
      .connect("data_i", r_data_)
      .connect("word_o", word)
      .connect("wr_en_o", wr_en)
      .connect("wr_addr_o", wr_addr)
      .connect("wr_vector_o", wr_vector)
      .connect("wr_word_o", wr_word)
      .connect("wr_entry_o", param_.data)
      .connect("done_o", load_done_);
  const std::array<const Buffer*, config::kTargets> buffers = {&act_,    &wgt_,   &param_,
                                                               &window_, nullptr, &table_};
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    if (buffers[i] == nullptr) continue;
    m_.assign(load_events_[i], {word.bit(static_cast<int>(i))});
    m_.assign(buffers[i]->en, {wr_en.bit(static_cast<int>(i))});
    m_.assign(buffers[i]->addr, {wr_addr});
  }
  m_.assign(wgt_.data, {wr_word});
  m_.assign(table_.data, {wr_word});
  m_.assign(act_.data, {wr_vector});
  m_.assign(window_.data, {wr_vector});
  constexpr int kCodebook = static_cast<int>(config::Target::kCodebook);
  if (!sram) {
    m_.assign(m_.unused("unused_codebook", 2), {wr_en.bit(kCodebook), word.bit(kCodebook)});
    return;
  }
  m_.assign(codebook_.en, {wr_en.bit(kCodebook)});
  m_.assign(codebook_.addr, {wr_addr.slice(0, config_.index_bits())});
  m_.assign(codebook_.data, {param_.data.slice(0, config_.codeword_bits())});
  m_.assign(load_events_.at(kCodebook), {word.bit(kCodebook)});
}

void DmaBuilder::add_reads() {
  m_.section({"Requests to read: instructions before LOADs, OUTSTANDING at a time."});
  const Stream reads = stream("read");
  const Net addr = m_.wire("read_addr", word_addr_bits_);
  leaf("vq_read_arbiter", "u_read_arbiter")
      .parameter("ADDR_W", word_addr_bits_)
      .parameter("FETCH_WORDS", config::kInstructionBits / bus_bits_)
      .connect("fetch_valid_i", fetch_ar_.valid)
      .connect("fetch_ready_o", fetch_ar_.ready)
      .connect("base_i", base_.slice(word_shift_, word_addr_bits_))
      .connect("fetch_addr_i", fetch_ar_addr_.slice(word_shift_, word_addr_bits_))
      .connect("load_valid_i", loads_.stream.valid)
      .connect("load_ready_o", loads_.stream.ready)
      .connect("load_addr_i", loads_.addr)
      .connect("load_len_i", loads_.len)
      .connect("valid_o", reads.valid)
      .connect("ready_i", reads.ready)
      .connect("addr_o", addr)
      .connect("len_o", ar_.len)
      .connect("id_o", ar_.id);
  add_limit("u_read_limit", reads, ar_.stream, read_burst_, read_done_);
  m_.assign(ar_.addr, {addr, Bits(m_.value(word_shift_), 0)});
}

void DmaBuilder::add_stores() {
  m_.section({"STOREs: what was requested is written in order, OUTSTANDING bursts at a time."});
  InstructionPort port(m_, store_data_, "STORE", "store");
  const Rows rows = take_rows(port, "store");
  const Expression width = words_bits_ + rows_bits_ + 2 * buffer_addr_bits_;
  const Net command = m_.wire("store_command", width);
  const Net queued = m_.wire("store_queued", width);
  m_.assign(command, {rows.row_words, rows.rows, rows.buffer, rows.buffer_stride});
  port.drop_rest("unused_store_data");
  Stream walk;
  const Stream commands = add_queue("store", store_, kStoreQueue, command, queued, walk);
  const Bursts bursts = add_walker("store", walk, rows);
  add_limit("u_write_limit", bursts.stream, aw_.stream, write_burst_, b_valid_);
  m_.assign(aw_.addr, {bursts.addr, Bits(m_.value(word_shift_), 0)});
  m_.assign(aw_.len, {bursts.len});

  // A burst enters both queues when it is requested; the limit keeps them from being full.
  const Stream lengths = stream("len");
  const Net length = m_.wire("len", kLengthBits);
  add_burst_queue("u_len_queue", bursts.len, lengths.valid, lengths.ready, length, "len");
  add_burst_queue("u_last_queue", bursts.last, m_.unused("unused_last_valid", 1), b_valid_,
                  store_last_, "last");

  netlist::Instance& reader = leaf("vq_store_reader", "u_store_reader");
  add_row_parameters(reader, config_.array.rows * leaf::kCodeBits);
  connect_command(reader, commands, queued);
  reader.connect("read_o", store_read_)
      .connect("rd_en_o", out_rd_en_)
      .connect("rd_addr_o", out_rd_addr_)
      .connect("rd_data_i", out_rd_data_)
      .connect("len_valid_i", lengths.valid)
      .connect("len_ready_o", lengths.ready)
      .connect("len_i", length)
      .connect("valid_o", w_.valid)
      .connect("ready_i", w_.ready)
      .connect("data_o", w_data_)
      .connect("last_o", w_last_)
      .connect("taken_o", store_event_);
}

void DmaBuilder::add_limit(const char* name, const Stream& from, const Stream& to, const Net& en,
                           const Net& done) {
  leaf("vq_limit", name)
      .parameter("LIMIT", outstanding_)
      .parameter("COUNT_W", count_bits(config_.bus.outstanding + 1))
      .connect("valid_i", from.valid)
      .connect("ready_o", from.ready)
      .connect("valid_o", to.valid)
      .connect("ready_i", to.ready)
      .connect("en_o", en)
      .connect("done_i", done);
}

void DmaBuilder::add_burst_queue(const char* name, const Net& data, const Net& valid,
                                 const Net& ready, const Net& output, const std::string& word) {
  const int depth = std::max(2, config_.bus.outstanding);
  leaf("vq_fifo", name)
      .parameter("WIDTH", data.width())
      .parameter("DEPTH", depth)
      .parameter("PTR_W", count_bits(depth))
      .connect("valid_i", write_burst_)
      .connect("ready_o", m_.unused("unused_" + word + "_ready", 1))
      .connect("data_i", data)
      .connect("valid_o", valid)
      .connect("ready_i", ready)
      .connect("data_o", output);
}

void DmaBuilder::add_row_parameters(netlist::Instance& instance, int widest) {
  instance.parameter("BUS_W", bus_bits_)
      .parameter("VECTOR_W", vector_bits_)
      .parameter("PART_W", count_bits(widest / config_.bus.data_bits))
      .parameter("ADDR_W", buffer_addr_bits_)
      .parameter("WORDS_W", words_bits_)
      .parameter("ROWS_W", rows_bits_);
}

void DmaBuilder::connect_command(netlist::Instance& instance, const Stream& commands,
                                 const Net& queued) {
  instance.connect("cmd_valid_i", commands.valid)
      .connect("cmd_ready_o", commands.ready)
      .connect("row_words_i", queued.slice(rows_bits_ + 2 * buffer_addr_bits_, words_bits_))
      .connect("rows_i", queued.slice(2 * buffer_addr_bits_, rows_bits_))
      .connect("buffer_i", queued.slice(buffer_addr_bits_, buffer_addr_bits_))
      .connect("buffer_stride_i", queued.slice(0, buffer_addr_bits_));
}

void DmaBuilder::add_constants() {
  m_.section({"Bursts count up in whole words; answers are always taken."});
  const auto size = static_cast<std::uint64_t>(m_.value(word_shift_));
  const int lanes = config_.bus_bytes();
  for (const Request* request : {&ar_, &aw_}) {
    m_.assign(request->size, {Bits(3, size)});
    m_.assign(request->burst, {Bits(2, kIncrement)});
  }
  m_.assign(aw_.id, {Bits(1, 0)});
  m_.assign(w_strb_, {Bits(lanes, (std::uint64_t{1} << lanes) - 1)});
  m_.assign(r_ready_, {Bits(1, 1)});
  m_.assign(b_ready_, {Bits(1, 1)});
  m_.assign(m_.unused("unused_low", 2 * word_shift_ + 1),
            {base_.slice(0, word_shift_), fetch_ar_addr_.slice(0, word_shift_), b_id_});
}

DmaBuilder::Stream DmaBuilder::stream(const std::string& name) {
  return {m_.wire(name + "_valid", 1), m_.wire(name + "_ready", 1)};
}

netlist::Instance& DmaBuilder::leaf(std::string_view module, std::string_view name) {
  return m_.instance(leaf::find_leaf(module), name).connect("clk", clk_).connect("rst_n", rst_n_);
}

const netlist::Module& add_dma(netlist::Design& design, const config::AcceleratorConfig& config) {
  netlist::Module& module =
      design.add("vq_dma", fmt::format("the memory port: {}-bit AXI4, between memory and buffers.",
                                       config.bus.data_bits));
  DmaBuilder(module, config).build();
  return module;
}

}  // namespace vqrom::blocks
