// SPDX-License-Identifier: MIT
//
// Each test has an interpreter of its own, made as `mini` makes it, only without a command line.
// Programs are run by the builtin exec(): what they say goes where it would go.
#include "real_vm.h"

#include "call.h"
#include "dict.h"
#include "library.h"
#include "modules.h"
#include "standard_files.h"
#include "str.h"

Thread *real_vm_open(void) {
    InterpreterOptions options = {.modules = stdlib_modules, .aliases = stdlib_aliases};
    Thread *thread = interpreter_new(&options);
    ck_assert_ptr_nonnull(thread);
    ck_assert(library_init(thread));
    return thread;
}

void real_vm_close(Thread *thread) {
    ck_assert(library_end_program(thread));
    interpreter_free(thread);
}

void real_vm_run(Thread *thread, const char *program) {
    Value exec = dict_get_str(thread, thread->interpreter->builtins, str_from_c(thread, "exec"));
    Value args[] = {value_object(str_from_c(thread, program)), value_object(dict_new(thread, 0))};
    if (is_error(call_value(thread, exec, args, 2))) {
        standard_files_print_exception(thread, error_take(thread));
        ck_abort_msg("the program has failed");
    }
}
