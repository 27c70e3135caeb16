// SPDX-License-Identifier: MIT
//
// Task: a coroutine that the loop goes on with whenever what it waits for is there.
//
// A step resumes the coroutine, which runs until it ends or gives something up:
//   a Future (by `await`)  the task is entered there, and is woken when that is done;
//   None (a bare yield)    the task goes to the end of the ready queue;
//   anything else          is a mistake, thrown into the coroutine at its next step.
// So while a task is not done it is in one of three places: in a future's callbacks (`awaited`), in
// the ready queue, or under way.
//
// cancel() never stops a coroutine by force. It cancels what the task waits for, which wakes the
// task with CancelledError; if it waits for nothing, the next step throws the error (MUST_CANCEL).
// The coroutine may catch it. `cancels` counts the requests, so that timeouts and task groups can
// tell their own from others'. CPython's counterpart: Lib/asyncio/tasks.py.
#include "aio_task.h"

#include "aio_loop.h"
#include "arguments.h"
#include "attribute.h"
#include "call.h"
#include "code.h"
#include "contextvars.h"
#include "exception.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"
#include "working_text.h"

bool is_task(Thread *thread, Value v) {
    return is_instance_of(v, aio_state(thread)->task_type);
}

static bool is_done(const Task *task) {
    return task->future.state != FUTURE_PENDING;
}

// ---- Birth ----

static Task *task_new(Thread *thread, Type *type) {
    Task *task = (Task *)future_new(thread, type);
    task->coroutine = task->name = task->awaited = VALUE_NONE;
    task->context = VALUE_UNDEFINED;
    return task;
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    return value_object(task_new(thread, as_type(callee)));
}

// What may be a task: a coroutine, or what a program has written to be one.
static int is_coroutine(Thread *thread, Value v) {
    if (coroutine_is_native(thread, v)) {
        return (((Generator *)as_object(v))->frame.code->flags & CODE_COROUTINE) != 0;
    }
    Value answer = aio_call_mini(thread, "asyncio.coroutines", "iscoroutine", &v, 1);
    return is_error(answer) ? -1 : operation_truth(thread, answer);
}

static bool check_coroutine(Thread *thread, Value v) {
    int fits = is_coroutine(thread, v);
    return fits > 0 ||
           (fits == 0 && raise_false(thread, ERROR_TypeError, "a coroutine was expected, got %s",
                                     aio_repr(thread, v)));
}

static bool name_task(Thread *thread, Task *task, Value name) {
    if (is_none(name) || is_undefined(name)) {
        task->name = value_small_int((int64_t)++aio_state(thread)->tasks_named);
        return true;
    }
    Str *text = is_exactly(name, LAYOUT_STR) ? as_str(name) : operation_str(thread, name);
    task->name = text == NULL ? VALUE_NONE : value_object(text);
    return text != NULL;
}

static bool fill(Thread *thread, Task *task, Value coroutine, Value name, Value context) {
    task->coroutine = coroutine;
    task->context = is_undefined(context) || is_none(context) ? context_snapshot(thread) : context;
    task->awaited = VALUE_NONE;
    future_mark(&task->future, TASK_LOG_DESTROY);
    return name_task(thread, task, name);
}

// Make it ready for its first step.
static bool begin(Thread *thread, Task *task) {
    if (!loop_schedule(thread, task->future.loop, value_object(task), VALUE_NONE)) {
        aio_drop_task(thread, task);
        return false;
    }
    task_list(thread, task);
    return true;
}

Task *task_create(Thread *thread, Value loop, Value coroutine, Value name, Value context) {
    Task *task = task_new(thread, aio_state(thread)->task_type);
    bool good = future_open(thread, &task->future, loop) && check_coroutine(thread, coroutine) &&
                fill(thread, task, coroutine, name, context) && begin(thread, task);
    return good ? task : NULL;
}

static bool run_step(Thread *thread, Task *task, Value exception);

