// SPDX-License-Identifier: Apache-2.0
// vq_fork — gives every item of one stream to N consumers, each taking it when it likes.
//
// Latency     0 cycles.
// Handshake   valid/ready; an output's valid never waits for any ready; the input is taken in the
//             cycle in which the slowest consumer takes the item. Data stay outside.
// Parameters  N >= 2.

`default_nettype none

module vq_fork #(
    parameter N = 2
) (
    input  wire         clk,
    input  wire         rst_n,
    input  wire         valid_i,
    output wire         ready_o,
    output wire [N-1:0] valid_o,
    input  wire [N-1:0] ready_i
);

  reg  [N-1:0] done_q;  // outputs that already took the item at the input
  wire [N-1:0] done_d = done_q | (valid_o & ready_i);

  assign valid_o = {N{valid_i}} & ~done_q;
  assign ready_o = &(done_q | ready_i);

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) done_q <= {N{1'b0}};
    else done_q <= (valid_i && ready_o) ? {N{1'b0}} : done_d;
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  // Count, modulo 4, the items that came in and those that each consumer took.
  reg [1:0] in_q = 2'd0;
  reg [1:0] out0_q = 2'd0;
  reg [1:0] outn_q = 2'd0;

  always @(posedge clk) begin
    if (!rst_n) begin
      in_q   <= 2'd0;
      out0_q <= 2'd0;
      outn_q <= 2'd0;
    end else begin
      in_q   <= in_q + {1'b0, valid_i && ready_o};
      out0_q <= out0_q + {1'b0, valid_o[0] && ready_i[0]};
      outn_q <= outn_q + {1'b0, valid_o[N-1] && ready_i[N-1]};
    end
  end

  always @(posedge clk) begin
    if (past_q && rst_n) begin
      if ($past(rst_n) && $past(valid_i && !ready_o)) assume (valid_i);  // the source waits
      assert (out0_q == in_q + {1'b0, done_q[0]});                       // each item once
      assert (outn_q == in_q + {1'b0, done_q[N-1]});
      if ($past(rst_n) && $past(valid_o[0] && !ready_i[0])) assert (valid_o[0]);
    end
  end
`endif

endmodule

`default_nettype wire
