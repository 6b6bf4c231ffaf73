// SPDX-License-Identifier: Apache-2.0
#include "sw/base/sha256.h"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "sw/base/error.h"

namespace vqrom::base {

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  unsigned int length = 0;
  const int ok =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
  VQROM_CHECK(ok == 1 && length == digest.size(), "SHA-256 is not available in OpenSSL");
  std::string hex;
  for (const unsigned char byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace vqrom::base
