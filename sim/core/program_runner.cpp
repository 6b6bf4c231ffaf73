// SPDX-License-Identifier: Apache-2.0
#include "sim/core/program_runner.h"

#include <algorithm>
#include <chrono>

#include "sw/base/checked.h"
#include "sw/base/cpu_time.h"
#include "sw/base/error.h"
#include "sw/base/progress.h"
#include "sw/base/random.h"

namespace vqrom::sim {
namespace {

constexpr std::uint64_t kBaseAlignment = 4096;
constexpr std::uint64_t kGapBytes = 4096;  // between programs
constexpr std::uint8_t kGapByte = 0xa5;
constexpr std::int64_t kPatienceCycles = 100'000;  // in which nothing happens
constexpr std::int64_t kPatienceAnswers = 32;      // of memory

std::uint64_t align_up(std::uint64_t value) {
  return (value + kBaseAlignment - 1) / kBaseAlignment * kBaseAlignment;
}

// Copies what is stopped and why; the rest of the result stays.
void stop(ProgramResult& result) {
  if (!result.stopped) result.stopped = std::current_exception();
}

}  // namespace

CycleCounts ProgramResult::total() const {
  CycleCounts sum;
  for (const ProgramLayerResult& layer : layers) sum += layer.counts;
  return sum;
}

MovedWords ProgramResult::total_words() const {
  MovedWords sum;
  for (const ProgramLayerResult& layer : layers) sum += layer.words;
  return sum;
}

const TensorResult* ProgramResult::first_mismatch() const {
  const auto found = std::ranges::find_if(
      tensors, [](const TensorResult& tensor) { return tensor.status == LayerStatus::kMismatch; });
  return found == tensors.end() ? nullptr : &*found;
}

ProgramPlaces place_programs(const Bundle& bundle, std::span<const ResidentProgram> programs,
                             std::uint64_t origin) {
  ProgramPlaces places;
  places.end = origin + kGapBytes;
  for (const ResidentProgram& resident : programs) {
    check_resident(bundle, resident);
    places.bases.push_back(places.end);
    const auto bytes = static_cast<std::uint64_t>(resident.program->memory_bytes);
    places.end = align_up(places.end + bytes + kGapBytes);
  }
  const int address_bits = bundle.config.bus.address_bits;
  if (address_bits < 64 && places.end > std::uint64_t{1} << address_bits) {
    throw base::UserError(
        "simulate.memory", bundle.directory.string(),
        fmt::format("the programs reach to byte {:#x}; {} address bits reach {:#x}", places.end,
                    address_bits, std::uint64_t{1} << address_bits));
  }
  return places;
}

AxiMemoryOptions memory_options(const Bundle& bundle, AxiMemoryOptions memory) {
  const config::BusConfig& bus = bundle.config.bus;
  memory.longest_burst = std::max(bus.burst_words, config::kInstructionBits / bus.data_bits);
  return memory;
}

std::int64_t patience_cycles(const AxiMemoryOptions& memory) {
  return kPatienceCycles + kPatienceAnswers * memory.read_latency_cycles;
}

ProgramResult begin_result(const ResidentProgram& resident, std::uint64_t base) {
  ProgramResult result;
  result.network = resident.program->network;
  result.network_codebook = resident.executor != nullptr
                                ? resident.executor->network().codebook_sha256
                                : resident.program->codebook_sha256;
  result.place = resident.place;
  result.base = base;
  for (const compiler::LayerPlace& layer : resident.program->layers) {
    result.layers.emplace_back().place = layer;
  }
  for (const compiler::TensorPlace& tensor : resident.program->tensors) {
    result.tensors.emplace_back().place = tensor;
  }
  return result;
}

void set_layer_status(ProgramResult& result, std::size_t layers) {
  for (std::size_t i = 0; i < layers; ++i) {
    ProgramLayerResult& layer = result.layers[i];
    const auto tensor = std::ranges::find_if(result.tensors, [&](const TensorResult& candidate) {
      return candidate.place.node == layer.place.node;
    });
    if (tensor != result.tensors.end()) layer.status = tensor->status;
  }
}

void keep_finished(ProgramResult& result, std::size_t layers) {
  for (std::size_t i = layers; i < result.layers.size(); ++i) {
    ProgramLayerResult& layer = result.layers[i];
    layer.finished = false;
    layer.words = {};
    layer.reads = {};
  }
}

void check_counters(const Bundle& bundle, const compiler::Program& program,
                    const ProgramResult& result, const EventCounts& counted) {
  base::Problems problems;
  const EventCounts seen = result.total().events;
  for (int i = 0; i < kEvents; ++i) {
    const auto event = static_cast<Event>(i);
    if (seen[event] == counted[event]) continue;
    problems.add("simulate.counters", result.place,
                 fmt::format("the accelerator's counter {} is {}; events_o showed {}",
                             event_name(event), counted[event], seen[event]));
  }
  const MovedWords words = result.total_words();
  for (const auto& [event, expected] :
       {std::pair{Event::kLoadAct, words.of(config::Target::kActivations)},
        {Event::kLoadWgt, words.of(config::Target::kWeights)},
        {Event::kLoadParam, words.of(config::Target::kParameters)},
        {Event::kLoadWindow, words.of(config::Target::kWindow)},
        {Event::kLoadCodebook, words.of(config::Target::kCodebook)},
        {Event::kLoadTable, words.of(config::Target::kTable)},
        {Event::kStore, words.stored},
        {Event::kFetch,
         program.instruction_count * config::kInstructionBits / bundle.config.bus.data_bits}}) {
    if (seen[event] == expected) continue;
    problems.add("simulate.counters", result.place,
                 fmt::format("the program moves {} words of {}; the accelerator moved {}", expected,
                             event_name(event), seen[event]));
  }
  problems.throw_if_any();
}

ProgramRunner::ProgramRunner(CycleModel& model, const Bundle& bundle,
                             std::vector<ResidentProgram> programs, const AxiMemoryOptions& memory)
    : bundle_(bundle), origin_(memory.origin) {
  const ProgramPlaces places = place_programs(bundle, programs, origin_);
  for (std::size_t i = 0; i < programs.size(); ++i) {
    ProgramQueues queues(*programs[i].program);
    programs_.push_back({std::move(programs[i]), std::move(queues), places.bases[i]});
  }
  bytes_.assign(places.end - origin_, kGapByte);
  for (const Loaded& loaded : programs_) {
    std::ranges::copy(loaded.program().image, memory_of(loaded).begin());
  }
  memory_ = std::make_unique<AxiMemory>(model, bytes_, memory_options(bundle, memory));
  host_ = std::make_unique<AcceleratorHost>(model, *memory_, patience_cycles(memory));
  host_->check_device(bundle);
}

std::span<std::uint8_t> ProgramRunner::memory_of(const Loaded& loaded) {
  return std::span(bytes_).subspan(loaded.base - origin_,
                                   static_cast<std::size_t>(loaded.program().memory_bytes));
}

void ProgramRunner::prepare(const Loaded& loaded, std::span<const golden::Codes> inputs,
                            std::uint64_t seed) {
  const compiler::Program& program = loaded.program();
  VQROM_CHECK(std::ssize(inputs) == program.batch, "{} inputs; the program takes {}", inputs.size(),
              program.batch);
  // Nothing may come from an earlier run, and bytes that no code stands in may hold anything.
  const auto memory = memory_of(loaded);
  base::Random random(seed);
  for (std::uint8_t& byte : memory.subspan(program.image.size())) {
    byte = static_cast<std::uint8_t>(random.bits());
  }
  for (std::size_t image = 0; image < inputs.size(); ++image) {
    compiler::put_tensor(memory, program.input, program, static_cast<std::int64_t>(image),
                         inputs[image]);
  }
  if (initial_.empty()) return;
  const std::size_t image_bytes = program.image.size();
  std::ranges::copy(
      memory.subspan(image_bytes),
      initial_.begin() + static_cast<std::ptrdiff_t>(loaded.base - origin_ + image_bytes));
}

bool ProgramRunner::execute(const Loaded& loaded, const ProgramRunOptions& options,
                            ProgramResult& result) {
  using Clock = std::chrono::steady_clock;
  const compiler::Program& program = loaded.program();
  std::int64_t estimated = 0;
  for (const compiler::LayerPlace& layer : program.layers) estimated += layer.estimated_cycles;
  base::Progress progress(fmt::format("simulating {}", program.network), estimated);
  const auto start = Clock::now();
  const double cpu_start =
      base::thread_cpu_seconds() - (options.resume != nullptr ? options.resume->cpu_seconds : 0.0);
  const std::int64_t resumed = options.resume != nullptr ? options.resume->cycles() : 0;
  std::int64_t shown = 0;
  std::string layer_name;
  HostHooks hooks;
  hooks.layer_begins = [&](std::size_t layer) {
    layer_name = program.layers[layer].name;
    if (options.before_layer) options.before_layer(program.layers[layer]);
    const bool known = options.resume != nullptr && options.resume->host.layer == layer;
    if (!options.may_save || known || !host_->can_be_saved()) return;
    options.may_save(layer, [&] { return state(base::thread_cpu_seconds() - cpu_start); });
  };
  hooks.progress = [&](std::int64_t cycles) {
    const std::chrono::duration<double> seconds = Clock::now() - start;
    progress.remark(fmt::format("{}, {:.0f} thousand cycles a second", layer_name,
                                static_cast<double>(cycles - resumed) / 1000.0 / seconds.count()));
    progress.advance(cycles - shown);
    shown = cycles;
  };
  RunObservers observers;
  if (!options.observers.empty()) {
    observers.begin(options.observers, {&program, &loaded.queues, loaded.base}, origin_);
    memory_->on_burst(
        [&](const MemoryTiming::Burst& burst, bool write) { observers.burst(burst, write); });
    hooks.observers = &observers;
  }
  bool done = true;
  const ProgramStart program_start{result.place, loaded.base, program.instruction_count,
                                   options.watchdog_cycles};
  try {
    if (options.resume != nullptr) {
      host_->resume(program_start, loaded.queues, options.resume->host, hooks);
    } else {
      host_->run(program_start, loaded.queues, hooks);
    }
  } catch (...) {
    stop(result);
    done = false;
  }
  result.cpu_seconds = base::thread_cpu_seconds() - cpu_start;
  memory_->on_burst(nullptr);
  observers.end();
  for (std::size_t i = 0; i < result.layers.size(); ++i) {
    result.layers[i].counts = host_->counts()[i];
    result.layers[i].words = loaded.queues.moved_words(i);
    result.layers[i].reads = loaded.queues.run_reads(i);
  }
  return done;
}

void ProgramRunner::check_images() {
  std::uint64_t gap = 0;
  const auto check_gap = [&](std::uint64_t stop) {
    const auto bytes = std::span(bytes_).subspan(gap, stop - gap);
    const auto found =
        std::ranges::find_if(bytes, [](std::uint8_t byte) { return byte != kGapByte; });
    if (found == bytes.end()) return;
    throw base::UserError(
        "simulate.overwritten", bundle_.directory.string(),
        fmt::format("byte {:#x} of memory was written; it belongs to no program",
                    origin_ + gap + static_cast<std::uint64_t>(found - bytes.begin())));
  };
  for (const Loaded& loaded : programs_) {
    check_gap(loaded.base - origin_);
    gap = loaded.base - origin_ + static_cast<std::uint64_t>(loaded.program().memory_bytes);
    const auto memory = memory_of(loaded);
    const auto& image = loaded.program().image;
    const auto differ = std::ranges::mismatch(image, memory).in1;
    if (differ == image.end()) continue;
    throw base::UserError(
        "simulate.overwritten", loaded.resident.place,
        fmt::format("byte {:#x} of the program was changed by a run", differ - image.begin()));
  }
  check_gap(bytes_.size());
}

void ProgramRunner::compare(const Loaded& loaded, std::span<const golden::Codes> inputs,
                            std::size_t finished, ProgramResult& result) {
  const compiler::Program& program = loaded.program();
  const bool all = finished == program.layers.size();
  for (TensorResult& tensor : result.tensors) {
    bool computed = all;
    for (std::size_t i = 0; i < finished; ++i) {
      computed = computed || program.layers[i].node == tensor.place.node;
    }
    for (std::size_t i = finished; i < program.layers.size(); ++i) {
      computed = computed && program.layers[i].node != tensor.place.node;
    }
    if (computed) tensor.status = LayerStatus::kEqual;
  }
  const auto memory = memory_of(loaded);
  for (std::size_t image = 0; image < inputs.size(); ++image) {
    const auto expected = loaded.resident.executor->run_all(inputs[image]);
    const auto at = static_cast<std::int64_t>(image);
    for (TensorResult& tensor : result.tensors) {
      if (tensor.status != LayerStatus::kEqual) continue;
      const golden::Codes got = compiler::get_tensor(memory, tensor.place, program, at);
      tensor.mismatch = compare_codes(tensor.place.shape,
                                      expected[static_cast<std::size_t>(tensor.place.node)], got);
      if (!tensor.mismatch) continue;
      tensor.status = LayerStatus::kMismatch;
      tensor.image = at;
    }
    if (all) result.outputs.push_back(compiler::get_tensor(memory, program.output, program, at));
  }
  set_layer_status(result, finished);
}

ProgramResult ProgramRunner::run(std::size_t program, std::span<const golden::Codes> inputs,
                                 const ProgramRunOptions& options) {
  const Loaded& loaded = programs_.at(program);
  ProgramResult result = begin_result(loaded.resident, loaded.base);
  prepare(loaded, inputs, options.poison_seed);
  if (options.resume != nullptr) restore(*options.resume);
  std::size_t finished = result.layers.size();
  if (execute(loaded, options, result)) {
    try {
      check_counters(bundle_, loaded.program(), result, host_->read_counters());
      check_images();
    } catch (const base::UserError&) {
      stop(result);
    }
  } else {
    try {
      finished = loaded.queues.finished_layers(host_->read_tickets());
    } catch (const base::UserError&) {  // the registers do not answer any more
      finished = 0;
    }
  }
  keep_finished(result, finished);
  compare(loaded, inputs, finished, result);
  return result;
}

std::string mismatch_text(const TensorResult& tensor) {
  VQROM_CHECK(tensor.mismatch.has_value(), "{} is equal", tensor.place.name);
  const std::string where =
      tensor.image == 0 ? "" : fmt::format(" (image {} of the batch)", tensor.image);
  return mismatch_text(tensor.place.name + where, tensor.place.shape, *tensor.mismatch);
}

}  // namespace vqrom::sim
