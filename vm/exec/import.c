// SPDX-License-Identifier: MIT
//
// import: from a name to a module that has been run once.
//
// sys.modules is asked first. A new module is looked for among the native modules of the binary and
// those that CPython has in its own, then in the folders of sys.path (name/__init__.mini,
// name.mini, and the same with .py, for a Mini program is a Python program; folders without
// __init__ make a namespace package), then among the library's modules written in Mini, which were
// compiled when the binary was (image.h). One alias table gives Mini's short names to Python's
// concurrency modules. A module is entered in sys.modules before its body runs, so that modules may
// import each other; if its body raises, it is taken out again. CPython's importlib does the same
// with many more hooks.
//
// Another thread that imports a module while its body runs is parked until the body has ended. Two
// threads whose modules import each other would wait for ever: then one of them goes on with the
// module as far as it has come, just as within one thread.
#include "import.h"

#include "attribute.h"
#include "blocking.h"
#include "call.h"
#include "dict.h"
#include "exception.h"
#include "execute.h"
#include "function.h"
#include "heap_charge.h"
#include "image.h"
#include "import_time.h"
#include "int.h"
#include "list.h"
#include "module_spec.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- Running code ----

Value run_code(Thread *thread, Code *code, Dict *globals, Value locals) {
    Value function = function_new(thread, code, globals, NULL);
    if (code->parameter_count == 1) {
        Value namespace = is_undefined(locals) ? value_object(globals) : locals;
        return call_value(thread, function, &namespace, 1);
    }
    return call_value(thread, function, NULL, 0);
}

// ---- Reading files ----

static ssize_t read_blocking(Thread *thread, int fd, char *buffer, size_t size) {
    blocking_begin(&thread->core, BLOCK_IO, "read");
    ssize_t n = read(fd, buffer, size);
    blocking_end(&thread->core);
    return n;
}

typedef struct Reading {
    int fd;
    int error; // errno; 0: all is there
    char *text;
    size_t length;
} Reading;

static bool read_all(Thread *thread, void *context) {
    Reading *reading = context;
    struct stat status;
    fstat(reading->fd, &status);
    if (S_ISDIR(status.st_mode)) {
        reading->error = EISDIR;
        return true;
    }
    size_t capacity = (S_ISREG(status.st_mode) ? (size_t)status.st_size : 0) + 4096, used = 0;
    char *text = heap_allocate_bytes(thread_heap(thread), capacity);
    for (;;) {
        if (used + 1 >= capacity) {
            text = heap_resize_bytes(thread_heap(thread), text, capacity, 2 * capacity);
            capacity *= 2;
        }
        ssize_t n = read_blocking(thread, reading->fd, text + used, capacity - used - 1);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            reading->error = n < 0 ? errno : 0;
            reading->text = text;
            reading->length = used;
            text[used] = '\0';
            return true;
        }
        used += (size_t)n;
    }
}

char *read_source_file(Thread *thread, const char *path, size_t *length) {
    Reading reading = {.fd = open(path, O_RDONLY | O_CLOEXEC)};
    if (reading.fd < 0) {
        reading.error = errno;
    } else {
        bool has_memory = run_guarded(thread, read_all, &reading);
        close(reading.fd);
        if (!has_memory) {
            return NULL;
        }
    }
    if (reading.error != 0) {
        raise_os_error(thread, reading.error, value_object(str_from_c(thread, path)));
        return NULL;
    }
    *length = reading.length;
    return reading.text;
}

// ---- Finding ----

const ModuleSpec *import_find_embedded(Thread *thread, const char *name) {
    const ModuleSpec *spec = thread->interpreter->options.modules;
    for (; spec != NULL && spec->name != NULL; spec++) {
        if (strcmp(spec->name, name) == 0) {
            return spec;
        }
    }
    return NULL;
}

