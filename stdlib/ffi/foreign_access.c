// SPDX-License-Identifier: MIT
//
// Into C data: members by name, items by number, steps of pointers. A pointer gives the members of
// what it points to, so `p.x` is C's `p->x`. Arrays know their length; of a pointer only the memory
// that ffi.new made knows it, and of others nobody does: there an index goes where it goes, as in
// C, but NULL is noticed.
#include "foreign_data.h"

#include "attribute.h"
#include "call.h"
#include "foreign_type.h"
#include "int.h"
#include "operations.h"
#include "slice.h"
#include "suggestion.h"
#include "type.h"

// ---- Items ----

bool foreign_data_items(Thread *thread, const CData *data, CType **item, char **at) {
    const CType *type = data->type;
    if (type->kind != C_POINTER && type->kind != C_ARRAY) {
        return raise_false(thread, ERROR_TypeError, "C data of type '%s' has no items",
                           foreign_type_text(thread, type));
    }
    if (data->data == NULL) {
        return raise_false(thread, ERROR_ValueError, "'%s' is NULL",
                           foreign_type_text(thread, type));
    }
    if (!foreign_has_size(type->target)) {
        return raise_false(thread, ERROR_TypeError, "'%s' points to what has no known size",
                           foreign_type_text(thread, type));
    }
    *item = type->target;
    *at = data->data;
    return true;
}

static bool out_of_bounds(Thread *thread, const CData *data, int64_t index) {
    return raise_false(thread, ERROR_IndexError, "index %lld is out of bounds for '%s'",
                       (long long)index, foreign_type_text(thread, data->type));
}

// The address of `count` items from `index` on.
static bool item_address(Thread *thread, const CData *data, int64_t index, int64_t count,
                         CType **item, char **at) {
    if (!foreign_data_items(thread, data, item, at)) {
        return false;
    }
    const CType *type = data->type;
    bool is_array = type->kind == C_ARRAY && type->length != C_OPEN_LENGTH;
    int64_t offset;
    if (__builtin_mul_overflow(index, (int64_t)(*item)->size, &offset) ||
        (is_array && (index < 0 || index + count > type->length))) {
        return out_of_bounds(thread, data, index);
    }
    *at = (char *)((uintptr_t)*at + (uintptr_t)offset);
    size_t room = is_array ? SIZE_MAX : foreign_data_room(data, *at);
    return (size_t)count * (*item)->size <= room || out_of_bounds(thread, data, index);
}

// array[a:b] is an array that begins at a; of a pointer both ends must be given.
static bool slice_bounds(Thread *thread, const CData *data, Value key, int64_t *start,
                         int64_t *count) {
    const Slice *slice = as_slice(key);
    bool is_array = data->type->kind == C_ARRAY && data->type->length >= 0;
    int64_t stop, length = is_array ? data->type->length : INT64_MAX;
    if (!is_none(slice->step)) {
        return raise_false(thread, ERROR_ValueError, "slices of C data have no step");
    }
    if (!is_array && (is_none(slice->stop))) {
        return raise_false(thread, ERROR_IndexError, "a slice of a pointer needs an end");
    }
    *start = 0;
    stop = length;
    if ((!is_none(slice->start) && !operation_index_int64(thread, slice->start, start)) ||
        (!is_none(slice->stop) && !operation_index_int64(thread, slice->stop, &stop))) {
        return false;
    }
    *start += is_array && *start < 0 ? length : 0;
    stop += is_array && stop < 0 ? length : 0;
    if (__builtin_sub_overflow(stop, *start, count) || *count < 0) {
        return raise_false(thread, ERROR_IndexError, "the slice ends before it begins");
    }
    return true;
}

static bool read_index(Thread *thread, const CData *data, Value key, int64_t *index) {
    if (is_small_int(key)) {
        *index = as_small_int(key);
    } else if (!is_integral(key) && !type_of(thread, key)->slots.index) {
        return raise_false(thread, ERROR_TypeError,
                           "indices of C data must be integers or slices, not %s",
                           type_name(thread, key));
    } else if (!operation_index_size(thread, key, ERROR_IndexError, index)) {
        return false;
    }
    if (*index < 0 && data->type->kind == C_ARRAY && *index >= -data->type->length) {
        *index += data->type->length;
    }
    return true;
}

// Where item `index` surely is: arrays within their bounds, pointers to one thing of ffi.new and to
// what nobody knows the size of. NULL: look again, slowly.
static inline const char *quick_item(const CData *data, Value key) {
    const CType *type = data->type;
    if (!is_small_int(key) || data->data == NULL) {
        return NULL;
    }
    int64_t index = as_small_int(key);
    if (type->kind == C_ARRAY) {
        bool inside = index >= 0 && index < type->length;
        return inside ? data->data + (size_t)index * type->target->size : NULL;
    }
    bool unknown = type->kind == C_POINTER && is_none(data->owner) && type->target->size > 0 &&
                   index >= 0 && index < INT32_MAX;
    return unknown ? (const char *)((uintptr_t)data->data + (size_t)index * type->target->size)
                   : NULL;
}

