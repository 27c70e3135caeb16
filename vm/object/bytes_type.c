// SPDX-License-Identifier: MIT
//
// The type bytes and its iterator, and the slots and the constructor that bytearray shares.
//
// bytes(x) accepts so many kinds of x that their order matters: a str with an encoding, an object
// with __bytes__, anything bytes-like, a number (of zero bytes), an iterable of numbers. It is the
// order in which CPython asks.
#include "arguments.h"
#include "byte_builder.h"
#include "bytearray.h"
#include "bytes_methods.h"
#include "call.h"
#include "container.h"
#include "format_string.h"
#include "int.h"
#include "interpreter.h"
#include "iterators.h"
#include "memoryview.h"
#include "operations.h"
#include "slice.h"
#include "slots.h"
#include "str.h"
#include "str_copy.h"
#include "tuple.h"
#include "type.h"
#include "warning.h"

bool bytes_read_byte(Thread *thread, Value v, uint8_t *byte) {
    int64_t n;
    Value number = operation_index(thread, v);
    if (is_error(number))
        return false;
    if (!int_to_int64(number, &n) || n < 0 || n > 255)
        return raise_false(thread, ERROR_ValueError, "byte must be in range(0, 256)");
    *byte = (uint8_t)n;
    return true;
}

static Value slot_repr(Thread *thread, Value self) {
    return value_object(bytes_repr(thread, as_bytes(self)->data, as_bytes(self)->length, false));
}

static Value slot_str(Thread *thread, Value self) {
    if (thread->interpreter->options.flags.bytes_warning > 0 &&
        !warning_give(thread, ERROR_BytesWarning, "str() on a bytes instance"))
        return VALUE_ERROR;
    return slot_repr(thread, self);
}

static bool slot_hash(Thread *thread, Value self, uint64_t *hash) {
    Bytes *bytes = as_bytes(self);
    if (!bytes->hash)
        bytes->hash = bytes_hash(thread, bytes->data, bytes->length);
    *hash = bytes->hash;
    return true;
}

static int slot_truth(Thread *thread, Value self) {
    (void)thread;
    return as_bytes(self)->length != 0;
}

static int64_t slot_length(Thread *thread, Value self) {
    (void)thread;
    return (int64_t)as_bytes(self)->length;
}

static Value get_slice(Thread *thread, Value self, Value key) {
    int64_t start, step;
    size_t count;
    if (!slice_resolve(thread, key, as_bytes(self)->length, &start, &step, &count))
        return VALUE_ERROR;
    const uint8_t *data = as_bytes(self)->data;
    if (step == 1)
        return bytes_like_new(thread, self, data + start, count);
    Bytes *result = bytes_new_unfilled(thread, count);
    if (count > 0)
        str_copy_steps(bytes_contents(result), data + start, step, count);
    return value_object(result);
}

static Value slot_get_item(Thread *thread, Value self, Value key) {
    if (is_slice(key))
        return get_slice(thread, self, key);
    int64_t index, length = (int64_t)as_bytes(self)->length;
    if (!is_integral(key) && !type_of(thread, key)->slots.index)
        return raise_error(thread, ERROR_TypeError,
                           "byte indices must be integers or slices, not %s",
                           type_name(thread, key));
    if (is_small_int(key))
        index = as_small_int(key);
    else if (!operation_index_size(thread, key, ERROR_IndexError, &index))
        return VALUE_ERROR;
    index += index < 0 ? length : 0;
    if (index < 0 || index >= length)
        return raise_error(thread, ERROR_IndexError, "index out of range");
    return value_small_int(as_bytes(self)->data[index]);
}

// With -b a comparison that can only be a mistake, of bytes with text, is told.
static Value compare_with_others(Thread *thread, Value left, Value right, CompareOp op) {
    bool tells = thread->interpreter->options.flags.bytes_warning > 0 &&
                 (op == COMPARE_EQ || op == COMPARE_NE);
    bool is_text = is_str(left) || is_str(right);
    if (tells && (is_text || is_integral(left) || is_integral(right)) &&
        !warning_give(thread, ERROR_BytesWarning,
                      is_text ? "Comparison between bytes and string"
                              : "Comparison between bytes and int"))
        return VALUE_ERROR;
    return VALUE_NOT_IMPLEMENTED;
}

