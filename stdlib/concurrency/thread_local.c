// SPDX-License-Identifier: MIT
//
// threading.local: an object whose attributes have a value of their own in each thread.
//
// Each local has a table from the numbers of threads to dicts. The dicts belong to the local, not
// to the thread, so that a local which refers to itself through its values can die while its
// threads live. When a thread has ended, its dict is not marked any more (local_trace asks), and
// its entry goes when the table grows next: nothing need be done at the end of a thread. Numbers of
// threads never come again, so such an entry is never found.
//
// A class derived from local has its __init__ called again, with the arguments of the first time,
// in each thread that uses the object. CPython's counterpart: `local_getattro` in
// Modules/_threadmodule.c.
#include "thread_local.h"

#include "attribute.h"
#include "call.h"
#include "descriptor.h"
#include "dict.h"
#include "interpreter.h"
#include "operations.h"
#include "str.h"
#include "thread_module.h"
#include "tuple.h"
#include "type.h"

enum { FIRST_CAPACITY = 4 };

typedef struct LocalEntry {
    uint64_t thread; // its number; 0: free
    Value handle;    // its handle; UNDEFINED: the main thread's, which does not end
    Dict *values;    // NULL: not there any more
} LocalEntry;

typedef struct LocalObject {
    Object object;
    uint64_t count; // entries in use
    size_t capacity;
    LocalEntry *entries; // open addressing, a power of two
    Tuple *arguments;    // of the first __init__, with those that have names last
    Tuple *names;        // may be NULL
} LocalObject;

static LocalObject *as_local(Value v) {
    return (LocalObject *)as_object(v);
}

static bool has_thread(const LocalEntry *entry) {
    return is_undefined(entry->handle) || thread_handle_is_running(entry->handle);
}

// ---- The table ----

// The thread's entry, or the free one where it belongs.
static LocalEntry *find(LocalEntry *entries, size_t capacity, uint64_t thread) {
    size_t i = thread & (capacity - 1);
    while (entries[i].thread != 0 && entries[i].thread != thread) {
        i = (i + 1) & (capacity - 1);
    }
    return &entries[i];
}

static size_t count_living(const LocalObject *local) {
    size_t living = 0;
    for (size_t i = 0; i < local->capacity; i++) {
        living += local->entries[i].thread != 0 && has_thread(&local->entries[i]);
    }
    return living;
}

// Make room for one more, and let go of threads that have ended.
static void renew_table(Thread *thread, LocalObject *local) {
    size_t living = count_living(local), capacity = FIRST_CAPACITY;
    while (capacity < 2 * (living + 1)) {
        capacity *= 2;
    }
    LocalEntry *entries =
        heap_allocate(thread_heap(thread), CELL_BUFFER, capacity * sizeof(LocalEntry));
    for (size_t i = 0; i < local->capacity; i++) {
        const LocalEntry *entry = &local->entries[i];
        if (entry->thread != 0 && has_thread(entry)) {
            *find(entries, capacity, entry->thread) = *entry;
        }
    }
    local->entries = entries;
    local->capacity = capacity;
    local->count = living;
}

static LocalEntry *add_entry(Thread *thread, LocalObject *local) {
    if (4 * (local->count + 1) > 3 * local->capacity) {
        renew_table(thread, local);
    }
    Dict *values = dict_new(thread, 0);
    LocalEntry *entry = find(local->entries, local->capacity, thread->core.id);
    local->count += entry->thread == 0;
    *entry = (LocalEntry){thread->core.id, thread->thread_object, values};
    return entry;
}

// ---- The values ----

static Dict *known_values(const Thread *thread, const LocalObject *local) {
    return find(local->entries, local->capacity, thread->core.id)->values;
}

// What a class does in its __init__ is to be seen in every thread. false: it has raised, and is
// called again next time.
static bool begin_in_thread(Thread *thread, Value self) {
    LocalObject *local = as_local(self);
    if (is_undefined(object_type(self)->init)) {
        return true;
    }
    Value method = attribute_get(thread, self, str_intern_c(thread, "__init__"));
    Value done = is_error(method) ? method
                                  : call_with_keywords(thread, method, local->arguments->items,
                                                       local->arguments->length, local->names);
    if (is_error(done)) {
        find(local->entries, local->capacity, thread->core.id)->values = NULL;
    }
    return !is_error(done);
}

// This thread's attributes; NULL: exception set.
static Dict *values_of(Thread *thread, Value self) {
    LocalObject *local = as_local(self);
    Dict *values = known_values(thread, local);
    if (values == NULL) {
        values = add_entry(thread, local)->values;
        if (!begin_in_thread(thread, self)) {
            return NULL;
        }
    }
    return values;
}

static bool is_dict_name(Thread *thread, const Str *name) {
    return name == common_name(thread, NAME___dict__);
}

static Value local_get(Thread *thread, Value self, Str *name) {
    Dict *values = values_of(thread, self);
    if (values == NULL) {
        return VALUE_ERROR;
    }
    if (is_dict_name(thread, name)) {
        return value_object(values);
    }
    Value attribute = type_lookup(thread, object_type(self), name);
    if (!is_data_descriptor(attribute)) {
        Value own = dict_get_str(thread, values, name);
        if (!is_undefined(own)) {
            return own;
        }
    }
    return is_undefined(attribute) ? attribute_raise_missing(thread, self, name)
                                   : descriptor_bind(thread, attribute, self, object_type(self));
}

static bool local_set(Thread *thread, Value self, Str *name, Value v) {
    Dict *values = values_of(thread, self);
    if (values == NULL) {
        return false;
    }
    if (is_dict_name(thread, name)) {
        return attribute_refuse(thread, self, name, true);
    }
    Value attribute = type_lookup(thread, object_type(self), name);
    if (is_data_descriptor(attribute)) {
        return object_type(attribute)->slots.descriptor_set(thread, attribute, self, v);
    }
    if (is_undefined(v)) {
        return dict_delete_str(thread, values, name) ||
               !is_error(attribute_raise_missing(thread, self, name));
    }
    dict_set_str(thread, values, name, v);
    return true;
}

// ---- The object ----

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    Type *type = as_type(callee);
    if (count > 0 && is_undefined(type->init)) {
        return raise_error(thread, ERROR_TypeError, "Initialization arguments are not supported");
    }
    LocalObject *local = object_new(thread, type);
    local->arguments = tuple_from_array(thread, args, count);
    local->names = keywords;
    add_entry(thread, local);
    return value_object(local);
}

static void local_trace(Marker *marker, Object *object) {
    const LocalObject *local = (const LocalObject *)object;
    mark_object(marker, local->arguments);
    mark_object(marker, local->names);
    mark_buffer(marker, local->entries);
    for (size_t i = 0; i < local->capacity; i++) {
        const LocalEntry *entry = &local->entries[i];
        if (entry->thread != 0) {
            mark_value(marker, entry->handle);
            mark_object(marker, has_thread(entry) ? entry->values : NULL);
        }
    }
}

const TypeSpec local_type_spec = {
    .name = "_thread._local",
    .doc = "()\n--\n\nAttributes that have a value of their own in each thread.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_WEAK,
    .size = sizeof(LocalObject),
    .slots = {.construct = construct,
              .get_attribute = local_get,
              .set_attribute = local_set,
              .trace = local_trace},
};
