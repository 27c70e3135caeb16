// SPDX-License-Identifier: MIT
//
// The native half of the module functools: reduce, partial, cmp_to_key and the wrapper of
// lru_cache. The decorators around them are in functools.mini.
//
// The cache of lru_cache is one dict from a call's key to a link; the links form a ring in order of
// use, with `root` between the newest (root->previous) and the oldest (root->next). A hit is one
// look-up and, when there is a maximum, moving one link. The key of a call with one int or str is
// that argument itself; of any other a list of the arguments whose hash is taken once. No lock is
// needed: only the wrapped function, and == of the arguments, run Mini code.
#include "library.h"
#include "modules.h"

#include "arguments.h"
#include "attribute.h"
#include "call.h"
#include "container.h"
#include "descriptor.h"
#include "dict.h"
#include "error.h"
#include "heap.h"
#include "instance.h"
#include "list.h"
#include "reduce.h"
#include "repr_guard.h"
#include "slots.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"
#include "warning.h"

// ---- reduce ----

static Value reduce_function(Thread *thread, Value *args) {
    Value total = args[2];
    Value iterator = operation_iter(thread, args[1]);
    if (is_error(iterator)) {
        if (!error_matches(thread, ERROR_TypeError))
            return iterator;
        error_clear(thread);
        return raise_error(thread, ERROR_TypeError, "reduce() arg 2 must support iteration");
    }
    for (;;) {
        Value item = operation_next(thread, iterator);
        if (is_error(item))
            return item;
        if (is_undefined(item))
            break;
        total = is_undefined(total) ? item : call_2(thread, args[0], total, item);
        if (is_error(total))
            return total;
    }
    if (is_undefined(total))
        return raise_error(thread, ERROR_TypeError,
                           "reduce() of empty iterable with no initial value");
    return total;
}

// ---- partial ----

typedef struct Partial {
    Object object;
    Value function;
    Tuple *args;
    Dict *keywords;
} Partial;

static Partial *as_partial(Value v) {
    return (Partial *)as_object(v);
}

static Dict *named_arguments(Thread *thread, const Value *values, const Tuple *names) {
    Dict *dict = dict_new(thread, names ? names->length : 0);
    for (size_t i = 0; names != NULL && i < names->length; i++)
        dict_set_str(thread, dict, as_str(names->items[i]), values[i]);
    return dict;
}

static Value partial_construct(Thread *thread, Value callee, Value *args, size_t count,
                               Tuple *keywords) {
    size_t positional = count - (keywords ? keywords->length : 0);
    if (positional == 0)
        return raise_error(thread, ERROR_TypeError, "type 'partial' takes at least one argument");
    if (!is_callable(args[0]))
        return raise_error(thread, ERROR_TypeError, "the first argument must be callable");
    Value function = args[0];
    Tuple *fixed = tuple_from_array(thread, args + 1, positional - 1);
    Dict *named = named_arguments(thread, args + positional, keywords);
    if (is_object(function) && object_type(function) == library_late_type(thread, LATE_partial)) {
        const Partial *inner = as_partial(function);
        fixed = tuple_concat(thread, inner->args, fixed);
        Dict *all = dict_copy(thread, inner->keywords);
        if (!dict_merge(thread, all, named, true))
            return VALUE_ERROR;
        named = all;
        function = inner->function;
    }
    Partial *self = object_new(thread, as_type(callee));
    self->function = function;
    self->args = fixed;
    self->keywords = named;
    return value_object(self);
}

// All arguments with keywords on either side, which takes a dict to sort out.
static Value partial_call_named(Thread *thread, const Partial *partial, const Value *args,
                                size_t count, const Tuple *keywords) {
    size_t positional = count - (keywords ? keywords->length : 0), fixed = partial->args->length;
    Dict *named = dict_copy(thread, partial->keywords);
    if (!dict_merge(thread, named, named_arguments(thread, args + positional, keywords), true))
        return VALUE_ERROR;
    size_t total = fixed + positional + named->length, position = 0;
    Value *all = heap_allocate(thread_heap(thread), CELL_BUFFER, (total + 1) * sizeof(Value));
    Tuple *names = tuple_new(thread, named->length);
    values_copy(all, partial->args->items, fixed);
    values_copy(all + fixed, args, positional);
    for (size_t i = 0; i < names->length; i++)
        dict_next(named, &position, &names->items[i], &all[fixed + positional + i]);
    return call_with_keywords(thread, partial->function, all, total, names);
}

