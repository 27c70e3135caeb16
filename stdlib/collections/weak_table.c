// SPDX-License-Identifier: MIT
//
// The table of all weak references, and what happens when their targets die; see weak_table.h.
//
// The buckets are chains through WeakReference.next, in which references to different objects may
// meet. Forgetting is one walk over all chains; it allocates nothing, for it runs inside a
// collection.
#include "weak_table.h"

#include "call.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

#include <stdlib.h>

struct WeakTable {
    Object object;
    uint64_t count;       // references in the buckets (second word: small)
    uint64_t last_number; // the newest reference's `born`
    size_t mask;
    WeakReference **buckets;
    WeakReference *due; // emptied references with callbacks that have not run
    Value runner;
};

enum { FIRST_BUCKETS = 64 };

static void table_trace(Marker *marker, Object *self) {
    WeakTable *table = (WeakTable *)self;
    mark_buffer(marker, table->buckets);
    mark_value(marker, table->runner);
    for (WeakReference *r = table->due; r != NULL; r = r->next)
        mark_object(marker, r);
}

static const TypeSpec table_type_spec = {
    .name = "weak_table",
    .doc = "All weak references.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(WeakTable),
    .slots = {.trace = table_trace},
};

static WeakReference **bucket_of(const WeakTable *table, const Object *target) {
    uint64_t mixed = (uint64_t)(uintptr_t)target * UINT64_C(0x9e3779b97f4a7c15);
    return &table->buckets[(mixed >> 20) & table->mask];
}

static WeakReference **new_buckets(Thread *thread, size_t size) {
    return heap_allocate(thread_heap(thread), CELL_BUFFER, size * sizeof(WeakReference *));
}

// ---- Death ----

// Take `r` out of its bucket if it or its target is dead.
static bool is_over(WeakTable *table, const Heap *heap, WeakReference *r) {
    if (!heap_will_live(heap, r))
        return true;
    if (heap_will_live(heap, r->target))
        return false;
    r->target = NULL;
    if (!is_none(r->callback)) {
        r->next = table->due;
        table->due = r;
    }
    return true;
}

static void forget_dead(Interpreter *interpreter) {
    WeakTable *table = ((LibraryState *)as_object(interpreter->library_state))->weak;
    for (size_t i = 0; i <= table->mask; i++) {
        WeakReference **link = &table->buckets[i];
        while (*link != NULL) {
            WeakReference *r = *link, *next = r->next;
            if (is_over(table, &interpreter->heap, r)) {
                *link = next;
                table->count--;
            } else {
                link = &r->next;
            }
        }
    }
    RuntimeThread *holder = gil_holder(&interpreter->runtime.gil);
    if (table->due != NULL && holder != NULL)
        gil_interrupt(holder, PENDING_DEATH);
}

// The object that was referred to first goes first, its newest reference at the head.
static int compare_due(const void *left, const void *right) {
    const WeakReference *a = as_weak(*(const Value *)left), *b = as_weak(*(const Value *)right);
    if (a->family != b->family)
        return a->family < b->family ? -1 : 1;
    return a->born > b->born ? -1 : a->born < b->born;
}

static void sort(List *list, int (*compare)(const void *, const void *)) {
    if (list->length > 1)
        qsort(list->items, list->length, sizeof(Value), compare);
}

static List *take_due(Thread *thread, WeakTable *table) {
    List *list = list_new(thread, 8);
    while (table->due != NULL) {
        WeakReference *r = table->due;
        table->due = r->next;
        list_append(thread, list, value_object(r));
    }
    sort(list, compare_due);
    return list;
}

static bool mourn(Thread *thread) {
    WeakTable *table = library_state(thread)->weak;
    if (table->due == NULL)
        return true;
    List *list = take_due(thread, table);
    for (size_t i = 0; i < list->length; i++) {
        WeakReference *r = as_weak(list->items[i]);
        list->items[i] = tuple_pair(thread, r->callback, value_object(r));
        r->callback = VALUE_NONE;
    }
    return !is_error(call_1(thread, table->runner, value_object(list)));
}

