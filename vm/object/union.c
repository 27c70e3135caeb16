// SPDX-License-Identifier: MIT
//
// int | None: types.UnionType. The members are kept flat and without repetition, in the order of
// their first appearance; None stands for its type. isinstance accepts a union.
#include "union.h"

#include "container.h"
#include "error.h"
#include "generic_alias.h"
#include "heap.h"
#include "list.h"
#include "set.h"
#include "tuple.h"
#include "type.h"

static bool is_union(Thread *thread, Value v) {
    return is_object(v) && object_type(v) == builtin_type(thread, TYPE_union);
}

const Tuple *union_members(Thread *thread, Value v) {
    return is_union(thread, v) ? ((const Union *)as_object(v))->members : NULL;
}

static bool can_be_member(Thread *thread, Value v) {
    return is_none(v) || is_type(v) || is_union(thread, v) ||
           (is_object(v) && object_type(v) == builtin_type(thread, TYPE_generic_alias));
}

// Append `v`, or the members of the union `v`, unless they are there already.
static bool add_member(Thread *thread, List *members, Value v) {
    const Tuple *inner = union_members(thread, v);
    for (size_t i = 0; inner != NULL && i < inner->length; i++) {
        if (!add_member(thread, members, inner->items[i])) {
            return false;
        }
    }
    if (inner != NULL) {
        return true;
    }
    Value member = is_none(v) ? value_object(builtin_type(thread, TYPE_none)) : v;
    int known = list_contains(thread, members, member);
    if (known == 0) {
        list_append(thread, members, member);
    }
    return known >= 0;
}

Value union_new(Thread *thread, Value left, Value right) {
    if (!can_be_member(thread, left) || !can_be_member(thread, right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    List *members = list_new(thread, 4);
    if (!add_member(thread, members, left) || !add_member(thread, members, right)) {
        return VALUE_ERROR;
    }
    if (members->length == 1) {
        return members->items[0];
    }
    Tuple *frozen = tuple_from_array(thread, members->items, members->length);
    Union *result = object_new(thread, builtin_type(thread, TYPE_union));
    result->members = frozen;
    return value_object(result);
}

static Value repr_slot(Thread *thread, Value self) {
    const Tuple *members = union_members(thread, self);
    TextBuilder out;
    text_builder_init(&out, thread);
    for (size_t i = 0; i < members->length; i++) {
        Value member = members->items[i];
        bool none = value_same(member, value_object(builtin_type(thread, TYPE_none)));
        text_builder_add_c(&out, i > 0 ? " | " : "");
        if (!generic_alias_add_part(&out, none ? VALUE_NONE : member)) {
            return VALUE_ERROR;
        }
    }
    return value_object(text_builder_finish(&out));
}

// Order does not matter for equality and hash.
static Set *member_set(Thread *thread, Value self) {
    Value members = value_object(((const Union *)as_object(self))->members);
    return set_from_iterable(thread, builtin_type(thread, TYPE_frozenset), members);
}

static bool hash_slot(Thread *thread, Value self, uint64_t *hash) {
    Set *set = member_set(thread, self);
    return set != NULL && operation_hash(thread, value_object(set), hash);
}

static Value compare_slot(Thread *thread, Value left, Value right, CompareOp op) {
    bool equality = op == COMPARE_EQ || op == COMPARE_NE;
    if (!equality || !is_union(thread, left) || !is_union(thread, right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    Set *a = member_set(thread, left), *b = member_set(thread, right);
    if (a == NULL || b == NULL) {
        return VALUE_ERROR;
    }
    return operation_compare(thread, op, value_object(a), value_object(b));
}

static Value get_args(Thread *thread, Value self) {
    (void)thread;
    return value_object(((const Union *)as_object(self))->members);
}

static Value get_parameters(Thread *thread, Value self) {
    return generic_alias_parameters(thread, ((const Union *)as_object(self))->members);
}

static void trace_union(Marker *marker, Object *self) {
    mark_object(marker, ((Union *)self)->members);
}

static const GetSetSpec union_getsets[] = {
    {"__args__", get_args, NULL, "The members, as a tuple."},
    {"__parameters__", get_parameters, NULL, "Type variables among the members."},
    {0},
};

const TypeSpec union_type_spec = {
    .name = "types.UnionType",
    .doc = "Represent a PEP 604 union type\n\nE.g. for int | str",
    .type_index = TYPE_union,
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Union),
    .slots = {.repr = repr_slot,
              .hash = hash_slot,
              .compare = compare_slot,
              .get_item = generic_alias_substitute,
              .binary = {[BINARY_OR] = union_new},
              .trace = trace_union},
    .getsets = union_getsets,
};
