// SPDX-License-Identifier: MIT
//
// Writing values: who is asked in which order, and what is written for numbers, text and bytes.
//
// The order is that of CPython's C implementation: first persistent_id, then the constants and
// numbers, then the memo, then the built-in types, and only then (pickle_reduce.c)
// reducer_override, the dispatch table and the object itself. The walk is recursive;
// native_enter_for makes a RecursionError of a nesting that the C stack has no room for.
#include "pickle_parts.h"

#include "attribute.h"
#include "bytearray.h"
#include "bytes.h"
#include "call.h"
#include "dict.h"
#include "execute.h"
#include "float_object.h"
#include "import.h"
#include "int.h"
#include "str.h"
#include "text_builder.h"
#include "tuple.h"

#include <stdio.h>

Value pickle_module_attribute(Thread *thread, const char *module, const char *name) {
    Value found = import_any(thread, str_intern_c(thread, module));
    return is_error(found) ? found : attribute_get(thread, found, str_intern_c(thread, name));
}

void pickle_raise(Thread *thread, const char *name, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Value text = value_object(str_format_v(thread, format, args));
    va_end(args);
    Value cls = pickle_module_attribute(thread, "_pickle", name);
    Value error = is_error(cls) ? cls : call_1(thread, cls, text);
    if (!is_error(error))
        raise_value(thread, error);
}

const char *pickle_shown(Thread *thread, Value v) {
    Str *text = operation_repr(thread, v);
    return text ? str_text(thread, text) : NULL;
}

bool pickle_map_names(Thread *thread, const char *map, Value *module, Value *name) {
    Value function = pickle_module_attribute(thread, "_pickle", map);
    Value pair = is_error(function) ? function : call_2(thread, function, *module, *name);
    if (is_error(pair))
        return false;
    const Value *items =
        is_tuple(pair) && as_tuple(pair)->length == 2 ? as_tuple(pair)->items : NULL;
    if (!items || !is_str(items[0]) || !is_str(items[1]))
        return raise_false(thread, ERROR_RuntimeError,
                           "the tables of _compat_pickle should hold names and pairs of names");
    *module = items[0];
    *name = items[1];
    return true;
}

// ---- Numbers ----

static void save_small(Thread *thread, Pickler *p, int64_t n) {
    if (n >= 0 && n <= UINT8_MAX)
        pickle_put_number(thread, p, PICKLE_BININT1, (uint64_t)n, 1);
    else if (n >= 0 && n <= UINT16_MAX)
        pickle_put_number(thread, p, PICKLE_BININT2, (uint64_t)n, 2);
    else
        pickle_put_number(thread, p, PICKLE_BININT, (uint64_t)n, 4);
}

static bool save_decimal(Thread *thread, Pickler *p, Value v, bool is_long) {
    Str *digits = int_to_str(thread, v, 10);
    if (!digits)
        return false;
    pickle_put_byte(thread, p, is_long ? PICKLE_LONG : PICKLE_INT);
    pickle_put(thread, p, str_bytes(digits), digits->length);
    pickle_put(thread, p, is_long ? "L\n" : "\n", is_long ? 2 : 1);
    return true;
}

// In two's complement, as few bytes as possible.
static bool save_long(Thread *thread, Pickler *p, Value v) {
    size_t size = int_bit_length(v) / 8 + 1;
    if (size > INT32_MAX)
        return raise_false(thread, ERROR_OverflowError, "int too large to pickle");
    uint8_t *bytes = heap_allocate_bytes(thread_heap(thread), size);
    int_to_bytes(v, bytes, size, true, true);
    if (size > 1 && bytes[size - 1] == 0xff && bytes[size - 2] & 0x80)
        size--;
    if (size < 256)
        pickle_put_number(thread, p, PICKLE_LONG1, size, 1);
    else
        pickle_put_number(thread, p, PICKLE_LONG4, size, 4);
    pickle_put(thread, p, bytes, size);
    return true;
}

static bool save_int(Thread *thread, Pickler *p, Value v) {
    int64_t n;
    bool small = int_to_int64(v, &n) && n >= INT32_MIN && n <= INT32_MAX;
    if (!p->binary)
        return save_decimal(thread, p, v, !small);
    if (small)
        save_small(thread, p, n);
    else
        return p->protocol >= 2 ? save_long(thread, p, v) : save_decimal(thread, p, v, true);
    return true;
}

