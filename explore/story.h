// SPDX-License-Identifier: MIT
//
// The story of a run: which thread did what, line by line, in the order in which it happened.
#pragma once

#include "outcome.h"
#include "runtime.h"

// The running thread takes a step. Notes it with the step before if that was at the same line.
void story_tell(Story *story, Shared *shared, RuntimeThread *thread);
