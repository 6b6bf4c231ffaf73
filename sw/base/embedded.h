// SPDX-License-Identifier: Apache-2.0
// embedded — a text file that vqrom_embed (scripts/cmake/embed.cmake) put into the program.
#pragma once

#include <span>
#include <string_view>

namespace vqrom::base {

struct EmbeddedFile {
  std::string_view name;  // without folders
  std::string_view text;
};

}  // namespace vqrom::base
