// SPDX-License-Identifier: MIT
//
// Making and unmaking a runtime: its parts are initialised in the order in which they depend on one
// another, and unmade in the opposite order, which is only possible when no thread is left.
#include "runtime.h"

#include "carrier.h"

bool runtime_init(Runtime *runtime, const RuntimeConfig *config) {
    *runtime = (Runtime){.hooks = config->hooks, .deadlock_mode = config->deadlock_mode};
    if (!gil_init(&runtime->gil, config->gil_policy, config->switch_interval)) {
        return false;
    }
    carrier_cache_init(&runtime->carriers);
    trace_init(runtime);
    sb_init(&runtime->explanation);
    runtime->started = clock_real_now();
    runtime->clock.virtual_epoch = clock_time_of_day(&runtime->clock) - runtime->started;
    return true;
}

bool runtime_destroy(Runtime *runtime) {
    if (runtime->alive > 0) {
        return false;
    }
    signals_forget(runtime);
    control_destroy(runtime);
    races_free(runtime->races);
    carrier_cache_destroy(&runtime->carriers);
    gil_destroy(&runtime->gil);
    trace_destroy(runtime);
    sb_free(&runtime->explanation);
    return true;
}

CodePosition runtime_position(RuntimeThread *thread) {
    CodePosition (*position)(RuntimeThread *) = thread->runtime->hooks.position;
    return position ? position(thread) : (CodePosition){0};
}
