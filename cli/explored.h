// SPDX-License-Identifier: MIT
//
// `mini explore` on the command line: its options, and a program's run as the explorer sees it.
#pragma once

#include "explore.h"
#include "options.h"
#include "run_source.h"

typedef enum ExploreFormat { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF, FORMAT_HTML } ExploreFormat;

// The command. Returns the exit status, or does not return.
int explore_command(const Options *options);

// Does --schedule ask for what only the explorer can do: `dfs:B`, all schedules with at most B
// preemptions, or `manual`?
bool explore_is_meant(const Options *options);
// Do so. As explore_command.
int explore_schedule(const Options *options);

// The explorer takes over, just before the program's first instruction. Returns -1, or the exit
// status after a complaint.
int explored_begin(Thread *thread, Explorer *explorer, const Program *program);
// The program has ended with this status. Does not return.
__attribute__((noreturn)) void explored_end(const Thread *thread, Explorer *explorer, int status);

// Print what was found, on stdout.
void explore_report(const ExploreResult *result, const ExploreSettings *settings,
                    ExploreFormat format, const char *file);
// The same as a page.
void explore_report_html(const ExploreResult *result, const char *file);
