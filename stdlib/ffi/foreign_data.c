// SPDX-License-Identifier: MIT
//
// The type cdata: C data as an object. A pointer is its address; an array, a struct or a union is
// where its bytes are. `owner` is what keeps those bytes, and tells how far they reach, where that
// is known: an index or a pointer's step beyond them is then an IndexError and no crash.
#include "foreign_data.h"

#include "arguments.h"
#include "attribute.h"
#include "bytes.h"
#include "call.h"
#include "foreign_call.h"
#include "foreign_type.h"
#include "int.h"
#include "memoryview.h"
#include "operations.h"
#include "type.h"

Value foreign_data_new(Thread *thread, CType *type, void *data, Value owner) {
    CData *made = object_new_sized(thread, type->state->cdata_type, sizeof(CData));
    made->type = type;
    made->data = data;
    made->owner = owner;
    return value_object(made);
}

// ---- Memory ----

static const ArrayKind byte_kind = {'B', 1, ARRAY_UNSIGNED, "byte"};

Memory *foreign_memory_new(Thread *thread, ForeignState *state, size_t size) {
    Memory *memory =
        object_new_sized(thread, state->memory_type, sizeof(Memory) + (size ? size : 1));
    memory->array.data = (uint8_t *)memory->bytes;
    memory->array.length = memory->array.capacity = size;
    memory->array.kind = &byte_kind;
    memory->owner = VALUE_NONE;
    return memory;
}

Memory *foreign_memory_view(Thread *thread, ForeignState *state, char *data, size_t size,
                            Value owner) {
    Memory *memory = foreign_memory_new(thread, state, 0);
    memory->array.data = (uint8_t *)data;
    memory->array.length = memory->array.capacity = size;
    memory->owner = owner;
    return memory;
}

static void memory_trace(Marker *marker, Object *object) {
    mark_value(marker, ((Memory *)object)->owner);
}

static Value memory_repr(Thread *thread, Value self) {
    const Memory *memory = (const Memory *)as_object(self);
    return value_object(str_format(thread, "<ffi memory of %zu bytes>", memory->array.length));
}

const TypeSpec foreign_memory_spec = {
    .name = "ffi.Memory",
    .doc = "Bytes that C may use.",
    .layout = LAYOUT_ARRAY,
    .flags = TYPE_FINAL | TYPE_ABSTRACT | TYPE_UNHASHABLE,
    .size = sizeof(Memory),
    .slots = {.repr = memory_repr, .trace = memory_trace},
};

size_t foreign_data_room(const CData *data, const char *from) {
    if (!is_foreign_memory(data->type->state, data->owner)) {
        return SIZE_MAX;
    }
    const Memory *memory = (const Memory *)as_object(data->owner);
    const char *low = (const char *)memory->array.data;
    uintptr_t offset = (uintptr_t)from - (uintptr_t)low;
    return offset <= memory->array.length ? memory->array.length - offset : 0;
}

// ---- Making values ----

static bool store_arguments(Thread *thread, CType *type, char *at, Value *args, size_t count,
                            Tuple *keywords) {
    size_t named = keywords ? keywords->length : 0, plain = count - named;
    if (!foreign_is_record(type)) {
        return named + plain <= 1 && named == 0
                   ? plain == 0 || foreign_store(thread, type, at, args[0])
                   : raise_false(thread, ERROR_TypeError, "ctype '%s' takes one value",
                                 foreign_type_text(thread, type));
    }
    bool one_for_all = plain == 1 && named == 0 &&
                       (is_dict(args[0]) || is_list(args[0]) || is_tuple(args[0]) ||
                        is_cdata(type->state, args[0]));
    Value row = one_for_all ? args[0] : value_object(tuple_from_array(thread, args, plain));
    if (one_for_all && is_cdata(type->state, row) && as_cdata(row)->type != type) {
        row = value_object(tuple_from_array(thread, args, plain));
    }
    if (!foreign_store(thread, type, at, row)) {
        return false;
    }
    Dict *members = dict_new(thread, named);
    for (size_t i = 0; i < named; i++) {
        dict_set_str(thread, members, as_str(keywords->items[i]), args[plain + i]);
    }
    return foreign_store(thread, type, at, value_object(members));
}

Value foreign_data_make(Thread *thread, CType *type, Value *args, size_t count, Tuple *keywords) {
    if (!foreign_has_size(type)) {
        return raise_error(thread, ERROR_TypeError,
                           "no value of type '%s' can be made, for its size is not known",
                           foreign_type_text(thread, type));
    }
    Memory *memory = foreign_memory_new(thread, type->state, type->size);
    if (!store_arguments(thread, type, memory->bytes, args, count, keywords)) {
        return VALUE_ERROR;
    }
    return foreign_load(thread, type, memory->bytes, value_object(memory));
}

// ---- The type cdata ----

