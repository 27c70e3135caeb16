// SPDX-License-Identifier: MIT
//
// The functions behind options.def, each with the option's value. False: the value makes
// no sense; the functions of letters have said so on stderr.
#pragma once

#include "interpreter.h"

#define SETTING(text, argument, function, wanted, group, help)                                     \
    bool function(InterpreterOptions *options, const char *value);
#define VALUE_LETTER(letter, argument, function, help)                                             \
    bool function(InterpreterOptions *options, const char *value);
#include "options.def"
#undef SETTING
#undef VALUE_LETTER

// What the variables of the environment say, unless the options forbid to listen to them. False
// after a complaint on stderr.
bool settings_from_environment(InterpreterOptions *options);
