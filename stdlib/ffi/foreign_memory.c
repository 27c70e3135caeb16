// SPDX-License-Identifier: MIT
//
// Making C memory and looking at it as a whole: new, cast, string, buffer, memmove, addressof. They
// are methods of a scope, because types are given as texts and a scope knows what the names in them
// mean; the module's functions are those of its own scope.
#include "foreign_data.h"

#include "bytes.h"
#include "call.h"
#include "float_object.h"
#include "foreign_call.h"
#include "foreign_parse.h"
#include "foreign_type.h"
#include "int.h"
#include "memoryview.h"
#include "operations.h"
#include "type.h"

static bool raise_no_data(Thread *thread, const char *function, Value v) {
    return raise_false(thread, ERROR_TypeError, "%s() takes C data, not '%s'", function,
                       type_name(thread, v));
}

// ---- new ----

// How many items an array has of which only the initialiser knows the length.
static bool open_length(Thread *thread, const CType *item, Value v, int64_t *length) {
    if (is_integral(v)) {
        if (!operation_index_int64(thread, v, length)) {
            return false;
        }
        return *length >= 0 ||
               raise_false(thread, ERROR_ValueError, "the length of an array cannot be negative");
    }
    if (is_none(v) || is_undefined(v)) {
        return raise_false(thread, ERROR_TypeError,
                           "an array of open length needs its length, or its items");
    }
    if (is_str(v) && item->kind == C_CHAR) {
        size_t bytes;
        str_utf8(thread, as_str(v), &bytes);
        *length = (int64_t)bytes + 1;
        return true;
    }
    *length = operation_length(thread, v);
    bool is_text = is_bytes(v) || is_str(v);
    *length += is_text;
    return *length >= 0 && !error_pending(thread);
}

static Value new_array(Thread *thread, CType *type, Value init) {
    if (type->length == C_OPEN_LENGTH) {
        int64_t length;
        if (!open_length(thread, type->target, init, &length)) {
            return VALUE_ERROR;
        }
        size_t total;
        if (__builtin_mul_overflow((size_t)length, type->target->size, &total) ||
            total > INT64_MAX / 2) {
            return raise_error(thread, ERROR_MemoryError, "the array is too large");
        }
        type = foreign_type_array(thread, type->target, length, false);
        init = is_integral(init) ? VALUE_NONE : init;
    }
    Memory *memory = foreign_memory_new(thread, type->state, type->size);
    return is_none(init) || foreign_store(thread, type, memory->bytes, init)
               ? foreign_data_new(thread, type, memory->bytes, value_object(memory))
               : VALUE_ERROR;
}

static Value ffi_new(Thread *thread, Value *args) {
    CType *type = foreign_parse_type(thread, as_scope(args[0]), args[1]);
    if (type == NULL) {
        return VALUE_ERROR;
    }
    if (type->kind == C_ARRAY) {
        return new_array(thread, type, args[2]);
    }
    const char *name = foreign_type_text(thread, type);
    if (type->kind != C_POINTER) {
        return raise_error(thread, ERROR_TypeError,
                           "new() takes a pointer or an array type, such as '%s *', not '%s'", name,
                           name);
    }
    if (!foreign_has_size(type->target)) {
        return raise_error(thread, ERROR_TypeError,
                           "new('%s') cannot know how much memory that points to", name);
    }
    Memory *memory = foreign_memory_new(thread, type->state, type->target->size);
    return is_none(args[2]) || foreign_store(thread, type->target, memory->bytes, args[2])
               ? foreign_data_new(thread, type, memory->bytes, value_object(memory))
               : VALUE_ERROR;
}

// ---- cast ----

