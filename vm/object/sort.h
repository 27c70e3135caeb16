// SPDX-License-Identifier: MIT
//
// Sorting arrays of Values: stable, adaptive, and careful with comparisons that raise.
#pragma once

#include "object.h"

// Sort `count` keys ascending by `<`, stably; `values`, if not NULL, is moved along. Both arrays
// must be out of reach of Mini code. false: a comparison raised; the arrays then hold the same
// items in some order.
bool sort_values(Thread *thread, Value *keys, Value *values, size_t count);
