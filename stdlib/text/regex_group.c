// SPDX-License-Identifier: MIT
//
// Reading regular expressions: everything that begins with a parenthesis. Groups with and without
// a number, names, flags, comments, look-around, conditions.
#include "regex_parse.h"

#include "char.h"
#include "operations.h"

// ---- Names ----

Str *regex_name(RegexReader *r, uint32_t close, const char *what) {
    size_t from = r->at;
    uint32_t c;
    while ((c = regex_peek(r, 0)) != close && c != REGEX_END)
        r->at++;
    size_t length = r->at - from;
    if (c == REGEX_END && length > 0)
        regex_error(r, from, "missing %c, unterminated name", (char)close);
    else if (length == 0)
        regex_error(r, r->at, "missing %s", what);
    if (c == REGEX_END || length == 0)
        return NULL;
    r->at++;
    if (r->is_text)
        return str_slice(r->thread, as_str(r->pattern), from, from + length);
    return str_new_latin1(r->thread, as_bytes(r->pattern)->data + from, length);
}

static bool is_identifier(const RegexReader *r, const Str *name) {
    for (size_t i = 0; i < name->length; i++) {
        uint32_t c = str_char_at(name, i);
        if (c >= 0x80 && !r->is_text)
            return false;
        if (!(i == 0 ? c == '_' || char_starts_identifier(c) : char_continues_identifier(c)))
            return false;
    }
    return true;
}

// false with PatternError unless `name`, which ends just before the last character, is one.
static bool regex_check_name(RegexReader *r, Str *name) {
    if (is_identifier(r, name))
        return true;
    Str *shown = str_repr(r->thread, name);
    return regex_error(r, r->at - name->length - 1, "bad character in group name %s",
                       str_text(r->thread, shown));
}

// The number of a named group; 0 with PatternError.
static uint32_t named_group(RegexReader *r, Str *name) {
    Value number = dict_get_str(r->thread, r->syntax->names, name);
    if (!is_undefined(number))
        return (uint32_t)as_small_int(number);
    regex_error(r, r->at - name->length - 1, "unknown group name %s",
                str_text(r->thread, str_repr(r->thread, name)));
    return 0;
}

// ---- References ----

static bool regex_check_lookbehind(RegexReader *r, uint32_t group) {
    if (r->lookbehind_group == 0)
        return true;
    if (group >= r->syntax->count || !r->syntax->groups[group].closed)
        return regex_error(r, r->at, "cannot refer to an open group");
    if (group >= r->lookbehind_group)
        return regex_error(r, r->at,
                           "cannot refer to group defined in the same lookbehind subpattern");
    return true;
}

bool regex_put_reference(RegexReader *r, uint32_t group, size_t length, RegexWidth *width) {
    const RegexGroup *target = &r->syntax->groups[group];
    if (!target->closed)
        return regex_error(r, r->at - length, "cannot refer to an open group");
    if (!regex_check_lookbehind(r, group))
        return false;
    *width = (RegexWidth){target->minimum, target->maximum};
    regex_put_printf(r, "\\g{%u}", group);
    return true;
}

static RegexGroupOutcome outcome(bool done) {
    return done ? REGEX_GROUP_ITEM : REGEX_GROUP_FAILED;
}

// `c` has been read after a question mark and `prefix`.
static RegexGroupOutcome unknown_extension(RegexReader *r, const char *prefix, uint32_t c) {
    size_t start = r->at - 2 - strlen(prefix);
    Str *shown = str_from_code_point(r->thread, c);
    uint32_t escaped = c == '\\' ? regex_next(r) : (uint32_t)REGEX_END;
    if (escaped != REGEX_END)
        shown = str_concat(r->thread, shown, str_from_code_point(r->thread, escaped));
    return outcome(
        regex_error(r, start, "unknown extension ?%s%s", prefix, str_text(r->thread, shown)));
}

static RegexGroupOutcome read_named_reference(RegexReader *r, RegexWidth *width) {
    Str *name = regex_name(r, ')', "group name");
    if (name == NULL || !regex_check_name(r, name))
        return REGEX_GROUP_FAILED;
    uint32_t group = named_group(r, name);
    return outcome(group > 0 && regex_put_reference(r, group, name->length + 1, width));
}

