// SPDX-License-Identifier: MIT
//
// The event stream: what happened, in which thread, when. Each thread writes fixed-size records
// into a buffer of its own, so recording takes no lock and allocates nothing. Switched off, an
// event site is one test of a pointer that the processor predicts, and no event site is on the path
// of a bytecode.
//
// When a buffer is full, all buffers are given to the sink (trace_file.h, a writer of files),
// merged by time; without a sink the oldest records are overwritten and counted, a flight recorder.
// The events stand in trace_events.def, from which the enum, the printed names and the
// documentation are made.
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct Runtime Runtime;
typedef struct RuntimeThread RuntimeThread;

typedef enum TraceKind {
#define TRACE_EVENT(name, text, first, second, meaning) TRACE_##name,
#include "trace_events.def"
#undef TRACE_EVENT
    TRACE_KIND_COUNT,
} TraceKind;

// A place in a program, opaque to the runtime: `code` is the VM's code object.
typedef struct CodePosition {
    const void *code;
    uint32_t offset;
} CodePosition;

typedef struct TraceRecord {
    int64_t time;    // real monotonic ns
    uint64_t thread; // RuntimeThread.id
    uint64_t task;   // the event loop's task, 0 for none
    uint32_t kind;   // a TraceKind
    uint32_t offset; // with `code`: the CodePosition
    const void *code;
    int64_t first; // the two arguments; their meaning stands in trace_events.def
    int64_t second;
} TraceRecord;

// Record n stands at n modulo the capacity. Those from `flushed` to `written` stay where they are
// until `flushed` moves on, which happens under the mutex of TraceState only.
typedef struct TraceBuffer {
    struct TraceBuffer *next; // all buffers of the runtime
    uint64_t thread;          // whose it is; 0: of nobody, to be used again
    char name[48];            // that thread's
    _Atomic uint64_t written; // records ever written; by the thread alone
    _Atomic uint64_t flushed; // records that the sink has taken, or that were overwritten
    uint64_t lost;            // how many were overwritten before anybody took them
    uint32_t capacity;        // a power of two
    TraceRecord records[];
} TraceBuffer;

// Takes records, one at a time, in order of their times as far as they were written by then: what a
// thread was about to write just then comes somewhat later. Called by any thread, perhaps without
// the GIL, under the mutex. `end` is called by trace_stop when all records were taken.
typedef struct TraceSink {
    void (*take)(void *context, const TraceBuffer *buffer, const TraceRecord *record);
    void (*end)(void *context);
    void *context;
} TraceSink;

typedef struct TraceState {
    uint32_t capacity; // records per thread; 0 = tracing is off. GIL
    pthread_mutex_t mutex;
    // mutex must be held:
    TraceSink sink;
    TraceBuffer *buffers;
} TraceState;

void trace_init(Runtime *runtime);

// Switch recording on for all threads, present and future; `capacity` records per thread
// (rounded up to a power of two). False when there is no memory. GIL held.
bool trace_start(Runtime *runtime, uint32_t capacity, TraceSink sink);

// Switch it off and hand what is left to the sink; nothing if it is off. GIL held.
void trace_stop(Runtime *runtime);

// A buffer for a thread that starts (nothing when tracing is off). GIL held.
void trace_attach(RuntimeThread *thread);

// The thread ends: with a sink, its buffer may be used again. The thread itself. GIL held.
void trace_detach(RuntimeThread *thread);

// In the child of a fork: off, and what was recorded is the parent's to tell.
void trace_after_fork_child(Runtime *runtime, RuntimeThread *self);

// Call `visit` with the code of each record that no sink has taken yet. GIL held.
void trace_visit_codes(Runtime *runtime, void (*visit)(void *context, const void *code),
                       void *context);

// Free all buffers.
void trace_destroy(Runtime *runtime);

// One line per record, merged by time, for tests and for looking by hand. GIL held.
void trace_dump(Runtime *runtime, FILE *out);

// How many records of `kind` the buffers hold. GIL held.
size_t trace_count(Runtime *runtime, TraceKind kind);

const char *trace_kind_name(TraceKind kind);

// Record an event of the calling thread. Use trace() of thread.h, which tests first.
void trace_write(RuntimeThread *thread, TraceKind kind, int64_t first, int64_t second);
