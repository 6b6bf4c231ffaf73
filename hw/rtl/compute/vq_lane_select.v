// SPDX-License-Identifier: Apache-2.0
// vq_lane_select — picks LANES neighbouring columns' sums, beat 0 the lowest columns.
//
// Latency     0 cycles, combinational.
// Packing     column c at sums_i[c*32 +: 32]; lane l at lanes_o[l*32 +: 32].
// Parameters  LANES divides COLUMNS; BEAT_W = ceil(log2(COLUMNS/LANES)), at least 1.

`default_nettype none

module vq_lane_select #(
    parameter COLUMNS = 16,
    parameter LANES   = 4,
    parameter BEAT_W  = 2
) (
    input  wire [COLUMNS*32-1:0] sums_i,
    input  wire [BEAT_W-1:0]     beat_i,
    output wire [LANES*32-1:0]   lanes_o
);

  generate
    if (COLUMNS % LANES != 0) begin : g_illegal
      ERROR_vq_lane_select_LANES_must_divide_COLUMNS u_error ();
    end
  endgenerate

  assign lanes_o = sums_i[beat_i*LANES*32 +: LANES*32];

endmodule

`default_nettype wire
