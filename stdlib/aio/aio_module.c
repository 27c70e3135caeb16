// SPDX-License-Identifier: MIT
//
// The module `_aio`: the native half of the event loop, put together.
//
// All that outlives a call hangs off one object, AioState, which is made when something of aio is
// first used. What is written in Mini (reprs, messages, the exceptions) is imported when it is
// needed, by name.
#include "aio_handle.h"
#include "aio_loop.h"
#include "aio_task.h"
#include "async_generator.h"
#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "exception.h"
#include "import.h"
#include "list.h"
#include "modules.h"
#include "operations.h"
#include "str.h"
#include "type.h"

#include <math.h>
#include <stdarg.h>

// ---- The state ----

static void state_trace(Marker *marker, Object *self) {
    const AioState *state = (const AioState *)self;
    Type *const types[] = {state->future_type,   state->task_type,  state->iterator_type,
                           state->callback_type, state->step_type,  state->handle_type,
                           state->timer_type,    state->ready_type, state->timers_type,
                           state->loop_type,     state->poll_type,  state->pause_type};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        mark_object(marker, types[i]);
    }
    aio_farewell_trace(marker, state);
    mark_value(marker, state->wakeup);
    mark_value(marker, state->cancelled_error);
    mark_value(marker, state->invalid_state_error);
    mark_value(marker, state->foreign_tasks);
    mark_value(marker, state->eager_tasks);
    mark_value(marker, state->foreign_current);
    mark_buffer(marker, state->running);
    for (uint64_t i = 0; i < state->running_count; i++) {
        mark_value(marker, state->running[i].loop);
    }
}

static void state_finalize(Interpreter *interpreter, Object *self) {
    (void)interpreter;
    aio_farewell_free((AioState *)self);
}

static const TypeSpec state_type_spec = {
    .name = "_aio.State",
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(AioState),
    .slots = {.trace = state_trace, .finalize = state_finalize},
};

// ---- What is written in Mini ----

// What is written in Mini: `name` of the module `module`. VALUE_ERROR with an exception set.
static Value aio_import(Thread *thread, const char *module, const char *name) {
    Value found = import_any(thread, str_from_c(thread, module));
    return is_error(found) ? found : attribute_get(thread, found, str_intern_c(thread, name));
}

Value aio_call_mini(Thread *thread, const char *module, const char *name, Value *args,
                    size_t count) {
    Value function = aio_import(thread, module, name);
    return is_error(function) ? function : call_value(thread, function, args, count);
}

static Value error_class(Thread *thread, Value *place, const char *name) {
    if (is_undefined(*place)) {
        Value class = aio_import(thread, "asyncio.exceptions", name);
        if (is_error(class)) {
            return class;
        }
        *place = class;
    }
    return *place;
}

Value aio_cancelled_error(Thread *thread) {
    return error_class(thread, &aio_state(thread)->cancelled_error, "CancelledError");
}

bool aio_is_cancelled_error(Thread *thread, Value exception) {
    Value class = aio_cancelled_error(thread);
    return !is_error(class) && is_instance_of(exception, as_type(class));
}

Value aio_raise_invalid_state(Thread *thread, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Value text = value_object(str_format_v(thread, format, args));
    va_end(args);
    Value class = error_class(thread, &aio_state(thread)->invalid_state_error, "InvalidStateError");
    Value error = is_error(class) ? class : call_1(thread, class, text);
    return is_error(error) ? error : raise_value(thread, error);
}

bool aio_ends_loop(Thread *thread, Value exception) {
    return exception_is(thread, exception, ERROR_KeyboardInterrupt) ||
           exception_is(thread, exception, ERROR_SystemExit);
}

Value aio_tell_handler(Thread *thread, Value loop, Str *message, const AioDetail *details,
                       size_t count) {
    Dict *context = dict_new(thread, count + 1);
    dict_set_str(thread, context, str_intern_c(thread, "message"), value_object(message));
    for (size_t i = 0; i < count; i++) {
        if (!is_none(details[i].value)) {
            dict_set_str(thread, context, str_intern_c(thread, details[i].key), details[i].value);
        }
    }
    Value arg = value_object(context);
    return call_method(thread, loop, str_intern_c(thread, "call_exception_handler"), &arg, 1);
}

Value aio_event_loop(Thread *thread) {
    Value loop = aio_running_loop(thread);
    if (!is_undefined(loop)) {
        return loop;
    }
    Value policy = aio_call_mini(thread, "asyncio.events", "get_event_loop_policy", NULL, 0);
    Str *name = str_intern_c(thread, "get_event_loop");
    return is_error(policy) ? policy : call_method(thread, policy, name, NULL, 0);
}

const char *aio_repr(Thread *thread, Value v) {
    Str *text = operation_repr(thread, v);
    if (text != NULL) {
        return str_text(thread, text);
    }
    error_clear(thread);
    return "<object repr() failed>";
}

