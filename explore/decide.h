// SPDX-License-Identifier: MIT
//
// Who goes on in a run, and when the run is left because it has nothing new to show.
#pragma once

#include "explorer.h"

// The strategy that control_begin() gets. It asks another one, that of the run.
const ScheduleStrategy *decide_strategy(const Explorer *explorer);

// A run begins: who decides in it?
void decide_begin_run(Explorer *explorer);

// Are schedules drawn, rather than gone through one after the other?
bool decide_is_by_chance(const Explorer *explorer);

// From the program's side: the run is over, back to the explorer. Does not return.
void decide_leave(Explorer *explorer);
// The same before its end. It has ended as `kind` says; END_NORMAL: it does not count.
void decide_cut(Explorer *explorer, EndKind kind);