// ---- Capturing groups ----

static uint32_t open_group(RegexReader *r) {
    RegexSyntax *syntax = r->syntax;
    uint32_t number = syntax->count++;
    if ((number & (number - 1)) == 0) { // the capacity is the next power of two
        Heap *heap = thread_heap(r->thread);
        RegexGroup *groups = heap_allocate(heap, CELL_BUFFER, 2 * number * sizeof(RegexGroup));
        if (syntax->groups)
            memcpy(groups, syntax->groups, number * sizeof(RegexGroup));
        syntax->groups = groups;
    }
    syntax->groups[number].parent = r->open_group;
    return number;
}

static bool close_parenthesis(RegexReader *r, size_t start) {
    if (!regex_skip(r, ')'))
        return regex_error(r, start, "missing ), unterminated subpattern");
    regex_put(r, ")");
    return true;
}

static bool register_name(RegexReader *r, Str *name) {
    Value earlier = dict_get_str(r->thread, r->syntax->names, name);
    if (!is_undefined(earlier))
        return regex_error(r, r->at - name->length - 1,
                           "redefinition of group name %s as group %u; was group %lld",
                           str_text(r->thread, str_repr(r->thread, name)), r->syntax->count,
                           (long long)as_small_int(earlier));
    dict_set_str(r->thread, r->syntax->names, name, value_small_int(r->syntax->count));
    return true;
}

static RegexGroupOutcome read_capture(RegexReader *r, size_t start, Str *name, RegexWidth *width) {
    if (name && !register_name(r, name))
        return REGEX_GROUP_FAILED;
    uint32_t outer = r->open_group, group = open_group(r);
    r->open_group = group;
    regex_put(r, "(");
    if (!regex_alternatives(r, false, width) || !close_parenthesis(r, start))
        return REGEX_GROUP_FAILED;
    r->open_group = outer;
    RegexGroup *closed = &r->syntax->groups[group];
    closed->closed = true;
    closed->minimum = width->minimum;
    closed->maximum = width->maximum;
    return REGEX_GROUP_ITEM;
}

static RegexGroupOutcome read_python_extension(RegexReader *r, size_t start, RegexWidth *width) {
    if (regex_skip(r, '<')) {
        Str *name = regex_name(r, '>', "group name");
        return name && regex_check_name(r, name) ? read_capture(r, start, name, width)
                                                 : REGEX_GROUP_FAILED;
    }
    if (regex_skip(r, '='))
        return read_named_reference(r, width);
    uint32_t c = regex_next(r);
    if (c == REGEX_END)
        return outcome(regex_error(r, r->at, "unexpected end of pattern"));
    return unknown_extension(r, "P", c);
}

// ---- Other groups ----

static RegexGroupOutcome skip_comment(RegexReader *r, size_t start) {
    for (uint32_t c; (c = regex_next(r)) != ')';)
        if (c == REGEX_END)
            return outcome(regex_error(r, start, "missing ), unterminated comment"));
    return REGEX_GROUP_NOTHING;
}

static RegexGroupOutcome read_plain(RegexReader *r, size_t start, const char *opening,
                                    RegexWidth *width) {
    regex_put(r, opening);
    return outcome(regex_alternatives(r, false, width) && close_parenthesis(r, start));
}

static RegexGroupOutcome read_lookbehind(RegexReader *r, size_t start, RegexWidth *width) {
    uint32_t c = regex_next(r), outer = r->lookbehind_group;
    if (c == REGEX_END)
        return outcome(regex_error(r, r->at, "unexpected end of pattern"));
    if (c != '=' && c != '!')
        return unknown_extension(r, "<", c);
    if (outer == 0)
        r->lookbehind_group = r->syntax->count;
    RegexGroupOutcome result = read_plain(r, start, c == '=' ? "(?<=" : "(?<!", width);
    r->lookbehind_group = outer;
    r->variable_lookbehind |= result != REGEX_GROUP_FAILED && width->minimum != width->maximum;
    *width = (RegexWidth){0, 0};
    return result;
}