static Value partial_call(Thread *thread, Value callee, Value *args, size_t count,
                          Tuple *keywords) {
    enum { FEW = 8 };
    const Partial *partial = as_partial(callee);
    if (partial->keywords->length > 0)
        return partial_call_named(thread, partial, args, count, keywords);
    size_t fixed = partial->args->length, total = fixed + count;
    Value few[FEW], *all = few;
    if (total > FEW)
        all = heap_allocate(thread_heap(thread), CELL_BUFFER, total * sizeof(Value));
    values_copy(all, partial->args->items, fixed);
    values_copy(all + fixed, args, count);
    return call_with_keywords(thread, partial->function, all, total, keywords);
}

static bool partial_add_arguments(TextBuilder *out, const Partial *partial) {
    Value key, value;
    size_t position = 0;
    if (!text_builder_add_repr(out, partial->function))
        return false;
    for (size_t i = 0; i < partial->args->length; i++) {
        text_builder_add_c(out, ", ");
        if (!text_builder_add_repr(out, partial->args->items[i]))
            return false;
    }
    while (dict_next(partial->keywords, &position, &key, &value)) {
        text_builder_add_c(out, ", ");
        if (!text_builder_add_str(out, key))
            return false;
        text_builder_put(out, '=');
        if (!text_builder_add_repr(out, value))
            return false;
    }
    return true;
}

static Value partial_repr(Thread *thread, Value self) {
    int entered = repr_enter(thread, self);
    if (entered != 0)
        return entered < 0 ? VALUE_ERROR : library_text(thread, "...");
    TextBuilder out;
    text_builder_init(&out, thread);
    text_builder_add(&out, type_full_name(thread, object_type(self)));
    text_builder_put(&out, '(');
    bool ok = partial_add_arguments(&out, as_partial(self));
    text_builder_put(&out, ')');
    repr_leave(thread, self);
    return ok ? value_object(text_builder_finish(&out)) : VALUE_ERROR;
}

static Value partial_func(Thread *thread, Value self) {
    (void)thread;
    return as_partial(self)->function;
}
static Value partial_args(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_partial(self)->args);
}
static Value partial_keywords(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_partial(self)->keywords);
}

static void partial_trace(Marker *marker, Object *self) {
    const Partial *partial = (Partial *)self;
    mark_value(marker, partial->function);
    mark_object(marker, partial->args);
    mark_object(marker, partial->keywords);
}

// (type, (func,), (func, args, keywords, attributes or None)), as in CPython.
static Value partial_reduce(Thread *thread, Value *args) {
    const Partial *self = as_partial(args[0]);
    const Dict *own = attributes_copy(thread, as_object(args[0]));
    Value state[] = {self->function, value_object(self->args), value_object(self->keywords),
                     own->length > 0 ? value_object(own) : VALUE_NONE};
    Value parts[] = {value_object(object_type(args[0])),
                     value_object(tuple_from_array(thread, state, 1)),
                     value_object(tuple_from_array(thread, state, 4))};
    return value_object(tuple_from_array(thread, parts, 3));
}

static Value partial_set_state(Thread *thread, Value *args) {
    Partial *self = as_partial(args[0]);
    const Tuple *state = is_tuple(args[1]) ? as_tuple(args[1]) : NULL;
    const Value *items = state ? state->items : NULL;
    if (!state || state->length != 4 || !is_callable(items[0]) || !is_tuple(items[1]) ||
        (!is_none(items[2]) && !is_dict(items[2])) || (!is_none(items[3]) && !is_dict(items[3])))
        return raise_error(thread, ERROR_TypeError, "invalid partial state");
    self->function = items[0];
    self->args =
        is_exactly(items[1], LAYOUT_TUPLE)
            ? as_tuple(items[1])
            : tuple_from_array(thread, as_tuple(items[1])->items, as_tuple(items[1])->length);
    self->keywords = is_none(items[2])                   ? dict_new(thread, 0)
                     : is_exactly(items[2], LAYOUT_DICT) ? as_dict(items[2])
                                                         : dict_copy(thread, as_dict(items[2]));
    Dict *own = is_dict(items[3]) ? as_dict(items[3]) : dict_new(thread, 0);
    attributes_set_dict(thread, as_object(args[0]), own);
    return VALUE_NONE;
}

// In a class a partial stays what it is; Python is about to have it bind as functions do.
static Value partial_get(Thread *thread, Value self, Value instance, Value owner) {
    (void)owner;
    static const char future[] =
        "functools.partial will be a method descriptor in future Python versions; "
        "wrap it in staticmethod() if you want to preserve the old behavior";
    bool bound = !is_undefined(instance) && !is_none(instance);
    return bound && !warning_give(thread, ERROR_FutureWarning, future) ? VALUE_ERROR : self;
}