static void save_float(Thread *thread, Pickler *p, double d) {
    char text[FLOAT_TEXT_SIZE + 2];
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    if (p->binary) {
        pickle_put_number(thread, p, PICKLE_BINFLOAT, __builtin_bswap64(bits), 8);
        return;
    }
    size_t length = float_text(d, text + 1);
    text[0] = PICKLE_FLOAT;
    text[1 + length] = '\n';
    pickle_put(thread, p, text, length + 2);
}

static void save_bool(Thread *thread, Pickler *p, bool b) {
    if (p->protocol >= 2)
        pickle_put_byte(thread, p, b ? PICKLE_NEWTRUE : PICKLE_NEWFALSE);
    else
        pickle_put(thread, p, b ? "I01\n" : "I00\n", 4);
}

// ---- Text and bytes ----

// The opcodes for a length of one byte, of four and of eight; 0: there is none.
typedef struct SizedOpcodes {
    uint8_t one, four, eight;
    const char *what;
} SizedOpcodes;

static bool put_sized(Thread *thread, Pickler *p, const SizedOpcodes *codes, const uint8_t *data,
                      size_t length, Value owner) {
    uint8_t header[9];
    bool one = codes->one != 0 && length <= UINT8_MAX;
    bool four = !one && codes->four != 0 && length <= UINT32_MAX;
    size_t size = one ? 1 : four ? 4 : 8;
    if (size == 8 && p->protocol < 4)
        return raise_false(thread, ERROR_OverflowError,
                           "serializing a %s larger than 4 GiB requires pickle protocol 4 or "
                           "higher",
                           codes->what);
    header[0] = one ? codes->one : four ? codes->four : codes->eight;
    for (size_t i = 0; i < size; i++)
        header[1 + i] = (uint8_t)((uint64_t)length >> 8 * i);
    return pickle_put_large(thread, p, header, 1 + size, data, length, owner);
}

// Protocol 0: a line with escapes for what Latin-1 does not have and what would end the line.
static void put_escaped(Thread *thread, Pickler *p, const Str *s) {
    char text[12];
    pickle_put_byte(thread, p, PICKLE_UNICODE);
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        bool plain = c < 256 && c != '\\' && c != 0 && c != '\n' && c != '\r' && c != 0x1a;
        int length =
            plain ? 1 : snprintf(text, sizeof text, c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
        if (plain)
            text[0] = (char)c;
        pickle_put(thread, p, text, (size_t)length);
    }
    pickle_put_byte(thread, p, '\n');
}

static bool save_str(Thread *thread, Pickler *p, Value v) {
    Str *s = as_str(v);
    if (!p->binary) {
        put_escaped(thread, p, s);
        return pickle_memoize(thread, p, v);
    }
    SizedOpcodes codes = {p->protocol >= 4 ? PICKLE_SHORT_BINUNICODE : 0, PICKLE_BINUNICODE,
                          PICKLE_BINUNICODE8, "string"};
    size_t length;
    const char *text = str_utf8(thread, s, &length);
    return put_sized(thread, p, &codes, (const uint8_t *)text, length, VALUE_UNDEFINED) &&
           pickle_memoize(thread, p, v);
}

// Before protocol 3 there are no bytes; they are made from text when they are read.
static bool save_old_bytes(Thread *thread, Pickler *p, Value owner, const uint8_t *data,
                           size_t length) {
    if (length == 0)
        return pickle_save_call(thread, p, value_object(builtin_type(thread, TYPE_bytes)),
                                value_object(thread->interpreter->empty_tuple), owner);
    Value encode = pickle_module_attribute(thread, "_codecs", "encode");
    if (is_error(encode))
        return false;
    Value args = tuple_pair(thread, value_object(str_new_latin1(thread, data, length)),
                            value_object(str_intern_c(thread, "latin1")));
    return pickle_save_call(thread, p, encode, args, owner);
}

bool pickle_save_bytes(Thread *thread, Pickler *p, Value owner, const uint8_t *data,
                       size_t length) {
    static const SizedOpcodes codes = {PICKLE_SHORT_BINBYTES, PICKLE_BINBYTES, PICKLE_BINBYTES8,
                                       "bytes object"};
    if (p->protocol < 3)
        return save_old_bytes(thread, p, owner, data, length);
    return put_sized(thread, p, &codes, data, length, owner) && pickle_memoize(thread, p, owner);
}