static Value cast_to_pointer(Thread *thread, CType *type, Value v) {
    const ForeignState *state = type->state;
    if (is_none(v)) {
        return foreign_data_new(thread, type, NULL, VALUE_NONE);
    }
    if (is_cdata(state, v) &&
        (as_cdata(v)->type->kind == C_POINTER || as_cdata(v)->type->kind == C_ARRAY)) {
        return foreign_data_new(thread, type, as_cdata(v)->data, as_cdata(v)->owner);
    }
    if (is_foreign_function(state, v)) {
        return foreign_data_new(thread, type, ((Function *)as_object(v))->address, v);
    }
    if (is_integral(v)) {
        uint64_t address = int_to_uint64_wrapping(v);
        return foreign_data_new(thread, type, (void *)(uintptr_t)address, VALUE_NONE);
    }
    return raise_error(thread, ERROR_TypeError, "'%s' cannot be cast to '%s'", type_name(thread, v),
                       foreign_type_text(thread, type));
}

// The number that `v` is for a cast.
static Value number_of(Thread *thread, const CType *type, Value v) {
    if (is_cdata(type->state, v)) {
        return int_from_uint64(thread, (uint64_t)(uintptr_t)as_cdata(v)->data);
    }
    if (is_foreign_function(type->state, v)) {
        return int_from_uint64(thread, (uint64_t)(uintptr_t)((Function *)as_object(v))->address);
    }
    if (is_bytes(v) && as_bytes(v)->length == 1) {
        return value_small_int(as_bytes(v)->data[0]);
    }
    if (is_str(v) && as_str(v)->length == 1) {
        return value_small_int(str_char_at(as_str(v), 0));
    }
    return is_none(v) ? value_small_int(0) : v;
}

static Value cast_to_number(Thread *thread, CType *type, Value v) {
    _Alignas(16) char at[16] = {0};
    v = number_of(thread, type, v);
    if (type->kind == C_FLOAT) {
        return foreign_store(thread, type, at, v) ? foreign_load(thread, type, at, VALUE_NONE)
                                                  : VALUE_ERROR;
    }
    if (is_any_float(v)) {
        v = int_from_double(thread, float_value(v));
    } else if (!is_integral(v)) {
        v = operation_index(thread, v);
    }
    if (is_error(v)) {
        return VALUE_ERROR;
    }
    uint64_t word = int_to_uint64_wrapping(v);
    word = type->kind == C_BOOL ? int_sign(v) != 0 : word;
    memcpy(at, &word, sizeof word);
    return foreign_load(thread, type, at, VALUE_NONE);
}

static Value ffi_cast(Thread *thread, Value *args) {
    CType *type = foreign_parse_type(thread, as_scope(args[0]), args[1]);
    if (type == NULL) {
        return VALUE_ERROR;
    }
    if (type->kind == C_POINTER) {
        return cast_to_pointer(thread, type, args[2]);
    }
    if (type->kind > C_ENUM || type->kind == C_VOID) {
        return raise_error(thread, ERROR_TypeError, "nothing can be cast to '%s'",
                           foreign_type_text(thread, type));
    }
    return cast_to_number(thread, type, args[2]);
}

// ---- string, unpack ----

// The address and the type of the items, and how many bytes there are at most.
static bool need_items(Thread *thread, Scope *scope, const char *function, Value v, CType **item,
                       char **at, size_t *room) {
    if (!is_cdata(scope->state, v)) {
        return raise_no_data(thread, function, v);
    }
    const CData *data = as_cdata(v);
    if (!foreign_data_items(thread, data, item, at)) {
        return false;
    }
    bool is_array = data->type->kind == C_ARRAY && data->type->length >= 0;
    *room = is_array ? data->type->size : foreign_data_room(data, *at);
    return true;
}

static bool need_length(Thread *thread, Value v, const char *what, int64_t *length) {
    return operation_index_int64(thread, v, length) &&
           (*length >= 0 || raise_false(thread, ERROR_ValueError, "%s cannot be negative", what));
}

