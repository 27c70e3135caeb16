// SPDX-License-Identifier: MIT
//
// The list of a thread's working texts: a stack, kept in the C stack's own frames.
//
// Nobody must look at it after the jump to a landing, for the frames that hold its upper part are
// gone then; so it is cut back before. That the stack grows downwards tells which part that is.
#include "working_text.h"

#include "interpreter.h"
#include "mini_check.h"

StringBuilder *working_text_begin(Thread *thread, WorkingText *working) {
    sb_init(&working->text);
    working->outer = thread->working_texts;
    thread->working_texts = working;
    return &working->text;
}

static void free_innermost(Thread *thread) {
    WorkingText *innermost = thread->working_texts;
    thread->working_texts = innermost->outer;
    sb_free(&innermost->text);
}

void working_text_end(Thread *thread, const WorkingText *working) {
    MINI_CHECK(thread->working_texts == working, "texts end in the order of their beginnings");
    free_innermost(thread);
}

void working_texts_drop(Thread *thread, const void *landing) {
    while (thread->working_texts && (uintptr_t)thread->working_texts < (uintptr_t)landing)
        free_innermost(thread);
}
