// SPDX-License-Identifier: MIT
//
// Frames: the activation records of Mini functions.
//
// A Mini thread has a stack of Values of its own, apart from the C stack, so Mini calling Mini
// never recurses in C. A frame is a header followed by the registers R[0], R[1], ... of the
// function. The caller puts the callee and the arguments into its own topmost registers:
//
//     caller's registers        ... | R[a] callee | 5 words | R[a+6] arg 0 | arg 1 | ...
//     callee's frame                | header: 6 words       | R[0]         | R[1]  | ...
//
// The callee's header is built right there: the callee Value is already its first word and the
// arguments already are its first registers, so a call copies nothing. (Lua's register windows.)
//
// A generator's frame lives inside the generator object instead, and resuming one is a change of
// pointers; what it calls is placed above the frame that resumed it.
//
// The stack grows in chunks that never move, so pointers to registers stay valid.
#pragma once

#include "object.h"

typedef struct Frame Frame;
typedef struct Code Code;
typedef union Instruction Instruction;

typedef enum FrameFlags {
    FRAME_ENTRY = 1,       // returning from it leaves run_frame (it was called from C)
    FRAME_CONSTRUCTOR = 2, // an __init__: its result is dropped, the caller gets frame_instance
    FRAME_GENERATOR = 4,   // registers live in a Generator
    FRAME_CHUNK = 8,       // the first frame of a stack chunk
    FRAME_NEXT = 16,       // a __next__ that a FOR_NEXT of the caller entered
    FRAME_TRACED = 32,     // seen by tracing.c
} FrameFlags;

struct Frame {
    Value function; // the Function being run (or Code's owner for module bodies)
    Frame *caller;
    Code *code;
    const Instruction *pc; // the instruction being executed (kept current where it may raise)
    Value *top;            // first word above this frame that a callee may use
    uint32_t flags;
    uint32_t result_register; // of the caller
    Value registers[];
};
enum { FRAME_WORDS = sizeof(Frame) / sizeof(Value) };
_Static_assert(sizeof(Frame) == 6 * sizeof(Value), "the calling convention reserves 6 words");
