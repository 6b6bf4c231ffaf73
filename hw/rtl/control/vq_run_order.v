// SPDX-License-Identifier: Apache-2.0
// vq_run_order — counts RUNs: which have read everything, and whether any is at work.
//
// A RUN has read all when the activation walker, the weight reader and the parameter reader have
// said so; each does in the order of RUNs, and may be up to 6 RUNs ahead of the others.
//
// Latency     1 cycle from the last of the three to read_o.
// Handshake   pulses of one cycle, one a RUN; no more than 7 RUNs at work.

`default_nettype none

module vq_run_order (
    input  wire clk,
    input  wire rst_n,
    input  wire valid_i,       // a RUN is offered
    input  wire ready_i,       // and taken
    input  wire acts_done_i,
    input  wire weights_done_i,
    input  wire params_done_i,
    input  wire done_i,        // a RUN is complete
    output wire read_o,        // a RUN has read all
    output wire busy_o         // a RUN has begun and is not complete
);

  reg [2:0] acts_q;
  reg [2:0] weights_q;
  reg [2:0] params_q;
  reg [2:0] runs_q;
  reg       read_q;

  wire read = acts_q != 3'd0 && weights_q != 3'd0 && params_q != 3'd0;

  assign read_o = read_q;
  assign busy_o = valid_i || runs_q != 3'd0;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      acts_q    <= 3'd0;
      weights_q <= 3'd0;
      params_q  <= 3'd0;
      runs_q    <= 3'd0;
      read_q    <= 1'b0;
    end else begin
      if (acts_done_i != read) acts_q <= read ? acts_q - 3'd1 : acts_q + 3'd1;
      if (weights_done_i != read) weights_q <= read ? weights_q - 3'd1 : weights_q + 3'd1;
      if (params_done_i != read) params_q <= read ? params_q - 3'd1 : params_q + 3'd1;
      if ((valid_i && ready_i) != done_i) runs_q <= done_i ? runs_q - 3'd1 : runs_q + 3'd1;
      read_q <= read;
    end
  end

endmodule

`default_nettype wire
