// SPDX-License-Identifier: MIT
//
// Encodings beyond UTF-8, ASCII and Latin-1: the charsets of the C library, by iconv.
//
// The library converts to and from UTF-32 and stops at what it can not convert; the error handlers
// are ours. Its names are nearly Python's: a table says which families of names are taken, whether
// they take one byte for every character (then errors speak of a "charmap", as CPython's), and the
// few that are spelled otherwise. A name that is in no family is looked up in the module codecs,
// which knows what programs have registered.
#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

#include "bytes.h"
#include "call.h"
#include "execute.h"
#include "import.h"
#include "interpreter.h"
#include "module.h"
#include "str_codec.h"

typedef enum CharsetKind { SINGLE_BYTE, MULTI_BYTE, UTF } CharsetKind;

typedef struct Charset {
    CharsetKind kind;
    char name[40];  // as the C library calls it
    char shown[40]; // in errors
} Charset;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
static const char utf_32[] = "UTF-32LE";
#else
static const char utf_32[] = "UTF-32BE";
#endif

static bool starts_with(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

// In small letters, with '-' for '_' and ' '; false if it is too long or has other characters.
static bool normal_name(const char *given, char *name, size_t size) {
    size_t length = strlen(given);
    if (length == 0 || length + 1 >= size)
        return false;
    for (size_t i = 0; i <= length; i++) {
        char c = given[i] == '_' || given[i] == ' ' ? '-' : given[i];
        if (c != '\0' && c != '-' && c != '.' && !isalnum((unsigned char)c))
            return false;
        name[i] = (char)tolower((unsigned char)c);
    }
    return true;
}

static bool find_kind(const char *name, CharsetKind *kind) {
    static const struct {
        const char *prefix;
        CharsetKind kind;
    } families[] = {
        {"utf-16", UTF},           {"utf-32", UTF},          {"cp932", MULTI_BYTE},
        {"cp936", MULTI_BYTE},     {"cp949", MULTI_BYTE},    {"cp950", MULTI_BYTE},
        {"cp", SINGLE_BYTE},       {"iso8859", SINGLE_BYTE}, {"iso-8859", SINGLE_BYTE},
        {"latin", SINGLE_BYTE},    {"koi8", SINGLE_BYTE},    {"mac", SINGLE_BYTE},
        {"tis-620", SINGLE_BYTE},  {"ptcp154", SINGLE_BYTE}, {"hp-roman8", SINGLE_BYTE},
        {"gb", MULTI_BYTE},        {"big5", MULTI_BYTE},     {"euc", MULTI_BYTE},
        {"shift-jis", MULTI_BYTE}, {"sjis", MULTI_BYTE},     {"johab", MULTI_BYTE},
        {"iso2022", MULTI_BYTE},   {"iso-2022", MULTI_BYTE},
    };
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        *kind = families[i].kind;
        if (starts_with(name, families[i].prefix))
            return true;
    }
    return false;
}

// false: not a charset of the C library by any name Python has for it.
static bool charset_find(Charset *charset, const char *given) {
    static const char *const others[][2] = {
        {"utf16", "utf-16"},       {"u16", "utf-16"},         {"utf-16-le", "utf-16le"},
        {"utf-16-be", "utf-16be"}, {"utf32", "utf-32"},       {"u32", "utf-32"},
        {"utf-32-le", "utf-32le"}, {"utf-32-be", "utf-32be"}, {"mac-roman", "macintosh"},
        {"macroman", "macintosh"},
    };
    char *name = charset->name;
    if (!normal_name(given, name, sizeof charset->name))
        return false;
    bool is_number = isdigit((unsigned char)name[0]) && strlen(name) <= 4;
    if (is_number || starts_with(name, "windows-")) {
        char number[8] = {0};
        memcpy(number, is_number ? name : name + strlen("windows-"), sizeof number - 1);
        snprintf(name, sizeof charset->name, "cp%s", number);
    }
    memcpy(charset->shown, name, sizeof charset->shown);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(name, others[i][0]) == 0)
            snprintf(name, sizeof charset->name, "%s", others[i][1]);
    if (!find_kind(name, &charset->kind))
        return false;
    for (char *c = charset->shown; charset->kind == MULTI_BYTE && *c; c++)
        *c = *c == '-' ? '_' : *c;
    if (charset->kind == UTF && strlen(name) == strlen("utf-16le"))
        snprintf(charset->shown, sizeof charset->shown, "%.6s-%.2s", name, name + 6);
    if (charset->kind == SINGLE_BYTE)
        snprintf(charset->shown, sizeof charset->shown, "charmap");
    return true;
}

