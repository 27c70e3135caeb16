// SPDX-License-Identifier: MIT
//
// The module `time`: clocks, sleeping, and the calendar.
#pragma once

#include "library.h"

extern const NativeSpec time_calendar_functions[]; // time_calendar.c: localtime, strftime ...
// Set timezone, altzone, daylight and tzname from the environment.
void time_calendar_add_zone(Thread *thread, Module *module);
