#pragma once

/// Compiles a function once per vector width; the loader picks the widest one the machine has. Elsewhere it is a
/// plain function. Every clone gives the same bits: contraction is off and no loop reorders a sum.
/// The loader picks before ThreadSanitizer has started, and dies in what that adds to the picking function.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define VF_ONE_VERSION
#endif
#endif
#if defined(__x86_64__) && defined(__ELF__) && !defined(VF_ONE_VERSION)
#define VF_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VF_CLONES
#endif

#define VF_INLINE static inline __attribute__((always_inline))
