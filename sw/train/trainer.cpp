// SPDX-License-Identifier: Apache-2.0
#include "sw/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <malloc.h>

#include "sw/base/interrupt.h"
#include "sw/base/json.h"
#include "sw/train/checkpoint.h"
#include "sw/train/losses.h"
#include "sw/train/student.h"
#include "sw/train/tensors.h"

namespace vqrom::train {
namespace {

using torch::Tensor;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kFreezeInterval = 8;  // steps
constexpr std::int64_t kHeldOutBatch = 128;

// Memory of a step is given back to the system and taken again otherwise, page by page: a third of
// the time.
void keep_memory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, -1);
}

class Trainer {
 public:
  Trainer(const Job& job, const Settings& settings)
      : job_(job),
        settings_(settings),
        batches_(job.samples, settings.batch_size, settings.augmentation, settings.seed),
        teacher_(job.model),
        teacher_layers_(float_layers(job.model)),
        student_(job.model, job.quantisations, job.coded_layers, job.codebook,
                 {settings.candidates, settings.sharpness, settings.lead}, job.start, job.layers),
        blocks_(distilled_nodes(job.model)),
        last_(last_node(job.model)),
        steps_(settings.epochs * batches_.batches_per_epoch()) {
    wanted_ = blocks_;
    wanted_.push_back(last_);
  }

  TrainingResult run(const std::function<void(const EpochReport&)>& on_epoch) {
    if (job_.resume && std::filesystem::exists(job_.checkpoint)) {
      state_ = read_checkpoint(job_.checkpoint, job_text(), student_);
    }
    const std::int64_t first_step = state_.step;
    const Clock::time_point start = Clock::now();
    EpochReport report;
    while (state_.step < steps_ && !base::interrupt_requested()) {
      train_step(report);
      ++state_.step;
      if (state_.step % batches_.batches_per_epoch() != 0) continue;
      finish_epoch(report);
      report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
      report.seconds_left = report.seconds * static_cast<double>(steps_ - state_.step) /
                            static_cast<double>(state_.step - first_step);
      on_epoch(report);
      report = {};
    }
    const bool interrupted = state_.step < steps_;
    if (interrupted) save();
    if (state_.best.empty()) state_.best = student_.solutions();
    return {std::move(state_.best), state_.best_score, interrupted};
  }

 private:
  [[nodiscard]] std::string job_text() const {
    std::string samples;
    for (const Part& part : job_.samples.parts) {
      samples +=
          fmt::format("{} samples x {} ({} held out), ", part.count, part.repeats, part.held_out);
    }
    std::string subsets;
    for (const auto& [node, layer] : job_.layers) {
      if (!layer.subset) continue;
      subsets += fmt::format("node {} of {} bits from {}, ", node, layer.subset->index_bits,
                             layer.subset->base);
    }
    return fmt::format("network {}, codebook {}, {}{}{}, {}, {}", job_.model.name,
                       job_.codebook.sha256, subsets, samples,
                       job_.samples.labels.empty() ? "no labels" : "labels",
                       job_.start.empty() ? "from nearest codewords" : "from given codewords",
                       settings_text(settings_));
  }

  [[nodiscard]] Tensor tensor_of(Batch& batch) const {
    base::Shape shape = job_.samples.shape;
    shape[0] = batch.size;
    return torch::from_blob(batch.values.data(), shape, torch::kFloat32);
  }

  [[nodiscard]] double rate_of(ParameterKind kind) const {
    switch (kind) {
      case ParameterKind::kRatios:
        return settings_.ratio_rate;
      case ParameterKind::kScales:
        return settings_.scale_rate;
      case ParameterKind::kBiases:
        return settings_.bias_rate;
      case ParameterKind::kWeights:
        return settings_.weight_rate;
    }
    return 0.0;
  }

  void train_step(EpochReport& report) {
    const double part = static_cast<double>(state_.step) / static_cast<double>(steps_);
    if (settings_.schedule.may_freeze(part) && state_.step % kFreezeInterval == 0) {
      student_.freeze(settings_.schedule.frozen_share(part), settings_.freeze_ratio);
    }
    Batch batch = batches_.training(state_.step);
    const Tensor x = tensor_of(batch);
    std::vector<Tensor> real;
    {
      const torch::NoGradGuard no_grad;
      real = teacher_.run(x, teacher_layers_, wanted_);
    }
    const std::vector<Tensor> outputs = student_.run(x, wanted_);
    const auto last = static_cast<std::size_t>(last_);
    const Tensor blocks = block_loss(blocks_, outputs, real);
    const Tensor output =
        output_loss(outputs[last], real[last], settings_.output_loss, settings_.temperature);
    Tensor loss =
        settings_.block_weight * blocks + settings_.output_weight * output +
        settings_.ratio_weight * settings_.schedule.ratio_loss(part) * student_.undecided();
    if (!batch.labels.empty()) {
      const Tensor task = task_loss(outputs[last], copy_of(batch.labels, {-1}));
      loss = loss + settings_.task_weight * task;
      report.task_loss += task.item<double>();
    }
    loss.backward();
    const double rate = settings_.schedule.rate(part + 0.5 / static_cast<double>(steps_));
    for (Parameter* parameter : student_.parameters()) {
      adam_step(*parameter, state_.step + 1, rate * rate_of(parameter->kind));
    }
    report.loss += loss.item<double>();
    report.output_loss += output.item<double>();
    report.block_loss += blocks.item<double>();
    if (!std::isfinite(report.loss)) {
      throw base::UserError("train.loss", job_.model.name,
                            fmt::format("the loss of step {} is not finite; lower the learning "
                                        "rates",
                                        state_.step));
    }
  }

