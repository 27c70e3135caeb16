// SPDX-License-Identifier: MIT
//
// The hot half of ThreadPoolExecutor: handing a task over, and the worker's loop. Starting workers
// and sending them home is in futures_thread.mini.
//
// Three objects. A WorkItem is a call and the future of its result. A Crew is the queue of a pool
// and how many of its workers have nothing to do; it is what the workers hold, not the pool, so a
// pool that nobody has any more is collected, and then its workers go. ThreadPool is the native
// base of the executor: its submit() is one step that no other thread can get between, where
// CPython takes two locks.
//
// Under a schedule (mini --schedule, mini explore) the loop and the putting are those written in
// Mini: there the order of each step is chosen, and a loop in C would be one step.
//
// The queue is an ordinary SimpleQueue: put() wakes a worker and goes on, so a thread that submits
// a thousand tasks is not interrupted by the workers, and a worker that runs a thousand tasks is
// not parked in between.
#include "futures_parts.h"

#include "call.h"
#include "dict.h"
#include "execute.h"
#include "operations.h"
#include "queue_module.h"
#include "str.h"
#include "tuple.h"
#include "type.h"
#include "waiting.h"

#include <string.h>

typedef struct WorkItem {
    Object object;
    Value future; // a Future
    Value function;
    Value args;   // tuple
    Value kwargs; // dict, or None for none
} WorkItem;

typedef struct Crew {
    Object object;
    uint64_t idle; // workers that wait for a task
    Value queue;   // a SimpleQueue
} Crew;

typedef struct ThreadPool {
    Object object;
    uint64_t is_shut_down;
    uint64_t room; // how many more workers may be started
    Value crew;    // a Crew, or None before it is set
    Value broken;  // why it cannot work any more, or False
} ThreadPool;

static WorkItem *as_item(Value v) {
    return (WorkItem *)as_object(v);
}
static Crew *as_crew(Value v) {
    return (Crew *)as_object(v);
}
static ThreadPool *as_pool(Value v) {
    return (ThreadPool *)as_object(v);
}

// ---- A call, and the future of its result ----

static Value call_named(Thread *thread, const WorkItem *item) {
    const Tuple *args = as_tuple(item->args);
    Dict *kwargs = as_dict(item->kwargs);
    size_t total = args->length + kwargs->length, position = 0;
    Value *all = heap_allocate(thread_heap(thread), CELL_BUFFER, total * sizeof(Value));
    Tuple *names = tuple_new(thread, kwargs->length);
    values_copy(all, args->items, args->length);
    for (size_t i = 0; i < names->length; i++) {
        dict_next(kwargs, &position, &names->items[i], &all[args->length + i]);
    }
    return call_with_keywords(thread, item->function, all, total, names);
}

static Value call_item(Thread *thread, const WorkItem *item) {
    enum { FEW = 8 };
    const Tuple *args = as_tuple(item->args);
    if (is_dict(item->kwargs) && as_dict(item->kwargs)->length > 0) {
        return call_named(thread, item);
    }
    Value few[FEW], *all = few;
    if (args->length > FEW) {
        all = heap_allocate(thread_heap(thread), CELL_BUFFER, args->length * sizeof(Value));
    }
    values_copy(all, args->items, args->length);
    return call_value(thread, item->function, all, args->length);
}

typedef struct Running {
    WorkItem *item;
    Value result;
} Running;

static bool call_running(Thread *thread, void *context) {
    Running *running = context;
    running->result = call_item(thread, running->item);
    return !is_error(running->result);
}

// Call, and settle the future, also when memory runs out in the call: somebody waits for it. The
// item forgets what it called: its queue may not yet.
static Value run_item(Thread *thread, WorkItem *item) {
    Future *future = (Future *)as_object(item->future);
    int may = concurrent_future_begin_here(thread, future);
    if (may <= 0) {
        return may < 0 ? VALUE_ERROR : VALUE_NONE;
    }
    Running running = {.item = item};
    bool failed = !run_guarded(thread, call_running, &running);
    item->function = item->args = item->kwargs = VALUE_NONE;
    return concurrent_future_finish(thread, future, failed,
                                    failed ? error_take(thread) : running.result);
}

static Value run_method(Thread *thread, Value *args) {
    const WorkItem *item = as_item(args[0]);
    if (!is_tuple(item->args)) {
        return raise_error(thread, ERROR_RuntimeError, "this work has been done");
    }
    return run_item(thread, as_item(args[0]));
}

static Value item_init(Thread *thread, Value *args) {
    WorkItem *item = as_item(args[0]);
    if (!is_concurrent_future(thread, args[1])) {
        return raise_error(thread, ERROR_TypeError, "a future is needed, not %s",
                           type_name(thread, args[1]));
    }
    if (!is_tuple(args[3]) || !is_dict(args[4])) {
        return raise_error(thread, ERROR_TypeError, "a tuple and a dict of arguments are needed");
    }
    item->future = args[1];
    item->function = args[2];
    item->args = args[3];
    item->kwargs = args[4];
    return VALUE_NONE;
}

