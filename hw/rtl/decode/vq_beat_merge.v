// SPDX-License-Identifier: Apache-2.0
// vq_beat_merge — joins the beats of index and dense tiles into one stream, in tile order.
//
// The mode stream holds one bit a tile, as in vq_word_route; a mode is taken with its tile's last
// beat. The beats' data stay outside: the consumer picks by dense_o.
//
// Latency     0 cycles, combinational between the streams.
// Handshake   valid/ready on every stream.

`default_nettype none

module vq_beat_merge (
    // Modes, one a tile
    input  wire mode_valid_i,
    output wire mode_ready_o,
    input  wire mode_dense_i,
    // Beats of either unpacker
    input  wire index_valid_i,
    output wire index_ready_o,
    input  wire index_last_i,
    input  wire dense_valid_i,
    output wire dense_ready_o,
    input  wire dense_last_i,
    // The one stream
    output wire valid_o,
    input  wire ready_i,
    output wire dense_o
);

  assign valid_o       = mode_valid_i && (mode_dense_i ? dense_valid_i : index_valid_i);
  assign dense_o       = mode_dense_i;
  assign index_ready_o = mode_valid_i && !mode_dense_i && ready_i;
  assign dense_ready_o = mode_valid_i && mode_dense_i && ready_i;
  assign mode_ready_o  = valid_o && ready_i && (mode_dense_i ? dense_last_i : index_last_i);

endmodule

`default_nettype wire
