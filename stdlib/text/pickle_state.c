// SPDX-License-Identifier: MIT
//
// Running a pickle: BUILD gives an object its state, and copyreg's codes stand for classes.
//
// For plain classes the values go straight to their places: the Unpickler remembers with which
// names the last object was built and which shape that led to, and the next object with the same
// names (the same strings, for the memo repeats them) costs a copy of its values.
#include "pickle_parts.h"

#include "attribute.h"
#include "call.h"
#include "descriptor.h"
#include "dict.h"
#include "instance.h"
#include "int.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

enum { BUILT_NAMES = 8 };

// ---- Plain objects ----

// The class says nothing about state, and its objects keep attributes where everybody's are.
static bool is_plain(Thread *thread, Value v, Value state) {
    if (!is_instance(v) || !is_exactly(state, LAYOUT_DICT))
        return false;
    Type *type = object_type(v);
    const Shape *shape = as_instance(v)->shape;
    return type->version != 0 && shape && shape == type->root_shape && !shape->dictionary &&
           shape->members == 0 && !type->slots.get_attribute &&
           is_undefined(type_lookup(thread, type, str_intern_c(thread, "__setstate__")));
}

// Whether `names` of a dict without gaps are those that the last object was built with.
static bool is_as_before(const Unpickler *u, const Instance *object, const Dict *state) {
    if (object->shape != u->built_root || object->object.type != u->built_type ||
        object->object.type->version != u->built_version ||
        state->length != u->built_shape->count || state->used != state->length)
        return false;
    for (size_t i = 0; i < state->length; i++)
        if (!value_same(state->entries[i].key, u->built_names[i]))
            return false;
    return true;
}

static void build_as_before(const Unpickler *u, Instance *object, const Dict *state) {
    for (size_t i = 0; i < state->length; i++)
        object->inline_slots[i] = state->entries[i].value;
    object->shape = u->built_shape;
}

static void remember(Unpickler *u, const Instance *object, Shape *root, const Dict *state) {
    Shape *shape = object->shape;
    u->built_root = NULL;
    if (shape->dictionary || shape->count != state->length || state->used != state->length ||
        shape->count > BUILT_NAMES || shape->count > shape->inline_slots)
        return;
    for (size_t i = 0; i < state->length; i++)
        u->built_names[i] = state->entries[i].key;
    u->built_root = root;
    u->built_shape = shape;
    u->built_type = object->object.type;
    u->built_version = u->built_type->version;
}

// Set each attribute in the object itself. 1 done; 0: a name is no ordinary one, nothing has been
// done.
static int build_plainly(Thread *thread, Unpickler *u, Value v, const Dict *state) {
    Type *type = object_type(v);
    Shape *root = as_instance(v)->shape;
    size_t position = 0;
    Value key, item;
    while (dict_next(state, &position, &key, &item)) {
        if (!is_exactly(key, LAYOUT_STR))
            return 0;
        Value of_class = type_lookup(thread, type, str_intern(thread, as_str(key)));
        if (!is_undefined(of_class) && is_data_descriptor(of_class))
            return 0;
    }
    position = 0;
    while (dict_next(state, &position, &key, &item))
        attributes_set(thread, as_object(v), str_intern(thread, as_str(key)), item);
    remember(u, as_instance(v), root, state);
    return 1;
}

// ---- All others ----

static bool update_dict(Thread *thread, Value target, Value state) {
    Value dict = attribute_get(thread, target, common_name(thread, NAME___dict__));
    size_t position = 0;
    Value key, v;
    while (!is_error(dict) && dict_next(as_dict(state), &position, &key, &v)) {
        if (is_exactly(key, LAYOUT_STR))
            key = value_object(str_intern(thread, as_str(key)));
        if (!operation_set_item(thread, dict, key, v))
            return false;
    }
    return !is_error(dict);
}

static bool set_members(Thread *thread, Value target, Value state) {
    size_t position = 0;
    Value name, v;
    if (!is_dict(state))
        return unpickling_error(thread, "slot state is not a dictionary");
    while (dict_next(as_dict(state), &position, &name, &v)) {
        if (!is_str(name))
            return raise_false(thread, ERROR_TypeError, "attribute name must be string, not '%s'",
                               type_name(thread, name));
        if (!attribute_set(thread, target, str_intern(thread, as_str(name)), v))
            return false;
    }
    return true;
}

// A pickle has no business to change classes and functions, which it did not make.
static bool check_target(Thread *thread, const Unpickler *u, Value target) {
    bool shared = is_type(target) || is_callable(target) || has_layout(target, LAYOUT_MODULE);
    bool made = is_instance(target) || !shared || u->trusted || !is_undefined(u->find_class);
    return made || unpickling_error(thread, "a pickle may not change a '%s' object",
                                    type_name(thread, target));
}

