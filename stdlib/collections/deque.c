// SPDX-License-Identifier: MIT
//
// collections.deque: a row of items that grows and shrinks at both ends.
//
// The items lie in a ring buffer whose capacity is a power of two: item i is at (first + i) modulo
// capacity, so both ends move without copying anything and deque[i] is one load. (CPython links
// blocks of 64 items, where the middle costs a walk.) `version` changes with every item that comes
// or goes; an iterator remembers it and refuses to go on afterwards. append and popleft are single
// native calls and so, under the GIL, steps that no other thread can see half done.
#include "collections_parts.h"

#include "arguments.h"
#include "reduce.h"
#include "slice.h"

static Deque *as_deque(Value v) {
    return (Deque *)as_object(v);
}

static Value *slot_of(const Deque *deque, size_t index) {
    return &deque->items[(deque->first + index) & (deque->capacity - 1)];
}

static void deque_grow(Thread *thread, Deque *deque) {
    size_t capacity = deque->capacity == 0 ? 8 : 2 * deque->capacity;
    Value *items = heap_allocate(thread_heap(thread), CELL_BUFFER, capacity * sizeof(Value));
    for (size_t i = 0; i < deque->length; i++)
        items[i] = *slot_of(deque, i);
    Value *old = deque->items;
    deque->items = items;
    deque->capacity = capacity;
    deque->first = 0;
    heap_free_buffer(thread_heap(thread), old);
}

static Value pop_first(Deque *deque) {
    Value *slot = slot_of(deque, 0), item = *slot;
    *slot = VALUE_NONE;
    deque->first = (deque->first + 1) & (deque->capacity - 1);
    deque->length--;
    deque->version++;
    return item;
}

static Value pop_last(Deque *deque) {
    Value *slot = slot_of(deque, deque->length - 1), item = *slot;
    *slot = VALUE_NONE;
    deque->length--;
    deque->version++;
    return item;
}

static void push_last(Thread *thread, Deque *deque, Value item) {
    if (deque->length == deque->capacity)
        deque_grow(thread, deque);
    *slot_of(deque, deque->length++) = item;
    deque->version++;
    if (deque->maximum >= 0 && deque->length > (size_t)deque->maximum)
        pop_first(deque);
}

static void push_first(Thread *thread, Deque *deque, Value item) {
    if (deque->length == deque->capacity)
        deque_grow(thread, deque);
    deque->first = (deque->first - 1) & (deque->capacity - 1);
    *slot_of(deque, 0) = item;
    deque->length++;
    deque->version++;
    if (deque->maximum >= 0 && deque->length > (size_t)deque->maximum)
        pop_last(deque);
}

static Deque *deque_new(Thread *thread, Type *type, int64_t maximum) {
    Deque *deque = object_new(thread, type);
    deque->maximum = maximum;
    return deque;
}

// Append the items of an array, which does not change meanwhile: `push` runs no Mini code.
static bool extend_by_array(Thread *thread, Deque *deque, const Value *items, size_t count,
                            void (*push)(Thread *, Deque *, Value)) {
    for (size_t i = 0; i < count; i++)
        push(thread, deque, items[i]);
    return true;
}

// Append each item of `iterable` with `push`.
static bool extend_with(Thread *thread, Deque *deque, Value iterable,
                        void (*push)(Thread *, Deque *, Value)) {
    if (value_same(iterable, value_object(deque)))
        iterable = operation_to_list(thread, iterable);
    if (is_exactly(iterable, LAYOUT_LIST))
        return extend_by_array(thread, deque, as_list(iterable)->items, as_list(iterable)->length,
                               push);
    Value iterator = is_error(iterable) ? iterable : operation_iter(thread, iterable);
    if (is_error(iterator))
        return false;
    for (;;) {
        Value item = operation_next(thread, iterator);
        if (is_undefined(item) || is_error(item))
            return is_undefined(item);
        push(thread, deque, item);
    }
}

static bool read_maximum(Thread *thread, Value v, int64_t *maximum) {
    *maximum = -1;
    if (is_undefined(v) || is_none(v))
        return true;
    if (!is_integral(v))
        return raise_false(thread, ERROR_TypeError, "an integer is required");
    if (!operation_index_int64(thread, v, maximum))
        return false;
    return *maximum >= 0 || raise_false(thread, ERROR_ValueError, "maxlen must be non-negative");
}

// Append what is in `other`.
static void push_all(Thread *thread, Deque *deque, const Deque *other) {
    for (size_t i = 0; i < other->length; i++)
        push_last(thread, deque, *slot_of(other, i));
}

