// SPDX-License-Identifier: MIT
//
// One value of Mini, one value of C. What C would silently cut off (300 in an unsigned char, 1.5 in
// an int) is refused here, with the C type in the message; foreign_call.c puts the declaration
// before it. Nothing is read or written but through memcpy, for packed structs and casts make
// addresses of any alignment.
#include "foreign_data.h"

#include "bytes.h"
#include "call.h"
#include "float_object.h"
#include "foreign_type.h"
#include "int.h"
#include "memoryview.h"
#include "operations.h"

// ---- Integers ----

int64_t foreign_load_integer(const CType *type, const char *at) {
    uint64_t word = 0;
    size_t size = type->size;
    memcpy(&word, at, size);
    if (type->kind == C_UNSIGNED || type->kind == C_BOOL || size == sizeof word) {
        return (int64_t)word;
    }
    unsigned spare = (unsigned)(sizeof word - size) * 8;
    return (int64_t)(word << spare) >> spare;
}

static const CType *integer_of(const CType *type) {
    return type->kind == C_ENUM ? type->target : type;
}

static bool out_of_range(Thread *thread, const CType *type, Value v, unsigned bits) {
    const char *name = foreign_type_text(thread, type);
    const char *number = "the number";
    if (int_bit_length(v) < 256) {
        Str *text = operation_str(thread, v);
        number = text == NULL ? number : str_text(thread, text);
    }
    uint64_t most = UINT64_MAX >> (64 - bits);
    if (integer_of(type)->kind == C_UNSIGNED || bits == 1) {
        return raise_false(thread, ERROR_OverflowError, "%s does not fit into '%s' (0 to %llu)",
                           number, name, (unsigned long long)most);
    }
    long long highest = (long long)(most >> 1);
    return raise_false(thread, ERROR_OverflowError, "%s does not fit into '%s' (%lld to %lld)",
                       number, name, -highest - 1, highest);
}

static bool fits_bits(Value v, bool is_unsigned, unsigned bits, uint64_t *word) {
    int64_t n;
    if (is_unsigned) {
        return int_to_uint64(v, word) && (bits == 64 || *word >> bits == 0);
    }
    bool fits = int_to_int64(v, &n) && n >> (bits - 1) == n >> 63;
    *word = fits ? (uint64_t)n : 0;
    return fits;
}

static bool wants(Thread *thread, const CType *type, const char *what, Value v) {
    return raise_false(thread, ERROR_TypeError, "'%s' takes %s, not '%s'",
                       foreign_type_text(thread, type), what, type_name(thread, v));
}

static bool integer_of_bits(Thread *thread, const CType *type, Value v, unsigned bits,
                            uint64_t *word) {
    if (!is_integral(v)) {
        if (is_any_float(v) || !type_of(thread, v)->slots.index) {
            return wants(thread, type, "an int", v);
        }
        v = operation_index(thread, v);
        if (is_error(v)) {
            return false;
        }
    }
    const CType *integer = integer_of(type);
    bool is_unsigned = integer->kind == C_UNSIGNED || integer->kind == C_BOOL;
    return fits_bits(v, is_unsigned, bits, word) || out_of_range(thread, type, v, bits);
}

bool foreign_integer(Thread *thread, const CType *type, Value v, uint64_t *word) {
    unsigned bits = type->kind == C_BOOL ? 1 : (unsigned)type->size * 8;
    return integer_of_bits(thread, type, v, bits, word);
}

// ---- Characters ----

static bool store_char(Thread *thread, const CType *type, char *at, Value v) {
    uint64_t word;
    if (is_bytes(v) && as_bytes(v)->length == 1) {
        *at = (char)as_bytes(v)->data[0];
        return true;
    }
    if (is_str(v) && as_str(v)->length == 1 && str_char_at(as_str(v), 0) < 128) {
        *at = (char)str_char_at(as_str(v), 0);
        return true;
    }
    if (!is_integral(v)) {
        return wants(thread, type, "bytes of length 1, or an int", v);
    }
    if (!fits_bits(v, false, 8, &word) && !fits_bits(v, true, 8, &word)) {
        return out_of_range(thread, type, v, 8);
    }
    *at = (char)word;
    return true;
}

