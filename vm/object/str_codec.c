// SPDX-License-Identifier: MIT
//
// The codecs: UTF-8, ASCII and Latin-1 between bytes and str, with Python's error handlers; others
// are in str_iconv.c.
//
// A codec converts as long as it can. At something it can not convert it names the extent and the
// reason, and the error handler decides: raise, leave out, put something else in its place. The
// handler "surrogateescape" smuggles undecodable bytes through str as lone surrogates, so that file
// names that are not UTF-8 survive. Handlers that are not among those named here are functions in
// the module codecs, see str_codec_ask.c.
#include "str_codec.h"
#include "bytes.h"
#include "call.h"
#include "interpreter.h"
#include "str_copy.h"
#include "utf8.h"

// The codecs of this file.
typedef enum Encoding { UTF_8, ASCII, LATIN_1, UNKNOWN_ENCODING } Encoding;
static const char *const encoding_names[] = {"utf-8", "ascii", "latin-1"};

// Compare ignoring case, with '_' and ' ' as '-'.
static bool same_name(const char *given, const char *name) {
    for (; *given && *name; given++, name++) {
        char c = *given == '_' || *given == ' ' ? '-' : *given;
        if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != *name)
            return false;
    }
    return *given == *name;
}

static Encoding find_encoding(const char *name) {
    static const struct {
        const char *name;
        Encoding encoding;
    } known[] = {
        {"utf-8", UTF_8},    {"utf8", UTF_8},     {"u8", UTF_8},           {"utf", UTF_8},
        {"ascii", ASCII},    {"us-ascii", ASCII}, {"646", ASCII},          {"latin-1", LATIN_1},
        {"latin1", LATIN_1}, {"latin", LATIN_1},  {"iso-8859-1", LATIN_1}, {"iso8859-1", LATIN_1},
        {"l1", LATIN_1},     {"8859", LATIN_1},   {"cp819", LATIN_1},
    };
    if (strcmp(name, "utf-8") == 0) // the default, in the usual spelling
        return UTF_8;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (same_name(name, known[i].name))
            return known[i].encoding;
    return UNKNOWN_ENCODING;
}

ErrorHandler str_codec_handler(const char *name) {
    static const char *const names[] = {"strict",           "ignore",          "replace",
                                        "backslashreplace", "surrogateescape", "surrogatepass",
                                        "xmlcharrefreplace"};
    int i = 0;
    while (name && i < OTHER_HANDLER && strcmp(name, names[i]) != 0)
        i++;
    return (ErrorHandler)i;
}

bool str_codec_raise(Thread *thread, ErrorKind kind, const BadInput *bad, Value input) {
    Value args[] = {value_object(str_from_c(thread, bad->encoding)), input,
                    value_small_int((int64_t)bad->start), value_small_int((int64_t)bad->end),
                    value_object(str_from_c(thread, bad->reason))};
    Value error = call_value(thread, value_object(thread->interpreter->errors[kind]), args, 5);
    if (!is_error(error))
        raise_value(thread, error);
    return false;
}

static void add_hex_escape(TextBuilder *builder, uint8_t byte) {
    text_builder_add_printf(builder, "\\x%02x", byte);
}

// A surrogate in three bytes of UTF-8, or else 0.
static uint32_t surrogate_in_utf8(const uint8_t *data, size_t length) {
    if (length < 3 || data[0] != 0xed || (data[1] & 0xe0) != 0xa0 || (data[2] & 0xc0) != 0x80)
        return 0;
    return 0xd000 | (uint32_t)(data[1] & 0x3f) << 6 | (data[2] & 0x3f);
}

// Let a surrogate pass in the encodings of Unicode: the bytes it takes, 0 if there is none.
static size_t pass_surrogate(TextBuilder *builder, const uint8_t *data, size_t length,
                             const char *encoding) {
    size_t size = strncmp(encoding, "utf-32", 6) == 0   ? 4
                  : strncmp(encoding, "utf-16", 6) == 0 ? 2
                  : strcmp(encoding, "utf-8") == 0      ? 3
                                                        : 0;
    if (size == 0 || length < size)
        return 0;
    uint32_t c = size == 3 ? surrogate_in_utf8(data, length) : 0;
    bool is_big = encoding[strlen(encoding) - 2] == 'b';
    for (size_t i = 0; size != 3 && i < size; i++)
        c = c << 8 | data[is_big ? i : size - 1 - i];
    if (c < 0xd800 || c > 0xdfff)
        return 0;
    text_builder_put(builder, c);
    return size;
}