  void finish_epoch(EpochReport& report) {
    const auto count = static_cast<double>(batches_.batches_per_epoch());
    report.epoch = state_.step / batches_.batches_per_epoch();
    for (double* sum : {&report.loss, &report.task_loss, &report.output_loss, &report.block_loss}) {
      *sum /= count;
    }
    if (state_.step == steps_) student_.freeze(1.0, settings_.freeze_ratio);
    report.frozen_share = student_.frozen_share();
    score(report);
    // Of equal scores the later one is the better trained.
    if (state_.best.empty() || report.score >= state_.best_score) {
      state_.best = student_.solutions();
      state_.best_score = report.score;
    }
    save();
  }

  void save() {
    if (!job_.checkpoint.empty()) write_checkpoint(job_.checkpoint, job_text(), student_, state_);
  }

  // Fills EpochReport::score and held_out_loss.
  void score(EpochReport& report) const {
    if (batches_.held_out_count() == 0) return;
    const torch::NoGradGuard no_grad;
    double right = 0.0;
    double loss = 0.0;
    const auto last = static_cast<std::size_t>(last_);
    for (std::int64_t first = 0; first < batches_.held_out_count(); first += kHeldOutBatch) {
      Batch batch = batches_.held_out(first, kHeldOutBatch);
      const Tensor x = tensor_of(batch);
      const Tensor hard = student_.run_hard(x, {last_})[last].flatten(1);
      const Tensor real = teacher_.run(x, teacher_layers_, {last_})[last].flatten(1);
      const Tensor classes = batch.labels.empty() ? real.argmax(1) : copy_of(batch.labels, {-1});
      right += hard.argmax(1).eq(classes).sum().item<double>();
      loss += output_loss(hard, real, settings_.output_loss, settings_.temperature).item<double>() *
              static_cast<double>(batch.size);
    }
    const auto count = static_cast<double>(batches_.held_out_count());
    report.held_out_loss = loss / count;
    const bool classes =
        settings_.output_loss == OutputLoss::kClasses || !job_.samples.labels.empty();
    report.score = classes ? right / count : -report.held_out_loss;
  }

  const Job& job_;
  const Settings& settings_;
  Batches batches_;
  Graph teacher_;
  LayerSource teacher_layers_;
  Student student_;
  std::vector<int> blocks_;
  int last_;
  std::int64_t steps_;
  std::vector<int> wanted_;
  RunState state_;
};

}  // namespace

std::string settings_text(const Settings& settings) {
  const Schedule& schedule = settings.schedule;
  return base::Json{
      {"candidates", settings.candidates},
      {"sharpness", settings.sharpness},
      {"lead", settings.lead},
      {"freeze_ratio", settings.freeze_ratio},
      {"epochs", settings.epochs},
      {"batch_size", settings.batch_size},
      {"flip", settings.augmentation.flip},
      {"shift", settings.augmentation.shift},
      {"seed", settings.seed},
      {"schedule", {schedule.warm_up, schedule.freeze_begin, schedule.freeze_end}},
      {"rates",
       {settings.ratio_rate, settings.scale_rate, settings.bias_rate, settings.weight_rate}},
      {"output_loss", settings.output_loss == OutputLoss::kClasses ? "classes" : "values"},
      {"temperature", settings.temperature},
      {"weights",
       {settings.task_weight, settings.output_weight, settings.block_weight,
        settings.ratio_weight}}}
      .dump();
}

TrainingResult train(const Job& job, const Settings& settings,
                     const std::function<void(const EpochReport&)>& on_epoch) {
  if (job.samples.count < 2) {
    throw base::UserError(
        "train.samples", job.model.name,
        fmt::format("{} training samples; at least 2 are needed", job.samples.count));
  }
  keep_memory();
  at::set_num_threads(1);
  at::globalContext().setDeterministicAlgorithms(true, false);
  return Trainer(job, settings).run(on_epoch);
}

}  // namespace vqrom::train
