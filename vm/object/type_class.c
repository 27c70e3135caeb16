// SPDX-License-Identifier: MIT
//
// Making a class from a name, its bases and the namespace that its body filled: type.__new__.
//
// The steps, in Python's order: the base that fixes the C layout; the type object with a copy of
// the namespace; the MRO; slots; then the hooks, which see a complete class: the __class__ cell is
// filled, __set_name__ of each attribute, __init_subclass__ of the next class in the MRO.
//
// How many attributes an instance will have is guessed from the `self.x = ...` in the code of
// __init__, so that most instances need no second allocation.
#include "attribute.h"
#include "bytes.h"
#include "call.h"
#include "code.h"
#include "descriptor.h"
#include "dict.h"
#include "frame.h"
#include "function.h"
#include "import.h"
#include "instance.h"
#include "interpreter.h"
#include "list.h"
#include "module.h"
#include "opcode.h"
#include "operations.h"
#include "slots.h"
#include "str.h"
#include "tuple.h"
#include "type_parts.h"

enum { DEFAULT_INLINE_SLOTS = 3, MAX_INLINE_SLOTS = 31 };

typedef struct NameSet {
    Value names[MAX_INLINE_SLOTS];
    uint16_t count;
} NameSet;

static void name_set_add(NameSet *set, Value name) {
    for (uint16_t i = 0; i < set->count; i++) {
        if (value_same(set->names[i], name)) {
            return;
        }
    }
    if (set->count < MAX_INLINE_SLOTS) {
        set->names[set->count++] = name;
    }
}

static bool stores_attribute(uint16_t op) {
    return op == OP_SET_ATTR || op == OP_SET_ATTR_SLOT || op == OP_SET_ATTR_ADD ||
           op == OP_SET_ATTR_OVERFLOW;
}

// The names of the attributes that `code` stores in its first parameter.
static void collect_stores(Thread *thread, Code *code, NameSet *set) {
    code_need_body(thread, code);
    for (uint32_t i = 0, length; i < code->instruction_count; i += length) {
        const Instruction *word = &code->instructions[i];
        length = opcode_length(word->op);
        if (stores_attribute(word->op) && word->b == 0) {
            name_set_add(set, code->constants[word->c]);
        }
    }
}

uint16_t type_guess_inline_slots(Thread *thread, Type *type) {
    NameSet set = {.count = 0};
    for (size_t i = 0; i < type->mro->length; i++) {
        Dict *namespace = as_type(type->mro->items[i])->attributes;
        Value init = dict_get_str(thread, namespace, common_name(thread, NAME___init__));
        if (has_layout(init, LAYOUT_FUNCTION)) {
            collect_stores(thread, ((Function *)as_object(init))->code, &set);
        }
    }
    uint16_t count = set.count ? set.count : DEFAULT_INLINE_SLOTS;
    return count | 1; // an odd number fills the allocator's granules
}

// Names in __slots__

// "__weakref__" among the names: instances can be referred to weakly, and no more than that.
static bool allow_weak(Thread *thread, Type *type) {
    if (type->flags & TYPE_WEAK) {
        return raise_false(thread, ERROR_TypeError,
                           "__weakref__ slot disallowed: we already got one");
    }
    type->flags |= TYPE_WEAK;
    return true;
}

static bool any_base_has_dict(const Type *type) {
    for (size_t i = 0; i < type->bases->length; i++) {
        const Type *base = as_type(type->bases->items[i]);
        if (base->flags & TYPE_HAS_ATTRIBUTES && !(base->flags & TYPE_SEALED)) {
            return true;
        }
    }
    return false;
}

// "__dict__" among the names: instances have all attributes that they are given.
static bool allow_dict(Thread *thread, const Type *type, bool *has_dict) {
    if (*has_dict || any_base_has_dict(type)) {
        return raise_false(thread, ERROR_TypeError,
                           "__dict__ slot disallowed: we already got one");
    }
    *has_dict = true;
    return true;
}

