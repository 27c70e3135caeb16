// SPDX-License-Identifier: MIT
//
// Pattern objects: everything that is done with a compiled regular expression.
//
// findall, split and sub walk through a subject in the same way (regex_walk.c), which also has
// finditer and scanner.
#include "regex_walk.h"

#include "attribute.h"
#include "byte_builder.h"
#include "call.h"
#include "dict_view.h"
#include "execute.h"
#include "generic_alias.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "reduce.h"
#include "signals.h"
#include "text_builder.h"

// ---- match, fullmatch, search ----

// args: self, string, pos, endpos
static Value match_once(Thread *thread, Value *args, RegexMode mode) {
    RegexPattern *pattern = as_regex_pattern(args[0]);
    RegexSubject subject;
    int64_t pos, endpos;
    const size_t *spans;
    size_t set;
    if (!regex_bounds(thread, args[2], args[3], &pos, &endpos) ||
        !regex_subject(thread, pattern, args[1], pos, endpos, &subject))
        return VALUE_ERROR;
    int found = regex_match(thread, pattern, &subject, mode, false, &spans, &set);
    if (found <= 0)
        return found < 0 ? VALUE_ERROR : VALUE_NONE;
    return regex_match_new(thread, pattern, &subject, spans, set);
}

static Value pattern_match(Thread *thread, Value *args) {
    return match_once(thread, args, REGEX_MATCH);
}
static Value pattern_fullmatch(Thread *thread, Value *args) {
    return match_once(thread, args, REGEX_FULLMATCH);
}
static Value pattern_search(Thread *thread, Value *args) {
    return match_once(thread, args, REGEX_SEARCH);
}

// ---- findall, finditer, split ----

static Value span_text(RegexWalk *walk, size_t group, Value otherwise) {
    const size_t *span = walk->spans + 2 * group;
    if (group >= walk->set || span[0] == SIZE_MAX)
        return otherwise;
    return regex_slice(walk->thread, walk->subject.string, (int64_t)span[0], (int64_t)span[1]);
}

static Value empty_text(const RegexWalk *walk) {
    const Interpreter *interpreter = walk->thread->interpreter;
    return walk->pattern->for_bytes ? interpreter->empty_bytes
                                    : value_object(interpreter->empty_str);
}

static Value findall_item(RegexWalk *walk) {
    size_t groups = walk->pattern->count - 1;
    if (groups <= 1)
        return span_text(walk, groups, empty_text(walk));
    Tuple *item = tuple_new(walk->thread, groups);
    for (size_t i = 0; i < groups; i++)
        item->items[i] = empty_text(walk);
    for (size_t i = 0; i < groups; i++)
        if (is_error(item->items[i] = span_text(walk, i + 1, item->items[i])))
            return VALUE_ERROR;
    return value_object(item);
}

static Value pattern_findall(Thread *thread, Value *args) {
    RegexWalk walk;
    int64_t pos, endpos;
    int found;
    if (!regex_bounds(thread, args[2], args[3], &pos, &endpos) ||
        !regex_walk_init(&walk, thread, args[0], args[1], pos, endpos))
        return VALUE_ERROR;
    List *result = list_new(thread, 0);
    while ((found = regex_walk_next(&walk, REGEX_SEARCH)) > 0) {
        Value item = findall_item(&walk);
        if (is_error(item))
            return item;
        list_append(thread, result, item);
    }
    return found < 0 ? VALUE_ERROR : value_object(result);
}

// What stands before a match, and its groups.
static bool split_piece(RegexWalk *walk, List *result, size_t last) {
    Thread *thread = walk->thread;
    size_t start = walk->spans[0];
    Value text = regex_slice(thread, walk->subject.string, (int64_t)last, (int64_t)start);
    for (size_t group = 1; !is_error(text); group++) {
        list_append(thread, result, text);
        if (group == walk->pattern->count)
            return true;
        text = span_text(walk, group, VALUE_NONE);
    }
    return false;
}

