// SPDX-License-Identifier: MIT
//
// Warnings from C code, such as the one about `~True`.
//
// The module warnings knows the filters, what was already shown and where to, and it is written in
// Mini; so a warning is a call of its warn(). It is imported by the first warning, for most
// programs give none. A native has no frame of its own: the line warned about is the one that
// called it. While the module itself is being imported there is nobody to warn. CPython keeps
// filters in C (Python/_warnings.c) and writes what is shown in Python, too.
#include "warning.h"

#include "call.h"
#include "dict.h"
#include "import.h"
#include "interpreter.h"
#include "str.h"

bool warning_give(Thread *thread, ErrorKind kind, const char *message) {
    Module *module = import_module(thread, str_from_c(thread, "warnings"));
    if (module == NULL)
        return false;
    Value function = dict_get_str(thread, module->dict, str_intern_c(thread, "warn"));
    if (is_undefined(function))
        return true;
    Value args[] = {value_object(str_from_c(thread, message)),
                    value_object(thread->interpreter->errors[kind])};
    return !is_error(call_value(thread, function, args, 2));
}
