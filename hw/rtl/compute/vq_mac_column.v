// SPDX-License-Identifier: Apache-2.0
// vq_mac_column — one output channel's dot product over ROWS input channels, each cycle.
//
//   act[0] * weight[0] ─┐
//   act[1] * weight[1] ─┼─▶ [product register] ─▶ sum ─▶ register ─▶ sum_o
//   ...                 ┘     if PRODUCT_REG
//
// Latency     1 cycle, 2 with PRODUCT_REG; one dot product a cycle; never stalls.
// Packing     row r at act_i[r*ACT_W +: ACT_W] and weights_i[r*WGT_W +: WGT_W], both signed.
// Parameters  ROWS >= 1; SUM_W >= ACT_W + WGT_W + ceil(log2 ROWS), so that no sum overflows.

`default_nettype none

module vq_mac_column #(
    parameter ROWS        = 16,
    parameter ACT_W       = 8,
    parameter WGT_W       = 8,
    parameter SUM_W       = 20,
    parameter PRODUCT_REG = 0
) (
    input  wire                    clk,
    input  wire [ROWS*ACT_W-1:0]   act_i,
    input  wire [ROWS*WGT_W-1:0]   weights_i,
    output wire signed [SUM_W-1:0] sum_o
);

  localparam PRODUCT_W = ACT_W + WGT_W;

  generate
    if (SUM_W < PRODUCT_W || ((64'd1 << (SUM_W - PRODUCT_W)) < ROWS)) begin : g_illegal
      ERROR_vq_mac_column_SUM_W_is_too_narrow u_error ();
    end
  endgenerate

  reg signed  [SUM_W-1:0]          sum_q;
  wire        [ROWS*PRODUCT_W-1:0] product;
  wire        [ROWS*PRODUCT_W-1:0] staged;

  assign sum_o = sum_q;

  genvar r;
  generate
    for (r = 0; r < ROWS; r = r + 1) begin : g_row
      wire signed [ACT_W-1:0]     act    = act_i[r*ACT_W +: ACT_W];
      wire signed [WGT_W-1:0]     weight = weights_i[r*WGT_W +: WGT_W];
      wire signed [PRODUCT_W-1:0] scaled = act * weight;
      assign product[r*PRODUCT_W +: PRODUCT_W] = scaled;
    end
    if (PRODUCT_REG != 0) begin : g_product_register
      reg [ROWS*PRODUCT_W-1:0] product_q;
      always @(posedge clk) product_q <= product;
      assign staged = product_q;
    end else begin : g_no_product_register
      assign staged = product;
    end
  endgenerate

  integer i;
  reg signed [SUM_W-1:0] sum;
  always @* begin
    sum = {SUM_W{1'b0}};
    for (i = 0; i < ROWS; i = i + 1) begin
      sum = sum + {{(SUM_W - PRODUCT_W) {staged[i*PRODUCT_W+PRODUCT_W-1]}},
                   staged[i*PRODUCT_W +: PRODUCT_W]};
    end
  end

  always @(posedge clk) sum_q <= sum;

endmodule

`default_nettype wire
