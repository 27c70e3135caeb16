// SPDX-License-Identifier: MIT
//
// Copies and pickles of files in memory.
//
// The state is a tuple, as in CPython: the contents, for text the kind of line ends, the position,
// and a dict of attributes or None. The classes give and take the first parts themselves.
#include "memory_file.h"

#include "dict.h"
#include "instance.h"
#include "int.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"

static Value attributes_or_none(Thread *thread, Object *object) {
    Dict *attributes = attributes_copy(thread, object);
    return attributes == NULL || attributes->length == 0 ? VALUE_NONE : value_object(attributes);
}

Value memory_file_state(Thread *thread, Value self, const Value *items, size_t count) {
    Tuple *state = tuple_new(thread, count + 1);
    memcpy(state->items, items, count * sizeof *items);
    state->items[count] = attributes_or_none(thread, as_object(self));
    return value_object(state);
}

Value memory_file_reduce(Thread *thread, Value self, const Value *items, size_t count) {
    Value parts[] = {value_object(object_type(self)),
                     value_object(thread->interpreter->empty_tuple),
                     memory_file_state(thread, self, items, count)};
    return value_object(tuple_from_array(thread, parts, 3));
}

static bool set_attributes(Thread *thread, Value self, Value attributes) {
    size_t at = 0;
    Value key, v;
    if (is_none(attributes))
        return true;
    if (!is_dict(attributes))
        return raise_false(thread, ERROR_TypeError,
                           "the last item of state should be a dict, got a %s",
                           type_name(thread, attributes));
    while (dict_next(as_dict(attributes), &at, &key, &v)) {
        if (is_str(key))
            attributes_set(thread, as_object(self), str_intern(thread, as_str(key)), v);
    }
    return true;
}

bool memory_file_restore(Thread *thread, Value self, Value state, size_t count, size_t *position) {
    int64_t place;
    if (!is_tuple(state) || as_tuple(state)->length < count)
        return raise_false(thread, ERROR_TypeError,
                           "%s.__setstate__ argument should be %zu-tuple, got %s",
                           type_name(thread, self), count, type_name(thread, state));
    const Value *items = as_tuple(state)->items;
    if (!is_integral(items[count - 2]) || !int_to_int64(items[count - 2], &place))
        return raise_false(thread, ERROR_TypeError,
                           "the position of state must be an integer, got %s",
                           type_name(thread, items[count - 2]));
    if (place < 0)
        return raise_false(thread, ERROR_ValueError, "position value cannot be negative");
    *position = (size_t)place;
    return set_attributes(thread, self, items[count - 1]);
}