static RegexGroupOutcome read_lookahead(RegexReader *r, size_t start, const char *opening,
                                        RegexWidth *width) {
    RegexGroupOutcome result = read_plain(r, start, opening, width);
    *width = (RegexWidth){0, 0};
    return result;
}

static bool is_number(const Str *name) {
    for (size_t i = 0; i < name->length; i++)
        if (str_char_at(name, i) - '0' >= 10)
            return false;
    return true;
}

// The group that a condition names; 0 with PatternError.
static uint32_t condition_group(RegexReader *r) {
    Str *name = regex_name(r, ')', "group name");
    if (name == NULL)
        return 0;
    if (!is_number(name))
        return regex_check_name(r, name) ? named_group(r, name) : 0;
    size_t position = r->at - name->length - 1;
    uint32_t group = 0;
    for (size_t i = 0; i < name->length && group < 1000000; i++)
        group = group * 10 + (str_char_at(name, i) - '0');
    if (group == 0)
        return regex_error(r, position, "bad group number");
    Value earlier;
    dict_set_default(r->thread, r->conditions, value_small_int(group),
                     value_small_int((int64_t)position), &earlier);
    return group;
}

static RegexGroupOutcome read_condition(RegexReader *r, size_t start, RegexWidth *width) {
    uint32_t group = condition_group(r);
    RegexWidth yes, no = {0, 0};
    if (group == 0 || !regex_check_lookbehind(r, group))
        return REGEX_GROUP_FAILED;
    regex_put_printf(r, "(?(%u)", group);
    if (!regex_sequence(r, false, &yes))
        return REGEX_GROUP_FAILED;
    if (regex_skip(r, '|')) {
        regex_put(r, "|");
        if (!regex_sequence(r, false, &no))
            return REGEX_GROUP_FAILED;
        if (regex_peek(r, 0) == '|')
            return outcome(
                regex_error(r, r->at, "conditional backref with more than two branches"));
    }
    width->minimum = yes.minimum < no.minimum ? yes.minimum : no.minimum;
    width->maximum = yes.maximum > no.maximum ? yes.maximum : no.maximum;
    return outcome(close_parenthesis(r, start));
}

// ---- Flags ----

enum { TYPE_FLAGS = REGEX_ASCII | REGEX_LOCALE | REGEX_UNICODE };

// What a letter in an inline flag stands for; 0: nothing.
static uint32_t flag_of(uint32_t c) {
    switch (c) {
    case 'i':
        return REGEX_IGNORECASE;
    case 'L':
        return REGEX_LOCALE;
    case 'm':
        return REGEX_MULTILINE;
    case 's':
        return REGEX_DOTALL;
    case 'x':
        return REGEX_VERBOSE;
    case 'a':
        return REGEX_ASCII;
    case 'u':
        return REGEX_UNICODE;
    default:
        return 0;
    }
}

static bool flag_error(RegexReader *r, uint32_t c, const char *missing) {
    if (c == REGEX_END)
        return regex_error(r, r->at, "missing %s", missing);
    if (char_is_alpha(c))
        return regex_error(r, r->at - 1, "unknown flag");
    return regex_error(r, r->at - 1, "missing %s", missing);
}

static bool add_flag(RegexReader *r, uint32_t c, uint32_t *flags) {
    uint32_t flag = flag_of(c);
    if (r->is_text && flag == REGEX_LOCALE)
        return regex_error(r, r->at, "bad inline flags: cannot use 'L' flag with a str pattern");
    if (!r->is_text && flag == REGEX_UNICODE)
        return regex_error(r, r->at, "bad inline flags: cannot use 'u' flag with a bytes pattern");
    *flags |= flag;
    if ((flag & TYPE_FLAGS) && (*flags & TYPE_FLAGS) != flag)
        return regex_error(r, r->at, "bad inline flags: flags 'a', 'u' and 'L' are incompatible");
    return true;
}

