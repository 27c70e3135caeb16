// SPDX-License-Identifier: MIT
//
// The constants of the module sys.
#pragma once

#include "library.h"

// Add version, platform, float_info and the rest to sys.
void sys_info_add(Thread *thread, Module *module);
