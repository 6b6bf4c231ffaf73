// SPDX-License-Identifier: Apache-2.0
// synthetic_resnet_main — writes the synthetic ResNet-18 and its codebook: network, codebook, k, d.
#include <cstdlib>

#include "tests/sw/compiler/synthetic_resnet.h"

int main(int argc, char** argv) {
  if (argc != 5) {
    fmt::print(stderr, "usage: {} net.vqnet u.safetensors entries dimension\n", argv[0]);
    return 2;
  }
  const auto made =
      vqrom::compiler::testing::synthetic_resnet18(std::atoi(argv[3]), std::atoi(argv[4]), 1);
  vqrom::compress::write_vqnet(argv[1], made.network);
  vqrom::codebook::write_codebook(argv[2], made.codebook);
  return 0;
}
