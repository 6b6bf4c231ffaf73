// SPDX-License-Identifier: Apache-2.0
// vq_out_walker — places the codes of each RUN in the output buffer, and says when it is complete.
//
// Codes come in the order block (or group), pixel, beat. Beat m of a pixel, counted over all blocks
// from out_lane_i on, goes to lane m % LANES_V of channel group m / LANES_V, LANES_V = ROWS/LANES
// beats a vector. Groups from out_groups_i on are dropped. A RUN without codes is complete when it
// has read all, in its turn. With table_i codes are looked up on their way, which takes no longer.
//
// Latency     1 cycle from a beat to its write; done_o comes with the write of the RUN's last beat.
// Handshake   valid/ready; each RUN takes beats from its own source only, one a cycle.
// Packing     beat at data[LANES*8-1:0]; wr_en_o[k] writes wr_data_o[k*LANES*8 +: LANES*8].
// Legal       counts of 1 and more; out_lane_i < ROWS/LANES.
// Parameters  LANES divides ROWS <= 128 and COLUMNS <= 128.

`default_nettype none

module vq_out_walker #(
    parameter ROWS    = 16,
    parameter COLUMNS = 16,
    parameter LANES   = 4
) (
    input  wire                  clk,
    input  wire                  rst_n,
    // RUNs
    input  wire                  run_valid_i,
    output wire                  run_ready_o,
    input  wire                  array_i,           // codes come from the core,
    input  wire                  add_i,             // from the add lanes, else from the sum lanes
    input  wire                  none_i,            // no codes come
    input  wire [11:0]           blocks_i,          // blocks or groups, less 1
    input  wire [11:0]           out_h_i,
    input  wire [11:0]           out_w_i,
    input  wire [15:0]           output_i,
    input  wire [6:0]            out_lane_i,
    input  wire [11:0]           out_groups_i,
    input  wire [15:0]           out_group_step_i,
    input  wire                  table_i,           // codes go through a table
    input  wire                  table_bank_i,
    // Codes
    input  wire                  core_valid_i,
    output wire                  core_ready_o,
    input  wire [LANES*8-1:0]    core_data_i,
    input  wire                  sum_valid_i,
    output wire                  sum_ready_o,
    input  wire [LANES*8-1:0]    sum_data_i,
    input  wire                  add_valid_i,
    output wire                  add_ready_o,
    input  wire [LANES*8-1:0]    add_data_i,
    // Tables: codes in 1 cycle
    output wire                  table_rd_en_o,
    output wire                  table_bank_o,
    output wire [LANES*8-1:0]    table_codes_o,
    input  wire [LANES*8-1:0]    table_codes_i,
    // Output buffer
    output wire [ROWS/LANES-1:0] wr_en_o,
    output wire [15:0]           wr_addr_o,
    output wire [ROWS*8-1:0]     wr_data_o,
    output wire                  write_o,           // a beat is written
    // Order
    input  wire                  read_i,            // a RUN has read all
    output wire                  done_o             // a RUN is complete
);

  generate
    if (ROWS % LANES != 0 || COLUMNS % LANES != 0 || ROWS > 128 || COLUMNS > 128) begin : g_illegal
      ERROR_vq_out_walker_LANES_must_divide_ROWS_and_COLUMNS_of_128_or_less u_error ();
    end
  endgenerate

  localparam VECTOR_LANES = ROWS / LANES;
  localparam LAST_LANE    = VECTOR_LANES - 1;
  localparam LAST_COLUMNS = COLUMNS / LANES - 1;  // last beat of a pixel of the array

  reg        valid_q;
  reg        array_q;
  reg        add_q;
  reg        none_q;
  reg        table_q;
  reg        table_bank_q;
  reg [11:0] out_groups_q;
  reg [15:0] group_step_q;
  reg [11:0] last_y_q;
  reg [11:0] last_x_q;

  // Down counters.
  reg [11:0] block_q;
  reg [11:0] y_q;
  reg [11:0] x_q;
  reg [6:0]  beat_q;
  // Where the beat goes, and where the block's first beat of a pixel does.
  reg [15:0] pixel_q;
  reg [15:0] group_address_q;
  reg [11:0] group_q;
  reg [6:0]  lane_q;
  reg [15:0] block_address_q;
  reg [11:0] block_group_q;
  reg [6:0]  block_lane_q;

  reg [2:0]              reads_q;  // RUNs that have read all and are not complete
  reg [VECTOR_LANES-1:0] wr_en_q;
  reg [15:0]             wr_addr_q;
  reg [LANES*8-1:0]      wr_data_q;
  reg                    wr_table_q;
  reg                    done_q;

  wire active = valid_q && !none_q;

  assign core_ready_o = active && array_q;
  assign add_ready_o  = active && !array_q && add_q;
  assign sum_ready_o  = active && !array_q && !add_q;

  wire beat = active && (array_q ? core_valid_i : add_q ? add_valid_i : sum_valid_i);
  wire [LANES*8-1:0] data = array_q ? core_data_i : add_q ? add_data_i : sum_data_i;

  wire [6:0] first_beat = array_q ? LAST_COLUMNS[6:0] : LAST_LANE[6:0];
  wire pixel_end = beat_q == 7'd0;
  wire row_end   = pixel_end && x_q == 12'd0;
  wire block_end = row_end && y_q == 12'd0;
  wire codes_end = beat && block_end && block_q == 12'd0;
  wire finish    = codes_end || (valid_q && none_q && reads_q != 3'd0);
  wire take      = run_valid_i && run_ready_o;

  wire        vector_end   = lane_q == LAST_LANE[6:0];
  wire [6:0]  next_lane    = vector_end ? 7'd0 : lane_q + 7'd1;
  wire [11:0] next_group   = vector_end ? group_q + 12'd1 : group_q;
  wire [15:0] next_address = vector_end ? group_address_q + group_step_q : group_address_q;

  assign run_ready_o = !valid_q || finish;

  assign table_rd_en_o = beat && table_q;
  assign table_bank_o  = table_bank_q;
  assign table_codes_o = data;

  wire [VECTOR_LANES-1:0] wr_en;
  genvar k;
  generate
    for (k = 0; k < VECTOR_LANES; k = k + 1) begin : g_lane
      localparam LANE = k;
      assign wr_en[k] = beat && group_q < out_groups_q && lane_q == LANE[6:0];
    end
  endgenerate

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      valid_q <= 1'b0;
      reads_q <= 3'd0;
      wr_en_q <= {VECTOR_LANES{1'b0}};
      done_q  <= 1'b0;
    end else begin
      valid_q <= take || (valid_q && !finish);
      if (read_i != finish) reads_q <= finish ? reads_q - 3'd1 : reads_q + 3'd1;
      wr_en_q <= wr_en;
      done_q  <= finish;
    end
  end

  always @(posedge clk) begin
    if (beat) begin
      wr_addr_q  <= group_address_q + pixel_q;
      wr_data_q  <= data;
      wr_table_q <= table_q;
    end
    if (take) begin
      array_q         <= array_i;
      add_q           <= add_i;
      none_q          <= none_i;
      table_q         <= table_i;
      table_bank_q    <= table_bank_i;
      out_groups_q    <= out_groups_i;
      group_step_q    <= out_group_step_i;
      last_y_q        <= out_h_i - 12'd1;
      last_x_q        <= out_w_i - 12'd1;
      block_q         <= blocks_i;
      y_q             <= out_h_i - 12'd1;
      x_q             <= out_w_i - 12'd1;
      beat_q          <= array_i ? LAST_COLUMNS[6:0] : LAST_LANE[6:0];
      pixel_q         <= 16'd0;
      group_address_q <= output_i;
      group_q         <= 12'd0;
      lane_q          <= array_i ? out_lane_i : 7'd0;
      block_address_q <= output_i;
      block_group_q   <= 12'd0;
      block_lane_q    <= array_i ? out_lane_i : 7'd0;
    end else if (beat) begin
      beat_q <= pixel_end ? first_beat : beat_q - 7'd1;
      if (pixel_end) x_q <= row_end ? last_x_q : x_q - 12'd1;
      if (row_end) y_q <= block_end ? last_y_q : y_q - 12'd1;
      if (block_end) block_q <= block_q - 12'd1;
      if (pixel_end) pixel_q <= block_end ? 16'd0 : pixel_q + 16'd1;
      if (block_end) begin
        block_address_q <= next_address;
        block_group_q   <= next_group;
        block_lane_q    <= next_lane;
      end
      group_address_q <= pixel_end && !block_end ? block_address_q : next_address;
      group_q         <= pixel_end && !block_end ? block_group_q : next_group;
      lane_q          <= pixel_end && !block_end ? block_lane_q : next_lane;
    end
  end

  assign wr_en_o   = wr_en_q;
  assign wr_addr_o = wr_addr_q;
  assign wr_data_o = {VECTOR_LANES{wr_table_q ? table_codes_i : wr_data_q}};
  assign write_o   = |wr_en_q;
  assign done_o    = done_q;

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  always @(posedge clk) begin
    if (past_q && rst_n) begin
      assert ((wr_en_o & (wr_en_o - 1'b1)) == {VECTOR_LANES{1'b0}});  // one lane at most
      assert (core_ready_o + sum_ready_o + add_ready_o <= 1);
      if (table_rd_en_o) assert (active && table_q);         // who needs no table reads none
      if ($past(rst_n) && $past(beat)) assert (wr_table_q == $past(table_rd_en_o));
      if ($past(rst_n) && $past(none_q || !valid_q)) assert (wr_en_o == {VECTOR_LANES{1'b0}});
    end
  end
`endif

endmodule

`default_nettype wire
