// SPDX-License-Identifier: MIT
//
// Beginning a controlled run. Control begins when the library is there and the program is read,
// just before its first instruction, so that a token means the same whatever was loaded before.
#include "scheduled.h"

#include "execute.h"

#include <stdio.h>
#include <stdlib.h>

enum { EXIT_FAILED = 1, EXIT_USAGE = 2 };

void scheduled_control(Thread *thread, const ScheduleStrategy *strategy, void *state) {
    control_begin(&thread->interpreter->runtime, strategy, state);
    thread->interpreter->watches_steps = true;
    dispatch_renew(thread);
}

static int complain_changed(const char *token) {
    fprintf(stderr,
            "mini: --schedule=%s: the token was made by another program, or this one has changed "
            "since\n",
            token);
    return EXIT_USAGE;
}

// What a controlled run keeps until its end.
typedef struct ScheduledRun {
    ScheduleChoice choice;
    ScheduleToken record;
} ScheduledRun;

static int begin(Thread *thread, ScheduledRun *run, const char *text, const Program *program) {
    const char *problem;
    if (!schedule_parse(&run->choice, text, &problem)) {
        fprintf(stderr, "mini: --schedule: '%s' %s\n", text, problem);
        return EXIT_USAGE;
    }
    const ScheduleStrategy *strategy = run->choice.strategy;
    run->record.program = schedule_token_hash(program->text, program->length);
    if (strategy == &strategy_replay && run->choice.replay.token.program != run->record.program)
        return complain_changed(text);
    if (strategy != NULL) {
        scheduled_control(thread, strategy, &run->choice.replay);
        thread->interpreter->runtime.schedule.record = &run->record;
    }
    return -1;
}

int scheduled_begin(Thread *thread, const char *text, const Program *program) {
    if (text == NULL)
        return -1;
    ScheduledRun *run = calloc(1, sizeof *run);
    if (run == NULL) {
        fprintf(stderr, "mini: not enough memory to start\n");
        return EXIT_FAILED;
    }
    int status = begin(thread, run, text, program);
    thread->interpreter->runtime.schedule.memory = run;
    return status;
}

void scheduled_tell_token(const Thread *thread) {
    const Schedule *schedule = &thread->interpreter->runtime.schedule;
    if (schedule_is_free(schedule) || schedule->record == NULL)
        return;
    StringBuilder text;
    sb_init(&text);
    schedule_token_write(schedule->record, &text);
    fprintf(stderr, "mini: to see this run again: --schedule=%s\n", text.data);
    sb_free(&text);
}
