// SPDX-License-Identifier: MIT
//
// A merge sort that makes use of order that is there already (Tim Peters' timsort, with the merge
// order of Munro and Wild's powersort, as in CPython since 3.11).
//
// The array is cut into runs that are ascending, or strictly descending and then reversed; a run
// that is too short is completed by binary insertion. Neighbouring runs are merged, the smaller
// one moved out of the way first. When one side of a merge wins many times in a row, the place up
// to which it goes on winning is searched for instead ("galloping"), so that merging runs that
// hardly overlap costs hardly any comparisons.
//
// Comparing is nearly all the work, so the keys are looked at first: if all are ints, all floats,
// all strings or all tuples, a comparison needs no dispatch. Each kind has its own copy of the
// algorithm, made by the compiler from one source: `less` is a constant in each of them.
#include "sort.h"

#include "container.h"
#include "error.h"
#include "execute.h"
#include "heap.h"
#include "tuple.h"

enum { MAX_RUNS = 90, GALLOP_AFTER = 7, SHORTEST_MERGED = 64 };

// a < b: 1, 0, or -1 for an exception.
typedef int (*Less)(Thread *, Value a, Value b);

typedef struct Run {
    size_t start, length;
    int power; // of the boundary to the next run; see boundary_power
} Run;

typedef struct Sorter {
    Thread *thread;
    Value *keys, *values; // values: NULL if there are only keys
    Value *spare_keys, *spare_values;
    size_t spare_capacity;
    Run runs[MAX_RUNS];
    size_t run_count;
} Sorter;

#define FOR_EACH_KIND static inline __attribute__((always_inline))

static inline int less_int(Thread *thread, Value a, Value b) {
    (void)thread;
    return (int64_t)(a.bits << VALUE_INT_SHIFT) < (int64_t)(b.bits << VALUE_INT_SHIFT);
}

static inline int less_float(Thread *thread, Value a, Value b) {
    (void)thread;
    return as_float(a) < as_float(b);
}

static inline uint64_t first_bytes(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return __builtin_bswap64(word);
}

// The first eight bytes mostly decide. They can be read of shorter strings, too, for cells are
// larger than that; a difference behind the end of the shorter one does not count.
static inline int less_latin1(Thread *thread, Value a, Value b) {
    (void)thread;
    const Str *x = as_str(a), *y = as_str(b);
    const uint8_t *p = str_bytes(x), *q = str_bytes(y);
    size_t shorter = x->length < y->length ? x->length : y->length;
    uint64_t u = first_bytes(p), v = first_bytes(q);
    if (u != v && (size_t)__builtin_clzll(u ^ v) / 8 < shorter) {
        return u < v;
    }
    int order = shorter > sizeof u ? memcmp(p + sizeof u, q + sizeof u, shorter - sizeof u) : 0;
    return order != 0 ? order < 0 : x->length < y->length;
}

static inline int less_any(Thread *thread, Value a, Value b) {
    if (are_small_ints(a, b)) {
        return less_int(thread, a, b);
    }
    if (is_float(a) && is_float(b)) {
        return less_float(thread, a, b);
    }
    if (is_exactly(a, LAYOUT_STR) && is_exactly(b, LAYOUT_STR)) {
        return str_compare(as_str(a), as_str(b)) < 0;
    }
    Value result = operation_compare(thread, COMPARE_LT, a, b);
    if (is_bool(result)) {
        return is_true(result);
    }
    return is_error(result) ? -1 : operation_truth(thread, result);
}

static inline int less_tuple(Thread *thread, Value a, Value b) {
    const Tuple *x = as_tuple(a), *y = as_tuple(b);
    size_t shorter = x->length < y->length ? x->length : y->length;
    if (!thread_poll_signals(thread)) {
        return -1;
    }
    for (size_t i = 0; i < shorter; i++) {
        int equal = container_equal(thread, x->items[i], y->items[i]);
        if (equal <= 0) {
            return equal < 0 ? -1 : less_any(thread, x->items[i], y->items[i]);
        }
    }
    return x->length < y->length;
}

