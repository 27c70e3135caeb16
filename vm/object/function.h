// SPDX-License-Identifier: MIT
//
// Functions written in Mini, bound methods, cells, properties and the other small objects around
// calls.
#pragma once

#include "code.h"
#include "object.h"

// A variable shared between a function and the functions inside it; UNDEFINED: unbound.
typedef struct Cell {
    Object object;
    Value content;
} Cell;

typedef struct Function {
    Object object;
    uint64_t kind; // second-word rule; always 0
    Code *code;
    Dict *globals;
    Value *closure;         // buffer of code->free_count cells, NULL if none
    Tuple *defaults;        // for the last positional parameters, NULL if none
    Dict *keyword_defaults; // NULL if none
    bool simple;            // only positional parameters and an ordinary body: a call with
                            // exactly code->parameter_count arguments needs no binding
    Str *name, *qualified_name;
    Value module, doc, annotations; // annotations: dict or UNDEFINED
    Dict *attributes;               // f.x = ...; NULL until the first
    Tuple *type_params;             // def f[T]; NULL if none
} Function;

// obj.method: a callable with its first argument fixed.
typedef struct Method {
    Object object;
    Value function;
    Value self;
} Method;

typedef struct Property {
    Object object;
    Value get, set, delete_;
    Value doc, name;
    bool doc_of_getter; // doc was not given but taken from the getter
} Property;

// classmethod and staticmethod
typedef struct Wrapper {
    Object object;
    Value function;
    Dict *attributes;
} Wrapper;

Cell *cell_new(Thread *thread, Value content);
// `extras`: defaults tuple, keyword defaults dict, annotations dict (each may be UNDEFINED), then
// code->free_count cells, as MAKE_FUNCTION finds them.
Value function_new(Thread *thread, Code *code, Dict *globals, const Value *extras);
// Run `code`, which has the same free variables as the function's, when it is called.
void function_set_code(Function *function, Code *code);
// The cells of a closure as a buffer of the heap; NULL if there are none.
Value *function_copy_closure(Thread *thread, const Value *cells, size_t count);
Value method_new(Thread *thread, Value function, Value self);

// Bind the `count` values in `args` (the last keywords->length named by `keywords`) to the
// parameters of `function`: fills registers[0 .. parameters) including *args and **kwargs.
// `args` may overlap `registers`. false with Python's TypeError.
bool function_bind(Thread *thread, Function *function, Value *registers, Value *args, size_t count,
                   Tuple *keywords);
