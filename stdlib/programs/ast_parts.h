// SPDX-License-Identifier: MIT
//
// The natives of the module ast that stand in files of their own (ast_tokens.c).
#pragma once

#include "interpreter.h"

Value ast_tokens(Thread *thread, Value *args);
