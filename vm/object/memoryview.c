// SPDX-License-Identifier: MIT
//
// The type memoryview. A view is an owner, an offset, a step and an item format; slicing makes
// another view of the same owner, and only tobytes() copies. The items are read and written with
// memcpy, because an offset need not be aligned.
#include "memoryview.h"

#include "arguments.h"
#include "array_object.h"
#include "bytearray.h"
#include "bytes_methods.h"
#include "call.h"
#include "float_object.h"
#include "int.h"
#include "interpreter.h"
#include "iterators.h"
#include "list.h"
#include "operations.h"
#include "slice.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

bool memoryview_base(const MemoryView *view, BytesView *base) {
    bytes_view_optional(NULL, view->owner, base);
    if (view->length == 0)
        return true;
    int64_t last = view->start + (view->length - 1) * view->step;
    int64_t highest = (last > view->start ? last : view->start) + (int64_t)view->item_size;
    return highest <= (int64_t)base->length;
}

bool memoryview_raise_resized(Thread *thread) {
    return raise_false(thread, ERROR_BufferError, "the bytearray below the memoryview was resized");
}

// The address of item `index` (in range); NULL with an exception if it is gone.
static uint8_t *item_address(Thread *thread, const MemoryView *view, int64_t index) {
    BytesView base;
    if (!memoryview_base(view, &base)) {
        memoryview_raise_resized(thread);
        return NULL;
    }
    return (uint8_t *)(uintptr_t)base.data + view->start + index * view->step;
}

static bool check_open(Thread *thread, Value v) {
    return as_memoryview(v)->state == MEMORYVIEW_OPEN ||
           raise_false(thread, ERROR_ValueError,
                       "operation forbidden on released memoryview object");
}

// ITEM_OPAQUE: items that views carry as bytes, but neither make values of nor compare; so does
// CPython with the characters of an array.
typedef enum ItemKind {
    ITEM_SIGNED,
    ITEM_UNSIGNED,
    ITEM_FLOAT,
    ITEM_BOOL,
    ITEM_CHAR,
    ITEM_OPAQUE,
} ItemKind;
typedef struct ItemFormat {
    char format;
    uint8_t size;
    ItemKind kind;
} ItemFormat;

static const ItemFormat formats[] = {
    {'B', 1, ITEM_UNSIGNED}, {'b', 1, ITEM_SIGNED},   {'c', 1, ITEM_CHAR},
    {'?', 1, ITEM_BOOL},     {'h', 2, ITEM_SIGNED},   {'H', 2, ITEM_UNSIGNED},
    {'i', 4, ITEM_SIGNED},   {'I', 4, ITEM_UNSIGNED}, {'l', 8, ITEM_SIGNED},
    {'L', 8, ITEM_UNSIGNED}, {'q', 8, ITEM_SIGNED},   {'Q', 8, ITEM_UNSIGNED},
    {'n', 8, ITEM_SIGNED},   {'N', 8, ITEM_UNSIGNED}, {'f', 4, ITEM_FLOAT},
    {'d', 8, ITEM_FLOAT},    {'w', 4, ITEM_OPAQUE},
};

static const ItemFormat *find_format(char format) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (formats[i].format == format)
            return &formats[i];
    return NULL;
}

static Value raise_opaque(Thread *thread, const ItemFormat *format) {
    return raise_error(thread, ERROR_NotImplementedError, "memoryview: format %c not supported",
                       format->format);
}

static Value load_item(Thread *thread, const ItemFormat *format, const uint8_t *at) {
    switch (format->kind) {
    case ITEM_OPAQUE:
        return raise_opaque(thread, format);
    case ITEM_FLOAT:
        return float_load(at, format->size);
    case ITEM_BOOL:
        return value_bool(*at != 0);
    case ITEM_CHAR:
        return value_object(bytes_new(thread, at, 1));
    default:
        return int_from_bytes(thread, at, format->size, true, format->kind == ITEM_SIGNED);
    }
}

