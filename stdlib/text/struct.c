// SPDX-License-Identifier: MIT
//
// The module struct: numbers and bytes in fixed layouts, as C structs and wire formats have them.
//
// A format is compiled to a row of fields, each with its place; packing and unpacking walk along
// the row. Multi-byte numbers go through one 64-bit word, in the byte order of the format, so one
// function serves all integer format_codes. In native mode ('@') sizes and alignment are those of C
// on a 64-bit machine; the standard modes ('=', '<', '>', '!') have no padding.
#include "arguments.h"
#include "attribute.h"
#include "bytes.h"
#include "call.h"
#include "container.h"
#include "dict.h"
#include "exception.h"
#include "float_object.h"
#include "int.h"
#include "library.h"
#include "list.h"
#include "modules.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

#include <endian.h>
#include <math.h>

typedef struct FormatCode {
    char letter;
    enum {
        CODE_NONE,
        CODE_PAD,
        CODE_CHAR,
        CODE_STRING,
        CODE_PASCAL,
        CODE_BOOL,
        CODE_SIGNED,
        CODE_UNSIGNED,
        CODE_ADDRESS,
        CODE_FLOAT
    } kind;
    uint8_t native_size, standard_size; // standard 0: only in native mode
} FormatCode;

static const FormatCode format_codes[128] = {
    ['x'] = {'x', CODE_PAD, 1, 1},      ['c'] = {'c', CODE_CHAR, 1, 1},
    ['s'] = {'s', CODE_STRING, 1, 1},   ['p'] = {'p', CODE_PASCAL, 1, 1},
    ['?'] = {'?', CODE_BOOL, 1, 1},     ['b'] = {'b', CODE_SIGNED, 1, 1},
    ['B'] = {'B', CODE_UNSIGNED, 1, 1}, ['h'] = {'h', CODE_SIGNED, 2, 2},
    ['H'] = {'H', CODE_UNSIGNED, 2, 2}, ['i'] = {'i', CODE_SIGNED, 4, 4},
    ['I'] = {'I', CODE_UNSIGNED, 4, 4}, ['l'] = {'l', CODE_SIGNED, 8, 4},
    ['L'] = {'L', CODE_UNSIGNED, 8, 4}, ['q'] = {'q', CODE_SIGNED, 8, 8},
    ['Q'] = {'Q', CODE_UNSIGNED, 8, 8}, ['n'] = {'n', CODE_SIGNED, 8, 0},
    ['N'] = {'N', CODE_UNSIGNED, 8, 0}, ['P'] = {'P', CODE_ADDRESS, 8, 0},
    ['e'] = {'e', CODE_FLOAT, 2, 2},    ['f'] = {'f', CODE_FLOAT, 4, 4},
    ['d'] = {'d', CODE_FLOAT, 8, 8},
};

// `count` items of `size` bytes from `offset`; of 's' and 'p' it is one item.
typedef struct Field {
    const FormatCode *code;
    size_t offset, size, count;
} Field;

typedef struct Struct {
    Object object;
    uint64_t big_endian;
    bool is_native; // sizes and alignment are those of C
    Value format;   // str
    Field *fields;
    size_t field_count, item_count, size;
} Struct;

static Struct *as_struct(Value v) {
    return (Struct *)as_object(v);
}

// ---- Errors ----

static void __attribute__((format(printf, 2, 3)))
raise_struct_error(Thread *thread, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Str *message = str_format_v(thread, format, args);
    va_end(args);
    Module *module = import_module(thread, str_from_c(thread, "struct"));
    Value class = module
                      ? attribute_get(thread, value_object(module), str_intern_c(thread, "error"))
                      : VALUE_ERROR;
    Value error = is_error(class) ? class : call_1(thread, class, value_object(message));
    if (!is_error(error))
        raise_value(thread, error);
}

// Raise struct.error; false. A macro as raise_false is one, see error.h.
#define fail(...) (raise_struct_error(__VA_ARGS__), false)

// ---- Formats ----

