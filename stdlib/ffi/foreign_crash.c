// SPDX-License-Identifier: MIT
//
// A crash in C ends the process; here it gets a name first: which function it was, and which line
// of the program called it. Nothing is prepared for that but a pointer that each call stores; the
// handler reads it, and what it reads of the interpreter (line tables, names) is immutable.
//
// The handler runs on a stack of its own, for the crash may be an overflow of the ordinary one.
// Afterwards the signal does what it did before ffi came, by default: it ends the process.
#include "foreign_call.h"

#include "code.h"
#include "describe.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CRASH_STACK = 64 * 1024, REPORT_MAX = 1200 };

static const struct {
    int number;
    const char *name;
} crashes[] = {{SIGSEGV, "Segmentation fault"},
               {SIGBUS, "Bus error"},
               {SIGFPE, "Arithmetic error"},
               {SIGILL, "Illegal instruction"},
               {SIGABRT, "Aborted"}};
enum { CRASH_COUNT = sizeof crashes / sizeof *crashes };

static struct sigaction *earlier(void) {
    // What was there before, for the handler, which gets no argument of ours.
    static struct sigaction actions[CRASH_COUNT];
    return actions;
}

// snprintf is not promised to be safe here, but glibc's takes no lock and no memory for %s and %u.
static void report(const char *what, const ForeignCall *call) {
    char text[REPORT_MAX];
    const char *declaration = call->shown + strlen(call->shown) + 1;
    const Frame *frame = call->thread->frame;
    int length = *declaration == '\0'
                     ? snprintf(text, sizeof text, "mini: %s in C, at `%.300s`", what, call->shown)
                     : snprintf(text, sizeof text, "mini: %s in the C function `%.100s` (`%.300s`)",
                                what, call->shown, declaration);
    if (frame != NULL && frame->code != NULL && frame->code->file != NULL) {
        const Str *file = frame->code->file->name;
        unsigned line = code_line(frame->code, frame->pc);
        const char *name = file->ascii ? (const char *)file->data : "its program";
        length += snprintf(text + length, sizeof text - (size_t)length,
                           ", called from %.500s, line %u", name, line);
    }
    text[length++] = '\n';
    if (write(STDERR_FILENO, text, (size_t)length) < 0) {
        return; // nobody is there to be told
    }
}

static void handle(int number) {
    const ForeignCall *call = foreign_place()->call;
    for (size_t i = 0; i < CRASH_COUNT; i++) {
        if (crashes[i].number == number) {
            if (call != NULL) {
                report(crashes[i].name, call);
            }
            sigaction(number, &earlier()[i], NULL);
        }
    }
    raise(number); // delivered when the handler has returned
}

static void use_own_stack(void) {
    stack_t stack = {0};
    if (sigaltstack(NULL, &stack) != 0 || !(stack.ss_flags & SS_DISABLE)) {
        return; // there is one already
    }
    stack = (stack_t){.ss_sp = malloc(CRASH_STACK), .ss_size = CRASH_STACK};
    if (stack.ss_sp != NULL) {
        sigaltstack(&stack, NULL);
    }
}

void foreign_crash_watch(void) {
    struct sigaction now, ours = {.sa_handler = handle, .sa_flags = SA_ONSTACK};
    sigaction(SIGSEGV, NULL, &now);
    if (now.sa_handler == handle) {
        return;
    }
    use_own_stack();
    sigemptyset(&ours.sa_mask);
    for (size_t i = 0; i < CRASH_COUNT; i++) {
        sigaction(crashes[i].number, NULL, &now);
        bool is_ignored = now.sa_handler == SIG_IGN;
        if (!is_ignored && now.sa_handler != handle) {
            earlier()[i] = now;
            sigaction(crashes[i].number, &ours, NULL);
        }
    }
}
