// SPDX-License-Identifier: MIT
//
// The modules _heapq and _bisect: binary heaps in lists, and binary search in sorted ones.
//
// A heap keeps heap[k] <= heap[2k+1] and heap[2k+2]. Taking the smallest item leaves a hole at the
// root; it is moved down to a leaf along the smaller children, and the last item then bubbles up
// from there. That compares less often than stopping early, because the last item mostly belongs
// near the bottom anyway. Comparisons may run Mini code, which may change the list: every loop
// looks at the length anew and gives up when it has changed.
#include "library.h"
#include "modules.h"

#include "call.h"
#include "dict.h"
#include "error.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "str.h"

// a < b: 1, 0 or -1.
static inline int less(Thread *thread, Value a, Value b) {
    if (are_small_ints(a, b))
        return as_small_int(a) < as_small_int(b);
    if (is_float(a) && is_float(b))
        return as_float(a) < as_float(b);
    Value answer = operation_compare(thread, COMPARE_LT, a, b);
    return is_bool(answer)    ? is_true(answer)
           : is_error(answer) ? -1
                              : operation_truth(thread, answer);
}

// Does `a` belong above `b`? In a max-heap the larger one does.
static inline int above(Thread *thread, Value a, Value b, bool maximum) {
    return maximum ? less(thread, b, a) : less(thread, a, b);
}

static bool heap_changed(Thread *thread) {
    return raise_false(thread, ERROR_RuntimeError, "list changed size during iteration");
}

static bool sift_up(Thread *thread, List *heap, size_t start, size_t place, bool maximum) {
    size_t length = heap->length;
    while (place > start) {
        size_t parent = (place - 1) / 2;
        int moves = above(thread, heap->items[place], heap->items[parent], maximum);
        if (moves < 0 || heap->length != length)
            return moves < 0 ? false : heap_changed(thread);
        if (!moves)
            break;
        Value item = heap->items[parent];
        heap->items[parent] = heap->items[place];
        heap->items[place] = item;
        place = parent;
    }
    return true;
}

static bool sift_down(Thread *thread, List *heap, size_t start, bool maximum) {
    size_t length = heap->length, place = start;
    while (2 * place + 1 < length) {
        size_t child = 2 * place + 1;
        if (child + 1 < length) {
            int left = above(thread, heap->items[child], heap->items[child + 1], maximum);
            if (left < 0 || heap->length != length)
                return left < 0 ? false : heap_changed(thread);
            child += left == 0;
        }
        Value item = heap->items[child];
        heap->items[child] = heap->items[place];
        heap->items[place] = item;
        place = child;
    }
    return sift_up(thread, heap, start, place, maximum);
}

// `what` names the argument in the message.
static List *need_heap(Thread *thread, Value v, const char *what) {
    if (is_list(v))
        return as_list(v);
    raise_error(thread, ERROR_TypeError, "%s must be list, not %s", what, type_name(thread, v));
    return NULL;
}

static Value heappush(Thread *thread, Value *args) {
    List *heap = need_heap(thread, args[0], "heappush() argument 1");
    if (heap == NULL)
        return VALUE_ERROR;
    list_append(thread, heap, args[1]);
    return sift_up(thread, heap, 0, heap->length - 1, false) ? VALUE_NONE : VALUE_ERROR;
}

static Value pop_from(Thread *thread, Value v, const char *function, bool maximum) {
    List *heap = need_heap(thread, v, function);
    if (heap == NULL)
        return VALUE_ERROR;
    if (heap->length == 0)
        return raise_error(thread, ERROR_IndexError, "index out of range");
    Value last = heap->items[--heap->length];
    if (heap->length == 0)
        return last;
    Value top = heap->items[0];
    heap->items[0] = last;
    return sift_down(thread, heap, 0, maximum) ? top : VALUE_ERROR;
}
static Value heappop(Thread *thread, Value *args) {
    return pop_from(thread, args[0], "heappop() argument", false);
}
static Value heappop_max(Thread *thread, Value *args) {
    return pop_from(thread, args[0], "_heappop_max() argument", true);
}

static Value replace_in(Thread *thread, Value v, Value item, const char *function, bool maximum) {
    List *heap = need_heap(thread, v, function);
    if (heap == NULL)
        return VALUE_ERROR;
    if (heap->length == 0)
        return raise_error(thread, ERROR_IndexError, "index out of range");
    Value top = heap->items[0];
    heap->items[0] = item;
    return sift_down(thread, heap, 0, maximum) ? top : VALUE_ERROR;
}
static Value heapreplace(Thread *thread, Value *args) {
    return replace_in(thread, args[0], args[1], "heapreplace() argument 1", false);
}
static Value heapreplace_max(Thread *thread, Value *args) {
    return replace_in(thread, args[0], args[1], "_heapreplace_max() argument 1", true);
}

static Value heappushpop(Thread *thread, Value *args) {
    List *heap = need_heap(thread, args[0], "heappushpop() argument 1");
    if (heap == NULL)
        return VALUE_ERROR;
    int smaller = heap->length == 0 ? 0 : less(thread, heap->items[0], args[1]);
    if (smaller <= 0)
        return smaller < 0 ? VALUE_ERROR : args[1];
    if (heap->length == 0)
        return raise_error(thread, ERROR_IndexError, "index out of range");
    return heapreplace(thread, args);
}

static Value heapify_list(Thread *thread, Value v, const char *function, bool maximum) {
    List *heap = need_heap(thread, v, function);
    if (heap == NULL)
        return VALUE_ERROR;
    for (size_t i = heap->length / 2; i-- > 0;)
        if (!sift_down(thread, heap, i, maximum))
            return VALUE_ERROR;
    return VALUE_NONE;
}
static Value heapify(Thread *thread, Value *args) {
    return heapify_list(thread, args[0], "heapify() argument", false);
}
static Value heapify_max(Thread *thread, Value *args) {
    return heapify_list(thread, args[0], "_heapify_max() argument", true);
}