static bool store_wide(Thread *thread, const CType *type, char *at, Value v) {
    uint32_t code = 0;
    if (is_integral(v)) {
        uint64_t word;
        if (!fits_bits(v, true, (unsigned)type->size * 8, &word)) {
            return out_of_range(thread, type, v, (unsigned)type->size * 8);
        }
        code = (uint32_t)word;
    } else if (is_str(v) && as_str(v)->length == 1) {
        code = str_char_at(as_str(v), 0);
    } else {
        return wants(thread, type, "a str of length 1", v);
    }
    uint16_t half = (uint16_t)code;
    if (type->size == 2 && half != code) {
        return raise_false(thread, ERROR_OverflowError, "the character does not fit into '%s'",
                           foreign_type_text(thread, type));
    }
    memcpy(at, type->size == 2 ? (const void *)&half : (const void *)&code, type->size);
    return true;
}

static Value load_wide(Thread *thread, const CType *type, const char *at) {
    uint32_t code = 0;
    memcpy(&code, at, type->size);
    return code <= STR_MAX_CODE_POINT
               ? value_object(str_from_code_point(thread, code))
               : raise_error(thread, ERROR_ValueError, "0x%x is no character", code);
}

// ---- Floats ----

static bool store_float(Thread *thread, const CType *type, char *at, Value v) {
    double number;
    if (!is_float(v) && !is_integral(v) && !type_of(thread, v)->slots.to_float &&
        !type_of(thread, v)->slots.index && !is_any_float(v)) {
        return wants(thread, type, "a number", v);
    }
    if (!operation_as_double(thread, v, &number)) {
        return false;
    }
    float narrow = (float)number;
    long double wide = number;
    memcpy(at,
           type->size == sizeof narrow ? (const void *)&narrow
           : type->size == sizeof wide ? (const void *)&wide
                                       : (const void *)&number,
           type->size);
    return true;
}

static Value load_float(const CType *type, const char *at) {
    float narrow;
    double number;
    long double wide;
    if (type->size == sizeof narrow) {
        memcpy(&narrow, at, sizeof narrow);
        return value_foreign_float((double)narrow);
    }
    if (type->size == sizeof wide) {
        memcpy(&wide, at, sizeof wide);
        return value_foreign_float((double)wide);
    }
    memcpy(&number, at, sizeof number);
    return value_foreign_float(number);
}

// ---- Pointers ----

static bool refuse_pointer(Thread *thread, const CType *type, Value v) {
    const ForeignState *state = type->state;
    const char *name = foreign_type_text(thread, type);
    if (is_cdata(state, v)) {
        const CType *given = as_cdata(v)->type;
        bool forgot = foreign_is_record(given) && foreign_type_points_alike(given, type->target);
        return raise_false(thread, ERROR_TypeError, "'%s' was expected, not '%s'%s", name,
                           foreign_type_text(thread, given),
                           forgot ? "; ffi.addressof() gives its address" : "");
    }
    const char *hint = is_integral(v) ? "; ffi.cast() makes a pointer of a number"
                       : type->target->kind == C_FUNCTION && is_callable(v)
                           ? "; ffi.callback() makes a C function of it"
                           : "";
    return raise_false(thread, ERROR_TypeError, "'%s' was expected, not '%s'%s", name,
                       type_name(thread, v), hint);
}

static bool pointer_of_data(Thread *thread, const CType *type, const CData *data, char **address) {
    const CType *given = data->type;
    if ((given->kind != C_POINTER && given->kind != C_ARRAY) ||
        !foreign_type_points_alike(given->target, type->target)) {
        return refuse_pointer(thread, type, value_object(data));
    }
    *address = data->data;
    return true;
}

static bool pointer_of_function(Thread *thread, const CType *type, Value v, char **address) {
    const Function *function = (const Function *)as_object(v);
    if (!foreign_type_points_alike(function->type, type->target)) {
        return raise_false(thread, ERROR_TypeError, "'%s' was expected, not the function '%s'",
                           foreign_type_text(thread, type),
                           str_text(thread, function->declaration));
    }
    *address = function->address;
    return true;
}

// A copy that lasts as long as it can be found on the stack, with a NUL after it.
static char *copy_for_call(Thread *thread, const void *data, size_t length) {
    char *copy = heap_allocate(thread_heap(thread), CELL_BUFFER, length + 4);
    memcpy(copy, data, length);
    return copy;
}

