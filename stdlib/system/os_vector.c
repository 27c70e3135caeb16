// SPDX-License-Identifier: MIT
//
// Argument and environment vectors. Reading an item may run Mini code (__fspath__, keys()), so a
// vector under construction is owned by the one function that builds it, which frees it when an
// item is refused; memory exhaustion in the middle leaks a few strings and nothing else.
#include "os_vector.h"

#include "bytes.h"
#include "call.h"
#include "execute.h"
#include "library.h"
#include "list.h"
#include "operations.h"
#include "os_functions.h"
#include "str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void os_vector_free(char **vector) {
    for (size_t i = 0; vector != NULL && vector[i] != NULL; i++)
        free(vector[i]);
    free(vector);
}

static char **new_vector(Thread *thread, size_t count) {
    char **vector = calloc(count + 1, sizeof *vector);
    if (vector == NULL)
        error_raise(thread, ERROR_MemoryError, "no memory");
    return vector;
}

static char *copy_text(Thread *thread, Value v) {
    OsPath path;
    Value text = is_str(v) || is_bytes(v) ? v : library_path_text(thread, v, "");
    if (is_error(text))
        return NULL;
    if (os_path(thread, text, VALUE_NONE, OS_PATH, "exec", "argument", &path))
        return strdup(path.text);
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
    size_t count = as_list(list)->length;
    char **vector = new_vector(thread, count);
    for (size_t i = 0; vector != NULL && i < count; i++) {
        vector[i] = copy_text(thread, as_list(list)->items[i]);
        if (vector[i] == NULL) {
            os_vector_free(vector);
            return NULL;
        }
    }
    return vector;
}

static char *join(Thread *thread, Value key, Value v) {
    char *name = copy_text(thread, key), *value = name == NULL ? NULL : copy_text(thread, v);
    char *entry = NULL;
    if (value != NULL && (name[0] == '\0' || strchr(name + 1, '=') != NULL))
        error_raise(thread, ERROR_ValueError, "illegal environment variable name");
    else if (value != NULL && asprintf(&entry, "%s=%s", name, value) < 0)
        entry = NULL;
    free(name);
    free(value);
    return entry;
}

static Value list_by(Thread *thread, Value mapping, const char *method) {
    Value items = call_method(thread, mapping, str_intern_c(thread, method), NULL, 0);
    return is_error(items) ? items : operation_to_list(thread, items);
}

static char **copy_environ(Thread *thread) {
    size_t count = 0;
    while (environ[count] != NULL)
        count++;
    char **vector = new_vector(thread, count);
    for (size_t i = 0; vector != NULL && i < count; i++)
        vector[i] = strdup(environ[i]);
    return vector;
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
    char **vector = new_vector(thread, count);
    for (size_t i = 0; vector != NULL && i < count; i++) {
        vector[i] = join(thread, as_list(keys)->items[i], as_list(values)->items[i]);
        if (vector[i] == NULL) {
            os_vector_free(vector);
            return NULL;
        }
    }
    return vector;
}
