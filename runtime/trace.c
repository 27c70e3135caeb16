// SPDX-License-Identifier: MIT
//
// Writing, draining and merging the threads' event buffers. A buffer is a ring: record n stands at
// index n modulo the capacity. Its thread is the only writer; readers come when that thread stands
// still or has ended (they hold the GIL), or are that thread itself, so there is nothing to lock.
// A buffer outlives its thread: the story is told at the end.
#include "trace.h"

#include <inttypes.h>
#include <stdlib.h>

#include "runtime.h"

static uint32_t round_up(uint32_t capacity) {
    uint32_t power = 16;
    while (power < capacity && power < (UINT32_C(1) << 24)) {
        power *= 2;
    }
    return power;
}

static TraceRecord *record_at(TraceBuffer *buffer, uint64_t index) {
    return &buffer->records[index & (buffer->capacity - 1)];
}

// The oldest record that is still there.
static uint64_t first_record(const TraceBuffer *buffer) {
    uint64_t written = buffer->written;
    return written > buffer->capacity ? written - buffer->capacity : 0;
}

void trace_flush(Runtime *runtime, TraceBuffer *buffer) {
    const TraceSink *sink = &runtime->trace.sink;
    if (!sink->take) {
        return;
    }
    while (buffer->flushed < buffer->written) {
        uint64_t place = buffer->flushed & (buffer->capacity - 1);
        uint64_t count = buffer->written - buffer->flushed;
        if (count > buffer->capacity - place) {
            count = buffer->capacity - place;
        }
        sink->take(sink->context, &buffer->records[place], (size_t)count);
        buffer->flushed += count;
    }
}

static void make_room(Runtime *runtime, TraceBuffer *buffer) {
    if (runtime->trace.sink.take) {
        trace_flush(runtime, buffer);
    } else {
        buffer->flushed++;
        buffer->lost++;
    }
}

void trace_write(RuntimeThread *thread, TraceKind kind, int64_t first, int64_t second) {
    TraceBuffer *buffer = atomic_load(&thread->trace);
    if (!buffer) {
        return;
    }
    if (buffer->written - buffer->flushed == buffer->capacity) {
        make_room(thread->runtime, buffer);
    }
    CodePosition position = runtime_position(thread);
    *record_at(buffer, buffer->written) = (TraceRecord){
        .time = clock_real_now(),
        .thread = thread->id,
        .task = thread->task,
        .kind = (uint32_t)kind,
        .offset = position.offset,
        .code = position.code,
        .first = first,
        .second = second,
    };
    buffer->written++;
}

void trace_attach(RuntimeThread *thread) {
    TraceState *state = &thread->runtime->trace;
    if (state->capacity == 0 || atomic_load(&thread->trace)) {
        return;
    }
    TraceBuffer *buffer =
        malloc(sizeof(TraceBuffer) + (size_t)state->capacity * sizeof(TraceRecord));
    if (!buffer) {
        return;
    }
    *buffer =
        (TraceBuffer){.next = state->buffers, .thread = thread->id, .capacity = state->capacity};
    state->buffers = buffer;
    atomic_store(&thread->trace, buffer);
}

bool trace_start(Runtime *runtime, uint32_t capacity, TraceSink sink) {
    runtime->trace.capacity = round_up(capacity);
    runtime->trace.sink = sink;
    bool complete = true;
    for (RuntimeThread *thread = runtime->threads; thread; thread = thread->next) {
        trace_attach(thread);
        complete = complete && atomic_load(&thread->trace);
    }
    return complete;
}

void trace_stop(Runtime *runtime) {
    runtime->trace.capacity = 0;
    for (RuntimeThread *thread = runtime->threads; thread; thread = thread->next) {
        atomic_store(&thread->trace, NULL);
    }
    for (TraceBuffer *buffer = runtime->trace.buffers; buffer; buffer = buffer->next) {
        trace_flush(runtime, buffer);
    }
}

void trace_destroy(Runtime *runtime) {
    TraceBuffer *buffer = runtime->trace.buffers;
    runtime->trace.buffers = NULL;
    while (buffer) {
        TraceBuffer *next = buffer->next;
        free(buffer);
        buffer = next;
    }
}

const char *trace_kind_name(TraceKind kind) {
    static const char *const names[] = {
#define TRACE_EVENT(name, text, first, second, meaning) text,
#include "trace_events.def"
#undef TRACE_EVENT
    };
    return names[kind];
}

size_t trace_count(Runtime *runtime, TraceKind kind) {
    size_t count = 0;
    for (TraceBuffer *buffer = runtime->trace.buffers; buffer; buffer = buffer->next) {
        for (uint64_t i = first_record(buffer); i < buffer->written; i++) {
            count += record_at(buffer, i)->kind == (uint32_t)kind;
        }
    }
    return count;
}

// ---- the dump ----

static size_t collect(Runtime *runtime, TraceRecord *list) {
    size_t count = 0;
    for (TraceBuffer *buffer = runtime->trace.buffers; buffer; buffer = buffer->next) {
        for (uint64_t i = first_record(buffer); i < buffer->written; i++, count++) {
            if (list) {
                list[count] = *record_at(buffer, i);
            }
        }
    }
    return count;
}

static int by_time(const void *left, const void *right) {
    const TraceRecord *a = left;
    const TraceRecord *b = right;
    return (a->time > b->time) - (a->time < b->time);
}

void trace_dump(Runtime *runtime, FILE *out) {
    size_t count = collect(runtime, NULL);
    TraceRecord *list = malloc((count + 1) * sizeof *list);
    if (!list) {
        return;
    }
    collect(runtime, list);
    qsort(list, count, sizeof *list, by_time);
    for (const TraceRecord *record = list; record < list + count; record++) {
        fprintf(out, "%12.6f ms  thread %-4" PRIu64 " %-18s %" PRId64 " %" PRId64 "\n",
                (double)(record->time - runtime->started) / (double)CLOCK_NS_PER_MS, record->thread,
                trace_kind_name((TraceKind)record->kind), record->first, record->second);
    }
    free(list);
}
