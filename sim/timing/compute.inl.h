// SPDX-License-Identifier: Apache-2.0
// compute.inl — one cycle of vq_compute; a header so that the whole accelerator is one function.
#pragma once

#include "sim/timing/compute.h"

namespace vqrom::sim::timing {

inline void Compute::look(bool run_valid, const Shape& shape, const Run& run, View& view) const {
  view.array = shape.operation == kArray;
  const bool add = shape.operation == kAdd;

  out_.look(core_.out_valid(), vector_.sum_valid(), vector_.add_valid(), view.out);

  const bool vector_valid = walker_.valid();
  const bool to_vector = walker_.vector().for_vector_unit;
  const bool param_valid = param_reader_.valid();
  const bool param_to_core = param_reader_.tag();

  view.core_in.tile_valid = tiles_.tile_valid();
  view.core_in.wgt_valid = wgt_reader_.valid();
  view.core_in.wgt_width = wgt_reader_.width();
  view.core_in.act_valid = vector_valid && !to_vector;
  view.core_in.param_valid = param_valid && param_to_core;
  view.core_in.out_ready = view.out.core_ready;
  if (view.core_in.tile_valid) view.core_in.tile = tiles_.tile();
  core_.look(view.core_in, view.core);

  view.offered = dispatch_.valid(run_valid, view.array);
  view.vector_in.config_valid = (view.offered & RunDispatch::kConfig) != 0;
  view.vector_in.config_add = add;
  view.vector_in.vector_valid = vector_valid && to_vector;
  view.vector_in.param_valid = param_valid && !param_to_core;
  view.vector_in.sum_ready = view.out.sum_ready;
  view.vector_in.add_ready = view.out.add_ready;
  if (view.vector_in.vector_valid) view.vector_in.vector = walker_.vector();
  vector_.look(view.vector_in, view.vector);

  view.walked = to_vector ? view.vector.vector_ready : view.core.control.ready;
  view.goes = walker_.goes(view.walked);
  view.pad = walker_.pad();

  view.tile_reads = wgt_reader_.reads(view.core.wgt_ready);
  const ReadJob tile_job = tiles_.job();
  const bool tile_job_ready = wgt_reader_.ready(view.tile_reads, tile_job.none);
  view.tile_job = tiles_.read_valid() && tile_job_ready;
  tiles_.look(view.core.tile_ready, tile_job_ready, view.tiles);

  view.param_ready = param_to_core ? view.core.param_ready : view.vector.param_ready;
  view.param_reads = param_reader_.reads(view.param_ready);
  if (run_valid) {
    const std::uint16_t parts = view.array ? run.blocks : run.groups;
    const std::uint16_t less_one = (parts - 1U) & kCount12;
    view.param_job = {static_cast<std::uint16_t>(view.array ? last_column_ : last_row_), less_one,
                      add || (view.array && !run.first), true, view.array};
  }

  view.ready =
      (walker_.ready(view.goes) ? RunDispatch::kWalk : 0U) |
      (view.tiles.ready ? RunDispatch::kTiles : 0U) |
      (param_reader_.ready(view.param_reads, view.param_job.none) ? RunDispatch::kParams : 0U) |
      (places_.ready() ? RunDispatch::kOut : 0U) |
      (view.vector.config_ready ? RunDispatch::kConfig : 0U);
  view.run_ready = dispatch_.ready(view.ready, view.array);

  const auto bit = [](Event event, bool on) { return on ? event_bit(event) : 0U; };
  view.events =
      bit(Event::kIssue, view.core.control.issue) |
      bit(Event::kWaitWeights, view.core.control.wait_weights) |
      bit(Event::kWaitParams, view.core.control.wait_params) |
      bit(Event::kWaitSums, view.core.control.wait_sums) |
      bit(Event::kWaitActs, view.core.control.wait_acts) | bit(Event::kDecode, view.core.decode) |
      bit(Event::kDecodeConflict, view.core.conflict) |
      bit(Event::kVectorReads, view.vector_in.vector_valid && view.vector.vector_ready) |
      bit(Event::kOutWrites, out_.writes()) | bit(Event::kActReads, view.goes && !view.pad) |
      bit(Event::kComputeBusy, run_valid || order_.busy());
}

inline void Compute::edge(bool run_valid, const Shape& shape, const Run& run, const View& view) {
  const unsigned taken = view.offered & view.ready;
  const bool acts_done = view.goes && walker_.run_end();
  walker_.edge(view.goes, view.walked, (taken & RunDispatch::kWalk) != 0, shape, run);

  const ReadJob tile_job = tiles_.job();
  const bool weights_done = wgt_reader_.done(view.tile_reads, view.tile_job, tile_job);
  wgt_reader_.edge(view.tile_reads, view.tile_job, tile_job, view.core.wgt_ready);
  tiles_.edge(view.tiles, (taken & RunDispatch::kTiles) != 0, shape, run);

  const bool params_taken = (taken & RunDispatch::kParams) != 0;
  const bool params_done = param_reader_.done(view.param_reads, params_taken, view.param_job);
  param_reader_.edge(view.param_reads, params_taken, view.param_job, view.param_ready);

  core_.edge(view.core_in, view.core);
  vector_.edge(view.vector_in, view.vector);

  const bool place = places_.valid() && view.out.ready;
  const bool run_done = out_.done();
  out_.edge(view.out, place, places_.front(), order_.read());
  if ((taken & RunDispatch::kOut) != 0) {
    const Placing placing{view.array,
                          shape.operation == kAdd,
                          view.array && !run.last,
                          view.param_job.repeat,
                          run.out_h,
                          run.out_w,
                          run.out_lane,
                          run.out_groups};
    places_.edge(true, placing, place);
  } else if (place) {
    places_.edge(false, {}, true);
  }

  dispatch_.edge(run_valid, view.array, view.ready);
  order_.edge(run_valid && view.run_ready, acts_done, weights_done, params_done, run_done);
}

}  // namespace vqrom::sim::timing
