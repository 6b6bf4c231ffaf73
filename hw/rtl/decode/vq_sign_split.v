// SPDX-License-Identifier: Apache-2.0
// vq_sign_split — codewords of a sign_split codebook from the levels in a ROM and the signs.
//
// Level n is the magnitude 2n + 1. An odd number's negative is its bits above bit 0 inverted, so
// signs need no adder: element e = {s, n ^ s, 1}.
//
// Latency     0 cycles, combinational.
// Packing     level e at levels_i[e*LEVEL_W +: LEVEL_W], its sign at signs_i[e] (1: negative),
//             element e, signed, at codeword_o[e*(LEVEL_W+2) +: LEVEL_W+2].
// Parameters  COUNT >= 1; LEVEL_W >= 1.

`default_nettype none

module vq_sign_split #(
    parameter COUNT   = 8,
    parameter LEVEL_W = 2
) (
    input  wire [COUNT*LEVEL_W-1:0]     levels_i,
    input  wire [COUNT-1:0]             signs_i,
    output wire [COUNT*(LEVEL_W+2)-1:0] codeword_o
);

  localparam ELEMENT_W = LEVEL_W + 2;

  genvar e;
  generate
    for (e = 0; e < COUNT; e = e + 1) begin : g_element
      assign codeword_o[e*ELEMENT_W +: ELEMENT_W] = {
          signs_i[e], levels_i[e*LEVEL_W +: LEVEL_W] ^ {LEVEL_W{signs_i[e]}}, 1'b1};
    end
  endgenerate

endmodule

`default_nettype wire
