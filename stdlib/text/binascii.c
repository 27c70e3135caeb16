// SPDX-License-Identifier: MIT
//
// The native part of binascii: base64 both ways, hexadecimal digits both ways, CRC-32.
//
// Decoding base64 skips what is no digit of it unless it is strict; after the padding that ends a
// group of four the rest is ignored, as in CPython.
#include "attribute.h"
#include "byte_builder.h"
#include "bytes.h"
#include "bytes_methods.h"
#include "call.h"
#include "int.h"
#include "library.h"
#include "modules.h"
#include "operations.h"
#include "str.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static Value fail(Thread *thread, const char *message) {
    Module *module = import_module(thread, str_from_c(thread, "binascii"));
    Value class = module
                      ? attribute_get(thread, value_object(module), str_intern_c(thread, "Error"))
                      : VALUE_ERROR;
    Value error = is_error(class) ? class : call_1(thread, class, library_text(thread, message));
    return is_error(error) ? error : raise_value(thread, error);
}

// Bytes, or a str that is all ASCII.
static bool ascii_view(Thread *thread, Value v, BytesView *view) {
    if (!is_str(v))
        return bytes_view_optional(thread, v, view) ||
               raise_false(thread, ERROR_TypeError,
                           "argument should be bytes, buffer or ASCII string, not '%s'",
                           type_name(thread, v));
    if (!as_str(v)->ascii)
        return raise_false(thread, ERROR_ValueError,
                           "string argument should contain only ASCII characters");
    *view = (BytesView){str_bytes(as_str(v)), as_str(v)->length};
    return true;
}

// ---- base64 ----

// args: data, newline
static Value encode_base64(Thread *thread, Value *args) {
    BytesView view;
    int newline = operation_truth(thread, args[1]);
    if (newline < 0 || !bytes_view(thread, args[0], &view))
        return VALUE_ERROR;
    size_t length = (view.length + 2) / 3 * 4;
    Bytes *result = bytes_new(thread, NULL, length + (size_t)newline);
    uint8_t *out = bytes_contents(result);
    for (size_t i = 0; i < view.length; i += 3) {
        size_t left = view.length - i;
        uint32_t group = (uint32_t)view.data[i] << 16;
        group |= left > 1 ? (uint32_t)view.data[i + 1] << 8 : 0;
        group |= left > 2 ? view.data[i + 2] : 0;
        *out++ = (uint8_t)digits[group >> 18];
        *out++ = (uint8_t)digits[group >> 12 & 63];
        *out++ = (uint8_t)(left > 1 ? digits[group >> 6 & 63] : '=');
        *out++ = (uint8_t)(left > 2 ? digits[group & 63] : '=');
    }
    if (newline)
        *out = '\n';
    return value_object(result);
}

// What each digit stands for, plus 1; 0: no digit.
#define PAIR(c, value) [c] = (value) + 1, [(c) + 1] = (value) + 2
#define SIX(c, value) PAIR(c, value), PAIR((c) + 2, (value) + 2), PAIR((c) + 4, (value) + 4)
#define TEN(c, value) SIX(c, value), PAIR((c) + 6, (value) + 6), PAIR((c) + 8, (value) + 8)
static const uint8_t ranks[256] = {
    TEN('A', 0),  TEN('K', 10), SIX('U', 20), TEN('a', 26), TEN('k', 36),
    SIX('u', 46), TEN('0', 52), ['+'] = 63,   ['/'] = 64,
};

// Decode whole groups from `at` on up to the first that is not four digits in a row; returns where
// that begins.
static size_t decode_groups(ByteBuilder *out, const BytesView *view, size_t at) {
    uint8_t *to = out->data + out->length; // has room for all groups
    for (; view->length - at >= 4; at += 4) {
        const uint8_t *c = view->data + at;
        uint32_t a = ranks[c[0]], b = ranks[c[1]], d = ranks[c[2]], e = ranks[c[3]];
        if (a == 0 || b == 0 || d == 0 || e == 0)
            break;
        uint32_t group = (a - 1) << 18 | (b - 1) << 12 | (d - 1) << 6 | (e - 1);
        *to++ = (uint8_t)(group >> 16);
        *to++ = (uint8_t)(group >> 8);
        *to++ = (uint8_t)group;
    }
    out->length = (size_t)(to - out->data);
    return at;
}

static Value incomplete(Thread *thread, size_t count, size_t digits_read) {
    char message[120];
    if (count != 1)
        return fail(thread, "Incorrect padding");
    snprintf(message, sizeof message,
             "Invalid base64-encoded string: number of data characters (%zu) cannot be 1 more than "
             "a multiple of 4",
             digits_read);
    return fail(thread, message);
}

