// SPDX-License-Identifier: MIT
//
// The two structs everything hangs off. An Interpreter is one Mini world: its heap, its types, its
// modules, its GIL. A Thread is one thread of it, and the first argument of whatever runs Mini
// code. There are no file-level variables, so one process can hold several interpreters.
//
// Each struct begins with its counterpart in runtime/, which knows nothing of values; the cast
// between the two is the whole interface between "concurrency" and "language".
#pragma once

#include "arena.h"
#include "code.h"
#include "error.h"
#include "farewell.h"
#include "frame.h"
#include "heap.h"
#include "landing.h"
#include "object.h"
#include "runtime.h"
#include "thread.h"

typedef struct StackChunk StackChunk;
typedef struct InternTable InternTable;
typedef struct InternedLate InternedLate;
typedef struct Exception Exception;
typedef struct List List;

typedef enum TypeIndex {
#define TYPE(name, spec) TYPE_##name,
#include "types.def"
#undef TYPE
    TYPE_INDEX_COUNT
} TypeIndex;

// Interned strings that C code needs: `interpreter->names[NAME___init__]`, see names.def.
typedef enum NameIndex {
#define NAME(name) NAME_##name,
#include "names.def"
#undef NAME
    NAME_COUNT
} NameIndex;

// What the command line decides; read-only afterwards.
// Python's flags; see flags.def.
typedef struct CommandFlags {
#define FLAG(place, field, letter, variable, help) int field;
#include "flags.def"
#undef FLAG
} CommandFlags;

// Words that an option brought, in their order.
enum { OPTION_WORDS_MAX = 64 };
typedef struct OptionWords {
    const char *items[OPTION_WORDS_MAX];
    int count;
} OptionWords;

typedef struct InterpreterOptions {
    const char *gil_policy;     // NULL: the default
    int64_t switch_interval_ns; // 0: the default
    DeadlockMode deadlock_mode;
    bool races;
    const char *schedule; // what --schedule says; NULL: free
    size_t maximum_heap;  // 0: no limit
    bool stress_gc;
    uint64_t fail_alloc; // fail the n-th allocation; 0: off
    bool stats;
    const char *trace_file; // where --trace writes to; or NULL
    CommandFlags flags;
    bool unbuffered;          // stdout goes out at once
    int max_str_digits;       // 0: the default, -1: no limit
    OptionWords warnings;     // -W
    OptionWords settings;     // -X
    const char *warning_list; // like -W, with commas between them; or NULL
    const char *module_path;  // folders for sys.path, with colons between them; or NULL
    const char *program;      // sys.argv[0]
    int argc;                 // the rest of it
    char **argv;
    int original_argc; // the whole command line
    char **original_argv;
    const struct ModuleSpec *modules;  // what is part of the binary; ends with {0}
    const struct ModuleAlias *aliases; // ends with {0}
    const char *const *built_in;       // names no file can hide; ends with NULL, or NULL
} InterpreterOptions;

struct Interpreter {
    Runtime runtime; // must be first
    InterpreterOptions options;

    // All below: the GIL must be held.
    Heap heap;
    Type *types[TYPE_INDEX_COUNT];
    Type *errors[ERROR_COUNT];
    Str *names[NAME_COUNT];
    InternTable *interned;       // every interned string; they are never dropped
    InternedLate *interned_late; // those not kept by heap_keep_allocated; NULL before that
    Str *latin1[256];            // one-character strings
    Str *empty_str;
    Tuple *empty_tuple;
    Value empty_bytes;
    Dict *builtins;      // the namespace of the module builtins
    Dict *modules;       // sys.modules
    Str *program_folder; // interned: what sys.path began with; NULL: nothing of the program's
    Value sys_module;
    uint32_t next_type_version;
    Arena immortal;                   // shapes: never freed before the end, see shape.h
    struct LookupCache *lookup_cache; // of type_lookup
    int recursion_limit;
    size_t thread_stack_size; // C stack of threads started from now on; 0: the default
    int max_str_digits;       // of conversions between int and decimal text; 0: no limit
    uint64_t hash_seed;
    void *labels[OP_COUNT + 4]; // addresses of the opcode bodies, then of those in execute.h
    bool watches_steps;         // a schedule or the race detector wants to know of each step
    Thread *main_thread;
    Thread *ended_holders;                  // threads that ended with locks, linked by core.next
    Value stdout_object, stderr_object;     // sys.stdout / sys.stderr at start
    uint32_t uncaught, uncaught_in_threads; // exceptions that ended the program, or a thread
    bool is_ending;                         // with daemon threads that may be in a call
    bool lost_complaint;                    // what was to be said on stderr could not be written
    uint64_t next_id;        // id() numbers objects in the order in which they are asked
    Exception *memory_error; // made in advance: there may be no memory for it later
    Value library_state;     // what the native modules keep, see stdlib/library.h
    // What a signal's arrival runs in the main thread, false with an exception; NULL while no
    // program has asked for more than KeyboardInterrupt.
    bool (*signal_hook)(Thread *thread, int number);
    Value signal_handlers;     // what the hook calls: a dict from numbers, or UNDEFINED
    Value signal_full_warning; // False: say nothing when set_wakeup_fd's pipe is full
    // Both NULL while the program has no weak references. `forget_dead` is called by a collection
    // that has marked all that lives, must not allocate, and interrupts the thread with
    // PENDING_DEATH when there are callbacks to run; `mourn` runs them, false with an exception.
    void (*forget_dead)(Interpreter *interpreter);
    bool (*mourn)(Thread *thread);
    Farewells farewells; // generators that have something to say when they die
    void (*bid_farewell)(Thread *thread, Object *object); // says it; NULL: nobody does
    // The same for objects that a module knows; both NULL while there are none. `revive_more` is
    // called by a collection that has marked all that lives, may mark more, and interrupts the
    // thread; `say_more` then lets them speak, or all of them at the end of the program.
    void (*revive_more)(Interpreter *interpreter, Marker *marker);
    void (*say_more)(Thread *thread, bool all);
};

