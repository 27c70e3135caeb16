// SPDX-License-Identifier: MIT
//
// Match objects: what a pattern has found, and where.
//
// PCRE2 does not say which group was closed last (lastindex). It is the one that ends furthest to
// the right; of two that end together, the outer closes after the inner, and otherwise the one
// with the higher number.
#include "regex.h"

#include "arguments.h"
#include "bytes.h"
#include "container.h"
#include "generic_alias.h"
#include "int.h"
#include "operations.h"
#include "text_builder.h"

#include <stdint.h>

static bool encloses(const RegexPattern *pattern, size_t outer, size_t inner) {
    for (size_t g = pattern->groups[inner].parent; g != 0; g = pattern->groups[g].parent)
        if (g == outer)
            return true;
    return false;
}

static int64_t last_closed(const RegexPattern *pattern, const RegexMatch *match) {
    size_t last = 0;
    for (size_t g = 1; g < match->count; g++) {
        int64_t end = match->spans[2 * g + 1], best = last ? match->spans[2 * last + 1] : -1;
        if (end >= 0 && (end > best || (end == best && !encloses(pattern, last, g))))
            last = g;
    }
    return (int64_t)last;
}

Value regex_match_new(Thread *thread, RegexPattern *pattern, const RegexSubject *subject,
                      const size_t *spans, size_t set) {
    size_t size = sizeof(RegexMatch) + 2 * pattern->count * sizeof(int64_t);
    RegexMatch *match = object_new_sized(thread, regex_state(thread)->match_type, size);
    match->string = subject->string;
    match->pattern = pattern;
    match->pos = (int64_t)subject->start;
    match->endpos = (int64_t)subject->length;
    match->count = pattern->count;
    for (size_t i = 0; i < 2 * match->count; i++)
        match->spans[i] = i < 2 * set && spans[i] != SIZE_MAX ? (int64_t)spans[i] : -1;
    if (match->count > 1)
        match->last_index = last_closed(pattern, match);
    return value_object(match);
}

Value regex_slice(Thread *thread, Value string, int64_t start, int64_t end) {
    if (is_str(string))
        return value_object(str_slice(thread, as_str(string), (size_t)start, (size_t)end));
    BytesView view;
    if (!bytes_view(thread, string, &view))
        return VALUE_ERROR;
    int64_t length = (int64_t)view.length; // of a bytearray it may have changed
    end = end < length ? end : length;
    start = start < end ? start : end;
    if (is_bytes(string) && start == 0 && end == length)
        return string;
    return value_object(bytes_new(thread, end > start ? view.data + start : (const void *)"",
                                  (size_t)(end - start)));
}

Value regex_match_group(Thread *thread, const RegexMatch *match, size_t group, Value otherwise) {
    int64_t start = match->spans[2 * group];
    return start < 0 ? otherwise
                     : regex_slice(thread, match->string, start, match->spans[2 * group + 1]);
}

// ---- Groups by number and name ----

// -1: IndexError.
static int64_t group_index(Thread *thread, const RegexMatch *match, Value v) {
    int64_t index = -1;
    uint64_t hash; // CPython looks it up among the names
    Value number;
    if (is_integral(v)) {
        if (!int_to_int64(v, &index))
            index = -1;
    } else if (is_str(v) && dict_get(thread, match->pattern->names, v, &number) > 0) {
        index = as_small_int(number);
    } else if (!is_str(v) && match->pattern->names->length > 0 &&
               !container_hash(thread, v, &hash)) {
        return -1;
    } else if (!is_str(v) && is_object(v) && !is_undefined(v)) {
        Value converted = operation_index(thread, v);
        if (is_error(converted))
            error_clear(thread);
        else if (!int_to_int64(converted, &index))
            index = -1;
    }
    if (index >= 0 && (uint64_t)index < match->count)
        return index;
    raise_error(thread, ERROR_IndexError, "no such group");
    return -1;
}

static Value group_by(Thread *thread, Value self, Value key) {
    const RegexMatch *match = as_regex_match(self);
    int64_t group = group_index(thread, match, key);
    return group < 0 ? VALUE_ERROR : regex_match_group(thread, match, (size_t)group, VALUE_NONE);
}

// args: self, groups
static Value match_group(Thread *thread, Value *args) {
    const Tuple *wanted = as_tuple(args[1]);
    if (wanted->length == 0)
        return regex_match_group(thread, as_regex_match(args[0]), 0, VALUE_NONE);
    if (wanted->length == 1)
        return group_by(thread, args[0], wanted->items[0]);
    Tuple *result = tuple_new(thread, wanted->length);
    for (size_t i = 0; i < wanted->length; i++)
        result->items[i] = VALUE_NONE;
    for (size_t i = 0; i < wanted->length; i++)
        if (is_error(result->items[i] = group_by(thread, args[0], wanted->items[i])))
            return VALUE_ERROR;
    return value_object(result);
}

static Value match_groups(Thread *thread, Value *args) {
    const RegexMatch *match = as_regex_match(args[0]);
    Tuple *result = tuple_new(thread, match->count - 1);
    for (size_t i = 1; i < match->count; i++)
        result->items[i - 1] = VALUE_NONE;
    for (size_t i = 1; i < match->count; i++)
        if (is_error(result->items[i - 1] = regex_match_group(thread, match, i, args[1])))
            return VALUE_ERROR;
    return value_object(result);
}

static Value match_groupdict(Thread *thread, Value *args) {
    const RegexMatch *match = as_regex_match(args[0]);
    Dict *result = dict_new(thread, 0);
    size_t position = 0;
    Value name, number;
    while (dict_next(match->pattern->names, &position, &name, &number)) {
        Value text = regex_match_group(thread, match, (size_t)as_small_int(number), args[1]);
        if (is_error(text))
            return text;
        dict_set_str(thread, result, as_str(name), text);
    }
    return value_object(result);
}

