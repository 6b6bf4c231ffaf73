# SPDX-License-Identifier: Apache-2.0
# vq_accelerator.sdc: constraints to start from, in nanoseconds. Set the period, and replace the
# shares given to the outside by what the interconnect needs.

set period 10.0
set input_share 0.3
set output_share 0.3

create_clock -name clk -period $period [get_ports clk]
set_clock_uncertainty [expr 0.02 * $period] [get_clocks clk]

# The reset is asserted at any time and released in step with the clock (a synchroniser outside).
set_false_path -from [get_ports rst_n]

# The clock itself is no data input. Tools differ in remove_from_collection, so ports are listed.
set_input_delay [expr $input_share * $period] -clock clk [get_ports {csr_*_i mem_*_i}]
set_output_delay [expr $output_share * $period] -clock clk [all_outputs]
