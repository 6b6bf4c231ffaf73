// SPDX-License-Identifier: Apache-2.0
// vq_unpack — cuts bus words into beats of another width; every tile starts in a fresh word.
//
// A tile is BEATS beats of OUT_W bits, packed without gaps, first beat in the low bits of the first
// word; the rest of its last word is dropped.
//
//   word 0  | b2 lo |  beat 1  |  beat 0  |      IN_W = 2.5 OUT_W
//   word 1  |  beat 4  |  beat 3  | b2 hi |
//
// Latency     1 cycle from the word that completes a beat to the beat.
// Throughput  one beat a cycle, when words come in time.
// Handshake   valid/ready; ready_o depends combinationally on ready_i.
// Parameters  UNIT divides IN_W and OUT_W (use their greatest common divisor: the shifter moves in
//             steps of UNIT); FILL_W = ceil(log2((IN_W + OUT_W) / UNIT)); BEATS >= 1;
//             BEAT_W = ceil(log2 BEATS), at least 1.

`default_nettype none

module vq_unpack #(
    parameter IN_W   = 64,
    parameter OUT_W  = 16,
    parameter UNIT   = 16,
    parameter FILL_W = 3,
    parameter BEATS  = 16,
    parameter BEAT_W = 4
) (
    input  wire             clk,
    input  wire             rst_n,
    input  wire             valid_i,
    output wire             ready_o,
    input  wire [IN_W-1:0]  data_i,
    output wire             valid_o,
    input  wire             ready_i,
    output wire [OUT_W-1:0] data_o,
    output wire             last_o    // data_o is the tile's last beat
);

  generate
    if (IN_W % UNIT != 0 || OUT_W % UNIT != 0) begin : g_illegal_unit
      ERROR_vq_unpack_UNIT_must_divide_IN_W_and_OUT_W u_error ();
    end
    if ((1 << FILL_W) * UNIT < IN_W + OUT_W) begin : g_illegal_fill
      ERROR_vq_unpack_FILL_W_is_too_narrow u_error ();
    end
    if (BEATS < 1 || (1 << BEAT_W) < BEATS) begin : g_illegal_beats
      ERROR_vq_unpack_BEAT_W_is_too_narrow_for_BEATS u_error ();
    end
  endgenerate

  localparam BUFFER_W   = IN_W + OUT_W - UNIT;
  localparam WORD_UNITS = IN_W / UNIT;
  localparam BEAT_UNITS = OUT_W / UNIT;
  localparam LAST       = BEATS - 1;

  reg [BUFFER_W-1:0] buffer_q;
  reg [FILL_W-1:0]   fill_q;    // units in the buffer
  reg [BEAT_W-1:0]   beat_q;    // beats of this tile already given

  wire [FILL_W-1:0] word_units = WORD_UNITS[FILL_W-1:0];
  wire [FILL_W-1:0] beat_units = BEAT_UNITS[FILL_W-1:0];

  wire take = valid_o && ready_i;
  wire put  = valid_i && ready_o;

  // What stays when the beat has gone: nothing, after the tile's last one.
  wire [FILL_W-1:0]   kept_fill = !take ? fill_q : last_o ? {FILL_W{1'b0}} : fill_q - beat_units;
  wire [BUFFER_W-1:0] kept      = !take ? buffer_q
                                : last_o ? {BUFFER_W{1'b0}} : buffer_q >> OUT_W;
  wire [BUFFER_W-1:0] word      = {{(BUFFER_W - IN_W) {1'b0}}, data_i};

  assign valid_o = fill_q >= beat_units;
  assign data_o  = buffer_q[OUT_W-1:0];
  assign last_o  = beat_q == LAST[BEAT_W-1:0];
  assign ready_o = kept_fill < beat_units;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      fill_q <= {FILL_W{1'b0}};
      beat_q <= {BEAT_W{1'b0}};
    end else begin
      fill_q <= put ? kept_fill + word_units : kept_fill;
      if (take) beat_q <= last_o ? {BEAT_W{1'b0}} : beat_q + 1'b1;
    end
  end

  // Bits above the fill are zero, so a new word is merged by OR. That needs a reset.
  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) buffer_q <= {BUFFER_W{1'b0}};
    else buffer_q <= put ? kept | (word << (kept_fill * UNIT)) : kept;
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  always @(posedge clk) begin
    if (past_q && rst_n) begin
      assert (fill_q * UNIT <= BUFFER_W);                           // no word is cut
      assert ((buffer_q >> (fill_q * UNIT)) == {BUFFER_W{1'b0}});   // OR merges safely
      assert (beat_q <= LAST);
      if ($past(rst_n) && $past(valid_o && !ready_i)) begin
        assert (valid_o && $stable(data_o) && $stable(last_o));
      end
    end
  end
`endif

endmodule

`default_nettype wire
