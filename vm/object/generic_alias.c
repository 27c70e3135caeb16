// SPDX-License-Identifier: MIT
//
// types.GenericAlias. Attributes it does not have itself are those of the origin, so that
// list[int].append is list.append; as a base class it stands for the origin (__mro_entries__).
#include "generic_alias.h"

#include "attribute.h"
#include "call.h"
#include "container.h"
#include "error.h"
#include "heap.h"
#include "import.h"
#include "list.h"
#include "reduce.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"
#include "union.h"

static GenericAlias *as_alias(Value v) {
    return (GenericAlias *)as_object(v);
}

static bool is_alias(Thread *thread, Value v) {
    return is_object(v) && object_type(v) == builtin_type(thread, TYPE_generic_alias);
}

Value generic_alias_new(Thread *thread, Value origin, Value item) {
    Tuple *args = is_tuple(item) ? as_tuple(item) : tuple_from_array(thread, &item, 1);
    GenericAlias *alias = object_new(thread, builtin_type(thread, TYPE_generic_alias));
    alias->origin = origin;
    alias->args = args;
    return value_object(alias);
}

bool generic_alias_allowed(Thread *thread, const Type *type) {
    return type == builtin_type(thread, TYPE_type);
}

static Value construct_slot(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    (void)callee;
    if (!container_arguments(thread, "GenericAlias", count, keywords, 2, 2)) {
        return VALUE_ERROR;
    }
    return generic_alias_new(thread, args[0], args[1]);
}

bool generic_alias_add_part(TextBuilder *out, Value part) {
    if (value_same(part, VALUE_ELLIPSIS)) {
        text_builder_add_c(out, "...");
        return true;
    }
    if (is_type(part)) {
        text_builder_add(out, type_full_name(out->thread, as_type(part)));
        return true;
    }
    return text_builder_add_repr(out, part);
}

// The number of the first arguments that stand in brackets of their own: the parameters of
// collections.abc.Callable[[int], str], unless `...` or a ParamSpec says them.
static size_t count_parameters(Thread *thread, const GenericAlias *alias) {
    size_t count = alias->args->length;
    if (!is_type(alias->origin) || count == 0 ||
        !str_equal_c(type_full_name(thread, as_type(alias->origin)), "collections.abc.Callable")) {
        return SIZE_MAX;
    }
    Value first = alias->args->items[0];
    bool is_special = value_same(first, VALUE_ELLIPSIS) ||
                      (is_object(first) && strcmp(object_type(first)->name, "ParamSpec") == 0);
    return count == 2 && is_special ? SIZE_MAX : count - 1;
}

static bool add_arguments(TextBuilder *out, const GenericAlias *alias) {
    size_t parameters = count_parameters(out->thread, alias);
    bool ok = true;
    text_builder_add_c(out, parameters == SIZE_MAX ? "[" : "[[");
    for (size_t i = 0; ok && i < alias->args->length; i++) {
        text_builder_add_c(out, i == parameters ? "], " : i > 0 ? ", " : "");
        ok = generic_alias_add_part(out, alias->args->items[i]);
    }
    text_builder_add_c(out, alias->args->length == 0 ? "()]" : "]");
    return ok;
}

static Value repr_slot(Thread *thread, Value self) {
    const GenericAlias *alias = as_alias(self);
    if (!native_enter_for(thread, " while getting the repr of an object")) {
        return VALUE_ERROR;
    }
    TextBuilder out;
    text_builder_init(&out, thread);
    text_builder_add_c(&out, alias->is_unpacked ? "*" : "");
    bool ok = generic_alias_add_part(&out, alias->origin) && add_arguments(&out, alias);
    native_leave(thread);
    return ok ? value_object(text_builder_finish(&out)) : VALUE_ERROR;
}

static bool hash_slot(Thread *thread, Value self, uint64_t *hash) {
    uint64_t of_origin, of_args;
    const GenericAlias *alias = as_alias(self);
    if (!operation_hash(thread, alias->origin, &of_origin) ||
        !tuple_hash(thread, value_object(alias->args), &of_args)) {
        return false;
    }
    *hash = of_origin ^ of_args;
    return true;
}

static Value compare_slot(Thread *thread, Value left, Value right, CompareOp op) {
    bool equality = op == COMPARE_EQ || op == COMPARE_NE;
    if (!equality || !is_alias(thread, left) || !is_alias(thread, right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    const GenericAlias *a = as_alias(left), *b = as_alias(right);
    int equal = a->is_unpacked == b->is_unpacked;
    if (equal > 0) {
        equal = container_equal(thread, a->origin, b->origin);
    }
    if (equal > 0) {
        equal = container_equal(thread, value_object(a->args), value_object(b->args));
    }
    return equal < 0 ? VALUE_ERROR : value_bool(equal == (op == COMPARE_EQ));
}

static Value call_slot(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    return call_with_keywords(thread, as_alias(callee)->origin, args, count, keywords);
}

static Value get_attribute_slot(Thread *thread, Value self, Str *name) {
    Type *own = builtin_type(thread, TYPE_generic_alias);
    if (!is_undefined(type_lookup(thread, own, name))) {
        return attribute_get_default(thread, self, name);
    }
    return attribute_get(thread, as_alias(self)->origin, name);
}

// One item, the alias with a star: what *tuple[int, str] is among arguments and in brackets.
static Value iter_slot(Thread *thread, Value self) {
    const GenericAlias *alias = as_alias(self);
    Value unpacked = generic_alias_new(thread, alias->origin, value_object(alias->args));
    as_alias(unpacked)->is_unpacked = true;
    return operation_iter(thread, value_object(tuple_from_array(thread, &unpacked, 1)));
}

static Value get_unpacked(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_alias(self)->is_unpacked);
}

static Value get_unpacked_tuple_args(Thread *thread, Value self) {
    const GenericAlias *alias = as_alias(self);
    bool is_tuple_type = value_same(alias->origin, value_object(builtin_type(thread, TYPE_tuple)));
    return alias->is_unpacked && is_tuple_type ? value_object(alias->args) : VALUE_NONE;
}

static Value get_origin(Thread *thread, Value self) {
    (void)thread;
    return as_alias(self)->origin;
}

static Value get_args(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_alias(self)->args);
}

