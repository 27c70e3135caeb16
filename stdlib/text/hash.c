// SPDX-License-Identifier: MIT
//
// The native part of hashlib: hash functions from Nettle.
//
// A hash object is an algorithm and its state. Large bytes are hashed in a blocking region, so
// that threads which hash overlap although only one runs bytecode. The region works on a copy of
// the state, for another thread may use the object meanwhile.
#include <nettle/nettle-meta.h>

#include "blocking.h"
#include "bytes.h"
#include "library.h"
#include "memoryview.h"
#include "modules.h"
#include "operations.h"
#include "str.h"
#include "type.h"

enum {
    WORTH_RELEASING = 2048, // bytes, as in CPython
    LARGEST_DIGEST = 64,    // bytes
};

typedef struct HashObject {
    Object object;
    uint64_t kind; // second-word rule; always 0
    const struct nettle_hash *algorithm;
    const char *name;
    void *state;
} HashObject;

static HashObject *as_hash(Value v) {
    return (HashObject *)as_object(v);
}

// X(name in Mini and Nettle, name in texts)
#define ALGORITHMS(X)                                                                              \
    X(md5, "MD5")                                                                                  \
    X(sha1, "SHA1")                                                                                \
    X(sha224, "SHA224")                                                                            \
    X(sha256, "SHA256")                                                                            \
    X(sha384, "SHA384")                                                                            \
    X(sha512, "SHA512")                                                                            \
    X(sha3_224, "SHA3-224")                                                                        \
    X(sha3_256, "SHA3-256")                                                                        \
    X(sha3_384, "SHA3-384")                                                                        \
    X(sha3_512, "SHA3-512")

typedef struct Algorithm {
    const char *name;
    const struct nettle_hash *hash;
} Algorithm;

static const Algorithm *find_algorithm(const Str *name) {
#define ROW(name, text) {#name, &nettle_##name},
    static const Algorithm algorithms[] = {ALGORITHMS(ROW)};
#undef ROW
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (str_equal_c(name, algorithms[i].name))
            return &algorithms[i];
    return NULL;
}

static void *copy_state(Thread *thread, const HashObject *self) {
    size_t size = self->algorithm->context_size;
    void *copy = heap_allocate(thread_heap(thread), CELL_BUFFER, size);
    memcpy(copy, self->state, size);
    return copy;
}

static void update_in_region(Thread *thread, HashObject *self, const BytesView *view) {
    void *state = copy_state(thread, self);
    blocking_begin(&thread->core, BLOCK_CALL, "hash");
    self->algorithm->update(state, view->length, view->data);
    blocking_end(&thread->core);
    self->state = state;
}

static bool update(Thread *thread, HashObject *self, Value data) {
    BytesView view;
    if (is_str(data))
        return raise_false(thread, ERROR_TypeError, "Strings must be encoded before hashing");
    if (is_memoryview(data) && !bytes_view(thread, data, &view))
        return false;
    if (!bytes_view_optional(thread, data, &view))
        return raise_false(thread, ERROR_TypeError, "object supporting the buffer API required");
    if (is_bytes(data) && view.length >= WORTH_RELEASING)
        update_in_region(thread, self, &view);
    else
        self->algorithm->update(self->state, view.length, view.data);
    return true;
}

static Bytes *digest(Thread *thread, const HashObject *self) {
    void *state = copy_state(thread, self);
    Bytes *result = bytes_new(thread, NULL, self->algorithm->digest_size);
    self->algorithm->digest(state, result->length, bytes_contents(result));
    return result;
}

// ---- Methods ----