static bool invalid_value(Thread *thread, char format, bool is_type_error) {
    return raise_false(thread, is_type_error ? ERROR_TypeError : ERROR_ValueError,
                       "memoryview: invalid %s for format '%c'", is_type_error ? "type" : "value",
                       format);
}

// Turn `v` into the bytes of one item.
static bool encode_item(Thread *thread, const ItemFormat *format, Value v, uint8_t *item) {
    double d;
    float f;
    switch (format->kind) {
    case ITEM_OPAQUE:
        return !is_error(raise_opaque(thread, format));
    case ITEM_FLOAT:
        if (!is_integral(v) && !is_any_float(v) && !type_of(thread, v)->slots.to_float)
            return invalid_value(thread, format->format, true);
        if (!operation_as_double(thread, v, &d))
            return false;
        f = (float)d;
        memcpy(item, format->size == 8 ? (const void *)&d : (const void *)&f, format->size);
        return true;
    case ITEM_BOOL:
        *item = operation_truth(thread, v) > 0;
        return !error_pending(thread);
    case ITEM_CHAR:
        if (!is_bytes(v))
            return invalid_value(thread, 'c', true);
        if (as_bytes(v)->length != 1)
            return invalid_value(thread, 'c', false);
        *item = *as_bytes(v)->data;
        return true;
    default:
        if (!is_integral(v) && !type_of(thread, v)->slots.index)
            return invalid_value(thread, format->format, true);
        v = operation_index(thread, v);
        return !is_error(v) &&
               (int_to_bytes(v, item, format->size, true, format->kind == ITEM_SIGNED) ||
                invalid_value(thread, format->format, false));
    }
}

static MemoryView *view_copy(Thread *thread, const MemoryView *view) {
    MemoryView *copy = object_new(thread, builtin_type(thread, TYPE_memoryview));
    copy->owner = view->owner;
    copy->start = view->start;
    copy->length = view->length;
    copy->step = view->step;
    copy->item_size = view->item_size;
    copy->format = view->format;
    copy->read_only = view->read_only;
    return copy;
}

// The format of the items that `v`, which is like bytes, lends.
static char item_format(Value v) {
    if (is_memoryview(v))
        return as_memoryview(v)->format;
    char code = is_array(v) ? as_array(v)->kind->code : 'B';
    return code == 'u' ? 'w' : code;
}

// What the method __buffer__ of `v` gives; UNDEFINED without error if there is none.
static Value lent(Thread *thread, Value v) {
    enum { FULL_READ_ONLY = 284 }; // PyBUF_FULL_RO: what CPython asks for
    Str *name = str_intern_c(thread, "__buffer__");
    if (is_undefined(special_method(thread, v, name)))
        return VALUE_UNDEFINED;
    Value flags = value_small_int(FULL_READ_ONLY);
    Value view = call_method(thread, v, name, &flags, 1);
    return is_error(view) || is_memoryview(view)
               ? view
               : raise_error(thread, ERROR_TypeError, "__buffer__ returned non-memoryview object");
}

Value memoryview_new(Thread *thread, Value v) {
    BytesView view;
    if (is_memoryview(v))
        return check_open(thread, v) ? value_object(view_copy(thread, as_memoryview(v)))
                                     : VALUE_ERROR;
    if (!is_bytes(v) && !is_bytearray(v) && !is_array(v)) {
        Value other = lent(thread, v);
        return !is_undefined(other) ? other
                                    : raise_error(thread, ERROR_TypeError,
                                                  "memoryview: a bytes-like object is required, "
                                                  "not '%s'",
                                                  type_name(thread, v));
    }
    bytes_view_copied(thread, v, &view);
    MemoryView *result = object_new(thread, builtin_type(thread, TYPE_memoryview));
    result->owner = v;
    result->item_size = is_array(v) ? as_array(v)->kind->size : 1;
    result->length = (int64_t)(view.length / result->item_size);
    result->step = result->item_size;
    result->format = item_format(v);
    result->read_only = is_bytes(v);
    return value_object(result);
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    static const ArgumentsSpec spec = {"memoryview", {"object"}, 1};
    Value given[1];
    (void)callee;
    return arguments_bind(thread, &spec, args, count, keywords, given)
               ? memoryview_new(thread, given[0])
               : VALUE_ERROR;
}

