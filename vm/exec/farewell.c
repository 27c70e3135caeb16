// SPDX-License-Identifier: MIT
//
// Who must be heard before it is forgotten; see farewell.h.
//
// Watching costs a coroutine one pointer in an array. Most have been started by the next
// collection, which takes them off the list, so that the list holds what was made since.
//
// While a coroutine has not begun, two of its fields have no use of their own: `handled` is the
// function that made it, `result_register` of its frame the instruction there. An async generator,
// which has no origin, keeps its finalizer in that place.
#include "farewell.h"

#include "async_generator.h"
#include "call.h"
#include "execute.h"
#include "function.h"
#include "generator.h"
#include "native.h"
#include "opcode.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 64 };

static bool reserve(Farewells *list) {
    if (list->count < list->capacity)
        return true;
    size_t capacity = list->capacity == 0 ? FIRST_CAPACITY : 2 * list->capacity;
    Object **items = realloc(list->items, capacity * sizeof *items);
    if (items == NULL)
        return false;
    list->items = items;
    list->capacity = capacity;
    return true;
}

// Without memory nobody will hear of it.
static void watch(Farewells *list, Object *object) {
    if (reserve(list))
        list->items[list->count++] = object;
}

static bool is_newest(const Farewells *list, const Object *object) {
    return list->count > list->due && list->items[list->count - 1] == object;
}

// The watched object at `i` is due.
static void make_due(Farewells *list, size_t i) {
    Object *object = list->items[i];
    list->items[i] = list->items[list->due];
    list->items[list->due++] = object;
}

static void make_newest_due(Thread *thread) {
    Farewells *list = &thread->interpreter->farewells;
    make_due(list, list->count - 1);
    gil_interrupt(&thread->core, PENDING_DEATH);
}

// Would its death be worth a word?
static bool has_a_word(Object *object) {
    if (object->type->spec->layout != LAYOUT_GENERATOR)
        return async_step_has_not_begun(object);
    const Generator *generator = (const Generator *)object;
    if (generator->frame.code->flags & CODE_COROUTINE)
        return generator->state == GENERATOR_CREATED;
    return generator->state != GENERATOR_CLOSED && !generator->stopped;
}

// ---- Coroutines ----

// Is the call that made `frame` a statement of its own (compile_effect)?
static bool is_dropped(const Frame *frame) {
    const Frame *caller = frame->caller;
    return caller != NULL && (frame->flags & ~(uint32_t)(FRAME_CHUNK | FRAME_TRACED)) == 0 &&
           frame->result_register == caller->pc->a + 1u;
}

// What cr_origin gives: (file, line, function) of the callers, innermost first.
static Value trace_origin(Thread *thread, const Frame *frame, int depth) {
    size_t count = 0;
    for (const Frame *f = frame; f != NULL && count < (size_t)depth; f = f->caller)
        count++;
    Tuple *origin = tuple_new(thread, count);
    for (size_t i = 0; i < count; i++, frame = frame->caller) {
        const Code *code = frame->code;
        Value parts[] = {code->file ? value_object(code->file->name) : VALUE_NONE,
                         value_small_int(code_line(code, frame->pc)), value_object(code->name)};
        origin->items[i] = value_object(tuple_from_array(thread, parts, 3));
    }
    return value_object(origin);
}

void farewells_coroutine(Thread *thread, Generator *coroutine, const Frame *frame) {
    Farewells *list = &thread->interpreter->farewells;
    const Frame *caller = frame->caller;
    if (caller != NULL) {
        coroutine->handled = caller->function;
        coroutine->frame.result_register = code_index(caller->code, caller->pc);
    }
    if (thread->origin_depth > 0)
        generator_set_detail(thread, coroutine, GENERATOR_ORIGIN,
                             trace_origin(thread, caller, thread->origin_depth));
    watch(list, &coroutine->object);
    if (is_dropped(frame) && is_newest(list, &coroutine->object))
        make_newest_due(thread);
}

// ---- Awaitables of async generators ----

