// SPDX-License-Identifier: Apache-2.0
// vq_run_context — keeps the last SHAPE and FACTORS beside the RUNs that follow them.
//
//   SHAPE, FACTORS, RUN ─┬▶ RUN
//                        └▶ registers ─▶ shape_o, factors_o
//
// Latency     0 cycles for a RUN; 1 cycle for a SHAPE or FACTORS, each of which takes a cycle.
// Handshake   valid/ready; shape_o and factors_o hold while a RUN waits. A RUN's data stay outside.
// Parameters  SHAPE_OPCODE, FACTORS_OPCODE: every other opcode is taken for a RUN's.

`default_nettype none

module vq_run_context #(
    parameter SHAPE_OPCODE   = 3,
    parameter FACTORS_OPCODE = 4,
    parameter SHAPE_W        = 192,
    parameter FACTORS_W      = 96
) (
    input  wire                 clk,
    input  wire                 rst_n,
    input  wire                 valid_i,
    output wire                 ready_o,
    input  wire [3:0]           opcode_i,
    input  wire [SHAPE_W-1:0]   shape_i,    // the instruction, if it is a SHAPE
    input  wire [FACTORS_W-1:0] factors_i,  // and if it is FACTORS
    output wire                 valid_o,
    input  wire                 ready_i,
    output wire [SHAPE_W-1:0]   shape_o,
    output wire [FACTORS_W-1:0] factors_o
);

  reg [SHAPE_W-1:0]   shape_q;
  reg [FACTORS_W-1:0] factors_q;

  wire is_shape   = opcode_i == SHAPE_OPCODE[3:0];
  wire is_factors = opcode_i == FACTORS_OPCODE[3:0];
  wire is_run     = !is_shape && !is_factors;

  assign valid_o   = valid_i && is_run;
  assign ready_o   = !is_run || ready_i;
  assign shape_o   = shape_q;
  assign factors_o = factors_q;

  // With a reset: a RUN before the first SHAPE is a program's mistake, and it must not bring X.
  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      shape_q   <= {SHAPE_W{1'b0}};
      factors_q <= {FACTORS_W{1'b0}};
    end else begin
      if (valid_i && is_shape) shape_q <= shape_i;
      if (valid_i && is_factors) factors_q <= factors_i;
    end
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  always @(posedge clk) begin
    if (past_q && rst_n && $past(rst_n)) begin
      if ($past(valid_i && !ready_o)) assume (valid_i && $stable(opcode_i));
      if ($past(valid_o && !ready_i)) assert (valid_o && $stable(shape_o) && $stable(factors_o));
      if ($past(valid_i && is_shape)) assert (shape_o == $past(shape_i));
      else assert ($stable(shape_o));
      if ($past(valid_i && is_factors)) assert (factors_o == $past(factors_i));
      else assert ($stable(factors_o));
    end
  end
`endif

endmodule

`default_nettype wire