// ---- Birth ----

void weak_table_open(Thread *thread, Value runner) {
    LibraryState *state = library_state(thread);
    if (state->weak == NULL) {
        Type *type = type_from_spec(thread, &table_type_spec, NULL);
        WeakTable *table = object_new(thread, type);
        table->runner = runner;
        table->buckets = new_buckets(thread, FIRST_BUCKETS);
        table->mask = FIRST_BUCKETS - 1;
        state->weak = table;
    }
    state->weak->runner = runner;
    thread->interpreter->forget_dead = forget_dead;
    thread->interpreter->mourn = mourn;
}

static void grow(Thread *thread, WeakTable *table) {
    size_t old_size = table->mask + 1;
    WeakReference **fresh = new_buckets(thread, 2 * old_size), **old = table->buckets;
    table->buckets = fresh;
    table->mask = 2 * old_size - 1;
    for (size_t i = 0; i < old_size; i++) {
        for (WeakReference *r = old[i], *next; r != NULL; r = next) {
            WeakReference **bucket = bucket_of(table, r->target);
            next = r->next;
            r->next = *bucket;
            *bucket = r;
        }
    }
}

static void insert(Thread *thread, WeakTable *table, WeakReference *r) {
    if (table->count > table->mask)
        grow(thread, table);
    WeakReference **bucket = bucket_of(table, r->target);
    r->born = r->family = ++table->last_number;
    for (const WeakReference *other = *bucket; other != NULL; other = other->next) {
        if (other->target == r->target && other->family < r->family)
            r->family = other->family;
    }
    r->next = *bucket;
    *bucket = r;
    table->count++;
}

static WeakReference *find_shared(const WeakTable *table, const Type *type, const Object *target) {
    for (WeakReference *r = *bucket_of(table, target); r != NULL; r = r->next) {
        if (r->target == target && r->object.type == type && is_none(r->callback))
            return r;
    }
    return NULL;
}

WeakReference *weak_refer(Thread *thread, Type *type, Value target, Value callback, bool shared) {
    if (!is_object(target) || !(object_type(target)->flags & TYPE_WEAK)) {
        raise_error(thread, ERROR_TypeError, "cannot create weak reference to '%s' object",
                    type_name(thread, target));
        return NULL;
    }
    WeakTable *table = library_state(thread)->weak;
    if (shared && is_none(callback)) {
        WeakReference *known = find_shared(table, type, as_object(target));
        if (known != NULL)
            return known;
    }
    WeakReference *r = object_new(thread, type);
    r->callback = callback;
    r->target = as_object(target);
    insert(thread, table, r);
    return r;
}

// A reference, a proxy, those with callbacks.
static int rank(const WeakReference *r) {
    return !is_none(r->callback) ? 2 : (r->object.type->flags & TYPE_ABSTRACT) != 0;
}

static int compare_listed(const void *left, const void *right) {
    const WeakReference *a = as_weak(*(const Value *)left), *b = as_weak(*(const Value *)right);
    if (rank(a) != rank(b))
        return rank(a) - rank(b);
    return a->born > b->born ? -1 : a->born < b->born;
}

static size_t count_references(const WeakTable *table, const Object *target) {
    size_t count = 0;
    for (const WeakReference *r = *bucket_of(table, target); r != NULL; r = r->next)
        count += r->target == target;
    return count;
}

Value weak_references_to(Thread *thread, Value target) {
    if (!is_object(target))
        return value_object(list_new(thread, 0));
    const WeakTable *table = library_state(thread)->weak;
    // With enough room from the start: a collection in the midst of the walk would change the
    // chain.
    List *list = list_new(thread, count_references(table, as_object(target)));
    for (WeakReference *r = *bucket_of(table, as_object(target)); r != NULL; r = r->next) {
        if (r->target == as_object(target))
            list_append(thread, list, value_object(r));
    }
    sort(list, compare_listed);
    return value_object(list);
}
