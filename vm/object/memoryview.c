// SPDX-License-Identifier: MIT
//
// The type memoryview. A view is an owner, an offset, a step, sizes and an item format; slicing
// makes another view of the same owner, and only tobytes() copies. What an item is, is in
// memoryview_items.c, and what dimensions are, in memoryview_shape.c.
//
// A view holds no pointer: it looks its owner up each time, so that a bytearray may grow and shrink
// (CPython keeps it from that by counting its views), and reports BufferError when its part is
// gone.

#include "arguments.h"
#include "array_object.h"
#include "bytearray.h"
#include "bytes_methods.h"
#include "call.h"
#include "int.h"
#include "interpreter.h"
#include "iterators.h"
#include "memoryview_parts.h"
#include "operations.h"
#include "slice.h"
#include "str.h"
#include "type.h"

bool memoryview_base(const MemoryView *view, BytesView *base) {
    bytes_view_optional(NULL, view->owner, base);
    if (view->length == 0)
        return true;
    int64_t last = view->start + (view->length - 1) * view->step;
    int64_t highest = (last > view->start ? last : view->start) + view->block;
    return highest <= (int64_t)base->length;
}

bool memoryview_raise_resized(Thread *thread) {
    return raise_false(thread, ERROR_BufferError, "the bytearray below the memoryview was resized");
}

int64_t memoryview_count(const MemoryView *view) {
    return view->length * (view->block / view->item_size);
}

uint8_t *memoryview_address(Thread *thread, const MemoryView *view, int64_t index) {
    BytesView base;
    if (!memoryview_base(view, &base)) {
        memoryview_raise_resized(thread);
        return NULL;
    }
    uint8_t *first = (uint8_t *)(uintptr_t)base.data + view->start;
    if (!view->inner)
        return first + index * view->step;
    int64_t items = view->block / view->item_size;
    return first + index / items * view->step + index % items * view->item_size;
}

// ValueError if the view is released.
static bool memoryview_check_open(Thread *thread, Value v) {
    return as_memoryview(v)->state == MEMORYVIEW_OPEN ||
           raise_false(thread, ERROR_ValueError,
                       "operation forbidden on released memoryview object");
}

MemoryView *memoryview_copy(Thread *thread, const MemoryView *view) {
    MemoryView *copy = object_new(thread, builtin_type(thread, TYPE_memoryview));
    copy->owner = view->owner;
    copy->start = view->start;
    copy->length = view->length;
    copy->step = view->step;
    copy->block = view->block;
    copy->inner = view->inner;
    copy->dimensions = view->dimensions;
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
        return memoryview_check_open(thread, v)
                   ? value_object(memoryview_copy(thread, as_memoryview(v)))
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
    result->step = result->block = result->item_size;
    result->dimensions = 1;
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
    if (!memoryview_check_open(thread, self))
        return -1;
    if (as_memoryview(self)->dimensions > 0)
        return as_memoryview(self)->length;
    raise_error(thread, ERROR_TypeError, "0-dim memory has no length");
    return -1;
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
    MemoryView *result = memoryview_copy(thread, view);
    result->start += start * view->step;
    result->step *= step;
    result->length = (int64_t)count;
    return value_object(result);
}

static Value raise_key(Thread *thread) {
    return raise_error(thread, ERROR_TypeError, "memoryview: invalid slice key");
}

static Value raise_no_dimension(Thread *thread) {
    return raise_error(thread, ERROR_TypeError, "invalid indexing of 0-dim memory");
}

static Value raise_missing(Thread *thread, const char *what) {
    return raise_error(thread, ERROR_NotImplementedError, "%s", what);
}

static const char NO_SUB_VIEWS[] = "multi-dimensional sub-views are not implemented";

static Value load_at(Thread *thread, const MemoryView *view, int64_t index) {
    const uint8_t *at = memoryview_address(thread, view, index);
    return at ? memoryview_load(thread, memoryview_format(view->format), at) : VALUE_ERROR;
}

static bool is_index(Thread *thread, Value key) {
    return is_integral(key) || type_of(thread, key)->slots.index;
}

static bool is_empty_tuple(Value key) {
    return is_tuple(key) && as_tuple(key)->length == 0;
}

