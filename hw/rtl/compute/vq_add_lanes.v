// SPDX-License-Identifier: Apache-2.0
// vq_add_lanes — the residual add of LANES channels: two codes to one.
//
//   code = clamp(zero_point + floor(((a - za) * ma + (b - zb) * mb) * 2^-shift + 1/2), low, high)
//
// The definition is docs/theory/numerics.md; rounding and saturation are those of vq_requantise.
//
// Latency     4 cycles while the output is taken; one beat a cycle.
// Handshake   valid/ready; the whole pipeline holds while a beat waits at the output, so ready_o
//             depends combinationally on ready_i. Factors and bounds belong to the beat.
// Packing     lane l at a_i[l*8 +: 8], b_i[l*8 +: 8] and data_o[l*8 +: 8].
// Legal       shift_i 1 … 62; low_i <= high_i.
// Parameters  LANES >= 1.

`default_nettype none

module vq_add_lanes #(
    parameter LANES = 4
) (
    input  wire               clk,
    input  wire               rst_n,
    input  wire               valid_i,
    output wire               ready_o,
    input  wire [LANES*8-1:0] a_i,
    input  wire [LANES*8-1:0] b_i,
    input  wire [30:0]        multiplier_a_i,
    input  wire [30:0]        multiplier_b_i,
    input  wire [5:0]         shift_i,
    input  wire signed [7:0]  zero_point_a_i,
    input  wire signed [7:0]  zero_point_b_i,
    input  wire [7:0]         zero_point_i,
    input  wire [7:0]         low_i,
    input  wire [7:0]         high_i,
    output wire               valid_o,
    input  wire               ready_i,
    output wire [LANES*8-1:0] data_o
);

  reg  [4:1]  valid_q;
  wire        en = !valid_q[4] || ready_i;

  assign ready_o = en;
  assign valid_o = valid_q[4];

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) valid_q <= 4'b0000;
    else if (en) valid_q <= {valid_q[3:1], valid_i};
  end

  // What the lanes share. Data move with a valid beat only: an idle unit rests.
  reg signed [31:0] multiplier_a_q;
  reg signed [31:0] multiplier_b_q;
  reg        [5:0]  shift1_q;
  reg        [5:0]  shift2_q;
  reg        [23:0] bounds1_q;
  reg        [23:0] bounds2_q;
  reg        [23:0] bounds3_q;

  always @(posedge clk) begin
    if (en && valid_i) begin
      multiplier_a_q <= {1'b0, multiplier_a_i};
      multiplier_b_q <= {1'b0, multiplier_b_i};
      shift1_q       <= shift_i - 6'd1;
      bounds1_q      <= {zero_point_i, low_i, high_i};
    end
    if (en && valid_q[1]) begin
      shift2_q  <= shift1_q;
      bounds2_q <= bounds1_q;
    end
    if (en && valid_q[2]) bounds3_q <= bounds2_q;
  end

  wire signed [7:0]  low    = bounds3_q[15:8];
  wire signed [7:0]  high   = bounds3_q[7:0];
  wire signed [16:0] zero17 = {{9{bounds3_q[23]}}, bounds3_q[23:16]};
  wire signed [16:0] low17  = {{9{low[7]}}, low};
  wire signed [16:0] high17 = {{9{high[7]}}, high};

  genvar l;
  generate
    for (l = 0; l < LANES; l = l + 1) begin : g_lane
      // 1: distances from the zero points.   2: multiply and add.
      wire signed [7:0]  a = a_i[l*8 +: 8];
      wire signed [7:0]  b = b_i[l*8 +: 8];
      reg  signed [8:0]  a_q;
      reg  signed [8:0]  b_q;
      reg  signed [63:0] total_q;

      // verilator lint_off WIDTH
      always @(posedge clk) begin
        if (en && valid_i) begin
          a_q <= a - zero_point_a_i;
          b_q <= b - zero_point_b_i;
        end
        if (en && valid_q[1]) total_q <= a_q * multiplier_a_q + b_q * multiplier_b_q;
      end
      // verilator lint_on WIDTH

      // 3: shift, round, and saturate to 16 bits, which cannot change the clamped result.
      wire signed [63:0] shifted   = total_q >>> shift2_q;
      wire        [63:0] scaled    = {shifted[63], shifted[63:1]} + {63'd0, shifted[0]};
      wire               fits      = scaled[63:15] == {49{scaled[63]}};
      reg  signed [15:0] scaled_q;

      // 4: zero point and clamp.
      wire signed [16:0] moved = {scaled_q[15], scaled_q} + zero17;
      reg         [7:0]  code_q;

      always @(posedge clk) begin
        if (en && valid_q[2]) scaled_q <= fits ? scaled[15:0] : {scaled[63], {15{!scaled[63]}}};
        if (en && valid_q[3]) code_q <= (moved < low17) ? low : (moved > high17) ? high : moved[7:0];
      end

      assign data_o[l*8 +: 8] = code_q;
    end
  endgenerate

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  always @(posedge clk) begin
    if (past_q && rst_n && $past(rst_n)) begin
      if ($past(valid_o && !ready_i)) assert (valid_o && $stable(data_o));
      if ($past(valid_o && !ready_i)) assert (!$past(ready_o));
    end
  end
`endif

endmodule

`default_nettype wire
