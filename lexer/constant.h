// SPDX-License-Identifier: MIT
//
// The value of a literal, before there are objects.
//
// The lexer decodes literals, the tree carries them (node->Constant.value) and
// the compiler makes objects of them. Integers that fit 64 bits are converted
// here; larger ones keep their digits for whoever has big numbers.
#pragma once

#include <stdint.h>

typedef enum ConstantKind {
    CONSTANT_NONE,
    CONSTANT_TRUE,
    CONSTANT_FALSE,
    CONSTANT_ELLIPSIS,
    CONSTANT_INT,       // `integer`
    CONSTANT_BIG_INT,   // does not fit int64_t: digits in `text`, in `base`
    CONSTANT_FLOAT,     // `number`
    CONSTANT_IMAGINARY, // `number` times the imaginary unit
    CONSTANT_STRING,    // UTF-8 (lone surrogates as WTF-8) in `text`; may hold NULs
    CONSTANT_BYTES,     // raw bytes in `text`
} ConstantKind;

typedef struct Constant {
    ConstantKind kind;
    int base;        // 2, 8, 10 or 16, for CONSTANT_BIG_INT
    uint32_t length; // bytes of `text`, which also ends with a NUL
    union {
        int64_t integer;
        double number;
        const char *text; // big ints: digits alone, no prefix or underscore
    };
} Constant;