static Value pattern_split(Thread *thread, Value *args) {
    RegexWalk walk;
    int64_t maximum, count = 0;
    size_t last = 0;
    int found = 0;
    if (!operation_index_int64(thread, args[2], &maximum) ||
        !regex_walk_init(&walk, thread, args[0], args[1], 0, INT64_MAX))
        return VALUE_ERROR;
    List *result = list_new(thread, 0);
    for (; (maximum == 0 || count < maximum) && (found = regex_walk_next(&walk, REGEX_SEARCH)) > 0; count++) {
        if (!split_piece(&walk, result, last))
            return VALUE_ERROR;
        last = walk.spans[1];
    }
    int64_t end = (int64_t)walk.subject.length;
    Value rest = found < 0 ? VALUE_ERROR : regex_slice(thread, args[1], (int64_t)last, end);
    if (is_error(rest))
        return rest;
    list_append(thread, result, rest);
    return value_object(result);
}

// ---- sub, subn ----

typedef struct Output {
    Thread *thread;
    bool is_text;
    size_t pieces; // for the error message
    TextBuilder text;
    ByteBuilder bytes;
} Output;

static void output_init(Output *out, Thread *thread, bool is_text) {
    out->thread = thread;
    out->is_text = is_text;
    out->pieces = 0;
    if (is_text)
        text_builder_init(&out->text, thread);
    else
        byte_builder_init(&out->bytes, thread, 64);
}

static void put_slice(Output *out, const RegexWalk *walk, size_t from, size_t to) {
    if (from >= to)
        return;
    out->pieces++;
    if (out->is_text)
        text_builder_add_slice(&out->text, as_str(walk->subject.string), from, to);
    else
        byte_builder_add(&out->bytes, (const uint8_t *)walk->subject.data + from, to - from);
}

static bool put_value(Output *out, Value v) {
    BytesView view;
    if (is_none(v))
        return true;
    if (out->is_text) {
        if (!is_str(v))
            return raise_false(out->thread, ERROR_TypeError,
                               "sequence item %zu: expected str instance, %s found", out->pieces,
                               type_name(out->thread, v));
        text_builder_add(&out->text, as_str(v));
    } else {
        if (!bytes_view_optional(out->thread, v, &view))
            return raise_false(out->thread, ERROR_TypeError,
                               "sequence item %zu: expected a bytes-like object, %s found",
                               out->pieces, type_name(out->thread, v));
        byte_builder_add(&out->bytes, view.data, view.length);
    }
    out->pieces++;
    return true;
}

static Value output_finish(Output *out) {
    return out->is_text ? value_object(text_builder_finish(&out->text))
                        : value_object(byte_builder_finish(&out->bytes));
}

// What is to stand in place of the match that was just found. `replacement`: a function, a
// literal, or the parts of a template.
static Value replacement_for(RegexWalk *walk, Value replacement, bool is_function) {
    if (!is_function && !is_list(replacement))
        return replacement;
    RegexSubject whole = walk->subject;
    whole.start = 0;
    Value match = regex_match_new(walk->thread, walk->pattern, &whole, walk->spans, walk->set);
    return is_function ? call_1(walk->thread, replacement, match)
                       : regex_expand(walk->thread, replacement, as_regex_match(match));
}

static Value substitute(RegexWalk *walk, Value replacement, bool is_function, int64_t maximum,
                        int64_t *count) {
    Output out;
    size_t last = 0;
    int found = 0;
    output_init(&out, walk->thread, is_str(walk->subject.string));
    for (*count = 0; (maximum == 0 || *count < maximum) && (found = regex_walk_next(walk, REGEX_SEARCH)) > 0;
         ++*count) {
        size_t start = walk->spans[0], end = walk->spans[1];
        put_slice(&out, walk, last, start);
        last = end;
        Value text = replacement_for(walk, replacement, is_function);
        if (is_error(text) || !put_value(&out, text) || !regex_walk_refresh(walk))
            return VALUE_ERROR;
    }
    if (found < 0 || !regex_walk_refresh(walk))
        return VALUE_ERROR;
    if (*count == 0 &&
        (is_bytes(walk->subject.string) || is_exactly(walk->subject.string, LAYOUT_STR)))
        return walk->subject.string;
    put_slice(&out, walk, last, walk->subject.length);
    return output_finish(&out);
}

