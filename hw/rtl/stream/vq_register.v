// SPDX-License-Identifier: Apache-2.0
// vq_register — data that travels beside a vq_stage: captures when enabled, no reset.
//
// Latency     1 cycle.
// Parameters  WIDTH >= 1.

`default_nettype none

module vq_register #(
    parameter WIDTH = 8
) (
    input  wire             clk,
    input  wire             en_i,
    input  wire [WIDTH-1:0] data_i,
    output wire [WIDTH-1:0] data_o
);

  reg [WIDTH-1:0] data_q;

  assign data_o = data_q;

  always @(posedge clk) begin
    if (en_i) data_q <= data_i;
  end

endmodule

`default_nettype wire
