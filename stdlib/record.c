// SPDX-License-Identifier: MIT
//
// Tuples with named items. A getter has no data of its own, so there is one C function for each
// place in a record; the macro that lists the places keeps that bearable. CPython calls such types
// struct sequences.
#include "record.h"

#include "dict.h"
#include "execute.h"
#include "str.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"

#define RECORD_PLACE(n)                                                                            \
    Value record_get_##n(Thread *thread, Value self) {                                             \
        (void)thread;                                                                              \
        return as_tuple(self)->items[n];                                                           \
    }
RECORD_PLACES(RECORD_PLACE)
#undef RECORD_PLACE

Type *record_type(Thread *thread, const TypeSpec *spec) {
    return type_from_spec(thread, spec, builtin_type(thread, TYPE_tuple));
}

static size_t field_count(const Type *type) {
    size_t count = 0;
    while (type->spec->getsets[count].name != NULL)
        count++;
    return count;
}

Value record_new(Thread *thread, Type *type, const Value *values) {
    size_t count = field_count(type);
    Tuple *record = object_new_sized(thread, type, sizeof(Tuple) + count * sizeof(Value));
    record->length = count;
    memcpy(record->items, values, count * sizeof(Value));
    return value_object(record);
}

Value record_repr(Thread *thread, Value self) {
    const Type *type = object_type(self);
    const Tuple *record = as_tuple(self);
    TextBuilder builder;
    text_builder_init(&builder, thread);
    text_builder_add_printf(&builder, "%s(", type->name);
    for (size_t i = 0; i < record->length; i++) {
        text_builder_add_printf(&builder, "%s%s=", i > 0 ? ", " : "", type->spec->getsets[i].name);
        if (!text_builder_add_repr(&builder, record->items[i]))
            return VALUE_ERROR;
    }
    text_builder_put(&builder, ')');
    return value_object(text_builder_finish(&builder));
}

// ---- Fields behind the items ----

static size_t place_of(UnaryFunction getter) {
    static const UnaryFunction getters[] = {
#define RECORD_PLACE(n) record_get_##n,
        RECORD_PLACES(RECORD_PLACE)
#undef RECORD_PLACE
    };
    size_t place = 0;
    while (getters[place] != getter)
        place++;
    return place;
}

static Value record_reduce(Thread *thread, Value *args) {
    const Tuple *record = as_tuple(args[0]);
    Type *type = object_type(args[0]);
    Dict *more = dict_new(thread, 0);
    for (const GetSetSpec *field = type->spec->getsets; field->name != NULL; field++) {
        size_t place = place_of(field->get);
        if (place >= record->length)
            dict_set_str(thread, more, str_intern_c(thread, field->name), record->items[place]);
    }
    Value items = value_object(tuple_from_array(thread, record->items, record->length));
    Value given = tuple_pair(thread, items, value_object(more));
    return tuple_pair(thread, value_object(type), given);
}

bool record_set_more(Thread *thread, Tuple *record, Value given) {
    const Type *type = object_type(value_object(record));
    if (!is_exactly(given, LAYOUT_DICT))
        return raise_false(thread, ERROR_TypeError, "%s() takes a dict as second arg, if any",
                           type->name);
    size_t used = 0;
    for (const GetSetSpec *field = type->spec->getsets; field->name != NULL; field++) {
        size_t place = place_of(field->get);
        Value v = dict_get_str(thread, as_dict(given), str_intern_c(thread, field->name));
        if (place < record->length || is_undefined(v))
            continue;
        record->items[place] = v;
        used++;
    }
    return used == as_dict(given)->length ||
           raise_false(thread, ERROR_TypeError, "%s() got duplicate or unexpected field name(s)",
                       type->name);
}

const NativeSpec record_methods[] = {
    NATIVE("__reduce__", record_reduce, "(self, /)", "Return what pickle has to know."),
    NATIVE_END,
};
