// SPDX-License-Identifier: MIT
//
// How an event loop learns of what happens to coroutines and async generators: the functions of sys
// that set a thread's hooks, and what is said of those that die too early (vm/exec/farewell.h).
//
// The warning about a coroutine that nobody awaited is worded by the module warnings, where
// programs may replace it. It names the line that made the coroutine, which is where the `await`
// is missing; CPython names the line that happens to run when the last reference goes.
#include "async_hooks.h"

#include "async_generator.h"
#include "call.h"
#include "dict.h"
#include "exception.h"
#include "farewell.h"
#include "function.h"
#include "generator.h"
#include "import.h"
#include "operations.h"
#include "record.h"
#include "str.h"
#include "tuple.h"
#include "unraisable.h"
#include "warning.h"

// ---- Hooks ----

static const GetSetSpec fields[] = {
    RECORD_FIELD(0, "firstiter", "Called with an async generator before its first step."),
    RECORD_FIELD(1, "finalizer", "Called with an async generator that is dropped half-way."),
    GETSET_END,
};

// In CPython it has no module.
static const TypeSpec hooks_type = {
    .name = "asyncgen_hooks",
    .doc = "What sys.get_asyncgen_hooks() gives.",
    .layout = LAYOUT_TUPLE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT | TYPE_PATTERN_SEQUENCE,
    .size = sizeof(Tuple),
    .slots = {.repr = record_repr},
    .getsets = fields,
};

static bool check_hook(Thread *thread, Value hook, const char *name) {
    return is_undefined(hook) || is_none(hook) || is_callable(hook) ||
           raise_false(thread, ERROR_TypeError, "callable %s expected, got %s", name,
                       type_name(thread, hook));
}

static Value set_hooks(Thread *thread, Value *args) {
    if (!check_hook(thread, args[1], "finalizer") || !check_hook(thread, args[0], "firstiter"))
        return VALUE_ERROR;
    if (!is_undefined(args[0]))
        thread->first_iteration = args[0];
    if (!is_undefined(args[1]))
        thread->asyncgen_finalizer = args[1];
    return VALUE_NONE;
}

static Value get_hooks(Thread *thread, Value *args) {
    (void)args;
    Value values[] = {thread->first_iteration, thread->asyncgen_finalizer};
    return record_new(thread, record_type(thread, &hooks_type), values);
}

static Value set_origin_depth(Thread *thread, Value *args) {
    int64_t depth;
    if (!operation_index_size(thread, args[0], ERROR_OverflowError, &depth))
        return VALUE_ERROR;
    if (depth < 0)
        return raise_error(thread, ERROR_ValueError, "depth must be >= 0");
    if (depth > INT32_MAX)
        return raise_error(thread, ERROR_OverflowError, "Python int too large to convert to C int");
    thread->origin_depth = (int)depth;
    return VALUE_NONE;
}

static Value get_origin_depth(Thread *thread, Value *args) {
    (void)args;
    return value_small_int(thread->origin_depth);
}

const NativeSpec async_hooks_functions[] = {
    NATIVE(
        "set_asyncgen_hooks", set_hooks, "(firstiter=..., finalizer=...)",
        "Have functions called when an async generator begins, and when it is dropped half-way."),
    NATIVE("get_asyncgen_hooks", get_hooks, "()",
           "Return what set_asyncgen_hooks() was given, as (firstiter, finalizer)."),
    NATIVE("set_coroutine_origin_tracking_depth", set_origin_depth, "(depth)",
           "Have coroutines remember up to `depth` frames of where they were made; 0: none."),
    NATIVE("get_coroutine_origin_tracking_depth", get_origin_depth, "()",
           "Return how many frames coroutines remember of where they were made."),
    NATIVE_END,
};

// ---- Last words ----

Value async_hooks_made_at(Thread *thread, Value *args) {
    if (!has_layout(args[0], LAYOUT_GENERATOR))
        return VALUE_NONE;
    const Generator *coroutine = (const Generator *)as_object(args[0]);
    if (coroutine->state != GENERATOR_CREATED || !has_layout(coroutine->handled, LAYOUT_FUNCTION))
        return VALUE_NONE;
    const Function *maker = (const Function *)as_object(coroutine->handled);
    uint32_t index = coroutine->frame.result_register;
    const Code *code = maker->code;
    if (code->file == NULL || index >= code->instruction_count)
        return VALUE_NONE;
    Value parts[] = {value_object(code->file->name),
                     value_small_int(code_line(code, code->instructions + index)),
                     value_object(maker->globals)};
    return value_object(tuple_from_array(thread, parts, 3));
}

// Have the module warnings do it. False: it could not; an exception may be set.
static bool warned_by_module(Thread *thread, Generator *coroutine) {
    Module *module = import_module(thread, str_from_c(thread, "warnings"));
    if (module == NULL)
        return false;
    Str *name = str_intern_c(thread, "_warn_unawaited_coroutine");
    Value function = dict_get_str(thread, module->dict, name);
    return !is_undefined(function) &&
           (!is_error(call_1(thread, function, value_object(coroutine))) ||
            error_matches(thread, ERROR_RuntimeWarning)); // by -W error
}

static void tell_unraisable(Thread *thread, Object *object) {
    if (error_pending(thread))
        unraisable_report(thread, error_take(thread), NULL, value_object(object));
}

static const char *name_of(Thread *thread, const Generator *generator) {
    return str_text(thread, as_str(generator_detail(generator, GENERATOR_QUALIFIED_NAME)));
}

static void warn_unawaited(Thread *thread, Generator *coroutine) {
    bool warned = warned_by_module(thread, coroutine);
    tell_unraisable(thread, &coroutine->object);
    if (warned)
        return;
    Str *text = str_format(thread, "coroutine '%s' was never awaited", name_of(thread, coroutine));
    warning_give(thread, ERROR_RuntimeWarning, str_text(thread, text));
}

static void warn_step(Thread *thread, const Object *step) {
    Generator *generator;
    const char *method = async_step_method(step, &generator);
    Str *text = str_format(thread, "coroutine method '%s' of '%s' was never awaited", method,
                           name_of(thread, generator));
    warning_give(thread, ERROR_RuntimeWarning, str_text(thread, text));
}

static void bid_farewell(Thread *thread, Object *object) {
    Generator *generator = (Generator *)object;
    if (!has_layout(value_object(object), LAYOUT_GENERATOR))
        warn_step(thread, object);
    else if (generator->frame.code->flags & CODE_COROUTINE)
        warn_unawaited(thread, generator);
    else
        call_1(thread, generator_detail(generator, GENERATOR_ORIGIN), value_object(generator));
    tell_unraisable(thread, object);
}

void async_hooks_init(Thread *thread) {
    thread->interpreter->bid_farewell = bid_farewell;
}