// The first step at once, inside whoever makes the task.
static bool start_eagerly(Thread *thread, Task *task) {
    Value self = value_object(task), loop = task->future.loop, outer;
    Value previous = task_swap_current(thread, loop, self);
    if (is_error(previous)) {
        return false;
    }
    AioState *state = aio_state(thread);
    if (is_undefined(state->eager_tasks)) {
        state->eager_tasks = value_object(list_new(thread, 4));
    }
    list_append(thread, as_list(state->eager_tasks), self);
    bool good = context_enter(thread, task->context, &outer);
    if (good) {
        good = run_step(thread, task, VALUE_UNDEFINED);
        task->context = context_leave(thread, outer);
    }
    List *eager = as_list(state->eager_tasks);
    int64_t at = list_find(thread, eager, 0, eager->length, self);
    if (at >= 0) {
        list_remove_at(thread, eager, (size_t)at);
    }
    Value error = good ? VALUE_UNDEFINED : error_take(thread);
    bool back = !is_error(task_swap_current(thread, loop, previous));
    if (!good) {
        thread->exception = error;
    }
    if (is_done(task)) {
        task->coroutine = VALUE_NONE;
    } else {
        task_list(thread, task);
    }
    return good && back;
}

static int wants_eager(Thread *thread, const Task *task, Value eager_start) {
    int eager = is_undefined(eager_start) ? 0 : operation_truth(thread, eager_start);
    return eager <= 0 ? eager : loop_is_running_now(thread, task->future.loop);
}

// args: self, coro, loop, name, context, eager_start
static Value init_method(Thread *thread, Value *args) {
    Task *task = as_task(args[0]);
    if (!future_open(thread, &task->future, args[2]) || !check_coroutine(thread, args[1]) ||
        !fill(thread, task, args[1], args[3], args[4])) {
        return VALUE_ERROR;
    }
    int eager = wants_eager(thread, task, args[5]);
    if (eager < 0) {
        return VALUE_ERROR;
    }
    if (eager) {
        return start_eagerly(thread, task) ? VALUE_NONE : VALUE_ERROR;
    }
    return begin(thread, task) ? VALUE_NONE : VALUE_ERROR;
}

// ---- The outcome of a step ----

static void end(Thread *thread, Task *task) {
    task_unlist(aio_state(thread), task);
    task->awaited = VALUE_NONE;
}

static bool returned(Thread *thread, Task *task, Value result) {
    end(thread, task);
    if (task->future.flags & TASK_MUST_CANCEL) {
        future_unmark(&task->future, TASK_MUST_CANCEL);
        return future_cancel(thread, &task->future, task->future.detail) >= 0;
    }
    return future_complete(thread, &task->future, FUTURE_FINISHED, result);
}

static bool raised(Thread *thread, Task *task) {
    Value error = error_take(thread);
    if (exception_is(thread, error, ERROR_StopIteration)) {
        return returned(thread, task, as_exception(error)->fields[STOP_ITERATION_VALUE]);
    }
    end(thread, task);
    if (aio_is_cancelled_error(thread, error)) {
        task->future.detail = VALUE_NONE;
        return future_complete(thread, &task->future, FUTURE_CANCELLED, error);
    }
    bool good = future_fail(thread, &task->future, error);
    if (good && aio_ends_loop(thread, error)) {
        thread->exception = error;
        return false;
    }
    return good;
}

// What the coroutine gave up can not be waited for: the next step throws RuntimeError.
static bool refuse(Thread *thread, Task *task, Str *message) {
    if (message == NULL) {
        return false;
    }
    Value error = value_object(exception_new(thread, ERROR_RuntimeError, message));
    return loop_schedule(thread, task->future.loop, value_object(task), error);
}

static Str *two_reprs(Thread *thread, const char *format, Value a, Value b) {
    Str *left = operation_repr(thread, a);
    Str *right = left == NULL ? NULL : operation_repr(thread, b);
    if (right == NULL) {
        return NULL;
    }
    WorkingText working;
    StringBuilder *out = working_text_begin(thread, &working);
    sb_printf(out, format, str_text(thread, left), str_text(thread, right));
    Str *text = str_new_utf8(thread, out->data, out->length);
    working_text_end(thread, &working);
    return text;
}

static bool refuse_future(Thread *thread, Task *task, Value v, bool is_blocking) {
    Value self = value_object(task);
    if (!is_blocking) {
        return refuse(
            thread, task,
            two_reprs(thread, "yield was used instead of yield from in task %s with %s", self, v));
    }
    if (value_same(self, v)) {
        return refuse(
            thread, task,
            str_format(thread, "Task cannot await on itself: %s", aio_repr(thread, self)));
    }
    return refuse(thread, task,
                  two_reprs(thread, "Task %s got Future %s attached to a different loop", self, v));
}

static bool cancel_awaited(Thread *thread, Task *task) {
    if (!(task->future.flags & TASK_MUST_CANCEL)) {
        return true;
    }
    int done = future_cancel_any(thread, task->awaited, task->future.detail);
    if (done > 0) {
        future_unmark(&task->future, TASK_MUST_CANCEL);
    }
    return done >= 0;
}

