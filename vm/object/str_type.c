// SPDX-License-Identifier: MIT
//
// The type str: its slots, its constructor, its iterator and the tables that present them. The
// methods themselves are in str_case.c, str_search.c, str_split.c, str_layout.c.
#include "arguments.h"
#include "attribute.h"
#include "bytes.h"
#include "container.h"
#include "format_spec.h"
#include "format_string.h"
#include "int.h"
#include "interpreter.h"
#include "iterators.h"
#include "operations.h"
#include "reduce.h"
#include "slice.h"
#include "str_copy.h"
#include "str_methods.h"
#include "tuple.h"
#include "type.h"

static Value slot_repr(Thread *thread, Value self) {
    return str_result(str_repr(thread, as_str(self)));
}

static Value slot_str(Thread *thread, Value self) {
    return str_result(str_exact(thread, as_str(self)));
}

static bool slot_hash(Thread *thread, Value self, uint64_t *hash) {
    *hash = str_hash(thread, as_str(self));
    return true;
}

static int slot_truth(Thread *thread, Value self) {
    (void)thread;
    return as_str(self)->length != 0;
}

static int64_t slot_length(Thread *thread, Value self) {
    (void)thread;
    return (int64_t)as_str(self)->length;
}

static int slot_contains(Thread *thread, Value self, Value item) {
    if (!is_str(item))
        return raise_minus_one(thread, ERROR_TypeError,
                               "'in <string>' requires string as left operand, not %s",
                               type_name(thread, item));
    const Str *s = as_str(self), *needle = as_str(item);
    if (s->ascii && needle->ascii && needle->length > 0) // what nearly all text is
        return str_find_bytes(str_bytes(s), s->length, needle->data, needle->length) != NULL;
    return str_find(s, needle, 0, s->length) >= 0;
}

static Value str_get_item(Thread *thread, Value self, Value key) {
    Str *s = as_str(self);
    if (is_small_int(key)) {
        int64_t i = as_small_int(key);
        size_t index = (size_t)(i < 0 ? i + (int64_t)s->length : i);
        if (index < s->length)
            return value_object(str_from_code_point(thread, str_char_at(s, index)));
        return raise_error(thread, ERROR_IndexError, "string index out of range");
    }
    if (is_slice(key)) {
        int64_t start, step;
        size_t count;
        if (!slice_resolve(thread, key, s->length, &start, &step, &count))
            return VALUE_ERROR;
        return str_result(str_slice_step(thread, s, start, step, count));
    }
    size_t index;
    if (!is_integral(key) && !type_of(thread, key)->slots.index)
        return raise_error(thread, ERROR_TypeError, "string indices must be integers, not '%s'",
                           type_name(thread, key));
    if (!sequence_index(thread, key, s->length, "string", &index))
        return VALUE_ERROR;
    return value_object(str_from_code_point(thread, str_char_at(s, index)));
}

static Value slot_compare(Thread *thread, Value left, Value right, CompareOp op) {
    (void)thread;
    if (!is_str(left) || !is_str(right))
        return VALUE_NOT_IMPLEMENTED;
    const Str *a = as_str(left), *b = as_str(right);
    if (op == COMPARE_EQ || op == COMPARE_NE)
        return value_bool(str_equal(a, b) == (op == COMPARE_EQ));
    int order = str_compare(a, b);
    return compare_result(order, op);
}

static Value slot_add(Thread *thread, Value left, Value right) {
    if (!is_str(left))
        return VALUE_NOT_IMPLEMENTED;
    if (is_str(right))
        return str_result(str_concat(thread, as_str(left), as_str(right)));
    return raise_error(thread, ERROR_TypeError, "can only concatenate str (not \"%s\") to str",
                       type_name(thread, right));
}

static Value slot_mul(Thread *thread, Value left, Value right) {
    bool swapped = !is_str(left);
    size_t count;
    Value result;
    if (!swapped && is_small_int(right))
        return str_result(str_repeat(thread, as_str(left), as_small_int(right)));
    if (!container_factor(thread, left, right, swapped, &count, &result))
        return result;
    return str_result(str_repeat(thread, as_str(swapped ? right : left), (int64_t)count));
}

