// SPDX-License-Identifier: Apache-2.0
// vq_store_reader — reads the vectors of STOREs from a buffer, sends them as words of bursts.
//
//   read ─▶ buffer (1 cycle, holds) ─▶ parts of a vector, lowest first ─▶ word register
//
// Commands    row i is row_words_i words and comes from buffer words buffer_i + i*buffer_stride_i
//             on. Bursts are cut by len_i (words - 1), whatever the rows.
// Latency     3 cycles from a command to its first word. read_o is high in the cycle after a
//             command's last read: from then on the buffer may be written.
// Throughput  one word a cycle, also from one command to the next.
// Handshake   valid/ready; a word waits for its burst's length. The ready_o of commands and
//             lengths, and a read, depend combinationally on ready_i.
// Parameters  BUS_W divides VECTOR_W; PART_W counts the words of a vector.

`default_nettype none

module vq_store_reader #(
    parameter BUS_W    = 64,
    parameter VECTOR_W = 128,
    parameter PART_W   = 1,
    parameter ADDR_W   = 16,
    parameter WORDS_W  = 20,
    parameter ROWS_W   = 16
) (
    input  wire                clk,
    input  wire                rst_n,
    // Commands
    input  wire                cmd_valid_i,
    output wire                cmd_ready_o,
    input  wire [WORDS_W-1:0]  row_words_i,
    input  wire [ROWS_W-1:0]   rows_i,
    input  wire [ADDR_W-1:0]   buffer_i,
    input  wire [ADDR_W-1:0]   buffer_stride_i,
    output wire                read_o,
    // Buffer
    output wire                rd_en_o,
    output wire [ADDR_W-1:0]   rd_addr_o,
    input  wire [VECTOR_W-1:0] rd_data_i,
    // Lengths of the bursts that were requested
    input  wire                len_valid_i,
    output wire                len_ready_o,
    input  wire [7:0]          len_i,
    // Words
    output wire                valid_o,
    input  wire                ready_i,
    output wire [BUS_W-1:0]    data_o,
    output wire                last_o,           // of a burst
    output wire                taken_o           // a word is taken at the next edge
);

  localparam PARTS     = VECTOR_W / BUS_W;
  localparam LAST_PART = PARTS - 1;

  generate
    if (VECTOR_W % BUS_W != 0) begin : g_illegal_bus
      ERROR_vq_store_reader_BUS_W_must_divide_VECTOR_W u_error ();
    end
    if ((1 << PART_W) * BUS_W < VECTOR_W) begin : g_illegal_part
      ERROR_vq_store_reader_PART_W_is_too_narrow u_error ();
    end
  endgenerate

  // Reads
  reg               busy_q;
  reg [WORDS_W-1:0] left_q;      // words of the row that are not read
  reg [ROWS_W-1:0]  rows_q;      // this row and those behind it
  reg [ADDR_W-1:0]  next_q;      // vector to read
  reg [ADDR_W-1:0]  row_q;       // first vector of the row
  reg [WORDS_W-1:0] row_words_q;
  reg [ADDR_W-1:0]  buffer_stride_q;
  reg               read_q;

  // The vector at the buffer's output, and the word at ours
  reg               vector_q;
  reg [PART_W-1:0]  part_q;
  reg [7:0]         count_q;     // words of the burst that were sent
  reg               valid_q;
  reg [BUS_W-1:0]   data_q;
  reg               last_q;

  wire move     = vector_q && len_valid_i && (!valid_q || ready_i);
  wire part_end = part_q == LAST_PART[PART_W-1:0];
  wire len_end  = count_q == len_i;
  wire read     = busy_q && (!vector_q || (move && part_end));
  wire row_end  = left_q == PARTS[WORDS_W-1:0];
  wire last     = row_end && rows_q == {{(ROWS_W - 1) {1'b0}}, 1'b1};
  wire load     = cmd_valid_i && cmd_ready_o;

  wire [ADDR_W-1:0] row_start = row_q + buffer_stride_q;

  assign cmd_ready_o = !busy_q || (read && last);
  assign read_o      = read_q;
  assign rd_en_o     = read;
  assign rd_addr_o   = next_q;
  assign len_ready_o = move && len_end;
  assign valid_o     = valid_q;
  assign data_o      = data_q;
  assign last_o      = last_q;
  assign taken_o     = valid_q && ready_i;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      busy_q   <= 1'b0;
      read_q   <= 1'b0;
      vector_q <= 1'b0;
      part_q   <= {PART_W{1'b0}};
      count_q  <= 8'd0;
      valid_q  <= 1'b0;
    end else begin
      if (load) busy_q <= 1'b1;
      else if (read && last) busy_q <= 1'b0;
      read_q <= read && last;
      if (read) vector_q <= 1'b1;
      else if (move && part_end) vector_q <= 1'b0;
      if (move) part_q <= part_end ? {PART_W{1'b0}} : part_q + 1'b1;
      if (move) count_q <= len_end ? 8'd0 : count_q + 8'd1;
      if (move) valid_q <= 1'b1;
      else if (ready_i) valid_q <= 1'b0;
    end
  end

  always @(posedge clk) begin
    if (load) begin
      left_q          <= row_words_i;
      rows_q          <= rows_i;
      next_q          <= buffer_i;
      row_q           <= buffer_i;
      row_words_q     <= row_words_i;
      buffer_stride_q <= buffer_stride_i;
    end else if (read) begin
      left_q <= row_end ? row_words_q : left_q - PARTS[WORDS_W-1:0];
      next_q <= row_end ? row_start : next_q + 1'b1;
      if (row_end) rows_q <= rows_q - 1'b1;
      if (row_end) row_q <= row_start;
    end
    if (move) begin
      data_q <= rd_data_i[part_q*BUS_W +: BUS_W];
      last_q <= len_end;
    end
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  always @(posedge clk) begin
    assume (!load || (row_words_i != 0 && row_words_i % PARTS == 0 && rows_i != 0));
    if (past_q && rst_n) begin
      if ($past(rst_n)) assume ($past(rd_en_o) || $stable(rd_data_i));   // the buffer holds
      if ($past(rst_n) && $past(len_valid_i && !len_ready_o)) begin
        assume (len_valid_i && $stable(len_i));
      end
      assume (!len_valid_i || count_q <= len_i);
      assert (part_q <= LAST_PART);
      if (!vector_q) assert (part_q == 0);
      if (busy_q) assert (rows_q != 0);
      if (rd_en_o && vector_q) assert (part_end && move);                // no vector is lost
      if ($past(rst_n) && $past(move)) begin
        assert (valid_q && data_q == $past(rd_data_i[part_q*BUS_W +: BUS_W]));
        assert (last_q == $past(count_q == len_i));
      end
      if ($past(rst_n) && $past(read && !row_end)) assert (next_q == $past(next_q) + 1'b1);
      if ($past(rst_n) && $past(read && row_end && !last)) assert (next_q == row_q);
      if ($past(rst_n)) assert (read_o == $past(rd_en_o && last));
      if ($past(rst_n) && $past(valid_o && !ready_i)) begin
        assert (valid_o && $stable(data_o) && $stable(last_o));
      end
    end
  end
`endif

endmodule

`default_nettype wire
