// SPDX-License-Identifier: Apache-2.0
// vq_drain — reads a finished block out of the accumulator, pixel by pixel, LANES columns a beat.
//
//   issue (address, beat) ─▶ accumulator read ─▶ select lanes ─▶ vq_requantise_lanes
//
// Blocks come in order: one descriptor each, and one done_i when its sums are complete. The bank is
// released in the cycle in which the block's last beat goes to the lanes.
//
// Latency     1 cycle from an issue to its beat; one beat a cycle while the lanes are ready; 2 idle
//             cycles between blocks.
// Handshake   valid/ready; nothing moves while lanes_ready_i is low.
// Parameters  BEATS = columns / lanes; BEAT_W = ceil(log2 BEATS), at least 1; ADDR_W as
//             vq_accumulator.

`default_nettype none

module vq_drain #(
    parameter BEATS  = 4,
    parameter BEAT_W = 2,
    parameter ADDR_W = 6
) (
    input  wire              clk,
    input  wire              rst_n,
    // Blocks: the address of the last pixel, and the news that all sums are written
    input  wire              block_valid_i,
    output wire              block_ready_o,
    input  wire [ADDR_W-1:0] block_stop_i,
    input  wire              done_i,
    output wire              release_o,
    // Accumulator read port
    output wire              rd_en_o,
    output wire [ADDR_W-1:0] rd_addr_o,
    output wire              bank_o,
    // To the lanes
    output wire              valid_o,
    input  wire              lanes_ready_i,
    output wire [BEAT_W-1:0] beat_o
);

  generate
    if (BEATS < 1 || (1 << BEAT_W) < BEATS) begin : g_illegal
      ERROR_vq_drain_BEAT_W_is_too_narrow_for_BEATS u_error ();
    end
  endgenerate

  localparam LAST = BEATS - 1;

  reg [ADDR_W-1:0] pixel_q;
  reg [BEAT_W-1:0] beat_q;
  reg              bank_q;
  reg              issued_q;   // all of the block is issued
  reg [1:0]        done_q;     // finished blocks not released yet
  reg              valid_q;
  reg [BEAT_W-1:0] valid_beat_q;
  reg              valid_last_q;

  wire issue      = block_valid_i && done_q != 2'd0 && !issued_q && lanes_ready_i;
  wire last_beat  = beat_q == LAST[BEAT_W-1:0];
  wire last_pixel = pixel_q == block_stop_i;

  assign rd_en_o       = issue && beat_q == {BEAT_W{1'b0}};
  assign rd_addr_o     = pixel_q;
  assign bank_o        = bank_q;
  assign valid_o       = valid_q;
  assign beat_o        = valid_beat_q;
  assign release_o     = valid_q && valid_last_q && lanes_ready_i;
  assign block_ready_o = release_o;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      pixel_q      <= {ADDR_W{1'b0}};
      beat_q       <= {BEAT_W{1'b0}};
      bank_q       <= 1'b0;
      issued_q     <= 1'b0;
      done_q       <= 2'd0;
      valid_q      <= 1'b0;
      valid_beat_q <= {BEAT_W{1'b0}};
      valid_last_q <= 1'b0;
    end else begin
      if (issue) begin
        beat_q <= last_beat ? {BEAT_W{1'b0}} : beat_q + 1'b1;
        if (last_beat) pixel_q <= last_pixel ? {ADDR_W{1'b0}} : pixel_q + 1'b1;
        if (last_beat && last_pixel) issued_q <= 1'b1;
      end
      if (release_o) begin
        issued_q <= 1'b0;
        bank_q   <= !bank_q;
      end
      if (done_i && !release_o) done_q <= done_q + 2'd1;
      if (release_o && !done_i) done_q <= done_q - 2'd1;
      if (lanes_ready_i) begin
        valid_q      <= issue;
        valid_beat_q <= beat_q;
        valid_last_q <= last_beat && last_pixel;
      end
    end
  end

endmodule

`default_nettype wire
