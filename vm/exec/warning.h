// SPDX-License-Identifier: MIT
//
// Warnings that C code gives about what the running line does.
#pragma once

#include "error.h"

// Give a warning of this class by warnings.warn, as if the running line had called it. False: an
// exception is set, for instance because a filter made one of the warning.
bool warning_give(Thread *thread, ErrorKind kind, const char *message);
