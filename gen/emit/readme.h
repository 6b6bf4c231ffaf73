// SPDX-License-Identifier: Apache-2.0
// readme — the page that travels in a bundle.
#pragma once

#include <string>
#include <vector>

#include "gen/emit/manifest.h"

namespace vqrom::emit {

// The commands by which a bundle is linted, run inside it; its README.md shows them.
[[nodiscard]] std::vector<std::string> lint_commands();

// Markdown: configuration, ports, latencies, what takes area, how to lint.
[[nodiscard]] std::string readme_text(const config::AcceleratorConfig& config,
                                      const codebook::Codebook& codebook,
                                      const netlist::Design& design,
                                      const std::vector<BundleFile>& files,
                                      std::string_view generator);

}  // namespace vqrom::emit
