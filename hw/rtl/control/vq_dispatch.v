// SPDX-License-Identifier: Apache-2.0
// vq_dispatch — gives each instruction to its queue, and holds FENCE and END until all is complete.
//
//   instruction ─┬▶ load queue:  LOAD
//                ├▶ run queue:   SHAPE, FACTORS, RUN
//                ├▶ store queue: STORE
//                └▶ FENCE, END: taken when as many are complete as were given to the queues
//
// An instruction is illegal if its opcode is none of these, if it is an END before the last one, or
// the last one and no END. It is never taken, and illegal_o stays high.
//
// Latency     0 cycles; one instruction a cycle.
// Handshake   valid/ready; no output's valid depends on a ready. Data stay outside.
// Parameters  *_OPCODE: 0 … 15, all different; COUNT_W: bits of a count, as vq_tickets.

`default_nettype none

module vq_dispatch #(
    parameter LOAD_OPCODE    = 1,
    parameter STORE_OPCODE   = 2,
    parameter SHAPE_OPCODE   = 3,
    parameter FACTORS_OPCODE = 4,
    parameter RUN_OPCODE     = 5,
    parameter FENCE_OPCODE   = 6,
    parameter END_OPCODE     = 7,
    parameter COUNT_W        = 20
) (
    input  wire               clk,
    input  wire               rst_n,
    input  wire               clear_i,        // a program starts
    // Instructions
    input  wire               valid_i,
    output wire               ready_o,
    input  wire [3:0]         opcode_i,
    input  wire               last_i,         // of the program
    // Queues
    output wire               load_valid_o,
    input  wire               load_ready_i,
    output wire               store_valid_o,
    input  wire               store_ready_i,
    output wire               run_valid_o,
    input  wire               run_ready_i,
    // What is complete, from vq_tickets
    input  wire [COUNT_W-1:0] loads_i,
    input  wire [COUNT_W-1:0] reads_i,
    input  wire [COUNT_W-1:0] runs_i,
    input  wire [COUNT_W-1:0] store_reads_i,
    input  wire [COUNT_W-1:0] stores_i,
    // The end
    output wire               done_o,         // one cycle: END is taken
    output wire               illegal_o
);

  // Given to the queues since the start.
  reg [COUNT_W-1:0] loads_q;
  reg [COUNT_W-1:0] runs_q;
  reg [COUNT_W-1:0] stores_q;

  wire is_load  = opcode_i == LOAD_OPCODE[3:0];
  wire is_store = opcode_i == STORE_OPCODE[3:0];
  wire is_run   = opcode_i == RUN_OPCODE[3:0];
  wire is_setup = opcode_i == SHAPE_OPCODE[3:0] || opcode_i == FACTORS_OPCODE[3:0];
  wire is_fence = opcode_i == FENCE_OPCODE[3:0];
  wire is_end   = opcode_i == END_OPCODE[3:0];
  wire is_known = is_load || is_store || is_run || is_setup || is_fence || is_end;
  wire is_legal = is_known && is_end == last_i;

  wire complete = loads_i == loads_q && reads_i == runs_q && runs_i == runs_q
                  && store_reads_i == stores_q && stores_i == stores_q;

  wire go_load  = is_legal && is_load;
  wire go_store = is_legal && is_store;
  wire go_run   = is_legal && (is_run || is_setup);
  wire go_end   = is_legal && is_end && complete;
  wire go_fence = is_legal && is_fence && complete;

  assign load_valid_o  = valid_i && go_load;
  assign store_valid_o = valid_i && go_store;
  assign run_valid_o   = valid_i && go_run;
  assign done_o        = valid_i && go_end;
  assign illegal_o     = valid_i && !is_legal;
  assign ready_o       = (go_load && load_ready_i) || (go_store && store_ready_i)
                         || (go_run && run_ready_i) || go_fence || go_end;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      loads_q  <= {COUNT_W{1'b0}};
      runs_q   <= {COUNT_W{1'b0}};
      stores_q <= {COUNT_W{1'b0}};
    end else if (clear_i) begin
      loads_q  <= {COUNT_W{1'b0}};
      runs_q   <= {COUNT_W{1'b0}};
      stores_q <= {COUNT_W{1'b0}};
    end else begin
      if (load_valid_o && load_ready_i) loads_q <= loads_q + 1'b1;
      if (run_valid_o && is_run && run_ready_i) runs_q <= runs_q + 1'b1;
      if (store_valid_o && store_ready_i) stores_q <= stores_q + 1'b1;
    end
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  wire taken = valid_i && ready_o;

  always @(posedge clk) begin
    if (past_q && rst_n && $past(rst_n)) begin
      if ($past(valid_i && !ready_o)) assume (valid_i && $stable(opcode_i) && $stable(last_i));
      if ($past(load_valid_o && !load_ready_i)) assert (load_valid_o);
      if ($past(store_valid_o && !store_ready_i)) assert (store_valid_o);
      if ($past(run_valid_o && !run_ready_i)) assert (run_valid_o);
      if ($past(illegal_o)) assert (illegal_o);
      if (illegal_o) assert (!ready_o);
      assert (load_valid_o + store_valid_o + run_valid_o + illegal_o <= 1);  // one place each
      if (taken && !complete) assert (load_valid_o || store_valid_o || run_valid_o);
      assert (done_o == (taken && is_end));
      if (done_o) assert (last_i && complete);
      if (taken && last_i) assert (done_o);
      if ($past(taken && is_load && !clear_i)) assert (loads_q == $past(loads_q) + 1'b1);
      if ($past(taken && is_run && !clear_i)) assert (runs_q == $past(runs_q) + 1'b1);
      if ($past(taken && is_store && !clear_i)) assert (stores_q == $past(stores_q) + 1'b1);
      if ($past(taken && !is_load && !clear_i)) assert ($stable(loads_q));
    end
  end
`endif

endmodule

`default_nettype wire