static Value deque_construct(Thread *thread, Value callee, Value *args, size_t count,
                             Tuple *keywords) {
    static const ArgumentsSpec spec = {"deque", {"iterable", "maxlen"}, 0};
    Value given[2];
    int64_t maximum;
    if (!arguments_bind(thread, &spec, args, count, keywords, given) ||
        !read_maximum(thread, given[1], &maximum))
        return VALUE_ERROR;
    Deque *deque = deque_new(thread, as_type(callee), maximum);
    if (is_object(given[0]) && object_type(given[0]) == library_late_type(thread, LATE_deque)) {
        push_all(thread, deque, as_deque(given[0]));
        return value_object(deque);
    }
    if (!is_undefined(given[0]) && !extend_with(thread, deque, given[0], push_last))
        return VALUE_ERROR;
    return value_object(deque);
}

static Deque *deque_duplicate(Thread *thread, const Deque *deque) {
    Deque *copy = deque_new(thread, library_late_type(thread, LATE_deque), deque->maximum);
    push_all(thread, copy, deque);
    return copy;
}

static Value append_method(Thread *thread, Value *args) {
    push_last(thread, as_deque(args[0]), args[1]);
    return VALUE_NONE;
}
static Value appendleft_method(Thread *thread, Value *args) {
    push_first(thread, as_deque(args[0]), args[1]);
    return VALUE_NONE;
}
static Value pop_method(Thread *thread, Value *args) {
    if (as_deque(args[0])->length == 0)
        return raise_error(thread, ERROR_IndexError, "pop from an empty deque");
    return pop_last(as_deque(args[0]));
}
static Value popleft_method(Thread *thread, Value *args) {
    if (as_deque(args[0])->length == 0)
        return raise_error(thread, ERROR_IndexError, "pop from an empty deque");
    return pop_first(as_deque(args[0]));
}
static Value extend_method(Thread *thread, Value *args) {
    return extend_with(thread, as_deque(args[0]), args[1], push_last) ? VALUE_NONE : VALUE_ERROR;
}
static Value extendleft_method(Thread *thread, Value *args) {
    return extend_with(thread, as_deque(args[0]), args[1], push_first) ? VALUE_NONE : VALUE_ERROR;
}
static Value clear_method(Thread *thread, Value *args) {
    (void)thread;
    Deque *deque = as_deque(args[0]);
    deque->items = NULL;
    deque->length = deque->capacity = deque->first = 0;
    deque->version++;
    return VALUE_NONE;
}

static Value copy_method(Thread *thread, Value *args) {
    const Deque *deque = as_deque(args[0]);
    Type *type = object_type(args[0]);
    if (type == library_late_type(thread, LATE_deque))
        return value_object(deque_duplicate(thread, deque));
    Value given[] = {args[0], int_from_int64(thread, deque->maximum)};
    return call_value(thread, value_object(type), given, deque->maximum < 0 ? 1 : 2);
}

// Turn right by `steps`, which is in 0 .. length.
static void rotate_right(Deque *deque, size_t steps) {
    for (size_t i = 0; i < steps; i++) {
        Value item = *slot_of(deque, deque->length - 1);
        *slot_of(deque, deque->length - 1) = VALUE_NONE;
        deque->first = (deque->first - 1) & (deque->capacity - 1);
        *slot_of(deque, 0) = item;
    }
}
static void rotate_left(Deque *deque, size_t steps) {
    for (size_t i = 0; i < steps; i++) {
        Value item = *slot_of(deque, 0);
        *slot_of(deque, 0) = VALUE_NONE;
        deque->first = (deque->first + 1) & (deque->capacity - 1);
        *slot_of(deque, deque->length - 1) = item;
    }
}
static void rotate(Deque *deque, int64_t steps) {
    if (deque->length < 2)
        return;
    int64_t length = (int64_t)deque->length;
    int64_t right = (steps % length + length) % length;
    deque->version++;
    if (right <= length / 2)
        rotate_right(deque, (size_t)right);
    else
        rotate_left(deque, (size_t)(length - right));
}

static Value rotate_method(Thread *thread, Value *args) {
    int64_t steps;
    if (!operation_index_int64(thread, args[1], &steps))
        return VALUE_ERROR;
    rotate(as_deque(args[0]), steps);
    return VALUE_NONE;
}

