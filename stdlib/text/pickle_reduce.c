// SPDX-License-Identifier: MIT
//
// Writing objects that are taken apart: the call that makes an empty one, then its items and state.
//
// Who says how is asked in CPython's order: reducer_override, the dispatch table (the Pickler's own
// or copyreg's), then the object's __reduce_ex__. Most objects are instances of plain classes, for
// which object.__reduce_ex__ would make five objects only to have them written and forgotten: if
// nobody has overridden anything, their class and attributes are written straight from the shape,
// with the same bytes. The Pickler remembers one shape for which that has been found out.
#include "pickle_parts.h"

#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "instance.h"
#include "list.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

// ---- Plain instances ----

static bool is_of_object(Thread *thread, Type *type, const char *name) {
    Str *interned = str_intern_c(thread, name);
    return value_same(type_lookup(thread, type, interned),
                      type_lookup(thread, builtin_type(thread, TYPE_object), interned));
}

static bool has_no_hooks(Thread *thread, Type *type, const Shape *shape) {
    static const char *const of_object[] = {"__reduce_ex__", "__reduce__",     "__getstate__",
                                            "__class__",     "__getnewargs__", "__getnewargs_ex__"};
    for (size_t i = 0; i < sizeof of_object / sizeof *of_object; i++)
        if (!is_of_object(thread, type, of_object[i]) ||
            shape_find(shape, str_intern_c(thread, of_object[i])) >= 0)
            return false;
    return true;
}

// Whether an object needs no more than NEWOBJ and, for its attributes, BUILD.
static bool is_plain(Thread *thread, Pickler *p, Value v) {
    bool own = !is_undefined(p->dispatch_table);
    if (!is_instance(v) || p->protocol < 2 || p->fast || !is_undefined(p->persistent_id) ||
        (own && !is_exactly(p->dispatch_table, LAYOUT_DICT)))
        return false;
    Shape *shape = as_instance(v)->shape;
    Type *type = object_type(v);
    Dict *table = own ? as_dict(p->dispatch_table) : p->standard_table;
    if (shape == p->plain_shape && type->version == p->plain_version &&
        table->key_version == p->plain_table_version)
        return type->version != 0;
    Value found;
    if (!shape || shape->type != type || shape->dictionary || shape->members > 0 ||
        type->slots.get_attribute || !(type->flags & TYPE_FROM_CLASS) ||
        !has_no_hooks(thread, type, shape) ||
        dict_get(thread, table, value_object(type), &found) != 0 ||
        (p->extra_table && dict_get(thread, p->extra_table, value_object(type), &found) != 0))
        return false;
    p->plain_shape = shape;
    p->plain_version = type->version;
    p->plain_table_version = table->key_version;
    return true;
}

// The attributes as the dict that they would be; nobody can refer to that dict.
static bool save_attributes(Thread *thread, Pickler *p, Value v, const Shape *shape) {
    if (!pickle_boundary(thread, p))
        return false;
    pickle_put_byte(thread, p, PICKLE_EMPTY_DICT);
    if (!pickle_memoize(thread, p, VALUE_UNDEFINED))
        return false;
    if (shape->count > 1)
        pickle_put_byte(thread, p, PICKLE_MARK);
    for (uint32_t i = 0; i < shape->count; i++) {
        Attributes *attributes = (Attributes *)&as_instance(v)->shape;
        if (attributes->shape != shape)
            return raise_false(thread, ERROR_RuntimeError,
                               "dictionary changed size during iteration");
        Value item = *attributes_slot(attributes, i);
        if (!pickle_save(thread, p, value_object(shape_name_at(shape, i))) ||
            !pickle_save(thread, p, item))
            return false;
    }
    pickle_put_byte(thread, p, shape->count > 1 ? PICKLE_SETITEMS : PICKLE_SETITEM);
    return true;
}

