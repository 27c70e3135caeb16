// SPDX-License-Identifier: MIT
//
// Scripts that let bash, zsh and fish complete mini's commands, options and their values, made from
// the rows of the tables, so that a new option is completed without anybody thinking of it.
//
// A script is a frame of fixed text, in which lists of words are left open. bash gets words only
// and has to find out by itself where in the line it stands; zsh and fish have a language for that
// and show each option's help, too. Their special characters are quoted by the put_ functions.
#include "completions.h"

#include "help.h"
#include "rows.h"

#include <stdio.h>
#include <string.h>

enum { EXIT_USAGE = 2 };

static const char actions[] = "default error always module once ignore";
static const char shells[] = "bash zsh fish";

static bool is_typed(const OptionRow *row) {
    return (row->text != NULL || row->letter != '\0') && row->letter != '?';
}

// The words of "one of a, b", with spaces between; for -W and -X, what their tables say.
static void put_values(const OptionRow *row) {
    const char *at = NULL;
    size_t length;
    for (bool first = true; (length = rows_next_choice(row->wanted, &at)) > 0; first = false)
        printf("%s%.*s", first ? "" : " ", (int)length, at);
    if (row->letter == 'W')
        fputs(actions, stdout);
    for (const ExtraRow *extra = rows_extras; row->letter == 'X' && extra->help != NULL; extra++)
        printf("%s%s", extra == rows_extras ? "" : " ", extra->name);
}

static bool has_values(const OptionRow *row) {
    const char *at = NULL;
    return row->letter == 'W' || row->letter == 'X' || rows_next_choice(row->wanted, &at) > 0;
}

static bool takes_file(const OptionRow *row) {
    return row->argument != NULL && strcmp(row->argument, "FILE") == 0;
}

static void put_word(const OptionRow *row, const char *before) {
    char word[ROW_WORD_SIZE];
    printf("%s%s%s", before, rows_word(row, word),
           row->text != NULL && row->text[1] == '-' && row->argument != NULL ? "=" : "");
}

static void put_commands(void) {
    for (const CommandRow *row = rows_commands; row->purpose != NULL; row++)
        printf("%s%s", row == rows_commands ? "" : " ", row->word);
}

static void put_pages(void) {
    put_commands();
    fputs(" options xoptions warnings environment status all man", stdout);
}

// ---- bash ----

static const char bash_begin[] =
    "# Completions of mini for bash, made by: mini completions bash\n"
    "_mini_files() {\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t COMPREPLY < <(compgen -d -- \"$1\"; compgen -f -X '!*.mini' -- \"$1\";\n"
    "        compgen -f -X '!*.py' -- \"$1\")\n"
    "}\n"
    "\n"
    "_mini_words() {\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$2\")\n"
    "    [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null\n"
    "}\n"
    "\n"
    "_mini() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} option='' command='' program='' i word\n"
    "    COMPREPLY=()\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do # where in the line is this?\n"
    "        word=${COMP_WORDS[i]}\n"
    "        case $word in\n"
    "        =) continue ;;\n"
    "        --) command=${command:-run} ;;\n"
    "        -c | -m)\n"
    "            [[ $i -eq $((COMP_CWORD - 1)) ]] && option=$word\n"
    "            program=$word\n"
    "            break\n"
    "            ;;\n"
    "        -*) ;;\n"
    "        *)\n"
    "            [[ ${COMP_WORDS[i - 1]} == -[WX] || ${COMP_WORDS[i - 1]} == '=' ]] && continue\n"
    "            [[ -n $command && $command != run ]] && program=$word && continue\n"
    "            [[ -n $command ]] && program=$word && break\n"
    "            case $word in\n";

static const char bash_middle[] =
    "            *) program=$word && break ;;\n"
    "            esac\n"
    "            ;;\n"
    "        esac\n"
    "    done\n"
    "    if [[ $cur == '=' ]]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD - 1]} cur=''\n"
    "    elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == '=' && $COMP_CWORD -gt 1 ]]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    elif [[ -z $option && -z $program && ${COMP_WORDS[COMP_CWORD - 1]} == -[WX] ]]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    fi\n"
    "    case $command:$option in\n";

