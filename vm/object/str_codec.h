// SPDX-License-Identifier: MIT
//
// What the codecs of str_codec.c and of str_iconv.c share: the error handlers, and what they are
// told.
#pragma once

#include "byte_builder.h"
#include "error.h"
#include "text_builder.h"

typedef enum ErrorHandler {
    STRICT,
    IGNORE,
    REPLACE,
    BACKSLASH_REPLACE,
    SURROGATE_ESCAPE,
    SURROGATE_PASS,
    XML_REPLACE,
    OTHER_HANDLER, // that of the module codecs by this name, if there is one
} ErrorHandler;

// What a codec stumbled over: [start, end) of the input.
typedef struct BadInput {
    const char *encoding;
    size_t start, end;
    const char *reason;
} BadInput;

ErrorHandler str_codec_handler(const char *name);
// UnicodeDecodeError or UnicodeEncodeError; always false.
bool str_codec_raise(Thread *thread, ErrorKind kind, const BadInput *bad, Value input);
// What a handler of the module codecs wants: `replacement` is a str, or bytes for an encoder.
typedef struct HandlerAnswer {
    Value replacement;
    size_t next; // where to go on, from 0 to the length of the input
} HandlerAnswer;

// Call the handler named `errors`, which is any Mini code; false with an exception.
bool str_codec_ask(Thread *thread, ErrorKind kind, const BadInput *bad, Value input,
                   const char *errors, HandlerAnswer *answer);
// The input of a decoder whose handler may change or free what `data` points to: a copy.
Bytes *str_codec_keep(Thread *thread, const uint8_t *data, size_t length, ErrorHandler handler);

enum { CODEC_FAILED = -1 };
// Returns where to go on, or (size_t)CODEC_FAILED with an exception set.
size_t str_codec_skip_bytes(TextBuilder *builder, const uint8_t *data, size_t length,
                            const BadInput *bad, ErrorHandler handler, const char *errors);
// The text that "backslashreplace" or "xmlcharrefreplace" puts in place of a character.
Str *str_codec_escape(Thread *thread, uint32_t c, ErrorHandler handler);

// bytes_decode and str_encode for the charsets of the C library and the codecs of the module
// codecs.
Str *str_iconv_decode(Thread *thread, const uint8_t *data, size_t length, const char *encoding,
                      const char *errors);
Bytes *str_iconv_encode(Thread *thread, Str *s, const char *encoding, const char *errors);