// Does `v` say that a type may stand in its place?
static bool is_type_variable(Thread *thread, Value v) {
    Str *name = str_intern_c(thread, "__typing_subst__");
    return is_object(v) && !is_undefined(type_lookup(thread, object_type(v), name));
}

// Append the type variables in `args` that `found` does not have yet.
static bool add_parameters(Thread *thread, List *found, const Tuple *args) {
    for (size_t i = 0; i < args->length; i++) {
        Value arg = args->items[i], inner;
        if (is_type(arg)) {
            continue;
        }
        if (is_type_variable(thread, arg)) {
            inner = value_object(tuple_from_array(thread, &arg, 1));
        } else {
            inner = attribute_get_optional(thread, arg, str_intern_c(thread, "__parameters__"));
        }
        const Tuple *more = is_tuple(inner) ? as_tuple(inner) : NULL;
        for (size_t k = 0; more != NULL && k < more->length; k++) {
            int known = list_contains(thread, found, more->items[k]);
            if (known == 0) {
                list_append(thread, found, more->items[k]);
            }
            if (known < 0) {
                return false;
            }
        }
        if (is_error(inner)) {
            return false;
        }
    }
    return true;
}

Value generic_alias_parameters(Thread *thread, const Tuple *args) {
    List *found = list_new(thread, 0);
    if (!add_parameters(thread, found, args)) {
        return VALUE_ERROR;
    }
    return value_object(tuple_from_array(thread, found->items, found->length));
}

static Value get_parameters(Thread *thread, Value self) {
    return generic_alias_parameters(thread, as_alias(self)->args);
}

// A rare thing and a long story, so it is told in typing.mini.
Value generic_alias_substitute(Thread *thread, Value self, Value items) {
    Module *typing = import_module(thread, str_intern_c(thread, "typing"));
    if (typing == NULL) {
        return VALUE_ERROR;
    }
    Str *name = str_intern_c(thread, "_substitute");
    Value function = attribute_get(thread, value_object(typing), name);
    return is_error(function) ? function : call_2(thread, function, self, items);
}

static Value mro_entries_method(Thread *thread, Value *args) {
    return value_object(tuple_from_array(thread, &as_alias(args[0])->origin, 1));
}

static void trace_alias(Marker *marker, Object *self) {
    mark_value(marker, ((GenericAlias *)self)->origin);
    mark_object(marker, ((GenericAlias *)self)->args);
}

// (types.GenericAlias, (origin, args))
static Value reduce_method(Thread *thread, Value *args) {
    const GenericAlias *alias = as_alias(args[0]);
    Value parts = tuple_pair(thread, alias->origin, value_object(alias->args));
    return tuple_pair(thread, value_object(object_type(args[0])), parts);
}

static const NativeSpec alias_methods[] = {
    REDUCE_METHOD(reduce_method),
    {"__mro_entries__", mro_entries_method, "(self, bases, /)", "The type it stands for.",
     NATIVE_PLAIN},
    {0},
};

static const GetSetSpec alias_getsets[] = {
    {"__origin__", get_origin, NULL, "The container type."},
    {"__args__", get_args, NULL, "The types in brackets, as a tuple."},
    {"__unpacked__", get_unpacked, NULL, "True for *alias."},
    {"__typing_unpacked_tuple_args__", get_unpacked_tuple_args, NULL,
     "The arguments of *tuple[...], else None."},
    {"__parameters__", get_parameters, NULL, "Type variables among the arguments."},
    {0},
};

const TypeSpec generic_alias_type_spec = {
    .name = "types.GenericAlias",
    .doc = "(origin, args, /)\n--\n\n"
           "Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and "
           "t.__args__ is (int,).",
    .type_index = TYPE_generic_alias,
    .layout = LAYOUT_NONE,
    .flags = TYPE_WEAK,
    .size = sizeof(GenericAlias),
    .slots = {.repr = repr_slot,
              .hash = hash_slot,
              .compare = compare_slot,
              .get_item = generic_alias_substitute,
              .binary = {[BINARY_OR] = union_new},
              .iter = iter_slot,
              .call = call_slot,
              .construct = construct_slot,
              .get_attribute = get_attribute_slot,
              .trace = trace_alias},
    .methods = alias_methods,
    .getsets = alias_getsets,
};