// By a handler of the module codecs.
static size_t ask_about_bytes(TextBuilder *builder, const uint8_t *data, size_t length,
                              const BadInput *bad, const char *errors) {
    HandlerAnswer answer;
    Value input = value_object(bytes_new(builder->thread, data, length));
    if (!str_codec_ask(builder->thread, ERROR_UnicodeDecodeError, bad, input, errors, &answer))
        return (size_t)CODEC_FAILED;
    text_builder_add(builder, as_str(answer.replacement));
    return answer.next;
}

size_t str_codec_skip_bytes(TextBuilder *builder, const uint8_t *data, size_t length,
                            const BadInput *bad, ErrorHandler handler, const char *errors) {
    size_t passed;
    switch (handler) {
    case IGNORE:
        return bad->end;
    case REPLACE:
        text_builder_put(builder, 0xfffd);
        return bad->end;
    case BACKSLASH_REPLACE:
        for (size_t i = bad->start; i < bad->end; i++)
            add_hex_escape(builder, data[i]);
        return bad->end;
    case SURROGATE_ESCAPE:
        if (data[bad->start] < 0x80)
            break;
        for (size_t i = bad->start; i < bad->end && data[i] >= 0x80; i++)
            text_builder_put(builder, 0xdc00U + data[i]);
        return bad->end;
    case SURROGATE_PASS:
        passed = pass_surrogate(builder, data + bad->start, length - bad->start, bad->encoding);
        if (passed)
            return bad->start + passed;
        break;
    case XML_REPLACE: // which does not decode, and says so
    case OTHER_HANDLER:
        return ask_about_bytes(builder, data, length, bad, errors);
    default:
        break;
    }
    str_codec_raise(builder->thread, ERROR_UnicodeDecodeError, bad,
                    value_object(bytes_new(builder->thread, data, length)));
    return (size_t)CODEC_FAILED;
}

static bool second_is_legal(uint8_t first, uint8_t second) {
    uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high;
}

// Decode one sequence; its length, or 0 with the extent of what is broken in *bad.
static size_t decode_sequence(const uint8_t *data, size_t length, uint32_t *c, BadInput *bad) {
    uint8_t first = data[0];
    size_t count = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    bad->end = bad->start + 1;
    bad->reason = "invalid start byte";
    if (count == 0 || first > 0xf4)
        return 0;
    *c = count == 1 ? first : first & (0x7fU >> count);
    for (size_t i = 1; i < count; i++) {
        bad->end = bad->start + i;
        bad->reason = i < length ? "invalid continuation byte" : "unexpected end of data";
        if (i >= length || (data[i] & 0xc0) != 0x80 || (i == 1 && !second_is_legal(first, data[1])))
            return 0;
        *c = *c << 6 | (data[i] & 0x3f);
    }
    return count;
}

enum { WORD = sizeof(uint64_t) };

static inline bool is_ascii_word(const uint8_t *data) {
    uint64_t word;
    memcpy(&word, data, sizeof word);
    return (word & UINT64_C(0x8080808080808080)) == 0;
}

static inline size_t ascii_run(const uint8_t *data, size_t length) {
    const uint64_t beyond_ascii = UINT64_C(0x8080808080808080);
    size_t i = 0;
    for (uint64_t word; i + WORD <= length; i += WORD) {
        memcpy(&word, data + i, sizeof word);
        if (word & beyond_ascii) // the first byte is the lowest
            return i + (size_t)__builtin_ctzll(word & beyond_ascii) / 8;
    }
    while (i < length && data[i] < 0x80)
        i++;
    return i;
}

