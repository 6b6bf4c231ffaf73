// SPDX-License-Identifier: Apache-2.0
// vq_codebook_registers — a writable codebook in flip-flops: what a small per-layer codebook costs.
//
// Same read port as the emitted vq_codebook_rom, plus a write port. The study compares its area
// with the ROM's; no named configuration uses it.
//
// Latency     1 cycle from en_i to codeword_o, which then holds.
// Packing     element e at codeword_o[e*ELEMENT_W +: ELEMENT_W] (CODEWORD_W = d * ELEMENT_W).
// Parameters  ENTRIES >= 2; INDEX_W = ceil(log2 ENTRIES).

`default_nettype none

module vq_codebook_registers #(
    parameter ENTRIES    = 256,
    parameter INDEX_W    = 8,
    parameter CODEWORD_W = 32
) (
    input  wire                  clk,
    input  wire                  wr_en_i,
    input  wire [INDEX_W-1:0]    wr_index_i,
    input  wire [CODEWORD_W-1:0] wr_codeword_i,
    input  wire                  en_i,
    input  wire [INDEX_W-1:0]    index_i,
    output wire [CODEWORD_W-1:0] codeword_o
);

  generate
    if (ENTRIES < 2 || (1 << INDEX_W) < ENTRIES) begin : g_illegal
      ERROR_vq_codebook_registers_INDEX_W_is_too_narrow_for_ENTRIES u_error ();
    end
  endgenerate

  reg [CODEWORD_W-1:0] entry_q [0:ENTRIES-1];
  reg [CODEWORD_W-1:0] codeword_q;

  assign codeword_o = codeword_q;

  always @(posedge clk) begin
    if (wr_en_i) entry_q[wr_index_i] <= wr_codeword_i;
    if (en_i) codeword_q <= entry_q[index_i];
  end

endmodule

`default_nettype wire
