// SPDX-License-Identifier: Apache-2.0
// check_program — what the machine relies on in a program's instructions.
#include <algorithm>
#include <optional>

#include "sw/base/checked.h"
#include "sw/compiler/program.h"
#include "sw/compiler/run_command.h"

namespace vqrom::compiler {
namespace {

using config::Operation;

constexpr std::int64_t kAddressSpace = 1 << 16;  // of a buffer
constexpr int kMostProblems = 20;

// The range of a*step_a + b*step_b over a < count_a, b < count_b with 0 <= position < extent.
struct Reach {
  bool any = false;
  std::int64_t low = 0;
  std::int64_t high = 0;
};

Reach reach(std::int64_t outputs, std::int64_t kernel, std::int64_t start, std::int64_t stride,
            std::int64_t dilation, std::int64_t extent, std::int64_t out_step,
            std::int64_t kernel_step) {
  Reach result;
  for (std::int64_t k = 0; k < kernel; ++k) {
    const std::int64_t position = start + k * dilation;  // of output 0; the others follow by stride
    if (position >= extent || (position < 0 && stride == 0)) continue;
    const std::int64_t first = position < 0 ? base::ceil_div(-position, stride) : 0;
    const std::int64_t last =
        stride == 0 ? outputs - 1 : std::min(outputs - 1, (extent - 1 - position) / stride);
    if (first > last) continue;
    for (const std::int64_t output : {first, last}) {
      const std::int64_t offset = output * out_step + k * kernel_step;
      result.low = result.any ? std::min(result.low, offset) : offset;
      result.high = result.any ? std::max(result.high, offset) : offset;
      result.any = true;
    }
  }
  return result;
}

class Checker {
 public:
  Checker(const Program& program, std::string_view place)
      : program_(program), config_(program.config), place_(place) {}

  void run() {
    const std::int64_t count = program_.instruction_count;
    for (at_ = 0; at_ < count; ++at_) {
      std::visit(*this, program_.instruction(at_));
      if (std::ssize(problems_.all()) >= kMostProblems) break;
    }
    at_ = count - 1;
    if (!ended_) add("the last instruction is not END");
    problems_.throw_if_any();
  }

  void operator()(const config::Load& load) {
    ++loads_;
    const bool known = load.target < config::kTargets;
    if (!require(known, "target is {}; must be 0 to {}", load.target, config::kTargets - 1)) return;
    const auto target = static_cast<config::Target>(load.target);
    if (target == config::Target::kCodebook) codebook();
    struct Place {
      std::int64_t words;  // bus words of a buffer word
      std::int64_t capacity;
      std::string_view name;
    };
    const Place buffer =
        target == config::Target::kActivations
            ? Place{config_.vector_words(), config_.buffers.activation_vectors,
                    "buffers.activation_vectors"}
        : target == config::Target::kWeights
            ? Place{1, config_.buffers.weight_words, "buffers.weight_words"}
        : target == config::Target::kParameters
            ? Place{kParameterBytes / config_.bus_bytes(), config_.buffers.parameter_entries,
                    "buffers.parameter_entries"}
        : target == config::Target::kTable
            ? Place{1, config::kTables * config::kTableEntries / config_.bus_bytes(),
                    "words of two tables"}
        : target == config::Target::kCodebook
            ? Place{config_.codeword_words(), config_.codebook.entries, "codebook.entries"}
            : Place{config_.vector_words(), config_.buffers.window_vectors,
                    "buffers.window_vectors"};
    waits("wait_reads", load.wait_reads, runs_, "RUN");
    waits("wait_stores", load.wait_stores, stores_, "STORE");
    rows(load, buffer.words, buffer.capacity, buffer.name);
  }
  void operator()(const config::Store& store) {
    waits("wait_runs", store.wait_runs, runs_, "RUN");
    rows(store, config_.vector_words(), config_.buffers.output_vectors, "buffers.output_vectors");
    ++stores_;
  }
  void operator()(const config::Shape& shape) {
    require(shape.kernel_h >= 1 && shape.kernel_w >= 1, "kernel is {} x {}; must be at least 1",
            shape.kernel_h, shape.kernel_w);
    const bool array = shape.operation == static_cast<std::int64_t>(Operation::kArray);
    require(shape.dense == 0 || (array && config_.array.dense_bypass),
            "dense is set; the array has no dense bypass, or the operation is not array");
    require(shape.table_bank == 0 || shape.table != 0, "table_bank is set without table");
    index_width(shape);
    require(shape.low <= shape.high, "low is {}, high {}", shape.low, shape.high);
    shape_ = shape;
  }
  void operator()(const config::Factors& factors) {
    require(factors.shift >= 1 && factors.shift <= 62, "shift is {}; must be 1 to 62",
            factors.shift);
    factors_ = true;
  }
  void operator()(const config::Fence&) { decoding_ = false; }
  void operator()(const config::End&) {
    require(at_ + 1 == program_.instruction_count, "END is not the last instruction");
    ended_ = at_ + 1 == program_.instruction_count;
  }
  void operator()(const config::Run& run) {
    waits("wait_loads", run.wait_loads, loads_, "LOAD");
    waits("wait_stores", run.wait_stores, stores_, "STORE");
    ++runs_;
    if (!require(shape_.has_value(), "a RUN without a SHAPE before it")) return;
    const bool counts = run.out_h >= 1 && run.out_w >= 1 && run.groups >= 1 && run.blocks >= 1;
    if (!require(counts, "out_h, out_w, groups and blocks must be at least 1")) return;
    activations(run);
    switch (static_cast<Operation>(shape_->operation)) {
      case Operation::kArray:
        return array(run);
      case Operation::kAdd:
        require(factors_, "an add without FACTORS before it");
        require(shape_->kernel_h == 1 && shape_->kernel_w == 2, "an add with a kernel of {} x {}",
                shape_->kernel_h, shape_->kernel_w);
        return output(run, run.groups * config_.vector_beats());
      case Operation::kWindowSum:
        if (shape_->unit_weights == 0) {
          within("window weights", run.weights, run.groups * shape_->kernel_h * shape_->kernel_w,
                 config_.buffers.window_vectors, "buffers.window_vectors");
        }
        [[fallthrough]];
      case Operation::kWindowMax:
        within("parameters", run.parameters, run.groups * config_.array.rows,
               config_.buffers.parameter_entries, "buffers.parameter_entries");
        return output(run, run.groups * config_.vector_beats());
    }
  }

