// SPDX-License-Identifier: MIT
//
// What all heap objects have in common, and what a type is.
//
// An object begins with its type. A type is itself an object; it holds the dictionary of methods
// that Mini programs see, and beside it C function pointers ("slots") for the operations the
// interpreter needs fast. The two views are kept in step: a native type fills slots and gets
// `__add__` and friends made from them; a class written in Mini fills its dictionary and gets
// slots that call the methods (slots.c). CPython does the same in typeobject.c.
//
// No object has a lock of its own: whoever holds the GIL is the only thread that touches any of
// them. That single sentence is what the GIL buys an implementation.
//
// The second-word rule: in an Instance the word after the type is the address of its Shape. In
// every other layout that word must never hold an address that could be a shape's (a length, a
// flag word or a Value is fine). So an inline cache may compare the second word of *any* object
// with the shape it remembers, and needs no second check that the object is an Instance.
#pragma once

#include <stddef.h>
#include <string.h>

#include "value.h"

typedef struct Thread Thread;
typedef struct Interpreter Interpreter;
typedef struct Type Type;
typedef struct Shape Shape;
typedef struct Str Str;
typedef struct Tuple Tuple;
typedef struct Dict Dict;
typedef struct Marker Marker;

struct Object {
    Type *type;
};

typedef enum Layout {
#define LAYOUT(name, structure) LAYOUT_##name,
#include "layouts.def"
#undef LAYOUT
} Layout;

typedef enum BinaryOp {
#define BINARY(name, symbol, method) BINARY_##name,
#include "operators.def"
#undef BINARY
    BINARY_COUNT
} BinaryOp;

typedef enum CompareOp {
#define COMPARE(name, symbol, method, swapped) COMPARE_##name,
#include "operators.def"
#undef COMPARE
    COMPARE_COUNT
} CompareOp;

// What `left op right` is when left stands before (< 0), beside (0) or behind (> 0) right.
static inline Value compare_result(int order, CompareOp op) {
    switch (op) {
    case COMPARE_LT:
        return value_bool(order < 0);
    case COMPARE_LE:
        return value_bool(order <= 0);
    case COMPARE_EQ:
        return value_bool(order == 0);
    case COMPARE_NE:
        return value_bool(order != 0);
    case COMPARE_GT:
        return value_bool(order > 0);
    default:
        return value_bool(order >= 0);
    }
}

typedef enum UnaryOp {
#define UNARY(name, symbol, method) UNARY_##name,
#include "operators.def"
#undef UNARY
    UNARY_COUNT
} UnaryOp;

// Slot signatures. Unless said otherwise VALUE_ERROR / false / -1 means: exception set.
typedef Value (*UnaryFunction)(Thread *, Value self);
typedef Value (*BinaryFunction)(Thread *, Value left, Value right); // may be NOT_IMPLEMENTED
typedef Value (*CompareFunction)(Thread *, Value left, Value right, CompareOp);
typedef Value (*CallFunction)(Thread *, Value callee, Value *args, size_t count, Tuple *keywords);
typedef Value (*GetAttributeFunction)(Thread *, Value self, Str *name);
typedef bool (*SetAttributeFunction)(Thread *, Value self, Str *name, Value v); // UNDEFINED: del
typedef bool (*SetItemFunction)(Thread *, Value self, Value key, Value v);      // UNDEFINED: del
typedef Value (*DescriptorGetFunction)(Thread *, Value descriptor, Value instance, Value owner);
typedef bool (*DescriptorSetFunction)(Thread *, Value descriptor, Value instance, Value v);
typedef bool (*HashFunction)(Thread *, Value self, uint64_t *hash);
typedef int (*TruthFunction)(Thread *, Value self);      // 0, 1, or -1
typedef int64_t (*LengthFunction)(Thread *, Value self); // or -1
typedef int (*ContainsFunction)(Thread *, Value self, Value item);
typedef void (*TraceFunction)(Marker *, Object *self);         // mark everything self refers to
typedef void (*FinalizeFunction)(Interpreter *, Object *self); // release what is not on the heap

