// SPDX-License-Identifier: MIT
//
// Writing JSON: values are appended to one text, in one pass, with or without indentation.
//
// What a value means is decided as in CPython's encoder: subclasses of str, int, float, list,
// tuple and dict are written as those, everything else is handed to default(), whose result is
// written instead. The containers on the way down are linked through the C frames that write them;
// a value that is its own ancestor is a circle.
#include "json_module.h"

#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "execute.h"
#include "float_object.h"
#include "int.h"
#include "list.h"
#include "modules.h"
#include "operations.h"
#include "str.h"
#include "text_builder.h"
#include "tuple.h"

#include <math.h>

enum { MAXIMUM_DEPTH = 10000 };

typedef struct Writer {
    Thread *thread;
    TextBuilder out;
    Value default_function;
    Str *item_separator, *key_separator, *indent; // indent NULL: all on one line
    bool skip_keys, ensure_ascii, check_circular, allow_nan, sort_keys;
} Writer;

// A container that is being written.
typedef struct Level {
    const struct Level *outer;
    Value container;
    size_t depth;
} Level;

static bool write_value(Writer *w, Value v, const Level *level);

// ---- Strings and numbers ----

static void put_unit(TextBuilder *out, uint32_t unit) {
    static const char digits[] = "0123456789abcdef";
    char text[6] = {'\\',
                    'u',
                    digits[unit >> 12 & 15],
                    digits[unit >> 8 & 15],
                    digits[unit >> 4 & 15],
                    digits[unit & 15]};
    text_builder_add_ascii(out, text, sizeof text);
}