static const char bash_end[] =
    "    *:-m)\n"
    "        _mini_words \"$(\"${COMP_WORDS[0]}\" -c \\\n"
    "            'import sys; print(*[n for n in sys.stdlib_module_names if n[0] != \"_\"])' \\\n"
    "            2>/dev/null)\" \"$cur\"\n"
    "        return\n"
    "        ;;\n"
    "    *:-c) return ;;\n"
    "    *:--*) return ;;\n"
    "    esac\n"
    "    if [[ -n $program ]]; then # its own arguments\n"
    "        compopt -o default 2>/dev/null\n"
    "        return\n"
    "    fi\n"
    "    case $command:$cur in\n";

static void bash_values(const char *command, const OptionRow *row) {
    char word[ROW_WORD_SIZE];
    if (takes_file(row))
        printf("    %s:%s) compopt -o default 2>/dev/null && return ;;\n", command,
               rows_word(row, word));
    if (!has_values(row))
        return;
    printf("    %s:%s) _mini_words '", command, rows_word(row, word));
    put_values(row);
    fputs("' \"$cur\" && return ;;\n", stdout);
}

// The options that may stand where the command is known.
static void bash_command_options(CommandName name) {
    printf("    %s:-*) _mini_words '--help", rows_commands[name].word);
    for (const CommandOptionRow *row = rows_command_options; row->option.help != NULL; row++) {
        if (row->command == name)
            put_word(&row->option, " ");
    }
    fputs("' \"$cur\" ;;\n", stdout);
}

static void print_bash(void) {
    fputs(bash_begin, stdout);
    for (const CommandRow *row = rows_commands; row->purpose != NULL; row++)
        printf("            %s) command=$word ;;\n", row->word);
    fputs(bash_middle, stdout);
    for (const OptionRow *row = rows_options; row->help != NULL; row++)
        bash_values("*", row);
    for (const CommandOptionRow *row = rows_command_options; row->option.help != NULL; row++)
        bash_values(rows_commands[row->command].word, &row->option);
    fputs(bash_end, stdout);
    fputs("    :-* | run:-* | repl:-*) _mini_words '", stdout);
    for (const OptionRow *row = rows_options; row->help != NULL; row++) {
        if (is_typed(row))
            put_word(row, row == rows_options ? "" : " ");
    }
    fputs("' \"$cur\" ;;\n", stdout);
    for (CommandName name = 0; name < COMMAND_COUNT; name++) {
        if (name != COMMAND_RUN && name != COMMAND_REPL)
            bash_command_options(name);
    }
    printf("    completions:*) _mini_words '%s' \"$cur\" ;;\n    help:*) _mini_words '", shells);
    put_pages();
    fputs("' \"$cur\" ;;\n    doctor:* | repl:*) ;;\n    :*)\n        _mini_files \"$cur\"\n"
          "        mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W '",
          stdout);
    put_commands();
    fputs("' -- \"$cur\")\n        ;;\n    *) _mini_files \"$cur\" ;;\n    esac\n}\n\n"
          "complete -F _mini mini\n",
          stdout);
}

// ---- zsh ----

// Within single quotes and brackets of a specification.
static void put_zsh(const char *text) {
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputs("'\\''", stdout);
        else if (strchr("[]:\\", *text) != NULL)
            printf("\\%c", *text);
        else
            putchar(*text);
    }
}

static void zsh_option(const OptionRow *row) {
    fputs(" \\\n        '", stdout);
    if (row->text == NULL && row->argument == NULL)
        putchar('*'); // flags are counted
    put_word(row, "");
    putchar('[');
    put_zsh(row->help);
    putchar(']');
    if (row->argument != NULL) {
        putchar(':');
        put_zsh(row->argument);
        putchar(':');
        if (takes_file(row))
            fputs("_files", stdout);
        if (has_values(row)) {
            putchar('(');
            put_values(row);
            putchar(')');
        }
    }
    putchar('\'');
}