static bool add_member(Thread *thread, Type *type, Value name, bool *has_dict) {
    if (!is_str(name)) {
        return raise_false(thread, ERROR_TypeError, "__slots__ items must be strings, not '%s'",
                           type_name(thread, name));
    }
    Str *interned = str_intern(thread, as_str(name));
    if (interned == common_name(thread, NAME___dict__)) {
        return allow_dict(thread, type, has_dict);
    }
    if (interned == common_name(thread, NAME___weakref__)) {
        return allow_weak(thread, type);
    }
    if (!str_is_identifier(interned)) {
        return raise_false(thread, ERROR_TypeError, "__slots__ must be identifiers");
    }
    Value known = dict_get_str(thread, type->attributes, interned);
    if (is_member(thread, known)) {
        return true;
    }
    if (!is_undefined(known)) {
        return raise_false(thread, ERROR_ValueError,
                           "'%s' in __slots__ conflicts with class variable",
                           str_text(thread, interned));
    }
    dict_set_str(thread, type->attributes, interned, member_new(thread, interned, type));
    return true;
}

static Value slot_names(Thread *thread, Value slots) {
    if (is_str(slots)) {
        return value_object(list_from_array(thread, &slots, 1));
    }
    return operation_to_list(thread, slots);
}

static Value mangle(Thread *thread, const Type *type, Value name) {
    const char *text = is_str(name) ? str_text(thread, as_str(name)) : "";
    size_t length = strlen(text);
    const char *owner = type->name + strspn(type->name, "_");
    if (strncmp(text, "__", 2) != 0 || !*owner || strcmp(text + length - 2, "__") == 0) {
        return name;
    }
    return value_object(str_format(thread, "_%s%s", owner, text));
}

// int, tuple and bytes, whose instances differ in size; CPython has no place for slots behind them.
static bool has_items(const Type *type) {
    return type->layout == LAYOUT_INT || type->layout == LAYOUT_TUPLE ||
           type->layout == LAYOUT_BYTES;
}

// Declare what __slots__ names; *count is how many of them are members, *has_dict if "__dict__" is
// among them.
static bool declare_slots(Thread *thread, Type *type, Value slots, size_t *count, bool *has_dict) {
    Value names = slot_names(thread, slots);
    if (is_error(names)) {
        return false;
    }
    *count = as_list(names)->length;
    if (*count && has_items(type)) {
        return raise_false(thread, ERROR_TypeError,
                           "nonempty __slots__ not supported for subtype of '%s'",
                           type->base->name);
    }
    uint32_t inherited = type->flags & TYPE_WEAK;
    bool sortable = true;
    for (size_t i = 0; i < as_list(names)->length; i++) {
        as_list(names)->items[i] = mangle(thread, type, as_list(names)->items[i]);
        sortable = sortable && is_str(as_list(names)->items[i]);
    }
    if (sortable && !list_sort(thread, as_list(names), VALUE_NONE, false)) {
        return false;
    }
    for (size_t i = 0; i < as_list(names)->length; i++) {
        if (!add_member(thread, type, as_list(names)->items[i], has_dict)) {
            return false;
        }
    }
    *count -= (size_t)*has_dict + ((type->flags & TYPE_WEAK) != inherited);
    return true;
}

static uint32_t inherited_weakness(const Type *type) {
    uint32_t flags = 0;
    for (size_t i = 0; i < type->bases->length; i++) {
        flags |= as_type(type->bases->items[i])->flags & TYPE_WEAK;
    }
    return flags;
}

