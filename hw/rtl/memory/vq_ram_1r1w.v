// SPDX-License-Identifier: Apache-2.0
// vq_ram_1r1w — memory with one write and one read port, one clock; swap this file for a macro.
//
// Latency     1 cycle from rd_en_i to rd_data_o, which then holds until the next read.
// Collision   a read of the word being written gives the old word.
// Parameters  WIDTH >= 1; DEPTH >= 2; ADDR_W = ceil(log2 DEPTH).

`default_nettype none

module vq_ram_1r1w #(
    parameter WIDTH  = 32,
    parameter DEPTH  = 64,
    parameter ADDR_W = 6
) (
    input  wire              clk,
    input  wire              wr_en_i,
    input  wire [ADDR_W-1:0] wr_addr_i,
    input  wire [WIDTH-1:0]  wr_data_i,
    input  wire              rd_en_i,
    input  wire [ADDR_W-1:0] rd_addr_i,
    output wire [WIDTH-1:0]  rd_data_o
);

  generate
    if (DEPTH < 2 || (1 << ADDR_W) < DEPTH) begin : g_illegal
      ERROR_vq_ram_1r1w_DEPTH_must_be_2_or_more_and_fit_ADDR_W u_error ();
    end
  endgenerate

  reg [WIDTH-1:0] word_q [0:DEPTH-1];
  reg [WIDTH-1:0] rd_data_q;

  assign rd_data_o = rd_data_q;

  always @(posedge clk) begin
    if (wr_en_i) word_q[wr_addr_i] <= wr_data_i;
    if (rd_en_i) rd_data_q <= word_q[rd_addr_i];
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;

  always @(posedge clk) begin
    assume (wr_addr_i < DEPTH && rd_addr_i < DEPTH);
    if (past_q) begin
      if ($past(rd_en_i)) assert (rd_data_o == $past(word_q[rd_addr_i]));  // old word on collision
      else assert ($stable(rd_data_o));
      if ($past(wr_en_i)) assert (word_q[$past(wr_addr_i)] == $past(wr_data_i));
    end
  end
`endif

endmodule

`default_nettype wire
