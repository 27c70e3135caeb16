// SPDX-License-Identifier: MIT
//
// The reading machine's stack and memo.
//
// A MARK notes how high the stack is; what lies below cannot be reached before the mark is gone
// (the "fence"). The memo is an array, for pickles number their objects from 0; but a number that
// lies far beyond what is in use, as only a hostile pickle has it, goes to a dict, so that memory
// grows with the pickle and not with the numbers in it.
#include "pickle_parts.h"

#include "dict.h"
#include "heap.h"
#include "int.h"

enum { FIRST_STACK = 32, FIRST_MARKS = 16, FIRST_VALUES = 64, SPARSE_FACTOR = 4 };

void unpickle_grow_stack(Thread *thread, Unpickler *u) {
    size_t capacity = u->capacity ? 2 * u->capacity : FIRST_STACK;
    Value *stack = heap_allocate(thread_heap(thread), CELL_BUFFER, capacity * sizeof(Value));
    Value *old = u->stack;
    values_copy(stack, old, u->depth);
    u->stack = stack;
    u->capacity = capacity;
    if (old)
        heap_free_buffer(thread_heap(thread), old);
}

bool unpickle_underflow(Thread *thread, const Unpickler *u) {
    return unpickling_error(
        thread, "%s", u->mark_count > 0 ? "unexpected MARK found" : "unpickling stack underflow");
}

bool pickle_opcode_mark(Thread *thread, Unpickler *u) {
    if (u->stack == NULL) // the items behind a mark have an address, also when there are none
        unpickle_grow_stack(thread, u);
    if (u->mark_count == u->mark_capacity) {
        Heap *heap = thread_heap(thread);
        size_t capacity = u->marks ? 2 * u->mark_capacity : FIRST_MARKS;
        u->marks = u->marks ? heap_resize_buffer(heap, u->marks, u->mark_capacity * sizeof(size_t),
                                                 capacity * sizeof(size_t))
                            : heap_allocate(heap, CELL_BUFFER, capacity * sizeof(size_t));
        u->mark_capacity = capacity;
    }
    u->marks[u->mark_count++] = u->fence = u->depth;
    return true;
}

bool unpickle_pop_mark(Thread *thread, Unpickler *u, size_t *start) {
    if (u->mark_count == 0)
        return unpickling_error(thread, "could not find MARK");
    *start = u->marks[--u->mark_count];
    u->fence = u->mark_count > 0 ? u->marks[u->mark_count - 1] : 0;
    return true;
}

void unpickle_clear_stack(Unpickler *u) {
    u->depth = u->fence = u->mark_count = 0;
}

// ---- The memo ----

static void grow_memo(Thread *thread, UnpickleMemo *memo, size_t index) {
    Heap *heap = thread_heap(thread);
    size_t capacity = memo->capacity ? 2 * memo->capacity : FIRST_VALUES;
    while (capacity <= index)
        capacity *= 2;
    memo->values = memo->values
                       ? heap_resize_buffer(heap, memo->values, memo->capacity * sizeof(Value),
                                            capacity * sizeof(Value))
                       : heap_allocate(heap, CELL_BUFFER, capacity * sizeof(Value));
    memo->capacity = capacity;
}

static bool put_sparse(Thread *thread, UnpickleMemo *memo, uint64_t index, Value v) {
    if (!memo->sparse)
        memo->sparse = dict_new(thread, 0);
    size_t before = memo->sparse->length;
    if (!dict_set(thread, memo->sparse, int_from_uint64(thread, index), v))
        return false;
    memo->count += memo->sparse->length - before;
    return true;
}

bool unpickle_put_memo(Thread *thread, Unpickler *u, uint64_t index, Value v) {
    UnpickleMemo *memo = &u->memo;
    if (index >= memo->capacity) {
        if (index > FIRST_VALUES + SPARSE_FACTOR * (uint64_t)memo->count)
            return put_sparse(thread, memo, index, v);
        grow_memo(thread, memo, (size_t)index);
    }
    memo->count += memo->values[index].bits == 0;
    memo->values[index] = v;
    return true;
}

Value unpickle_get_memo(Thread *thread, Unpickler *u, uint64_t index) {
    Value found;
    if (index < u->memo.capacity && u->memo.values[index].bits != 0)
        return u->memo.values[index];
    if (!u->memo.sparse)
        return VALUE_UNDEFINED;
    int there = dict_get(thread, u->memo.sparse, int_from_uint64(thread, index), &found);
    return there < 0 ? VALUE_ERROR : there ? found : VALUE_UNDEFINED;
}

void unpickle_clear_memo(Unpickler *u) {
    u->memo = (UnpickleMemo){0};
}
