// SPDX-License-Identifier: MIT
//
// The module sys: the interpreter's own settings and state, as far as a program may know and
// change them. What is constant about this interpreter and this machine stands in sys_info.c.
#include "async_hooks.h"
#include "breakpoint.h"
#include "os_fork.h"
#include "sys_info.h"

#include "attribute.h"
#include "builtins.h"
#include "bytes.h"
#include "call.h"
#include "dict.h"
#include "exception.h"
#include "float_object.h"
#include "frames.h"
#include "gil.h"
#include "int.h"
#include "list.h"
#include "modules.h"
#include "operations.h"
#include "slots.h"
#include "standard_files.h"
#include "str.h"
#include "text_file.h"
#include "traceback.h"
#include "tuple.h"
#include "type.h"
#include "unraisable.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LOWEST_DIGIT_LIMIT = 640 };

// ---- The end of the program ----

static Value sys_exit(Thread *thread, Value *args) {
    Type *type = thread->interpreter->errors[ERROR_SystemExit];
    Tuple *codes = is_tuple(args[0]) ? as_tuple(args[0]) : NULL;
    Value error = codes != NULL ? exception_new_args(thread, type, codes->items, codes->length)
                                : exception_new_args(thread, type, args, is_none(args[0]) ? 0 : 1);
    return is_error(error) ? error : raise_value(thread, error);
}

// ---- Exceptions ----

static Value traceback_of(Value exception) {
    Traceback *traceback = as_exception(exception)->traceback;
    return traceback == NULL ? VALUE_NONE : value_object(traceback);
}

static Value sys_exc_info(Thread *thread, Value *args) {
    (void)args;
    Value v = thread->handled;
    Value items[] = {VALUE_NONE, VALUE_NONE, VALUE_NONE};
    if (is_exception(v)) {
        items[0] = value_object(object_type(v));
        items[1] = v;
        items[2] = traceback_of(v);
    }
    return value_object(tuple_from_array(thread, items, 3));
}

static Value sys_exception(Thread *thread, Value *args) {
    (void)args;
    return is_exception(thread->handled) ? thread->handled : VALUE_NONE;
}

static Value sys_excepthook(Thread *thread, Value *args) {
    if (!is_exception(args[1]))
        return raise_error(thread, ERROR_TypeError,
                           "print_exception(): Exception expected for value, %s found",
                           type_name(thread, args[1]));
    return standard_files_print_exception(thread, args[1]) ? VALUE_NONE : VALUE_ERROR;
}

static Value sys_displayhook(Thread *thread, Value *args) {
    if (is_none(args[0]))
        return VALUE_NONE;
    Str *name = str_intern_c(thread, "_");
    dict_set_str(thread, thread->interpreter->builtins, name, VALUE_NONE);
    Str *text = operation_repr(thread, args[0]);
    if (text == NULL ||
        !builtins_write_stdout(thread, str_concat(thread, text, str_from_c(thread, "\n"))))
        return VALUE_ERROR;
    dict_set_str(thread, thread->interpreter->builtins, name, args[0]);
    return VALUE_NONE;
}

// ---- Recursion ----

static Value sys_getrecursionlimit(Thread *thread, Value *args) {
    (void)args;
    return value_small_int(thread->interpreter->recursion_limit);
}

static Value sys_setrecursionlimit(Thread *thread, Value *args) {
    int64_t limit;
    if (!operation_index_int64(thread, args[0], &limit))
        return VALUE_ERROR;
    if (limit < 1)
        return raise_error(thread, ERROR_ValueError,
                           "recursion limit must be greater or equal than 1");
    if (limit > INT32_MAX)
        return raise_error(thread, ERROR_OverflowError, "Python int too large to convert to C int");
    if (thread->recursion_depth >= limit)
        return raise_error(thread, ERROR_RecursionError,
                           "cannot set the recursion limit to %lld at the recursion depth %d: the "
                           "limit is too low",
                           (long long)limit, thread->recursion_depth);
    thread->interpreter->recursion_limit = (int)limit;
    return VALUE_NONE;
}

// ---- Limits of texts ----

static Value sys_get_int_max_str_digits(Thread *thread, Value *args) {
    (void)args;
    return value_small_int(thread->interpreter->max_str_digits);
}

static Value sys_set_int_max_str_digits(Thread *thread, Value *args) {
    int64_t limit;
    if (!operation_index_int64(thread, args[0], &limit))
        return VALUE_ERROR;
    if (limit != 0 && limit < LOWEST_DIGIT_LIMIT)
        return raise_error(thread, ERROR_ValueError, "maxdigits must be 0 or larger than %d",
                           LOWEST_DIGIT_LIMIT);
    thread->interpreter->max_str_digits = limit > INT32_MAX ? INT32_MAX : (int)limit;
    return VALUE_NONE;
}