static Value hash_update(Thread *thread, Value *args) {
    return update(thread, as_hash(args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR;
}

static Value hash_digest(Thread *thread, Value *args) {
    return value_object(digest(thread, as_hash(args[0])));
}

static Value hash_hexdigest(Thread *thread, Value *args) {
    static const char digits[] = "0123456789abcdef";
    char text[2 * LARGEST_DIGEST];
    const Bytes *bytes = digest(thread, as_hash(args[0]));
    for (size_t i = 0; i < bytes->length; i++) {
        text[2 * i] = digits[bytes->data[i] >> 4];
        text[2 * i + 1] = digits[bytes->data[i] & 15];
    }
    return value_object(str_new_latin1(thread, text, 2 * bytes->length));
}

static Value hash_copy(Thread *thread, Value *args) {
    const HashObject *self = as_hash(args[0]);
    HashObject *copy = object_new(thread, self->object.type);
    copy->algorithm = self->algorithm;
    copy->name = self->name;
    copy->state = copy_state(thread, self);
    return value_object(copy);
}

static Value get_name(Thread *thread, Value self) {
    return library_text(thread, as_hash(self)->name);
}
static Value get_digest_size(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_hash(self)->algorithm->digest_size);
}
static Value get_block_size(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_hash(self)->algorithm->block_size);
}

static Value hash_repr(Thread *thread, Value self) {
    return value_object(str_format(thread, "<%s _hashlib.HASH object @ %p>", as_hash(self)->name,
                                   (void *)as_object(self)));
}

static void hash_trace(Marker *marker, Object *object) {
    mark_buffer(marker, ((const HashObject *)object)->state);
}

static const NativeSpec hash_methods[] = {
    NATIVE("update", hash_update, "(self, obj, /)", "Add bytes to what is hashed."),
    NATIVE("digest", hash_digest, "(self, /)", "The hash of all bytes so far."),
    NATIVE("hexdigest", hash_hexdigest, "(self, /)", "The same as hexadecimal digits."),
    NATIVE("copy", hash_copy, "(self, /)", "A second object in the same state."),
    NATIVE_END,
};

static const GetSetSpec hash_getsets[] = {
    GETSET("name", get_name, NULL, "The name of the algorithm."),
    GETSET("digest_size", get_digest_size, NULL, "How many bytes a digest has."),
    GETSET("block_size", get_block_size, NULL, "How many bytes the algorithm takes at a time."),
    GETSET_END,
};

const TypeSpec hash_type_spec = {
    .name = "_hashlib.HASH",
    .doc = "A hash under way.",
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(HashObject),
    .slots = {.repr = hash_repr, .trace = hash_trace},
    .methods = hash_methods,
    .getsets = hash_getsets,
};

static Value begin(Thread *thread, const Algorithm *algorithm, Value data) {
    HashObject *self = object_new(thread, library_late_type(thread, LATE_hash));
    self->algorithm = algorithm->hash;
    self->name = algorithm->name;
    self->state = heap_allocate(thread_heap(thread), CELL_BUFFER, self->algorithm->context_size);
    self->algorithm->init(self->state);
    return is_undefined(data) || update(thread, self, data) ? value_object(self) : VALUE_ERROR;
}

// args: name, data
static Value hash_new(Thread *thread, Value *args) {
    if (!is_str(args[0]))
        return raise_error(thread, ERROR_TypeError, "new() argument 'name' must be str, not %s",
                           type_name(thread, args[0]));
    const Algorithm *algorithm = find_algorithm(as_str(args[0]));
    return algorithm ? begin(thread, algorithm, args[1])
                     : raise_error(thread, ERROR_ValueError, "unsupported hash type %s",
                                   str_text(thread, as_str(args[0])));
}

#define FUNCTION(name, text)                                                                       \
    static Value hash_##name(Thread *thread, Value *args) {                                        \
        return begin(thread, &(const Algorithm){#name, &nettle_##name}, args[0]);                  \
    }
ALGORITHMS(FUNCTION)

#define NATIVE_ROW(name, text)                                                                     \
    NATIVE(#name, hash_##name, "(string=..., *, usedforsecurity=True)",                            \
           "A hash object of " text ", fed with these bytes."),
static const NativeSpec functions[] = {
    NATIVE("_new", hash_new, "(name, data, /)", "A hash object of a named algorithm."),
    ALGORITHMS(NATIVE_ROW) NATIVE_END,
};

bool hash_module_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, functions);
    return true;
}
