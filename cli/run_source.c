// SPDX-License-Identifier: MIT
//
// From the command line to the text of a program.
//
// A file that cannot be opened is a mistake in the command line, not in a program, so it is
// answered with a plain line and status 2, as python3 does. A folder is run if it holds a
// __main__ file. The path is made absolute at once, because the program may change the folder
// before a traceback wants to read the file again.
#include "run_source.h"

#include "attribute.h"
#include "dict.h"
#include "exception.h"
#include "file.h"
#include "help.h"
#include "import.h"
#include "library.h"
#include "list.h"
#include "str.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_FAILED = 1, EXIT_NO_FILE = 2 };

static bool is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool is_readable_file(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && !S_ISDIR(status.st_mode);
}

static Str *absolute(Thread *thread, const char *path) {
    char here[4096];
    if (path[0] == '/' || getcwd(here, sizeof here) == NULL)
        return str_from_c(thread, path);
    return str_format(thread, "%s/%s", here, path);
}

static Str *folder_of(Thread *thread, const char *path) {
    char *real = realpath(path, NULL);
    char resolved[4096];
    snprintf(resolved, sizeof resolved, "%s", real != NULL ? real : path);
    free(real);
    const char *slash = strrchr(resolved, '/');
    return str_new_utf8(thread, resolved, slash == NULL ? 0 : (size_t)(slash - resolved));
}

// ---- A file ----

// `word`: what the command line says.
static int complain_unopened(Thread *thread, const char *path, const char *word) {
    Value error = error_take(thread);
    int64_t number = 0;
    if (exception_is(thread, error, ERROR_OSError)) {
        Value v = as_exception(error)->fields[OS_ERROR_ERRNO];
        number = is_small_int(v) ? as_small_int(v) : 0;
    }
    fprintf(stderr, "mini: can't open file '%s': [Errno %d] %s\n", path, (int)number,
            strerror((int)number));
    if (number == ENOENT)
        help_suggest_program(word);
    return EXIT_NO_FILE;
}

static int load_file(Thread *thread, const char *path, Program *program) {
    program->path = program->file_name = absolute(thread, path);
    program->folder = folder_of(thread, path);
    const char *full = str_text(thread, program->path);
    char *text = read_source_file(thread, full, &program->length);
    if (text == NULL)
        return complain_unopened(thread, full, path);
    for (size_t i = 0; program->skip_first_line && i < program->length && text[i] != '\n'; i++)
        text[i] = ' ';
    program->text = text;
    return -1;
}

static Str *main_file_in(Thread *thread, const char *folder) {
    static const char *const names[] = {"__main__.mini", "__main__.py"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        Str *path = str_format(thread, "%s/%s", folder, names[i]);
        if (is_readable_file(str_text(thread, path)))
            return path;
    }
    return NULL;
}

static int load_folder(Thread *thread, const char *folder, Program *program) {
    Str *path = main_file_in(thread, folder);
    if (path == NULL) {
        fprintf(stderr, "mini: can't find '__main__' module in '%s'\n",
                str_text(thread, absolute(thread, folder)));
        return EXIT_FAILED;
    }
    int status = load_file(thread, str_text(thread, path), program);
    program->package = thread->interpreter->empty_str;
    return status;
}

// ---- Code and standard input ----

static int load_code(Thread *thread, const char *code, Program *program) {
    program->file_name = str_from_c(thread, "<string>");
    program->folder = thread->interpreter->empty_str;
    program->text = code;
    program->length = strlen(code);
    return -1;
}

static int load_standard_input(Thread *thread, Program *program) {
    size_t capacity = FILE_BUFFER_SIZE, length = 0;
    Heap *heap = thread_heap(thread);
    char *text = heap_allocate(heap, CELL_BUFFER, capacity);
    for (;;) {
        int64_t count =
            file_read_descriptor(thread, STDIN_FILENO, (uint8_t *)text + length, capacity - length);
        if (count < 0)
            return EXIT_FAILED;
        if (count == 0)
            break;
        length += (size_t)count;
        if (length == capacity) {
            text = heap_resize_buffer(heap, text, capacity, 2 * capacity);
            capacity *= 2;
        }
    }
    program->file_name = str_from_c(thread, "<stdin>");
    program->path = program->file_name;
    program->folder = thread->interpreter->empty_str;
    program->text = text;
    program->length = length;
    return -1;
}

// ---- A module ----

// `name` in a folder, with slashes for its dots.
static Str *module_place(Thread *thread, Str *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s", name);
    for (char *p = path; *p != '\0'; p++)
        *p = *p == '.' ? '/' : *p;
    return folder->length == 0 ? str_from_c(thread, path)
                               : str_format(thread, "%s/%s", str_text(thread, folder), path);
}

static Str *find_in_folder(Thread *thread, Str *folder, const char *name, bool *is_package) {
    static const char *const forms[] = {".mini", "/__main__.mini", ".py", "/__main__.py"};
    Str *place = module_place(thread, folder, name);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        Str *file = str_format(thread, "%s%s", str_text(thread, place), forms[i]);
        *is_package = forms[i][0] == '/';
        if (is_readable_file(str_text(thread, file)))
            return file;
    }
    return NULL;
}

