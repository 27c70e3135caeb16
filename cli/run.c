// SPDX-License-Identifier: MIT
//
// The life of a program: make an interpreter, run the text as __main__, and end as python3 would.
//
// The end has an order that users notice. An uncaught exception is shown first; then the main
// thread waits for the others that are not daemons; then the standard files are flushed (which may
// fail, status 120); then the ledger is printed if asked for. A program that Ctrl-C ended dies of
// the signal SIGINT itself, so that the shell that started it stops its script, too.
#include "run.h"

#include "call.h"
#include "dict.h"
#include "exception.h"
#include "explored.h"
#include "import.h"
#include "int.h"
#include "ledger.h"
#include "library.h"
#include "list.h"
#include "operations.h"
#include "prompt.h"
#include "run_source.h"
#include "scheduled.h"
#include "signals.h"
#include "standard_files.h"
#include "str.h"
#include "trace_file.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    EXIT_OK = 0,
    EXIT_EXCEPTION = 1,
    EXIT_USAGE = 2,
    EXIT_NOT_WRITTEN = 120,
    EXIT_INTERRUPTED = 256, // to be turned into the signal
};

// ---- Exceptions nobody caught ----

static int status_of_exit(Thread *thread, Value exception) {
    Value code = as_exception(exception)->fields[SYSTEM_EXIT_CODE];
    int64_t number;
    if (is_none(code) || is_undefined(code) || is_error(code))
        return EXIT_OK;
    if (is_integral(code))
        return int_to_int64(code, &number) ? (int)(number & 0xff) : 0xff;
    Str *text = operation_str(thread, code);
    if (text == NULL) {
        error_clear(thread);
        return EXIT_EXCEPTION;
    }
    size_t length;
    Str *line = str_format(thread, "%s\n", str_text(thread, text));
    const char *bytes = str_utf8(thread, line, &length);
    standard_files_complain(thread, bytes, length);
    return EXIT_EXCEPTION;
}

static void complain(Thread *thread, const char *text) {
    standard_files_complain(thread, text, strlen(text));
}

// sys.excepthook itself has raised `failure`. Returns -1, or the status if that was SystemExit.
static int report_failed_hook(Thread *thread, Value failure, Value exception) {
    if (exception_is(thread, failure, ERROR_SystemExit))
        return status_of_exit(thread, failure);
    complain(thread, "Error in sys.excepthook:\n");
    standard_files_print_exception(thread, failure);
    complain(thread, "\nOriginal exception was:\n");
    standard_files_print_exception(thread, exception);
    return -1;
}

// Call sys.excepthook. Returns -1, or an exit status.
static int call_hook(Thread *thread, Value exception) {
    thread->interpreter->uncaught++;
    Value hook = library_sys_attribute(thread, common_name(thread, NAME_excepthook));
    if (is_undefined(hook)) {
        complain(thread, "sys.excepthook is missing\n");
        standard_files_print_exception(thread, exception);
        return -1;
    }
    const Traceback *traceback = as_exception(exception)->traceback;
    Value args[] = {value_object(object_type(exception)), exception,
                    traceback == NULL ? VALUE_NONE : value_object(traceback)};
    if (!is_error(call_value(thread, hook, args, 3)))
        return -1;
    return report_failed_hook(thread, error_take(thread), exception);
}

// For whoever looks at the failure afterwards: pdb.pm(), traceback.print_last().
static void note_last(Thread *thread, Value exception) {
    const Traceback *traceback = as_exception(exception)->traceback;
    Module *sys = as_module(thread->interpreter->sys_module);
    module_add(thread, sys, "last_exc", exception);
    module_add(thread, sys, "last_type", value_object(object_type(exception)));
    module_add(thread, sys, "last_value", exception);
    module_add(thread, sys, "last_traceback",
               traceback == NULL ? VALUE_NONE : value_object(traceback));
}

static int report_exception(Thread *thread, Value exception) {
    if (!library_is_ready(thread)) {
        fprintf(stderr, "mini: not enough memory to start\n");
        return EXIT_EXCEPTION;
    }
    bool inspects = thread->interpreter->options.flags.inspect > 0; // then exits are shown, too
    if (exception_is(thread, exception, ERROR_SystemExit) && !inspects)
        return status_of_exit(thread, exception);
    note_last(thread, exception);
    int status = call_hook(thread, exception);
    if (status >= 0)
        return status;
    // A subclass of KeyboardInterrupt is the program's own affair.
    return object_type(exception) == thread->interpreter->errors[ERROR_KeyboardInterrupt]
               ? EXIT_INTERRUPTED
               : EXIT_EXCEPTION;
}

// ---- From start to end ----

// Options about warnings are checked before the program begins, as users of Python expect.
static bool import_warnings(Thread *thread) {
    Value options = library_sys_attribute(thread, str_intern_c(thread, "warnoptions"));
    return as_list(options)->length == 0 ||
           import_module(thread, str_from_c(thread, "warnings")) != NULL;
}

// What is asked for before the first instruction. Returns -1 or an exit status.
static int begin_control(Thread *thread, const Options *options, const Program *program) {
    int status = scheduled_begin(thread, options->interpreter.schedule, program);
    if (status < 0 && options->explorer != NULL)
        status = explored_begin(thread, options->explorer, program);
    if (status < 0 && options->interpreter.races)
        scheduled_watch_races(thread);
    return status;
}

