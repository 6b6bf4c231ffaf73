// SPDX-License-Identifier: Apache-2.0
// vq_select — chooses one of two buses.
//
// Latency     0 cycles, combinational.
// Parameters  WIDTH >= 1.

`default_nettype none

module vq_select #(
    parameter WIDTH = 8
) (
    input  wire             select_i,  // 0: data0_i, 1: data1_i
    input  wire [WIDTH-1:0] data0_i,
    input  wire [WIDTH-1:0] data1_i,
    output wire [WIDTH-1:0] data_o
);

  assign data_o = select_i ? data1_i : data0_i;

endmodule

`default_nettype wire
