// SPDX-License-Identifier: MIT
//
// The standard library's beginning: its state object, the types it brings, and the two modules
// that are there before the first line of a program runs. Everything else waits for an import, so
// that starting Mini costs a millisecond and not a library.
#include "library.h"

#include "async_hooks.h"
#include "attribute.h"
#include "bytes.h"
#include "call.h"
#include "dict.h"
#include "id_table.h"
#include "int.h"
#include "operations.h"
#include "slots.h"
#include "standard_files.h"
#include "str.h"
#include "thread_module.h"
#include "type.h"
#include "unraisable.h"

#include <string.h>

static void state_trace(Marker *marker, Object *self) {
    LibraryState *state = (LibraryState *)self;
    for (size_t i = 0; i < LIBRARY_TYPE_COUNT; i++)
        mark_object(marker, state->types[i]);
    for (size_t i = 0; i < LATE_TYPE_COUNT; i++)
        mark_object(marker, state->late_types[i]);
    mark_object(marker, state->ids);
    mark_object(marker, state->weak);
    mark_value(marker, state->regex);
    mark_value(marker, state->fork_hooks);
    mark_value(marker, state->aio);
    mark_value(marker, state->shared_memory);
    mark_value(marker, state->unsupported_operation);
    mark_value(marker, state->struct_formats);
}

static const TypeSpec library_state_type_spec = {
    .name = "library_state",
    .doc = "What the native modules keep.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(LibraryState),
    .slots = {.trace = state_trace},
};

static void make_types(Thread *thread, LibraryState *state) {
    static const struct {
        const TypeSpec *spec;
        LibraryType base;
    } rows[] = {
#define LIBRARY_TYPE(name, spec, base) {&spec, base},
#include "library_types.def"
#undef LIBRARY_TYPE
    };
    for (size_t i = 0; i < LIBRARY_TYPE_COUNT; i++) {
        Type *base = rows[i].base == LIBRARY_NO_BASE ? NULL : state->types[rows[i].base];
        state->types[i] = type_from_spec(thread, rows[i].spec, base);
    }
}

Type *library_make_late_type(Thread *thread, LateType type) {
    static const TypeSpec *const specs[] = {
#define LATE_TYPE(name, spec) &spec,
#include "library_types.def"
#undef LATE_TYPE
    };
    bool is_a_dict = specs[type]->layout == LAYOUT_DICT;
    bool is_a_tuple = specs[type]->layout == LAYOUT_TUPLE;
    Type *base = is_a_dict               ? builtin_type(thread, TYPE_dict)
                 : is_a_tuple            ? builtin_type(thread, TYPE_tuple)
                 : type == LATE_datetime ? library_late_type(thread, LATE_date)
                                         : NULL;
    Type *made = type_from_spec(thread, specs[type], base);
    if (is_a_dict)
        made->exact_layout = LAYOUT_NONE; // its slots are its own
    library_state(thread)->late_types[type] = made;
    return made;
}

static void make_state(Thread *thread) {
    Type *type = type_from_spec(thread, &library_state_type_spec, NULL);
    LibraryState *state = object_new(thread, type);
    state->unsupported_operation = VALUE_UNDEFINED;
    state->struct_formats = VALUE_UNDEFINED;
    state->aio = VALUE_UNDEFINED;
    state->fork_hooks = VALUE_UNDEFINED;
    state->socket_timeout = -1;
    state->shared_memory = VALUE_UNDEFINED;
    thread->interpreter->library_state = value_object(state);
    make_types(thread, state);
}

// The collector keeps what a program begins with, and the native types are roots, so that instances
// need not be asked for theirs.
static void keep_what_is_here(Thread *thread) {
    LibraryState *state = library_state(thread);
    heap_keep_allocated(thread_heap(thread));
    str_keep_interned(thread);
    types_keep(thread);
    for (size_t i = 0; i < LIBRARY_TYPE_COUNT; i++)
        type_keep(state->types[i]);
}

bool library_init(Thread *thread) {
    make_state(thread);
    if (import_module(thread, common_name(thread, NAME_builtins)) == NULL ||
        import_module(thread, common_name(thread, NAME_sys)) == NULL)
        return false;
    async_hooks_init(thread);
    library_state(thread)->ready = 1;
    keep_what_is_here(thread);
    return true;
}

bool library_is_ready(Thread *thread) {
    return is_object(thread->interpreter->library_state) && library_state(thread)->ready;
}

Value library_sys_attribute(Thread *thread, Str *name) {
    return dict_get_str(thread, as_module(thread->interpreter->sys_module)->dict, name);
}

Value library_text(Thread *thread, const char *text) {
    return value_object(str_from_c(thread, text));
}

const char *library_need_text(Thread *thread, Value v, const char *what) {
    if (is_str(v))
        return str_text(thread, as_str(v));
    raise_error(thread, ERROR_TypeError, "%s must be str, not %s", what, type_name(thread, v));
    return NULL;
}

Value library_path_text(Thread *thread, Value v, const char *function) {
    Value path = slots_call_special(thread, common_name(thread, NAME___fspath__), &v, 1);
    if (is_undefined(path))
        return raise_error(thread, ERROR_TypeError,
                           "%sexpected str, bytes or os.PathLike object, not %s", function,
                           type_short_name(type_of(thread, v)));
    if (is_error(path) || is_str(path) || is_bytes(path))
        return path;
    return raise_error(thread, ERROR_TypeError,
                       "expected %s.__fspath__() to return str or bytes, not %s",
                       type_name(thread, v), type_name(thread, path));
}

const char *library_path(Thread *thread, Value v, const char *function) {
    if (!is_str(v) && !is_bytes(v))
        v = library_path_text(thread, v, function);
    if (is_error(v))
        return NULL;
    size_t length;
    const char *text;
    if (is_str(v)) {
        text = str_utf8(thread, as_str(v), &length);
    } else {
        text = (const char *)as_bytes(v)->data;
        length = as_bytes(v)->length;
    }
    if (strlen(text) == length)
        return text;
    raise_error(thread, ERROR_ValueError, "embedded null byte");
    return NULL;
}

bool library_optional_int(Thread *thread, Value v, int64_t otherwise, int64_t *result) {
    *result = otherwise;
    if (is_undefined(v) || is_none(v))
        return true;
    if (!is_integral(v) && !type_of(thread, v)->slots.index)
        return raise_false(thread, ERROR_TypeError, "argument should be integer or None, not '%s'",
                           type_name(thread, v));
    return operation_index_size(thread, v, ERROR_OverflowError, result);
}

static void call_exit_functions(Thread *thread) {
    Value module =
        dict_get_str(thread, thread->interpreter->modules, str_intern_c(thread, "atexit"));
    Str *name = str_intern_c(thread, "_run_exitfuncs");
    if (is_module(module))
        call_method(thread, module, name, NULL, 0);
}

static void tell_ignored(Thread *thread) {
    if (error_pending(thread)) {
        Value error = error_take(thread);
        unraisable_report(thread, error, "Exception ignored on threading shutdown", VALUE_NONE);
    }
}

bool library_end_program(Thread *thread) {
    thread_module_shutdown(thread);
    tell_ignored(thread);
    call_exit_functions(thread);
    tell_ignored(thread);
    farewells_say_all(thread);
    return standard_files_flush(thread);
}
