// SPDX-License-Identifier: MIT
//
// Error handlers that are functions: those that programs register with codecs.register_error, and
// "namereplace", which is written in Mini.
//
// The module codecs finds the function by its name. It gets the exception that a strict codec would
// raise, and either raises or returns what to put in the place of the bad input and where to go on,
// which may be anywhere in the input, also before what was bad. As it can run anything, a decoder
// reads from a copy of its input (str_codec_keep): the original may be a bytearray or the buffer of
// a file. Unlike in CPython a handler can not exchange the input by setting error.object; that is
// told.
#include "attribute.h"
#include "bytes.h"
#include "call.h"
#include "import.h"
#include "interpreter.h"
#include "module.h"
#include "str_codec.h"
#include "tuple.h"

static Value find_handler(Thread *thread, const char *name) {
    Module *codecs = import_module(thread, str_from_c(thread, "codecs"));
    if (codecs == NULL)
        return VALUE_ERROR;
    Value lookup = module_lookup(thread, codecs, str_intern_c(thread, "lookup_error"));
    if (is_undefined(lookup))
        return raise_error(thread, ERROR_LookupError, "unknown error handler name '%s'", name);
    Value key = value_object(str_from_c(thread, name));
    return call_value(thread, lookup, &key, 1);
}

// The position, which may count from the end, in an input of `length`.
static bool take_position(Thread *thread, Value given, size_t length, size_t *next) {
    int64_t size = (int64_t)length, index = as_small_int(given);
    index = index < 0 ? index + size : index;
    if (index < 0 || index > size)
        return raise_false(thread, ERROR_IndexError,
                           "position %lld from error handler out of bounds", (long long)index);
    *next = (size_t)index;
    return true;
}

static bool is_unchanged(Thread *thread, Value error, Value input) {
    Value object = attribute_get(thread, error, str_intern_c(thread, "object"));
    return !is_error(object) &&
           (value_same(object, input) ||
            raise_false(thread, ERROR_TypeError, "decoding error handler must keep the object"));
}

bool str_codec_ask(Thread *thread, ErrorKind kind, const BadInput *bad, Value input,
                   const char *errors, HandlerAnswer *answer) {
    bool encodes = kind == ERROR_UnicodeEncodeError;
    Value handler = find_handler(thread, errors);
    if (is_error(handler))
        return false;
    str_codec_raise(thread, kind, bad, input);
    Value error = error_take(thread);
    Value given = call_value(thread, handler, &error, 1);
    if (is_error(given) || (!encodes && !is_unchanged(thread, error, input)))
        return false;
    const Value *parts =
        is_tuple(given) && as_tuple(given)->length == 2 ? as_tuple(given)->items : NULL;
    if (parts == NULL || !(is_str(parts[0]) || (encodes && is_bytes(parts[0]))))
        return raise_false(thread, ERROR_TypeError,
                           encodes ? "encoding error handler must return (str/bytes, int) tuple"
                                   : "decoding error handler must return (str, int) tuple");
    if (!is_small_int(parts[1]))
        return raise_false(thread, ERROR_TypeError,
                           "'%s' object cannot be interpreted as an integer",
                           type_name(thread, parts[1]));
    answer->replacement = parts[0];
    size_t length = encodes ? as_str(input)->length : as_bytes(input)->length;
    return take_position(thread, parts[1], length, &answer->next);
}

Bytes *str_codec_keep(Thread *thread, const uint8_t *data, size_t length, ErrorHandler handler) {
    return handler == OTHER_HANDLER ? bytes_new(thread, data, length) : NULL;
}
