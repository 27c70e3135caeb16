// SPDX-License-Identifier: MIT
//
// Texts that are put together while objects may be made.
//
// A StringBuilder has malloc'ed memory, and an allocation that finds none unwinds the C stack past
// whoever would free it (run.c). So a thread knows the texts that it is working on, innermost
// first, and on the way to a landing those are freed whose functions are cut off: they lie nearer
// to the top of the stack than the landing does.
#pragma once

#include "string_builder.h"

typedef struct Thread Thread;

typedef struct WorkingText {
    StringBuilder text;
    struct WorkingText *outer; // the one begun before
} WorkingText;

// An empty text. `working` must be a local variable, and is ended before its function returns.
StringBuilder *working_text_begin(Thread *thread, WorkingText *working);
// Frees the text that was begun last.
void working_text_end(Thread *thread, const WorkingText *working);
// Frees those of all functions called by the one whose local variable `landing` is.
void working_texts_drop(Thread *thread, const void *landing);
