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
#include "module_spec.h"
#include "run_module.h"
#include "str.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_FAILED = 1, EXIT_NO_FILE = 2 };

static Str *absolute(Thread *thread, const char *path) {
    char here[4096];
    if (path[0] == '/' || getcwd(here, sizeof here) == NULL)
        return str_from_c(thread, path);
    if (path[0] == '\0')
        return str_from_c(thread, here);
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
    int64_t number = ENOMEM; // otherwise it is a MemoryError
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

static int complain_archive(const char *path) {
    fprintf(
        stderr,
        "mini: '%s' is a zip archive, which Mini does not read; unpack it, and run the folder\n",
        path);
    return EXIT_FAILED;
}

static int load_file(Thread *thread, const char *path, Program *program) {
    program->path = program->file_name = absolute(thread, path);
    program->folder = folder_of(thread, path);
    const char *full = str_text(thread, program->path);
    char *text = read_source_file(thread, path, &program->length);
    if (text == NULL)
        return complain_unopened(thread, full, path);
    if (program->length >= 4 && memcmp(text, "PK\003\004", 4) == 0)
        return complain_archive(full);
    for (size_t i = 0; program->skip_first_line && i < program->length && text[i] != '\n'; i++)
        text[i] = ' ';
    program->text = text;
    return -1;
}

static Str *main_file_in(Thread *thread, const char *folder) {
    static const char *const names[] = {"__main__.mini", "__main__.py"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        Str *path = str_format(thread, "%s/%s", folder, names[i]);
        if (run_module_is_file(str_text(thread, path)))
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
    Value folders = value_object(program->folder);
    program->package = thread->interpreter->empty_str;
    program->spec = import_find_spec(thread, common_name(thread, NAME___main__),
                                     value_object(list_from_array(thread, &folders, 1)));
    return status;
}

// ---- Code and standard input ----

// As in Python the program ends with a line's end, whatever the shell has handed over.
static int load_code(Thread *thread, const char *code, Program *program) {
    program->file_name = str_from_c(thread, "<string>");
    program->folder = thread->interpreter->empty_str;
    size_t length = strlen(code);
    char *line = heap_allocate(thread_heap(thread), CELL_BUFFER, length + 2);
    memcpy(line, code, length);
    memcpy(line + length, "\n", 2);
    program->text = line;
    program->length = length + 1;
    return -1;
}

// A closed standard input is an empty program, as in Python.
static int read_standard_input(Thread *thread, Program *program) {
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
    program->text = text;
    program->length = length;
    return -1;
}

static int load_standard_input(Thread *thread, Program *program) {
    struct stat status;
    bool is_open = fstat(STDIN_FILENO, &status) == 0;
    program->file_name = str_from_c(thread, "<stdin>");
    program->path = program->file_name;
    program->folder = thread->interpreter->empty_str;
    program->text = "";
    if (is_open && S_ISDIR(status.st_mode)) {
        fprintf(stderr, "mini: <stdin> is a directory, cannot continue\n");
        return EXIT_FAILED;
    }
    return is_open ? read_standard_input(thread, program) : -1;
}

// ---- A module ----

static int load_embedded(Thread *thread, const ModuleSpec *spec, Program *program) {
    program->file_name = str_format(thread, "<mini>/%s.mini", spec->name);
    program->library = spec;
    return -1;
}

static void begin_path(Thread *thread, const Options *options, Str *folder) {
    Value path = library_sys_attribute(thread, common_name(thread, NAME_path));
    if (options->interpreter.flags.safe_path != 0)
        return;
    list_insert(thread, as_list(path), 0, value_object(folder));
    thread->interpreter->program_folder = str_intern(thread, folder);
}

// Finding the module runs the packages around it, which may want sys.path and __main__.
static int load_module(Thread *thread, const Options *options, Program *program) {
    FoundModule found;
    program->main = run_source_main(thread);
    begin_path(thread, options, absolute(thread, ""));
    int status = run_module_find(thread, options->target, &found);
    if (status >= 0)
        return status;
    program->spec = found.spec;
    program->package = found.package;
    return found.file == NULL ? load_embedded(thread, found.library, program)
                              : load_file(thread, str_text(thread, found.file), program);
}

static int load_doctor(Thread *thread, Program *program) {
    program->folder = thread->interpreter->empty_str;
    return load_embedded(thread, import_find_embedded(thread, "_doctor"), program);
}

int run_source_load(Thread *thread, const Options *options, Program *program) {
    *program = (Program){.spec = VALUE_NONE};
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
        return load_doctor(thread, program);
    default:
        break;
    }
    if (run_module_is_folder(options->target) || options->target[0] == '\0')
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
    Module *main = program->main != NULL ? program->main : run_source_main(thread);
    module_add(thread, main, "__package__",
               program->package == NULL ? VALUE_NONE : value_object(program->package));
    if (program->path != NULL)
        module_add(thread, main, "__file__", value_object(program->path));
    module_spec_describe_main(thread, main, program->spec, program->path);
    return main;
}

static void prepare_path(Thread *thread, const Options *options, const Program *program) {
    Value path = library_sys_attribute(thread, common_name(thread, NAME_path));
    Value arguments = library_sys_attribute(thread, common_name(thread, NAME_argv));
    if (options->action == ACTION_DOCTOR) // nothing of the user's gets in its way
        list_clear(thread, as_list(path));
    else if (options->action != ACTION_MODULE)
        begin_path(thread, options, program->folder);
    else if (as_list(arguments)->length > 0)
        as_list(arguments)->items[0] = value_object(program->file_name);
}

Module *run_source_prepare(Thread *thread, const Options *options, const Program *program) {
    Module *main = make_main(thread, program);
    prepare_path(thread, options, program);
    return main;
}

Value run_source_execute(Thread *thread, const Program *program, Module *main) {
    bool is_mixed = program->library != NULL && program->library->initialise != NULL;
    if (is_mixed) // has no program, and its Mini half does nothing without the other
        return import_any(thread, str_from_c(thread, program->library->name));
    Code *code = program->library != NULL ? import_embedded_code(thread, program->library, false)
                                          : compile_text(thread, program->text, program->length,
                                                         program->file_name, COMPILE_FILE, false);
    return code == NULL ? VALUE_ERROR : run_code(thread, code, main->dict, VALUE_UNDEFINED);
}
