// SPDX-License-Identifier: MIT
//
// What mini says about its own command line when it cannot follow: what is wrong, which word may
// have been meant, how to use it; on standard error, with status 2. And the answers to --help and
// --version.
#include "help.h"

#include "build_info.h"
#include "help_manual.h"
#include "help_page.h"
#include "nearest.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };

void help_usage(FILE *stream) {
    fputs("usage: mini [OPTION...] [FILE | -c CODE | -m MODULE | -] [ARGUMENT...]\n", stream);
}

static int end_complaint(void) {
    help_usage(stderr);
    fputs("Try 'mini --help'.\n", stderr);
    return EXIT_USAGE;
}

// ---- Options ----

static const char *nearest_option(const char *word, size_t length) {
    Nearest nearest = nearest_begin(word, length);
    for (const OptionRow *row = rows_options; row->help != NULL; row++) {
        if (row->text != NULL)
            nearest_try(&nearest, row->text);
    }
    return nearest.best;
}

int help_unknown_option(const char *word) {
    size_t length = strcspn(word, "=");
    const char *near = nearest_option(word, length);
    fprintf(stderr, "mini: unknown option '%.*s'", (int)length, word);
    if (near != NULL)
        fprintf(stderr, "; did you mean '%s'?", near);
    fputc('\n', stderr);
    return end_complaint();
}

// The same letter as a capital or a small one, if there is such an option; else 0.
static char other_case(char letter) {
    char other = (char)(isupper((unsigned char)letter) ? tolower((unsigned char)letter)
                                                       : toupper((unsigned char)letter));
    for (const OptionRow *row = rows_options; row->help != NULL; row++) {
        if (row->letter != '\0' && row->letter == other && other != letter)
            return other;
    }
    return '\0';
}

int help_unknown_letter(char letter, const char *word) {
    char with_dashes[ROW_WORD_SIZE];
    size_t length = strcspn(word, "=");
    snprintf(with_dashes, sizeof with_dashes, "-%.*s", (int)length, word);
    const char *near = length < 4 ? NULL : nearest_option(with_dashes, strlen(with_dashes));
    if (length == 2)
        fprintf(stderr, "mini: unknown option '%s'", word);
    else
        fprintf(stderr, "mini: unknown option '-%c' in '%s'", letter, word);
    if (near != NULL)
        fprintf(stderr, "; did you mean '%s'?", near);
    else if (other_case(letter) != '\0')
        fprintf(stderr, "; did you mean '-%c'?", other_case(letter));
    fputc('\n', stderr);
    return end_complaint();
}

int help_bad_value(const char *who, const char *option, const char *value, const char *wanted) {
    Nearest nearest = nearest_begin(value, strlen(value));
    const char *at = NULL;
    char choices[8][ROW_WORD_SIZE];
    for (size_t i = 0, length; i < 8 && (length = rows_next_choice(wanted, &at)) > 0; i++) {
        snprintf(choices[i], sizeof choices[i], "%.*s", (int)length, at);
        nearest_try(&nearest, choices[i]);
    }
    fprintf(stderr, "%s: %s: '%s' is not %s", who, option, value, wanted);
    if (nearest.best != NULL)
        fprintf(stderr, "; did you mean '%s'?", nearest.best);
    fputc('\n', stderr);
    return EXIT_USAGE;
}

// ---- Commands ----

const char *help_near_command_option(CommandName name, const char *word) {
    Nearest nearest = nearest_begin(word, strcspn(word, "="));
    for (const CommandOptionRow *row = rows_command_options; row->option.help != NULL; row++) {
        if (row->command == name)
            nearest_try(&nearest, row->option.text);
    }
    nearest_try(&nearest, "--help");
    return nearest.best;
}

void help_suggest_program(const char *path) {
    static const char *const suffixes[] = {".mini", ".py"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char longer[4096];
        int length = snprintf(longer, sizeof longer, "%s%s", path, suffixes[i]);
        if (length < (int)sizeof longer && access(longer, R_OK) == 0) {
            fprintf(stderr, "Did you mean '%s'?\n", longer);
            return;
        }
    }
    Nearest nearest = nearest_begin(path, strlen(path));
    for (const CommandRow *row = rows_commands; row->purpose != NULL; row++)
        nearest_try(&nearest, row->word);
    if (nearest.best != NULL && strpbrk(path, "./") == NULL)
        fprintf(stderr, "Did you mean the command 'mini %s'? Try 'mini --help'.\n", nearest.best);
}

// ---- Answers ----

static int unknown_page(const char *name) {
    Nearest nearest = nearest_begin(name, strlen(name));
    for (const CommandRow *row = rows_commands; row->purpose != NULL; row++)
        nearest_try(&nearest, row->word);
    for (const char *const *topic = help_page_topics; *topic != NULL; topic++)
        nearest_try(&nearest, *topic);
    fprintf(stderr, "mini help: there is no page '%s'", name);
    if (nearest.best != NULL)
        fprintf(stderr, "; did you mean '%s'?", nearest.best);
    fprintf(stderr, "\nPages:");
    for (const CommandRow *row = rows_commands; row->purpose != NULL; row++)
        fprintf(stderr, " %s", row->word);
    for (const char *const *topic = help_page_topics; *topic != NULL; topic++)
        fprintf(stderr, " %s", *topic);
    fputc('\n', stderr);
    return EXIT_USAGE;
}

static void print_version(int details) {
    printf("Mini %s", MINI_VERSION);
    if (details > 1)
        printf(" (Python 3.13) [%s]", MINI_BUILD);
    putchar('\n');
}

int help_answer(const Options *options) {
    int status = 0;
    switch (options->action) {
    case ACTION_VERSION:
        print_version(options->versions);
        break;
    case ACTION_HELP_ALL:
        help_page_print("all");
        break;
    case ACTION_HELP_ENVIRONMENT:
        help_page_print("environment");
        break;
    case ACTION_HELP_EXTRA:
        help_page_print("xoptions");
        break;
    case ACTION_HELP_PAGE:
        if (strcmp(options->target, "man") == 0)
            help_manual_print();
        else if (!help_page_print(options->target))
            status = unknown_page(options->target);
        break;
    default:
        help_page_print_first();
        break;
    }
    return fflush(stdout) == 0 ? status : 1;
}
