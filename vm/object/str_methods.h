// SPDX-License-Identifier: MIT
//
// The C functions behind the methods of str, one declaration for each row of str_methods.def, and
// what the files that implement them share.
#pragma once

#include "str.h"

#define METHOD(name, signature, doc) Value str_method_##name(Thread *thread, Value *args);
#include "str_methods.def"
#undef METHOD
Value str_method_maketrans(Thread *thread, Value *args);

// TRUE if the code point passes. (char.h)
typedef bool (*CharTest)(uint32_t c);

// `v` as a str; NULL with TypeError "METHOD() argument NUMBER must be str, not X" otherwise
// ("METHOD() argument must be ..." if the number is 0).
Str *str_argument(Thread *thread, Value v, const char *method, int number);
// NULL becomes VALUE_ERROR.
static inline Value str_result(Str *s) {
    return value_object(s);
}