// Decide whether instances have attributes, any or only the declared ones.
static bool process_slots(Thread *thread, Type *type) {
    if (type->flags & TYPE_IS_TYPE) {
        return true; // classes keep their attributes in their namespace
    }
    Value slots = dict_get_str(thread, type->attributes, common_name(thread, NAME___slots__));
    size_t count = 0;
    bool has_dict = is_undefined(slots);
    type->flags |= inherited_weakness(type);
    if (has_dict && !has_items(type)) { // without __slots__
        type->flags |= TYPE_WEAK;
    }
    if (!has_dict && !declare_slots(thread, type, slots, &count, &has_dict)) {
        return false;
    }
    if (count) {
        type->flags |= TYPE_ADDS_MEMBERS;
    }
    bool is_module = type->layout == LAYOUT_MODULE; // has a dict that is no part of the attributes
    has_dict = !is_module && (has_dict || any_base_has_dict(type));
    if (!has_dict && (count || !is_module)) {
        type->flags |= TYPE_SEALED;
    }
    bool inherited = type->base->flags & TYPE_HAS_ATTRIBUTES;
    if (has_dict || count || inherited || type->layout == LAYOUT_INSTANCE) {
        type->flags |= TYPE_HAS_ATTRIBUTES;
    }
    return true;
}

// __dict__ and __weakref__ stand in the namespace of the class that brings them.
static void add_instance_entries(Thread *thread, Type *type) {
    bool has_dict = type->flags & TYPE_HAS_ATTRIBUTES && !(type->flags & TYPE_SEALED);
    Str *dict = common_name(thread, NAME___dict__), *weak = common_name(thread, NAME___weakref__);
    if (has_dict && !any_base_has_dict(type) &&
        is_undefined(dict_get_str(thread, type->attributes, dict))) {
        dict_set_str(thread, type->attributes, dict,
                     getset_new(thread, &object_class_dict_getset, type));
    }
    if (type->flags & TYPE_WEAK & ~inherited_weakness(type) &&
        is_undefined(dict_get_str(thread, type->attributes, weak))) {
        dict_set_str(thread, type->attributes, weak, getset_new(thread, &object_weak_getset, type));
    }
}

// Layout

static uint32_t offset_for(const Type *base) {
    switch (base->layout) {
    case LAYOUT_INSTANCE:
        return offsetof(Instance, shape);
    case LAYOUT_TUPLE:
        return ATTRIBUTES_AT_END;
    default:
        return (uint32_t)((base->size + 7) / 8 * 8);
    }
}

static void lay_out_instances(Thread *thread, Type *type) {
    const Type *base = type->base;
    if (type->flags & TYPE_HAS_ATTRIBUTES) {
        bool inherited = base->flags & TYPE_HAS_ATTRIBUTES;
        type->attributes_offset = inherited ? base->attributes_offset : offset_for(type);
        if (!inherited) {
            type->size = (type->size + 7) / 8 * 8 + sizeof(Attributes);
        }
        bool inside = type->layout == LAYOUT_INSTANCE;
        type_set_inline_slots(thread, type, inside ? type_guess_inline_slots(thread, type) : 0);
    }
    type_choose_trace(type);
}

static void inherit_layout(Type *type, Type *base) {
    type->base = base;
    bool plain = base->layout == LAYOUT_NONE && base->size == sizeof(Object);
    type->layout = plain ? LAYOUT_INSTANCE : base->layout;
    type->exact_layout = LAYOUT_NONE;
    type->size = base->size;
    type->spec = base->spec;
    type->flags = TYPE_FROM_CLASS |
                  (base->flags & (TYPE_HAS_INIT | TYPE_IS_ERROR | TYPE_IS_TYPE | TYPE_WEAK));
    type->slots.construct = base->slots.construct == abstract_construct
                                ? type_solid_base(base)->slots.construct
                                : base->slots.construct;
    type->slots.trace = base->slots.trace;
    type->slots.finalize = base->slots.finalize;
}

// The namespace

bool type_check_name(Thread *thread, Str *name) {
    Bytes *text = str_encode(thread, name, "utf-8", "strict");
    if (text == NULL) {
        return false;
    }
    return memchr(text->data, '\0', text->length) == NULL ||
           raise_false(thread, ERROR_ValueError, "type name must not contain null characters");
}