static Str *decode_checked(Thread *thread, const uint8_t *data, size_t length, Encoding encoding,
                           const char *errors) {
    ErrorHandler handler = errors ? str_codec_handler(errors) : STRICT;
    BadInput bad = {.encoding = encoding_names[encoding], .reason = "ordinal not in range(128)"};
    Bytes *volatile kept = str_codec_keep(thread, data, length, handler);
    data = kept ? kept->data : data;
    TextBuilder builder;
    text_builder_init(&builder, thread);
    for (size_t i = 0; i < length;) {
        size_t run = ascii_run(data + i, length - i), step = 0;
        uint32_t c;
        text_builder_add_ascii(&builder, (const char *)data + i, run);
        if ((i += run) == length)
            break;
        bad.start = i;
        bad.end = i + 1;
        if (encoding == UTF_8)
            step = decode_sequence(data + i, length - i, &c, &bad);
        if (step) {
            text_builder_put(&builder, c);
            i += step;
        } else {
            i = str_codec_skip_bytes(&builder, data, length, &bad, handler, errors);
            if (i == (size_t)CODEC_FAILED)
                return NULL;
        }
    }
    return text_builder_finish(&builder);
}

// Three bytes that begin and continue as those of one code point do; four can be read.
static inline bool is_triple(const uint8_t *data) {
    uint32_t word;
    memcpy(&word, data, sizeof word);
    return (word & 0xc0c0f0) == 0x8080e0;
}

static inline uint32_t read_triple(const uint8_t *data) {
    return (data[0] & 0x0fU) << 12 | (data[1] & 0x3fU) << 6 | (data[2] & 0x3fU);
}

static inline bool continues(uint8_t byte) {
    return (byte & 0xc0) == 0x80;
}

// What valid UTF-8 decodes to: how many code points, which is the bytes that begin one, and the
// largest byte, which tells the width.
static void measure_utf8(const uint8_t *data, size_t length, size_t *count, uint8_t *largest) {
    enum { BLOCK = 128 };
    *count = 0;
    *largest = 0;
    while (length > 0) {
        size_t block = length < BLOCK ? length : BLOCK;
        uint8_t begun = 0, top = 0;
        for (size_t i = 0; i < block; i++) {
            begun = (uint8_t)(begun + !continues(data[i]));
            top = data[i] > top ? data[i] : top;
        }
        *count += begun;
        *largest = top > *largest ? top : *largest;
        data += block;
        length -= block;
    }
}

// The sequence of more than one byte at `data`: its length, 0 if it is broken.
static inline size_t read_sequence(const uint8_t *data, size_t left, uint32_t *c) {
    if (left >= 4 && is_triple(data)) {
        *c = read_triple(data);
        return *c >= 0x800 && *c >> 11 != 0xd800 >> 11 ? 3 : 0;
    }
    if (data[0] < 0xe0) {
        if (data[0] < 0xc2 || left < 2 || !continues(data[1]))
            return 0;
        *c = (data[0] & 0x1fU) << 6 | (data[1] & 0x3fU);
        return 2;
    }
    BadInput bad = {0};
    return decode_sequence(data, left, c, &bad);
}

// Decode into code points of one width; `to` has room for as many as measure_utf8 has counted.
// false: it is not valid.
#define DECODER(name, type)                                                                        \
    static bool name(type *to, const uint8_t *data, const uint8_t *end) {                          \
        while (data < end) {                                                                       \
            uint32_t c = *data;                                                                    \
            if (c < 0x80 && end - data >= WORD && is_ascii_word(data)) {                           \
                for (size_t i = 0; i < WORD; i++)                                                  \
                    to[i] = data[i];                                                               \
                to += WORD;                                                                        \
                data += WORD;                                                                      \
                continue;                                                                          \
            }                                                                                      \
            size_t step = c < 0x80 ? 1 : read_sequence(data, (size_t)(end - data), &c);            \
            if (step == 0)                                                                         \
                return false;                                                                      \
            *to++ = (type)c;                                                                       \
            data += step;                                                                          \
        }                                                                                          \
        return true;                                                                               \
    }
DECODER(decode_to_8, uint8_t)
DECODER(decode_to_16, uint16_t)
DECODER(decode_to_32, uint32_t)