// ---- The GIL ----

static Value sys_getswitchinterval(Thread *thread, Value *args) {
    (void)args;
    return value_float((double)gil_interval(&thread->interpreter->runtime.gil) / 1e9);
}

static Value sys_setswitchinterval(Thread *thread, Value *args) {
    double seconds;
    if (!operation_as_double(thread, args[0], &seconds))
        return VALUE_ERROR;
    if (!(seconds > 0))
        return raise_error(thread, ERROR_ValueError, "switch interval must be strictly positive");
    double ns = seconds * 1e9;
    gil_set_interval(&thread->core, ns < 1000 ? 1000 : ns > 1e18 ? INT64_C(1) << 60 : (int64_t)ns);
    return VALUE_NONE;
}

static Value sys_is_gil_enabled(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return VALUE_TRUE;
}

// ---- Objects ----

static Value sys_getsizeof(Thread *thread, Value *args) {
    Str *name = common_name(thread, NAME___sizeof__);
    Value size = is_type(args[0]) ? VALUE_UNDEFINED : slots_call_special(thread, name, args, 1);
    if (!is_undefined(size))
        return size;
    if (!is_object(args[0]))
        return value_small_int((int64_t)sizeof(Value));
    return value_small_int((int64_t)heap_cell_size(thread_heap(thread), as_object(args[0])));
}

static Value sys_intern(Thread *thread, Value *args) {
    if (!is_str(args[0]))
        return raise_error(thread, ERROR_TypeError, "intern() argument must be str, not %s",
                           argument_type_name(thread, args[0]));
    if (!is_exactly(args[0], LAYOUT_STR))
        return raise_error(thread, ERROR_TypeError, "can't intern %s", type_name(thread, args[0]));
    return value_object(str_intern(thread, as_str(args[0])));
}

// ---- Texts that never change ----

static Value sys_getdefaultencoding(Thread *thread, Value *args) {
    (void)args;
    return library_text(thread, "utf-8");
}

static Value sys_getfilesystemencodeerrors(Thread *thread, Value *args) {
    (void)args;
    return library_text(thread, "surrogateescape");
}

static Value sys_is_finalizing(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return VALUE_FALSE;
}

static Value sys_show_module(Thread *thread, Value *args) {
    if (!is_type(args[0]) || !(as_type(args[0])->flags & TYPE_FROM_CLASS))
        return raise_error(thread, ERROR_TypeError, "a class is expected, not %s",
                           type_name(thread, args[0]));
    type_show_module(thread, as_type(args[0]));
    return args[0];
}

static const NativeSpec sys_functions[] = {
    NATIVE("exit", sys_exit, "(status=None, /)",
           "Exit the interpreter by raising SystemExit(status)."),
    NATIVE("exc_info", sys_exc_info, "()",
           "Return (type, value, traceback) of the exception being handled."),
    NATIVE("exception", sys_exception, "()", "Return the exception being handled, or None."),
    NATIVE("_current_frames", frames_get_all, "()",
           "Return a dict from the identity of each thread to its innermost frame."),
    NATIVE("_getframe", frames_get, "(depth=0, /)",
           "Return a frame object from the call stack: where the caller stands."),
    NATIVE("_getframemodulename", frames_get_module_name, "(depth=0)",
           "Return the name of the module of a frame on the call stack."),
    NATIVE("excepthook", sys_excepthook, "(exctype, value, traceback, /)",
           "Display an exception by printing its traceback to sys.stderr."),
    NATIVE("displayhook", sys_displayhook, "(object, /)",
           "Print an object to sys.stdout and also save it in builtins._"),
    NATIVE("getrecursionlimit", sys_getrecursionlimit, "()",
           "Return the maximum depth of the call stack."),
    NATIVE("setrecursionlimit", sys_setrecursionlimit, "(limit, /)",
           "Set the maximum depth of the call stack."),
    NATIVE("get_int_max_str_digits", sys_get_int_max_str_digits, "()",
           "Return how many digits a conversion between int and text may have."),
    NATIVE("set_int_max_str_digits", sys_set_int_max_str_digits, "(maxdigits)",
           "Set how many digits a conversion between int and text may have; 0: any number."),
    NATIVE("getswitchinterval", sys_getswitchinterval, "()",
           "Return how long a thread may keep the GIL from others, in seconds."),
    NATIVE("setswitchinterval", sys_setswitchinterval, "(interval, /)",
           "Set how long a thread may keep the GIL from others, in seconds."),
    NATIVE("_show_module", sys_show_module, "(cls, /)",
           "Let messages name a class by its module too, as types written in C; return the class."),
    NATIVE("_is_gil_enabled", sys_is_gil_enabled, "()", "Return True: there is a GIL."),
    NATIVE("getsizeof", sys_getsizeof, "(object, default=..., /)",
           "Return the size of an object in bytes, without what it refers to."),
    NATIVE("intern", sys_intern, "(string, /)",
           "Return the one string that stands for its equals."),
    NATIVE("getdefaultencoding", sys_getdefaultencoding, "()", "Return 'utf-8'."),
    NATIVE("getfilesystemencoding", sys_getdefaultencoding, "()", "Return 'utf-8'."),
    NATIVE("getfilesystemencodeerrors", sys_getfilesystemencodeerrors, "()",
           "Return 'surrogateescape'."),
    NATIVE("is_finalizing", sys_is_finalizing, "()", "Return whether the interpreter is ending."),
    NATIVE_END,
};