static Value reverse_method(Thread *thread, Value *args) {
    (void)thread;
    const Deque *deque = as_deque(args[0]);
    for (size_t i = 0; i < deque->length / 2; i++) {
        Value *a = slot_of(deque, i), *b = slot_of(deque, deque->length - 1 - i), item = *a;
        *a = *b;
        *b = item;
    }
    return VALUE_NONE;
}

// The place of `item` in [start, stop), -1 if absent, -2 with an exception.
static int64_t deque_find(Thread *thread, const Deque *deque, Value item, size_t start,
                          size_t stop) {
    uint64_t version = deque->version;
    for (size_t i = start; i < stop && i < deque->length; i++) {
        int equal = container_equal(thread, *slot_of(deque, i), item);
        if (equal < 0)
            return -2;
        if (deque->version != version) {
            raise_error(thread, ERROR_RuntimeError, "deque mutated during iteration");
            return -2;
        }
        if (equal)
            return (int64_t)i;
    }
    return -1;
}

static Value count_method(Thread *thread, Value *args) {
    const Deque *deque = as_deque(args[0]);
    int64_t count = 0, at = -1;
    while ((at = deque_find(thread, deque, args[1], (size_t)(at + 1), SIZE_MAX)) >= 0)
        count++;
    return at == -2 ? VALUE_ERROR : int_from_int64(thread, count);
}

static Value index_method(Thread *thread, Value *args) {
    const Deque *deque = as_deque(args[0]);
    size_t start = 0, stop = deque->length;
    if ((!is_undefined(args[2]) && !sequence_bound(thread, args[2], deque->length, &start)) ||
        (!is_undefined(args[3]) && !sequence_bound(thread, args[3], deque->length, &stop)))
        return VALUE_ERROR;
    int64_t at = deque_find(thread, deque, args[1], start, stop);
    if (at >= 0)
        return int_from_int64(thread, at);
    Str *text = at == -2 ? NULL : operation_repr(thread, args[1]);
    return text
               ? raise_error(thread, ERROR_ValueError, "%s is not in deque", str_text(thread, text))
               : VALUE_ERROR;
}

static void insert_at(Thread *thread, Deque *deque, size_t index, Value item) {
    push_last(thread, deque, item);
    for (size_t i = deque->length - 1; i > index; i--)
        *slot_of(deque, i) = *slot_of(deque, i - 1);
    *slot_of(deque, index) = item;
}

static Value insert_method(Thread *thread, Value *args) {
    Deque *deque = as_deque(args[0]);
    int64_t index;
    if (!operation_index_int64(thread, args[1], &index))
        return VALUE_ERROR;
    int64_t length = (int64_t)deque->length;
    if (deque->maximum >= 0 && length >= deque->maximum)
        return raise_error(thread, ERROR_IndexError, "deque already at its maximum size");
    index = index < 0 ? index + length : index;
    insert_at(thread, deque, (size_t)(index < 0 ? 0 : index > length ? length : index), args[2]);
    return VALUE_NONE;
}

static void remove_at(Deque *deque, size_t index) {
    for (size_t i = index; i + 1 < deque->length; i++)
        *slot_of(deque, i) = *slot_of(deque, i + 1);
    pop_last(deque);
}

static Value remove_method(Thread *thread, Value *args) {
    Deque *deque = as_deque(args[0]);
    int64_t at = deque_find(thread, deque, args[1], 0, SIZE_MAX);
    if (at == -1) {
        Str *text = operation_repr(thread, args[1]);
        return text ? raise_error(thread, ERROR_ValueError, "%s is not in deque",
                                  str_text(thread, text))
                    : VALUE_ERROR;
    }
    if (at < 0)
        return VALUE_ERROR;
    remove_at(deque, (size_t)at);
    return VALUE_NONE;
}

// ---- Slots ----

static int64_t length_slot(Thread *thread, Value self) {
    (void)thread;
    return (int64_t)as_deque(self)->length;
}

static int contains_slot(Thread *thread, Value self, Value item) {
    int64_t at = deque_find(thread, as_deque(self), item, 0, SIZE_MAX);
    return at == -2 ? -1 : at >= 0;
}

static bool item_index(Thread *thread, const Deque *deque, Value key, size_t *index) {
    if (is_small_int(key) && sequence_small_index(key, deque->length, index))
        return true;
    int64_t number;
    if (!is_integral(key) && type_of(thread, key)->slots.index == NULL)
        return raise_false(thread, ERROR_TypeError, "sequence index must be integer, not '%s'",
                           type_name(thread, key));
    if (!operation_index_size(thread, key, ERROR_IndexError, &number))
        return false;
    number = number < 0 ? number + (int64_t)deque->length : number;
    *index = (size_t)number;
    return *index < deque->length ||
           raise_false(thread, ERROR_IndexError, "deque index out of range");
}