// NULL, without an exception, if it is not valid. There is a byte beyond ASCII.
static Str *decode_utf8(Thread *thread, const uint8_t *data, size_t length) {
    const uint8_t first_of_256 = 0xc4, first_of_65536 = 0xf0; // and those above
    size_t count;
    uint8_t largest;
    measure_utf8(data, length, &count, &largest);
    if (count < 2) {
        uint32_t c;
        bool is_one = count == 1 && read_sequence(data, length, &c) == length;
        return is_one ? str_from_code_point(thread, c) : NULL;
    }
    uint32_t widest = largest < first_of_256 ? 0xff : largest < first_of_65536 ? 0xffff : 0x10ffff;
    Str *s = str_new_uninitialised(thread, count, widest);
    const uint8_t *end = data + length;
    bool valid = s->width == 1   ? decode_to_8(str_contents(s), data, end)
                 : s->width == 2 ? decode_to_16(str_contents(s), data, end)
                                 : decode_to_32(str_contents(s), data, end);
    return valid ? s : NULL;
}

Str *bytes_decode(Thread *thread, const uint8_t *data, size_t length, const char *encoding_name,
                  const char *errors) {
    Encoding encoding = find_encoding(encoding_name);
    if (encoding == UNKNOWN_ENCODING)
        return str_iconv_decode(thread, data, length, encoding_name, errors);
    if (encoding == LATIN_1 || str_bytes_are_ascii(data, length))
        return str_new_latin1(thread, data, length);
    Str *valid = encoding == UTF_8 ? decode_utf8(thread, data, length) : NULL;
    return valid ? valid : decode_checked(thread, data, length, encoding, errors);
}

Str *str_codec_escape(Thread *thread, uint32_t c, ErrorHandler handler) {
    return handler == XML_REPLACE ? str_format(thread, "&#%u;", c)
           : c < 0x100            ? str_format(thread, "\\x%02x", c)
           : c < 0x10000          ? str_format(thread, "\\u%04x", c)
                                  : str_format(thread, "\\U%08x", c);
}

static void add_escape(ByteBuilder *builder, uint32_t c, ErrorHandler handler) {
    Str *text = str_codec_escape(builder->thread, c, handler);
    byte_builder_add(builder, text->data, text->length);
}

static void add_utf8(ByteBuilder *builder, uint32_t c) {
    int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const uint8_t marks[] = {0, 0xc0, 0xe0, 0xf0};
    byte_builder_put(builder, (uint8_t)(marks[more] | c >> (6 * more)));
    while (more-- > 0)
        byte_builder_put(builder, (uint8_t)(0x80 | (c >> (6 * more) & 0x3f)));
}

// One character by the handler; false: this handler does not help.
static bool replace_char(ByteBuilder *builder, uint32_t c, Encoding encoding,
                         ErrorHandler handler) {
    switch (handler) {
    case IGNORE:
        return true;
    case REPLACE:
        byte_builder_put(builder, '?');
        return true;
    case BACKSLASH_REPLACE:
    case XML_REPLACE:
        add_escape(builder, c, handler);
        return true;
    case SURROGATE_ESCAPE:
        if (c >= 0xdc80 && c <= 0xdcff)
            byte_builder_put(builder, (uint8_t)c);
        return c >= 0xdc80 && c <= 0xdcff;
    case SURROGATE_PASS:
        if (encoding == UTF_8)
            add_utf8(builder, c);
        return encoding == UTF_8;
    default:
        return false;
    }
}

static bool encodable(uint32_t c, Encoding encoding) {
    if (encoding == UTF_8)
        return c < 0xd800 || c > 0xdfff;
    return c < (encoding == ASCII ? 0x80U : 0x100U);
}

// What a handler of the module codecs has answered: bytes as they are, text if it can be encoded
// and, as in CPython, is ASCII where the encoding is UTF-8.
static bool add_answer(ByteBuilder *builder, Value answer, Encoding encoding) {
    if (is_bytes(answer)) {
        byte_builder_add(builder, as_bytes(answer)->data, as_bytes(answer)->length);
        return true;
    }
    const Str *text = as_str(answer);
    for (size_t i = 0; i < text->length; i++) {
        uint32_t c = str_char_at(text, i);
        if (c >= (encoding == LATIN_1 ? 0x100U : 0x80U))
            return false;
        byte_builder_put(builder, (uint8_t)c);
    }
    return true;
}

