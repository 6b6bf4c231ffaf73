// SPDX-License-Identifier: Apache-2.0
// vq_tile_control — issues one activation vector a cycle to the array, tile after tile.
//
// A tile command is: first and last of its block, and the address of its last pixel; pixels are
// issued at addresses 0 … stop. An issue needs, all in one cycle, an activation vector, weights
// that are active in the next cycle, for a block's first issue a loaded parameter bank, and that
// the same pixel was not issued in the last two cycles (its sum is still on the way).
//
// Latency     0 cycles from the streams to the issue; one issue a cycle.
// Handshake   valid/ready; act_ready_o does not depend on act_valid_i.
// Parameters  ADDR_W: bits of a pixel address.

`default_nettype none

module vq_tile_control #(
    parameter ADDR_W = 6
) (
    input  wire              clk,
    input  wire              rst_n,
    // Tile commands
    input  wire              tile_valid_i,
    output wire              tile_ready_o,
    input  wire [ADDR_W-1:0] tile_stop_i,
    input  wire              tile_first_i,
    input  wire              tile_last_i,
    // Activation vectors (the data go to vq_mac_array)
    input  wire              act_valid_i,
    output wire              act_ready_o,
    // Weights and parameters
    input  wire              weights_next_valid_i,
    output wire              weights_release_o,
    input  wire              params_loaded_i,
    output wire              params_claim_o,
    // Block descriptors for vq_drain, given with a block's last issue
    output wire              block_valid_o,
    input  wire              block_ready_i,
    // Issue
    output wire              issue_o,
    output wire [ADDR_W-1:0] issue_addr_o,
    output wire              issue_bank_o,
    output wire              issue_first_o,
    output wire              issue_block_end_o,
    // Why nothing is issued, at most one of them high: for counters
    output wire              wait_weights_o,
    output wire              wait_params_o,
    output wire              wait_sums_o,
    output wire              wait_acts_o
);

  reg [ADDR_W-1:0] pixel_q;
  reg              bank_q;

  // The last two cycles' issues, for the read-after-write check.
  reg              recent1_valid_q;
  reg              recent2_valid_q;
  reg [ADDR_W-1:0] recent1_pixel_q;
  reg [ADDR_W-1:0] recent2_pixel_q;
  reg              recent1_bank_q;
  reg              recent2_bank_q;
  reg              release_q;

  wire tile_end    = pixel_q == tile_stop_i;
  wire block_start = tile_first_i && pixel_q == {ADDR_W{1'b0}};
  wire block_end   = tile_last_i && tile_end;

  wire same1 = recent1_valid_q && recent1_pixel_q == pixel_q && recent1_bank_q == bank_q;
  wire same2 = recent2_valid_q && recent2_pixel_q == pixel_q && recent2_bank_q == bank_q;

  wire weights_ok = weights_next_valid_i;
  wire params_ok  = !block_start || params_loaded_i;
  wire sums_ok    = tile_first_i || !(same1 || same2);
  wire block_ok   = !block_end || block_ready_i;
  wire ready      = tile_valid_i && weights_ok && params_ok && sums_ok && block_ok;
  wire issue      = ready && act_valid_i;

  assign tile_ready_o      = issue && tile_end;
  assign act_ready_o       = ready;
  assign weights_release_o = release_q;
  assign params_claim_o    = issue && block_start;
  assign block_valid_o     = issue && block_end;

  assign issue_o           = issue;
  assign issue_addr_o      = pixel_q;
  assign issue_bank_o      = bank_q;
  assign issue_first_o     = tile_first_i;
  assign issue_block_end_o = block_end;

  assign wait_weights_o = tile_valid_i && !weights_ok;
  assign wait_params_o  = tile_valid_i && weights_ok && !(params_ok && block_ok);
  assign wait_sums_o    = tile_valid_i && weights_ok && params_ok && block_ok && !sums_ok;
  assign wait_acts_o    = ready && !act_valid_i;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      pixel_q         <= {ADDR_W{1'b0}};
      bank_q          <= 1'b0;
      recent1_valid_q <= 1'b0;
      recent2_valid_q <= 1'b0;
      release_q       <= 1'b0;
    end else begin
      if (issue) pixel_q <= tile_end ? {ADDR_W{1'b0}} : pixel_q + 1'b1;
      if (issue && block_end) bank_q <= !bank_q;
      recent1_valid_q <= issue;
      recent2_valid_q <= recent1_valid_q;
      release_q       <= issue && tile_end;
    end
  end

  always @(posedge clk) begin
    recent1_pixel_q <= pixel_q;
    recent2_pixel_q <= recent1_pixel_q;
    recent1_bank_q  <= bank_q;
    recent2_bank_q  <= recent1_bank_q;
  end

endmodule

`default_nettype wire
