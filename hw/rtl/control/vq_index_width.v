// SPDX-License-Identifier: Apache-2.0
// vq_index_width — the index width and base of a layer, beside the words of its tiles.
//
//   RUN ─▶ of the RUN at the tile walker ─▶ of the reader's job ─▶ of the word that comes out
//                     └▶ words of a tile
//
// Stands beside vq_tile_walker and vq_stream_reader and follows them: what a RUN says is taken with
// it, goes to the reader with each job and out with the words.
//
// Latency     1 cycle from a RUN to words_o; from a read to select_o and base_o 1 cycle, as its word.
// Legal       index_bits_i: a width of the set; anything else stands for the widest. base_i has
//             zeros where the index has bits.
// Parameters  WIDTH_SET: bit w is 1 if there are indices of w bits, INDEX_W the highest; SELECT_W =
//             ceil(log2 of their number); BASE_W bits above the narrowest; BUS_W bits of a word;
//             INDICES of a tile.

`default_nettype none

module vq_index_width #(
    parameter BUS_W     = 64,
    parameter INDICES   = 32,
    parameter INDEX_W   = 8,
    parameter BASE_W    = 4,
    parameter WIDTH_SET = 'h150,
    parameter SELECT_W  = 2
) (
    input  wire                clk,
    input  wire                rst_n,
    // RUNs, as the tile walker takes them
    input  wire                run_valid_i,
    input  wire                run_ready_i,
    input  wire [4:0]          index_bits_i,
    input  wire [BASE_W-1:0]   base_i,
    // The tile walker's tile
    input  wire                dense_i,
    input  wire [15:0]         dense_words_i,  // less 1
    output wire [15:0]         words_o,        // less 1, of its width or dense
    // The reader
    input  wire                job_valid_i,
    input  wire                job_ready_i,
    input  wire                read_i,
    // Beside its words
    output wire [SELECT_W-1:0] select_o,       // place of the width in the set, 0 the widest
    output wire [BASE_W-1:0]   base_o
);

  function integer ones_of(input integer set);
    integer i;
    begin
      ones_of = 0;
      for (i = 0; i < 32; i = i + 1) ones_of = ones_of + ((set >> i) & 1);
    end
  endfunction

  localparam WIDTHS = ones_of(WIDTH_SET);

  generate
    if (WIDTH_SET >> INDEX_W != 1) begin : g_illegal_set
      ERROR_vq_index_width_INDEX_W_must_be_the_highest_of_WIDTH_SET u_error ();
    end
    if ((1 << SELECT_W) < WIDTHS) begin : g_illegal_select
      ERROR_vq_index_width_SELECT_W_is_too_narrow u_error ();
    end
  endgenerate

  reg [SELECT_W-1:0] run_select_q;
  reg [BASE_W-1:0]   run_base_q;
  reg [SELECT_W-1:0] job_select_q;
  reg [BASE_W-1:0]   job_base_q;
  reg [SELECT_W-1:0] select_q;
  reg [BASE_W-1:0]   base_q;

  // The place of the RUN's width; the words of a tile of the walker's, less 1.
  reg [SELECT_W-1:0] select;
  reg [15:0]         last_word;
  integer            w;
  integer            place;

  always @* begin
    select    = {SELECT_W{1'b0}};
    last_word = 16'd0;
    place     = 0;
    for (w = INDEX_W; w >= 1; w = w - 1) begin
      if (((WIDTH_SET >> w) & 1) != 0) begin
        if (index_bits_i == w[4:0]) select = place[SELECT_W-1:0];
        // verilator lint_off WIDTH
        if (run_select_q == place[SELECT_W-1:0]) last_word = (INDICES * w - 1) / BUS_W;  // fits
        // verilator lint_on WIDTH
        place = place + 1;
      end
    end
  end

  assign words_o  = dense_i ? dense_words_i : last_word;
  assign select_o = select_q;
  assign base_o   = base_q;

  // With a reset: what a word before the first RUN would say must be a width.
  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      run_select_q <= {SELECT_W{1'b0}};
      job_select_q <= {SELECT_W{1'b0}};
      select_q     <= {SELECT_W{1'b0}};
    end else begin
      if (run_valid_i && run_ready_i) run_select_q <= select;
      if (job_valid_i && job_ready_i) job_select_q <= run_select_q;
      if (read_i) select_q <= job_select_q;
    end
  end

  always @(posedge clk) begin
    if (run_valid_i && run_ready_i) run_base_q <= base_i;
    if (job_valid_i && job_ready_i) job_base_q <= run_base_q;
    if (read_i) base_q <= job_base_q;
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  always @(posedge clk) begin
    if (past_q && rst_n) begin
      assert (run_select_q < WIDTHS && job_select_q < WIDTHS && select_q < WIDTHS);
      if ($past(rst_n) && !$past(read_i)) assert ($stable(select_o) && $stable(base_o));
      if ($past(rst_n) && $past(run_valid_i && run_ready_i && index_bits_i == INDEX_W)) begin
        assert (run_select_q == {SELECT_W{1'b0}} && run_base_q == $past(base_i));
      end
    end
  end
`endif

endmodule

`default_nettype wire
