// SPDX-License-Identifier: MIT
//
// Functions of Mini as functions of C. libffi makes a few bytes of machine code that lead here with
// an address of ours, the Box. Who calls?
//
//  - a function of C that this thread has called: then foreign_place()->call says which, and the
//    GIL is taken back for as long as Mini runs. What the callback raises cannot pass through C; it
//    is kept, further callbacks of the same call are not run, and the call raises it when C has
//    returned.
//  - a thread that C has made: it becomes a visitor of the runtime (vm/exec/visit.h) and stays one
//    until it ends. What is raised there can only be printed.
//
// A Box outlives its object: C may still hold the address. It then leads to a message that says
// which callback was not kept, instead of to freed memory. The last BOXES_KEPT are kept for that.
#include "foreign_call.h"

#include "call.h"
#include "exception.h"
#include "execute.h"
#include "foreign_data.h"
#include "foreign_type.h"
#include "operations.h"
#include "thread_module.h"
#include "type.h"
#include "unraisable.h"
#include "visit.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BOXES_KEPT = 4096, RESULT_SIZE = 16 };

typedef struct Closure Closure;

// Outside of Mini's heap, for C knows its address.
typedef struct Box {
    ffi_closure *closure; // NULL: `code` is a ready-made entry
    void *code;
    size_t entry; // its number
    ffi_cif cif;
    Closure *live; // NULL: the object is gone
    Graveyard *graveyard;
    struct Box *next; // in the graveyard
    char *declaration;
    ffi_type *arguments[];
} Box;

struct Graveyard {
    Interpreter *interpreter;
    pthread_key_t visitors; // whose destructor sees visitors off
    ffi_cif nothing;        // what dead closures are prepared for
    // The GIL must be held:
    Box *first, *last;
    size_t count; // of the boxes here
    size_t living;
};

struct Closure {
    Object object;
    uint64_t kind; // always 0
    Box *box;
    CType *type;
    Str *declaration;
    Value function, error, on_error;
    ffi_type **parameters;
};

// ---- Running Mini ----

// One call of a callback, on the C stack.
typedef struct Callback {
    Closure *closure;
    void *result;
    void **arguments;
} Callback;

static size_t result_size(const CType *type) {
    return foreign_is_record(type)        ? type->size
           : type->kind == C_VOID         ? 0
           : type->size < sizeof(ffi_arg) ? sizeof(ffi_arg)
                                          : type->size;
}

// libffi wants whole numbers as wide as a register.
static bool give_result(Thread *thread, CType *type, Value v, void *result) {
    _Alignas(16) char bytes[RESULT_SIZE] = {0};
    if (type->kind == C_SIGNED && is_small_int(v) && type->size == sizeof(int) &&
        (int)as_small_int(v) == as_small_int(v)) {
        ffi_sarg number = as_small_int(v);
        memcpy(result, &number, sizeof number);
        return true;
    }
    if (type->kind == C_VOID) {
        return true;
    }
    if (foreign_is_record(type)) {
        return foreign_store(thread, type, result, v);
    }
    if (!foreign_store(thread, type, bytes, v)) {
        return false;
    }
    if (type->kind == C_FLOAT || type->size >= sizeof(ffi_arg)) {
        memcpy(result, bytes, type->size);
    } else {
        ffi_arg wide = (ffi_arg)foreign_load_integer(type, bytes);
        memcpy(result, &wide, sizeof wide);
    }
    return true;
}

static bool run(Thread *thread, void *context) {
    const Callback *callback = context;
    const Closure *closure = callback->closure;
    const CType *type = closure->type;
    size_t count = (size_t)type->length;
    Value args[FOREIGN_MAX_ARGUMENTS];
    for (size_t i = 0; i < count; i++) {
        CType *parameter = type->parameters[i];
        const char *at = callback->arguments[i];
        if (parameter->kind == C_POINTER) {
            void *address;
            memcpy(&address, at, sizeof address);
            args[i] = foreign_data_new(thread, parameter, address, VALUE_NONE);
            continue;
        }
        Value keeper = VALUE_NONE;
        if (foreign_is_record(parameter)) { // C's own copy is gone after the call
            Memory *memory = foreign_memory_new(thread, parameter->state, parameter->size);
            memcpy(memory->bytes, at, parameter->size);
            keeper = value_object(memory);
            at = memory->bytes;
        }
        args[i] = foreign_load(thread, parameter, at, keeper);
        if (is_error(args[i])) {
            return false;
        }
    }
    if (!native_enter(thread)) {
        return false;
    }
    Value result = call_value(thread, closure->function, args, count);
    native_leave(thread);
    if (is_error(result)) {
        return false;
    }
    if (!give_result(thread, type->target, result, callback->result)) {
        foreign_prefix_error(
            thread, "result of the callback `%s`: ", str_text(thread, closure->declaration));
        return false;
    }
    return true;
}

