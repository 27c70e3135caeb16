// SPDX-License-Identifier: MIT
//
// Argument and environment vectors. Reading an item may run Mini code (__fspath__, keys()) and may
// run out of memory, so nothing here is malloc'ed: the texts are collected as bytes objects, and at
// the end one buffer of the heap takes the pointers and, behind them, the texts.
#include "os_vector.h"

#include "byte_builder.h"
#include "bytes.h"
#include "call.h"
#include "execute.h"
#include "library.h"
#include "list.h"
#include "operations.h"
#include "os_functions.h"
#include "str.h"

#include <string.h>
#include <unistd.h>

static void add_text(Thread *thread, List *texts, const char *text) {
    list_append(thread, texts,
                value_object(bytes_new(thread, (const uint8_t *)text, strlen(text))));
}

static char **vector_of(Thread *thread, const List *texts) {
    size_t count = texts->length, size = (count + 1) * sizeof(char *);
    for (size_t i = 0; i < count; i++)
        size += as_bytes(texts->items[i])->length + 1;
    char **vector = heap_allocate(thread_heap(thread), CELL_BUFFER, size);
    char *to = (char *)(vector + count + 1);
    for (size_t i = 0; i < count; i++) {
        const Bytes *text = as_bytes(texts->items[i]);
        vector[i] = memcpy(to, text->data, text->length + 1);
        to += text->length + 1;
    }
    return vector;
}

// NULL: exception set.
static const char *text_of(Thread *thread, Value v) {
    OsPath path;
    Value text = is_str(v) || is_bytes(v) ? v : library_path_text(thread, v, "");
    if (is_error(text))
        return NULL;
    if (os_path(thread, text, VALUE_NONE, OS_PATH, "exec", "argument", &path))
        return path.text;
    if (error_matches(thread, ERROR_ValueError)) {
        error_clear(thread);
        error_raise(thread, ERROR_ValueError, "embedded null byte");
    }
    return NULL;
}

char **os_vector_of_arguments(Thread *thread, Value items) {
    Value list = operation_to_list(thread, items);
    if (is_error(list))
        return NULL;
    List *texts = list_new(thread, as_list(list)->length);
    for (size_t i = 0; i < as_list(list)->length; i++) {
        const char *text = text_of(thread, as_list(list)->items[i]);
        if (text == NULL)
            return NULL;
        add_text(thread, texts, text);
    }
    return vector_of(thread, texts);
}

// NULL: exception set.
static Bytes *join(Thread *thread, Value key, Value v) {
    const char *name = text_of(thread, key), *value = name == NULL ? NULL : text_of(thread, v);
    if (value == NULL)
        return NULL;
    if (name[0] == '\0' || strchr(name + 1, '=') != NULL) {
        error_raise(thread, ERROR_ValueError, "illegal environment variable name");
        return NULL;
    }
    ByteBuilder entry;
    byte_builder_init(&entry, thread, strlen(name) + strlen(value) + 1);
    byte_builder_add(&entry, name, strlen(name));
    byte_builder_put(&entry, '=');
    byte_builder_add(&entry, value, strlen(value));
    return byte_builder_finish(&entry);
}

static Value list_by(Thread *thread, Value mapping, const char *method) {
    Value items = call_method(thread, mapping, str_intern_c(thread, method), NULL, 0);
    return is_error(items) ? items : operation_to_list(thread, items);
}

static char **copy_environ(Thread *thread) {
    List *texts = list_new(thread, 64);
    for (size_t i = 0; environ[i] != NULL; i++)
        add_text(thread, texts, environ[i]);
    return vector_of(thread, texts);
}

char **os_vector_of_environment(Thread *thread, const char *function, Value mapping) {
    if (is_none(mapping))
        return copy_environ(thread);
    Value keys = list_by(thread, mapping, "keys");
    if (is_error(keys) && error_matches(thread, ERROR_AttributeError)) {
        error_clear(thread);
        error_raise(thread, ERROR_TypeError, "%s: environment must be a mapping object", function);
    }
    Value values = is_error(keys) ? keys : list_by(thread, mapping, "values");
    if (is_error(values))
        return NULL;
    size_t count = as_list(keys)->length;
    count = as_list(values)->length < count ? as_list(values)->length : count;
    List *texts = list_new(thread, count);
    for (size_t i = 0; i < count; i++) {
        Bytes *entry = join(thread, as_list(keys)->items[i], as_list(values)->items[i]);
        if (entry == NULL)
            return NULL;
        list_append(thread, texts, value_object(entry));
    }
    return vector_of(thread, texts);
}
