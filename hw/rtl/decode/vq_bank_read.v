// SPDX-License-Identifier: Apache-2.0
// vq_bank_read — reads a beat's PORTS codewords out of BANKS one-port banks, in as many cycles as
// the busiest bank needs.
//
// Bank b keeps the codewords whose index is b in its low BANK_W bits, the upper bits being the row.
// In each cycle every bank reads one row: that of the lowest port that still waits for it. All ports
// that wait for the same codeword are served with it, so a beat takes as many cycles as the most
// rows that it needs of one bank.
//
//   indices_i ─▶ one port a bank ─▶ bank_row_o ─▶ (banks) ─▶ bank_codeword_i ─┬▶ codewords_o
//                                                             hold registers ◀┘
//
// Latency     1 cycle from a beat's last read to its codewords, which hold until the next read.
// Handshake   valid/ready for beats; stage_valid_o and stage_ready_i belong to the vq_stage behind,
//             which takes a beat in the cycle of its last read. A dense beat reads nothing.
// Packing     index p at indices_i[p*(BANK_W+ROW_W) +: BANK_W+ROW_W], its codeword at
//             codewords_o[p*CODEWORD_W +: CODEWORD_W]; bank b at [b*ROW_W +: ROW_W],
//             [b*CODEWORD_W +: CODEWORD_W].
// Parameters  PORTS >= 1; BANKS = 2**BANK_W >= 2; ROW_W >= 1.

