// SPDX-License-Identifier: MIT
//
// The module gil, as a window: which threads are there now, what each of them waits for, which
// locks are taken and by whom.
//
// Whoever asks has the GIL, so all other threads stand still at a known place: they are parked (and
// say what for), in a call that blocks (and say which), or in line for the GIL. What they do next
// is not touched by being looked at. A lock has no list that it stands on; the heap is searched for
// locks that somebody has or waits for, which takes a moment and costs nothing while nobody asks.
//
// The words for waits are those of deadlock reports. CPython has threading.enumerate() and
// sys._current_frames(), and nothing on locks.
#include "deadlock.h"
#include "dict.h"
#include "gil_parts.h"
#include "heap.h"
#include "int.h"
#include "library.h"
#include "list.h"
#include "runtime.h"
#include "str.h"
#include "thread_lock.h"
#include "working_text.h"

static void put(Thread *thread, Dict *dict, const char *name, Value v) {
    dict_set_str(thread, dict, str_intern_c(thread, name), v);
}

// The text that has been collected, without the blank it may begin with; None for nothing.
static Value take_text(Thread *thread, const WorkingText *working) {
    const StringBuilder *text = &working->text;
    const char *start = text->length > 0 && text->data[0] == ' ' ? text->data + 1 : text->data;
    Value v = text->length == 0 ? VALUE_NONE : library_text(thread, start);
    working_text_end(thread, working);
    return v;
}

static Value place_of(Thread *thread, RuntimeThread *core) {
    WorkingText working;
    StringBuilder *text = working_text_begin(thread, &working);
    core->runtime->hooks.describe(core, text);
    return take_text(thread, &working);
}

static Value position_text(Thread *thread, CodePosition position) {
    Runtime *runtime = &thread->interpreter->runtime;
    WorkingText working;
    StringBuilder *text = working_text_begin(thread, &working);
    if (position.code)
        runtime->hooks.describe_position(runtime, position, text);
    return take_text(thread, &working);
}

static Value wait_of(Thread *thread, RuntimeThread *core) {
    WorkingText working;
    StringBuilder *text = working_text_begin(thread, &working);
    deadlock_tell_wait(core, text);
    return take_text(thread, &working);
}

// ---- Threads ----

static const char *state_of(RuntimeThread *core) {
    ThreadState state = (ThreadState)atomic_load(&core->ledger.state);
    return state < THREAD_STATE_COUNT ? ledger_state_name(state) : "starting";
}

static Value thread_as_dict(Thread *thread, RuntimeThread *core) {
    Dict *dict = dict_new(thread, 16);
    int64_t since = clock_real_now() - atomic_load(&core->ledger.since);
    put(thread, dict, "name", library_text(thread, core->name));
    put(thread, dict, "id", int_from_uint64(thread, core->id));
    put(thread, dict, "native_id", value_small_int(core->native_id));
    put(thread, dict, "daemon", value_bool(core->daemon));
    put(thread, dict, "state", library_text(thread, state_of(core)));
    put(thread, dict, "seconds", value_float((double)since / 1e9));
    put(thread, dict, "place", place_of(thread, core));
    put(thread, dict, "waits", wait_of(thread, core));
    put(thread, dict, "timed",
        value_bool(core->waiting_for && core->waiting_for->deadline != CLOCK_NEVER));
    put(thread, dict, "call",
        core->blocked_in ? library_text(thread, core->blocked_in) : VALUE_NONE);
    put(thread, dict, "locks", int_from_uint64(thread, core->locks_held));
    return value_object(dict);
}

// No thread begins or ends meanwhile: making dicts does not give the GIL away.
Value gil_threads(Thread *thread, Value *args) {
    (void)args;
    List *list = list_new(thread, 8);
    Runtime *runtime = &thread->interpreter->runtime;
    for (RuntimeThread *core = runtime->threads; core; core = core->next)
        list_append(thread, list, thread_as_dict(thread, core));
    return value_object(list);
}

// ---- Locks ----

typedef struct Found {
    Interpreter *interpreter;
    List *locks; // NULL: only count
    size_t count;
} Found;

static void note_lock(void *context, Object *object) {
    Found *found = context;
    Value v = value_object(object);
    if (!is_lock_object(v))
        return;
    const Lock *lock = &((LockObject *)object)->lock;
    if (!lock->owner.holder && wait_queue_is_empty(&lock->waiters))
        return;
    found->count++;
    if (found->locks && found->locks->length < found->locks->capacity)
        found->locks->items[found->locks->length++] = v;
}

// The locks in use, as a list. Nothing is allocated while the heap is searched.
static List *locks_in_use(Thread *thread) {
    Found found = {.interpreter = thread->interpreter};
    heap_each_object(thread_heap(thread), note_lock, &found);
    found.locks = list_new(thread, found.count + 1);
    heap_each_object(thread_heap(thread), note_lock, &found);
    return found.locks;
}

static Value waiters_of(Thread *thread, const Lock *lock) {
    List *names = list_new(thread, 4);
    for (RuntimeThread *core = lock->waiters.first; core; core = core->wait_next)
        list_append(thread, names, library_text(thread, core->name));
    return value_object(names);
}

static Value name_of(Thread *thread, const LockObject *lock) {
    const RuntimeHooks *hooks = &thread->interpreter->runtime.hooks;
    RuntimeThread *core = lock->lock.owner.holder ? lock->lock.owner.holder : &thread->core;
    WorkingText working;
    StringBuilder *text = working_text_begin(thread, &working);
    if (core->life == THREAD_RUNNING)
        hooks->describe_object(core, lock, text);
    return take_text(thread, &working);
}

static Value lock_as_dict(Thread *thread, Value v) {
    const LockObject *lock = (const LockObject *)as_object(v);
    const RuntimeThread *holder = lock->lock.owner.holder;
    Dict *dict = dict_new(thread, 8);
    put(thread, dict, "lock", v);
    put(thread, dict, "kind", library_text(thread, lock->reentrant ? "RLock" : "lock"));
    put(thread, dict, "name", name_of(thread, lock));
    put(thread, dict, "owner", holder ? library_text(thread, holder->name) : VALUE_NONE);
    put(thread, dict, "taken",
        holder ? position_text(thread, lock->lock.owner.taken_at) : VALUE_NONE);
    put(thread, dict, "depth", int_from_uint64(thread, lock->lock.depth));
    put(thread, dict, "made", position_text(thread, lock->lock.made_at));
    put(thread, dict, "waiters", waiters_of(thread, &lock->lock));
    return value_object(dict);
}

Value gil_locks(Thread *thread, Value *args) {
    (void)args;
    List *locks = locks_in_use(thread), *list = list_new(thread, locks->length);
    for (size_t i = 0; i < locks->length; i++)
        list_append(thread, list, lock_as_dict(thread, locks->items[i]));
    return value_object(list);
}
