// SPDX-License-Identifier: MIT
//
// Texts about the command line.
#pragma once

// Print what --help shows.
void help_print(void);
// Complain on stderr about an option that does not exist. Return the exit status.
int help_unknown_option(const char *word);
int help_unknown_letter(char letter, const char *word);
