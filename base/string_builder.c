// SPDX-License-Identifier: MIT
//
// The string builder: realloc with doubling, and a shared empty text.
//
// An empty builder points to a static "" so that `data` is always a C string
// and a builder that is never written costs nothing. That text is never written
// to: capacity 0 makes every write reserve first.
#include "string_builder.h"

#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *empty_text(void) {
    static const char empty[] = "";
    return (char *)(uintptr_t)empty;
}

void sb_init(StringBuilder *sb) {
    *sb = (StringBuilder){.data = empty_text()};
}

void sb_free(StringBuilder *sb) {
    if (sb->capacity)
        free(sb->data);
    sb_init(sb);
}

void sb_clear(StringBuilder *sb) {
    sb_truncate(sb, 0);
}

void sb_truncate(StringBuilder *sb, size_t length) {
    if (length >= sb->length)
        return;
    sb->length = length;
    sb->data[length] = '\0';
}

static bool grow_to(StringBuilder *sb, size_t needed) {
    size_t bigger = sb->capacity ? sb->capacity : 32;
    while (bigger < needed)
        bigger *= 2;
    char *moved = realloc(sb->capacity ? sb->data : NULL, bigger);
    if (!moved) {
        sb->out_of_memory = true;
        return false;
    }
    if (!sb->capacity)
        moved[0] = '\0';
    sb->data = moved;
    sb->capacity = bigger;
    return true;
}

bool sb_reserve(StringBuilder *sb, size_t extra) {
    if (sb->out_of_memory)
        return false;
    if (extra > SIZE_MAX / 4 || sb->length > SIZE_MAX / 4) {
        sb->out_of_memory = true;
        return false;
    }
    size_t needed = sb->length + extra + 1;
    return needed <= sb->capacity || grow_to(sb, needed);
}

void sb_putc(StringBuilder *sb, char c) {
    if (!sb_reserve(sb, 1))
        return;
    sb->data[sb->length++] = c;
    sb->data[sb->length] = '\0';
}

void sb_puts(StringBuilder *sb, const char *text) {
    sb_write(sb, text, strlen(text));
}

void sb_write(StringBuilder *sb, const char *bytes, size_t length) {
    if (!length || !sb_reserve(sb, length))
        return;
    memcpy(sb->data + sb->length, bytes, length);
    sb->length += length;
    sb->data[sb->length] = '\0';
}

void sb_repeat(StringBuilder *sb, char c, size_t count) {
    if (!count || !sb_reserve(sb, count))
        return;
    memset(sb->data + sb->length, c, count);
    sb->length += count;
    sb->data[sb->length] = '\0';
}

void sb_printf(StringBuilder *sb, const char *format, ...) {
    va_list args;
    va_start(args, format);
    sb_vprintf(sb, format, args);
    va_end(args);
}

void sb_vprintf(StringBuilder *sb, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    if (length > 0 && sb_reserve(sb, (size_t)length)) {
        vsnprintf(sb->data + sb->length, (size_t)length + 1, format, again);
        sb->length += (size_t)length;
    }
    va_end(again);
}

void sb_put_codepoint(StringBuilder *sb, uint32_t codepoint) {
    char bytes[4];
    sb_write(sb, bytes, utf8_encode(codepoint, bytes));
}
