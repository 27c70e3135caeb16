// SPDX-License-Identifier: MIT
//
// The OS threads that carry Mini threads: used by thread.c and runtime.c. A carrier runs one Mini
// thread after another; in between it sleeps in the cache.
#pragma once

#include <stddef.h>

#include "runtime.h"

void carrier_cache_init(CarrierCache *cache);

// End all idle carriers and wait for them. No Mini thread may be alive.
void carrier_cache_destroy(CarrierCache *cache);

// Run `work(thread)` on an idle carrier or on a new one; 0, or an errno value. The carrier is
// remembered in thread->carrier.
int carrier_start(CarrierCache *cache, RuntimeThread *thread, void (*work)(RuntimeThread *),
                  size_t stack_size);

// Fill in what the OS thread knows about itself: stack, native id. Called inside `work` with the
// GIL.
void carrier_introduce(RuntimeThread *thread);

// Called inside `work`, as the last thing before the thread's final release of the GIL: from here
// on the carrier can be given the next thread, which it begins when `work` returns.
void carrier_is_free(CarrierCache *cache, Carrier *carrier);

// In the child of a fork: `thread` is one of those that are gone.
void carrier_after_fork_child(RuntimeThread *thread);

// In the child of a fork: only the calling thread is left.
void carrier_cache_after_fork_child(CarrierCache *cache);
