// SPDX-License-Identifier: Apache-2.0
// vq_requantise — int32 sum to int8 code: multiply, rounding shift, zero point, clamp.
//
//   code = clamp(zero_point + floor(acc * multiplier * 2^-shift + 1/2), low, high)
//
// The definition is docs/theory/numerics.md. floor(v * 2^-s + 1/2) is computed as
// u = v >> (s-1), then (u >> 1) + u[0]: no rounding constant has to be made for the shift.
//
// Latency     4 enabled cycles for acc_i, multiplier_i and shift_i; zero_point_i, low_i and high_i
//             are used in the last of them, so they come 3 enabled cycles later.
// Legal       shift_i 1 … 62; low_i <= high_i, both within -128 … 127.

`default_nettype none

module vq_requantise (
    input  wire               clk,
    input  wire               en_i,
    input  wire signed [31:0] acc_i,
    input  wire        [30:0] multiplier_i,
    input  wire        [5:0]  shift_i,
    input  wire signed [7:0]  zero_point_i,
    input  wire signed [7:0]  low_i,
    input  wire signed [7:0]  high_i,
    output wire        [7:0]  code_o
);

  // 1: capture.   2: multiply.
  reg signed [31:0] acc_q;
  reg        [30:0] multiplier_q;
  reg        [5:0]  shift1_q;
  reg        [5:0]  shift2_q;
  reg signed [63:0] product_q;

  wire signed [31:0] multiplier = {1'b0, multiplier_q};
  wire signed [63:0] product    = acc_q * multiplier;

  always @(posedge clk) begin
    if (en_i) begin
      acc_q        <= acc_i;
      multiplier_q <= multiplier_i;
      shift1_q     <= shift_i - 6'd1;
      shift2_q     <= shift1_q;
      product_q    <= product;
    end
  end

  // 3: shift, round, and saturate to 16 bits, which cannot change the clamped result.
  wire signed [63:0] shifted   = product_q >>> shift2_q;
  wire        [63:0] scaled    = {shifted[63], shifted[63:1]} + {63'd0, shifted[0]};
  wire               fits      = scaled[63:15] == {49{scaled[63]}};
  wire signed [15:0] saturated = fits ? scaled[15:0] : {scaled[63], {15{!scaled[63]}}};

  reg signed [15:0] scaled_q;

  always @(posedge clk) begin
    if (en_i) scaled_q <= saturated;
  end

  // 4: zero point and clamp.
  wire signed [16:0] moved  = {scaled_q[15], scaled_q} + {{9{zero_point_i[7]}}, zero_point_i};
  wire signed [16:0] low17  = {{9{low_i[7]}}, low_i};
  wire signed [16:0] high17 = {{9{high_i[7]}}, high_i};

  reg [7:0] code_q;

  assign code_o = code_q;

  always @(posedge clk) begin
    if (en_i) code_q <= (moved < low17) ? low_i : (moved > high17) ? high_i : moved[7:0];
  end

endmodule

`default_nettype wire