// What duck-types as a future: `_asyncio_future_blocking` is there.
static bool wait_for_other(Thread *thread, Task *task, Value v, Value blocking) {
    Value loop = aio_call_mini(thread, "asyncio.futures", "_get_loop", &v, 1);
    int is_blocking = is_error(loop) ? -1 : operation_truth(thread, blocking);
    if (is_blocking < 0) {
        return false;
    }
    bool is_ours = value_same(loop, task->future.loop);
    if (!is_ours || !is_blocking || value_same(v, value_object(task))) {
        return refuse_future(thread, task, v, !is_ours || is_blocking);
    }
    Str *name = str_intern_c(thread, "_asyncio_future_blocking");
    Value add = attribute_set(thread, v, name, VALUE_FALSE)
                    ? attribute_get(thread, v, str_intern_c(thread, "add_done_callback"))
                    : VALUE_ERROR;
    if (is_error(add)) {
        return false;
    }
    thread->context = context_object(thread, thread->context);
    task->context = thread->context;
    Value args[] = {
        native_bind(thread, (Native *)as_object(aio_state(thread)->wakeup), value_object(task)),
        task->context};
    Tuple *names = tuple_new(thread, 1);
    names->items[0] = value_object(str_intern_c(thread, "context"));
    if (is_error(call_with_keywords(thread, add, args, 2, names))) {
        return false;
    }
    task->awaited = v;
    return cancel_awaited(thread, task);
}

static bool wait_for(Thread *thread, Task *task, Value v) {
    Future *future = as_future(v);
    bool is_blocking = future->flags & FUTURE_BLOCKING;
    bool is_ours = value_same(future->loop, task->future.loop);
    if (!is_ours || !is_blocking || future == &task->future) {
        return refuse_future(thread, task, v, !is_ours || is_blocking);
    }
    future_unmark(future, FUTURE_BLOCKING);
    task->awaited = v;
    if (future->state != FUTURE_PENDING) {
        return loop_schedule(thread, task->future.loop, value_object(task), v);
    }
    future_add(thread, future, value_object(task));
    return cancel_awaited(thread, task);
}

// Trouble with what was given up is the coroutine's: it is thrown at the next step.
static bool throw_next(Thread *thread, Task *task) {
    Value error = error_take(thread);
    return loop_schedule(thread, task->future.loop, value_object(task), error);
}

static bool gave_up(Thread *thread, Task *task, Value v) {
    if (is_none(v)) {
        return loop_schedule(thread, task->future.loop, value_object(task), VALUE_NONE);
    }
    if (is_plain_future(thread, v)) {
        return wait_for(thread, task, v);
    }
    Str *name = str_intern_c(thread, "_asyncio_future_blocking");
    Value blocking = attribute_get_optional(thread, v, name);
    if (is_error(blocking)) {
        return throw_next(thread, task);
    }
    if (!is_undefined(blocking) && !is_none(blocking)) {
        return wait_for_other(thread, task, v, blocking) || throw_next(thread, task);
    }
    if (has_layout(v, LAYOUT_GENERATOR) && object_type(v) == builtin_type(thread, TYPE_generator)) {
        return refuse(thread, task,
                      two_reprs(thread,
                                "yield was used instead of yield from for generator in task %s "
                                "with %s",
                                value_object(task), v));
    }
    return refuse(thread, task, str_format(thread, "Task got bad yield: %s", aio_repr(thread, v)));
}

// ---- A step ----

static Value resume_native(Thread *thread, Generator *coroutine, Value exception, Value *result) {
    if (!is_undefined(exception)) {
        Thrown thrown = {exception, VALUE_UNDEFINED, VALUE_UNDEFINED};
        return generator_throw(thread, coroutine, &thrown, result);
    }
    if (coroutine->state == GENERATOR_CLOSED && coroutine->frame.code->flags & CODE_COROUTINE) {
        return raise_error(thread, ERROR_RuntimeError, "cannot reuse already awaited coroutine");
    }
    return generator_resume(thread, coroutine, VALUE_NONE, result);
}

