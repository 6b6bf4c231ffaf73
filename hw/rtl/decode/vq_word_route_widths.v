// SPDX-License-Identifier: Apache-2.0
// vq_word_route_widths — as vq_word_route where each tile of indices chooses their width.
//
// The mode stream holds one bit a tile: 1 for int8 weights, 0 for codebook indices. The words of a
// tile say its width; how many there are follows from it. The mode is taken with the last one.
//
// Latency     0 cycles, combinational between the streams.
// Handshake   valid/ready on every stream.
// Legal       select_i as in vq_unpack_widths, the same for all words of a tile.
// Parameters  IN_W bits of a word; INDICES of a tile; WIDTH_SET and SELECT_W as in vq_unpack_widths,
//             INDEX_W its highest bit; DENSE_WORDS >= 1; COUNT_W bits count to the words of either
//             kind of tile less 1, at least 1.

`default_nettype none

module vq_word_route_widths #(
    parameter IN_W        = 64,
    parameter INDICES     = 32,
    parameter INDEX_W     = 8,
    parameter WIDTH_SET   = 'h150,
    parameter SELECT_W    = 2,
    parameter DENSE_WORDS = 8,
    parameter COUNT_W     = 3
) (
    input  wire                clk,
    input  wire                rst_n,
    // Modes, one a tile
    input  wire                mode_valid_i,
    output wire                mode_ready_o,
    input  wire                mode_dense_i,
    // Bus words
    input  wire                valid_i,
    output wire                ready_o,
    input  wire [SELECT_W-1:0] select_i,
    output wire                index_valid_o,
    input  wire                index_ready_i,
    output wire                dense_valid_o,
    input  wire                dense_ready_i
);

  localparam WIDEST_WORDS = (INDICES * INDEX_W + IN_W - 1) / IN_W;
  localparam LAST_DENSE   = DENSE_WORDS - 1;

  function integer ones_of(input integer set);
    integer i;
    begin
      ones_of = 0;
      for (i = 0; i < 32; i = i + 1) ones_of = ones_of + ((set >> i) & 1);
    end
  endfunction

  localparam WIDTHS = ones_of(WIDTH_SET);

  generate
    if (WIDTH_SET >> INDEX_W != 1) begin : g_illegal_set
      ERROR_vq_word_route_widths_INDEX_W_must_be_the_highest_of_WIDTH_SET u_error ();
    end
    if ((1 << SELECT_W) < WIDTHS) begin : g_illegal_select
      ERROR_vq_word_route_widths_SELECT_W_is_too_narrow u_error ();
    end
    if ((1 << COUNT_W) < WIDEST_WORDS || (1 << COUNT_W) < DENSE_WORDS) begin : g_illegal
      ERROR_vq_word_route_widths_COUNT_W_is_too_narrow u_error ();
    end
  endgenerate

  reg [COUNT_W-1:0] word_q;

  // The last word of a tile of indices of the selected width.
  reg [COUNT_W-1:0] last_index;
  integer           w;
  integer           place;

  always @* begin
    last_index = {COUNT_W{1'b0}};
    place      = 0;
    for (w = INDEX_W; w >= 1; w = w - 1) begin
      if (((WIDTH_SET >> w) & 1) != 0) begin
        // verilator lint_off WIDTH
        if (select_i == place[SELECT_W-1:0]) last_index = (INDICES * w - 1) / IN_W;  // fits
        // verilator lint_on WIDTH
        place = place + 1;
      end
    end
  end

  wire last = word_q == (mode_dense_i ? LAST_DENSE[COUNT_W-1:0] : last_index);
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
