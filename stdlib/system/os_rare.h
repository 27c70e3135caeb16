// SPDX-License-Identifier: MIT
//
// The parts of the native module _os_rare: what os has for the few programs that ask for it. It is
// loaded by os_more.mini, so that other programs do not pay for a hundred functions at their start.
#pragma once

#include "library.h"

extern const NativeSpec os_owner_functions[];     // os_owners.c: setuid, getgroups ...
extern const NativeSpec os_scheduler_functions[]; // os_scheduler.c: sched_setscheduler ...
extern const NativeSpec os_memory_functions[];    // os_rare.c: readv, memfd_create ...