static Value resume(Thread *thread, Value coroutine, Value exception, Value *result) {
    if (has_layout(coroutine, LAYOUT_GENERATOR)) {
        return resume_native(thread, (Generator *)as_object(coroutine), exception, result);
    }
    if (is_undefined(exception)) {
        Value none = VALUE_NONE;
        return call_method(thread, coroutine, common_name(thread, NAME_send), &none, 1);
    }
    return call_method(thread, coroutine, common_name(thread, NAME_throw), &exception, 1);
}

static bool resume_and_see(Thread *thread, Task *task, Value exception) {
    Value result = VALUE_NONE;
    Value v = resume(thread, task->coroutine, exception, &result);
    return is_undefined(v) ? returned(thread, task, result)
           : is_error(v)   ? raised(thread, task)
                           : gave_up(thread, task, v);
}

__attribute__((noinline)) static bool run_step_traced(Thread *thread, Task *task, Value exception) {
    int64_t id = aio_trace_id(value_object(task));
    uint64_t maker = thread->core.task; // of a task that starts eagerly; else 0
    thread->core.task = (uint64_t)id;
    trace(&thread->core, TRACE_TASK_STEP, id, 0);
    bool good = resume_and_see(thread, task, exception);
    trace(&thread->core, TRACE_TASK_STEP_END, id, is_done(task));
    thread->core.task = maker;
    return good;
}

// Resume the coroutine and deal with what comes out. The task is the current one.
static bool run_step(Thread *thread, Task *task, Value exception) {
    return trace_is_on(&thread->core) ? run_step_traced(thread, task, exception)
                                      : resume_and_see(thread, task, exception);
}

// The exception that this step throws: `exception`, or the one of a cancel() that came meanwhile.
static Value what_to_throw(Thread *thread, Task *task, Value exception) {
    if (!(task->future.flags & TASK_MUST_CANCEL)) {
        return exception;
    }
    future_unmark(&task->future, TASK_MUST_CANCEL);
    if (!is_undefined(exception) && aio_is_cancelled_error(thread, exception)) {
        return exception;
    }
    Value class = aio_cancelled_error(thread);
    return is_error(class)
               ? class
               : call_value(thread, class, &task->future.detail, !is_none(task->future.detail));
}

// task_enter and task_leave, quicker where all is as it should be.
static inline bool enter(Thread *thread, Value loop, Value self) {
    if (is_loop(thread, loop) && is_undefined(as_loop(loop)->current)) {
        as_loop(loop)->current = self;
        return true;
    }
    return task_enter(thread, loop, self);
}
static inline bool leave(Thread *thread, Value loop, Value self) {
    if (is_loop(thread, loop) && value_same(as_loop(loop)->current, self)) {
        as_loop(loop)->current = VALUE_UNDEFINED;
        return true;
    }
    return task_leave(thread, loop, self);
}

static bool step(Thread *thread, Task *task, Value exception) {
    Value self = value_object(task), loop = task->future.loop;
    if (is_done(task)) {
        Value shown = is_undefined(exception) ? VALUE_NONE : exception;
        aio_raise_invalid_state(thread, "__step(): already done: %s, %s", aio_repr(thread, self),
                                aio_repr(thread, shown));
        return false;
    }
    exception = what_to_throw(thread, task, exception);
    task->awaited = VALUE_NONE;
    if (is_error(exception) || !enter(thread, loop, self)) {
        return false;
    }
    bool good = run_step(thread, task, exception);
    if (good) {
        return leave(thread, loop, self);
    }
    Value error = error_take(thread);
    task_leave(thread, loop, self);
    thread->exception = error;
    return false;
}

// What the awaited future has for the coroutine: UNDEFINED, or an exception to throw.
static Value outcome_of(Thread *thread, Value future) {
    if (is_plain_future(thread, future)) {
        return future_take_exception(thread, as_future(future));
    }
    Value result = call_method(thread, future, str_intern_c(thread, "result"), NULL, 0);
    return is_error(result) ? error_take(thread) : VALUE_UNDEFINED;
}

static bool step_because(Thread *thread, Task *task, Value reason) {
    Value exception = is_undefined(reason) || is_none(reason) ? VALUE_UNDEFINED
                      : is_exception(reason)                  ? reason
                                                              : outcome_of(thread, reason);
    return !is_error(exception) && step(thread, task, exception);
}

bool task_run(Thread *thread, Task *task, Value reason) {
    Value outer;
    if (!loop_is_plain(thread, task->future.loop)) { // its call_soon() is given the context
        task->context = context_object(thread, task->context);
    }
    if (!context_enter(thread, task->context, &outer)) {
        return false;
    }
    bool good = step_because(thread, task, reason);
    task->context = context_leave(thread, outer);
    return good;
}

