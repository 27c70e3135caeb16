// SPDX-License-Identifier: MIT
//
// Writing, draining and merging the threads' event buffers. A buffer is a ring. Its thread is the
// only one that puts records into it, with or without the GIL. Whoever takes records out (a thread
// whose buffer is full, trace_stop, a reader of tests) holds the mutex; the thread may go on
// writing meanwhile, for a record counts as written when it is complete, and its place is used
// again only when it was taken. Taking all buffers at once and always the oldest record next makes
// one timeline.
//
// A buffer outlives its thread: the story is told at the end. With a sink it has been told when the
// thread ends, and the buffer goes to the next thread that starts.
#include "trace.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime.h"

_Static_assert(sizeof((TraceBuffer *)0)->name == THREAD_NAME_SIZE, "a thread's name fits");

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

static TraceBuffer *with_oldest_record(const TraceState *state, int64_t *others_begin) {
    TraceBuffer *best = NULL;
    int64_t least = INT64_MAX;
    *others_begin = INT64_MAX;
    for (TraceBuffer *buffer = state->buffers; buffer; buffer = buffer->next) {
        if (buffer->flushed == buffer->written) {
            continue;
        }
        int64_t time = record_at(buffer, buffer->flushed)->time;
        if (!best || time < least) {
            *others_begin = least;
            least = time;
            best = buffer;
        } else if (time < *others_begin) {
            *others_begin = time;
        }
    }
    return best;
}

// Hand all that was written by now to the sink, the oldest first. Mutex held.
static void flush(TraceState *state) {
    const TraceSink *sink = &state->sink;
    TraceBuffer *buffer;
    int64_t others_begin;
    while ((buffer = with_oldest_record(state, &others_begin)) != NULL) {
        uint64_t end = buffer->written;
        do {
            sink->take(sink->context, buffer, record_at(buffer, buffer->flushed));
            buffer->flushed++;
        } while (buffer->flushed < end && record_at(buffer, buffer->flushed)->time <= others_begin);
    }
}

static void make_room(TraceState *state, TraceBuffer *buffer) {
    pthread_mutex_lock(&state->mutex);
    if (state->sink.take) {
        flush(state);
    } else {
        buffer->flushed++;
        buffer->lost++;
    }
    pthread_mutex_unlock(&state->mutex);
}

void trace_write(RuntimeThread *thread, TraceKind kind, int64_t first, int64_t second) {
    TraceBuffer *buffer = atomic_load(&thread->trace);
    if (!buffer) {
        return;
    }
    if (buffer->written - buffer->flushed == buffer->capacity) {
        make_room(&thread->runtime->trace, buffer);
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

// The thread's own from an earlier recording, or one that nobody uses. Mutex held.
static TraceBuffer *find_buffer(const TraceState *state, uint64_t thread) {
    TraceBuffer *unused = NULL;
    for (TraceBuffer *buffer = state->buffers; buffer; buffer = buffer->next) {
        if (buffer->thread == thread) {
            return buffer;
        }
        if (buffer->thread == 0) {
            unused = buffer;
        }
    }
    return unused;
}

static TraceBuffer *new_buffer(TraceState *state) {
    TraceBuffer *buffer =
        malloc(sizeof(TraceBuffer) + (size_t)state->capacity * sizeof(TraceRecord));
    if (buffer) {
        *buffer = (TraceBuffer){.next = state->buffers, .capacity = state->capacity};
        state->buffers = buffer;
    }
    return buffer;
}

void trace_attach(RuntimeThread *thread) {
    TraceState *state = &thread->runtime->trace;
    if (state->capacity == 0 || atomic_load(&thread->trace)) {
        return;
    }
    pthread_mutex_lock(&state->mutex);
    TraceBuffer *buffer = find_buffer(state, thread->id);
    buffer = buffer ? buffer : new_buffer(state);
    if (buffer) {
        buffer->thread = thread->id;
        buffer->flushed = buffer->written;
        memcpy(buffer->name, thread->name, sizeof buffer->name);
    }
    atomic_store(&thread->trace, buffer);
    pthread_mutex_unlock(&state->mutex);
}

void trace_detach(RuntimeThread *thread) {
    TraceState *state = &thread->runtime->trace;
    TraceBuffer *buffer = atomic_load(&thread->trace);
    pthread_mutex_lock(&state->mutex);
    if (buffer && state->sink.take) {
        flush(state);
        atomic_store(&thread->trace, NULL);
        buffer->thread = 0;
    }
    pthread_mutex_unlock(&state->mutex);
}

void trace_init(Runtime *runtime) {
    pthread_mutex_init(&runtime->trace.mutex, NULL);
}

bool trace_start(Runtime *runtime, uint32_t capacity, TraceSink sink) {
    TraceState *state = &runtime->trace;
    pthread_mutex_lock(&state->mutex);
    state->sink = sink;
    pthread_mutex_unlock(&state->mutex);
    state->capacity = round_up(capacity);
    bool complete = true;
    for (RuntimeThread *thread = runtime->threads; thread; thread = thread->next) {
        trace_attach(thread);
        complete = complete && atomic_load(&thread->trace);
    }
    return complete;
}

// A thread that is just writing a record may write it when the sink has gone; it is dropped, too.
void trace_stop(Runtime *runtime) {
    TraceState *state = &runtime->trace;
    state->capacity = 0;
    for (RuntimeThread *thread = runtime->threads; thread; thread = thread->next) {
        atomic_store(&thread->trace, NULL);
    }
    pthread_mutex_lock(&state->mutex);
    if (state->sink.take) {
        flush(state);
    }
    if (state->sink.end) {
        state->sink.end(state->sink.context);
    }
    state->sink = (TraceSink){0};
    pthread_mutex_unlock(&state->mutex);
}

void trace_after_fork_child(Runtime *runtime, RuntimeThread *self) {
    runtime->trace = (TraceState){0};
    trace_init(runtime);
    atomic_store(&self->trace, NULL);
}

void trace_destroy(Runtime *runtime) {
    TraceBuffer *buffer = runtime->trace.buffers;
    runtime->trace.buffers = NULL;
    while (buffer) {
        TraceBuffer *next = buffer->next;
        free(buffer);
        buffer = next;
    }
    pthread_mutex_destroy(&runtime->trace.mutex);
}

void trace_visit_codes(Runtime *runtime, void (*visit)(void *context, const void *code),
                       void *context) {
    TraceState *state = &runtime->trace;
    pthread_mutex_lock(&state->mutex);
    for (TraceBuffer *buffer = state->buffers; buffer; buffer = buffer->next) {
        uint64_t end = buffer->written;
        for (uint64_t i = buffer->flushed; i < end; i++) {
            if (record_at(buffer, i)->code) {
                visit(context, record_at(buffer, i)->code);
            }
        }
    }
    pthread_mutex_unlock(&state->mutex);
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
