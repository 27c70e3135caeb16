// SPDX-License-Identifier: MIT
//
// object: what every value can do. Equality is identity, the hash follows the address, str is
// repr, format takes no specification; classes override what they want otherwise.
#include "attribute.h"
#include "call.h"
#include "descriptor.h"
#include "dict.h"
#include "import.h"
#include "instance.h"
#include "int.h"
#include "interpreter.h"
#include "list.h"
#include "memoryview.h"
#include "module.h"
#include "native.h"
#include "operations.h"
#include "slots.h"
#include "str.h"
#include "tuple.h"
#include "type.h"
#include "type_parts.h"

// Slots

static Value object_repr(Thread *thread, Value self) {
    Type *type = type_of(thread, self);
    Str *name = type_full_name(thread, type);
    return value_object(str_format(thread, "<%s object at 0x%012llx>", str_text(thread, name),
                                   (unsigned long long)self.bits));
}

static Value object_str(Thread *thread, Value self) {
    UnaryFunction repr = type_of(thread, self)->slots.repr;
    return repr(thread, self);
}

static bool object_hash(Thread *thread, Value self, uint64_t *hash) {
    (void)thread;
    *hash = (self.bits >> 4 | self.bits << 60) & UINT64_C(0x1fffffffffffffff);
    return true;
}

// != is the opposite of what the type's == says.
static Value opposite_of_equal(Thread *thread, Value left, Value right) {
    CompareFunction compare = type_of(thread, left)->slots.compare;
    Value equal = compare(thread, left, right, COMPARE_EQ);
    if (is_error(equal) || is_not_implemented(equal)) {
        return equal;
    }
    int truth = operation_truth(thread, equal);
    return truth < 0 ? VALUE_ERROR : value_bool(!truth);
}

static Value object_compare(Thread *thread, Value left, Value right, CompareOp op) {
    if (op == COMPARE_EQ && value_same(left, right)) {
        return VALUE_TRUE;
    }
    return op == COMPARE_NE ? opposite_of_equal(thread, left, right) : VALUE_NOT_IMPLEMENTED;
}

// Methods

static Value method_format(Thread *thread, Value *args) {
    if (!is_str(args[1])) {
        return raise_error(thread, ERROR_TypeError, "__format__() argument must be str, not %s",
                           argument_type_name(thread, args[1]));
    }
    if (as_str(args[1])->length) {
        return raise_error(thread, ERROR_TypeError,
                           "unsupported format string passed to %s.__format__",
                           type_name(thread, args[0]));
    }
    Str *text = operation_str(thread, args[0]);
    return text ? value_object(text) : VALUE_ERROR;
}

static Value method_init_subclass(Thread *thread, Value *args) {
    if (as_dict(args[1])->length) {
        Str *name = as_str(as_type(args[0])->qualified_name);
        return raise_error(thread, ERROR_TypeError,
                           "%s.__init_subclass__() takes no keyword arguments",
                           str_text(thread, name));
    }
    return VALUE_NONE;
}

static Value method_subclass_hook(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return VALUE_NOT_IMPLEMENTED;
}

// dir(): names of the object's own attributes and of all its classes.
static bool add_names(Thread *thread, Dict *names, const Dict *source) {
    size_t position = 0;
    Value name, value;
    while (dict_next(source, &position, &name, &value)) {
        if (!dict_set(thread, names, name, VALUE_NONE)) {
            return false;
        }
    }
    return true;
}

static bool add_class_names(Thread *thread, Dict *names, const Type *type) {
    for (size_t i = 0; i < type->mro->length; i++) {
        if (!add_names(thread, names, as_type(type->mro->items[i])->attributes)) {
            return false;
        }
    }
    return true;
}

static Value sorted_names(Thread *thread, Dict *names) {
    Value list = operation_to_list(thread, value_object(names));
    if (is_error(list) || !list_sort(thread, as_list(list), VALUE_NONE, false)) {
        return VALUE_ERROR;
    }
    return list;
}