static Value get_item_slot(Thread *thread, Value self, Value key) {
    size_t index;
    const Deque *deque = as_deque(self);
    return item_index(thread, deque, key, &index) ? *slot_of(deque, index) : VALUE_ERROR;
}

static bool set_item_slot(Thread *thread, Value self, Value key, Value v) {
    size_t index;
    Deque *deque = as_deque(self);
    if (!item_index(thread, deque, key, &index))
        return false;
    if (is_undefined(v))
        remove_at(deque, index);
    else
        *slot_of(deque, index) = v;
    return true;
}

static Value compare_slot(Thread *thread, Value left, Value right, CompareOp op) {
    const Type *type = library_late_type(thread, LATE_deque);
    if (!is_instance_of(left, type) || !is_instance_of(right, type))
        return VALUE_NOT_IMPLEMENTED;
    const Deque *a = as_deque(left), *b = as_deque(right);
    if ((op == COMPARE_EQ || op == COMPARE_NE) && a->length != b->length)
        return value_bool(op == COMPARE_NE);
    for (size_t i = 0; i < a->length && i < b->length; i++) {
        Value x = *slot_of(a, i), y = *slot_of(b, i);
        int equal = container_equal(thread, x, y);
        if (equal < 0)
            return VALUE_ERROR;
        if (!equal && (op == COMPARE_EQ || op == COMPARE_NE))
            return value_bool(op == COMPARE_NE);
        if (!equal)
            return operation_compare(thread, op, x, y);
    }
    return container_compare_lengths(a->length, b->length, op);
}

static Value add_slot(Thread *thread, Value left, Value right) {
    const Type *type = library_late_type(thread, LATE_deque);
    if (!is_instance_of(left, type))
        return VALUE_NOT_IMPLEMENTED;
    if (!is_instance_of(right, type))
        return raise_error(thread, ERROR_TypeError,
                           "can only concatenate deque (not \"%s\") to deque",
                           type_name(thread, right));
    Value copy = copy_method(thread, &left);
    if (is_error(copy) || !extend_with(thread, as_deque(copy), right, push_last))
        return VALUE_ERROR;
    return copy;
}

static Value inplace_add_slot(Thread *thread, Value left, Value right) {
    return extend_with(thread, as_deque(left), right, push_last) ? left : VALUE_ERROR;
}

// Make the deque `count` copies of itself.
static Value repeat_in_place(Thread *thread, Value self, size_t count) {
    Deque *deque = as_deque(self);
    size_t length = deque->length;
    if (count == 0 || length == 0)
        return clear_method(thread, &self), self;
    if (deque->maximum >= 0 && count > (size_t)deque->maximum / length + 2)
        count = (size_t)deque->maximum / length + 2; // the rest would be pushed out again
    if (count > SIZE_MAX / 64 / length)
        return container_too_large(thread) ? self : VALUE_ERROR;
    const Deque *original = deque_duplicate(thread, deque);
    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; j < length; j++)
            push_last(thread, deque, *slot_of(original, j));
    return self;
}

static Value multiply_slot(Thread *thread, Value left, Value right) {
    bool swapped = !is_instance_of(left, library_late_type(thread, LATE_deque));
    size_t count;
    Value result;
    if (!container_factor(thread, left, right, swapped, &count, &result))
        return result;
    Value copy = copy_method(thread, swapped ? &right : &left);
    return is_error(copy) ? copy : repeat_in_place(thread, copy, count);
}

static Value inplace_multiply_slot(Thread *thread, Value left, Value right) {
    size_t count;
    Value result;
    return container_factor(thread, left, right, false, &count, &result)
               ? repeat_in_place(thread, left, count)
               : result;
}

static bool add_items(TextBuilder *out, const Deque *deque) {
    for (size_t i = 0; i < deque->length; i++) {
        text_builder_add_c(out, i > 0 ? ", " : "");
        if (!text_builder_add_repr(out, *slot_of(deque, i)))
            return false;
    }
    return true;
}

