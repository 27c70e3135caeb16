// SPDX-License-Identifier: MIT
//
// Birth and death of an interpreter and its threads, and what the two halves of the system ask of
// each other: the heap asks for roots, the runtime asks where a thread is and how to stop it.
//
// Order of birth matters: the heap first, then half-made types, then strings and names, then the
// complete types, whose method tables need those. Everything the collector must find hangs off the
// Interpreter or a Thread, see mark_roots.
#include "interpreter.h"

#include "bytes.h"
#include "describe.h"
#include "dict.h"
#include "exception.h"
#include "execute.h"
#include "int.h"
#include "mini_check.h"
#include "native.h"
#include "process.h"
#include "str.h"
#include "tuple.h"
#include "type.h"
#include "visit.h"
#include "visitor.h"
#include "working_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

enum {
    DEFAULT_RECURSION_LIMIT = 1000,
    NATIVE_STACK_RESERVE = 96 * 1024, // left for what runs between two checks of the C stack
    MEMORY_ERROR_RESERVE = 1 << 20,
};

static Thread *thread_of(RuntimeThread *core) {
    return (Thread *)core;
}

// ---- What the heap asks ----

static void mark_thread(Marker *marker, Thread *thread) {
    stack_mark(marker, thread);
    mark_value(marker, thread->exception);
    mark_value(marker, thread->handled);
    mark_value(marker, thread->thread_object);
    mark_value(marker, thread->repr_stack);
    mark_value(marker, thread->context);
    mark_value(marker, thread->trace_function);
    mark_value(marker, thread->profile_function);
    mark_value(marker, thread->first_iteration);
    mark_value(marker, thread->asyncgen_finalizer);
    mark_object(marker, thread->traced);
    const PublishedStack *stack = &thread->core.stack;
    if (stack->low != NULL) {
        mark_range(marker, stack->low, stack->high);
        mark_range(marker, stack->registers, stack + 1);
    }
}

static void mark_interpreter(Marker *marker, Interpreter *interpreter) {
    types_trace(marker, interpreter);
    str_mark_interned(marker, interpreter);
    mark_object(marker, interpreter->empty_tuple);
    mark_value(marker, interpreter->empty_bytes);
    mark_object(marker, interpreter->builtins);
    mark_object(marker, interpreter->modules);
    mark_value(marker, interpreter->sys_module);
    mark_value(marker, interpreter->stdout_object);
    mark_value(marker, interpreter->stderr_object);
    mark_object(marker, interpreter->memory_error);
    mark_value(marker, interpreter->library_state);
    mark_value(marker, interpreter->signal_handlers);
    farewells_mark(marker, interpreter);
}

// The trace names the places of its records when they are written out.
static void mark_traced(void *marker, const void *code) {
    mark_object(marker, code);
}

static void mark_roots(void *context, Marker *marker) {
    Interpreter *interpreter = context;
    // Threads that wait published their stacks before they let go of the GIL.
    thread_publish_stack(gil_holder(&interpreter->runtime.gil));
    mark_interpreter(marker, interpreter);
    for (RuntimeThread *t = interpreter->runtime.threads; t != NULL; t = t->next) {
        mark_thread(marker, thread_of(t));
    }
    trace_visit_codes(&interpreter->runtime, mark_traced, marker);
}

static void trace_object(void *context, Marker *marker, Object *object) {
    (void)context;
    const Type *type = object->type;
    if (!(type->flags & TYPE_IMMORTAL)) {
        mark_object(marker, type);
    }
    if (type->slots.trace != NULL) {
        type->slots.trace(marker, object);
    }
}

static void finalize_object(void *context, Object *object) {
    object->type->slots.finalize(context, object);
}

// What of the objects an interpreter begins with the collector need not trace again.
static bool is_constant(void *context, const Object *object) {
    const Interpreter *interpreter = context;
    Type *const *types = interpreter->types;
    const Type *type = object->type;
    if (type == types[TYPE_native] || type == types[TYPE_native_method]) {
        return ((const Native *)object)->parameters == NULL;
    }
    if (type == types[TYPE_str]) {
        const Str *s = (const Str *)object;
        return s->data == s->bytes;
    }
    if (type == types[TYPE_dict]) {
        return ((const Dict *)object)->kept_version != 0; // its type has it traced
    }
    if (type == types[TYPE_type]) {
        return type_is_constant((const Type *)object);
    }
    return type->slots.trace == NULL || type == types[TYPE_tuple] ||
           type == types[TYPE_frozenset] || type == types[TYPE_slot_wrapper] ||
           type == types[TYPE_getset] || type == types[TYPE_member];
}

static void forget_dead(void *context) {
    Interpreter *interpreter = context;
    if (interpreter->forget_dead != NULL) {
        interpreter->forget_dead(interpreter);
    }
}

