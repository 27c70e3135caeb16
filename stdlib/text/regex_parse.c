// SPDX-License-Identifier: MIT
//
// Reading Python's regular expressions: sequences, alternatives and repetitions.
//
// A recursive descent over the pattern that writes PCRE2's syntax as it goes. Whatever could mean
// something else to PCRE2 is written as \x{...}, so the translation has no surprises. Messages and
// positions are those of CPython's re._parser.
// Beside the text, each part reports how many code points it can match, for look-behind needs one
// number.
#include "regex_parse.h"

#include "attribute.h"
#include "bytes.h"
#include "call.h"
#include "exception.h"
#include "modules.h"

#include <stdio.h>

bool regex_fail(Thread *thread, Value pattern, int64_t position, Str *message) {
    Module *module = import_module(thread, str_from_c(thread, "re"));
    if (module == NULL)
        return false;
    Value class = attribute_get(thread, value_object(module), str_intern_c(thread, "PatternError"));
    if (is_error(class))
        return false;
    Value args[] = {value_object(message), pattern,
                    position < 0 ? VALUE_NONE : value_small_int(position)};
    Value error = call_value(thread, class, args, 3);
    if (!is_error(error))
        raise_value(thread, error);
    return false;
}

bool regex_error(RegexReader *r, size_t position, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Str *message = str_format_v(r->thread, format, args);
    va_end(args);
    return regex_fail(r->thread, r->pattern, (int64_t)position, message);
}

uint32_t regex_peek(const RegexReader *r, size_t ahead) {
    size_t at = r->at + ahead;
    if (at >= r->length)
        return REGEX_END;
    return r->is_text ? str_char_at(as_str(r->pattern), at) : as_bytes(r->pattern)->data[at];
}

uint32_t regex_next(RegexReader *r) {
    uint32_t c = regex_peek(r, 0);
    r->at += c != REGEX_END;
    return c;
}

bool regex_skip(RegexReader *r, uint32_t c) {
    bool found = regex_peek(r, 0) == c;
    r->at += found;
    return found;
}

void regex_put(RegexReader *r, const char *text) {
    byte_builder_add(&r->out, text, strlen(text));
}

void regex_put_printf(RegexReader *r, const char *format, ...) {
    char text[80];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    regex_put(r, text);
}

// ---- Repetitions ----

typedef enum ItemKind { ITEM_NONE, ITEM_POSITION, ITEM_REPEATED, ITEM_OTHER } ItemKind;

typedef struct Sequence {
    ItemKind last;
    RegexWidth before, item; // of all items but the last, and of the last
} Sequence;

static uint64_t capped(uint64_t n) {
    return n < REGEX_INFINITE ? n : REGEX_INFINITE;
}

static RegexWidth width_add(RegexWidth a, RegexWidth b) {
    return (RegexWidth){capped(a.minimum + b.minimum), capped(a.maximum + b.maximum)};
}

static void add_item(Sequence *sequence, ItemKind kind, RegexWidth width) {
    sequence->before = width_add(sequence->before, sequence->item);
    sequence->item = width;
    sequence->last = kind;
}

static void add_literal(RegexReader *r, Sequence *sequence, uint32_t c) {
    regex_put_literal(r, c);
    add_item(sequence, ITEM_OTHER, (RegexWidth){1, 1});
}

// Digits; false if there are none. Too large numbers become REGEX_INFINITE.
static bool read_number(RegexReader *r, uint64_t *number) {
    size_t from = r->at;
    *number = 0;
    for (uint32_t c; (c = regex_peek(r, 0)) - '0' < 10; r->at++)
        *number = capped(*number * 10 + (c - '0'));
    return r->at > from;
}

// Behind an opening brace: 1 a repetition, 0 just a brace, -1 exception.
static int read_braces(RegexReader *r, uint64_t *minimum, uint64_t *maximum) {
    size_t here = r->at;
    bool has_low, has_high;
    if (regex_peek(r, 0) == '}')
        return 0;
    has_low = read_number(r, minimum);
    *maximum = *minimum;
    has_high = has_low;
    if (regex_skip(r, ','))
        has_high = read_number(r, maximum);
    if (!regex_skip(r, '}')) {
        r->at = here;
        return 0;
    }
    if ((has_low && *minimum == REGEX_INFINITE) || (has_high && *maximum == REGEX_INFINITE))
        return raise_minus_one(r->thread, ERROR_OverflowError,
                               "the repetition number is too large");
    if (!has_high)
        *maximum = REGEX_INFINITE;
    if (*maximum < *minimum)
        return regex_error(r, here, "min repeat greater than max repeat") ? 0 : -1;
    return 1;
}

