// SPDX-License-Identifier: MIT
//
// Types from static tables. A TypeSpec is shared by all interpreters of the process; each makes
// its own Type from it, with a dictionary that programs can look into.
//
// Every interpreter starts with a knot: a type is an object whose type is `type`, has a dict whose
// type is `dict`, whose keys are `str`. So the Type structs are allocated first with just their C
// slots filled, which suffices to make strings, tuples and dicts, and completed afterwards.
#include "attribute.h"
#include "descriptor.h"
#include "dict.h"
#include "exception.h"
#include "instance.h"
#include "interpreter.h"
#include "native.h"
#include "slots.h"
#include "str.h"
#include "tuple.h"
#include "type_parts.h"

static void fill_from_spec(Type *type, const TypeSpec *spec) {
    type->name = spec->name;
    type->layout = (uint8_t)spec->layout;
    type->exact_layout = (uint8_t)spec->layout;
    type->flags = spec->flags;
    if (spec->flags & TYPE_HAS_ATTRIBUTES && !(spec->flags & TYPE_IS_ERROR)) {
        type->flags |= TYPE_WEAK;
    }
    type->size = spec->size;
    type->spec = spec;
    type->slots = spec->slots;
    type->qualified_name = type->module_name = type->doc = VALUE_NONE;
    type->init = type->new_ = type->subclasses = VALUE_UNDEFINED;
}

static void place_attributes(Thread *thread, Type *type) {
    if (!(type->flags & TYPE_HAS_ATTRIBUTES)) {
        return;
    }
    if (type->layout == LAYOUT_EXCEPTION) {
        type->attributes_offset = offsetof(Exception, shape);
    } else if (type->base && type->base->flags & TYPE_HAS_ATTRIBUTES) {
        type->attributes_offset = type->base->attributes_offset;
    } else {
        type->attributes_offset = (uint32_t)type->size;
        type->size += sizeof(Attributes);
    }
    type_set_inline_slots(thread, type, 0);
}

// The part of the object that C code defined.
static void trace_native_part(Marker *marker, Object *self) {
    for (const Type *type = self->type; type; type = type->base) {
        if (type->spec->slots.trace) {
            type->spec->slots.trace(marker, self);
            return;
        }
    }
}

static void trace_native_with_attributes(Marker *marker, Object *self) {
    trace_native_part(marker, self);
    attributes_trace(marker, (Attributes *)((char *)self + self->type->attributes_offset));
}

static void trace_native_at_end(Marker *marker, Object *self) {
    trace_native_part(marker, self);
    Attributes *attributes = attributes_of(self);
    if (attributes) {
        attributes_trace(marker, attributes);
    }
}

static void trace_instance(Marker *marker, Object *self) {
    attributes_trace(marker, (Attributes *)(void *)&((Instance *)self)->shape);
}

void type_choose_trace(Type *type) {
    if (type->layout == LAYOUT_INSTANCE) {
        type->slots.trace = trace_instance;
    } else if (type->flags & TYPE_HAS_ATTRIBUTES && type->layout != LAYOUT_EXCEPTION) {
        type->slots.trace = type->attributes_offset == ATTRIBUTES_AT_END
                                ? trace_native_at_end
                                : trace_native_with_attributes;
    } else if (!type->slots.trace && type->base) {
        type->slots.trace = type->base->slots.trace;
    }
}

static Value method_object(Thread *thread, const NativeSpec *spec, Type *type) {
    switch (spec->kind) {
    case NATIVE_CLASS_METHOD:
        return classmethod_new(thread, native_new(thread, spec, type, VALUE_NONE));
    case NATIVE_STATIC_METHOD:
        return staticmethod_new(thread, native_new(thread, spec, NULL, VALUE_NONE));
    default:
        return native_new(thread, spec, type, VALUE_NONE);
    }
}

static void add_tables(Thread *thread, Type *type, const TypeSpec *spec) {
    for (const NativeSpec *method = spec->methods; method && method->name; method++) {
        dict_set_str(thread, type->attributes, str_intern_c(thread, method->name),
                     method_object(thread, method, type));
    }
    for (const GetSetSpec *getset = spec->getsets; getset && getset->name; getset++) {
        dict_set_str(thread, type->attributes, str_intern_c(thread, getset->name),
                     getset_new(thread, getset, type));
    }
}

// Types whose instances have any attributes show them as __dict__.
static void add_dict(Thread *thread, Type *type) {
    Str *name = common_name(thread, NAME___dict__);
    bool inherited = type->base && type->base->flags & TYPE_HAS_ATTRIBUTES;
    if (type->flags & TYPE_HAS_ATTRIBUTES && !(type->flags & TYPE_SEALED) && !inherited &&
        is_undefined(dict_get_str(thread, type->attributes, name))) {
        dict_set_str(thread, type->attributes, name, getset_new(thread, &object_dict_getset, type));
    }
}

