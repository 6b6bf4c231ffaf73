// SPDX-License-Identifier: Apache-2.0
// vq_burst_walker — cuts a command of rows of memory words into bursts.
//
// Row i starts at word base_i + addr_i + i*stride_i and has row_words_i words. A burst has at most
// BURST words, stays in its row and does not cross a page of 2^PAGE_W words.
//
// Latency     2 cycles from a command to its first burst; one burst a cycle; 1 idle cycle between
//             commands.
// Handshake   valid/ready on both sides; bursts are registered.
// Parameters  ADDR_W bits of a word's address; WORDS_W and ROWS_W of the counts, which are at
//             least 1; BURST at most 256 and 2^PAGE_W; PAGE_W at least 8, less than WORDS_W, at
//             most ADDR_W.

`default_nettype none

module vq_burst_walker #(
    parameter ADDR_W  = 29,
    parameter WORDS_W = 20,
    parameter ROWS_W  = 16,
    parameter PAGE_W  = 9,
    parameter BURST   = 16
) (
    input  wire               clk,
    input  wire               rst_n,
    // Commands
    input  wire               valid_i,
    output wire               ready_o,
    input  wire [ADDR_W-1:0]  base_i,
    input  wire [ADDR_W-1:0]  addr_i,
    input  wire [WORDS_W-1:0] row_words_i,
    input  wire [ROWS_W-1:0]  rows_i,
    input  wire [ADDR_W-1:0]  stride_i,
    // Bursts
    output wire               valid_o,
    input  wire               ready_i,
    output wire [ADDR_W-1:0]  addr_o,
    output wire [7:0]         len_o,       // words - 1
    output wire               last_o       // the last of its command
);

  generate
    if (BURST < 1 || BURST > 256) begin : g_illegal_burst
      ERROR_vq_burst_walker_BURST_must_be_1_to_256 u_error ();
    end
    if (PAGE_W < 8 || PAGE_W >= WORDS_W || PAGE_W > ADDR_W) begin : g_illegal_page
      ERROR_vq_burst_walker_PAGE_W_must_be_8_or_more_and_fit_WORDS_W_and_ADDR_W u_error ();
    end
  endgenerate

  // What is left of the command: none of it is in the burst at the output.
  reg               run_q;
  reg [ADDR_W-1:0]  next_q;       // of the next burst
  reg [WORDS_W-1:0] left_q;       // words of its row
  reg [ROWS_W-1:0]  rows_q;       // rows, its own among them
  reg [ADDR_W-1:0]  row_q;        // where its row starts
  reg [WORDS_W-1:0] row_words_q;
  reg [ADDR_W-1:0]  stride_q;

  reg               valid_q;
  reg [ADDR_W-1:0]  addr_q;
  reg [7:0]         len_q;
  reg               last_q;

  // Words up to the end of the page, of the longest burst, and of the row: the least of them.
  wire [PAGE_W:0]   page_left = {1'b1, {PAGE_W{1'b0}}} - {1'b0, next_q[PAGE_W-1:0]};
  wire [8:0]        most      = (page_left < BURST[PAGE_W:0]) ? page_left[8:0] : BURST[8:0];
  wire              row_end   = left_q <= {{(WORDS_W - 9) {1'b0}}, most};
  wire [8:0]        size      = row_end ? left_q[8:0] : most;
  wire              last      = row_end && rows_q == {{(ROWS_W - 1) {1'b0}}, 1'b1};

  wire              load      = valid_i && ready_o;
  wire              emit      = run_q && (!valid_q || ready_i);
  wire [ADDR_W-1:0] start     = base_i + addr_i;
  wire [ADDR_W-1:0] row_start = row_q + stride_q;

  assign ready_o = !run_q;
  assign valid_o = valid_q;
  assign addr_o  = addr_q;
  assign len_o   = len_q;
  assign last_o  = last_q;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      run_q   <= 1'b0;
      valid_q <= 1'b0;
    end else begin
      if (load) run_q <= 1'b1;
      else if (emit && last) run_q <= 1'b0;
      if (emit) valid_q <= 1'b1;
      else if (ready_i) valid_q <= 1'b0;
    end
  end

  always @(posedge clk) begin
    if (load) begin
      next_q      <= start;
      row_q       <= start;
      left_q      <= row_words_i;
      row_words_q <= row_words_i;
      rows_q      <= rows_i;
      stride_q    <= stride_i;
    end else if (emit) begin
      next_q <= row_end ? row_start : next_q + {{(ADDR_W - 9) {1'b0}}, size};
      left_q <= row_end ? row_words_q : left_q - {{(WORDS_W - 9) {1'b0}}, size};
      if (row_end) row_q <= row_start;
      if (row_end) rows_q <= rows_q - 1'b1;
    end
    if (emit) begin
      addr_q <= next_q;
      len_q  <= size[7:0] - 8'd1;  // 256 words: 255
      last_q <= last;
    end
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  // The word behind the burst, and the words that the row's bursts had until now.
  wire [PAGE_W+1:0]  page_end = {2'b00, addr_q[PAGE_W-1:0]} + {{(PAGE_W - 6) {1'b0}}, len_q} + 1'b1;
  wire [ADDR_W-1:0]  offset   = next_q - row_q;
  wire [WORDS_W-1:0] sent     = row_words_q - left_q;

  always @(posedge clk) begin
    if (valid_i) assume (row_words_i != 0 && rows_i != 0);
    if (past_q && rst_n) begin
      if (run_q) begin
        assert (left_q != 0 && left_q <= row_words_q && rows_q != 0);
        assert (offset == {{(ADDR_W - WORDS_W) {1'b0}}, sent});  // no word twice, none left out
      end
      if (valid_q) begin
        assert (len_q < BURST);
        assert (page_end <= (1 << PAGE_W));                      // does not cross the page
      end
      if ($past(rst_n) && $past(emit)) begin
        assert (valid_q && addr_q == $past(next_q));
        if (!$past(row_end)) assert (next_q == addr_q + len_q + 1'b1);
        else if (run_q) assert (next_q == row_q && row_q == $past(row_q) + stride_q);
        assert (run_q == !last_q);
      end
      if ($past(rst_n) && $past(valid_o && !ready_i)) begin
        assert (valid_o && $stable(addr_o) && $stable(len_o) && $stable(last_o));
      end
    end
  end
`endif

endmodule

`default_nettype wire