static bool set_state(Thread *thread, const Unpickler *u, Value target, Value state) {
    Value slots = VALUE_NONE;
    Value set = attribute_get_optional(thread, target, common_name(thread, NAME___setstate__));
    if (is_error(set) || !is_undefined(set))
        return !is_error(set) && !is_error(call_1(thread, set, state));
    if (!check_target(thread, u, target))
        return false;
    if (is_tuple(state) && as_tuple(state)->length == 2) {
        slots = as_tuple(state)->items[1];
        state = as_tuple(state)->items[0];
    }
    if (!is_none(state) && !is_dict(state))
        return unpickling_error(thread, "state is not a dictionary");
    return (is_none(state) || update_dict(thread, target, state)) &&
           (is_none(slots) || set_members(thread, target, slots));
}

bool pickle_opcode_build(Thread *thread, Unpickler *u) {
    if (!unpickle_need(thread, u, 2))
        return false;
    Value state = unpickle_pop(thread, u), target = u->stack[u->depth - 1];
    if (is_instance(target) && is_exactly(state, LAYOUT_DICT) && u->built_root &&
        is_as_before(u, as_instance(target), as_dict(state))) {
        build_as_before(u, as_instance(target), as_dict(state));
        return true;
    }
    return (is_plain(thread, target, state) && build_plainly(thread, u, target, as_dict(state))) ||
           set_state(thread, u, target, state);
}

// ---- Codes of copyreg ----

static Value registry(Thread *thread, const char *name) {
    Value found = pickle_module_attribute(thread, "copyreg", name);
    if (is_error(found) || is_dict(found))
        return found;
    return raise_error(thread, ERROR_RuntimeError, "copyreg.%s should be a dict, not %s", name,
                       type_name(thread, found));
}

static Value find_extension(Thread *thread, Unpickler *u, int32_t code) {
    Value codes = registry(thread, "_inverted_registry"), pair;
    int found =
        is_error(codes) ? -1 : dict_get(thread, as_dict(codes), value_small_int(code), &pair);
    if (found < 0)
        return VALUE_ERROR;
    if (found == 0)
        return raise_error(thread, ERROR_ValueError, "unregistered extension code %d", code);
    bool valid = is_tuple(pair) && as_tuple(pair)->length == 2 &&
                 is_str(as_tuple(pair)->items[0]) && is_str(as_tuple(pair)->items[1]);
    if (!valid)
        return raise_error(thread, ERROR_ValueError,
                           "_inverted_registry[%d] isn't a 2-tuple of strings", code);
    return unpickle_find(thread, u, as_tuple(pair)->items[0], as_tuple(pair)->items[1]);
}

static bool push_extension(Thread *thread, Unpickler *u, int32_t code) {
    if (code <= 0)
        return unpickling_error(thread, "EXT specifies code <= 0");
    Value cache = registry(thread, "_extension_cache"), key = value_small_int(code), v;
    int found = is_error(cache) ? -1 : dict_get(thread, as_dict(cache), key, &v);
    if (found == 0) {
        v = find_extension(thread, u, code);
        found = !is_error(v) && dict_set(thread, as_dict(cache), key, v) ? 1 : -1;
    }
    return found > 0 && unpickle_push(thread, u, v);
}

bool pickle_opcode_extension1(Thread *thread, Unpickler *u) {
    const uint8_t *at = unpickle_take(thread, u, 1);
    return at && push_extension(thread, u, *at);
}
bool pickle_opcode_extension2(Thread *thread, Unpickler *u) {
    const uint8_t *at = unpickle_take(thread, u, 2);
    return at && push_extension(thread, u, at[0] | at[1] << 8);
}
bool pickle_opcode_extension4(Thread *thread, Unpickler *u) {
    uint64_t code;
    return unpickle_take_number(thread, u, 4, &code) &&
           push_extension(thread, u, (int32_t)(uint32_t)code);
}

// ---- Persistent ids ----

static bool push_persistent(Thread *thread, Unpickler *u, Value id) {
    Value v = call_1(thread, u->persistent_load, id);
    return !is_error(v) && unpickle_push(thread, u, v);
}

static bool has_persistent_load(Thread *thread, const Unpickler *u) {
    return !is_undefined(u->persistent_load) ||
           unpickling_error(thread, "A load persistent id instruction was encountered, but no "
                                    "persistent_load function was specified.");
}

bool pickle_opcode_persistent(Thread *thread, Unpickler *u) {
    Value id = unpickle_pop(thread, u);
    return !is_error(id) && has_persistent_load(thread, u) && push_persistent(thread, u, id);
}

bool pickle_opcode_persistent_line(Thread *thread, Unpickler *u) {
    size_t length;
    if (!has_persistent_load(thread, u))
        return false;
    const uint8_t *line = unpickle_take_line(thread, u, &length);
    if (!line)
        return false;
    for (size_t i = 0; i < length; i++)
        if (line[i] >= 0x80)
            return unpickling_error(thread, "persistent IDs in protocol 0 must be ASCII strings");
    return push_persistent(thread, u, value_object(str_new_latin1(thread, line, length)));
}