typedef struct Slots {
    UnaryFunction repr, str;
    HashFunction hash; // NULL together with unhashable: see TYPE_UNHASHABLE
    TruthFunction truth;
    LengthFunction length;
    ContainsFunction contains;
    BinaryFunction get_item;
    SetItemFunction set_item;
    UnaryFunction iter;
    UnaryFunction next; // VALUE_UNDEFINED at the end, without an exception
    CompareFunction compare;
    BinaryFunction binary[BINARY_COUNT];  // called for both operand orders, as CPython's nb_*
    BinaryFunction inplace[BINARY_COUNT]; // NULL: falls back to binary
    UnaryFunction unary[UNARY_COUNT];
    UnaryFunction index, to_int, to_float;
    CallFunction call;
    CallFunction construct;             // __new__ + __init__ of a native type: callee is the type
    GetAttributeFunction get_attribute; // NULL: attribute_get_default
    SetAttributeFunction set_attribute;
    DescriptorGetFunction descriptor_get;
    DescriptorSetFunction descriptor_set;
    UnaryFunction await, async_iter, async_next;
    TraceFunction trace;
    FinalizeFunction finalize;
} Slots;

// The static description of a native function: declared in tables, bound by native.c.
// `function` gets exactly one Value for each parameter of the signature, `self` first for methods:
// a parameter left out has its default (None, True, False, an int, float or string literal), or
// VALUE_UNDEFINED where the default is written `...`; `*args` is a tuple, `**kwargs` a dict.
// "(self, sub, start=..., end=..., /)" is Python's notation, with `/` and `*`. The order in `args`:
// positional parameters, keyword-only ones, then *args, then **kwargs.
typedef Value (*NativeFunction)(Thread *, Value *args);
typedef struct NativeSpec {
    const char *name;
    NativeFunction function;
    const char *signature;
    const char *doc;
    // NATIVE_WORDS: a function that CPython has written in Python and that complains in its words.
    enum { NATIVE_PLAIN, NATIVE_CLASS_METHOD, NATIVE_STATIC_METHOD, NATIVE_WORDS } kind;
} NativeSpec;

// Found in a type, it is a method; the other kinds are what they are for whatever owner.
static inline bool native_is_bindable(const NativeSpec *spec) {
    return spec->kind == NATIVE_PLAIN || spec->kind == NATIVE_WORDS;
}

// A computed attribute of a native type; set == NULL: read-only.
typedef struct GetSetSpec {
    const char *name;
    UnaryFunction get;
    bool (*set)(Thread *, Value self, Value v);
    const char *doc;
} GetSetSpec;

typedef enum TypeFlags {
    // What may be done with the type.
    TYPE_FINAL = 1 << 0,    // no subclasses ("type 'bool' is not an acceptable base type")
    TYPE_ABSTRACT = 1 << 1, // "cannot create 'X' instances"
    TYPE_HAS_INIT = 1 << 2, // `construct` without arguments makes an empty instance; subclasses
                            // may override __init__ with other parameters (list, dict, ...)
    TYPE_POSITIONAL_NEW = 1 << 3, // keywords are for the __init__ or __new__ of a subclass
    // Where it comes from.
    TYPE_FROM_CLASS = 1 << 4,   // made by a class statement or type(), not by a TypeSpec
    TYPE_SHOWS_MODULE = 1 << 5, // of those, one whose `name` has its module before it
    TYPE_IMMORTAL = 1 << 6,     // a root of the collector itself: no need to ask an instance for it
    // What its instances are.
    TYPE_HAS_ATTRIBUTES = 1 << 7, // they have a shape (attributes_offset is valid)
    TYPE_UNHASHABLE = 1 << 8,
    TYPE_WEAK = 1 << 9,              // they can be referred to weakly (module weakref)
    TYPE_PATTERN_SEQUENCE = 1 << 10, // they match [a, b] in match statements
    TYPE_PATTERN_MAPPING = 1 << 11,  // they match {key: v}
    TYPE_CONTAINER = 1 << 12, // they hold items that other threads may change, as list and dict
    TYPE_LOCK = 1 << 13,      // of those, one that a thread takes and releases
    TYPE_SYNC = 1 << 14,      // their methods do what other threads notice: a lock, a queue
    TYPE_POSITIONS_ONLY = 1 << 15, // items by position, but neither by key nor by slice: a deque
    // What Type.flags knows besides, of types that exist.
    TYPE_SEALED = 1 << 16,           // __slots__ everywhere: no attributes but the declared ones
    TYPE_ABSTRACT_METHODS = 1 << 17, // __abstractmethods__ is not empty
    TYPE_IS_ERROR = 1 << 18,         // derives from BaseException
    TYPE_IS_TYPE = 1 << 19,          // a metaclass
    TYPE_HAD_SHAPES = 1 << 20,       // instances of an earlier root shape may exist
    TYPE_ADDS_MEMBERS = 1 << 21,     // its own __slots__ name members
    TYPE_CHANGED = 1 << 22,          // TYPE_IMMORTAL, but it refers to what came later
} TypeFlags;