// The item of several dimensions, or of none, that `key` names; other keys but indices and slices.
static Value get_rare(Thread *thread, Value self, Value key) {
    const MemoryView *view = as_memoryview(self);
    int64_t index;
    if (view->dimensions == 0)
        return is_empty_tuple(key)               ? load_at(thread, view, 0)
               : value_same(key, VALUE_ELLIPSIS) ? self
                                                 : raise_no_dimension(thread);
    if (is_index(thread, key))
        return raise_missing(thread, NO_SUB_VIEWS);
    if (is_slice(key))
        return slice_view(thread, view, key);
    if (memoryview_is_multi_slice(key))
        return raise_missing(thread, "multi-dimensional slicing is not implemented");
    if (!memoryview_is_multi_index(thread, key))
        return raise_key(thread);
    return memoryview_flat_index(thread, view, as_tuple(key), &index) ? load_at(thread, view, index)
                                                                      : VALUE_ERROR;
}

static Value slot_get_item(Thread *thread, Value self, Value key) {
    const MemoryView *view = as_memoryview(self);
    int64_t index;
    if (!memoryview_check_open(thread, self))
        return VALUE_ERROR;
    if (view->dimensions != 1 || !is_index(thread, key))
        return get_rare(thread, self, key);
    if (!memoryview_read_index(thread, key, view->length, 1, &index) ||
        !memoryview_check_open(thread, self))
        return VALUE_ERROR;
    return load_at(thread, view, index);
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
    bool fits = new.length == (size_t)memoryview_bytes(target) && format == view->format &&
                (!is_memoryview(v) || as_memoryview(v)->dimensions == 1);
    if (!fits)
        return raise_false(thread, ERROR_ValueError,
                           "memoryview assignment: lvalue and rvalue have different structures");
    Bytes *copy = bytes_new(thread, new.data, new.length);
    for (int64_t i = 0; i < target->length; i++) {
        uint8_t *at = memoryview_address(thread, target, i);
        if (!at)
            return false;
        memcpy(at, copy->data + (size_t)i * target->item_size, target->item_size);
    }
    return true;
}

// Where `key` wants to store one item.
static bool target_index(Thread *thread, const MemoryView *view, Value key, int64_t *index) {
    *index = 0;
    if (view->dimensions == 0)
        return is_empty_tuple(key) || value_same(key, VALUE_ELLIPSIS) ||
               !is_error(raise_no_dimension(thread));
    if (is_index(thread, key))
        return view->dimensions == 1
                   ? memoryview_read_index(thread, key, view->length, 1, index)
                   : !is_error(raise_missing(thread, "sub-views are not implemented"));
    if (memoryview_is_multi_index(thread, key))
        return memoryview_flat_index(thread, view, as_tuple(key), index);
    if (is_slice(key) || memoryview_is_multi_slice(key))
        raise_missing(thread, "memoryview slice assignments are currently restricted to ndim = 1");
    else
        raise_key(thread);
    return false;
}

static bool slot_set_item(Thread *thread, Value self, Value key, Value v) {
    const MemoryView *view = as_memoryview(self);
    int64_t index;
    uint8_t item[8] = {0};
    if (!memoryview_check_open(thread, self))
        return false;
    if (view->read_only)
        return raise_false(thread, ERROR_TypeError, "cannot modify read-only memory");
    if (is_undefined(v))
        return raise_false(thread, ERROR_TypeError, "cannot delete memory");
    if (is_slice(key) && view->dimensions == 1)
        return assign_slice(thread, view, key, v);
    if (!target_index(thread, view, key, &index) ||
        !memoryview_encode(thread, memoryview_format(view->format), v, item) ||
        !memoryview_check_open(thread, self))
        return false;
    uint8_t *at = memoryview_address(thread, view, index);
    if (at)
        memcpy(at, item, view->item_size);
    return at != NULL;
}

