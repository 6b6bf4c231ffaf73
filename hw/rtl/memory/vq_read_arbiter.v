// SPDX-License-Identifier: Apache-2.0
// vq_read_arbiter — merges the read requests of instructions and of LOADs, instructions first.
//
// Latency     1 cycle; one request a cycle. The choice is made when a request enters the output
//             register, which holds it until it is taken.
// Handshake   valid/ready; a ready_o depends combinationally on ready_i, load_ready_o on
//             fetch_valid_i too.
// Parameters  ADDR_W bits of a word's address; FETCH_WORDS of an instruction, 1 to 256.

`default_nettype none

module vq_read_arbiter #(
    parameter ADDR_W      = 29,
    parameter FETCH_WORDS = 4
) (
    input  wire              clk,
    input  wire              rst_n,
    // Instructions: ID 0, address from base_i
    input  wire              fetch_valid_i,
    output wire              fetch_ready_o,
    input  wire [ADDR_W-1:0] base_i,
    input  wire [ADDR_W-1:0] fetch_addr_i,
    // LOADs: ID 1
    input  wire              load_valid_i,
    output wire              load_ready_o,
    input  wire [ADDR_W-1:0] load_addr_i,
    input  wire [7:0]        load_len_i,
    // Both
    output wire              valid_o,
    input  wire              ready_i,
    output wire [ADDR_W-1:0] addr_o,
    output wire [7:0]        len_o,          // words - 1
    output wire              id_o
);

  generate
    if (FETCH_WORDS < 1 || FETCH_WORDS > 256) begin : g_illegal
      ERROR_vq_read_arbiter_FETCH_WORDS_must_be_1_to_256 u_error ();
    end
  endgenerate

  localparam FETCH_LEN = FETCH_WORDS - 1;

  reg              valid_q;
  reg [ADDR_W-1:0] addr_q;
  reg [7:0]        len_q;
  reg              id_q;

  wire free = !valid_q || ready_i;

  assign fetch_ready_o = free;
  assign load_ready_o  = free && !fetch_valid_i;
  assign valid_o       = valid_q;
  assign addr_o        = addr_q;
  assign len_o         = len_q;
  assign id_o          = id_q;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) valid_q <= 1'b0;
    else if (free) valid_q <= fetch_valid_i || load_valid_i;
  end

  always @(posedge clk) begin
    if (free) begin
      addr_q <= fetch_valid_i ? base_i + fetch_addr_i : load_addr_i;
      len_q  <= fetch_valid_i ? FETCH_LEN[7:0] : load_len_i;
      id_q   <= !fetch_valid_i;
    end
  end

`ifdef FORMAL
  reg past_q = 1'b0;
  always @(posedge clk) past_q <= 1'b1;
  initial assume (!rst_n);

  always @(posedge clk) begin
    if (past_q && rst_n) begin
      assert (!(fetch_valid_i && fetch_ready_o && load_valid_i && load_ready_o));  // one at a time
      if ($past(rst_n) && $past(valid_o && !ready_i)) begin
        assert (valid_o && $stable(addr_o) && $stable(len_o) && $stable(id_o));
      end
      if ($past(rst_n) && $past(fetch_valid_i && fetch_ready_o)) begin
        assert (valid_o && !id_o && addr_o == $past(base_i + fetch_addr_i));
      end
      if ($past(rst_n) && $past(load_valid_i && load_ready_o)) begin
        assert (valid_o && id_o && addr_o == $past(load_addr_i) && len_o == $past(load_len_i));
      end
    end
  end
`endif

endmodule

`default_nettype wire