static const FormatCode *find_code(char letter, bool native) {
    const FormatCode *code = &format_codes[letter & 0x7f]; // formats are ASCII
    bool is_known = code->kind != CODE_NONE && (native || code->standard_size);
    return is_known ? code : NULL;
}

static bool add_field(Thread *thread, Struct *s, const FormatCode *code, size_t count,
                      bool native) {
    size_t size = native ? code->native_size : code->standard_size, total;
    if (native)
        s->size = (s->size + size - 1) / size * size;
    if (__builtin_mul_overflow(count, size, &total) ||
        __builtin_add_overflow(total, s->size, &total) || total > INT64_MAX)
        return fail(thread, "total struct size too long");
    bool whole = code->kind == CODE_STRING || code->kind == CODE_PASCAL;
    Field field = {code, s->size, whole ? count : size, whole ? 1 : count};
    if (code->kind != CODE_PAD && field.count > 0) {
        s->fields[s->field_count++] = field;
        s->item_count += field.count;
    }
    s->size = total;
    return true;
}

static bool read_count(Thread *thread, const char **p, size_t *count) {
    *count = 1;
    if (**p < '0' || **p > '9')
        return true;
    for (*count = 0; **p >= '0' && **p <= '9'; ++*p)
        if (*count > (SIZE_MAX - 9) / 10)
            return fail(thread, "total struct size too long");
        else
            *count = *count * 10 + (size_t)(**p - '0');
    return **p != '\0' || fail(thread, "repeat count given without format specifier");
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool read_format(Thread *thread, Struct *s, const char *text) {
    bool native = *text == '@' || strchr("=<>!", *text) == NULL || *text == '\0';
    s->is_native = native;
    s->big_endian = *text == '>' || *text == '!';
    if (*text != '\0' && strchr("@=<>!", *text))
        text++;
    s->fields = heap_allocate(thread_heap(thread), CELL_BUFFER, (strlen(text) + 1) * sizeof(Field));
    while (*text != '\0') {
        size_t count;
        if (is_space(*text)) {
            text++;
            continue;
        }
        if (!read_count(thread, &text, &count))
            return false;
        const FormatCode *code = find_code(*text++, native);
        if (code == NULL)
            return fail(thread, "bad char in struct format");
        if (!add_field(thread, s, code, count, native))
            return false;
    }
    return true;
}

// The str that a format argument is; VALUE_ERROR with an exception.
static Value format_text(Thread *thread, Value v) {
    bool was_bytes = is_bytes(v);
    uint64_t hash; // CPython looks into its cache first
    if (!is_str(v) && !was_bytes && !container_hash(thread, v, &hash))
        return VALUE_ERROR;
    if (was_bytes)
        v = value_object(str_new_latin1(thread, as_bytes(v)->data, as_bytes(v)->length));
    if (!is_str(v)) {
        const char *name = type_name(thread, v), *dot = strrchr(name, '.');
        return raise_error(thread, ERROR_TypeError,
                           "Struct() argument 1 must be a str or bytes object, not %s",
                           dot ? dot + 1 : name);
    }
    if (!was_bytes && !as_str(v)->ascii && str_encode(thread, as_str(v), "ascii", NULL) == NULL)
        return VALUE_ERROR;
    bool has_nul = strlen(str_text(thread, as_str(v))) < as_str(v)->length;
    if (has_nul || !as_str(v)->ascii) {
        raise_struct_error(thread,
                           has_nul ? "embedded null character" : "bad char in struct format");
        return VALUE_ERROR;
    }
    return v;
}

static bool struct_init(Thread *thread, Struct *s, Value format) {
    format = format_text(thread, format);
    if (is_error(format))
        return false;
    s->format = format;
    s->field_count = s->item_count = s->size = 0;
    return read_format(thread, s, str_text(thread, as_str(format)));
}

// ---- Numbers and bytes ----

// The lower `size` bytes of `word`, 1 to 8.
static void put_word(const Struct *s, uint8_t *at, uint64_t word, size_t size) {
    word = s->big_endian ? htobe64(word << (64 - 8 * size)) : htole64(word);
    memcpy(at, &word, size);
}

static uint64_t get_word(const Struct *s, const uint8_t *at, size_t size) {
    uint64_t word = 0;
    memcpy(&word, at, size);
    return s->big_endian ? be64toh(word) >> (64 - 8 * size) : le64toh(word);
}

// The signed number in the lower `size` bytes of a word, 1 to 8.
static int64_t sign_extend(uint64_t word, size_t size) {
    unsigned spare = (unsigned)(8 - size) & 7;
    return (int64_t)(word << 8 * spare) >> 8 * spare;
}

static bool int_range_error(Thread *thread, const Field *field) {
    unsigned bits = (unsigned)field->size * 8;
    if (field->code->kind == CODE_ADDRESS)
        return fail(thread, "int too large to convert");
    if (field->code->kind == CODE_UNSIGNED)
        return fail(thread, "'%c' format requires 0 <= number <= %llu", field->code->letter,
                    (unsigned long long)(UINT64_MAX >> (64 - bits)));
    long long highest = INT64_MAX >> (64 - bits);
    return fail(thread, "'%c' format requires %lld <= number <= %lld", field->code->letter,
                -highest - 1, highest);
}

static bool pack_int(Thread *thread, const Struct *s, const Field *field, Value v, uint8_t *at) {
    unsigned bits = (unsigned)field->size * 8;
    int64_t n = 0;
    uint64_t word = 0;
    if (!is_integral(v)) {
        Value index = special_method(thread, v, str_intern_c(thread, "__index__"));
        if (is_undefined(index))
            return fail(thread, "required argument is not an integer");
        if (is_error(index) || is_error(v = operation_index(thread, v)))
            return false;
    }
    bool is_signed = int_to_int64(v, &n), is_unsigned = int_to_uint64(v, &word), fits;
    if (field->code->kind == CODE_SIGNED)
        fits = is_signed && n >> (bits - 1) == n >> 63;
    else
        fits = is_unsigned && (bits == 64 || word >> bits == 0);
    if (field->code->kind == CODE_ADDRESS)
        fits = is_signed || is_unsigned;
    if (!fits)
        return int_range_error(thread, field);
    put_word(s, at, is_signed ? (uint64_t)n : word, field->size);
    return true;
}

// IEEE 754 half precision, rounded to even; false if too large.
static bool half_bits(double d, uint16_t *bits) {
    uint16_t sign = signbit(d) ? 0x8000 : 0;
    d = fabs(d);
    if (d == 0) {
        *bits = sign;
        return true;
    }
    if (isnan(d) || isinf(d)) {
        *bits = (uint16_t)(sign | (isnan(d) ? 0x7e00 : 0x7c00));
        return true;
    }
    int exponent;
    frexp(d, &exponent);
    exponent = exponent - 1 < -14 ? -14 : exponent - 1;
    double units = nearbyint(ldexp(d, 10 - exponent)); // of the last place
    unsigned value = (unsigned)units + ((unsigned)(exponent + 14) << 10);
    *bits = (uint16_t)(sign | value);
    return value < 0x7c00;
}

static double half_value(uint16_t bits) {
    int exponent = bits >> 10 & 31, fraction = bits & 0x3ff;
    double d = exponent == 31  ? fraction ? (double)NAN : (double)INFINITY
               : exponent == 0 ? ldexp(fraction, -24)
                               : ldexp(fraction + 1024, exponent - 25);
    return bits & 0x8000 ? -d : d;
}

static bool float_bits(double d, size_t size, uint64_t *word) {
    float f = (float)d;
    uint32_t narrow;
    uint16_t half = 0;
    if (size == 8) {
        memcpy(word, &d, 8);
        return true;
    }
    if (size == 4) {
        memcpy(&narrow, &f, 4);
        *word = narrow;
        return isfinite(f) || !isfinite(d);
    }
    bool fits = half_bits(d, &half);
    *word = half;
    return fits;
}

static bool pack_float(Thread *thread, const Struct *s, const Field *field, Value v, uint8_t *at) {
    double d;
    uint64_t word;
    if (!operation_as_double(thread, v, &d)) {
        error_clear(thread);
        return fail(thread, "required argument is not a float");
    }
    bool as_in_c = s->is_native && field->size == sizeof(float); // too large is infinite
    bool fits = float_bits(d, field->size, &word) || as_in_c;
    if (!fits && is_integral(v))
        return fail(thread, "int too large to convert");
    if (!fits)
        return raise_false(thread, ERROR_OverflowError, "float too large to pack with %c format",
                           field->code->letter);
    put_word(s, at, word, field->size);
    return true;
}

static Value unpack_float(const Struct *s, const Field *field, const uint8_t *at) {
    uint64_t word = get_word(s, at, field->size);
    uint32_t narrow = (uint32_t)word;
    double d;
    float f;
    if (field->size == 2)
        return value_foreign_float(half_value((uint16_t)word));
    memcpy(&f, &narrow, 4);
    memcpy(&d, &word, 8);
    return value_foreign_float(field->size == 4 ? (double)f : d);
}

static bool pack_bytes(Thread *thread, const Field *field, Value v, uint8_t *at) {
    BytesView view;
    bool pascal = field->code->kind == CODE_PASCAL;
    if ((!is_bytes(v) && !has_layout(v, LAYOUT_BYTEARRAY)) || !bytes_view(thread, v, &view))
        return fail(thread, "argument for '%c' must be a bytes object", field->code->letter);
    size_t room = field->size - (pascal && field->size > 0), length = view.length;
    length = length < room ? length : room;
    if (pascal && field->size > 0)
        *at++ = (uint8_t)(length < 255 ? length : 255);
    memcpy(at, view.data, length);
    return true;
}

static Value unpack_bytes(Thread *thread, const Field *field, const uint8_t *at) {
    if (field->code->kind != CODE_PASCAL || field->size == 0)
        return value_object(bytes_new(thread, at, field->size));
    size_t length = at[0] < field->size - 1 ? at[0] : field->size - 1;
    return value_object(bytes_new(thread, at + 1, length));
}

static bool pack_item(Thread *thread, const Struct *s, const Field *field, Value v, uint8_t *at) {
    switch (field->code->kind) {
    case CODE_CHAR:
        if (!is_bytes(v) || as_bytes(v)->length != 1)
            return fail(thread, "char format requires a bytes object of length 1");
        *at = as_bytes(v)->data[0];
        return true;
    case CODE_STRING:
    case CODE_PASCAL:
        return pack_bytes(thread, field, v, at);
    case CODE_BOOL: {
        int truth = operation_truth(thread, v);
        *at = truth > 0;
        return truth >= 0;
    }
    case CODE_FLOAT:
        return pack_float(thread, s, field, v, at);
    default:
        return pack_int(thread, s, field, v, at);
    }
}

static Value unpack_item(Thread *thread, const Struct *s, const Field *field, const uint8_t *at) {
    uint64_t word;
    switch (field->code->kind) {
    case CODE_CHAR:
        return value_object(bytes_new(thread, at, 1));
    case CODE_STRING:
    case CODE_PASCAL:
        return unpack_bytes(thread, field, at);
    case CODE_BOOL:
        return value_bool(*at != 0);
    case CODE_FLOAT:
        return unpack_float(s, field, at);
    default:
        word = get_word(s, at, field->size);
        if (field->code->kind != CODE_SIGNED)
            return int_from_uint64(thread, word);
        return int_from_int64(thread, sign_extend(word, field->size));
    }
}

// ---- Whole structs ----

static bool pack_all(Thread *thread, const Struct *s, const Value *items, uint8_t *to) {
    for (size_t i = 0; i < s->field_count; i++) {
        const Field *field = &s->fields[i];
        for (size_t k = 0; k < field->count; k++)
            if (!pack_item(thread, s, field, *items++, to + field->offset + k * field->size))
                return false;
    }
    return true;
}

static Value unpack_all(Thread *thread, const Struct *s, const uint8_t *from) {
    Tuple *result = tuple_new(thread, s->item_count);
    Value *item = result->items;
    for (size_t i = 0; i < s->item_count; i++)
        item[i] = VALUE_NONE;
    for (size_t i = 0; i < s->field_count; i++) {
        const Field *field = &s->fields[i];
        for (size_t k = 0; k < field->count; k++)
            *item++ = unpack_item(thread, s, field, from + field->offset + k * field->size);
    }
    return value_object(result);
}

static Value pack_values(Thread *thread, const Struct *s, const Value *items, size_t count) {
    if (count != s->item_count)
        return fail(thread, "pack expected %zu items for packing (got %zu)", s->item_count, count)
                   ? VALUE_NONE
                   : VALUE_ERROR;
    if (s->size > (size_t)INT64_MAX / 16)
        return raise_error(thread, ERROR_MemoryError, NULL);
    Bytes *bytes = bytes_new(thread, NULL, s->size);
    memset(bytes_contents(bytes), 0, s->size);
    return pack_all(thread, s, items, bytes_contents(bytes)) ? value_object(bytes) : VALUE_ERROR;
}

static Value unpack_value(Thread *thread, const Struct *s, Value buffer) {
    BytesView view;
    if (!bytes_view(thread, buffer, &view))
        return VALUE_ERROR;
    if (view.length != s->size)
        return fail(thread, "unpack requires a buffer of %zu bytes", s->size) ? VALUE_NONE
                                                                              : VALUE_ERROR;
    return unpack_all(thread, s, view.data);
}

// Where in a buffer of `length` bytes `offset` is, negative from the end; false with an error.
static bool resolve_offset(Thread *thread, const Struct *s, int64_t offset, size_t length,
                           bool packing, size_t *at) {
    const char *from = packing ? "pack_into" : "unpack_from", *ing = packing ? "pack" : "unpack";
    if (offset < 0 && offset + (int64_t)s->size > 0)
        return packing ? fail(thread, "no space to pack %zu bytes at offset %lld", s->size,
                              (long long)offset)
                       : fail(thread, "not enough data to unpack %zu bytes at offset %lld", s->size,
                              (long long)offset);
    if (offset < 0 && offset + (int64_t)length < 0)
        return fail(thread, "offset %lld out of range for %zu-byte buffer", (long long)offset,
                    length);
    *at = (size_t)(offset < 0 ? offset + (int64_t)length : offset);
    if (*at <= length && length - *at >= s->size)
        return true;
    return fail(thread,
                "%s requires a buffer of at least %zu bytes for %sing %zu bytes at offset %zu "
                "(actual buffer size is %zu)",
                from, s->size + *at, ing, s->size, *at, length);
}

static Value unpack_from(Thread *thread, const Struct *s, Value buffer, Value offset) {
    BytesView view;
    int64_t where;
    size_t at;
    if (!bytes_view(thread, buffer, &view) || !operation_index_int64(thread, offset, &where) ||
        !resolve_offset(thread, s, where, view.length, false, &at))
        return VALUE_ERROR;
    return unpack_all(thread, s, view.data + at);
}

// items: buffer, offset, values
static Value pack_into(Thread *thread, const Struct *s, const Value *items, size_t count) {
    uint8_t *data;
    size_t length, at;
    int64_t offset;
    if (count < 2 || count - 2 != s->item_count) {
        if (count < 2)
            raise_struct_error(thread, "pack_into expected %s argument",
                               count == 0 ? "buffer" : "offset");
        else
            raise_struct_error(thread, "pack_into expected %zu items for packing (got %zu)",
                               s->item_count, count - 2);
        return VALUE_ERROR;
    }
    if (!bytes_view_argument(thread, items[0], "argument", &data, &length) ||
        !operation_index_size(thread, items[1], ERROR_IndexError, &offset) ||
        !resolve_offset(thread, s, offset, length, true, &at))
        return VALUE_ERROR;
    // Converting a value can run Mini code, which may change the buffer: so it comes first.
    Value packed = pack_values(thread, s, items + 2, count - 2);
    if (is_error(packed) || !bytes_view_writable(thread, items[0], &data, &length) ||
        !resolve_offset(thread, s, offset, length, true, &at))
        return VALUE_ERROR;
    memcpy(data + at, as_bytes(packed)->data, s->size);
    return VALUE_NONE;
}

static Value iter_unpack(Thread *thread, const Struct *s, Value buffer) {
    BytesView view;
    if (s->size == 0) {
        raise_struct_error(thread, "cannot iteratively unpack with a struct of length 0");
        return VALUE_ERROR;
    }
    if (!bytes_view(thread, buffer, &view))
        return VALUE_ERROR;
    if (view.length % s->size != 0) {
        raise_struct_error(
            thread, "iterative unpacking requires a buffer of a multiple of %zu bytes", s->size);
        return VALUE_ERROR;
    }
    List *rows = list_new(thread, view.length / s->size);
    for (size_t at = 0; at < view.length; at += s->size)
        list_append(thread, rows, unpack_all(thread, s, view.data + at));
    return operation_iter(thread, value_object(rows));
}

// ---- Natives ----

static Value struct_construct(Thread *thread, Value callee, Value *args, size_t count,
                              Tuple *keywords) {
    static const ArgumentsSpec spec = {"Struct", {"format"}, 1};
    Value format;
    if (!arguments_bind(thread, &spec, args, count, keywords, &format))
        return VALUE_ERROR;
    Struct *s = object_new(thread, as_type(callee));
    s->format = VALUE_NONE;
    return struct_init(thread, s, format) ? value_object(s) : VALUE_ERROR;
}

static Value method_pack(Thread *thread, Value *args) {
    return pack_values(thread, as_struct(args[0]), as_tuple(args[1])->items,
                       as_tuple(args[1])->length);
}
static Value method_pack_into(Thread *thread, Value *args) {
    return pack_into(thread, as_struct(args[0]), as_tuple(args[1])->items,
                     as_tuple(args[1])->length);
}
static Value method_unpack(Thread *thread, Value *args) {
    return unpack_value(thread, as_struct(args[0]), args[1]);
}
static Value method_unpack_from(Thread *thread, Value *args) {
    return unpack_from(thread, as_struct(args[0]), args[1], args[2]);
}
static Value method_iter_unpack(Thread *thread, Value *args) {
    return iter_unpack(thread, as_struct(args[0]), args[1]);
}

static Value get_format(Thread *thread, Value self) {
    (void)thread;
    return as_struct(self)->format;
}
static Value get_size(Thread *thread, Value self) {
    return int_from_uint64(thread, as_struct(self)->size);
}

static Value struct_repr(Thread *thread, Value self) {
    Str *format = operation_repr(thread, as_struct(self)->format);
    return format ? value_object(str_format(thread, "Struct(%s)", str_text(thread, format)))
                  : VALUE_ERROR;
}

static void struct_trace(Marker *marker, Object *object) {
    mark_value(marker, ((const Struct *)object)->format);
    mark_buffer(marker, ((const Struct *)object)->fields);
}

static const NativeSpec struct_methods[] = {
    NATIVE("pack", method_pack, "(self, /, *values)", "The bytes of the values."),
    NATIVE("pack_into", method_pack_into, "(self, /, *args)",
           "Write the values into a buffer at an offset."),
    NATIVE("unpack", method_unpack, "(self, buffer, /)", "The values in exactly these bytes."),
    NATIVE("unpack_from", method_unpack_from, "(self, /, buffer, offset=0)",
           "The values in a buffer from an offset on."),
    NATIVE("iter_unpack", method_iter_unpack, "(self, buffer, /)",
           "An iterator over the structs in a buffer."),
    NATIVE_END,
};

static const GetSetSpec struct_getsets[] = {
    GETSET("format", get_format, NULL, "The format."),
    GETSET("size", get_size, NULL, "How many bytes it takes."),
    GETSET_END,
};

const TypeSpec struct_type_spec = {
    .name = "_struct.Struct",
    .doc = "A compiled format.",
    .flags = TYPE_HAS_ATTRIBUTES,
    .size = sizeof(Struct),
    .slots = {.repr = struct_repr, .construct = struct_construct, .trace = struct_trace},
    .methods = struct_methods,
    .getsets = struct_getsets,
};

static Dict *remembered_formats(Thread *thread) {
    LibraryState *state = library_state(thread);
    if (is_undefined(state->struct_formats))
        state->struct_formats = value_object(dict_new(thread, 0));
    return as_dict(state->struct_formats);
}

// The functions of the module are given a format each time, and mostly one of a few: compiled ones
// are remembered until there are too many. NULL with an exception.
static const Struct *struct_of_format(Thread *thread, Value format) {
    enum { MOST_REMEMBERED = 100 }; // CPython's number
    Dict *known = remembered_formats(thread);
    Value found;
    if (is_exactly(format, LAYOUT_STR) && dict_get(thread, known, format, &found) > 0)
        return as_struct(found);
    Struct *s = object_new(thread, library_late_type(thread, LATE_Struct));
    if (!struct_init(thread, s, format))
        return NULL;
    if (known->length >= MOST_REMEMBERED)
        dict_clear(thread, known);
    dict_set_str(thread, known, str_exact(thread, as_str(s->format)), value_object(s));
    return s;
}

// The same from the first of a function's arguments.
static const Struct *struct_of_first(Thread *thread, const Tuple *values) {
    if (values->length > 0)
        return struct_of_format(thread, values->items[0]);
    raise_error(thread, ERROR_TypeError, "missing format argument");
    return NULL;
}

static Value function_calcsize(Thread *thread, Value *args) {
    const Struct *s = struct_of_format(thread, args[0]);
    return s ? int_from_uint64(thread, s->size) : VALUE_ERROR;
}
static Value function_pack(Thread *thread, Value *args) {
    const Tuple *values = as_tuple(args[0]);
    const Struct *s = struct_of_first(thread, values);
    return s ? pack_values(thread, s, values->items + 1, values->length - 1) : VALUE_ERROR;
}
static Value function_pack_into(Thread *thread, Value *args) {
    const Tuple *values = as_tuple(args[0]);
    const Struct *s = struct_of_first(thread, values);
    return s ? pack_into(thread, s, values->items + 1, values->length - 1) : VALUE_ERROR;
}
static Value function_unpack(Thread *thread, Value *args) {
    const Struct *s = struct_of_format(thread, args[0]);
    return s ? unpack_value(thread, s, args[1]) : VALUE_ERROR;
}
static Value function_unpack_from(Thread *thread, Value *args) {
    const Struct *s = struct_of_format(thread, args[0]);
    return s ? unpack_from(thread, s, args[1], args[2]) : VALUE_ERROR;
}
static Value function_iter_unpack(Thread *thread, Value *args) {
    const Struct *s = struct_of_format(thread, args[0]);
    return s ? iter_unpack(thread, s, args[1]) : VALUE_ERROR;
}

static const NativeSpec functions[] = {
    NATIVE("calcsize", function_calcsize, "(format, /)", "How many bytes a format takes."),
    NATIVE("pack", function_pack, "(*values)", "The bytes of the values (after the format)."),
    NATIVE("pack_into", function_pack_into, "(*args)",
           "Write values into a buffer: format, buffer, offset, values."),
    NATIVE("unpack", function_unpack, "(format, buffer, /)", "The values in exactly these bytes."),
    NATIVE("unpack_from", function_unpack_from, "(format, /, buffer, offset=0)",
           "The values in a buffer from an offset on."),
    NATIVE("iter_unpack", function_iter_unpack, "(format, buffer, /)",
           "An iterator over the structs in a buffer."),
    NATIVE_END,
};

bool struct_module_init(Thread *thread, Module *module) {
    Type *type = library_late_type(thread, LATE_Struct);
    module_add(thread, module, "Struct", value_object(type));
    module_add_natives(thread, module, functions);
    return true;
}
