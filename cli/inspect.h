// SPDX-License-Identifier: MIT
//
// `mini tokens`, `mini ast` and `mini dis`: a program seen at each stage of its way to bytecode.
#pragma once

#include "options.h"

// Print what options->action asks for of the file options->target. Returns the exit status.
int inspect_file(Options *options);