static Value slot_mod(Thread *thread, Value left, Value right) {
    if (!is_str(left))
        return VALUE_NOT_IMPLEMENTED;
    return str_result(format_string_percent(thread, as_str(left), right));
}

// str(bytes, encoding, errors)
static Str *decode_argument(Thread *thread, Value source, Value encoding, Value errors,
                            bool is_plain) {
    BytesView view;
    const char *names[2] = {"utf-8", "strict"};
    Value given[2] = {encoding, errors};
    for (int i = 0; i < 2; i++) {
        if (is_undefined(given[i]))
            continue;
        if (!is_str(given[i])) {
            raise_error(thread, ERROR_TypeError, "str() argument '%s' must be str, not %s",
                        i ? "errors" : "encoding",
                        is_plain ? type_name(thread, given[i])
                                 : argument_type_name(thread, given[i]));
            return NULL;
        }
        names[i] = str_text(thread, as_str(given[i]));
    }
    if (is_undefined(source)) // str(encoding="ascii")
        return thread->interpreter->empty_str;
    if (is_str(source)) {
        raise_error(thread, ERROR_TypeError, "decoding str is not supported");
        return NULL;
    }
    if (!bytes_view_optional(thread, source, &view)) {
        raise_error(thread, ERROR_TypeError, "decoding to str: need a bytes-like object, %s found",
                    type_name(thread, source));
        return NULL;
    }
    if (view.length == 0) // of nothing no codec is asked
        return thread->interpreter->empty_str;
    Str *result = bytes_decode(thread, view.data, view.length, names[0], names[1]);
    if (!result)
        str_codec_note(thread, "decoding", names[0]);
    return result;
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    Type *type = (Type *)as_object(callee);
    static const ArgumentsSpec spec = {"str", {"object", "encoding", "errors"}, 0};
    bool is_plain = type == builtin_type(thread, TYPE_str) && !keywords;
    Value given[3];
    if (is_plain && count == 1) // as nearly always
        return str_result(operation_str(thread, args[0]));
    if (is_plain && !container_arguments(thread, "str", count, NULL, 0, 3))
        return VALUE_ERROR;
    if (!arguments_bind(thread, &spec, args, count, keywords, given))
        return VALUE_ERROR;
    Str *s = thread->interpreter->empty_str;
    if (!is_undefined(given[1]) || !is_undefined(given[2])) {
        s = decode_argument(thread, given[0], given[1], given[2], is_plain);
    } else if (!is_undefined(given[0])) {
        s = operation_str(thread, given[0]);
    }
    if (!s || type == builtin_type(thread, TYPE_str))
        return str_result(s);
    return value_object(str_copy_as(thread, type, s));
}

// The iterator is a SequenceIterator like those of list and tuple.
static Value slot_iter(Thread *thread, Value self) {
    SequenceIterator *iterator = object_new(thread, builtin_type(thread, TYPE_str_iterator));
    iterator->sequence = self;
    return value_object(iterator);
}

static Value iterator_next(Thread *thread, Value self) {
    SequenceIterator *iterator = as_sequence_iterator(self);
    if (iterator->index == SEQUENCE_ITERATOR_DONE)
        return VALUE_UNDEFINED;
    const Str *s = as_str(iterator->sequence);
    if (iterator->index < s->length)
        return value_object(str_from_code_point(thread, str_char_at(s, (size_t)iterator->index++)));
    iterator->index = SEQUENCE_ITERATOR_DONE;
    iterator->sequence = VALUE_NONE;
    return VALUE_UNDEFINED;
}

static Value iterator_length_hint_method(Thread *thread, Value *args) {
    (void)thread;
    const SequenceIterator *iterator = as_sequence_iterator(args[0]);
    if (iterator->index == SEQUENCE_ITERATOR_DONE)
        return value_small_int(0);
    return value_small_int((int64_t)(as_str(iterator->sequence)->length - iterator->index));
}

static Value iterator_reduce(Thread *thread, Value *args) {
    const SequenceIterator *iterator = as_sequence_iterator(args[0]);
    if (iterator->index == SEQUENCE_ITERATOR_DONE)
        return reduce_remaining(thread, args);
    return reduce_to_call(thread, "iter", &iterator->sequence, 1,
                          value_small_int((int64_t)iterator->index));
}