Value foreign_get_item(Thread *thread, Value self, Value key) {
    const CData *data = as_cdata(self);
    const char *quick = quick_item(data, key);
    if (__builtin_expect(quick != NULL, 1) && foreign_has_size(data->type->target)) {
        CType *type = data->type->target;
        if (type->kind == C_SIGNED && type->size == sizeof(int)) {
            int number;
            memcpy(&number, quick, sizeof number);
            return value_small_int(number);
        }
        return foreign_load(thread, type, quick, data->owner);
    }
    CType *item;
    char *at;
    int64_t index, count;
    if (is_slice(key)) {
        if (!slice_bounds(thread, data, key, &index, &count) ||
            !item_address(thread, data, index, count, &item, &at)) {
            return VALUE_ERROR;
        }
        CType *type = foreign_type_array(thread, item, count, data->type->target_is_const);
        return foreign_data_new(thread, type, at, data->owner);
    }
    if (!read_index(thread, data, key, &index) ||
        !item_address(thread, data, index, 1, &item, &at)) {
        return VALUE_ERROR;
    }
    return foreign_load(thread, item, at, data->owner);
}

static bool check_writable(Thread *thread, const CData *data) {
    return !data->type->target_is_const || raise_false(thread, ERROR_TypeError, "'%s' is const",
                                                       foreign_type_text(thread, data->type));
}

static bool set_slice(Thread *thread, const CData *data, Value key, Value v) {
    int64_t index, count;
    CType *item;
    char *at;
    if (!slice_bounds(thread, data, key, &index, &count) ||
        !item_address(thread, data, index, count, &item, &at)) {
        return false;
    }
    int64_t given = is_cdata(data->type->state, v) ? -1 : operation_length(thread, v);
    if (given < 0 && error_pending(thread)) {
        return false;
    }
    if (given >= 0 && given != count) {
        return raise_false(thread, ERROR_ValueError, "%lld items were given for a slice of %lld",
                           (long long)given, (long long)count);
    }
    return foreign_store(thread, foreign_type_array(thread, item, count, false), at, v);
}

bool foreign_set_item(Thread *thread, Value self, Value key, Value v) {
    const CData *data = as_cdata(self);
    CType *item;
    char *at;
    int64_t index;
    if (is_undefined(v)) {
        return raise_false(thread, ERROR_TypeError, "items of C data cannot be deleted");
    }
    if (!check_writable(thread, data)) {
        return false;
    }
    if (is_slice(key)) {
        return set_slice(thread, data, key, v);
    }
    return read_index(thread, data, key, &index) &&
           item_address(thread, data, index, 1, &item, &at) && foreign_store(thread, item, at, v);
}

int64_t foreign_length(Thread *thread, Value self) {
    const CType *type = as_cdata(self)->type;
    if (type->kind != C_ARRAY || type->length < 0) {
        return raise_minus_one(thread, ERROR_TypeError, "C data of type '%s' has no length",
                               foreign_type_text(thread, type));
    }
    return type->length;
}

// ---- Iteration ----

typedef struct ItemIterator {
    Object object;
    uint64_t next;
    Value data;
} ItemIterator;

Value foreign_iter(Thread *thread, Value self) {
    if (foreign_length(thread, self) < 0) {
        error_clear(thread);
        return raise_error(thread, ERROR_TypeError, "C data of type '%s' cannot be iterated over",
                           foreign_type_text(thread, as_cdata(self)->type));
    }
    ItemIterator *iterator = object_new(thread, as_cdata(self)->type->state->iterator_type);
    iterator->data = self;
    return value_object(iterator);
}

static Value iterator_next(Thread *thread, Value self) {
    ItemIterator *iterator = (ItemIterator *)as_object(self);
    const CType *type = as_cdata(iterator->data)->type;
    if ((int64_t)iterator->next >= type->length) {
        return VALUE_UNDEFINED;
    }
    return foreign_get_item(thread, iterator->data, value_small_int((int64_t)iterator->next++));
}

static Value iterator_iter(Thread *thread, Value self) {
    (void)thread;
    return self;
}

static void iterator_trace(Marker *marker, Object *object) {
    mark_value(marker, ((ItemIterator *)object)->data);
}

const TypeSpec foreign_iterator_spec = {
    .name = "ffi.ItemIterator",
    .doc = "The items of an array of C.",
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(ItemIterator),
    .slots = {.iter = iterator_iter, .next = iterator_next, .trace = iterator_trace},
};

