// SPDX-License-Identifier: MIT
//
// Which builtins does a piece of code see? Those of its globals: eval and exec may be given a
// dictionary with a `__builtins__` of its own, a dict, a module or any mapping, and then nothing
// else is found behind the globals.
//
// CPython looks `__builtins__` up when a function is made and keeps the result in it. Here it is
// looked up when a name is in the globals not to be found, and only the usual answer is remembered
// by instructions (cache.c): they check the version of the globals' keys, and exec changes that
// version when it is given builtins of their own, for the same code may have run there before.
#include "namespace.h"

#include "dict.h"
#include "execute.h"
#include "module.h"
#include "operations.h"
#include "str.h"
#include "type.h"

Value namespace_builtins(Thread *thread, Dict *globals) {
    Value own = globals == NULL
                    ? VALUE_UNDEFINED
                    : dict_get_str(thread, globals, common_name(thread, NAME___builtins__));
    if (is_undefined(own)) {
        return value_object(thread->interpreter->builtins);
    }
    return is_module(own) ? value_object(as_module(own)->dict) : own;
}

bool namespace_is_usual(const Thread *thread, Value builtins) {
    return value_same(builtins, value_object(thread->interpreter->builtins));
}

Value namespace_get(Thread *thread, Value namespace, Str *name) {
    if (is_exactly(namespace, LAYOUT_DICT)) {
        return dict_get_str(thread, as_dict(namespace), name);
    }
    Value v = operation_get_item(thread, namespace, value_object(name));
    if (is_error(v) && error_matches(thread, ERROR_KeyError)) {
        error_clear(thread);
        return VALUE_UNDEFINED;
    }
    return v;
}

Value namespace_builtin(Thread *thread, Str *name) {
    Value builtins = thread->frame == NULL
                         ? value_object(thread->interpreter->builtins)
                         : namespace_builtins(thread, frame_globals(thread->frame));
    return namespace_get(thread, builtins, name);
}

void namespace_forget(Dict *globals) {
    globals->key_version++;
}