static char *wide_text(Thread *thread, const CType *item, const Str *text) {
    char *copy = heap_allocate(thread_heap(thread), CELL_BUFFER, (text->length + 1) * item->size);
    for (size_t i = 0; i < text->length; i++) {
        Value one = value_object(str_from_code_point(thread, str_char_at(text, i)));
        if (!store_wide(thread, item, copy + i * item->size, one)) {
            return NULL;
        }
    }
    return copy;
}

static bool pointer_of_text(Thread *thread, const CType *type, Value v, char **address) {
    const CType *item = type->target;
    if (is_str(v) && item->kind == C_WIDE) {
        *address = wide_text(thread, item, as_str(v));
        return *address != NULL;
    }
    if (is_str(v)) {
        size_t length;
        const char *text = str_utf8(thread, as_str(v), &length);
        if (item->kind != C_CHAR) {
            return refuse_pointer(thread, type, v);
        }
        if (strlen(text) < length) {
            return raise_false(thread, ERROR_ValueError, "the text for '%s' has a null character",
                               foreign_type_text(thread, type));
        }
        *address =
            type->target_is_const ? (char *)(uintptr_t)text : copy_for_call(thread, text, length);
        return true;
    }
    const Bytes *bytes = as_bytes(v);
    if (!foreign_is_byte(item) && item->kind != C_VOID) {
        return refuse_pointer(thread, type, v);
    }
    if (item->kind == C_VOID && !type->target_is_const) {
        return raise_false(thread, ERROR_TypeError,
                           "'%s' may be written to, and bytes cannot be; pass a bytearray, or "
                           "declare it const",
                           foreign_type_text(thread, type));
    }
    *address = type->target_is_const ? (char *)bytes_contents(as_bytes(v))
                                     : copy_for_call(thread, bytes->data, bytes->length);
    return true;
}

static size_t item_size_of(Value v) {
    return is_memoryview(v)              ? as_memoryview(v)->item_size
           : has_layout(v, LAYOUT_ARRAY) ? as_array(v)->kind->size
                                         : 1;
}

// bytearray, array.array, memoryview: C gets the memory itself.
static bool pointer_of_buffer(Thread *thread, const CType *type, Value v, char **address) {
    const CType *item = type->target;
    BytesView view;
    if (!foreign_is_byte(item) && item->kind != C_VOID &&
        (item->size != item_size_of(v) || item->kind == C_POINTER)) {
        return refuse_pointer(thread, type, v);
    }
    if (!bytes_view(thread, v, &view)) {
        return false;
    }
    if (!type->target_is_const && is_memoryview(v) && as_memoryview(v)->read_only) {
        return raise_false(thread, ERROR_TypeError,
                           "'%s' may be written to, and this memoryview cannot be",
                           foreign_type_text(thread, type));
    }
    *address = (char *)(uintptr_t)view.data;
    return true;
}

// A list for `const int *`: an array that lasts as long as the call.
static bool pointer_of_list(Thread *thread, const CType *type, Value v, char **address) {
    CType *item = type->target;
    if (!foreign_has_size(item)) {
        return refuse_pointer(thread, type, v);
    }
    size_t count = is_list(v) ? as_list(v)->length : as_tuple(v)->length;
    char *items = heap_allocate(thread_heap(thread), CELL_BUFFER, count * item->size + 1);
    *address = items;
    for (size_t i = 0; i < count; i++) {
        if (is_list(v) && i >= as_list(v)->length) {
            break;
        }
        Value one = is_list(v) ? as_list(v)->items[i] : as_tuple(v)->items[i];
        if (!foreign_store(thread, item, items + i * item->size, one)) {
            return false;
        }
    }
    return true;
}