// ---- PAUSE ----
//
// Each `await PAUSE` gives control up once; `await PAUSE[seconds]` for so long. An index and not an
// argument: a coroutine keeps room for the calls it makes, and there may be a hundred thousand that
// sleep.

typedef struct Pause {
    Awaiter awaiter;
    uint64_t state; // 0: not awaited yet, 1: given up, 2: ended
} Pause;

static Value pause_send(Thread *thread, Value self, Value sent, Value *result) {
    (void)thread;
    (void)sent;
    Pause *pause = (Pause *)as_object(self);
    *result = VALUE_NONE;
    return pause->state++ == 0 ? VALUE_NONE : VALUE_UNDEFINED;
}

static Value pause_next(Thread *thread, Value self) {
    Value result;
    return pause_send(thread, self, VALUE_NONE, &result);
}

static Value itself(Thread *thread, Value self) {
    (void)thread;
    return self;
}

static Value pause_new(Thread *thread, Value self) {
    (void)self;
    Pause *pause = object_new(thread, aio_state(thread)->pause_type);
    pause->awaiter.send = pause_send;
    return value_object(pause);
}

// A future of the running loop that is completed after so many seconds; or what aio.tasks has for
// loops with timers of their own.
static Value pause_get_item(Thread *thread, Value self, Value delay) {
    double seconds;
    Value is_over = operation_compare(thread, COMPARE_LE, delay, value_small_int(0));
    int truth = is_error(is_over) ? -1 : operation_truth(thread, is_over);
    if (truth != 0) {
        return truth < 0 ? VALUE_ERROR : self;
    }
    if (!operation_as_double(thread, delay, &seconds)) {
        return VALUE_ERROR;
    }
    Value loop = aio_running_loop(thread);
    Future *future =
        is_undefined(loop) || isnan(seconds) ? NULL : loop_sleep(thread, loop, seconds);
    return future != NULL ? value_object(future)
                          : aio_call_mini(thread, "asyncio.tasks", "_sleep_by_timer", &delay, 1);
}

static const TypeSpec pause_type_spec = {
    .name = "_aio.Pause",
    .doc = "Awaiting it lets all others that are ready go first; an item of it takes seconds.",
    .layout = LAYOUT_ASYNC_STEP,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Pause),
    .slots = {.iter = itself, .next = pause_next, .await = pause_new, .get_item = pause_get_item},
};

AioState *aio_make_state(Thread *thread) {
    AioState *state = object_new(thread, type_from_spec(thread, &state_type_spec, NULL));
    state->wakeup = state->cancelled_error = state->invalid_state_error = VALUE_UNDEFINED;
    state->foreign_tasks = state->eager_tasks = state->foreign_current = VALUE_UNDEFINED;
    state->future_type = type_from_spec(thread, &aio_future_type_spec, NULL);
    state->task_type = type_from_spec(thread, &aio_task_type_spec, state->future_type);
    state->iterator_type = type_from_spec(thread, &aio_future_iterator_type_spec, NULL);
    state->callback_type = type_from_spec(thread, &aio_callback_type_spec, NULL);
    state->step_type = type_from_spec(thread, &aio_step_type_spec, NULL);
    state->handle_type = type_from_spec(thread, &aio_handle_type_spec, NULL);
    state->timer_type = type_from_spec(thread, &aio_timer_handle_type_spec, state->handle_type);
    state->ready_type = type_from_spec(thread, &aio_ready_type_spec, NULL);
    state->timers_type = type_from_spec(thread, &aio_timers_type_spec, NULL);
    state->poll_type = type_from_spec(thread, &aio_poll_type_spec, NULL);
    state->pause_type = type_from_spec(thread, &pause_type_spec, NULL);
    state->loop_type = type_from_spec(thread, &aio_loop_type_spec, NULL);
    state->wakeup = native_new(thread, &aio_wakeup_spec, state->task_type, VALUE_NONE);
    library_state(thread)->aio = value_object(state);
    aio_farewell_init(thread, state);
    return state;
}

bool aio_module_init(Thread *thread, Module *module) {
    AioState *state = aio_state(thread);
    module_add(thread, module, "Future", value_object(state->future_type));
    module_add(thread, module, "Task", value_object(state->task_type));
    module_add(thread, module, "Handle", value_object(state->handle_type));
    module_add(thread, module, "TimerHandle", value_object(state->timer_type));
    module_add(thread, module, "Loop", value_object(state->loop_type));
    state->foreign_current = value_object(dict_new(thread, 0));
    state->foreign_tasks = value_object(list_new(thread, 0));
    state->eager_tasks = value_object(list_new(thread, 0));
    module_add(thread, module, "_current_tasks", state->foreign_current);
    module_add(thread, module, "_scheduled_tasks", state->foreign_tasks);
    module_add(thread, module, "_eager_tasks", state->eager_tasks);
    module_add(thread, module, "PAUSE", pause_new(thread, VALUE_NONE));
    module_add_natives(thread, module, aio_registry_functions);
    return true;
}