// onerror(exception) may give the result; false: it has not.
static bool ask_on_error(Thread *thread, void *context) {
    const Callback *callback = context;
    const Closure *closure = callback->closure;
    Value exception = error_take(thread);
    Value result = call_1(thread, closure->on_error, exception);
    return !is_error(result) && (is_none(result) || give_result(thread, closure->type->target,
                                                                result, callback->result));
}

static void give_error_result(Thread *thread, const Callback *callback) {
    CType *type = callback->closure->type->target;
    memset(callback->result, 0, result_size(type));
    if (!is_none(callback->closure->error)) {
        give_result(thread, type, callback->closure->error, callback->result);
    }
}

// Run it; the exception that nobody wanted, or UNDEFINED.
static Value run_callback(Thread *thread, Callback *callback) {
    Value before = error_take(thread);
    bool fine = run_guarded(thread, run, callback);
    if (!fine) {
        Value raised = thread->exception;
        thread->exception = VALUE_UNDEFINED;
        give_error_result(thread, callback);
        thread->exception = raised;
    }
    if (!fine && !is_none(callback->closure->on_error)) {
        fine = run_guarded(thread, ask_on_error, callback);
    }
    Value raised = fine ? VALUE_UNDEFINED : error_take(thread);
    thread->exception = before;
    return raised;
}

// ---- What cannot go on ----

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...) {
    char text[600];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fflush(NULL);
    length = length < (int)sizeof text ? length : (int)sizeof text - 1;
    if (write(STDERR_FILENO, text, (size_t)length) < 0) {
        abort();
    }
    abort();
}

__attribute__((noreturn)) static void die_of_absence(const Box *box) {
    die("mini: C called the callback `%.300s`, which is no longer there: keep what ffi.callback() "
        "gave as long as C may call it\n",
        box->declaration);
}

// Holding the GIL: the object, which cannot go any more.
static Closure *need_closure(const Box *box) {
    if (box->live == NULL) {
        die_of_absence(box);
    }
    return box->live;
}

// ---- Called by a call of ours ----

static void run_inside(ForeignPlace *place, const Box *box, Callback *callback) {
    ForeignCall *call = place->call;
    Thread *thread = call->thread;
    PublishedStack published = thread->core.stack;
    int kept_errno = errno, *saved = foreign_errno(place, thread);
    place->call = NULL;
    if (!call->holds_gil) {
        calling_end(&thread->core, &call->region);
    }
    *saved = kept_errno;
    if (box->live == NULL) {
        place->call = call; // which the report of the end is to name
    }
    callback->closure = need_closure(box);
    if (is_undefined(call->raised)) {
        call->raised = run_callback(thread, callback);
    } else {
        give_error_result(thread, callback);
    }
    kept_errno = *saved;
    if (!call->holds_gil) {
        thread->core.stack = published; // of the frame that called C
        calling_begin_published(&thread->core, &call->region, call->shown);
    }
    place->call = call;
    errno = kept_errno;
}

// ---- Called by a thread of C ----

static void see_off(void *argument) {
    Thread *thread = argument;
    gil_acquire(&thread->core);
    thread_handle_visitor_ends(thread);
    visit_end(thread);
}

static Thread *come_in(ForeignPlace *place, Graveyard *graveyard) {
    if (place->visitor != NULL) {
        gil_acquire(&place->visitor->core);
        return place->visitor;
    }
    char name[THREAD_NAME_SIZE];
    snprintf(name, sizeof name, "C thread");
    Thread *thread = visit_begin(graveyard->interpreter, name);
    if (thread == NULL) {
        die("mini: no memory for a thread that calls back\n");
    }
    place->visitor = thread;
    pthread_setspecific(graveyard->visitors, thread);
    return thread;
}

