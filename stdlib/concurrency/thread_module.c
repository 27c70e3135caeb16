// SPDX-License-Identifier: MIT
//
// Starting threads: the native module `_thread`, on which thread.mini builds threading.Thread.
//
// A started thread is three things: an operating-system thread (runtime/thread.c), a Thread with a
// Mini stack (the VM's), and a Handle, the object by which Mini code knows it. The handle owns the
// Thread's memory: it is freed when the thread has ended and was joined, or when the collector
// finds that nobody has the handle any more.
#include "thread_module.h"

#include "arguments.h"
#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "exception.h"
#include "execute.h"
#include "import.h"
#include "int.h"
#include "library.h"
#include "operations.h"
#include "record.h"
#include "str.h"
#include "thread_local.h"
#include "thread_lock.h"
#include "thread_sync.h"
#include "traceback.h"
#include "tracing.h"
#include "tuple.h"
#include "type.h"
#include "working_text.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

// What stack_size accepts; the lower limit is PTHREAD_STACK_MIN as in CPython.
enum {
    STACK_SIZE_MIN = 16 * 1024,
    STACK_SIZE_MAX = 1 << 30,
    EXIT_NOT_WRITTEN = 120,
    NATIVE_ID_PAUSE_NS = 20 * 1000,
};

typedef struct Handle {
    Object object;
    uint64_t ident; // 0: not started
    long native_id;
    Thread *started;  // NULL: not started, or ended and freed
    bool is_done;     // nobody waits for it any more, though it may still run
    uint64_t joiners; // threads in join(), which look at `started`
    Value function;   // what the thread is to call
    Tuple *args;
} Handle;

static Handle *as_handle(Value v) {
    return (Handle *)as_object(v);
}

// ---- Running ----

static void print_error(Thread *thread) {
    WorkingText working;
    StringBuilder *text = working_text_begin(thread, &working);
    traceback_print(thread, error_take(thread), text);
    fputs(text->data, stderr);
    working_text_end(thread, &working);
}

// The thread has forked, and this is the child, in which it is the main thread: there is no program
// to come back to. CPython's child ends here, too, but forgets what is still to be written.
static void end_forked_process(Thread *thread) {
    bool written = library_end_program(thread);
    heap_finalize_all(thread_heap(thread));
    fflush(NULL);
    _exit(written ? 0 : EXIT_NOT_WRITTEN);
}

// The first and last thing in a Mini thread. Exceptions are the business of what is called; here
// arrives only what went wrong there.
static void run_thread(RuntimeThread *core) {
    Thread *thread = (Thread *)core;
    thread_begin(thread);
    Handle *handle = as_handle(thread->thread_object);
    handle->native_id = core->native_id;
    Value result = call_value(thread, handle->function, handle->args->items, handle->args->length);
    if (is_error(result)) {
        print_error(thread);
    }
    handle->function = VALUE_NONE;
    handle->args = NULL;
    ORDER(races_release, core, handle);
    if (core->is_main) {
        end_forked_process(thread);
    }
}

static bool can_start(Thread *thread, const Handle *handle) {
    return handle->ident == 0 || raise_false(thread, ERROR_RuntimeError, "thread already started");
}

static Value handle_start(Thread *thread, Value *args) {
    Handle *handle = as_handle(args[0]);
    const char *name = is_str(args[3]) ? str_text(thread, as_str(args[3])) : "Thread";
    int daemon = operation_truth(thread, args[4]);
    Value arguments = daemon < 0 ? VALUE_ERROR : operation_to_tuple(thread, args[2]);
    bool fine = !is_error(arguments) && can_start(thread, handle);
    Thread *started = fine ? thread_new(thread, name, daemon) : NULL;
    if (started == NULL) {
        return error_pending(thread) ? VALUE_ERROR
                                     : raise_error(thread, ERROR_MemoryError, "no memory");
    }
    handle->function = args[1];
    handle->args = as_tuple(arguments);
    started->thread_object = args[0];
    int error = runtime_thread_start(&thread->core, &started->core, run_thread,
                                     thread->interpreter->thread_stack_size);
    if (error != 0) {
        thread_free(started);
        return raise_error(thread, ERROR_RuntimeError, "can't start new thread");
    }
    handle->started = started;
    handle->ident = started->core.id;
    return VALUE_NONE;
}

static bool is_running(const Handle *handle) {
    return handle->started != NULL && runtime_thread_is_alive(&handle->started->core);
}

bool thread_handle_is_running(Value handle) {
    return is_running(as_handle(handle));
}

static bool is_awaited(const Handle *handle) {
    return !handle->is_done && is_running(handle);
}

