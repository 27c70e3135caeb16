// SPDX-License-Identifier: MIT
//
// The Mini stack of a thread: chunks of Values that frames are built in.
//
// A new frame normally begins inside its caller's top registers (see frame.h). When the chunk has
// no room for it, a bigger chunk is made, the callee and its arguments are copied there, and the
// frame is flagged so that its return gives the chunk back. Chunks never move: a native function
// may keep a pointer to its arguments while Mini code runs above them.
//
// Depth is limited by a count (sys.setrecursionlimit) as in Python, not by this memory.
#include "execute.h"

#include "function.h"
#include "list.h"
#include "traceback.h"

#include <stdlib.h>

enum { FIRST_CHUNK_WORDS = 2048 }; // 16 KiB: threads are cheap

static StackChunk *chunk_new(StackChunk *previous, size_t words) {
    StackChunk *chunk = malloc(sizeof *chunk + words * sizeof(Value));
    if (chunk != NULL) {
        chunk->previous = previous;
        chunk->words = words;
    }
    return chunk;
}

static void use_chunk(Thread *thread, StackChunk *chunk) {
    thread->chunk = chunk;
    thread->stack_limit = chunk->values + chunk->words;
}

bool stack_init(Thread *thread) {
    StackChunk *chunk = chunk_new(NULL, FIRST_CHUNK_WORDS);
    if (chunk == NULL) {
        return false;
    }
    use_chunk(thread, chunk);
    return true;
}

void stack_free(Thread *thread) {
    for (StackChunk *chunk = thread->chunk; chunk != NULL;) {
        StackChunk *previous = chunk->previous;
        free(chunk);
        chunk = previous;
    }
    thread->chunk = NULL;
}

Value *stack_top(Thread *thread) {
    return thread->frame == NULL ? thread->chunk->values : thread->frame->top;
}

// Where the words in use end in the newest chunk.
static Value *end_of_use(const Thread *thread, StackChunk *chunk) {
    Value *top = thread->frame == NULL ? chunk->values : thread->frame->top;
    Value *entering = thread->entering_top, *end = chunk->values + chunk->words;
    bool has_top = top >= chunk->values && top <= end;
    bool has_entering = entering >= chunk->values && entering <= end;
    if (has_top && has_entering) {
        return top > entering ? top : entering;
    }
    return has_top ? top : has_entering ? entering : end;
}

// What returned calls left above the top would keep garbage alive, and would come back as registers
// that a new frame has not set yet: it is wiped.
void stack_mark(Marker *marker, Thread *thread) {
    StackChunk *chunk = thread->chunk;
    if (chunk == NULL) {
        return;
    }
    Value *used = end_of_use(thread, chunk), *end = chunk->values + chunk->words;
    memset(used, 0, (size_t)(end - used) * sizeof(Value));
    mark_range(marker, chunk->values, used);
    while ((chunk = chunk->previous) != NULL) {
        mark_range(marker, chunk->values, chunk->values + chunk->words);
    }
    for (Frame *frame = thread->frame; frame != NULL; frame = frame->caller) {
        if (frame->flags & FRAME_GENERATOR) {
            mark_object(marker, generator_of(frame));
        }
        mark_value(marker, frame->function);
        mark_object(marker, frame->code);
    }
}

static bool push_chunk(Thread *thread, size_t needed) {
    size_t words = 2 * thread->chunk->words;
    if (words < 2 * needed) {
        words = 2 * needed;
    }
    StackChunk *chunk = chunk_new(thread->chunk, words);
    if (chunk == NULL) {
        raise_error(thread, ERROR_MemoryError, "no memory for the stack");
        return false;
    }
    use_chunk(thread, chunk);
    return true;
}

void frame_pop_chunk(Thread *thread) {
    StackChunk *chunk = thread->chunk;
    use_chunk(thread, chunk->previous);
    free(chunk);
}

void stack_recover(Thread *thread) {
    const Value *top = stack_top(thread);
    while (top < thread->chunk->values || top > thread->stack_limit) {
        frame_pop_chunk(thread);
    }
}

Frame *frame_push(Thread *thread, Value *window, Value function, Code *code, size_t count) {
    if (thread->recursion_depth >= thread->interpreter->recursion_limit) {
        raise_error(thread, ERROR_RecursionError, "maximum recursion depth exceeded");
        return NULL;
    }
    size_t words = FRAME_WORDS + code->register_count;
    uint32_t flags = 0;
    if (window < thread->chunk->values || window + words > thread->stack_limit) {
        if (!push_chunk(thread, words + 1)) {
            return NULL;
        }
        Value *start = thread->chunk->values + 1; // leaves room for frame_instance
        memcpy(start + FRAME_WORDS, window + FRAME_WORDS, count * sizeof(Value));
        window = start;
        flags = FRAME_CHUNK;
    }
    Frame *frame = (Frame *)window;
    frame->function = function;
    frame->caller = thread->frame;
    frame->code = code;
    frame->pc = code->instructions;
    frame->top = window + words;
    frame->flags = flags;
    thread->recursion_depth++;
    return frame;
}
