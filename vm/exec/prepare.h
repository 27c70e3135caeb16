// SPDX-License-Identifier: MIT
//
// Preparing a function for its first call, before anybody calls it: the child of a fork has to copy
// each page that it writes on, and what a function writes into its own code when it is called
// first, every child would write again (stdlib/process/process_popen_fork.mini). CPython's children
// copy pages, too, above all for their reference counts.
#pragma once

#include "function.h"

// Load the body and remember where its global names are found now. Does not run anything; names
// that are not found stay as they are.
void prepare_function(Thread *thread, Function *function);
