// SPDX-License-Identifier: MIT
//
// The books. A page has one writer, its thread, and any number of readers that must see a
// consistent page without making the writer wait: a sequence lock. The writer makes `version` odd,
// writes, makes it even; a reader copies the page and starts again when the version was odd or has
// changed meanwhile. (Linux keeps the time of day the same way.) The fields are atomics because in
// C a plain variable that one thread reads while another writes it is undefined behaviour; on the
// processors at hand these loads and stores are ordinary instructions.
#include "ledger.h"

#include <string.h>

#include "clock.h"
#include "runtime.h"

#define PUT(field, value) atomic_store_explicit(&(field), (value), memory_order_release)
#define GET(field) atomic_load_explicit(&(field), memory_order_acquire)
#define OWN(field) atomic_load_explicit(&(field), memory_order_relaxed)

static void open_page(Ledger *ledger) {
    atomic_store_explicit(&ledger->version, OWN(ledger->version) + 1, memory_order_relaxed);
}

static void close_page(Ledger *ledger) {
    PUT(ledger->version, OWN(ledger->version) + 1);
}

void ledger_begin(Ledger *ledger, ThreadState state) {
    open_page(ledger);
    PUT(ledger->state, (uint32_t)state);
    PUT(ledger->since, clock_real_now());
    for (size_t i = 0; i < THREAD_STATE_COUNT; i++) {
        PUT(ledger->spent[i], 0);
    }
    for (size_t i = 0; i < GIL_CAUSE_COUNT; i++) {
        PUT(ledger->switches[i], 0);
    }
    PUT(ledger->longest_wait, 0);
    PUT(ledger->acquisitions, 0);
    close_page(ledger);
}

// Book the time since the last change; returns how long that was. Page open.
static int64_t book(Ledger *ledger, ThreadState state, int64_t now) {
    uint32_t old = OWN(ledger->state);
    int64_t elapsed = now - OWN(ledger->since);
    PUT(ledger->spent[old], OWN(ledger->spent[old]) + elapsed);
    PUT(ledger->since, now);
    PUT(ledger->state, (uint32_t)state);
    return elapsed;
}

int64_t ledger_enter(Ledger *ledger, ThreadState state) {
    int64_t now = clock_real_now();
    open_page(ledger);
    book(ledger, state, now);
    close_page(ledger);
    return now;
}

int64_t ledger_acquired(Ledger *ledger) {
    int64_t now = clock_real_now();
    bool waited = OWN(ledger->state) == THREAD_WAITING;
    open_page(ledger);
    int64_t elapsed = book(ledger, THREAD_RUNNING, now);
    if (waited && elapsed > OWN(ledger->longest_wait)) {
        PUT(ledger->longest_wait, elapsed);
    }
    PUT(ledger->acquisitions, OWN(ledger->acquisitions) + 1);
    close_page(ledger);
    return now;
}

// Written by the thread that took over, hence apart from the page's own version.
void ledger_count_switch(Ledger *ledger, GilCause cause) {
    PUT(ledger->switches[cause], OWN(ledger->switches[cause]) + 1);
}

static void copy_page(const Ledger *ledger, LedgerRow *row, int64_t now) {
    row->life = 0;
    uint32_t state = GET(ledger->state);
    int64_t current = now - GET(ledger->since);
    for (size_t i = 0; i < THREAD_STATE_COUNT; i++) {
        row->spent[i] = GET(ledger->spent[i]);
        if (i == state && current > 0) {
            row->spent[i] += current;
        }
        row->life += row->spent[i];
    }
    for (size_t i = 0; i < GIL_CAUSE_COUNT; i++) {
        row->switches[i] = GET(ledger->switches[i]);
    }
    row->longest_wait = GET(ledger->longest_wait);
    row->acquisitions = GET(ledger->acquisitions);
}

void ledger_read(const Ledger *ledger, LedgerRow *row) {
    uint32_t before;
    do {
        before = GET(ledger->version);
        copy_page(ledger, row, clock_real_now());
    } while ((before & 1) || before != OWN(ledger->version));
}

