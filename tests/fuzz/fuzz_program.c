// SPDX-License-Identifier: MIT
//
// Throws arbitrary bytes at a part of the library, by way of a Mini program.
//
// What must hold of json, struct or re is said best in the language itself: each program in
// programs/ defines check(data), which gets the input as bytes, catches the errors that are a
// proper answer, and lets anything else (an AssertionError, a SystemError) escape. An exception
// that escapes is a finding, as are a crash and what the sanitizers see. One interpreter, with a
// small heap, serves all inputs; its programs get no names of files from the input.
//
// The environment variable FUZZ_PROGRAM is the path of the program.

#include "bytes.h"
#include "call.h"
#include "dict.h"
#include "exception.h"
#include "fuzz_target.h"
#include "import.h"
#include "landing.h"
#include "library.h"
#include "mini_check.h"
#include "module.h"
#include "modules.h"
#include "standard_files.h"
#include "str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FUZZ_HEAP = 64 << 20 };

__attribute__((noreturn)) static void give_up(Thread *thread) {
    standard_files_print_exception(thread, error_take(thread));
    standard_files_flush(thread);
    abort();
}

static void run_text(Thread *thread, const Module *module, const char *text, size_t length,
                     const char *file) {
    Str *path = str_from_c(thread, file);
    Code *code = text ? compile_text(thread, text, length, path, COMPILE_FILE, false) : NULL;
    if (!code || is_error(run_code(thread, code, module->dict, VALUE_UNDEFINED)))
        give_up(thread);
}

// Runs the program as a module "fuzz", which sys.modules keeps alive.
static Module *load_program(Thread *thread) {
    size_t length;
    const char *file = getenv("FUZZ_PROGRAM");
    MINI_CHECK(file != NULL, "FUZZ_PROGRAM is not set");
    Str *name = str_from_c(thread, "fuzz");
    const char *text = read_source_file(thread, file, &length);
    Module *module = module_new(thread, name);
    dict_set_str(thread, thread->interpreter->modules, name, value_object(module));
    run_text(thread, module, text, length, file);
    return module;
}

static Thread *start(void) {
    static char name[] = "fuzz";
    static char *arguments[] = {name, NULL};
    InterpreterOptions options = {.maximum_heap = FUZZ_HEAP,
                                  .argc = 1,
                                  .argv = arguments,
                                  .modules = stdlib_modules,
                                  .aliases = stdlib_aliases};
    Thread *thread = interpreter_new(&options);
    MINI_CHECK(thread != NULL, "no interpreter");
    if (!library_init(thread))
        give_up(thread);
    return thread;
}

static void check(Thread *thread, const Module *module, const uint8_t *data, size_t size) {
    Value function = dict_get_str(thread, module->dict, str_from_c(thread, "check"));
    Value input = value_object(bytes_new(thread, data, size));
    if (is_error(call_1(thread, function, input)))
        give_up(thread);
}

typedef struct Fuzzing {
    Thread *thread;
    const Module *module;
} Fuzzing;

// What lives from the first input to the end of the process.
static Fuzzing *fuzzing(void) {
    static Fuzzing instance;
    return &instance;
}

// What the last inputs made and dropped (streams of libz, say) goes back before leaks are counted.
static void collect_all(Fuzzing *state) {
    static const char text[] = "import gc\ngc.collect()\ngc.collect()\n";
    Landing no_memory;
    state->thread->out_of_memory = &no_memory;
    if (LANDING_SET(no_memory) == 0 && state->module)
        run_text(state->thread, state->module, text, strlen(text), "<end>");
}

static void stop(void) {
    collect_all(fuzzing());
    interpreter_free(fuzzing()->thread);
}

static void prepare(Fuzzing *state) {
    if (!state->thread) {
        state->thread = start();
        atexit(stop);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Fuzzing *state = fuzzing();
    Landing no_memory;
    prepare(state);
    state->thread->out_of_memory = &no_memory;
    if (LANDING_SET(no_memory) != 0)
        give_up(state->thread);
    if (!state->module)
        state->module = load_program(state->thread);
    check(state->thread, state->module, data, size);
    return 0;
}
