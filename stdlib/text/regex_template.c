// SPDX-License-Identifier: MIT
//
// Templates of sub() and expand(): text with references to groups, such as r"\2-\g<name>".
//
// A template is read once into a list of texts and group numbers; one without a backslash is its
// own meaning. Errors are those of CPython's re._parser.parse_template.
#include "regex.h"

#include "byte_builder.h"
#include "char.h"
#include "container.h"
#include "list.h"
#include "operations.h"
#include "text_builder.h"

typedef struct TemplateReader {
    Thread *thread;
    const RegexPattern *pattern;
    Value text; // str or bytes
    size_t at, length;
    List *parts;
    TextBuilder literal; // code points, or bytes
} TemplateReader;

static uint32_t char_at(const TemplateReader *t, size_t at) {
    if (at >= t->length)
        return UINT32_MAX;
    return is_str(t->text) ? str_char_at(as_str(t->text), at) : as_bytes(t->text)->data[at];
}

static bool fail(TemplateReader *t, size_t position, Str *message) {
    return regex_fail(t->thread, t->text, (int64_t)position, message);
}

static void flush(TemplateReader *t) {
    if (t->literal.length == 0)
        return;
    Str *text = text_builder_finish(&t->literal);
    Value part = value_object(text);
    if (!is_str(t->text))
        part = value_object(bytes_new(t->thread, str_bytes(text), text->length));
    list_append(t->thread, t->parts, part);
    text_builder_init(&t->literal, t->thread);
}

static bool add_group(TemplateReader *t, uint64_t group, size_t position) {
    if (group >= t->pattern->count)
        return fail(
            t, position,
            str_format(t->thread, "invalid group reference %llu", (unsigned long long)group));
    flush(t);
    list_append(t->thread, t->parts, value_small_int((int64_t)group));
    return true;
}

// ---- \g<...> ----

static Str *read_name(TemplateReader *t) {
    size_t from = t->at;
    while (char_at(t, t->at) != '>' && t->at < t->length)
        t->at++;
    size_t length = t->at - from;
    if (t->at >= t->length && length > 0)
        return fail(t, from, str_from_c(t->thread, "missing >, unterminated name")), NULL;
    if (length == 0)
        return fail(t, t->at, str_from_c(t->thread, "missing group name")), NULL;
    t->at++;
    return is_str(t->text) ? str_slice(t->thread, as_str(t->text), from, from + length)
                           : str_new_latin1(t->thread, as_bytes(t->text)->data + from, length);
}

static bool is_identifier(const TemplateReader *t, const Str *name) {
    for (size_t i = 0; i < name->length; i++) {
        uint32_t c = str_char_at(name, i);
        bool fits = i == 0 ? c == '_' || char_starts_identifier(c) : char_continues_identifier(c);
        if (!fits || (c >= 0x80 && !is_str(t->text)))
            return false;
    }
    return true;
}

static bool is_number(const Str *name, uint64_t *number) {
    *number = 0;
    for (size_t i = 0; i < name->length; i++) {
        uint32_t digit = str_char_at(name, i) - '0';
        if (digit >= 10)
            return false;
        *number = *number < 1000000000 ? *number * 10 + digit : *number;
    }
    return true;
}

static bool read_named(TemplateReader *t) {
    if (char_at(t, t->at) != '<')
        return fail(t, t->at, str_from_c(t->thread, "missing <"));
    t->at++;
    size_t start = t->at;
    Str *name = read_name(t);
    uint64_t number;
    if (name == NULL)
        return false;
    if (is_number(name, &number))
        return add_group(t, number, start);
    if (!is_identifier(t, name)) {
        Str *shown = str_repr(t->thread, name);
        return fail(
            t, start,
            str_format(t->thread, "bad character in group name %s", str_text(t->thread, shown)));
    }
    Value found = dict_get_str(t->thread, t->pattern->names, name);
    if (is_undefined(found))
        return raise_false(t->thread, ERROR_IndexError, "unknown group name %s",
                           str_text(t->thread, str_repr(t->thread, name)));
    return add_group(t, (uint64_t)as_small_int(found), start);
}

// ---- Other escapes ----

static bool is_octal(uint32_t c) {
    return c - '0' < 8;
}

static bool add_octal(TemplateReader *t, uint32_t c, size_t start) {
    if (c > 0377)
        return fail(t, start,
                    str_format(t->thread, "octal escape value \\%o outside of range 0-0o377", c));
    text_builder_put(&t->literal, c);
    return true;
}