// As a bytearray does it, which compares itself with everything that holds bytes.
Value bytes_compare(Thread *thread, Value left, Value right, CompareOp op) {
    BytesView a, b;
    if (is_bytes(left) && is_bytes(right)) {
        a = (BytesView){as_bytes(left)->data, as_bytes(left)->length};
        b = (BytesView){as_bytes(right)->data, as_bytes(right)->length};
    } else if ((!is_bytearray(left) && !is_bytearray(right)) ||
               !bytes_view_gathered(thread, left, &a) || !bytes_view_gathered(thread, right, &b)) {
        return compare_with_others(thread, left, right, op);
    }
    if (op == COMPARE_EQ || op == COMPARE_NE) {
        bool equal = a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
        return value_bool(equal == (op == COMPARE_EQ));
    }
    int order = memcmp(a.data, b.data, a.length < b.length ? a.length : b.length);
    if (order == 0)
        order = (a.length > b.length) - (a.length < b.length);
    return compare_result(order, op);
}

static Value slot_compare(Thread *thread, Value left, Value right, CompareOp op) {
    return is_bytes(right) ? bytes_compare(thread, left, right, op)
                           : compare_with_others(thread, left, right, op);
}

static bool is_concatenable(Value v) {
    return is_bytes(v) || is_bytearray(v);
}

Value bytes_concat(Thread *thread, Value left, Value right) {
    BytesView a, b;
    if (!is_concatenable(left))
        return VALUE_NOT_IMPLEMENTED;
    if (!bytes_view_optional(thread, right, &b))
        return raise_error(thread, ERROR_TypeError, "can't concat %s to %s",
                           type_name(thread, right), type_name(thread, left));
    a = bytes_self(left);
    if (a.length + b.length > STR_MAX_LENGTH)
        return raise_error(thread, ERROR_MemoryError, "%s", "");
    if (a.length == 0 && is_exactly(left, LAYOUT_BYTES) && is_exactly(right, LAYOUT_BYTES))
        return right;
    if (b.length == 0 && is_exactly(left, LAYOUT_BYTES))
        return left;
    size_t length = a.length + b.length;
    Value result = is_bytes(left) ? value_object(bytes_new_unfilled(thread, length))
                                  : value_object(bytearray_new_unfilled(thread, length));
    uint8_t *data = (uint8_t *)(uintptr_t)bytes_self(result).data;
    memcpy(data, a.data, a.length);
    memcpy(data + a.length, b.data, b.length);
    return result;
}

Value bytes_repeat(Thread *thread, Value left, Value right) {
    bool swapped = !is_concatenable(left);
    size_t times, total;
    Value self = swapped ? right : left, result;
    if (!container_factor(thread, left, right, swapped, &times, &result))
        return result;
    BytesView s = bytes_self(self);
    if (__builtin_mul_overflow(times, s.length, &total) || total > INT64_MAX)
        return is_bytes(self)
                   ? raise_error(thread, ERROR_OverflowError, "repeated bytes are too long")
                   : raise_error(thread, ERROR_MemoryError, "%s", "");
    if (total > STR_MAX_LENGTH)
        return raise_error(thread, ERROR_MemoryError, "%s", "");
    if (times == 1)
        return bytes_like_new(thread, self, s.data, s.length);
    result = bytes_like_new(thread, self, NULL, total);
    if (is_error(result) || !total)
        return result;
    uint8_t *data = (uint8_t *)(uintptr_t)bytes_self(result).data;
    if (s.length == 1) {
        memset(data, *s.data, total);
        return result;
    }
    for (size_t i = 0; i < times; i++)
        memcpy(data + i * s.length, s.data, s.length);
    return result;
}

Value bytes_modulo(Thread *thread, Value left, Value right) {
    if (!is_concatenable(left))
        return VALUE_NOT_IMPLEMENTED;
    Value result = format_bytes_percent(thread, left, right);
    if (is_error(result) || is_bytes(left))
        return result;
    return value_object(bytearray_new(thread, as_bytes(result)->data, as_bytes(result)->length));
}

static Bytes *encoded_argument(Thread *thread, Value source, Value encoding, Value errors) {
    const char *error_name = NULL;
    if (is_undefined(encoding)) {
        raise_error(thread, ERROR_TypeError, "string argument without an encoding");
        return NULL;
    }
    if (!is_undefined(errors))
        error_name = str_text(thread, as_str(errors));
    const char *name = str_text(thread, as_str(encoding));
    Bytes *result = str_encode(thread, as_str(source), name, error_name);
    if (!result)
        str_codec_note(thread, "encoding", name);
    return result;
}

static Bytes *zeros(Thread *thread, Value count_value) {
    int64_t count;
    if (!operation_index_size(thread, count_value, ERROR_OverflowError, &count))
        return NULL;
    if (count < 0) {
        raise_error(thread, ERROR_ValueError, "negative count");
        return NULL;
    }
    return bytes_new(thread, NULL, (size_t)count);
}

