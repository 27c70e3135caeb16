// SPDX-License-Identifier: MIT
//
// Types made of types, for annotations: list[int] and int | None. Mini gives them no meaning; they
// can be printed, compared, taken apart (__origin__, __args__), and a union can stand as second
// argument of isinstance.
#include "generic_alias.h"

#include "attribute.h"
#include "call.h"
#include "interpreter.h"
#include "operations.h"
#include "str.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"

static GenericAlias *as_alias(Value v) {
    return (GenericAlias *)as_object(v);
}

bool generic_alias_allowed(Thread *thread, const Type *type) {
    static const TypeIndex allowed[] = {
        TYPE_list,      TYPE_tuple,     TYPE_dict, TYPE_set,          TYPE_frozenset, TYPE_type,
        TYPE_enumerate, TYPE_generator, TYPE_coroutine, TYPE_async_generator, TYPE_mappingproxy,
    };
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        if (type_is_subtype(type, builtin_type(thread, allowed[i]))) {
            return allowed[i] != TYPE_type || type == builtin_type(thread, TYPE_type);
        }
    }
    return false;
}

Value generic_alias_new(Thread *thread, Value origin, Value key) {
    GenericAlias *alias = object_new(thread, builtin_type(thread, TYPE_generic_alias));
    alias->origin = origin;
    alias->args = is_tuple(key) ? as_tuple(key) : tuple_from_array(thread, &key, 1);
    return value_object(alias);
}

// Classes by their name, anything else by its repr.
static bool add_type(Thread *thread, TextBuilder *text, Value v) {
    if (value_same(v, VALUE_ELLIPSIS)) {
        text_builder_add_c(text, "...");
        return true;
    }
    if (!is_type(v)) {
        return text_builder_add_repr(text, v);
    }
    text_builder_add(text, type_full_name(thread, as_type(v)));
    return true;
}

static Value alias_repr(Thread *thread, Value self) {
    const GenericAlias *alias = as_alias(self);
    TextBuilder text;
    text_builder_init(&text, thread);
    bool ok = add_type(thread, &text, alias->origin);
    text_builder_add_c(&text, "[");
    for (size_t i = 0; ok && i < alias->args->length; i++) {
        text_builder_add_c(&text, i ? ", " : "");
        ok = add_type(thread, &text, alias->args->items[i]);
    }
    text_builder_add_c(&text, alias->args->length ? "]" : "()]");
    return ok ? value_object(text_builder_finish(&text)) : VALUE_ERROR;
}

static bool is_alias(Thread *thread, Value v) {
    return is_object(v) && object_type(v) == builtin_type(thread, TYPE_generic_alias);
}

static Value alias_compare(Thread *thread, Value left, Value right, CompareOp op) {
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !is_alias(thread, right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    const GenericAlias *a = as_alias(left), *b = as_alias(right);
    int equal = operation_equal(thread, a->origin, b->origin);
    if (equal > 0) {
        equal = operation_equal(thread, value_object(a->args), value_object(b->args));
    }
    return equal < 0 ? VALUE_ERROR : value_bool(equal == (op == COMPARE_EQ));
}

static bool alias_hash(Thread *thread, Value self, uint64_t *hash) {
    uint64_t args;
    if (!operation_hash(thread, as_alias(self)->origin, hash) ||
        !operation_hash(thread, value_object(as_alias(self)->args), &args)) {
        return false;
    }
    *hash ^= args;
    return true;
}

static Value alias_call(Thread *thread, Value callee, Value *args, size_t count,
                        Tuple *keywords) {
    return call_with_keywords(thread, as_alias(callee)->origin, args, count, keywords);
}

static bool is_own_name(const Str *name) {
    return str_equal_c(name, "__origin__") || str_equal_c(name, "__args__") ||
           str_equal_c(name, "__class__") || str_equal_c(name, "__mro_entries__") ||
           str_equal_c(name, "__parameters__");
}

// Everything else is an attribute of the origin.
static Value alias_get_attribute(Thread *thread, Value self, Str *name) {
    return is_own_name(name) ? attribute_get_default(thread, self, name)
                             : attribute_get(thread, as_alias(self)->origin, name);
}

static Value get_origin(Thread *thread, Value self) {
    (void)thread;
    return as_alias(self)->origin;
}

static Value get_args(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_alias(self)->args);
}

static Value get_parameters(Thread *thread, Value self) {
    (void)self;
    return value_object(thread->interpreter->empty_tuple);
}

static const GetSetSpec alias_getsets[] = {
    {"__origin__", get_origin, NULL, "The class that was subscripted."},
    {"__args__", get_args, NULL, "The arguments, a tuple."},
    {"__parameters__", get_parameters, NULL, "Type variables; always empty."},
    {0},
};

static Value alias_mro_entries(Thread *thread, Value *args) {
    return value_object(tuple_from_array(thread, &as_alias(args[0])->origin, 1));
}

static const NativeSpec alias_methods[] = {
    {"__mro_entries__", alias_mro_entries, "(self, bases, /)", "The origin, as a base class.",
     NATIVE_PLAIN},
    {0},
};

