// SPDX-License-Identifier: MIT
//
// What the files of the module pickle share: the opcodes, and the objects Pickler and Unpickler.
//
// A pickle is a program for a small machine with a stack and a memo (numbered objects that will be
// mentioned again). Writing is a walk over an object that emits such a program, reading runs it:
//
//     pickle_save.c        what is written for a value       pickle_load.c    the loop, numbers,
//     text pickle_containers.c  lists, dicts, sets, tuples        pickle_stack.c   stack, marks,
//     memo pickle_reduce.c      objects that are taken apart      pickle_build.c   containers and
//     objects pickle_global.c      what is named by its module       pickle_find.c    and found
//     again pickle_output.c      bytes, frames, memo               pickle_input.c   bytes from a
//     file
//                                                            pickle_text.c    text, old and new
//     pickle_pickler.c     the class Pickler                 pickle_unpickler.c  the class
//     Unpickler
//
// Both call Mini code at many places (reduce functions, file.write, constructors), which may call
// back into the same object; so whatever is kept in it is read again after each such call, and no
// step trusts what an earlier one has found. CPython's counterpart is Modules/_pickle.c.
#pragma once

#include "library.h"
#include "operations.h"

enum {
#define OPCODE(name, byte, argument, function) PICKLE_##name = (byte),
#include "pickle_opcodes.def"
#undef OPCODE
};

enum { PICKLE_HIGHEST_PROTOCOL = 5, PICKLE_DEFAULT_PROTOCOL = 4, PICKLE_BATCH = 1000 };

// ---- Writing ----

typedef struct PickleMemoEntry {
    Value object; // zero bits: free
    size_t index;
} PickleMemoEntry;

// Which objects have been written, by identity; each stays alive because the memo refers to it.
typedef struct PickleMemo {
    PickleMemoEntry *entries; // mask + 1 of them; NULL while empty
    size_t mask, used;
    size_t next; // the index of the next object
} PickleMemo;

typedef struct Pickler {
    Object object;
    uint64_t ready; // 1 once __init__ has run
    Value write;    // of the file; UNDEFINED: the bytes are kept in `data`
    Value buffer_callback;
    int protocol;
    bool binary, fix_imports;
    int fast; // no memo
    uint8_t *data;
    size_t length, capacity;
    bool framing;
    size_t frame_start; // of the frame's header in `data`; NO_FRAME
    PickleMemo memo;
    size_t fast_depth;
    Dict *fast_memo; // containers on the way down in fast mode
    // For the dump under way; UNDEFINED where a subclass does not say otherwise:
    Value persistent_id, reducer_override, dispatch_table;
    Dict *standard_table, *extensions; // copyreg's
    Dict *extra_table;                 // asked before the standard one; may be NULL
    // The shape whose instances are known to need no more than NEWOBJ and BUILD.
    Shape *plain_shape;
    uint32_t plain_version, plain_table_version;
} Pickler;

#define PICKLE_NO_FRAME SIZE_MAX
enum { PICKLE_FRAME_HEADER = 9, PICKLE_FRAME_TARGET = 64 * 1024 };

// pickle_output.c
void pickle_put(Thread *thread, Pickler *p, const void *data, size_t length);
// Where the next `count` bytes go.
uint8_t *pickle_room_slow(Thread *thread, Pickler *p, size_t count);
static inline uint8_t *pickle_room(Thread *thread, Pickler *p, size_t count) {
    bool in_frame = !p->framing || p->frame_start != PICKLE_NO_FRAME;
    if (__builtin_expect(in_frame && p->capacity - p->length >= count, 1)) {
        uint8_t *at = p->data + p->length;
        p->length += count;
        return at;
    }
    return pickle_room_slow(thread, p, count);
}
static inline void pickle_put_byte(Thread *thread, Pickler *p, uint8_t byte) {
    *pickle_room(thread, p, 1) = byte;
}
// An opcode and `size` bytes of a number, little-endian.
void pickle_put_number(Thread *thread, Pickler *p, uint8_t opcode, uint64_t n, size_t size);
// Header (an opcode and a length) and contents; large ones go out unframed and uncopied.
bool pickle_put_large(Thread *thread, Pickler *p, const uint8_t *header, size_t header_size,
                      const uint8_t *data, size_t length, Value owner);
