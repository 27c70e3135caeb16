// SPDX-License-Identifier: MIT
//
// From the command line to the prompt: `mini` on a terminal, -i, PYTHONINSPECT.
//
// The session itself is written in Mini: the module `_repl`, whose main(namespace, banner) is
// called. Where the binary was built without it, the plain console of module `code` does. As in
// CPython, -i prompts whatever standard input is, while the variable alone prompts on a terminal
// only, and a program may set it to be looked at after its end.
#include "prompt.h"

#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "import.h"
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

Value prompt_run(Thread *thread, Dict *namespace, bool greets) {
    bool has_session = import_find_embedded(thread, "_repl") != NULL;
    Value module = import_any(thread, str_from_c(thread, has_session ? "_repl" : "code"));
    if (is_error(module))
        return module;
    Value session[] = {value_object(namespace), value_bool(greets)};
    Value console[] = {VALUE_NONE, VALUE_NONE, value_object(namespace)};
    return has_session ? call_method(thread, module, str_intern_c(thread, "main"), session, 2)
                       : call_method(thread, module, str_intern_c(thread, "interact"), console, 3);
}