static void run_visitor(ForeignPlace *place, const Box *box, Callback *callback) {
    Graveyard *graveyard = box->graveyard;
    Runtime *runtime = &graveyard->interpreter->runtime;
    int kept_errno = errno;
    if (!schedule_is_free(&runtime->schedule)) {
        die("mini: the callback `%.300s` was called by a thread that C has started, which no "
            "schedule (--schedule=) can control\n",
            box->declaration);
    }
    RuntimeThread *main_thread = atomic_load(&runtime->signals.main);
    if (main_thread != NULL && pthread_equal(main_thread->os_thread, pthread_self())) {
        die("mini: the callback `%.300s` was called while Mini was running, as a handler of "
            "signals is; the module signal can do that\n",
            box->declaration);
    }
    Thread *thread = come_in(place, graveyard);
    callback->closure = need_closure(box);
    Value raised = run_callback(thread, callback);
    if (!is_undefined(raised)) {
        unraisable_report(thread, raised, "Exception ignored in a callback from C",
                          callback->closure->function);
    }
    thread->core.stack.low = NULL; // nothing of this stack is ours until it calls again
    gil_release(&thread->core, GIL_CAUSE_CALL);
    errno = kept_errno;
}

// ---- Where C arrives ----

static void arrive(ffi_cif *cif, void *result, void **arguments, void *context) {
    (void)cif;
    Box *box = context;
    ForeignPlace *place = foreign_place();
    Callback callback = {NULL, result, arguments};
    if (place->call != NULL) {
        run_inside(place, box, &callback);
    } else {
        run_visitor(place, box, &callback);
    }
}

uint64_t foreign_closure_arrive(void *context, uint64_t *registers) {
    uint64_t result = 0;
    void *places[ENTRY_REGISTERS];
    for (size_t i = 0; i < ENTRY_REGISTERS; i++) {
        places[i] = &registers[i];
    }
    arrive(NULL, &result, places, context);
    return result;
}

static void arrive_too_late(ffi_cif *cif, void *result, void **arguments, void *context) {
    (void)cif;
    (void)result;
    (void)arguments;
    die_of_absence(context);
}

// ---- Life and death ----

static void free_box(Box *box) {
    if (box->closure != NULL) {
        ffi_closure_free(box->closure);
    } else if (box->code != NULL) {
        foreign_entry_give_back(box->entry);
    }
    free(box->declaration);
    free(box);
}

static void bury(Graveyard *graveyard, Box *box) {
    box->live = NULL;
    if (box->closure != NULL) {
        ffi_prep_closure_loc(box->closure, &graveyard->nothing, arrive_too_late, box, box->code);
    }
    *(graveyard->last ? &graveyard->last->next : &graveyard->first) = box;
    graveyard->last = box;
    if (++graveyard->count > BOXES_KEPT) {
        Box *oldest = graveyard->first;
        graveyard->first = oldest->next;
        graveyard->count--;
        free_box(oldest);
    }
}

static void closure_finalize(Interpreter *interpreter, Object *object) {
    Closure *closure = (Closure *)object;
    if (closure->box != NULL) {
        park_expect_outside(&interpreter->runtime, -1);
        closure->box->graveyard->living--;
        bury(closure->box->graveyard, closure->box);
        closure->box = NULL;
    }
}

static void closure_trace(Marker *marker, Object *object) {
    const Closure *closure = (const Closure *)object;
    mark_object(marker, closure->type);
    mark_object(marker, closure->declaration);
    mark_value(marker, closure->function);
    mark_value(marker, closure->error);
    mark_value(marker, closure->on_error);
    mark_buffer(marker, closure->parameters);
}

const TypeSpec foreign_closure_spec = {
    .name = "ffi.Closure",
    .doc = "A function of Mini as C sees it.",
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Closure),
    .slots = {.trace = closure_trace, .finalize = closure_finalize},
};

Graveyard *foreign_graveyard_new(Thread *thread) {
    Graveyard *graveyard = calloc(1, sizeof *graveyard);
    if (graveyard == NULL || pthread_key_create(&graveyard->visitors, see_off) != 0) {
        free(graveyard);
        return NULL;
    }
    graveyard->interpreter = thread->interpreter;
    ffi_prep_cif(&graveyard->nothing, FFI_DEFAULT_ABI, 0, &ffi_type_void, NULL);
    return graveyard;
}

