// SPDX-License-Identifier: Apache-2.0
// port_types — one registered port for each C++ type that Verilator gives a port.

`default_nettype none

module port_types #(
    parameter INVERT = 0
) (
    input  wire         clk,
    input  wire         rst_n,
    input  wire [4:0]   byte_i,   // CData
    input  wire [12:0]  short_i,  // SData
    input  wire [31:0]  int_i,    // IData
    input  wire [60:0]  quad_i,   // QData
    input  wire [199:0] wide_i,   // VlWide
    output reg  [4:0]   byte_o,
    output reg  [12:0]  short_o,
    output reg  [31:0]  int_o,
    output reg  [60:0]  quad_o,
    output reg  [199:0] wide_o,
    output wire [5:0]   sum_o     // combinational
);

  assign sum_o = {1'b0, byte_i} + {1'b0, byte_o};

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) byte_o <= 5'd0;
    else byte_o <= byte_i;
  end

  always @(posedge clk) begin
    short_o <= INVERT != 0 ? ~short_i : short_i;
    int_o   <= int_i;
    quad_o  <= quad_i;
    wide_o  <= wide_i;
  end

endmodule

`default_nettype wire
