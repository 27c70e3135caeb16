// SPDX-License-Identifier: MIT
//
// Running a pickle: the instructions that build containers and objects.
//
// Items lie on the stack above a mark or above their container. What runs Mini code with them takes
// them off the stack first, for that code may load another pickle with the same Unpickler.
#include "pickle_parts.h"

#include "attribute.h"
#include "bytes.h"
#include "call.h"
#include "dict.h"
#include "instance.h"
#include "list.h"
#include "set.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

// ---- Containers ----

bool pickle_opcode_empty_tuple(Thread *thread, Unpickler *u) {
    return unpickle_push(thread, u, value_object(thread->interpreter->empty_tuple));
}
bool pickle_opcode_empty_list(Thread *thread, Unpickler *u) {
    return unpickle_push(thread, u, value_object(list_new(thread, 0)));
}
bool pickle_opcode_empty_dict(Thread *thread, Unpickler *u) {
    return unpickle_push(thread, u, value_object(dict_new(thread, 0)));
}
bool pickle_opcode_empty_set(Thread *thread, Unpickler *u) {
    return unpickle_push(thread, u, value_object(set_new(thread)));
}

static bool push_tuple(Thread *thread, Unpickler *u, size_t start) {
    Tuple *tuple = tuple_from_array(thread, u->stack + start, u->depth - start);
    u->depth = start;
    return unpickle_push(thread, u, value_object(tuple));
}
static bool push_short_tuple(Thread *thread, Unpickler *u, size_t count) {
    return unpickle_need(thread, u, count) && push_tuple(thread, u, u->depth - count);
}
bool pickle_opcode_tuple1(Thread *thread, Unpickler *u) {
    return push_short_tuple(thread, u, 1);
}
bool pickle_opcode_tuple2(Thread *thread, Unpickler *u) {
    return push_short_tuple(thread, u, 2);
}
bool pickle_opcode_tuple3(Thread *thread, Unpickler *u) {
    return push_short_tuple(thread, u, 3);
}
bool pickle_opcode_tuple(Thread *thread, Unpickler *u) {
    size_t start;
    return unpickle_pop_mark(thread, u, &start) && push_tuple(thread, u, start);
}

bool pickle_opcode_list(Thread *thread, Unpickler *u) {
    size_t start;
    if (!unpickle_pop_mark(thread, u, &start))
        return false;
    List *list = list_from_array(thread, u->stack + start, u->depth - start);
    u->depth = start;
    return unpickle_push(thread, u, value_object(list));
}

// What lies from `start` on, taken off the stack: calls may change the stack meanwhile.
static Tuple *take_items(Thread *thread, Unpickler *u, size_t start) {
    Tuple *items = tuple_from_array(thread, u->stack + start, u->depth - start);
    u->depth = start;
    return items;
}

static bool put_pairs(Thread *thread, Value target, const Tuple *items) {
    bool plain = is_exactly(target, LAYOUT_DICT);
    for (size_t i = 0; i + 1 < items->length; i += 2) {
        Value key = items->items[i], v = items->items[i + 1];
        if (!(plain ? dict_set(thread, as_dict(target), key, v)
                    : operation_set_item(thread, target, key, v)))
            return false;
    }
    return true;
}

bool pickle_opcode_dict(Thread *thread, Unpickler *u) {
    size_t start;
    if (!unpickle_pop_mark(thread, u, &start))
        return false;
    if ((u->depth - start) % 2 != 0)
        return unpickling_error(thread, "odd number of items for DICT");
    const Tuple *items = take_items(thread, u, start);
    Value dict = value_object(dict_new(thread, items->length / 2));
    return put_pairs(thread, dict, items) && unpickle_push(thread, u, dict);
}

bool pickle_opcode_frozenset(Thread *thread, Unpickler *u) {
    size_t start;
    if (!unpickle_pop_mark(thread, u, &start))
        return false;
    const Tuple *items = take_items(thread, u, start);
    Set *set = set_from_iterable(thread, builtin_type(thread, TYPE_frozenset), value_object(items));
    return set && unpickle_push(thread, u, value_object(set));
}

// ---- Adding to containers ----

static bool call_each(Thread *thread, Value target, const char *name, const Tuple *items) {
    Value function = attribute_get(thread, target, str_intern_c(thread, name));
    for (size_t i = 0; !is_error(function) && i < items->length; i++)
        if (is_error(call_1(thread, function, items->items[i])))
            return false;
    return !is_error(function);
}

