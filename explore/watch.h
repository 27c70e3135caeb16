// SPDX-License-Identifier: MIT
//
// What the explorer hears of a run.
#pragma once

#include "explorer.h"

// What the runtime is to call: at each step, before what cannot be taken back, when nobody can go
// on; and `on_second_thread`, when there is something to explore.
ControlWatch watch_of(Explorer *explorer,
                      void (*on_second_thread)(void *context, RuntimeThread *thread));

// A RaceSink's function: two accesses had no order. `context` is the Explorer.
void watch_race(void *context, RuntimeThread *thread, const Race *race);
