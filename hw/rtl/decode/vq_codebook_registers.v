// SPDX-License-Identifier: Apache-2.0
// vq_codebook_registers — a writable codebook in flip-flops: what a small per-layer codebook costs.
//
//                       ┌▶ vq_codebook_read ─▶ codeword 0
//   write port ─▶ words ┼▶ vq_codebook_read ─▶ codeword 1
//                       └▶ ...
//
// Read ports as the emitted vq_codebook_rom's, plus a write port. All read ports share the
// flip-flops. FPGAs are told to make no memory of them.
//
// Latency     1 cycle from en_i to codeword_o, which then holds.
// Packing     port p at index_i[p*INDEX_W +: INDEX_W] and codeword_o[p*CODEWORD_W +: CODEWORD_W],
//             in which element e is at [e*ELEMENT_W +: ELEMENT_W] (CODEWORD_W = d * ELEMENT_W).
// Parameters  ENTRIES >= 2; INDEX_W = ceil(log2 ENTRIES); PORTS >= 1.

`default_nettype none

module vq_codebook_registers #(
    parameter ENTRIES    = 256,
    parameter INDEX_W    = 8,
    parameter CODEWORD_W = 32,
    parameter PORTS      = 1
) (
    input  wire                        clk,
    input  wire                        wr_en_i,
    input  wire [INDEX_W-1:0]          wr_index_i,
    input  wire [CODEWORD_W-1:0]       wr_codeword_i,
    input  wire [PORTS-1:0]            en_i,
    input  wire [PORTS*INDEX_W-1:0]    index_i,
    output wire [PORTS*CODEWORD_W-1:0] codeword_o
);

  generate
    if (ENTRIES < 2 || (1 << INDEX_W) < ENTRIES) begin : g_illegal
      ERROR_vq_codebook_registers_INDEX_W_is_too_narrow_for_ENTRIES u_error ();
    end
  endgenerate

  (* ram_style = "registers" *)
  reg [CODEWORD_W-1:0] entry_q [0:ENTRIES-1];

  always @(posedge clk) begin
    if (wr_en_i) entry_q[wr_index_i] <= wr_codeword_i;
  end

  wire [ENTRIES*CODEWORD_W-1:0] words;

  genvar e;
  generate
    for (e = 0; e < ENTRIES; e = e + 1) begin : g_word
      assign words[e*CODEWORD_W +: CODEWORD_W] = entry_q[e];
    end
  endgenerate

  genvar p;
  generate
    for (p = 0; p < PORTS; p = p + 1) begin : g_port
      vq_codebook_read #(
          .ENTRIES   (ENTRIES),
          .INDEX_W   (INDEX_W),
          .CODEWORD_W(CODEWORD_W)
      ) u_port (
          .clk       (clk),
          .en_i      (en_i[p]),
          .index_i   (index_i[p*INDEX_W +: INDEX_W]),
          .words_i   (words),
          .codeword_o(codeword_o[p*CODEWORD_W +: CODEWORD_W])
      );
    end
  endgenerate

endmodule

`default_nettype wire