// Handle the run of unencodable characters that starts at bad->start; *next is where to go on.
static bool handle_encoding(ByteBuilder *builder, Str *s, BadInput *bad, Encoding encoding,
                            ErrorHandler handler, const char *errors, size_t *next) {
    Thread *thread = builder->thread;
    bad->end = bad->start + 1;
    while (bad->end < s->length && !encodable(str_char_at(s, bad->end), encoding))
        bad->end++;
    HandlerAnswer answer = {.next = bad->end};
    bool fine = true;
    if (handler == OTHER_HANDLER) {
        if (!str_codec_ask(thread, ERROR_UnicodeEncodeError, bad, value_object(s), errors, &answer))
            return false;
        fine = add_answer(builder, answer.replacement, encoding);
    }
    for (size_t i = bad->start; handler != OTHER_HANDLER && fine && i < bad->end; i++)
        fine = replace_char(builder, str_char_at(s, i), encoding, handler);
    *next = answer.next;
    return fine || str_codec_raise(thread, ERROR_UnicodeEncodeError, bad, value_object(s));
}

static Bytes *encode_checked(Thread *thread, Str *s, Encoding encoding, const char *errors) {
    static const char *const reasons[] = {"surrogates not allowed", "ordinal not in range(128)",
                                          "ordinal not in range(256)"};
    ErrorHandler handler = errors ? str_codec_handler(errors) : STRICT;
    BadInput bad = {.encoding = encoding_names[encoding], .reason = reasons[encoding]};
    ByteBuilder builder;
    byte_builder_init(&builder, thread, s->length + s->length / 2);
    for (size_t i = 0; i < s->length;) {
        uint32_t c = str_char_at(s, i++);
        if (!encodable(c, encoding)) {
            bad.start = i - 1;
            if (!handle_encoding(&builder, s, &bad, encoding, handler, errors, &i))
                return NULL;
        } else if (encoding == UTF_8) {
            add_utf8(&builder, c);
        } else {
            byte_builder_put(&builder, (uint8_t)c);
        }
    }
    return byte_builder_finish(&builder);
}

enum { SIZE_BLOCK = 80 }; // so many sums of up to three fit a byte

// The number of bytes that code points of one width take, 0 if there are surrogates, in blocks
// whose sums are as wide as the code points; and writing them.
#define ENCODER(size_name, write_name, type)                                                       \
    static size_t size_name(const type *from, size_t count) {                                      \
        size_t size = count, surrogates = 0;                                                       \
        while (count > 0) {                                                                        \
            size_t block = count < SIZE_BLOCK ? count : SIZE_BLOCK;                                \
            type more = 0, pairs = 0;                                                              \
            for (size_t i = 0; i < block; i++) {                                                   \
                uint32_t c = from[i];                                                              \
                more = (type)(more + (c >= 0x80) + (c >= 0x800) + (c >= 0x10000));                 \
                pairs |= c >> 11 == 0xd800 >> 11;                                                  \
            }                                                                                      \
            size += more;                                                                          \
            surrogates |= pairs;                                                                   \
            from += block;                                                                         \
            count -= block;                                                                        \
        }                                                                                          \
        return surrogates ? 0 : size;                                                              \
    }                                                                                              \
    static void write_name(char *to, const type *from, size_t count) {                             \
        for (size_t i = 0; i < count; i++) {                                                       \
            if (from[i] < 0x80)                                                                    \
                *to++ = (char)from[i];                                                             \
            else                                                                                   \
                to += write_sequence(from[i], to);                                                 \
        }                                                                                          \
    }

// The three bytes of a code point from 0x800 to 0xffff, the first of them lowest.
static inline uint32_t triple_of(uint32_t c) {
    return 0x8080e0 | c >> 12 | (c >> 6 & 0x3f) << 8 | (c & 0x3f) << 16;
}

