// SPDX-License-Identifier: MIT
//
// The interpreter loop and its nearest helpers.
#pragma once

#include "generator.h"
#include "interpreter.h"

// Run `frame` (which must be thread->frame and carry FRAME_ENTRY) until it returns or yields.
// Result, or VALUE_ERROR with the exception set. Protects against heap exhaustion.
Value run_frame(Thread *thread, Frame *frame);
// The same, but an exception is already set and is raised at the frame's current instruction.
Value run_frame_raising(Thread *thread, Frame *frame);

// The loop itself: from thread->frame; `raising` as above. Called by run_frame alone, and once with
// thread == NULL to export the addresses of the opcode bodies into `labels`.
Value execute(Thread *thread, bool raising, void **labels);

// How a thread's dispatch table is filled (see the head of execute.c).
enum { LABEL_TRAP = OP_COUNT, LABEL_COUNT_TICK, LABEL_TRACE, LABEL_STEP, LABEL_COUNT };
void dispatch_reset(Thread *thread);
void dispatch_set_trap(Thread *thread);
// Fill the table anew, but keep a request to stop that came meanwhile.
void dispatch_renew(Thread *thread);

// Call step(thread, context), and give its answer; false with MemoryError when memory runs out in
// it. For C code that must clean up after whatever happens in the middle.
typedef bool GuardedStep(Thread *thread, void *context);
bool run_guarded(Thread *thread, GuardedStep *step, void *context);

// The trap has been hit: give way if asked, handle signals. false: exception set.
bool thread_safepoint(Thread *thread);

// For natives that may go on for long without bytecode: handle signals that have come, but keep the
// GIL, so that a native call stays one step for other threads. false: exception set.
bool thread_take_signals(Thread *thread);
static inline bool thread_poll_signals(Thread *thread) {
    uint32_t pending = atomic_load_explicit(&thread->core.pending, memory_order_relaxed);
    return __builtin_expect(!(pending & PENDING_SIGNAL), 1) || thread_take_signals(thread);
}

// A piece of a thread's Mini stack; see stack.c.
struct StackChunk {
    StackChunk *previous;
    size_t words;
    Value values[];
};

// True if `count` values at `window` + FRAME_WORDS would lie inside the current chunk.
static inline bool stack_has_room(const Thread *thread, const Value *window, size_t count) {
    return window >= thread->chunk->values && window + FRAME_WORDS + count <= thread->stack_limit;
}

// The frame stack. frame_push makes a frame for `code` whose header starts at `window`, or, when
// the chunk is full, in a new chunk; the `count` values at window + FRAME_WORDS come along. NULL
// with RecursionError or MemoryError. The new frame is not yet thread->frame.
Frame *frame_push(Thread *thread, Value *window, Value function, Code *code, size_t count);
// The word below the frame of a constructor: what the class call gives.
static inline Value *frame_instance(Frame *frame) {
    return (Value *)frame - 1;
}
// Give back what frame_push took beyond the ordinary (chunks). After thread->frame has moved on.
void frame_pop_chunk(Thread *thread);
// Give back the chunks above the one that the current frame lies in. After memory ran out.
void stack_recover(Thread *thread);
// Where C code may build a window.
Value *stack_top(Thread *thread);
// Room for `words` at the top of the stack, in a fresh chunk if need be.
bool stack_init(Thread *thread);
void stack_free(Thread *thread);
void stack_mark(Marker *marker, Thread *thread);

// Frame of a generator <-> the generator.
static inline Generator *generator_of(Frame *frame) {
    return (Generator *)((char *)frame - offsetof(Generator, frame));
}
Value generator_new(Thread *thread, Frame *frame);
// Link a generator's frame on top of thread->frame; false: exception set (already running, ...).
bool generator_enter(Thread *thread, Generator *generator, Value sent, uint32_t flags);
// Unlink at a yield / at the end. Does not touch thread->frame.
void generator_suspend(Thread *thread, Generator *generator);
void generator_finish(Thread *thread, Generator *generator);

// Inline caches: look at what the instruction meets and perhaps specialise it (cache.c,
// cache_call.c).
Value cached_get_global(Thread *thread, Instruction *pc, Frame *frame);
bool cached_set_global(Thread *thread, Instruction *pc, Frame *frame, Value v);
Value cached_get_attribute(Thread *thread, Instruction *pc, Value object, Str *name);
bool cached_set_attribute(Thread *thread, Instruction *pc, Value object, Str *name, Value v);
bool cached_get_method(Thread *thread, Instruction *pc, Value object, Str *name, Value *window);
// How the source wrote a call: f(x), o.f(x) with a self, or o.f(x) where f is no method of o.
typedef enum CallForm { CALL_PLAIN, CALL_WITH_SELF, CALL_STATIC } CallForm;
void specialise_call(Thread *thread, Instruction *pc, Value callee, size_t count, CallForm form);
void specialise_for(const Frame *frame, Instruction *pc, Value iterator);

