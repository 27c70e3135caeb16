// SPDX-License-Identifier: MIT
//
// str.format: literal text with fields {name.attribute[key]!conversion:specification}. The
// specification may hold fields itself, one level deep. Names are numbers (positional arguments),
// nothing (the next one) or keys of a mapping.
//
// What user classes do in __getattr__, __getitem__ and __format__ runs in the middle of this, which
// is harmless: the template is immutable and the text so far is in a builder.
#include "format_string.h"

#include "attribute.h"
#include "call.h"
#include "char.h"
#include "dict.h"
#include "interpreter.h"
#include "operations.h"
#include "text_builder.h"
#include "tuple.h"

enum { MAXIMUM_NESTING = 2 };

// What stays the same for all fields of one call.
typedef struct Formatter {
    Thread *thread;
    const Tuple *args; // NULL for format_map
    Value mapping;
    int64_t next_number; // of {}; -1 once numbers were given
    bool numbered;       // {} was used
} Formatter;

// One field, as ranges of the template.
typedef struct Field {
    size_t name_start, name_end;
    uint32_t conversion; // 0: none
    size_t spec_start, spec_end;
    bool nested; // the specification has fields
} Field;

static bool fail(Thread *thread, const char *message) {
    return raise_false(thread, ERROR_ValueError, "%s", message);
}

// The name's end: '}', ':' or '!' outside of brackets. Returns the index of that character.
static bool scan_name(Thread *thread, const Str *s, size_t *at) {
    for (; *at < s->length; ++*at) {
        uint32_t c = str_char_at(s, *at);
        if (c == '{')
            return fail(thread, "unexpected '{' in field name");
        if (c == '}' || c == ':' || c == '!')
            return true;
        if (c == '[')
            while (*at + 1 < s->length && str_char_at(s, *at) != ']')
                ++*at;
    }
    return fail(thread, "expected '}' before end of string");
}

static bool scan_spec(Thread *thread, const Str *s, size_t *at, Field *field) {
    int depth = 1;
    field->spec_start = *at;
    for (; *at < s->length; ++*at) {
        uint32_t c = str_char_at(s, *at);
        if (c == '{') {
            field->nested = true;
            depth++;
        } else if (c == '}' && --depth == 0) {
            field->spec_end = (*at)++;
            return true;
        }
    }
    return fail(thread, "unmatched '{' in format spec");
}

// Read a field that starts at *at, behind its '{'; *at moves behind its '}'.
static bool scan_field(Thread *thread, const Str *s, size_t *at, Field *field) {
    *field = (Field){.name_start = *at};
    if (!scan_name(thread, s, at))
        return false;
    field->name_end = *at;
    uint32_t c = str_char_at(s, (*at)++);
    if (c == '}')
        return true;
    if (c == '!') {
        if (*at >= s->length)
            return fail(thread, "end of string while looking for conversion specifier");
        field->conversion = str_char_at(s, (*at)++);
        if (*at < s->length) {
            c = str_char_at(s, (*at)++);
            if (c == '}')
                return true;
            if (c != ':')
                return fail(thread, "expected ':' after conversion specifier");
        }
    }
    return scan_spec(thread, s, at, field);
}

// The number in [start, end); -1 if it is none; -2 with ValueError if it is too big.
static int64_t read_number(Thread *thread, const Str *s, size_t start, size_t end) {
    int64_t n = start < end ? 0 : -1;
    for (size_t i = start; i < end; i++) {
        int digit = char_decimal_value(str_char_at(s, i));
        if (digit < 0)
            return -1;
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, digit, &n)) {
            fail(thread, "Too many decimal digits in format string");
            return -2;
        }
    }
    return n;
}

static Value positional(Formatter *formatter, int64_t number) {
    Thread *thread = formatter->thread;
    if (!formatter->args)
        return raise_error(thread, ERROR_ValueError, "Format string contains positional fields");
    if ((uint64_t)number >= formatter->args->length)
        return raise_error(thread, ERROR_IndexError,
                           "Replacement index %lld out of range for positional args tuple",
                           (long long)number);
    return formatter->args->items[number];
}

static Value automatic(Formatter *formatter) {
    if (formatter->next_number < 0)
        return raise_error(formatter->thread, ERROR_ValueError,
                           "cannot switch from manual field specification to automatic field "
                           "numbering");
    formatter->numbered = true;
    return positional(formatter, formatter->next_number++);
}

static Value manual(Formatter *formatter, int64_t number) {
    if (formatter->numbered)
        return raise_error(formatter->thread, ERROR_ValueError,
                           "cannot switch from automatic field numbering to manual field "
                           "specification");
    formatter->next_number = -1;
    return positional(formatter, number);
}

static Value named(Formatter *formatter, Str *name) {
    Thread *thread = formatter->thread;
    if (formatter->args && is_undefined(formatter->mapping))
        return raise_key_error(thread, value_object(name));
    return operation_get_item(thread, formatter->mapping, value_object(name));
}

static Value first_object(Formatter *formatter, Str *s, size_t start, size_t end) {
    int64_t number = read_number(formatter->thread, s, start, end);
    if (number == -2)
        return VALUE_ERROR;
    if (start == end)
        return automatic(formatter);
    return number >= 0 ? manual(formatter, number)
                       : named(formatter, str_slice(formatter->thread, s, start, end));
}

