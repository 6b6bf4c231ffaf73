// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/timing_runner.h"

#include <utility>

#include <fmt/format.h>

#include "sw/base/cpu_time.h"
#include "sw/base/error.h"
#include "sw/base/interrupt.h"
#include "sw/compiler/bank_reads.h"

namespace vqrom::sim {
namespace {

using namespace registers;

constexpr std::int64_t kSliceCycles = 4096;  // between looks at progress, as AcceleratorHost
constexpr int kReadOnlyRegisters = 18;       // that AcceleratorHost compares

}  // namespace

TimingRunner::TimingRunner(const Bundle& bundle, std::vector<ResidentProgram> programs,
                           const AxiMemoryOptions& memory, Looks looks)
    : TimingRunner(bundle, programs, memory, looks,
                   place_programs(bundle, programs, memory.origin)) {}

TimingRunner::TimingRunner(const Bundle& bundle, std::vector<ResidentProgram> programs,
                           const AxiMemoryOptions& memory, Looks looks, const ProgramPlaces& places)
    : bundle_(bundle),
      looks_(looks),
      patience_cycles_(patience_cycles(memory)),
      engine_(bundle.config, bundle.codebook_sha256, memory_options(bundle, memory),
              places.end - memory.origin) {
  const timing::InstructionReader reader;
  for (std::size_t i = 0; i < programs.size(); ++i) {
    const compiler::Program& program = *programs[i].program;
    ProgramQueues queues(program);
    std::vector<timing::Instruction> instructions;
    instructions.reserve(static_cast<std::size_t>(program.instruction_count));
    const std::span<const std::uint8_t> image(program.image);
    for (std::int64_t number = 0; number < program.instruction_count; ++number) {
      const auto at = static_cast<std::size_t>(number) * config::kInstructionBytes;
      instructions.push_back(reader.read(image.subspan(at).first<config::kInstructionBytes>()));
    }
    programs_.push_back({std::move(programs[i]), std::move(queues), places.bases[i],
                         std::move(instructions), compiler::program_reads(program)});
  }
  // The registers that are looked at before the first run: the memory's pauses go on meanwhile.
  for (int i = 0; i < kReadOnlyRegisters; ++i) (void)read(kId);
}

std::uint32_t TimingRunner::read(std::uint32_t offset) {
  timing::Csr::Inputs access;
  access.bready = access.rready = access.arvalid = true;
  access.araddr = offset;
  const timing::Csr& csr = engine_.accelerator().csr();
  while (true) {
    const bool taken = csr.arready();
    const bool answered = csr.rvalid();
    const std::uint32_t value = csr.rdata();
    engine_.cycle(access);
    if (taken) access.arvalid = false;
    if (answered) return value;
  }
}

void TimingRunner::write(std::uint32_t offset, std::uint32_t value) {
  timing::Csr::Inputs access;
  access.bready = access.rready = access.awvalid = access.wvalid = true;
  access.awaddr = offset;
  access.wdata = value;
  access.wstrb = 0xf;
  const timing::Csr& csr = engine_.accelerator().csr();
  while (true) {
    const bool address_taken = csr.awready();
    const bool data_taken = csr.wready();
    const bool answered = csr.bvalid();
    engine_.cycle(access);
    if (address_taken) access.awvalid = false;
    if (data_taken) access.wvalid = false;
    if (answered) return;
  }
}

Tickets TimingRunner::tickets() const {
  const timing::TicketCounts& counts = engine_.accelerator().tickets();
  return {counts.loads, counts.reads, counts.runs, counts.store_reads, counts.stores};
}

bool TimingRunner::run_slice() {
  if (looks_ == Looks::kFew) return engine_.run(kSliceCycles);
  bool interrupted = false;
  for (std::int64_t i = 0; i < kSliceCycles && !interrupted; ++i) {
    interrupted = engine_.accelerator().csr().irq();
    engine_.cycle({});
  }
  return interrupted;
}

void TimingRunner::wait_for_interrupt(const Loaded& loaded) {
  const timing::LayerCounts& counted = engine_.counted();
  std::int64_t moves = counted.moves();
  std::int64_t quiet = 0;
  while (!run_slice()) {
    engine_.take_counts();
    base::check_interrupt();
    quiet = counted.moves() == moves ? quiet + kSliceCycles : 0;
    moves = counted.moves();
    if (quiet < patience_cycles_) continue;
    throw stuck_error(loaded.resident.place, quiet, counted.cycles(),
                      loaded.queues.waiting_text(tickets()));
  }
}

void TimingRunner::check_status(const Loaded& loaded, const ProgramRunOptions& options) {
  const std::uint32_t status = read(kStatus);
  if (status == kDone) return;
  throw stopped_error(loaded.resident.place, status, engine_.counted().cycles(),
                      options.watchdog_cycles, loaded.queues.waiting_text(tickets()));
}

void TimingRunner::execute(const Loaded& loaded, const ProgramRunOptions& options) {
  engine_.accelerator().set_instructions({loaded.instructions.data()});
  engine_.accelerator().set_bank_reads(loaded.bank_reads);
  write(kBaseLow, static_cast<std::uint32_t>(loaded.base));
  write(kBaseHigh, static_cast<std::uint32_t>(loaded.base >> 32));
  write(kCount, static_cast<std::uint32_t>(loaded.program().instruction_count));
  write(kWatchdog, options.watchdog_cycles);
  write(kIrqEnable, 1);
  write(kControl, kClearInterrupt);
  engine_.watch({&loaded.program(), &loaded.queues, loaded.base}, options.observers);
  try {
    write(kControl, kStart);
    wait_for_interrupt(loaded);
  } catch (...) {
    engine_.unwatch();
    throw;
  }
  engine_.unwatch();
  check_status(loaded, options);
  write(kControl, kClearInterrupt);
}

ProgramResult TimingRunner::run(std::size_t program, const ProgramRunOptions& options) {
  const Loaded& loaded = programs_.at(program);
  ProgramResult result = begin_result(loaded.resident, loaded.base);
  const double cpu_start = base::thread_cpu_seconds();
  try {
    execute(loaded, options);
  } catch (...) {
    result.stopped = std::current_exception();
  }
  result.cpu_seconds = base::thread_cpu_seconds() - cpu_start;
  for (std::size_t i = 0; i < result.layers.size(); ++i) {
    result.layers[i].counts = engine_.counted().of(i);
    result.layers[i].words = loaded.queues.moved_words(i);
    result.layers[i].reads = loaded.queues.run_reads(i);
  }
  const auto read_register = [this](std::uint32_t offset) { return read(offset); };
  if (result.stopped) {
    keep_finished(result, loaded.queues.finished_layers(read_tickets(read_register)));
    return result;
  }
  const EventCounts counted = read_counters(read_register);
  try {
    check_counters(bundle_, loaded.program(), result, counted);
  } catch (const base::UserError&) {
    result.stopped = std::current_exception();
  }
  return result;
}

}  // namespace vqrom::sim
