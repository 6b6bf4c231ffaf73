// SPDX-License-Identifier: Apache-2.0
// vq_codebook_read — a read port of a codebook in flip-flops: the word of an index, registered.
//
//   index_i ─▶ one line a word ─┐
//   words_i ────────────────────┴▶ AND ─▶ OR of all ─▶ [codeword register] ─▶ codeword_o
//
// An AND and an OR a bit are smaller in standard cells than the tree of multiplexers that a read of
// an array becomes; an index beyond ENTRIES reads 0.
//
// Latency     1 cycle from en_i to codeword_o, which then holds.
// Packing     word e at words_i[e*CODEWORD_W +: CODEWORD_W].
// Parameters  ENTRIES >= 2; INDEX_W = ceil(log2 ENTRIES).

`default_nettype none

module vq_codebook_read #(
    parameter ENTRIES    = 256,
    parameter INDEX_W    = 8,
    parameter CODEWORD_W = 32
) (
    input  wire                          clk,
    input  wire                          en_i,
    input  wire [INDEX_W-1:0]            index_i,
    input  wire [ENTRIES*CODEWORD_W-1:0] words_i,
    output wire [CODEWORD_W-1:0]         codeword_o
);

  generate
    if (ENTRIES < 2 || (1 << INDEX_W) < ENTRIES) begin : g_illegal
      ERROR_vq_codebook_read_INDEX_W_is_too_narrow_for_ENTRIES u_error ();
    end
  endgenerate

  reg [CODEWORD_W-1:0] codeword_d;
  reg [CODEWORD_W-1:0] codeword_q;

  integer e;
  always @* begin
    codeword_d = {CODEWORD_W{1'b0}};
    for (e = 0; e < ENTRIES; e = e + 1) begin
      codeword_d = codeword_d |
          (words_i[e*CODEWORD_W +: CODEWORD_W] & {CODEWORD_W{index_i == e[INDEX_W-1:0]}});
    end
  end

  always @(posedge clk) begin
    if (en_i) codeword_q <= codeword_d;
  end

  assign codeword_o = codeword_q;

`ifdef FORMAL
  // What was asked for last, 0 beyond ENTRIES.
  wire [(CODEWORD_W<<INDEX_W)-1:0] padded = words_i;
  reg  [CODEWORD_W-1:0] word_q;
  reg  asked_q = 1'b0;
  always @(posedge clk) begin
    if (en_i) begin
      word_q  <= padded[index_i*CODEWORD_W +: CODEWORD_W];
      asked_q <= 1'b1;
    end
    if (asked_q) assert (codeword_o == word_q);
  end
`endif

endmodule

`default_nettype wire
