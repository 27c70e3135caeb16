// SPDX-License-Identifier: MIT
//
// Running a pickle: the loop over its instructions, and those that push numbers and bytes, or move
// things between stack and memo. Text is in pickle_text.c, what is built in pickle_build.c.
//
// Every instruction checks for itself that the stack holds what it needs: a pickle may come from
// anywhere. The loop looks for Ctrl-C now and then, but gives the GIL to nobody.
#include "pickle_parts.h"

#include "bytearray.h"
#include "bytes.h"
#include "execute.h"
#include "float_object.h"
#include "int.h"
#include "memoryview.h"
#include "str.h"

enum { POLL_INTERVAL = 1024 };

// ---- The loop ----

static bool bad_opcode(Thread *thread, uint8_t code) {
    if (code >= ' ' && code < 0x7f && code != '\'' && code != '\\')
        return unpickling_error(thread, "invalid load key, '%c'.", code);
    return unpickling_error(thread, "invalid load key, '\\x%02x'.", code);
}

// The next instruction; where there is none the pickle is not cut off, it has ended too early.
static const uint8_t *next_code(Thread *thread, Unpickler *u) {
    if (__builtin_expect(u->next < u->length, 1))
        return &u->data[u->next++];
    u->at_code = true;
    const uint8_t *code = unpickle_take_slow(thread, u, 1);
    u->at_code = false;
    return code;
}

Value unpickle_run(Thread *thread, Unpickler *u) {
    static UnpickleStep *const steps[256] = {
#define OPCODE(name, byte, argument, function) [byte] = pickle_opcode_##function,
#include "pickle_opcodes.def"
#undef OPCODE
    };
    u->stopped = false;
    for (uint32_t count = 1; !u->stopped; count++) {
        const uint8_t *code = next_code(thread, u);
        if (!code)
            return VALUE_ERROR;
        UnpickleStep *step = steps[*code];
        if (!(step ? step(thread, u) : bad_opcode(thread, *code)))
            return VALUE_ERROR;
        if (count % POLL_INTERVAL == 0 && !thread_poll_signals(thread))
            return VALUE_ERROR;
    }
    Value result = unpickle_pop(thread, u);
    return is_error(result) || unpickle_skip_used(thread, u) ? result : VALUE_ERROR;
}

bool pickle_opcode_stop(Thread *thread, Unpickler *u) {
    (void)thread;
    u->stopped = true;
    return true;
}

bool pickle_opcode_proto(Thread *thread, Unpickler *u) {
    const uint8_t *at = unpickle_take(thread, u, 1);
    if (at && *at > PICKLE_HIGHEST_PROTOCOL)
        return raise_false(thread, ERROR_ValueError, "unsupported pickle protocol: %d", *at);
    if (at)
        u->protocol = *at;
    return at != NULL;
}

// `what` names the opcode in the message about lengths that no machine could hold.
static bool take_length(Thread *thread, Unpickler *u, size_t size, const char *what, size_t *n) {
    uint64_t length;
    if (!unpickle_take_number(thread, u, size, &length))
        return false;
    if (length > INT64_MAX)
        return raise_false(thread, ERROR_OverflowError,
                           "%s exceeds system's maximum size of %lld bytes", what,
                           (long long)INT64_MAX);
    *n = (size_t)length;
    return true;
}

// The frame is fetched, and then read from its start.
bool pickle_opcode_frame(Thread *thread, Unpickler *u) {
    uint64_t length;
    if (!unpickle_take_number(thread, u, 8, &length))
        return false;
    if (length > INT64_MAX)
        return raise_false(thread, ERROR_OverflowError,
                           "FRAME length exceeds system's maximum of %lld bytes",
                           (long long)INT64_MAX);
    if (!unpickle_take(thread, u, (size_t)length))
        return false;
    u->next -= (size_t)length;
    return true;
}

// ---- Stack and memo ----

bool pickle_opcode_dup(Thread *thread, Unpickler *u) {
    return unpickle_need(thread, u, 1) && unpickle_push(thread, u, u->stack[u->depth - 1]);
}

bool pickle_opcode_pop(Thread *thread, Unpickler *u) {
    size_t start;
    if (u->mark_count > 0 && u->depth == u->fence)
        return unpickle_pop_mark(thread, u, &start);
    return !is_error(unpickle_pop(thread, u));
}

