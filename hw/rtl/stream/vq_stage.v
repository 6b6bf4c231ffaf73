// SPDX-License-Identifier: Apache-2.0
// vq_stage — handshake of one pipeline register: tells its data registers when to capture.
//
// Latency     1 cycle; one item a cycle when downstream is ready.
// Handshake   valid/ready on both sides; ready_o depends combinationally on ready_i.
// Data        kept outside: registers (or a ROM's output register) that capture when en_o is high.

`default_nettype none

module vq_stage (
    input  wire clk,
    input  wire rst_n,
    input  wire valid_i,
    output wire ready_o,
    output wire valid_o,
    input  wire ready_i,
    output wire en_o      // an item enters the stage at the next edge
);

  reg valid_q;

  assign ready_o = !valid_q || ready_i;
  assign valid_o = valid_q;
  assign en_o    = valid_i && ready_o;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) valid_q <= 1'b0;
    else if (ready_o) valid_q <= valid_i;
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  always @(posedge clk) begin
    if (past_q && $past(rst_n) && rst_n) begin
      if ($past(valid_o && !ready_i)) assert (valid_o);            // an item waits until taken
      if ($past(en_o)) assert (valid_o);                           // what enters comes out
      if ($past(valid_o && ready_i && !en_o)) assert (!valid_o);   // once
      if ($past(valid_o && !ready_i)) assert (!$past(en_o));       // and is not overwritten
    end
  end
`endif

endmodule

`default_nettype wire
