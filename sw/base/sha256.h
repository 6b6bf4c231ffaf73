// SPDX-License-Identifier: Apache-2.0
// sha256 — content hashes (FIPS 180-4, by Nettle) as lower-case hexadecimal.
#pragma once

#include <string>
#include <string_view>

namespace vqrom::base {

// 64 hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

// Whether a text can be what sha256_hex() gives.
[[nodiscard]] bool is_sha256(std::string_view text);

}  // namespace vqrom::base
