// SPDX-License-Identifier: Apache-2.0
// vq_run_dispatch — gives each RUN to those who work on it, and tells them what follows from it.
//
//   run ─┬▶ walk    activation addresses
//        ├▶ tiles   tile commands and weights
//        ├▶ params  parameters
//        ├▶ out     placing of codes
//        └▶ config  bounds and factors of the vector unit; not for the array
//
// Latency     0 cycles.
// Handshake   valid/ready; an output's valid never waits for any ready; the RUN is taken in the
//             cycle in which the slowest of them takes it. Data stay outside.
// Parameters  ROWS, COLUMNS >= 1.

`default_nettype none

module vq_run_dispatch #(
    parameter ROWS    = 16,
    parameter COLUMNS = 16
) (
    input  wire        clk,
    input  wire        rst_n,
    input  wire        valid_i,
    output wire        ready_o,
    input  wire [1:0]  operation_i,
    input  wire        first_i,
    input  wire        last_i,
    input  wire [11:0] groups_i,
    input  wire [11:0] blocks_i,
    // The streams
    output wire        walk_valid_o,
    input  wire        walk_ready_i,
    output wire        tiles_valid_o,
    input  wire        tiles_ready_i,
    output wire        params_valid_o,
    input  wire        params_ready_i,
    output wire        out_valid_o,
    input  wire        out_ready_i,
    output wire        config_valid_o,
    input  wire        config_ready_i,
    // What follows from the RUN
    output wire        array_o,
    output wire        add_o,
    output wire        params_none_o,    // no parameters are read
    output wire [11:0] params_blocks_o,  // blocks or groups, less 1
    output wire [15:0] params_words_o,   // entries of one of them, less 1
    output wire        out_none_o        // no codes are written
);

  localparam ARRAY       = 2'd0;
  localparam ADD         = 2'd3;
  localparam LAST_ROW    = ROWS - 1;
  localparam LAST_COLUMN = COLUMNS - 1;

  reg  [4:0] done_q;  // streams that already took the RUN
  wire [4:0] ready = {config_ready_i || array_o, out_ready_i, params_ready_i, tiles_ready_i,
                      walk_ready_i};
  wire [4:0] valid = {config_valid_o, out_valid_o, params_valid_o, tiles_valid_o, walk_valid_o};

  assign walk_valid_o   = valid_i && !done_q[0];
  assign tiles_valid_o  = valid_i && !done_q[1];
  assign params_valid_o = valid_i && !done_q[2];
  assign out_valid_o    = valid_i && !done_q[3];
  assign config_valid_o = valid_i && !done_q[4] && !array_o;
  assign ready_o        = &(done_q | ready);

  assign array_o         = operation_i == ARRAY;
  assign add_o           = operation_i == ADD;
  assign params_none_o   = add_o || (array_o && !first_i);
  assign params_blocks_o = (array_o ? blocks_i : groups_i) - 12'd1;
  assign params_words_o  = array_o ? LAST_COLUMN[15:0] : LAST_ROW[15:0];
  assign out_none_o      = array_o && !last_i;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) done_q <= 5'b00000;
    else done_q <= (valid_i && ready_o) ? 5'b00000 : done_q | (valid & ready);
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  // Count, modulo 4, the RUNs that came in and those that two streams took.
  reg [1:0] in_q = 2'd0;
  reg [1:0] vector_q = 2'd0;
  reg [1:0] walk_q = 2'd0;
  reg [1:0] config_q = 2'd0;

  always @(posedge clk) begin
    if (!rst_n) begin
      in_q     <= 2'd0;
      vector_q <= 2'd0;
      walk_q   <= 2'd0;
      config_q <= 2'd0;
    end else begin
      in_q     <= in_q + {1'b0, valid_i && ready_o};
      vector_q <= vector_q + {1'b0, valid_i && ready_o && !array_o};
      walk_q   <= walk_q + {1'b0, walk_valid_o && walk_ready_i};
      config_q <= config_q + {1'b0, config_valid_o && config_ready_i};
    end
  end

  always @(posedge clk) begin
    if (past_q && rst_n) begin
      if ($past(rst_n) && $past(valid_i && !ready_o)) assume (valid_i && $stable(operation_i));
      assert (walk_q == in_q + {1'b0, done_q[0]});        // each RUN once
      assert (config_q == vector_q + {1'b0, done_q[4]});  // and only those of the vector unit
      if (valid_i && array_o) assert (!done_q[4]);
      if (!$past(rst_n) || !$past(valid_i)) assert (done_q == 5'b00000);
      if ($past(rst_n) && $past(out_valid_o && !out_ready_i)) assert (out_valid_o);
    end
  end
`endif

endmodule

`default_nettype wire