// 1: the items at `index` are equal, 0: they are not, -1: exception. Items of different formats are
// compared by value, and so are floats, for a NaN is not equal to itself.
static int equal_items(Thread *thread, const MemoryView *a, const MemoryView *b, int64_t index) {
    const uint8_t *x = memoryview_address(thread, a, index),
                  *y = memoryview_address(thread, b, index);
    const ItemFormat *format = memoryview_format(a->format), *other = memoryview_format(b->format);
    if (!x || !y)
        return -1;
    if (format == other && format->kind != ITEM_FLOAT)
        return memcmp(x, y, format->size) == 0;
    return operation_truth(thread,
                           operation_compare(thread, COMPARE_EQ, memoryview_load(thread, format, x),
                                             memoryview_load(thread, other, y)));
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
    bool opaque = memoryview_format(a->format)->kind == ITEM_OPAQUE ||
                  memoryview_format(b->format)->kind == ITEM_OPAQUE;
    int equal = memoryview_same_shape(a, b) && !opaque;
    int64_t count = equal ? memoryview_count(a) : 0;
    for (int64_t i = 0; i < count && equal > 0; i++)
        equal = equal_items(thread, a, b, i);
    return equal < 0 ? VALUE_ERROR : value_bool(equal == (op == COMPARE_EQ));
}

// Computed once: it holds after a release, too.
static bool compute_hash(Thread *thread, MemoryView *self) {
    BytesView bytes;
    if (!self->read_only)
        return raise_false(thread, ERROR_ValueError, "cannot hash writable memoryview object");
    if (self->item_size != 1 || self->format == '?')
        return raise_false(thread, ERROR_ValueError,
                           "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
    uint64_t ignored; // the owner has to be hashable
    if (!operation_hash(thread, self->owner, &ignored) ||
        !bytes_view_copied(thread, value_object(self), &bytes))
        return false;
    self->hash = bytes_hash(thread, bytes.data, bytes.length);
    self->has_hash = true;
    return true;
}

static bool slot_hash(Thread *thread, Value self, uint64_t *hash) {
    MemoryView *view = as_memoryview(self);
    if (!view->has_hash && (!memoryview_check_open(thread, self) || !compute_hash(thread, view)))
        return false;
    *hash = view->hash;
    return true;
}

static Value slot_iter(Thread *thread, Value self) {
    if (!memoryview_check_open(thread, self))
        return VALUE_ERROR;
    size_t dimensions = as_memoryview(self)->dimensions;
    return dimensions == 1   ? sequence_iterator_new(thread, self)
           : dimensions == 0 ? raise_no_dimension(thread)
                             : raise_missing(thread, NO_SUB_VIEWS);
}

void memoryview_trace(Marker *marker, Object *self) {
    const MemoryView *view = (const MemoryView *)self;
    mark_value(marker, view->owner);
    if (view->inner)
        mark_object(marker, &view->inner->object);
}

// The order of the items of more than one dimension.
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
    if (!check_order(thread, args[1]) || !bytes_view_copied(thread, args[0], &view))
        return VALUE_ERROR;
    bool reorder = is_str(args[1]) && str_equal_c(as_str(args[1]), "F");
    return reorder ? memoryview_fortran_bytes(thread, as_memoryview(args[0]))
                   : value_object(bytes_new(thread, view.data, view.length));
}

static Value method_hex(Thread *thread, Value *args) {
    return bytes_hex(thread, args[0], args[1], args[2]);
}

static Value method_tolist(Thread *thread, Value *args) {
    return memoryview_check_open(thread, args[0])
               ? memoryview_to_list(thread, as_memoryview(args[0]))
               : VALUE_ERROR;
}

static Value method_release(Thread *thread, Value *args) {
    (void)thread;
    as_memoryview(args[0])->state = MEMORYVIEW_RELEASED;
    return VALUE_NONE;
}

static Value method_enter(Thread *thread, Value *args) {
    return memoryview_check_open(thread, args[0]) ? args[0] : VALUE_ERROR;
}

static Value method_toreadonly(Thread *thread, Value *args) {
    if (!memoryview_check_open(thread, args[0]))
        return VALUE_ERROR;
    MemoryView *copy = memoryview_copy(thread, as_memoryview(args[0]));
    copy->read_only = true;
    return value_object(copy);
}

static Value method_cast(Thread *thread, Value *args) {
    if (!memoryview_check_open(thread, args[0]))
        return VALUE_ERROR;
    return is_str(args[1]) ? memoryview_cast(thread, as_memoryview(args[0]), args[1], args[2])
                           : raise_error(thread, ERROR_TypeError,
                                         "cast() argument 'format' must be str, not %s",
                                         argument_type_name(thread, args[1]));
}