static const NativeSpec heapq_functions[] = {
    NATIVE("heappush", heappush, "(heap, item, /)", "Push an item, keeping the heap in order."),
    NATIVE("heappop", heappop, "(heap, /)", "Remove and return the smallest item."),
    NATIVE("heapreplace", heapreplace, "(heap, item, /)",
           "Remove and return the smallest item, then push the new one."),
    NATIVE("heappushpop", heappushpop, "(heap, item, /)",
           "Push an item, then remove and return the smallest one."),
    NATIVE("heapify", heapify, "(heap, /)", "Put a list in heap order, in linear time."),
    NATIVE("_heapify_max", heapify_max, "(heap, /)", "As heapify, largest first."),
    NATIVE("_heappop_max", heappop_max, "(heap, /)", "As heappop, largest first."),
    NATIVE("_heapreplace_max", heapreplace_max, "(heap, item, /)", "As heapreplace, for maxima."),
    NATIVE_END,
};

bool heapq_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, heapq_functions);
    return true;
}

// ---- bisect ----

// Does an item that compares with `v` belong to the left part? -1: exception.
static int goes_left(Thread *thread, Value item, Value v, Value key, bool right) {
    if (!is_none(key))
        item = call_1(thread, key, item);
    if (is_error(item))
        return -1;
    if (!right)
        return less(thread, item, v);
    int above_v = less(thread, v, item);
    return above_v < 0 ? -1 : !above_v;
}

static Value item_at(Thread *thread, Value sequence, int64_t index) {
    if (is_exactly(sequence, LAYOUT_LIST) && (size_t)index < as_list(sequence)->length)
        return as_list(sequence)->items[index];
    return operation_get_item(thread, sequence, int_from_int64(thread, index));
}

// Something with numbered items, which dicts have not; a class that derives from one may.
static bool check_sequence(Thread *thread, Value v) {
    const Type *type = type_of(thread, v);
    if (type->slots.get_item == NULL)
        return raise_false(thread, ERROR_TypeError, "'%s' object does not support indexing",
                           type_name(thread, v));
    bool is_mapping = is_dict(v) && !(type->flags & TYPE_FROM_CLASS);
    return !is_mapping ||
           raise_false(thread, ERROR_TypeError, "%s is not a sequence", type_name(thread, v));
}

// args: a, x, lo, hi, key. The place, or -1 with an exception.
static int64_t search(Thread *thread, const Value *args, Value v, bool right) {
    int64_t low, high;
    if (!operation_index_int64(thread, args[2], &low) ||
        !library_optional_int(thread, args[3], -1, &high))
        return -1;
    if (low < 0)
        return raise_minus_one(thread, ERROR_ValueError, "lo must be non-negative");
    if (is_none(args[3]))
        high = operation_length(thread, args[0]);
    if ((is_none(args[3]) && high < 0) || !check_sequence(thread, args[0]))
        return -1;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        Value item = item_at(thread, args[0], middle);
        int left = is_error(item) ? -1 : goes_left(thread, item, v, args[4], right);
        if (left < 0)
            return -1;
        if (left)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static Value bisect_with(Thread *thread, const Value *args, bool right) {
    int64_t place = search(thread, args, args[1], right);
    return place < 0 ? VALUE_ERROR : int_from_int64(thread, place);
}
static Value bisect_right(Thread *thread, Value *args) {
    return bisect_with(thread, args, true);
}
static Value bisect_left(Thread *thread, Value *args) {
    return bisect_with(thread, args, false);
}

static Value insort_with(Thread *thread, const Value *args, bool right) {
    Value v = is_none(args[4]) ? args[1] : call_1(thread, args[4], args[1]);
    int64_t place = is_error(v) ? -1 : search(thread, args, v, right);
    if (place < 0)
        return VALUE_ERROR;
    if (is_exactly(args[0], LAYOUT_LIST)) {
        list_insert(thread, as_list(args[0]), place, args[1]);
        return VALUE_NONE;
    }
    Value given[] = {int_from_int64(thread, place), args[1]};
    Value done = call_method(thread, args[0], str_intern_c(thread, "insert"), given, 2);
    return is_error(done) ? done : VALUE_NONE;
}
static Value insort_right(Thread *thread, Value *args) {
    return insort_with(thread, args, true);
}
static Value insort_left(Thread *thread, Value *args) {
    return insort_with(thread, args, false);
}

#define BISECT_SIGNATURE "(a, x, lo=0, hi=None, *, key=None)"

static const NativeSpec bisect_functions[] = {
    NATIVE("bisect_right", bisect_right, BISECT_SIGNATURE,
           "Where x would go in the sorted a, after equal items."),
    NATIVE("bisect_left", bisect_left, BISECT_SIGNATURE,
           "Where x would go in the sorted a, before equal items."),
    NATIVE("insort_right", insort_right, BISECT_SIGNATURE,
           "Insert x into the sorted a, after equal items."),
    NATIVE("insort_left", insort_left, BISECT_SIGNATURE,
           "Insert x into the sorted a, before equal items."),
    NATIVE_END,
};

bool bisect_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, bisect_functions);
    module_add(thread, module, "bisect",
               module_lookup(thread, module, str_intern_c(thread, "bisect_right")));
    module_add(thread, module, "insort",
               module_lookup(thread, module, str_intern_c(thread, "insort_right")));
    return true;
}
