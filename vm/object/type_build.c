// SPDX-License-Identifier: MIT
//
// The class statement at run time, and type(...) as a constructor.
//
// `class C(A, B, metaclass=M, key=1): body` is, in this order: replace bases that are not classes
// (__mro_entries__), find the metaclass, ask it for a namespace (__prepare__), run the body in it,
// call the metaclass with name, bases, namespace and the other keywords. CPython has this in
// __build_class__. The body gives back the cell of __class__, which travels in the namespace as
// "__classcell__" until the class exists.
#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "function.h"
#include "interpreter.h"
#include "list.h"
#include "namespace.h"
#include "native.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type_parts.h"

// The most derived of `metaclass` and the bases' metaclasses; NULL with TypeError.
static Type *type_winner_metaclass(Thread *thread, Type *metaclass, Tuple *bases) {
    for (size_t i = 0; i < bases->length; i++) {
        Type *other = type_of(thread, bases->items[i]);
        if (type_is_subtype(metaclass, other)) {
            continue;
        }
        if (!type_is_subtype(other, metaclass)) {
            raise_error(thread, ERROR_TypeError,
                        "metaclass conflict: the metaclass of a derived class must be a "
                        "(non-strict) subclass of the metaclasses of all its bases");
            return NULL;
        }
        metaclass = other;
    }
    return metaclass;
}

// type(name, bases, namespace)

static bool check_type_arguments(Thread *thread, const Value *args) {
    static const TypeIndex expected[] = {TYPE_str, TYPE_tuple, TYPE_dict};
    for (size_t i = 0; i < 3; i++) {
        const Type *type = builtin_type(thread, expected[i]);
        if (!is_instance_of(args[i], type)) {
            return raise_false(thread, ERROR_TypeError,
                               "type.__new__() argument %zu must be %s, not %s", i + 1, type->name,
                               argument_type_name(thread, args[i]));
        }
    }
    return type_check_name(thread, as_str(args[0]));
}

// Only the class statement replaces bases that are not classes.
static bool check_bases(Thread *thread, const Tuple *bases) {
    Str *name = common_name(thread, NAME___mro_entries__);
    for (size_t i = 0; i < bases->length; i++) {
        if (is_type(bases->items[i])) {
            continue;
        }
        Value method = attribute_get_optional(thread, bases->items[i], name);
        if (is_error(method)) {
            return false;
        }
        if (!is_undefined(method)) {
            return raise_false(thread, ERROR_TypeError,
                               "type() doesn't support MRO entry resolution; use "
                               "types.new_class()");
        }
    }
    return true;
}

static Dict *keyword_dict(Thread *thread, const Value *values, const Tuple *names) {
    if (!names) {
        return NULL;
    }
    Dict *dict = dict_new(thread, names->length);
    for (size_t i = 0; i < names->length; i++) {
        dict_set_str(thread, dict, as_str(names->items[i]), values[i]);
    }
    return dict;
}

Value type_construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    Type *metaclass = as_type(callee);
    size_t positional = count - (keywords ? keywords->length : 0);
    if (metaclass == builtin_type(thread, TYPE_type) && count == 1 && positional == 1) {
        return value_object(type_of(thread, args[0]));
    }
    if (metaclass == builtin_type(thread, TYPE_type) && positional == 1) {
        return raise_error(thread, ERROR_TypeError, "type() takes no keyword arguments");
    }
    if (positional != 3) {
        return raise_error(thread, ERROR_TypeError,
                           metaclass == builtin_type(thread, TYPE_type)
                               ? "type() takes 1 or 3 arguments"
                               : "type.__new__() takes exactly 3 arguments (%zu given)",
                           positional);
    }
    if (!check_type_arguments(thread, args) || !check_bases(thread, as_tuple(args[1]))) {
        return VALUE_ERROR;
    }
    Type *winner = type_winner_metaclass(thread, metaclass, as_tuple(args[1]));
    if (!winner) {
        return VALUE_ERROR;
    }
    if (winner != metaclass && !is_undefined(winner->new_)) {
        return call_with_keywords(thread, value_object(winner), args, count, keywords);
    }
    Type *type = type_new_class(thread, winner, as_str(args[0]), as_tuple(args[1]),
                                as_dict(args[2]), keyword_dict(thread, args + 3, keywords));
    return type ? value_object(type) : VALUE_ERROR;
}

