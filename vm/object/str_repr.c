// SPDX-License-Identifier: MIT
//
// repr of a string: single quotes, unless the text holds single quotes and no double ones; what is
// not printable is escaped with the shortest of \xNN, \uNNNN, \UNNNNNNNN. ascii() escapes what is
// left beyond ASCII in a repr, whosever it is.
#include "char.h"
#include "interpreter.h"
#include "text_builder.h"

static uint32_t choose_quote(const Str *s) {
    bool has_single = false;
    if (s->width == 1) {
        has_single = memchr(s->data, '\'', s->length) != NULL;
        return has_single && !memchr(s->data, '"', s->length) ? '"' : '\'';
    }
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        if (c == '"')
            return '\'';
        has_single = has_single || c == '\'';
    }
    return has_single ? '"' : '\'';
}

static void add_escape(TextBuilder *builder, uint32_t c) {
    static const char digits[] = "0123456789abcdef";
    int count = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
    text_builder_put(builder, '\\');
    text_builder_put(builder, count == 2 ? 'x' : count == 4 ? 'u' : 'U');
    for (int i = count - 1; i >= 0; i--)
        text_builder_put(builder, (uint8_t)digits[c >> (4 * i) & 15]);
}

static void add_char(TextBuilder *builder, uint32_t c, uint32_t quote) {
    static const char *const named[] = {['\t'] = "\\t", ['\n'] = "\\n", ['\r'] = "\\r"};
    if (c == quote || c == '\\') {
        text_builder_put(builder, '\\');
        text_builder_put(builder, c);
    } else if (c == '\t' || c == '\n' || c == '\r') {
        text_builder_add_c(builder, named[c]);
    } else if (c < 0x7f ? c >= ' ' : char_is_printable(c)) {
        text_builder_put(builder, c);
    } else {
        add_escape(builder, c);
    }
}

static bool byte_is_plain(uint8_t c, uint8_t quote) {
    return c >= ' ' && c < 0x7f && c != quote && c != '\\';
}

// How many of the bytes, from the first on, are ASCII characters that stand for themselves. Most
// texts consist of long runs of them, so they are looked at sixteen at a time.
static size_t count_plain(const uint8_t *bytes, size_t count, uint8_t quote) {
    typedef uint8_t Block __attribute__((vector_size(16)));
    size_t i = 0;
    for (Block block; i + sizeof block <= count; i += sizeof block) {
        uint64_t special[2];
        memcpy(&block, bytes + i, sizeof block);
        block = (Block)((block < ' ') | (block >= 0x7f) | (block == quote) | (block == '\\'));
        memcpy(special, &block, sizeof block);
        if (special[0] | special[1])
            break;
    }
    while (i < count && byte_is_plain(bytes[i], quote))
        i++;
    return i;
}

// Only characters that stand for themselves between these quotes: the repr is a copy.
static bool is_plain(const Str *s, uint32_t quote) {
    if (s->ascii)
        return count_plain(s->data, s->length, (uint8_t)quote) == s->length;
    bool plain = true;
    for (size_t i = 0; plain && i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        plain = c < 0x7f ? c >= ' ' && c != quote && c != '\\' : char_is_printable(c);
    }
    return plain;
}

static Str *quoted_plain(Thread *thread, const Str *s, uint32_t quote) {
    uint32_t widest = s->ascii ? 0 : s->width == 1 ? 0xff : s->width == 2 ? 0xffff : 0x10ffff;
    Str *result = str_new_uninitialised(thread, s->length + 2, widest);
    str_put(result, 0, quote);
    str_put(result, s->length + 1, quote);
    memcpy((uint8_t *)str_contents(result) + s->width, s->data, s->length * s->width);
    return result;
}

static void add_ascii(TextBuilder *builder, const Str *s, uint32_t quote) {
    const uint8_t *bytes = s->data;
    for (size_t i = 0; i < s->length; i++) {
        size_t run = count_plain(bytes + i, s->length - i, (uint8_t)quote);
        text_builder_add_ascii(builder, (const char *)bytes + i, run);
        i += run;
        if (i < s->length)
            add_char(builder, bytes[i], quote);
    }
}

Str *str_repr(Thread *thread, Str *s) {
    TextBuilder builder;
    uint32_t quote = choose_quote(s);
    if (is_plain(s, quote))
        return quoted_plain(thread, s, quote);
    text_builder_init(&builder, thread);
    text_builder_put(&builder, quote);
    if (s->ascii)
        add_ascii(&builder, s, quote);
    for (size_t i = 0; i < s->length && !s->ascii; i++)
        add_char(&builder, str_char_at(s, i), quote);
    text_builder_put(&builder, quote);
    return text_builder_finish(&builder);
}

Str *str_escape_beyond_ascii(Thread *thread, Str *s) {
    TextBuilder builder;
    if (s->ascii)
        return s;
    text_builder_init(&builder, thread);
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        if (c < 0x80)
            text_builder_put(&builder, c);
        else
            add_escape(&builder, c);
    }
    return text_builder_finish(&builder);
}