static Value wide_string(Thread *thread, const CType *item, const char *at, size_t most) {
    size_t length = 0;
    for (; length < most; length++) {
        uint32_t code = 0;
        memcpy(&code, at + length * item->size, item->size);
        if (code == 0) {
            break;
        }
    }
    uint32_t *codes =
        heap_allocate(thread_heap(thread), CELL_BUFFER, (length + 1) * sizeof(uint32_t));
    for (size_t i = 0; i < length; i++) {
        memcpy(&codes[i], at + i * item->size, item->size);
        if (codes[i] > STR_MAX_CODE_POINT) {
            return raise_error(thread, ERROR_ValueError, "0x%x is no character", codes[i]);
        }
    }
    return value_object(str_new_ucs4(thread, codes, length));
}

static Value ffi_string(Thread *thread, Value *args) {
    CType *item;
    char *at;
    size_t room;
    int64_t limit = INT64_MAX;
    if (!need_items(thread, as_scope(args[0]), "string", args[1], &item, &at, &room)) {
        return VALUE_ERROR;
    }
    if (!is_none(args[2]) && !need_length(thread, args[2], "the greatest length", &limit)) {
        return VALUE_ERROR;
    }
    size_t most = room == SIZE_MAX ? SIZE_MAX : room / item->size;
    most = (size_t)limit < most ? (size_t)limit : most;
    if (item->kind == C_WIDE) {
        return wide_string(thread, item, at, most);
    }
    if (!foreign_is_byte(item)) {
        return raise_error(thread, ERROR_TypeError, "string() takes text, not '%s'",
                           foreign_type_text(thread, as_cdata(args[1])->type));
    }
    size_t length = strnlen(at, most);
    if (is_none(args[3])) {
        return value_object(bytes_new(thread, at, length));
    }
    const char *encoding = library_need_text(thread, args[3], "string() argument 'encoding'");
    Str *text = encoding ? bytes_decode(thread, (uint8_t *)at, length, encoding, NULL) : NULL;
    return text ? value_object(text) : VALUE_ERROR;
}

static Value ffi_unpack(Thread *thread, Value *args) {
    CType *item;
    char *at;
    size_t room, total;
    int64_t count;
    if (!need_items(thread, as_scope(args[0]), "unpack", args[1], &item, &at, &room) ||
        !need_length(thread, args[2], "the length", &count)) {
        return VALUE_ERROR;
    }
    if (__builtin_mul_overflow((size_t)count, item->size, &total) || total > room) {
        return raise_error(thread, ERROR_IndexError, "there are no %lld items in '%s'",
                           (long long)count, foreign_type_text(thread, as_cdata(args[1])->type));
    }
    if (item->kind == C_CHAR) {
        return value_object(bytes_new(thread, at, total));
    }
    List *list = list_new(thread, (size_t)count);
    for (size_t i = 0; i < (size_t)count; i++) {
        Value v = foreign_load(thread, item, at + i * item->size, as_cdata(args[1])->owner);
        if (is_error(v)) {
            return VALUE_ERROR;
        }
        list_append(thread, list, v);
    }
    return value_object(list);
}

// ---- buffer, from_buffer, memmove ----

static Value ffi_buffer(Thread *thread, Value *args) {
    const Scope *scope = as_scope(args[0]);
    int64_t size;
    if (!is_cdata(scope->state, args[1])) {
        raise_no_data(thread, "buffer", args[1]);
        return VALUE_ERROR;
    }
    CData *data = as_cdata(args[1]);
    const CType *whole = data->type->kind == C_POINTER ? data->type->target : data->type;
    size_t room = foreign_data_room(data, data->data);
    if (data->data == NULL) {
        return raise_error(thread, ERROR_ValueError, "'%s' is NULL",
                           foreign_type_text(thread, data->type));
    }
    if (is_none(args[2])) {
        if (!foreign_has_size(whole)) {
            return raise_error(thread, ERROR_TypeError, "buffer() of '%s' needs a size",
                               foreign_type_text(thread, data->type));
        }
        size = (int64_t)whole->size;
    } else if (!need_length(thread, args[2], "the size", &size)) {
        return VALUE_ERROR;
    }
    if ((size_t)size > room) {
        return raise_error(thread, ERROR_IndexError, "there are only %zu bytes, not %lld", room,
                           (long long)size);
    }
    Memory *memory = foreign_memory_view(thread, scope->state, data->data, (size_t)size, args[1]);
    return memoryview_new(thread, value_object(memory));
}