// ---- By the module codecs ----

static Value ask_codecs(Thread *thread, const char *function, Value input, const char *encoding,
                        const char *errors) {
    Module *codecs = import_module(thread, str_from_c(thread, "codecs"));
    if (codecs == NULL)
        return VALUE_ERROR;
    Value found = module_lookup(thread, codecs, str_intern_c(thread, function));
    if (is_undefined(found))
        return raise_error(thread, ERROR_LookupError, "unknown encoding: %s", encoding);
    Value args[] = {input, value_object(str_from_c(thread, encoding)),
                    value_object(str_from_c(thread, errors ? errors : "strict"))};
    return call_value(thread, found, args, 3);
}

static Str *decode_by_module(Thread *thread, const uint8_t *data, size_t length,
                             const char *encoding, const char *errors) {
    Value input = value_object(bytes_new(thread, data, length));
    Value result = ask_codecs(thread, "_decode_text", input, encoding, errors);
    return is_error(result) ? NULL : as_str(result);
}

static Bytes *encode_by_module(Thread *thread, Str *s, const char *encoding, const char *errors) {
    Value result = ask_codecs(thread, "_encode_text", value_object(s), encoding, errors);
    return is_error(result) ? NULL : as_bytes(result);
}

// ---- Decoding ----

static const char *bad_unit(const Charset *charset, const uint8_t *unit, size_t size) {
    bool is_big = charset->shown[strlen(charset->shown) - 2] == 'b';
    uint32_t c = 0;
    for (size_t i = 0; i < size; i++)
        c = c << 8 | unit[is_big ? i : size - 1 - i];
    if (size == 2)
        return c < 0xdc00 ? "illegal UTF-16 surrogate" : "illegal encoding";
    return c > 0x10ffff ? "code point not in range(0x110000)"
                        : "code point in surrogate code point range(0xd800, 0xe000)";
}

// bad->start is set; `data` points to what begins there.
static void find_bad_bytes(BadInput *bad, const Charset *charset, const uint8_t *data, size_t left,
                           bool is_cut_off) {
    CharsetKind kind = charset->kind;
    size_t unit = kind != UTF ? 1 : starts_with(charset->name, "utf-32") ? 4 : 2;
    bad->encoding = charset->shown;
    bad->end = bad->start + (is_cut_off || left < unit ? left : unit);
    if (kind == SINGLE_BYTE)
        bad->reason = "character maps to <undefined>";
    else if (kind == MULTI_BYTE)
        bad->reason = is_cut_off ? "incomplete multibyte sequence" : "illegal multibyte sequence";
    else if (is_cut_off || left < unit)
        bad->reason = left < unit ? "truncated data" : "unexpected end of data";
    else
        bad->reason = bad_unit(charset, data, unit);
}

static void put_all(TextBuilder *builder, const uint32_t *characters, const char *end) {
    for (; (const char *)characters < end; characters++)
        text_builder_put(builder, *characters);
}

typedef struct Decoder {
    iconv_t converter;
    const Charset *charset;
    TextBuilder *builder;
    const uint8_t *data;
    size_t length;
    const char *errors;
} Decoder;

static bool decode_all(Thread *thread, void *context) {
    const Decoder *decoder = context;
    TextBuilder *builder = decoder->builder;
    size_t length = decoder->length;
    ErrorHandler handler = str_codec_handler(decoder->errors);
    Bytes *volatile kept = str_codec_keep(thread, decoder->data, length, handler);
    const uint8_t *data = kept ? kept->data : decoder->data;
    uint32_t out[256];
    char *in = (char *)(uintptr_t)data;
    size_t left = length;
    while (left > 0) {
        char *to = (char *)out;
        size_t room = sizeof out, result = iconv(decoder->converter, &in, &left, &to, &room);
        int error = result == (size_t)-1 ? errno : 0;
        put_all(builder, out, to);
        if (!thread_safepoint(thread))
            return false;
        if (error == 0 || error == E2BIG)
            continue;
        BadInput bad = {.start = length - left};
        find_bad_bytes(&bad, decoder->charset, data + bad.start, left, error == EINVAL);
        size_t next = str_codec_skip_bytes(builder, data, length, &bad, handler, decoder->errors);
        if (next == (size_t)CODEC_FAILED)
            return false;
        in = (char *)(uintptr_t)data + next;
        left = length - next;
    }
    char *to = (char *)out;
    size_t room = sizeof out;
    iconv(decoder->converter, NULL, NULL, &to, &room);
    put_all(builder, out, to);
    return true;
}

