// SPDX-License-Identifier: MIT
//
// The methods that look for a part of a string, and replace() with its relatives.
//
// All of them read their arguments first (which may run __index__ of a class) and then work on
// immutable strings only, so nothing can change under them. The searching itself is in str_find.c.
#include "arguments.h"
#include "execute.h"
#include "interpreter.h"
#include "operations.h"
#include "str_copy.h"
#include "str_methods.h"
#include "text_builder.h"
#include "tuple.h"

enum { SHORT_TEXT = 64 }; // up to which a loop over the characters beats looking for the next one

Str *str_argument(Thread *thread, Value v, const char *method, int number) {
    if (is_str(v))
        return as_str(v);
    if (number)
        raise_error(thread, ERROR_TypeError, "%s() argument %d must be str, not %s", method, number,
                    argument_type_name(thread, v));
    else
        raise_error(thread, ERROR_TypeError, "%s() argument must be str, not %s", method,
                    argument_type_name(thread, v));
    return NULL;
}

// What find, index, count and their relatives are called with.
typedef struct Search {
    const Str *s, *needle;
    size_t start, end;
} Search;

static bool read_search(Thread *thread, Value *args, const char *method, Search *search) {
    search->s = as_str(args[0]);
    search->needle = str_argument(thread, args[1], method, 1);
    return search->needle && arguments_bounds(thread, args[2], args[3], search->s->length,
                                              &search->start, &search->end);
}

Value str_method_find(Thread *thread, Value *args) {
    Search q;
    if (!read_search(thread, args, "find", &q))
        return VALUE_ERROR;
    return value_small_int(str_find(q.s, q.needle, q.start, q.end));
}

Value str_method_rfind(Thread *thread, Value *args) {
    Search q;
    if (!read_search(thread, args, "rfind", &q))
        return VALUE_ERROR;
    return value_small_int(str_rfind(q.s, q.needle, q.start, q.end));
}

static Value found_or_error(Thread *thread, int64_t index) {
    return index < 0 ? raise_error(thread, ERROR_ValueError, "substring not found")
                     : value_small_int(index);
}

Value str_method_index(Thread *thread, Value *args) {
    Search q;
    if (!read_search(thread, args, "index", &q))
        return VALUE_ERROR;
    return found_or_error(thread, str_find(q.s, q.needle, q.start, q.end));
}

Value str_method_rindex(Thread *thread, Value *args) {
    Search q;
    if (!read_search(thread, args, "rindex", &q))
        return VALUE_ERROR;
    return found_or_error(thread, str_rfind(q.s, q.needle, q.start, q.end));
}

Value str_method_count(Thread *thread, Value *args) {
    Search q;
    if (!read_search(thread, args, "count", &q))
        return VALUE_ERROR;
    return value_small_int((int64_t)str_count(q.s, q.needle, q.start, q.end));
}

static bool part_at_edge(const Search *q, const Str *part, bool at_end) {
    if (q->start > q->end || part->length > q->end - q->start)
        return false;
    return str_starts_with_at(q->s, at_end ? q->end - part->length : q->start, part);
}

static Value any_part_at_edge(Thread *thread, const Search *q, const Tuple *parts, bool at_end) {
    for (size_t i = 0; i < parts->length; i++) {
        if (!is_str(parts->items[i]))
            return raise_error(
                thread, ERROR_TypeError, "tuple for %s must only contain str, not %s",
                at_end ? "endswith" : "startswith", type_name(thread, parts->items[i]));
        if (part_at_edge(q, as_str(parts->items[i]), at_end))
            return VALUE_TRUE;
    }
    return VALUE_FALSE;
}

static Value starts_or_ends(Thread *thread, Value *args, bool at_end) {
    Search q = {.s = as_str(args[0])};
    if (!arguments_bounds(thread, args[2], args[3], q.s->length, &q.start, &q.end))
        return VALUE_ERROR;
    if (is_tuple(args[1]))
        return any_part_at_edge(thread, &q, as_tuple(args[1]), at_end);
    if (!is_str(args[1]))
        return raise_error(thread, ERROR_TypeError,
                           "%s first arg must be str or a tuple of str, not %s",
                           at_end ? "endswith" : "startswith", type_name(thread, args[1]));
    return value_bool(part_at_edge(&q, as_str(args[1]), at_end));
}

