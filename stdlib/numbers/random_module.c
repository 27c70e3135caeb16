// SPDX-License-Identifier: MIT
//
// The module _random: the Mersenne Twister MT19937 of Matsumoto and Nishimura, whose numbers are
// CPython's for the same seed. The distributions built on it are in random.mini.
//
// The state is 624 words of 32 bits and an index. When all words have been given out, a new
// generation of 624 is computed in one pass; each word is "tempered" on its way out. A float takes
// two words, of which 53 bits are used. randbelow draws bits until the number is small enough,
// which is exact where a modulo would favour small numbers.
#include "library.h"
#include "modules.h"

#include "bytes.h"
#include "call.h"
#include "container.h"
#include "error.h"
#include "heap.h"
#include "random_parts.h"
#include "tuple.h"
#include "type.h"

#include <sys/random.h>

enum { WORDS = 624, MIDDLE = 397 };

typedef struct Random {
    Object object;
    uint64_t index; // of the next word; WORDS: make a new generation
    uint32_t words[WORDS];
} Random;

static Random *as_random(Value v) {
    return (Random *)as_object(v);
}

static uint32_t twist(uint32_t high, uint32_t low) {
    uint32_t mixed = (high & 0x80000000u) | (low & 0x7fffffffu);
    return (mixed >> 1) ^ (mixed & 1 ? 0x9908b0dfu : 0);
}

static void next_generation(Random *random) {
    uint32_t *words = random->words;
    size_t i = 0;
    for (; i < WORDS - MIDDLE; i++)
        words[i] = words[i + MIDDLE] ^ twist(words[i], words[i + 1]);
    for (; i < WORDS - 1; i++)
        words[i] = words[i + MIDDLE - WORDS] ^ twist(words[i], words[i + 1]);
    words[i] = words[MIDDLE - 1] ^ twist(words[i], words[0]);
    random->index = 0;
}