// from_buffer(obj) or from_buffer("int[]", obj): C data in the memory of a bytearray or the like.
static Value ffi_from_buffer(Thread *thread, Value *args) {
    Scope *scope = as_scope(args[0]);
    bool has_type = !is_undefined(args[2]);
    Value object = has_type ? args[2] : args[1];
    BytesView view;
    CType *type =
        foreign_type_array(thread, scope->state->basics[BASIC_CHAR], C_OPEN_LENGTH, false);
    if (has_type && (type = foreign_parse_type(thread, scope, args[1])) == NULL) {
        return VALUE_ERROR;
    }
    if (type->kind != C_ARRAY) {
        return raise_error(thread, ERROR_TypeError, "from_buffer() takes an array type, not '%s'",
                           foreign_type_text(thread, type));
    }
    if (!bytes_view(thread, object, &view)) {
        return VALUE_ERROR;
    }
    bool is_const = is_bytes(object) || (is_memoryview(object) && as_memoryview(object)->read_only);
    CType *item = type->target;
    int64_t length = type->length;
    if (length == C_OPEN_LENGTH) {
        length = (int64_t)(view.length / (item->size ? item->size : 1));
    }
    type = foreign_type_array(thread, item, length, is_const || type->target_is_const);
    if (type->size > view.length) {
        return raise_error(thread, ERROR_ValueError, "%zu bytes are too few for '%s'", view.length,
                           foreign_type_text(thread, type));
    }
    return foreign_data_new(thread, type, (void *)(uintptr_t)view.data, object);
}

static bool memory_end(Thread *thread, const Scope *scope, Value v, bool writes, size_t size,
                       char **at) {
    size_t room;
    if (is_cdata(scope->state, v)) {
        const CData *data = as_cdata(v);
        *at = data->data;
        bool bounded = data->type->kind == C_ARRAY && data->type->length >= 0;
        room = bounded ? data->type->size : foreign_data_room(data, data->data);
        if (*at == NULL) {
            return raise_false(thread, ERROR_ValueError, "'%s' is NULL",
                               foreign_type_text(thread, data->type));
        }
        if (writes && data->type->target_is_const) {
            return raise_false(thread, ERROR_TypeError, "'%s' is const",
                               foreign_type_text(thread, data->type));
        }
    } else if (writes) {
        uint8_t *bytes;
        if (!bytes_view_writable(thread, v, &bytes, &room)) {
            return false;
        }
        *at = (char *)bytes;
    } else {
        BytesView view;
        if (!bytes_view(thread, v, &view)) {
            return false;
        }
        *at = (char *)(uintptr_t)view.data;
        room = view.length;
    }
    return size <= room ||
           raise_false(thread, ERROR_IndexError, "there are only %zu bytes %s, not %zu", room,
                       writes ? "to write to" : "to read", size);
}

static Value ffi_memmove(Thread *thread, Value *args) {
    const Scope *scope = as_scope(args[0]);
    char *to, *from;
    int64_t size;
    if (!need_length(thread, args[3], "the size", &size) ||
        !memory_end(thread, scope, args[1], true, (size_t)size, &to) ||
        !memory_end(thread, scope, args[2], false, (size_t)size, &from)) {
        return VALUE_ERROR;
    }
    if (size > 0) {
        memmove(to, from, (size_t)size);
    }
    return VALUE_NONE;
}

// ---- sizeof, alignof, offsetof, addressof ----

static Value ffi_typeof(Thread *thread, Value *args) {
    CType *type = foreign_parse_type(thread, as_scope(args[0]), args[1]);
    return type ? value_object(type) : VALUE_ERROR;
}