// The same for a program that asks. What the thread has done is over for whoever learns of its end.
static bool ask_awaited(Thread *thread, const Handle *handle) {
    bool awaited = is_awaited(handle);
    if (!awaited) {
        ORDER(races_acquire, &thread->core, handle);
    }
    return awaited;
}

// What a fork has lost stays, for locks may refer to it.
static void free_ended(Handle *handle) {
    if (handle->started == NULL || handle->joiners > 0 || is_running(handle)) {
        return;
    }
    if (handle->started->core.life != THREAD_LOST) {
        thread_retire(handle->started);
    }
    handle->started = NULL;
}

static Value wait_for_end(Thread *thread, const Handle *handle, int64_t deadline) {
    while (is_awaited(handle)) {
        RuntimeThread *target = &handle->started->core;
        Wait wait = {
            .kind = WAIT_JOIN, .target = target, .queue = &target->joiners, .deadline = deadline};
        Value ended = wait_ended(thread, park(&thread->core, &wait));
        if (!is_undefined(ended)) {
            return ended;
        }
    }
    return VALUE_TRUE;
}

static Value handle_join(Thread *thread, Value *args) {
    Handle *handle = as_handle(args[0]);
    int64_t deadline;
    if (handle->ident == 0) {
        return raise_error(thread, ERROR_RuntimeError, "thread not started");
    }
    if (handle->started == thread && is_awaited(handle)) {
        return raise_error(thread, ERROR_RuntimeError, "Cannot join current thread");
    }
    if (!wait_deadline(thread, args[1], false, &deadline)) {
        return VALUE_ERROR;
    }
    handle->joiners++;
    Value joined = wait_for_end(thread, handle, deadline);
    ask_awaited(thread, handle);
    handle->joiners--;
    free_ended(handle);
    return joined;
}

static Value handle_is_alive(Thread *thread, Value *args) {
    return value_bool(ask_awaited(thread, as_handle(args[0])));
}
static Value handle_is_done(Thread *thread, Value *args) {
    const Handle *handle = as_handle(args[0]);
    return value_bool(handle->ident != 0 && !ask_awaited(thread, handle));
}

// Let go of whoever waits for the thread: the program is at its end.
static Value handle_set_done(Thread *thread, Value *args) {
    Handle *handle = as_handle(args[0]);
    if (handle->ident == 0) {
        return raise_error(thread, ERROR_RuntimeError, "thread not started");
    }
    handle->is_done = true;
    if (is_running(handle)) {
        unpark_all(&thread->core, &handle->started->core.joiners);
    }
    return VALUE_NONE;
}

static Value handle_repr(Thread *thread, Value self) {
    return value_object(str_format(thread, "<_thread._ThreadHandle object: ident=%llu>",
                                   (unsigned long long)as_handle(self)->ident));
}

static Value handle_set_name(Thread *thread, Value *args) {
    Handle *handle = as_handle(args[0]);
    if (is_running(handle) && is_str(args[1])) {
        runtime_thread_set_name(&handle->started->core, str_text(thread, as_str(args[1])));
    }
    return VALUE_NONE;
}

static Value handle_ident(Thread *thread, Value self) {
    const Handle *handle = as_handle(self);
    return handle->ident == 0 ? VALUE_NONE : int_from_uint64(thread, handle->ident);
}
// The kernel's number is known when the thread has run for the first time; that is soon. The child
// of a fork has another one.
static Value handle_native_id(Thread *thread, Value self) {
    Handle *handle = as_handle(self);
    Runtime *runtime = &thread->interpreter->runtime;
    while (handle->native_id == 0 && is_running(handle)) {
        ParkResult result = sleep_until(&thread->core, runtime_now(runtime) + NATIVE_ID_PAUSE_NS);
        if (result == PARK_INTERRUPTED && !thread_safepoint(thread)) {
            return VALUE_ERROR;
        }
    }
    if (is_running(handle)) {
        handle->native_id = handle->started->core.native_id;
    }
    return handle->native_id == 0 ? VALUE_NONE : int_from_int64(thread, handle->native_id);
}

static void handle_trace(Marker *marker, Object *object) {
    const Handle *handle = (const Handle *)object;
    mark_value(marker, handle->function);
    mark_object(marker, handle->args);
}
static void handle_finalize(Interpreter *interpreter, Object *object) {
    (void)interpreter;
    Handle *handle = (Handle *)object;
    handle->joiners = 0;
    free_ended(handle);
}
static Value handle_construct(Thread *thread, Value callee, Value *args, size_t count,
                              Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    Handle *handle = object_new(thread, as_type(callee));
    handle->function = VALUE_NONE;
    heap_add_finalizer(thread_heap(thread), &handle->object);
    return value_object(handle);
}

