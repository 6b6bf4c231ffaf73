// SPDX-License-Identifier: Apache-2.0
// readme — the page that travels in a bundle.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gen/emit/manifest.h"

namespace vqrom::emit {

// The commands by which a bundle with that top is linted, run inside it; its README.md shows them.
[[nodiscard]] std::vector<std::string> lint_commands(std::string_view top);

// Markdown: configuration, ports, latencies, what takes area, how to lint.
[[nodiscard]] std::string readme_text(const config::AcceleratorConfig& config,
                                      const codebook::Codebook& codebook,
                                      const netlist::Design& design,
                                      const std::vector<BundleFile>& files,
                                      std::string_view generator);

}  // namespace vqrom::emit
