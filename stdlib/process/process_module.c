// SPDX-License-Identifier: MIT
//
// The native module _process: what the modules of stdlib/process have in C. Channels carry messages
// (process_channel.c); the kinds of shared memory that processes wait for each other with are in
// process_sync.c. What is said in Mini on top of them is Python's multiprocessing.
#include "process_module.h"

#include "modules.h"

bool process_module_init(Thread *thread, Module *module) {
    module_add_type(thread, module, &channel_type_spec, NULL);
    module_add_natives(thread, module, process_channel_functions);
    return true;
}