// ---- Positions ----

static Value span_part(Thread *thread, Value *args, size_t part) {
    const RegexMatch *match = as_regex_match(args[0]);
    int64_t group = group_index(thread, match, args[1]);
    return group < 0 ? VALUE_ERROR : value_small_int(match->spans[2 * (size_t)group + part]);
}
static Value match_start(Thread *thread, Value *args) {
    return span_part(thread, args, 0);
}
static Value match_end(Thread *thread, Value *args) {
    return span_part(thread, args, 1);
}

static Value span_of(Thread *thread, const RegexMatch *match, size_t group) {
    return tuple_pair(thread, value_small_int(match->spans[2 * group]),
                      value_small_int(match->spans[2 * group + 1]));
}

static Value match_span(Thread *thread, Value *args) {
    const RegexMatch *match = as_regex_match(args[0]);
    int64_t group = group_index(thread, match, args[1]);
    return group < 0 ? VALUE_ERROR : span_of(thread, match, (size_t)group);
}

static Value get_regs(Thread *thread, Value self) {
    const RegexMatch *match = as_regex_match(self);
    Tuple *result = tuple_new(thread, match->count);
    for (size_t i = 0; i < match->count; i++)
        result->items[i] = VALUE_NONE;
    for (size_t i = 0; i < match->count; i++)
        result->items[i] = span_of(thread, match, i);
    return value_object(result);
}

// ---- The rest ----

static Value match_expand(Thread *thread, Value *args) {
    const RegexMatch *match = as_regex_match(args[0]);
    Value parts = regex_template(thread, match->pattern, args[1]);
    return is_error(parts) ? parts : regex_expand(thread, parts, match);
}

static Value match_copy(Thread *thread, Value *args) {
    (void)thread;
    return args[0];
}

static Value match_class_getitem(Thread *thread, Value *args) {
    return generic_alias_new(thread, args[0], args[1]);
}

static Value match_repr(Thread *thread, Value self) {
    const RegexMatch *match = as_regex_match(self);
    Value text = regex_match_group(thread, match, 0, VALUE_NONE);
    Str *shown = is_error(text) ? NULL : operation_repr(thread, text);
    if (shown == NULL)
        return VALUE_ERROR;
    TextBuilder out;
    text_builder_init(&out, thread);
    text_builder_add_printf(&out, "<re.Match object; span=(%lld, %lld), match=",
                            (long long)match->spans[0], (long long)match->spans[1]);
    text_builder_add_slice(&out, shown, 0, shown->length < 50 ? shown->length : 50);
    text_builder_put(&out, '>');
    return value_object(text_builder_finish(&out));
}

static Value get_string(Thread *thread, Value self) {
    (void)thread;
    return as_regex_match(self)->string;
}
static Value get_re(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_regex_match(self)->pattern);
}
static Value get_pos(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_regex_match(self)->pos);
}
static Value get_endpos(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_regex_match(self)->endpos);
}
static Value get_lastindex(Thread *thread, Value self) {
    (void)thread;
    int64_t index = as_regex_match(self)->last_index;
    return index > 0 ? value_small_int(index) : VALUE_NONE;
}
static Value get_lastgroup(Thread *thread, Value self) {
    (void)thread;
    const RegexMatch *match = as_regex_match(self);
    return match->last_index > 0 ? match->pattern->group_names->items[match->last_index]
                                 : VALUE_NONE;
}

static void match_trace(Marker *marker, Object *object) {
    const RegexMatch *match = (const RegexMatch *)object;
    mark_value(marker, match->string);
    mark_object(marker, match->pattern);
}

static const NativeSpec match_methods[] = {
    NATIVE("group", match_group, "(self, /, *args)", "The text of one or more groups."),
    NATIVE("groups", match_groups, "(self, default=None)", "A tuple of the texts of all groups."),
    NATIVE("groupdict", match_groupdict, "(self, default=None)",
           "A dict of the texts of the named groups."),
    NATIVE("start", match_start, "(self, group=0, /)", "Where a group begins, or -1."),
    NATIVE("end", match_end, "(self, group=0, /)", "Where a group ends, or -1."),
    NATIVE("span", match_span, "(self, group=0, /)", "Where a group begins and ends."),
    NATIVE("expand", match_expand, "(self, template)",
           "The template with \\1, \\g<name> replaced by the texts of groups."),
    NATIVE("__copy__", match_copy, "(self, /)", "Return the object itself."),
    NATIVE("__deepcopy__", match_copy, "(self, memo, /)", "Return the object itself."),
    {"__class_getitem__", match_class_getitem, "(cls, key, /)", "re.Match[str] and the like.",
     NATIVE_CLASS_METHOD},
    NATIVE_END,
};

static const GetSetSpec match_getsets[] = {
    GETSET("string", get_string, NULL, "The string that was searched."),
    GETSET("re", get_re, NULL, "The pattern."),
    GETSET("pos", get_pos, NULL, "Where the search began."),
    GETSET("endpos", get_endpos, NULL, "Where it had to end."),
    GETSET("lastindex", get_lastindex, NULL, "The number of the group that was closed last."),
    GETSET("lastgroup", get_lastgroup, NULL, "Its name."),
    GETSET("regs", get_regs, NULL, "The spans of all groups."),
    GETSET_END,
};

const TypeSpec regex_match_type_spec = {
    .name = "re.Match",
    .doc = "What a regular expression has matched, and where.",
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(RegexMatch),
    .slots = {.repr = match_repr, .get_item = group_by, .trace = match_trace},
    .methods = match_methods,
    .getsets = match_getsets,
};
