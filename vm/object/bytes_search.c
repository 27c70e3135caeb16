// SPDX-License-Identifier: MIT
//
// The methods of bytes and bytearray that look for something, cut into parts or replace. A
// bytearray may change whenever Mini code runs, so numbers are read (which may call __index__)
// before the view of its bytes is taken, and nothing that could run Mini code happens after.
#include "arguments.h"
#include "byte_builder.h"
#include "bytearray.h"
#include "bytes_methods.h"
#include "int.h"
#include "interpreter.h"
#include "list.h"
#include "memoryview.h"
#include "operations.h"
#include "str_copy.h"
#include "tuple.h"

enum { LIKELY_PARTS = 8 };
enum { SHORT_BYTES = 64 }; // up to which a loop over the bytes beats looking for the next separator

BytesView bytes_self(Value self) {
    if (is_bytes(self))
        return (BytesView){as_bytes(self)->data, as_bytes(self)->length};
    const ByteArray *array = as_bytearray(self);
    return (BytesView){array->data ? array->data : (const uint8_t *)"", array->length};
}

Value bytes_like_new(Thread *thread, Value self, const void *data, size_t length) {
    if (is_exactly(self, LAYOUT_BYTES) && data == as_bytes(self)->data &&
        length == as_bytes(self)->length)
        return self;
    return is_bytearray(self) ? value_object(bytearray_new(thread, data, length))
                              : value_object(bytes_new(thread, data, length));
}