static void cdata_trace(Marker *marker, Object *object) {
    const CData *data = (const CData *)object;
    mark_object(marker, data->type);
    mark_value(marker, data->owner);
}

static bool owns(const CData *data) {
    return is_foreign_memory(data->type->state, data->owner) &&
           data->data == (char *)((Memory *)as_object(data->owner))->array.data &&
           is_none(((Memory *)as_object(data->owner))->owner);
}

static Value cdata_repr(Thread *thread, Value self) {
    const CData *data = as_cdata(self);
    const char *name = foreign_type_text(thread, data->type);
    if (owns(data)) {
        return value_object(str_format(thread, "<cdata '%s' owning %zu bytes>", name,
                                       ((Memory *)as_object(data->owner))->array.length));
    }
    if (data->type->kind == C_POINTER && data->data == NULL) {
        return value_object(str_format(thread, "<cdata '%s' NULL>", name));
    }
    if (is_object(data->owner) && object_type(data->owner) == data->type->state->closure_type) {
        return value_object(str_format(thread, "<cdata '%s' calling Mini>", name));
    }
    return value_object(str_format(thread, "<cdata '%s' %p>", name, (void *)data->data));
}

static int cdata_truth(Thread *thread, Value self) {
    (void)thread;
    const CData *data = as_cdata(self);
    return data->type->kind != C_POINTER || data->data != NULL;
}

static bool cdata_hash(Thread *thread, Value self, uint64_t *hash) {
    (void)thread;
    uint64_t address = (uint64_t)(uintptr_t)as_cdata(self)->data;
    *hash = address >> 4 | address << 60;
    return true;
}

static Value cdata_compare(Thread *thread, Value left, Value right, CompareOp op) {
    (void)thread;
    const CData *data = as_cdata(left);
    uintptr_t a = (uintptr_t)data->data, b = 0;
    if (is_cdata(data->type->state, right)) {
        b = (uintptr_t)as_cdata(right)->data;
    } else if (!is_none(right) || (op != COMPARE_EQ && op != COMPARE_NE)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    return compare_result((a > b) - (a < b), op);
}

// A pointer to a function can be called like one.
static Value cdata_call(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    const CData *data = as_cdata(callee);
    if (data->type->kind != C_POINTER || data->type->target->kind != C_FUNCTION) {
        return raise_error(thread, ERROR_TypeError, "C data of type '%s' cannot be called",
                           foreign_type_text(thread, data->type));
    }
    return foreign_call_pointer(thread, data, args, count, keywords);
}

static Value cdata_lend(Thread *thread, Value *args) {
    const CData *data = as_cdata(args[0]);
    CType *type = data->type;
    if (type->kind == C_POINTER) {
        return raise_error(thread, ERROR_TypeError,
                           "'%s' does not say how many bytes there are; see ffi.buffer()",
                           foreign_type_text(thread, type));
    }
    Memory *memory = foreign_memory_view(thread, type->state, data->data, type->size, args[0]);
    return memoryview_new(thread, value_object(memory));
}

static Value cdata_enter(Thread *thread, Value *args) {
    (void)thread;
    return args[0];
}
static Value cdata_exit(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return VALUE_NONE;
}

// The names of the members, for completion and dir().
static Value cdata_dir(Thread *thread, Value *args) {
    const CType *type = as_cdata(args[0])->type;
    type = type->kind == C_POINTER ? type->target : type;
    return foreign_is_record(type) && type->lookup
               ? operation_to_list(thread, value_object(type->lookup))
               : value_object(list_new(thread, 0));
}

static const NativeSpec cdata_methods[] = {
    NATIVE("__buffer__", cdata_lend, "(self, flags=0, /)", "A memoryview of its bytes."),
    NATIVE("__enter__", cdata_enter, "(self, /)", "Itself."),
    NATIVE("__exit__", cdata_exit, "(self, /, *args)", "Nothing: the collector frees it."),
    NATIVE("__dir__", cdata_dir, "(self, /)", "The names of its members."),
    NATIVE_END,
};

const TypeSpec foreign_cdata_spec = {
    .name = "ffi.CData",
    .doc = "C data: a pointer, an array, a struct or a union.",
    .flags = TYPE_FINAL | TYPE_ABSTRACT | TYPE_WEAK,
    .size = sizeof(CData),
    .slots = {.repr = cdata_repr,
              .truth = cdata_truth,
              .hash = cdata_hash,
              .compare = cdata_compare,
              .call = cdata_call,
              .length = foreign_length,
              .iter = foreign_iter,
              .get_item = foreign_get_item,
              .set_item = foreign_set_item,
              .get_attribute = foreign_get_attribute,
              .set_attribute = foreign_set_attribute,
              .binary = {[BINARY_ADD] = foreign_add, [BINARY_SUB] = foreign_subtract},
              .trace = cdata_trace},
    .methods = cdata_methods,
};