enum { LARGEST_COUNT = 65535 }; // that PCRE2 can write

static bool put_repetition(RegexReader *r, size_t here, uint64_t minimum, uint64_t maximum) {
    if (minimum > LARGEST_COUNT)
        return regex_error(r, here, "regular expression is too large");
    if (maximum > LARGEST_COUNT)
        regex_put_printf(r, "{%u,}", (unsigned)minimum);
    else
        regex_put_printf(r, "{%u,%u}", (unsigned)minimum, (unsigned)maximum);
    uint32_t suffix = regex_peek(r, 0);
    if (suffix == '?' || suffix == '+') {
        r->at++;
        byte_builder_put(&r->out, (uint8_t)suffix);
    }
    return true;
}

static uint64_t product(uint64_t a, uint64_t b) {
    return a != 0 && b > REGEX_INFINITE / a ? REGEX_INFINITE : capped(a * b);
}

// `c` is one of ? * + { and has been read.
static bool read_repetition(RegexReader *r, Sequence *sequence, uint32_t c) {
    uint64_t minimum = c == '+', maximum = c == '?' ? 1 : REGEX_INFINITE;
    size_t here = r->at - 1;
    if (c == '{') {
        int found = read_braces(r, &minimum, &maximum);
        if (found <= 0)
            return found == 0 ? add_literal(r, sequence, c), true : false;
    }
    if (sequence->last == ITEM_NONE || sequence->last == ITEM_POSITION)
        return regex_error(r, here, "nothing to repeat");
    if (sequence->last == ITEM_REPEATED)
        return regex_error(r, here, "multiple repeat");
    sequence->last = ITEM_REPEATED;
    sequence->item.minimum = product(sequence->item.minimum, minimum);
    sequence->item.maximum = product(sequence->item.maximum, maximum);
    return put_repetition(r, here, minimum, maximum);
}

// ---- Sequences and alternatives ----

static bool is_verbose_space(RegexReader *r, uint32_t c) {
    if ((r->flags & REGEX_VERBOSE) == 0)
        return false;
    if (c == '#')
        for (uint32_t next = c; next != '\n' && next != REGEX_END;)
            next = regex_next(r);
    return c == '#' || c == ' ' || (c >= '\t' && c <= '\r');
}

static bool read_group(RegexReader *r, Sequence *sequence, bool first) {
    RegexWidth width = {0, 0};
    switch (regex_group(r, first && sequence->last == ITEM_NONE, &width)) {
    case REGEX_GROUP_FAILED:
        return false;
    case REGEX_GROUP_ITEM:
        add_item(sequence, ITEM_OTHER, width);
        break;
    case REGEX_GROUP_NOTHING:
        break;
    }
    return true;
}

static bool read_escape(RegexReader *r, Sequence *sequence) {
    RegexWidth width = {1, 1};
    bool is_position = false;
    if (!regex_escape(r, &width, &is_position))
        return false;
    add_item(sequence, is_position ? ITEM_POSITION : ITEM_OTHER, width);
    return true;
}

static bool read_item(RegexReader *r, Sequence *sequence, uint32_t c, bool first) {
    static const RegexWidth one = {1, 1}, nothing = {0, 0};
    switch (c) {
    case '(':
        return read_group(r, sequence, first);
    case '\\':
        return read_escape(r, sequence);
    case '[':
        add_item(sequence, ITEM_OTHER, one);
        return regex_set(r);
    case '.':
        regex_put(r, ".");
        add_item(sequence, ITEM_OTHER, one);
        return true;
    case '^':
    case '$':
        byte_builder_put(&r->out, (uint8_t)c);
        add_item(sequence, ITEM_POSITION, nothing);
        return true;
    case '?':
    case '*':
    case '+':
    case '{':
        return read_repetition(r, sequence, c);
    default:
        add_literal(r, sequence, c);
        return true;
    }
}

