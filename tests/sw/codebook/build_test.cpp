// SPDX-License-Identifier: Apache-2.0
// build_test — the whole way from sub-vectors to a codebook: reproducible, equal, and refusing.
#include "sw/codebook/build.h"

#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sw/base/error.h"
#include "sw/base/parallel.h"
#include "sw/base/random.h"
#include "sw/codebook/theory.h"

namespace vqrom::codebook {
namespace {

using testing::HasSubstr;

NetworkVectors gaussian_network(std::string name, std::int64_t count, int dimension,
                                std::uint64_t seed) {
  base::Random random(seed);
  NetworkVectors network;
  network.network = std::move(name);
  network.vectors.resize(static_cast<std::size_t>(count * dimension));
  for (float& value : network.vectors) value = static_cast<float>(random.normal());
  return network;
}

std::vector<NetworkVectors> two_networks() {
  return {gaussian_network("large", 12'000, 4, 1), gaussian_network("small", 2'000, 4, 2)};
}

std::int64_t different_codewords(const Codebook& codebook) {
  std::set<std::vector<std::int8_t>> different;
  for (auto at = codebook.elements.begin(); at != codebook.elements.end();
       at += codebook.dimension) {
    different.emplace(at, at + codebook.dimension);
  }
  return std::ssize(different);
}

std::string refusal(const BuildSettings& settings, std::span<const NetworkVectors> networks) {
  try {
    (void)build_codebook(networks, settings);
  } catch (const base::UserError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(BuildCodebook, GivesTheSameForTheSameSeedAndAnyNumberOfThreads) {
  const auto networks = two_networks();
  BuildSettings settings;
  const BuildResult first = build_codebook(networks, settings);
  {
    const base::ThreadLimit limit(1);
    EXPECT_EQ(build_codebook(networks, settings).codebook.sha256, first.codebook.sha256);
  }
  settings.seed = 2;
  EXPECT_NE(build_codebook(networks, settings).codebook.sha256, first.codebook.sha256);
}

TEST(BuildCodebook, TakesEquallyManySamplesOfEveryNetwork) {
  const BuildResult result = build_codebook(two_networks(), {});
  ASSERT_EQ(result.networks.size(), 2U);
  EXPECT_EQ(result.networks[0].available, 12'000);
  EXPECT_EQ(result.networks[1].available, 2'000);
  EXPECT_EQ(result.networks[0].sampled, 12'000);
  EXPECT_EQ(result.networks[1].sampled, 12'000);
}

TEST(BuildCodebook, WeighsASmallNetworkOfAnotherShapeAsMuchAsALargeOne) {
  // The second network's sub-vectors lie elsewhere; 64 codewords must serve both.
  std::vector<NetworkVectors> networks{gaussian_network("large", 20'000, 2, 1),
                                       gaussian_network("small", 500, 2, 2)};
  for (float& value : networks[1].vectors) value += 20.0F;
  BuildSettings settings;
  settings.entries = 64;
  settings.dimension = 2;
  const BuildResult result = build_codebook(networks, settings);
  const double ratio = result.networks[1].error / result.networks[0].error;
  EXPECT_GT(ratio, 0.5);
  EXPECT_LT(ratio, 2.0);
}

TEST(BuildCodebook, RefinementBeatsScalarQuantisationAndDrawingDoesNot) {
  const auto networks = two_networks();
  BuildSettings settings;
  const BuildResult refined = build_codebook(networks, settings);
  settings.refine = 0;
  const BuildResult drawn = build_codebook(networks, settings);
  EXPECT_EQ(drawn.iterations, 0);
  EXPECT_LT(refined.networks[0].error, 0.85 * lloyd_max_mse(2));
  EXPECT_GT(drawn.networks[0].error, lloyd_max_mse(2));
  EXPECT_LT(drawn.networks[0].error, 1.2 * lloyd_max_mse(2));
}

TEST(BuildCodebook, RoundsToTheElementBitsAtLittleLoss) {
  const auto networks = two_networks();
  BuildSettings settings;
  const double eight_bits = build_codebook(networks, settings).networks[0].error;
  settings.element_bits = 5;
  const BuildResult result = build_codebook(networks, settings);
  for (const std::int8_t element : result.codebook.elements) EXPECT_LE(std::abs(element), 15);
  EXPECT_LT(result.networks[0].error, 1.02 * eight_bits);
}

TEST(BuildCodebook, DrawsDuplicatesAnewWhileThereAreOthers) {
  // 3-bit elements: 49 different codewords of two elements, of which 40 are wanted.
  const std::vector<NetworkVectors> networks{gaussian_network("net", 5'000, 2, 3)};
  BuildSettings settings;
  settings.entries = 40;
  settings.dimension = 2;
  settings.element_bits = 3;
  settings.refine = 0;
  const BuildResult result = build_codebook(networks, settings);
  EXPECT_GT(result.duplicates, 0);
  EXPECT_LT(result.duplicates_left, result.duplicates);
  EXPECT_EQ(different_codewords(result.codebook), 40 - result.duplicates_left);
}

TEST(BuildCodebook, StatesHowItWasMade) {
  BuildSettings settings;
  settings.seed = 7;
  settings.samples = 1000;
  settings.bandwidth = 0.5;
  settings.refine = 2;
  const BuildResult result = build_codebook(two_networks(), settings);
  const auto& provenance = result.codebook.provenance;
  EXPECT_EQ(provenance["seed"], 7);
  EXPECT_EQ(provenance["samples_per_network"], 1000);
  EXPECT_EQ(provenance["bandwidth"], 0.5);
  EXPECT_EQ(provenance["refine_iterations"], result.iterations);
  EXPECT_EQ(result.codebook.sha256, content_hash(result.codebook));
}

TEST(BuildCodebook, RefusesSettingsOutOfRangeAllAtOnce) {
  BuildSettings settings;
  settings.entries = 65'537;
  settings.dimension = 17;
  settings.element_bits = 9;
  settings.refine = -1;
  settings.samples = 0;
  settings.bandwidth = -0.5;
  const std::string message = refusal(settings, two_networks());
  EXPECT_THAT(message,
              HasSubstr("[codebook.entries]: --entries: is 65537; must be from 2 to 65536"));
  EXPECT_THAT(message, HasSubstr("[codebook.dimension]: --dimension: is 17; must be from 1 to 16"));
  EXPECT_THAT(message,
              HasSubstr("[codebook.element_bits]: --element-bits: is 9; must be from 2 to 8"));
  EXPECT_THAT(message,
              HasSubstr("[codebook.refine]: --refine: is -1; must be 0 or more iterations"));
  EXPECT_THAT(message, HasSubstr("[codebook.samples]: --samples: is 0; must be 1 or more"));
  EXPECT_THAT(message,
              HasSubstr("[codebook.bandwidth]: --bandwidth: is -0.5; must be from 0 to 100"));
}

TEST(BuildCodebook, RefusesMoreCodewordsThanDifferentOnesExist) {
  BuildSettings settings;
  settings.entries = 82;
  settings.element_bits = 2;
  EXPECT_THAT(refusal(settings, two_networks()),
              HasSubstr("error[codebook.size]: --entries: 82 codewords, but 4 elements of 2 bits "
                        "make only 81 different ones"));
  settings.entries = 81;
  EXPECT_EQ(refusal(settings, two_networks()), "accepted");
}

TEST(BuildCodebook, RefusesMoreCodewordsThanSubVectors) {
  BuildSettings settings;
  settings.entries = 14'001;
  EXPECT_THAT(refusal(settings, two_networks()),
              HasSubstr("error[codebook.samples]: --entries: 14001 codewords of 4 elements, but "
                        "only 14000 sub-vectors to learn them from"));
}

TEST(BuildCodebook, NamesTheNetworkWithoutSubVectors) {
  auto networks = two_networks();
  networks[1].vectors.clear();
  EXPECT_THAT(
      refusal({}, networks),
      HasSubstr("error[codebook.vectors]: small: no layer has 4 input channels in a group"));
}

TEST(DefaultSettings, BoundTheWork) {
  std::vector<NetworkVectors> networks{gaussian_network("a", 10, 1, 1)};
  EXPECT_EQ(default_samples(networks, 1), 10);
  networks.push_back(gaussian_network("b", 200'000, 1, 1));
  EXPECT_EQ(default_samples(networks, 1), 131'072);
  EXPECT_EQ(default_iterations(130'000, 4096, 4), 50);
  EXPECT_EQ(default_iterations(67'000, 65'536, 8), 8);
  EXPECT_EQ(default_iterations(262'144, 65'536, 16), 4);
}

}  // namespace
}  // namespace vqrom::codebook
