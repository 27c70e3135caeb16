// SPDX-License-Identifier: MIT
//
// Text files: a codec and the treatment of line ends between a program's str and a binary File.
#pragma once

#include "file.h"
#include "object.h"

// What newline= of open() means.
typedef enum NewlineMode {
    NEWLINE_UNIVERSAL, // None: \r and \r\n are read as \n
    NEWLINE_KEEP,      // '': the same line ends, but left as they are
    NEWLINE_LF,        // '\n'
    NEWLINE_CR,        // '\r': \n is written as \r
    NEWLINE_CRLF,      // '\r\n': \n is written as \r\n
} NewlineMode;

// Line ends that have been met, one bit for each kind.
typedef enum LineEnds {
    ENDS_CR = 1,
    ENDS_LF = 2,
    ENDS_CRLF = 4,
    ENDS_AFTER_CR = 8, // what was looked at ends with a \r: of which kind it is, the next byte says
} LineEnds;

typedef struct TextFile {
    Object object;
    uint64_t newline; // NewlineMode
    File *file;
    const char *codec; // canonical name: "utf-8", "ascii", "latin-1"
    const char *errors;
    Value mode;     // as given to open(), a str
    Value encoding; // the same
    uint64_t ends;  // LineEnds in what was read so far
    bool detached;
    bool iterating; // between the items of a loop, where tell() is refused
} TextFile;

static inline TextFile *as_text_file(Value v) {
    return (TextFile *)as_object(v);
}

// The newline= argument, called `what` in messages; false with ValueError or TypeError.
bool text_file_newline(Thread *thread, const char *what, Value v, NewlineMode *mode);

// `encoding` NULL: UTF-8, shown as `shown` ("UTF-8" or "utf-8"). `errors` NULL: strict.
TextFile *text_file_new(Thread *thread, File *file, const char *encoding, const char *shown,
                        const char *errors, NewlineMode newline);

// What to add to `ends` for a piece of text.
uint64_t text_file_note_ends(uint64_t ends, const uint8_t *data, size_t length);
// The attribute `newlines`: None, one kind or a tuple of several.
Value text_file_newlines(Thread *thread, uint64_t ends);

// Write all of `text` at once. false: exception set.
bool text_file_write(Thread *thread, TextFile *text_file, Str *text);
bool text_file_flush(Thread *thread, TextFile *text_file);

// At most `count` characters (SIZE_MAX: all). NULL: exception set.
Str *text_file_read(Thread *thread, TextFile *text_file, size_t count);
// The next line, at most `limit` characters; empty at the end. NULL: exception set.
Str *text_file_read_line(Thread *thread, TextFile *text_file, size_t limit);

extern const NativeSpec text_file_methods[];
extern const GetSetSpec text_file_getsets[];

// The same without an exception: NULL for encodings that only the module codecs may know.
const char *text_file_known_codec(const char *name);