// `c` is a digit; it stands at t->at - 1.
static bool read_digits(TemplateReader *t, uint32_t c) {
    size_t start = t->at - 2;
    uint32_t value = c - '0', second = char_at(t, t->at), third = char_at(t, t->at + 1);
    if (c == '0') {
        for (int i = 0; i < 2 && is_octal(char_at(t, t->at)); i++)
            value = value * 8 + (char_at(t, t->at++) - '0');
        return add_octal(t, value & 0xff, start);
    }
    if (is_octal(c) && is_octal(second) && is_octal(third)) {
        t->at += 2;
        return add_octal(t, value * 64 + (second - '0') * 8 + (third - '0'), start);
    }
    if (second - '0' < 10) {
        value = value * 10 + (second - '0');
        t->at++;
    }
    return add_group(t, value, start + 1);
}

static bool read_escape(TemplateReader *t) {
    static const char names[] = "abfnrtv\\", values[] = "\a\b\f\n\r\t\v\\";
    uint32_t c = char_at(t, t->at++);
    if (c == UINT32_MAX)
        return fail(t, t->length - 1, str_from_c(t->thread, "bad escape (end of pattern)"));
    if (c == 'g')
        return read_named(t);
    if (c - '0' < 10)
        return read_digits(t, c);
    const char *found = c != 0 && c < 128 ? strchr(names, (int)c) : NULL;
    if (found) {
        text_builder_put(&t->literal, (uint8_t)values[found - names]);
        return true;
    }
    if ((c | 0x20) - 'a' < 26 && c < 0x80)
        return fail(t, t->at - 2, str_format(t->thread, "bad escape \\%c", (char)c));
    text_builder_put(&t->literal, '\\');
    text_builder_put(&t->literal, c);
    return true;
}

static Value read_template(TemplateReader *t) {
    text_builder_init(&t->literal, t->thread);
    while (t->at < t->length) {
        uint32_t c = char_at(t, t->at++);
        if (c != '\\')
            text_builder_put(&t->literal, c);
        else if (!read_escape(t))
            return VALUE_ERROR;
    }
    flush(t);
    return value_object(t->parts);
}

static bool has_backslash(Value text) {
    if (!is_str(text))
        return memchr(as_bytes(text)->data, '\\', as_bytes(text)->length) != NULL;
    const Str *s = as_str(text);
    for (size_t i = 0; i < s->length; i++)
        if (str_char_at(s, i) == '\\')
            return true;
    return false;
}

Value regex_template(Thread *thread, RegexPattern *pattern, Value template) {
    BytesView view;
    if (!is_str(template) && !is_bytes(template)) {
        uint64_t hash; // CPython looks into its cache of templates first
        if (!bytes_view_optional(thread, template, &view))
            return container_hash(thread, template, &hash)
                       ? raise_error(thread, ERROR_TypeError,
                                     "decoding to str: need a bytes-like object, %s found",
                                     type_name(thread, template))
                       : VALUE_ERROR;
        template = value_object(bytes_new(thread, view.data, view.length));
    }
    if (!has_backslash(template))
        return template;
    if (value_same(pattern->template_text, template))
        return pattern->template;
    TemplateReader t = {.thread = thread, .pattern = pattern, .text = template};
    t.length = is_str(template) ? as_str(template)->length : as_bytes(template)->length;
    t.parts = list_new(thread, 4);
    Value parts = read_template(&t);
    if (!is_error(parts)) {
        pattern->template = parts;
        pattern->template_text = template;
    }
    return parts;
}

// ---- Filling in ----

static Value expand_text(Thread *thread, const List *parts, const RegexMatch *match) {
    TextBuilder out;
    text_builder_init(&out, thread);
    for (size_t i = 0; i < parts->length; i++) {
        Value part = parts->items[i];
        if (is_small_int(part))
            part = regex_match_group(thread, match, (size_t)as_small_int(part),
                                     value_object(thread->interpreter->empty_str));
        if (is_error(part))
            return part;
        if (!is_str(part))
            return raise_error(thread, ERROR_TypeError,
                               "sequence item %zu: expected str instance, %s found", i,
                               type_name(thread, part));
        text_builder_add(&out, as_str(part));
    }
    return value_object(text_builder_finish(&out));
}

static Value expand_bytes(Thread *thread, const List *parts, const RegexMatch *match) {
    ByteBuilder out;
    byte_builder_init(&out, thread, 64);
    for (size_t i = 0; i < parts->length; i++) {
        Value part = parts->items[i];
        BytesView view;
        if (is_small_int(part))
            part = regex_match_group(thread, match, (size_t)as_small_int(part),
                                     thread->interpreter->empty_bytes);
        if (is_error(part) || !bytes_view(thread, part, &view))
            return VALUE_ERROR;
        byte_builder_add(&out, view.data, view.length);
    }
    return value_object(byte_builder_finish(&out));
}

Value regex_expand(Thread *thread, Value parts, const RegexMatch *match) {
    if (!is_list(parts))
        return parts;
    return is_str(match->string) ? expand_text(thread, as_list(parts), match)
                                 : expand_bytes(thread, as_list(parts), match);
}
