// SPDX-License-Identifier: Apache-2.0
// vq_stream_reader — reads neighbouring words of a memory, job after job, into a stream.
//
//   job ─▶ address ─▶ memory (1 cycle, holds its data) ─▶ stream
//
// A job is (repeat + 1) * (words + 1) words, from its address on, or from where the last job ended;
// or nothing.
//
// Latency     1 cycle from a job to its first address, 1 more to the word; one word a cycle, no gap
//             between jobs. done_o comes with the last read of a job that ends a RUN.
// Handshake   valid/ready; the stream's data are the memory's output. rd_en_o and job_ready_o depend
//             combinationally on ready_i.

`default_nettype none

module vq_stream_reader (
    input  wire        clk,
    input  wire        rst_n,
    // Jobs
    input  wire        job_valid_i,
    output wire        job_ready_o,
    input  wire        job_load_i,     // start at job_address_i, else go on
    input  wire [15:0] job_address_i,
    input  wire [15:0] job_words_i,    // less 1
    input  wire [11:0] job_repeat_i,   // less 1
    input  wire        job_none_i,     // no words
    input  wire        job_end_i,      // the RUN's last
    input  wire        job_tag_i,      // travels with the words
    // Memory
    output wire        rd_en_o,
    output wire [15:0] rd_addr_o,
    // Words
    output wire        valid_o,
    input  wire        ready_i,
    output wire        tag_o,
    output wire        done_o
);

  reg        busy_q;
  reg        valid_q;
  reg        end_q;
  reg        tag_q;
  reg        valid_tag_q;
  reg [15:0] address_q;
  reg [15:0] word_q;    // words left of this round, less 1
  reg [15:0] words_q;
  reg [11:0] repeat_q;  // rounds left, less 1

  wire advance   = !valid_q || ready_i;
  wire read      = busy_q && advance;
  wire round_end = word_q == 16'd0;
  wire job_end   = round_end && repeat_q == 12'd0;
  wire take      = job_valid_i && job_ready_o;

  // A job without words waits for the one before it: so there is at most one end in a cycle.
  assign job_ready_o = !busy_q || (read && job_end && !job_none_i);

  assign rd_en_o   = read;
  assign rd_addr_o = address_q;
  assign valid_o   = valid_q;
  assign tag_o     = valid_tag_q;
  assign done_o    = (read && job_end && end_q) || (take && job_none_i && job_end_i);

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      busy_q  <= 1'b0;
      valid_q <= 1'b0;
    end else begin
      busy_q  <= (take && !job_none_i) || (busy_q && !(read && job_end));
      valid_q <= read || (valid_q && !ready_i);
    end
  end

  always @(posedge clk) begin
    if (read) valid_tag_q <= tag_q;
    if (take && job_load_i) address_q <= job_address_i;
    else if (read) address_q <= address_q + 16'd1;
    if (take) begin
      end_q    <= job_end_i;
      tag_q    <= job_tag_i;
      word_q   <= job_words_i;
      words_q  <= job_words_i;
      repeat_q <= job_repeat_i;
    end else if (read) begin
      word_q <= round_end ? words_q : word_q - 16'd1;
      if (round_end) repeat_q <= repeat_q - 12'd1;
    end
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  always @(posedge clk) begin
    if (past_q && rst_n && $past(rst_n)) begin
      if ($past(valid_o && !ready_i)) assert (valid_o && $stable(tag_o) && !$past(rd_en_o));
      if ($past(rd_en_o)) assert (valid_o);                         // what is read comes out
      if ($past(valid_o && ready_i && !rd_en_o)) assert (!valid_o);  // once
      if ($past(rd_en_o && !job_ready_o)) assert (rd_addr_o == $past(rd_addr_o) + 16'd1);
    end
  end
`endif

endmodule

`default_nettype wire
