// SPDX-License-Identifier: MIT
//
// Running a program from beginning to end.
#pragma once

#include "options.h"

// Returns the exit status; does not return at all where the program ends by a signal.
int run_program(const Options *options);
