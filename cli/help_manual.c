// SPDX-License-Identifier: MIT
//
// The manual page mini(1), in the macros of -man, made from the same rows as the pages of
// `mini help`. docs/man/mini.1 is what this prints; a test holds the two against each other.
//
// A dot or an apostrophe at the beginning of a line would be a macro, a backslash an escape and a
// plain "-" a hyphen that nobody can copy into a shell: `put` takes care of all of them.
#include "help_manual.h"

#include "help_page.h"
#include "rows.h"

#include <stdio.h>
#include <string.h>

// `length` bytes of text within a line that something else has begun.
static void put(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '-' || text[i] == '\\')
            fputs(text[i] == '-' ? "\\-" : "\\e", stdout);
        else if (text[i] == '\'')
            fputs("\\(aq", stdout);
        else
            putchar(text[i]);
    }
}

static void put_line(const char *text) {
    if (*text == '.')
        fputs("\\&", stdout);
    put(text, strlen(text));
    putchar('\n');
}

static void put_section(const char *title) {
    printf(".SH %s\n", title);
}

// A paragraph for each line of the text.
static void put_paragraphs(const char *text) {
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        puts(".PP");
        put(text, length);
        putchar('\n');
        text += length + (text[length] == '\n');
    }
}

// A term in bold, its argument in italics behind `between`, and what it means.
static void put_term(const char *term, const char *between, const char *argument,
                     const char *help) {
    fputs(".TP\n\\fB", stdout);
    put(term, strlen(term));
    fputs("\\fR", stdout);
    if (argument != NULL) {
        fputs(between, stdout);
        fputs("\\fI", stdout);
        put(argument, strlen(argument));
        fputs("\\fR", stdout);
    }
    putchar('\n');
    put_line(help);
}

static void put_option(const OptionRow *row) {
    char word[ROW_WORD_SIZE];
    rows_word(row, word);
    put_term(word, word[1] == '-' ? "=" : " ", row->argument, row->help);
}

static void put_commands(void) {
    put_section("COMMANDS");
    for (const CommandRow *row = rows_commands; row->purpose != NULL; row++) {
        printf(".SS ");
        put_line(row->word);
        fputs("\\fBmini ", stdout);
        put(row->word, strlen(row->word));
        fputs("\\fR ", stdout);
        put_line(row->arguments);
        puts(".PP");
        put_line(row->purpose);
        if (row->more[0] != '\0')
            put_paragraphs(row->more);
        for (const CommandOptionRow *o = rows_command_options; o->option.help != NULL; o++) {
            if (&rows_commands[o->command] == row)
                put_option(&o->option);
        }
        fputs(".PP\nExit status: ", stdout);
        put_line(row->statuses);
        fputs(".PP\nExample: ", stdout);
        put_line(row->example);
    }
}

static void put_options(void) {
    put_section("OPTIONS");
    for (RowGroup group = 0; group < GROUP_COUNT; group++) {
        printf(".SS ");
        put_line(rows_titles[group]);
        for (const OptionRow *row = rows_options; row->help != NULL; row++) {
            if (row->group == group && (row->text != NULL || row->letter != '\0'))
                put_option(row);
        }
    }
    put_section("SETTINGS OF \\-X");
    for (const ExtraRow *row = rows_extras; row->help != NULL; row++)
        put_term(row->name, "=", row->argument, row->help);
    put_section("WARNINGS");
    put_paragraphs(help_page_warnings);
}

static void put_environment(void) {
    put_section("ENVIRONMENT");
    for (const VariableRow *row = rows_variables; row->help != NULL; row++) {
        char names[2 * ROW_WORD_SIZE];
        snprintf(names, sizeof names, "%s%s%s", row->name, row->other == NULL ? "" : ", ",
                 row->other == NULL ? "" : row->other);
        put_term(names, "=", row->value, row->help);
    }
    for (const FlagVariableRow *row = rows_flag_variables; row->help != NULL; row++) {
        char names[2 * ROW_WORD_SIZE];
        if (row->name == NULL)
            continue;
        snprintf(names, sizeof names, "MINI%s, PYTHON%s", row->name, row->name);
        put_term(names, "=", "N", row->help);
    }
}

void help_manual_print(void) {
    puts(".\\\" SPDX-License-Identifier: MIT");
    puts(".\\\" Made by `mini help man`.");
    puts(".TH MINI 1 \"\" \"Mini " MINI_VERSION "\" \"User Commands\"");
    put_section("NAME");
    puts("mini \\- a Python\\-like language whose interpreter is a laboratory for concurrency");
    put_section("SYNOPSIS");
    puts(".B mini\n[\\fIOPTION\\fR...] [\\fIFILE\\fR | \\fB\\-c\\fR \\fICODE\\fR | \\fB\\-m\\fR "
         "\\fIMODULE\\fR | \\fB\\-\\fR] [\\fIARGUMENT\\fR...]\n.br\n.B mini\n\\fICOMMAND\\fR "
         "[\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]");
    put_section("DESCRIPTION");
    puts("Mini runs Python programs on a bytecode machine with a real global interpreter lock, and "
         "shows who holds the lock, who waits for it and why it changed hands. Without a program "
         "it reads one from standard input, or prompts on a terminal.");
    put_commands();
    put_options();
    put_environment();
    put_section("EXIT STATUS");
    put_paragraphs(help_page_statuses);
    put_section("SEE ALSO");
    puts(".BR python3 (1)");
}
