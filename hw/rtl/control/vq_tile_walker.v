// SPDX-License-Identifier: Apache-2.0
// vq_tile_walker — the tiles of an array RUN: commands for vq_core, and what to read for each.
//
// For each block, kernel row, kernel column and channel group one tile, in this order. The tiles of
// a RUN follow each other in the weight buffer. A RUN of the vector unit has no tile; then the
// reader is told so, for it reports the end of each RUN.
//
// Latency     1 cycle from a RUN to its first tile; one tile a cycle, no gap between RUNs.
// Handshake   valid/ready; a tile is taken when both the core and the reader took it.
// Legal       counts of 1 and more; out_h_i * out_w_i <= 2^ADDR_W.
// Parameters  INDEX_WORDS, DENSE_WORDS 1 … 65536; ADDR_W 1 … 16.

`default_nettype none

module vq_tile_walker #(
    parameter INDEX_WORDS = 2,
    parameter DENSE_WORDS = 8,
    parameter ADDR_W      = 6
) (
    input  wire              clk,
    input  wire              rst_n,
    // RUNs
    input  wire              run_valid_i,
    output wire              run_ready_o,
    input  wire              array_i,
    input  wire              dense_i,
    input  wire              first_i,
    input  wire              last_i,
    input  wire [11:0]       kernel_h_i,
    input  wire [11:0]       kernel_w_i,
    input  wire [11:0]       groups_i,
    input  wire [11:0]       blocks_i,
    input  wire [11:0]       out_h_i,
    input  wire [11:0]       out_w_i,
    input  wire [15:0]       weights_i,
    input  wire [23:0]       bounds_i,      // travels with the tiles
    // Commands
    output wire              tile_valid_o,
    input  wire              tile_ready_i,
    output wire [ADDR_W-1:0] tile_stop_o,
    output wire              tile_first_o,
    output wire              tile_last_o,
    output wire              tile_dense_o,
    output wire [23:0]       tile_bounds_o,
    // Reading
    output wire              read_valid_o,
    input  wire              read_ready_i,
    output wire              read_load_o,     // start at read_address_o, else go on
    output wire [15:0]       read_address_o,
    output wire [15:0]       read_words_o,    // less 1
    output wire              read_none_o,     // nothing to read
    output wire              read_end_o       // the RUN's last
);

  localparam LAST_INDEX = INDEX_WORDS - 1;
  localparam LAST_DENSE = DENSE_WORDS - 1;

  reg              valid_q;
  reg              tile_taken_q;
  reg              read_taken_q;
  reg              array_q;
  reg              dense_q;
  reg              run_first_q;
  reg              run_last_q;
  reg              run_start_q;    // the RUN's first tile
  reg              block_start_q;  // the block's first tile
  reg [ADDR_W-1:0] stop_q;
  reg [15:0]       weights_q;
  reg [23:0]       bounds_q;

  // Down counters, and where they start anew.
  reg [11:0] group_q;
  reg [11:0] kernel_x_q;
  reg [11:0] kernel_y_q;
  reg [11:0] block_q;
  reg [11:0] last_group_q;
  reg [11:0] last_kernel_x_q;
  reg [11:0] last_kernel_y_q;

  wire group_end  = group_q == 12'd0;
  wire row_end    = group_end && kernel_x_q == 12'd0;
  wire block_end  = row_end && kernel_y_q == 12'd0;
  wire run_end    = !array_q || (block_end && block_q == 12'd0);
  wire tile_taken = tile_taken_q || tile_ready_i || !array_q;
  wire read_taken = read_taken_q || read_ready_i;
  wire step       = valid_q && tile_taken && read_taken;
  wire take       = run_valid_i && run_ready_o;

  assign run_ready_o = !valid_q || (step && run_end);

  assign tile_valid_o  = valid_q && array_q && !tile_taken_q;
  assign tile_stop_o   = stop_q;
  assign tile_first_o  = run_first_q && block_start_q;
  assign tile_last_o   = run_last_q && block_end;
  assign tile_dense_o  = dense_q;
  assign tile_bounds_o = bounds_q;

  assign read_valid_o   = valid_q && !read_taken_q;
  assign read_load_o    = run_start_q;
  assign read_address_o = weights_q;
  assign read_words_o   = dense_q ? LAST_DENSE[15:0] : LAST_INDEX[15:0];
  assign read_none_o    = !array_q;
  assign read_end_o     = run_end;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      valid_q      <= 1'b0;
      tile_taken_q <= 1'b0;
      read_taken_q <= 1'b0;
    end else begin
      valid_q      <= take || (valid_q && !(step && run_end));
      tile_taken_q <= valid_q && array_q && tile_taken && !step;
      read_taken_q <= valid_q && read_taken && !step;
    end
  end

  // verilator lint_off WIDTH
  wire [ADDR_W-1:0] stop = out_h_i * out_w_i - 1;  // cut to ADDR_W bits
  // verilator lint_on WIDTH

  always @(posedge clk) begin
    if (take) begin
      array_q         <= array_i;
      dense_q         <= dense_i;
      run_first_q     <= first_i;
      run_last_q      <= last_i;
      run_start_q     <= 1'b1;
      block_start_q   <= 1'b1;
      stop_q          <= stop;
      weights_q       <= weights_i;
      bounds_q        <= bounds_i;
      group_q         <= groups_i - 12'd1;
      kernel_x_q      <= kernel_w_i - 12'd1;
      kernel_y_q      <= kernel_h_i - 12'd1;
      block_q         <= blocks_i - 12'd1;
      last_group_q    <= groups_i - 12'd1;
      last_kernel_x_q <= kernel_w_i - 12'd1;
      last_kernel_y_q <= kernel_h_i - 12'd1;
    end else if (step) begin
      run_start_q   <= 1'b0;
      block_start_q <= block_end;
      group_q       <= group_end ? last_group_q : group_q - 12'd1;
      if (group_end) kernel_x_q <= row_end ? last_kernel_x_q : kernel_x_q - 12'd1;
      if (row_end) kernel_y_q <= block_end ? last_kernel_y_q : kernel_y_q - 12'd1;
      if (block_end) block_q <= block_q - 12'd1;
    end
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  always @(posedge clk) begin
    if (past_q && rst_n) begin
      if (tile_taken_q) assert (valid_q && array_q);
      if (read_taken_q) assert (valid_q);
      assert (!(tile_taken_q && read_taken_q));
      if ($past(rst_n) && $past(tile_valid_o && !tile_ready_i)) begin
        assert (tile_valid_o && $stable(tile_stop_o) && $stable(tile_first_o));
        assert ($stable(tile_last_o) && $stable(tile_dense_o) && $stable(tile_bounds_o));
      end
      if ($past(rst_n) && $past(read_valid_o && !read_ready_i)) begin
        assert (read_valid_o && $stable(read_load_o) && $stable(read_address_o));
        assert ($stable(read_words_o) && $stable(read_none_o) && $stable(read_end_o));
      end
    end
  end
`endif

endmodule

`default_nettype wire