static Value method_dir(Thread *thread, Value *args) {
    Dict *names = dict_new(thread, 32);
    Str *key = common_name(thread, NAME___dict__);
    Value own = attribute_get_optional(thread, args[0], key);
    if (is_error(own) || (is_dict(own) && !add_names(thread, names, as_dict(own))) ||
        !add_class_names(thread, names, type_of(thread, args[0]))) {
        return VALUE_ERROR;
    }
    return sorted_names(thread, names);
}

static Value method_sizeof(Thread *thread, Value *args) {
    return value_small_int((int64_t)type_of(thread, args[0])->size);
}

// Pickling and copying

// The attributes as a dict; or (dict or None, members) if __slots__ declares any.
static Value object_state(Thread *thread, Value self) {
    if (!is_object(self) || !attributes_of(as_object(self))) {
        return VALUE_NONE;
    }
    const Attributes *attributes = attributes_of(as_object(self));
    bool is_real = attributes->shape && attributes->shape->dictionary; // others may refer to it
    Dict *own = is_real ? attributes_dict(thread, as_object(self))
                        : attributes_copy(thread, as_object(self));
    Dict *members = attributes_members(thread, as_object(self));
    Value state = own->length ? value_object(own) : VALUE_NONE;
    return members->length ? tuple_pair(thread, state, value_object(members)) : state;
}

static Value method_getstate(Thread *thread, Value *args) {
    return object_state(thread, args[0]);
}

// cls.__new__(cls, *args): how pickle and copy make an object without calling __init__.
static Value make_object(Thread *thread, Value *args) {
    Value new_ = attribute_get(thread, args[0], common_name(thread, NAME___new__));
    const Tuple *rest = as_tuple(args[1]);
    return is_error(new_)
               ? new_
               : slots_call_prepended(thread, new_, args[0], rest->items, rest->length, NULL);
}

// cls.__new__(cls, *args, **kwargs)
static Value make_object_ex(Thread *thread, Value *args) {
    Value new_ = attribute_get(thread, args[0], common_name(thread, NAME___new__));
    if (is_error(new_) || !is_tuple(args[1]) || !is_dict(args[2]))
        return is_error(new_) ? new_
                              : raise_error(thread, ERROR_TypeError,
                                            "__newobj_ex__() needs a class, a tuple and a dict");
    Value names = operation_to_tuple(thread, args[2]);
    Value values = call_method(thread, args[2], str_intern_c(thread, "values"), NULL, 0);
    values = is_error(values) ? values : operation_to_tuple(thread, values);
    if (is_error(names) || is_error(values))
        return VALUE_ERROR;
    Tuple *all = tuple_concat(thread, tuple_from_array(thread, args, 1), as_tuple(args[1]));
    all = tuple_concat(thread, all, as_tuple(values));
    return call_with_keywords(thread, new_, all->items, all->length, as_tuple(names));
}

// Pickles name it copyreg.__newobj__, as CPython's do.
static const NativeSpec new_object_spec = {"__newobj__", make_object, "(cls, *args)",
                                           "Return cls.__new__(cls, *args).", NATIVE_PLAIN};

static const NativeSpec new_object_ex_spec = {
    "__newobj_ex__", make_object_ex, "(cls, args, kwargs, /)",
    "Return cls.__new__(cls, *args, **kwargs).", NATIVE_PLAIN};

// Once copyreg has been imported it is that module's function, as pickle expects.
static Value new_object_function(Thread *thread, const NativeSpec *spec) {
    Str *name = str_intern_c(thread, "copyreg");
    Value module = dict_get_str(thread, thread->interpreter->modules, name), found;
    if (is_module(module)) {
        found = dict_get_str(thread, as_module(module)->dict, str_intern_c(thread, spec->name));
        if (!is_undefined(found)) {
            return found;
        }
    }
    return native_new(thread, spec, NULL, value_object(name));
}

static Value state_of(Thread *thread, Value self) {
    return call_method(thread, self, common_name(thread, NAME___getstate__), NULL, 0);
}

