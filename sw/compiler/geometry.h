// SPDX-License-Identifier: Apache-2.0
// geometry — stripes of a layer's output, the inputs that they need, and the fields of SHAPE and
// RUN that walk over them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gen/config/accelerator_config.h"
#include "sw/compiler/machine_layer.h"
#include "sw/compiler/transfer.h"

namespace vqrom::compiler {

inline constexpr std::int64_t kAddressMask = 0xFFFF;  // steps and places of a buffer wrap around
// Of estimates.
inline constexpr std::int64_t kRunOverhead = 24;        // cycles from one RUN to the next
inline constexpr std::int64_t kVectorRunOverhead = 32;  // the same of the vector unit
inline constexpr std::int64_t kDrainOverhead = 6;       // cycles from one block's drain to the next
// In so many pieces a layer's first input comes, each as soon as its producer has stored it.
inline constexpr std::int64_t kEarlyLoads = 4;
inline constexpr std::int64_t kTrafficWeight = 16;  // bus words that are worth a cycle

// A layer's windows after what can be simplified: a layer of single pixels has one row of them
// over all images; rows that a stride skips are not seen.
struct Geometry {
  Axis y;
  Axis x;
  std::int64_t images = 1;
  bool images_are_columns = false;  // one output pixel an image, no padding: ox counts images

  [[nodiscard]] std::int64_t pixels() const { return images * y.out * x.out; }
};

// Simplifies axes and views (all inputs of a layer, and its output) together.
[[nodiscard]] Geometry simplify(const LayerBase& layer, std::int64_t rows,
                                std::vector<View*> inputs, View& output);

// Output pixels: images, rows, columns.
struct Stripe {
  Extent images;
  Extent rows;
  Extent columns;
  [[nodiscard]] std::int64_t pixels() const { return images.count * rows.count * columns.count; }
};

// `region` of the output (all of it by default), cut into stripes of at most that size, as equal as
// possible, in the order of images, rows, columns.
[[nodiscard]] std::vector<Stripe> cut(const Stripe& region, const Stripe& size);
[[nodiscard]] Stripe whole(const Geometry& geometry);

// Kernel rows, kernel columns and input groups that one RUN covers.
struct Taps {
  Extent ky;
  Extent kx;
  Extent groups;
};

// The input of a stripe, clipped to the map; never empty.
[[nodiscard]] Box input_box(const Geometry& geometry, const Stripe& stripe, const Taps& taps);
[[nodiscard]] std::int64_t input_vectors(const Geometry& geometry, const Stripe& stripe,
                                         const Taps& taps);

// Sets what walks from `box` in the activation buffer (without gaps from word 0 on) over a stripe.
// Returns what does not fit a field, or "".
[[nodiscard]] std::string set_walk(const Geometry& geometry, const Stripe& stripe, const Taps& taps,
                                   const Box& box, config::Shape& shape, config::Run& run);

// ceil(extent / n) for n = 1, 2, …, at most `limit`, in descending order; not all of the small
// ones.
[[nodiscard]] std::vector<std::int64_t> even_sizes(std::int64_t extent, std::int64_t limit);

// The most outputs along an axis that a RUN can walk over: strides beside padding have few bits.
[[nodiscard]] std::int64_t most_outputs(const Axis& axis);

// The largest value of an unsigned field.
[[nodiscard]] std::int64_t field_limit(std::string_view format, std::string_view field);

}  // namespace vqrom::compiler
