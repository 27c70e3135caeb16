// SPDX-License-Identifier: MIT
//
// breakpoint() calls whatever sys.breakpointhook is now, with its own arguments. The hook that is
// there from the start calls the function that the environment names in PYTHONBREAKPOINT; the
// module _breakpoint finds it. Both are natives, as in CPython, so that no frame lies between the
// caller of breakpoint() and the debugger, which looks at sys._getframe().f_back.
#include "breakpoint.h"

#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "exception.h"
#include "import.h"
#include "str.h"
#include "tuple.h"
#include "type_parts.h"

// args: *args and **kwds of the native.
static Value pass_on(Thread *thread, Value callee, Value *args) {
    Tuple *given = as_tuple(args[0]);
    Dict *named = as_dict(args[1]);
    if (named->length == 0)
        return call_value(thread, callee, given->items, given->length);
    return call_with_dict(thread, callee, given->items, given->length, named);
}

static Value builtin_breakpoint(Thread *thread, Value *args) {
    Str *name = str_intern_c(thread, "breakpointhook");
    Value hook = attribute_get_optional(thread, thread->interpreter->sys_module, name);
    if (is_error(hook))
        return hook;
    if (is_undefined(hook))
        return raise_error(thread, ERROR_RuntimeError, "lost sys.breakpointhook");
    return pass_on(thread, hook, args);
}

static Value sys_breakpointhook(Thread *thread, Value *args) {
    Module *module = import_module(thread, str_from_c(thread, "_breakpoint"));
    if (module == NULL)
        return VALUE_ERROR;
    Value find = attribute_get(thread, value_object(module), str_intern_c(thread, "find"));
    Value function = is_error(find) ? find : call_value(thread, find, NULL, 0);
    return is_error(function) || is_none(function) ? function : pass_on(thread, function, args);
}

const NativeSpec breakpoint_builtins[] = {
    NATIVE("breakpoint", builtin_breakpoint, "(*args, **kws)",
           "Call sys.breakpointhook with these arguments: it starts a debugger."),
    NATIVE_END,
};

static const NativeSpec sys_functions[] = {
    NATIVE("breakpointhook", sys_breakpointhook, "(*args, **kws)",
           "Call the function that PYTHONBREAKPOINT names; 0 means none."),
    NATIVE_END,
};

void breakpoint_add_hook(Thread *thread, Module *module) {
    module_add_natives(thread, module, sys_functions);
    Value hook = dict_get_str(thread, module->dict, str_intern_c(thread, "breakpointhook"));
    module_add(thread, module, "__breakpointhook__", hook);
}