const char *type_copy_name(Thread *thread, Str *name) {
    size_t length;
    const char *text = str_utf8(thread, name, &length);
    char *copy = heap_allocate(thread_heap(thread), CELL_BUFFER, length + 1);
    memcpy(copy, text, length);
    return copy;
}

static Value take_name(Thread *thread, Dict *namespace, Str *name) {
    Value value = dict_get_str(thread, namespace, name);
    dict_delete_str(thread, namespace, name);
    return value;
}

static Value module_of_caller(Thread *thread) {
    for (Frame *frame = thread->frame; frame; frame = frame->caller) {
        if (has_layout(frame->function, LAYOUT_FUNCTION)) {
            Dict *globals = ((Function *)as_object(frame->function))->globals;
            return dict_get_str(thread, globals, common_name(thread, NAME___name__));
        }
    }
    return VALUE_UNDEFINED;
}

static bool name_class(Thread *thread, Type *type, Str *name) {
    Dict *namespace = type->attributes;
    Str *module_key = common_name(thread, NAME___module__);
    Value qualified = take_name(thread, namespace, common_name(thread, NAME___qualname__));
    if (!is_undefined(qualified) && !is_str(qualified)) {
        return raise_false(thread, ERROR_TypeError, "type __qualname__ must be a str, not %s",
                           type_name(thread, qualified));
    }
    type->qualified_name = is_undefined(qualified) ? value_object(name) : qualified;
    if (is_undefined(type_module(thread, type))) {
        Value module = module_of_caller(thread);
        if (!is_undefined(module)) {
            dict_set_str(thread, namespace, module_key, module);
        }
    }
    return true;
}

static void document_class(Thread *thread, Type *type) {
    Str *key = common_name(thread, NAME___doc__);
    type->doc = dict_get_str(thread, type->attributes, key);
    if (is_undefined(type->doc)) {
        type->doc = VALUE_NONE;
        dict_set_str(thread, type->attributes, key, VALUE_NONE);
    }
}

static void wrap_function(Thread *thread, Dict *namespace, NameIndex index, bool is_static) {
    Str *name = common_name(thread, index);
    Value function = dict_get_str(thread, namespace, name);
    if (has_layout(function, LAYOUT_FUNCTION)) {
        dict_set_str(thread, namespace, name,
                     is_static ? staticmethod_new(thread, function)
                               : classmethod_new(thread, function));
    }
}

// What type.__new__ does to some special entries.
static void adjust_namespace(Thread *thread, Dict *namespace) {
    wrap_function(thread, namespace, NAME___new__, true);
    wrap_function(thread, namespace, NAME___init_subclass__, false);
    wrap_function(thread, namespace, NAME___class_getitem__, false);
}

// A class that says when its instances are equal, but not how they are hashed, has no hash.
static void drop_hash(Thread *thread, Dict *namespace) {
    Str *hash = common_name(thread, NAME___hash__);
    Value eq = dict_get_str(thread, namespace, common_name(thread, NAME___eq__));
    if (!is_undefined(eq) && is_undefined(dict_get_str(thread, namespace, hash))) {
        dict_set_str(thread, namespace, hash, VALUE_NONE);
    }
}

// Hooks

static bool call_set_name(Thread *thread, Type *type, Value attribute, Value name) {
    Value args[] = {attribute, value_object(type), name};
    Value result = slots_call_special(thread, common_name(thread, NAME___set_name__), args, 3);
    if (!is_error(result)) {
        return true;
    }
    Value exception = error_take(thread);
    Value note =
        value_object(str_format(thread, "Error calling __set_name__ on '%s' instance '%s' in '%s'",
                                type_name(thread, attribute),
                                is_str(name) ? str_text(thread, as_str(name)) : "?", type->name));
    Value added = call_method(thread, exception, common_name(thread, NAME_add_note), &note, 1);
    if (is_error(added)) {
        error_clear(thread);
    }
    raise_value(thread, exception);
    return false;
}