static void revive(void *context, Marker *marker) {
    farewells_revive(context, marker);
}

static void out_of_memory(void *context, size_t size) {
    Interpreter *interpreter = context;
    Thread *thread = thread_of(gil_holder(&interpreter->runtime.gil));
    if (thread == NULL || thread->out_of_memory == NULL) {
        fprintf(stderr, "mini: not enough memory to start (%zu more bytes needed)\n", size);
        exit(1);
    }
    heap_open_reserve(&interpreter->heap, MEMORY_ERROR_RESERVE);
    Exception *error = interpreter->memory_error;
    error->traceback = NULL;
    error->context = VALUE_NONE;
    thread->exception = value_object(error);
    working_texts_drop(thread, thread->out_of_memory);
    LANDING_JUMP(*thread->out_of_memory);
}

// ---- What the runtime asks ----

static void interrupt(RuntimeThread *core) {
    dispatch_set_trap(thread_of(core));
}

void dispatch_renew(Thread *thread) {
    dispatch_reset(thread);
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load(&thread->core.pending) != 0) {
        dispatch_set_trap(thread);
    }
}

static void count_ticks(RuntimeThread *core, bool on) {
    core->counting_ticks = on;
    dispatch_renew(thread_of(core));
}

// ---- Threads ----

static bool thread_init(Thread *thread, Interpreter *interpreter) {
    thread->interpreter = interpreter;
    thread->exception = thread->handled = VALUE_UNDEFINED;
    thread->thread_object = thread->repr_stack = VALUE_UNDEFINED;
    thread->context = VALUE_UNDEFINED;
    thread->trace_function = thread->profile_function = VALUE_UNDEFINED;
    thread->first_iteration = thread->asyncgen_finalizer = VALUE_NONE;
    return stack_init(thread);
}

void thread_begin(Thread *thread) {
    char here;
    size_t left = runtime_thread_stack_left(&thread->core);
    size_t reserve = left > 4 * NATIVE_STACK_RESERVE ? NATIVE_STACK_RESERVE : left / 4;
    thread->native_stack_limit = &here - left + reserve;
    dispatch_renew(thread);
}

Thread *thread_new(Thread *parent, const char *name, bool daemon) {
    Thread *thread = calloc(1, sizeof *thread);
    if (thread == NULL || !thread_init(thread, parent->interpreter)) {
        free(thread);
        return NULL;
    }
    runtime_thread_init(&parent->interpreter->runtime, &thread->core, name, daemon);
    thread->core.signal_mask = parent->core.signal_mask;
    dispatch_reset(thread);
    return thread;
}

Thread *visit_begin(Interpreter *interpreter, const char *name) {
    Thread *thread = calloc(1, sizeof *thread);
    if (thread == NULL || !thread_init(thread, interpreter)) {
        free(thread);
        return NULL;
    }
    visitor_enter(&interpreter->runtime, &thread->core, name);
    thread_begin(thread);
    return thread;
}

void visit_end(Thread *thread) {
    bool holds_locks = thread->core.locks_held > 0;
    visitor_leave(&thread->core);
    if (holds_locks) {
        thread_retire(thread);
        gil_release_for_good(&thread->core);
        return;
    }
    gil_release_for_good(&thread->core);
    thread_free(thread);
}

void thread_free(Thread *thread) {
    stack_free(thread);
    free(thread);
}

void thread_retire(Thread *thread) {
    if (thread->core.locks_held == 0) {
        thread_free(thread);
        return;
    }
    stack_free(thread);
    thread->core.next = (RuntimeThread *)thread->interpreter->ended_holders;
    thread->interpreter->ended_holders = thread;
}

static void free_ended_holders(Interpreter *interpreter) {
    while (interpreter->ended_holders != NULL) {
        Thread *thread = interpreter->ended_holders;
        interpreter->ended_holders = (Thread *)thread->core.next;
        free(thread);
    }
}

static void free_lost(Runtime *runtime) {
    while (runtime->lost != NULL) {
        RuntimeThread *lost = runtime->lost;
        runtime->lost = lost->next;
        thread_free(thread_of(lost));
    }
}

void thread_after_fork_child(Thread *thread) {
    Interpreter *interpreter = thread->interpreter;
    runtime_after_fork_child(&interpreter->runtime, &thread->core);
    interpreter->main_thread = thread;
    interpreter->watches_steps = false;
    dispatch_renew(thread);
}

// ---- Interpreters ----