static const NativeSpec partial_methods[] = {
    REDUCE_METHOD(partial_reduce),
    NATIVE("__setstate__", partial_set_state, "(self, state, /)", "Take over what was reduced."),
    {"__class_getitem__", container_class_item, "(cls, item, /)", "See PEP 585",
     NATIVE_CLASS_METHOD},
    NATIVE_END,
};
static const GetSetSpec partial_getsets[] = {
    GETSET("func", partial_func, NULL, "The function to be called."),
    GETSET("args", partial_args, NULL, "The arguments it begins with."),
    GETSET("keywords", partial_keywords, NULL, "The keyword arguments it gets."),
    GETSET_END,
};
const TypeSpec functools_partial_spec = {
    .name = "functools.partial",
    .doc = "(func, /, *args, **keywords)\n--\n\n"
           "partial(func, *args, **keywords): func with some arguments fixed.",
    .flags = TYPE_HAS_ATTRIBUTES,
    .size = sizeof(Partial),
    .slots = {.repr = partial_repr,
              .call = partial_call,
              .construct = partial_construct,
              .descriptor_get = partial_get,
              .trace = partial_trace},
    .methods = partial_methods,
    .getsets = partial_getsets,
};

// ---- cmp_to_key ----

typedef struct KeyWrapper {
    Object object;
    Value item; // UNDEFINED: cmp_to_key's result, which makes keys
    Value compare;
} KeyWrapper;

static Value key_new(Thread *thread, Value item, Value compare) {
    KeyWrapper *key = object_new(thread, library_late_type(thread, LATE_key_wrapper));
    key->item = item;
    key->compare = compare;
    return value_object(key);
}

static Value cmp_to_key_function(Thread *thread, Value *args) {
    return key_new(thread, VALUE_UNDEFINED, args[0]);
}

static Value key_call(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    static const ArgumentsSpec spec = {"K", {"obj"}, 1};
    Value item;
    if (!arguments_bind(thread, &spec, args, count, keywords, &item))
        return VALUE_ERROR;
    return key_new(thread, item, ((KeyWrapper *)as_object(callee))->compare);
}

static Value key_compare(Thread *thread, Value left, Value right, CompareOp op) {
    const Type *type = library_late_type(thread, LATE_key_wrapper);
    if (!is_object(right) || object_type(right) != type || object_type(left) != type)
        return raise_error(thread, ERROR_TypeError, "other argument must be K instance");
    const KeyWrapper *a = (KeyWrapper *)as_object(left), *b = (KeyWrapper *)as_object(right);
    Value order = call_2(thread, a->compare, a->item, b->item);
    return is_error(order) ? order : operation_compare(thread, op, order, value_small_int(0));
}

static Value key_item(Thread *thread, Value self) {
    Value item = ((KeyWrapper *)as_object(self))->item;
    return is_undefined(item) ? raise_error(thread, ERROR_AttributeError, "object") : item;
}

static void key_trace(Marker *marker, Object *self) {
    mark_values(marker, &((KeyWrapper *)self)->item, 2);
}

static const GetSetSpec key_getsets[] = {
    GETSET("obj", key_item, NULL, "The value that is compared."),
    GETSET_END,
};
const TypeSpec functools_key_wrapper_spec = {
    .name = "functools.KeyWrapper",
    .flags = TYPE_FINAL | TYPE_ABSTRACT | TYPE_UNHASHABLE,
    .size = sizeof(KeyWrapper),
    .slots = {.compare = key_compare, .call = key_call, .trace = key_trace},
    .getsets = key_getsets,
};

// ---- lru_cache ----

typedef struct CacheLink {
    Object object;
    Value key;
    struct CacheLink *previous, *next;
    Value result;
    uint64_t hash;
} CacheLink;

typedef struct LruCache {
    Object object;
    uint64_t hits, misses;
    int64_t maximum; // -1: none
    bool typed;
    Value function, cache_info; // cache_info: makes the named tuple
    Dict *cache;
    CacheLink *root;
} LruCache;

// The arguments of a call; equal if all of them are, hashed once.
typedef struct CallKey {
    Object object;
    uint64_t hash;
    Tuple *parts;
} CallKey;