// ---- Members ----

static const CField *find_member(Thread *thread, const CData *data, Str *name, char **record) {
    const CType *type = data->type;
    *record = data->data;
    if (type->kind == C_POINTER && foreign_is_record(type->target)) {
        type = type->target;
    }
    return foreign_type_field(thread, type, name->interned ? name : str_intern(thread, name));
}

static bool check_place(Thread *thread, const CData *data, const char *record, const Str *name) {
    if (record == NULL) {
        return raise_false(thread, ERROR_ValueError, "'%s' is NULL, and has no member '%s'",
                           foreign_type_text(thread, data->type),
                           str_text(thread, (Str *)(uintptr_t)name));
    }
    const CType *type = data->type->kind == C_POINTER ? data->type->target : data->type;
    return foreign_data_room(data, record) >= type->size ||
           raise_false(thread, ERROR_IndexError, "'%s' points beyond its memory",
                       foreign_type_text(thread, data->type));
}

static Value raise_no_member(Thread *thread, const CData *data, Str *name) {
    const CType *type = data->type->kind == C_POINTER ? data->type->target : data->type;
    if (foreign_is_record(type) && !type->is_complete) {
        return raise_error(thread, ERROR_AttributeError,
                           "the members of '%s' have not been declared, so there is no '%s'",
                           foreign_type_text(thread, type), str_text(thread, name));
    }
    return raise_error(thread, ERROR_AttributeError, "C data of type '%s' has no member '%s'",
                       foreign_type_text(thread, data->type), str_text(thread, name));
}

Value foreign_get_attribute(Thread *thread, Value self, Str *name) {
    const CData *data = as_cdata(self);
    char *record;
    const CField *field = find_member(thread, data, name, &record);
    if (field != NULL) {
        return check_place(thread, data, record, name)
                   ? foreign_load_field(thread, field, record, data->owner)
                   : VALUE_ERROR;
    }
    Value found = attribute_find_default(thread, self, name);
    return is_undefined(found) ? raise_no_member(thread, data, name) : found;
}

bool foreign_set_attribute(Thread *thread, Value self, Str *name, Value v) {
    const CData *data = as_cdata(self);
    char *record;
    const CField *field = find_member(thread, data, name, &record);
    if (field == NULL) {
        return !is_error(raise_no_member(thread, data, name));
    }
    if (is_undefined(v)) {
        return raise_false(thread, ERROR_TypeError, "members of C data cannot be deleted");
    }
    return check_place(thread, data, record, name) &&
           (data->type->kind != C_POINTER || check_writable(thread, data)) &&
           foreign_store_field(thread, field, record, v);
}

// ---- Steps ----

static Value step(Thread *thread, const CData *data, Value by, int sign) {
    CType *item, *type = data->type;
    char *at;
    int64_t count, offset;
    if (!foreign_data_items(thread, data, &item, &at) ||
        !operation_index_int64(thread, by, &count)) {
        return VALUE_ERROR;
    }
    if (__builtin_mul_overflow(count, sign * (int64_t)item->size, &offset)) {
        return raise_error(thread, ERROR_OverflowError, "the step is too large for a pointer");
    }
    if (type->kind == C_ARRAY) {
        type = foreign_type_pointer(thread, item, type->target_is_const);
    }
    return foreign_data_new(thread, type, (char *)((uintptr_t)at + (uintptr_t)offset), data->owner);
}

static bool is_data(Value v) {
    return is_object(v) && object_type(v)->spec == &foreign_cdata_spec;
}

Value foreign_add(Thread *thread, Value left, Value right) {
    Value data = is_data(left) ? left : right, by = is_data(left) ? right : left;
    return is_integral(by) ? step(thread, as_cdata(data), by, 1) : VALUE_NOT_IMPLEMENTED;
}

Value foreign_subtract(Thread *thread, Value left, Value right) {
    CType *item, *other;
    char *from, *to;
    if (!is_data(left)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    if (!is_data(right)) {
        return is_integral(right) ? step(thread, as_cdata(left), right, -1) : VALUE_NOT_IMPLEMENTED;
    }
    if (!foreign_data_items(thread, as_cdata(left), &item, &to) ||
        !foreign_data_items(thread, as_cdata(right), &other, &from)) {
        return VALUE_ERROR;
    }
    if (!foreign_type_same(item, other)) {
        return raise_error(thread, ERROR_TypeError,
                           "pointers of types '%s' and '%s' cannot be subtracted",
                           foreign_type_text(thread, as_cdata(left)->type),
                           foreign_type_text(thread, as_cdata(right)->type));
    }
    int64_t distance = (int64_t)((uintptr_t)to - (uintptr_t)from);
    return int_from_int64(thread, item->size ? distance / (int64_t)item->size : 0);
}
