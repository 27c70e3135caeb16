// SPDX-License-Identifier: MIT
//
// Beginning a controlled run. Control begins when the library is there and the program is read,
// just before its first instruction, so that a token means the same whatever was loaded before.
#include "scheduled.h"

#include "execute.h"

#include <stdio.h>
#include <stdlib.h>

enum { EXIT_FAILED = 1, EXIT_USAGE = 2 };

// Let a strategy decide from here on. Only the main thread is there.
static void scheduled_control(Thread *thread, const ScheduleStrategy *strategy, void *state) {
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
    // The moments of a run that the program began are counted from there.
    const char *form = schedule->layers != NULL && schedule->memory == NULL
                           ? "mini: to see this again: schedule.use(\"%s\")\n"
                           : "mini: to see this run again: --schedule=%s\n";
    fprintf(stderr, form, text.data);
    sb_free(&text);
}

// ---- data races ----

enum { TOLD_MAX = 256 };

// The pairs of lines that were told.
typedef struct RaceLog {
    size_t count;
    CodePosition pairs[TOLD_MAX][2];
} RaceLog;

static uint32_t line_of(CodePosition position) {
    const Code *code = position.code;
    return code_line(code, code->instructions + position.offset);
}

static bool is_same(CodePosition a, CodePosition b) {
    return a.code == b.code && line_of(a) == line_of(b);
}

static bool is_told(const RaceLog *log, const Race *race) {
    for (size_t i = 0; i < log->count; i++) {
        const CodePosition *pair = log->pairs[i];
        if ((is_same(pair[0], race->before.site) && is_same(pair[1], race->now.site)) ||
            (is_same(pair[1], race->before.site) && is_same(pair[0], race->now.site)))
            return true;
    }
    return log->count == TOLD_MAX;
}

// The schedule that led to the race; what comes after it does not matter.
static void put_token(const Schedule *schedule, StringBuilder *text) {
    if (schedule->record != NULL && schedule->layers == NULL) {
        sb_puts(text, "\n  to see it again: --schedule=");
        schedule_token_write(schedule->record, text);
    }
}

static void tell_race(void *context, RuntimeThread *thread, const Race *race) {
    RaceLog *log = context;
    if (!race->touch.is_plain || is_told(log, race))
        return;
    log->pairs[log->count][0] = race->before.site;
    log->pairs[log->count++][1] = race->now.site;
    StringBuilder text;
    sb_init(&text);
    races_describe(thread, race, &text);
    put_token(&thread->runtime->schedule, &text);
    fprintf(stderr, "%s\n", text.data);
    sb_free(&text);
}

void scheduled_watch_races(Thread *thread) {
    Runtime *runtime = &thread->interpreter->runtime;
    runtime->races = races_new((RaceSink){tell_race, calloc(1, sizeof(RaceLog)), free});
    thread->interpreter->watches_steps = runtime->races != NULL;
    dispatch_renew(thread);
}
