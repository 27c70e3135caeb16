// SPDX-License-Identifier: MIT
//
// sys.settrace and sys.setprofile: a function of the program's that is told, in the thread that
// installed it, of every call, line, return and exception. How: see tracing.c.
#pragma once

#include "frame_view.h"
#include "interpreter.h"

typedef enum TracingKind { TRACING_LINES, TRACING_PROFILE } TracingKind;

// Install `function` for the calling thread; None: stop. false: exception set.
bool tracing_set(Thread *thread, TracingKind kind, Value function);
// What is installed, or None.
Value tracing_get(Thread *thread, TracingKind kind);
// Someone wants to be told of what happens in the frame that `view` was made from: look after it
// from now on, if it still runs. false: exception set.
bool tracing_adopt(Thread *thread, FrameView *view);
// The live view of `frame`, or NULL.
FrameView *tracing_view(Thread *thread, const Frame *frame);

// What the loop says. Before an instruction (the frame's pc is it); false: exception set.
bool tracing_step(Thread *thread);
// An exception has been raised in, or has come into, a frame with FRAME_TRACED; it may be replaced.
void tracing_raised(Thread *thread, Frame *frame);
// A frame with FRAME_TRACED returns.
void tracing_left(Thread *thread, const Frame *frame);
// It is about to be left by an exception, which may be replaced.
void tracing_unwound(Thread *thread, Frame *frame);
