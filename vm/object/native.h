// SPDX-License-Identifier: MIT
//
// Functions written in C. A NativeSpec table says name, C function, signature and docstring; this
// file turns the signature into a parameter list once, and binds the arguments of every call to
// it, so no native ever counts or names its arguments. The messages for wrong calls are those of
// CPython's Argument Clinic. `help()`, completion and the docs read the same tables.
//
// A start makes a thousand of these objects, of which a program uses a dozen: so the parameters
// are only counted then, and their names and defaults wait for the first call that needs them.
#pragma once

#include "object.h"

enum { NATIVE_MAX_PARAMETERS = 16 };

typedef struct NativeParameter {
    Str *name;
    Value standard; // its default: ERROR if it must be given, UNDEFINED if C code supplies it
} NativeParameter;

typedef struct Native {
    Object object;
    uint32_t parameter_count; // slots the C function gets
    uint16_t required;        // leading parameters without default
    uint16_t positional;      // parameters that may be given by position
    uint8_t positional_only;  // how many of them may not be given by name
    bool has_varargs, has_kwargs;
    bool simple; // no *args, **kwargs, required keywords: called with required..positional
    NativeFunction function;
    const NativeSpec *spec;
    Type *owner;  // type whose method this is, or NULL
    Value module; // name of the module, or None
    Str *name;
    Value self;                  // bound first argument of a built-in bound method, or UNDEFINED
    NativeParameter *parameters; // a buffer, NULL until a call needs names or defaults
} Native;

// How many parameters have a name that calls can use: all but *args and **kwargs.
static inline size_t native_named_parameters(const Native *native) {
    return native->parameter_count - native->has_varargs - native->has_kwargs;
}

// Is `v` the native function that `function` implements?
static inline bool native_is(Value v, NativeFunction function) {
    return has_layout(v, LAYOUT_NATIVE) && ((const Native *)as_object(v))->function == function;
}

// A docstring in C may begin with the parameters as they are shown: "(x, /)\n--\n\nText". What is
// behind them, and they themselves: None if there are none.
const char *native_doc_text(const char *doc);
Value native_doc_signature(Thread *thread, const char *doc);

// A function object for `spec`. `owner`: the type whose methods table it stands in, or NULL.
Value native_new(Thread *thread, const NativeSpec *spec, Type *owner, Value module_name);

// A copy of `native` with its first argument fixed, as `[].append` makes it.
Value native_bind(Thread *thread, Native *native, Value self);

// Call a simple native with required..positional arguments, its self among them; the rest are
// defaults.
Value native_call_simple(Thread *thread, Native *native, const Value *args, size_t count);

// Call with `count` values in `args`, of which the last `keywords->length` are named by `keywords`
// (NULL: none). `args` must not include a bound self. Returns the result or VALUE_ERROR.
Value native_call(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords);