// May no file of the program hide it?
static bool comes_first(Thread *thread, const ModuleSpec *spec) {
    const char *const *name = thread->interpreter->options.built_in;
    while (name != NULL && *name != NULL && strcmp(*name, spec->name) != 0) {
        name++;
    }
    return spec->image == NULL || (name != NULL && *name != NULL);
}

const char *import_library_name(Thread *thread, const char *name) {
    const ModuleAlias *alias = thread->interpreter->options.aliases;
    for (; alias != NULL && alias->alias != NULL; alias++) {
        if (strcmp(alias->alias, name) == 0) {
            return alias->name;
        }
    }
    return name;
}

// Is it `package`, a dot and more? What -m runs is no submodule, and os.path an attribute of os.
static bool is_inside(const char *name, const char *package) {
    size_t length = strlen(package);
    return strncmp(name, package, length) == 0 && name[length] == '.' &&
           strcmp(name + length, ".__main__") != 0 && strcmp(name, "os.path") != 0;
}

bool import_is_package(Thread *thread, const char *name) {
    const char *real = import_library_name(thread, name);
    const ModuleSpec *spec = thread->interpreter->options.modules;
    while (spec->name != NULL && !is_inside(spec->name, real)) {
        spec++;
    }
    return spec->name != NULL;
}

bool import_is_library(Thread *thread, const char *name) {
    return import_find_embedded(thread, import_library_name(thread, name)) != NULL;
}

static bool try_file(Thread *thread, const char *folder, const char *name, const char *suffix,
                     bool is_package, ModuleSource *source) {
    Str *path = str_format(thread, "%s%s%s%s", folder, folder[0] == '\0' ? "" : "/", name, suffix);
    struct stat status;
    if (stat(str_text(thread, path), &status) != 0 || !S_ISREG(status.st_mode)) {
        return false;
    }
    *source = (ModuleSource){.path = path, .is_package = is_package};
    return true;
}

// The program may change its folder before somebody wants to read the file again.
static Str *absolute(Thread *thread, Str *path) {
    char here[PATH_MAX];
    if (str_text(thread, path)[0] == '/' || getcwd(here, sizeof here) == NULL) {
        return path;
    }
    const char *text = str_text(thread, path);
    while (text[0] == '.' && text[1] == '/') {
        text += 2;
    }
    return str_format(thread, "%s/%s", here, text);
}

static bool find_in_folder(Thread *thread, const char *folder, const char *name,
                           ModuleSource *source) {
    static const struct {
        const char *suffix;
        bool is_package;
    } forms[] = {
        {"/__init__.mini", true}, {".mini", false}, {"/__init__.py", true}, {".py", false}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (try_file(thread, folder, name, forms[i].suffix, forms[i].is_package, source)) {
            source->path = absolute(thread, source->path);
            return true;
        }
    }
    return false;
}

// A folder without __init__ is a portion of the namespace package `name`, should nothing better be
// found (PEP 420).
static void note_portion(Thread *thread, const char *folder, const char *name,
                         ModuleSource *source) {
    Str *path = str_format(thread, "%s%s%s", folder, folder[0] == '\0' ? "" : "/", name);
    struct stat status;
    if (stat(str_text(thread, path), &status) != 0 || !S_ISDIR(status.st_mode)) {
        return;
    }
    if (source->portions == NULL) {
        source->portions = list_new(thread, 1);
    }
    list_append(thread, source->portions, value_object(path));
}

// `path`: sys.path or a package's __path__, a list of str. Names that are none, as in `-m a.` and
// `-m a/b`, must not find the folder itself or what is further down.
static bool find_on_path(Thread *thread, Value path, const char *name, ModuleSource *source) {
    if (!is_list(path) || name[0] == '\0' || strchr(name, '/') != NULL) {
        return false;
    }
    for (size_t i = 0; i < as_list(path)->length; i++) {
        Value folder = as_list(path)->items[i];
        if (!is_str(folder)) {
            continue;
        }
        if (find_in_folder(thread, str_text(thread, as_str(folder)), name, source)) {
            return true;
        }
        note_portion(thread, str_text(thread, as_str(folder)), name, source);
    }
    return false;
}