static bool is_space(uint8_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// Index of `needle` in [start, end) or -1, from the left or from the right.
static int64_t bytes_search(BytesView text, BytesView needle, size_t start, size_t end,
                            bool right) {
    if (start > end || needle.length > end - start)
        return -1;
    if (needle.length == 0)
        return (int64_t)(right ? end : start);
    if (!right) {
        const uint8_t *found =
            str_find_bytes(text.data + start, end - start, needle.data, needle.length);
        return found ? found - text.data : -1;
    }
    for (size_t i = end - needle.length + 1; i-- > start;)
        if (text.data[i] == *needle.data && memcmp(text.data + i, needle.data, needle.length) == 0)
            return (int64_t)i;
    return -1;
}

// What find() and its relatives look for: bytes-like, or one byte as an int.
static bool read_needle(Thread *thread, Value v, uint8_t *byte, BytesView *needle) {
    if (bytes_view_optional(thread, v, needle))
        return true;
    if (is_memoryview(v))
        return bytes_view(thread, v, needle); // says what is wrong with it
    if (!is_integral(v) && !type_of(thread, v)->slots.index)
        return raise_false(thread, ERROR_TypeError,
                           "argument should be integer or bytes-like object, not '%s'",
                           type_name(thread, v));
    *needle = (BytesView){byte, 1};
    return bytes_read_byte(thread, v, byte);
}

static bool search(Thread *thread, Value *args, bool right, int64_t *found) {
    BytesView needle;
    uint8_t byte;
    size_t start, end;
    if (!read_needle(thread, args[1], &byte, &needle) ||
        !arguments_bounds(thread, args[2], args[3], bytes_self(args[0]).length, &start, &end))
        return false;
    *found = bytes_search(bytes_self(args[0]), needle, start, end, right);
    return true;
}

Value bytes_method_find(Thread *thread, Value *args) {
    int64_t found;
    return search(thread, args, false, &found) ? value_small_int(found) : VALUE_ERROR;
}

Value bytes_method_rfind(Thread *thread, Value *args) {
    int64_t found;
    return search(thread, args, true, &found) ? value_small_int(found) : VALUE_ERROR;
}

static Value index_of(Thread *thread, Value *args, bool right) {
    int64_t found;
    if (!search(thread, args, right, &found))
        return VALUE_ERROR;
    return found < 0 ? raise_error(thread, ERROR_ValueError, "subsection not found")
                     : value_small_int(found);
}

Value bytes_method_index(Thread *thread, Value *args) {
    return index_of(thread, args, false);
}

Value bytes_method_rindex(Thread *thread, Value *args) {
    return index_of(thread, args, true);
}

Value bytes_method_count(Thread *thread, Value *args) {
    BytesView needle;
    uint8_t byte;
    size_t start, end;
    if (!read_needle(thread, args[1], &byte, &needle) ||
        !arguments_bounds(thread, args[2], args[3], bytes_self(args[0]).length, &start, &end))
        return VALUE_ERROR;
    if (needle.length == 0)
        return value_small_int(start > end ? 0 : (int64_t)(end - start + 1));
    int64_t count = 0, found;
    for (; (found = bytes_search(bytes_self(args[0]), needle, start, end, false)) >= 0; count++)
        start = (size_t)found + needle.length;
    return value_small_int(count);
}

int bytes_contains(Thread *thread, Value self, Value item) {
    BytesView needle;
    uint8_t byte;
    if (!bytes_view_optional(thread, item, &needle)) {
        if (is_memoryview(item))
            return bytes_view(thread, item, &needle) ? 0 : -1;
        if (!is_integral(item) && !type_of(thread, item)->slots.index)
            return raise_minus_one(thread, ERROR_TypeError,
                                   "a bytes-like object is required, not '%s'",
                                   type_name(thread, item));
        if (!bytes_read_byte(thread, item, &byte))
            return -1;
        needle = (BytesView){&byte, 1};
    }
    BytesView text = bytes_self(self);
    return bytes_search(text, needle, 0, text.length, false) >= 0;
}

static bool part_at_edge(BytesView text, BytesView part, size_t start, size_t end, bool at_end) {
    if (start > end || part.length > end - start)
        return false;
    return memcmp(text.data + (at_end ? end - part.length : start), part.data, part.length) == 0;
}

static Value starts_or_ends(Thread *thread, Value *args, bool at_end) {
    size_t start, end;
    BytesView part;
    if (!arguments_bounds(thread, args[2], args[3], bytes_self(args[0]).length, &start, &end))
        return VALUE_ERROR;
    if (!is_tuple(args[1])) {
        if (is_memoryview(args[1]) && !bytes_view(thread, args[1], &part))
            return VALUE_ERROR;
        if (!bytes_view_optional(thread, args[1], &part))
            return raise_error(thread, ERROR_TypeError,
                               "%s first arg must be bytes or a tuple of bytes, not %s",
                               at_end ? "endswith" : "startswith", type_name(thread, args[1]));
        return value_bool(part_at_edge(bytes_self(args[0]), part, start, end, at_end));
    }
    const Tuple *parts = as_tuple(args[1]);
    for (size_t i = 0; i < parts->length; i++) {
        if (!bytes_view(thread, parts->items[i], &part))
            return VALUE_ERROR;
        if (part_at_edge(bytes_self(args[0]), part, start, end, at_end))
            return VALUE_TRUE;
    }
    return VALUE_FALSE;
}

Value bytes_method_startswith(Thread *thread, Value *args) {
    return starts_or_ends(thread, args, false);
}

Value bytes_method_endswith(Thread *thread, Value *args) {
    return starts_or_ends(thread, args, true);
}

static Value remove_edge(Thread *thread, Value *args, bool at_end) {
    BytesView self = bytes_self(args[0]), part;
    if (!bytes_view(thread, args[1], &part))
        return VALUE_ERROR;
    size_t cut = part_at_edge(self, part, 0, self.length, at_end) ? part.length : 0;
    return bytes_like_new(thread, args[0], self.data + (at_end ? 0 : cut), self.length - cut);
}

Value bytes_method_removeprefix(Thread *thread, Value *args) {
    return remove_edge(thread, args, false);
}

Value bytes_method_removesuffix(Thread *thread, Value *args) {
    return remove_edge(thread, args, true);
}

// One part of a split, as an object like `self`.
static void append_part(Thread *thread, List *list, Value self, size_t start, size_t end) {
    BytesView view = bytes_self(self);
    list_append(thread, list, bytes_like_new(thread, self, view.data + start, end - start));
}

static List *split_words(Thread *thread, Value self, size_t limit, bool back) {
    List *list = list_new(thread, LIKELY_PARTS);
    BytesView s = bytes_self(self);
    size_t low = 0, high = s.length;
    for (;; limit--) {
        while (!back && low < high && is_space(s.data[low]))
            low++;
        while (back && high > low && is_space(s.data[high - 1]))
            high--;
        if (low == high)
            return list;
        size_t start = back ? high : low, end = start;
        if (limit == 0) {
            append_part(thread, list, self, low, high);
            return list;
        }
        while (!back && end < high && !is_space(s.data[end]))
            end++;
        while (back && start > low && !is_space(s.data[start - 1]))
            start--;
        append_part(thread, list, self, start, end);
        low = back ? low : end;
        high = back ? start : high;
    }
}

// At each of a single byte. Mini code can not run meanwhile, so the data stay where they are.
static List *split_at_byte(Thread *thread, Value self, uint8_t separator, size_t limit) {
    List *list = list_new(thread, LIKELY_PARTS);
    BytesView s = bytes_self(self);
    const uint8_t *start = s.data, *end = s.data + s.length, *at = start;
    for (; limit > 0 && at < end; at++) {
        if (*at != separator)
            continue;
        list_append(thread, list, bytes_like_new(thread, self, start, (size_t)(at - start)));
        start = at + 1;
        limit--;
    }
    list_append(thread, list, bytes_like_new(thread, self, start, (size_t)(end - start)));
    return list;
}

static List *split_parts(Thread *thread, Value self, BytesView separator, size_t limit, bool back) {
    if (separator.length == 1 && !back && bytes_self(self).length <= SHORT_BYTES)
        return split_at_byte(thread, self, *separator.data, limit);
    List *list = list_new(thread, LIKELY_PARTS);
    BytesView s = bytes_self(self);
    size_t low = 0, high = s.length;
    int64_t found;
    while (limit-- > 0 && (found = bytes_search(s, separator, low, high, back)) >= 0) {
        size_t at = (size_t)found, after = at + separator.length;
        append_part(thread, list, self, back ? after : low, back ? high : at);
        low = back ? low : after;
        high = back ? at : high;
    }
    append_part(thread, list, self, low, high);
    return list;
}

static Value split(Thread *thread, Value *args, bool back) {
    int64_t maximum;
    BytesView separator;
    List *list;
    if (!operation_index_int64(thread, args[2], &maximum))
        return VALUE_ERROR;
    size_t limit = maximum < 0 ? SIZE_MAX : (size_t)maximum;
    if (is_none(args[1])) {
        list = split_words(thread, args[0], limit, back);
    } else {
        if (!bytes_view(thread, args[1], &separator))
            return VALUE_ERROR;
        if (separator.length == 0)
            return raise_error(thread, ERROR_ValueError, "empty separator");
        list = split_parts(thread, args[0], separator, limit, back);
    }
    if (back)
        list_reverse(list);
    return value_object(list);
}

Value bytes_method_split(Thread *thread, Value *args) {
    return split(thread, args, false);
}

Value bytes_method_rsplit(Thread *thread, Value *args) {
    return split(thread, args, true);
}

Value bytes_method_splitlines(Thread *thread, Value *args) {
    int keep = operation_truth(thread, args[1]);
    if (keep < 0)
        return VALUE_ERROR;
    BytesView s = bytes_self(args[0]);
    List *list = list_new(thread, 4);
    for (size_t start = 0; start < s.length;) {
        size_t end = start;
        while (end < s.length && s.data[end] != '\n' && s.data[end] != '\r')
            end++;
        size_t next = end < s.length ? end + 1 : end;
        if (next < s.length && s.data[end] == '\r' && s.data[next] == '\n')
            next++;
        append_part(thread, list, args[0], start, keep ? next : end);
        start = next;
    }
    return value_object(list);
}

static Value partition(Thread *thread, Value *args, bool right) {
    BytesView s = bytes_self(args[0]), separator;
    if (!bytes_view(thread, args[1], &separator))
        return VALUE_ERROR;
    if (separator.length == 0)
        return raise_error(thread, ERROR_ValueError, "empty separator");
    int64_t found = bytes_search(s, separator, 0, s.length, right);
    size_t at = found >= 0 ? (size_t)found : right ? 0 : s.length;
    size_t after = found >= 0 ? at + separator.length : at;
    Value parts[] = {bytes_like_new(thread, args[0], s.data, at),
                     found >= 0 && is_bytes(args[0])
                         ? args[1]
                         : bytes_like_new(thread, args[0], s.data + at, after - at),
                     bytes_like_new(thread, args[0], s.data + after, s.length - after)};
    return value_object(tuple_from_array(thread, parts, 3));
}

Value bytes_method_partition(Thread *thread, Value *args) {
    return partition(thread, args, false);
}

Value bytes_method_rpartition(Thread *thread, Value *args) {
    return partition(thread, args, true);
}

static Value strip(Thread *thread, Value *args, bool left, bool right) {
    BytesView s = bytes_self(args[0]), set = {(const uint8_t *)" \t\n\r\f\v", 6};
    if (!is_none(args[1]) && !bytes_view(thread, args[1], &set))
        return VALUE_ERROR;
    size_t start = 0, end = s.length;
    while (left && start < end && memchr(set.data, s.data[start], set.length))
        start++;
    while (right && end > start && memchr(set.data, s.data[end - 1], set.length))
        end--;
    return bytes_like_new(thread, args[0], s.data + start, end - start);
}

Value bytes_method_strip(Thread *thread, Value *args) {
    return strip(thread, args, true, true);
}

Value bytes_method_lstrip(Thread *thread, Value *args) {
    return strip(thread, args, true, false);
}

Value bytes_method_rstrip(Thread *thread, Value *args) {
    return strip(thread, args, false, true);
}

static void replace_empty(ByteBuilder *builder, BytesView s, BytesView new, size_t limit) {
    for (size_t i = 0; i <= s.length; i++) {
        if (i < limit)
            byte_builder_add(builder, new.data, new.length);
        if (i < s.length)
            byte_builder_put(builder, s.data[i]);
    }
}

static void replace_parts(ByteBuilder *builder, BytesView s, BytesView old, BytesView new,
                          size_t limit) {
    size_t done = 0;
    int64_t found;
    while (limit-- > 0 && (found = bytes_search(s, old, done, s.length, false)) >= 0) {
        byte_builder_add(builder, s.data + done, (size_t)found - done);
        byte_builder_add(builder, new.data, new.length);
        done = (size_t)found + old.length;
    }
    byte_builder_add(builder, s.data + done, s.length - done);
}

// Every `old` of the bytes object `self` by another byte.
static Value replace_byte(Thread *thread, Value self, uint8_t old, uint8_t new) {
    size_t length = as_bytes(self)->length;
    Bytes *result = bytes_new_unfilled(thread, length);
    uint8_t *restrict to = bytes_contents(result);
    const uint8_t *restrict from = as_bytes(self)->data;
    for (size_t i = 0; i < length; i++)
        to[i] = from[i] == old ? new : from[i];
    return value_object(result);
}

Value bytes_method_replace(Thread *thread, Value *args) {
    int64_t count;
    BytesView old, new;
    if (!operation_index_int64(thread, args[3], &count) || !bytes_view(thread, args[1], &old) ||
        !bytes_view(thread, args[2], &new))
        return VALUE_ERROR;
    BytesView s = bytes_self(args[0]);
    size_t limit = count < 0 ? SIZE_MAX : (size_t)count;
    if (limit == 0 || bytes_search(s, old, 0, s.length, false) < 0)
        return bytes_like_new(thread, args[0], s.data, s.length);
    if (is_bytes(args[0]) && old.length == 1 && new.length == 1 && limit >= s.length)
        return replace_byte(thread, args[0], *old.data, *new.data);
    ByteBuilder builder;
    byte_builder_init(&builder, thread, s.length);
    if (old.length == 0)
        replace_empty(&builder, s, new, limit);
    else
        replace_parts(&builder, s, old, new, limit);
    return bytes_like_new(thread, args[0], builder.data, builder.length);
}