static size_t find_name_end(const Str *s, size_t at, size_t end) {
    while (at < end && str_char_at(s, at) != '.' && str_char_at(s, at) != '[')
        at++;
    return at;
}

static Value item_by_text(Thread *thread, Value v, Str *s, size_t start, size_t end) {
    int64_t number = read_number(thread, s, start, end);
    if (number == -2)
        return VALUE_ERROR;
    Value key =
        number >= 0 ? value_small_int(number) : value_object(str_slice(thread, s, start, end));
    return operation_get_item(thread, v, key);
}

// One ".name" or "[key]" at *at.
static Value follow(Thread *thread, Value v, Str *s, size_t *at, size_t end) {
    size_t start = *at + 1;
    if (str_char_at(s, *at) == '.') {
        *at = find_name_end(s, start, end);
        if (*at == start)
            return raise_error(thread, ERROR_ValueError, "Empty attribute in format string");
        return attribute_get(thread, v, str_intern(thread, str_slice(thread, s, start, *at)));
    }
    if (str_char_at(s, *at) != '[')
        return raise_error(thread, ERROR_ValueError,
                           "Only '.' or '[' may follow ']' in format field specifier");
    size_t close = start;
    while (close < end && str_char_at(s, close) != ']')
        close++;
    if (close == end)
        return raise_error(thread, ERROR_ValueError, "Missing ']' in format string");
    if (close == start)
        return raise_error(thread, ERROR_ValueError, "Empty attribute in format string");
    *at = close + 1;
    return item_by_text(thread, v, s, start, close);
}

static Value field_object(Formatter *formatter, Str *s, const Field *field) {
    size_t at = find_name_end(s, field->name_start, field->name_end);
    Value v = first_object(formatter, s, field->name_start, at);
    while (!is_error(v) && at < field->name_end)
        v = follow(formatter->thread, v, s, &at, field->name_end);
    return v;
}

static Value convert(Thread *thread, Value v, uint32_t conversion) {
    Str *s;
    switch (conversion) {
    case 0:
        return v;
    case 'r':
        return value_object(operation_repr(thread, v));
    case 's':
        return value_object(operation_str(thread, v));
    case 'a':
        s = operation_repr(thread, v);
        return value_object(s ? str_escape_beyond_ascii(thread, s) : NULL);
    default:
        if (conversion > 32 && conversion < 127)
            return raise_error(thread, ERROR_ValueError, "Unknown conversion specifier %c",
                               (char)conversion);
        return raise_error(thread, ERROR_ValueError, "Unknown conversion specifier \\x%x",
                           conversion);
    }
}

static Str *fill_template(Formatter *formatter, Str *s, int nesting);

static bool add_field(Formatter *formatter, TextBuilder *builder, Str *s, const Field *field,
                      int nesting) {
    Thread *thread = formatter->thread;
    Value v = field_object(formatter, s, field);
    if (is_error(v) || is_error(v = convert(thread, v, field->conversion)))
        return false;
    Str *spec = str_slice(thread, s, field->spec_start, field->spec_end);
    if (field->nested)
        spec = fill_template(formatter, spec, nesting - 1);
    Str *text = spec ? operation_format(thread, v, spec) : NULL;
    if (text)
        text_builder_add(builder, text);
    return text != NULL;
}

static size_t find_brace(const Str *s, size_t at) {
    for (; at < s->length; at++) {
        uint32_t c = str_char_at(s, at);
        if (c == '{' || c == '}')
            break;
    }
    return at;
}

// Copy literal text up to the next field, whose start *at becomes; or to the end.
static bool add_literal(Thread *thread, TextBuilder *builder, const Str *s, size_t *at,
                        bool *field_follows) {
    *field_follows = false;
    size_t start = *at;
    *at = find_brace(s, start);
    text_builder_add_slice(builder, s, start, *at);
    if (*at == s->length)
        return true;
    uint32_t brace = str_char_at(s, (*at)++);
    bool last = *at == s->length;
    if (brace == '}' && (last || str_char_at(s, *at) != '}'))
        return fail(thread, "Single '}' encountered in format string");
    if (last)
        return fail(thread, "Single '{' encountered in format string");
    *field_follows = str_char_at(s, *at) != brace;
    if (!*field_follows) {
        text_builder_put(builder, brace);
        ++*at;
    }
    return true;
}

static Str *fill_template(Formatter *formatter, Str *s, int nesting) {
    Thread *thread = formatter->thread;
    TextBuilder builder;
    if (nesting == 0) {
        fail(thread, "Max string recursion exceeded");
        return NULL;
    }
    text_builder_init(&builder, thread);
    for (size_t at = 0; at < s->length;) {
        bool field_follows;
        Field field;
        if (!add_literal(thread, &builder, s, &at, &field_follows))
            return NULL;
        if (field_follows && (!scan_field(thread, s, &at, &field) ||
                              !add_field(formatter, &builder, s, &field, nesting)))
            return NULL;
    }
    return text_builder_finish(&builder);
}

Str *format_string_braces(Thread *thread, Str *template, Tuple *args, Value mapping) {
    Formatter formatter = {.thread = thread, .args = args, .mapping = mapping};
    return fill_template(&formatter, template, MAXIMUM_NESTING);
}
