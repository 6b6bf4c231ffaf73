// SPDX-License-Identifier: Apache-2.0
// vq_unpack_widths — as vq_unpack for beats of indices whose width each tile chooses out of a set.
//
// A tile is BEATS beats of PORTS indices of w bits, packed without gaps from the low bits of its
// first word; the rest of its last word is dropped. An index comes out with INDEX_W bits: base_i
// above, its own w bits below.
//
//   word  | .. | i3 | i2 | i1 | i0 |  w each   ─▶   beat  | base i1 | base i0 |  INDEX_W each
//
// Latency     1 cycle from the word that completes a beat to the beat.
// Throughput  one beat a cycle, when words come in time; the narrower, the fewer.
// Handshake   valid/ready; ready_o depends combinationally on ready_i.
// Legal       select_i: the place of the tile's width in the set, 0 the widest; all words of a tile
//             have the same. base_i has zeros where the index has bits.
// Parameters  WIDTH_SET: bit w is 1 if there are indices of w bits; its highest bit is INDEX_W, its
//             lowest INDEX_W - BASE_W. SELECT_W = ceil(log2 of their number). UNIT divides IN_W and
//             PORTS times each width; OUT_W = PORTS * INDEX_W; FILL_W = ceil(log2((IN_W + OUT_W) /
//             UNIT)); SHIFT_W = ceil(log2(OUT_W / UNIT)), at least 1; BEATS >= 1; BEAT_W =
//             ceil(log2 BEATS), at least 1.