// `path`: where to look for a file.
static bool find_module(Thread *thread, Value path, const char *full_name, const char *last_name,
                        ModuleSource *source) {
    const ModuleSpec *spec = import_find_embedded(thread, full_name);
    bool is_first = spec != NULL && comes_first(thread, spec);
    if (!is_first && find_on_path(thread, path, last_name, source)) {
        return true;
    }
    bool is_package = spec == NULL || import_is_package(thread, full_name);
    List *portions = spec == NULL ? source->portions : NULL;
    *source = (ModuleSource){.spec = spec, .is_package = is_package, .portions = portions};
    return spec != NULL || portions != NULL;
}

Value import_find_spec(Thread *thread, Str *full_name, Value path) {
    ModuleSource source = {0};
    const char *name = import_library_name(thread, str_text(thread, full_name));
    const char *dot = strrchr(name, '.');
    return find_module(thread, path, name, dot == NULL ? name : dot + 1, &source)
               ? module_spec_new(thread, full_name, &source)
               : VALUE_NONE;
}

// ---- Loading ----

static bool run_body(Thread *thread, Module *module, Code *code) {
    dict_set_str(thread, module->dict, common_name(thread, NAME___builtins__),
                 value_object(thread->interpreter->builtins));
    return code != NULL && !is_error(run_code(thread, code, module->dict, VALUE_UNDEFINED));
}

static bool load_file(Thread *thread, Module *module, const ModuleSource *source) {
    size_t length;
    const char *text = read_source_file(thread, str_text(thread, source->path), &length);
    return text != NULL &&
           run_body(thread, module,
                    compile_text(thread, text, length, source->path, COMPILE_FILE, false));
}

// The images are made without -O.
Code *import_embedded_code(Thread *thread, const ModuleSpec *spec, bool compiled) {
    Str *file_name = str_format(thread, "<mini>/%s.mini", spec->name);
    if (!compiled && thread->interpreter->options.flags.optimize == 0) {
        return image_load(thread, spec->image, file_name);
    }
    size_t length;
    const char *text = image_text(spec->image, &length);
    return compile_text(thread, text, length, file_name, COMPILE_FILE, false);
}

static bool run_embedded(Thread *thread, Module *module, const ModuleSpec *spec) {
    if (spec->initialise != NULL && !spec->initialise(thread, module)) {
        return false;
    }
    if (spec->image == NULL) {
        return true;
    }
    Code *code = import_embedded_code(thread, spec, false);
    if (code == NULL) {
        return false;
    }
    module_add(thread, module, "__file__", value_object(code->file->name));
    return run_body(thread, module, code);
}

bool import_fill_embedded(Thread *thread, Module *module, const ModuleSpec *spec) {
    HeapCharge before = heap_charge(thread_heap(thread));
    bool loaded = run_embedded(thread, module, spec);
    heap_forget_charge(thread_heap(thread), before);
    return loaded;
}

static void begin_import(Thread *thread, Module *module) {
    module->importer.holder = &thread->core;
    module->importer.taken_at = runtime_position(&thread->core);
}

static void end_import(Thread *thread, Module *module) {
    module->importer.holder = NULL;
    unpark_all(&thread->core, &module->waiters);
}

// Wait for the thread that runs the module's body; false: exception set.
static bool await_import(Thread *thread, Str *name, Module *module) {
    Wait wait = {.kind = WAIT_IMPORT,
                 .object = module,
                 .name = str_text(thread, name),
                 .queue = &module->waiters,
                 .owner = &module->importer,
                 .deadline = CLOCK_NEVER};
    while (module->importer.holder != NULL && module->importer.holder != &thread->core) {
        ParkResult result = park(&thread->core, &wait);
        if (result == PARK_DEADLOCK) {
            return true;
        }
        if (result == PARK_INTERRUPTED && !thread_safepoint(thread)) {
            return false;
        }
    }
    return true;
}

