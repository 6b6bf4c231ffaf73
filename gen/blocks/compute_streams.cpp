// SPDX-License-Identifier: Apache-2.0
#include "gen/blocks/compute_builder.h"
#include "gen/blocks/index_widths.h"
#include "gen/leaf/field_bits.h"

namespace vqrom::blocks {
namespace {

using netlist::Bits;

}  // namespace

void ComputeBuilder::connect_fields(netlist::Instance& instance, const std::string& format,
                                    const std::vector<std::string>& names) {
  for (const std::string& name : names) instance.connect(name + "_i", field(format, name));
}

void ComputeBuilder::add_route(std::string_view name, const Stream& from, const Net& select,
                               const Stream& to0, const Stream& to1) {
  leaf("vq_route", name)
      .connect("valid_i", from.valid)
      .connect("ready_o", from.ready)
      .connect("select_i", select)
      .connect("valid0_o", to0.valid)
      .connect("ready0_i", to0.ready)
      .connect("valid1_o", to1.valid)
      .connect("ready1_i", to1.ready);
}

void ComputeBuilder::add_dispatch() {
  m_.section({"Dispatch: each RUN goes to all who have a part in it."});
  walk_ = stream("walk");
  tiles_ = stream("tiles");
  params_ = stream("params");
  place_ = stream("place");
  bounds_ = stream("bounds");
  array_ = m_.wire("array", 1, "the RUN is the array's");
  add_ = m_.wire("add", 1, "the RUN is an add");
  params_none_ = m_.wire("params_none", 1);
  params_blocks_ = m_.wire("params_blocks", leaf::kCountBits, "blocks or groups, less 1");
  params_words_ = m_.wire("params_words", leaf::kAddressBits);
  out_none_ = m_.wire("out_none", 1);
  netlist::Instance& dispatch = leaf("vq_run_dispatch", "u_dispatch")
                                    .parameter("ROWS", rows_)
                                    .parameter("COLUMNS", columns_)
                                    .connect("valid_i", run_valid_)
                                    .connect("ready_o", run_ready_);
  connect_fields(dispatch, "SHAPE", {"operation"});
  connect_fields(dispatch, "RUN", {"first", "last", "groups", "blocks"});
  dispatch.connect("walk_valid_o", walk_.valid)
      .connect("walk_ready_i", walk_.ready)
      .connect("tiles_valid_o", tiles_.valid)
      .connect("tiles_ready_i", tiles_.ready)
      .connect("params_valid_o", params_.valid)
      .connect("params_ready_i", params_.ready)
      .connect("out_valid_o", place_.valid)
      .connect("out_ready_i", place_.ready)
      .connect("config_valid_o", bounds_.valid)
      .connect("config_ready_i", bounds_.ready)
      .connect("array_o", array_)
      .connect("add_o", add_)
      .connect("params_none_o", params_none_)
      .connect("params_blocks_o", params_blocks_)
      .connect("params_words_o", params_words_)
      .connect("out_none_o", out_none_);
}

void ComputeBuilder::add_walker() {
  m_.section({"Activations: one vector a cycle, for the array or for the vector unit."});
  const Stream walked = stream("walked");
  const Net to_vector = m_.wire("walked_to_vector", 1);
  act_data_ = m_.wire("act_data", rows_ * leaf::kCodeBits);
  vector_operation_ = m_.wire("vector_operation", 2);
  vector_unit_ = m_.wire("vector_unit", 1);
  vector_first_ = m_.wire("vector_first", 1);
  vector_last_ = m_.wire("vector_last", 1);
  vector_group_last_ = m_.wire("vector_group_last", 1);
  vector_run_last_ = m_.wire("vector_run_last", 1);
  acts_done_ = m_.wire("acts_done", 1);
  core_act_ = stream("core_act");
  vector_act_ = stream("vector_act");
  netlist::Instance& walker = leaf("vq_window_walker", "u_window_walker")
                                  .parameter("ROWS", rows_)
                                  .connect("run_valid_i", walk_.valid)
                                  .connect("run_ready_o", walk_.ready);
  connect_fields(walker, "SHAPE",
                 {"operation", "unit_weights", "kernel_h", "kernel_w", "stride_y", "stride_x",
                  "dilation_y", "dilation_x", "group_step", "out_y_step", "out_x_step",
                  "kernel_y_step", "kernel_x_step", "pad_code"});
  connect_fields(walker, "RUN",
                 {"act_start", "start_y", "start_x", "in_h", "in_w", "out_h", "out_w", "groups",
                  "blocks", "weights", "first_row", "last_row"});
  walker.connect("act_rd_en_o", act_.en)
      .connect("act_rd_addr_o", act_.address)
      .connect("act_rd_data_i", act_.data)
      .connect("window_rd_en_o", window_.en)
      .connect("window_rd_addr_o", window_.address)
      .connect("valid_o", walked.valid)
      .connect("ready_i", walked.ready)
      .connect("act_data_o", act_data_)
      .connect("vector_o", to_vector)
      .connect("operation_o", vector_operation_)
      .connect("unit_o", vector_unit_)
      .connect("first_o", vector_first_)
      .connect("last_o", vector_last_)
      .connect("group_last_o", vector_group_last_)
      .connect("run_last_o", vector_run_last_)
      .connect("done_o", acts_done_);
  m_.assign(act_read_, {act_.en});
  add_route("u_act_route", walked, to_vector, core_act_, vector_act_);
}

void ComputeBuilder::add_weights() {
  m_.section({"Tiles: a command for the core, and its words for the reader."});
  tile_ = stream("tile");
  tile_stop_ = m_.wire("tile_stop", pixel_bits_);
  tile_first_ = m_.wire("tile_first", 1);
  tile_last_ = m_.wire("tile_last", 1);
  tile_dense_ =
      config_.array.dense_bypass ? m_.wire("tile_dense", 1) : m_.unused("unused_tile_dense", 1);
  tile_bounds_ = m_.wire("tile_bounds", leaf::kBoundsBits, "high, low, zero point");
  const Net bounds = m_.wire("shape_bounds", leaf::kBoundsBits);
  const Net dense = m_.wire("shape_dense", 1);
  m_.assign(bounds, {field("SHAPE", "high"), field("SHAPE", "low"), field("SHAPE", "zero_point")});
  if (config_.array.dense_bypass) {
    m_.assign(dense, {field("SHAPE", "dense")});
  } else {
    m_.assign(dense, {Bits(1, 0)}, "there are indices only");
  }
  const Stream job = stream("wgt_job");
  const Net load = m_.wire("wgt_load", 1);
  const Net address = m_.wire("wgt_address", leaf::kAddressBits);
  const Net words = m_.wire("wgt_words", leaf::kAddressBits);
  const Net none = m_.wire("wgt_none", 1);
  const Net end = m_.wire("wgt_end", 1);
  netlist::Instance& walker = leaf("vq_tile_walker", "u_tile_walker")
                                  .parameter("INDEX_WORDS", config_.index_words())
                                  .parameter("DENSE_WORDS", config_.dense_words())
                                  .parameter("ADDR_W", pixel_bits_)
                                  .connect("run_valid_i", tiles_.valid)
                                  .connect("run_ready_o", tiles_.ready)
                                  .connect("array_i", array_)
                                  .connect("dense_i", dense);
  connect_fields(walker, "SHAPE", {"kernel_h", "kernel_w"});
  connect_fields(walker, "RUN", {"first", "last", "groups", "blocks", "out_h", "out_w", "weights"});
  walker.connect("bounds_i", bounds)
      .connect("tile_valid_o", tile_.valid)
      .connect("tile_ready_i", tile_.ready)
      .connect("tile_stop_o", tile_stop_)
      .connect("tile_first_o", tile_first_)
      .connect("tile_last_o", tile_last_)
      .connect("tile_dense_o", tile_dense_)
      .connect("tile_bounds_o", tile_bounds_)
      .connect("read_valid_o", job.valid)
      .connect("read_ready_i", job.ready)
      .connect("read_load_o", load)
      .connect("read_address_o", address)
      .connect("read_words_o", words)
      .connect("read_none_o", none)
      .connect("read_end_o", end);
  wgt_words_ = stream("wgt_word");
  const Net job_words = config_.has_index_widths() ? add_index_width(job, words) : words;
  weights_done_ = m_.wire("weights_done", 1);
  const Net once = m_.wire("wgt_repeat", leaf::kCountBits);
  m_.assign(once, {Bits(leaf::kCountBits, 0)}, "a tile is one run of words");
  const Net no_tag = m_.wire("wgt_tag", 1);
  m_.assign(no_tag, {Bits(1, 0)});
  leaf("vq_stream_reader", "u_wgt_reader")
      .connect("job_valid_i", job.valid)
      .connect("job_ready_o", job.ready)
      .connect("job_load_i", load)
      .connect("job_address_i", address)
      .connect("job_words_i", job_words)
      .connect("job_repeat_i", once)
      .connect("job_none_i", none)
      .connect("job_end_i", end)
      .connect("job_tag_i", no_tag)
      .connect("rd_en_o", wgt_.en)
      .connect("rd_addr_o", wgt_.address)
      .connect("valid_o", wgt_words_.valid)
      .connect("ready_i", wgt_words_.ready)
      .connect("tag_o", m_.unused("unused_wgt_tag", 1))
      .connect("done_o", weights_done_);
}

ComputeBuilder::Net ComputeBuilder::add_index_width(const Stream& job, const Net& words) {
  const IndexWidths widths(config_);
  const Net result = m_.wire("wgt_job_words", leaf::kAddressBits);
  wgt_select_ = m_.wire("wgt_select", widths.select_bits);
  wgt_base_ = m_.wire("wgt_base", widths.base_bits);
  leaf("vq_index_width", "u_index_width")
      .parameter("BUS_W", config_.bus.data_bits)
      .parameter("INDICES", config_.tile_codewords())
      .parameter("INDEX_W", config_.index_bits())
      .parameter("BASE_W", widths.base_bits)
      .parameter("WIDTH_SET", widths.set)
      .parameter("SELECT_W", widths.select_bits)
      .connect("run_valid_i", tiles_.valid)
      .connect("run_ready_i", tiles_.ready)
      .connect("index_bits_i", field("SHAPE", "index_bits"))
      .connect("base_i", field("SHAPE", "index_base"))
      .connect("dense_i", tile_dense_)
      .connect("dense_words_i", words)
      .connect("words_o", result)
      .connect("job_valid_i", job.valid)
      .connect("job_ready_i", job.ready)
      .connect("read_i", wgt_.en)
      .connect("select_o", wgt_select_)
      .connect("base_o", wgt_base_);
  return result;
}

void ComputeBuilder::add_parameters() {
  m_.section({"Parameters: those of a RUN are one job."});
  const Stream entry = stream("entry");
  const Net to_core = m_.wire("entry_to_core", 1);
  const Net always = m_.wire("param_always", 1);
  m_.assign(always, {Bits(1, 1)}, "each RUN has a place of its own and is complete by itself");
  params_done_ = m_.wire("params_done", 1);
  core_param_ = stream("core_param");
  vector_param_ = stream("vector_param");
  leaf("vq_stream_reader", "u_param_reader")
      .connect("job_valid_i", params_.valid)
      .connect("job_ready_o", params_.ready)
      .connect("job_load_i", always)
      .connect("job_address_i", field("RUN", "parameters"))
      .connect("job_words_i", params_words_)
      .connect("job_repeat_i", params_blocks_)
      .connect("job_none_i", params_none_)
      .connect("job_end_i", always)
      .connect("job_tag_i", array_)
      .connect("rd_en_o", param_.en)
      .connect("rd_addr_o", param_.address)
      .connect("valid_o", entry.valid)
      .connect("ready_i", entry.ready)
      .connect("tag_o", to_core)
      .connect("done_o", params_done_);
  add_route("u_param_route", entry, to_core, vector_param_, core_param_);
  bias_ = param_.data.slice(0, leaf::kSumBits);
  multiplier_ = param_.data.slice(leaf::kSumBits, leaf::kMultiplierBits);
  shift_ = param_.data.slice(2 * leaf::kSumBits, leaf::kShiftBits);
}

}  // namespace vqrom::blocks