// Between two objects: a full frame ends, and goes to the file.
bool pickle_end_full_frame(Thread *thread, Pickler *p);
static inline bool pickle_boundary(Thread *thread, Pickler *p) {
    bool full = p->framing && p->frame_start != PICKLE_NO_FRAME &&
                p->length - p->frame_start >= PICKLE_FRAME_HEADER + PICKLE_FRAME_TARGET;
    return !__builtin_expect(full, 0) || pickle_end_full_frame(thread, p);
}
void pickle_begin(Thread *thread, Pickler *p);
bool pickle_end(Thread *thread, Pickler *p);
// The place of `v` in the memo, NULL if it has not been written.
const PickleMemoEntry *pickle_memo_find(const PickleMemo *memo, Value v);
void pickle_memo_add(Thread *thread, PickleMemo *memo, Value v, size_t index);
void pickle_memo_clear(PickleMemo *memo);
// Remember that `v` lies on top of the reader's stack; UNDEFINED: nobody will ask for it.
bool pickle_memoize(Thread *thread, Pickler *p, Value v);
void pickle_put_get(Thread *thread, Pickler *p, size_t index);

// pickle_save.c: false: exception set.
bool pickle_save(Thread *thread, Pickler *p, Value v);
bool pickle_save_bytes(Thread *thread, Pickler *p, Value owner, const uint8_t *data, size_t length);
bool pickle_save_bytearray(Thread *thread, Pickler *p, Value owner, const uint8_t *data,
                           size_t length);
// An exception whose class is `name` of the module _pickle.
void pickle_raise(Thread *thread, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4), cold));
#define pickling_error(thread, ...) (pickle_raise(thread, "PicklingError", __VA_ARGS__), false)
#define unpickling_error(thread, ...) (pickle_raise(thread, "UnpicklingError", __VA_ARGS__), false)
// The text of repr(v) for a message; NULL: exception set.
const char *pickle_shown(Thread *thread, Value v);
// An attribute of a module of the library, imported if need be.
Value pickle_module_attribute(Thread *thread, const char *module, const char *name);

// `map`, a function of _pickle, for a pair of names.
bool pickle_map_names(Thread *thread, const char *map, Value *module, Value *name);

// pickle_containers.c
bool pickle_save_list(Thread *thread, Pickler *p, Value v);
bool pickle_save_tuple(Thread *thread, Pickler *p, Value v);
bool pickle_save_dict(Thread *thread, Pickler *p, Value v);
bool pickle_save_set(Thread *thread, Pickler *p, Value v);
bool pickle_save_frozenset(Thread *thread, Pickler *p, Value v);
// What an iterator gives, as items or as pairs of key and value.
bool pickle_save_items(Thread *thread, Pickler *p, Value iterator, bool pairs);

// pickle_reduce.c
bool pickle_save_other(Thread *thread, Pickler *p, Value v);
// The call function(args) makes `v` (UNDEFINED: nothing to be remembered).
bool pickle_save_call(Thread *thread, Pickler *p, Value function, Value args, Value v);

// pickle_global.c
// `name` UNDEFINED: its own __qualname__.
bool pickle_save_global(Thread *thread, Pickler *p, Value v, Value name);
// The parts of a dotted name as a tuple of str; NULL with AttributeError if one is "<locals>".
Tuple *pickle_dotted_parts(Thread *thread, Str *name, Value module);
// Follow the parts from `v`; *parent gets the last but one. UNDEFINED: not found.
Value pickle_follow(Thread *thread, Value v, const Tuple *parts, Value *parent);

// pickle_module.c: pickle.PickleBuffer
bool pickle_is_buffer(Thread *thread, Value v);
bool pickle_save_buffer(Thread *thread, Pickler *p, Value v);

// ---- Reading ----

typedef struct UnpickleMemo {
    Value *values; // zero bits: empty
    size_t capacity, count;
    Dict *sparse; // for numbers far beyond what is in use
} UnpickleMemo;