static Value repr_slot(Thread *thread, Value self) {
    int entered = repr_enter(thread, self);
    if (entered != 0)
        return entered < 0 ? VALUE_ERROR : value_object(str_from_c(thread, "[...]"));
    TextBuilder out;
    text_builder_init(&out, thread);
    text_builder_add_printf(&out, "%s([", type_short_name(object_type(self)));
    bool ok = add_items(&out, as_deque(self));
    text_builder_put(&out, ']');
    if (as_deque(self)->maximum >= 0)
        text_builder_add_printf(&out, ", maxlen=%lld", (long long)as_deque(self)->maximum);
    text_builder_put(&out, ')');
    repr_leave(thread, self);
    return ok ? value_object(text_builder_finish(&out)) : VALUE_ERROR;
}

// ---- Iterators ----

typedef struct DequeIterator {
    Object object;
    uint64_t index; // items given so far
    Deque *deque;
    uint64_t version;
    bool backwards;
} DequeIterator;

static Value iterator_over(Thread *thread, Value deque, bool backwards) {
    LateType type = backwards ? LATE_deque_reverse_iterator : LATE_deque_iterator;
    DequeIterator *it = object_new(thread, library_late_type(thread, type));
    it->deque = as_deque(deque);
    it->version = it->deque->version;
    it->backwards = backwards;
    return value_object(it);
}

static Value iter_slot(Thread *thread, Value self) {
    return iterator_over(thread, self, false);
}
static Value reversed_method(Thread *thread, Value *args) {
    return iterator_over(thread, args[0], true);
}

static Value iterator_next(Thread *thread, Value self) {
    DequeIterator *it = (DequeIterator *)as_object(self);
    const Deque *deque = it->deque;
    if (it->version != deque->version && it->index != UINT64_MAX) {
        it->index = UINT64_MAX;
        return raise_error(thread, ERROR_RuntimeError, "deque mutated during iteration");
    }
    if (it->index >= deque->length) {
        it->index = UINT64_MAX;
        return VALUE_UNDEFINED;
    }
    size_t i = it->index++;
    return *slot_of(deque, it->backwards ? deque->length - 1 - i : i);
}

static Value iterator_walks(Value self) {
    return value_object(((const DequeIterator *)as_object(self))->deque);
}

static size_t items_given(const DequeIterator *it) {
    return it->index < it->deque->length ? it->index : it->deque->length;
}

// An iterator over a deque, behind so many items: what copies of one are made with.
static Value iterator_construct(Thread *thread, Value callee, Value *args, size_t count,
                                Tuple *keywords) {
    int64_t given = 0;
    bool backwards = as_type(callee) == library_late_type(thread, LATE_deque_reverse_iterator);
    if (!container_arguments(thread, type_short_name(as_type(callee)), count, keywords, 1, 2))
        return VALUE_ERROR;
    if (!is_instance_of(args[0], library_late_type(thread, LATE_deque)))
        return raise_error(thread, ERROR_TypeError, "argument 1 must be collections.deque, not %s",
                           argument_type_name(thread, args[0]));
    if (count > 1 && !operation_index_clamped(thread, args[1], &given))
        return VALUE_ERROR;
    Value made = iterator_over(thread, args[0], backwards);
    DequeIterator *it = (DequeIterator *)as_object(made);
    it->index = given > 0 ? (uint64_t)given : 0;
    it->index = items_given(it);
    return made;
}

static Value iterator_reduce(Thread *thread, Value *args) {
    const DequeIterator *it = (DequeIterator *)as_object(args[0]);
    Value given = int_from_uint64(thread, items_given(it));
    return tuple_pair(thread, value_object(object_type(args[0])),
                      tuple_pair(thread, value_object(it->deque), given));
}

static Value iterator_hint(Thread *thread, Value *args) {
    const DequeIterator *it = (DequeIterator *)as_object(args[0]);
    return int_from_uint64(thread, it->deque->length - items_given(it));
}

static void iterator_trace(Marker *marker, Object *self) {
    mark_object(marker, ((DequeIterator *)self)->deque);
}

static void deque_trace(Marker *marker, Object *self) {
    const Deque *deque = (Deque *)self;
    mark_buffer(marker, deque->items);
    for (size_t i = 0; i < deque->length; i++)
        mark_value(marker, *slot_of(deque, i));
}

static Value get_maximum(Thread *thread, Value self) {
    int64_t maximum = as_deque(self)->maximum;
    return maximum < 0 ? VALUE_NONE : int_from_int64(thread, maximum);
}