bool regex_sequence(RegexReader *r, bool first, RegexWidth *width) {
    Sequence sequence = {0};
    for (;;) {
        uint32_t c = regex_peek(r, 0);
        if (c == '|' || c == ')' || c == REGEX_END)
            break;
        r->at++;
        if (!is_verbose_space(r, c) && !read_item(r, &sequence, c, first))
            return false;
    }
    *width = width_add(sequence.before, sequence.item);
    return true;
}

static bool read_alternatives(RegexReader *r, bool outermost, RegexWidth *width) {
    bool first = true;
    *width = (RegexWidth){REGEX_INFINITE, 0};
    do {
        RegexWidth one;
        if (!first)
            regex_put(r, "|");
        if (!regex_sequence(r, outermost && first, &one))
            return false;
        width->minimum = one.minimum < width->minimum ? one.minimum : width->minimum;
        width->maximum = one.maximum > width->maximum ? one.maximum : width->maximum;
        first = false;
    } while (regex_skip(r, '|'));
    return true;
}

bool regex_alternatives(RegexReader *r, bool outermost, RegexWidth *width) {
    if (!native_enter(r->thread))
        return false;
    bool done = read_alternatives(r, outermost, width);
    native_leave(r->thread);
    return done;
}

// ---- The whole ----

static bool check_flags(Thread *thread, bool is_text, uint32_t *flags) {
    const char *problem = NULL;
    if (is_text) {
        if (*flags & REGEX_LOCALE)
            problem = "cannot use LOCALE flag with a str pattern";
        else if ((*flags & REGEX_ASCII) && (*flags & REGEX_UNICODE))
            problem = "ASCII and UNICODE flags are incompatible";
        else if ((*flags & REGEX_ASCII) == 0)
            *flags |= REGEX_UNICODE;
    } else if (*flags & REGEX_UNICODE) {
        problem = "cannot use UNICODE flag with a bytes pattern";
    } else if ((*flags & REGEX_LOCALE) && (*flags & REGEX_ASCII)) {
        problem = "ASCII and LOCALE flags are incompatible";
    }
    return problem == NULL || raise_false(thread, ERROR_ValueError, "%s", problem);
}

// The groups that conditions ask for may come later; now all are known.
static bool check_conditions(RegexReader *r) {
    size_t step = 0;
    Value group, position;
    while (dict_next(r->conditions, &step, &group, &position))
        if (as_small_int(group) >= (int64_t)r->syntax->count)
            return regex_error(r, (size_t)as_small_int(position), "invalid group reference %lld",
                               (long long)as_small_int(group));
    return true;
}

static bool finish(RegexReader *r) {
    RegexSyntax *syntax = r->syntax;
    if (r->at < r->length)
        return regex_error(r, r->at, "unbalanced parenthesis");
    if (!check_conditions(r))
        return false;
    if (!check_flags(r->thread, r->is_text, &syntax->flags))
        return false;
    if (r->variable_lookbehind)
        return regex_fail(r->thread, VALUE_NONE, -1,
                          str_from_c(r->thread, "look-behind requires fixed-width pattern"));
    syntax->uses_unicode |= (syntax->flags & REGEX_UNICODE) != 0;
    syntax->translation = str_new_latin1(r->thread, r->out.data, r->out.length);
    return true;
}

bool regex_parse(Thread *thread, Value pattern, uint32_t flags, RegexKind kind,
                 RegexSyntax *syntax) {
    bool is_text = is_str(pattern);
    RegexReader r = {.thread = thread, .pattern = pattern, .is_text = is_text, .kind = kind};
    RegexWidth width;
    r.length = is_text ? as_str(pattern)->length : as_bytes(pattern)->length;
    r.syntax = syntax;
    r.conditions = dict_new(thread, 0);
    r.flags = flags;
    if (is_text && (flags & REGEX_ASCII) == 0)
        r.flags |= REGEX_UNICODE;
    *syntax = (RegexSyntax){.flags = flags, .count = 1, .names = dict_new(thread, 0)};
    byte_builder_init(&r.out, thread, 2 * r.length + 16);
    return regex_alternatives(&r, true, &width) && finish(&r);
}