static void put_escaped(TextBuilder *out, uint32_t c) {
    static const char values[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
    const char *found = c != 0 && c < 128 ? strchr(values, (int)c) : NULL;
    if (found) {
        text_builder_put(out, '\\');
        text_builder_put(out, (uint8_t)names[found - values]);
    } else if (c >= 0x10000) {
        put_unit(out, 0xd800 + ((c - 0x10000) >> 10));
        put_unit(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
    } else {
        put_unit(out, c);
    }
}

static inline bool is_plain(uint32_t c, bool ensure_ascii) {
    return c >= ' ' && c != '"' && c != '\\' && (c < 0x7f || !ensure_ascii);
}

static bool write_string(Writer *w, const Str *s) {
    size_t from = 0;
    text_builder_put(&w->out, '"');
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        if (is_plain(c, w->ensure_ascii))
            continue;
        if (!thread_poll_signals(w->thread))
            return false;
        text_builder_add_slice(&w->out, s, from, i);
        put_escaped(&w->out, c);
        from = i + 1;
    }
    text_builder_add_slice(&w->out, s, from, s->length);
    text_builder_put(&w->out, '"');
    return true;
}

static bool write_int(Writer *w, Value v) {
    if (!is_small_int(v)) {
        Str *digits = int_to_str(w->thread, v, 10);
        if (digits)
            text_builder_add(&w->out, digits);
        return digits != NULL;
    }
    char buffer[24], *p = buffer + sizeof buffer;
    int64_t n = as_small_int(v);
    uint64_t rest = (uint64_t)(n < 0 ? -n : n);
    do
        *--p = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (n < 0)
        *--p = '-';
    text_builder_add_ascii(&w->out, p, (size_t)(buffer + sizeof buffer - p));
    return true;
}

static bool write_float(Writer *w, double d) {
    char buffer[FLOAT_TEXT_SIZE];
    if (isfinite(d)) {
        text_builder_add_ascii(&w->out, buffer, float_text(d, buffer));
        return true;
    }
    if (!w->allow_nan)
        return raise_false(w->thread, ERROR_ValueError,
                           "Out of range float values are not JSON compliant: %s",
                           isnan(d) ? "nan"
                           : d > 0  ? "inf"
                                    : "-inf");
    text_builder_add_c(&w->out, isnan(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity");
    return true;
}

// None, a bool, an int or a float: 1 written, 0 it is none of them, -1 exception.
static int write_atom(Writer *w, Value v) {
    if (is_none(v))
        return text_builder_add_c(&w->out, "null"), 1;
    if (is_bool(v))
        return text_builder_add_c(&w->out, is_true(v) ? "true" : "false"), 1;
    if (is_int(v))
        return write_int(w, v) ? 1 : -1;
    if (is_any_float(v))
        return write_float(w, float_value(v)) ? 1 : -1;
    return 0;
}

// ---- Containers ----

static void new_line(Writer *w, size_t depth) {
    if (w->indent == NULL)
        return;
    text_builder_put(&w->out, '\n');
    for (size_t i = 0; i < depth; i++)
        text_builder_add(&w->out, w->indent);
}

static bool enter(Writer *w, Level *level, const Level *outer, Value v) {
    *level = (Level){outer, v, outer ? outer->depth + 1 : 1};
    if ((char *)level < w->thread->native_stack_limit || level->depth > MAXIMUM_DEPTH)
        return raise_false(w->thread, ERROR_RecursionError,
                           "maximum recursion depth exceeded while encoding a JSON object");
    for (const Level *l = outer; w->check_circular && l; l = l->outer)
        if (value_same(l->container, v))
            return raise_false(w->thread, ERROR_ValueError, "Circular reference detected");
    return true;
}

// A list or tuple as it is, for it may change meanwhile; what a class of its own gives, at once.
static Value plain_sequence(Thread *thread, Value v) {
    if (is_exactly(v, LAYOUT_LIST) || is_exactly(v, LAYOUT_TUPLE))
        return v;
    Value iterator = operation_iter(thread, v);
    if (!is_error(iterator))
        return operation_to_list(thread, iterator);
    if (!error_matches(thread, ERROR_TypeError))
        return VALUE_ERROR;
    error_clear(thread);
    return raise_error(thread, ERROR_TypeError, "_iterencode_list needs a sequence");
}

static bool write_sequence(Writer *w, Value v, const Level *outer) {
    Level level;
    if (!enter(w, &level, outer, v))
        return false;
    if (is_error(v = plain_sequence(w->thread, v)))
        return false;
    text_builder_put(&w->out, '[');
    size_t written = 0;
    for (;; written++) {
        size_t length = is_list(v) ? as_list(v)->length : as_tuple(v)->length;
        if (written >= length)
            break;
        Value item = is_list(v) ? as_list(v)->items[written] : as_tuple(v)->items[written];
        if (written > 0)
            text_builder_add(&w->out, w->item_separator);
        new_line(w, level.depth);
        if (!write_value(w, item, &level))
            return false;
    }
    if (written > 0)
        new_line(w, level.depth - 1);
    text_builder_put(&w->out, ']');
    return true;
}

// 1 written; 0 the item is to be left out; -1 exception. A separator stands before all but the
// first.
static int write_key(Writer *w, Value key, size_t depth, bool first) {
    bool is_atom = is_none(key) || is_integral(key) || is_any_float(key);
    if (!is_str(key) && !is_atom) {
        if (w->skip_keys)
            return 0;
        return raise_minus_one(w->thread, ERROR_TypeError,
                               "keys must be str, int, float, bool or None, not %s",
                               type_name(w->thread, key));
    }
    if (!first)
        text_builder_add(&w->out, w->item_separator);
    new_line(w, depth);
    if (is_str(key)) {
        if (!write_string(w, as_str(key)))
            return -1;
    } else {
        text_builder_put(&w->out, '"');
        if (write_atom(w, key) < 0)
            return -1;
        text_builder_put(&w->out, '"');
    }
    text_builder_add(&w->out, w->key_separator);
    return 1;
}

static bool write_member(Writer *w, Value key, Value v, const Level *level, bool *first) {
    int written = write_key(w, key, level->depth, *first);
    if (written <= 0)
        return written == 0;
    *first = false;
    return write_value(w, v, level);
}

static bool write_items(Writer *w, Value dict, const Level *level, bool *first) {
    Thread *thread = w->thread;
    Value items = call_method(thread, dict, str_intern_c(thread, "items"), NULL, 0);
    Value list = is_error(items) ? items : operation_to_list(thread, items);
    if (is_error(list) || (w->sort_keys && !list_sort(thread, as_list(list), VALUE_NONE, false)))
        return false;
    for (size_t i = 0; i < as_list(list)->length; i++) {
        Value pair = as_list(list)->items[i];
        if (!is_tuple(pair) || as_tuple(pair)->length != 2)
            return raise_false(thread, ERROR_ValueError, "items must return 2-tuples");
        if (!write_member(w, as_tuple(pair)->items[0], as_tuple(pair)->items[1], level, first))
            return false;
    }
    return true;
}

static bool write_plain_dict(Writer *w, const Dict *dict, const Level *level, bool *first) {
    size_t position = 0;
    Value key, v;
    while (dict_next(dict, &position, &key, &v))
        if (!write_member(w, key, v, level, first))
            return false;
    return true;
}

static bool write_dict(Writer *w, Value v, const Level *outer) {
    Level level;
    bool first = true;
    if (!enter(w, &level, outer, v))
        return false;
    text_builder_put(&w->out, '{');
    bool plain = is_exactly(v, LAYOUT_DICT) && !w->sort_keys;
    if (!(plain ? write_plain_dict(w, as_dict(v), &level, &first)
                : write_items(w, v, &level, &first)))
        return false;
    if (!first)
        new_line(w, level.depth - 1);
    text_builder_put(&w->out, '}');
    return true;
}

static bool write_other(Writer *w, Value v, const Level *outer) {
    Level level;
    if (!enter(w, &level, outer, v))
        return false;
    Value replacement = call_1(w->thread, w->default_function, v);
    if (is_error(replacement))
        return false;
    // The replacement stands at the depth of what it replaces.
    level.depth--;
    return write_value(w, replacement, &level);
}

static bool write_value(Writer *w, Value v, const Level *level) {
    if (!thread_poll_signals(w->thread))
        return false; // natives alone write a list of millions of numbers
    if (is_str(v))
        return write_string(w, as_str(v));
    int written = write_atom(w, v);
    if (written != 0)
        return written > 0;
    if (is_dict(v))
        return write_dict(w, v, level);
    if (is_list(v) || is_tuple(v))
        return write_sequence(w, v, level);
    return write_other(w, v, level);
}

// ---- Natives ----

static bool set_flag(Thread *thread, Value v, bool *flag) {
    int truth = operation_truth(thread, v);
    *flag = truth > 0;
    return truth >= 0;
}

static bool set_text(Thread *thread, Value v, const char *what, Str **text) {
    if (!is_str(v))
        return raise_false(thread, ERROR_TypeError,
                           "make_encoder() argument %s must be str, not %s", what,
                           type_name(thread, v));
    *text = as_str(v);
    return true;
}

static Value encode_string(Thread *thread, Value v, bool ensure_ascii) {
    Writer w = {.thread = thread, .ensure_ascii = ensure_ascii};
    if (!is_str(v))
        return raise_error(thread, ERROR_TypeError, "first argument must be a string, not %s",
                           type_name(thread, v));
    text_builder_init(&w.out, thread);
    return write_string(&w, as_str(v)) ? value_object(text_builder_finish(&w.out)) : VALUE_ERROR;
}

// args: o, default, item_separator, key_separator, indent, skipkeys, ensure_ascii, check_circular,
// allow_nan, sort_keys
static Value json_encode(Thread *thread, Value *args) {
    Writer w = {.thread = thread, .default_function = args[1]};
    if (!set_flag(thread, args[6], &w.ensure_ascii))
        return VALUE_ERROR;
    if (is_str(args[0]))
        return encode_string(thread, args[0], w.ensure_ascii);
    if ((!is_none(args[4]) && !set_text(thread, args[4], "4", &w.indent)) ||
        !set_text(thread, args[3], "5", &w.key_separator) ||
        !set_text(thread, args[2], "6", &w.item_separator) ||
        !set_flag(thread, args[5], &w.skip_keys) || !set_flag(thread, args[7], &w.check_circular) ||
        !set_flag(thread, args[8], &w.allow_nan) || !set_flag(thread, args[9], &w.sort_keys))
        return VALUE_ERROR;
    text_builder_init(&w.out, thread);
    return write_value(&w, args[0], NULL) ? value_object(text_builder_finish(&w.out)) : VALUE_ERROR;
}

static Value json_encode_string(Thread *thread, Value *args) {
    return encode_string(thread, args[0], false);
}
static Value json_encode_string_ascii(Thread *thread, Value *args) {
    return encode_string(thread, args[0], true);
}

const NativeSpec json_write_functions[] = {
    NATIVE("_encode", json_encode,
           "(o, default, item_separator, key_separator, indent, skipkeys, ensure_ascii, "
           "check_circular, allow_nan, sort_keys, /)",
           "The JSON text of o."),
    NATIVE("_encode_basestring", json_encode_string, "(string, /)", "A JSON string."),
    NATIVE("_encode_basestring_ascii", json_encode_string_ascii, "(string, /)",
           "A JSON string in ASCII."),
    NATIVE_END,
};

bool json_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, json_scan_functions);
    module_add_natives(thread, module, json_write_functions);
    return true;
}
