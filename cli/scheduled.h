// SPDX-License-Identifier: MIT
//
// A run that --schedule controls.
#pragma once

#include "run_source.h"
#include "strategies.h"

// From here on the schedule that `text` names decides; NULL: none. Returns -1, or the exit status
// after a complaint on stderr.
int scheduled_begin(Thread *thread, const char *text, const Program *program);

// The run has failed: if it was controlled, say on stderr how to see it again.
void scheduled_tell_token(const Thread *thread);

// Report data races on stderr from here on, each pair of places in the program once.
void scheduled_watch_races(Thread *thread);
