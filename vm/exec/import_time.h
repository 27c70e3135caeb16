// SPDX-License-Identifier: MIT
//
// -X importtime and -v: what is told of imports.
#pragma once

#include "interpreter.h"

typedef struct ImportTimer {
    bool times, tells;
    int64_t begun;      // ns
    int64_t of_sisters; // spent in imports of the one who imports, before this one
} ImportTimer;

// Around the loading of one module. The GIL is held.
ImportTimer import_time_begin(Thread *thread);
// `from`: where the module came from.
void import_time_end(Thread *thread, const ImportTimer *timer, const char *name, const char *from);