// An iterator over the items for bytes(); for whatever TypeError there is, one that says so.
static Value iterate(Thread *thread, const char *type, Value iterable) {
    Value iterator = is_str(iterable) ? VALUE_UNDEFINED : operation_iter(thread, iterable);
    if (is_error(iterator) && !error_matches(thread, ERROR_TypeError))
        return VALUE_ERROR;
    if (!is_error(iterator) && !is_undefined(iterator))
        return iterator;
    error_clear(thread);
    return raise_error(thread, ERROR_TypeError, "cannot convert '%s' object to %s",
                       type_name(thread, iterable), type);
}

// bytes() makes room for as many items as it is promised before it looks at any.
static bool check_hint(Thread *thread, const char *type, Value iterable) {
    int64_t hint = strcmp(type, "bytes") == 0 ? iterator_length_hint(thread, iterable, 0) : 0;
    return hint >= 0 &&
           (hint <= (int64_t)STR_MAX_LENGTH || raise_false(thread, ERROR_MemoryError, "%s", ""));
}

static bool collect(Thread *thread, const char *type, Value iterable, BytesView *result) {
    Value iterator = iterate(thread, type, iterable), item;
    ByteBuilder builder;
    if (is_error(iterator) || !check_hint(thread, type, iterable))
        return false;
    byte_builder_init(&builder, thread, 0);
    while (!is_undefined(item = operation_next(thread, iterator))) {
        int64_t byte;
        Value number = is_error(item) ? item : operation_index(thread, item);
        if (is_error(number))
            return false;
        if (!int_to_int64(number, &byte) || byte < 0 || byte > 255)
            return raise_false(thread, ERROR_ValueError, "%s must be in range(0, 256)",
                               strcmp(type, "bytes") == 0 ? "bytes" : "byte");
        byte_builder_put(&builder, (uint8_t)byte);
    }
    *result = (BytesView){builder.data, builder.length};
    return true;
}

// What __bytes__ of `v` gives, UNDEFINED if there is no such method, or no bytes are made.
static Value convert_by_method(Thread *thread, const char *wanted, Value v) {
    Str *name = common_name(thread, NAME___bytes__);
    const Type *type = type_of(thread, v);
    if (strcmp(wanted, "bytes") != 0 ||
        (!(type->flags & TYPE_FROM_CLASS) && type->layout != LAYOUT_NONE) ||
        is_undefined(special_method(thread, v, name)))
        return VALUE_UNDEFINED;
    Value result = slots_call_special(thread, name, &v, 1);
    if (is_error(result) || is_bytes(result))
        return result;
    return raise_error(thread, ERROR_TypeError, "__bytes__ returned non-bytes (type %s)",
                       type_name(thread, result));
}

static bool view_made(Bytes *bytes, BytesView *result, Bytes **made) {
    *made = bytes;
    if (bytes)
        *result = (BytesView){bytes->data, bytes->length};
    return bytes != NULL;
}

// bytes_from_arguments; `*made` holds just these bytes if a new object had to be made for them,
// else it is NULL.
static bool from_arguments(Thread *thread, const char *type, Value *args, BytesView *result,
                           Bytes **made) {
    static const char *const names[] = {"encoding", "errors"};
    Value source = args[0];
    for (size_t i = 0; i < 2; i++) {
        if (!is_undefined(args[i + 1]) && !is_str(args[i + 1]))
            return raise_false(thread, ERROR_TypeError, "%s() argument '%s' must be str, not %s",
                               type, names[i], argument_type_name(thread, args[i + 1]));
    }
    *result = (BytesView){(const uint8_t *)"", 0};
    *made = NULL;
    bool only_source = !is_undefined(source) && is_undefined(args[1]) && is_undefined(args[2]);
    Value converted = only_source ? convert_by_method(thread, type, source) : VALUE_UNDEFINED;
    if (!is_undefined(converted))
        return !is_error(converted) && bytes_view(thread, converted, result);
    if (!is_undefined(source) && is_str(source))
        return view_made(encoded_argument(thread, source, args[1], args[2]), result, made);
    if (!is_undefined(args[1]) || !is_undefined(args[2]))
        return raise_false(thread, ERROR_TypeError, "%s without a string argument",
                           is_undefined(args[1]) ? "errors" : "encoding");
    if (is_undefined(source))
        return true;
    if (is_memoryview(source)) // it may be released, or reach beyond what there is
        return bytes_view_copied(thread, source, result);
    if (bytes_view_gathered(thread, source, result))
        return true;
    if (is_integral(source) || type_of(thread, source)->slots.index)
        return view_made(zeros(thread, source), result, made);
    return collect(thread, type, source, result);
}

