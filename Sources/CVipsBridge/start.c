#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "internal.h"

// Behind the header that brings in GLib.
#include <vips/vector.h>

static void swallow(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data) {
  (void)domain, (void)level, (void)message, (void)data;
}

static atomic_bool started;

int vf_start(void) {
  // What codecs hold of one photograph serves the next from the heap, where the kernel would have to clear it each time.
  // One heap, for two hold more; its lock is held for less than a hundredth of the time. What a progressive photograph of
  // more than 20 megapixels takes goes back at once: in a heap it leaves holes that the next one does not fit into.
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 40 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);

  g_log_set_handler("VIPS", G_LOG_LEVEL_MASK | G_LOG_FLAG_FATAL | G_LOG_FLAG_RECURSION, swallow, NULL);
  if (VIPS_INIT("viewfinder")) return vf_done(-1);

  vips_concurrency_set(1);
  vips_cache_set_max(0);
  // Code that liborc 0.4 makes while several threads resize was seen to crash.
  vips_vector_set_enabled(FALSE);

  vips_operation_block_set("VipsForeignLoad", TRUE);
  static const char *const allowed[] = {"Jpeg", "Png", "Webp", "Nsgif", "Tiff", "Heif"};
  for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
    char name[64];
    g_snprintf(name, sizeof name, "VipsForeignLoad%s", allowed[i]);
    vips_operation_block_set(name, FALSE);
  }
  vips_block_untrusted_set(TRUE);
  // Its own leak check speaks at the end of the process, if it is asked to.
  if (g_getenv("VIPS_LEAK")) atexit(vips_shutdown);
  started = true;
  return 0;
}

void vf_thread_shutdown(void) {
  if (started) vips_thread_shutdown();
}

int vf_version(int part) { return vips_version(part); }

size_t vf_memory_highwater(void) { return vips_tracked_get_mem_highwater(); }