static uint32_t next_word(Random *random) {
    if (random->index >= WORDS)
        next_generation(random);
    uint32_t y = random->words[random->index++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}

static void seed_with_word(Random *random, uint32_t seed) {
    random->words[0] = seed;
    for (uint32_t i = 1; i < WORDS; i++) {
        uint32_t before = random->words[i - 1];
        random->words[i] = 1812433253u * (before ^ (before >> 30)) + i;
    }
    random->index = WORDS;
}

// "init_by_array" of the inventors' reference.
static void seed_with_words(Random *random, const uint32_t *key, size_t length) {
    uint32_t *words = random->words;
    seed_with_word(random, 19650218u);
    size_t i = 1, j = 0;
    for (size_t k = length > WORDS ? length : WORDS; k > 0; k--) {
        uint32_t mixed = (words[i - 1] ^ (words[i - 1] >> 30)) * 1664525u;
        words[i] = (words[i] ^ mixed) + key[j] + (uint32_t)j;
        if (++i == WORDS) {
            words[0] = words[WORDS - 1];
            i = 1;
        }
        j = j + 1 == length ? 0 : j + 1;
    }
    for (size_t k = WORDS - 1; k > 0; k--) {
        uint32_t mixed = (words[i - 1] ^ (words[i - 1] >> 30)) * 1566083941u;
        words[i] = (words[i] ^ mixed) - (uint32_t)i;
        if (++i == WORDS) {
            words[0] = words[WORDS - 1];
            i = 1;
        }
    }
    words[0] = 0x80000000u;
}

// The words of |number|, at least one.
static void seed_with_int(Thread *thread, Random *random, Value number) {
    IntView view;
    int_view(number, &view);
    size_t length = view.count * 2;
    uint32_t *key =
        heap_allocate(thread_heap(thread), CELL_BUFFER, (length + 1) * sizeof(uint32_t));
    for (size_t i = 0; i < view.count; i++) {
        key[2 * i] = (uint32_t)view.limbs[i];
        key[2 * i + 1] = (uint32_t)(view.limbs[i] >> 32);
    }
    while (length > 1 && key[length - 1] == 0)
        length--;
    seed_with_words(random, key, length ? length : 1);
}

// Under a schedule the system is not asked: the run must be the same again.
static void seed_from_system(const Thread *thread, Random *random) {
    uint32_t key[WORDS] = {0};
    size_t filled = 0;
    bool is_free = schedule_is_free(&thread->interpreter->runtime.schedule);
    while (is_free && filled < sizeof key) {
        ssize_t got = getrandom((char *)key + filled, sizeof key - filled, 0);
        filled += got > 0 ? (size_t)got : 0;
    }
    seed_with_words(random, key, WORDS);
}

static Value seed_method(Thread *thread, Value *args) {
    Random *random = as_random(args[0]);
    if (is_none(args[1])) {
        seed_from_system(thread, random);
        return VALUE_NONE;
    }
    Value number = args[1];
    if (!is_integral(number)) {
        uint64_t hash;
        if (!operation_hash(thread, number, &hash))
            return VALUE_ERROR;
        number = int_from_uint64(thread, hash);
    }
    seed_with_int(thread, random, number);
    return VALUE_NONE;
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    Random *random = object_new(thread, as_type(callee));
    seed_from_system(thread, random);
    return value_object(random);
}

static Value random_method(Thread *thread, Value *args) {
    (void)thread;
    Random *random = as_random(args[0]);
    uint32_t high = next_word(random) >> 5, low = next_word(random) >> 6;
    return value_float((high * 67108864.0 + low) * (1.0 / 9007199254740992.0));
}

// `bits` random bits as an int, the first word lowest.
static Value random_bits(Thread *thread, Random *random, size_t bits) {
    if (bits <= 32)
        return value_small_int(bits == 0 ? 0 : next_word(random) >> (32 - bits));
    size_t words = (bits - 1) / 32 + 1, limbs = (words + 1) / 2;
    uint64_t *result = heap_allocate(thread_heap(thread), CELL_BUFFER, limbs * sizeof(uint64_t));
    for (size_t i = 0; i < words; i++, bits -= 32) {
        uint32_t word = next_word(random);
        if (bits < 32)
            word >>= 32 - bits;
        result[i / 2] |= (uint64_t)word << (i % 2 * 32);
    }
    return int_from_limbs(thread, result, limbs, false);
}

static Value getrandbits_method(Thread *thread, Value *args) {
    int64_t bits;
    if (!operation_index_int64(thread, args[1], &bits))
        return VALUE_ERROR;
    if (bits < 0)
        return raise_error(thread, ERROR_ValueError, "number of bits must be non-negative");
    if (bits > INT32_MAX)
        return container_too_large(thread) ? VALUE_NONE : VALUE_ERROR;
    return random_bits(thread, as_random(args[0]), (size_t)bits);
}

// A number in 0 .. n - 1, for an int n > 0 of any size.
static Value randbelow_method(Thread *thread, Value *args) {
    Random *random = as_random(args[0]);
    Value n = args[1];
    if (!is_integral(n) || int_sign(n) <= 0)
        return raise_error(thread, ERROR_ValueError, "the bound must be a positive int");
    size_t bits = int_bit_length(n);
    Value drawn;
    do {
        drawn = random_bits(thread, random, bits);
        if (is_error(drawn))
            return drawn;
    } while (int_compare(drawn, n) >= 0);
    return drawn;
}

static Value getstate_method(Thread *thread, Value *args) {
    const Random *random = as_random(args[0]);
    Tuple *state = tuple_new(thread, WORDS + 1);
    for (size_t i = 0; i < WORDS; i++)
        state->items[i] = value_small_int(random->words[i]);
    state->items[WORDS] = value_small_int((int64_t)random->index);
    return value_object(state);
}

static Value setstate_method(Thread *thread, Value *args) {
    Random *random = as_random(args[0]);
    if (!is_tuple(args[1]))
        return raise_error(thread, ERROR_TypeError, "state vector must be a tuple");
    const Tuple *state = as_tuple(args[1]);
    if (state->length != WORDS + 1)
        return raise_error(thread, ERROR_ValueError, "state vector is the wrong size");
    uint32_t words[WORDS];
    for (size_t i = 0; i < WORDS; i++) {
        int64_t word;
        if (!operation_index_int64(thread, state->items[i], &word))
            return VALUE_ERROR;
        words[i] = (uint32_t)word;
    }
    int64_t index;
    if (!operation_index_int64(thread, state->items[WORDS], &index))
        return VALUE_ERROR;
    if (index < 0 || index > WORDS)
        return raise_error(thread, ERROR_ValueError, "invalid state");
    memcpy(random->words, words, sizeof words);
    random->index = (uint64_t)index;
    return VALUE_NONE;
}

// Bytes from the operating system, for SystemRandom.
static Value system_bytes(Thread *thread, Value *args) {
    int64_t count;
    if (!operation_index_int64(thread, args[0], &count))
        return VALUE_ERROR;
    if (count < 0)
        return raise_error(thread, ERROR_ValueError, "negative argument not allowed");
    if (count > INT32_MAX)
        return container_too_large(thread) ? VALUE_NONE : VALUE_ERROR;
    Bytes *bytes = bytes_new(thread, NULL, (size_t)count);
    uint8_t *data = bytes_contents(bytes);
    for (size_t filled = 0; filled < (size_t)count;) {
        ssize_t got = getrandom(data + filled, (size_t)count - filled, 0);
        filled += got > 0 ? (size_t)got : 0;
    }
    return value_object(bytes);
}

static Value sha512(Thread *thread, Value *args) {
    BytesView view;
    uint8_t digest[64];
    if (!bytes_view(thread, args[0], &view))
        return VALUE_ERROR;
    random_hash(view.data, view.length, digest);
    return value_object(bytes_new(thread, digest, sizeof digest));
}

static const NativeSpec random_methods[] = {
    NATIVE("_seed", seed_method, "(self, n=None, /)", "Begin anew, from an int or the system."),
    NATIVE("random", random_method, "(self, /)", "A float x with 0.0 <= x < 1.0."),
    NATIVE("getrandbits", getrandbits_method, "(self, k, /)", "An int of k random bits."),
    NATIVE("_randbelow", randbelow_method, "(self, n, /)", "An int x with 0 <= x < n."),
    NATIVE("_get_words", getstate_method, "(self, /)", "The state as a tuple of ints."),
    NATIVE("_set_words", setstate_method, "(self, state, /)", "Go back to a state."),
    NATIVE_END,
};
static const TypeSpec random_type_spec = {
    .name = "_random.Random",
    .doc = "The Mersenne Twister.",
    .flags = TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT,
    .size = sizeof(Random),
    .slots = {.construct = construct},
    .methods = random_methods,
};
static const NativeSpec random_functions[] = {
    NATIVE("_sha512", sha512, "(data, /)", "The SHA-512 digest of bytes."),
    NATIVE("_system_bytes", system_bytes, "(n, /)", "n bytes from the operating system."),
    NATIVE_END,
};

bool random_init(Thread *thread, Module *module) {
    module_add_type(thread, module, &random_type_spec, NULL);
    module_add_natives(thread, module, random_functions);
    return true;
}
