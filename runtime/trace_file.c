// SPDX-License-Identifier: MIT
//
// Records become lines of JSON. A line is put together in a buffer of ours and written with plain
// write(2), so a child made by fork has nothing of it to write again. The file's descriptor is not
// inherited by other programs.
//
// Whoever takes records out of the buffers writes them, under the mutex of the trace and perhaps
// without the GIL. So the place of a record is described by hooks that only read what never
// changes, the code, which the collector keeps while it stands in an untaken record.
#include "trace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime.h"

enum { RECORDS_PER_THREAD = 1024, TEXT_SIZE = 1 << 16, FILE_MODE = 0666 };

typedef struct TraceFile {
    Runtime *runtime;
    int descriptor;
    int error; // of the first write that failed
    StringBuilder text;
    StringBuilder file, function; // of one place
} TraceFile;

static void write_out(TraceFile *self) {
    size_t done = 0;
    while (done < self->text.length && self->error == 0) {
        ssize_t n = write(self->descriptor, self->text.data + done, self->text.length - done);
        if (n >= 0) {
            done += (size_t)n;
        } else if (errno != EINTR) {
            self->error = errno;
        }
    }
    if (self->text.out_of_memory && self->error == 0) {
        self->error = ENOMEM;
    }
    sb_clear(&self->text);
}

// ---- words and texts ----

static const char *block_name(int64_t kind) {
    static const char *const names[BLOCK_KIND_COUNT] = {
        [BLOCK_IO] = "io", [BLOCK_CHILD] = "child", [BLOCK_SLEEP] = "sleep", [BLOCK_CALL] = "call"};
    return names[kind];
}

static const char *result_name(int64_t result) {
    static const char *const names[] = {
        [PARK_WOKEN] = "woken",
        [PARK_TIMEOUT] = "timeout",
        [PARK_INTERRUPTED] = "interrupted",
        [PARK_DEADLOCK] = "deadlock",
    };
    return names[result];
}

// An argument that stands for something, in words; NULL: it is a number.
static const char *word_of(uint32_t event, const char *argument, int64_t value) {
    if (strcmp(argument, "kind") == 0) {
        return event == TRACE_BLOCK ? block_name(value) : wait_kind_noun((WaitKind)value);
    }
    if (strcmp(argument, "cause") == 0) {
        return ledger_cause_name((GilCause)value);
    }
    if (strcmp(argument, "result") == 0) {
        return result_name(value);
    }
    return NULL;
}

// A lone surrogate, which is no UTF-8, stands in a name as the three bytes ED A0..BF xx.
static size_t put_surrogate(StringBuilder *out, const char *text) {
    unsigned code = 0xD000 | ((unsigned)text[1] & 0x3F) << 6 | ((unsigned)text[2] & 0x3F);
    sb_printf(out, "\\u%04x", code);
    return 3;
}

static bool is_surrogate(const char *text) {
    return (unsigned char)text[0] == 0xED && (unsigned char)text[1] >= 0xA0;
}

static void put_text(StringBuilder *out, const char *text) {
    sb_putc(out, '"');
    while (*text) {
        if (is_surrogate(text)) {
            text += put_surrogate(out, text);
            continue;
        }
        if ((unsigned char)*text < ' ') {
            sb_printf(out, "\\u%04x", (unsigned)*text);
        } else {
            if (*text == '"' || *text == '\\') {
                sb_putc(out, '\\');
            }
            sb_putc(out, *text);
        }
        text++;
    }
    sb_putc(out, '"');
}

static void put_member(StringBuilder *out, const char *name, const char *text) {
    sb_printf(out, ",\"%s\":", name);
    put_text(out, text);
}

// ---- lines ----

static void put_argument(TraceFile *self, uint32_t event, const char *name, int64_t value) {
    if (name[0] == '\0') {
        return;
    }
    const char *word = word_of(event, name, value);
    if (word) {
        put_member(&self->text, name, word);
    } else {
        sb_printf(&self->text, ",\"%s\":%" PRId64, name, value);
    }
}

