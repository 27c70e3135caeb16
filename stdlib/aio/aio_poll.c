// SPDX-License-Identifier: MIT
//
// From descriptors to handles: a table indexed by descriptor, as small ints as the kernel gives
// them out, over the runtime's Poller (epoll; poll(2) elsewhere). For each descriptor there are a
// reader and a writer; what the kernel is asked to watch is derived from which of the two are
// there.
//
// A program may close a descriptor that is still watched. The kernel then forgets it by itself, and
// may give the same number out again; so forgetting one that the kernel does not know is no error.
#include "aio_poll.h"

#include "native.h"
#include "type.h"

#include <errno.h>

PollTable *poll_table_new(Thread *thread) {
    PollTable *table = object_new(thread, aio_state(thread)->poll_type);
    if (!poller_open(&table->poller, NULL)) {
        raise_os_error(thread, errno, VALUE_NONE);
        return NULL;
    }
    table->is_open = true;
    heap_add_finalizer(thread_heap(thread), &table->object);
    return table;
}

void poll_table_close(PollTable *table) {
    if (table->is_open) {
        poller_close(&table->poller);
    }
    table->is_open = false;
    table->watched = 0;
    table->capacity = 0;
    table->entries = NULL;
}

static void table_finalize(Interpreter *interpreter, Object *self) {
    (void)interpreter;
    poll_table_close((PollTable *)self);
}

static void table_trace(Marker *marker, Object *self) {
    const PollTable *table = (const PollTable *)self;
    mark_buffer(marker, table->entries);
    for (size_t i = 0; i < table->capacity; i++) {
        mark_values(marker, table->entries[i].handles, POLL_SIDES);
    }
}

static void grow(Thread *thread, PollTable *table, size_t needed) {
    size_t capacity = table->capacity == 0 ? 16 : table->capacity;
    while (capacity < needed) {
        capacity *= 2;
    }
    PollEntry *entries =
        heap_allocate(thread_heap(thread), CELL_BUFFER, capacity * sizeof(PollEntry));
    for (size_t i = 0; i < capacity; i++) {
        entries[i] = i < table->capacity ? table->entries[i]
                                         : (PollEntry){{VALUE_UNDEFINED, VALUE_UNDEFINED}};
    }
    table->entries = entries;
    table->capacity = capacity;
}

static uint32_t interest_of(const PollEntry *entry) {
    return (is_undefined(entry->handles[POLL_READER]) ? 0u : (uint32_t)POLLER_READ) |
           (is_undefined(entry->handles[POLL_WRITER]) ? 0u : (uint32_t)POLLER_WRITE);
}

Value poll_table_get(const PollTable *table, int fd, PollSide side) {
    bool is_known = fd >= 0 && (size_t)fd < table->capacity;
    return is_known ? table->entries[fd].handles[side] : VALUE_UNDEFINED;
}

bool poll_table_set(Thread *thread, PollTable *table, int fd, PollSide side, Value handle,
                    Value *old) {
    *old = poll_table_get(table, fd, side);
    if (is_undefined(*old) && is_undefined(handle)) {
        return true;
    }
    if ((size_t)fd >= table->capacity) {
        grow(thread, table, (size_t)fd + 1);
    }
    PollEntry *entry = &table->entries[fd], before = *entry;
    entry->handles[side] = handle;
    uint32_t interest = interest_of(entry), had = interest_of(&before);
    bool good = poller_watch(&table->poller, fd, interest);
    if (!good && interest != 0) {
        *entry = before;
        raise_os_error(thread, errno, VALUE_NONE);
        return false;
    }
    table->watched += (uint64_t)(interest != 0) - (uint64_t)(had != 0);
    return true;
}

const TypeSpec aio_poll_type_spec = {
    .name = "_aio.PollTable",
    .doc = "The descriptors that a loop watches.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(PollTable),
    .slots = {.trace = table_trace, .finalize = table_finalize},
};
