// SPDX-License-Identifier: MIT
//
// Loops over code points of one width or another. Strings of equal width are copied with memcpy;
// the mixed cases are plain loops that the compiler turns into vector instructions, which is why
// each pair of widths has its own.
#include "str_copy.h"

static void widen_8_to_16(uint16_t *to, const uint8_t *from, size_t count) {
    for (size_t i = 0; i < count; i++)
        to[i] = from[i];
}
static void widen_8_to_32(uint32_t *to, const uint8_t *from, size_t count) {
    for (size_t i = 0; i < count; i++)
        to[i] = from[i];
}
static void widen_16_to_32(uint32_t *to, const uint16_t *from, size_t count) {
    for (size_t i = 0; i < count; i++)
        to[i] = from[i];
}
static void narrow_16_to_8(uint8_t *to, const uint16_t *from, size_t count) {
    for (size_t i = 0; i < count; i++)
        to[i] = (uint8_t)from[i];
}
static void narrow_32_to_8(uint8_t *to, const uint32_t *from, size_t count) {
    for (size_t i = 0; i < count; i++)
        to[i] = (uint8_t)from[i];
}
static void narrow_32_to_16(uint16_t *to, const uint32_t *from, size_t count) {
    for (size_t i = 0; i < count; i++)
        to[i] = (uint16_t)from[i];
}

uint8_t *str_copy_widths(void *to, uint8_t to_width, const void *from, uint8_t from_width,
                         size_t count) {
    if (count == 0)
        return to;
    if (to_width == from_width)
        memcpy(to, from, count * to_width);
    else if (to_width == 1 && from_width == 2)
        narrow_16_to_8(to, from, count);
    else if (to_width == 1)
        narrow_32_to_8(to, from, count);
    else if (to_width == 2 && from_width == 1)
        widen_8_to_16(to, from, count);
    else if (to_width == 2)
        narrow_32_to_16(to, from, count);
    else if (from_width == 1)
        widen_8_to_32(to, from, count);
    else
        widen_16_to_32(to, from, count);
    return (uint8_t *)to + count * to_width;
}

void str_copy_steps(uint8_t *restrict to, const uint8_t *restrict from, int64_t step,
                    size_t count) {
    size_t done = 0;
    for (uint64_t word; step == -1 && done + sizeof word <= count; done += sizeof word) {
        memcpy(&word, from - done - (sizeof word - 1), sizeof word);
        word = __builtin_bswap64(word);
        memcpy(to + done, &word, sizeof word);
    }
    for (; done < count; done++)
        to[done] = from[(int64_t)done * step];
}

void str_copy_steps_16(uint16_t *restrict to, const uint16_t *restrict from, int64_t step,
                       size_t count) {
    if (step == -1) {
        for (size_t i = 0; i < count; i++)
            to[i] = *(from - i);
        return;
    }
    for (size_t i = 0; i < count; i++)
        to[i] = from[(int64_t)i * step];
}

// The loops below stop when what follows can not change the width any more.
enum { OR_BLOCK = 64 };

// Two words at any address.
typedef uint64_t Words __attribute__((vector_size(2 * sizeof(uint64_t)), aligned(1), may_alias));

static inline uint64_t or_block(const uint8_t *data, size_t size) {
    const Words *words = (const Words *)data;
    Words even = {0}, odd = {0};
    for (size_t k = 0; k < size / sizeof(Words); k += 2) {
        even |= words[k];
        odd |= words[k + 1];
    }
    even |= odd;
    return even[0] | even[1];
}

static uint32_t or_8(const uint8_t *data, size_t count) {
    const uint64_t beyond_ascii = UINT64_C(0x8080808080808080);
    enum { LARGE_BLOCK = 256 };
    uint64_t seen = 0, word;
    size_t i = 0;
    for (; i + LARGE_BLOCK <= count && (seen & beyond_ascii) == 0; i += LARGE_BLOCK)
        seen |= or_block(data + i, LARGE_BLOCK);
    for (; i + OR_BLOCK <= count && (seen & beyond_ascii) == 0; i += OR_BLOCK)
        seen |= or_block(data + i, OR_BLOCK);
    for (; i + sizeof word <= count && (seen & beyond_ascii) == 0; i += sizeof word) {
        memcpy(&word, data + i, sizeof word);
        seen |= word;
    }
    if (count >= sizeof word) { // the end, with some of what was seen already
        memcpy(&word, data + count - sizeof word, sizeof word);
        seen |= word;
        i = count;
    }
    seen |= seen >> 32;
    seen |= seen >> 16;
    seen |= seen >> 8;
    for (; i < count && (seen & 0x80) == 0; i++)
        seen |= data[i];
    return (uint8_t)seen;
}
static uint32_t or_16(const uint16_t *data, size_t count) {
    uint16_t seen = 0;
    while (count >= OR_BLOCK && seen < 0x100) {
        for (size_t i = 0; i < OR_BLOCK; i++)
            seen |= data[i];
        data += OR_BLOCK;
        count -= OR_BLOCK;
    }
    for (size_t i = 0; i < count && seen < 0x100; i++)
        seen |= data[i];
    return seen;
}
static uint32_t or_32(const uint32_t *data, size_t count) {
    uint32_t seen = 0;
    while (count >= OR_BLOCK && seen < 0x10000) {
        for (size_t i = 0; i < OR_BLOCK; i++)
            seen |= data[i];
        data += OR_BLOCK;
        count -= OR_BLOCK;
    }
    for (size_t i = 0; i < count && seen < 0x10000; i++)
        seen |= data[i];
    return seen;
}

uint32_t str_or_code_points(const void *data, uint8_t width, size_t count) {
    return width == 1 ? or_8(data, count) : width == 2 ? or_16(data, count) : or_32(data, count);
}

bool str_bytes_are_ascii(const void *bytes, size_t count) {
    return or_8(bytes, count) < 0x80;
}