// args: self, repl, string, count
static Value substitute_all(Thread *thread, Value *args, int64_t *count) {
    RegexPattern *pattern = as_regex_pattern(args[0]);
    bool is_function = is_callable(args[1]);
    int64_t maximum;
    RegexWalk walk;
    if (!operation_index_int64(thread, args[3], &maximum))
        return VALUE_ERROR;
    Value replacement = is_function ? args[1] : regex_template(thread, pattern, args[1]);
    if (is_error(replacement) || !regex_walk_init(&walk, thread, args[0], args[2], 0, INT64_MAX))
        return VALUE_ERROR;
    return substitute(&walk, replacement, is_function, maximum, count);
}

static Value pattern_sub(Thread *thread, Value *args) {
    int64_t count;
    return substitute_all(thread, args, &count);
}

static Value pattern_subn(Thread *thread, Value *args) {
    int64_t count;
    Value text = substitute_all(thread, args, &count);
    return is_error(text) ? text : tuple_pair(thread, text, value_small_int(count));
}

// ---- The object ----

static Value pattern_copy(Thread *thread, Value *args) {
    (void)thread;
    return args[0];
}

static Value pattern_class_getitem(Thread *thread, Value *args) {
    return generic_alias_new(thread, args[0], args[1]);
}

static void put_flag_names(TextBuilder *out, uint64_t flags) {
    static const struct {
        const char *name;
        uint64_t flag;
    } rows[] = {{"re.IGNORECASE", REGEX_IGNORECASE}, {"re.LOCALE", REGEX_LOCALE},
                {"re.MULTILINE", REGEX_MULTILINE},   {"re.DOTALL", REGEX_DOTALL},
                {"re.UNICODE", REGEX_UNICODE},       {"re.VERBOSE", REGEX_VERBOSE},
                {"re.DEBUG", REGEX_DEBUG},           {"re.ASCII", REGEX_ASCII}};
    const char *separator = ", ";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (flags & rows[i].flag) {
            text_builder_add_c(out, separator);
            text_builder_add_c(out, rows[i].name);
            flags &= ~rows[i].flag;
            separator = "|";
        }
    if (flags)
        text_builder_add_printf(out, "%s0x%llx", separator, (unsigned long long)flags);
}

static Value pattern_repr(Thread *thread, Value self) {
    const RegexPattern *pattern = as_regex_pattern(self);
    Str *shown = operation_repr(thread, pattern->pattern);
    TextBuilder out;
    if (shown == NULL)
        return VALUE_ERROR;
    text_builder_init(&out, thread);
    text_builder_add_c(&out, "re.compile(");
    text_builder_add_slice(&out, shown, 0, shown->length < 200 ? shown->length : 200);
    put_flag_names(&out,
                   pattern->for_bytes ? pattern->flags : pattern->flags & ~(uint64_t)REGEX_UNICODE);
    text_builder_put(&out, ')');
    return value_object(text_builder_finish(&out));
}

static Value pattern_compare(Thread *thread, Value left, Value right, CompareOp op) {
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !is_regex_pattern(thread, right))
        return VALUE_NOT_IMPLEMENTED;
    const RegexPattern *a = as_regex_pattern(left), *b = as_regex_pattern(right);
    int equal = a->flags == b->flags && a->for_bytes == b->for_bytes
                    ? operation_equal(thread, a->pattern, b->pattern)
                    : 0;
    return equal < 0 ? VALUE_ERROR : value_bool((equal > 0) == (op == COMPARE_EQ));
}

static bool pattern_hash(Thread *thread, Value self, uint64_t *hash) {
    const RegexPattern *pattern = as_regex_pattern(self);
    if (!operation_hash(thread, pattern->pattern, hash))
        return false;
    *hash = (*hash ^ pattern->flags * 0x9e3779b1) >> 1;
    return true;
}