static bool save_plain(Thread *thread, Pickler *p, Value v) {
    const Shape *shape = as_instance(v)->shape;
    if (!pickle_save(thread, p, value_object(object_type(v))))
        return false;
    pickle_put(thread, p, (const uint8_t[]){PICKLE_EMPTY_TUPLE, PICKLE_NEWOBJ}, 2);
    if (!pickle_memoize(thread, p, v))
        return false;
    if (shape->count == 0)
        return true;
    if (!save_attributes(thread, p, v, shape))
        return false;
    pickle_put_byte(thread, p, PICKLE_BUILD);
    return true;
}

// ---- Calls ----

static bool put_code(Thread *thread, Pickler *p, uint8_t code) {
    pickle_put_byte(thread, p, code);
    return true;
}

static bool save_function_call(Thread *thread, Pickler *p, Value function, Value args) {
    return pickle_save(thread, p, function) && pickle_save(thread, p, args) &&
           put_code(thread, p, PICKLE_REDUCE);
}

// The class of `v` as it says itself.
static bool has_class(Thread *thread, Value v, Value cls) {
    Value own = attribute_get(thread, v, common_name(thread, NAME___class__));
    if (is_error(own))
        return false;
    return value_same(own, cls) ||
           pickling_error(thread, "args[0] from __newobj__ args has the wrong class");
}

// cls.__new__(cls, *args)
static bool save_new(Thread *thread, Pickler *p, const Tuple *args, Value v) {
    if (args->length == 0)
        return pickling_error(thread, "__newobj__ arglist is empty");
    if (!is_type(args->items[0]))
        return pickling_error(thread, "args[0] from __newobj__ args is not a type");
    if (!is_undefined(v) && !has_class(thread, v, args->items[0]))
        return false;
    Value rest = value_object(tuple_from_array(thread, args->items + 1, args->length - 1));
    return pickle_save(thread, p, args->items[0]) && pickle_save(thread, p, rest) &&
           put_code(thread, p, PICKLE_NEWOBJ);
}

static bool check_new_ex(Thread *thread, const Tuple *args) {
    if (args->length != 3)
        return pickling_error(thread,
                              "length of the NEWOBJ_EX argument tuple must be exactly 3, not %zu",
                              args->length);
    const Value *items = args->items;
    const char *wrong = !is_type(items[0]) ? "first item from NEWOBJ_EX argument tuple must be a "
                                             "class"
                        : !is_tuple(items[1]) ? "second item from NEWOBJ_EX argument tuple must be "
                                                "a tuple"
                        : !is_dict(items[2]) ? "third item from NEWOBJ_EX argument tuple must be a "
                                               "dict"
                                             : NULL;
    size_t i = !is_type(items[0]) ? 0 : !is_tuple(items[1]) ? 1 : 2;
    return !wrong || pickling_error(thread, "%s, not %s", wrong, type_name(thread, items[i]));
}

// functools.partial(cls.__new__, cls, *args, **kwargs)(), for readers that know no NEWOBJ_EX.
static bool save_new_partial(Thread *thread, Pickler *p, const Tuple *args) {
    Value new_ = attribute_get(thread, args->items[0], common_name(thread, NAME___new__));
    Value make = is_error(new_) ? new_ : pickle_module_attribute(thread, "_pickle", "_call_later");
    if (is_error(make))
        return false;
    Value given[] = {new_, args->items[0], args->items[1], args->items[2]};
    Value partial = call_value(thread, make, given, 4);
    return !is_error(partial) &&
           save_function_call(thread, p, partial, value_object(thread->interpreter->empty_tuple));
}

static bool save_new_ex(Thread *thread, Pickler *p, const Tuple *args) {
    if (!check_new_ex(thread, args))
        return false;
    if (p->protocol < 4)
        return save_new_partial(thread, p, args);
    return pickle_save(thread, p, args->items[0]) && pickle_save(thread, p, args->items[1]) &&
           pickle_save(thread, p, args->items[2]) && put_code(thread, p, PICKLE_NEWOBJ_EX);
}

// Which of the functions that opcodes stand for it is.
static int is_named(Thread *thread, Value function, const char *name) {
    Value own = attribute_get_optional(thread, function, common_name(thread, NAME___name__));
    if (is_error(own))
        return -1;
    return is_str(own) && str_equal_c(as_str(own), name);
}