static inline void move_within(Sorter *s, size_t to, size_t from, size_t count) {
    memmove(s->keys + to, s->keys + from, count * sizeof(Value));
    if (s->values != NULL) {
        memmove(s->values + to, s->values + from, count * sizeof(Value));
    }
}

static inline void take_from_spare(Sorter *s, size_t to, size_t from, size_t count) {
    memcpy(s->keys + to, s->spare_keys + from, count * sizeof(Value));
    if (s->values != NULL) {
        memcpy(s->values + to, s->spare_values + from, count * sizeof(Value));
    }
}

static inline void move_one(Sorter *s, size_t to, size_t from) {
    s->keys[to] = s->keys[from];
    if (s->values != NULL) {
        s->values[to] = s->values[from];
    }
}

static inline void take_one(Sorter *s, size_t to, size_t from) {
    s->keys[to] = s->spare_keys[from];
    if (s->values != NULL) {
        s->values[to] = s->spare_values[from];
    }
}

static Value *scratch(Sorter *s, size_t count) {
    return heap_allocate(thread_heap(s->thread), CELL_BUFFER, count * sizeof(Value));
}

static void copy_to_spare(Sorter *s, size_t from, size_t count) {
    if (count > s->spare_capacity) {
        s->spare_keys = scratch(s, count);
        s->spare_values = s->values ? scratch(s, count) : NULL;
        s->spare_capacity = count;
    }
    memcpy(s->spare_keys, s->keys + from, count * sizeof(Value));
    if (s->values != NULL) {
        memcpy(s->spare_values, s->values + from, count * sizeof(Value));
    }
}

static void reverse_array(Value *array, size_t count) {
    for (size_t low = 0, high = count; low + 1 < high; low++) {
        Value v = array[low];
        array[low] = array[--high];
        array[high] = v;
    }
}

// Length of the run at `start`, which is ascending afterwards; 0: exception.
FOR_EACH_KIND size_t count_run(Sorter *s, Less less, size_t start, size_t end) {
    if (start + 1 == end) {
        return 1;
    }
    int descending = less(s->thread, s->keys[start + 1], s->keys[start]);
    size_t i = start + 2;
    int next = descending;
    while (next >= 0 && i < end) {
        next = less(s->thread, s->keys[i], s->keys[i - 1]);
        if (next != descending) {
            break;
        }
        i++;
    }
    if (descending < 0 || next < 0) {
        return 0;
    }
    if (descending) {
        reverse_array(s->keys + start, i - start);
        reverse_array(s->values ? s->values + start : NULL, s->values ? i - start : 0);
    }
    return i - start;
}

// Insert keys[sorted .. end) into the sorted keys[start .. sorted).
FOR_EACH_KIND bool insert_each(Sorter *s, Less less, size_t start, size_t sorted, size_t end) {
    for (size_t i = sorted; i < end; i++) {
        Value key = s->keys[i];
        size_t low = start, high = i;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            int before = less(s->thread, key, s->keys[middle]);
            if (before < 0) {
                return false;
            }
            if (before) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Value value = s->values ? s->values[i] : key;
        move_within(s, low + 1, low, i - low);
        s->keys[low] = key;
        if (s->values != NULL) {
            s->values[low] = value;
        }
    }
    return true;
}

// Does `item` stand before the place of `key`? Equal ones do if `after_equal`.
FOR_EACH_KIND int stands_before(Sorter *s, Less less, Value item, Value key, bool after_equal) {
    if (!after_equal) {
        return less(s->thread, item, key);
    }
    int smaller = less(s->thread, key, item);
    return smaller < 0 ? -1 : !smaller;
}

// How many of the `count` sorted keys stand before the place of `key`; -1: exception. Looks with
// growing steps from the end where the place is expected, then bisects. Looks for Ctrl-C, too: a
// merge comes here twice before it begins, and then, if the order is random, once for some hundred
// items.
FOR_EACH_KIND int64_t gallop(Sorter *s, Less less, Value key, const Value *keys, size_t count,
                             bool after_equal, bool from_end) {
    size_t low = 0, high = count, step = 1;
    bool stepping = true;
    if (!thread_poll_signals(s->thread)) {
        return -1;
    }
    while (low < high) {
        size_t at = low + (high - low) / 2;
        if (stepping) {
            size_t reach = step < high - low ? step : high - low;
            at = from_end ? high - reach : low + reach - 1;
            step *= 2;
        }
        int before = stands_before(s, less, keys[at], key, after_equal);
        if (before < 0) {
            return -1;
        }
        stepping = stepping && (before != 0) != from_end;
        if (before) {
            low = at + 1;
        } else {
            high = at;
        }
    }
    return (int64_t)low;
}