static int64_t slot_length(Thread *thread, Value self) {
    return check_open(thread, self) ? as_memoryview(self)->length : -1;
}

static Value slot_repr(Thread *thread, Value self) {
    bool open = as_memoryview(self)->state == MEMORYVIEW_OPEN;
    return value_object(
        str_format(thread, "<%smemory at %p>", open ? "" : "released ", (void *)as_object(self)));
}

static Value slice_view(Thread *thread, const MemoryView *view, Value key) {
    int64_t start, step;
    size_t count;
    if (!slice_resolve(thread, key, (size_t)view->length, &start, &step, &count))
        return VALUE_ERROR;
    MemoryView *result = view_copy(thread, view);
    result->start += start * view->step;
    result->step *= step;
    result->length = (int64_t)count;
    return value_object(result);
}

static bool read_index(Thread *thread, const MemoryView *view, Value key, int64_t *index) {
    if (is_tuple(key) && as_tuple(key)->length > 1)
        return raise_false(thread, ERROR_TypeError,
                           "cannot index 1-dimension view with %zu-element tuple",
                           as_tuple(key)->length);
    if (!is_integral(key) && !type_of(thread, key)->slots.index)
        return raise_false(thread, ERROR_TypeError, "memoryview: invalid slice key");
    if (!operation_index_size(thread, key, ERROR_IndexError, index))
        return false;
    *index += *index < 0 ? view->length : 0;
    return (*index >= 0 && *index < view->length) ||
           raise_false(thread, ERROR_IndexError, "index out of bounds on dimension 1");
}

static Value slot_get_item(Thread *thread, Value self, Value key) {
    const MemoryView *view = as_memoryview(self);
    int64_t index;
    if (!check_open(thread, self))
        return VALUE_ERROR;
    if (is_slice(key))
        return slice_view(thread, view, key);
    if (!read_index(thread, view, key, &index))
        return VALUE_ERROR;
    const uint8_t *at = item_address(thread, view, index);
    return at ? load_item(thread, find_format(view->format), at) : VALUE_ERROR;
}

static bool assign_slice(Thread *thread, const MemoryView *view, Value key, Value v) {
    BytesView new;
    if (!bytes_view_copied(thread, v, &new))
        return false;
    Value target_value = slice_view(thread, view, key);
    if (is_error(target_value))
        return false;
    const MemoryView *target = as_memoryview(target_value);
    char format = item_format(v);
    if (new.length != (size_t)target->length * target->item_size || format != view->format)
        return raise_false(thread, ERROR_ValueError,
                           "memoryview assignment: lvalue and rvalue have different structures");
    Bytes *copy = bytes_new(thread, new.data, new.length);
    for (int64_t i = 0; i < target->length; i++) {
        uint8_t *at = item_address(thread, target, i);
        if (!at)
            return false;
        memcpy(at, copy->data + (size_t)i * target->item_size, target->item_size);
    }
    return true;
}

static bool slot_set_item(Thread *thread, Value self, Value key, Value v) {
    const MemoryView *view = as_memoryview(self);
    int64_t index;
    uint8_t item[8] = {0};
    if (!check_open(thread, self))
        return false;
    if (view->read_only)
        return raise_false(thread, ERROR_TypeError, "cannot modify read-only memory");
    if (is_undefined(v))
        return raise_false(thread, ERROR_TypeError, "cannot delete memory");
    if (is_slice(key))
        return assign_slice(thread, view, key, v);
    if (!read_index(thread, view, key, &index) ||
        !encode_item(thread, find_format(view->format), v, item))
        return false;
    uint8_t *at = item_address(thread, view, index);
    if (at)
        memcpy(at, item, view->item_size);
    return at != NULL;
}

