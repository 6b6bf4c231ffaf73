// SPDX-License-Identifier: Apache-2.0
// vq_ticket_gate — lets an instruction pass when both counts that it names are reached.
//
// Latency     0 cycles.
// Handshake   valid/ready; valid_o does not depend on ready_i. stop_i lets nothing new pass; what
//             is already offered stays. Data stay outside.
// Parameters  COUNT_W: bits of a count. Counts only grow while an instruction waits.

`default_nettype none

module vq_ticket_gate #(
    parameter COUNT_W = 20
) (
    input  wire               clk,
    input  wire               rst_n,
    input  wire               stop_i,
    input  wire               valid_i,
    output wire               ready_o,
    input  wire [COUNT_W-1:0] need0_i,
    input  wire [COUNT_W-1:0] count0_i,
    input  wire [COUNT_W-1:0] need1_i,
    input  wire [COUNT_W-1:0] count1_i,
    output wire               valid_o,
    input  wire               ready_i,
    // Why an instruction does not pass: for counters
    output wire               wait_o,         // for either count
    output wire               wait0_o,        // for count 0, and not for count 1
    output wire               wait1_o         // for count 1
);

  reg offered_q;  // the instruction is at the output since an earlier cycle

  wire reached0 = count0_i >= need0_i;
  wire reached1 = count1_i >= need1_i;
  wire pass     = offered_q || (reached0 && reached1 && !stop_i);

  assign valid_o = valid_i && pass;
  assign ready_o = ready_i && pass;
  assign wait_o  = valid_i && !(reached0 && reached1);
  assign wait0_o = valid_i && !reached0 && reached1;
  assign wait1_o = valid_i && !reached1;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) offered_q <= 1'b0;
    else offered_q <= valid_o && !ready_i;
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  always @(posedge clk) begin
    if (past_q && rst_n && $past(rst_n)) begin
      if ($past(valid_i && !ready_o)) assume (valid_i && $stable(need0_i) && $stable(need1_i));
      assume (count0_i >= $past(count0_i) && count1_i >= $past(count1_i));
      if ($past(valid_o && !ready_i)) assert (valid_o);  // what is offered stays
    end
    if (past_q && rst_n && $past(rst_n)) begin
      if (offered_q) assert (valid_i && reached0 && reached1);
      if (valid_o) assert (reached0 && reached1);        // never too early
      if (valid_i && reached0 && reached1 && !stop_i) assert (valid_o);  // and not too late
      if (valid_o && !$past(valid_o)) assert (!stop_i);
      assert ((valid_o && ready_i) == (valid_i && ready_o));
    end
  end
`endif

endmodule

`default_nettype wire
