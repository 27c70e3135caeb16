// SPDX-License-Identifier: MIT
//
// The second half of compilation: from Units to Code objects.
#pragma once

#include "compiler.h"

// The Code for a finished unit and all units inside it. NULL: exception set (a constant that is
// too big).
Code *assemble_unit(Thread *thread, const Unit *unit, SourceFile *file);