bool pickle_save_bytearray(Thread *thread, Pickler *p, Value owner, const uint8_t *data,
                           size_t length) {
    static const SizedOpcodes codes = {0, 0, PICKLE_BYTEARRAY8, "bytearray"};
    if (p->protocol >= 5)
        return put_sized(thread, p, &codes, data, length, owner) &&
               pickle_memoize(thread, p, owner);
    Value bytes = value_object(bytes_new(thread, data, length));
    Tuple *args =
        length == 0 ? thread->interpreter->empty_tuple : tuple_from_array(thread, &bytes, 1);
    return pickle_save_call(thread, p, value_object(builtin_type(thread, TYPE_bytearray)),
                            value_object(args), owner);
}

// ---- Which of them it is ----

// 1 written, 0 none of them, -1 exception.
static int save_atom(Thread *thread, Pickler *p, Value v) {
    if (is_small_int(v) && p->binary && as_small_int(v) == (int32_t)as_small_int(v))
        return save_small(thread, p, as_small_int(v)), 1;
    if (is_small_int(v) || is_exactly(v, LAYOUT_INT))
        return save_int(thread, p, v) ? 1 : -1;
    if (is_float(v))
        save_float(thread, p, as_float(v));
    else if (is_none(v))
        pickle_put_byte(thread, p, PICKLE_NONE);
    else if (is_bool(v))
        save_bool(thread, p, is_true(v));
    else
        return 0;
    return 1;
}

static bool save_any_set(Thread *thread, Pickler *p, Value v) {
    if (object_type(v) == builtin_type(thread, TYPE_set))
        return pickle_save_set(thread, p, v);
    return pickle_save_frozenset(thread, p, v);
}

static bool save_compound(Thread *thread, Pickler *p, Value v) {
    switch (is_object(v) ? object_type(v)->exact_layout : LAYOUT_NONE) {
    case LAYOUT_LIST:
        return pickle_save_list(thread, p, v);
    case LAYOUT_TUPLE: // records are tuples, too
        return object_type(v) == builtin_type(thread, TYPE_tuple) ? pickle_save_tuple(thread, p, v)
                                                                  : pickle_save_other(thread, p, v);
    case LAYOUT_DICT:
        return pickle_save_dict(thread, p, v);
    case LAYOUT_SET:
        return save_any_set(thread, p, v);
    case LAYOUT_BYTEARRAY:
        return pickle_save_bytearray(thread, p, v, as_bytearray(v)->data, as_bytearray(v)->length);
    default:
        return pickle_save_other(thread, p, v);
    }
}

// Without asking persistent_id.
static bool pickle_save_unasked(Thread *thread, Pickler *p, Value v) {
    int atom = save_atom(thread, p, v);
    if (atom != 0)
        return atom > 0;
    const PickleMemoEntry *known = pickle_memo_find(&p->memo, v);
    if (known) {
        pickle_put_get(thread, p, known->index);
        return true;
    }
    if (is_exactly(v, LAYOUT_STR))
        return save_str(thread, p, v);
    if (is_exactly(v, LAYOUT_BYTES))
        return pickle_save_bytes(thread, p, v, as_bytes(v)->data, as_bytes(v)->length);
    if (!thread_poll_signals(thread) || !native_enter_for(thread, " while pickling an object"))
        return false;
    bool good = save_compound(thread, p, v);
    native_leave(thread);
    return good;
}

// ---- Persistent ids ----

static bool save_persistent_line(Thread *thread, Pickler *p, Value id) {
    Str *text = operation_str(thread, id);
    if (!text)
        return false;
    if (!text->ascii)
        return pickling_error(thread, "persistent IDs in protocol 0 must be ASCII strings");
    pickle_put_byte(thread, p, PICKLE_PERSID);
    pickle_put(thread, p, str_bytes(text), text->length);
    pickle_put_byte(thread, p, '\n');
    return true;
}

// 1 written, 0 it has none, -1 exception.
static int save_persistent(Thread *thread, Pickler *p, Value v) {
    Value id = call_1(thread, p->persistent_id, v);
    if (is_error(id) || is_none(id))
        return is_none(id) ? 0 : -1;
    if (!p->binary)
        return save_persistent_line(thread, p, id) ? 1 : -1;
    if (!pickle_save_unasked(thread, p, id))
        return -1;
    pickle_put_byte(thread, p, PICKLE_BINPERSID);
    return 1;
}

bool pickle_save(Thread *thread, Pickler *p, Value v) {
    if (!pickle_boundary(thread, p))
        return false;
    if (!is_undefined(p->persistent_id)) {
        int done = save_persistent(thread, p, v);
        if (done != 0)
            return done > 0;
    }
    return pickle_save_unasked(thread, p, v);
}
