// SPDX-License-Identifier: MIT
//
// The three files a program starts with. stdout goes out line by line on a terminal and in blocks
// otherwise; stderr goes out at once, because what is written there is wanted when things go
// wrong. A descriptor that was closed before we started gives None, as in CPython.
#include "standard_files.h"

#include "call.h"
#include "dict.h"
#include "exception.h"
#include "file.h"
#include "operations.h"
#include "str.h"
#include "string_builder.h"
#include "text_file.h"
#include "traceback.h"
#include "type.h"
#include "unraisable.h"
#include "working_text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct StandardFile {
    int fd;
    const char *name, *dunder, *label;
    uint64_t flags;
    LibraryType type;
    const char *errors;
} StandardFile;

static uint64_t buffering_of(Thread *thread, const StandardFile *row) {
    if (row->fd == STDERR_FILENO)
        return FILE_UNBUFFERED;
    if (row->fd == STDIN_FILENO)
        return 0;
    if (thread->interpreter->options.unbuffered)
        return FILE_UNBUFFERED;
    return isatty(row->fd) ? FILE_LINE_BUFFERED : 0;
}

// The locale's name, in the order in which the C library looks for it.
static bool locale_is_plain(void) {
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    static const char *const plain[] = {"C", "POSIX", "C.UTF-8", "C.utf8"};
    const char *name = NULL;
    for (size_t i = 0; i < 3 && (name == NULL || *name == '\0'); i++)
        name = getenv(variables[i]);
    for (size_t i = 0; name != NULL && *name != '\0' && i < 4; i++) {
        if (strcmp(name, plain[i]) == 0)
            return true;
    }
    return name == NULL || *name == '\0';
}

// PYTHONIOENCODING, "ENCODING:ERRORS", either may be left out; NULL without it.
static const char *told_encoding(Thread *thread) {
    return thread->interpreter->options.flags.ignore_environment ? NULL
                                                                 : getenv("PYTHONIOENCODING");
}

// Where nobody says what language is spoken, bytes that are no UTF-8 go through unchanged.
static const char *errors_of(Thread *thread, const StandardFile *row) {
    const char *told = told_encoding(thread), *colon = told == NULL ? NULL : strchr(told, ':');
    if (row->fd == STDERR_FILENO)
        return row->errors;
    if (colon != NULL && colon[1] != '\0')
        return colon + 1;
    return told == NULL && locale_is_plain() ? "surrogateescape" : row->errors;
}

static TextFile *make_text(Thread *thread, const StandardFile *row, File *file) {
    char encoding[64] = "";
    const char *told = told_encoding(thread);
    if (told != NULL)
        snprintf(encoding, sizeof encoding, "%.*s", (int)strcspn(told, ":"), told);
    TextFile *text = text_file_new(thread, file, encoding[0] == '\0' ? NULL : encoding, "utf-8",
                                   errors_of(thread, row), NEWLINE_UNIVERSAL);
    if (text != NULL || told == NULL)
        return text;
    error_clear(thread); // a coding that only the module codecs knows, or nobody
    return text_file_new(thread, file, NULL, "utf-8", row->errors, NEWLINE_UNIVERSAL);
}

static Value make_file(Thread *thread, const StandardFile *row) {
    if (fcntl(row->fd, F_GETFD) < 0)
        return VALUE_NONE;
    bool reading = row->fd == STDIN_FILENO;
    uint64_t flags = row->flags | FILE_KEEP_DESCRIPTOR | buffering_of(thread, row);
    File *file = file_new(thread, library_type(thread, row->type), row->fd, flags,
                          library_text(thread, row->label), reading ? "rb" : "wb");
    TextFile *text = make_text(thread, row, file);
    if (text == NULL)
        return VALUE_ERROR;
    text->mode = library_text(thread, reading ? "r" : "w");
    return value_object(text);
}

bool standard_files_init(Thread *thread, Module *sys) {
    static const StandardFile rows[] = {
        {STDIN_FILENO, "stdin", "__stdin__", "<stdin>", FILE_READABLE, LIBRARY_BufferedReader,
         "strict"},
        {STDOUT_FILENO, "stdout", "__stdout__", "<stdout>", FILE_WRITABLE, LIBRARY_BufferedWriter,
         "strict"},
        {STDERR_FILENO, "stderr", "__stderr__", "<stderr>", FILE_WRITABLE, LIBRARY_BufferedWriter,
         "backslashreplace"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Value file = make_file(thread, &rows[i]);
        if (is_error(file))
            return false;
        module_add(thread, sys, rows[i].name, file);
        module_add(thread, sys, rows[i].dunder, file);
        if (rows[i].fd == STDOUT_FILENO)
            thread->interpreter->stdout_object = file;
        else if (rows[i].fd == STDERR_FILENO)
            thread->interpreter->stderr_object = file;
    }
    return true;
}

// ---- Complaints ----

static bool write_to(Thread *thread, Value file, Str *text) {
    if (library_is(thread, file, LIBRARY_TextIOWrapper))
        return text_file_write(thread, (TextFile *)as_object(file), text);
    Value argument = value_object(text);
    return !is_error(call_method(thread, file, common_name(thread, NAME_write), &argument, 1));
}

void standard_files_complain(Thread *thread, const char *text, size_t length) {
    Value file = library_sys_attribute(thread, common_name(thread, NAME_stderr));
    if (is_none(file))
        return;
    bool written =
        !is_undefined(file) && write_to(thread, file, str_new_utf8(thread, text, length));
    if (!written && write(STDERR_FILENO, text, length) < 0)
        thread->interpreter->lost_complaint = true;
    error_clear(thread);
}

static bool flush_file(Thread *thread, Value file) {
    if (is_undefined(file) || is_none(file))
        return true;
    if (library_is(thread, file, LIBRARY_TextIOWrapper)) {
        TextFile *text = as_text_file(file);
        return text->file->flags & FILE_CLOSED || file_flush(thread, text->file);
    }
    return !is_error(call_method(thread, file, common_name(thread, NAME_flush), NULL, 0));
}

static bool flush_named(Thread *thread, NameIndex name) {
    return flush_file(thread, library_sys_attribute(thread, common_name(thread, name)));
}

bool standard_files_print_exception(Thread *thread, Value exception) {
    if (!flush_named(thread, NAME_stdout))
        error_clear(thread);
    WorkingText working;
    StringBuilder *out = working_text_begin(thread, &working);
    traceback_print(thread, exception, out);
    if (error_pending(thread))
        error_clear(thread);
    standard_files_complain(thread, out->data, out->length);
    working_text_end(thread, &working);
    return true;
}

static bool forgive(Thread *thread, bool done) {
    if (!done && (error_matches(thread, ERROR_OSError) || error_matches(thread, ERROR_ValueError)))
        error_clear(thread);
    return !error_pending(thread);
}

bool standard_files_flush_for_fork(Thread *thread) {
    return forgive(thread, flush_named(thread, NAME_stdout)) &&
           forgive(thread, flush_named(thread, NAME_stderr));
}

bool standard_files_flush(Thread *thread) {
    bool flushed = flush_named(thread, NAME_stdout);
    if (!flushed) {
        Value error = error_take(thread);
        unraisable_report(thread, error, "Exception ignored on flushing sys.stdout", VALUE_NONE);
    }
    if (flush_named(thread, NAME_stderr))
        return flushed && !thread->interpreter->lost_complaint;
    error_clear(thread);
    return false;
}
