// SPDX-License-Identifier: MIT
//
// The native module _process: what the modules of stdlib/process have in C. Channels carry messages
// (process_channel.c); locks and permits are in process_sync.c, events and the lines of conditions
// in process_notice.c, all in memory that process_shared.c hands out. What is said in Mini on top
// of them is Python's multiprocessing.
#include "process_module.h"

#include "modules.h"
#include "prepare.h"

// Natives and the like have nothing to be prepared.
static Value prepare(Thread *thread, Value *args) {
    Value function = args[0];
    if (has_layout(function, LAYOUT_METHOD))
        function = ((Method *)as_object(function))->function;
    if (has_layout(function, LAYOUT_FUNCTION))
        prepare_function(thread, (Function *)as_object(function));
    return VALUE_NONE;
}

static const NativeSpec process_functions[] = {
    NATIVE("prepare", prepare, "(function, /)",
           "Write into a function what its first call would, without calling it."),
    NATIVE_END,
};

bool process_module_init(Thread *thread, Module *module) {
    module_add_type(thread, module, &channel_type_spec, NULL);
    module_add_type(thread, module, &mutex_type_spec, NULL);
    module_add_type(thread, module, &permits_type_spec, NULL);
    module_add_type(thread, module, &flag_type_spec, NULL);
    module_add_type(thread, module, &line_type_spec, NULL);
    module_add_type(thread, module, &cells_type_spec, NULL);
    module_add_natives(thread, module, process_functions);
    module_add_natives(thread, module, process_descriptor_functions);
    return true;
}