bool pickle_opcode_pop_mark(Thread *thread, Unpickler *u) {
    return unpickle_pop_mark(thread, u, &u->depth);
}

static bool put(Thread *thread, Unpickler *u, uint64_t index) {
    return unpickle_need(thread, u, 1) &&
           unpickle_put_memo(thread, u, index, u->stack[u->depth - 1]);
}

bool pickle_opcode_memoize(Thread *thread, Unpickler *u) {
    return put(thread, u, u->memo.count);
}
bool pickle_opcode_put1(Thread *thread, Unpickler *u) {
    const uint8_t *at = unpickle_take(thread, u, 1);
    return at && put(thread, u, *at);
}
bool pickle_opcode_put4(Thread *thread, Unpickler *u) {
    uint64_t index;
    return unpickle_take_number(thread, u, 4, &index) && put(thread, u, index);
}

static bool get(Thread *thread, Unpickler *u, uint64_t index) {
    Value v = unpickle_get_memo(thread, u, index);
    if (is_undefined(v))
        return unpickling_error(thread, "Memo value not found at index %llu",
                                (unsigned long long)index);
    return !is_error(v) && unpickle_push(thread, u, v);
}

bool pickle_opcode_get1(Thread *thread, Unpickler *u) {
    const uint8_t *at = unpickle_take(thread, u, 1);
    return at && get(thread, u, *at);
}
bool pickle_opcode_get4(Thread *thread, Unpickler *u) {
    uint64_t index;
    return unpickle_take_number(thread, u, 4, &index) && get(thread, u, index);
}

static bool take_index(Thread *thread, Unpickler *u, Value *v, int64_t *index) {
    size_t length;
    const uint8_t *line = unpickle_take_line(thread, u, &length);
    if (!line)
        return false;
    Str *text = str_new_latin1(thread, line, length);
    *v = int_from_str(thread, text, 10, value_object(text));
    return !is_error(*v) && operation_index_int64(thread, *v, index);
}

bool pickle_opcode_put_line(Thread *thread, Unpickler *u) {
    Value v;
    int64_t index;
    if (!unpickle_need(thread, u, 1) || !take_index(thread, u, &v, &index))
        return false;
    if (index < 0)
        return raise_false(thread, ERROR_ValueError, "negative PUT argument");
    return put(thread, u, (uint64_t)index);
}
bool pickle_opcode_get_line(Thread *thread, Unpickler *u) {
    Value v;
    int64_t index;
    if (!take_index(thread, u, &v, &index))
        return false;
    if (index < 0)
        return unpickling_error(thread, "Memo value not found at index %lld", (long long)index);
    return get(thread, u, (uint64_t)index);
}

// ---- Constants and numbers ----

bool pickle_opcode_none(Thread *thread, Unpickler *u) {
    return unpickle_push(thread, u, VALUE_NONE);
}
bool pickle_opcode_true(Thread *thread, Unpickler *u) {
    return unpickle_push(thread, u, VALUE_TRUE);
}
bool pickle_opcode_false(Thread *thread, Unpickler *u) {
    return unpickle_push(thread, u, VALUE_FALSE);
}

bool pickle_opcode_binint1(Thread *thread, Unpickler *u) {
    const uint8_t *at = unpickle_take(thread, u, 1);
    return at && unpickle_push(thread, u, value_small_int(*at));
}
bool pickle_opcode_binint2(Thread *thread, Unpickler *u) {
    const uint8_t *at = unpickle_take(thread, u, 2);
    return at && unpickle_push(thread, u, value_small_int(at[0] | at[1] << 8));
}
bool pickle_opcode_binint(Thread *thread, Unpickler *u) {
    uint64_t n;
    return unpickle_take_number(thread, u, 4, &n) &&
           unpickle_push(thread, u, value_small_int((int32_t)(uint32_t)n));
}

static bool push_long(Thread *thread, Unpickler *u, size_t size) {
    const uint8_t *at = unpickle_take(thread, u, size);
    if (!at)
        return false;
    Value v = size == 0 ? value_small_int(0) : int_from_bytes(thread, at, size, true, true);
    return !is_error(v) && unpickle_push(thread, u, v);
}
bool pickle_opcode_long1(Thread *thread, Unpickler *u) {
    const uint8_t *at = unpickle_take(thread, u, 1);
    return at && push_long(thread, u, *at);
}
bool pickle_opcode_long4(Thread *thread, Unpickler *u) {
    uint64_t size;
    if (!unpickle_take_number(thread, u, 4, &size))
        return false;
    if (size > INT32_MAX)
        return unpickling_error(thread, "LONG pickle has negative byte count");
    return push_long(thread, u, (size_t)size);
}