static const NativeSpec handle_methods[] = {
    {"start", handle_start, "(self, function, args, name, daemon, /)",
     "Call function(*args) in a new thread.", 0},
    {"join", handle_join, "(self, timeout=None, /)",
     "Wait until the thread has ended; False after the timeout.", 0},
    {"is_done", handle_is_done, "(self, /)", "It has been started and has ended.", 0},
    {"_set_done", handle_set_done, "(self, /)", "Nobody is to wait for it any more.", 0},
    {"is_alive", handle_is_alive, "(self, /)", "It has been started and has not ended.", 0},
    {"set_name", handle_set_name, "(self, name, /)", "The name that reports show.", 0},
    {0},
};
static const GetSetSpec handle_getsets[] = {
    {"ident", handle_ident, NULL, "The thread's number, None before it is started."},
    {"native_id", handle_native_id, NULL, "The kernel's number of it."},
    {0},
};
static const TypeSpec handle_type_spec = {
    .name = "_thread._ThreadHandle",
    .doc = "By which Mini code knows a started thread.",
    .flags = TYPE_SYNC | TYPE_WEAK | TYPE_FINAL,
    .size = sizeof(Handle),
    .slots = {.repr = handle_repr,
              .construct = handle_construct,
              .trace = handle_trace,
              .finalize = handle_finalize},
    .methods = handle_methods,
    .getsets = handle_getsets,
};

// ---- What threading.excepthook gets ----

static const GetSetSpec excepthook_fields[] = {
    RECORD_FIELD(0, "exc_type", "Exception type"),
    RECORD_FIELD(1, "exc_value", "Exception value"),
    RECORD_FIELD(2, "exc_traceback", "Exception traceback"),
    RECORD_FIELD(3, "thread", "Thread"),
    GETSET_END,
};
enum { EXCEPTHOOK_FIELDS = sizeof excepthook_fields / sizeof excepthook_fields[0] - 1 };

static Value excepthook_args_construct(Thread *thread, Value callee, Value *args, size_t count,
                                       Tuple *keywords) {
    static const ArgumentsSpec spec = {"_thread._ExceptHookArgs", {"iterable"}, 1};
    Value given;
    if (!arguments_bind(thread, &spec, args, count, keywords, &given)) {
        return VALUE_ERROR;
    }
    given = operation_to_tuple(thread, given);
    if (is_error(given)) {
        return raise_error(thread, ERROR_TypeError, "constructor requires a sequence");
    }
    if (as_tuple(given)->length != EXCEPTHOOK_FIELDS) {
        return raise_error(thread, ERROR_TypeError, "%s() takes a %d-sequence (%zu-sequence given)",
                           spec.function, EXCEPTHOOK_FIELDS, as_tuple(given)->length);
    }
    return record_new(thread, as_type(callee), as_tuple(given)->items);
}

static const TypeSpec excepthook_args_spec = {
    .name = "_thread._ExceptHookArgs",
    .doc = "Type used to pass arguments to threading.excepthook.",
    .layout = LAYOUT_TUPLE,
    .flags = TYPE_FINAL | TYPE_PATTERN_SEQUENCE,
    .size = sizeof(Tuple),
    .slots = {.repr = record_repr, .construct = excepthook_args_construct},
    .methods = record_methods,
    .getsets = excepthook_fields,
};

// ---- Functions ----

static Value get_ident(Thread *thread, Value *args) {
    (void)args;
    return int_from_uint64(thread, thread->core.id);
}
static Value get_native_id(Thread *thread, Value *args) {
    (void)args;
    return int_from_int64(thread, thread->core.native_id);
}
static Value thread_count(Thread *thread, Value *args) {
    (void)args;
    uint64_t all = runtime_thread_count(&thread->interpreter->runtime);
    return int_from_uint64(thread, all - 1);
}
// An exception has ended a thread, and nobody but the default hook is told.
static Value note_uncaught(Thread *thread, Value *args) {
    (void)args;
    thread->interpreter->uncaught_in_threads++;
    return VALUE_NONE;
}
static Value interrupt_main(Thread *thread, Value *args) {
    int64_t number;
    if (!operation_index_int64(thread, args[0], &number)) {
        return VALUE_ERROR;
    }
    if (number < 1 || number >= NSIG) {
        return raise_error(thread, ERROR_ValueError, "signal number out of range");
    }
    if (signals_get((int)number) != SIGNAL_CATCH) {
        return VALUE_NONE;
    }
    signals_raise(&thread->interpreter->runtime, (int)number);
    return thread_take_signals(thread) ? VALUE_NONE : VALUE_ERROR;
}