// The value inside an instance of a subclass of an immutable native type.
static Value native_content(Thread *thread, Value self) {
    if (is_tuple(self)) {
        return value_object(
            tuple_from_array(thread, as_tuple(self)->items, as_tuple(self)->length));
    }
    if (is_str(self)) {
        return value_object(str_exact(thread, as_str(self)));
    }
    return is_big_int(self) ? int_exact(thread, self) : VALUE_UNDEFINED;
}

// A method that only the type is asked for, bound; UNDEFINED if it has none.
static Value type_method(Thread *thread, Value self, const char *name) {
    Value found = special_method(thread, self, str_intern_c(thread, name));
    return is_undefined(found) ? found
                               : descriptor_bind(thread, found, self, type_of(thread, self));
}

// (__newobj_ex__, (cls, args, kwargs)) of a class that has __getnewargs_ex__.
static Value ex_arguments(Thread *thread, Value self, Value method) {
    Value given = is_error(method) ? method : call_0(thread, method);
    if (is_error(given))
        return given;
    bool valid = is_tuple(given) && as_tuple(given)->length == 2 &&
                 is_tuple(as_tuple(given)->items[0]) && is_dict(as_tuple(given)->items[1]);
    if (!valid)
        return raise_error(thread, ERROR_TypeError,
                           "__getnewargs_ex__ should return a tuple of a tuple and a dict");
    Value parts[] = {value_object(type_of(thread, self)), as_tuple(given)->items[0],
                     as_tuple(given)->items[1]};
    return value_object(tuple_from_array(thread, parts, 3));
}

// Arguments for __newobj__: the class and what __getnewargs__ says.
static Value new_arguments(Thread *thread, Value self) {
    Value cls = value_object(type_of(thread, self));
    Value method = type_method(thread, self, "__getnewargs__");
    if (is_error(method)) {
        return method;
    }
    if (is_undefined(method)) {
        Value content = native_content(thread, self);
        return is_undefined(content) ? value_object(tuple_from_array(thread, &cls, 1))
                                     : tuple_pair(thread, cls, content);
    }
    Value given = call_0(thread, method);
    if (is_error(given) || !is_tuple(given)) {
        return is_error(given) ? given
                               : raise_error(thread, ERROR_TypeError,
                                             "__getnewargs__ should return a tuple, not '%s'",
                                             type_name(thread, given));
    }
    return value_object(tuple_concat(thread, tuple_from_array(thread, &cls, 1), as_tuple(given)));
}

static Value items_iterator(Thread *thread, Value self) {
    if (is_list(self)) {
        return operation_iter(thread, self);
    }
    if (!is_dict(self)) {
        return VALUE_NONE;
    }
    Value items = call_method(thread, self, common_name(thread, NAME_items), NULL, 0);
    return is_error(items) ? items : operation_iter(thread, items);
}

static Value reduce_by_new(Thread *thread, Value self) {
    Value ex = type_method(thread, self, "__getnewargs_ex__");
    bool plain = is_undefined(ex);
    Value parts[5] = {new_object_function(thread, plain ? &new_object_spec : &new_object_ex_spec),
                      plain ? new_arguments(thread, self) : ex_arguments(thread, self, ex)};
    if (is_error(parts[0]) || is_error(parts[1])) {
        return VALUE_ERROR;
    }
    parts[2] = state_of(thread, self);
    parts[3] = is_error(parts[2]) ? VALUE_ERROR : items_iterator(thread, self);
    parts[4] = VALUE_NONE;
    if (is_error(parts[3])) {
        return VALUE_ERROR;
    }
    if (is_dict(self)) {
        parts[4] = parts[3];
        parts[3] = VALUE_NONE;
    }
    return value_object(tuple_from_array(thread, parts, 5));
}

static bool can_reduce(Thread *thread, Value self) {
    const Type *type = type_of(thread, self);
    bool plain = type->flags & TYPE_FROM_CLASS || !type->base || is_list(self) || is_dict(self) ||
                 is_tuple(self) || has_layout(self, LAYOUT_SET);
    if (plain && !is_module(self) && !is_type(self)) {
        return true;
    }
    return is_memoryview(self)
               ? raise_false(thread, ERROR_TypeError, "cannot pickle memoryview objects")
               : raise_false(thread, ERROR_TypeError, "cannot pickle '%s' object", type->name);
}

