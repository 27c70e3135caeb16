// SPDX-License-Identifier: MIT
//
// The story of a run: which thread did what, line by line, in the order in which it happened.
#pragma once

#include "outcome.h"
#include "runtime.h"

// The running thread takes a step. Notes it with the step before if that was at the same line.
void story_tell(Story *story, Shared *shared, RuntimeThread *thread);

// A thread's sleep or timeout is over while others that could go on are held up.
void story_tell_early(Story *story, Shared *shared, const ChoiceOption *thread);
