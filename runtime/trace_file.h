// SPDX-License-Identifier: MIT
//
// The trace as a file: one JSON object per line, in order of time. `mini --trace=FILE` writes one.
//
//     {"ns":51200,"thread":2,"event":"park","kind":"lock","holder":1,"file":"a.mini","line":7,...}
//
// "ns" counts from the start of the program. "task" is the task of an event loop that ran then, and
// is left out when there was none. What follows "event" are the event's arguments
// (trace_events.def), kinds, causes and results in words; then the place in the program where the
// thread was. The first line is "trace.start" with the process, then one "thread.start" for each
// thread that was there already; the last line is "trace.stop".
#pragma once

#include <stdbool.h>

typedef struct Runtime Runtime;

// Write a trace of all that happens from now on into a file, which is made or emptied. Returns 0 or
// an errno value; EBUSY when a trace is being made. GIL held.
int trace_file_start(Runtime *runtime, const char *path);

// End it. Returns 0, or the errno value of a write that failed: what came after it is missing;
// ENOENT when there was none. GIL held.
int trace_file_stop(Runtime *runtime);

// Is one being made? GIL held.
bool trace_file_is_on(Runtime *runtime);