static void alias_trace(Marker *marker, Object *self) {
    mark_value(marker, ((GenericAlias *)self)->origin);
    mark_object(marker, ((GenericAlias *)self)->args);
}

const TypeSpec generic_alias_type_spec = {
    .name = "GenericAlias",
    .module = "types",
    .doc = "A class with type arguments, such as list[int].",
    .type_index = TYPE_generic_alias,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(GenericAlias),
    .slots =
        {
            .repr = alias_repr,
            .hash = alias_hash,
            .compare = alias_compare,
            .binary[BINARY_OR] = union_new,
            .call = alias_call,
            .get_attribute = alias_get_attribute,
            .trace = alias_trace,
        },
    .methods = alias_methods,
    .getsets = alias_getsets,
};

// Unions

static Union *as_union(Value v) {
    return (Union *)as_object(v);
}

static bool is_union(Thread *thread, Value v) {
    return is_object(v) && object_type(v) == builtin_type(thread, TYPE_union);
}

const Tuple *union_members(Thread *thread, Value v) {
    return is_union(thread, v) ? as_union(v)->members : NULL;
}

static bool can_join(Thread *thread, Value v) {
    return is_type(v) || is_none(v) || is_union(thread, v) || is_alias(thread, v);
}

// Append `v`, or its members if it is a union, without repetition. -1: exception.
static int add_member(Thread *thread, Value *members, size_t *count, Value v) {
    for (size_t i = 0; i < *count; i++) {
        int equal = operation_equal(thread, members[i], v);
        if (equal) {
            return equal < 0 ? -1 : 0;
        }
    }
    members[(*count)++] = v;
    return 0;
}

static int add_members(Thread *thread, Value *members, size_t *count, Value v) {
    if (is_none(v)) {
        v = value_object(builtin_type(thread, TYPE_none));
    }
    if (!is_union(thread, v)) {
        return add_member(thread, members, count, v);
    }
    const Tuple *nested = as_union(v)->members;
    for (size_t i = 0; i < nested->length; i++) {
        if (add_member(thread, members, count, nested->items[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

static size_t member_count(Thread *thread, Value v) {
    return is_union(thread, v) ? as_union(v)->members->length : 1;
}

Value union_new(Thread *thread, Value left, Value right) {
    if (!can_join(thread, left) || !can_join(thread, right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    size_t room = member_count(thread, left) + member_count(thread, right), count = 0;
    Value *members = heap_allocate(thread_heap(thread), CELL_BUFFER, room * sizeof(Value));
    if (add_members(thread, members, &count, left) < 0 ||
        add_members(thread, members, &count, right) < 0) {
        return VALUE_ERROR;
    }
    if (count == 1) {
        return members[0];
    }
    Union *result = object_new(thread, builtin_type(thread, TYPE_union));
    result->members = tuple_from_array(thread, members, count);
    return value_object(result);
}

static Value union_repr(Thread *thread, Value self) {
    const Tuple *members = as_union(self)->members;
    Value none = value_object(builtin_type(thread, TYPE_none));
    TextBuilder text;
    text_builder_init(&text, thread);
    for (size_t i = 0; i < members->length; i++) {
        text_builder_add_c(&text, i ? " | " : "");
        if (value_same(members->items[i], none)) {
            text_builder_add_c(&text, "None");
        } else if (!add_type(thread, &text, members->items[i])) {
            return VALUE_ERROR;
        }
    }
    return value_object(text_builder_finish(&text));
}

static bool has_member(const Tuple *members, Value v) {
    for (size_t i = 0; i < members->length; i++) {
        if (value_same(members->items[i], v)) {
            return true;
        }
    }
    return false;
}

static Value union_compare(Thread *thread, Value left, Value right, CompareOp op) {
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !is_union(thread, right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    const Tuple *a = as_union(left)->members, *b = as_union(right)->members;
    bool equal = a->length == b->length;
    for (size_t i = 0; equal && i < a->length; i++) {
        equal = has_member(b, a->items[i]);
    }
    return value_bool(equal == (op == COMPARE_EQ));
}

static bool union_hash(Thread *thread, Value self, uint64_t *hash) {
    const Tuple *members = as_union(self)->members;
    *hash = members->length;
    for (size_t i = 0; i < members->length; i++) {
        uint64_t one;
        if (!operation_hash(thread, members->items[i], &one)) {
            return false;
        }
        *hash ^= one;
    }
    return true;
}

static Value get_members(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_union(self)->members);
}

static const GetSetSpec union_getsets[] = {
    {"__args__", get_members, NULL, "The types of the union."},
    {"__parameters__", get_parameters, NULL, "Type variables; always empty."},
    {0},
};

static void union_trace(Marker *marker, Object *self) {
    mark_object(marker, ((Union *)self)->members);
}

const TypeSpec union_type_spec = {
    .name = "UnionType",
    .module = "types",
    .doc = "Represent a union of types, such as int | str.",
    .type_index = TYPE_union,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Union),
    .slots =
        {
            .repr = union_repr,
            .hash = union_hash,
            .compare = union_compare,
            .binary[BINARY_OR] = union_new,
            .trace = union_trace,
        },
    .getsets = union_getsets,
};