static Value iterator_set_state(Thread *thread, Value *args) {
    SequenceIterator *iterator = as_sequence_iterator(args[0]);
    int64_t index;
    if (!operation_index_clamped(thread, args[1], &index))
        return VALUE_ERROR;
    if (iterator->index != SEQUENCE_ITERATOR_DONE) {
        int64_t length = (int64_t)as_str(iterator->sequence)->length;
        iterator->index = (uint64_t)(index < 0 ? 0 : index > length ? length : index);
    }
    return VALUE_NONE;
}

static void iterator_trace(Marker *marker, Object *self) {
    mark_value(marker, ((SequenceIterator *)self)->sequence);
}

Value str_method_join(Thread *thread, Value *args) {
    return str_result(str_join_iterable(thread, as_str(args[0]), args[1]));
}

Value str_method_encode(Thread *thread, Value *args) {
    for (int i = 1; i <= 2; i++)
        if (!is_str(args[i]))
            return raise_error(thread, ERROR_TypeError,
                               "encode() argument '%s' must be str, not %s",
                               i == 1 ? "encoding" : "errors", argument_type_name(thread, args[i]));
    const char *name = str_text(thread, as_str(args[1]));
    Bytes *result = str_encode(thread, as_str(args[0]), name, str_text(thread, as_str(args[2])));
    if (!result)
        str_codec_note(thread, "encoding", name);
    return value_object(result);
}

Value str_method_format(Thread *thread, Value *args) {
    return str_result(format_string_braces(thread, as_str(args[0]), as_tuple(args[1]), args[2]));
}

Value str_method_format_map(Thread *thread, Value *args) {
    return str_result(format_string_braces(thread, as_str(args[0]), NULL, args[1]));
}

Value str_method___format__(Thread *thread, Value *args) {
    Str *spec = str_argument(thread, args[1], "__format__", 0);
    return spec ? str_result(format_str(thread, as_str(args[0]), spec)) : VALUE_ERROR;
}

Value str_method___getnewargs__(Thread *thread, Value *args) {
    Value copy = value_object(str_slice(thread, as_str(args[0]), 0, as_str(args[0])->length));
    return value_object(tuple_from_array(thread, &copy, 1));
}

Value str_method___sizeof__(Thread *thread, Value *args) {
    (void)thread;
    const Str *s = as_str(args[0]);
    return value_small_int((int64_t)(sizeof(Str) + (s->length + 1) * s->width));
}

static const NativeSpec methods[] = {
#define METHOD(name, signature, doc) {#name, str_method_##name, signature, doc, NATIVE_PLAIN},
#include "str_methods.def"
#undef METHOD
    {"maketrans", str_method_maketrans, "(x, y=..., z=..., /)",
     "Return a translation table for translate().", NATIVE_STATIC_METHOD},
    {0},
};

const TypeSpec str_type_spec = {
    .name = "str",
    .doc = "str(object='') -> str\nstr(bytes, encoding='utf-8', errors='strict') -> str\n\n"
           "Text: an immutable sequence of Unicode characters.",
    .type_index = TYPE_str,
    .layout = LAYOUT_STR,
    .size = sizeof(Str),
    .slots = {.repr = slot_repr,
              .str = slot_str,
              .hash = slot_hash,
              .truth = slot_truth,
              .length = slot_length,
              .contains = slot_contains,
              .get_item = str_get_item,
              .iter = slot_iter,
              .compare = slot_compare,
              .binary = {[BINARY_ADD] = slot_add, [BINARY_MUL] = slot_mul, [BINARY_MOD] = slot_mod},
              .construct = construct,
              .trace = str_trace},
    .methods = methods,
};

static const NativeSpec iterator_methods[] = {
    REDUCE_METHOD(iterator_reduce),
    {"__setstate__", iterator_set_state, "(self, index, /)",
     "Set state information for unpickling.", NATIVE_PLAIN},
    {"__length_hint__", iterator_length_hint_method, "(self, /)",
     "Return how many characters are left.", NATIVE_PLAIN},
    {0},
};

const TypeSpec str_iterator_type_spec = {
    .name = "str_iterator",
    .type_index = TYPE_str_iterator,
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(SequenceIterator),
    .slots = {.iter = iterator_self, .next = iterator_next, .trace = iterator_trace},
    .methods = iterator_methods,
};
