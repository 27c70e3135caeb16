// SPDX-License-Identifier: MIT
//
// Calling C from Mini: what the files of this folder share.
//
// Four kinds of objects. A CType is a type of C, read from a declaration (foreign_parse.c). A CData
// is a piece of C data: a pointer is its address, an array, a struct or a union is the place where
// its bytes are; numbers become Mini's numbers at once. A Scope holds declarations, and a library
// is a scope that has a handle of the dynamic linker. A Function is an address with a type.
//
// Memory that ffi.new gives is a Memory object: its bytes do not move, and live as long as some
// CData refers to it. What is stored INTO C memory is invisible to the collector, as it is in C.
#pragma once

#include "array_object.h"
#include "dict.h"
#include "library.h"
#include "list.h"
#include "str.h"
#include "tuple.h"

#include <ffi.h>

typedef enum CKind {
    C_VOID,
    C_BOOL,
    C_CHAR, // bytes of length 1
    C_WIDE, // str of length 1
    C_SIGNED,
    C_UNSIGNED,
    C_FLOAT,
    C_ENUM,
    C_POINTER,
    C_ARRAY,
    C_FUNCTION,
    C_STRUCT,
    C_UNION,
} CKind;

typedef enum CBasic {
#define BASIC(identifier, spelling, kind, type, foreign) BASIC_##identifier,
#include "foreign_basics.def"
#undef BASIC
    BASIC_VOID,
    BASIC_COUNT,
} CBasic;

typedef struct CType CType;
typedef struct CallPlan CallPlan;
typedef struct Graveyard Graveyard;

typedef struct CField {
    Str *name; // NULL: an anonymous struct or union, or bits that only take room
    CType *type;
    size_t offset;
    uint8_t bit_shift;
    uint8_t bit_width; // 0: no bit-field
    bool is_bits;      // also true for the nameless `: 0`
} CField;

// What all objects of one interpreter's ffi hang on to.
typedef struct ForeignState {
    Object object;
    uint64_t ready;
    Type *ctype_type, *cdata_type, *scope_type, *library_type, *function_type, *memory_type,
        *closure_type, *iterator_type;
    CType *basics[BASIC_COUNT];
    CType *void_pointer;
    Value declaration_error; // the class
    Graveyard *graveyard;    // closures whose objects are gone; see foreign_closure.c
} ForeignState;

enum { C_OPEN_LENGTH = -1 };

struct CType {
    Object object;
    uint64_t kind; // CKind
    size_t size, alignment;
    int64_t length; // items of an array, or C_OPEN_LENGTH; parameters of a function
    ForeignState *state;
    CType *target;      // of a pointer, an array, an enum (its integer); result of a function
    CType *pointers[2]; // the pointer to this type, and to it as const, once made
    Str *name;          // of basic types, "struct point", "enum color"
    CType **parameters;
    CField *fields; // the declared ones, then those of anonymous members
    size_t field_count, all_fields;
    Dict *lookup; // of fields: name -> index; of an enum: name -> number
    CallPlan *plan;
    ffi_type *foreign; // libffi's description
    ffi_type **elements;
    bool is_complete;     // of a struct, a union, an enum
    bool target_is_const; // of a pointer or an array
    bool is_variadic, is_packed, has_bits;
};

typedef struct CData {
    Object object;
    Value owner; // what keeps the memory: Memory, a closure, anything; None: nobody
    CType *type;
    char *data;
} CData;

// Bytes that C may use. It has the layout of an array of bytes, so that memory views, files and
// bytes() accept it.
typedef struct Memory {
    Array array;
    Value owner; // of the memory, if it is not `bytes`
    _Alignas(16) char bytes[];
} Memory;

typedef struct Scope {
    Object object;
    uint64_t kind; // always 0
    ForeignState *state;
    struct Scope *parent; // where to look further, or NULL
    Dict *names;          // CType: a typedef; an int: a constant; (CType, text): declared
    Dict *tags;           // "struct point" -> CType
    Dict *made;           // of a library: functions by name
    void *handle;
    Str *path;
} Scope;

typedef struct Function {
    Object object;
    uint64_t holds_gil;
    CType *type;
    void *address;
    Str *name;
    Str *declaration;
    const char *shown; // name and declaration for reports of crashes
    Value check;       // errcheck: None, or what is called with each result
    Value owner;       // the library, or the closure
} Function;

static inline CType *as_ctype(Value v) {
    return (CType *)as_object(v);
}
static inline CData *as_cdata(Value v) {
    return (CData *)as_object(v);
}
static inline Scope *as_scope(Value v) {
    return (Scope *)as_object(v);
}
static inline bool is_ctype(const ForeignState *state, Value v) {
    return is_object(v) && object_type(v) == state->ctype_type;
}
static inline bool is_cdata(const ForeignState *state, Value v) {
    return is_object(v) && object_type(v) == state->cdata_type;
}
static inline bool is_foreign_function(const ForeignState *state, Value v) {
    return is_object(v) && object_type(v) == state->function_type;
}
static inline bool is_foreign_memory(const ForeignState *state, Value v) {
    return is_object(v) && object_type(v) == state->memory_type;
}

extern const TypeSpec foreign_ctype_spec, foreign_cdata_spec, foreign_scope_spec,
    foreign_library_spec, foreign_function_spec, foreign_memory_spec, foreign_closure_spec,
    foreign_iterator_spec, foreign_declarations_spec;
