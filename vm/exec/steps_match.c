// SPDX-License-Identifier: MIT
//
// The match statement's opcodes: what a pattern asks of a subject (PEP 634).
//
// A pattern is compiled to questions (is it a sequence of this length, has it these keys, is it an
// instance with these attributes) and jumps. Each question is one function here. The answers are
// registers, so the captured names are bound only when the whole pattern has matched.
#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "exception.h"
#include "execute.h"
#include "list.h"
#include "operations.h"
#include "set.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

// Sequence patterns take lists, tuples, ranges and what else is a collections.abc.Sequence, but
// not text and bytes.
bool is_pattern_sequence(Thread *thread, Value v) {
    return type_of(thread, v)->flags & TYPE_PATTERN_SEQUENCE;
}

bool is_pattern_mapping(Thread *thread, Value v) {
    return type_of(thread, v)->flags & TYPE_PATTERN_MAPPING;
}

// subject.get(key): UNDEFINED if absent.
static Value mapping_get(Thread *thread, Value subject, Value key) {
    if (is_exactly(subject, LAYOUT_DICT)) {
        Value v = VALUE_UNDEFINED;
        int found = dict_get(thread, as_dict(subject), key, &v);
        return found < 0 ? VALUE_ERROR : found ? v : VALUE_UNDEFINED;
    }
    Value absent = value_object(list_new(thread, 0)); // an object of its own
    Value args[] = {key, absent};
    Value v = call_method(thread, subject, str_intern_c(thread, "get"), args, 2);
    return value_same(v, absent) ? VALUE_UNDEFINED : v;
}

static bool check_distinct_keys(Thread *thread, const Tuple *keys) {
    Set *seen = set_new(thread);
    for (size_t i = 0; i < keys->length; i++) {
        int found = set_contains(thread, seen, keys->items[i]);
        if (found > 0) {
            Str *text = operation_repr(thread, keys->items[i]);
            return text != NULL &&
                   raise_false(thread, ERROR_ValueError,
                               "mapping pattern checks duplicate key (%s)", str_text(thread, text));
        }
        if (found < 0 || !set_add(thread, seen, keys->items[i])) {
            return false;
        }
    }
    return true;
}

Value step_match_keys(Thread *thread, Value subject, Tuple *keys) {
    if (!check_distinct_keys(thread, keys)) {
        return VALUE_ERROR;
    }
    Tuple *values = tuple_new(thread, keys->length);
    for (size_t i = 0; i < keys->length; i++) {
        Value v = mapping_get(thread, subject, keys->items[i]);
        if (is_error(v) || is_undefined(v)) {
            return is_error(v) ? v : VALUE_NONE;
        }
        values->items[i] = v;
    }
    return value_object(values);
}

// Native types whose single positional sub-pattern is the subject itself: case int(x).
static bool matches_self(const Type *type) {
    switch (type->layout) {
    case LAYOUT_INT:
    case LAYOUT_STR:
    case LAYOUT_BYTES:
    case LAYOUT_BYTEARRAY:
    case LAYOUT_LIST:
    case LAYOUT_TUPLE:
    case LAYOUT_DICT:
    case LAYOUT_SET:
        return true;
    default:
        return strcmp(type->spec->name, "float") == 0 || strcmp(type->spec->name, "bool") == 0 ||
               strcmp(type->spec->name, "int") == 0;
    }
}

typedef struct ClassMatch {
    Thread *thread;
    Value subject;
    Type *class;
    List *values;
    Set *seen; // attribute names used so far
} ClassMatch;

// 1: the attribute was there and is in `values`; 0: no match; -1: exception.
static int match_attribute(ClassMatch *match, Value name) {
    Thread *thread = match->thread;
    int seen = set_contains(thread, match->seen, name);
    if (seen != 0) {
        return seen < 0 ? -1
                        : raise_minus_one(thread, ERROR_TypeError,
                                          "%s() got multiple sub-patterns for attribute '%s'",
                                          match->class->name, str_text(thread, as_str(name)));
    }
    if (!set_add(thread, match->seen, name)) {
        return -1;
    }
    Value v = attribute_get_optional(thread, match->subject, as_str(name));
    if (is_error(v) || is_undefined(v)) {
        return is_error(v) ? -1 : 0;
    }
    list_append(thread, match->values, v);
    return 1;
}

static int raise_too_many_patterns(const ClassMatch *match, size_t allowed, size_t positional) {
    return raise_minus_one(match->thread, ERROR_TypeError,
                           "%s() accepts %zu positional sub-pattern%s (%zu given)",
                           match->class->name, allowed, allowed == 1 ? "" : "s", positional);
}

static int match_by_args(ClassMatch *match, Value match_args, size_t positional) {
    Thread *thread = match->thread;
    if (!is_exactly(match_args, LAYOUT_TUPLE)) {
        return raise_minus_one(thread, ERROR_TypeError,
                               "%s.__match_args__ must be a tuple (got %s)", match->class->name,
                               type_name(thread, match_args));
    }
    const Tuple *names = as_tuple(match_args);
    if (positional > names->length) {
        return raise_too_many_patterns(match, names->length, positional);
    }
    for (size_t i = 0; i < positional; i++) {
        if (!is_str(names->items[i])) {
            return raise_minus_one(thread, ERROR_TypeError,
                                   "__match_args__ elements must be strings (got %s)",
                                   type_name(thread, names->items[i]));
        }
        int matched = match_attribute(match, names->items[i]);
        if (matched <= 0) {
            return matched;
        }
    }
    return 1;
}

static int match_positional(ClassMatch *match, size_t positional) {
    if (positional == 0) {
        return 1;
    }
    Thread *thread = match->thread;
    Value match_args = type_lookup(thread, match->class, common_name(thread, NAME___match_args__));
    if (!is_undefined(match_args)) {
        return match_by_args(match, match_args, positional);
    }
    bool self = matches_self(match->class);
    if (positional > self) {
        return raise_too_many_patterns(match, self, positional);
    }
    list_append(thread, match->values, match->subject);
    return 1;
}

Value step_match_class(Thread *thread, Value subject, Value class, Value names, size_t positional) {
    if (!is_type(class)) {
        return raise_error(thread, ERROR_TypeError, "called match pattern must be a class");
    }
    int matched = operation_is_instance(thread, subject, class);
    if (matched <= 0) {
        return matched < 0 ? VALUE_ERROR : VALUE_NONE;
    }
    ClassMatch match = {thread, subject, as_type(class), list_new(thread, 4), set_new(thread)};
    matched = match_positional(&match, positional);
    const Tuple *keyword_names = as_tuple(names);
    for (size_t i = 0; matched > 0 && i < keyword_names->length; i++) {
        matched = match_attribute(&match, keyword_names->items[i]);
    }
    if (matched <= 0) {
        return matched < 0 ? VALUE_ERROR : VALUE_NONE;
    }
    return value_object(tuple_from_array(thread, match.values->items, match.values->length));
}

Value step_dict_without(Thread *thread, Value dict, Tuple *keys) {
    Dict *rest = dict_new(thread, 0);
    if (!dict_update_mapping(thread, rest, dict, false)) {
        return VALUE_ERROR;
    }
    for (size_t i = 0; i < keys->length; i++) {
        if (dict_delete(thread, rest, keys->items[i]) < 0) {
            return VALUE_ERROR;
        }
    }
    return value_object(rest);
}