// Errors name the byte order that the text begins with, or else this machine's.
static void name_byte_order(Charset *charset, const uint8_t *data, size_t length) {
    if (strcmp(charset->name, "utf-16") != 0 && strcmp(charset->name, "utf-32") != 0)
        return;
    size_t unit = charset->name[4] == '3' ? 4 : 2;
    bool is_big = length >= unit && data[unit - 2] == 0xfe && data[unit - 1] == 0xff &&
                  (unit == 2 || (data[0] == 0 && data[1] == 0));
    snprintf(charset->shown, sizeof charset->shown, "%.6s-%s", charset->name, is_big ? "be" : "le");
}

Str *str_iconv_decode(Thread *thread, const uint8_t *data, size_t length, const char *encoding,
                      const char *errors) {
    Charset charset;
    iconv_t converter = (iconv_t)-1;
    if (charset_find(&charset, encoding))
        converter = iconv_open(utf_32, charset.name);
    if (converter == (iconv_t)-1)
        return decode_by_module(thread, data, length, encoding, errors);
    TextBuilder builder;
    text_builder_init(&builder, thread);
    name_byte_order(&charset, data, length);
    Decoder decoder = {converter, &charset, &builder, data, length, errors ? errors : "strict"};
    bool fine = run_guarded(thread, decode_all, &decoder);
    iconv_close(converter);
    return fine ? text_builder_finish(&builder) : NULL;
}

// ---- Encoding ----

typedef struct Encoder {
    iconv_t converter;
    const Charset *charset;
    ByteBuilder *builder;
    Str *text;
    const char *errors;
    bool marked; // begins with a byte order mark
} Encoder;

// false at a character that has no bytes; *left is then what remains of the input from it.
static bool convert(Encoder *encoder, const uint32_t *characters, size_t *left) {
    char *in = (char *)(uintptr_t)characters;
    for (;;) {
        char out[1024], *to = out;
        size_t room = sizeof out, result = iconv(encoder->converter, &in, left, &to, &room);
        int error = result == (size_t)-1 ? errno : 0;
        byte_builder_add(encoder->builder, out, sizeof out - room);
        if (error != E2BIG)
            return error == 0;
    }
}

static bool is_encodable(const Encoder *encoder, uint32_t c) {
    char out[32], *to = out, *in = (char *)&c;
    size_t left = sizeof c, room = sizeof out;
    return iconv(encoder->converter, &in, &left, &to, &room) != (size_t)-1;
}

static bool put_text(Encoder *encoder, const Str *text) {
    bool fine = true;
    for (size_t i = 0; fine && i < text->length; i++) {
        size_t left = sizeof(uint32_t);
        fine = convert(encoder, &(uint32_t){str_char_at(text, i)}, &left);
    }
    return fine;
}

// A surrogate as it is, in the encodings that have a place for it.
static bool put_surrogate(Encoder *encoder, uint32_t c) {
    const char *name = encoder->charset->name;
    size_t size = starts_with(name, "utf-32") ? 4 : 2;
    bool is_big = strcmp(name + 6, "be") == 0;
    if (encoder->charset->kind != UTF)
        return false;
    for (size_t i = 0; i < size; i++)
        byte_builder_put(encoder->builder, (uint8_t)(c >> 8 * (is_big ? size - 1 - i : i)));
    return true;
}

// One character by the handler; false: this handler does not help.
static bool put_replacement(Encoder *encoder, uint32_t c, ErrorHandler handler) {
    Thread *thread = encoder->builder->thread;
    switch (handler) {
    case IGNORE:
        return true;
    case REPLACE:
        return put_text(encoder, str_from_code_point(thread, '?'));
    case BACKSLASH_REPLACE:
    case XML_REPLACE:
        return put_text(encoder, str_codec_escape(thread, c, handler));
    case SURROGATE_ESCAPE:
        if (c >= 0xdc80 && c <= 0xdcff && encoder->charset->kind != UTF)
            byte_builder_put(encoder->builder, (uint8_t)c);
        return c >= 0xdc80 && c <= 0xdcff && encoder->charset->kind != UTF;
    case SURROGATE_PASS:
        return put_surrogate(encoder, c);
    default:
        return false;
    }
}