static Value get_nbytes(Thread *thread, Value self) {
    const MemoryView *view = as_memoryview(self);
    return memoryview_check_open(thread, self) ? value_small_int(memoryview_bytes(view))
                                               : VALUE_ERROR;
}

static Value get_itemsize(Thread *thread, Value self) {
    return memoryview_check_open(thread, self) ? value_small_int(as_memoryview(self)->item_size)
                                               : VALUE_ERROR;
}

static Value get_format(Thread *thread, Value self) {
    return memoryview_check_open(thread, self)
               ? value_object(str_from_code_point(thread, (uint8_t)as_memoryview(self)->format))
               : VALUE_ERROR;
}

static Value get_ndim(Thread *thread, Value self) {
    return memoryview_check_open(thread, self) ? value_small_int(as_memoryview(self)->dimensions)
                                               : VALUE_ERROR;
}

static Value get_shape(Thread *thread, Value self) {
    return memoryview_check_open(thread, self) ? memoryview_shape(thread, as_memoryview(self))
                                               : VALUE_ERROR;
}

static Value get_strides(Thread *thread, Value self) {
    return memoryview_check_open(thread, self) ? memoryview_strides(thread, as_memoryview(self))
                                               : VALUE_ERROR;
}

// There are no items behind pointers.
static Value get_suboffsets(Thread *thread, Value self) {
    return memoryview_check_open(thread, self) ? value_object(tuple_new(thread, 0)) : VALUE_ERROR;
}

static Value get_readonly(Thread *thread, Value self) {
    return memoryview_check_open(thread, self) ? value_bool(as_memoryview(self)->read_only)
                                               : VALUE_ERROR;
}

static Value get_obj(Thread *thread, Value self) {
    return memoryview_check_open(thread, self) ? as_memoryview(self)->owner : VALUE_ERROR;
}

static Value get_c_contiguous(Thread *thread, Value self) {
    return memoryview_check_open(thread, self)
               ? value_bool(memoryview_is_contiguous(as_memoryview(self)))
               : VALUE_ERROR;
}

static Value get_f_contiguous(Thread *thread, Value self) {
    return memoryview_check_open(thread, self)
               ? value_bool(memoryview_is_fortran(as_memoryview(self)))
               : VALUE_ERROR;
}

static Value get_contiguous(Thread *thread, Value self) {
    Value in_c = get_c_contiguous(thread, self);
    return is_error(in_c) || value_same(in_c, VALUE_TRUE) ? in_c : get_f_contiguous(thread, self);
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
    {"cast", method_cast, "(self, /, format, shape=...)",
     "Cast the view to a new item format or shape.", NATIVE_PLAIN},
    {"__enter__", method_enter, "(self, /)", "Return the view itself.", NATIVE_PLAIN},
    {"__exit__", method_release, "(self, /, *args)", "Release the underlying object.",
     NATIVE_PLAIN},
    {0},
};

static const GetSetSpec getsets[] = {
    {"nbytes", get_nbytes, NULL, "size of the data in bytes"},
    {"itemsize", get_itemsize, NULL, "size of an item in bytes"},
    {"format", get_format, NULL, "format of the items, as in the module struct"},
    {"ndim", get_ndim, NULL, "number of dimensions"},
    {"shape", get_shape, NULL, "tuple with the sizes of the dimensions"},
    {"strides", get_strides, NULL, "tuple with the distances of items in bytes"},
    {"suboffsets", get_suboffsets, NULL, "an empty tuple"},
    {"readonly", get_readonly, NULL, "whether the memory is read-only"},
    {"obj", get_obj, NULL, "the underlying object"},
    {"contiguous", get_contiguous, NULL, "whether the items are next to each other"},
    {"c_contiguous", get_c_contiguous, NULL, "whether they are so in the order of C"},
    {"f_contiguous", get_f_contiguous, NULL, "whether they are so in the order of Fortran"},
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
              .trace = memoryview_trace},
    .methods = methods,
    .getsets = getsets,
};
