// SPDX-License-Identifier: MIT
//
// The functions behind options.def, each with the option's value. False: the value makes no sense.
#pragma once

#include "interpreter.h"

#define SETTING(text, argument, function, wanted, help)                                            \
    bool function(InterpreterOptions *options, const char *value);
#define VALUE_LETTER(letter, argument, function)                                                   \
    bool function(InterpreterOptions *options, const char *value);
#include "options.def"
#undef SETTING
#undef VALUE_LETTER

// What the variables of the environment say, unless the options forbid to listen to them.
void settings_from_environment(InterpreterOptions *options);