static inline size_t write_sequence(uint32_t c, char *to) {
    if (c >= 0x10000)
        return utf8_encode(c, to);
    if (c >= 0x800) { // the fourth byte is where the next goes, or the terminator
        uint32_t word = triple_of(c);
        memcpy(to, &word, sizeof word);
        return 3;
    }
    to[0] = (char)(0xc0 | c >> 6);
    to[1] = (char)(0x80 | (c & 0x3f));
    return 2;
}

ENCODER(size_of_8, encode_rest_8, uint8_t)
ENCODER(size_of_16, encode_rest_16, uint16_t)
ENCODER(size_of_32, encode_32, uint32_t)

// Eight at a time where all are ASCII, else up to the first that is not.
static void encode_8(char *to, const uint8_t *from, size_t count) {
    size_t i = 0;
    while (i + WORD <= count) {
        if (is_ascii_word(from + i)) {
            memcpy(to, from + i, WORD);
            to += WORD;
            i += WORD;
            continue;
        }
        while (from[i] < 0x80)
            *to++ = (char)from[i++];
        to += write_sequence(from[i++], to);
    }
    encode_rest_8(to, from + i, count - i);
}

// Two of three bytes each are written as one word, whose last two bytes are then written over.
static void encode_16(char *to, const uint16_t *from, size_t count) {
    size_t i = 0;
    while (i + 2 < count) {
        if (from[i] >= 0x800 && from[i + 1] >= 0x800) {
            uint64_t word = triple_of(from[i]) | (uint64_t)triple_of(from[i + 1]) << 24;
            memcpy(to, &word, sizeof word);
            to += 6;
            i += 2;
        } else if (from[i] < 0x80) {
            *to++ = (char)from[i++];
        } else {
            to += write_sequence(from[i++], to);
        }
    }
    encode_rest_16(to, from + i, count - i);
}

// NULL without exception if there are surrogates.
static Bytes *encode_utf8(Thread *thread, const Str *s) {
    size_t size = s->width == 1   ? size_of_8(s->data, s->length)
                  : s->width == 2 ? size_of_16(s->data, s->length)
                                  : size_of_32(s->data, s->length);
    if (size == 0)
        return NULL;
    Bytes *bytes = bytes_new_unfilled(thread, size);
    char *to = (char *)bytes_contents(bytes);
    if (s->width == 1)
        encode_8(to, s->data, s->length);
    else if (s->width == 2)
        encode_16(to, s->data, s->length);
    else
        encode_32(to, s->data, s->length);
    return bytes;
}

Bytes *str_encode(Thread *thread, Str *s, const char *encoding_name, const char *errors) {
    Encoding encoding = find_encoding(encoding_name);
    if (encoding == UNKNOWN_ENCODING)
        return str_iconv_encode(thread, s, encoding_name, errors);
    if (s->ascii || (encoding == LATIN_1 && s->width == 1))
        return bytes_new(thread, s->data, s->length);
    Bytes *bytes = encoding == UTF_8 ? encode_utf8(thread, s) : NULL;
    return bytes ? bytes : encode_checked(thread, s, encoding, errors);
}

// The names for which CPython's bytes.decode and str.encode do not go through its codecs module.
static bool is_short_cut(const char *name) {
    static const char *const names[] = {"utf-8",  "utf8",    "utf-16",     "utf16",
                                        "utf-32", "utf32",   "ascii",      "us-ascii",
                                        "latin1", "latin-1", "iso-8859-1", "iso8859-1"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (same_name(name, names[i]))
            return true;
    }
    return false;
}

void str_codec_note(Thread *thread, const char *doing, const char *encoding_name) {
    if (is_short_cut(encoding_name) || !error_matches(thread, ERROR_UnicodeError))
        return;
    Value exception = error_take(thread);
    Value note =
        value_object(str_format(thread, "%s with '%s' codec failed", doing, encoding_name));
    if (is_error(call_method(thread, exception, str_intern_c(thread, "add_note"), &note, 1)))
        error_clear(thread);
    thread->exception = exception;
}
