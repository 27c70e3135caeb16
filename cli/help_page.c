// SPDX-License-Identifier: MIT
//
// The pages of `mini help`: the first one, which fits a screen of 24 lines and 80 columns, one for
// each command, and a few topics. All is made from the rows of the tables (rows.h), so that an
// option cannot be missing; the first page names the few options that people look for.
#include "help_page.h"

#include "help.h"
#include "rows.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { MARGIN = 79, TEXT_COLUMN = 28, INDENT = 2, FIRST_NAME = 10, FIRST_TEXT = 31 };

const char *const help_page_topics[] = {"options", "xoptions", "warnings", "environment",
                                        "status",  "all",      "man",      NULL};

const char help_page_warnings[] =
    "-W ACTION:MESSAGE:CATEGORY:MODULE:LINE says what becomes of warnings; fields may be left out "
    "at the end, or be empty. The last -W that fits counts, those of the command line before those "
    "of MINIWARNINGS or PYTHONWARNINGS.\n"
    "ACTION is ignore, error (raise it), always, default (once for each line), module (once for "
    "each module) or once; the first letters of it are enough.\n"
    "MESSAGE is what the warning's text begins with, in any case of letters; CATEGORY a class such "
    "as UserWarning or a dotted name, which includes its subclasses; MODULE the full name of the "
    "module that is warned; LINE its line, 0 for all.\n";

const char help_page_statuses[] =
    "0: the program came to its end, or called sys.exit() with nothing, None or 0.\n"
    "1: an exception that nobody caught, or sys.exit() with a text.\n"
    "2: a mistake on the command line, or a program that cannot be read.\n"
    "120: standard output could not be written at the end.\n"
    "Any other: what sys.exit(N) said, modulo 256.\n"
    "A program that Ctrl-C ends dies of the signal SIGINT, which shells show as 130.\n";

// ---- Layout ----

// `text` in words from column `from`; what does not fit goes to the next lines, at column `indent`.
// Lines of the text stay lines.
static void print_wrapped(const char *text, int from, int indent) {
    int column = from;
    while (*text != '\0') {
        int length = (int)strcspn(text, " \n");
        if (column > indent && column + 1 + length > MARGIN) {
            printf("\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            putchar(' ');
            column++;
        }
        printf("%.*s", length, text);
        column += length;
        text += length;
        if (*text == '\n') {
            putchar('\n');
            column = indent;
            printf("%*s", *++text == '\0' ? 0 : indent, "");
            continue;
        }
        text += strspn(text, " ");
    }
    if (column > indent)
        putchar('\n');
}

static void print_paragraphs(const char *text) {
    print_wrapped(text, 0, 0);
}

static void print_row(const char *left, const char *help) {
    int width = (int)strlen(left);
    printf("%*s%s", INDENT, "", left);
    int gap = TEXT_COLUMN - INDENT - width;
    if (gap < 1)
        printf("\n%*s", TEXT_COLUMN, "");
    else
        printf("%*s", gap, "");
    print_wrapped(help, TEXT_COLUMN, TEXT_COLUMN);
}

static void print_option(const OptionRow *row) {
    char form[ROW_FORM_SIZE];
    print_row(rows_form(row, form), row->help);
}

// ---- The first page ----

static const OptionRow *find_option(const char *word) {
    char text[ROW_WORD_SIZE];
    for (const OptionRow *row = rows_options; row->help != NULL; row++) {
        if ((row->text != NULL || row->letter != '\0') && strcmp(rows_word(row, text), word) == 0)
            return row;
    }
    return NULL;
}

static void print_first_row(const char *title, const char *name, const char *help) {
    printf("%-*s%-*s%s\n", FIRST_NAME, title, FIRST_TEXT - FIRST_NAME, name, help);
}

void help_page_print_first(void) {
    static const struct {
        const char *title, *word;
    } first[] = {
        {"Python:", "-i"},   {"", "-u"},         {"", "-W"},         {"", "-X"},
        {"Lab:", "--stats"}, {"", "--gil"},      {"", "--schedule"}, {"", "--races"},
        {"", "--trace"},     {"", "--max-heap"},
    };
    help_usage(stdout);
    fputs("       mini COMMAND [OPTION...] [ARGUMENT...]\n\n", stdout);
    const char *title = "";
    for (const CommandRow *row = rows_commands; row->purpose != NULL; row++) {
        bool is_new = strcmp(row->title, title) != 0;
        title = row->title;
        char text[16];
        snprintf(text, sizeof text, "%s%s", is_new ? title : "", is_new ? ":" : "");
        print_first_row(text, row->word, row->purpose);
    }
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        char form[ROW_FORM_SIZE];
        const OptionRow *row = find_option(first[i].word);
        print_first_row(first[i].title, rows_form(row, form), row->help);
    }
    fputs("More:     mini COMMAND --help; mini help options | environment | status | all\n",
          stdout);
}

// ---- Options ----

