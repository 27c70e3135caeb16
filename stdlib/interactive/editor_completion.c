// SPDX-License-Identifier: MIT
//
// Readline's own completion, for programs that bring a completer (readline.set_completer) and bind
// a key to `complete`. The session's Tab goes another way, see key_tab.
//
// Both halves, which words fit and how they are shown, are functions of the module readline.
#include "editor.h"

#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "list.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

// A function of the module readline with three arguments; UNDEFINED if it raised, or is not there.
static Value ask_module(Editor *editor, const char *function, Value *args) {
    Thread *thread = editor->thread;
    Value module =
        dict_get_str(thread, thread->interpreter->modules, str_intern_c(thread, "readline"));
    if (!is_module(module) || !is_undefined(*editor->error))
        return VALUE_UNDEFINED;
    Value answer = call_method(thread, module, str_intern_c(thread, function), args, 3);
    if (!is_error(answer))
        return answer;
    *editor->error = error_take(thread);
    return VALUE_UNDEFINED;
}

static char *copy_of(Thread *thread, Value v) {
    size_t length;
    return is_str(v) ? strdup(str_utf8(thread, as_str(v), &length)) : strdup("");
}

// The words as Readline wants them: what they have in common first, NULL at the end; malloc'ed.
static char **as_matches(Thread *thread, const List *words) {
    size_t count = words->length, common = 0;
    char **matches = calloc(count + 2, sizeof *matches);
    if (matches == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        char *word = matches[i + 1] = copy_of(thread, words->items[i]);
        if (word == NULL)
            break;
        size_t same = 0;
        while (word[same] != '\0' && word[same] == matches[1][same])
            same++;
        common = i == 0 || same < common ? same : common;
    }
    while (common > 0 && ((unsigned char)matches[1][common] & 0xc0) == 0x80)
        common--;
    matches[0] = matches[1] == NULL ? NULL : strndup(matches[1], common);
    if (count == 1) {
        free(matches[1]);
        matches[1] = NULL;
    }
    return matches;
}

static int characters_before(const Editor *editor, int at) {
    int count = 0;
    for (int i = 0; i < at; i++)
        count += ((unsigned char)(*editor->rl.rl_line_buffer)[i] & 0xc0) != 0x80;
    return count;
}

static char **attempt(const char *text, int start, int end) {
    Editor *editor = editor_get();
    *editor->rl.rl_attempted_completion_over = 1;
    *editor->rl.rl_completion_append_character = '\0';
    Value args[] = {library_text(editor->thread, text),
                    value_small_int(characters_before(editor, start)),
                    value_small_int(characters_before(editor, end))};
    Value words = ask_module(editor, "_matches", args);
    if (!is_list(words) || as_list(words)->length == 0)
        return NULL;
    return as_matches(editor->thread, as_list(words));
}

static void show(char **matches, int count, int longest) {
    Editor *editor = editor_get();
    Thread *thread = editor->thread;
    List *words = list_new(thread, (size_t)count);
    for (int i = 1; i <= count; i++)
        list_append(thread, words, library_text(thread, matches[i]));
    Value args[] = {library_text(thread, matches[0]), value_object(words),
                    value_small_int(longest)};
    Value text = ask_module(editor, "_shown", args);
    if (is_str(text))
        editor_show_below(editor, as_str(text));
}

void editor_set_completion(Editor *editor) {
    *editor->rl.rl_attempted_completion_function = attempt;
    *editor->rl.rl_completion_display_matches_hook = show;
}
