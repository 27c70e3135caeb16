// SPDX-License-Identifier: MIT
//
// Texts about the command line: pages, and what is said about words that make no sense.
#pragma once

#include "options.h"
#include "rows.h"

#include <stdio.h>

// --help, --version and the like, as `options` asks. Returns the exit status.
int help_answer(const Options *options);

void help_usage(FILE *stream);
// Complain on stderr. Return the exit status.
int help_unknown_option(const char *word);
int help_unknown_letter(char letter, const char *word);
int help_bad_value(const char *who, const char *option, const char *value, const char *wanted);
// The option of a command that was probably meant, or NULL.
const char *help_near_command_option(CommandName name, const char *word);
// Say on stderr what was probably meant by the name of a file that is not there: another, a
// command.
void help_suggest_program(const char *path);