// The letters of a group in the order of the alphabet, then its long options in the table's.
static void print_option_group(RowGroup group) {
    printf("%s:\n", rows_titles[group]);
    for (int letter = '?'; letter <= 'z'; letter++) {
        for (const OptionRow *row = rows_options; row->help != NULL; row++) {
            bool is_here = row->group == group && row->letter != '\0';
            if (is_here && (letter == '?' ? row->letter == '?'
                                          : islower(letter) && tolower(row->letter) == letter))
                print_option(row);
        }
    }
    for (const OptionRow *row = rows_options; row->help != NULL; row++) {
        if (row->group == group && row->text != NULL)
            print_option(row);
    }
    if (group == GROUP_PROGRAM) {
        print_row("FILE", "run a program, or the __main__ of a folder");
        print_row("-", "run the program that comes from standard input");
        print_row("--", "what follows is a FILE, whatever it is called");
    }
}

static void print_options(void) {
    help_usage(stdout);
    fputs("Options stand before the program; what follows it are its own arguments.\n", stdout);
    for (RowGroup group = 0; group < GROUP_COUNT; group++) {
        putchar('\n');
        print_option_group(group);
    }
}

static void print_extras(void) {
    fputs("Settings of -X. Others are just kept in sys._xoptions.\n\n", stdout);
    for (const ExtraRow *row = rows_extras; row->help != NULL; row++) {
        char form[ROW_FORM_SIZE];
        snprintf(form, sizeof form, "-X %s%s%s", row->name, row->argument == NULL ? "" : "=",
                 row->argument == NULL ? "" : row->argument);
        print_row(form, row->help);
    }
}

// ---- Environment, statuses, warnings ----

static void print_variable(const char *name, const char *value, const char *other,
                           const char *help) {
    char form[2 * ROW_WORD_SIZE], text[200];
    snprintf(form, sizeof form, "%s=%s", name, value);
    snprintf(text, sizeof text, "%s (or %s)", help, other == NULL ? "" : other);
    print_row(form, other == NULL ? help : text);
}

static void print_environment(void) {
    print_paragraphs("Variables of the environment. One that is set and not empty counts; what the "
                     "command line says goes first. -E and -I make Mini deaf to MINI... and "
                     "PYTHON...\n");
    putchar('\n');
    for (const VariableRow *row = rows_variables; row->help != NULL; row++)
        print_variable(row->name, row->value, row->other, row->help);
    fputs("\nAs an option of the command line (a number counts as often):\n", stdout);
    for (const FlagVariableRow *row = rows_flag_variables; row->help != NULL; row++) {
        char name[32], other[32];
        if (row->name == NULL)
            continue;
        snprintf(name, sizeof name, "MINI%s", row->name);
        snprintf(other, sizeof other, "PYTHON%s", row->name);
        print_variable(name, "N", other, row->help);
    }
}

static void print_statuses(void) {
    fputs("Exit statuses of a program, which are Python's:\n\n", stdout);
    print_paragraphs(help_page_statuses);
}

static void print_warnings(void) {
    print_paragraphs(help_page_warnings);
}

// ---- Commands ----

static void print_command(const CommandRow *row) {
    bool has_options = false;
    printf("usage: mini %s %s\n\n", row->word, row->arguments);
    bool asks = row->purpose[strlen(row->purpose) - 1] == '?';
    printf("%c%s%s\n", toupper(row->purpose[0]), row->purpose + 1, asks ? "" : ".");
    if (row->more[0] != '\0')
        print_paragraphs(row->more);
    for (const CommandOptionRow *o = rows_command_options; o->option.help != NULL; o++) {
        if (&rows_commands[o->command] != row)
            continue;
        if (!has_options)
            putchar('\n');
        has_options = true;
        print_option(&o->option);
    }
    fputs("\nExit status: ", stdout);
    print_wrapped(row->statuses, 13, 13);
    printf("Example: %s\n", row->example);
}

// ---- Which page ----

static void print_all(void) {
    help_page_print_first();
    for (const CommandRow *row = rows_commands; row->purpose != NULL; row++) {
        fputs("\n---- ", stdout);
        printf("%s\n\n", row->word);
        print_command(row);
    }
    for (const char *const *topic = help_page_topics; strcmp(*topic, "all") != 0; topic++) {
        printf("\n---- %s\n\n", *topic);
        help_page_print(*topic);
    }
}

bool help_page_print(const char *name) {
    static const struct {
        const char *name;
        void (*print)(void);
    } pages[] = {
        {"options", print_options},   {"xoptions", print_extras},
        {"warnings", print_warnings}, {"environment", print_environment},
        {"status", print_statuses},   {"all", print_all},
    };
    for (const CommandRow *row = rows_commands; row->purpose != NULL; row++) {
        if (strcmp(row->word, name) == 0) {
            print_command(row);
            return true;
        }
    }
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        if (strcmp(pages[i].name, name) == 0) {
            pages[i].print();
            return true;
        }
    }
    return false;
}
