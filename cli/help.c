// SPDX-License-Identifier: MIT
//
// What mini says about its own command line: the page of --help, which fits a screen of 24 lines,
// and which option may have been meant by one that does not exist.
#include "help.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { EXIT_USAGE = 2, NAME_MAX_LENGTH = 32 };

// ---- Nearly right ----

static unsigned smallest(unsigned a, unsigned b, unsigned c) {
    unsigned least = a < b ? a : b;
    return least < c ? least : c;
}

// How many letters must be inserted, removed or changed to turn `a` into `b` (Levenshtein).
static unsigned distance(const char *a, size_t a_length, const char *b) {
    unsigned row[NAME_MAX_LENGTH + 1];
    size_t b_length = strlen(b);
    if (a_length > NAME_MAX_LENGTH || b_length > NAME_MAX_LENGTH)
        return UINT32_MAX;
    for (unsigned j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 0; i < a_length; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i + 1;
        for (size_t j = 0; j < b_length; j++) {
            unsigned changed = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = smallest(row[j] + 1, row[j + 1] + 1, changed);
        }
    }
    return row[b_length];
}

static const char *const long_options[] = {
#define SETTING(text, argument, function, wanted, help) text,
#define ACTION_WORD(text, name) text,
#include "options.def"
#undef SETTING
#undef ACTION_WORD
};

static const char *nearest_option(const char *word, size_t length) {
    const char *best = NULL;
    unsigned least = (unsigned)length / 3 + 1;
    for (size_t i = 0; i < sizeof long_options / sizeof *long_options; i++) {
        unsigned d = distance(word, length, long_options[i]);
        if (d < least) {
            least = d;
            best = long_options[i];
        }
    }
    return best;
}

int help_unknown_option(const char *word) {
    size_t length = strcspn(word, "=");
    const char *near = nearest_option(word, length);
    fprintf(stderr, "mini: unknown option '%.*s'", (int)length, word);
    if (near != NULL)
        fprintf(stderr, "; did you mean '%s'?", near);
    fprintf(stderr, "\nTry 'mini --help'.\n");
    return EXIT_USAGE;
}

int help_unknown_letter(char letter, const char *word) {
    if (letter == 'i')
        fprintf(stderr, "mini: -i wants an interactive prompt, which Mini does not have\n");
    else if (word[2] == '\0')
        fprintf(stderr, "mini: unknown option '%s'\n", word);
    else
        fprintf(stderr, "mini: unknown option '-%c' in '%s'\n", letter, word);
    fprintf(stderr, "Try 'mini --help'.\n");
    return EXIT_USAGE;
}

// ---- The page ----

static const char page_head[] =
    "usage: mini [OPTION...] FILE | -c CODE | -m MODULE | -  [ARGUMENT...]\n"
    "       mini explore FILE   run it under many schedules: mini explore --help\n"
    "       mini dis | tokens | ast FILE   show bytecode, tokens, syntax tree\n"
    "\n"
    "As in Python (letters may share a dash):\n"
    "  -O, -OO         leave out assert and what __debug__ guards; docstrings, too\n"
    "  -W ACTION       what becomes of warnings (error, ignore, always, ...)\n"
    "  -P, -E, -I      no folder of the program in sys.path; no environment; both\n"
    "  -u, -x          write standard output at once; skip the first line of FILE\n"
    "  -X NAME[=VALUE] dev, utf8, int_max_str_digits=N; others just in sys._xoptions\n"
    "  -b -B -d -q -R -s -S -v   only show in sys.flags\n"
    "Threads and memory:\n";

static const char page_end[] = "Environment: MINIPATH, MINIWARNINGS, MINIOPTIMIZE, ... "
                               "or PYTHONPATH, ...\n"
                               "-h, --help: this text; -V, --version: the version\n";

static void print_row(const char *text, const char *argument, const char *help) {
    char left[64];
    snprintf(left, sizeof left, "%s%s%s", text, argument == NULL ? "" : "=",
             argument == NULL ? "" : argument);
    printf("  %-27s %s\n", left, help);
}

void help_print(void) {
    fputs(page_head, stdout);
#define SETTING(text, argument, function, wanted, help) print_row(text, argument, help);
#include "options.def"
#undef SETTING
    fputs(page_end, stdout);
}
