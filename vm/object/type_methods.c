// SPDX-License-Identifier: MIT
//
// What programs see of classes: __name__, __mro__, __dict__, mro(), __subclasses__() and so on.
//
// The machinery is in type.c and type_class.c; here are the tables that a script reaches it by, and
// the checks that a script can get wrong.
#include "attribute.h"
#include "descriptor.h"
#include "dict.h"
#include "dict_view.h"
#include "interpreter.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type_parts.h"

// Methods

static Value method_mro(Thread *thread, Value *args) {
    const Tuple *mro = as_type(args[0])->mro;
    if (mro->length == 0) { // its metaclass's mro() is asking
        mro = type_compute_mro(thread, as_type(args[0]), as_type(args[0])->bases);
    }
    return mro ? value_object(list_from_array(thread, mro->items, mro->length)) : VALUE_ERROR;
}

static Value method_subclasses(Thread *thread, Value *args) {
    return type_subclasses(thread, as_type(args[0]));
}

static Value method_instance_check(Thread *thread, Value *args) {
    const Type *type = as_type(args[0]);
    return value_bool(type_is_subtype(type_of(thread, args[1]), type));
}

static Value method_subclass_check(Thread *thread, Value *args) {
    if (!is_type(args[1])) {
        return raise_error(thread, ERROR_TypeError, "issubclass() arg 1 must be a class");
    }
    return value_bool(type_is_subtype(as_type(args[1]), as_type(args[0])));
}

static Value method_prepare(Thread *thread, Value *args) {
    (void)args;
    return value_object(dict_new(thread, 0));
}

static Value method_dir(Thread *thread, Value *args) {
    Dict *names = dict_new(thread, 32);
    const Tuple *mro = as_type(args[0])->mro;
    for (size_t i = 0; i < mro->length; i++) {
        if (!dict_merge(thread, names, as_type(mro->items[i])->attributes, false)) {
            return VALUE_ERROR;
        }
    }
    Value list = operation_to_list(thread, value_object(names));
    bool ok = !is_error(list) && list_sort(thread, as_list(list), VALUE_NONE, false);
    return ok ? list : VALUE_ERROR;
}

// Classes are pickled by name.
static Value method_reduce(Thread *thread, Value *args) {
    (void)thread;
    return as_type(args[0])->qualified_name;
}

const NativeSpec type_methods[] = {
    {"mro", method_mro, "(self, /)", "Return a type's method resolution order.", NATIVE_PLAIN},
    {"__subclasses__", method_subclasses, "(self, /)", "Return a list of immediate subclasses.",
     NATIVE_PLAIN},
    {"__instancecheck__", method_instance_check, "(self, instance, /)",
     "Check if an object is an instance.", NATIVE_PLAIN},
    {"__subclasscheck__", method_subclass_check, "(self, subclass, /)",
     "Check if a class is a subclass.", NATIVE_PLAIN},
    {"__prepare__", method_prepare, "(cls, *args, **kwargs)",
     "Create the namespace for the class statement.", NATIVE_CLASS_METHOD},
    {"__dir__", method_dir, "(self, /)", "Names of the class's attributes.", NATIVE_PLAIN},
    {"__reduce__", method_reduce, "(self, /)", "Helper for pickle.", NATIVE_PLAIN},
    {0},
};

// Members

static Value get_name(Thread *thread, Value self) {
    return value_object(type_name_str(thread, as_type(self)));
}

static bool require_mutable(Thread *thread, const Type *type, const char *name, Value v) {
    if (!(type->flags & TYPE_FROM_CLASS)) {
        return raise_false(thread, ERROR_TypeError,
                           "cannot set '%s' attribute of immutable type '%s'", name, type->name);
    }
    return !is_undefined(v) || raise_false(thread, ERROR_TypeError,
                                           "cannot delete '%s' attribute of immutable type '%s'",
                                           name, type->name); // "immutable" is what CPython says
}

static bool set_name(Thread *thread, Value self, Value v) {
    Type *type = as_type(self);
    if (!require_mutable(thread, type, "__name__", v)) {
        return false;
    }
    if (!is_str(v)) {
        return raise_false(thread, ERROR_TypeError,
                           "can only assign string to %s.__name__, not '%s'", type->name,
                           type_name(thread, v));
    }
    if (!type_check_name(thread, as_str(v))) {
        return false;
    }
    type->name = type_copy_name(thread, as_str(v));
    return true;
}

static Value get_qualified_name(Thread *thread, Value self) {
    Value name = as_type(self)->qualified_name;
    return is_str(name) ? name : get_name(thread, self);
}

static bool set_qualified_name(Thread *thread, Value self, Value v) {
    Type *type = as_type(self);
    if (!require_mutable(thread, type, "__qualname__", v)) {
        return false;
    }
    if (!is_str(v)) {
        return raise_false(thread, ERROR_TypeError,
                           "can only assign string to %s.__qualname__, not '%s'", type->name,
                           type_name(thread, v));
    }
    type->qualified_name = v;
    return true;
}

static Value get_module(Thread *thread, Value self) {
    Value own = type_module(thread, as_type(self));
    return is_undefined(own)
               ? attribute_raise_missing(thread, self, common_name(thread, NAME___module__))
               : own;
}