`default_nettype none

module vq_unpack_widths #(
    parameter IN_W      = 64,
    parameter PORTS     = 2,
    parameter INDEX_W   = 8,
    parameter BASE_W    = 4,
    parameter WIDTH_SET = 'h150,
    parameter SELECT_W  = 2,
    parameter UNIT      = 4,
    parameter FILL_W    = 5,
    parameter SHIFT_W   = 2,
    parameter BEATS     = 16,
    parameter BEAT_W    = 4
) (
    input  wire                     clk,
    input  wire                     rst_n,
    input  wire                     valid_i,
    output wire                     ready_o,
    input  wire [IN_W-1:0]          data_i,
    input  wire [SELECT_W-1:0]      select_i,
    input  wire [BASE_W-1:0]        base_i,
    output wire                     valid_o,
    input  wire                     ready_i,
    output wire [PORTS*INDEX_W-1:0] data_o,
    output wire                     last_o    // data_o is the tile's last beat
);

  localparam OUT_W      = PORTS * INDEX_W;
  localparam NARROWEST  = INDEX_W - BASE_W;
  localparam BUFFER_W   = IN_W + OUT_W - UNIT;
  localparam WORD_UNITS = IN_W / UNIT;
  localparam LAST       = BEATS - 1;

  function integer ones_of(input integer set);
    integer i;
    begin
      ones_of = 0;
      for (i = 0; i < 32; i = i + 1) ones_of = ones_of + ((set >> i) & 1);
    end
  endfunction

  localparam WIDTHS = ones_of(WIDTH_SET);

  genvar g;

  generate
    if (WIDTH_SET >> INDEX_W != 1 || (WIDTH_SET >> NARROWEST) << NARROWEST != WIDTH_SET
        || ((WIDTH_SET >> NARROWEST) & 1) != 1) begin : g_illegal_set
      ERROR_vq_unpack_widths_WIDTH_SET_must_reach_from_INDEX_W_down_by_BASE_W u_error ();
    end
    if ((1 << SELECT_W) < WIDTHS) begin : g_illegal_select
      ERROR_vq_unpack_widths_SELECT_W_is_too_narrow u_error ();
    end
    for (g = NARROWEST; g <= INDEX_W; g = g + 1) begin : g_width
      if (((WIDTH_SET >> g) & 1) != 0 && (PORTS * g % UNIT != 0 || IN_W % UNIT != 0))
      begin : g_illegal_unit
        ERROR_vq_unpack_widths_UNIT_must_divide_IN_W_and_all_beats u_error ();
      end
    end
    if ((1 << FILL_W) * UNIT < IN_W + OUT_W || (1 << SHIFT_W) * UNIT < OUT_W
        || SHIFT_W > FILL_W) begin : g_illegal_fill
      ERROR_vq_unpack_widths_FILL_W_or_SHIFT_W_is_too_narrow u_error ();
    end
    if (BEATS < 1 || (1 << BEAT_W) < BEATS) begin : g_illegal_beats
      ERROR_vq_unpack_widths_BEAT_W_is_too_narrow_for_BEATS u_error ();
    end
  endgenerate

  reg [BUFFER_W-1:0] buffer_q;
  reg [FILL_W-1:0]   fill_q;    // units in the buffer
  reg [BEAT_W-1:0]   beat_q;    // beats of this tile already given
  reg [SELECT_W-1:0] select_q;  // of this tile
  reg [BASE_W-1:0]   base_q;

  // What the tile's width makes of the buffer: a beat, what follows it, and their distance.
  reg [OUT_W-1:0]    beat;
  reg [BUFFER_W-1:0] rest;
  reg [FILL_W-1:0]   beat_units;
  integer            w;
  integer            p;
  integer            place;

  always @* begin
    beat       = {OUT_W{1'b0}};
    rest       = {BUFFER_W{1'b0}};
    beat_units = {FILL_W{1'b0}};
    place      = 0;
    for (w = INDEX_W; w >= NARROWEST; w = w - 1) begin
      if (((WIDTH_SET >> w) & 1) != 0) begin
        if (select_q == place[SELECT_W-1:0]) begin
          rest       = buffer_q >> (PORTS * w);
          // verilator lint_off WIDTH
          beat_units = PORTS * w / UNIT;  // fits
          // verilator lint_on WIDTH
          for (p = 0; p < PORTS; p = p + 1) begin
            beat[p*INDEX_W +: INDEX_W] =
                buffer_q[p*w +: INDEX_W] & ({INDEX_W{1'b1}} >> (INDEX_W - w));
          end
        end
        place = place + 1;
      end
    end
  end

  wire [FILL_W-1:0] word_units = WORD_UNITS[FILL_W-1:0];

  wire take = valid_o && ready_i;
  wire put  = valid_i && ready_o;

  // What stays when the beat has gone: nothing, after the tile's last one.
  wire [FILL_W-1:0]   kept_fill = !take ? fill_q : last_o ? {FILL_W{1'b0}} : fill_q - beat_units;
  wire [BUFFER_W-1:0] kept      = !take ? buffer_q : last_o ? {BUFFER_W{1'b0}} : rest;
  wire [BUFFER_W-1:0] word      = {{(BUFFER_W - IN_W) {1'b0}}, data_i};

  assign valid_o = fill_q >= beat_units;
  assign data_o  = beat | {PORTS{base_q, {NARROWEST{1'b0}}}};
  assign last_o  = beat_q == LAST[BEAT_W-1:0];
  assign ready_o = kept_fill < beat_units;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      fill_q   <= {FILL_W{1'b0}};
      beat_q   <= {BEAT_W{1'b0}};
      select_q <= {SELECT_W{1'b0}};
    end else begin
      fill_q <= put ? kept_fill + word_units : kept_fill;
      if (take) beat_q <= last_o ? {BEAT_W{1'b0}} : beat_q + 1'b1;
      if (put) select_q <= select_i;
    end
  end

  always @(posedge clk) begin
    if (put) base_q <= base_i;
  end

  // Bits above the fill are zero, so a new word is merged by OR. That needs a reset. A word goes in
  // above less than a beat: SHIFT_W bits of the fill tell where.
  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) buffer_q <= {BUFFER_W{1'b0}};
    else buffer_q <= put ? kept | (word << (kept_fill[SHIFT_W-1:0] * UNIT)) : kept;
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  wire    at_start = fill_q == {FILL_W{1'b0}} && beat_q == {BEAT_W{1'b0}};
  wire    new_tile = at_start || (take && last_o);
  integer i;

  always @(posedge clk) begin
    if (past_q && rst_n) begin
      assume (select_i < WIDTHS);
      if (valid_i && !new_tile) assume (select_i == select_q && base_i == base_q);
      assert (select_q < WIDTHS);
      assert (beat_units != {FILL_W{1'b0}});
      assert (fill_q * UNIT <= BUFFER_W);                           // no word is cut
      assert ((buffer_q >> (fill_q * UNIT)) == {BUFFER_W{1'b0}});   // OR merges safely
      assert (beat_q <= LAST);
      // The lowest index is the buffer's lowest bits, under the base.
      for (i = 0; i < INDEX_W; i = i + 1) begin
        if (i * PORTS < beat_units * UNIT) begin
          if (i < NARROWEST) assert (data_o[i] == buffer_q[i]);
        end else assert (data_o[i] == base_q[i-NARROWEST]);
      end
      if ($past(rst_n) && $past(valid_o && !ready_i)) begin
        assert (valid_o && $stable(data_o) && $stable(last_o));
      end
    end
  end
`endif

endmodule

`default_nettype wire
