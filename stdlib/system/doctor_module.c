// SPDX-License-Identifier: MIT
//
// The native part of `mini doctor` (_doctor_probe): what Mini code cannot see or measure. How the
// binary was made and with which versions of the libraries; which libraries the system has that
// Mini loads when it needs them; what a look at the clock costs, and what it costs to wake a
// sleeping thread.
//
// The last is the price of every lock that is waited for and of every change of the GIL's owner
// between processors: two threads hand a semaphore to and fro, as in lmbench's "context switch".
#include "blocking.h"
#include "build_info.h"
#include "library.h"
#include "modules.h"
#include "tuple.h"

#include <dlfcn.h>
#include <gmp.h>
#include <gnu/libc-version.h>
#include <nettle/version.h>
#define PCRE2_CODE_UNIT_WIDTH 0
#include <pcre2.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <time.h>
#include <utf8proc.h>

enum {
    CLOCK_LOOKS = 20000,
    SAMPLES = 8,
    WAKE_ROUNDS = 5,
    WAKE_SAMPLES = 200,
    PATIENCE_NS = 20000000
};

static int64_t now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

// ---- Versions ----

static Value doctor_build(Thread *thread, Value *args) {
    (void)args;
    Value parts[] = {library_text(thread, MINI_VERSION), library_text(thread, MINI_BUILD)};
    return value_object(tuple_from_array(thread, parts, 2));
}

static Value doctor_libraries(Thread *thread, Value *args) {
    char pcre2[64], nettle[32];
    (void)args;
    pcre2_config_8(PCRE2_CONFIG_VERSION, pcre2);
    snprintf(nettle, sizeof nettle, "%d.%d", nettle_version_major(), nettle_version_minor());
    const char *const rows[][2] = {
        {"GMP", gmp_version},
        {"PCRE2", pcre2},
        {"utf8proc", utf8proc_version()},
        {"Nettle", nettle},
        {"libffi", MINI_LIBFFI_VERSION},
        {"C library", gnu_get_libc_version()},
    };
    enum { COUNT = sizeof rows / sizeof *rows };
    Value pairs[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        pairs[i] =
            tuple_pair(thread, library_text(thread, rows[i][0]), library_text(thread, rows[i][1]));
    return value_object(tuple_from_array(thread, pairs, COUNT));
}

// The version of a library that is loaded by name; None: it is not there.
static Value version_of(Thread *thread, const char *file, const char *symbol, bool is_function) {
    void *library = dlopen(file, RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL)
        return VALUE_NONE;
    void *found = dlsym(library, symbol);
    const char *version = "of an unknown version";
    if (found != NULL && is_function)
        version = ((const char *(*)(void))found)();
    else if (found != NULL)
        version = *(const char **)found;
    Value text = library_text(thread, version);
    dlclose(library);
    return text;
}

static Value doctor_readline(Thread *thread, Value *args) {
    (void)args;
    return version_of(thread, "libreadline.so.8", "rl_library_version", false);
}

static Value doctor_sqlite(Thread *thread, Value *args) {
    (void)args;
    return version_of(thread, "libsqlite3.so.0", "sqlite3_libversion", true);
}

static Value doctor_zlib(Thread *thread, Value *args) {
    (void)args;
    return version_of(thread, "libz.so.1", "zlibVersion", true);
}

// ---- Prices ----

// Nanoseconds for one look at the clock.
static Value doctor_clock_cost(Thread *thread, Value *args) {
    (void)args;
    int64_t best = INT64_MAX;
    for (int sample = 0; sample < SAMPLES; sample++) {
        int64_t start = now();
        for (int i = 0; i < CLOCK_LOOKS / SAMPLES; i++)
            (void)now();
        int64_t spent = now() - start;
        best = spent < best ? spent : best;
    }
    (void)thread;
    return value_float((double)best / (CLOCK_LOOKS / SAMPLES));
}

typedef struct Pair {
    sem_t there, back;
    bool is_over; // set before `there` is posted for the last time
} Pair;

static void await(sem_t *semaphore) {
    while (sem_wait(semaphore) != 0) {}
}

static void *answer(void *context) {
    Pair *pair = context;
    for (await(&pair->there); !pair->is_over; await(&pair->there))
        sem_post(&pair->back);
    return NULL;
}

// Nanoseconds for some rounds, each of two wake-ups.
static int64_t time_rounds(Pair *pair) {
    int64_t start = now();
    for (int i = 0; i < WAKE_ROUNDS; i++) {
        sem_post(&pair->there);
        await(&pair->back);
    }
    return now() - start;
}

// The best of some samples, in nanoseconds for one wake-up; negative: no thread could be started.
// Where others keep the processors busy a wake-up can take a time slice, so there are only as many
// samples as a user has patience for.
static double measure_wake(void) {
    Pair pair = {.is_over = false};
    pthread_t thread;
    int64_t best = INT64_MAX, end = now() + PATIENCE_NS;
    sem_init(&pair.there, 0, 0);
    sem_init(&pair.back, 0, 0);
    if (pthread_create(&thread, NULL, answer, &pair) != 0)
        return -1;
    for (int sample = 0; sample == 0 || (sample < WAKE_SAMPLES && now() < end); sample++) {
        int64_t spent = time_rounds(&pair);
        best = spent < best ? spent : best;
    }
    pair.is_over = true;
    sem_post(&pair.there);
    pthread_join(thread, NULL);
    sem_destroy(&pair.there);
    sem_destroy(&pair.back);
    return (double)best / (2 * WAKE_ROUNDS);
}

static Value doctor_wake_cost(Thread *thread, Value *args) {
    (void)args;
    blocking_begin(&thread->core, BLOCK_CALL, "wake cost");
    double cost = measure_wake();
    blocking_end(&thread->core);
    return cost < 0 ? VALUE_NONE : value_float(cost);
}

static const NativeSpec doctor_functions[] = {
    NATIVE("_build", doctor_build, "()", "Return Mini's version, and how it was built."),
    NATIVE("_libraries", doctor_libraries, "()", "Return names and versions of linked libraries."),
    NATIVE("_readline", doctor_readline, "()", "Return Readline's version, or None."),
    NATIVE("_sqlite", doctor_sqlite, "()", "Return SQLite's version, or None."),
    NATIVE("_zlib", doctor_zlib, "()", "Return zlib's version, or None."),
    NATIVE("_clock_cost", doctor_clock_cost, "()", "Return the ns one look at the clock takes."),
    NATIVE("_wake_cost", doctor_wake_cost, "()", "Return the ns waking a thread takes, or None."),
    NATIVE_END,
};

bool doctor_module_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, doctor_functions);
    return true;
}
