// SPDX-License-Identifier: Apache-2.0
// vq_answer_sort — gives the memory's answers to those who asked: reads by ID, writes in order.
//
// Latency     0 cycles; store_done_o and error_o 1 cycle.
// Handshake   answers are always taken.

`default_nettype none

module vq_answer_sort (
    input  wire       clk,
    input  wire       rst_n,
    // Words of reads
    input  wire       rvalid_i,
    input  wire       rid_i,
    input  wire       rlast_i,
    input  wire [1:0] rresp_i,
    // Answers to write bursts; the oldest burst that waits for one is the last of its STORE
    input  wire       bvalid_i,
    input  wire [1:0] bresp_i,
    input  wire       store_last_i,
    // To whom they belong
    output wire       fetch_valid_o,  // a word of an instruction
    output wire       load_valid_o,   // a word of a LOAD
    output wire       read_done_o,    // a read burst is complete
    output wire       store_done_o,   // a STORE is complete
    output wire       error_o         // an answer was none of success
);

  reg store_done_q;
  reg error_q;

  assign fetch_valid_o = rvalid_i && !rid_i;
  assign load_valid_o  = rvalid_i && rid_i;
  assign read_done_o   = rvalid_i && rlast_i;
  assign store_done_o  = store_done_q;
  assign error_o       = error_q;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      store_done_q <= 1'b0;
      error_q      <= 1'b0;
    end else begin
      store_done_q <= bvalid_i && store_last_i;
      error_q      <= (rvalid_i && rresp_i != 2'b00) || (bvalid_i && bresp_i != 2'b00);
    end
  end

endmodule

`default_nettype wire
