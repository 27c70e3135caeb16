// SPDX-License-Identifier: MIT
//
// id() without addresses.
//
// CPython answers with the object's address, which differs from run to run. Here objects are
// numbered in the order in which somebody asks, so two runs of the same schedule print the same.
// The numbers stand in a hash table keyed by address. It holds its objects weakly: the collector
// clears a slot when it finds the object dead, and the slot is reused, because another object may
// get the same address later and must not inherit the number.
//
// The collector remembers the addresses of the slots, so a table that is full is not enlarged but
// replaced; the old table object dies, and the collector forgets its slots.
#include "id_table.h"

#include "library.h"
#include "type.h"

typedef struct IdEntry {
    Object *object;  // NULL: never used, or the object has died
    uint64_t number; // 0: never used
} IdEntry;

struct IdTable {
    Object object;
    uint64_t used; // entries with a number; small, so no address (second-word rule)
    size_t mask;
    IdEntry *entries;
};

enum { FIRST_SIZE = 64 };

static void table_trace(Marker *marker, Object *self) {
    mark_buffer(marker, ((IdTable *)self)->entries);
}

static const TypeSpec id_table_type_spec = {
    .name = "id_table",
    .doc = "The numbers that id() has given.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(IdTable),
    .slots = {.trace = table_trace},
};

static size_t start_of(const Object *object, size_t mask) {
    return (size_t)(((uint64_t)(uintptr_t)object * UINT64_C(0x9e3779b97f4a7c15)) >> 20) & mask;
}

static IdTable *table_new(Thread *thread, Type *type, size_t size) {
    if (type == NULL)
        type = type_from_spec(thread, &id_table_type_spec, NULL);
    IdTable *table = object_new(thread, type);
    table->entries = heap_allocate(thread_heap(thread), CELL_BUFFER, size * sizeof(IdEntry));
    table->mask = size - 1;
    return table;
}

static void insert(Thread *thread, IdTable *table, Object *object, uint64_t number) {
    size_t i = start_of(object, table->mask);
    while (table->entries[i].number != 0)
        i = (i + 1) & table->mask;
    table->entries[i] = (IdEntry){object, number};
    table->used++;
    heap_add_weak(thread_heap(thread), &table->object, &table->entries[i].object);
}

static size_t count_living(const IdTable *table) {
    size_t living = 0;
    for (size_t i = 0; i <= table->mask; i++)
        living += table->entries[i].object != NULL;
    return living;
}

static IdTable *table_renew(Thread *thread, IdTable *old) {
    size_t size = FIRST_SIZE, living = count_living(old);
    while (size < 4 * living)
        size *= 2;
    IdTable *table = table_new(thread, old->object.type, size);
    for (size_t i = 0; i <= old->mask; i++) {
        Object *object = old->entries[i].object;
        if (object != NULL)
            insert(thread, table, object, old->entries[i].number);
    }
    return table;
}

static IdTable *table_with_room(Thread *thread) {
    LibraryState *state = library_state(thread);
    if (state->ids == NULL)
        state->ids = table_new(thread, NULL, FIRST_SIZE);
    else if (state->ids->used * 4 > state->ids->mask * 3)
        state->ids = table_renew(thread, state->ids);
    return state->ids;
}

uint64_t id_table_number(Thread *thread, Object *object) {
    IdTable *table = table_with_room(thread);
    size_t i = start_of(object, table->mask);
    for (; table->entries[i].number != 0; i = (i + 1) & table->mask) {
        if (table->entries[i].object == object)
            return table->entries[i].number;
    }
    uint64_t number = ++thread->interpreter->next_id;
    insert(thread, table, object, number);
    return number;
}
