#include "integrad/compute/reference/reference_backend.h"

#include <cmath>
#include <vector>

#include "integrad/compute/reference/activations.h"
#include "integrad/compute/reference/dual.h"
#include "integrad/compute/shapes.h"

namespace integrad {

template <class T>
void ReferenceBackend<T>::linear(ConstMatrixView<T> input, ConstMatrixView<T> weight,
                                 ConstMatrixView<T> bias, MatrixView<T> output) {
  shapes::linear(input.rows, input.columns, weight.rows, weight.columns, bias.rows, bias.columns,
                 output.rows, output.columns);
  for (Index r = 0; r < output.rows; ++r) {
    for (Index o = 0; o < output.columns; ++o) {
      T sum = bias(0, o);
      for (Index i = 0; i < input.columns; ++i) sum += input(r, i) * weight(o, i);
      output(r, o) = sum;
    }
  }
}

template <class T>
void ReferenceBackend<T>::linear_d_input(ConstMatrixView<T> d_output, ConstMatrixView<T> weight,
                                         MatrixView<T> d_input, Write write) {
  shapes::same("d_input", d_input.rows, d_input.columns, d_output.rows, weight.columns);
  shapes::same("weight", weight.rows, weight.columns, d_output.columns, d_input.columns);
  for (Index r = 0; r < d_input.rows; ++r) {
    T* d_row = d_input.row(r);
    if (write == Write::replace) std::fill_n(d_row, d_input.columns, T(0));
    for (Index o = 0; o < d_output.columns; ++o) {  // forward: sum += input(r, i) * weight(o, i)
      const T d = d_output(r, o);
      for (Index i = 0; i < d_input.columns; ++i) d_row[i] += d * weight(o, i);
    }
  }
}

template <class T>
void ReferenceBackend<T>::layer_norm(ConstMatrixView<T> input, ConstMatrixView<T> residual,
                                     ConstMatrixView<T> scale, ConstMatrixView<T> shift,
                                     double epsilon, MatrixView<T> normalized,
                                     MatrixView<T> inverse_deviation, MatrixView<T> output) {
  shapes::same("layer_norm output", output, input);
  shapes::same("layer_norm normalized", normalized, input);
  using std::sqrt;
  const T columns(static_cast<double>(input.columns));
  for (Index r = 0; r < input.rows; ++r) {
    T mean(0);
    for (Index c = 0; c < input.columns; ++c) {
      normalized(r, c) = residual.empty() ? input(r, c) : input(r, c) + residual(r, c);
      mean += normalized(r, c);
    }
    mean /= columns;
    T variance(0);
    for (Index c = 0; c < input.columns; ++c) {
      normalized(r, c) -= mean;
      variance += normalized(r, c) * normalized(r, c);
    }
    const T inverse = T(1) / sqrt(variance / columns + T(epsilon));
    inverse_deviation(r, 0) = inverse;
    for (Index c = 0; c < input.columns; ++c) {
      normalized(r, c) *= inverse;
      output(r, c) = normalized(r, c) * scale(0, c) + shift(0, c);
    }
  }
}

template <class T>
void ReferenceBackend<T>::layer_norm_d_input(ConstMatrixView<T> d_output, ConstMatrixView<T> scale,
                                             ConstMatrixView<T> normalized,
                                             ConstMatrixView<T> inverse_deviation,
                                             MatrixView<T> d_input) {
  shapes::same("layer_norm d_input", d_input, d_output);
  shapes::same("layer_norm normalized", normalized, d_output);
  const T columns(static_cast<double>(d_output.columns));
  for (Index r = 0; r < d_output.rows; ++r) {
    T mean(0), along(0);
    for (Index c = 0; c < d_output.columns; ++c) {
      const T g = d_output(r, c) * scale(0, c);
      mean += g;
      along += g * normalized(r, c);
    }
    mean /= columns;
    along /= columns;
    for (Index c = 0; c < d_output.columns; ++c) {
      const T g = d_output(r, c) * scale(0, c);
      d_input(r, c) = (g - mean - normalized(r, c) * along) * inverse_deviation(r, 0);
    }
  }
}

template <class T>
void ReferenceBackend<T>::activate(Activation activation, ConstMatrixView<T> input,
                                   MatrixView<T> output, MatrixView<T> derivative) {
  shapes::same("activate output", output, input);
  shapes::same("activate derivative", derivative, input);
  for (Index r = 0; r < input.rows; ++r) {
    for (Index c = 0; c < input.columns; ++c) {
      const auto f = reference::activate<T>(activation, input(r, c));
      output(r, c) = f.value;
      derivative(r, c) = f.derivative;
    }
  }
}

template <class T>
void ReferenceBackend<T>::activate_d_input(ConstMatrixView<T> d_output,
                                           ConstMatrixView<T> derivative, MatrixView<T> d_input) {
  shapes::same("activate d_input", d_input, d_output);
  shapes::same("activate derivative", derivative, d_output);
  for (Index r = 0; r < d_output.rows; ++r) {
    for (Index c = 0; c < d_output.columns; ++c) {
      d_input(r, c) = d_output(r, c) * derivative(r, c);
    }
  }
}

namespace {

/// Columns of one head in a sequence's rows of qkv, or of its derivative.
template <class T>
struct Head {
  MatrixView<T> query, key, value;  // (length × d)
  Head(MatrixView<T> qkv, Index start, Index length, Index heads, Index head) {
    const Index hidden = qkv.columns / 3, d = hidden / heads;
    const MatrixView<T> rows = qkv.row_range(start, length);
    query = rows.column_range(head * d, d);
    key = rows.column_range(hidden + head * d, d);
    value = rows.column_range(2 * hidden + head * d, d);
  }
};

template <class T>
T dot(const T* a, const T* b, Index n) {
  T sum(0);
  for (Index i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

/// Scores of query i against every key, scaled by 1/√d.
template <class T>
void scaled_scores(const Head<const T>& head, Index i, std::vector<T>& scores) {
  using std::sqrt;
  const Index d = head.query.columns;
  const T scale = T(1) / sqrt(T(static_cast<double>(d)));
  for (Index j = 0; j < head.key.rows; ++j) {
    scores[static_cast<std::size_t>(j)] = dot(head.query.row(i), head.key.row(j), d) * scale;
  }
}

}  // namespace

template <class T>
void ReferenceBackend<T>::attention(const Sequences& sequences, Index heads, ConstMatrixView<T> qkv,
                                    MatrixView<T> context, MatrixView<T> log_sum_exp) {
  shapes::attention(sequences, heads, qkv.rows, qkv.columns, context.rows, context.columns);
  shapes::same("log_sum_exp", log_sum_exp.rows, log_sum_exp.columns, qkv.rows, heads);
  using std::exp;
  using std::log;
  const Index d = context.columns / heads;
  std::vector<T> scores(static_cast<std::size_t>(sequences.longest()));
  for (Index s = 0; s < sequences.count(); ++s) {
    const Index start = sequences.start(s), length = sequences.length(s);
    for (Index h = 0; h < heads; ++h) {
      const Head<const T> head(qkv, start, length, heads, h);
      for (Index i = 0; i < length; ++i) {
        scaled_scores(head, i, scores);
        const T largest = *std::max_element(scores.begin(), scores.begin() + length);
        T sum(0);
        for (Index j = 0; j < length; ++j) sum += exp(scores[j] - largest);
        const T normalizer = largest + log(sum);
        log_sum_exp(start + i, h) = normalizer;
        T* out = context.row(start + i) + h * d;
        std::fill_n(out, d, T(0));
        for (Index j = 0; j < length; ++j) {
          const T probability = exp(scores[j] - normalizer);
          for (Index c = 0; c < d; ++c) out[c] += probability * head.value(j, c);
        }
      }
    }
  }
}

template <class T>
void ReferenceBackend<T>::attention_d_input(const Sequences& sequences, Index heads,
                                            ConstMatrixView<T> qkv, ConstMatrixView<T> log_sum_exp,
                                            ConstMatrixView<T> d_context, MatrixView<T> d_qkv) {
  shapes::attention(sequences, heads, qkv.rows, qkv.columns, d_context.rows, d_context.columns);
  shapes::same("d_qkv", d_qkv, qkv);
  using std::exp;
  using std::sqrt;
  const Index d = d_context.columns / heads;
  const T scale = T(1) / sqrt(T(static_cast<double>(d)));
  std::vector<T> probabilities(static_cast<std::size_t>(sequences.longest()));
  std::vector<T> d_probabilities(probabilities.size());
  for (Index r = 0; r < d_qkv.rows; ++r) std::fill_n(d_qkv.row(r), d_qkv.columns, T(0));
  for (Index s = 0; s < sequences.count(); ++s) {
    const Index start = sequences.start(s), length = sequences.length(s);
    for (Index h = 0; h < heads; ++h) {
      const Head<const T> head(qkv, start, length, heads, h);
      const Head<T> d_head(d_qkv, start, length, heads, h);
      for (Index i = 0; i < length; ++i) {
        scaled_scores(head, i, probabilities);
        const T* d_out = d_context.row(start + i) + h * d;
        T mean(0);  // Σ_j P_ij dP_ij
        for (Index j = 0; j < length; ++j) {
          probabilities[j] = exp(probabilities[j] - log_sum_exp(start + i, h));
          d_probabilities[j] = dot(d_out, head.value.row(j), d);
          mean += probabilities[j] * d_probabilities[j];
        }
        for (Index j = 0; j < length; ++j) {
          const T d_score = probabilities[j] * (d_probabilities[j] - mean) * scale;
          for (Index c = 0; c < d; ++c) {
            d_head.value(j, c) += probabilities[j] * d_out[c];
            d_head.query(i, c) += d_score * head.key(j, c);
            d_head.key(j, c) += d_score * head.query(i, c);
          }
        }
      }
    }
  }
}

template class ReferenceBackend<float>;
template class ReferenceBackend<double>;
template class ReferenceBackend<Dual>;

}  // namespace integrad
