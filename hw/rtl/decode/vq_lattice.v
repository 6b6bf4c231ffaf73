// SPDX-License-Identifier: Apache-2.0
// vq_lattice — codewords of the lattice codebook from the levels in a ROM and the index's low bits.
//
// Element e is 2m + o with the odd m = ±(2n + 1) of level n and the offset o = ±1. In two's
// complement m = {s, n ^ s, 1}, so that 2m + 1 = {m, 1} and 2m - 1 = {m - 1, 1}, where m - 1 only
// clears the last bit of m: no adder. The sum of all m is a multiple of 4, which an even number of
// bits 1 of the m's says: bit 1 of each m is in the index, but for the last one's, their parity.
//
// Latency     0 cycles, combinational.
// Packing     level e at levels_i[e*2 +: 2]; bits_i[e] = bit 1 of m for e = 0 … 6; bits_i[7] = 1 for
//             the offset +1; element e, signed, at codeword_o[e*5 +: 5].

`default_nettype none

module vq_lattice (
    input  wire [15:0] levels_i,
    input  wire [7:0]  bits_i,
    output wire [39:0] codeword_o
);

  wire [7:0] digits = {^bits_i[6:0], bits_i[6:0]};  // bit 1 of each m

  genvar e;
  generate
    for (e = 0; e < 8; e = e + 1) begin : g_element
      wire [1:0] level = levels_i[e*2 +: 2];
      wire       sign  = digits[e] ^ level[0];
      assign codeword_o[e*5 +: 5] = {sign, level[1] ^ sign, digits[e], bits_i[7], 1'b1};
    end
  endgenerate

endmodule

`default_nettype wire