static bool call_key_hash(Thread *thread, Value self, uint64_t *hash) {
    (void)thread;
    *hash = ((CallKey *)as_object(self))->hash;
    return true;
}
static Value call_key_compare(Thread *thread, Value left, Value right, CompareOp op) {
    if (!is_object(right) || object_type(right) != object_type(left))
        return VALUE_NOT_IMPLEMENTED;
    return tuple_compare(thread, value_object(((CallKey *)as_object(left))->parts),
                         value_object(((CallKey *)as_object(right))->parts), op);
}
static void call_key_trace(Marker *marker, Object *self) {
    mark_object(marker, ((CallKey *)self)->parts);
}
const TypeSpec functools_call_key_spec = {
    .name = "functools._CallKey",
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(CallKey),
    .slots = {.hash = call_key_hash, .compare = call_key_compare, .trace = call_key_trace},
};

static void link_trace(Marker *marker, Object *self) {
    const CacheLink *link = (CacheLink *)self;
    mark_value(marker, link->key);
    mark_value(marker, link->result);
    mark_object(marker, link->next);
    mark_object(marker, link->previous);
}
const TypeSpec functools_cache_link_spec = {
    .name = "functools._CacheLink",
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(CacheLink),
    .slots = {.trace = link_trace},
};

static CacheLink *link_new(Thread *thread) {
    CacheLink *link = object_new(thread, library_late_type(thread, LATE_cache_link));
    link->previous = link->next = link;
    return link;
}
static void link_remove(CacheLink *link) {
    link->previous->next = link->next;
    link->next->previous = link->previous;
}
static void link_make_newest(CacheLink *root, CacheLink *link) {
    link->previous = root->previous;
    link->next = root;
    root->previous->next = link;
    root->previous = link;
}

// All parts of a call's key: arguments, a mark, names and values, and if `typed` the types.
static Tuple *key_parts(Thread *thread, const LruCache *lru, const Value *args, size_t count,
                        const Tuple *keywords) {
    size_t named = keywords ? keywords->length : 0, positional = count - named;
    size_t length = positional + (named ? 1 + 2 * named : 0), at = 0;
    Tuple *parts = tuple_new(thread, length + (lru->typed ? count : 0));
    for (size_t i = 0; i < positional; i++)
        parts->items[at++] = args[i];
    if (named > 0)
        parts->items[at++] = value_object(lru->root); // equal to nothing else
    for (size_t i = 0; i < named; i++) {
        parts->items[at++] = keywords->items[i];
        parts->items[at++] = args[positional + i];
    }
    for (size_t i = 0; lru->typed && i < count; i++)
        parts->items[at++] = value_object(type_of(thread, args[i]));
    return parts;
}

static Value call_key(Thread *thread, const LruCache *lru, const Value *args, size_t count,
                      const Tuple *keywords, uint64_t *hash) {
    bool simple = count == 1 && (keywords == NULL || keywords->length == 0) && !lru->typed;
    if (simple && (is_small_int(args[0]) || is_exactly(args[0], LAYOUT_STR)))
        return container_hash(thread, args[0], hash) ? args[0] : VALUE_ERROR;
    Tuple *parts = key_parts(thread, lru, args, count, keywords);
    if (!tuple_hash(thread, value_object(parts), hash))
        return VALUE_ERROR;
    CallKey *key = object_new(thread, library_late_type(thread, LATE_call_key));
    key->parts = parts;
    key->hash = *hash;
    return value_object(key);
}

// Store the result of a miss; the wrapped function may have used the cache meanwhile.
static bool lru_store(Thread *thread, LruCache *lru, Value key, uint64_t hash, Value result) {
    Value old;
    int found = dict_get_hashed(thread, lru->cache, key, hash, &old);
    if (found != 0)
        return found > 0;
    if (lru->maximum >= 0 && lru->cache->length >= (size_t)lru->maximum) {
        CacheLink *oldest = lru->root->next;
        link_remove(oldest);
        if (dict_delete(thread, lru->cache, oldest->key) < 0)
            return false;
    }
    CacheLink *link = link_new(thread);
    link->key = key;
    link->hash = hash;
    link->result = result;
    if (!dict_set_hashed(thread, lru->cache, key, hash, value_object(link)))
        return false;
    link_make_newest(lru->root, link);
    return true;
}