// ---- A step as an object, for loops and programs that want to call it ----

typedef struct StepObject {
    Object object;
    uint64_t kind; // second-word rule; always 0
    Value task;
    Value reason;
} StepObject;

Value task_step_callable(Thread *thread, Task *task, Value reason) {
    StepObject *made = object_new(thread, aio_state(thread)->step_type);
    made->task = value_object(task);
    made->reason = reason;
    return value_object(made);
}

static Value step_call(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    (void)args;
    const StepObject *made = (const StepObject *)as_object(callee);
    if (count > 0) {
        return raise_error(thread, ERROR_TypeError, "function takes no %s arguments",
                           keywords == NULL ? "positional" : "keyword");
    }
    return step_because(thread, as_task(made->task), made->reason) ? VALUE_NONE : VALUE_ERROR;
}

static void step_trace(Marker *marker, Object *self) {
    mark_value(marker, ((const StepObject *)self)->task);
    mark_value(marker, ((const StepObject *)self)->reason);
}

static Value step_self(Thread *thread, Value self) {
    (void)thread;
    return ((const StepObject *)as_object(self))->task;
}
static Value step_name(Thread *thread, Value self) {
    (void)self;
    return library_text(thread, "TaskStepMethWrapper");
}

static const GetSetSpec step_getsets[] = {
    GETSET("__self__", step_self, NULL, "The task."),
    GETSET("__qualname__", step_name, NULL, "Its name."),
    GETSET_END,
};

const TypeSpec aio_step_type_spec = {
    .name = "_asyncio.TaskStepMethWrapper",
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(StepObject),
    .slots = {.call = step_call, .trace = step_trace},
    .getsets = step_getsets,
};

static Value wakeup_method(Thread *thread, Value *args) {
    return step_because(thread, as_task(args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR;
}

const NativeSpec aio_wakeup_spec =
    NATIVE("task_wakeup", wakeup_method, "(self, future, /)", "Go on with the task.");

// ---- Methods ----

// Task.cancel. 1, 0 or -1.
static int task_cancel(Thread *thread, Task *task, Value message) {
    future_unmark(&task->future, FUTURE_LOG_TRACEBACK);
    if (is_done(task)) {
        return 0;
    }
    trace(&thread->core, TRACE_TASK_CANCEL, aio_trace_id(value_object(task)),
          (int64_t)thread->core.task);
    task->future.cancels += task->future.cancels < UINT32_MAX;
    if (!is_none(task->awaited)) {
        int done = future_cancel_any(thread, task->awaited, message);
        if (done != 0) {
            return done; // what is awaited stays: it may catch the cancellation
        }
    }
    future_mark(&task->future, TASK_MUST_CANCEL);
    task->future.detail = message;
    return 1;
}

static Value cancel_method(Thread *thread, Value *args) {
    int done = task_cancel(thread, as_task(args[0]), args[1]);
    return done < 0 ? VALUE_ERROR : value_bool(done);
}
static Value cancelling_method(Thread *thread, Value *args) {
    (void)thread;
    return value_small_int(as_task(args[0])->future.cancels);
}
static Value uncancel_method(Thread *thread, Value *args) {
    (void)thread;
    Task *task = as_task(args[0]);
    if (task->future.cancels > 0 && --task->future.cancels == 0) {
        future_unmark(&task->future, TASK_MUST_CANCEL);
    }
    return value_small_int(task->future.cancels);
}

static Value get_name_method(Thread *thread, Value *args) {
    Task *task = as_task(args[0]);
    if (is_small_int(task->name)) {
        task->name =
            value_object(str_format(thread, "Task-%lld", (long long)as_small_int(task->name)));
    }
    return task->name;
}
static Value set_name_method(Thread *thread, Value *args) {
    Str *text = operation_str(thread, args[1]);
    if (text == NULL) {
        return VALUE_ERROR;
    }
    as_task(args[0])->name = value_object(text);
    return VALUE_NONE;
}
static Value get_coro_method(Thread *thread, Value *args) {
    (void)thread;
    return as_task(args[0])->coroutine;
}
static Value get_context_method(Thread *thread, Value *args) {
    Task *task = as_task(args[0]);
    bool runs = value_same(task_current(thread, task->future.loop), args[0]);
    if (runs && (!is_object(task->context) || !is_context(thread, task->context))) {
        thread->context = context_object(thread, thread->context);
        return thread->context;
    }
    task->context = context_object(thread, task->context);
    return task->context;
}
static Value get_stack_method(Thread *thread, Value *args) {
    return aio_call_mini(thread, "asyncio.base_tasks", "_task_get_stack", args, 2);
}
static Value print_stack_method(Thread *thread, Value *args) {
    return aio_call_mini(thread, "asyncio.base_tasks", "_task_print_stack", args, 3);
}
static Value refuse_set_result(Thread *thread, Value *args) {
    (void)args;
    return raise_error(thread, ERROR_RuntimeError, "Task does not support set_result operation");
}
static Value refuse_set_exception(Thread *thread, Value *args) {
    (void)args;
    return raise_error(thread, ERROR_RuntimeError, "Task does not support set_exception operation");
}

static Value task_repr(Thread *thread, Value self) {
    return aio_call_mini(thread, "asyncio.base_tasks", "_task_repr", &self, 1);
}

static Value get_awaited(Thread *thread, Value self) {
    (void)thread;
    return as_task(self)->awaited;
}
static Value get_coroutine(Thread *thread, Value self) {
    (void)thread;
    return as_task(self)->coroutine;
}
static Value get_must_cancel(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_task(self)->future.flags & TASK_MUST_CANCEL);
}
static Value get_log_destroy(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_task(self)->future.flags & TASK_LOG_DESTROY);
}
static bool set_log_destroy(Thread *thread, Value self, Value v) {
    if (is_undefined(v)) {
        return raise_false(thread, ERROR_AttributeError, "cannot delete attribute");
    }
    int on = operation_truth(thread, v);
    (on > 0 ? future_mark : future_unmark)(&as_task(self)->future, TASK_LOG_DESTROY);
    return on >= 0;
}