// Protocols 0 and 1 know no __newobj__.
static Value reduce_for_old(Thread *thread, Value self, Value protocol) {
    Value copyreg = import_any(thread, str_intern_c(thread, "copyreg"));
    Value reduce = is_error(copyreg)
                       ? copyreg
                       : attribute_get(thread, copyreg, str_intern_c(thread, "_reduce_ex"));
    return is_error(reduce) ? reduce : call_2(thread, reduce, self, protocol);
}

static Value reduce_for(Thread *thread, Value self, Value protocol) {
    int64_t number;
    if (!operation_index_int64(thread, protocol, &number)) {
        return VALUE_ERROR;
    }
    if (number < 2) {
        return reduce_for_old(thread, self, protocol);
    }
    return can_reduce(thread, self) ? reduce_by_new(thread, self) : VALUE_ERROR;
}

static Value method_reduce(Thread *thread, Value *args) {
    return reduce_for(thread, args[0], value_small_int(0));
}

// __reduce_ex__ calls __reduce__ if a class overrides it.
static Value method_reduce_ex(Thread *thread, Value *args) {
    Str *name = common_name(thread, NAME___reduce__);
    Value own = type_lookup(thread, type_of(thread, args[0]), name);
    Value base = type_lookup(thread, builtin_type(thread, TYPE_object), name);
    if (!value_same(own, base)) {
        return call_method(thread, args[0], name, NULL, 0);
    }
    return reduce_for(thread, args[0], args[1]);
}

static const NativeSpec object_methods[] = {
    {"__format__", method_format, "(self, format_spec, /)", "Default object formatter.",
     NATIVE_PLAIN},
    {"__init_subclass__", method_init_subclass, "(cls, /, **kwargs)",
     "This method is called when a class is subclassed.", NATIVE_CLASS_METHOD},
    {"__subclasshook__", method_subclass_hook, "(cls, subclass, /)",
     "Abstract classes can override this to customize issubclass().", NATIVE_CLASS_METHOD},
    {"__dir__", method_dir, "(self, /)", "Default dir() implementation.", NATIVE_PLAIN},
    {"__sizeof__", method_sizeof, "(self, /)", "Size of object in memory, in bytes.", NATIVE_PLAIN},
    {"__getstate__", method_getstate, "(self, /)", "Helper for pickle.", NATIVE_PLAIN},
    {"__reduce__", method_reduce, "(self, /)", "Helper for pickle.", NATIVE_PLAIN},
    {"__reduce_ex__", method_reduce_ex, "(self, protocol, /)", "Helper for pickle.", NATIVE_PLAIN},
    {0},
};

// __class__ and __dict__

static Value get_class(Thread *thread, Value self) {
    return value_object(type_of(thread, self));
}

// Does the class itself give its instances a __dict__, weak references, or members?
static bool adds_to_instances(const Type *type) {
    const Type *base = type->base;
    bool has_dict = type->flags & TYPE_HAS_ATTRIBUTES && !(type->flags & TYPE_SEALED);
    bool base_has = base->flags & TYPE_HAS_ATTRIBUTES && !(base->flags & TYPE_SEALED);
    return has_dict != base_has || (type->flags ^ base->flags) & TYPE_WEAK ||
           type->flags & TYPE_ADDS_MEMBERS;
}

static const Type *last_addition(const Type *type) {
    while (type->flags & TYPE_FROM_CLASS && !adds_to_instances(type)) {
        type = type->base;
    }
    return type;
}

bool type_same_attributes(Type *from, Type *to) {
    const Type *added_from = last_addition(from), *added_to = last_addition(to);
    if (added_from != added_to && added_from->base != added_to->base) {
        return false;
    }
    uint32_t kinds = TYPE_HAS_ATTRIBUTES | TYPE_SEALED | TYPE_WEAK;
    if (type_solid_base(from) != type_solid_base(to) || ((from->flags ^ to->flags) & kinds)) {
        return false;
    }
    const Shape *a = from->root_shape, *b = to->root_shape;
    bool same = !a || a->members == b->members;
    for (uint32_t i = 0; a && same && i < a->members; i++) {
        same = shape_name_at(a, i) == shape_name_at(b, i);
    }
    return same;
}

