#include "integrad/training/optimizer.h"

#include <cmath>

namespace integrad {
namespace {

constexpr Index least_shared = 64;  // rows: fewer are not worth threads

}  // namespace

template <class T>
Adam<T>::Adam(const AdamOptions& options, std::span<const TrainedParameter<T>> parameters,
              int threads)
    : options_(options), threads_(thread_count(threads)) {
  for (const TrainedParameter<T>& parameter : parameters) {
    for (std::vector<Matrix<T>>* moments : {&first, &second}) {
      if (parameter.frozen) {
        moments->emplace_back();
      } else {
        moments->emplace_back(parameter.value.rows, parameter.value.columns);
      }
    }
  }
}

template <class T>
void Adam<T>::step(std::span<const TrainedParameter<T>> parameters, double learning_rate) {
  ++steps;
  const double correction1 = 1 - std::pow(options_.beta1, static_cast<double>(steps));
  const double correction2 = 1 - std::pow(options_.beta2, static_cast<double>(steps));
  const T beta1(options_.beta1), beta2(options_.beta2), epsilon(options_.epsilon);
  const T rest1(1 - options_.beta1), rest2(1 - options_.beta2);
  const T size(learning_rate / correction1), root(std::sqrt(correction2));
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const TrainedParameter<T>& parameter = parameters[i];
    if (parameter.frozen) continue;
    const double decay = parameter.decays ? options_.weight_decay : 0;
    const T kept(options_.decoupled ? 1 - learning_rate * decay : 1);
    const T added(options_.decoupled ? 0 : decay);
    const Index rows = parameter.value.rows, columns = parameter.value.columns;
#pragma omp parallel for schedule(static) num_threads(threads_) if (rows >= least_shared)
    for (Index r = 0; r < rows; ++r) {
      T* const value = parameter.value.row(r);
      const T* const gradient = parameter.gradient.row(r);
      T* const m = first[i].row(r);
      T* const v = second[i].row(r);
      for (Index c = 0; c < columns; ++c) {
        const T g = gradient[c] + added * value[c];
        m[c] = beta1 * m[c] + rest1 * g;
        v[c] = beta2 * v[c] + rest2 * g * g;
        value[c] = kept * value[c] - size * m[c] / (std::sqrt(v[c]) / root + epsilon);
      }
    }
  }
}

template <class T>
double gradient_norm(std::span<const TrainedParameter<T>> parameters, int threads) {
  threads = thread_count(threads);
  double sum = 0;
  std::vector<double> sums;
  for (const TrainedParameter<T>& parameter : parameters) {
    if (parameter.frozen) continue;
    const Index rows = parameter.gradient.rows;
    sums.assign(static_cast<std::size_t>(rows), 0.0);
#pragma omp parallel for schedule(static) num_threads(threads) if (rows >= least_shared)
    for (Index r = 0; r < rows; ++r) {
      const T* const gradient = parameter.gradient.row(r);
      double of_row = 0;
      for (Index c = 0; c < parameter.gradient.columns; ++c) {
        of_row += static_cast<double>(gradient[c]) * static_cast<double>(gradient[c]);
      }
      sums[static_cast<std::size_t>(r)] = of_row;
    }
    for (const double of_row : sums) sum += of_row;
  }
  return std::sqrt(sum);
}

template <class T>
void clip_gradients(std::span<const TrainedParameter<T>> parameters, double norm, double most,
                    int threads) {
  threads = thread_count(threads);
  const double factor = most / (norm + 1e-6);
  if (!(factor < 1)) return;
  for (const TrainedParameter<T>& parameter : parameters) {
    const Index rows = parameter.gradient.rows;
#pragma omp parallel for schedule(static) num_threads(threads) if (rows >= least_shared)
    for (Index r = 0; r < rows; ++r) {
      T* const gradient = parameter.gradient.row(r);
      for (Index c = 0; c < parameter.gradient.columns; ++c) gradient[c] *= T(factor);
    }
  }
}

template class Adam<float>;
template class Adam<double>;
template double gradient_norm(std::span<const TrainedParameter<float>>, int);
template double gradient_norm(std::span<const TrainedParameter<double>>, int);
template void clip_gradients(std::span<const TrainedParameter<float>>, double, double, int);
template void clip_gradients(std::span<const TrainedParameter<double>>, double, double, int);

}  // namespace integrad