bool foreign_pointer(Thread *thread, CType *type, Value v, bool in_call, char **address) {
    const ForeignState *state = type->state;
    *address = NULL;
    if (is_none(v)) {
        return true;
    }
    if (is_cdata(state, v)) {
        return pointer_of_data(thread, type, as_cdata(v), address);
    }
    if (is_foreign_function(state, v)) {
        return pointer_of_function(thread, type, v, address);
    }
    bool is_text = is_str(v) || is_bytes(v), is_row = is_list(v) || is_tuple(v);
    bool is_buffer = has_layout(v, LAYOUT_BYTEARRAY) || is_array(v) || is_memoryview(v);
    if (!in_call && (is_text || is_row || is_buffer)) {
        return raise_false(thread, ERROR_TypeError,
                           "'%s' was expected, not '%s'; C memory keeps nothing alive: make the "
                           "data with ffi.new() and hold on to it",
                           foreign_type_text(thread, type), type_name(thread, v));
    }
    return is_text     ? pointer_of_text(thread, type, v, address)
           : is_buffer ? pointer_of_buffer(thread, type, v, address)
           : is_row    ? pointer_of_list(thread, type, v, address)
                       : refuse_pointer(thread, type, v);
}

// ---- Arrays and structs ----

static bool too_many(Thread *thread, const CType *type, size_t given) {
    return raise_false(thread, ERROR_IndexError, "%zu items are too many for '%s'", given,
                       foreign_type_text(thread, type));
}

// bytes for char[n], str for char[n] and wchar_t[n]; a NUL follows if there is room.
static bool store_text(Thread *thread, const CType *type, char *at, Value v) {
    const CType *item = type->target;
    size_t room = (size_t)type->length, length;
    if (is_str(v) && item->kind == C_WIDE) {
        const char *wide = wide_text(thread, item, as_str(v));
        length = as_str(v)->length;
        if (wide != NULL && length <= room) {
            memcpy(at, wide, (length + (length < room)) * item->size);
        }
        return wide != NULL && (length <= room || too_many(thread, type, length));
    }
    const char *text = NULL;
    if (is_str(v)) {
        text = str_utf8(thread, as_str(v), &length);
    } else {
        text = (const char *)as_bytes(v)->data;
        length = as_bytes(v)->length;
    }
    if (!foreign_is_byte(item) || (is_str(v) && item->kind != C_CHAR)) {
        return wants(thread, type, "a list or a tuple", v);
    }
    if (length > room) {
        return too_many(thread, type, length);
    }
    memcpy(at, text, length + (length < room)); // both end with a NUL
    return true;
}

static bool store_array(Thread *thread, const CType *type, char *at, Value v) {
    CType *item = type->target;
    if (is_cdata(type->state, v) && foreign_type_same(as_cdata(v)->type, type)) {
        memmove(at, as_cdata(v)->data, type->size);
        return true;
    }
    if (is_str(v) || is_bytes(v)) {
        return store_text(thread, type, at, v);
    }
    if (!is_list(v) && !is_tuple(v) && !operation_iterates(type_of(thread, v))) {
        return wants(thread, type, "a list or a tuple", v);
    }
    Value row = operation_to_tuple(thread, v);
    if (is_error(row)) {
        return false;
    }
    const Tuple *items = as_tuple(row);
    if (items->length > (size_t)type->length) {
        return too_many(thread, type, items->length);
    }
    for (size_t i = 0; i < items->length; i++) {
        if (!foreign_store(thread, item, at + i * item->size, items->items[i])) {
            return false;
        }
    }
    return true;
}

static bool store_members(Thread *thread, const CType *type, char *at, Dict *given) {
    size_t position = 0;
    Value key, v;
    while (dict_next(given, &position, &key, &v)) {
        const CField *field =
            is_str(key) ? foreign_type_field(thread, type, str_intern(thread, as_str(key))) : NULL;
        if (field == NULL) {
            Str *text = operation_repr(thread, key);
            return text != NULL &&
                   raise_false(thread, ERROR_AttributeError, "'%s' has no member %s",
                               foreign_type_text(thread, type), str_text(thread, text));
        }
        if (!foreign_store_field(thread, field, at, v)) {
            return false;
        }
    }
    return true;
}