// 1: the items at `index` are equal, 0: they are not, -1: exception. Items of different formats are
// compared by value, and so are floats, for a NaN is not equal to itself.
static int equal_items(Thread *thread, const MemoryView *a, const MemoryView *b, int64_t index) {
    const uint8_t *x = item_address(thread, a, index), *y = item_address(thread, b, index);
    const ItemFormat *format = find_format(a->format), *other = find_format(b->format);
    if (!x || !y)
        return -1;
    if (format == other && format->kind != ITEM_FLOAT)
        return memcmp(x, y, format->size) == 0;
    return operation_truth(thread,
                           operation_compare(thread, COMPARE_EQ, load_item(thread, format, x),
                                             load_item(thread, other, y)));
}

static Value slot_compare(Thread *thread, Value left, Value right, CompareOp op) {
    BytesView view;
    if (op != COMPARE_EQ && op != COMPARE_NE)
        return VALUE_NOT_IMPLEMENTED;
    bool open = (!is_memoryview(left) || as_memoryview(left)->state == MEMORYVIEW_OPEN) &&
                (!is_memoryview(right) || as_memoryview(right)->state == MEMORYVIEW_OPEN);
    if (!open)
        return value_bool(value_same(left, right) == (op == COMPARE_EQ));
    if (!bytes_view_gathered(thread, left, &view) || !bytes_view_gathered(thread, right, &view))
        return VALUE_NOT_IMPLEMENTED;
    const MemoryView *a = as_memoryview(memoryview_new(thread, left));
    const MemoryView *b = as_memoryview(memoryview_new(thread, right));
    bool opaque =
        find_format(a->format)->kind == ITEM_OPAQUE || find_format(b->format)->kind == ITEM_OPAQUE;
    int equal = a->length == b->length && !opaque;
    for (int64_t i = 0; i < a->length && equal > 0; i++)
        equal = equal_items(thread, a, b, i);
    return equal < 0 ? VALUE_ERROR : value_bool(equal == (op == COMPARE_EQ));
}

