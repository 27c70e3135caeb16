// SPDX-License-Identifier: MIT
//
// The descriptors that a loop watches, and the handles that are called for them.
#pragma once

#include "aio.h"
#include "poller.h"

typedef enum PollSide { POLL_READER, POLL_WRITER, POLL_SIDES } PollSide;

typedef struct PollEntry {
    Value handles[POLL_SIDES]; // UNDEFINED: nobody
} PollEntry;

typedef struct PollTable {
    Object object;
    uint64_t watched; // descriptors with a handle
    bool is_open;
    Poller poller;
    PollEntry *entries; // by descriptor
    size_t capacity;
} PollTable;

extern const TypeSpec aio_poll_type_spec;

// NULL with OSError.
PollTable *poll_table_new(Thread *thread);
void poll_table_close(PollTable *table);
// Call `handle` whenever `fd` is ready; UNDEFINED: nobody any more. *old gets the handle before, or
// UNDEFINED. false with OSError.
bool poll_table_set(Thread *thread, PollTable *table, int fd, PollSide side, Value handle,
                    Value *old);
Value poll_table_get(const PollTable *table, int fd, PollSide side);
