// SPDX-License-Identifier: Apache-2.0
// vq_route — sends a stream to one of two consumers, as each item says.
//
// Latency     0 cycles, combinational. Data stay outside.
// Handshake   valid/ready; valid never waits for ready.

`default_nettype none

module vq_route (
    input  wire valid_i,
    output wire ready_o,
    input  wire select_i,  // of the item at the input
    output wire valid0_o,
    input  wire ready0_i,
    output wire valid1_o,
    input  wire ready1_i
);

  assign valid0_o = valid_i && !select_i;
  assign valid1_o = valid_i && select_i;
  assign ready_o  = select_i ? ready1_i : ready0_i;

endmodule

`default_nettype wire