static void zsh_command(CommandName name) {
    const char *word = rows_commands[name].word;
    printf("        %s)\n            _arguments '--help[explain this command]'", word);
    for (const CommandOptionRow *row = rows_command_options; row->option.help != NULL; row++) {
        if (row->command == name)
            zsh_option(&row->option);
    }
    if (name == COMMAND_COMPLETIONS) {
        printf(" '1:shell:(%s)'", shells);
    } else if (name == COMMAND_HELP) {
        fputs(" '1:page:(", stdout);
        put_pages();
        fputs(")'", stdout);
    } else if (name != COMMAND_DOCTOR && name != COMMAND_REPL) {
        fputs(" '*:file:_files'", stdout);
    }
    fputs("\n            ;;\n", stdout);
}

static void print_zsh(void) {
    fputs("#compdef mini\n"
          "# Completions of mini for zsh, made by: mini completions zsh\n"
          "_mini_first() {\n"
          "    local -a commands\n"
          "    commands=(\n",
          stdout);
    for (const CommandRow *row = rows_commands; row->purpose != NULL; row++) {
        printf("        '%s:", row->word);
        put_zsh(row->purpose);
        fputs("'\n", stdout);
    }
    fputs("    )\n"
          "    _describe -t commands 'command' commands\n"
          "    _files -g '*.(mini|py)(-.)'\n"
          "    _files -/\n"
          "}\n"
          "\n"
          "_mini() {\n"
          "    local curcontext=$curcontext state line\n"
          "    _arguments -s -S -C",
          stdout);
    for (const OptionRow *row = rows_options; row->help != NULL; row++) {
        if (is_typed(row))
            zsh_option(row);
    }
    fputs(" \\\n        '1: :_mini_first' '*:: :->rest'\n"
          "    [[ $state == rest ]] || return 0\n"
          "    case $line[1] in\n",
          stdout);
    for (CommandName name = 0; name < COMMAND_COUNT; name++)
        zsh_command(name);
    fputs("        *) _files ;;\n    esac\n}\n\n_mini \"$@\"\n", stdout);
}

// ---- fish ----

static void put_fish(const char *text) {
    putchar('\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('\'');
}

static void fish_option(const char *condition, const OptionRow *row) {
    printf("complete -c mini -n '%s' ", condition);
    if (row->text != NULL && row->text[1] == '-')
        printf("-l %s", row->text + 2);
    else
        printf("-s %c", row->text != NULL ? row->text[1] : row->letter);
    if (row->argument != NULL) {
        fputs(takes_file(row) ? " -r -F" : " -x", stdout);
        if (has_values(row)) {
            fputs(" -a '", stdout);
            put_values(row);
            putchar('\'');
        }
    }
    fputs(" -d ", stdout);
    put_fish(row->help);
    putchar('\n');
}

static void print_fish(void) {
    fputs("# Completions of mini for fish, made by: mini completions fish\n", stdout);
    for (const CommandRow *row = rows_commands; row->purpose != NULL; row++) {
        printf("complete -c mini -n __fish_use_subcommand -a %s -d ", row->word);
        put_fish(row->purpose);
        putchar('\n');
    }
    for (const OptionRow *row = rows_options; row->help != NULL; row++) {
        if (is_typed(row))
            fish_option("__fish_use_subcommand", row);
    }
    for (const CommandOptionRow *row = rows_command_options; row->option.help != NULL; row++) {
        char condition[96];
        snprintf(condition, sizeof condition, "__fish_seen_subcommand_from %s",
                 rows_commands[row->command].word);
        fish_option(condition, &row->option);
    }
    printf("complete -c mini -f -n '__fish_seen_subcommand_from completions' -a '%s'\n", shells);
    fputs("complete -c mini -f -n '__fish_seen_subcommand_from help' -a '", stdout);
    put_pages();
    fputs("'\n", stdout);
}

// ---- Which shell ----

int completions_print(const char *shell) {
    static const struct {
        const char *name;
        void (*print)(void);
    } rows[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].name, shell) == 0) {
            rows[i].print();
            return fflush(stdout) == 0 ? 0 : 1;
        }
    }
    return help_bad_value("mini completions", "shell", shell, "one of bash, zsh, fish");
}