static void fill_row(const RuntimeThread *thread, LedgerRow *row, bool ended) {
    ledger_read(&thread->ledger, row);
    memcpy(row->name, thread->name, sizeof row->name);
    row->thread_id = thread->id;
    row->threads = 1;
    row->ended = ended;
}

static void add_row(LedgerRow *sum, const LedgerRow *row) {
    sum->threads += row->threads;
    sum->ended = true;
    sum->life += row->life;
    for (size_t i = 0; i < THREAD_STATE_COUNT; i++) {
        sum->spent[i] += row->spent[i];
    }
    for (size_t i = 0; i < GIL_CAUSE_COUNT; i++) {
        sum->switches[i] += row->switches[i];
    }
    sum->acquisitions += row->acquisitions;
    if (row->longest_wait > sum->longest_wait) {
        sum->longest_wait = row->longest_wait;
    }
}

bool ledger_book_step(Runtime *runtime, int64_t ns) {
    LedgerSteps *steps = &runtime->steps;
    bool is_longest = steps->count++ == 0 || ns > steps->longest;
    steps->kept_long += ns > LEDGER_LONG_STEP_MS * CLOCK_NS_PER_MS;
    steps->longest = is_longest ? ns : steps->longest;
    return is_longest;
}

void ledger_archive(Runtime *runtime, RuntimeThread *thread) {
    LedgerArchive *archive = &runtime->archive;
    LedgerRow row;
    fill_row(thread, &row, true);
    if (archive->count < LEDGER_ENDED_ROWS) {
        archive->rows[archive->count++] = row;
        return;
    }
    add_row(&archive->rest, &row);
    snprintf(archive->rest.name, sizeof archive->rest.name, "(%llu more)",
             (unsigned long long)archive->rest.threads);
}

static void put_row(LedgerRow *rows, size_t capacity, size_t *count, const LedgerRow *row) {
    if (*count < capacity) {
        rows[*count] = *row;
    }
    (*count)++;
}

// Insertion by thread id: the ended threads' rows are in order of their end.
static void sort_rows(LedgerRow *rows, size_t count) {
    for (size_t i = 1; i < count; i++) {
        LedgerRow row = rows[i];
        size_t place = i;
        for (; place > 0 && rows[place - 1].thread_id > row.thread_id; place--) {
            rows[place] = rows[place - 1];
        }
        rows[place] = row;
    }
}

size_t ledger_snapshot(Runtime *runtime, LedgerRow *rows, size_t capacity) {
    size_t count = 0;
    for (size_t i = 0; i < runtime->archive.count; i++) {
        put_row(rows, capacity, &count, &runtime->archive.rows[i]);
    }
    for (RuntimeThread *thread = runtime->threads; thread; thread = thread->next) {
        LedgerRow row;
        fill_row(thread, &row, false);
        put_row(rows, capacity, &count, &row);
    }
    sort_rows(rows, count < capacity ? count : capacity);
    if (runtime->archive.rest.threads > 0) {
        put_row(rows, capacity, &count, &runtime->archive.rest);
    }
    return count;
}

const char *ledger_state_name(ThreadState state) {
    static const char *const names[] = {
#define THREAD_STATE(name, column, meaning) column,
#include "thread_states.def"
#undef THREAD_STATE
    };
    return state < THREAD_STATE_COUNT ? names[state] : "not running";
}

const char *ledger_cause_name(GilCause cause) {
    static const char *const names[] = {
#define GIL_CAUSE(name, column, state, meaning) column,
#include "gil_causes.def"
#undef GIL_CAUSE
    };
    return names[cause];
}

ThreadState ledger_state_after(GilCause cause) {
    static const ThreadState states[] = {
#define GIL_CAUSE(name, column, state, meaning) THREAD_##state,
#include "gil_causes.def"
#undef GIL_CAUSE
    };
    return states[cause];
}
