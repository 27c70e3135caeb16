// SPDX-License-Identifier: MIT
//
// Creating an OS thread means mapping a stack, a system call or two, and a cold start on some
// processor; waking one that sleeps is a fraction of that. So a carrier whose Mini thread has ended
// goes to sleep in a small cache instead of ending.
//
// A carrier puts itself into the cache just before its Mini thread releases the GIL for the last
// time. Thus whoever joined that thread and starts another at once finds it; and when the runtime
// is destroyed, every carrier that still exists is in the cache and can be joined, or is on its way
// out and touches the runtime no more.
#include "carrier.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_IDLE = 64 };

struct Carrier {
    Carrier *next; // cache mutex: in the list of idle ones
    size_t stack_size;
    pthread_t os_thread;
    Sleeper sleeper;
    SpinHabit habit; // only the carrier itself
    SpinLimit *limit;
    void (*work)(RuntimeThread *thread);
    _Atomic(RuntimeThread *) thread; // what to run next; NULL: nothing yet
    _Atomic bool quits;
    PublishedStack stack; // only the carrier itself: its bounds
    long native_id;
    bool stays; // it is in the cache, or was given a next thread already
};

static PublishedStack own_stack(void) {
    PublishedStack stack = {0};
    pthread_attr_t attributes;
    void *lowest = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &lowest, &size);
        pthread_attr_destroy(&attributes);
    }
    stack.limit = lowest;
    stack.high = (const char *)lowest + size;
    return stack;
}

static RuntimeThread *next_thread(Carrier *carrier) {
    while (!atomic_load(&carrier->quits)) {
        RuntimeThread *thread = atomic_exchange(&carrier->thread, NULL);
        if (thread) {
            return thread;
        }
        sleeper_wait_adaptively(&carrier->sleeper, carrier->limit, &carrier->habit, CLOCK_NEVER);
    }
    return NULL;
}

static void *carrier_main(void *argument) {
    Carrier *carrier = argument;
    carrier->stack = own_stack();
    carrier->native_id = syscall(SYS_gettid);
    signals_block_in_worker();
    RuntimeThread *thread = next_thread(carrier);
    while (thread) {
        carrier->stays = false;
        carrier->work(thread);
        if (!carrier->stays) {
            pthread_detach(pthread_self());
            free(carrier);
            return NULL;
        }
        thread = next_thread(carrier);
    }
    return NULL;
}

void carrier_introduce(RuntimeThread *thread) {
    thread->stack = thread->carrier->stack;
    thread->native_id = thread->carrier->native_id;
    thread->os_thread = pthread_self();
}

void carrier_cache_init(CarrierCache *cache) {
    pthread_mutex_init(&cache->mutex, NULL);
    cache->idle = NULL;
    cache->idle_count = 0;
}

static Carrier *take_idle(CarrierCache *cache, size_t stack_size) {
    pthread_mutex_lock(&cache->mutex);
    Carrier **link = &cache->idle;
    while (*link && (*link)->stack_size < stack_size) {
        link = &(*link)->next;
    }
    Carrier *carrier = *link;
    if (carrier) {
        *link = carrier->next;
        cache->idle_count--;
    }
    pthread_mutex_unlock(&cache->mutex);
    return carrier;
}

static int create(Carrier *carrier) {
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error) {
        return error;
    }
    error = pthread_attr_setstacksize(&attributes, carrier->stack_size);
    if (!error) {
        error = pthread_create(&carrier->os_thread, &attributes, carrier_main, carrier);
    }
    pthread_attr_destroy(&attributes);
    return error;
}

static int start_new(RuntimeThread *thread, void (*work)(RuntimeThread *), size_t stack_size) {
    Carrier *carrier = calloc(1, sizeof *carrier);
    if (!carrier) {
        return ENOMEM;
    }
    carrier->stack_size = stack_size;
    carrier->work = work;
    carrier->limit = &thread->runtime->gil.spin_limit;
    atomic_store(&carrier->thread, thread);
    thread->carrier = carrier;
    int error = create(carrier);
    if (error) {
        thread->carrier = NULL;
        free(carrier);
    }
    return error;
}

int carrier_start(CarrierCache *cache, RuntimeThread *thread, void (*work)(RuntimeThread *),
                  size_t stack_size) {
    Carrier *carrier = take_idle(cache, stack_size);
    if (!carrier) {
        return start_new(thread, work, stack_size);
    }
    carrier->work = work;
    thread->carrier = carrier;
    atomic_store(&carrier->thread, thread);
    sleeper_wake(&carrier->sleeper);
    return 0;
}

void carrier_is_free(CarrierCache *cache, Carrier *carrier) {
    pthread_mutex_lock(&cache->mutex);
    if (cache->idle_count < MAX_IDLE) {
        carrier->stays = true;
        carrier->next = cache->idle;
        cache->idle = carrier;
        cache->idle_count++;
    }
    pthread_mutex_unlock(&cache->mutex);
}

void carrier_cache_destroy(CarrierCache *cache) {
    Carrier *carrier = cache->idle;
    cache->idle = NULL;
    while (carrier) {
        Carrier *next = carrier->next;
        atomic_store(&carrier->quits, true);
        sleeper_wake(&carrier->sleeper);
        pthread_join(carrier->os_thread, NULL);
        free(carrier);
        carrier = next;
    }
    pthread_mutex_destroy(&cache->mutex);
}

void carrier_after_fork_child(RuntimeThread *thread) {
    free(thread->carrier);
    thread->carrier = NULL;
}

void carrier_cache_after_fork_child(CarrierCache *cache) {
    Carrier *carrier = cache->idle;
    carrier_cache_init(cache);
    while (carrier) {
        Carrier *next = carrier->next;
        free(carrier);
        carrier = next;
    }
}
