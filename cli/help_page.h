// SPDX-License-Identifier: MIT
//
// The pages of `mini help`.
#pragma once

#include <stdbool.h>

// Print the page; false: there is none of that name.
bool help_page_print(const char *name);
// The first page.
void help_page_print_first(void);
// The names of the pages that are no commands; ends with NULL.
extern const char *const help_page_topics[];
// What the man page and others say, too: exit statuses and warnings, a paragraph each line.
extern const char help_page_warnings[], help_page_statuses[];
