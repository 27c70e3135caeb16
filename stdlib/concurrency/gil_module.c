// SPDX-License-Identifier: MIT
//
// The module gil: what the lock that this interpreter is about has done, and how it decides.
//
// stats() gives the ledger as dictionaries, times in seconds, so that a program can compare two
// policies or check that its threads really overlapped. Python has no such module.
#include "dict.h"
#include "gil.h"
#include "gil_parts.h"
#include "int.h"
#include "ledger.h"
#include "library.h"
#include "list.h"
#include "modules.h"
#include "operations.h"
#include "runtime.h"
#include "str.h"
#include "trace_file.h"

#include <errno.h>

static Value gil_policy(Thread *thread, Value *args) {
    (void)args;
    return library_text(thread, gil_policy_name(&thread->interpreter->runtime.gil));
}

static Value gil_policies(Thread *thread, Value *args) {
    (void)args;
    Dict *policies = dict_new(thread, 4);
    const char *name;
    for (size_t i = 0; (name = gil_policy_name_at(i)) != NULL; i++)
        dict_set_str(thread, policies, str_from_c(thread, name),
                     library_text(thread, gil_policy_summary(name)));
    return value_object(policies);
}

static Value gil_set_policy_native(Thread *thread, Value *args) {
    const char *name = library_need_text(thread, args[0], "set_policy() argument");
    if (name == NULL)
        return VALUE_ERROR;
    if (!gil_set_policy(&thread->core, name))
        return raise_error(thread, ERROR_ValueError, "no GIL policy is called '%s'", name);
    return VALUE_NONE;
}

static Value gil_get_interval(Thread *thread, Value *args) {
    (void)args;
    return value_float((double)gil_interval(&thread->interpreter->runtime.gil) / 1e9);
}

static void put(Thread *thread, Dict *dict, const char *name, Value v) {
    dict_set_str(thread, dict, str_intern_c(thread, name), v);
}

static Value seconds(int64_t ns) {
    return value_float((double)ns / 1e9);
}

static Dict *switches_of(Thread *thread, const LedgerRow *row) {
    Dict *switches = dict_new(thread, GIL_CAUSE_COUNT);
    for (size_t i = 0; i < GIL_CAUSE_COUNT; i++)
        put(thread, switches, ledger_cause_name((GilCause)i),
            int_from_uint64(thread, row->switches[i]));
    return switches;
}

static Value row_as_dict(Thread *thread, const LedgerRow *row) {
    Dict *dict = dict_new(thread, 16);
    put(thread, dict, "name", library_text(thread, row->name));
    put(thread, dict, "id", int_from_uint64(thread, row->thread_id));
    put(thread, dict, "threads", int_from_uint64(thread, row->threads));
    put(thread, dict, "ended", value_bool(row->ended));
    put(thread, dict, "life", seconds(row->life));
    for (size_t i = 0; i < THREAD_STATE_COUNT; i++)
        put(thread, dict, ledger_state_name((ThreadState)i), seconds(row->spent[i]));
    put(thread, dict, "longest_wait", seconds(row->longest_wait));
    put(thread, dict, "acquisitions", int_from_uint64(thread, row->acquisitions));
    put(thread, dict, "switches", value_object(switches_of(thread, row)));
    return value_object(dict);
}

static Value gil_stats(Thread *thread, Value *args) {
    (void)args;
    Runtime *runtime = &thread->interpreter->runtime;
    size_t count = ledger_snapshot(runtime, NULL, 0);
    LedgerRow *rows = heap_allocate(thread_heap(thread), CELL_BUFFER, count * sizeof *rows);
    size_t filled = ledger_snapshot(runtime, rows, count);
    List *list = list_new(thread, count);
    for (size_t i = 0; i < count && i < filled; i++)
        list_append(thread, list, row_as_dict(thread, &rows[i]));
    return value_object(list);
}

static Value gil_start_trace(Thread *thread, Value *args) {
    const char *path = library_path(thread, args[0], "start_trace");
    if (path == NULL)
        return VALUE_ERROR;
    int error = trace_file_start(&thread->interpreter->runtime, path);
    if (error == EBUSY)
        return raise_error(thread, ERROR_RuntimeError, "a trace is being written already");
    return error == 0 ? VALUE_NONE : raise_os_error(thread, error, args[0]);
}

static Value gil_stop_trace(Thread *thread, Value *args) {
    (void)args;
    if (!trace_file_is_on(&thread->interpreter->runtime))
        return VALUE_FALSE;
    int error = trace_file_stop(&thread->interpreter->runtime);
    return error == 0 ? VALUE_TRUE : raise_os_error(thread, error, VALUE_NONE);
}

static const NativeSpec gil_functions[] = {
    NATIVE("policy", gil_policy, "()", "Return the name of the policy in force."),
    NATIVE("policies", gil_policies, "()", "Return a dict of all policies and what they do."),
    NATIVE("set_policy", gil_set_policy_native, "(name, /)", "Put another policy in force."),
    NATIVE("interval", gil_get_interval, "()", "Return the switch interval in seconds."),
    NATIVE("stats", gil_stats, "()",
           "Return a list with a dict for each thread: where its time went, in seconds."),
    NATIVE("threads", gil_threads, "()",
           "Return a list with a dict for each living thread: where it is, what it waits for."),
    NATIVE("locks", gil_locks, "()",
           "Return a list with a dict for each lock that a thread has or waits for."),
    NATIVE("start_trace", gil_start_trace, "(file, /)",
           "Write what happens from now on into a file, one JSON object per line (docs/trace.md)."),
    NATIVE("stop_trace", gil_stop_trace, "()",
           "End the trace and its file; return False when there was none."),
    NATIVE_END,
};

bool gil_module_init(Thread *thread, Module *module) {
    module_add(thread, module, "__doc__",
               library_text(thread, "The global interpreter lock: its policy and ledger, threads "
                                    "and locks as they are, the trace."));
    module_add_natives(thread, module, gil_functions);
    return true;
}
