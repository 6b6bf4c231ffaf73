// SPDX-License-Identifier: Apache-2.0
// vq_counters — one counter for each event: how many cycles it happened in.
//
// Event 0 is "busy": nothing is counted, or shown, in cycles without it and in the one of clear_i.
//
// Latency     1 cycle from rd_en_i to rd_data_o, which then holds until the next read: both halves
//             of a 64-bit value are of the same cycle.
// Parameters  EVENTS >= 2; INDEX_W = ceil(log2 EVENTS). Counters of 48 bits last for 8 years at 1
//             GHz; an index of EVENTS or more reads 0.

`default_nettype none

module vq_counters #(
    parameter EVENTS  = 24,
    parameter INDEX_W = 5
) (
    input  wire               clk,
    input  wire               rst_n,
    input  wire               clear_i,      // a program starts; counts from the next cycle on
    input  wire [EVENTS-1:0]  event_i,
    output wire [EVENTS-1:0]  event_o,      // those that are counted in this cycle
    input  wire               rd_en_i,
    input  wire [INDEX_W-1:0] rd_index_i,
    output wire [63:0]        rd_data_o
);

  generate
    if (EVENTS < 2 || (1 << INDEX_W) < EVENTS) begin : g_illegal
      ERROR_vq_counters_INDEX_W_is_too_narrow_for_EVENTS_of_2_or_more u_error ();
    end
  endgenerate

  localparam COUNT_W = 48;

  reg [EVENTS*COUNT_W-1:0] count_q;
  reg [COUNT_W-1:0]        read_q;

  assign event_o   = event_i & {EVENTS{event_i[0] && !clear_i}};
  assign rd_data_o = {{(64 - COUNT_W) {1'b0}}, read_q};

  genvar e;
  generate
    for (e = 0; e < EVENTS; e = e + 1) begin : g_count
      always @(posedge clk or negedge rst_n) begin
        if (!rst_n) count_q[e*COUNT_W +: COUNT_W] <= {COUNT_W{1'b0}};
        else if (clear_i) count_q[e*COUNT_W +: COUNT_W] <= {COUNT_W{1'b0}};
        else if (event_o[e]) count_q[e*COUNT_W +: COUNT_W] <= count_q[e*COUNT_W +: COUNT_W] + 1'b1;
      end
    end
  endgenerate

  // An AND and an OR a bit, as in vq_codebook_read.
  function [COUNT_W-1:0] count_of(input [INDEX_W-1:0] index);
    integer i;
    begin
      count_of = {COUNT_W{1'b0}};
      for (i = 0; i < EVENTS; i = i + 1) begin
        count_of = count_of |
            (count_q[i*COUNT_W +: COUNT_W] & {COUNT_W{index == i[INDEX_W-1:0]}});
      end
    end
  endfunction

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) read_q <= {COUNT_W{1'b0}};
    else if (rd_en_i) read_q <= count_of(rd_index_i);
  end

endmodule

`default_nettype wire