// A call from the loop in all its forms. CALL_ENTERED: thread->frame is the callee's new frame.
typedef enum CallOutcome { CALL_FAILED, CALL_DONE, CALL_ENTERED } CallOutcome;
CallOutcome call_from_loop(Thread *thread, Value *window, size_t count, Tuple *keywords,
                           Value *result);
// Enter the __next__ of a Mini class if that needs no binding. CALL_DONE: it does.
CallOutcome call_next_from_loop(Thread *thread, Value iterator);
CallOutcome call_from_loop_ex(Thread *thread, Value *window, Value *result);
// A class with a simple Mini __init__: makes the instance and enters __init__.
CallOutcome call_class(Thread *thread, Value *window, size_t count, Value *result);

// Opcodes with longer bodies (steps*.c). bool: false = exception set.
Value step_get_name(Thread *thread, Frame *frame, Value namespace, Str *name);
Value step_get_name_or_free(Thread *thread, Frame *frame, Value namespace, Str *name,
                            size_t free_index);
bool step_delete_name(Thread *thread, Value namespace, Str *name);
bool step_delete_global(Thread *thread, Frame *frame, Str *name);
Value step_unbound_local(Thread *thread, Str *name);
Value step_unbound_cell(Thread *thread, Frame *frame, Value *reg);
Value step_unbound_free(Thread *thread, Frame *frame, size_t index);
Value step_build_set(Thread *thread, const Value *items, size_t count);
Value step_build_dict(Thread *thread, const Value *pairs, size_t count);
bool step_list_extend(Thread *thread, Value list, Value iterable);
bool step_dict_update(Thread *thread, Value dict, Value other);
bool step_dict_merge(Thread *thread, Value dict, Value other, Value callee);
// What messages call a function: its qualified name.
const char *step_callee_text(Thread *thread, Value callee);
Value step_format(Thread *thread, Value v, Value spec);
Value step_convert(Thread *thread, Value v, int conversion);
bool step_unpack(Thread *thread, Value sequence, Value *registers, size_t count);
bool step_unpack_star(Thread *thread, Value sequence, Value *registers, size_t before,
                      size_t after);
// locals.c: the namespace of a frame; of a function a new dict.
Value step_locals(Thread *thread, Frame *frame);
// Assign a variable of a function's frame, for a debugger; false: it has none of this name.
bool step_assign_local(Frame *frame, const Str *name, Value v);
// A frame that is just beginning is to show its arguments alone.
void locals_unbind(Frame *frame);
bool step_raise(Thread *thread, Value exception, Value cause);
bool step_assertion(Thread *thread, Value message);
bool step_with_enter(Thread *thread, Value *out, Value manager, bool is_async);
Value step_with_exit(Thread *thread, Value *registers);
Value step_yield_from_iterator(Thread *thread, Value v);
// What `await v` delegates to; TypeError in the words of `place`, RuntimeError if it was awaited.
Value step_awaitable(Thread *thread, Value v, AwaitPlace place);
// Send into a delegate that is no generator: the value yielded, UNDEFINED at its end (result in
// *result), or an error.
Value step_send(Thread *thread, Value delegate, Value sent, Value *result);
Value step_match_keys(Thread *thread, Value subject, Tuple *keys);
Value step_match_class(Thread *thread, Value subject, Value class, Value names, size_t positional);
bool is_pattern_sequence(Thread *thread, Value v);
bool is_pattern_mapping(Thread *thread, Value v);
Value step_dict_without(Thread *thread, Value dict, Tuple *keys);
bool step_print_expression(Thread *thread, Value v);
// type_forms.c: what type_forms.def lists under `form`, of three registers.
Value step_type_form(Thread *thread, size_t form, const Value *parts);
bool step_setup_annotations(Thread *thread, Frame *frame, Value namespace);

// import_statement.c
Value import_statement(Thread *thread, Frame *frame, Str *name, Value from_list, Value level);
Value import_from(Thread *thread, Value module, Str *name);
bool import_star(Thread *thread, Frame *frame, Value module);

// The function whose code a frame runs, and its globals.
struct Function;
static inline struct Function *frame_function(const Frame *frame) {
    return (struct Function *)as_object(frame->function);
}
Dict *frame_globals(const Frame *frame);