static void task_trace(Marker *marker, Object *self) {
    const Task *task = (const Task *)self;
    future_trace(marker, self);
    mark_value(marker, task->coroutine);
    mark_value(marker, task->context);
    mark_value(marker, task->name);
    mark_value(marker, task->awaited);
}

static const NativeSpec task_methods[] = {
    NATIVE("__init__", init_method,
           "(self, coro, *, loop=None, name=None, context=None, eager_start=False)",
           "A task that runs the coroutine in the loop."),
    NATIVE("cancel", cancel_method, "(self, msg=None)",
           "Throw CancelledError into the coroutine at its next step."),
    NATIVE("cancelling", cancelling_method, "(self, /)", "How many requests to cancel stand."),
    NATIVE("uncancel", uncancel_method, "(self, /)", "Take a request back; how many are left."),
    NATIVE("get_name", get_name_method, "(self, /)", "Return the name."),
    NATIVE("set_name", set_name_method, "(self, value, /)", "Change the name."),
    NATIVE("get_coro", get_coro_method, "(self, /)", "Return the coroutine."),
    NATIVE("get_context", get_context_method, "(self, /)", "Return the context."),
    NATIVE("get_stack", get_stack_method, "(self, *, limit=None)",
           "The frames where the coroutine is suspended, or has failed."),
    NATIVE("print_stack", print_stack_method, "(self, *, limit=None, file=None)",
           "Print what get_stack() returns."),
    NATIVE("set_result", refuse_set_result, "(self, result, /)", "Tasks set it themselves."),
    NATIVE("set_exception", refuse_set_exception, "(self, exception, /)",
           "Tasks set it themselves."),
    NATIVE_END,
};

static const GetSetSpec task_getsets[] = {
    GETSET("_fut_waiter", get_awaited, NULL, "The future it waits for, or None."),
    GETSET("_coro", get_coroutine, NULL, "The coroutine."),
    GETSET("_must_cancel", get_must_cancel, NULL, "The next step throws CancelledError."),
    GETSET("_log_destroy_pending", get_log_destroy, set_log_destroy,
           "Whether to complain when it dies while pending."),
    GETSET_END,
};

const TypeSpec aio_task_type_spec = {
    .name = "_asyncio.Task",
    .doc = "(coro, *, loop=None, name=None, context=None, eager_start=False)\n--\n\n"
           "A coroutine that the event loop runs.",
    .layout = LAYOUT_ASYNC_STEP,
    .flags = TYPE_HAS_INIT | TYPE_HAS_ATTRIBUTES,
    .size = sizeof(Task),
    .slots = {.repr = task_repr, .construct = construct, .trace = task_trace},
    .methods = task_methods,
    .getsets = task_getsets,
};