// ---- The module ----

// Bytes that are no UTF-8 become surrogates, as in names of files.
static Value argument_text(Thread *thread, const char *text) {
    return value_object(
        bytes_decode(thread, (const uint8_t *)text, strlen(text), "utf-8", "surrogateescape"));
}

static Value arguments_list(Thread *thread) {
    const InterpreterOptions *options = &thread->interpreter->options;
    List *list = list_new(thread, (size_t)options->argc + 1);
    list_append(thread, list, argument_text(thread, options->program ? options->program : ""));
    for (int i = 0; i < options->argc; i++)
        list_append(thread, list, argument_text(thread, options->argv[i]));
    return value_object(list);
}

static Value original_arguments(Thread *thread) {
    const InterpreterOptions *options = &thread->interpreter->options;
    List *list = list_new(thread, (size_t)options->original_argc);
    for (int i = 0; i < options->original_argc; i++)
        list_append(thread, list, argument_text(thread, options->original_argv[i]));
    return value_object(list);
}

static Value absolute_folder(Thread *thread, const char *path, size_t length) {
    char here[PATH_MAX];
    for (; length > 1 && path[0] == '.' && path[1] == '/'; length -= 2)
        path += 2;
    length -= length == 1 && *path == '.';
    Str *folder = str_new_utf8(thread, path, length);
    if (*path == '/' || getcwd(here, sizeof here) == NULL)
        return value_object(folder);
    return value_object(length == 0 ? str_from_c(thread, here)
                                    : str_format(thread, "%s/%s", here, str_text(thread, folder)));
}

// What the environment adds to sys.path; an empty name is the current folder.
static Value folders_list(Thread *thread) {
    List *list = list_new(thread, 4);
    const char *at = thread->interpreter->options.module_path;
    while (at != NULL && *at != '\0') {
        size_t length = strcspn(at, ":");
        list_append(thread, list, absolute_folder(thread, at, length));
        at += length + (at[length] == ':');
    }
    return value_object(list);
}

// What a hook was at the start, under its second name.
static void keep_hook(Thread *thread, Module *module, const char *hook, const char *kept) {
    module_add(thread, module, kept,
               dict_get_str(thread, module->dict, str_intern_c(thread, hook)));
}

bool sys_init(Thread *thread, Module *module) {
    thread->interpreter->sys_module = value_object(module);
    module_add(
        thread, module, "__doc__",
        library_text(thread,
                     "The interpreter itself: its arguments, files, hooks, limits and modules."));
    module_add_natives(thread, module, sys_functions);
    module_add_natives(thread, module, unraisable_functions);
    keep_hook(thread, module, "excepthook", "__excepthook__");
    keep_hook(thread, module, "displayhook", "__displayhook__");
    keep_hook(thread, module, "unraisablehook", "__unraisablehook__");
    module_add_natives(thread, module, os_fork_sys_functions);
    module_add_natives(thread, module, frames_tracing);
    module_add_natives(thread, module, async_hooks_functions);
    breakpoint_add_hook(thread, module);
    module_add(thread, module, "argv", arguments_list(thread));
    module_add(thread, module, "orig_argv", original_arguments(thread));
    module_add(thread, module, "path", folders_list(thread));
    module_add(thread, module, "modules", value_object(thread->interpreter->modules));
    sys_info_add(thread, module);
    return standard_files_init(thread, module);
}