static void raise_module_not_found(Thread *thread, Str *name, Str *message) {
    Exception *error = exception_new(thread, ERROR_ModuleNotFoundError, message);
    error->fields[IMPORT_ERROR_NAME] = value_object(name);
    raise_value(thread, value_object(error));
}

// What does the work of a module that is not there.
static const char *instead_of(const Str *name) {
    bool calls_c = str_equal_c(name, "ctypes") || str_equal_c(name, "cffi");
    return calls_c ? "; Mini calls C through the module ffi" : "";
}

static Value raise_not_found(Thread *thread, Str *name, const char *reason) {
    Str *message = str_format(thread, "No module named '%s'%s%s", str_text(thread, name), reason,
                              instead_of(name));
    raise_module_not_found(thread, name, message);
    return VALUE_ERROR;
}

static Value raise_halted(Thread *thread, Str *name) {
    Str *message =
        str_format(thread, "import of %s halted; None in sys.modules", str_text(thread, name));
    raise_module_not_found(thread, name, message);
    return VALUE_ERROR;
}

// Look into sys.modules, waiting while another thread runs the module's body. UNDEFINED: it is not
// there (any more: the body may have failed). Programs may have put there whatever they like.
static Value find_imported(Thread *thread, Str *name) {
    Dict *modules = thread->interpreter->modules;
    Value known = dict_get_str(thread, modules, name);
    if (is_none(known)) { // how programs forbid a module
        return raise_halted(thread, name);
    }
    if (!is_module(known) || as_module(known)->importer.holder == NULL) {
        return known;
    }
    if (as_module(known)->importer.holder->life == THREAD_LOST) { // the fork left half a module
        return dict_delete(thread, modules, value_object(name)) < 0 ? VALUE_ERROR : VALUE_UNDEFINED;
    }
    return await_import(thread, name, as_module(known)) ? dict_get_str(thread, modules, name)
                                                        : VALUE_ERROR;
}

typedef struct Loading {
    Module *module;
    const ModuleSource *source;
} Loading;

static bool fill_module(Thread *thread, void *context) {
    const Loading *loading = context;
    const ModuleSource *source = loading->source;
    return source->spec != NULL ? import_fill_embedded(thread, loading->module, source->spec)
                                : source->path == NULL || load_file(thread, loading->module, source);
}

static const char *describe_source(Thread *thread, const ModuleSource *source) {
    return source->spec != NULL   ? "part of the binary"
           : source->path != NULL ? str_text(thread, source->path)
                                  : "folders without __init__";
}

// Others must not wait for ever, nor find half a module, when memory runs out on the way.
static Value load_module(Thread *thread, Str *name, const ModuleSource *source) {
    ImportTimer timer = import_time_begin(thread);
    Module *module = module_new(thread, name);
    Dict *modules = thread->interpreter->modules;
    module_spec_describe(thread, module, name, source);
    dict_set_str(thread, modules, name, value_object(module));
    begin_import(thread, module);
    Loading loading = {module, source};
    bool loaded = run_guarded(thread, fill_module, &loading);
    if (!loaded) {
        dict_delete_str(thread, modules, name);
    }
    end_import(thread, module);
    import_time_end(thread, &timer, str_text(thread, name), describe_source(thread, source));
    if (!loaded) {
        return VALUE_ERROR;
    }
    Value entered = dict_get_str(thread, modules, name); // the body may have replaced it
    return is_undefined(entered) ? value_object(module) : entered;
}

static Value import_alias(Thread *thread, Str *name, const char *target) {
    Value module = import_any(thread, str_from_c(thread, target));
    if (!is_error(module)) {
        dict_set_str(thread, thread->interpreter->modules, name, module);
    }
    return module;
}

