// SPDX-License-Identifier: MIT
//
// Cutting strings into parts: split, rsplit, splitlines, partition and strip. A part of one
// character or none is a shared string; all others are copies, for they would keep the whole text
// alive otherwise.
#include "char.h"
#include "interpreter.h"
#include "list.h"
#include "operations.h"
#include "str_methods.h"
#include "tuple.h"

enum {
    LIKELY_WORDS = 8,
    NEAR_BYTES = 16, // within which a loop beats memchr
};

static void append_part(Thread *thread, List *list, Str *s, size_t start, size_t end) {
    list_append(thread, list, value_object(str_slice(thread, s, start, end)));
}

// The scans forward over ASCII text, where nearly all time of split() goes.
static bool is_ascii_space(uint8_t c) {
    const uint64_t spaces = UINT64_C(0x1f0003e00); // a bit for each: 9 to 13, 28 to 32
    return c <= ' ' && (spaces >> c & 1);
}
static size_t skip_ascii(const uint8_t *text, size_t i, size_t length, bool spaces) {
    while (i < length && is_ascii_space(text[i]) == spaces)
        i++;
    return i;
}
// The same for what are no spaces, eight bytes at a time: adding 0x5f sets the high bit of those
// beyond ' ', and no sum is carried into the next byte.
static size_t skip_ascii_word(const uint8_t *text, size_t i, size_t length) {
    const uint64_t beyond_space = UINT64_C(0x5f5f5f5f5f5f5f5f), high = UINT64_C(0x8080808080808080);
    for (uint64_t word; i + sizeof word <= length;) {
        memcpy(&word, text + i, sizeof word);
        uint64_t found = ~(word + beyond_space) & high;
        i += found == 0 ? sizeof word : (size_t)__builtin_ctzll(found) / 8;
        if (found != 0 && is_ascii_space(text[i]))
            return i;
        i += found != 0; // a control character
    }
    return skip_ascii(text, i, length, false);
}

static bool is_latin1_space(uint8_t c) {
    return is_ascii_space(c) || c == 0x85 || c == 0xa0;
}
static size_t skip_latin1(const uint8_t *text, size_t i, size_t length, bool spaces) {
    while (i < length && is_latin1_space(text[i]) == spaces)
        i++;
    return i;
}

static size_t skip_spaces(const Str *s, size_t i) {
    if (s->ascii)
        return skip_ascii(str_bytes(s), i, s->length, true);
    if (s->width == 1)
        return skip_latin1(str_bytes(s), i, s->length, true);
    while (i < s->length && char_is_space(str_char_at(s, i)))
        i++;
    return i;
}
static size_t skip_word(const Str *s, size_t i) {
    if (s->ascii)
        return skip_ascii_word(str_bytes(s), i, s->length);
    if (s->width == 1)
        return skip_latin1(str_bytes(s), i, s->length, false);
    while (i < s->length && !char_is_space(str_char_at(s, i)))
        i++;
    return i;
}
static size_t skip_spaces_back(const Str *s, size_t i) {
    while (i > 0 && char_is_space(str_char_at(s, i - 1)))
        i--;
    return i;
}
static size_t skip_word_back(const Str *s, size_t i) {
    while (i > 0 && !char_is_space(str_char_at(s, i - 1)))
        i--;
    return i;
}

static List *split_words(Thread *thread, Str *s, size_t limit) {
    List *list = list_new(thread, LIKELY_WORDS);
    size_t i = skip_spaces(s, 0);
    for (; i < s->length && limit > 0; limit--) {
        size_t end = skip_word(s, i);
        append_part(thread, list, s, i, end);
        i = skip_spaces(s, end);
    }
    if (i < s->length)
        append_part(thread, list, s, i, s->length);
    return list;
}

static List *split_words_back(Thread *thread, Str *s, size_t limit) {
    List *list = list_new(thread, 4);
    size_t i = skip_spaces_back(s, s->length);
    for (; i > 0 && limit > 0; limit--) {
        size_t start = skip_word_back(s, i);
        append_part(thread, list, s, start, i);
        i = skip_spaces_back(s, start);
    }
    if (i > 0)
        append_part(thread, list, s, 0, i);
    list_reverse(list);
    return list;
}

