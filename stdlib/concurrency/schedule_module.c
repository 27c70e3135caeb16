// SPDX-License-Identifier: MIT
//
// The module schedule, the part in C: what is in force, the token of the run so far, and putting
// strategies on and taking them off (runtime/schedule_layer.h). The rest is in schedule.mini.
//
// point() does nothing by itself. That it is called is a step (vm/exec/touches.c), before which a
// strategy may let another thread go on, and two points of the same name are worth trying in both
// orders.
#include "bytes.h"
#include "dict.h"
#include "execute.h"
#include "int.h"
#include "library.h"
#include "list.h"
#include "modules.h"
#include "operations.h"
#include "runtime.h"
#include "schedule_layer.h"
#include "str.h"
#include "string_builder.h"
#include "tuple.h"
#include "working_text.h"

static Schedule *schedule_of(Thread *thread) {
    return &thread->interpreter->runtime.schedule;
}

static Value schedule_name_native(Thread *thread, Value *args) {
    (void)args;
    return library_text(thread, schedule_name(schedule_of(thread)));
}

static Value schedule_strategies(Thread *thread, Value *args) {
    (void)args;
    Dict *strategies = dict_new(thread, 8);
    const char *form, *summary;
    for (size_t i = 0; schedule_strategy_at(i, &form, &summary); i++)
        dict_set_str(thread, strategies, str_from_c(thread, form), library_text(thread, summary));
    return value_object(strategies);
}

static Value text_of_token(Thread *thread, const ScheduleToken *token) {
    WorkingText working;
    StringBuilder *text = working_text_begin(thread, &working);
    schedule_token_write(token, text);
    Value v = library_text(thread, text->data);
    working_text_end(thread, &working);
    return v;
}

static Value schedule_token(Thread *thread, Value *args) {
    (void)args;
    const ScheduleToken *record = schedule_of(thread)->record;
    return record == NULL ? VALUE_NONE : text_of_token(thread, record);
}

static Value schedule_hash(Thread *thread, Value *args) {
    BytesView view;
    if (!bytes_view(thread, args[0], &view))
        return VALUE_ERROR;
    return int_from_uint64(thread, schedule_token_hash((const char *)view.data, view.length));
}

// Whether steps are to be told has changed.
static void renew(Thread *thread) {
    const Runtime *runtime = &thread->interpreter->runtime;
    thread->interpreter->watches_steps =
        !schedule_is_free(&runtime->schedule) || runtime->races != NULL;
    dispatch_renew(thread);
}

static Value schedule_put(Thread *thread, Value *args) {
    const char *text = library_need_text(thread, args[0], "a strategy"), *problem;
    int64_t program;
    if (text == NULL || !operation_index_int64(thread, args[1], &program))
        return VALUE_ERROR;
    if (!schedule_layer_put(&thread->core, text, (uint32_t)program, &problem))
        return raise_error(thread, ERROR_ValueError, "'%s' %s", text, problem);
    renew(thread);
    return VALUE_NONE;
}

static Value schedule_run_along(Thread *thread, Value *args) {
    const char *text = library_need_text(thread, args[0], "a token"), *problem;
    int64_t program;
    if (text == NULL || !operation_index_int64(thread, args[1], &program))
        return VALUE_ERROR;
    if (!schedule_layer_put_along(&thread->core, text, (uint32_t)program, &problem))
        return raise_error(thread, ERROR_ValueError, "'%s' %s", text, problem);
    renew(thread);
    return VALUE_NONE;
}

static Value met_as_tuple(Thread *thread, const ChoicesMet *met) {
    Value items[4] = {int_from_uint64(thread, met->moment), value_small_int(met->count),
                      value_bool(met->is_preemption), value_bool(met->has_early)};
    return value_object(tuple_from_array(thread, items, 4));
}

static Value schedule_trail(Thread *thread, Value *args) {
    (void)args;
    const Trail *trail = schedule_layer_trail(schedule_of(thread));
    List *list = list_new(thread, trail == NULL ? 0 : trail->count);
    for (size_t i = 0; trail != NULL && i < trail->count; i++)
        list_append(thread, list, met_as_tuple(thread, &trail->met[i]));
    return value_object(list);
}

// The token, and one more choice in it, which is later than all others; moment 0: none.
static Value schedule_extend(Thread *thread, Value *args) {
    int64_t numbers[3];
    ScheduleToken *token = heap_allocate(thread_heap(thread), CELL_BUFFER, sizeof *token);
    for (size_t i = 0; i < 3; i++) {
        if (!operation_index_int64(thread, args[1 + i], &numbers[i]))
            return VALUE_ERROR;
    }
    token->count = 0;
    if (!is_none(args[0])) {
        const char *text = library_need_text(thread, args[0], "a token");
        if (text == NULL)
            return VALUE_ERROR;
        if (!schedule_token_read(token, text))
            return raise_error(thread, ERROR_ValueError, "'%s' is no token", text);
    }
    token->program = (uint32_t)numbers[2];
    if (numbers[0] > 0 && token->count < TOKEN_CHOICES)
        token->choices[token->count++] =
            (ScheduleTokenChoice){(uint64_t)numbers[0], (uint64_t)numbers[1]};
    return text_of_token(thread, token);
}

static Value schedule_take_off(Thread *thread, Value *args) {
    (void)args;
    if (!schedule_layer_take_off(&thread->core))
        return raise_error(thread, ERROR_RuntimeError,
                           "threads that began under the schedule are still alive");
    renew(thread);
    return VALUE_NONE;
}

static Value schedule_point(Thread *thread, Value *args) {
    return library_need_text(thread, args[0], "point() argument") ? VALUE_NONE : VALUE_ERROR;
}

static const NativeSpec schedule_functions[] = {
    NATIVE("name", schedule_name_native, "()", "Return the name of the strategy in force."),
    NATIVE("strategies", schedule_strategies, "()",
           "Return a dict of all strategies, as they are written, and what they do."),
    NATIVE("token", schedule_token, "()",
           "Return the token of the controlled run so far; None in a free run."),
    NATIVE("point", schedule_point, "(name, /)",
           "A step with a name: other threads may go on before it."),
    NATIVE("_hash", schedule_hash, "(text, /)", "The hash that tokens of a program carry."),
    NATIVE("_put", schedule_put, "(text, program, /)", "Put a strategy in force."),
    NATIVE("_run_along", schedule_run_along, "(token, program, /)",
           "Put a token in force, and note which other choices there are."),
    NATIVE("_trail", schedule_trail, "()",
           "Return the choices there were: (moment, options, preempts, holds up) of each."),
    NATIVE("_extend", schedule_extend, "(token, moment, option, program, /)",
           "Return the token with one more choice in it."),
    NATIVE("_take_off", schedule_take_off, "()", "Go back to what was in force before."),
    NATIVE_END,
};

bool schedule_module_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, schedule_functions);
    return true;
}
