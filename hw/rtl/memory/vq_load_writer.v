// SPDX-License-Identifier: Apache-2.0
// vq_load_writer — gathers the words of LOADs to buffer words and writes them.
//
//   word 0 1 2 … ─▶ parts of a buffer word, lowest first ─▶ write (target, address)
//
// Targets     0 activations and 3 window weights: VECTOR_W bits; 1 weights and 5 tables: one word;
//             2 parameters: an entry of 128 bits; 4 codebook: CODEWORD_WORDS words, at wr_entry_o.
// Commands    row i is row_words_i words and goes to buffer words buffer_i + i*buffer_stride_i on.
//             A command must be there when its first word comes: at least 1 cycle before.
// Latency     1 cycle from the word that completes a buffer word to its write. done_o is high
//             beside a command's last write, so a read that is issued a cycle later sees it.
// Throughput  one word a cycle, also from one command to the next. Words are always taken.
// Parameters  BUS_W divides VECTOR_W and 128; PART_W counts the words of the widest buffer word;
//             1 <= CODEWORD_WORDS <= 128 / BUS_W.

`default_nettype none

module vq_load_writer #(
    parameter BUS_W          = 64,
    parameter VECTOR_W       = 128,
    parameter CODEWORD_WORDS = 1,
    parameter PART_W         = 1,
    parameter ADDR_W         = 16,
    parameter WORDS_W        = 20,
    parameter ROWS_W         = 16
) (
    input  wire                clk,
    input  wire                rst_n,
    // Commands
    input  wire                cmd_valid_i,
    output wire                cmd_ready_o,
    input  wire [2:0]          target_i,
    input  wire [WORDS_W-1:0]  row_words_i,
    input  wire [ROWS_W-1:0]   rows_i,
    input  wire [ADDR_W-1:0]   buffer_i,
    input  wire [ADDR_W-1:0]   buffer_stride_i,
    // Words
    input  wire                valid_i,
    input  wire [BUS_W-1:0]    data_i,
    output wire [5:0]          word_o,           // a word for target 0 … 5 arrives
    // Writes
    output wire [5:0]          wr_en_o,          // into target 0 … 5
    output wire [ADDR_W-1:0]   wr_addr_o,
    output wire [VECTOR_W-1:0] wr_vector_o,
    output wire [BUS_W-1:0]    wr_word_o,
    output wire [127:0]        wr_entry_o,
    output wire                done_o
);

  localparam ENTRY_W       = 128;
  localparam WIDEST_W      = (VECTOR_W > ENTRY_W) ? VECTOR_W : ENTRY_W;
  localparam PARTS         = WIDEST_W / BUS_W;
  localparam VECTOR_LAST   = VECTOR_W / BUS_W - 1;
  localparam ENTRY_LAST    = ENTRY_W / BUS_W - 1;
  localparam CODEWORD_LAST = CODEWORD_WORDS - 1;

  generate
    if (VECTOR_W % BUS_W != 0 || ENTRY_W % BUS_W != 0) begin : g_illegal_bus
      ERROR_vq_load_writer_BUS_W_must_divide_VECTOR_W_and_128 u_error ();
    end
    if ((1 << PART_W) * BUS_W < VECTOR_W || (1 << PART_W) * BUS_W < ENTRY_W) begin : g_illegal_part
      ERROR_vq_load_writer_PART_W_is_too_narrow u_error ();
    end
    if (CODEWORD_WORDS < 1 || CODEWORD_WORDS * BUS_W > ENTRY_W) begin : g_illegal_codeword
      ERROR_vq_load_writer_CODEWORD_WORDS_must_be_1_or_more_and_fit_128 u_error ();
    end
  endgenerate

  reg                busy_q;
  reg [2:0]          target_q;
  reg [PART_W-1:0]   part_q;    // of the buffer word: where the next word goes
  reg [WORDS_W-1:0]  left_q;    // words of the row
  reg [ROWS_W-1:0]   rows_q;    // this row and those behind it
  reg [ADDR_W-1:0]   next_q;    // buffer word that is gathered
  reg [ADDR_W-1:0]   row_q;     // first buffer word of the row
  reg [WORDS_W-1:0]  row_words_q;
  reg [ADDR_W-1:0]   buffer_stride_q;

  reg [WIDEST_W-1:0] word_q;
  reg [5:0]          wr_en_q;
  reg [ADDR_W-1:0]   wr_addr_q;
  reg                done_q;

  wire [PART_W-1:0] last_part = (target_q == 3'd1 || target_q == 3'd5) ? {PART_W{1'b0}}
                              : (target_q == 3'd2) ? ENTRY_LAST[PART_W-1:0]
                              : (target_q == 3'd4) ? CODEWORD_LAST[PART_W-1:0]
                              : VECTOR_LAST[PART_W-1:0];
  wire              part_end  = part_q == last_part;
  wire              row_end   = left_q == {{(WORDS_W - 1) {1'b0}}, 1'b1};
  wire              last      = row_end && rows_q == {{(ROWS_W - 1) {1'b0}}, 1'b1};
  wire              load      = cmd_valid_i && cmd_ready_o;
  wire [5:0]        target    = 6'b000001 << target_q;
  wire [ADDR_W-1:0] row_start = row_q + buffer_stride_q;

  assign cmd_ready_o = !busy_q || (valid_i && last);
  assign word_o      = valid_i ? target : 6'b000000;
  assign wr_en_o     = wr_en_q;
  assign wr_addr_o   = wr_addr_q;
  assign wr_vector_o = word_q[VECTOR_W-1:0];
  assign wr_word_o   = word_q[BUS_W-1:0];
  assign wr_entry_o  = word_q[ENTRY_W-1:0];
  assign done_o      = done_q;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      busy_q  <= 1'b0;
      part_q  <= {PART_W{1'b0}};
      wr_en_q <= 6'b000000;
      done_q  <= 1'b0;
    end else begin
      if (load) busy_q <= 1'b1;
      else if (valid_i && last) busy_q <= 1'b0;
      if (valid_i) part_q <= part_end ? {PART_W{1'b0}} : part_q + 1'b1;
      wr_en_q <= (valid_i && part_end) ? target : 6'b000000;
      done_q  <= valid_i && last;
    end
  end

  always @(posedge clk) begin
    if (load) begin
      target_q        <= target_i;
      left_q          <= row_words_i;
      rows_q          <= rows_i;
      next_q          <= buffer_i;
      row_q           <= buffer_i;
      row_words_q     <= row_words_i;
      buffer_stride_q <= buffer_stride_i;
    end else if (valid_i) begin
      left_q <= row_end ? row_words_q : left_q - 1'b1;
      if (row_end) rows_q <= rows_q - 1'b1;
      if (row_end) row_q <= row_start;
      if (part_end) next_q <= row_end ? row_start : next_q + 1'b1;
    end
    if (valid_i) wr_addr_q <= next_q;
  end

  genvar p;
  generate
    for (p = 0; p < PARTS; p = p + 1) begin : g_part
      localparam PART = p;
      always @(posedge clk) begin
        if (valid_i && part_q == PART[PART_W-1:0]) word_q[p*BUS_W +: BUS_W] <= data_i;
      end
    end
  endgenerate

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  always @(posedge clk) begin
    if (past_q && rst_n) begin
      if (valid_i) assume (busy_q);                          // the command came before its words
      if (valid_i && row_end) assume (part_end);             // rows are whole buffer words
      assume (!load || (row_words_i != 0 && rows_i != 0));
      assume (!load || target_i <= 3'd5);
      if (busy_q) begin
        assert (target_q <= 3'd5 && part_q <= last_part && rows_q != 0);
        assert (left_q != 0 && left_q <= row_words_q);
      end else begin
        assert (part_q == 0);
      end
      assert ((wr_en_q & (wr_en_q - 1'b1)) == 6'b000000);      // one buffer at a time
      if (done_q) assert (wr_en_q != 6'b000000);               // the last word comes with its news
      if ($past(rst_n)) begin
        assert ((wr_en_q != 6'b000000) == $past(valid_i && part_end));
        assert (done_q == $past(valid_i && last));
        if (wr_en_q != 6'b000000) begin
          assert (wr_addr_q == $past(next_q) && wr_en_q[$past(target_q)]);
          assert (word_q[$past(part_q)*BUS_W +: BUS_W] == $past(data_i));
        end
        if ($past(valid_i && part_end && !row_end)) assert (next_q == wr_addr_q + 1'b1);
        if ($past(valid_i && row_end && !last)) assert (next_q == row_q && left_q == row_words_q);
        if ($past(!valid_i && !load)) assert ($stable(word_q) && $stable(left_q));
      end
    end
  end
`endif

endmodule

`default_nettype wire
