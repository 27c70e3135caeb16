// SPDX-License-Identifier: MIT
//
// Functions of C that stand ready to be callbacks. What libffi makes for a callback sorts its
// arguments at each call, which takes as long as a short comparison in Mini. Whole numbers and
// pointers arrive in known registers, so a function with parameters for all of them can take any
// such call; all it lacks is the knowledge whose callback it is. Hence there are several, one for
// each callback, and a table says whom each is for. When all are taken, libffi does it.
//
// The table is the one thing here that cannot hang off an interpreter: C calls an address and hands
// over nothing of ours.
#include "foreign_call.h"

#include <stdatomic.h>

enum { ENTRIES = 64 };

static _Atomic(void *) *context_of(size_t number) {
    static _Atomic(void *) contexts[ENTRIES];
    return &contexts[number];
}

#define ENTRY(row, column)                                                                         \
    static uint64_t entry_##row##column(uint64_t a, uint64_t b, uint64_t c, uint64_t d,            \
                                        uint64_t e, uint64_t f) {                                  \
        uint64_t registers[ENTRY_REGISTERS] = {a, b, c, d, e, f};                                  \
        return foreign_closure_arrive(atomic_load(context_of(8 * (row) + (column))), registers);   \
    }
#define ROW(row)                                                                                   \
    ENTRY(row, 0)                                                                                  \
    ENTRY(row, 1)                                                                                  \
    ENTRY(row, 2)                                                                                  \
    ENTRY(row, 3)                                                                                  \
    ENTRY(row, 4)                                                                                  \
    ENTRY(row, 5)                                                                                  \
    ENTRY(row, 6)                                                                                  \
    ENTRY(row, 7)

ROW(0)
ROW(1)
ROW(2)
ROW(3)
ROW(4)
ROW(5)
ROW(6)
ROW(7)

#define NAMES(row)                                                                                 \
    entry_##row##0, entry_##row##1, entry_##row##2, entry_##row##3, entry_##row##4,                \
        entry_##row##5, entry_##row##6, entry_##row##7

static EntryFunction *const entries[ENTRIES] = {NAMES(0), NAMES(1), NAMES(2), NAMES(3),
                                                NAMES(4), NAMES(5), NAMES(6), NAMES(7)};

EntryFunction *foreign_entry_take(void *context, size_t *number) {
    for (size_t i = 0; i < ENTRIES; i++) {
        void *nobody = NULL;
        if (atomic_compare_exchange_strong(context_of(i), &nobody, context)) {
            *number = i;
            return entries[i];
        }
    }
    return NULL;
}

void foreign_entry_give_back(size_t number) {
    atomic_store(context_of(number), NULL);
}
