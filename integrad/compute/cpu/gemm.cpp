#include "integrad/compute/cpu/gemm.h"

#include <dnnl.h>
#include <omp.h>

#include <stdexcept>
#include <string>

namespace integrad::cpu {

void gemm(ConstMatrixView<float> a, ConstMatrixView<float> b, MatrixView<float> c,
          const GemmOptions& options) {
  if (c.empty()) return;
  const Index inner = options.transpose_a ? a.rows : a.columns;
  const dnnl_status_t status = dnnl_sgemm(
      options.transpose_a ? 'T' : 'N', options.transpose_b ? 'T' : 'N', c.rows, c.columns, inner,
      options.scale, a.data, a.stride, b.data, b.stride, options.keep, c.data, c.stride);
  if (status != dnnl_success) {
    throw std::runtime_error("oneDNN could not multiply matrices (status " +
                             std::to_string(status) + ")");
  }
}

ThreadCount::ThreadCount(int threads) : before_(omp_get_max_threads()) {
  omp_set_num_threads(threads);
}

ThreadCount::~ThreadCount() { omp_set_num_threads(before_); }

}  // namespace integrad::cpu