// A program may have a module process of its own; then multiprocessing has only this one name.
static bool is_own_module(Thread *thread, Value path, const char *alias, ModuleSource *source) {
    return strchr(alias, '.') == NULL && find_on_path(thread, path, alias, source);
}

// `path`: the __path__ of the package it belongs to, or sys.path.
static Value import_one(Thread *thread, Value path, Str *full_name, const char *last_name) {
    Str *name = str_intern(thread, full_name);
    Value known = find_imported(thread, name);
    if (!is_undefined(known)) {
        return known;
    }
    const char *text = str_text(thread, name);
    const char *target = import_library_name(thread, text);
    ModuleSource source = {0};
    if (target != text && !is_own_module(thread, path, text, &source)) {
        return import_alias(thread, name, target);
    }
    return target != text || find_module(thread, path, text, last_name, &source)
               ? load_module(thread, name, &source)
               : raise_not_found(thread, name, "");
}

static Value import_top(Thread *thread, Str *full_name, const char *last_name) {
    Value path = attribute_get_optional(thread, thread->interpreter->sys_module,
                                        common_name(thread, NAME_path));
    return is_error(path) ? path : import_one(thread, path, full_name, last_name);
}

// The name in the library of a submodule of an alias: of aio.queues it is asyncio.queues. NULL: the
// package is no alias, or it is the program's own.
static Str *submodule_of_alias(Thread *thread, const char *text) {
    const char *dot = strchr(text, '.');
    Str *top = str_new_utf8(thread, text, (size_t)(dot - text));
    const char *name = str_text(thread, top);
    const char *target = import_library_name(thread, name);
    if (target == name) {
        return NULL;
    }
    Dict *modules = thread->interpreter->modules;
    Value alias = dict_get_str(thread, modules, top);
    Value library = dict_get_str(thread, modules, str_from_c(thread, target));
    return value_same(alias, library) ? str_format(thread, "%s%s", target, dot) : NULL;
}

// `dot`: the last one in `text`, which is that of `full_name`.
static Value import_submodule(Thread *thread, Str *full_name, const char *text, const char *dot) {
    Str *parent_name = str_new_utf8(thread, text, (size_t)(dot - text));
    Value parent = import_any(thread, parent_name);
    if (is_error(parent)) {
        return parent;
    }
    Str *target = submodule_of_alias(thread, text);
    if (target != NULL) {
        return import_alias(thread, full_name, str_text(thread, target));
    }
    Value path = attribute_get_optional(thread, parent, common_name(thread, NAME___path__));
    if (is_error(path)) {
        return path;
    }
    if (is_undefined(path) && import_find_embedded(thread, text) == NULL) {
        Str *reason = str_format(thread, "; '%s' is not a package", str_text(thread, parent_name));
        return raise_not_found(thread, full_name, str_text(thread, reason));
    }
    Value module = import_one(thread, path, full_name, dot + 1);
    if (!is_error(module) &&
        !attribute_set(thread, parent, str_intern_c(thread, dot + 1), module)) {
        error_clear(thread); // a parent that refuses has its reasons
    }
    return module;
}

// "a.b.c": import a, then a.b, then a.b.c, each entered as an attribute of the one before.
Value import_any(Thread *thread, Str *full_name) {
    Value known = find_imported(thread, str_intern(thread, full_name));
    if (!is_undefined(known)) {
        return known;
    }
    const char *text = str_text(thread, full_name);
    const char *dot = strrchr(text, '.');
    if (dot == NULL || import_library_name(thread, text) != text) {
        return import_top(thread, full_name, dot == NULL ? text : dot + 1);
    }
    return import_submodule(thread, full_name, text, dot);
}

Module *import_module(Thread *thread, Str *full_name) {
    Value module = import_any(thread, full_name);
    if (is_error(module) || is_module(module)) {
        return is_error(module) ? NULL : as_module(module);
    }
    raise_error(thread, ERROR_ImportError, "sys.modules['%s'] is no module",
                str_text(thread, full_name));
    return NULL;
}
