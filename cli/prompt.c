// SPDX-License-Identifier: MIT
//
// From the command line to the prompt: `mini` on a terminal, -i, PYTHONINSPECT.
//
// The session itself is written in Mini: the module `repl`, whose interact(namespace) returns when
// the user leaves. As in CPython, -i prompts whatever standard input is, while the variable alone
// prompts on a terminal only, and a program may set it to be looked at after its end.
#include "prompt.h"

#include "call.h"
#include "dict.h"
#include "import.h"
#include "library.h"
#include "list.h"
#include "object.h"
#include "str.h"

#include <stdlib.h>
#include <unistd.h>

static bool is_set(const char *name) {
    const char *value = getenv(name);
    return value != NULL && *value != '\0';
}

bool prompt_is_wanted(Thread *thread) {
    const CommandFlags *flags = &thread->interpreter->options.flags;
    bool inspects = flags->inspect > 0;
    if (!flags->ignore_environment)
        inspects |= is_set("MINIINSPECT") || is_set("PYTHONINSPECT");
    return inspects && (flags->interactive > 0 || isatty(STDIN_FILENO));
}

// The session is the library's, whatever files of that name lie in the program's folder: it is
// imported with an empty sys.path.
static Value import_session(Thread *thread) {
    Module *sys = as_module(thread->interpreter->sys_module);
    Value path = library_sys_attribute(thread, common_name(thread, NAME_path));
    module_add(thread, sys, "path", value_object(list_new(thread, 0)));
    Value session = import_any(thread, str_from_c(thread, "repl"));
    module_add(thread, sys, "path", is_undefined(path) ? VALUE_NONE : path);
    return session;
}

Value prompt_run(Thread *thread, Dict *namespace) {
    Value session = import_session(thread);
    if (is_error(session))
        return session;
    Value argument = value_object(namespace);
    return call_method(thread, session, str_intern_c(thread, "interact"), &argument, 1);
}
