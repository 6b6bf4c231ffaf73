// SPDX-License-Identifier: Apache-2.0
// executor_bench — images a CPU second of the integer reference on networks of ResNet-20's and
// MobileNet's layer shapes (random weights: the time does not depend on them).
#include <benchmark/benchmark.h>

#include "sw/base/random.h"
#include "sw/golden/executor.h"

namespace vqrom::golden {
namespace {

using compress::QConv;

class Builder {
 public:
  Builder(std::int64_t side, std::int64_t channels) {
    network_.nodes = {{"in", compress::QInput{}, {}, {side, side, channels}, {}}};
  }
  void conv(std::int64_t kernel, std::int64_t stride, std::int64_t out, bool depthwise = false) {
    const compress::MapShape from = network_.nodes.back().shape;
    const std::int64_t pad = kernel / 2;
    QConv conv;
    conv.window = {{kernel, kernel}, {stride, stride}, {1, 1}, {pad, pad, pad, pad}};
    conv.in_channels = from.channels;
    conv.groups = depthwise ? from.channels : 1;
    conv.out_channels = depthwise ? from.channels : out;
    for (std::int64_t i = 0; i < conv.weight_count(); ++i) {
      conv.weights.push_back(static_cast<std::int8_t>(random_.between(-127, 127)));
    }
    conv.bias.assign(static_cast<std::size_t>(conv.out_channels), 0);
    conv.multipliers.assign(static_cast<std::size_t>(conv.out_channels), {1 << 30, 43});
    macs_ += conv.weight_count() * (from.height / stride) * (from.width / stride);
    const int last = static_cast<int>(network_.nodes.size()) - 1;
    network_.nodes.push_back(
        {fmt::format("conv{}", last),
         std::move(conv),
         {last},
         {from.height / stride, from.width / stride, depthwise ? from.channels : out},
         {}});
    network_.output = last + 1;
  }
  void measure(benchmark::State& state) {
    const Executor executor(network_, {});
    const Codes input(static_cast<std::size_t>(network_.nodes[0].shape.count()), 17);
    for (auto _ : state) benchmark::DoNotOptimize(executor.run(input));
    const auto images = static_cast<double>(state.iterations());
    state.counters["images/s"] = benchmark::Counter(images, benchmark::Counter::kIsRate);
    state.counters["MAC/s"] =
        benchmark::Counter(images * static_cast<double>(macs_), benchmark::Counter::kIsRate);
  }

 private:
  compress::QuantisedNetwork network_;
  base::Random random_{1};
  std::int64_t macs_ = 0;
};

void resnet20(benchmark::State& state) {
  Builder builder(32, 3);
  builder.conv(3, 1, 16);
  for (const std::int64_t width : {16, 32, 64}) {
    for (int i = 0; i < 6; ++i) builder.conv(3, width > 16 && i == 0 ? 2 : 1, width);
  }
  builder.measure(state);
}

void mobilenet_quarter(benchmark::State& state) {
  Builder builder(96, 3);
  builder.conv(3, 2, 8);
  for (const std::int64_t width : {16, 32, 32, 64, 64, 128, 128, 128, 128, 128, 128, 256, 256}) {
    const bool halve = width == 32 || width == 64;
    builder.conv(3, halve ? 2 : 1, 0, true);
    builder.conv(1, 1, width);
  }
  builder.measure(state);
}

BENCHMARK(resnet20)->Unit(benchmark::kMillisecond);
BENCHMARK(mobilenet_quarter)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vqrom::golden

BENCHMARK_MAIN();
