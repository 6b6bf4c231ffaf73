# SPDX-License-Identifier: Apache-2.0
# vq_accelerator.xdc: the clock of vq_accelerator as a design of its own, in nanoseconds. Inside a
# larger design only the clock's constraint there counts.

create_clock -name clk -period 5.000 [get_ports clk]
set_false_path -from [get_ports rst_n]
