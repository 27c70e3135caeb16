// SPDX-License-Identifier: MIT
//
// Reading regular expressions: escapes, literals and sets of characters.
//
// Where Python and PCRE2 disagree on a class of characters (what is white space), or where PCRE2
// would look Unicode properties up although a table of 256 bits would do, the class is written out
// as ranges. Code points that a subject of the present kind can not contain are left out.
#include "regex_parse.h"

#include "char.h"

typedef struct Range {
    uint32_t low, high;
} Range;

typedef struct RangeTable {
    const Range *ranges;
    size_t count;
} RangeTable;

static const Range digit_ranges[] = {{'0', '9'}};
static const Range word_ranges[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
static const Range latin1_word_ranges[] = {{'0', '9'},   {'A', 'Z'},   {'_', '_'},   {'a', 'z'},
                                           {0xaa, 0xaa}, {0xb2, 0xb3}, {0xb5, 0xb5}, {0xb9, 0xba},
                                           {0xbc, 0xbe}, {0xc0, 0xd6}, {0xd8, 0xf6}, {0xf8, 0xff}};
static const Range space_ranges[] = {{'\t', '\r'}, {' ', ' '}};
static const Range unicode_space_ranges[] = {
    {'\t', '\r'},     {0x1c, ' '},      {0x85, 0x85},     {0xa0, 0xa0},     {0x1680, 0x1680},
    {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}};

#define TABLE(ranges)                                                                              \
    (RangeTable) {                                                                                 \
        ranges, sizeof(ranges) / sizeof *(ranges)                                                  \
    }

// The largest code unit of the subject's kind.
static uint32_t regex_unit_maximum(const RegexReader *r) {
    return r->kind == REGEX_UCS4 ? 0x10ffff : r->kind == REGEX_UCS2 ? 0xffff : 0xff;
}

// ---- Single characters ----

static void put_code_point(RegexReader *r, uint32_t c) {
    bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (plain)
        byte_builder_put(&r->out, (uint8_t)c);
    else
        regex_put_printf(r, "\\x{%x}", c);
}

// A code point of the subject's kind that differs from `c` by case only, else `c`.
static uint32_t reachable(const RegexReader *r, uint32_t c) {
    uint32_t limit = r->kind == REGEX_BYTES ? 0x7f : regex_unit_maximum(r), mapped[CHAR_MAX_MAPPED];
    bool fold = (r->flags & REGEX_IGNORECASE) && (r->flags & REGEX_UNICODE);
    if (c <= limit || !fold)
        return c;
    if (char_to_lower(c, mapped) == 1 && mapped[0] <= limit)
        return mapped[0];
    return char_to_upper(c, mapped) == 1 && mapped[0] <= limit ? mapped[0] : c;
}

// A set that no character is in.
static void put_nothing(RegexReader *r) {
    regex_put_printf(r, "[^\\x{0}-\\x{%x}]", regex_unit_maximum(r));
}

void regex_put_literal(RegexReader *r, uint32_t c) {
    c = reachable(r, c);
    if (c > regex_unit_maximum(r))
        put_nothing(r);
    else
        put_code_point(r, c);
}

// Returns whether anything was written.
static bool put_range(RegexReader *r, uint32_t low, uint32_t high) {
    uint32_t maximum = regex_unit_maximum(r);
    if (low == high)
        low = high = reachable(r, low);
    if (low > maximum)
        return false;
    put_code_point(r, low);
    if (high > low) {
        regex_put(r, "-");
        put_code_point(r, high < maximum ? high : maximum);
    }
    return true;
}

// ---- \d, \s, \w and their complements ----

static void put_table(RegexReader *r, RangeTable table) {
    for (size_t i = 0; i < table.count; i++)
        put_range(r, table.ranges[i].low, table.ranges[i].high);
}

static void put_table_complement(RegexReader *r, RangeTable table) {
    uint32_t from = 0;
    for (size_t i = 0; i < table.count; i++) {
        if (table.ranges[i].low > from)
            put_range(r, from, table.ranges[i].low - 1);
        from = table.ranges[i].high + 1;
    }
    put_range(r, from, UINT32_MAX);
}

static RangeTable table_of(const RegexReader *r, uint32_t letter, bool unicode) {
    switch (letter) {
    case 'd':
        return TABLE(digit_ranges);
    case 's':
        return unicode ? TABLE(unicode_space_ranges) : TABLE(space_ranges);
    default:
        return unicode && r->kind != REGEX_BYTES ? TABLE(latin1_word_ranges) : TABLE(word_ranges);
    }
}

// What stands inside brackets for \d and the like; `letter` may be a capital.
static void put_category(RegexReader *r, uint32_t letter) {
    bool unicode = (r->flags & REGEX_UNICODE) != 0;
    bool wide = r->kind == REGEX_UCS2 || r->kind == REGEX_UCS4;
    uint32_t small = letter | 0x20;
    if (unicode && wide && small != 's')
        regex_put_printf(r, "\\%c", (char)letter);
    else if (letter == small)
        put_table(r, table_of(r, small, unicode));
    else
        put_table_complement(r, table_of(r, small, unicode));
}

static bool is_category(uint32_t c) {
    return c == 'd' || c == 'D' || c == 's' || c == 'S' || c == 'w' || c == 'W';
}

// ---- Escapes that mean one character ----

static int hex_value(uint32_t c) {
    if (c - '0' < 10)
        return (int)(c - '0');
    c |= 0x20;
    return c - 'a' < 6 ? (int)(c - 'a' + 10) : -1;
}

static bool read_hex(RegexReader *r, uint32_t letter, size_t digits, uint32_t *c) {
    size_t from = r->at - 2, count = 0;
    for (*c = 0; count < digits && hex_value(regex_peek(r, 0)) >= 0; count++)
        *c = *c * 16 + (uint32_t)hex_value(regex_next(r));
    char text[16] = {'\\', (char)letter};
    for (size_t i = 0; i < count; i++) {
        RegexReader copy = *r;
        copy.at = from + 2;
        text[2 + i] = (char)regex_peek(&copy, i);
    }
    if (count < digits)
        return regex_error(r, from, "incomplete escape %s", text);
    return *c <= STR_MAX_CODE_POINT || regex_error(r, from, "bad escape %s", text);
}

// Up to `digits` octal digits after the first, which has the value *c. Errors name the whole.
static bool read_octal(RegexReader *r, size_t digits, uint32_t *c) {
    size_t from = r->at - 2;
    for (; digits > 0 && regex_peek(r, 0) - '0' < 8; digits--)
        *c = *c * 8 + (regex_next(r) - '0');
    return *c <= 0377 ||
           regex_error(r, from, "octal escape value \\%o outside of range 0-0o377", *c);
}

static bool read_named_character(RegexReader *r) {
    if (!regex_skip(r, '{'))
        return regex_error(r, r->at, "missing {");
    Str *name = regex_name(r, '}', "character name");
    return name && regex_error(r, r->at - name->length - 4, "undefined character name %s",
                               str_text(r->thread, str_repr(r->thread, name)));
}

static bool is_ascii_letter(uint32_t c) {
    return (c | 0x20) - 'a' < 26 && c < 0x80;
}

// `c` has been read after a backslash; becomes the character that is meant.
static bool read_character(RegexReader *r, uint32_t *c) {
    static const char names[] = "afnrtv", values[] = "\a\f\n\r\t\v";
    const char *found = *c != 0 && *c < 128 ? strchr(names, (int)*c) : NULL;
    if (found) {
        *c = (uint8_t)values[found - names];
        return true;
    }
    if (*c == 'x')
        return read_hex(r, 'x', 2, c);
    if (r->is_text && (*c == 'u' || *c == 'U'))
        return read_hex(r, *c, *c == 'u' ? 4 : 8, c);
    if (r->is_text && *c == 'N')
        return read_named_character(r);
    if (*c == REGEX_END)
        return regex_error(r, r->at - 1, "bad escape (end of pattern)");
    return !is_ascii_letter(*c) || regex_error(r, r->at - 2, "bad escape \\%c", (char)*c);
}

// ---- Escapes outside sets ----

static bool read_reference(RegexReader *r, uint32_t c, RegexWidth *width) {
    uint32_t group = c - '0', second = regex_peek(r, 0) - '0', third = regex_peek(r, 1) - '0';
    size_t length = 2;
    if (second < 10) {
        if (group < 8 && second < 8 && third < 8) {
            if (!read_octal(r, 2, &group))
                return false;
            regex_put_literal(r, group);
            return true;
        }
        group = group * 10 + second;
        r->at++;
        length = 3;
    }
    if (group >= r->syntax->count)
        return regex_error(r, r->at - length + 1, "invalid group reference %u", group);
    return regex_put_reference(r, group, length, width);
}

// \b and \B where the words are those of ASCII although PCRE2 has been asked for Unicode's.
static void put_ascii_boundary(RegexReader *r, bool boundary) {
    regex_put(r, boundary
                     ? "(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))"
                     : "(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])"
                       "(?![0-9A-Za-z_])(?!\\A\\z))");
}

static void put_position(RegexReader *r, uint32_t c) {
    bool mixed = r->syntax->uses_unicode && (r->flags & REGEX_UNICODE) == 0;
    bool was_unicode = (r->syntax->flags & REGEX_ASCII) == 0 && r->is_text;
    if (c == 'A')
        regex_put(r, "\\A");
    else if (c == 'Z')
        regex_put(r, "\\z");
    else if (mixed || (was_unicode && (r->flags & REGEX_UNICODE) == 0))
        put_ascii_boundary(r, c == 'b');
    else
        regex_put(r, c == 'b' ? "\\b" : "(?:\\B(?!\\A\\z))");
}

bool regex_escape(RegexReader *r, RegexWidth *width, bool *is_position) {
    uint32_t c = regex_next(r);
    if (c == 'A' || c == 'Z' || c == 'b' || c == 'B') {
        *is_position = true;
        *width = (RegexWidth){0, 0};
        put_position(r, c);
        return true;
    }
    if (is_category(c)) {
        regex_put(r, "[");
        put_category(r, c);
        regex_put(r, "]");
        return true;
    }
    if (c == '0') {
        c = 0;
        if (!read_octal(r, 2, &c))
            return false;
    } else if (c - '0' < 10) {
        return read_reference(r, c, width);
    } else if (!read_character(r, &c)) {
        return false;
    }
    regex_put_literal(r, c);
    return true;
}

// ---- Sets ----

typedef struct SetItem {
    uint32_t c;       // the character, or the letter of a category
    bool is_category; // \d ...
    size_t from, to;  // its token: one character, or backslash and letter
} SetItem;

static bool read_set_escape(RegexReader *r, SetItem *item) {
    uint32_t c = regex_next(r);
    item->to = r->at;
    item->is_category = is_category(c);
    item->c = c;
    if (item->is_category)
        return true;
    if (c == 'b') {
        item->c = '\b';
        return true;
    }
    if (c - '0' < 8) {
        item->c = c - '0';
        return read_octal(r, 2, &item->c);
    }
    if (c - '0' < 10)
        return regex_error(r, r->at - 2, "bad escape \\%c", (char)c);
    return read_character(r, &item->c);
}

static bool read_set_item(RegexReader *r, size_t start, SetItem *item) {
    item->from = r->at;
    item->c = regex_next(r);
    item->to = r->at;
    item->is_category = false;
    if (item->c == REGEX_END)
        return regex_error(r, start, "unterminated character set");
    return item->c != '\\' || read_set_escape(r, item);
}

static bool put_item(RegexReader *r, const SetItem *item) {
    if (item->is_category)
        put_category(r, item->c);
    return item->is_category || put_range(r, item->c, item->c);
}

static const char *token_text(RegexReader *r, const SetItem *item) {
    if (r->is_text)
        return str_text(r->thread, str_slice(r->thread, as_str(r->pattern), item->from, item->to));
    return str_text(r->thread, str_new_latin1(r->thread, as_bytes(r->pattern)->data + item->from,
                                              item->to - item->from));
}

static bool bad_range(RegexReader *r, const SetItem *low, const SetItem *high) {
    size_t length = (low->to - low->from) + 1 + (high->to - high->from);
    return regex_error(r, r->at - length, "bad character range %s-%s", token_text(r, low),
                       token_text(r, high));
}

// One item or a range; *written tells whether the set has got anything.
static bool read_set_part(RegexReader *r, size_t start, bool *written) {
    SetItem low, high;
    if (!read_set_item(r, start, &low))
        return false;
    if (regex_peek(r, 0) != '-' || regex_peek(r, 1) == ']') {
        *written |= put_item(r, &low);
        return true;
    }
    r->at++;
    if (!read_set_item(r, start, &high))
        return false;
    if (low.is_category || high.is_category || high.c < low.c)
        return bad_range(r, &low, &high);
    *written |= put_range(r, low.c, high.c);
    return true;
}

bool regex_set(RegexReader *r) {
    size_t start = r->at - 1, opening = r->out.length;
    bool negated = regex_skip(r, '^'), written = false, first = true;
    regex_put(r, negated ? "[^" : "[");
    while (first || regex_peek(r, 0) != ']') {
        if (!read_set_part(r, start, &written))
            return false;
        first = false;
    }
    r->at++;
    regex_put(r, "]");
    if (!written) {
        r->out.length = opening;
        if (negated)
            regex_put(r, "(?s:.)");
        else
            put_nothing(r);
    }
    return true;
}
