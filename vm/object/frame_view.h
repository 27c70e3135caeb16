// SPDX-License-Identifier: MIT
//
// Frames as programs see them. A frame itself lives on its thread's stack and moves on; the object
// is normally a note of where it was when somebody asked. While the thread is being traced, the
// notes of its frames are kept up to date instead ("live"), for tracing functions compare and
// change them: see exec/tracing.c, which lets go of them when the frame is left.
#pragma once

#include "code.h"
#include "frame.h"
#include "object.h"

typedef struct FrameView {
    Object object;
    uint64_t kind; // second-word rule; always 0
    Code *code;
    const Instruction *pc; // where it was; a live view asks the frame
    Dict *globals;         // may be NULL
    Value back;            // FrameView of the caller, or None
    Value locals;          // dict, or UNDEFINED: not recorded
    Value trace;           // f_trace: who is told of lines, returns and exceptions; None: nobody
    Frame *origin;         // the frame it was made from, which may be gone; NULL: unknown
    Frame *live;           // the frame, as long as it is looked after; else NULL
    Value owner;           // the generator or coroutine whose frame it is, or UNDEFINED
    uint32_t line;         // of the last line event, or 0
    bool starting;         // the call event is under way: the line is that of the `def`
    bool skips_lines, tells_opcodes; // f_trace_lines turned off, f_trace_opcodes on
} FrameView;

static inline FrameView *as_frame_view(Value v) {
    return (FrameView *)as_object(v);
}
bool is_frame_view(Thread *thread, Value v);

Value frame_view_new(Thread *thread, Code *code, const Instruction *pc, Dict *globals, Value back);
