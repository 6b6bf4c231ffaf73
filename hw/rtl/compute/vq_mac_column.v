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
    output reg  signed [SUM_W-1:0] sum_o
);

  localparam PRODUCT_W = ACT_W + WGT_W;

  generate
    if (SUM_W < PRODUCT_W || (1 << (SUM_W - PRODUCT_W)) < ROWS) begin : g_illegal
      ERROR_vq_mac_column_SUM_W_is_too_narrow u_error ();
    end
  endgenerate

  // One process with loops, signs extended by the language and the output port itself the register:
  // Verilated at 16x16, four times as fast as with extensions written out (docs/rtl/speed.md).
  // verilator lint_off WIDTH
  reg signed [SUM_W-1:0] sum;
  reg signed [ACT_W-1:0] act;
  reg signed [WGT_W-1:0] weight;
  integer                r;

  always @(posedge clk) sum_o <= sum;

  generate
    if (PRODUCT_REG == 0) begin : g_direct
      always @* begin
        sum = {SUM_W{1'b0}};
        for (r = 0; r < ROWS; r = r + 1) begin
          act    = act_i[r*ACT_W +: ACT_W];
          weight = weights_i[r*WGT_W +: WGT_W];
          sum    = sum + act * weight;
        end
      end
    end else begin : g_staged
      reg        [ROWS*PRODUCT_W-1:0] products;
      reg        [ROWS*PRODUCT_W-1:0] products_q;
      reg signed [PRODUCT_W-1:0]      product;
      integer                         s;

      always @* begin
        for (r = 0; r < ROWS; r = r + 1) begin
          act    = act_i[r*ACT_W +: ACT_W];
          weight = weights_i[r*WGT_W +: WGT_W];
          products[r*PRODUCT_W +: PRODUCT_W] = act * weight;
        end
      end

      always @(posedge clk) products_q <= products;

      always @* begin
        sum = {SUM_W{1'b0}};
        for (s = 0; s < ROWS; s = s + 1) begin
          product = products_q[s*PRODUCT_W +: PRODUCT_W];
          sum     = sum + product;
        end
      end
    end
  endgenerate
  // verilator lint_on WIDTH

endmodule

`default_nettype wire