static Value ffi_struct(Thread *thread, Value *args) {
    CType *type = foreign_parse_type(thread, as_scope(args[0]), args[1]);
    if (type == NULL) {
        return VALUE_ERROR;
    }
    return foreign_is_record(type) && type->is_complete
               ? value_object(type)
               : raise_error(thread, ERROR_TypeError,
                             "a struct or union with its members was expected, not '%s'",
                             foreign_type_text(thread, type));
}

static CType *need_size(Thread *thread, Scope *scope, Value v) {
    CType *type = foreign_parse_type(thread, scope, v);
    if (type != NULL && !foreign_has_size(type)) {
        error_raise(thread, ERROR_TypeError, "the size of '%s' is not known",
                    foreign_type_text(thread, type));
        return NULL;
    }
    return type;
}

static Value ffi_sizeof(Thread *thread, Value *args) {
    const CType *type = need_size(thread, as_scope(args[0]), args[1]);
    return type ? int_from_uint64(thread, type->size) : VALUE_ERROR;
}

static Value ffi_alignof(Thread *thread, Value *args) {
    const CType *type = need_size(thread, as_scope(args[0]), args[1]);
    return type ? int_from_uint64(thread, type->alignment) : VALUE_ERROR;
}

// One step further in: a member's name, or the number of an item.
static CType *step_in(Thread *thread, CType *type, Value place, int64_t *offset) {
    if (is_str(place)) {
        const CField *field = foreign_type_field(thread, type, str_intern(thread, as_str(place)));
        if (field == NULL || field->bit_width) {
            error_raise(thread, field ? ERROR_TypeError : ERROR_AttributeError,
                        field ? "'%s' has no member '%s' with an address, for it is a bit-field"
                              : "'%s' has no member '%s'",
                        foreign_type_text(thread, type), str_text(thread, as_str(place)));
            return NULL;
        }
        *offset += (int64_t)field->offset;
        return field->type;
    }
    int64_t index, by;
    if (type->kind != C_ARRAY) {
        error_raise(thread, ERROR_TypeError, "'%s' has no items", foreign_type_text(thread, type));
        return NULL;
    }
    if (!operation_index_int64(thread, place, &index)) {
        return NULL;
    }
    if (__builtin_mul_overflow(index, (int64_t)type->target->size, &by) ||
        (type->length >= 0 && (index < 0 || index > type->length))) {
        error_raise(thread, ERROR_IndexError, "index %lld is out of bounds for '%s'",
                    (long long)index, foreign_type_text(thread, type));
        return NULL;
    }
    *offset += by;
    return type->target;
}

static CType *walk_in(Thread *thread, CType *type, const Tuple *places, int64_t *offset) {
    *offset = 0;
    for (size_t i = 0; type != NULL && i < places->length; i++) {
        type = step_in(thread, type, places->items[i], offset);
    }
    return type;
}

static Value ffi_offsetof(Thread *thread, Value *args) {
    CType *type = foreign_parse_type(thread, as_scope(args[0]), args[1]);
    int64_t offset;
    if (type != NULL && as_tuple(args[2])->length == 0) {
        return raise_error(thread, ERROR_TypeError, "offsetof() needs the name of a member");
    }
    return type != NULL && walk_in(thread, type, as_tuple(args[2]), &offset)
               ? int_from_int64(thread, offset)
               : VALUE_ERROR;
}

static Value ffi_addressof(Thread *thread, Value *args) {
    Scope *scope = as_scope(args[0]);
    const Tuple *places = as_tuple(args[2]);
    if (is_instance_of(args[1], scope->state->library_type)) {
        return places->length == 1
                   ? foreign_library_address(thread, as_scope(args[1]), places->items[0])
                   : raise_error(thread, ERROR_TypeError, "addressof(library, name)");
    }
    if (!is_cdata(scope->state, args[1])) {
        raise_no_data(thread, "addressof", args[1]);
        return VALUE_ERROR;
    }
    const CData *data = as_cdata(args[1]);
    CType *type = data->type;
    int64_t offset;
    if (type->kind == C_POINTER && places->length > 0) {
        type = type->target;
    } else if (type->kind == C_POINTER) {
        return raise_error(thread, ERROR_TypeError,
                           "addressof() takes a struct, a union or an array, not '%s'",
                           foreign_type_text(thread, type));
    }
    type = walk_in(thread, type, places, &offset);
    return type == NULL ? VALUE_ERROR
                        : foreign_data_new(thread, foreign_type_pointer(thread, type, false),
                                           data->data + offset, data->owner);
}