static Value get_pattern(Thread *thread, Value self) {
    (void)thread;
    return as_regex_pattern(self)->pattern;
}
static Value get_flags(Thread *thread, Value self) {
    (void)thread;
    return value_small_int((int64_t)as_regex_pattern(self)->flags);
}
static Value get_groups(Thread *thread, Value self) {
    (void)thread;
    return value_small_int((int64_t)as_regex_pattern(self)->count - 1);
}
static Value get_groupindex(Thread *thread, Value self) {
    return mapping_proxy_new(thread, value_object(as_regex_pattern(self)->names));
}

static void pattern_trace(Marker *marker, Object *object) {
    const RegexPattern *pattern = (const RegexPattern *)object;
    mark_value(marker, pattern->pattern);
    mark_buffer(marker, pattern->groups);
    mark_object(marker, pattern->names);
    mark_object(marker, pattern->group_names);
    mark_value(marker, pattern->template_text);
    mark_value(marker, pattern->template);
}

static void pattern_finalize(Interpreter *interpreter, Object *object) {
    (void)interpreter;
    regex_free_pattern((RegexPattern *)object);
}

#define SPAN "(self, /, string, pos=0, endpos=9223372036854775807)"

// (re._compile, (pattern, flags)), as in CPython.
static Value pattern_reduce(Thread *thread, Value *args) {
    Value re = import_any(thread, str_intern_c(thread, "re"));
    Value compile = is_error(re) ? re : attribute_get(thread, re, str_intern_c(thread, "_compile"));
    Value pattern = attribute_get(thread, args[0], str_intern_c(thread, "pattern"));
    Value flags = attribute_get(thread, args[0], str_intern_c(thread, "flags"));
    if (is_error(compile) || is_error(pattern) || is_error(flags))
        return VALUE_ERROR;
    return tuple_pair(thread, compile, tuple_pair(thread, pattern, int_exact(thread, flags)));
}

static const NativeSpec pattern_methods[] = {
    REDUCE_METHOD(pattern_reduce),
    NATIVE("match", pattern_match, SPAN, "Match at the start of the string; None if it does not."),
    NATIVE("fullmatch", pattern_fullmatch, SPAN, "Match the whole string; None if it does not."),
    NATIVE("search", pattern_search, SPAN, "The first match in the string; None without one."),
    NATIVE("findall", pattern_findall, SPAN, "The texts (or groups) of all matches in a list."),
    NATIVE("finditer", regex_finditer, SPAN, "An iterator over all matches."),
    NATIVE("scanner", regex_scanner, SPAN, "A scanner, which finds one match after the other."),
    NATIVE("split", pattern_split, "(self, /, string, maxsplit=0)", "Split where it matches."),
    NATIVE("sub", pattern_sub, "(self, /, repl, string, count=0)",
           "The string with matches replaced by a template, or by what a function returns."),
    NATIVE("subn", pattern_subn, "(self, /, repl, string, count=0)",
           "The same together with the number of replacements."),
    NATIVE("__copy__", pattern_copy, "(self, /)", "Return the object itself."),
    NATIVE("__deepcopy__", pattern_copy, "(self, memo, /)", "Return the object itself."),
    {"__class_getitem__", pattern_class_getitem, "(cls, key, /)", "re.Pattern[str] and the like.",
     NATIVE_CLASS_METHOD},
    NATIVE_END,
};

static const GetSetSpec pattern_getsets[] = {
    GETSET("pattern", get_pattern, NULL, "The text it was compiled from."),
    GETSET("flags", get_flags, NULL, "The flags, those in the pattern included."),
    GETSET("groups", get_groups, NULL, "The number of groups."),
    GETSET("groupindex", get_groupindex, NULL, "A mapping from group names to numbers."),
    GETSET_END,
};

const TypeSpec regex_pattern_type_spec = {
    .name = "re.Pattern",
    .doc = "A compiled regular expression.",
    .flags = TYPE_WEAK | TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(RegexPattern),
    .slots = {.repr = pattern_repr,
              .hash = pattern_hash,
              .compare = pattern_compare,
              .trace = pattern_trace,
              .finalize = pattern_finalize},
    .methods = pattern_methods,
    .getsets = pattern_getsets,
};
