// SPDX-License-Identifier: Apache-2.0
// vq_table_lanes — looks LANES codes up in one of two tables of 256 codes.
//
// Latency     1 cycle from rd_en_i to codes_o, which then holds until the next look-up.
// Collision   a look-up in the word being written gives the old word.
// Packing     lane l at codes_i[l*8 +: 8]; a bus word holds the codes of BUS_W/8 entries, lowest
//             first; entry 0 of a table is that of code -128; table 1 follows table 0.
// Parameters  BUS_W is a power of two of 16 or more; 2^WORD_W words of BUS_W bits are 512 entries.

`default_nettype none

module vq_table_lanes #(
    parameter LANES  = 4,
    parameter BUS_W  = 64,
    parameter WORD_W = 6
) (
    input  wire               clk,
    input  wire               wr_en_i,
    input  wire [WORD_W-1:0]  wr_addr_i,
    input  wire [BUS_W-1:0]   wr_data_i,
    input  wire               rd_en_i,
    input  wire               bank_i,
    input  wire [LANES*8-1:0] codes_i,
    output wire [LANES*8-1:0] codes_o
);

  localparam ENTRY_W = 9;
  localparam BYTE_W  = ENTRY_W - WORD_W;  // bits that choose an entry of a word

  generate
    if (WORD_W < 1 || WORD_W > 8 || (BUS_W << WORD_W) != 4096) begin : g_illegal
      ERROR_vq_table_lanes_WORD_W_must_address_512_entries_in_words_of_BUS_W u_error ();
    end
  endgenerate

  genvar l;
  generate
    for (l = 0; l < LANES; l = l + 1) begin : g_lane
      wire [ENTRY_W-1:0] entry = {bank_i, !codes_i[l*8 + 7], codes_i[l*8 +: 7]};
      wire [BUS_W-1:0]   word;
      reg  [BYTE_W-1:0]  byte_q;

      vq_ram_1r1w #(
          .WIDTH (BUS_W),
          .DEPTH (1 << WORD_W),
          .ADDR_W(WORD_W)
      ) u_table (
          .clk      (clk),
          .wr_en_i  (wr_en_i),
          .wr_addr_i(wr_addr_i),
          .wr_data_i(wr_data_i),
          .rd_en_i  (rd_en_i),
          .rd_addr_i(entry[ENTRY_W-1:BYTE_W]),
          .rd_data_o(word)
      );

      always @(posedge clk) begin
        if (rd_en_i) byte_q <= entry[BYTE_W-1:0];
      end

      assign codes_o[l*8 +: 8] = word[{byte_q, 3'b000} +: 8];
    end
  endgenerate

`ifdef FORMAL
  reg [1:0] past_q = 2'd0;
  always @(posedge clk) past_q <= {past_q[0], 1'b1};

  // The word written two cycles ago, if lane 0 looked into it in the last one.
  wire [ENTRY_W-1:0] entry0 = {bank_i, !codes_i[7], codes_i[6:0]};
  reg                wrote_q = 1'b0;
  reg  [WORD_W-1:0]  wrote_addr_q;
  reg  [BUS_W-1:0]   wrote_data_q;
  reg                met_q = 1'b0;
  reg  [7:0]         met_code_q;

  always @(posedge clk) begin
    wrote_q      <= wr_en_i;
    wrote_addr_q <= wr_addr_i;
    wrote_data_q <= wr_data_i;
    met_q        <= wrote_q && rd_en_i && wrote_addr_q == entry0[ENTRY_W-1:BYTE_W];
    met_code_q   <= wrote_data_q[{entry0[BYTE_W-1:0], 3'b000} +: 8];
    if (past_q[1] && met_q) assert (codes_o[7:0] == met_code_q);
    if (past_q[0] && !$past(rd_en_i)) assert ($stable(codes_o));
  end
`endif

endmodule

`default_nettype wire