static bool set_names(Thread *thread, Type *type) {
    Dict *namespace = dict_copy(thread, type->attributes);
    size_t position = 0;
    Value name, attribute;
    while (dict_next(namespace, &position, &name, &attribute)) {
        if (is_object(attribute) && !is_method_like(attribute) &&
            !call_set_name(thread, type, attribute, name)) {
            return false;
        }
    }
    return true;
}

static Value find_after(Thread *thread, Type *type, Str *name) {
    for (size_t i = 1; i < type->mro->length; i++) {
        Type *owner = as_type(type->mro->items[i]);
        Value found = dict_get_str(thread, owner->attributes, name);
        if (!is_undefined(found)) {
            return found;
        }
    }
    return VALUE_UNDEFINED;
}

static bool init_subclass(Thread *thread, Type *type, Dict *keywords) {
    Str *name = common_name(thread, NAME___init_subclass__);
    Value hook = find_after(thread, type, name);
    if (is_undefined(hook)) {
        return true;
    }
    Value bound = descriptor_bind(thread, hook, VALUE_UNDEFINED, type);
    return !is_error(bound) && !is_error(call_with_dict(thread, bound, NULL, 0, keywords));
}

static bool fill_class_cell(Thread *thread, Type *type) {
    Value cell = take_name(thread, type->attributes, common_name(thread, NAME___classcell__));
    if (has_layout(cell, LAYOUT_CELL)) {
        ((Cell *)as_object(cell))->content = value_object(type);
    } else if (!is_undefined(cell)) {
        Str *kind = operation_repr(thread, value_object(type_of(thread, cell)));
        return kind &&
               raise_false(thread, ERROR_TypeError, "__classcell__ must be a nonlocal cell, not %s",
                           str_text(thread, kind));
    }
    return true;
}

static bool run_hooks(Thread *thread, Type *type, Dict *keywords) {
    return set_names(thread, type) && init_subclass(thread, type, keywords);
}

// Putting it together

bool type_check_bases(Thread *thread, const Tuple *bases) {
    for (size_t i = 0; i < bases->length; i++) {
        if (!is_type(bases->items[i])) {
            return raise_false(thread, ERROR_TypeError, "bases must be types");
        }
        const Type *base = as_type(bases->items[i]);
        if (base->flags & TYPE_FINAL || !base->slots.construct) {
            return raise_false(thread, ERROR_TypeError, "type '%s' is not an acceptable base type",
                               base->name);
        }
    }
    return true;
}

// What a metaclass's mro() gave: classes only, whose instances are laid out like those of `type`.
static bool check_mro(Thread *thread, Type *type, const Tuple *order) {
    if (order->length == 0) {
        return raise_false(thread, ERROR_TypeError, "type MRO must not be empty");
    }
    for (size_t i = 0; i < order->length; i++) {
        if (!is_type(order->items[i])) {
            return raise_false(thread, ERROR_TypeError, "mro() returned a non-class ('%s')",
                               type_name(thread, order->items[i]));
        }
        Type *member = as_type(order->items[i]);
        if (member != type &&
            !type_is_subtype(type_solid_base(type->base), type_solid_base(member))) {
            return raise_false(thread, ERROR_TypeError,
                               "mro() returned base with unsuitable layout ('%s')", member->name);
        }
    }
    return true;
}

// The MRO, by the metaclass's own mro() if it has one. Until that is known the class has an empty
// one: mro() may ask it for attributes.
Tuple *type_find_mro(Thread *thread, Type *type) {
    Type *metaclass = type->object.type;
    Value method = type_lookup(thread, metaclass, common_name(thread, NAME_mro));
    if (!has_layout(method, LAYOUT_FUNCTION)) {
        return type_compute_mro(thread, type, type->bases);
    }
    Value order = call_1(thread, method, value_object(type));
    Value tuple = is_error(order) ? order : operation_to_tuple(thread, order);
    return !is_error(tuple) && check_mro(thread, type, as_tuple(tuple)) ? as_tuple(tuple) : NULL;
}

