// SPDX-License-Identifier: Apache-2.0
// pipe_stage — one register with valid/ready on both sides: the block of the simulator's own tests.

`default_nettype none

module pipe_stage #(
    parameter WIDTH = 8
) (
    input  wire             clk,
    input  wire             rst_n,
    input  wire             valid_i,
    output wire             ready_o,
    input  wire [WIDTH-1:0] data_i,
    output wire             valid_o,
    input  wire             ready_i,
    output wire [WIDTH-1:0] data_o
);

  reg             valid_q;
  reg [WIDTH-1:0] data_q;

  assign ready_o = !valid_q || ready_i;
  assign valid_o = valid_q;
  assign data_o  = data_q;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) valid_q <= 1'b0;
    else if (ready_o) valid_q <= valid_i;
  end

  always @(posedge clk) begin
    if (ready_o && valid_i) data_q <= data_i;
  end

endmodule

`default_nettype wire