static bool save_making(Thread *thread, Pickler *p, Value function, Value args, Value v) {
    int is_ex = p->protocol >= 2 ? is_named(thread, function, "__newobj_ex__") : 0;
    int is_new = p->protocol >= 2 && !is_ex ? is_named(thread, function, "__newobj__") : 0;
    if (is_ex < 0 || is_new < 0)
        return false;
    return is_ex    ? save_new_ex(thread, p, as_tuple(args))
           : is_new ? save_new(thread, p, as_tuple(args), v)
                    : save_function_call(thread, p, function, args);
}

bool pickle_save_call(Thread *thread, Pickler *p, Value function, Value args, Value v) {
    if (!save_making(thread, p, function, args, v))
        return false;
    if (is_undefined(v))
        return true;
    const PickleMemoEntry *known = pickle_memo_find(&p->memo, v);
    if (!known)
        return pickle_memoize(thread, p, v);
    // What it is made of has led back to it, so it has been made on the way.
    pickle_put_byte(thread, p, PICKLE_POP);
    pickle_put_get(thread, p, known->index);
    return true;
}

// ---- What __reduce__ says ----

static bool save_state(Thread *thread, Pickler *p, Value state, Value setter, Value v) {
    if (is_none(setter))
        return pickle_save(thread, p, state) && put_code(thread, p, PICKLE_BUILD);
    if (!pickle_save(thread, p, setter) || !pickle_save(thread, p, v) ||
        !pickle_save(thread, p, state))
        return false;
    pickle_put(thread, p, (const uint8_t[]){PICKLE_TUPLE2, PICKLE_REDUCE, PICKLE_POP}, 3);
    return true;
}

static bool is_iterator(Thread *thread, Value v) {
    return is_none(v) || type_of(thread, v)->slots.next != NULL;
}

static bool check_parts(Thread *thread, const Value *parts) {
    if (!is_callable(parts[0]))
        return pickling_error(thread,
                              "first item of the tuple returned by __reduce__ must be callable");
    if (!is_tuple(parts[1]))
        return pickling_error(thread,
                              "second item of the tuple returned by __reduce__ must be a tuple");
    if (!is_iterator(thread, parts[3]))
        return pickling_error(
            thread,
            "fourth element of the tuple returned by __reduce__ must be an iterator, not %s",
            type_name(thread, parts[3]));
    if (!is_iterator(thread, parts[4]))
        return pickling_error(
            thread, "fifth element of the tuple returned by __reduce__ must be an iterator, not %s",
            type_name(thread, parts[4]));
    return is_none(parts[5]) || is_callable(parts[5]) ||
           pickling_error(thread,
                          "sixth element of the tuple returned by __reduce__ must be a function, "
                          "not %s",
                          type_name(thread, parts[5]));
}

// `v` UNDEFINED: what is made is nobody's.
static bool save_parts(Thread *thread, Pickler *p, Value v, const Tuple *tuple) {
    enum { CALL, ARGS, STATE, ITEMS, PAIRS, SETTER, PARTS };
    Value parts[PARTS];
    for (size_t i = 0; i < PARTS; i++)
        parts[i] = i < tuple->length ? tuple->items[i] : VALUE_NONE;
    if (!check_parts(thread, parts) || !pickle_save_call(thread, p, parts[CALL], parts[ARGS], v) ||
        (!is_none(parts[ITEMS]) && !pickle_save_items(thread, p, parts[ITEMS], false)) ||
        (!is_none(parts[PAIRS]) && !pickle_save_items(thread, p, parts[PAIRS], true)))
        return false;
    return is_none(parts[STATE]) || save_state(thread, p, parts[STATE], parts[SETTER], v);
}

static bool save_reduced(Thread *thread, Pickler *p, Value v, Value reduced) {
    if (is_error(reduced))
        return false;
    if (is_str(reduced))
        return pickle_save_global(thread, p, v, reduced);
    if (!is_tuple(reduced))
        return pickling_error(thread, "__reduce__ must return a string or tuple");
    if (as_tuple(reduced)->length < 2 || as_tuple(reduced)->length > 6)
        return pickling_error(thread,
                              "tuple returned by __reduce__ must contain 2 through 6 elements");
    return save_parts(thread, p, v, as_tuple(reduced));
}