Value str_method_startswith(Thread *thread, Value *args) {
    return starts_or_ends(thread, args, false);
}

Value str_method_endswith(Thread *thread, Value *args) {
    return starts_or_ends(thread, args, true);
}

Value str_method_removeprefix(Thread *thread, Value *args) {
    Str *s = as_str(args[0]), *prefix = str_argument(thread, args[1], "removeprefix", 0);
    if (!prefix)
        return VALUE_ERROR;
    bool has = prefix->length <= s->length && str_starts_with_at(s, 0, prefix);
    return str_result(str_slice(thread, s, has ? prefix->length : 0, s->length));
}

Value str_method_removesuffix(Thread *thread, Value *args) {
    Str *s = as_str(args[0]), *suffix = str_argument(thread, args[1], "removesuffix", 0);
    if (!suffix)
        return VALUE_ERROR;
    bool has =
        suffix->length <= s->length && str_starts_with_at(s, s->length - suffix->length, suffix);
    return str_result(str_slice(thread, s, 0, s->length - (has ? suffix->length : 0)));
}

// Between all characters and at both ends, at most `limit` times.
static Str *replace_empty(Thread *thread, const Str *s, const Str *new, size_t limit) {
    TextBuilder builder;
    text_builder_init(&builder, thread);
    for (size_t i = 0; i <= s->length; i++) {
        if (!thread_poll_signals(thread))
            return NULL;
        if (i < limit)
            text_builder_add(&builder, new);
        if (i < s->length)
            text_builder_put(&builder, str_char_at(s, i));
    }
    return text_builder_finish(&builder);
}

static Str *replace_char(Thread *thread, Str *s, uint8_t old, uint8_t new) {
    if (!memchr(str_bytes(s), old, s->length))
        return str_exact(thread, s);
    Str *result = str_new_uninitialised(thread, s->length, 0);
    uint8_t *restrict to = str_contents(result);
    const uint8_t *restrict from = str_bytes(s);
    for (size_t i = 0, count = s->length; i < count; i++)
        to[i] = from[i] == old ? new : from[i];
    return result;
}

// The same in text of two bytes per character. NULL: there is nothing to
// replace, or what comes out may be of another width.
static Str *replace_wide_char(Thread *thread, Str *s, const Str *old, const Str *new) {
    if (s->width != 2 || old->width > 2 || new->width > 2 || str_find(s, old, 0, s->length) < 0)
        return NULL;
    const uint16_t *from = s->data;
    uint16_t seen = 0;
    uint16_t before = (uint16_t)str_char_at(old, 0), after = (uint16_t)str_char_at(new, 0);
    for (size_t i = 0, count = s->length; i < count; i++)
        seen |= from[i] == before ? after : from[i];
    if (seen < 0x100)
        return NULL;
    Str *result = str_new_uninitialised(thread, s->length, seen);
    uint16_t *restrict to = str_contents(result);
    for (size_t i = 0, count = s->length; i < count; i++)
        to[i] = from[i] == before ? after : from[i];
    return result;
}

// Take every `old` out of a short ASCII text.
static Str *remove_char(Thread *thread, Str *s, uint8_t old) {
    uint8_t kept[SHORT_TEXT + 1];
    const uint8_t *from = str_bytes(s);
    size_t count = 0;
    for (size_t i = 0; i < s->length; i++) {
        kept[count] = from[i];
        count += from[i] != old;
    }
    return count == s->length ? str_exact(thread, s) : str_new_latin1(thread, kept, count);
}

// Where `old` stands in a short text: up to SHORT_TEXT places; returns how many.
static size_t find_places(const Str *s, const Str *old, size_t limit, size_t *places) {
    size_t count = 0;
    int64_t found = str_find(s, old, 0, s->length);
    while (found >= 0 && count < limit) {
        places[count++] = (size_t)found;
        found = str_find(s, old, (size_t)found + old->length, s->length);
    }
    return count;
}