static bool set_class(Thread *thread, Value self, Value v) {
    if (is_undefined(v)) {
        return raise_false(thread, ERROR_TypeError, "can't delete __class__ attribute");
    }
    if (!is_type(v)) {
        return raise_false(thread, ERROR_TypeError,
                           "__class__ must be set to a class, not '%s' object",
                           type_name(thread, v));
    }
    Type *from = type_of(thread, self), *to = as_type(v);
    bool of_classes = from->flags & to->flags & TYPE_FROM_CLASS && !is_type(self);
    if (!of_classes && !(is_module(self) && to->layout == LAYOUT_MODULE)) {
        return raise_false(thread, ERROR_TypeError,
                           "__class__ assignment only supported for mutable types or ModuleType "
                           "subclasses");
    }
    if (!type_same_attributes(from, to)) {
        return raise_false(thread, ERROR_TypeError,
                           "__class__ assignment: '%s' object layout differs from '%s'", to->name,
                           from->name);
    }
    attributes_change_type(thread, as_object(self), to);
    return true;
}

static bool has_dict(Value self) {
    return is_object(self) && object_type(self)->flags & TYPE_HAS_ATTRIBUTES &&
           !(object_type(self)->flags & TYPE_SEALED);
}

static Value get_dict(Thread *thread, Value self) {
    if (!has_dict(self)) {
        return attribute_raise_missing(thread, self, common_name(thread, NAME___dict__));
    }
    return value_object(attributes_dict(thread, as_object(self)));
}

static bool set_dict(Thread *thread, Value self, Value v) {
    if (!has_dict(self)) {
        return attribute_refuse(thread, self, common_name(thread, NAME___dict__), false);
    }
    if (is_undefined(v)) {
        return raise_false(thread, ERROR_TypeError, "cannot delete __dict__");
    }
    if (!is_dict(v)) {
        return raise_false(thread, ERROR_TypeError,
                           "__dict__ must be set to a dictionary, not a '%s'",
                           type_name(thread, v));
    }
    attributes_set_dict(thread, as_object(self), as_dict(v));
    return true;
}

// One that a class of the program has brought may be deleted, and is empty then.
static bool set_class_dict(Thread *thread, Value self, Value v) {
    return set_dict(thread, self, is_undefined(v) ? value_object(dict_new(thread, 0)) : v);
}

// The first of the weak references to it; there are none before the module that makes them is
// there.
static Value get_weak(Thread *thread, Value self) {
    Str *name = str_intern_c(thread, "weakref");
    Value module = dict_get_str(thread, thread->interpreter->modules, name);
    if (!is_module(module)) {
        return VALUE_NONE;
    }
    Value all = call_method(thread, module, str_intern_c(thread, "getweakrefs"), &self, 1);
    return is_list(all) ? as_list(all)->length ? as_list(all)->items[0] : VALUE_NONE : all;
}

const GetSetSpec object_dict_getset = {"__dict__", get_dict, set_dict,
                                       "dictionary for instance variables"};
const GetSetSpec object_class_dict_getset = {"__dict__", get_dict, set_class_dict,
                                             "dictionary for instance variables"};
const GetSetSpec object_weak_getset = {"__weakref__", get_weak, NULL,
                                       "list of weak references to the object"};

static const GetSetSpec object_getsets[] = {
    {"__class__", get_class, set_class, "the object's class"},
    {0},
};

const TypeSpec object_type_spec = {
    .name = "object",
    .doc = "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and "
           "returns a new featureless\ninstance that has no instance attributes and cannot be "
           "given any.\n",
    .type_index = TYPE_object,
    .layout = LAYOUT_NONE,
    .size = sizeof(Object),
    .slots =
        {
            .repr = object_repr,
            .str = object_str,
            .hash = object_hash,
            .compare = object_compare,
            .construct = object_construct,
        },
    .methods = object_methods,
    .getsets = object_getsets,
};
