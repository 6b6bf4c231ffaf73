// SPDX-License-Identifier: Apache-2.0
// vq_accumulator — adds each dot product to its pixel's int32 sums, in two banks of memory.
//
// A block is one output-channel block over one stripe of pixels. While compute adds up a block in
// one bank, vq_drain reads the finished block from the other. Compute owns a bank from the block's
// first issue until done_o; then drain owns it.
//
//   issue ─▶ side pipeline (ARRAY_LATENCY stages, beside the array) ─▶ add ─▶ write
//              stage ARRAY_LATENCY-1: read the old sum, unless first
//              stage ARRAY_LATENCY:   old sum or bias, plus the array's sums
//              stage ARRAY_LATENCY+1: write
//
// Latency     an issue is written ARRAY_LATENCY + 1 edges later; done_o follows the write of a
//             block's last pixel. A pixel must not be issued again in the next 2 cycles
//             (vq_tile_control sees to that). Drain's read: 1 cycle, held until the next read.
// Packing     column c at sums_i[c*SUM_W +: SUM_W], bias_i[c*32 +: 32], rd_data_o[c*32 +: 32].
// Parameters  ARRAY_LATENCY >= 2; SUM_W <= 32; DEPTH >= 2 pixels a bank; ADDR_W = ceil(log2 DEPTH).

`default_nettype none

module vq_accumulator #(
    parameter COLUMNS       = 16,
    parameter SUM_W         = 20,
    parameter ARRAY_LATENCY = 2,
    parameter DEPTH         = 64,
    parameter ADDR_W        = 6
) (
    input  wire                     clk,
    input  wire                     rst_n,
    // Issue, in the cycle in which the array takes the activations
    input  wire                     valid_i,
    input  wire [ADDR_W-1:0]        addr_i,
    input  wire                     bank_i,
    input  wire                     first_i,      // start from the bias
    input  wire                     block_end_i,  // the block's last issue
    // From the array, and the biases of the bank that is asked for
    input  wire [COLUMNS*SUM_W-1:0] sums_i,
    output wire                     bias_bank_o,
    input  wire [COLUMNS*32-1:0]    bias_i,
    // To and from vq_drain
    output wire                     done_o,       // one cycle: the block's sums are complete
    input  wire                     rd_en_i,
    input  wire [ADDR_W-1:0]        rd_addr_i,
    input  wire                     rd_bank_i,
    output wire [COLUMNS*32-1:0]    rd_data_o
);

  generate
    if (ARRAY_LATENCY < 2) begin : g_illegal_latency
      ERROR_vq_accumulator_ARRAY_LATENCY_must_be_2_or_more u_error ();
    end
    if (SUM_W > 32) begin : g_illegal_sum
      ERROR_vq_accumulator_SUM_W_must_be_32_or_less u_error ();
    end
  endgenerate

  localparam READ   = ARRAY_LATENCY - 1;
  localparam ADD    = ARRAY_LATENCY;
  localparam WRITE  = ARRAY_LATENCY + 1;
  localparam SIDE_W = ADDR_W + 3;

  // Side pipeline: stage s holds what was issued s cycles ago; stage s at [s*SIDE_W +: SIDE_W].
  reg  [WRITE:1]               valid_q;
  reg  [WRITE*SIDE_W-1:0]      side_q;
  wire [(WRITE+1)*SIDE_W-1:0]  side = {side_q, block_end_i, first_i, bank_i, addr_i};

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) valid_q <= {WRITE{1'b0}};
    else valid_q <= {valid_q[WRITE-1:1], valid_i};
  end

  always @(posedge clk) side_q <= side[WRITE*SIDE_W-1:0];

  wire [ADDR_W-1:0] read_addr  = side[READ*SIDE_W +: ADDR_W];
  wire              read_bank  = side[READ*SIDE_W+ADDR_W];
  wire              read_first = side[READ*SIDE_W+ADDR_W+1];
  wire              add_bank   = side[ADD*SIDE_W+ADDR_W];
  wire              add_first  = side[ADD*SIDE_W+ADDR_W+1];
  wire [ADDR_W-1:0] write_addr = side[WRITE*SIDE_W +: ADDR_W];
  wire              write_bank = side[WRITE*SIDE_W+ADDR_W];
  wire              write_end  = side[WRITE*SIDE_W+ADDR_W+2];
  wire              read       = valid_q[READ] && !read_first;
  wire              write      = valid_q[WRITE];

  reg  [COLUMNS*32-1:0] total_q;
  wire [COLUMNS*32-1:0] bank0_data;
  wire [COLUMNS*32-1:0] bank1_data;
  wire [COLUMNS*32-1:0] old = add_first ? bias_i : add_bank ? bank1_data : bank0_data;

  assign bias_bank_o = add_bank;

  genvar c;
  generate
    for (c = 0; c < COLUMNS; c = c + 1) begin : g_column
      wire [SUM_W-1:0] sum = sums_i[c*SUM_W +: SUM_W];
      always @(posedge clk) begin
        total_q[c*32 +: 32] <= old[c*32 +: 32] + {{(32 - SUM_W) {sum[SUM_W-1]}}, sum};
      end
    end
  endgenerate

  // A bank belongs to compute or to drain, never to both, so each port is simply shared.
  wire read0  = read && !read_bank;
  wire read1  = read && read_bank;
  wire drain0 = rd_en_i && !rd_bank_i;
  wire drain1 = rd_en_i && rd_bank_i;

  vq_ram_1r1w #(
      .WIDTH (COLUMNS * 32),
      .DEPTH (DEPTH),
      .ADDR_W(ADDR_W)
  ) u_bank0 (
      .clk      (clk),
      .wr_en_i  (write && !write_bank),
      .wr_addr_i(write_addr),
      .wr_data_i(total_q),
      .rd_en_i  (read0 || drain0),
      .rd_addr_i(read0 ? read_addr : rd_addr_i),
      .rd_data_o(bank0_data)
  );

  vq_ram_1r1w #(
      .WIDTH (COLUMNS * 32),
      .DEPTH (DEPTH),
      .ADDR_W(ADDR_W)
  ) u_bank1 (
      .clk      (clk),
      .wr_en_i  (write && write_bank),
      .wr_addr_i(write_addr),
      .wr_data_i(total_q),
      .rd_en_i  (read1 || drain1),
      .rd_addr_i(read1 ? read_addr : rd_addr_i),
      .rd_data_o(bank1_data)
  );

  assign rd_data_o = rd_bank_i ? bank1_data : bank0_data;

  reg done_q;
  assign done_o = done_q;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) done_q <= 1'b0;
    else done_q <= write && write_end;
  end

endmodule

`default_nettype wire
