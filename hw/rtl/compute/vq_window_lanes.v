// SPDX-License-Identifier: Apache-2.0
// vq_window_lanes — an accumulator for each of ROWS channels: sum, maximum, or two operands.
//
//   act, weight ─▶ [operands] ─▶ [accumulator] ─▶ [hold] ─▶ select LANES ─▶ + bias
//
// Latency     1 cycle for each of take_i, step_i and move_i, which vq_window_control gives; from
//             beat_i 0 cycles. Nothing moves without them.
// Packing     row r at act_i[r*8 +: 8], weight_i[r*8 +: 8] and bias_i[r*32 +: 32]; lane l of beat b
//             is row b*LANES + l, at sum_o[l*32 +: 32], a_o[l*8 +: 8] and b_o[l*8 +: 8].
// Parameters  LANES divides ROWS; BEAT_W = ceil(log2(ROWS/LANES)), at least 1.

`default_nettype none

module vq_window_lanes #(
    parameter ROWS   = 16,
    parameter LANES  = 4,
    parameter BEAT_W = 2
) (
    input  wire                clk,
    // Operands
    input  wire                take_i,
    input  wire [ROWS*8-1:0]   act_i,
    input  wire [ROWS*8-1:0]   weight_i,
    input  wire                unit_i,       // weights are 1
    // Accumulators
    input  wire                step_i,
    input  wire [1:0]          operation_i,  // 1 sum, 2 maximum, 3 operands a and b
    input  wire                first_i,
    input  wire                move_i,
    // Beats
    input  wire [BEAT_W-1:0]   beat_i,
    input  wire [ROWS*32-1:0]  bias_i,
    output wire [LANES*32-1:0] sum_o,        // sum or maximum, with bias
    output wire [LANES*8-1:0]  a_o,
    output wire [LANES*8-1:0]  b_o
);

  generate
    if (ROWS % LANES != 0) begin : g_illegal
      ERROR_vq_window_lanes_LANES_must_divide_ROWS u_error ();
    end
  endgenerate

  localparam WINDOW_SUM = 2'd1;
  localparam WINDOW_MAX = 2'd2;

  reg [ROWS*8-1:0]  act_q;
  reg [ROWS*8-1:0]  weight_q;
  reg [ROWS*32-1:0] acc_q;
  reg [ROWS*32-1:0] hold_q;
  integer           r;

  always @(posedge clk) begin
    if (take_i) begin
      act_q    <= act_i;
      weight_q <= unit_i ? {ROWS{8'd1}} : weight_i;
    end
    if (move_i) hold_q <= acc_q;
  end

  // Loops, with signs extended by the language: fast when Verilated (docs/rtl/speed.md).
  // verilator lint_off WIDTH
  always @(posedge clk) begin
    if (step_i) begin
      case (operation_i)
        WINDOW_SUM: begin
          for (r = 0; r < ROWS; r = r + 1) begin
            acc_q[r*32 +: 32] <= (first_i ? 32'sd0 : $signed(acc_q[r*32 +: 32]))
                + $signed(act_q[r*8 +: 8]) * $signed(weight_q[r*8 +: 8]);
          end
        end
        WINDOW_MAX: begin
          for (r = 0; r < ROWS; r = r + 1) begin
            if (first_i || $signed(act_q[r*8 +: 8]) > $signed(acc_q[r*32 +: 32])) begin
              acc_q[r*32 +: 32] <= $signed(act_q[r*8 +: 8]);
            end
          end
        end
        default: begin
          for (r = 0; r < ROWS; r = r + 1) begin
            if (first_i) acc_q[r*32 +: 8] <= act_q[r*8 +: 8];
            else acc_q[r*32+8 +: 8] <= act_q[r*8 +: 8];
          end
        end
      endcase
    end
  end
  // verilator lint_on WIDTH

  wire [LANES*32-1:0] sums   = hold_q[beat_i*LANES*32 +: LANES*32];
  wire [LANES*32-1:0] biases = bias_i[beat_i*LANES*32 +: LANES*32];

  genvar l;
  generate
    for (l = 0; l < LANES; l = l + 1) begin : g_lane
      assign sum_o[l*32 +: 32] = sums[l*32 +: 32] + biases[l*32 +: 32];
      assign a_o[l*8 +: 8]     = sums[l*32 +: 8];
      assign b_o[l*8 +: 8]     = sums[l*32+8 +: 8];
    end
  endgenerate

endmodule

`default_nettype wire
