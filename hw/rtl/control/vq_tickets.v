// SPDX-License-Identifier: Apache-2.0
// vq_tickets — counts what is complete: the five counters that instructions wait for.
//
// Latency     1 cycle from a pulse to its counter.
// Parameters  COUNT_W: bits of a counter; a program completes fewer than 2^COUNT_W of each kind.

`default_nettype none

module vq_tickets #(
    parameter COUNT_W = 20
) (
    input  wire               clk,
    input  wire               rst_n,
    input  wire               clear_i,        // a program starts
    // Pulses: one more is complete
    input  wire               load_done_i,
    input  wire               run_read_i,
    input  wire               run_done_i,
    input  wire               store_read_i,
    input  wire               store_done_i,
    // Counters
    output wire [COUNT_W-1:0] loads_o,
    output wire [COUNT_W-1:0] reads_o,
    output wire [COUNT_W-1:0] runs_o,
    output wire [COUNT_W-1:0] store_reads_o,
    output wire [COUNT_W-1:0] stores_o,
    output wire               progress_o      // a counter steps at the next edge
);

  localparam KINDS = 5;

  wire [KINDS-1:0]         step = {store_done_i, store_read_i, run_done_i, run_read_i, load_done_i};
  reg  [KINDS*COUNT_W-1:0] count_q;

  assign {stores_o, store_reads_o, runs_o, reads_o, loads_o} = count_q;
  assign progress_o = |step;

  genvar k;
  generate
    for (k = 0; k < KINDS; k = k + 1) begin : g_count
      always @(posedge clk or negedge rst_n) begin
        if (!rst_n) count_q[k*COUNT_W +: COUNT_W] <= {COUNT_W{1'b0}};
        else if (clear_i) count_q[k*COUNT_W +: COUNT_W] <= {COUNT_W{1'b0}};
        else if (step[k]) count_q[k*COUNT_W +: COUNT_W] <= count_q[k*COUNT_W +: COUNT_W] + 1'b1;
      end
    end
  endgenerate

endmodule

`default_nettype wire