static Value item_construct(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    WorkItem *item = object_new(thread, as_type(callee));
    item->future = item->function = item->args = item->kwargs = VALUE_NONE;
    return value_object(item);
}

static void item_trace(Marker *marker, Object *object) {
    const WorkItem *item = (const WorkItem *)object;
    mark_value(marker, item->future);
    mark_value(marker, item->function);
    mark_value(marker, item->args);
    mark_value(marker, item->kwargs);
}

#define ITEM_FIELD(name)                                                                           \
    static Value get_item_##name(Thread *thread, Value self) {                                     \
        (void)thread;                                                                              \
        return as_item(self)->name;                                                                \
    }
ITEM_FIELD(future)
ITEM_FIELD(function)
ITEM_FIELD(args)
ITEM_FIELD(kwargs)

static const NativeSpec item_methods[] = {
    NATIVE("__init__", item_init, "(self, future, fn, args, kwargs)", "A call to be made."),
    NATIVE("run", run_method, "(self)", "Make the call, and settle the future."),
    NATIVE_END,
};
static const GetSetSpec item_getsets[] = {
    GETSET("future", get_item_future, NULL, "The future of the result."),
    GETSET("fn", get_item_function, NULL, "What is called."),
    GETSET("args", get_item_args, NULL, "With what."),
    GETSET("kwargs", get_item_kwargs, NULL, "With what by name."),
    GETSET_END,
};
const TypeSpec work_item_type_spec = {
    .name = "_WorkItem",
    .module = "concurrent.futures.thread",
    .doc = "A call and the future of its result.",
    .flags = TYPE_HAS_INIT | TYPE_FINAL,
    .size = sizeof(WorkItem),
    .slots = {.construct = item_construct, .trace = item_trace},
    .methods = item_methods,
    .getsets = item_getsets,
};

// ---- The workers ----

// The collector looks for addresses on the stacks of threads, and one that waits may do so for
// long: let nothing of the last task lie where the wait will be.
__attribute__((noinline)) static void clear_stack_below(void) {
    enum { DEPTH = 4096 };
    char room[DEPTH];
    memset(room, 0, sizeof room);
    __asm__ volatile("" : : "r"(room) : "memory");
}

static Value next_item(Thread *thread, Crew *crew) {
    Value item = queue_try_get(thread, crew->queue);
    if (is_undefined(item)) {
        crew->idle++;
        clear_stack_below();
        item = queue_get(thread, crew->queue);
    }
    return item;
}

__attribute__((noinline)) static Value run_next(Thread *thread, Value crew) {
    Value item = next_item(thread, as_crew(crew));
    if (is_error(item) || is_none(item)) {
        return item;
    }
    Value done = library_is_late(thread, item, LATE_WorkItem)
                     ? run_item(thread, as_item(item))
                     : call_method(thread, item, str_intern_c(thread, "run"), NULL, 0);
    return is_error(done) ? done : VALUE_TRUE;
}

static Value work_method(Thread *thread, Value *args) {
    for (;;) {
        Value done = run_next(thread, args[0]);
        if (!is_true(done)) {
            return done;
        }
        if (!thread_safepoint(thread)) {
            return VALUE_ERROR;
        }
    }
}

static Value note_idle_method(Thread *thread, Value *args) {
    (void)thread;
    as_crew(args[0])->idle++;
    return VALUE_NONE;
}

static Value crew_init(Thread *thread, Value *args) {
    if (!is_simple_queue(args[1])) {
        return raise_error(thread, ERROR_TypeError, "a SimpleQueue is needed, not %s",
                           type_name(thread, args[1]));
    }
    as_crew(args[0])->queue = args[1];
    return VALUE_NONE;
}

static Value crew_construct(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    if (keywords != NULL || count != 1) {
        return raise_error(thread, ERROR_TypeError, "Crew() takes one argument");
    }
    Value all[] = {value_object(object_new(thread, as_type(callee))), args[0]};
    as_crew(all[0])->queue = VALUE_NONE;
    return is_error(crew_init(thread, all)) ? VALUE_ERROR : all[0];
}

static void crew_trace(Marker *marker, Object *object) {
    mark_value(marker, ((const Crew *)object)->queue);
}

static const NativeSpec crew_methods[] = {
    NATIVE("work", work_method, "(self)", "Do what is in the queue, until it gives None."),
    NATIVE("note_idle", note_idle_method, "(self)", "Another worker has nothing to do."),
    NATIVE_END,
};
const TypeSpec crew_type_spec = {
    .name = "_futures.Crew",
    .doc = "The queue of a pool, and its workers that have nothing to do.",
    .flags = TYPE_SYNC | TYPE_FINAL,
    .size = sizeof(Crew),
    .slots = {.construct = crew_construct, .trace = crew_trace},
    .methods = crew_methods,
};

// ---- The pool ----