bool bytes_from_arguments(Thread *thread, const char *type, Value *args, BytesView *result) {
    Bytes *made;
    return from_arguments(thread, type, args, result, &made);
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    static const ArgumentsSpec spec = {"bytes", {"source", "encoding", "errors"}, 0};
    Value given[3];
    BytesView view;
    Bytes *made;
    Type *type = as_type(callee);
    if (!arguments_bind(thread, &spec, args, count, keywords, given))
        return VALUE_ERROR;
    bool exact = type == builtin_type(thread, TYPE_bytes);
    if (exact && is_object(given[0]) && object_type(given[0]) == type && is_undefined(given[1]) &&
        is_undefined(given[2]))
        return given[0];
    if (!from_arguments(thread, "bytes", given, &view, &made))
        return VALUE_ERROR;
    if (exact)
        return value_object(made ? made : bytes_new(thread, view.data, view.length));
    uint8_t *data = heap_allocate_bytes(thread_heap(thread), view.length + 1);
    memcpy(data, view.data, view.length);
    Bytes *bytes = object_new(thread, type);
    bytes->length = view.length;
    bytes->data = data;
    return value_object(bytes);
}

static void slot_trace(Marker *marker, Object *self) {
    const Bytes *bytes = (const Bytes *)self;
    if (bytes->data != bytes->inline_data)
        mark_buffer(marker, bytes->data);
}

// The iterator serves bytes and bytearray.
static Value slot_iter(Thread *thread, Value self) {
    SequenceIterator *iterator = object_new(thread, builtin_type(thread, TYPE_bytes_iterator));
    iterator->sequence = self;
    return value_object(iterator);
}

static Value iterator_next(Thread *thread, Value self) {
    (void)thread;
    SequenceIterator *iterator = as_sequence_iterator(self);
    if (iterator->index == SEQUENCE_ITERATOR_DONE)
        return VALUE_UNDEFINED;
    if (is_exactly(iterator->sequence, LAYOUT_BYTES)) {
        const Bytes *bytes = as_bytes(iterator->sequence);
        if (iterator->index < bytes->length)
            return value_small_int(bytes->data[iterator->index++]);
    }
    BytesView view = bytes_self(iterator->sequence);
    if (iterator->index < view.length)
        return value_small_int(view.data[iterator->index++]);
    iterator->index = SEQUENCE_ITERATOR_DONE;
    iterator->sequence = VALUE_NONE;
    return VALUE_UNDEFINED;
}

static void iterator_trace(Marker *marker, Object *self) {
    mark_value(marker, ((SequenceIterator *)self)->sequence);
}

static Value method_bytes(Thread *thread, Value *args) {
    return bytes_like_new(thread, args[0], as_bytes(args[0])->data, as_bytes(args[0])->length);
}

static Value method_getnewargs(Thread *thread, Value *args) {
    Value copy = method_bytes(thread, args);
    return value_object(tuple_from_array(thread, &copy, 1));
}

static const NativeSpec methods[] = {
#define METHOD(name, signature, doc) {#name, bytes_method_##name, signature, doc, NATIVE_PLAIN},
#include "bytes_methods.def"
#undef METHOD
    {"maketrans", bytes_method_maketrans, "(frm, to, /)",
     "Return a translation table for translate().", NATIVE_STATIC_METHOD},
    {"fromhex", bytes_method_fromhex, "(cls, string, /)",
     "Create a bytes object from a string of hexadecimal numbers.", NATIVE_CLASS_METHOD},
    {"__bytes__", method_bytes, "(self, /)", "Convert this value to exact type bytes.",
     NATIVE_PLAIN},
    {"__getnewargs__", method_getnewargs, "(self, /)",
     "Return the arguments with which a copy is made.", NATIVE_PLAIN},
    {0},
};

const TypeSpec bytes_type_spec = {
    .name = "bytes",
    .doc = "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\n"
           "bytes(bytes_or_buffer) -> immutable copy\nbytes(int) -> that many zero bytes\n\n"
           "An immutable sequence of bytes.",
    .type_index = TYPE_bytes,
    .layout = LAYOUT_BYTES,
    .size = sizeof(Bytes),
    .slots = {.repr = slot_repr,
              .str = slot_str,
              .hash = slot_hash,
              .truth = slot_truth,
              .length = slot_length,
              .contains = bytes_contains,
              .get_item = slot_get_item,
              .iter = slot_iter,
              .compare = slot_compare,
              .binary = {[BINARY_ADD] = bytes_concat,
                         [BINARY_MUL] = bytes_repeat,
                         [BINARY_MOD] = bytes_modulo},
              .construct = construct,
              .trace = slot_trace},
    .methods = methods,
};

const TypeSpec bytes_iterator_type_spec = {
    .name = "bytes_iterator",
    .type_index = TYPE_bytes_iterator,
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(SequenceIterator),
    .slots = {.iter = iterator_self, .next = iterator_next, .trace = iterator_trace},
    .methods = sequence_iterator_methods,
};