static bool append_items(Thread *thread, Unpickler *u, size_t start) {
    if (start <= u->fence || start > u->depth)
        return unpickle_underflow(thread, u);
    Value target = u->stack[start - 1];
    if (is_exactly(target, LAYOUT_LIST)) {
        list_extend_array(thread, as_list(target), u->stack + start, u->depth - start);
        u->depth = start;
        return true;
    }
    const Tuple *items = take_items(thread, u, start);
    Value extend = attribute_get_optional(thread, target, str_intern_c(thread, "extend"));
    if (is_error(extend) || is_undefined(extend))
        return !is_error(extend) && call_each(thread, target, "append", items);
    Value list = value_object(list_from_array(thread, items->items, items->length));
    return !is_error(call_1(thread, extend, list));
}

bool pickle_opcode_append(Thread *thread, Unpickler *u) {
    return unpickle_need(thread, u, 1) && append_items(thread, u, u->depth - 1);
}
bool pickle_opcode_appends(Thread *thread, Unpickler *u) {
    size_t start;
    return unpickle_pop_mark(thread, u, &start) && append_items(thread, u, start);
}

static bool set_items(Thread *thread, Unpickler *u, size_t start) {
    if (start <= u->fence || start > u->depth)
        return unpickle_underflow(thread, u);
    if ((u->depth - start) % 2 != 0)
        return unpickling_error(thread, "odd number of items for SETITEMS");
    Value target = u->stack[start - 1];
    if (u->depth - start == 2 && is_exactly(target, LAYOUT_DICT)) {
        u->depth = start;
        return dict_set(thread, as_dict(target), u->stack[start], u->stack[start + 1]);
    }
    const Tuple *items = take_items(thread, u, start);
    return put_pairs(thread, target, items);
}

bool pickle_opcode_setitem(Thread *thread, Unpickler *u) {
    return unpickle_need(thread, u, 2) && set_items(thread, u, u->depth - 2);
}
bool pickle_opcode_setitems(Thread *thread, Unpickler *u) {
    size_t start;
    return unpickle_pop_mark(thread, u, &start) && set_items(thread, u, start);
}

bool pickle_opcode_additems(Thread *thread, Unpickler *u) {
    size_t start;
    if (!unpickle_pop_mark(thread, u, &start))
        return false;
    if (start <= u->fence || start > u->depth)
        return unpickle_underflow(thread, u);
    Value target = u->stack[start - 1];
    const Tuple *items = take_items(thread, u, start);
    if (is_any_set(target) && is_instance_of(target, builtin_type(thread, TYPE_set)))
        return set_update(thread, as_set(target), value_object(items));
    return call_each(thread, target, "add", items);
}

// ---- Calls ----

bool pickle_opcode_global(Thread *thread, Unpickler *u) {
    Value names[2];
    for (int i = 0; i < 2; i++) {
        size_t length;
        const uint8_t *line = unpickle_take_line(thread, u, &length);
        Str *text = line ? bytes_decode(thread, line, length, "utf-8", NULL) : NULL;
        if (!text)
            return false;
        if (length == 0)
            return unpickling_error(thread, "pickle data was truncated");
        names[i] = value_object(text);
    }
    Value found = unpickle_find(thread, u, names[0], names[1]);
    return !is_error(found) && unpickle_push(thread, u, found);
}

bool pickle_opcode_stack_global(Thread *thread, Unpickler *u) {
    if (!unpickle_need(thread, u, 2))
        return false;
    Value name = unpickle_pop(thread, u), module = unpickle_pop(thread, u);
    if (!is_exactly(name, LAYOUT_STR) || !is_exactly(module, LAYOUT_STR))
        return unpickling_error(thread, "STACK_GLOBAL requires str");
    Value found = unpickle_find(thread, u, module, name);
    return !is_error(found) && unpickle_push(thread, u, found);
}

static bool push_call(Thread *thread, Unpickler *u, Value function, Value args) {
    if (!is_tuple(args))
        return raise_false(thread, ERROR_TypeError, "argument list must be a tuple");
    if (!unpickle_may_call(thread, u, function, args))
        return false;
    Value result = call_value(thread, function, as_tuple(args)->items, as_tuple(args)->length);
    return !is_error(result) && unpickle_may_use(thread, u, function, result) &&
           unpickle_push(thread, u, result);
}

