// SPDX-License-Identifier: MIT
//
// The event stream: what happened, in which thread, when. Each thread writes fixed-size records
// into a buffer of its own, so recording takes no lock and allocates nothing; who wants one
// timeline merges the buffers by time afterwards. Switched off, an event site is one test of a
// pointer that the processor predicts, and no event site is on the path of a bytecode.
//
// A full buffer is given to the sink (a writer of files); without a sink the oldest records are
// overwritten and counted, a flight recorder. The events stand in trace_events.def, from which
// the enum, the printed names and the documentation are made.
#pragma once

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

typedef struct TraceBuffer {
    struct TraceBuffer *next; // all buffers of the runtime
    uint64_t thread;
    _Atomic uint64_t written; // records ever written
    uint64_t flushed;         // records that the sink has taken
    uint64_t lost;            // records overwritten before anybody took them
    uint32_t capacity;        // a power of two
    TraceRecord records[];
} TraceBuffer;

// Takes full chunks of records, in order. Called by the thread that wrote them, perhaps without
// the GIL.
typedef struct TraceSink {
    void (*take)(void *context, const TraceRecord *records, size_t count);
    void *context;
} TraceSink;

typedef struct TraceState {
    uint32_t capacity; // records per thread; 0 = tracing is off
    TraceSink sink;
    TraceBuffer *buffers; // GIL
} TraceState;

// Switch recording on for all threads, present and future; `capacity` records per thread
// (rounded up to a power of two). False when there is no memory. GIL held.
bool trace_start(Runtime *runtime, uint32_t capacity, TraceSink sink);

// Switch it off and hand what is left to the sink. GIL held.
void trace_stop(Runtime *runtime);

// A buffer for a thread that starts (nothing when tracing is off). GIL held.
void trace_attach(RuntimeThread *thread);

// Hand a thread's remaining records to the sink. The thread itself, or its waiter.
void trace_flush(Runtime *runtime, TraceBuffer *buffer);

// Free all buffers.
void trace_destroy(Runtime *runtime);

// One line per record, merged by time, for tests and for looking by hand. GIL held.
void trace_dump(Runtime *runtime, FILE *out);

// How many records of `kind` the buffers hold. GIL held.
size_t trace_count(Runtime *runtime, TraceKind kind);

const char *trace_kind_name(TraceKind kind);

// Record an event of the calling thread. Use trace() of thread.h, which tests first.
void trace_write(RuntimeThread *thread, TraceKind kind, int64_t first, int64_t second);
