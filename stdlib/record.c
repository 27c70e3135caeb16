// SPDX-License-Identifier: MIT
//
// Tuples with named items. A getter has no data of its own, so there is one C function for each
// place in a record; the macro that lists the places keeps that bearable. CPython calls such types
// struct sequences.
#include "record.h"

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