// Read the program and run it in `*main`, which is NULL if it has not come to that. An exit status.
static int run_once(Thread *thread, const Options *options, Module **main) {
    Program program;
    int status = run_source_load(thread, options, &program);
    if (status < 0)
        status = begin_control(thread, options, &program);
    if (status < 0) {
        *main = run_source_prepare(thread, options, &program);
        if (*main != NULL && options->action == ACTION_PROMPT)
            return EXIT_OK;
        if (*main != NULL && !is_error(run_source_execute(thread, &program, *main)))
            status = EXIT_OK;
    }
    return error_pending(thread) ? report_exception(thread, error_take(thread)) : status;
}

// The prompt before which a program may have run, or have failed to. From now on exit() ends it.
static int prompt(Thread *thread, const Options *options, Module *main) {
    thread->interpreter->options.flags.inspect = 0;
    if (main == NULL)
        main = run_source_main(thread);
    if (options->action == ACTION_FILE)
        dict_delete_str(thread, main->dict, str_intern_c(thread, "__file__"));
    standard_files_flush(thread);
    return is_error(prompt_run(thread, main->dict)) ? report_exception(thread, error_take(thread))
                                                    : EXIT_OK;
}

static int run_text(Thread *thread, const Options *options) {
    Module *main = NULL;
    if (!library_init(thread) || !import_warnings(thread))
        return report_exception(thread, error_take(thread));
    int status = run_once(thread, options, &main);
    bool prompts =
        options->action == ACTION_PROMPT || (prompt_is_wanted(thread) && options->explorer == NULL);
    return prompts && status != EXIT_INTERRUPTED ? prompt(thread, options, main) : status;
}

// `step` with a way out for memory exhaustion outside of the interpreter loop.
static int guarded(Thread *thread, const Options *options,
                   int (*step)(Thread *thread, const Options *options)) {
    Landing here;
    int status;
    thread->out_of_memory = &here;
    if (LANDING_SET(here) == 0) {
        status = step(thread, options);
    } else {
        Value error = error_take(thread);
        status = EXIT_EXCEPTION;
        if (LANDING_SET(here) == 0)
            status = report_exception(thread, error);
    }
    thread->out_of_memory = NULL;
    return status;
}

static int end_threads(Thread *thread, const Options *options) {
    (void)options;
    if (!library_is_ready(thread))
        return EXIT_OK;
    return library_end_program(thread) ? EXIT_OK : EXIT_NOT_WRITTEN;
}

static void die_interrupted(void) {
    signal(SIGINT, SIG_DFL);
    kill(getpid(), SIGINT);
}

// Files that nobody closed are sent out. The rest is the system's to take back, which is quicker
// at it; only under a sanitizer everything is taken apart, so that it can tell what was lost.
// False if daemon threads are still there. None gets the GIL again, but one that is in a call of
// the system or of C may go on using the heap's memory.
static bool end_interpreter(Thread *thread) {
    bool alone = runtime_thread_count(&thread->interpreter->runtime) == 1;
    thread->interpreter->is_ending = !alone;
    heap_finalize_all(thread_heap(thread));
#ifdef __SANITIZE_ADDRESS__
    if (alone)
        interpreter_free(thread);
#endif
    return alone;
}

// False: the file cannot be made.
static bool begin_trace(Runtime *runtime, const char *path) {
    int error = path == NULL ? 0 : trace_file_start(runtime, path);
    if (error != 0)
        fprintf(stderr, "mini: can't write the trace '%s': %s\n", path, strerror(error));
    return error == 0;
}

// Also one that the program itself began.
static void end_trace(Runtime *runtime) {
    int error = trace_file_is_on(runtime) ? trace_file_stop(runtime) : 0;
    if (error != 0)
        fprintf(stderr, "mini: the trace is incomplete: %s\n", strerror(error));
}

int run_program(const Options *options) {
    Thread *thread = interpreter_new(&options->interpreter);
    if (thread == NULL)
        return EXIT_EXCEPTION;
    Runtime *runtime = &thread->interpreter->runtime;
    if (!begin_trace(runtime, options->interpreter.trace_file))
        return EXIT_USAGE;
    if (signals_get(SIGINT) == SIGNAL_DEFAULT)
        signals_set(runtime, SIGINT, SIGNAL_CATCH);
    signals_set(runtime, SIGPIPE, SIGNAL_IGNORE);
    signals_set(runtime, SIGXFSZ, SIGNAL_IGNORE);
    int status = guarded(thread, options, run_text);
    int ending = guarded(thread, options, end_threads);
    if (ending != EXIT_OK && status != EXIT_INTERRUPTED)
        status = ending;
    if (options->explorer != NULL)
        explored_end(thread, options->explorer, status);
    if (status != EXIT_OK)
        scheduled_tell_token(thread);
    if (options->interpreter.stats)
        ledger_print(runtime, stderr);
    end_trace(runtime);
    bool alone = end_interpreter(thread);
    fflush(NULL);
    if (status == EXIT_INTERRUPTED)
        die_interrupted();
    if (!alone)
        _exit(status & 0xff);
    return status & 0xff;
}
