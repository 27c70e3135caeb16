// SPDX-License-Identifier: MIT
//
// help, exit and quit: what people call at a prompt. What help() shows is made in Mini (pydoc),
// which reads the docstrings and signatures of natives as it does those of functions written in
// Mini.
#include "builtins.h"
#include "call.h"
#include "exception.h"
#include "import.h"
#include "str.h"

// help() imports pydoc when it is first called.
static Value builtin_help(Thread *thread, Value *args) {
    Module *module = import_module(thread, str_from_c(thread, "pydoc"));
    if (module == NULL)
        return VALUE_ERROR;
    Value request[] = {args[0]};
    return call_method(thread, value_object(module), str_intern_c(thread, "help"), request,
                       is_undefined(args[0]) ? 0 : 1);
}

static Value builtin_exit(Thread *thread, Value *args) {
    Type *type = thread->interpreter->errors[ERROR_SystemExit];
    Value error = exception_new_args(thread, type, args, is_none(args[0]) ? 0 : 1);
    return is_error(error) ? error : raise_value(thread, error);
}

const NativeSpec builtins_help[] = {
    NATIVE("exit", builtin_exit, "(code=None)", "End the program with this exit status."),
    NATIVE(
        "help", builtin_help, "(request=..., /)",
        "Show the page of an object, a name, a keyword or a subject; without one, ask for them."),
    NATIVE("quit", builtin_exit, "(code=None)", "End the program with this exit status."),
    NATIVE_END,
};