// The static description of a native type, from which each interpreter makes its own Type.
typedef struct TypeSpec {
    const char *name;   // "module.Name", as messages show it, or a bare "Name"
    const char *module; // of a bare name; NULL: builtins
    const char *doc;
    uint16_t type_index; // TYPE_list ... see types.def
    Layout layout;
    uint32_t flags;
    size_t size; // bytes of an instance; variable-size layouts: of the fixed part
    Slots slots;
    const NativeSpec *methods;  // ends with {0}
    const GetSetSpec *getsets;  // ends with {0}
    Value (*walks)(Value self); // of an iterator: the container that it goes through; or NULL
    // A module of the library whose class of the same name derives from this type and takes its
    // place as a base: what C does for the type's own instances, it does for all others. Or NULL.
    const char *stand_in;
} TypeSpec;

struct Type {
    Object object;
    Shape *own_shape;      // attributes of the class object live in `attributes`; kept NULL
    const char *name;      // C string for messages: the __name__, or a native type's spec->name
    uint8_t layout;        // Layout, inherited by subclasses
    uint8_t exact_layout;  // the layout for the native type itself, LAYOUT_NONE in subclasses
    uint16_t inline_slots; // attribute slots inside each new Instance
    uint32_t flags;
    uint32_t version;           // changes whenever an attribute of the type or of a base changes
    uint32_t attributes_offset; // of the Attributes part in an instance (8 for Instance)
    size_t size;
    Type *base; // first base that fixes the layout
    Tuple *bases;
    Tuple *mro;
    Dict *attributes;  // what the class body defined
    Shape *root_shape; // of new instances; NULL: instances have no attributes
    Value qualified_name, module_name, doc;
    Value init, new_;     // cached lookups of __init__/__new__, UNDEFINED when native default
    const TypeSpec *spec; // of the nearest native base
    Value subclasses;     // list of weak entries, for version bumps
    Slots slots;
};

// The C string of __name__: native types of modules have their module before it, and so have the
// classes that stand for types written in C (type_show_module).
static inline const char *type_short_name(const Type *type) {
    bool is_bare = (type->flags & (TYPE_FROM_CLASS | TYPE_SHOWS_MODULE)) == TYPE_FROM_CLASS;
    const char *dot = is_bare ? NULL : strrchr(type->name, '.');
    return dot ? dot + 1 : type->name;
}
static inline Type *object_type(Value v) {
    return as_object(v)->type;
}
static inline bool has_layout(Value v, Layout layout) {
    return is_object(v) && object_type(v)->layout == layout;
}
static inline bool is_exactly(Value v, Layout layout) {
    return is_object(v) && object_type(v)->exact_layout == layout;
}
// The word an inline cache compares with a shape; see the second-word rule.
static inline Shape *object_shape_word(const Object *object) {
    return ((Shape *const *)object)[1];
}
// The same word of an object whose type has an attributes_offset other than ATTRIBUTES_AT_END; NULL
// before the first attribute is looked up.
static inline Shape *attributes_shape_word(const Object *object) {
    return *(Shape *const *)(const void *)((const char *)object + object->type->attributes_offset);
}
// As memmove, but `from` may be NULL when there is nothing to copy.
static inline void values_copy(Value *to, const Value *from, size_t count) {
    if (count > 0) {
        memmove(to, from, count * sizeof(Value));
    }
}
