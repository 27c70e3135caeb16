// SPDX-License-Identifier: MIT
//
// The way from a choice point to the strategy that controls the run. Free running never gets here,
// see schedule.h. A strategy's answer is checked, because a wrong index would be a jump into
// nowhere much later.
#include "schedule.h"

#include "mini_check.h"
#include "runtime.h"

const char *schedule_name(const Schedule *schedule) {
    return schedule->strategy ? schedule->strategy->name : "free";
}

static void record(ScheduleToken *token, const Choice *choice, size_t taken) {
    if (token && taken != 0 && token->count < TOKEN_CHOICES) {
        token->choices[token->count++] = (ScheduleTokenChoice){choice->moment, taken};
    }
}

static size_t ask(RuntimeThread *thread, const Choice *choice) {
    const Schedule *schedule = &thread->runtime->schedule;
    if (choice->count == 1) {
        return 0;
    }
    size_t taken = schedule->strategy->choose(schedule->state, choice);
    MINI_CHECK(taken < choice->count, "a schedule chose an option that does not exist");
    record(schedule->record, choice, taken);
    trace(thread, TRACE_SCHEDULE_CHOICE, (int64_t)choice->count, (int64_t)taken);
    return taken;
}

size_t schedule_ask(RuntimeThread *thread, ChoiceKind kind, const ChoiceOption *options,
                    size_t count) {
    uint64_t moment = ++thread->runtime->schedule.moments;
    return ask(thread, &(Choice){kind, moment, options, count, NULL});
}

size_t schedule_ask_at_step(RuntimeThread *thread, const ScheduleStep *step,
                            const ChoiceOption *options, size_t count) {
    uint64_t moment = thread->runtime->schedule.moments;
    return ask(thread, &(Choice){CHOICE_PREEMPT, moment, options, count, step});
}
