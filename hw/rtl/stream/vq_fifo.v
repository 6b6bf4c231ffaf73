// SPDX-License-Identifier: Apache-2.0
// vq_fifo — a small first-in first-out queue in registers.
//
// Latency     1 cycle from an empty queue's input to its output; one item a cycle.
// Handshake   valid/ready; no combinational path from one side to the other.
// Parameters  WIDTH >= 1; DEPTH >= 2; PTR_W = ceil(log2 DEPTH).

`default_nettype none

module vq_fifo #(
    parameter WIDTH = 8,
    parameter DEPTH = 2,
    parameter PTR_W = 1
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

  generate
    if (DEPTH < 2 || (1 << PTR_W) < DEPTH) begin : g_illegal
      ERROR_vq_fifo_DEPTH_must_be_2_or_more_and_fit_PTR_W u_error ();
    end
  endgenerate

  localparam LAST = DEPTH - 1;

  reg [WIDTH-1:0] item_q [0:DEPTH-1];
  reg [PTR_W-1:0] head_q;
  reg [PTR_W-1:0] tail_q;
  reg [PTR_W:0]   count_q;

  wire push = valid_i && ready_o;
  wire pop  = valid_o && ready_i;

  assign ready_o = count_q != DEPTH[PTR_W:0];
  assign valid_o = count_q != {(PTR_W + 1) {1'b0}};
  assign data_o  = item_q[head_q];

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      head_q  <= {PTR_W{1'b0}};
      tail_q  <= {PTR_W{1'b0}};
      count_q <= {(PTR_W + 1) {1'b0}};
    end else begin
      if (push) tail_q <= (tail_q == LAST[PTR_W-1:0]) ? {PTR_W{1'b0}} : tail_q + 1'b1;
      if (pop) head_q <= (head_q == LAST[PTR_W-1:0]) ? {PTR_W{1'b0}} : head_q + 1'b1;
      if (push && !pop) count_q <= count_q + 1'b1;
      if (pop && !push) count_q <= count_q - 1'b1;
    end
  end

  always @(posedge clk) begin
    if (push) item_q[tail_q] <= data_i;
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  wire [PTR_W+1:0] sum  = head_q + count_q;
  wire [PTR_W+1:0] wrap = (sum >= DEPTH) ? sum - DEPTH : sum;

  always @(posedge clk) begin
    if (past_q && rst_n) begin
      assert (count_q <= DEPTH && head_q < DEPTH);
      assert (wrap == tail_q);  // the items are those between head and tail
      if ($past(rst_n) && $past(valid_o && !ready_i)) assert (valid_o && $stable(data_o));
      if ($past(rst_n) && $past(push && count_q == 0)) assert (valid_o && data_o == $past(data_i));
    end
  end
`endif

endmodule

`default_nettype wire