// ---- Handles: Mini's objects as void * ----

static const ArrayKind handle_kind = {'B', 1, ARRAY_UNSIGNED, "handle"};

static Value ffi_new_handle(Thread *thread, Value *args) {
    ForeignState *state = as_scope(args[0])->state;
    Memory *memory = foreign_memory_new(thread, state, sizeof(void *));
    memory->array.kind = &handle_kind;
    memory->owner = args[1];
    return foreign_data_new(thread, state->void_pointer, memory->bytes, value_object(memory));
}

static Value ffi_from_handle(Thread *thread, Value *args) {
    const ForeignState *state = as_scope(args[0])->state;
    if (!is_cdata(state, args[1]) || as_cdata(args[1])->type->kind != C_POINTER) {
        raise_no_data(thread, "from_handle", args[1]);
        return VALUE_ERROR;
    }
    Memory *memory =
        (Memory *)(void *)((uintptr_t)as_cdata(args[1])->data - offsetof(Memory, bytes));
    if (!heap_is_object(thread_heap(thread), memory) ||
        memory->array.object.type != state->memory_type || memory->array.kind != &handle_kind) {
        return raise_error(thread, ERROR_ValueError,
                           "this is no handle, or what new_handle() gave was not kept");
    }
    return memory->owner;
}

const NativeSpec foreign_memory_functions[] = {
    NATIVE("new", ffi_new, "(self, ctype, init=None, /)",
           "Make zeroed C memory for what a pointer type points to, or for an array."),
    NATIVE("cast", ffi_cast, "(self, ctype, value, /)", "As a cast in C does."),
    NATIVE("string", ffi_string, "(self, cdata, maxlen=None, encoding=None)",
           "The text that begins there, up to its NUL: bytes, or a str of an encoding."),
    NATIVE("unpack", ffi_unpack, "(self, cdata, length, /)",
           "So many items as a list, of char as bytes."),
    NATIVE("buffer", ffi_buffer, "(self, cdata, size=None, /)",
           "A memoryview of the bytes that a pointer points to, or that an array has."),
    NATIVE("from_buffer", ffi_from_buffer, "(self, ctype, obj=..., /)",
           "An array of C in the memory of a bytearray, an array or a memoryview."),
    NATIVE("memmove", ffi_memmove, "(self, dest, src, n)",
           "Copy n bytes between C data and bytes-like objects."),
    NATIVE("typeof", ffi_typeof, "(self, what, /)", "The ctype of a text or of C data."),
    NATIVE("struct", ffi_struct, "(self, declaration, /)",
           "Declare a struct or union with its members; the ctype."),
    NATIVE("sizeof", ffi_sizeof, "(self, what, /)", "How many bytes a type or C data takes."),
    NATIVE("alignof", ffi_alignof, "(self, what, /)", "What its addresses are multiples of."),
    NATIVE("offsetof", ffi_offsetof, "(self, ctype, /, *places)",
           "Where a member lies in a struct; further names and numbers go further in."),
    NATIVE("addressof", ffi_addressof, "(self, cdata, /, *places)",
           "A pointer to a struct or an array, or to a part of it."),
    NATIVE("new_handle", ffi_new_handle, "(self, obj, /)",
           "A void * that stands for any object, as long as it is kept."),
    NATIVE("from_handle", ffi_from_handle, "(self, handle, /)", "The object of new_handle."),
    NATIVE_END,
};

const TypeSpec foreign_declarations_spec = {
    .name = "ffi.Declarations",
    .doc = "What the functions of the module are methods of.",
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Scope),
    .methods = foreign_memory_functions,
};
