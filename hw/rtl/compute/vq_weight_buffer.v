// SPDX-License-Identifier: Apache-2.0
// vq_weight_buffer — double-buffered weight registers: one tile at work, the next one filling.
//
// Beats fill the shadow tile, beat b at [b*BEAT_W +: BEAT_W]. A full shadow tile moves to the
// active one as soon as that is empty or is released in the same cycle, so a tile that arrived in
// time follows its predecessor without a gap.
//
// Latency     1 cycle from the last beat to a full shadow tile, 1 more to the active one.
// Handshake   beats valid/ready; ready_o depends combinationally on release_i.
//             next_valid_o: an active tile will be there in the next cycle.
//             release_i: the active tile is used for the last time in this cycle.
// Parameters  BEATS >= 1; COUNT_W = ceil(log2 BEATS), at least 1.

`default_nettype none

module vq_weight_buffer #(
    parameter BEATS   = 16,
    parameter BEAT_W  = 32,
    parameter COUNT_W = 4
) (
    input  wire                    clk,
    input  wire                    rst_n,
    input  wire                    valid_i,
    output wire                    ready_o,
    input  wire [BEAT_W-1:0]       data_i,
    output wire                    next_valid_o,
    input  wire                    release_i,
    output wire [BEATS*BEAT_W-1:0] weights_o
);

  generate
    if (BEATS < 1 || (1 << COUNT_W) < BEATS) begin : g_illegal
      ERROR_vq_weight_buffer_COUNT_W_is_too_narrow_for_BEATS u_error ();
    end
  endgenerate

  localparam LAST = BEATS - 1;

  reg [BEAT_W-1:0]       shadow_q [0:BEATS-1];
  reg [BEATS*BEAT_W-1:0] active_q;
  reg [COUNT_W-1:0]      beat_q;
  reg                    shadow_full_q;
  reg                    active_full_q;

  wire put  = valid_i && ready_o;
  wire last = beat_q == LAST[COUNT_W-1:0];
  wire move = shadow_full_q && (!active_full_q || release_i);

  assign ready_o      = !shadow_full_q || move;
  assign next_valid_o = shadow_full_q || (active_full_q && !release_i);
  assign weights_o    = active_q;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      beat_q        <= {COUNT_W{1'b0}};
      shadow_full_q <= 1'b0;
      active_full_q <= 1'b0;
    end else begin
      if (put) beat_q <= last ? {COUNT_W{1'b0}} : beat_q + 1'b1;
      shadow_full_q <= (put && last) || (shadow_full_q && !move);
      active_full_q <= next_valid_o;
    end
  end

  always @(posedge clk) begin
    if (put) shadow_q[beat_q] <= data_i;
  end

  genvar b;
  generate
    for (b = 0; b < BEATS; b = b + 1) begin : g_beat
      always @(posedge clk) begin
        if (move) active_q[b*BEAT_W +: BEAT_W] <= shadow_q[b];
      end
    end
  endgenerate

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  always @(posedge clk) begin
    if (past_q && rst_n) begin
      if (release_i) assume (active_full_q);                        // vq_tile_control's promise
      if ($past(rst_n) && $past(next_valid_o)) assert (active_full_q);
      if (active_full_q && !release_i) assert (!move);              // a tile at work stays
      if ($past(rst_n) && $past(!move)) assert ($stable(active_q));
      if (shadow_full_q) assert (beat_q == {COUNT_W{1'b0}});
    end
  end
`endif

endmodule

`default_nettype wire