// In the current folder, which is not yet in sys.path, and in those of the environment.
static Str *find_module_file(Thread *thread, const Options *options, const char *name,
                             bool *is_package) {
    List *folders = as_list(library_sys_attribute(thread, common_name(thread, NAME_path)));
    Str *file = NULL;
    if (options->interpreter.flags.safe_path == 0)
        file = find_in_folder(thread, thread->interpreter->empty_str, name, is_package);
    for (size_t i = 0; i < folders->length && file == NULL; i++)
        file = find_in_folder(thread, as_str(folders->items[i]), name, is_package);
    return file;
}

static Str *parent_package(Thread *thread, const char *name) {
    const char *dot = strrchr(name, '.');
    return dot == NULL ? thread->interpreter->empty_str
                       : str_new_utf8(thread, name, (size_t)(dot - name));
}

static int complain_no_module(Thread *thread, const char *name) {
    Str *here = thread->interpreter->empty_str, *parent = parent_package(thread, name);
    const char *parent_text = str_text(thread, parent);
    if (is_folder(str_text(thread, module_place(thread, here, name)))) {
        fprintf(stderr,
                "mini: No module named %s.__main__; '%s' is a package and cannot be directly "
                "executed\n",
                name, name);
    } else if (parent->length > 0 &&
               !is_folder(str_text(thread, module_place(thread, here, parent_text)))) {
        fprintf(stderr,
                "mini: Error while finding module specification for '%s' (ModuleNotFoundError: No "
                "module named '%s')\n",
                name, parent_text);
    } else {
        fprintf(stderr, "mini: No module named %s\n", name);
    }
    return EXIT_FAILED;
}

static int load_embedded(Thread *thread, const char *name, Program *program) {
    const ModuleSpec *spec = import_find_embedded(thread, name);
    if (spec == NULL || spec->image == NULL)
        return complain_no_module(thread, name);
    program->file_name = str_format(thread, "<mini>/%s.mini", name);
    program->library = spec;
    return -1;
}

static int load_module(Thread *thread, const Options *options, Program *program) {
    const char *name = options->target;
    bool is_package = false;
    Str *file = find_module_file(thread, options, name, &is_package);
    int status = file == NULL ? load_embedded(thread, name, program)
                              : load_file(thread, str_text(thread, file), program);
    program->folder = absolute(thread, ".");
    program->package =
        is_package && file != NULL ? str_from_c(thread, name) : parent_package(thread, name);
    return status;
}

int run_source_load(Thread *thread, const Options *options, Program *program) {
    *program = (Program){0};
    switch (options->action) {
    case ACTION_CODE:
        return load_code(thread, options->target, program);
    case ACTION_STDIN:
        return load_standard_input(thread, program);
    case ACTION_MODULE:
        return load_module(thread, options, program);
    case ACTION_PROMPT:
        program->folder = thread->interpreter->empty_str;
        return -1;
    case ACTION_DOCTOR:
        program->folder = thread->interpreter->empty_str;
        return load_embedded(thread, "_doctor", program);
    default:
        break;
    }
    if (is_folder(options->target) || options->target[0] == '\0')
        return load_folder(thread, options->target, program);
    program->skip_first_line = options->skip_first_line;
    return load_file(thread, options->target, program);
}

// ---- Running ----

Module *run_source_main(Thread *thread) {
    Str *name = common_name(thread, NAME___main__);
    Module *main = module_new(thread, name);
    dict_set_str(thread, thread->interpreter->modules, name, value_object(main));
    module_add(
        thread, main, "__builtins__",
        dict_get_str(thread, thread->interpreter->modules, common_name(thread, NAME_builtins)));
    module_add(thread, main, "__annotations__", value_object(dict_new(thread, 0)));
    module_add(thread, main, "__package__", VALUE_NONE);
    return main;
}

static Module *make_main(Thread *thread, const Program *program) {
    Module *main = run_source_main(thread);
    module_add(thread, main, "__package__",
               program->package == NULL ? VALUE_NONE : value_object(program->package));
    if (program->path != NULL)
        module_add(thread, main, "__file__", value_object(program->path));
    return main;
}

static bool prepare_path(Thread *thread, const Options *options, const Program *program) {
    Value path = library_sys_attribute(thread, common_name(thread, NAME_path));
    if (options->action == ACTION_DOCTOR) // nothing of the user's gets in its way
        list_clear(thread, as_list(path));
    else if (options->interpreter.flags.safe_path == 0)
        list_insert(thread, as_list(path), 0, value_object(program->folder));
    Value arguments = library_sys_attribute(thread, common_name(thread, NAME_argv));
    bool is_module = options->action == ACTION_MODULE && as_list(arguments)->length > 0;
    if (is_module)
        as_list(arguments)->items[0] = value_object(program->file_name);
    if (program->package == NULL || program->package->length == 0)
        return true;
    return import_module(thread, program->package) != NULL;
}

Module *run_source_prepare(Thread *thread, const Options *options, const Program *program) {
    Module *main = make_main(thread, program);
    return prepare_path(thread, options, program) ? main : NULL;
}

Value run_source_execute(Thread *thread, const Program *program, Module *main) {
    Code *code = program->library != NULL ? import_embedded_code(thread, program->library, false)
                                          : compile_text(thread, program->text, program->length,
                                                         program->file_name, COMPILE_FILE, false);
    return code == NULL ? VALUE_ERROR : run_code(thread, code, main->dict, VALUE_UNDEFINED);
}
