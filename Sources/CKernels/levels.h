#pragma once

#include "clones.h"

/// a * b + c, rounded once where `fused` and twice where the processor has no such instruction.
#define VF_FMA(a, b, c) (fused ? __builtin_elementwise_fma(a, b, c) : (a) * (b) + (c))

/// Keeps a vector between two numbers. NaN stays NaN.
#define VF_BOUND(type, value, floor, ceiling) \
  do { \
    value = (type)(floor) > value ? (type)(floor) : value; \
    value = (type)(ceiling) < value ? (type)(ceiling) : value; \
  } while (0)

/// The numbers an activation keeps a value between.
#define VF_FLOOR(activation) ((activation) == VF_LINEAR ? -__builtin_inff() : 0)
#define VF_CEILING(activation) ((activation) == VF_RELU6 ? 6 : __builtin_inff())

/// Defines `name` as one of three bodies, by what the processor has: AVX-512, AVX2 with FMA, or neither. Unlike `VF_CLONES` the
/// bodies may differ in constants. The first two give the same bits, since their chains are the same. Elsewhere than on
/// x86-64 every processor fuses, and `avx2` is what runs.
#if defined(__x86_64__)
#define VF_BY_LEVEL(name, parameters, arguments, avx512, avx2, plain) \
  __attribute__((target("arch=x86-64-v4"), min_vector_width(512))) static void name##_v4 parameters { avx512; } \
  __attribute__((target("arch=x86-64-v3"))) static void name##_v3 parameters { avx2; } \
  static void name##_v1 parameters { plain; } \
  void name parameters { \
    if (__builtin_cpu_supports("x86-64-v4")) \
      name##_v4 arguments; \
    else if (__builtin_cpu_supports("x86-64-v3")) \
      name##_v3 arguments; \
    else \
      name##_v1 arguments; \
  }
#else
#define VF_BY_LEVEL(name, parameters, arguments, avx512, avx2, plain) \
  void name parameters { avx2; }
#endif
