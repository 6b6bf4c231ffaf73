// SPDX-License-Identifier: Apache-2.0
// vq_csr — control and status registers behind AXI4-Lite: starts a program, tells how it ended.
//
// docs/rtl/accelerator.md lists the registers. Addresses without one read 0 and ignore writes; every
// response is OKAY. Bits 1:0 of an address do not count.
//
// Latency     start_o 1 cycle after the later of address and data; a read 1 cycle after its address.
// Handshake   AXI4-Lite: address and data of a write in any order, one write and one read at a time;
//             no ready depends on a valid or ready of the same cycle.
// The end     done_i ends the program; error_i, illegal_i or the watchdog stop it: then stop_o stays
//             high and nothing starts before a reset. Of what happens in one cycle, stops win.
// Parameters  ADDR_W: bits of the base, 16 to 40; EVENTS, INDEX_W as vq_counters; the others are
//             read by software.

`default_nettype none

module vq_csr #(
    parameter ADDR_W       = 32,
    parameter EVENTS       = 24,
    parameter INDEX_W      = 5,
    parameter COUNT_W      = 20,
    parameter ROWS         = 16,
    parameter COLUMNS      = 16,
    parameter LANES        = 4,
    parameter BUS_BITS     = 64,
    parameter ENTRIES      = 256,
    parameter DIMENSION    = 4,
    parameter ELEMENT_BITS = 8,
    parameter PORTS        = 1
) (
    input  wire               clk,
    input  wire               rst_n,
    // AXI4-Lite
    input  wire               awvalid_i,
    output wire               awready_o,
    input  wire [11:0]        awaddr_i,
    input  wire               wvalid_i,
    output wire               wready_o,
    input  wire [31:0]        wdata_i,
    input  wire [3:0]         wstrb_i,
    output wire               bvalid_o,
    input  wire               bready_i,
    output wire [1:0]         bresp_o,
    input  wire               arvalid_i,
    output wire               arready_o,
    input  wire [11:0]        araddr_i,
    output wire               rvalid_o,
    input  wire               rready_i,
    output wire [31:0]        rdata_o,
    output wire [1:0]         rresp_o,
    // The program
    output wire               start_o,          // one cycle
    output wire               stop_o,
    output wire               busy_o,
    output wire [ADDR_W-1:0]  base_o,
    output wire [31:0]        count_o,
    input  wire               done_i,
    input  wire               error_i,
    input  wire               illegal_i,
    output wire               irq_o,
    // What is complete, from vq_tickets
    input  wire               progress_i,
    input  wire [COUNT_W-1:0] loads_i,
    input  wire [COUNT_W-1:0] reads_i,
    input  wire [COUNT_W-1:0] runs_i,
    input  wire [COUNT_W-1:0] store_reads_i,
    input  wire [COUNT_W-1:0] stores_i,
    // The codebook's hash, first byte lowest
    input  wire [255:0]       hash_i,
    // Read port of vq_counters
    output wire               counter_en_o,
    output wire [INDEX_W-1:0] counter_index_o,
    input  wire [63:0]        counter_data_i
);

  localparam ID      = 32'h4d525156;  // "VQRM"
  localparam VERSION = 32'd1;

  // Word addresses.
  localparam A_ID          = 10'h000;
  localparam A_VERSION     = 10'h001;
  localparam A_CONTROL     = 10'h002;
  localparam A_STATUS      = 10'h003;
  localparam A_BASE_LOW    = 10'h004;
  localparam A_BASE_HIGH   = 10'h005;
  localparam A_COUNT       = 10'h006;
  localparam A_IRQ_ENABLE  = 10'h007;
  localparam A_WATCHDOG    = 10'h008;
  localparam A_LOADS       = 10'h009;
  localparam A_READS       = 10'h00a;
  localparam A_RUNS        = 10'h00b;
  localparam A_STORE_READS = 10'h00c;
  localparam A_STORES      = 10'h00d;
  localparam A_ROWS        = 10'h018;
  localparam A_COLUMNS     = 10'h019;
  localparam A_LANES       = 10'h01a;
  localparam A_BUS_BITS    = 10'h01b;
  localparam A_ENTRIES     = 10'h01c;
  localparam A_DIMENSION   = 10'h01d;
  localparam A_ELEMENT     = 10'h01e;
  localparam A_PORTS       = 10'h01f;
  localparam A_COUNTERS    = 10'h040;
  localparam COUNTER_WORDS = 2 * EVENTS;

  wire [3:0] unused_address = {awaddr_i[1:0], araddr_i[1:0]};

  // Writes: address and data wait for each other.
  reg         aw_full_q;
  reg         w_full_q;
  reg         bvalid_q;
  reg  [9:0]  waddr_q;
  reg  [31:0] wdata_q;
  reg  [3:0]  wstrb_q;

  wire        write = aw_full_q && w_full_q && !bvalid_q;
  wire [31:0] mask  = {{8{wstrb_q[3]}}, {8{wstrb_q[2]}}, {8{wstrb_q[1]}}, {8{wstrb_q[0]}}};
  wire [31:0] ones  = wdata_q & mask;

  assign awready_o = !aw_full_q;
  assign wready_o  = !w_full_q;
  assign bvalid_o  = bvalid_q;
  assign bresp_o   = 2'b00;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      aw_full_q <= 1'b0;
      w_full_q  <= 1'b0;
      bvalid_q  <= 1'b0;
    end else begin
      if (write) aw_full_q <= 1'b0;
      else if (awvalid_i) aw_full_q <= 1'b1;
      if (write) w_full_q <= 1'b0;
      else if (wvalid_i) w_full_q <= 1'b1;
      if (write) bvalid_q <= 1'b1;
      else if (bready_i) bvalid_q <= 1'b0;
    end
  end

  always @(posedge clk) begin
    if (awvalid_i && awready_o) waddr_q <= awaddr_i[11:2];
    if (wvalid_i && wready_o) begin
      wdata_q <= wdata_i;
      wstrb_q <= wstrb_i;
    end
  end

  // Registers that are written and read.
  reg  [ADDR_W-1:0] base_q;
  reg  [31:0]       count_q;
  reg               irq_enable_q;
  reg  [31:0]       watchdog_q;

  wire [63:0] base      = {{(64 - ADDR_W) {1'b0}}, base_q};
  wire [63:0] base_mask = {waddr_q == A_BASE_HIGH ? mask : 32'd0,
                           waddr_q == A_BASE_LOW ? mask : 32'd0};
  wire [63:0] base_d    = (base & ~base_mask) | ({wdata_q, wdata_q} & base_mask);

  wire [63-ADDR_W:0] unused_base = base_d[63:ADDR_W];

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      base_q       <= {ADDR_W{1'b0}};
      count_q      <= 32'd0;
      irq_enable_q <= 1'b0;
      watchdog_q   <= 32'd0;
    end else if (write) begin
      base_q <= base_d[ADDR_W-1:0];
      if (waddr_q == A_COUNT) count_q <= (count_q & ~mask) | ones;
      if (waddr_q == A_IRQ_ENABLE && mask[0]) irq_enable_q <= wdata_q[0];
      if (waddr_q == A_WATCHDOG) watchdog_q <= (watchdog_q & ~mask) | ones;
    end
  end

  // The program's life.
  reg        start_q;
  reg        busy_q;
  reg        done_q;
  reg        error_q;
  reg        expired_q;
  reg        illegal_q;
  reg        irq_q;
  reg [31:0] quiet_q;  // cycles since the start or the last completion

  wire control = write && waddr_q == A_CONTROL;
  wire start   = control && ones[0] && !busy_q && !stop_o;
  wire empty   = count_q == 32'd0;  // no program: it could not end

  wire [31:0] quiet_d = quiet_q + 32'd1;
  wire        expire  = watchdog_q != 32'd0 && quiet_d >= watchdog_q && !progress_i && !start_q;
  wire        halt    = busy_q && (error_i || illegal_i || expire);
  wire        finish  = busy_q && done_i && !halt;

  assign start_o = start_q;
  assign stop_o  = error_q || expired_q || illegal_q;
  assign busy_o  = busy_q;
  assign base_o  = base_q;
  assign count_o = count_q;
  assign irq_o   = irq_q && irq_enable_q;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      start_q   <= 1'b0;
      busy_q    <= 1'b0;
      done_q    <= 1'b0;
      error_q   <= 1'b0;
      expired_q <= 1'b0;
      illegal_q <= 1'b0;
      irq_q     <= 1'b0;
      quiet_q   <= 32'd0;
    end else begin
      start_q <= start && !empty;
      quiet_q <= (start_q || progress_i) ? 32'd0 : quiet_d;
      if (start) done_q <= 1'b0;
      if (start && empty) illegal_q <= 1'b1;
      if (start && !empty) busy_q <= 1'b1;
      if (halt) begin
        error_q   <= error_i;
        illegal_q <= illegal_i;
        expired_q <= expire;
      end
      if (finish) done_q <= 1'b1;
      if (halt || finish) busy_q <= 1'b0;
      if (halt || finish || (start && empty)) irq_q <= 1'b1;
      else if (control && (ones[1] || start)) irq_q <= 1'b0;
    end
  end

  // Reads.
  reg         rvalid_q;
  reg  [31:0] rdata_q;
  reg         low_q;   // the answer is a half of the counter that was read last
  reg         high_q;
  reg  [31:0] rdata_d;

  wire        read         = arvalid_i && arready_o;
  wire [9:0]  raddr        = araddr_i[11:2];
  wire [9:0]  counter_word = raddr - A_COUNTERS;
  wire        is_counter   = raddr >= A_COUNTERS && counter_word < COUNTER_WORDS[9:0];

  assign arready_o       = !rvalid_q;
  assign rvalid_o        = rvalid_q;
  assign rresp_o         = 2'b00;
  assign rdata_o         = low_q ? counter_data_i[31:0] : high_q ? counter_data_i[63:32] : rdata_q;
  assign counter_en_o    = read && is_counter && !raddr[0];
  assign counter_index_o = counter_word[INDEX_W:1];

  always @* begin
    case (raddr)
      A_ID:          rdata_d = ID;
      A_VERSION:     rdata_d = VERSION;
      A_STATUS:      rdata_d = {27'd0, illegal_q, expired_q, error_q, done_q, busy_q};
      A_BASE_LOW:    rdata_d = base[31:0];
      A_BASE_HIGH:   rdata_d = base[63:32];
      A_COUNT:       rdata_d = count_q;
      A_IRQ_ENABLE:  rdata_d = {31'd0, irq_enable_q};
      A_WATCHDOG:    rdata_d = watchdog_q;
      A_LOADS:       rdata_d = {{(32 - COUNT_W) {1'b0}}, loads_i};
      A_READS:       rdata_d = {{(32 - COUNT_W) {1'b0}}, reads_i};
      A_RUNS:        rdata_d = {{(32 - COUNT_W) {1'b0}}, runs_i};
      A_STORE_READS: rdata_d = {{(32 - COUNT_W) {1'b0}}, store_reads_i};
      A_STORES:      rdata_d = {{(32 - COUNT_W) {1'b0}}, stores_i};
      10'h010:       rdata_d = hash_i[31:0];
      10'h011:       rdata_d = hash_i[63:32];
      10'h012:       rdata_d = hash_i[95:64];
      10'h013:       rdata_d = hash_i[127:96];
      10'h014:       rdata_d = hash_i[159:128];
      10'h015:       rdata_d = hash_i[191:160];
      10'h016:       rdata_d = hash_i[223:192];
      10'h017:       rdata_d = hash_i[255:224];
      A_ROWS:        rdata_d = ROWS;
      A_COLUMNS:     rdata_d = COLUMNS;
      A_LANES:       rdata_d = LANES;
      A_BUS_BITS:    rdata_d = BUS_BITS;
      A_ENTRIES:     rdata_d = ENTRIES;
      A_DIMENSION:   rdata_d = DIMENSION;
      A_ELEMENT:     rdata_d = ELEMENT_BITS;
      A_PORTS:       rdata_d = PORTS;
      default:       rdata_d = 32'd0;
    endcase
  end

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) rvalid_q <= 1'b0;
    else if (read) rvalid_q <= 1'b1;
    else if (rready_i) rvalid_q <= 1'b0;
  end

  always @(posedge clk) begin
    if (read) begin
      rdata_q <= rdata_d;
      low_q   <= is_counter && !raddr[0];
      high_q  <= is_counter && raddr[0];
    end
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  // Writes and reads that are under way: what came in has not been answered yet, modulo 4.
  reg [1:0] aw_q = 2'd0;
  reg [1:0] w_q = 2'd0;
  reg [1:0] ar_q = 2'd0;
  always @(posedge clk) begin
    if (!rst_n) begin
      aw_q <= 2'd0;
      w_q  <= 2'd0;
      ar_q <= 2'd0;
    end else begin
      aw_q <= aw_q + {1'b0, awvalid_i && awready_o} - {1'b0, bvalid_o && bready_i};
      w_q  <= w_q + {1'b0, wvalid_i && wready_o} - {1'b0, bvalid_o && bready_i};
      ar_q <= ar_q + {1'b0, arvalid_i && arready_o} - {1'b0, rvalid_o && rready_i};
    end
  end

  always @(posedge clk) begin
    if (past_q && rst_n) begin
      assert (aw_q == aw_full_q + bvalid_q);  // each write is answered once
      assert (w_q == w_full_q + bvalid_q);
      assert (ar_q == rvalid_q);              // and each read
      assert (!(busy_q && stop_o));
      if (start_q) assert (busy_q);
      if ($past(rst_n)) begin
        if ($past(!counter_en_o)) assume ($stable(counter_data_i));  // the read port holds
        if ($past(bvalid_o && !bready_i)) assert (bvalid_o);
        if ($past(rvalid_o && !rready_i)) assert (rvalid_o && $stable(rdata_o));
        if (start_o) assert (!$past(start_o) && !$past(busy_o) && !stop_o);
        if ($past(stop_o)) assert (stop_o);
      end
    end
  end
`endif

endmodule

`default_nettype wire
