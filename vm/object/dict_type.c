// SPDX-License-Identifier: MIT
//
// dict as a type: its slots. Equality compares lengths, then looks each key of one dict up in the
// other; a missing key of a subclass is offered to its __missing__ (collections.defaultdict).
#include "call.h"
#include "container.h"
#include "dict_table.h"
#include "dict_view.h"
#include "error.h"
#include "heap.h"
#include "repr_guard.h"
#include "slots.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"

static int64_t length_slot(Thread *thread, Value self) {
    (void)thread;
    return (int64_t)as_dict(self)->length;
}

static int truth_slot(Thread *thread, Value self) {
    (void)thread;
    return as_dict(self)->length > 0;
}

static int contains_slot(Thread *thread, Value self, Value key) {
    return dict_contains(thread, as_dict(self), key);
}

static Value missing_item(Thread *thread, Value self, Value key) {
    if (!is_exactly(self, LAYOUT_DICT)) {
        Value args[] = {self, key};
        Value result = slots_call_special(thread, common_name(thread, NAME___missing__), args, 2);
        if (!is_undefined(result)) {
            return result;
        }
    }
    return raise_key_error(thread, key);
}

Value dict_get_item(Thread *thread, Value self, Value key) {
    Value value;
    int found = dict_get(thread, as_dict(self), key, &value);
    if (found > 0) {
        return value;
    }
    return found < 0 ? VALUE_ERROR : missing_item(thread, self, key);
}

static bool dict_set_item(Thread *thread, Value self, Value key, Value v) {
    if (!is_undefined(v)) {
        return dict_set(thread, as_dict(self), key, v);
    }
    int found = dict_delete(thread, as_dict(self), key);
    if (found == 0) {
        raise_key_error(thread, key);
    }
    return found > 0;
}

static Value iter_slot(Thread *thread, Value self) {
    return dict_iterator_new(thread, as_dict(self), DICT_KEYS, false);
}

// Whether `right` has the entry's key with an equal value.
static int has_equal_entry(Thread *thread, Dict *right, const DictEntry *entry) {
    Value value;
    int found = dict_get_hashed(thread, right, entry->key, entry->hash, &value);
    return found > 0 ? container_equal(thread, entry->value, value) : found;
}

int dict_equal(Thread *thread, Dict *left, Dict *right) {
    if (left->length != right->length) {
        return 0;
    }
    if (!native_enter_for(thread, " in comparison")) {
        return -1;
    }
    int equal = 1;
    for (uint32_t i = 0; equal > 0 && i < left->used; i++) {
        DictEntry entry = left->entries[i];
        if (!is_undefined(entry.key)) {
            equal = has_equal_entry(thread, right, &entry);
        }
    }
    native_leave(thread);
    return equal;
}

static Value dict_compare(Thread *thread, Value left, Value right, CompareOp op) {
    if (!is_dict(left) || !is_dict(right) || (op != COMPARE_EQ && op != COMPARE_NE)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    int equal = dict_equal(thread, as_dict(left), as_dict(right));
    return equal < 0 ? VALUE_ERROR : value_bool(equal == (op == COMPARE_EQ));
}

static Value union_slot(Thread *thread, Value left, Value right) {
    if (!is_dict(left) || !is_dict(right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    Dict *result = dict_copy(thread, as_dict(left));
    return dict_update(thread, result, right) ? value_object(result) : VALUE_ERROR;
}

static Value inplace_union_slot(Thread *thread, Value left, Value right) {
    return dict_update(thread, as_dict(left), right) ? left : VALUE_ERROR;
}

static bool add_entries(TextBuilder *out, const Dict *dict) {
    size_t position = 0;
    Value key, value;
    for (bool first = true; dict_next(dict, &position, &key, &value); first = false) {
        if (!first) {
            text_builder_add_c(out, ", ");
        }
        if (!text_builder_add_repr(out, key)) {
            return false;
        }
        text_builder_add_c(out, ": ");
        if (!text_builder_add_repr(out, value)) {
            return false;
        }
    }
    return true;
}

static Value repr_slot(Thread *thread, Value self) {
    if (as_dict(self)->length == 0) {
        return value_object(str_from_c(thread, "{}"));
    }
    int entered = repr_enter(thread, self);
    if (entered != 0) {
        return entered < 0 ? VALUE_ERROR : value_object(str_from_c(thread, "{...}"));
    }
    TextBuilder out;
    text_builder_init(&out, thread);
    text_builder_put(&out, '{');
    bool ok = add_entries(&out, as_dict(self));
    text_builder_put(&out, '}');
    repr_leave(thread, self);
    return ok ? value_object(text_builder_finish(&out)) : VALUE_ERROR;
}

static Value construct_slot(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    size_t named = keywords ? keywords->length : 0;
    size_t positional = count - named;
    if (!container_arguments(thread, "dict", positional, NULL, 0, 1)) {
        return VALUE_ERROR;
    }
    Dict *dict = dict_new_of(thread, (Type *)as_object(callee), named);
    if (positional > 0 && !dict_update(thread, dict, args[0])) {
        return VALUE_ERROR;
    }
    for (size_t i = 0; i < named; i++) {
        dict_set_str(thread, dict, as_str(keywords->items[i]), args[positional + i]);
    }
    return value_object(dict);
}

static void trace_dict(Marker *marker, Object *self) {
    const Dict *dict = (Dict *)self;
    if (dict->entries == NULL) {
        return;
    }
    mark_buffer(marker, dict->entries);
    for (uint32_t i = 0; i < dict->used; i++) {
        const DictEntry *entry = &dict->entries[i];
        if (is_object(entry->key)) {
            mark_value(marker, entry->key);
        }
        if (is_object(entry->value)) {
            mark_value(marker, entry->value);
        }
    }
}

void dict_trace_changed(Marker *marker, Dict *dict) {
    if (dict->kept_version == 0 || dict->kept_version != dict->key_version) {
        trace_dict(marker, &dict->object);
    }
}

const TypeSpec dict_type_spec = {
    .name = "dict",
    .doc = "dict() -> new empty dictionary\n"
           "dict(mapping) -> new dictionary initialized from a mapping object's\n"
           "    (key, value) pairs\n"
           "dict(iterable) -> new dictionary initialized as if via:\n"
           "    d = {}\n"
           "    for k, v in iterable:\n"
           "        d[k] = v\n"
           "dict(**kwargs) -> new dictionary initialized with the name=value pairs\n"
           "    in the keyword argument list.  For example:  dict(one=1, two=2)",
    .type_index = TYPE_dict,
    .layout = LAYOUT_DICT,
    .flags = TYPE_UNHASHABLE | TYPE_PATTERN_MAPPING,
    .size = sizeof(Dict),
    .slots =
        {
            .repr = repr_slot,
            .truth = truth_slot,
            .length = length_slot,
            .contains = contains_slot,
            .get_item = dict_get_item,
            .set_item = dict_set_item,
            .iter = iter_slot,
            .compare = dict_compare,
            .binary = {[BINARY_OR] = union_slot},
            .inplace = {[BINARY_OR] = inplace_union_slot},
            .construct = construct_slot,
            .trace = trace_dict,
        },
    .methods = dict_methods,
};
