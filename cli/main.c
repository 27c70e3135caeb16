// SPDX-License-Identifier: MIT
//
// The program `mini`: read the command line, then run what it asks for.
//
// Everything else hangs below this switch: options.c knows what may be written, run.c makes an
// interpreter and runs a program in it, inspect.c shows what lexer, parser and compiler made of a
// file. The exit status is the same that python3 would give.
#include "completions.h"
#include "explored.h"
#include "help.h"
#include "inspect.h"
#include "options.h"
#include "run.h"

int main(int argc, char **argv) {
    Options options;
    int status = options_parse(&options, argc, argv);
    if (status >= 0)
        return status;
    switch (options.action) {
    case ACTION_VERSION:
    case ACTION_HELP:
    case ACTION_HELP_ALL:
    case ACTION_HELP_ENVIRONMENT:
    case ACTION_HELP_EXTRA:
    case ACTION_HELP_PAGE:
        return help_answer(&options);
    case ACTION_COMPLETIONS:
        return completions_print(options.target);
    case ACTION_DIS:
    case ACTION_TOKENS:
    case ACTION_AST:
        return inspect_file(&options);
    case ACTION_EXPLORE:
        return explore_command(&options);
    default:
        if (explore_is_meant(&options))
            return explore_schedule(&options);
        return run_program(&options);
    }
}