// stack_size(n) sets the size and tells what it was until now; stack_size() sets the default.
static Value stack_size(Thread *thread, Value *args) {
    Interpreter *interpreter = thread->interpreter;
    size_t before = interpreter->thread_stack_size;
    int64_t size = 0;
    if (!is_undefined(args[0]) && !operation_index_int64(thread, args[0], &size)) {
        return VALUE_ERROR;
    }
    if (size < 0) {
        return raise_error(thread, ERROR_ValueError, "size must be 0 or a positive value");
    }
    if (size != 0 && (size < STACK_SIZE_MIN || size > STACK_SIZE_MAX)) {
        return raise_error(thread, ERROR_ValueError, "size not valid: %lld bytes", (long long)size);
    }
    interpreter->thread_stack_size = (size_t)size;
    return int_from_uint64(thread, before);
}

// The handle of the calling thread; the main thread gets one when it asks.
static Value current_handle(Thread *thread, Value *args) {
    (void)args;
    if (is_undefined(thread->thread_object)) {
        Handle *handle = object_new(thread, type_from_spec(thread, &handle_type_spec, NULL));
        handle->function = VALUE_NONE;
        handle->ident = thread->core.id;
        handle->native_id = thread->core.native_id;
        handle->started = thread;
        thread->thread_object = value_object(handle);
    }
    return thread->thread_object;
}

void thread_handle_visitor_ends(Thread *thread) {
    if (thread->core.is_main) {
        end_forked_process(thread);
    }
    if (is_object(thread->thread_object)) {
        Handle *handle = as_handle(thread->thread_object);
        handle->started = NULL;
        handle->is_done = true;
    }
    unpark_all(&thread->core, &thread->core.joiners);
}

static Value main_thread_ident(Thread *thread, Value *args) {
    (void)args;
    return int_from_uint64(thread, thread->interpreter->main_thread->core.id);
}

// sys.settrace or sys.setprofile in the name of every thread.
static Value set_all(Thread *thread, TracingKind kind, Value function) {
    RuntimeThread *core = thread->interpreter->runtime.threads;
    for (; core != NULL; core = core->next) {
        if (!tracing_set((Thread *)core, kind, function)) {
            return VALUE_ERROR;
        }
    }
    return VALUE_NONE;
}
static Value set_trace_of_all(Thread *thread, Value *args) {
    return set_all(thread, TRACING_LINES, args[0]);
}
static Value set_profile_of_all(Thread *thread, Value *args) {
    return set_all(thread, TRACING_PROFILE, args[0]);
}

static const NativeSpec functions[] = {
    {"get_ident", get_ident, "()", "The number of the calling thread.", 0},
    {"get_native_id", get_native_id, "()", "The kernel's number of the calling thread.", 0},
    {"_count", thread_count, "()", "How many threads run beside the main one.", 0},
    {"interrupt_main", interrupt_main, "(signum=2, /)",
     "As if the signal had arrived for the main thread.", 0},
    {"_note_uncaught", note_uncaught, "()", "An exception has ended the calling thread.", 0},
    {"_get_main_thread_ident", main_thread_ident, "()", "The number of the main thread.", 0},
    {"_set_trace_of_all", set_trace_of_all, "(function, /)", "sys.settrace in every thread.", 0},
    {"_set_profile_of_all", set_profile_of_all, "(function, /)", "sys.setprofile in every thread.",
     0},
    {"stack_size", stack_size, "(size=..., /)",
     "The bytes of C stack for new threads, 0 for the default; at least 256 KiB are given.", 0},
    {"_current_handle", current_handle, "()", "The calling thread's handle.", 0},
    {0},
};

bool thread_module_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, functions);
    Type *lock = module_add_type(thread, module, &lock_type_spec, NULL);
    module_add(thread, module, "LockType", value_object(lock));
    module_add(thread, module, "allocate_lock", value_object(lock));
    module_add(thread, module, "lock", value_object(lock));
    module_add_type(thread, module, &rlock_type_spec, NULL);
    module_add_type(thread, module, &local_type_spec, NULL);
    module_add_type(thread, module, &excepthook_args_spec, builtin_type(thread, TYPE_tuple));
    module_add_type(thread, module, &condition_type_spec, NULL);
    Type *semaphore = module_add_type(thread, module, &semaphore_type_spec, NULL);
    module_add_type(thread, module, &bounded_semaphore_type_spec, semaphore);
    module_add_type(thread, module, &event_type_spec, NULL);
    module_add_type(thread, module, &handle_type_spec, NULL);
    module_add(thread, module, "error",
               value_object(thread->interpreter->errors[ERROR_RuntimeError]));
    module_add(thread, module, "TIMEOUT_MAX", value_float(9223372036.0));
    return true;
}

void thread_module_shutdown(Thread *thread) {
    Value module =
        dict_get_str(thread, thread->interpreter->modules, str_intern_c(thread, "threading"));
    if (is_module(module)) {
        call_method(thread, module, str_intern_c(thread, "_shutdown"), NULL, 0);
    }
}
