// SPDX-License-Identifier: Apache-2.0
// vq_requantise_lanes — LANES requantisation units that move together.
//
// Latency     4 cycles while the output is taken; one beat a cycle.
// Handshake   valid/ready; the whole pipeline holds while a beat waits at the output, so ready_o
//             depends combinationally on ready_i.
// Packing     lane l at acc_i[l*32 +: 32], multiplier_i[l*31 +: 31], shift_i[l*6 +: 6] and
//             data_o[l*8 +: 8]; zero_point_i, low_i and high_i belong to the beat.
// Parameters  LANES >= 1.

`default_nettype none

module vq_requantise_lanes #(
    parameter LANES = 4
) (
    input  wire                clk,
    input  wire                rst_n,
    input  wire                valid_i,
    output wire                ready_o,
    input  wire [LANES*32-1:0] acc_i,
    input  wire [LANES*31-1:0] multiplier_i,
    input  wire [LANES*6-1:0]  shift_i,
    input  wire [7:0]          zero_point_i,
    input  wire [7:0]          low_i,
    input  wire [7:0]          high_i,
    output wire                valid_o,
    input  wire                ready_i,
    output wire [LANES*8-1:0]  data_o
);

  reg  [4:1]  valid_q;
  reg  [23:0] bounds1_q;
  reg  [23:0] bounds2_q;
  reg  [23:0] bounds3_q;
  wire        en = !valid_q[4] || ready_i;

  assign ready_o = en;
  assign valid_o = valid_q[4];

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) valid_q <= 4'b0000;
    else if (en) valid_q <= {valid_q[3:1], valid_i};
  end

  always @(posedge clk) begin
    if (en) begin
      bounds1_q <= {zero_point_i, low_i, high_i};
      bounds2_q <= bounds1_q;
      bounds3_q <= bounds2_q;
    end
  end

  genvar l;
  generate
    for (l = 0; l < LANES; l = l + 1) begin : g_lane
      vq_requantise u_requantise (
          .clk         (clk),
          .en_i        (en),
          .acc_i       (acc_i[l*32 +: 32]),
          .multiplier_i(multiplier_i[l*31 +: 31]),
          .shift_i     (shift_i[l*6 +: 6]),
          .zero_point_i(bounds3_q[23:16]),
          .low_i       (bounds3_q[15:8]),
          .high_i      (bounds3_q[7:0]),
          .code_o      (data_o[l*8 +: 8])
      );
    end
  endgenerate

endmodule

`default_nettype wire