 private:
  void add(std::string message) {
    problems_.add("program.instruction", fmt::format("{}: instruction {}", place_, at_),
                  std::move(message));
  }
  template <typename... Args>
  bool require(bool condition, fmt::format_string<Args...> format, Args&&... args) {
    if (!condition) add(fmt::format(format, std::forward<Args>(args)...));
    return condition;
  }
  void waits(std::string_view field, std::int64_t count, std::int64_t before,
             std::string_view kind) {
    require(count <= before, "{} is {}; there are {} {}s before it", field, count, before, kind);
  }
  void within(std::string_view what, std::int64_t first, std::int64_t count, std::int64_t capacity,
              std::string_view name) {
    require(first + count <= capacity, "{} {} to {} are outside of the buffer ({} is {})", what,
            first, first + count - 1, name, capacity);
  }

  template <typename Transfer>
  void rows(const Transfer& transfer, std::int64_t words, std::int64_t capacity,
            std::string_view name) {
    const bool counts = transfer.rows >= 1 && transfer.row_words >= 1;
    if (!require(counts, "rows is {} and row_words {}; must be at least 1", transfer.rows,
                 transfer.row_words)) {
      return;
    }
    if (!require(transfer.row_words % words == 0,
                 "row_words is {}; must be a multiple of the {} words of a buffer word",
                 transfer.row_words, words)) {
      return;
    }
    const std::int64_t bytes = config_.bus_bytes();
    require(transfer.address % bytes == 0 && transfer.row_stride % bytes == 0,
            "address {} and row_stride {} must be multiples of the bus word ({} bytes)",
            transfer.address, transfer.row_stride, bytes);
    const std::int64_t end =
        transfer.address + (transfer.rows - 1) * transfer.row_stride + transfer.row_words * bytes;
    require(end <= program_.memory_bytes, "reaches byte {}; memory_bytes is {}", end,
            program_.memory_bytes);
    within("buffer words", transfer.buffer,
           (transfer.rows - 1) * transfer.buffer_stride + transfer.row_words / words, capacity,
           name);
  }

  void index_width(const config::Shape& shape) {
    const int bits = shape.index_bits == 0 ? config_.index_bits() : int(shape.index_bits);
    if (config_.index_width_of(bits) != bits) {
      problems_.add("program.index_bits", fmt::format("{}: instruction {}", place_, at_),
                    fmt::format("index_bits is {}; the accelerator's indices have {}",
                                shape.index_bits, fmt::join(config_.index_widths(), ", ")));
      return;
    }
    const std::int64_t count = std::int64_t{1} << bits;
    require(shape.index_base % count == 0 &&
                shape.index_base + count <= std::int64_t{1} << config_.index_bits(),
            "index_base is {}; must be a multiple of {} below {}", shape.index_base, count,
            std::int64_t{1} << config_.index_bits());
  }