void foreign_graveyard_leave(Graveyard *graveyard) {
    if (graveyard != NULL && graveyard->count == 0 && graveyard->living == 0) {
        pthread_key_delete(graveyard->visitors);
        free(graveyard);
    }
}

// Only whole numbers and pointers, and few of them.
static bool fits_entry(const CType *type) {
    bool fits = type->length <= INTEGER_REGISTERS && type->target->kind != C_FLOAT &&
                !foreign_is_record(type->target);
    for (int64_t i = 0; fits && i < type->length; i++) {
        fits = type->parameters[i]->kind != C_FLOAT && !foreign_is_record(type->parameters[i]);
    }
    return fits;
}

static bool prepare_box(Box *box, size_t count, ffi_type *result) {
    box->closure = ffi_closure_alloc(sizeof(ffi_closure), &box->code);
    return box->closure != NULL &&
           ffi_prep_cif(&box->cif, FFI_DEFAULT_ABI, (unsigned)count, result, box->arguments) ==
               FFI_OK &&
           ffi_prep_closure_loc(box->closure, &box->cif, arrive, box, box->code) == FFI_OK;
}

// A box whose code leads to `closure`; NULL: no memory.
static Box *make_box(const Closure *closure, const char *text, ffi_type *result) {
    size_t count = (size_t)closure->type->length;
    Box *box = calloc(1, sizeof *box + (count + 1) * sizeof(ffi_type *));
    if (box == NULL) {
        return NULL;
    }
    memcpy(box->arguments, closure->parameters, count * sizeof(ffi_type *));
    box->declaration = strdup(text);
    if (box->declaration != NULL && fits_entry(closure->type)) {
        box->code = (void *)foreign_entry_take(box, &box->entry);
    }
    if (box->declaration == NULL || (box->code == NULL && !prepare_box(box, count, result))) {
        free_box(box);
        return NULL;
    }
    return box;
}

static bool can_be_made(Thread *thread, const CType *type, Str *declaration) {
    const char *why = type->is_variadic                      ? "'...' is not possible there"
                      : type->length > FOREIGN_MAX_ARGUMENTS ? "it has too many parameters"
                                                             : NULL;
    return why == NULL || raise_false(thread, ERROR_TypeError, "no callback for `%s`: %s",
                                      str_text(thread, declaration), why);
}

Value foreign_closure_new(Thread *thread, CType *type, Str *declaration, Value function,
                          Value error, Value onerror) {
    ForeignState *state = type->state;
    _Alignas(16) char ignored[RESULT_SIZE];
    if (!can_be_made(thread, type, declaration)) {
        return VALUE_ERROR;
    }
    if (!is_none(error) && !foreign_is_record(type->target) &&
        !give_result(thread, type->target, error, ignored)) {
        foreign_prefix_error(thread,
                             "error= of the callback `%s`: ", str_text(thread, declaration));
        return VALUE_ERROR;
    }
    ffi_type *result =
        type->target->kind == C_VOID ? &ffi_type_void : foreign_type_describe(thread, type->target);
    ffi_type **parameters = result ? foreign_call_parameters(thread, type) : NULL;
    if (parameters == NULL) {
        return VALUE_ERROR;
    }
    const char *text = str_text(thread, declaration);
    CType *pointer = foreign_type_pointer(thread, type, false);
    Closure *closure = object_new(thread, state->closure_type);
    closure->type = type;
    closure->declaration = declaration;
    closure->function = function;
    closure->error = error;
    closure->on_error = onerror;
    closure->parameters = parameters;
    heap_add_finalizer(thread_heap(thread), &closure->object);
    Value made = foreign_data_new(thread, pointer, NULL, value_object(closure));
    closure->box = make_box(closure, text, result);
    if (closure->box == NULL) {
        return raise_error(thread, ERROR_MemoryError, "no memory for a callback");
    }
    closure->box->live = closure;
    closure->box->graveyard = state->graveyard;
    as_cdata(made)->data = closure->box->code;
    state->graveyard->living++;
    park_expect_outside(&thread->interpreter->runtime, 1);
    foreign_crash_watch();
    return made;
}
