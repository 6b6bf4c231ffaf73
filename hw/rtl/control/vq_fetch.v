// SPDX-License-Identifier: Apache-2.0
// vq_fetch — requests a program's instructions one after the other and puts their words together.
//
//   ar ◀── credit ◀─────────────────────────────┐ taken
//   r  ──▶ memory of DEPTH instructions ─▶ 256-bit register ─▶ instruction
//
// Instruction i stands 32*i bytes from the program's base. At most DEPTH are requested and not yet
// taken, so that every word that arrives has its place.
//
// Latency     2 cycles from an instruction's last word to valid_o; an instruction every WORDS + 2
//             cycles, WORDS = 256/BUS_W.
// Handshake   ar and instruction valid/ready; words of r are always taken, lowest bits first.
// Parameters  BUS_W 32, 64 or 128; DEPTH*256/BUS_W = 2^PTR_W, DEPTH >= 2; ADDR_W 16 or more.

`default_nettype none

module vq_fetch #(
    parameter BUS_W  = 64,
    parameter ADDR_W = 32,
    parameter DEPTH  = 8,
    parameter PTR_W  = 5
) (
    input  wire              clk,
    input  wire              rst_n,
    input  wire              start_i,     // all earlier instructions are taken
    input  wire [31:0]       count_i,     // instructions of the program
    // Requests: one instruction each
    output wire              ar_valid_o,
    input  wire              ar_ready_i,
    output wire [ADDR_W-1:0] ar_addr_o,   // from the program's base
    // Words
    input  wire              r_valid_i,
    input  wire [BUS_W-1:0]  r_data_i,
    // Instructions
    output wire              valid_o,
    input  wire              ready_i,
    output wire [255:0]      data_o,
    output wire              last_o       // the program's last one
);

  localparam WORDS = 256 / BUS_W;
  localparam STEP  = 6'd32;  // bytes of an instruction

  generate
    if (DEPTH < 2 || DEPTH * WORDS != (1 << PTR_W)) begin : g_illegal
      ERROR_vq_fetch_DEPTH_instructions_must_be_2_to_the_PTR_W_words u_error ();
    end
  endgenerate

  reg [31:0]       left_q;    // not requested yet
  reg [ADDR_W-1:0] addr_q;
  reg [PTR_W:0]    used_q;    // requested, not taken
  reg [PTR_W:0]    write_q;   // words written and read, modulo twice the memory
  reg [PTR_W:0]    read_q;
  reg [3:0]        asked_q;   // words of the next instruction that were read
  reg              shift_q;   // a word is at the memory's output
  reg [255:0]      data_q;

  wire             request = ar_valid_o && ar_ready_i;
  wire             take    = valid_o && ready_i;
  wire             all     = asked_q == WORDS[3:0];
  wire             read    = read_q != write_q && !all;
  wire [BUS_W-1:0] word;

  assign ar_valid_o = left_q != 32'd0 && used_q != DEPTH[PTR_W:0];
  assign ar_addr_o  = addr_q;
  assign valid_o    = all && !shift_q;
  assign data_o     = data_q;
  assign last_o     = left_q == 32'd0 && used_q == {{PTR_W{1'b0}}, 1'b1};

  vq_ram_1r1w #(
      .WIDTH (BUS_W),
      .DEPTH (1 << PTR_W),
      .ADDR_W(PTR_W)
  ) u_words (
      .clk      (clk),
      .wr_en_i  (r_valid_i),
      .wr_addr_i(write_q[PTR_W-1:0]),
      .wr_data_i(r_data_i),
      .rd_en_i  (read),
      .rd_addr_i(read_q[PTR_W-1:0]),
      .rd_data_o(word)
  );

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      left_q  <= 32'd0;
      addr_q  <= {ADDR_W{1'b0}};
      used_q  <= {(PTR_W + 1) {1'b0}};
      write_q <= {(PTR_W + 1) {1'b0}};
      read_q  <= {(PTR_W + 1) {1'b0}};
      asked_q <= 4'd0;
      shift_q <= 1'b0;
    end else begin
      if (start_i) begin
        left_q <= count_i;
        addr_q <= {ADDR_W{1'b0}};
      end else if (request) begin
        left_q <= left_q - 32'd1;
        addr_q <= addr_q + {{(ADDR_W - 6) {1'b0}}, STEP};
      end
      if (request && !take) used_q <= used_q + 1'b1;
      if (take && !request) used_q <= used_q - 1'b1;
      if (r_valid_i) write_q <= write_q + 1'b1;
      if (read) read_q <= read_q + 1'b1;
      if (take) asked_q <= 4'd0;
      else if (read) asked_q <= asked_q + 4'd1;
      shift_q <= read;
    end
  end

  // Words shift in from the top; after WORDS of them the first is at the bottom.
  always @(posedge clk) begin
    if (shift_q) data_q <= {word, data_q[255:BUS_W]};
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  // Words that were requested and have not come yet.
  reg [PTR_W:0] owed_q = {(PTR_W + 1) {1'b0}};
  always @(posedge clk) begin
    if (!rst_n) owed_q <= {(PTR_W + 1) {1'b0}};
    else owed_q <= owed_q + (request ? WORDS[PTR_W:0] : 0) - (r_valid_i ? 1'b1 : 1'b0);
  end

  wire [PTR_W:0] stored = write_q - read_q;

  always @(posedge clk) begin
    if (r_valid_i) assume (owed_q != 0);                  // the memory sends what was requested
    if (past_q && rst_n) begin
      if (start_i) assume (left_q == 0 && used_q == 0);
      assert (used_q <= DEPTH);
      assert (asked_q <= WORDS);
      if (shift_q) assert (asked_q != 0);
      assert (used_q * WORDS == owed_q + stored + asked_q);  // so every word has its place
      assert (stored <= DEPTH * WORDS);
      if (valid_o) assert (used_q != 0);
      if ($past(rst_n)) begin
        if ($past(valid_o && !ready_i)) assert (valid_o && $stable(data_o) && $stable(last_o));
        if ($past(ar_valid_o && !ar_ready_i)) assert (ar_valid_o && $stable(ar_addr_o));
      end
    end
  end
`endif

endmodule

`default_nettype wire