// args: data, strict
static Value decode_base64(Thread *thread, Value *args) {
    BytesView view;
    int strict = operation_truth(thread, args[1]);
    if (strict < 0 || !ascii_view(thread, args[0], &view))
        return VALUE_ERROR;
    ByteBuilder out;
    byte_builder_init(&out, thread, view.length / 4 * 3 + 3);
    size_t count = 0, padding = 0, read = 0; // digits in this group; all
    uint32_t group = 0;
    for (size_t i = 0; i < view.length; i++) {
        if (count == 0 && padding == 0) {
            size_t start = i;
            i = decode_groups(&out, &view, i);
            read += i - start;
            if (i == view.length)
                break;
        }
        int value = ranks[view.data[i]] - 1;
        if (view.data[i] == '=') {
            if (strict && count == 0)
                return fail(thread,
                            i == 0 ? "Leading padding not allowed" : "Excess padding not allowed");
            if (count + ++padding < 4 || count < 2)
                continue;
            if (strict && i + 1 < view.length)
                return fail(thread, "Excess data after padding");
            return value_object(byte_builder_finish(&out));
        }
        if (value < 0 && strict)
            return fail(thread, "Only base64 data is allowed");
        if (value < 0)
            continue;
        if (strict && padding > 0)
            return fail(thread, "Discontinuous padding not allowed");
        padding = 0;
        read++;
        group = group << 6 | (uint32_t)value;
        if (count++ > 0)
            byte_builder_put(&out, (uint8_t)(group >> (count == 2 ? 4 : count == 3 ? 2 : 0)));
        count &= 3;
    }
    return count == 0 ? value_object(byte_builder_finish(&out)) : incomplete(thread, count, read);
}

// ---- Hexadecimal digits ----

static int hex_value(uint8_t c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static Value hexlify(Thread *thread, Value *args) {
    BytesView view;
    if (!bytes_view(thread, args[0], &view))
        return VALUE_ERROR;
    Value text = bytes_hex(thread, args[0], args[1], args[2]);
    if (is_error(text))
        return text;
    return value_object(bytes_new(thread, str_bytes(as_str(text)), as_str(text)->length));
}

static Value unhexlify(Thread *thread, Value *args) {
    BytesView view;
    if (!ascii_view(thread, args[0], &view))
        return VALUE_ERROR;
    if (view.length % 2 != 0)
        return fail(thread, "Odd-length string");
    Bytes *result = bytes_new(thread, NULL, view.length / 2);
    for (size_t i = 0; i < result->length; i++) {
        int high = hex_value(view.data[2 * i]), low = hex_value(view.data[2 * i + 1]);
        if (high < 0 || low < 0)
            return fail(thread, "Non-hexadecimal digit found");
        bytes_contents(result)[i] = (uint8_t)(high << 4 | low);
    }
    return value_object(result);
}

// ---- CRC-32 ----

static Value crc32(Thread *thread, Value *args) {
    BytesView view;
    uint32_t table[16];
    Value start = operation_index(thread, args[1]);
    if (is_error(start) || !bytes_view(thread, args[0], &view))
        return VALUE_ERROR;
    for (uint32_t i = 0; i < 16; i++) {
        table[i] = i;
        for (int bit = 0; bit < 4; bit++)
            table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320 : 0);
    }
    uint32_t crc = ~(uint32_t)int_to_uint64_wrapping(start);
    for (size_t i = 0; i < view.length; i++) {
        crc ^= view.data[i];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return value_small_int(~crc);
}

static const NativeSpec functions[] = {
    NATIVE("b2a_base64", encode_base64, "(data, /, *, newline=True)", "A line of base64."),
    NATIVE("a2b_base64", decode_base64, "(data, /, *, strict_mode=False)",
           "The bytes that a text in base64 stands for."),
    NATIVE("hexlify", hexlify, "(data, sep=..., bytes_per_sep=1)",
           "The hexadecimal digits of the data."),
    NATIVE("b2a_hex", hexlify, "(data, sep=..., bytes_per_sep=1)",
           "The hexadecimal digits of the data."),
    NATIVE("unhexlify", unhexlify, "(hexstr, /)", "The bytes that hexadecimal digits stand for."),
    NATIVE("a2b_hex", unhexlify, "(hexstr, /)", "The bytes that hexadecimal digits stand for."),
    NATIVE("crc32", crc32, "(data, crc=0, /)", "The CRC-32 checksum of the data."),
    NATIVE_END,
};

bool binascii_module_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, functions);
    return true;
}
