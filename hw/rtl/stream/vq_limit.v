// SPDX-License-Identifier: Apache-2.0
// vq_limit — lets items pass while fewer than LIMIT of those that passed wait for their answer.
//
// Latency     0 cycles; the first item after an answer at a full limit passes 1 cycle later.
// Handshake   valid/ready; valid never waits for ready. done_i: one item was answered.
// Data        stay outside.
// Parameters  LIMIT >= 1; COUNT_W counts to LIMIT: 2^COUNT_W > LIMIT.

`default_nettype none

module vq_limit #(
    parameter LIMIT   = 8,
    parameter COUNT_W = 4
) (
    input  wire clk,
    input  wire rst_n,
    input  wire valid_i,
    output wire ready_o,
    output wire valid_o,
    input  wire ready_i,
    output wire en_o,    // an item passes at the next edge
    input  wire done_i
);

  generate
    if (LIMIT < 1 || (1 << COUNT_W) <= LIMIT) begin : g_illegal
      ERROR_vq_limit_COUNT_W_is_too_narrow_for_LIMIT u_error ();
    end
  endgenerate

  reg [COUNT_W-1:0] count_q;  // items that wait for their answer
  reg               open_q;   // count_q is less than LIMIT

  wire [COUNT_W-1:0] count_d = (en_o && !done_i) ? count_q + 1'b1
                             : (done_i && !en_o) ? count_q - 1'b1 : count_q;

  assign valid_o = valid_i && open_q;
  assign ready_o = ready_i && open_q;
  assign en_o    = valid_o && ready_i;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      count_q <= {COUNT_W{1'b0}};
      open_q  <= 1'b1;
    end else begin
      count_q <= count_d;
      open_q  <= count_d != LIMIT[COUNT_W-1:0];
    end
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  always @(posedge clk) begin
    if (past_q && rst_n) begin
      if (count_q == 0) assume (!done_i);                                // no answer unasked
      if ($past(rst_n) && $past(valid_i && !ready_o)) assume (valid_i);  // the source waits
      assert (count_q <= LIMIT);
      assert (open_q == (count_q != LIMIT));
      if ($past(rst_n) && $past(valid_o && !ready_i)) assert (valid_o);  // it waits until taken
    end
  end
`endif

endmodule

`default_nettype wire