  // A RUN that has read all may still decode: its indices stand in queues behind the buffer.
  void codebook() {
    require(config_.loads_codebook(), "loads the codebook, which is in ROM");
    require(!decoding_, "loads the codebook, with no FENCE behind the RUNs that decode");
    codebook_loads_ = loads_;
  }
  void decodes(const config::Run& run) {
    decoding_ = true;
    if (!config_.loads_codebook()) return;
    require(codebook_loads_ > 0, "a RUN that decodes, without a LOAD of the codebook before it");
    require(run.wait_loads >= codebook_loads_,
            "wait_loads is {}; a RUN that decodes must wait for the codebook's {}", run.wait_loads,
            codebook_loads_);
  }

  void activations(const config::Run& run) {
    const Reach down =
        reach(run.out_h, shape_->kernel_h, run.start_y, shape_->stride_y, shape_->dilation_y,
              run.in_h, shape_->out_y_step, shape_->kernel_y_step);
    const Reach right =
        reach(run.out_w, shape_->kernel_w, run.start_x, shape_->stride_x, shape_->dilation_x,
              run.in_w, shape_->out_x_step, shape_->kernel_x_step);
    if (!down.any || !right.any) return;  // padding alone
    const std::int64_t low = run.act_start + down.low + right.low;
    const std::int64_t high =
        run.act_start + (run.groups - 1) * shape_->group_step + down.high + right.high;
    require(low / kAddressSpace == high / kAddressSpace &&
                high % kAddressSpace < config_.buffers.activation_vectors,
            "reads activation vectors {} to {}; buffers.activation_vectors is {}",
            low % kAddressSpace, high % kAddressSpace, config_.buffers.activation_vectors);
  }

  void array(const config::Run& run) {
    if (shape_->dense == 0) decodes(run);
    const std::int64_t tile = config_.tile_words(shape_->dense != 0, shape_->index_bits);
    const std::int64_t tiles = run.groups * shape_->kernel_h * shape_->kernel_w * run.blocks;
    within("weight words", run.weights, tiles * tile, config_.buffers.weight_words,
           "buffers.weight_words");
    if (run.first != 0) {
      within("parameters", run.parameters, run.blocks * config_.array.columns,
             config_.buffers.parameter_entries, "buffers.parameter_entries");
    }
    require(run.out_h * run.out_w <= config_.accumulator.depth,
            "{} output pixels; accumulator.depth is {}", run.out_h * run.out_w,
            config_.accumulator.depth);
    require((run.first != 0 && run.last != 0) || run.blocks == 1,
            "{} blocks in a RUN that is not first and last", run.blocks);
    require(run.first_row < config_.array.rows && run.last_row < config_.array.rows,
            "first_row is {} and last_row {}; the array has {} rows", run.first_row, run.last_row,
            config_.array.rows);
    require(run.out_lane < config_.vector_beats(), "out_lane is {}; a vector has {} beats",
            run.out_lane, config_.vector_beats());
    require(open_ != (run.first != 0), "first is {}; the RUN before it has {} its sums", run.first,
            open_ ? "not ended" : "ended");
    open_ = run.last == 0;
    if (run.last != 0) output(run, run.out_lane + run.blocks * config_.drain_beats());
  }

  void output(const config::Run& run, std::int64_t beats) {
    const std::int64_t groups =
        std::min(run.out_groups, base::ceil_div(beats, config_.vector_beats()));
    if (groups == 0) return;
    within("output vectors", run.output,
           (groups - 1) * shape_->out_group_step + run.out_h * run.out_w,
           config_.buffers.output_vectors, "buffers.output_vectors");
  }

  const Program& program_;
  const config::AcceleratorConfig& config_;
  std::string_view place_;
  base::Problems problems_;
  std::int64_t at_ = 0;
  std::int64_t loads_ = 0;
  std::int64_t runs_ = 0;
  std::int64_t stores_ = 0;
  std::int64_t codebook_loads_ = 0;  // LOADs up to the codebook's last one
  bool decoding_ = false;            // a RUN decodes, and no FENCE came after it
  std::optional<config::Shape> shape_;
  bool factors_ = false;
  bool open_ = false;  // sums of a block wait for a RUN with `last`
  bool ended_ = false;
};

}  // namespace

void check_program(const Program& program, std::string_view place) {
  Checker(program, place).run();
}

}  // namespace vqrom::compiler