static bool set_module(Thread *thread, Value self, Value v) {
    Type *type = as_type(self);
    if (!require_mutable(thread, type, "__module__", v)) {
        return false;
    }
    // A class that moves to another module has no line there.
    dict_delete_str(thread, type->attributes, str_intern_c(thread, "__firstlineno__"));
    return type_set_own_attribute(thread, type, common_name(thread, NAME___module__), v);
}

static Value get_bases(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_type(self)->bases);
}

static bool set_bases(Thread *thread, Value self, Value v) {
    return require_mutable(thread, as_type(self), "__bases__", v) &&
           type_set_bases(thread, as_type(self), v);
}

static Value get_base(Thread *thread, Value self) {
    (void)thread;
    const Type *type = as_type(self);
    return type->base ? value_object(type->base) : VALUE_NONE;
}

static Value get_mro(Thread *thread, Value self) {
    (void)thread;
    Tuple *mro = as_type(self)->mro;
    return mro->length ? value_object(mro) : VALUE_NONE;
}

static Value get_dict(Thread *thread, Value self) {
    return mapping_proxy_new(thread, value_object(as_type(self)->attributes));
}

static Value get_doc(Thread *thread, Value self) {
    Type *type = as_type(self);
    if (!(type->flags & TYPE_FROM_CLASS)) {
        return type->doc;
    }
    Value doc = dict_get_str(thread, type->attributes, common_name(thread, NAME___doc__));
    return is_undefined(doc) ? VALUE_NONE : descriptor_bind(thread, doc, VALUE_UNDEFINED, type);
}

static bool set_doc(Thread *thread, Value self, Value v) {
    return require_mutable(thread, as_type(self), "__doc__", v) &&
           type_set_own_attribute(thread, as_type(self), common_name(thread, NAME___doc__), v);
}

// What a class statement or an assignment left in the class. Native types have none; what lies
// under such a name in the dict of `type` is the descriptor that all classes are asked through.
static Value own_attribute(Thread *thread, const Type *type, Str *name) {
    bool native = !(type->flags & TYPE_FROM_CLASS);
    return native ? VALUE_UNDEFINED : dict_get_str(thread, type->attributes, name);
}

static Value get_annotations(Thread *thread, Value self) {
    Type *type = as_type(self);
    Str *name = common_name(thread, NAME___annotations__);
    Value own = own_attribute(thread, type, name);
    if (is_undefined(own) && type->flags & TYPE_FROM_CLASS) {
        own = value_object(dict_new(thread, 0));
        dict_set_str(thread, type->attributes, name, own);
    }
    return is_undefined(own) ? attribute_raise_missing(thread, self, name) : own;
}

static bool set_annotations(Thread *thread, Value self, Value v) {
    Type *type = as_type(self);
    Str *name = common_name(thread, NAME___annotations__);
    bool writable = type->flags & TYPE_FROM_CLASS;
    return (writable || require_mutable(thread, type, "__annotations__", v)) &&
           type_set_own_attribute(thread, type, name, v);
}

// Only a class that has __abstractmethods__ of its own shows it.
static Value get_abstract(Thread *thread, Value self) {
    Str *name = common_name(thread, NAME___abstractmethods__);
    Value own = own_attribute(thread, as_type(self), name);
    return is_undefined(own) ? attribute_raise_missing(thread, self, name) : own;
}

static bool set_abstract(Thread *thread, Value self, Value v) {
    Str *name = common_name(thread, NAME___abstractmethods__);
    return type_set_own_attribute(thread, as_type(self), name, v);
}

static Value get_flags(Thread *thread, Value self) {
    (void)thread;
    uint32_t flags = as_type(self)->flags;
    return value_small_int((flags & TYPE_ABSTRACT_METHODS ? 1 << 20 : 0) |
                           (flags & TYPE_FROM_CLASS ? 1 << 9 : 0));
}

static Value get_type_parameters(Thread *thread, Value self) {
    Str *name = common_name(thread, NAME___type_params__);
    Value own = own_attribute(thread, as_type(self), name);
    return is_undefined(own) ? value_object(thread->interpreter->empty_tuple) : own;
}

static bool set_type_parameters(Thread *thread, Value self, Value v) {
    Type *type = as_type(self);
    return require_mutable(thread, type, "__type_params__", v) &&
           type_set_own_attribute(thread, type, common_name(thread, NAME___type_params__), v);
}

static Value get_text_signature(Thread *thread, Value self) {
    return type_text_signature(thread, as_type(self));
}

const GetSetSpec type_getsets[] = {
    {"__name__", get_name, set_name, "The name of the class."},
    {"__qualname__", get_qualified_name, set_qualified_name, "The name with what encloses it."},
    {"__module__", get_module, set_module, "The module it was defined in."},
    {"__bases__", get_bases, set_bases, "The tuple of base classes."},
    {"__base__", get_base, NULL, "The base that decides the memory layout."},
    {"__mro__", get_mro, NULL, "The classes that are searched, in order."},
    {"__dict__", get_dict, NULL, "The namespace of the class, read-only."},
    {"__doc__", get_doc, set_doc, "The docstring."},
    {"__text_signature__", get_text_signature, NULL, "The parameters of a native class, or None."},
    {"__annotations__", get_annotations, set_annotations, "Annotations of class variables."},
    {"__abstractmethods__", get_abstract, set_abstract, "Methods that subclasses must define."},
    {"__flags__", get_flags, NULL,
     "Bit 9 tells a class made by a program, bit 20 an abstract one."},
    {"__type_params__", get_type_parameters, set_type_parameters, "Its type parameters."},
    {0},
};