// Does the instruction at hand call `method` and nothing else, as a statement of its own?
static bool drops_result_of(const Frame *frame, NativeFunction method) {
    const Instruction *pc = frame == NULL ? NULL : frame->pc;
    return pc != NULL && opcode_table[pc->op].general == OP_CALL_METHOD && pc->c == pc->a + 1u &&
           native_is(frame->registers[pc->a], method);
}

void farewells_step(Thread *thread, Object *step, NativeFunction method) {
    Farewells *list = &thread->interpreter->farewells;
    watch(list, step);
    if (is_newest(list, step) && drops_result_of(thread->frame, method))
        make_newest_due(thread);
}

// ---- Async generators ----

bool farewells_async_generator(Thread *thread, Generator *generator) {
    if (generator->hooked)
        return true;
    generator->hooked = true;
    if (!is_none(thread->asyncgen_finalizer)) {
        generator_set_detail(thread, generator, GENERATOR_ORIGIN, thread->asyncgen_finalizer);
        watch(&thread->interpreter->farewells, &generator->object);
    }
    Value first = thread->first_iteration;
    return is_none(first) || !is_error(call_1(thread, first, value_object(generator)));
}

// ---- The collector ----

void farewells_mark(Marker *marker, const Interpreter *interpreter) {
    const Farewells *list = &interpreter->farewells;
    for (size_t i = 0; i < list->due; i++)
        mark_object(marker, list->items[i]);
}

void farewells_interrupt(Interpreter *interpreter) {
    RuntimeThread *holder = gil_holder(&interpreter->runtime.gil);
    if (holder != NULL)
        gil_interrupt(holder, PENDING_DEATH);
}

void farewells_revive(Interpreter *interpreter, Marker *marker) {
    Farewells *list = &interpreter->farewells;
    size_t end = list->count, before = list->due;
    list->count = before;
    for (size_t i = before; i < end; i++) {
        Object *object = list->items[i];
        if (!has_a_word(object))
            continue;
        list->items[list->count++] = object;
        if (!heap_will_live(&interpreter->heap, object))
            make_due(list, list->count - 1);
    }
    for (size_t i = before; i < list->due; i++)
        mark_object(marker, list->items[i]);
    if (list->due > before)
        farewells_interrupt(interpreter);
    if (interpreter->revive_more != NULL)
        interpreter->revive_more(interpreter, marker);
}

// ---- The words ----

// The one that came first is to be the last, where it can be taken away.
static void reverse_due(Farewells *list) {
    for (size_t i = 0, j = list->due; i + 1 < j; i++) {
        Object *object = list->items[--j];
        list->items[j] = list->items[i];
        list->items[i] = object;
    }
}

static Object *take_due(Farewells *list) {
    Object *object = list->items[--list->due];
    list->items[list->due] = list->items[--list->count];
    return object;
}

static void say_due(Thread *thread) {
    Interpreter *interpreter = thread->interpreter;
    reverse_due(&interpreter->farewells);
    while (interpreter->farewells.due > 0) {
        Object *object = take_due(&interpreter->farewells);
        if (has_a_word(object) && interpreter->bid_farewell != NULL)
            interpreter->bid_farewell(thread, object);
    }
}

void farewells_close(Thread *thread, Generator *generator) {
    void (*bid_farewell)(Thread *, Object *) = thread->interpreter->bid_farewell;
    bool is_coroutine = generator->frame.code->flags & CODE_COROUTINE;
    if (is_coroutine && generator->state == GENERATOR_CREATED && bid_farewell != NULL)
        bid_farewell(thread, &generator->object);
    generator->state = GENERATOR_CLOSED;
}

static void say_more(Thread *thread, bool all) {
    if (thread->interpreter->say_more != NULL)
        thread->interpreter->say_more(thread, all);
}

bool farewells_say(Thread *thread) {
    say_due(thread);
    say_more(thread, false);
    bool (*mourn)(Thread *) = thread->interpreter->mourn;
    return mourn == NULL || mourn(thread);
}

void farewells_say_all(Thread *thread) {
    Farewells *list = &thread->interpreter->farewells;
    for (size_t i = list->due; i < list->count; i++) {
        if (list->items[i]->type != builtin_type(thread, TYPE_async_generator))
            make_due(list, i);
    }
    say_due(thread);
    say_more(thread, true);
}