// Flags to set, from *c on; *c becomes what ends them: ) - or :
static bool read_added_flags(RegexReader *r, uint32_t *c, uint32_t *flags) {
    while (*c != ')' && *c != '-' && *c != ':') {
        if (!add_flag(r, *c, flags))
            return false;
        *c = regex_next(r);
        if (*c != ')' && *c != '-' && *c != ':' && flag_of(*c) == 0)
            return flag_error(r, *c, "-, : or )");
    }
    return true;
}

static bool read_removed_flags(RegexReader *r, uint32_t *flags) {
    uint32_t c = regex_next(r);
    if (flag_of(c) == 0)
        return flag_error(r, c, "flag");
    while (c != ':') {
        uint32_t flag = flag_of(c);
        if (flag & TYPE_FLAGS)
            return regex_error(r, r->at,
                               "bad inline flags: cannot turn off flags 'a', 'u' and 'L'");
        *flags |= flag;
        c = regex_next(r);
        if (c != ':' && flag_of(c) == 0)
            return flag_error(r, c, ":");
    }
    return true;
}

static void put_flags(RegexReader *r, uint32_t flags) {
    regex_put(r, flags & REGEX_IGNORECASE ? "i" : "");
    regex_put(r, flags & REGEX_MULTILINE ? "m" : "");
    regex_put(r, flags & REGEX_DOTALL ? "s" : "");
}

static uint32_t changed_flags(uint32_t flags, uint32_t added, uint32_t removed) {
    if (added & TYPE_FLAGS)
        flags &= ~(uint32_t)TYPE_FLAGS;
    return (flags | added) & ~removed;
}

static RegexGroupOutcome set_global_flags(RegexReader *r, size_t start, bool first,
                                          uint32_t added) {
    if (!first)
        return outcome(regex_error(r, start, "global flags not at the start of the expression"));
    r->syntax->flags |= added;
    r->flags = changed_flags(r->flags, added, 0);
    return REGEX_GROUP_NOTHING;
}

static RegexGroupOutcome read_flags(RegexReader *r, size_t start, uint32_t c, bool first,
                                    RegexWidth *width) {
    uint32_t added = 0, removed = 0, outer = r->flags;
    if (!read_added_flags(r, &c, &added))
        return REGEX_GROUP_FAILED;
    if (c == ')')
        return set_global_flags(r, start, first, added);
    if (c == '-' && !read_removed_flags(r, &removed))
        return REGEX_GROUP_FAILED;
    if (added & removed)
        return outcome(regex_error(r, r->at - 1, "bad inline flags: flag turned on and off"));
    r->syntax->uses_unicode |= (added & REGEX_UNICODE) != 0;
    regex_put(r, "(?");
    put_flags(r, added);
    if (removed & (REGEX_IGNORECASE | REGEX_MULTILINE | REGEX_DOTALL))
        regex_put(r, "-");
    put_flags(r, removed);
    r->flags = changed_flags(outer, added, removed);
    RegexGroupOutcome result = read_plain(r, start, ":", width);
    r->flags = outer;
    return result;
}

static RegexGroupOutcome read_extension(RegexReader *r, size_t start, bool first,
                                        RegexWidth *width) {
    uint32_t c = regex_next(r);
    switch (c) {
    case REGEX_END:
        return outcome(regex_error(r, r->at, "unexpected end of pattern"));
    case 'P':
        return read_python_extension(r, start, width);
    case ':':
        return read_plain(r, start, "(?:", width);
    case '>':
        return read_plain(r, start, "(?>", width);
    case '#':
        return skip_comment(r, start);
    case '=':
        return read_lookahead(r, start, "(?=", width);
    case '!':
        return read_lookahead(r, start, "(?!", width);
    case '<':
        return read_lookbehind(r, start, width);
    case '(':
        return read_condition(r, start, width);
    default:
        if (flag_of(c) != 0 || c == '-')
            return read_flags(r, start, c, first, width);
        return unknown_extension(r, "", c);
    }
}

RegexGroupOutcome regex_group(RegexReader *r, bool first, RegexWidth *width) {
    size_t start = r->at - 1;
    if (regex_skip(r, '?'))
        return read_extension(r, start, first, width);
    return read_capture(r, start, NULL, width);
}
