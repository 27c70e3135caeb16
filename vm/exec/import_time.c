// SPDX-License-Identifier: MIT
//
// -X importtime: a line on standard error for each module, when its body has run, with the time it
// took by itself and with all that it imported; -v: a line that says where it came from. The format
// is CPython's (Python/import.c), which others read, too.
//
// Imports nest, so a module's own time is what is left after its children's. How deep the nesting
// is and what the children have taken so far are two numbers in a list, an attribute of sys: most
// programs never ask for times, and then there is none.
#include "import_time.h"

#include "clock.h"
#include "dict.h"
#include "list.h"
#include "module.h"
#include "str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH, SPENT };

static bool is_set(const char *name) {
    const char *value = getenv(name);
    return value != NULL && *value != '\0';
}

static bool wants_times(Thread *thread) {
    const InterpreterOptions *options = &thread->interpreter->options;
    for (int i = 0; i < options->settings.count; i++) {
        if (strcmp(options->settings.items[i], "importtime") == 0)
            return true;
    }
    return !options->flags.ignore_environment &&
           (is_set("MINIPROFILEIMPORTTIME") || is_set("PYTHONPROFILEIMPORTTIME"));
}

// The two numbers; made, and the table's head printed, when they are first asked for.
static List *numbers(Thread *thread) {
    Module *sys = as_module(thread->interpreter->sys_module);
    Value known = dict_get_str(thread, sys->dict, str_intern_c(thread, "_import_times"));
    if (is_list(known) && as_list(known)->length == 2)
        return as_list(known);
    List *list = list_new(thread, 2);
    list_append(thread, list, value_small_int(0));
    list_append(thread, list, value_small_int(0));
    module_add(thread, sys, "_import_times", value_object(list));
    fputs("import time: self [us] | cumulative | imported package\n", stderr);
    return list;
}

static int64_t get(const List *list, int which) {
    return is_small_int(list->items[which]) ? as_small_int(list->items[which]) : 0;
}

ImportTimer import_time_begin(Thread *thread) {
    ImportTimer timer = {.tells = thread->interpreter->options.flags.verbose > 0};
    if (!is_module(thread->interpreter->sys_module) || !wants_times(thread))
        return timer;
    List *list = numbers(thread);
    timer.times = true;
    timer.of_sisters = get(list, SPENT);
    list->items[DEPTH] = value_small_int(get(list, DEPTH) + 1);
    list->items[SPENT] = value_small_int(0);
    timer.begun = clock_real_now();
    return timer;
}

static void tell_time(Thread *thread, const ImportTimer *timer, const char *name) {
    List *list = numbers(thread);
    int64_t whole = clock_real_now() - timer->begun, depth = get(list, DEPTH) - 1;
    fprintf(stderr, "import time: %9lld | %10lld | %*s%s\n",
            (long long)(whole - get(list, SPENT)) / 1000, (long long)whole / 1000, (int)depth * 2,
            "", name);
    list->items[DEPTH] = value_small_int(depth);
    list->items[SPENT] = value_small_int(timer->of_sisters + whole);
}

void import_time_end(Thread *thread, const ImportTimer *timer, const char *name, const char *from) {
    if (timer->tells)
        fprintf(stderr, "import '%s' # %s\n", name, from);
    if (timer->times)
        tell_time(thread, timer, name);
}
