// SPDX-License-Identifier: MIT
//
// Code compiled when Mini was built: the format in which the library's modules lie in the binary.
//
// stdlib/embed.c compiles each module of the library once and writes an image of it
// (image_write.c); import loads the image (image_load.c) and has neither to read the text nor to
// compile it. CPython keeps its importlib so, and other modules in .pyc files; here the image is
// part of the read-only data, trusted as the rest of the binary is, and used in place as far as
// possible.
//
// All places are offsets from the start of the ModuleImage, which is aligned to 16. The text and
// its table of line starts are there as a Source wants them, instructions and handlers as the
// machine wants them, so a Source and the handlers are just pointed at, and instructions copied as
// a block, for the interpreter writes into them. The rest are streams of numbers (seven bits a
// byte, the lowest first, the last byte below 128; those that may be negative in zigzag) and texts
// (their length, then UTF-8), to be read from the front:
//
//     names       name, qualified name, docstring (a constant), variables, free variables; all but
//                 the docstring are numbers of names
//     constants   a tag, then what it stands for; inner code is the place of its CodeImage
//     spans       a number for each word: 0 if its span is that of the word before, else 1 + how
//                 much further it starts (zigzag), and a second number, its length
//
// Each name of a module stands once in a table of its own and is interned when the first of its
// functions asks for it by its number; after that it costs a look into an array.
//
// Loading is lazy: the names of a function are read when it is made, its body when it is first
// called. Until then its only instruction is LOAD_BODY. Spans are never unpacked but read from the
// front when somebody asks for a position.
#pragma once

#include <stdint.h>

#include "code.h"

struct Unit;

// What a unit, its image and its code have in common: X(field)
#define IMAGE_NUMBERS(X)                                                                           \
    X(flags)                                                                                       \
    X(register_count)                                                                              \
    X(variable_count)                                                                              \
    X(parameter_count)                                                                             \
    X(positional_only_count)                                                                       \
    X(keyword_only_count)                                                                          \
    X(first_line)

struct CodeImage {
#define FIELD(name) uint32_t name;
    IMAGE_NUMBERS(FIELD)
#undef FIELD
    uint32_t instruction_count, handler_count, constant_count, free_count;
    uint32_t instructions, handlers, cell_flags, names, constants, spans; // places
};

struct ModuleImage {
    uint32_t stamp; // IMAGE_STAMP
    uint32_t code;  // place of the module's body
    uint32_t text, text_length;
    uint32_t line_starts, line_count;
    uint32_t names, name_count; // places of texts, by number
};

// Differs if writer and loader were not built from the same sources.
enum { IMAGE_STAMP = OP_COUNT << 16 | sizeof(CodeImage) << 8 | sizeof(ModuleImage) };

typedef enum ImageTag {
    IMAGE_NONE,
    IMAGE_TRUE,
    IMAGE_FALSE,
    IMAGE_ELLIPSIS,
    IMAGE_INT,       // number, zigzag
    IMAGE_BIG_INT,   // base, text
    IMAGE_FLOAT,     // 8 bytes
    IMAGE_IMAGINARY, // 8 bytes
    IMAGE_TEXT,      // text
    IMAGE_NAME,      // its number
    IMAGE_BYTES,     // text
    IMAGE_TUPLE,     // count, constants
    IMAGE_FROZENSET, // count, constants
    IMAGE_CODE,      // place
} ImageTag;

static inline uint64_t image_zigzag(int64_t number) {
    return (uint64_t)number << 1 ^ (number < 0 ? UINT64_MAX : 0);
}
static inline int64_t image_unzigzag(uint64_t number) {
    return (int64_t)(number >> 1 ^ (number & 1 ? UINT64_MAX : 0));
}

// The code of the module, its body not loaded yet. `file_name`: for tracebacks.
Code *image_load(Thread *thread, const ModuleImage *image, Str *file_name);
// The text it was made from, NUL-terminated.
const char *image_text(const ModuleImage *image, size_t *length);