typedef struct Unpickler {
    Object object;
    uint64_t ready;             // 1 once __init__ has run
    Value read, readline, peek; // of the file; UNDEFINED: all of the input is there
    Value input;                // the bytes object that `data` lies in
    const uint8_t *data;
    size_t length, next;
    size_t prefetched; // up to where the file itself has been read
    Value *stack;
    size_t depth, capacity;
    size_t fence; // what lies below belongs to an earlier MARK
    size_t *marks;
    size_t mark_count, mark_capacity;
    UnpickleMemo memo;
    int protocol;
    bool fix_imports, trusted, stopped;
    bool at_code; // an instruction is wanted, not its argument
    Value encoding, errors, buffers;
    // For the load under way; UNDEFINED where a subclass does not say otherwise:
    Value find_class, persistent_load;
    // How the last object was built: instances of `built_type` got the attributes `built_names`,
    // and ended with `built_shape`.
    const Type *built_type;
    uint32_t built_version;
    Shape *built_root, *built_shape;
    Value built_names[8];
} Unpickler;

typedef bool UnpickleStep(Thread *thread, Unpickler *u);
#define OPCODE(name, byte, argument, function) UnpickleStep pickle_opcode_##function;
#include "pickle_opcodes.def"
#undef OPCODE

// pickle_input.c
// The next `count` bytes, NULL with UnpicklingError or what the file raises. They stay where they
// are until more is read.
const uint8_t *unpickle_take_slow(Thread *thread, Unpickler *u, size_t count);
static inline const uint8_t *unpickle_take(Thread *thread, Unpickler *u, size_t count) {
    if (__builtin_expect(count <= u->length - u->next, 1)) {
        const uint8_t *at = u->data + u->next;
        u->next += count;
        return at;
    }
    return unpickle_take_slow(thread, u, count);
}
// The next line without its end.
const uint8_t *unpickle_take_line(Thread *thread, Unpickler *u, size_t *length);
// A number of `size` bytes, little-endian.
bool unpickle_take_number(Thread *thread, Unpickler *u, size_t size, uint64_t *n);
void unpickle_set_input(Unpickler *u, Value bytes);
// Let the file stand behind what has been used.
bool unpickle_skip_used(Thread *thread, Unpickler *u);

// pickle_stack.c
void unpickle_grow_stack(Thread *thread, Unpickler *u);
static inline bool unpickle_push(Thread *thread, Unpickler *u, Value v) {
    if (__builtin_expect(u->depth == u->capacity, 0))
        unpickle_grow_stack(thread, u);
    u->stack[u->depth++] = v;
    return true;
}
bool unpickle_underflow(Thread *thread, const Unpickler *u);
// At least `count` values above the last mark, or UnpicklingError.
static inline bool unpickle_need(Thread *thread, const Unpickler *u, size_t count) {
    return __builtin_expect(u->depth - u->fence >= count, 1) || unpickle_underflow(thread, u);
}
// The value taken off the stack; VALUE_ERROR with UnpicklingError.
static inline Value unpickle_pop(Thread *thread, Unpickler *u) {
    return unpickle_need(thread, u, 1) ? u->stack[--u->depth] : VALUE_ERROR;
}
// Drop the last mark; *start is where its items begin.
bool unpickle_pop_mark(Thread *thread, Unpickler *u, size_t *start);
void unpickle_clear_stack(Unpickler *u);
bool unpickle_put_memo(Thread *thread, Unpickler *u, uint64_t index, Value v);
// UNDEFINED: there is none.
Value unpickle_get_memo(Thread *thread, Unpickler *u, uint64_t index);
void unpickle_clear_memo(Unpickler *u);

// pickle_load.c
Value unpickle_run(Thread *thread, Unpickler *u);

// pickle_find.c
// By find_class of a subclass, or as Unpickler.find_class does it.
Value unpickle_find(Thread *thread, Unpickler *u, Value module, Value name);
Value unpickle_find_class(Thread *thread, Unpickler *u, Value module, Value name);
// Whether the pickle may call `function` with `args`; UnpicklingError.
bool unpickle_may_call(Thread *thread, const Unpickler *u, Value function, Value args);
// Whether it may go on with what that call gave.
bool unpickle_may_use(Thread *thread, const Unpickler *u, Value function, Value result);

// pickle_pickler.c, pickle_unpickler.c
extern const NativeSpec pickle_dump_functions[], pickle_load_functions[];
