// SPDX-License-Identifier: Apache-2.0
// vq_param_buffer — bias, multiplier and shift of each column, in two banks.
//
// A bank is filled by COLUMNS beats (column 0 first), claimed by the block that starts computing
// with it, and released when that block has been drained; then it can be filled again. Banks take
// turns, starting with bank 0.
//
// Latency     1 cycle from the last beat to loaded_o.
// Handshake   beats valid/ready; claim_i only when loaded_o; release_i only after its claim.
// Packing     column c at bias_o[c*32 +: 32]; lane l of drain beat b is column b*LANES + l, at
//             multiplier_o[l*31 +: 31] and shift_o[l*6 +: 6].
// Parameters  LANES divides COLUMNS >= 2; COUNT_W = ceil(log2 COLUMNS), BEAT_W = ceil(log2(COLUMNS/LANES)),
//             each at least 1.

`default_nettype none

module vq_param_buffer #(
    parameter COLUMNS = 16,
    parameter LANES   = 4,
    parameter COUNT_W = 4,
    parameter BEAT_W  = 2
) (
    input  wire                  clk,
    input  wire                  rst_n,
    // Parameters, one column a beat
    input  wire                  valid_i,
    output wire                  ready_o,
    input  wire [31:0]           bias_i,
    input  wire [30:0]           multiplier_i,
    input  wire [5:0]            shift_i,
    // Turns
    output wire                  loaded_o,   // the next bank to be claimed is full
    input  wire                  claim_i,
    input  wire                  release_i,
    // To vq_accumulator
    input  wire                  bias_bank_i,
    output wire [COLUMNS*32-1:0] bias_o,
    // To the requantisation lanes
    input  wire                  lane_bank_i,
    input  wire [BEAT_W-1:0]     lane_beat_i,
    output wire [LANES*31-1:0]   multiplier_o,
    output wire [LANES*6-1:0]    shift_o
);

  generate
    if (COLUMNS < 2 || COLUMNS % LANES != 0) begin : g_illegal
      ERROR_vq_param_buffer_LANES_must_divide_COLUMNS_of_2_or_more u_error ();
    end
  endgenerate

  localparam LAST = COLUMNS - 1;

  reg [COUNT_W-1:0] column_q;
  reg               fill_bank_q;
  reg               claim_bank_q;
  reg               release_bank_q;
  reg [1:0]         loaded_q;   // full, not claimed yet
  reg [1:0]         busy_q;     // claimed, not released yet

  wire put  = valid_i && ready_o;
  wire last = column_q == LAST[COUNT_W-1:0];

  assign ready_o  = !loaded_q[fill_bank_q] && !busy_q[fill_bank_q];
  assign loaded_o = loaded_q[claim_bank_q];

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      column_q       <= {COUNT_W{1'b0}};
      fill_bank_q    <= 1'b0;
      claim_bank_q   <= 1'b0;
      release_bank_q <= 1'b0;
      loaded_q       <= 2'b00;
      busy_q         <= 2'b00;
    end else begin
      if (put) column_q <= last ? {COUNT_W{1'b0}} : column_q + 1'b1;
      if (put && last) begin
        loaded_q[fill_bank_q] <= 1'b1;
        fill_bank_q           <= !fill_bank_q;
      end
      if (claim_i) begin
        loaded_q[claim_bank_q] <= 1'b0;
        busy_q[claim_bank_q]   <= 1'b1;
        claim_bank_q           <= !claim_bank_q;
      end
      if (release_i) begin
        busy_q[release_bank_q] <= 1'b0;
        release_bank_q         <= !release_bank_q;
      end
    end
  end

  // Beats shift in from the top; after COLUMNS of them column 0 is at the bottom.
  reg [COLUMNS*32-1:0] bias0_q;
  reg [COLUMNS*32-1:0] bias1_q;
  reg [COLUMNS*31-1:0] multiplier0_q;
  reg [COLUMNS*31-1:0] multiplier1_q;
  reg [COLUMNS*6-1:0]  shift0_q;
  reg [COLUMNS*6-1:0]  shift1_q;

  always @(posedge clk) begin
    if (put && !fill_bank_q) begin
      bias0_q       <= {bias_i, bias0_q[COLUMNS*32-1:32]};
      multiplier0_q <= {multiplier_i, multiplier0_q[COLUMNS*31-1:31]};
      shift0_q      <= {shift_i, shift0_q[COLUMNS*6-1:6]};
    end
    if (put && fill_bank_q) begin
      bias1_q       <= {bias_i, bias1_q[COLUMNS*32-1:32]};
      multiplier1_q <= {multiplier_i, multiplier1_q[COLUMNS*31-1:31]};
      shift1_q      <= {shift_i, shift1_q[COLUMNS*6-1:6]};
    end
  end

  wire [COLUMNS*31-1:0] multipliers = lane_bank_i ? multiplier1_q : multiplier0_q;
  wire [COLUMNS*6-1:0]  shifts      = lane_bank_i ? shift1_q : shift0_q;

  assign bias_o       = bias_bank_i ? bias1_q : bias0_q;
  assign multiplier_o = multipliers[lane_beat_i*LANES*31 +: LANES*31];
  assign shift_o      = shifts[lane_beat_i*LANES*6 +: LANES*6];

endmodule

`default_nettype wire
