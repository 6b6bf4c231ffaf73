// SPDX-License-Identifier: Apache-2.0
// vq_bank_write — sends a codeword that is loaded to its bank, as vq_bank_read looks for it.
//
// Latency     0 cycles, combinational.
// Parameters  BANKS = 2**BANK_W >= 2; ROW_W >= 1.

`default_nettype none

module vq_bank_write #(
    parameter BANKS  = 4,
    parameter BANK_W = 2,
    parameter ROW_W  = 6
) (
    input  wire                    wr_en_i,
    input  wire [BANK_W+ROW_W-1:0] wr_index_i,
    output wire [BANKS-1:0]        bank_en_o,
    output wire [ROW_W-1:0]        bank_row_o
);

  generate
    if (BANKS < 2 || BANKS != (1 << BANK_W)) begin : g_illegal
      ERROR_vq_bank_write_BANKS_must_be_2_or_more_and_2_to_the_BANK_W u_error ();
    end
  endgenerate

  assign bank_en_o  = {{(BANKS-1) {1'b0}}, wr_en_i} << wr_index_i[BANK_W-1:0];
  assign bank_row_o = wr_index_i[BANK_W +: ROW_W];

endmodule

`default_nettype wire
