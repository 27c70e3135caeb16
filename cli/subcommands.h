// SPDX-License-Identifier: MIT
//
// The words that are commands of mini.
#pragma once

#include "reader.h"

// Is the word at the reader's place a command?
bool subcommand_is_next(const ArgumentReader *reader);
// Read it and all that follows. Returns GO_ON or an exit status.
int subcommand_take(ArgumentReader *reader, Options *options);