static void put_place(TraceFile *self, CodePosition position) {
    const RuntimeHooks *hooks = &self->runtime->hooks;
    if (!position.code || !hooks->name_code || !hooks->line) {
        return;
    }
    sb_clear(&self->file);
    sb_clear(&self->function);
    hooks->name_code(position.code, &self->file, &self->function);
    put_member(&self->text, "file", self->file.data);
    sb_printf(&self->text, ",\"line\":%" PRIu32, hooks->line(position));
    put_member(&self->text, "function", self->function.data);
}

static void begin_line(TraceFile *self, int64_t time, uint64_t thread, const char *event) {
    sb_printf(&self->text, "{\"ns\":%" PRId64 ",\"thread\":%" PRIu64 ",\"event\":\"%s\"",
              time - self->runtime->started, thread, event);
}

static void end_line(TraceFile *self) {
    sb_puts(&self->text, "}\n");
    if (self->text.length >= TEXT_SIZE) {
        write_out(self);
    }
}

static void take(void *context, const TraceBuffer *buffer, const TraceRecord *record) {
    TraceFile *self = context;
    static const char *const arguments[][2] = {
#define TRACE_EVENT(name, text, first, second, meaning) {first, second},
#include "trace_events.def"
#undef TRACE_EVENT
    };
    begin_line(self, record->time, record->thread, trace_kind_name((TraceKind)record->kind));
    put_argument(self, record->kind, arguments[record->kind][0], record->first);
    put_argument(self, record->kind, arguments[record->kind][1], record->second);
    if (record->kind == TRACE_THREAD_START) {
        put_member(&self->text, "name", buffer->name);
    }
    if (record->task != 0) {
        sb_printf(&self->text, ",\"task\":%" PRIu64, record->task);
    }
    put_place(self, (CodePosition){record->code, record->offset});
    end_line(self);
}

// ---- beginning and end ----

static void put_threads(TraceFile *self, int64_t now) {
    for (const RuntimeThread *t = self->runtime->threads; t; t = t->next) {
        begin_line(self, now, t->id, "thread.start");
        sb_printf(&self->text, ",\"parent\":%" PRIu64, t->parent);
        put_member(&self->text, "name", t->name);
        end_line(self);
    }
}

static void end(void *context) {
    TraceFile *self = context;
    sb_printf(&self->text, "{\"ns\":%" PRId64 ",\"event\":\"trace.stop\"}\n",
              clock_real_now() - self->runtime->started);
    write_out(self);
}

static void file_free(TraceFile *self) {
    close(self->descriptor);
    sb_free(&self->text);
    sb_free(&self->file);
    sb_free(&self->function);
    free(self);
}

static TraceFile *file_new(Runtime *runtime, int descriptor) {
    TraceFile *self = malloc(sizeof *self);
    if (self) {
        *self = (TraceFile){.runtime = runtime, .descriptor = descriptor};
        sb_init(&self->text);
        sb_init(&self->file);
        sb_init(&self->function);
    }
    return self;
}

bool trace_file_is_on(Runtime *runtime) {
    return runtime->trace.capacity > 0 && runtime->trace.sink.take == take;
}

int trace_file_start(Runtime *runtime, const char *path) {
    if (runtime->trace.capacity > 0) {
        return EBUSY;
    }
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE);
    if (descriptor < 0) {
        return errno;
    }
    TraceFile *self = file_new(runtime, descriptor);
    if (!self) {
        close(descriptor);
        return ENOMEM;
    }
    int64_t now = clock_real_now();
    sb_printf(&self->text, "{\"ns\":%" PRId64 ",\"event\":\"trace.start\",\"pid\":%ld}\n",
              now - runtime->started, (long)getpid());
    put_threads(self, now);
    trace_start(runtime, RECORDS_PER_THREAD, (TraceSink){take, end, self});
    return 0;
}

int trace_file_stop(Runtime *runtime) {
    if (!trace_file_is_on(runtime)) {
        return ENOENT;
    }
    TraceFile *self = runtime->trace.sink.context;
    trace_stop(runtime);
    int error = self->error;
    file_free(self);
    return error;
}