// Merge keys[start .. +left) with the `right` keys after them; the left side is moved out of the
// way and the result grows from the left. After an exception all items are still there.
FOR_EACH_KIND bool merge_upwards(Sorter *s, Less less, size_t start, size_t left, size_t right) {
    copy_to_spare(s, start, left);
    size_t i = 0, j = start + left, end = j + right, out = start;
    int left_wins = 0, right_wins = 0;
    int64_t more = 0;
    while (i < left && j < end && more >= 0) {
        int take_right = less(s->thread, s->keys[j], s->spare_keys[i]);
        if (take_right < 0) {
            more = -1;
        } else if (take_right) {
            move_one(s, out++, j++);
            left_wins = 0;
            if (++right_wins >= GALLOP_AFTER) {
                more = gallop(s, less, s->spare_keys[i], s->keys + j, end - j, false, false);
                size_t count = more < 0 ? 0 : (size_t)more;
                move_within(s, out, j, count);
                out += count;
                j += count;
                right_wins = 0;
            }
        } else {
            take_one(s, out++, i++);
            right_wins = 0;
            if (++left_wins >= GALLOP_AFTER) {
                more = gallop(s, less, s->keys[j], s->spare_keys + i, left - i, true, false);
                size_t count = more < 0 ? 0 : (size_t)more;
                take_from_spare(s, out, i, count);
                out += count;
                i += count;
                left_wins = 0;
            }
        }
    }
    take_from_spare(s, out, i, left - i);
    return more >= 0;
}

// The mirror image: the right side is moved away and the result grows from the right.
FOR_EACH_KIND bool merge_downwards(Sorter *s, Less less, size_t start, size_t left, size_t right) {
    copy_to_spare(s, start + left, right);
    size_t i = left, j = right, out = start + left + right;
    int left_wins = 0, right_wins = 0;
    int64_t more = 0;
    while (i > 0 && j > 0 && more >= 0) {
        int take_left = less(s->thread, s->spare_keys[j - 1], s->keys[start + i - 1]);
        if (take_left < 0) {
            more = -1;
        } else if (take_left) {
            move_one(s, --out, start + --i);
            right_wins = 0;
            if (++left_wins >= GALLOP_AFTER) {
                more = gallop(s, less, s->spare_keys[j - 1], s->keys + start, i, true, true);
                size_t count = more < 0 ? 0 : i - (size_t)more;
                out -= count;
                i -= count;
                move_within(s, out, start + i, count);
                left_wins = 0;
            }
        } else {
            take_one(s, --out, --j);
            left_wins = 0;
            if (++right_wins >= GALLOP_AFTER) {
                more = gallop(s, less, s->keys[start + i - 1], s->spare_keys, j, false, true);
                size_t count = more < 0 ? 0 : j - (size_t)more;
                out -= count;
                j -= count;
                take_from_spare(s, out, j, count);
                right_wins = 0;
            }
        }
    }
    take_from_spare(s, start + i, 0, j);
    return more >= 0;
}

// Merge the last two runs on the stack.
FOR_EACH_KIND bool merge_last(Sorter *s, Less less) {
    Run *run = &s->runs[s->run_count - 2];
    size_t start = run->start, left = run->length, right = run[1].length;
    run->length += right;
    s->run_count--;
    // What is in place already at either end need not take part.
    const Value *keys = s->keys + start;
    int64_t skip = gallop(s, less, keys[left], keys, left, true, false);
    if (skip < 0 || (size_t)skip == left) {
        return skip >= 0;
    }
    int64_t kept = gallop(s, less, keys[left - 1], keys + left, right, false, true);
    if (kept <= 0) {
        return kept == 0;
    }
    start += (size_t)skip;
    left -= (size_t)skip;
    right = (size_t)kept;
    return left <= right ? merge_upwards(s, less, start, left, right)
                         : merge_downwards(s, less, start, left, right);
}