// ---- Who is asked ----

// The types of None, Ellipsis and NotImplemented have no names that could be found.
static bool save_type(Thread *thread, Pickler *p, Value v) {
    Value single = VALUE_UNDEFINED;
    if (value_same(v, value_object(builtin_type(thread, TYPE_none))))
        single = VALUE_NONE;
    else if (value_same(v, value_object(builtin_type(thread, TYPE_ellipsis))))
        single = VALUE_ELLIPSIS;
    else if (value_same(v, value_object(builtin_type(thread, TYPE_not_implemented))))
        single = VALUE_NOT_IMPLEMENTED;
    if (is_undefined(single))
        return pickle_save_global(thread, p, v, VALUE_UNDEFINED);
    Value args = value_object(tuple_from_array(thread, &single, 1));
    return pickle_save_call(thread, p, value_object(builtin_type(thread, TYPE_type)), args, v);
}

// The reduce function of a table for `type`; UNDEFINED: there is none.
static Value look_up(Thread *thread, Value table, Type *type) {
    Value found;
    if (is_exactly(table, LAYOUT_DICT)) {
        int there = dict_get(thread, as_dict(table), value_object(type), &found);
        return there < 0 ? VALUE_ERROR : there ? found : VALUE_UNDEFINED;
    }
    found = operation_get_item(thread, table, value_object(type));
    if (!is_error(found) || !error_matches(thread, ERROR_KeyError))
        return found;
    error_clear(thread);
    return VALUE_UNDEFINED;
}

// What the tables of the Pickler have for `type`; UNDEFINED: nothing.
static Value find_reduce(Thread *thread, const Pickler *p, Type *type) {
    if (!is_undefined(p->dispatch_table))
        return look_up(thread, p->dispatch_table, type);
    Value extra =
        p->extra_table ? look_up(thread, value_object(p->extra_table), type) : VALUE_UNDEFINED;
    return is_undefined(extra) ? look_up(thread, value_object(p->standard_table), type) : extra;
}

// What __reduce_ex__ or __reduce__ of the object gives.
static Value ask_object(Thread *thread, const Pickler *p, Value v) {
    Value reduce = attribute_get_optional(thread, v, common_name(thread, NAME___reduce_ex__));
    if (is_error(reduce))
        return reduce;
    if (!is_undefined(reduce))
        return call_1(thread, reduce, value_small_int(p->protocol));
    reduce = attribute_get_optional(thread, v, common_name(thread, NAME___reduce__));
    if (is_error(reduce) || !is_undefined(reduce))
        return is_error(reduce) ? reduce : call_0(thread, reduce);
    const char *shown = pickle_shown(thread, v);
    if (shown)
        pickle_raise(thread, "PicklingError", "can't pickle '%s' object: %s", type_name(thread, v),
                     shown);
    return VALUE_ERROR;
}

bool pickle_save_other(Thread *thread, Pickler *p, Value v) {
    Type *type = type_of(thread, v);
    if (pickle_is_buffer(thread, v))
        return pickle_save_buffer(thread, p, v);
    if (!is_undefined(p->reducer_override)) {
        Value reduced = call_1(thread, p->reducer_override, v);
        if (!is_not_implemented(reduced))
            return save_reduced(thread, p, v, reduced);
    }
    if (is_plain(thread, p, v))
        return save_plain(thread, p, v);
    if (type == builtin_type(thread, TYPE_type))
        return save_type(thread, p, v);
    if (type == builtin_type(thread, TYPE_function))
        return pickle_save_global(thread, p, v, VALUE_UNDEFINED);
    Value reduce = find_reduce(thread, p, type);
    if (is_error(reduce))
        return false;
    if (!is_undefined(reduce))
        return save_reduced(thread, p, v, call_1(thread, reduce, v));
    if (type_is_subtype(type, builtin_type(thread, TYPE_type)))
        return pickle_save_global(thread, p, v, VALUE_UNDEFINED);
    return save_reduced(thread, p, v, ask_object(thread, p, v));
}