// The class statement

// The bases with each that is not a class replaced by what its __mro_entries__ says.
static Tuple *resolve_bases(Thread *thread, Tuple *bases) {
    List *resolved = list_new(thread, bases->length);
    for (size_t i = 0; i < bases->length; i++) {
        Value base = bases->items[i];
        Str *name = common_name(thread, NAME___mro_entries__);
        Value method = is_type(base) ? VALUE_UNDEFINED : attribute_get_optional(thread, base, name);
        if (is_undefined(method)) {
            list_append(thread, resolved, base);
            continue;
        }
        Value entries = is_error(method) ? method : call_1(thread, method, value_object(bases));
        if (is_error(entries)) {
            return NULL;
        }
        if (!is_tuple(entries)) {
            raise_error(thread, ERROR_TypeError, "__mro_entries__ must return a tuple");
            return NULL;
        }
        list_extend_array(thread, resolved, as_tuple(entries)->items, as_tuple(entries)->length);
    }
    return tuple_from_array(thread, resolved->items, resolved->length);
}

static bool same_items(const Tuple *a, const Tuple *b) {
    return a->length == b->length && !memcmp(a->items, b->items, a->length * sizeof(Value));
}

// The metaclass, explicit or inherited; may be any callable. VALUE_ERROR with TypeError.
static Value find_metaclass(Thread *thread, Tuple *bases, Dict *keywords) {
    Value explicit = VALUE_UNDEFINED;
    if (keywords) {
        Str *name = common_name(thread, NAME_metaclass);
        explicit = dict_get_str(thread, keywords, name);
        dict_delete_str(thread, keywords, name);
    }
    if (!is_undefined(explicit) && !is_type(explicit)) {
        return explicit;
    }
    Type *metaclass = !is_undefined(explicit) ? as_type(explicit)
                      : bases->length > 0     ? type_of(thread, bases->items[0])
                                              : builtin_type(thread, TYPE_type);
    metaclass = type_winner_metaclass(thread, metaclass, bases);
    return metaclass ? value_object(metaclass) : VALUE_ERROR;
}

static Value prepare_namespace(Thread *thread, Value metaclass, Str *name, Tuple *bases,
                               Dict *keywords) {
    if (value_same(metaclass, value_object(builtin_type(thread, TYPE_type)))) {
        return value_object(dict_new(thread, 0));
    }
    Str *hook = common_name(thread, NAME___prepare__);
    Value prepare = attribute_get_optional(thread, metaclass, hook);
    if (is_error(prepare) || is_undefined(prepare)) {
        return is_error(prepare) ? prepare : value_object(dict_new(thread, 0));
    }
    Value args[] = {value_object(name), value_object(bases)};
    Value namespace = call_with_dict(thread, prepare, args, 2, keywords);
    if (!is_error(namespace) && !type_of(thread, namespace)->slots.get_item) {
        return raise_error(thread, ERROR_TypeError,
                           "%s.__prepare__() must return a mapping, not %s",
                           is_type(metaclass) ? as_type(metaclass)->name : "<metaclass>",
                           type_name(thread, namespace));
    }
    return namespace;
}

// Gives the cell of __class__, if the class has one.
static Value run_body(Thread *thread, Value body, Value namespace) {
    // __build_class__() may be given a function that is no class body; then it sets nothing.
    bool is_body = ((Function *)as_object(body))->code->flags & CODE_CLASS_BODY;
    Value cell = is_body ? call_1(thread, body, namespace) : call_0(thread, body);
    if (has_layout(cell, LAYOUT_CELL) &&
        !operation_set_item(thread, namespace,
                            value_object(common_name(thread, NAME___classcell__)), cell)) {
        return VALUE_ERROR;
    }
    return cell;
}

