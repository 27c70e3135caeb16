// SPDX-License-Identifier: MIT
//
// The argv and envp of a program: vectors of C strings, ended by NULL. Each
// is one buffer of the heap, which lives as long as its address stands on the stack.
#pragma once

#include "object.h"

// The items of a list or tuple, each a str, bytes or path. NULL: exception set.
char **os_vector_of_arguments(Thread *thread, Value items);
// "name=value" for the items of a mapping, None: the environment of this process. NULL: exception.
char **os_vector_of_environment(Thread *thread, const char *function, Value mapping);