bool pickle_opcode_reduce(Thread *thread, Unpickler *u) {
    if (!unpickle_need(thread, u, 2))
        return false;
    Value args = unpickle_pop(thread, u), function = unpickle_pop(thread, u);
    return push_call(thread, u, function, args);
}

// ---- Objects ----

static bool check_new(Thread *thread, const char *opcode, Value cls, Value args, Value keywords) {
    if (!is_type(cls))
        return unpickling_error(thread, "%s class argument must be a type, not %s", opcode,
                                type_name(thread, cls));
    if (!is_tuple(args))
        return unpickling_error(thread, "%s args argument must be a tuple, not %s", opcode,
                                type_name(thread, args));
    return is_undefined(keywords) || is_dict(keywords) ||
           unpickling_error(thread, "%s kwargs argument must be a dict, not %s", opcode,
                            type_name(thread, keywords));
}

static inline bool is_made_plainly(const Type *type) {
    return type->layout == LAYOUT_INSTANCE && is_undefined(type->new_) &&
           type->slots.construct == object_construct;
}

// cls.__new__(cls, *args, **keywords)
static Value make_object(Thread *thread, Value cls, const Tuple *args, Value keywords) {
    if (args->length == 0 && is_undefined(keywords) && is_made_plainly(as_type(cls)))
        return value_object(instance_new(thread, as_type(cls)));
    Value new_ = attribute_get(thread, cls, common_name(thread, NAME___new__));
    size_t count = args->length, extra = is_undefined(keywords) ? 0 : as_dict(keywords)->length;
    if (is_error(new_))
        return new_;
    Tuple *all = tuple_new(thread, 1 + count + extra), *names = tuple_new(thread, extra);
    all->items[0] = cls;
    values_copy(all->items + 1, args->items, count);
    size_t position = 0;
    for (size_t i = 0; i < extra; i++)
        dict_next(as_dict(keywords), &position, &names->items[i], &all->items[1 + count + i]);
    return extra > 0 ? call_with_keywords(thread, new_, all->items, all->length, names)
                     : call_value(thread, new_, all->items, all->length);
}

bool pickle_opcode_newobj(Thread *thread, Unpickler *u) {
    if (!unpickle_need(thread, u, 2))
        return false;
    Value args = unpickle_pop(thread, u), cls = unpickle_pop(thread, u);
    if (!check_new(thread, "NEWOBJ", cls, args, VALUE_UNDEFINED))
        return false;
    Value object = make_object(thread, cls, as_tuple(args), VALUE_UNDEFINED);
    return !is_error(object) && unpickle_push(thread, u, object);
}

bool pickle_opcode_newobj_ex(Thread *thread, Unpickler *u) {
    if (!unpickle_need(thread, u, 3))
        return false;
    Value keywords = unpickle_pop(thread, u), args = unpickle_pop(thread, u),
          cls = unpickle_pop(thread, u);
    if (!check_new(thread, "NEWOBJ_EX", cls, args, keywords))
        return false;
    Value object = make_object(thread, cls, as_tuple(args), keywords);
    return !is_error(object) && unpickle_push(thread, u, object);
}

// Protocol 0 and 1: a class without arguments, and without __getinitargs__, is not called.
static bool push_instance(Thread *thread, Unpickler *u, Value cls, const Tuple *args) {
    if (args->length == 0 && is_type(cls)) {
        Value has = attribute_get_optional(thread, cls, str_intern_c(thread, "__getinitargs__"));
        if (is_error(has))
            return false;
        if (is_undefined(has)) {
            Value object = make_object(thread, cls, args, VALUE_UNDEFINED);
            return !is_error(object) && unpickle_push(thread, u, object);
        }
    }
    return push_call(thread, u, cls, value_object(args));
}

bool pickle_opcode_inst(Thread *thread, Unpickler *u) {
    size_t start;
    if (!unpickle_pop_mark(thread, u, &start))
        return false;
    const Tuple *args = take_items(thread, u, start);
    if (!pickle_opcode_global(thread, u))
        return false;
    Value cls = unpickle_pop(thread, u);
    return !is_error(cls) && push_instance(thread, u, cls, args);
}

bool pickle_opcode_obj(Thread *thread, Unpickler *u) {
    size_t start;
    if (!unpickle_pop_mark(thread, u, &start))
        return false;
    if (u->depth == start)
        return unpickle_underflow(thread, u);
    const Tuple *args = take_items(thread, u, start + 1);
    Value cls = unpickle_pop(thread, u);
    return !is_error(cls) && push_instance(thread, u, cls, args);
}