// A metaclass may have lost the cell or have filled it with another class.
static Value check_cell(Thread *thread, Value made, Str *name, Value cell) {
    if (!is_type(made) || !has_layout(cell, LAYOUT_CELL)) {
        return made;
    }
    Value content = ((Cell *)as_object(cell))->content;
    Str *quoted = str_repr(thread, name), *shown = NULL, *other = NULL;
    if (value_same(content, made) || !(shown = operation_repr(thread, made))) {
        return shown || value_same(content, made) ? made : VALUE_ERROR;
    }
    if (is_undefined(content)) {
        return raise_error(thread, ERROR_RuntimeError,
                           "__class__ not set defining %s as %s. Was __classcell__ propagated to "
                           "type.__new__?",
                           str_text(thread, quoted), str_text(thread, shown));
    }
    other = operation_repr(thread, content);
    return other == NULL
               ? VALUE_ERROR
               : raise_error(thread, ERROR_TypeError, "__class__ set to %s defining %s as %s",
                             str_text(thread, other), str_text(thread, quoted),
                             str_text(thread, shown));
}

static bool note_original_bases(Thread *thread, Value namespace, const Tuple *original,
                                const Tuple *resolved) {
    return same_items(original, resolved) ||
           operation_set_item(thread, namespace,
                              value_object(common_name(thread, NAME___orig_bases__)),
                              value_object(original));
}

static bool check_keywords(Thread *thread, Value keywords) {
    size_t position = 0;
    Value key, v;
    while (!is_undefined(keywords) && dict_next(as_dict(keywords), &position, &key, &v)) {
        if (!is_str(key)) {
            return raise_false(thread, ERROR_TypeError, "keywords must be strings");
        }
    }
    return true;
}

static Value class_build(Thread *thread, Value body, Str *name, Tuple *bases, Value keywords) {
    Dict *rest = is_undefined(keywords) ? NULL : dict_copy(thread, as_dict(keywords));
    Tuple *resolved = resolve_bases(thread, bases);
    if (!resolved) {
        return VALUE_ERROR;
    }
    Value metaclass = find_metaclass(thread, resolved, rest);
    if (is_error(metaclass)) {
        return metaclass;
    }
    Value namespace = prepare_namespace(thread, metaclass, name, resolved, rest);
    Value cell = is_error(namespace) ? namespace : run_body(thread, body, namespace);
    if (is_error(cell) || !note_original_bases(thread, namespace, bases, resolved)) {
        return VALUE_ERROR;
    }
    Value args[] = {value_object(name), value_object(resolved), namespace};
    Value made = call_with_dict(thread, metaclass, args, 3, rest);
    return is_error(made) ? made : check_cell(thread, made, name, cell);
}

Value class_function(Thread *thread, Value *args) {
    if (!has_layout(args[0], LAYOUT_FUNCTION)) {
        return raise_error(thread, ERROR_TypeError, "__build_class__: func must be a function");
    }
    if (!is_str(args[1])) {
        return raise_error(thread, ERROR_TypeError, "__build_class__: name is not a string");
    }
    return class_build(thread, args[0], as_str(args[1]), as_tuple(args[2]), args[3]);
}

// A function of the program's own gets what CPython's __build_class__ is called with.
static Value call_replaced(Thread *thread, Value function, Value *parts) {
    const Tuple *bases = as_tuple(parts[2]);
    List *args = list_from_array(thread, parts, 2);
    list_extend_array(thread, args, bases->items, bases->length);
    Dict *keywords = is_undefined(parts[3]) ? NULL : as_dict(parts[3]);
    return call_with_dict(thread, function, args->items, args->length, keywords);
}

Value class_statement(Thread *thread, Value *parts) {
    Value function = namespace_builtin(thread, common_name(thread, NAME___build_class__));
    if (is_error(function)) {
        return VALUE_ERROR;
    }
    if (is_undefined(function)) {
        return raise_error(thread, ERROR_NameError, "__build_class__ not found");
    }
    if (!check_keywords(thread, parts[3])) {
        return VALUE_ERROR;
    }
    return native_is(function, class_function)
               ? class_build(thread, parts[0], as_str(parts[1]), as_tuple(parts[2]), parts[3])
               : call_replaced(thread, function, parts);
}
