#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "integrad/compute/cpu/product_kernels.h"
#include "integrad/compute/cpu/row_kernels.h"

namespace integrad::cpu {
namespace {

enum class InstructionSet { baseline, avx2, avx512, avx512_bf16 };

InstructionSet instruction_set() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    return __builtin_cpu_supports("avx512bf16") ? InstructionSet::avx512_bf16
                                                : InstructionSet::avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return InstructionSet::avx2;
#endif
  return InstructionSet::baseline;
}

}  // namespace

const RowKernels& row_kernels() {
  switch (instruction_set()) {
    case InstructionSet::baseline:
      return row_kernels_baseline();
    case InstructionSet::avx2:
      return row_kernels_avx2();
    case InstructionSet::avx512:
    case InstructionSet::avx512_bf16:
      break;
  }
  return row_kernels_avx512();
}

const ProductKernels& product_kernels(Precision precision) {
  const bool bf16 = resolve(precision) == Precision::bf16;
  switch (instruction_set()) {
    case InstructionSet::baseline:
      return product_kernels_baseline(bf16);
    case InstructionSet::avx2:
      return product_kernels_avx2(bf16);
    case InstructionSet::avx512:
      return product_kernels_avx512(bf16);
    case InstructionSet::avx512_bf16:
      break;
  }
  if (!bf16) return product_kernels_avx512(false);
  return has_amx() ? product_kernels_amx() : product_kernels_avx512_bf16();
}

bool has_amx() {
#if defined(__x86_64__) && defined(__linux__)
  static const bool allowed = [] {
    unsigned a = 0, b = 0, c = 0, d = 0;
    constexpr unsigned bf16 = 1u << 22, tiles = 1u << 24;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d & bf16) == 0 || (d & tiles) == 0) {
      return false;
    }
    constexpr long request_permission = 0x1023, tile_data = 18;  // ARCH_REQ_XCOMP_PERM
    return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
  }();
  return allowed;
#else
  return false;
#endif
}

bool has_fast_bf16() { return instruction_set() == InstructionSet::avx512_bf16; }

}  // namespace integrad::cpu
