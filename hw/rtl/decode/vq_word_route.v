// SPDX-License-Identifier: Apache-2.0
// vq_word_route — sends each tile's bus words to the index unpacker or to the dense unpacker.
//
// The mode stream holds one bit a tile: 1 for int8 weights, 0 for codebook indices. A tile has a
// fixed number of words in either mode; its mode is taken with its last word.
//
// Latency     0 cycles, combinational between the streams.
// Handshake   valid/ready on every stream.
// Parameters  INDEX_WORDS, DENSE_WORDS >= 1; COUNT_W bits count to the larger one less 1, at least 1.

`default_nettype none

module vq_word_route #(
    parameter INDEX_WORDS = 2,
    parameter DENSE_WORDS = 8,
    parameter COUNT_W     = 3
) (
    input  wire clk,
    input  wire rst_n,
    // Modes, one a tile
    input  wire mode_valid_i,
    output wire mode_ready_o,
    input  wire mode_dense_i,
    // Bus words
    input  wire valid_i,
    output wire ready_o,
    output wire index_valid_o,
    input  wire index_ready_i,
    output wire dense_valid_o,
    input  wire dense_ready_i
);

  generate
    if ((1 << COUNT_W) < INDEX_WORDS || (1 << COUNT_W) < DENSE_WORDS) begin : g_illegal
      ERROR_vq_word_route_COUNT_W_is_too_narrow u_error ();
    end
  endgenerate

  localparam LAST_INDEX = INDEX_WORDS - 1;
  localparam LAST_DENSE = DENSE_WORDS - 1;

  reg [COUNT_W-1:0] word_q;

  wire last = word_q == (mode_dense_i ? LAST_DENSE[COUNT_W-1:0] : LAST_INDEX[COUNT_W-1:0]);
  wire take = valid_i && ready_o;

  assign index_valid_o = valid_i && mode_valid_i && !mode_dense_i;
  assign dense_valid_o = valid_i && mode_valid_i && mode_dense_i;
  assign ready_o       = mode_valid_i && (mode_dense_i ? dense_ready_i : index_ready_i);
  assign mode_ready_o  = take && last;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) word_q <= {COUNT_W{1'b0}};
    else if (take) word_q <= last ? {COUNT_W{1'b0}} : word_q + 1'b1;
  end

endmodule

`default_nettype wire
