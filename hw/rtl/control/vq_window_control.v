// SPDX-License-Identifier: Apache-2.0
// vq_window_control — moves vectors through the vector unit and its results out, beat by beat.
//
//   vector ─▶ [operands] ─▶ [accumulators] ─▶ [hold] ─▶ R/L beats ─▶ requantise or add lanes
//             take_o        step_o            move_o
//
// While one window's result is drained from the hold register, the next window is accumulated.
// Parameters belong to a group of channels: a bank is claimed for its first window and released
// with its last beat. A RUN's configuration is popped with the RUN's last beat.
//
// Latency     1 cycle from a vector to the operands, 1 to the accumulators, 1 to the hold register;
//             a window takes max(vectors, BEATS) cycles.
// Handshake   valid/ready; ready_o depends combinationally on the readiness of the lanes.
// Parameters  BEATS >= 1; BEAT_W = ceil(log2 BEATS), at least 1.

`default_nettype none

module vq_window_control #(
    parameter BEATS  = 4,
    parameter BEAT_W = 2
) (
    input  wire              clk,
    input  wire              rst_n,
    // Vectors
    input  wire              valid_i,
    output wire              ready_o,
    input  wire [1:0]        operation_i,
    input  wire              first_i,
    input  wire              last_i,
    input  wire              group_last_i,
    input  wire              run_last_i,
    // To vq_window_lanes
    output wire              take_o,
    output wire              step_o,
    output wire [1:0]        operation_o,
    output wire              first_o,
    output wire              move_o,
    output wire [BEAT_W-1:0] beat_o,
    // The RUN that is drained
    input  wire              config_valid_i,
    output wire              config_ready_o,
    input  wire              config_add_i,
    // To vq_param_buffer
    input  wire              params_loaded_i,
    output wire              params_claim_o,
    output wire              params_release_o,
    output wire              params_bank_o,
    // To the lanes
    output wire              sum_valid_o,
    input  wire              sum_ready_i,
    output wire              add_valid_o,
    input  wire              add_ready_i
);

  generate
    if (BEATS < 1 || (1 << BEAT_W) < BEATS) begin : g_illegal
      ERROR_vq_window_control_BEAT_W_is_too_narrow_for_BEATS u_error ();
    end
  endgenerate

  localparam LAST = BEATS - 1;

  // Operands: flags are run last, group last, last, first.
  reg        operand_valid_q;
  reg [1:0]  operation_q;
  reg [3:0]  operand_flags_q;
  // Accumulators and hold register: full of a complete window; flags are run last, group last.
  reg        window_full_q;
  reg [1:0]  window_flags_q;
  reg        hold_full_q;
  reg [1:0]  hold_flags_q;
  reg        claimed_q;
  reg        bank_q;
  reg [BEAT_W-1:0] beat_q;

  wire beat_valid = hold_full_q && config_valid_i && (config_add_i || claimed_q);
  wire beat       = beat_valid && (config_add_i ? add_ready_i : sum_ready_i);
  wire release_hold = beat && beat_q == LAST[BEAT_W-1:0];

  assign move_o  = window_full_q && (!hold_full_q || release_hold);
  assign step_o  = operand_valid_q && (!window_full_q || move_o);
  assign ready_o = !operand_valid_q || step_o;
  assign take_o  = valid_i && ready_o;

  assign operation_o = operation_q;
  assign first_o     = operand_flags_q[0];
  assign beat_o      = beat_q;

  assign sum_valid_o      = beat_valid && !config_add_i;
  assign add_valid_o      = beat_valid && config_add_i;
  assign config_ready_o   = release_hold && hold_flags_q[1];
  assign params_release_o = release_hold && hold_flags_q[0] && !config_add_i;
  assign params_claim_o   = params_loaded_i && (!claimed_q || params_release_o);
  assign params_bank_o    = bank_q;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      operand_valid_q <= 1'b0;
      window_full_q   <= 1'b0;
      hold_full_q     <= 1'b0;
      claimed_q       <= 1'b0;
      bank_q          <= 1'b0;
      beat_q          <= {BEAT_W{1'b0}};
    end else begin
      operand_valid_q <= take_o || (operand_valid_q && !step_o);
      window_full_q   <= (step_o && operand_flags_q[1]) || (window_full_q && !move_o);
      hold_full_q     <= move_o || (hold_full_q && !release_hold);
      claimed_q       <= params_claim_o || (claimed_q && !params_release_o);
      if (params_release_o) bank_q <= !bank_q;
      if (beat) beat_q <= release_hold ? {BEAT_W{1'b0}} : beat_q + 1'b1;
    end
  end

  always @(posedge clk) begin
    if (take_o) begin
      operation_q     <= operation_i;
      operand_flags_q <= {run_last_i, group_last_i, last_i, first_i};
    end
    if (step_o) window_flags_q <= operand_flags_q[3:2];
    if (move_o) hold_flags_q <= window_flags_q;
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  always @(posedge clk) begin
    if (past_q && rst_n) begin
      assert (beat_q <= LAST);
      if (!hold_full_q) assert (beat_q == {BEAT_W{1'b0}});
      if (step_o) assert (!window_full_q || move_o);       // no window is overwritten
      if (move_o) assert (!hold_full_q || release_hold);
      if ($past(rst_n) && $past((sum_valid_o && !sum_ready_i) || (add_valid_o && !add_ready_i))) begin
        assume (config_valid_i && $stable(config_add_i));  // the configuration waits
        assert (sum_valid_o == $past(sum_valid_o) && add_valid_o == $past(add_valid_o));
        assert ($stable(beat_o) && $stable(params_bank_o) && !$past(move_o && hold_full_q));
      end
    end
  end
`endif

endmodule

`default_nettype wire