bool pickle_opcode_binfloat(Thread *thread, Unpickler *u) {
    const uint8_t *at = unpickle_take(thread, u, 8);
    uint64_t bits;
    double d;
    if (!at)
        return false;
    memcpy(&bits, at, sizeof bits);
    bits = __builtin_bswap64(bits);
    memcpy(&d, &bits, sizeof d);
    return unpickle_push(thread, u, value_foreign_float(d));
}

bool pickle_opcode_float_line(Thread *thread, Unpickler *u) {
    size_t length;
    double d;
    const uint8_t *line = unpickle_take_line(thread, u, &length);
    if (!line)
        return false;
    if (!float_parse((const char *)line, length, &d))
        return raise_false(thread, ERROR_ValueError, "could not convert string to float");
    return unpickle_push(thread, u, value_float(d));
}

static bool push_decimal(Thread *thread, Unpickler *u, const uint8_t *line, size_t length) {
    Str *text = str_new_latin1(thread, line, length);
    Value v = int_from_str(thread, text, 0, value_object(text));
    return !is_error(v) && unpickle_push(thread, u, v);
}

bool pickle_opcode_int_line(Thread *thread, Unpickler *u) {
    size_t length;
    const uint8_t *line = unpickle_take_line(thread, u, &length);
    if (!line)
        return false;
    if (length == 2 && line[0] == '0' && (line[1] == '0' || line[1] == '1'))
        return unpickle_push(thread, u, value_bool(line[1] == '1'));
    if (push_decimal(thread, u, line, length))
        return true;
    if (error_matches(thread, ERROR_ValueError)) {
        error_clear(thread);
        error_raise(thread, ERROR_ValueError, "could not convert string to int");
    }
    return false;
}

bool pickle_opcode_long_line(Thread *thread, Unpickler *u) {
    size_t length;
    const uint8_t *line = unpickle_take_line(thread, u, &length);
    if (!line)
        return false;
    bool has_letter = length > 0 && line[length - 1] == 'L';
    return push_decimal(thread, u, line, length - has_letter);
}

// ---- Bytes ----

static bool push_bytes(Thread *thread, Unpickler *u, size_t size) {
    size_t length;
    if (!take_length(thread, u, size, "BINBYTES", &length))
        return false;
    const uint8_t *at = unpickle_take(thread, u, length);
    return at && unpickle_push(thread, u, value_object(bytes_new(thread, at, length)));
}
bool pickle_opcode_bytes1(Thread *thread, Unpickler *u) {
    return push_bytes(thread, u, 1);
}
bool pickle_opcode_bytes4(Thread *thread, Unpickler *u) {
    return push_bytes(thread, u, 4);
}
bool pickle_opcode_bytes8(Thread *thread, Unpickler *u) {
    return push_bytes(thread, u, 8);
}
bool pickle_opcode_bytearray8(Thread *thread, Unpickler *u) {
    size_t length;
    if (!take_length(thread, u, 8, "BYTEARRAY8", &length))
        return false;
    const uint8_t *at = unpickle_take(thread, u, length);
    return at && unpickle_push(thread, u, value_object(bytearray_new(thread, at, length)));
}

bool pickle_opcode_next_buffer(Thread *thread, Unpickler *u) {
    if (is_undefined(u->buffers))
        return unpickling_error(thread, "pickle stream refers to out-of-band data but no *buffers* "
                                        "argument was given");
    Value buffer = operation_next(thread, u->buffers);
    if (is_undefined(buffer))
        return unpickling_error(thread, "not enough out-of-band buffers");
    return !is_error(buffer) && unpickle_push(thread, u, buffer);
}

bool pickle_opcode_readonly_buffer(Thread *thread, Unpickler *u) {
    if (!unpickle_need(thread, u, 1))
        return false;
    Value view = memoryview_new(thread, u->stack[u->depth - 1]);
    if (is_error(view))
        return false;
    if (!as_memoryview(view)->read_only && unpickle_need(thread, u, 1)) {
        as_memoryview(view)->read_only = true;
        u->stack[u->depth - 1] = view;
    }
    return true;
}