struct Thread {
    RuntimeThread core; // must be first
    Interpreter *interpreter;
    // Written by other threads, which swap entries for the trap (relaxed atomics):
    void *dispatch[OP_COUNT];
    // The thread itself, or anybody who holds the GIL:
    Frame *frame;        // innermost Mini frame, NULL outside of Mini code
    Value *stack_limit;  // end of the current chunk
    Value *entering_top; // end of a frame that is being filled above the current one, or NULL
    StackChunk *chunk;
    int recursion_depth;
    int native_depth;
    char *native_stack_limit;          // C stack addresses below this are RecursionError
    Value exception;                   // being raised; UNDEFINED if none
    Value handled;                     // the current exception (sys.exc_info()[1]), or UNDEFINED
    Landing *out_of_memory;            // innermost interpreter loop, for heap exhaustion
    struct WorkingText *working_texts; // begun and not ended, innermost first
    Value thread_object;               // the Mini object threading.Thread
    Value repr_stack; // list of containers being printed, against infinite recursion
    Value context;    // contextvars
    Value trace_function, profile_function;    // sys.settrace, sys.setprofile; UNDEFINED: none
    List *traced;                              // FrameViews that are kept up to date, or NULL
    bool tracing, in_tracer;                   // instructions go to tracing_step; it has called out
    Value first_iteration, asyncgen_finalizer; // sys.set_asyncgen_hooks; None: none
    int origin_depth;                          // sys.set_coroutine_origin_tracking_depth
};

static inline Heap *thread_heap(Thread *thread) {
    return &thread->interpreter->heap;
}
static inline Type *builtin_type(Thread *thread, TypeIndex index) {
    return thread->interpreter->types[index];
}
// The interned string NAME_x: `name(thread, NAME___init__)`.
static inline Str *common_name(Thread *thread, NameIndex index) {
    return thread->interpreter->names[index];
}

// A new object of `type` with `size` bytes, zeroed but for its type.
static inline void *object_new_sized(Thread *thread, Type *type, size_t size) {
    Object *object = heap_allocate(&thread->interpreter->heap, CELL_OBJECT, size);
    object->type = type;
    return object;
}
// The same, but only its fields and its last bytes are zero (heap_allocate_unfilled).
static inline void *object_new_unfilled(Thread *thread, Type *type, size_t size) {
    Object *object = heap_allocate_unfilled(&thread->interpreter->heap, CELL_OBJECT, size);
    object->type = type;
    return object;
}
static inline void *object_new(Thread *thread, Type *type) {
    return object_new_sized(thread, type, type->size);
}

// The VM's half of a further thread, not started yet (see runtime_thread_start); NULL when there is
// no memory. thread_free after it has ended. GIL held.
Thread *thread_new(Thread *parent, const char *name, bool daemon);
void thread_free(Thread *thread);
// The same for one that has ended; if it still holds locks, they refer to it, and it is kept.
void thread_retire(Thread *thread);
// First thing a started thread does: learns the bounds of its C stack.
void thread_begin(Thread *thread);

// In the child of a fork, first thing: `thread` forked, and is the only one left. It is the main
// thread from now on, and runs freely.
void thread_after_fork_child(Thread *thread);

// All instructions forget where instances have their attributes: a class has got a data descriptor
// or a hook such as __setattr__ after instances were made. Rare and slow, so that the caches need
// not look at the class.
void forget_attribute_caches(Thread *thread);
// And which callees they have met: a function has got another body.
void forget_call_caches(Thread *thread);

// Make an interpreter and attach the calling OS thread as its main thread, holding the GIL.
// NULL when the machine refuses (message on stderr).
Thread *interpreter_new(const InterpreterOptions *options);
// Free everything. The GIL must be held by `main_thread`. When daemon threads are still alive,
// nothing is freed and the GIL is kept: the process is about to end.
void interpreter_free(Thread *main_thread);