// The next `byte` in [at, end), else `end`.
static const uint8_t *next_byte(const uint8_t *at, const uint8_t *end, uint8_t byte) {
    const uint8_t *near = end - at > NEAR_BYTES ? at + NEAR_BYTES : end;
    while (at < near && *at != byte)
        at++;
    if (at < near || at == end)
        return at;
    const uint8_t *found = memchr(at, byte, (size_t)(end - at));
    return found ? found : end;
}

// At each of a single character, in text of one byte per character. Counting first makes the list
// as long as it must be.
static List *split_at_byte(Thread *thread, Str *s, const Str *separator, size_t limit) {
    size_t parts = str_count(s, separator, 0, s->length);
    List *list = list_new(thread, (parts < limit ? parts : limit) + 1);
    const uint8_t *text = str_bytes(s), *end = text + s->length, *start = text;
    while (limit-- > 0) {
        const uint8_t *found = next_byte(start, end, *str_bytes(separator));
        if (found == end)
            break;
        append_part(thread, list, s, (size_t)(start - text), (size_t)(found - text));
        start = found + 1;
    }
    append_part(thread, list, s, (size_t)(start - text), s->length);
    return list;
}

static List *split_parts(Thread *thread, Str *s, const Str *separator, size_t limit) {
    if (s->width == 1 && separator->width == 1 && separator->length == 1)
        return split_at_byte(thread, s, separator, limit);
    List *list = list_new(thread, 4);
    size_t start = 0;
    int64_t found;
    while (limit-- > 0 && (found = str_find(s, separator, start, s->length)) >= 0) {
        append_part(thread, list, s, start, (size_t)found);
        start = (size_t)found + separator->length;
    }
    append_part(thread, list, s, start, s->length);
    return list;
}

static List *split_parts_back(Thread *thread, Str *s, const Str *separator, size_t limit) {
    List *list = list_new(thread, 4);
    size_t end = s->length;
    int64_t found;
    while (limit-- > 0 && (found = str_rfind(s, separator, 0, end)) >= 0) {
        append_part(thread, list, s, (size_t)found + separator->length, end);
        end = (size_t)found;
    }
    append_part(thread, list, s, 0, end);
    list_reverse(list);
    return list;
}

static Value split(Thread *thread, Value *args, bool back) {
    Str *s = as_str(args[0]);
    int64_t maximum;
    if (!operation_index_int64(thread, args[2], &maximum))
        return VALUE_ERROR;
    size_t limit = maximum < 0 ? SIZE_MAX : (size_t)maximum;
    // Without a limit only separators that overlap each other tell the direction.
    bool is_same = is_none(args[1]) || (is_str(args[1]) && as_str(args[1])->length == 1);
    back = back && (limit != SIZE_MAX || !is_same);
    if (is_none(args[1]))
        return value_object(back ? split_words_back(thread, s, limit)
                                 : split_words(thread, s, limit));
    if (!is_str(args[1]))
        return raise_error(thread, ERROR_TypeError, "must be str or None, not %s",
                           type_name(thread, args[1]));
    const Str *separator = as_str(args[1]);
    if (separator->length == 0)
        return raise_error(thread, ERROR_ValueError, "empty separator");
    if (s->width < separator->width || s->length < separator->length)
        return value_object(list_from_array(thread, args, 1)); // the string itself, of its own class
    return value_object(back ? split_parts_back(thread, s, separator, limit)
                             : split_parts(thread, s, separator, limit));
}

Value str_method_split(Thread *thread, Value *args) {
    return split(thread, args, false);
}

Value str_method_rsplit(Thread *thread, Value *args) {
    return split(thread, args, true);
}

// The first byte below a space from `i` on, eight at a glance: no other ASCII ends a line.
static size_t next_control(const uint8_t *text, size_t i, size_t length) {
    const uint64_t spaces = UINT64_C(0x2020202020202020), tops = UINT64_C(0x8080808080808080);
    for (uint64_t word; i + sizeof word <= length; i += sizeof word) {
        memcpy(&word, text + i, sizeof word);
        uint64_t below = (word - spaces) & ~word & tops;
        if (below != 0) // the first byte is the lowest
            return i + (size_t)__builtin_ctzll(below) / 8;
    }
    while (i < length && text[i] >= ' ')
        i++;
    return i;
}

