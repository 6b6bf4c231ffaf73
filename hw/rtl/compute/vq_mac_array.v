// SPDX-License-Identifier: Apache-2.0
// vq_mac_array — ROWS x COLUMNS multipliers: activations broadcast to all columns, weights held.
//
//                 weights of column 0   weights of column 1
//                          │                     │
//   act_i ─▶ [act register] ─▶ vq_mac_column ─▶ vq_mac_column ─▶ ...
//                               │ sum 0          │ sum 1
//
// Latency     from act_i to its sums 2 cycles, 3 with PRODUCT_REG; weights are read one cycle after
//             act_i is captured. One vector a cycle; never stalls.
// Packing     row r at act_i[r*ACT_W +: ACT_W]; the weight of column c, row r at
//             weights_i[(c*ROWS + r)*WGT_W +: WGT_W]; column c at sums_o[c*SUM_W +: SUM_W].
// Parameters  as vq_mac_column; COLUMNS >= 1.

`default_nettype none

module vq_mac_array #(
    parameter ROWS        = 16,
    parameter COLUMNS     = 16,
    parameter ACT_W       = 8,
    parameter WGT_W       = 8,
    parameter SUM_W       = 20,
    parameter PRODUCT_REG = 0
) (
    input  wire                          clk,
    input  wire                          act_en_i,
    input  wire [ROWS*ACT_W-1:0]         act_i,
    input  wire [COLUMNS*ROWS*WGT_W-1:0] weights_i,
    output wire [COLUMNS*SUM_W-1:0]      sums_o
);

  reg [ROWS*ACT_W-1:0] act_q;

  always @(posedge clk) begin
    if (act_en_i) act_q <= act_i;
  end

  genvar c;
  generate
    for (c = 0; c < COLUMNS; c = c + 1) begin : g_column
      vq_mac_column #(
          .ROWS       (ROWS),
          .ACT_W      (ACT_W),
          .WGT_W      (WGT_W),
          .SUM_W      (SUM_W),
          .PRODUCT_REG(PRODUCT_REG)
      ) u_column (
          .clk      (clk),
          .act_i    (act_q),
          .weights_i(weights_i[c*ROWS*WGT_W +: ROWS*WGT_W]),
          .sum_o    (sums_o[c*SUM_W +: SUM_W])
      );
    end
  endgenerate

endmodule

`default_nettype wire
