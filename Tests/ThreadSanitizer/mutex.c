// What makes a contended `Synchronization.Mutex` visible to ThreadSanitizer, for `make tsan` alone.
//
// The fast path of the mutex is compiled into its callers and is seen. The slow path is in Swift's own library, which is not
// compiled for ThreadSanitizer: whoever got the lock there appears to hold nothing, and every contended lock is reported as a
// race. This definition comes before the library's. It waits without sleeping in the kernel, and so never needs to be woken.

#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>

#define LOCK_SLOWLY "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"

__attribute__((swiftcall)) void lock_slowly(uint32_t thread, __attribute__((swift_context)) _Atomic(uint32_t) *owner)
    __asm__(LOCK_SLOWLY);

__attribute__((swiftcall)) void lock_slowly(uint32_t thread, __attribute__((swift_context)) _Atomic(uint32_t) *owner) {
  uint32_t nobody = 0;
  while (!atomic_compare_exchange_weak_explicit(owner, &nobody, thread, memory_order_acquire, memory_order_relaxed)) {
    nobody = 0;
    sched_yield();
  }
}