// (type, ((), maxlen), state, items): as CPython's, so that subclasses keep their attributes.
static Value reduce_method(Thread *thread, Value *args) {
    Value state = call_method(thread, args[0], str_intern_c(thread, "__getstate__"), NULL, 0);
    Value items = is_error(state) ? state : operation_iter(thread, args[0]);
    if (is_error(items))
        return items;
    Value nothing = value_object(thread->interpreter->empty_tuple);
    Value maximum = get_maximum(thread, args[0]);
    Value arguments = is_none(maximum) ? nothing : tuple_pair(thread, nothing, maximum);
    Value parts[] = {value_object(object_type(args[0])), arguments, state, items};
    return value_object(tuple_from_array(thread, parts, 4));
}

static const NativeSpec deque_methods[] = {
    REDUCE_METHOD(reduce_method),
    NATIVE("append", append_method, "(self, item, /)", "Add an item at the right end."),
    NATIVE("appendleft", appendleft_method, "(self, item, /)", "Add an item at the left end."),
    NATIVE("pop", pop_method, "(self, /)", "Remove and return the rightmost item."),
    NATIVE("popleft", popleft_method, "(self, /)", "Remove and return the leftmost item."),
    NATIVE("extend", extend_method, "(self, iterable, /)", "Add items at the right end."),
    NATIVE("extendleft", extendleft_method, "(self, iterable, /)", "Add items at the left end."),
    NATIVE("clear", clear_method, "(self, /)", "Remove all items."),
    NATIVE("copy", copy_method, "(self, /)", "A shallow copy."),
    NATIVE("__copy__", copy_method, "(self, /)", "A shallow copy."),
    NATIVE("rotate", rotate_method, "(self, n=1, /)", "Turn n steps to the right."),
    NATIVE("reverse", reverse_method, "(self, /)", "Reverse in place."),
    NATIVE("count", count_method, "(self, item, /)", "How often the item occurs."),
    NATIVE("index", index_method, "(self, item, start=..., stop=..., /)",
           "The first place of the item; ValueError if absent."),
    NATIVE("insert", insert_method, "(self, index, item, /)", "Insert before index."),
    NATIVE("remove", remove_method, "(self, item, /)", "Remove the first such item."),
    NATIVE("__reversed__", reversed_method, "(self, /)", "An iterator from the right end."),
    {"__class_getitem__", container_class_item, "(cls, item, /)", "See PEP 585",
     NATIVE_CLASS_METHOD},
    NATIVE_END,
};
static const GetSetSpec deque_getsets[] = {
    GETSET("maxlen", get_maximum, NULL, "The maximum size, or None."),
    GETSET_END,
};
static const NativeSpec iterator_methods[] = {
    REDUCE_METHOD(iterator_reduce),
    NATIVE("__length_hint__", iterator_hint, "(self, /)", "How many items are left."),
    NATIVE_END,
};

const TypeSpec deque_type_spec = {
    .name = "collections.deque",
    .doc = "(iterable=(), maxlen=None)\n--\n\n"
           "A list-like sequence optimised for access at both ends.",
    .flags = TYPE_WEAK | TYPE_UNHASHABLE | TYPE_HAS_INIT | TYPE_PATTERN_SEQUENCE | TYPE_CONTAINER |
             TYPE_POSITIONS_ONLY,
    .size = sizeof(Deque),
    .slots = {.repr = repr_slot,
              .length = length_slot,
              .contains = contains_slot,
              .get_item = get_item_slot,
              .set_item = set_item_slot,
              .iter = iter_slot,
              .compare = compare_slot,
              .binary = {[BINARY_ADD] = add_slot, [BINARY_MUL] = multiply_slot},
              .inplace = {[BINARY_ADD] = inplace_add_slot, [BINARY_MUL] = inplace_multiply_slot},
              .construct = deque_construct,
              .trace = deque_trace},
    .methods = deque_methods,
    .getsets = deque_getsets,
};
const TypeSpec deque_iterator_type_spec = {
    .name = "collections._deque_iterator",
    .flags = TYPE_FINAL,
    .size = sizeof(DequeIterator),
    .slots = {.iter = iterator_self,
              .next = iterator_next,
              .construct = iterator_construct,
              .trace = iterator_trace},
    .methods = iterator_methods,
    .walks = iterator_walks,
};
const TypeSpec deque_reverse_iterator_type_spec = {
    .name = "collections._deque_reverse_iterator",
    .flags = TYPE_FINAL,
    .size = sizeof(DequeIterator),
    .slots = {.iter = iterator_self,
              .next = iterator_next,
              .construct = iterator_construct,
              .trace = iterator_trace},
    .methods = iterator_methods,
    .walks = iterator_walks,
};