static size_t line_end(const Str *s, size_t i) {
    if (s->ascii)
        i = next_control(str_bytes(s), i, s->length);
    while (i < s->length && !char_is_line_break(str_char_at(s, i)))
        i = s->ascii ? next_control(str_bytes(s), i + 1, s->length) : i + 1;
    return i;
}

Value str_method_splitlines(Thread *thread, Value *args) {
    Str *s = as_str(args[0]);
    int keep = operation_truth(thread, args[1]);
    if (keep < 0)
        return VALUE_ERROR;
    List *list = list_new(thread, 4);
    for (size_t start = 0; start < s->length;) {
        size_t end = line_end(s, start);
        size_t next = end < s->length ? end + 1 : end;
        if (next < s->length && str_char_at(s, end) == '\r' && str_char_at(s, next) == '\n')
            next++;
        append_part(thread, list, s, start, keep ? next : end);
        start = next;
    }
    return value_object(list);
}

static Value triple(Thread *thread, Str *a, Str *b, Str *c) {
    Value parts[] = {value_object(a), value_object(b), value_object(c)};
    return value_object(tuple_from_array(thread, parts, 3));
}

static Str *partition_separator(Thread *thread, Value v) {
    if (!is_str(v)) {
        raise_error(thread, ERROR_TypeError, "must be str, not %s", type_name(thread, v));
        return NULL;
    }
    if (as_str(v)->length == 0) {
        raise_error(thread, ERROR_ValueError, "empty separator");
        return NULL;
    }
    return as_str(v);
}

static Value partition_at(Thread *thread, Str *s, Str *separator, size_t found) {
    return triple(thread, str_slice(thread, s, 0, found), str_exact(thread, separator),
                  str_slice(thread, s, found + separator->length, s->length));
}

Value str_method_partition(Thread *thread, Value *args) {
    Str *s = as_str(args[0]), *separator = partition_separator(thread, args[1]);
    Str *empty = thread->interpreter->empty_str;
    if (!separator)
        return VALUE_ERROR;
    int64_t found = str_find(s, separator, 0, s->length);
    return found < 0 ? triple(thread, s, empty, empty)
                     : partition_at(thread, s, separator, (size_t)found);
}

Value str_method_rpartition(Thread *thread, Value *args) {
    Str *s = as_str(args[0]), *separator = partition_separator(thread, args[1]);
    Str *empty = thread->interpreter->empty_str;
    if (!separator)
        return VALUE_ERROR;
    int64_t found = str_rfind(s, separator, 0, s->length);
    return found < 0 ? triple(thread, empty, empty, s)
                     : partition_at(thread, s, separator, (size_t)found);
}

// White space if `chars` is NULL.
static bool strippable(const Str *chars, uint32_t c) {
    if (!chars)
        return char_is_space(c);
    for (size_t i = 0; i < chars->length; i++)
        if (str_char_at(chars, i) == c)
            return true;
    return false;
}

// What is left of [*start, *end) without white space at the ends.
static void strip_spaces(const Str *s, bool left, bool right, size_t *start, size_t *end) {
    const uint8_t *text = str_bytes(s);
    while (left && *start < *end && is_ascii_space(text[*start]))
        ++*start;
    while (right && *end > *start && is_ascii_space(text[*end - 1]))
        --*end;
}

static Value strip(Thread *thread, Value *args, const char *method, bool left, bool right) {
    Str *s = as_str(args[0]);
    if (!is_none(args[1]) && !is_str(args[1]))
        return raise_error(thread, ERROR_TypeError, "%s arg must be None or str", method);
    const Str *chars = is_none(args[1]) ? NULL : as_str(args[1]);
    size_t start = 0, end = s->length;
    if (!chars && s->ascii) {
        strip_spaces(s, left, right, &start, &end);
        return str_result(str_slice(thread, s, start, end));
    }
    while (left && start < end && strippable(chars, str_char_at(s, start)))
        start++;
    while (right && end > start && strippable(chars, str_char_at(s, end - 1)))
        end--;
    return str_result(str_slice(thread, s, start, end));
}

Value str_method_strip(Thread *thread, Value *args) {
    return strip(thread, args, "strip", true, true);
}

Value str_method_lstrip(Thread *thread, Value *args) {
    return strip(thread, args, "lstrip", true, false);
}

Value str_method_rstrip(Thread *thread, Value *args) {
    return strip(thread, args, "rstrip", false, true);
}
