// SPDX-License-Identifier: MIT
//
// Records: tuples whose items also have names, such as sys.version_info. A record type is a
// TypeSpec whose getsets name the items in order, each read by the record_get_N of its place.
#pragma once

#include "library.h"
#include "object.h"

// clang-format off
#define RECORD_PLACES(PLACE) \
    PLACE(0) PLACE(1) PLACE(2) PLACE(3) PLACE(4) PLACE(5) PLACE(6) PLACE(7) PLACE(8) \
    PLACE(9) PLACE(10) PLACE(11) PLACE(12) PLACE(13) PLACE(14) PLACE(15) PLACE(16) PLACE(17) \
    PLACE(18)
// clang-format on

#define RECORD_PLACE(n) Value record_get_##n(Thread *thread, Value self);
RECORD_PLACES(RECORD_PLACE)
#undef RECORD_PLACE

#define RECORD_FIELD(place, name, doc) GETSET(name, record_get_##place, NULL, doc)

// name(field=value, ...)
Value record_repr(Thread *thread, Value self);
// __reduce__, which is what pickle and copy ask: (type, (items, {name: field behind the items})).
extern const NativeSpec record_methods[];
// Such a dict, the second argument of a record's constructor: sets the fields behind the items.
// false with TypeError.
bool record_set_more(Thread *thread, Tuple *record, Value given);

#define RECORD_LATE_TYPE(variable, module_name, type_name, fields, text)                           \
    const TypeSpec variable = {                                                                    \
        .name = module_name "." type_name,                                                         \
        .doc = text,                                                                               \
        .layout = LAYOUT_TUPLE,                                                                    \
        .flags = TYPE_FINAL | TYPE_ABSTRACT | TYPE_PATTERN_SEQUENCE,                               \
        .size = sizeof(Tuple),                                                                     \
        .slots = {.repr = record_repr},                                                            \
        .methods = record_methods,                                                                 \
        .getsets = fields,                                                                         \
    };
#define RECORD_TYPE(variable, module_name, type_name, fields, text)                                \
    static RECORD_LATE_TYPE(variable, module_name, type_name, fields, text)

// The Type of a RECORD_TYPE in this interpreter.
Type *record_type(Thread *thread, const TypeSpec *spec);
// A record of `type`; as many values as the type has fields.
Value record_new(Thread *thread, Type *type, const Value *values);