// Powersort: think of the balanced binary tree over the whole array; the power of the boundary
// between two runs is the depth of the highest node between their midpoints. Deeper boundaries are
// merged first.
static int boundary_power(const Run *left, size_t right_length, size_t total) {
    size_t a = 2 * left->start + left->length;
    size_t b = a + left->length + right_length;
    for (int power = 1;; power++) {
        if (a >= total) {
            a -= total;
            b -= total;
        } else if (b >= total) {
            return power;
        }
        a *= 2;
        b *= 2;
    }
}

FOR_EACH_KIND bool push_run(Sorter *s, Less less, size_t start, size_t length, size_t total) {
    if (s->run_count > 0) {
        int power = boundary_power(&s->runs[s->run_count - 1], length, total);
        while (s->run_count > 1 && s->runs[s->run_count - 2].power > power) {
            if (!merge_last(s, less)) {
                return false;
            }
        }
        s->runs[s->run_count - 1].power = power;
    }
    s->runs[s->run_count++] = (Run){start, length, 0};
    return true;
}

// Runs shorter than this are filled up; chosen so that total / result is a power of two or a
// little less, which keeps the merges balanced.
static size_t shortest_run(size_t total) {
    size_t odd = 0;
    while (total >= SHORTEST_MERGED) {
        odd |= total & 1;
        total >>= 1;
    }
    return total + odd;
}

FOR_EACH_KIND bool sort_by(Sorter *s, Less less, size_t total) {
    size_t shortest = shortest_run(total);
    for (size_t start = 0; start < total;) {
        size_t length = count_run(s, less, start, total);
        if (length == 0) {
            return false;
        }
        size_t wanted = total - start < shortest ? total - start : shortest;
        if (length < wanted) {
            if (!insert_each(s, less, start, start + length, start + wanted)) {
                return false;
            }
            length = wanted;
        }
        if (!push_run(s, less, start, length, total)) {
            return false;
        }
        start += length;
    }
    while (s->run_count > 1) {
        if (!merge_last(s, less)) {
            return false;
        }
    }
    return true;
}

typedef enum KeyKind { KEYS_MIXED, KEYS_INT, KEYS_FLOAT, KEYS_LATIN1, KEYS_TUPLE } KeyKind;

static KeyKind kind_of_key(Value key) {
    if (is_small_int(key)) {
        return KEYS_INT;
    }
    if (is_float(key)) {
        return KEYS_FLOAT;
    }
    if (is_exactly(key, LAYOUT_STR)) {
        return as_str(key)->width == 1 ? KEYS_LATIN1 : KEYS_MIXED;
    }
    return is_exactly(key, LAYOUT_TUPLE) ? KEYS_TUPLE : KEYS_MIXED;
}

static KeyKind kind_of_all(const Value *keys, size_t count) {
    KeyKind kind = kind_of_key(keys[0]);
    for (size_t i = 1; i < count && kind != KEYS_MIXED; i++) {
        if (kind_of_key(keys[i]) != kind) {
            kind = KEYS_MIXED;
        }
    }
    return kind;
}

bool sort_values(Thread *thread, Value *keys, Value *values, size_t count) {
    if (count < 2) {
        return true;
    }
    Sorter sorter;
    sorter.thread = thread;
    sorter.keys = keys;
    sorter.values = values;
    sorter.spare_keys = sorter.spare_values = NULL;
    sorter.spare_capacity = sorter.run_count = 0;
    switch (kind_of_all(keys, count)) {
    case KEYS_INT:
        return sort_by(&sorter, less_int, count);
    case KEYS_FLOAT:
        return sort_by(&sorter, less_float, count);
    case KEYS_LATIN1:
        return sort_by(&sorter, less_latin1, count);
    case KEYS_TUPLE:
        return sort_by(&sorter, less_tuple, count);
    default:
        return sort_by(&sorter, less_any, count);
    }
}
