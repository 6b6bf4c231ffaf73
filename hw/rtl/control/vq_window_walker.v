// SPDX-License-Identifier: Apache-2.0
// vq_window_walker — reads a RUN's activation vectors in the order in which they are computed.
//
//   array    for each block, kernel row, kernel column, group: for each output row, output column
//   windows  for each group, output row, output column: for each kernel row, kernel column
//
// Six nested loops, level 0 the innermost, each with a step of the address, and of y or x. The
// lowest loop that is not at its end steps from where its turn began; those within start there.
//
//   loops ─▶ address, y, x ─▶ memory (1 cycle, holds its data) ─▶ padding, masks ─▶ vector
//                          └▶ window weight, in lockstep
//
// Latency     1 cycle from a RUN to its first address, 1 more to the vector; one vector a cycle, no
//             gap between RUNs. done_o comes with the last read of a RUN.
// Handshake   valid/ready. Both memories' rd_en_o and run_ready_o depend combinationally on ready_i;
//             act_data_o on act_rd_data_i. The window weight of a vector is window_rd_data at the
//             same time. A vector of padding is not read.
// Packing     row r at [r*8 +: 8].
// Legal       counts of 1 and more; y and x within 16 bits.
// Parameters  ROWS 1 … 128.

`default_nettype none

module vq_window_walker #(
    parameter ROWS = 16
) (
    input  wire              clk,
    input  wire              rst_n,
    // RUNs
    input  wire              run_valid_i,
    output wire              run_ready_o,
    input  wire [1:0]        operation_i,    // 0 array, 1 window sum, 2 window maximum, 3 add
    input  wire              unit_weights_i,
    input  wire [11:0]       kernel_h_i,
    input  wire [11:0]       kernel_w_i,
    input  wire [7:0]        stride_y_i,
    input  wire [7:0]        stride_x_i,
    input  wire [7:0]        dilation_y_i,
    input  wire [7:0]        dilation_x_i,
    input  wire [15:0]       group_step_i,
    input  wire [15:0]       out_y_step_i,
    input  wire [15:0]       out_x_step_i,
    input  wire [15:0]       kernel_y_step_i,
    input  wire [15:0]       kernel_x_step_i,
    input  wire [7:0]        pad_code_i,
    input  wire [15:0]       act_start_i,
    input  wire [11:0]       start_y_i,
    input  wire [11:0]       start_x_i,
    input  wire [11:0]       in_h_i,
    input  wire [11:0]       in_w_i,
    input  wire [11:0]       out_h_i,
    input  wire [11:0]       out_w_i,
    input  wire [11:0]       groups_i,
    input  wire [11:0]       blocks_i,
    input  wire [15:0]       weights_i,
    input  wire [6:0]        first_row_i,
    input  wire [6:0]        last_row_i,
    // Memories
    output wire              act_rd_en_o,
    output wire [15:0]       act_rd_addr_o,
    input  wire [ROWS*8-1:0] act_rd_data_i,
    output wire              window_rd_en_o,
    output wire [15:0]       window_rd_addr_o,
    // Vectors
    output wire              valid_o,
    input  wire              ready_i,
    output wire [ROWS*8-1:0] act_data_o,
    output wire              vector_o,      // for the vector unit, with:
    output wire [1:0]        operation_o,
    output wire              unit_o,        // weights are 1
    output wire              first_o,       // of a window
    output wire              last_o,
    output wire              group_last_o,  // of a group's last window
    output wire              run_last_o,
    output wire              done_o
);

  generate
    if (ROWS > 128) begin : g_illegal
      ERROR_vq_window_walker_ROWS_must_be_128_or_less u_error ();
    end
  endgenerate

  localparam LEVELS     = 6;
  localparam ARRAY      = 2'd0;
  localparam WINDOW_SUM = 2'd1;

  // The RUN at work.
  reg        valid_q;
  reg [1:0]  operation_q;
  reg        unit_q;
  reg [7:0]  pad_code_q;
  reg [11:0] in_h_q;
  reg [11:0] in_w_q;
  reg [15:0] start_y_q;
  reg [15:0] start_x_q;
  reg [6:0]  first_row_q;
  reg [6:0]  last_row_q;

  // Loops: level l at [l*12 +: 12] of the counts, which run down, and at [l*16 +: 16] of addresses.
  reg [LEVELS*12-1:0] left_q;
  reg [LEVELS*12-1:0] last_q;
  reg [LEVELS*16-1:0] base_q;    // the address where the turn of the level began
  reg [LEVELS*16-1:0] step_q;

  // Rows and columns: an inner loop (x level 0, y level 1) and an outer one.
  reg        [7:0]  inner_y_step_q;
  reg        [7:0]  inner_x_step_q;
  reg        [7:0]  outer_y_step_q;
  reg        [7:0]  outer_x_step_q;
  reg signed [15:0] y_q;
  reg signed [15:0] x_q;
  reg        [15:0] outer_y_q;
  reg        [15:0] outer_x_q;

  reg [15:0] weight_q;
  reg [15:0] group_weight_q;  // of the group's first kernel position
  reg        first_q;         // of a window
  reg        first_group_q;
  reg        new_mask_q;

  // Which level steps: the lowest that is not at its end.
  reg [LEVELS-1:0] at_end;
  reg [LEVELS:0]   below_end;  // all levels below are at their end
  reg [LEVELS-1:0] steps;      // the one
  reg [15:0]       from;
  reg [15:0]       by;
  integer          l;

  always @* begin
    below_end = {{LEVELS{1'b0}}, 1'b1};
    from      = 16'd0;
    by        = 16'd0;
    for (l = 0; l < LEVELS; l = l + 1) begin
      at_end[l]      = left_q[l*12 +: 12] == 12'd0;
      steps[l]       = below_end[l] && !at_end[l];
      below_end[l+1] = below_end[l] && at_end[l];
      if (steps[l]) begin
        from = base_q[l*16 +: 16];
        by   = step_q[l*16 +: 16];
      end
    end
  end

  wire [15:0] next_address = from + by;

  wire is_array   = operation_q == ARRAY;
  wire window_end = below_end[2];
  wire group_end  = below_end[4];
  wire run_end    = below_end[LEVELS];

  wire outer_x_steps  = is_array ? steps[3] : steps[2];
  wire outer_y_steps  = is_array ? steps[4] : steps[3];
  wire outer_x_starts = is_array ? below_end[4] : below_end[3];
  wire outer_y_starts = is_array ? below_end[5] : below_end[4];
  wire [15:0] next_outer_x = outer_x_starts ? start_x_q
                           : outer_x_steps ? outer_x_q + {8'd0, outer_x_step_q} : outer_x_q;
  wire [15:0] next_outer_y = outer_y_starts ? start_y_q
                           : outer_y_steps ? outer_y_q + {8'd0, outer_y_step_q} : outer_y_q;

  wire [15:0] next_weight = weight_q + 16'd1;

  wire signed [15:0] in_h = {4'd0, in_h_q};
  wire signed [15:0] in_w = {4'd0, in_w_q};
  wire               pad  = y_q[15] || x_q[15] || y_q >= in_h || x_q >= in_w;

  // The vector at the output.
  reg              vector_valid_q;
  reg              vector_pad_q;
  reg [7:0]        vector_pad_code_q;
  reg [ROWS*8-1:0] keep_q;
  reg [1:0]        vector_operation_q;
  reg              vector_unit_q;
  reg [3:0]        vector_flags_q;  // run last, group last, last, first

  wire advance = !vector_valid_q || ready_i;
  wire go      = valid_q && advance;
  wire take    = run_valid_i && run_ready_o;

  assign run_ready_o      = !valid_q || (go && run_end);
  assign done_o           = go && run_end;
  assign act_rd_en_o      = go && !pad;
  assign act_rd_addr_o    = base_q[15:0];
  assign window_rd_en_o   = go && operation_q == WINDOW_SUM && !unit_q;
  assign window_rd_addr_o = weight_q;

  assign valid_o     = vector_valid_q;
  assign act_data_o  = (vector_pad_q ? {ROWS{vector_pad_code_q}} : act_rd_data_i) & keep_q;
  assign vector_o    = vector_operation_q != ARRAY;
  assign operation_o = vector_operation_q;
  assign unit_o      = vector_unit_q;
  assign {run_last_o, group_last_o, last_o, first_o} = vector_flags_q;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      valid_q        <= 1'b0;
      vector_valid_q <= 1'b0;
    end else begin
      valid_q        <= take || (valid_q && !done_o);
      vector_valid_q <= go || (vector_valid_q && !ready_i);
    end
  end

  // What a RUN brings. An array starts its loops with the output pixels, the others with the kernel.
  wire        array         = operation_i == ARRAY;
  wire [15:0] start_y       = {{4{start_y_i[11]}}, start_y_i};
  wire [15:0] start_x       = {{4{start_x_i[11]}}, start_x_i};
  wire [11:0] last_out_x    = out_w_i - 12'd1;
  wire [11:0] last_out_y    = out_h_i - 12'd1;
  wire [11:0] last_kernel_x = kernel_w_i - 12'd1;
  wire [11:0] last_kernel_y = kernel_h_i - 12'd1;
  wire [11:0] last_group    = groups_i - 12'd1;
  wire [11:0] last_block    = blocks_i - 12'd1;
  wire [LEVELS*12-1:0] last =
      array ? {last_block, last_kernel_y, last_kernel_x, last_group, last_out_y, last_out_x}
            : {12'd0, last_group, last_out_y, last_out_x, last_kernel_y, last_kernel_x};

  always @(posedge clk) begin
    if (take) begin
      operation_q    <= operation_i;
      unit_q         <= unit_weights_i;
      pad_code_q     <= pad_code_i;
      in_h_q         <= in_h_i;
      in_w_q         <= in_w_i;
      start_y_q      <= start_y;
      start_x_q      <= start_x;
      first_row_q    <= array ? first_row_i : 7'd0;
      last_row_q     <= array ? last_row_i : 7'd127;
      last_q         <= last;
      step_q         <= array ? {16'd0, kernel_y_step_i, kernel_x_step_i, group_step_i,
                                 out_y_step_i, out_x_step_i}
                              : {16'd0, group_step_i, out_y_step_i, out_x_step_i,
                                 kernel_y_step_i, kernel_x_step_i};
      inner_y_step_q <= array ? stride_y_i : dilation_y_i;
      inner_x_step_q <= array ? stride_x_i : dilation_x_i;
      outer_y_step_q <= array ? dilation_y_i : stride_y_i;
      outer_x_step_q <= array ? dilation_x_i : stride_x_i;
    end
  end

  // The loops. Level 5's base never steps, so each block starts where the RUN did.
  integer i;
  always @(posedge clk) begin
    if (take) begin
      left_q         <= last;
      base_q         <= {LEVELS{act_start_i}};
      y_q            <= start_y;
      x_q            <= start_x;
      outer_y_q      <= start_y;
      outer_x_q      <= start_x;
      weight_q       <= weights_i;
      group_weight_q <= weights_i;
      first_q        <= 1'b1;
      first_group_q  <= 1'b1;
      new_mask_q     <= 1'b1;
    end else if (go) begin
      for (i = 0; i < LEVELS; i = i + 1) begin
        if (below_end[i]) begin
          left_q[i*12 +: 12] <= at_end[i] ? last_q[i*12 +: 12] : left_q[i*12 +: 12] - 12'd1;
          base_q[i*16 +: 16] <= next_address;
        end
      end
      x_q <= steps[0] ? x_q + {8'd0, inner_x_step_q} : next_outer_x;
      if (steps[1]) y_q <= y_q + {8'd0, inner_y_step_q};
      else if (window_end) y_q <= next_outer_y;
      outer_x_q <= next_outer_x;
      outer_y_q <= next_outer_y;
      weight_q  <= window_end && !group_end ? group_weight_q : next_weight;
      if (group_end) group_weight_q <= next_weight;
      first_q <= window_end;
      if (window_end) first_group_q <= below_end[3];
      new_mask_q <= window_end && is_array;
    end
  end

  // What goes with the vector. The mask changes with the group only.
  integer r;
  always @(posedge clk) begin
    if (go) begin
      vector_pad_q       <= pad;
      vector_pad_code_q  <= pad_code_q;
      vector_operation_q <= operation_q;
      vector_unit_q      <= unit_q;
      vector_flags_q     <= {run_end, group_end, window_end, first_q};
      if (new_mask_q) begin
        for (r = 0; r < ROWS; r = r + 1) begin
          keep_q[r*8 +: 8] <= {8{(!first_group_q || r[6:0] >= first_row_q)
                                 && (!at_end[2] || r[6:0] <= last_row_q)}};
        end
      end
    end
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  always @(posedge clk) begin
    if (past_q && rst_n && $past(rst_n)) begin
      if ($past(valid_o && !ready_i)) begin
        assume ($stable(act_rd_data_i));  // the memory holds
        assert (!$past(act_rd_en_o) && !$past(window_rd_en_o));
        assert (valid_o && $stable(act_data_o) && $stable(vector_o));
        assert ($stable(operation_o) && $stable(unit_o) && $stable(run_last_o));
      end
      if ($past(act_rd_en_o)) assert (valid_o);
      if ($past(valid_o && ready_i && !go)) assert (!valid_o);
      if ($past(done_o)) assert (valid_o && run_last_o);
    end
  end
`endif

endmodule

`default_nettype wire
