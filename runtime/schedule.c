// SPDX-License-Identifier: MIT
//
// The way from a choice point to the strategy that controls the run. Free running never gets here,
// see schedule.h. A strategy's answer is checked, because a wrong index would be a jump into
// nowhere much later.
#include "schedule.h"

#include "mini_check.h"

const char *schedule_name(const Schedule *schedule) {
    return schedule->strategy ? schedule->strategy->name : "free";
}

size_t schedule_ask(Runtime *runtime, Schedule *schedule, ChoiceKind kind,
                    const ChoiceOption *options, size_t count) {
    size_t taken = schedule->strategy->choose(runtime, schedule->state, kind, options, count);
    MINI_CHECK(taken < count, "a schedule chose an option that does not exist");
    return taken;
}