static Value lru_call(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    LruCache *lru = (LruCache *)as_object(callee);
    uint64_t hash;
    Value found;
    if (lru->maximum == 0) {
        lru->misses++;
        return call_with_keywords(thread, lru->function, args, count, keywords);
    }
    Value key = call_key(thread, lru, args, count, keywords, &hash);
    int hit = is_error(key) ? -1 : dict_get_hashed(thread, lru->cache, key, hash, &found);
    if (hit < 0)
        return VALUE_ERROR;
    if (hit) {
        CacheLink *link = (CacheLink *)as_object(found);
        lru->hits++;
        if (lru->maximum > 0) {
            link_remove(link);
            link_make_newest(lru->root, link);
        }
        return link->result;
    }
    lru->misses++;
    Value result = call_with_keywords(thread, lru->function, args, count, keywords);
    if (is_error(result) || !lru_store(thread, lru, key, hash, result))
        return VALUE_ERROR;
    return result;
}

// _lru_cache_wrapper(function, maximum or -1, typed, class of cache_info)
static Value lru_construct(Thread *thread, Value callee, Value *args, size_t count,
                           Tuple *keywords) {
    int64_t maximum;
    if (!container_arguments(thread, "_lru_cache_wrapper", count, keywords, 4, 4) ||
        !operation_index_clamped(thread, args[1], &maximum))
        return VALUE_ERROR;
    int typed = operation_truth(thread, args[2]);
    if (typed < 0)
        return VALUE_ERROR;
    if (!is_callable(args[0]))
        return raise_error(thread, ERROR_TypeError, "the first argument must be callable");
    Dict *cache = dict_new(thread, 0);
    CacheLink *root = link_new(thread);
    LruCache *lru = object_new(thread, as_type(callee));
    lru->function = args[0];
    lru->maximum = maximum;
    lru->typed = typed;
    lru->cache_info = args[3];
    lru->cache = cache;
    lru->root = root;
    return value_object(lru);
}

static Value lru_info(Thread *thread, Value *args) {
    const LruCache *lru = (LruCache *)as_object(args[0]);
    Value parts[] = {int_from_uint64(thread, lru->hits), int_from_uint64(thread, lru->misses),
                     lru->maximum < 0 ? VALUE_NONE : int_from_int64(thread, lru->maximum),
                     int_from_uint64(thread, lru->cache->length)};
    return call_value(thread, lru->cache_info, parts, 4);
}

static Value lru_clear(Thread *thread, Value *args) {
    LruCache *lru = (LruCache *)as_object(args[0]);
    dict_clear(thread, lru->cache);
    lru->hits = lru->misses = 0;
    lru->root->next = lru->root->previous = lru->root;
    return VALUE_NONE;
}

// By name, as functions.
static Value lru_reduce(Thread *thread, Value *args) {
    return attribute_get(thread, args[0], common_name(thread, NAME___qualname__));
}

static Value lru_self(Thread *thread, Value *args) {
    (void)thread;
    return args[0];
}

static Value lru_get(Thread *thread, Value self, Value instance, Value owner) {
    (void)owner;
    return is_undefined(instance) || is_none(instance) ? self : method_new(thread, self, instance);
}

static void lru_trace(Marker *marker, Object *self) {
    const LruCache *lru = (LruCache *)self;
    mark_value(marker, lru->function);
    mark_value(marker, lru->cache_info);
    mark_object(marker, lru->cache);
    mark_object(marker, lru->root);
}

static const NativeSpec lru_methods[] = {
    NATIVE("cache_info", lru_info, "(self, /)", "How many hits, misses, entries there are."),
    NATIVE("cache_clear", lru_clear, "(self, /)", "Forget all results and counts."),
    REDUCE_METHOD(lru_reduce),
    NATIVE("__copy__", lru_self, "(self, /)", "The same object."),
    NATIVE("__deepcopy__", lru_self, "(self, memo, /)", "The same object."),
    NATIVE_END,
};
static const TypeSpec lru_cache_spec = {
    .name = "functools._lru_cache_wrapper",
    .doc = "A function that remembers its results.",
    .flags = TYPE_HAS_ATTRIBUTES,
    .size = sizeof(LruCache),
    .slots = {.call = lru_call,
              .construct = lru_construct,
              .descriptor_get = lru_get,
              .trace = lru_trace},
    .methods = lru_methods,
};

static const NativeSpec functools_functions[] = {
    NATIVE("reduce", reduce_function, "(function, iterable, initial=..., /)",
           "function(...function(function(a, b), c)..., z) for the items a, b, ... z."),
    NATIVE("cmp_to_key", cmp_to_key_function, "(mycmp)",
           "A key function for sorting from an old-style comparison function."),
    NATIVE_END,
};

bool functools_init(Thread *thread, Module *module) {
    module_add(thread, module, "partial", value_object(library_late_type(thread, LATE_partial)));
    module_add_type(thread, module, &lru_cache_spec, NULL);
    module_add_natives(thread, module, functools_functions);
    return true;
}
