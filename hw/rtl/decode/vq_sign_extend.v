// SPDX-License-Identifier: Apache-2.0
// vq_sign_extend — widens packed signed elements, from codeword element to array weight.
//
// Latency     0 cycles, combinational.
// Packing     element k at [k*IN_W +: IN_W] and [k*OUT_W +: OUT_W].
// Parameters  COUNT >= 1; 1 <= IN_W <= OUT_W.

`default_nettype none

module vq_sign_extend #(
    parameter COUNT = 4,
    parameter IN_W  = 6,
    parameter OUT_W = 8
) (
    input  wire [COUNT*IN_W-1:0]  data_i,
    output wire [COUNT*OUT_W-1:0] data_o
);

  generate
    if (OUT_W < IN_W) begin : g_illegal
      ERROR_vq_sign_extend_OUT_W_is_narrower_than_IN_W u_error ();
    end
  endgenerate

  genvar k;
  generate
    for (k = 0; k < COUNT; k = k + 1) begin : g_element
      if (OUT_W > IN_W) begin : g_wider
        assign data_o[k*OUT_W +: OUT_W] =
            {{(OUT_W - IN_W) {data_i[k*IN_W+IN_W-1]}}, data_i[k*IN_W +: IN_W]};
      end else begin : g_same
        assign data_o[k*OUT_W +: OUT_W] = data_i[k*IN_W +: IN_W];
      end
    end
  endgenerate

endmodule

`default_nettype wire
