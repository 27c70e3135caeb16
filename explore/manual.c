// SPDX-License-Identifier: MIT
//
// The conversation with the person at the terminal. Steps inside the library are not asked about:
// what a student wants to order is the own program. An end of input means "run to the end".
#include "manual.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_MAX = 64 };

void manual_begin_run(Manual *manual) {
    manual->at = 0;
    manual->runs_on = manual->is_undone = false;
}

// ---- showing ----

static RuntimeThread *find_thread(const Manual *manual, uint64_t id) {
    RuntimeThread *thread = manual->runtime->threads;
    while (thread != NULL && thread->id != id) {
        thread = thread->next;
    }
    return thread;
}

static void put_source(RuntimeThread *thread, StringBuilder *out) {
    const RuntimeHooks *hooks = &thread->runtime->hooks;
    CodePosition position = hooks->own_position(thread);
    StringBuilder line, instruction;
    sb_init(&line);
    sb_init(&instruction);
    if (position.code != NULL) {
        hooks->describe_source(position, &line, &instruction);
        sb_printf(out, "line %u: %-34s [%s]", hooks->line(position), line.data, instruction.data);
    } else {
        sb_puts(out, "about to begin");
    }
    sb_free(&line);
    sb_free(&instruction);
}

static void put_locks(RuntimeThread *thread, StringBuilder *out) {
    const RuntimeHooks *hooks = &thread->runtime->hooks;
    for (size_t i = 0; i < sizeof thread->holds / sizeof thread->holds[0]; i++) {
        if (thread->holds[i] != NULL) {
            sb_puts(out, i == 0 ? "  holds " : ", ");
            hooks->describe_object(thread, thread->holds[i], out);
        }
    }
}

static void put_waiting(const Manual *manual, StringBuilder *out) {
    for (RuntimeThread *t = manual->runtime->threads; t != NULL; t = t->next) {
        if (t->waiting_for != NULL) {
            sb_printf(out, "    %-22s waits for %s: ", t->name,
                      wait_kind_noun(t->waiting_for->kind));
            put_source(t, out);
            put_locks(t, out);
            sb_putc(out, '\n');
        }
    }
}

static void put_question(const Manual *manual, const Choice *choice, StringBuilder *out) {
    static const char *const titles[CHOICE_KIND_COUNT] = {
        [CHOICE_PREEMPT] = "who goes on?",
        [CHOICE_NEXT] = "who runs next?",
        [CHOICE_WAITER] = "who is woken?",
    };
    sb_printf(out, "\nmoment %llu: %s\n", (unsigned long long)choice->moment,
              titles[choice->kind] != NULL ? titles[choice->kind] : "which?");
    for (size_t i = 0; i < choice->count; i++) {
        RuntimeThread *thread = find_thread(manual, choice->options[i].id);
        sb_printf(out, "  %zu %-22s ", i + 1, choice->options[i].name);
        if (thread != NULL) {
            put_source(thread, out);
            put_locks(thread, out);
        }
        sb_puts(out, choice->options[i].is_early ? ", as if its time were over\n" : "\n");
    }
    put_waiting(manual, out);
    sb_printf(out, "1-%zu, Enter for 1, u undo, r run to the end, q quit: ", choice->count);
}

static void say(const Manual *manual, const StringBuilder *text) {
    for (size_t done = 0; done < text->length;) {
        ssize_t written = write(manual->output, text->data + done, text->length - done);
        if (written <= 0) {
            return;
        }
        done += (size_t)written;
    }
}

// ---- asking ----

// A line without its end; false at the end of input.
static bool read_answer(const Manual *manual, char *answer) {
    size_t length = 0;
    char c = '\0';
    while (read(manual->input, &c, 1) == 1 && c != '\n') {
        if (length < ANSWER_MAX - 1) {
            answer[length++] = c;
        }
    }
    answer[length] = '\0';
    return length > 0 || c == '\n';
}

// The option chosen, or -1 when the answer makes no sense.
static long understand(Manual *manual, const Choice *choice, const char *answer) {
    switch (answer[0]) {
    case '\0':
        return 0;
    case 'r':
        manual->runs_on = true;
        return 0;
    case 'q':
        manual->is_over = true;
        return 0;
    case 'u':
        manual->is_undone = true;
        return 0;
    default: {
        long number = strtol(answer, NULL, 10);
        return number >= 1 && (size_t)number <= choice->count ? number - 1 : -1;
    }
    }
}

static size_t ask(Manual *manual, const Choice *choice) {
    char answer[ANSWER_MAX];
    long option = -1;
    while (option < 0) {
        StringBuilder text;
        sb_init(&text);
        put_question(manual, choice, &text);
        say(manual, &text);
        sb_free(&text);
        manual->runs_on = !read_answer(manual, answer);
        option = manual->runs_on ? 0 : understand(manual, choice, answer);
    }
    return (size_t)option;
}

// ---- the strategy ----

static bool considers(void *state, uint64_t moment, const ScheduleStep *step) {
    (void)moment;
    (void)step;
    const Manual *manual = state;
    return !manual->runs_on || manual->at < manual->count;
}

static size_t choose(void *state, const Choice *choice) {
    Manual *manual = state;
    if (manual->at < manual->count) {
        size_t given = manual->answers[manual->at++];
        return given < choice->count ? given : 0;
    }
    if (manual->runs_on || manual->count == MANUAL_CHOICES) {
        return 0;
    }
    size_t option = ask(manual, choice);
    if (manual->is_undone) {
        manual->count -= manual->count > 0;
    } else if (!manual->is_over) {
        manual->answers[manual->count++] = (uint16_t)option;
        manual->at = manual->count;
    }
    return option;
}

const ScheduleStrategy strategy_manual = {"manual", considers, choose, true, false};