// Whether instances match sequence or mapping patterns is what the first class says that says it.
static void inherit_patterns(Type *type) {
    uint32_t flags = 0, both = TYPE_PATTERN_SEQUENCE | TYPE_PATTERN_MAPPING;
    for (size_t i = 0; i < type->mro->length && !flags; i++) {
        flags = as_type(type->mro->items[i])->flags & both;
    }
    type->flags |= flags;
}

static Type *allocate_class(Thread *thread, Type *metaclass, Str *name, Dict *namespace) {
    Type *type = object_new_sized(thread, metaclass, metaclass->size);
    type->name = "";
    type->init = type->new_ = type->subclasses = VALUE_UNDEFINED;
    type->module_name = VALUE_NONE;
    type->name = type_copy_name(thread, name);
    type->flags = TYPE_FROM_CLASS;
    type->attributes = dict_copy(thread, namespace);
    return type;
}

static bool complete_class(Thread *thread, Type *type, Str *name) {
    if (!name_class(thread, type, name)) {
        return false;
    }
    adjust_namespace(thread, type->attributes);
    if (!process_slots(thread, type)) {
        return false;
    }
    if (!(type->flags & TYPE_IS_TYPE)) {
        add_instance_entries(thread, type);
    }
    document_class(thread, type); // after __slots__, which may name __doc__
    drop_hash(thread, type->attributes);
    if (!fill_class_cell(thread, type)) {
        return false;
    }
    type->mro = tuple_from_array(thread, NULL, 0);
    type->mro = type_find_mro(thread, type);
    if (!type->mro) {
        return false;
    }
    inherit_patterns(type);
    lay_out_instances(thread, type);
    slots_inherit(thread, type);
    type_refresh(thread, type);
    for (size_t i = 0; i < type->bases->length; i++) {
        type_link_subclass(thread, as_type(type->bases->items[i]), type);
    }
    return true;
}

// The class that stands in for a native type as a base; the type itself while that one is being
// made. VALUE_ERROR.
static Value stand_in_for(Thread *thread, const Type *base) {
    Module *module = import_module(thread, str_intern_c(thread, base->spec->stand_in));
    if (module == NULL)
        return VALUE_ERROR;
    Str *name = str_intern_c(thread, type_short_name(base));
    Value found = dict_get_str(thread, module->dict, name);
    return is_undefined(found) ? value_object(base) : found;
}

static Tuple *with_stand_ins(Thread *thread, Tuple *bases) {
    for (size_t i = 0; i < bases->length; i++) {
        const Type *base = as_type(bases->items[i]);
        if (base->flags & TYPE_FROM_CLASS || base->spec->stand_in == NULL)
            continue;
        Value found = stand_in_for(thread, base);
        if (is_error(found))
            return NULL;
        bases = tuple_from_array(thread, bases->items, bases->length);
        bases->items[i] = found;
    }
    return bases;
}

Type *type_new_class(Thread *thread, Type *metaclass, Str *name, Tuple *bases, Dict *namespace,
                     Dict *keywords) {
    if (bases->length == 0) {
        Value object = value_object(builtin_type(thread, TYPE_object));
        bases = tuple_from_array(thread, &object, 1);
    }
    if (!type_check_bases(thread, bases) || !(bases = with_stand_ins(thread, bases))) {
        return NULL;
    }
    Type *base = type_best_base(thread, bases);
    if (!base) {
        return NULL;
    }
    Type *type = allocate_class(thread, metaclass, name, namespace);
    inherit_layout(type, base);
    type->bases = bases;
    if (!complete_class(thread, type, name) || !run_hooks(thread, type, keywords)) {
        return NULL;
    }
    return type;
}
