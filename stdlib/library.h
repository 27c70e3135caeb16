// SPDX-License-Identifier: MIT
//
// What the native modules share: the state they keep for an interpreter, and the few phrases every
// module file needs.
//
// C files may not have mutable variables of their own, for one process can hold several
// interpreters. What outlives a call (the types of files, the numbers that id() gave) hangs off
// one object, the LibraryState, which the interpreter keeps alive.
#pragma once

#include "import.h"
#include "interpreter.h"
#include "module.h"
#include "native.h"
#include "object.h"

// A row of a method table.
#define NATIVE(name, function, signature, doc)                                                     \
    { name, function, signature, doc, NATIVE_PLAIN }
#define NATIVE_END                                                                                 \
    { NULL, NULL, NULL, NULL, NATIVE_PLAIN }
#define GETSET(name, get, set, doc)                                                                \
    { name, get, set, doc }
#define GETSET_END                                                                                 \
    { NULL, NULL, NULL, NULL }

// The types that the standard library makes at start: LIBRARY_FileIO ...
typedef enum LibraryType {
#define LIBRARY_TYPE(name, spec, base) LIBRARY_##name,
#include "library_types.def"
#undef LIBRARY_TYPE
    LIBRARY_TYPE_COUNT,
    LIBRARY_NO_BASE = LIBRARY_TYPE_COUNT,
} LibraryType;

#define LIBRARY_TYPE(name, spec, base) extern const TypeSpec spec;
#include "library_types.def"
#undef LIBRARY_TYPE

// The types that a module of the library makes when it is first used: LATE_tee ...
typedef enum LateType {
#define LATE_TYPE(name, spec) LATE_##name,
#include "library_types.def"
#undef LATE_TYPE
    LATE_TYPE_COUNT,
} LateType;

#define LATE_TYPE(name, spec) extern const TypeSpec spec;
#include "library_types.def"
#undef LATE_TYPE

typedef struct IdTable IdTable;
typedef struct WeakTable WeakTable;

typedef struct LibraryState {
    Object object;
    uint64_t ready; // 1 once library_init has come to its end
    Type *types[LIBRARY_TYPE_COUNT];
    Type *late_types[LATE_TYPE_COUNT]; // NULL: not made yet
    IdTable *ids;                      // the numbers id() has given; NULL before the first
    WeakTable *weak;                   // all weak references; NULL before weakref is imported
    Value regex;                       // RegexState once re has been imported, see regex.h
    Value shared_memory;         // what process_shared.c keeps; UNDEFINED before the first use
    Value aio;                   // AioState of the event loops, see aio.h; UNDEFINED until needed
    Value fork_hooks;            // three lists, see os_fork.c; UNDEFINED before the first
    Value unsupported_operation; // the class io.UnsupportedOperation, UNDEFINED until needed
    Value struct_formats;        // dict: the compiled ones of struct; UNDEFINED before the first
    int64_t socket_timeout;      // of new sockets, ns; -1: none
} LibraryState;

static inline LibraryState *library_state(Thread *thread) {
    return (LibraryState *)as_object(thread->interpreter->library_state);
}
static inline Type *library_type(Thread *thread, LibraryType type) {
    return library_state(thread)->types[type];
}
Type *library_make_late_type(Thread *thread, LateType type);
static inline Type *library_late_type(Thread *thread, LateType type) {
    Type *made = library_state(thread)->late_types[type];
    return made ? made : library_make_late_type(thread, type);
}
// Exactly this type, no subclass.
static inline bool library_is(Thread *thread, Value v, LibraryType type) {
    return is_object(v) && object_type(v) == library_type(thread, type);
}

static inline bool library_is_late(Thread *thread, Value v, LateType type) {
    return is_object(v) && object_type(v) == library_late_type(thread, type);
}

// Make the modules every program starts with: builtins, sys, and the standard files. Once, right
// after interpreter_new. false: exception set.
bool library_init(Thread *thread);
// False when library_init failed (or ran out of memory) on its way.
bool library_is_ready(Thread *thread);

// The last acts of a program: wait for threads that are no daemons, call what atexit has been given
// (last first), flush the standard files; false when stdout could not be written.
bool library_end_program(Thread *thread);

// An attribute of sys as it is now; UNDEFINED when the program has deleted it.
Value library_sys_attribute(Thread *thread, Str *name);

// A str Value from a C string.
Value library_text(Thread *thread, const char *text);
// `v` must be a str: its UTF-8 text, or NULL with TypeError "NAME() argument 'x' must be str, not
// X".
const char *library_need_text(Thread *thread, Value v, const char *what);
// What __fspath__ of `v` gives, str or bytes; TypeError if it has none.
Value library_path_text(Thread *thread, Value v, const char *function);
// A path as a program gives it: str, bytes or an object with __fspath__, without NUL characters.
// NULL with TypeError or ValueError.
const char *library_path(Thread *thread, Value v, const char *function);
// An optional integer argument: `otherwise` for UNDEFINED and None. false with TypeError.
bool library_optional_int(Thread *thread, Value v, int64_t otherwise, int64_t *result);