// _refuse() raises, unless only the crew is missing: then nobody has called __init__.
static bool check_open(Thread *thread, Value self) {
    const ThreadPool *pool = as_pool(self);
    bool has_crew = is_object(pool->crew);
    if (has_crew && !pool->is_shut_down && is_false(pool->broken)) {
        return true;
    }
    return !is_error(call_method(thread, self, str_intern_c(thread, "_refuse"), NULL, 0)) &&
           (has_crew || raise_false(thread, ERROR_RuntimeError, "__init__() not called"));
}

// Under a schedule by code in Mini, whose steps can be seen.
static bool hand_over(Thread *thread, Value self, Value item) {
    if (!schedule_is_free(&thread->interpreter->runtime.schedule)) {
        Str *name = str_intern_c(thread, "_hand_over");
        return !is_error(call_method(thread, self, name, &item, 1));
    }
    queue_put(thread, as_crew(as_pool(self)->crew)->queue, item);
    return true;
}

static Value submit_method(Thread *thread, Value *args) {
    ThreadPool *pool = as_pool(args[0]);
    if (!check_open(thread, args[0])) {
        return VALUE_ERROR;
    }
    WorkItem *item = object_new(thread, library_late_type(thread, LATE_WorkItem));
    item->future = item->kwargs = VALUE_NONE;
    item->function = args[1];
    item->args = args[2];
    if (as_dict(args[3])->length > 0) {
        item->kwargs = args[3];
    }
    Value future = item->future = value_object(concurrent_future_new(thread));
    Crew *crew = as_crew(pool->crew);
    if (!hand_over(thread, args[0], value_object(item))) {
        return VALUE_ERROR;
    }
    if (crew->idle > 0) {
        crew->idle--;
    } else if (pool->room > 0 &&
               is_error(call_method(thread, args[0], str_intern_c(thread, "_adjust_thread_count"),
                                    NULL, 0))) {
        return VALUE_ERROR;
    }
    return future;
}

static Value get_shut_down(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_pool(self)->is_shut_down);
}
static bool set_shut_down(Thread *thread, Value self, Value v) {
    int truth = operation_truth(thread, v);
    as_pool(self)->is_shut_down = truth > 0;
    return truth >= 0;
}
static Value get_broken(Thread *thread, Value self) {
    (void)thread;
    return as_pool(self)->broken;
}
static bool set_broken(Thread *thread, Value self, Value v) {
    (void)thread;
    as_pool(self)->broken = v;
    return true;
}
static Value get_crew(Thread *thread, Value self) {
    (void)thread;
    return as_pool(self)->crew;
}
static bool set_crew(Thread *thread, Value self, Value v) {
    if (!library_is_late(thread, v, LATE_Crew)) {
        return raise_false(thread, ERROR_TypeError, "a Crew is needed");
    }
    as_pool(self)->crew = v;
    return true;
}
static Value get_room(Thread *thread, Value self) {
    (void)thread;
    return value_small_int((int64_t)as_pool(self)->room);
}
static bool set_room(Thread *thread, Value self, Value v) {
    int64_t room;
    if (!operation_index_clamped(thread, v, &room)) {
        return false;
    }
    as_pool(self)->room = room < 0 ? 0 : room > INT32_MAX ? INT32_MAX : (uint64_t)room;
    return true;
}

static Value pool_construct(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    ThreadPool *pool = object_new(thread, as_type(callee));
    pool->crew = VALUE_NONE;
    pool->broken = VALUE_FALSE;
    return value_object(pool);
}

static void pool_trace(Marker *marker, Object *object) {
    mark_value(marker, ((const ThreadPool *)object)->crew);
    mark_value(marker, ((const ThreadPool *)object)->broken);
}

static Value pool_init(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return VALUE_NONE;
}

static const NativeSpec pool_methods[] = {
    {"__init__", pool_init, "(self)", "For the class that is derived from it.", NATIVE_WORDS},
    {"submit", submit_method, "(self, fn, /, *args, **kwargs)",
     "Have a worker call fn(*args, **kwargs); return the Future of its result.", NATIVE_WORDS},
    {0},
};
static const GetSetSpec pool_getsets[] = {
    GETSET("_shutdown", get_shut_down, set_shut_down, "Whether it takes no more tasks."),
    GETSET("_broken", get_broken, set_broken, "Why it cannot work any more, or False."),
    GETSET("_crew", get_crew, set_crew, "The queue, and who is idle."),
    GETSET("_room", get_room, set_room, "How many more workers may be started."),
    GETSET_END,
};
static const TypeSpec pool_type_spec = {
    .name = "_futures.ThreadPool",
    .doc = "What is native of a ThreadPoolExecutor.",
    .flags = TYPE_SYNC | TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT | TYPE_WEAK,
    .size = sizeof(ThreadPool),
    .slots = {.construct = pool_construct, .trace = pool_trace},
    .methods = pool_methods,
    .getsets = pool_getsets,
};

void pool_add_types(Thread *thread, Module *module) {
    module_add(thread, module, "WorkItem", value_object(library_late_type(thread, LATE_WorkItem)));
    module_add(thread, module, "Crew", value_object(library_late_type(thread, LATE_Crew)));
    module_add_type(thread, module, &pool_type_spec, NULL);
}