static bool init_runtime(Interpreter *interpreter) {
    const InterpreterOptions *options = &interpreter->options;
    RuntimeConfig config = {
        .gil_policy = options->gil_policy,
        .switch_interval = options->switch_interval_ns,
        .deadlock_mode = options->deadlock_mode,
        .hooks = {interrupt, count_ticks, describe_thread, describe_position_of, describe_position,
                  describe_object, describe_callers, describe_own_position, describe_line,
                  describe_code, describe_source, describe_touch},
    };
    return runtime_init(&interpreter->runtime, &config);
}

static void init_names(Thread *thread) {
    static const char *const texts[] = {
#define NAME(text) #text,
#include "names.def"
#undef NAME
    };
    for (size_t i = 0; i < NAME_COUNT; i++) {
        thread->interpreter->names[i] = str_intern_c(thread, texts[i]);
    }
}

static Tuple *new_empty_tuple(Thread *thread) {
    return object_new_sized(thread, builtin_type(thread, TYPE_tuple), sizeof(Tuple));
}

static void init_objects(Thread *thread) {
    Interpreter *interpreter = thread->interpreter;
    types_allocate(thread);
    str_bootstrap(thread);
    init_names(thread);
    interpreter->empty_tuple = new_empty_tuple(thread);
    types_init(thread);
    interpreter->empty_bytes = value_object(bytes_new(thread, NULL, 0));
    interpreter->builtins = dict_new(thread, 256);
    interpreter->modules = dict_new(thread, 32);
    interpreter->memory_error = exception_new(thread, ERROR_MemoryError, NULL);
}

static void init_fields(Interpreter *interpreter) {
    interpreter->recursion_limit = DEFAULT_RECURSION_LIMIT;
    interpreter->max_str_digits = INT_MAX_STR_DIGITS;
    interpreter->next_type_version = 1;
    interpreter->empty_bytes = interpreter->sys_module = VALUE_UNDEFINED;
    interpreter->stdout_object = interpreter->stderr_object = VALUE_UNDEFINED;
    interpreter->library_state = interpreter->signal_handlers = VALUE_UNDEFINED;
    interpreter->signal_full_warning = VALUE_TRUE;
    if (interpreter->options.max_str_digits != 0) {
        int limit = interpreter->options.max_str_digits;
        interpreter->max_str_digits = limit < 0 ? 0 : limit;
    }
    bool is_told = !interpreter->options.flags.ignore_environment;
    const char *seed = is_told ? getenv("PYTHONHASHSEED") : NULL;
    bool is_random = seed != NULL && strcmp(seed, "random") == 0;
    if (!is_random || getrandom(&interpreter->hash_seed, sizeof interpreter->hash_seed, 0) < 0) {
        interpreter->hash_seed = seed == NULL ? 0 : strtoull(seed, NULL, 10);
    }
    execute(NULL, false, interpreter->labels);
}

static Interpreter *allocate_interpreter(const InterpreterOptions *options) {
    Interpreter *interpreter = calloc(1, sizeof *interpreter);
    if (interpreter == NULL) {
        return NULL;
    }
    interpreter->options = *options;
    init_fields(interpreter);
    HeapHooks hooks = {interpreter,   mark_roots,  trace_object, finalize_object,
                       out_of_memory, is_constant, forget_dead,  revive};
    if (!heap_init(&interpreter->heap, &hooks, options->maximum_heap)) {
        free(interpreter);
        return NULL;
    }
    return interpreter;
}

Thread *interpreter_new(const InterpreterOptions *options) {
    Interpreter *interpreter = allocate_interpreter(options);
    Thread *thread = calloc(1, sizeof *thread);
    if (interpreter == NULL || thread == NULL || !thread_init(thread, interpreter)) {
        fprintf(stderr, "mini: not enough memory to start\n");
        free(thread);
        return NULL;
    }
    if (!init_runtime(interpreter)) {
        fprintf(stderr, "mini: no GIL policy is called '%s'\n", options->gil_policy);
        return NULL;
    }
    runtime_thread_attach_main(&interpreter->runtime, &thread->core, "MainThread");
    interpreter->main_thread = thread;
    thread_begin(thread);
    init_objects(thread);
    heap_set_stress(&interpreter->heap, options->stress_gc);
    heap_set_fail_at(&interpreter->heap, options->fail_alloc);
    return thread;
}

void interpreter_free(Thread *main_thread) {
    Interpreter *interpreter = main_thread->interpreter;
    if (runtime_thread_count(&interpreter->runtime) > 1) {
        return; // daemon threads wait for the GIL, which nobody gives them any more
    }
    heap_destroy(&interpreter->heap);
    types_free(interpreter);
    free_ended_holders(interpreter);
    free_lost(&interpreter->runtime);
    runtime_thread_detach_main(&main_thread->core);
    if (runtime_destroy(&interpreter->runtime)) {
        thread_free(main_thread);
        free(interpreter->farewells.items);
        free(interpreter);
    }
}
