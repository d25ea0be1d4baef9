// Matrix products on views, by oneDNN.
#pragma once

#include "integrad/base/matrix.h"

namespace integrad::cpu {

/// c = scale · op(a) · op(b) + keep · c, where op transposes when asked. Shapes are c's.
struct GemmOptions {
  bool transpose_a = false;
  bool transpose_b = false;
  float scale = 1.0f;
  float keep = 0.0f;
};

/// Throws std::runtime_error when oneDNN refuses (out of memory).
void gemm(ConstMatrixView<float> a, ConstMatrixView<float> b, MatrixView<float> c,
          const GemmOptions& options);

/// Restores the calling thread's OpenMP thread count when it goes out of scope; oneDNN reads it.
class ThreadCount {
 public:
  explicit ThreadCount(int threads);
  ThreadCount(const ThreadCount&) = delete;
  ThreadCount& operator=(const ThreadCount&) = delete;
  ~ThreadCount();

 private:
  int before_;
};

}  // namespace integrad::cpu