// Code points [start, end) of `s` into `to` at index `at`, whatever the widths; returns the end.
static size_t place_part(Str *to, size_t at, const Str *s, size_t start, size_t end) {
    const uint8_t *from = (const uint8_t *)s->data + start * s->width;
    uint8_t *place = (uint8_t *)str_contents(to) + at * to->width;
    if (to->width == 1 && s->width == 1)
        str_copy_bytes(place, from, end - start);
    else
        str_copy_widths(place, to->width, from, s->width, end - start);
    return at + (end - start);
}

static uint32_t part_seen(const Str *s, size_t start, size_t end) {
    const uint8_t *from = (const uint8_t *)s->data + start * s->width;
    return s->ascii ? 0 : str_or_code_points(from, s->width, end - start);
}

// What a text has seen in which `new` stands at the places of `old`.
static uint32_t replaced_seen(const Str *s, const Str *new, size_t cut, const size_t *places,
                              size_t count) {
    uint32_t seen = part_seen(new, 0, new->length);
    size_t done = 0;
    for (size_t i = 0; i < count && !s->ascii; i++) {
        seen |= part_seen(s, done, places[i]);
        done = places[i] + cut;
    }
    return seen | part_seen(s, done, s->length);
}

// Of a short text all places are found first, so that the result is made at its size at once.
static Str *replace_in_short(Thread *thread, Str *s, const Str *old, const Str *new, size_t limit) {
    size_t places[SHORT_TEXT + 1];
    size_t count = find_places(s, old, limit, places), cut = old->length;
    size_t length = s->length - count * cut + count * new->length;
    if (count == 0)
        return str_exact(thread, s);
    if (length == 0)
        return thread->interpreter->empty_str;
    Str *result = str_new_uninitialised(thread, length, replaced_seen(s, new, cut, places, count));
    size_t at = 0, done = 0;
    for (size_t i = 0; i < count; i++) {
        at = place_part(result, at, s, done, places[i]);
        at = place_part(result, at, new, 0, new->length);
        done = places[i] + cut;
    }
    place_part(result, at, s, done, s->length);
    return result;
}

static Str *replace_parts(Thread *thread, Str *s, const Str *old, const Str *new, size_t limit) {
    TextBuilder builder;
    size_t done = 0;
    int64_t found = str_find(s, old, 0, s->length);
    if (found < 0)
        return str_exact(thread, s);
    text_builder_init(&builder, thread);
    text_builder_reserve(&builder, s->length, 0);
    while (found >= 0 && limit-- > 0) {
        if (!thread_poll_signals(thread))
            return NULL;
        text_builder_add_slice(&builder, s, done, (size_t)found);
        text_builder_add(&builder, new);
        done = (size_t)found + old->length;
        found = str_find(s, old, done, s->length);
    }
    text_builder_add_slice(&builder, s, done, s->length);
    return text_builder_finish(&builder);
}

Value str_method_replace(Thread *thread, Value *args) {
    Str *s = as_str(args[0]), *old = str_argument(thread, args[1], "replace", 1);
    Str *new = old ? str_argument(thread, args[2], "replace", 2) : NULL;
    int64_t count;
    if (!new || !operation_index_int64(thread, args[3], &count))
        return VALUE_ERROR;
    size_t limit = count < 0 ? SIZE_MAX : (size_t)count;
    if (limit == 0)
        return str_result(str_exact(thread, s));
    if (old->length == 0)
        return str_result(replace_empty(thread, s, new, limit));
    // Only for pure ASCII: elsewhere the widest character may be the one that goes.
    if (s->ascii && old->ascii && new->ascii && old->length == 1 && new->length == 1 &&
        limit >= s->length && s->length > 1)
        return str_result(replace_char(thread, s, *str_bytes(old), *str_bytes(new)));
    if (s->ascii && old->ascii && old->length == 1 && new->length == 0 &&
        s->length <= SHORT_TEXT &&limit >= s->length)
        return str_result(remove_char(thread, s, *str_bytes(old)));
    if (old->length == 1 && new->length == 1 && s->length > SHORT_TEXT && limit >= s->length) {
        Str *result = replace_wide_char(thread, s, old, new);
        if (result)
            return value_object(result);
    }
    return str_result(s->length <= SHORT_TEXT && new->length <= SHORT_TEXT
                          ? replace_in_short(thread, s, old, new, limit)
                          : replace_parts(thread, s, old, new, limit));
}