static bool store_record(Thread *thread, const CType *type, char *at, Value v) {
    if (is_cdata(type->state, v)) {
        const CData *data = as_cdata(v);
        if (data->type != type) {
            return raise_false(thread, ERROR_TypeError, "'%s' was expected, not '%s'",
                               foreign_type_text(thread, type),
                               foreign_type_text(thread, data->type));
        }
        memmove(at, data->data, type->size);
        return true;
    }
    if (is_dict(v)) {
        return store_members(thread, type, at, as_dict(v));
    }
    if (!is_list(v) && !is_tuple(v)) {
        return wants(thread, type, "a dict, a list or a tuple", v);
    }
    const Tuple *items = as_tuple(operation_to_tuple(thread, v));
    size_t most = type->kind == C_UNION && type->field_count > 0 ? 1 : type->field_count;
    if (items->length > most) {
        return too_many(thread, type, items->length);
    }
    for (size_t i = 0; i < items->length; i++) {
        if (!foreign_store_field(thread, &type->fields[i], at, items->items[i])) {
            return false;
        }
    }
    return true;
}

// ---- All of them ----

bool foreign_store(Thread *thread, CType *type, char *at, Value v) {
    uint64_t word;
    char *address;
    switch (type->kind) {
    case C_BOOL:
    case C_SIGNED:
    case C_UNSIGNED:
    case C_ENUM:
        if (!foreign_integer(thread, type, v, &word)) {
            return false;
        }
        memcpy(at, &word, type->size);
        return true;
    case C_CHAR:
        return store_char(thread, type, at, v);
    case C_WIDE:
        return store_wide(thread, type, at, v);
    case C_FLOAT:
        return store_float(thread, type, at, v);
    case C_POINTER:
        if (!foreign_pointer(thread, type, v, false, &address)) {
            return false;
        }
        memcpy(at, &address, sizeof address);
        return true;
    case C_ARRAY:
        return store_array(thread, type, at, v);
    case C_STRUCT:
    case C_UNION:
        return store_record(thread, type, at, v);
    default:
        return raise_false(thread, ERROR_TypeError, "nothing can be stored as '%s'",
                           foreign_type_text(thread, type));
    }
}

Value foreign_load(Thread *thread, CType *type, const char *at, Value owner) {
    void *address;
    switch (type->kind) {
    case C_SIGNED:
        return int_from_int64(thread, foreign_load_integer(type, at));
    case C_UNSIGNED:
        return int_from_uint64(thread, (uint64_t)foreign_load_integer(type, at));
    case C_BOOL:
        return value_bool(*at != 0);
    case C_ENUM:
        return foreign_load(thread, type->target, at, owner);
    case C_CHAR:
        return value_object(bytes_new(thread, at, 1));
    case C_WIDE:
        return load_wide(thread, type, at);
    case C_FLOAT:
        return load_float(type, at);
    case C_POINTER:
        memcpy(&address, at, sizeof address);
        return foreign_data_new(thread, type, address, VALUE_NONE);
    case C_ARRAY:
    case C_STRUCT:
    case C_UNION:
        return foreign_data_new(thread, type, (char *)(uintptr_t)at, owner);
    case C_VOID:
        return VALUE_NONE;
    default:
        return foreign_data_new(thread, foreign_type_pointer(thread, type, false),
                                (char *)(uintptr_t)at, owner);
    }
}

// ---- Members ----

Value foreign_load_field(Thread *thread, const CField *field, const char *record, Value owner) {
    const char *at = record + field->offset;
    if (field->bit_width == 0) {
        return foreign_load(thread, field->type, at, owner);
    }
    const CType *integer = integer_of(field->type);
    uint64_t unit = 0;
    memcpy(&unit, at, integer->size);
    unsigned spare = 64u - field->bit_width;
    unit = unit >> field->bit_shift << spare;
    if (integer->kind == C_SIGNED) {
        return int_from_int64(thread, (int64_t)unit >> spare);
    }
    return integer->kind == C_BOOL ? value_bool(unit != 0) : int_from_uint64(thread, unit >> spare);
}

bool foreign_store_field(Thread *thread, const CField *field, char *record, Value v) {
    char *at = record + field->offset;
    if (field->bit_width == 0) {
        return foreign_store(thread, field->type, at, v);
    }
    uint64_t word, unit = 0, mask = (UINT64_MAX >> (64 - field->bit_width)) << field->bit_shift;
    if (!integer_of_bits(thread, field->type, v, field->bit_width, &word)) {
        return false;
    }
    size_t size = integer_of(field->type)->size;
    memcpy(&unit, at, size);
    unit = (unit & ~mask) | (word << field->bit_shift & mask);
    memcpy(at, &unit, size);
    return true;
}