static bool slot_hash(Thread *thread, Value self, uint64_t *hash) {
    BytesView view;
    if (!check_open(thread, self))
        return false;
    if (!as_memoryview(self)->read_only)
        return raise_false(thread, ERROR_ValueError, "cannot hash writable memoryview object");
    if (as_memoryview(self)->item_size != 1 || as_memoryview(self)->format == '?')
        return raise_false(thread, ERROR_ValueError,
                           "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
    uint64_t ignored; // the owner has to be hashable
    if (!operation_hash(thread, as_memoryview(self)->owner, &ignored) ||
        !bytes_view_copied(thread, self, &view))
        return false;
    *hash = bytes_hash(thread, view.data, view.length);
    return true;
}

static Value slot_iter(Thread *thread, Value self) {
    return check_open(thread, self) ? sequence_iterator_new(thread, self) : VALUE_ERROR;
}

static void slot_trace(Marker *marker, Object *self) {
    mark_value(marker, ((MemoryView *)self)->owner);
}

// The order of items of more than one dimension; here it makes no difference.
static bool check_order(Thread *thread, Value order) {
    if (!is_str(order) && !is_none(order))
        return raise_false(thread, ERROR_TypeError,
                           "tobytes() argument 'order' must be str or None, not %s",
                           type_name(thread, order));
    return is_none(order) || str_equal_c(as_str(order), "C") || str_equal_c(as_str(order), "F") ||
           str_equal_c(as_str(order), "A") ||
           raise_false(thread, ERROR_ValueError, "order must be 'C', 'F' or 'A'");
}

static Value method_tobytes(Thread *thread, Value *args) {
    BytesView view;
    return check_order(thread, args[1]) && bytes_view_copied(thread, args[0], &view)
               ? value_object(bytes_new(thread, view.data, view.length))
               : VALUE_ERROR;
}

static Value method_hex(Thread *thread, Value *args) {
    BytesView view;
    return bytes_view_copied(thread, args[0], &view) ? bytes_hex(thread, view, args[1], args[2])
                                                     : VALUE_ERROR;
}

static Value method_tolist(Thread *thread, Value *args) {
    const MemoryView *view = as_memoryview(args[0]);
    if (!check_open(thread, args[0]))
        return VALUE_ERROR;
    List *list = list_new(thread, (size_t)view->length);
    for (int64_t i = 0; i < view->length; i++) {
        const uint8_t *at = item_address(thread, view, i);
        Value item = at ? load_item(thread, find_format(view->format), at) : VALUE_ERROR;
        if (is_error(item))
            return VALUE_ERROR;
        list_append(thread, list, item);
    }
    return value_object(list);
}

static Value method_release(Thread *thread, Value *args) {
    (void)thread;
    as_memoryview(args[0])->state = MEMORYVIEW_RELEASED;
    return VALUE_NONE;
}

static Value method_enter(Thread *thread, Value *args) {
    return check_open(thread, args[0]) ? args[0] : VALUE_ERROR;
}

static Value method_toreadonly(Thread *thread, Value *args) {
    if (!check_open(thread, args[0]))
        return VALUE_ERROR;
    MemoryView *copy = view_copy(thread, as_memoryview(args[0]));
    copy->read_only = true;
    return value_object(copy);
}

static Value method_cast(Thread *thread, Value *args) {
    const MemoryView *view = as_memoryview(args[0]);
    if (!check_open(thread, args[0]))
        return VALUE_ERROR;
    if (!is_str(args[1]))
        return raise_error(thread, ERROR_TypeError, "cast() argument 'format' must be str, not %s",
                           argument_type_name(thread, args[1]));
    if (view->step != (int64_t)view->item_size)
        return raise_error(thread, ERROR_TypeError,
                           "memoryview: casts are restricted to C-contiguous views");
    const Str *name = as_str(args[1]);
    size_t skip = name->length == 2 && str_char_at(name, 0) == '@';
    const ItemFormat *format =
        name->ascii && name->length == 1 + skip ? find_format((char)str_char_at(name, skip)) : NULL;
    if (!format || format->kind == ITEM_OPAQUE)
        return raise_error(thread, ERROR_ValueError,
                           "memoryview: destination format must be a native single character "
                           "format prefixed with an optional '@'");
    if (view->item_size != 1 && format->size != 1)
        return raise_error(thread, ERROR_TypeError,
                           "memoryview: cannot cast between two non-byte formats");
    int64_t bytes = view->length * (int64_t)view->item_size;
    if (bytes % format->size)
        return raise_error(thread, ERROR_TypeError,
                           "memoryview: length is not a multiple of itemsize");
    MemoryView *result = view_copy(thread, view);
    result->format = format->format;
    result->item_size = format->size;
    result->step = format->size;
    result->length = bytes / format->size;
    return value_object(result);
}

static Value get_nbytes(Thread *thread, Value self) {
    const MemoryView *view = as_memoryview(self);
    return check_open(thread, self) ? value_small_int(view->length * (int64_t)view->item_size)
                                    : VALUE_ERROR;
}

static Value get_itemsize(Thread *thread, Value self) {
    return check_open(thread, self) ? value_small_int(as_memoryview(self)->item_size) : VALUE_ERROR;
}

static Value get_format(Thread *thread, Value self) {
    return check_open(thread, self)
               ? value_object(str_from_code_point(thread, (uint8_t)as_memoryview(self)->format))
               : VALUE_ERROR;
}

static Value get_ndim(Thread *thread, Value self) {
    return check_open(thread, self) ? value_small_int(1) : VALUE_ERROR;
}

static Value get_shape(Thread *thread, Value self) {
    Value length = value_small_int(as_memoryview(self)->length);
    return check_open(thread, self) ? value_object(tuple_from_array(thread, &length, 1))
                                    : VALUE_ERROR;
}

static Value get_strides(Thread *thread, Value self) {
    Value step = value_small_int(as_memoryview(self)->step);
    return check_open(thread, self) ? value_object(tuple_from_array(thread, &step, 1))
                                    : VALUE_ERROR;
}

static Value get_readonly(Thread *thread, Value self) {
    return check_open(thread, self) ? value_bool(as_memoryview(self)->read_only) : VALUE_ERROR;
}

static Value get_obj(Thread *thread, Value self) {
    return check_open(thread, self) ? as_memoryview(self)->owner : VALUE_ERROR;
}

static Value get_contiguous(Thread *thread, Value self) {
    const MemoryView *view = as_memoryview(self);
    return check_open(thread, self)
               ? value_bool(view->length <= 1 || view->step == (int64_t)view->item_size)
               : VALUE_ERROR;
}

static const NativeSpec methods[] = {
    {"tobytes", method_tobytes, "(self, /, order='C')", "Return the data as a bytes object.",
     NATIVE_PLAIN},
    {"hex", method_hex, "(self, /, sep=..., bytes_per_sep=1)",
     "Return the data as a string of hexadecimal numbers.", NATIVE_PLAIN},
    {"tolist", method_tolist, "(self, /)", "Return the items as a list.", NATIVE_PLAIN},
    {"release", method_release, "(self, /)", "Release the underlying object.", NATIVE_PLAIN},
    {"toreadonly", method_toreadonly, "(self, /)", "Return a read-only version of the view.",
     NATIVE_PLAIN},
    {"cast", method_cast, "(self, /, format)", "Cast the view to a new item format.", NATIVE_PLAIN},
    {"__enter__", method_enter, "(self, /)", "Return the view itself.", NATIVE_PLAIN},
    {"__exit__", method_release, "(self, /, *args)", "Release the underlying object.",
     NATIVE_PLAIN},
    {0},
};

static const GetSetSpec getsets[] = {
    {"nbytes", get_nbytes, NULL, "size of the data in bytes"},
    {"itemsize", get_itemsize, NULL, "size of an item in bytes"},
    {"format", get_format, NULL, "format of the items, as in the module struct"},
    {"ndim", get_ndim, NULL, "number of dimensions, always 1"},
    {"shape", get_shape, NULL, "tuple with the number of items"},
    {"strides", get_strides, NULL, "tuple with the distance of items in bytes"},
    {"readonly", get_readonly, NULL, "whether the memory is read-only"},
    {"obj", get_obj, NULL, "the underlying object"},
    {"contiguous", get_contiguous, NULL, "whether the items are next to each other"},
    {"c_contiguous", get_contiguous, NULL, "whether the items are next to each other"},
    {"f_contiguous", get_contiguous, NULL, "whether the items are next to each other"},
    {0},
};

const TypeSpec memoryview_type_spec = {
    .name = "memoryview",
    .doc = "(object)\n--\n\n"
           "memoryview(object)\n\nA window on the bytes of an object, without a copy.",
    .type_index = TYPE_memoryview,
    .layout = LAYOUT_MEMORYVIEW,
    .flags = TYPE_WEAK | TYPE_FINAL | TYPE_PATTERN_SEQUENCE,
    .size = sizeof(MemoryView),
    .slots = {.repr = slot_repr,
              .hash = slot_hash,
              .length = slot_length,
              .get_item = slot_get_item,
              .set_item = slot_set_item,
              .iter = slot_iter,
              .compare = slot_compare,
              .construct = construct,
              .trace = slot_trace},
    .methods = methods,
    .getsets = getsets,
};