`default_nettype none

module vq_bank_read #(
    parameter PORTS      = 4,
    parameter BANKS      = 4,
    parameter BANK_W     = 2,
    parameter ROW_W      = 6,
    parameter CODEWORD_W = 32
) (
    input  wire                            clk,
    input  wire                            rst_n,
    // Beats
    input  wire                            valid_i,
    output wire                            ready_o,
    input  wire                            dense_i,
    input  wire [PORTS*(BANK_W+ROW_W)-1:0] indices_i,
    // The stage behind
    output wire                            stage_valid_o,
    input  wire                            stage_ready_i,
    // Banks: 1 cycle, hold
    output reg  [BANKS-1:0]                bank_en_o,
    output reg  [BANKS*ROW_W-1:0]          bank_row_o,
    input  wire [BANKS*CODEWORD_W-1:0]     bank_codeword_i,
    // Codewords
    output wire [PORTS*CODEWORD_W-1:0]     codewords_o,
    // For counters
    output wire                            read_o,         // a beat's last read
    output wire                            conflict_o      // a read of a beat that needs more
);

  generate
    if (BANKS < 2 || BANKS != (1 << BANK_W)) begin : g_illegal
      ERROR_vq_bank_read_BANKS_must_be_2_or_more_and_2_to_the_BANK_W u_error ();
    end
  endgenerate

  localparam INDEX_W = BANK_W + ROW_W;

  reg [PORTS-1:0] done_q;   // read in an earlier cycle of this beat
  reg [PORTS-1:0] first;    // the lowest port that waits for its bank
  reg [PORTS-1:0] served;   // read in this cycle, if it is one of a read

  integer p, q;
  always @* begin
    for (p = 0; p < PORTS; p = p + 1) begin
      first[p] = !done_q[p];
      for (q = 0; q < p; q = q + 1) begin
        if (!done_q[q] && indices_i[q*INDEX_W +: BANK_W] == indices_i[p*INDEX_W +: BANK_W]) begin
          first[p] = 1'b0;
        end
      end
    end
    for (p = 0; p < PORTS; p = p + 1) begin
      served[p] = first[p];
      for (q = 0; q < p; q = q + 1) begin
        if (first[q] && indices_i[q*INDEX_W +: INDEX_W] == indices_i[p*INDEX_W +: INDEX_W]) begin
          served[p] = !done_q[p];
        end
      end
    end
  end

  wire last = &(done_q | served);
  wire read = valid_i && !dense_i && stage_ready_i;

  assign ready_o       = stage_ready_i && (dense_i || last);
  assign stage_valid_o = valid_i && (dense_i || last);
  assign read_o        = read && last;
  assign conflict_o    = read && !last;

  integer b, r;
  always @* begin
    bank_en_o  = {BANKS{1'b0}};
    bank_row_o = {(BANKS*ROW_W) {1'b0}};
    for (b = 0; b < BANKS; b = b + 1) begin
      for (r = 0; r < PORTS; r = r + 1) begin
        if (first[r] && indices_i[r*INDEX_W +: BANK_W] == b[BANK_W-1:0]) begin
          bank_en_o[b] = read;
          bank_row_o[b*ROW_W +: ROW_W] =
              bank_row_o[b*ROW_W +: ROW_W] | indices_i[r*INDEX_W+BANK_W +: ROW_W];
        end
      end
    end
  end

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) done_q <= {PORTS{1'b0}};
    else if (read) done_q <= last ? {PORTS{1'b0}} : done_q | served;
  end

  // A codeword comes from its bank if the last read served its port, else from an earlier read.
  genvar c;
  generate
    for (c = 0; c < PORTS; c = c + 1) begin : g_port
      reg                  fresh_q;
      reg [BANK_W-1:0]     bank_q;
      reg [CODEWORD_W-1:0] hold_q;
      wire [CODEWORD_W-1:0] codeword =
          fresh_q ? bank_codeword_i[bank_q*CODEWORD_W +: CODEWORD_W] : hold_q;
      assign codewords_o[c*CODEWORD_W +: CODEWORD_W] = codeword;
      always @(posedge clk) begin
        if (read) begin
          fresh_q <= served[c];
          bank_q  <= indices_i[c*INDEX_W +: BANK_W];
          if (!served[c]) hold_q <= codeword;
        end
      end
    end
  endgenerate

`ifdef FORMAL
  // Banks whose codewords are their own indices: every port must get its index back.
  localparam KEPT_W = CODEWORD_W < INDEX_W ? CODEWORD_W : INDEX_W;
  reg [BANKS*ROW_W-1:0]   row_q;
  reg [PORTS*INDEX_W-1:0] asked_q;
  reg [PORTS-1:0]         got_q = {PORTS{1'b0}};   // served by this beat's reads, or by the last's
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  integer f;
  always @(posedge clk) begin
    for (f = 0; f < BANKS; f = f + 1) begin
      if (bank_en_o[f]) row_q[f*ROW_W +: ROW_W] <= bank_row_o[f*ROW_W +: ROW_W];
    end
    if (!rst_n) got_q <= {PORTS{1'b0}};
    else if (read) begin
      asked_q <= indices_i;
      got_q   <= done_q | served;
    end
  end

  genvar g;
  generate
    for (g = 0; g < BANKS; g = g + 1) begin : g_bank
      wire [INDEX_W-1:0] index = {row_q[g*ROW_W +: ROW_W], g[BANK_W-1:0]};
      always @* assume (bank_codeword_i[g*CODEWORD_W +: KEPT_W] == index[KEPT_W-1:0]);
    end
    for (g = 0; g < PORTS; g = g + 1) begin : g_answer
      always @(posedge clk) begin
        if (past_q && rst_n && got_q[g]) begin
          assert (codewords_o[g*CODEWORD_W +: KEPT_W] == asked_q[g*INDEX_W +: KEPT_W]);
        end
      end
    end
  endgenerate

  always @(posedge clk) begin
    if (past_q && rst_n) begin
      // A beat that is offered stays until it is taken.
      if ($past(rst_n) && $past(valid_i && !ready_o)) begin
        assume (valid_i && $stable(indices_i) && $stable(dense_i));
      end
      if (done_q != {PORTS{1'b0}}) assert (got_q == done_q);
      if (done_q != {PORTS{1'b0}}) assume (valid_i && !dense_i && indices_i == asked_q);
      if (valid_i && !dense_i) assert (served & ~done_q);        // every read serves a port
      if (read_o) assert (ready_o && stage_valid_o);
      if ($past(rst_n) && $past(read_o)) assert (&got_q);         // a beat leaves with all codewords
      if (conflict_o) assert (!ready_o && !stage_valid_o);
    end
  end
`endif

endmodule

`default_nettype wire