// What a handler of the module codecs has answered: whole units of bytes, or text,
// which is ASCII in UTF-16 and UTF-32, as in CPython.
static bool put_answer(Encoder *encoder, Value answer) {
    const Charset *charset = encoder->charset;
    if (is_str(answer))
        return (as_str(answer)->ascii || charset->kind != UTF) && put_text(encoder, as_str(answer));
    size_t unit = charset->kind != UTF ? 1 : starts_with(charset->name, "utf-32") ? 4 : 2;
    byte_builder_add(encoder->builder, as_bytes(answer)->data, as_bytes(answer)->length);
    return as_bytes(answer)->length % unit == 0;
}

// The characters of *bad by the handler; *next is where to go on.
static bool handle_characters(Encoder *encoder, const BadInput *bad, size_t *next) {
    Thread *thread = encoder->builder->thread;
    Value input = value_object(encoder->text);
    ErrorHandler handler = str_codec_handler(encoder->errors);
    HandlerAnswer answer = {.next = bad->end};
    bool fine = true;
    if (handler == OTHER_HANDLER) {
        if (!str_codec_ask(thread, ERROR_UnicodeEncodeError, bad, input, encoder->errors, &answer))
            return false;
        fine = put_answer(encoder, answer.replacement);
    }
    for (size_t i = bad->start; handler != OTHER_HANDLER && fine && i < bad->end; i++)
        fine = put_replacement(encoder, str_char_at(encoder->text, i), handler);
    *next = answer.next;
    return fine || str_codec_raise(thread, ERROR_UnicodeEncodeError, bad, input);
}

// Go on behind the characters without bytes at *index.
static bool skip_characters(Encoder *encoder, size_t *index) {
    static const char *const reasons[] = {"character maps to <undefined>",
                                          "illegal multibyte sequence", "surrogates not allowed"};
    BadInput bad = {encoder->charset->shown, *index, *index + 1, reasons[encoder->charset->kind]};
    while (encoder->charset->kind == SINGLE_BYTE && bad.end < encoder->text->length &&
           !is_encodable(encoder, str_char_at(encoder->text, bad.end)))
        bad.end++;
    return handle_characters(encoder, &bad, index);
}

// The byte order mark, which the C library would write only with the first character that it can
// encode; behind it goes the byte order of this machine.
static void choose_byte_order(Charset *charset, bool *marked) {
    char *name = charset->name;
    *marked = strcmp(name, "utf-16") == 0 || strcmp(name, "utf-32") == 0;
    if (*marked)
        strcat(name, utf_32[sizeof utf_32 - 3] == 'L' ? "le" : "be");
}

static bool encode_all(Thread *thread, void *context) {
    Encoder *encoder = context;
    uint32_t chunk[256];
    size_t mark_size = sizeof(uint32_t), length = encoder->text->length;
    byte_builder_init(encoder->builder, thread, length + 8);
    if (encoder->marked && !convert(encoder, &(uint32_t){0xfeff}, &mark_size))
        return false;
    for (size_t i = 0; i < length;) {
        size_t count = length - i < 256 ? length - i : 256;
        for (size_t k = 0; k < count; k++)
            chunk[k] = str_char_at(encoder->text, i + k);
        size_t left = count * sizeof *chunk;
        bool fine = convert(encoder, chunk, &left);
        i += count - left / sizeof *chunk;
        if (!thread_safepoint(thread) || (!fine && !skip_characters(encoder, &i)))
            return false;
    }
    char out[64], *to = out;
    size_t room = sizeof out;
    iconv(encoder->converter, NULL, NULL, &to, &room);
    byte_builder_add(encoder->builder, out, sizeof out - room);
    return true;
}

Bytes *str_iconv_encode(Thread *thread, Str *s, const char *encoding, const char *errors) {
    Charset charset;
    iconv_t converter = (iconv_t)-1;
    bool marked = false;
    if (charset_find(&charset, encoding)) {
        choose_byte_order(&charset, &marked);
        converter = iconv_open(charset.name, utf_32);
    }
    if (converter == (iconv_t)-1)
        return encode_by_module(thread, s, encoding, errors);
    ByteBuilder builder;
    Encoder encoder = {converter, &charset, &builder, s, errors ? errors : "strict", marked};
    bool fine = run_guarded(thread, encode_all, &encoder);
    iconv_close(converter);
    return fine ? byte_builder_finish(&builder) : NULL;
}
