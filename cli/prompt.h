// SPDX-License-Identifier: MIT
//
// The interactive prompt, before which or instead of which a program may have run.
#pragma once

#include "interpreter.h"

// Prompt in the namespace of __main__ until the user leaves. VALUE_ERROR: with an exception, which
// is SystemExit after exit().
Value prompt_run(Thread *thread, Dict *namespace);
// Is a prompt wanted now that the program has ended (-i, PYTHONINSPECT)? The program itself may
// have set the variable.
bool prompt_is_wanted(Thread *thread);
