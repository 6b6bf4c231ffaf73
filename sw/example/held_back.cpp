// SPDX-License-Identifier: Apache-2.0
#include "sw/example/held_back.h"

#include <vector>

#include "sw/example/glyphs.h"
#include "sw/model/float_evaluator.h"

namespace vqrom::example {

model::Accuracy held_back_accuracy(const model::Model& model, std::int64_t count) {
  const Glyphs glyphs = draw_glyphs(kTestSeed, 0, count);
  const auto pixels = glyphs.images.as<std::uint8_t>();
  const auto labels = glyphs.labels.as<std::uint8_t>();
  const std::vector<std::int64_t> wide_labels(labels.begin(), labels.end());
  const model::FloatEvaluator evaluator(model);
  return model::measure_accuracy(
      "held-back pictures", wide_labels, "held-back pictures", [&](std::int64_t i) {
        constexpr std::int64_t kPixels = kPictureSize * kPictureSize;
        std::vector<float> input;
        for (const std::uint8_t pixel :
             pixels.subspan(static_cast<std::size_t>(i * kPixels), kPixels)) {
          input.push_back((static_cast<float>(pixel) - kPixelMean) / kPixelStd);
        }
        return evaluator.run(input);
      });
}

}  // namespace vqrom::example
