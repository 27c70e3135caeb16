// SPDX-License-Identifier: MIT
//
// "Did you mean" for callers that know the candidates. See suggestion.c.
#pragma once

#include "object.h"

// TypeError for a keyword argument `name` that `function` does not have, with the nearest of its
// parameters, a list of strings. Returns false.
bool suggestion_raise_keyword(Thread *thread, const char *function, Str *name, const List *known);
