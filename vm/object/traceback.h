// SPDX-License-Identifier: MIT
//
// Tracebacks. When an exception leaves a frame, one record is put in front of the exception's
// list: which code, at which instruction. That is all that happens while unwinding; line numbers,
// source lines and carets are found when somebody looks.
#pragma once

#include "code.h"
#include "frame.h"
#include "object.h"
#include "string_builder.h"

typedef struct Traceback {
    Object object;
    uint64_t kind; // second-word rule; always 0
    Code *code;
    const Instruction *pc;
    struct Traceback *next; // towards the place where it was raised
    Dict *globals;          // of the frame; may be NULL
    Frame *origin;          // the frame; NULL: left by the exception
    Value frame;            // tb_frame, once somebody has asked for it; or UNDEFINED
    uint32_t line;          // tb_lineno if a program has named one; 0: where the instruction is
    bool is_elsewhere;      // what the program has named is no instruction: only the line counts
} Traceback;

// In a code's flags: its frames are left out of tracebacks, as if it were native.
enum { TRACEBACK_LEFT_OUT = 1 << 20 };

// The thread's exception passes through `frame`. Left out when memory has run out: a MemoryError
// raised here would have to be unwound from here again, for ever.
void traceback_add(Thread *thread, Frame *frame);
// The exception leaves `frame`: another call of the function may soon have its place.
void traceback_forget(Thread *thread, const Frame *frame);
// Print the exception with its causes, context and notes as Python 3.13 does.
void traceback_print(Thread *thread, Value exception, StringBuilder *out);
// The lines "  File ..., line N, in f" with source and carets; no heading.
void traceback_print_frames(Thread *thread, const Traceback *traceback, StringBuilder *out);
// The line (or lines, for SyntaxError) that says what happened: "ValueError: message".
void traceback_print_headline(Thread *thread, Value exception, StringBuilder *out);
// "Did you mean" for `exception`: the suggestion in `out` and true, or false.
bool traceback_suggestion(Thread *thread, Value exception, StringBuilder *out);