static Tuple *native_mro(Thread *thread, Type *type, const Type *base) {
    size_t inherited = base ? base->mro->length : 0;
    Tuple *mro = tuple_new(thread, inherited + 1);
    mro->items[0] = value_object(type);
    for (size_t i = 0; i < inherited; i++) {
        mro->items[i + 1] = base->mro->items[i];
    }
    return mro;
}

Value type_text_signature(Thread *thread, const Type *type) {
    const char *doc = type->flags & TYPE_FROM_CLASS ? NULL : type->spec->doc;
    return doc == NULL ? VALUE_NONE : native_doc_signature(thread, doc);
}

static void name_native(Thread *thread, Type *type, const TypeSpec *spec) {
    const char *name = type_short_name(type), *module = spec->module ? spec->module : "builtins";
    type->qualified_name = value_object(str_intern_c(thread, name));
    type->module_name =
        name == spec->name
            ? value_object(str_intern_c(thread, module))
            : value_object(str_intern(
                  thread, str_new_utf8(thread, spec->name, (size_t)(name - 1 - spec->name))));
    type->doc = spec->doc ? value_object(str_from_c(thread, native_doc_text(spec->doc))) : VALUE_NONE;
    dict_set_str(thread, type->attributes, common_name(thread, NAME___doc__), type->doc);
}

static void inherit_native_slots(Type *type, Type *base) {
    if (!base) {
        return;
    }
    type->flags |=
        base->flags & (TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT | TYPE_IS_ERROR | TYPE_IS_TYPE);
    if (!type->slots.construct && base->base && !(type->flags & TYPE_ABSTRACT)) {
        type->slots.construct = base->slots.construct;
    }
    if (!type->slots.finalize) {
        type->slots.finalize = base->slots.finalize;
    }
}

static void complete(Thread *thread, Type *type, const TypeSpec *spec, Type *base) {
    type->base = base;
    type->flags |= base ? base->flags & (TYPE_PATTERN_SEQUENCE | TYPE_PATTERN_MAPPING) : 0;
    type->bases = base ? tuple_from_array(thread, (Value[]){value_object(base)}, 1)
                       : thread->interpreter->empty_tuple;
    type->mro = native_mro(thread, type, base);
    type->attributes = dict_new(thread, 0);
    name_native(thread, type, spec);
    inherit_native_slots(type, base);
    place_attributes(thread, type);
    type_choose_trace(type);
    add_tables(thread, type, spec);
    add_dict(thread, type);
    slots_add_wrappers(thread, type);
    slots_inherit(thread, type);
    type_refresh(thread, type);
    if (base) {
        type_link_subclass(thread, base, type);
    }
}

static Type *allocate_type(Thread *thread, const TypeSpec *spec) {
    Type *metatype = builtin_type(thread, TYPE_type);
    Type *type = object_new_sized(thread, metatype, sizeof(Type));
    type->object.type = metatype ? metatype : type;
    fill_from_spec(type, spec);
    return type;
}

Type *type_from_spec(Thread *thread, const TypeSpec *spec, Type *base) {
    Type *type = allocate_type(thread, spec);
    complete(thread, type, spec, base ? base : builtin_type(thread, TYPE_object));
    return type;
}

static const TypeSpec *const native_specs[] = {
#define TYPE(name, spec) &spec,
#include "types.def"
#undef TYPE
};

void types_allocate(Thread *thread) {
    Interpreter *interpreter = thread->interpreter;
    interpreter->types[TYPE_type] = allocate_type(thread, &type_type_spec);
    for (size_t i = 0; i < TYPE_INDEX_COUNT; i++) {
        if (i != TYPE_type) {
            interpreter->types[i] = allocate_type(thread, native_specs[i]);
        }
    }
    types_allocate_cache(interpreter);
}

// The native types whose `construct` is like CPython's: __new__ makes an empty object, __init__
// fills it.
static const TypeIndex filled_by_init[] = {TYPE_list,         TYPE_dict,     TYPE_set,
                                           TYPE_bytearray,    TYPE_property, TYPE_classmethod,
                                           TYPE_staticmethod, TYPE_super,    TYPE_module};

void types_init(Thread *thread) {
    Interpreter *interpreter = thread->interpreter;
    for (size_t i = 0; i < sizeof filled_by_init / sizeof *filled_by_init; i++) {
        interpreter->types[filled_by_init[i]]->flags |= TYPE_HAS_INIT;
    }
    interpreter->types[TYPE_type]->flags |= TYPE_IS_TYPE;
    slots_init(thread);
    for (size_t i = 0; i < TYPE_INDEX_COUNT; i++) {
        Type *base =
            i == TYPE_object ? NULL : interpreter->types[i == TYPE_bool ? TYPE_int : TYPE_object];
        complete(thread, interpreter->types[i], native_specs[i], base);
    }
    type_init_errors(thread);
}
