// SPDX-License-Identifier: MIT
//
// Compiles the modules written in Mini when Mini is built, so that importing them has nothing to
// parse:
//
//     embed OUTPUT.image OUTPUT.S FILE.mini...
//
// OUTPUT.image gets the image (vm/compile/image.h) of each FILE.mini, and OUTPUT.S makes it part of
// the binary's read-only data, under the names embedded_FILE. This is a program of its own with the
// first half of the compiler in it, and no interpreter.
#include "diagnostic.h"
#include "image_write.h"

#include <stdio.h>
#include <string.h>

enum { ALIGNMENT = 16 };

typedef struct Output {
    const char *image_path;
    StringBuilder image, labels;
} Output;

static bool complain(const char *path, const char *what) {
    fprintf(stderr, "embed: %s: %s\n", path, what);
    return false;
}

// ---- Files ----

static bool read_file(const char *path, StringBuilder *text) {
    char piece[4096];
    size_t count;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return complain(path, "cannot be opened");
    while ((count = fread(piece, 1, sizeof piece, file)) > 0)
        sb_write(text, piece, count);
    bool good = !ferror(file) && !text->out_of_memory;
    fclose(file);
    return good || complain(path, "cannot be read");
}

static bool write_file(const char *path, const StringBuilder *text) {
    FILE *file = fopen(path, "wb");
    bool good = file != NULL && fwrite(text->data, 1, text->length, file) == text->length;
    if (file != NULL)
        good = fclose(file) == 0 && good;
    return good || complain(path, "cannot be written");
}

// ---- Modules ----

static bool print_error(const Source *source, const Diagnostic *error) {
    StringBuilder out;
    sb_init(&out);
    diagnostic_render(error, source, &out);
    fputs(out.data, stderr);
    sb_free(&out);
    return false;
}

static bool put_source(Output *output, const Source *source) {
    Arena arena;
    Diagnostic error = {0};
    ParseWarnings warnings = {0};
    arena_init(&arena);
    Unit *unit = compile_source(&arena, source, &(CompileOptions){0}, &warnings, &error);
    bool good = unit != NULL ? image_write(&output->image, &arena, source, unit) ||
                                   complain(source->name, "out of memory")
                             : print_error(source, &error);
    arena_free(&arena);
    return good;
}

static bool put_text(Output *output, const char *path, const StringBuilder *text) {
    Source source;
    if (!source_init(&source, path, text->data, text->length))
        return complain(path, "is too large");
    bool good = put_source(output, &source);
    source_free(&source);
    return good;
}

// embedded_FILE: the bytes of the image from `start` on.
static void put_label(Output *output, const char *path, size_t start) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    int length = (int)strcspn(name, ".");
    sb_printf(&output->labels,
              "    .globl embedded_%.*s\nembedded_%.*s:\n    .incbin \"%s\", %zu, %zu\n", length,
              name, length, name, output->image_path, start, output->image.length - start);
}

static bool put_module(Output *output, const char *path) {
    StringBuilder text;
    size_t start = output->image.length;
    sb_init(&text);
    bool good = read_file(path, &text) && put_text(output, path, &text);
    sb_free(&text);
    sb_repeat(&output->image, 0, (size_t)-output->image.length % ALIGNMENT);
    put_label(output, path, start);
    return good;
}

static bool embed(Output *output, const char *labels_path, char **files) {
    sb_printf(&output->labels, "    .section .rodata\n    .balign %d\n", ALIGNMENT);
    for (char **file = files; *file != NULL; file++) {
        if (!put_module(output, *file))
            return false;
    }
    sb_puts(&output->labels, "    .section .note.GNU-stack,\"\",%progbits\n");
    return write_file(output->image_path, &output->image) &&
           write_file(labels_path, &output->labels);
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: embed OUTPUT.image OUTPUT.S FILE.mini...\n");
        return 2;
    }
    Output output = {.image_path = argv[1]};
    sb_init(&output.image);
    sb_init(&output.labels);
    bool good = embed(&output, argv[2], argv + 3);
    sb_free(&output.image);
    sb_free(&output.labels);
    return good ? 0 : 1;
}
