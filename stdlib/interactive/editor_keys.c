// SPDX-License-Identifier: MIT
//
// The keys that mean something else than in Readline: Enter, Tab, the arrows up and down, pages,
// Ctrl-Z, a paste. All others are Readline's, and whatever the user's inputrc makes of them.
//
// Enter asks the session whether the text is complete; if not, a new line begins in the same
// buffer, so that a block is one text to edit and one entry of the history. Up and Down move inside
// such a text first, then through the history; with something typed before the cursor they stop
// only at what begins with it, as PageUp and PageDown do.
#include "editor.h"

#include "call.h"
#include "int.h"
#include "str.h"
#include "tuple.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORD_SIZE = 32, LONG_TEXT = 2048 };

// ---- Pieces of the text ----

static Str *text_between(Editor *editor, int start, int end) {
    return str_new_utf8(editor->thread, *editor->rl.rl_line_buffer + start, (size_t)(end - start));
}

static int start_of_line(const Editor *editor, int at) {
    const char *text = *editor->rl.rl_line_buffer;
    while (at > 0 && text[at - 1] != '\n')
        at--;
    return at;
}

static int end_of_line(const Editor *editor, int at) {
    const char *text = *editor->rl.rl_line_buffer;
    while (at < *editor->rl.rl_end && text[at] != '\n')
        at++;
    return at;
}

static bool is_continuation(char byte) {
    return ((unsigned char)byte & 0xc0) == 0x80;
}

// A method of the host; UNDEFINED if it raised, which ends the key.
static Value ask_host(Editor *editor, const char *method, Value *args, size_t count) {
    Thread *thread = editor->thread;
    Value answer = call_method(thread, editor->host, str_intern_c(thread, method), args, count);
    if (!is_error(answer))
        return answer;
    *editor->error = error_take(thread);
    return VALUE_UNDEFINED;
}

// ---- Enter ----

static int accept(Editor *editor) {
    *editor->rl.rl_point = *editor->rl.rl_end;
    editor_draw(editor);
    screen_leave(&editor->screen, &editor->out);
    editor_flush(editor); // before what Readline sends to restore the terminal
    *editor->rl.rl_done = 1;
    return 0;
}

// Of a long text that comes in faster than anybody types, an indented line of a block, or one
// inside a bracket or a string, needs no question.
static bool cannot_complete(Editor *editor) {
    const Readline *rl = &editor->rl;
    size_t length = (size_t)*rl->rl_end;
    if (length < LONG_TEXT || !editor_has_input(editor) || *rl->rl_point != *rl->rl_end)
        return false;
    source_scan_go_on(&editor->scan, *rl->rl_line_buffer, length);
    if (source_scan_is_inside(&editor->scan))
        return true;
    const char *line = *rl->rl_line_buffer + start_of_line(editor, *rl->rl_point);
    size_t blank = strspn(line, " \t");
    return editor->inside_block && blank > 0 && line[blank] != '\0';
}

static void lose_indent(Editor *editor, int count) {
    Readline *rl = &editor->rl;
    int start = start_of_line(editor, *rl->rl_point), point = *rl->rl_point;
    rl->rl_delete_text(start, start + count);
    *rl->rl_point = point - count;
}

static void insert_value(Editor *editor, Value text) {
    size_t length;
    if (is_str(text))
        editor->rl.rl_insert_text(str_utf8(editor->thread, as_str(text), &length));
}

static void go_on(Editor *editor, const Tuple *answer) {
    const Readline *rl = &editor->rl;
    int64_t dedent = 0;
    int_to_int64(answer->items[0], &dedent);
    rl->rl_begin_undo_group();
    if (dedent > 0 && dedent <= *rl->rl_point - start_of_line(editor, *rl->rl_point))
        lose_indent(editor, (int)dedent);
    insert_value(editor, answer->items[1]);
    rl->rl_end_undo_group();
    editor->inside_block = is_true(answer->items[2]);
    editor->indent = (size_t)(*rl->rl_point - start_of_line(editor, *rl->rl_point));
    editor->indent_is_fresh = editor->indent > 0;
}

// The beginning of what has been typed already of the next line.
static Str *typed_ahead(Editor *editor) {
    const char *start = editor->input.data + editor->input_start;
    size_t length = strcspn(start, "\r\n");
    return str_new_utf8(editor->thread, start, length < WORD_SIZE ? length : WORD_SIZE);
}

static int key_enter(int count, int key) {
    (void)count, (void)key;
    Editor *editor = editor_get();
    const Readline *rl = &editor->rl;
    if (is_none(editor->host))
        return accept(editor);
    if (cannot_complete(editor))
        return rl->rl_insert_text("\n");
    bool recalled = rl->where_history() < *rl->history_length;
    Value args[] = {
        value_object(text_between(editor, 0, *rl->rl_point)),
        value_object(text_between(editor, *rl->rl_point, *rl->rl_end)),
        value_bool(editor->indent > 0),
        value_bool(recalled),
        value_object(typed_ahead(editor)),
    };
    Value answer = ask_host(editor, "enter", args, sizeof args / sizeof *args);
    if (is_none(answer))
        return accept(editor);
    if (is_tuple(answer) && as_tuple(answer)->length == 3)
        go_on(editor, as_tuple(answer));
    return 0;
}

static int key_newline(int count, int key) {
    (void)count, (void)key;
    return editor_get()->rl.rl_insert_text("\n");
}

// ---- Tab ----

void editor_show_below(Editor *editor, Str *text) {
    size_t length;
    const char *bytes = str_utf8(editor->thread, text, &length);
    int point = *editor->rl.rl_point;
    *editor->rl.rl_point = *editor->rl.rl_end;
    editor_draw(editor);
    screen_leave(&editor->screen, &editor->out);
    sb_write(&editor->out, bytes, length);
    *editor->rl.rl_point = point;
}

static void complete(Editor *editor, const Tuple *answer) {
    const Readline *rl = &editor->rl;
    int64_t count = 0;
    int start = *rl->rl_point;
    int_to_int64(answer->items[0], &count);
    for (; count > 0 && start > 0; count--) {
        do
            start--;
        while (start > 0 && is_continuation((*rl->rl_line_buffer)[start]));
    }
    rl->rl_begin_undo_group();
    rl->rl_delete_text(start, *rl->rl_point);
    *rl->rl_point = start;
    insert_value(editor, answer->items[1]);
    rl->rl_end_undo_group();
    if (is_str(answer->items[2]))
        editor_show_below(editor, as_str(answer->items[2]));
}

static int key_tab(int count, int key) {
    Editor *editor = editor_get();
    const Readline *rl = &editor->rl;
    if (is_none(editor->host))
        return rl->rl_complete(count, key);
    Value args[] = {
        value_object(text_between(editor, 0, *rl->rl_point)),
        value_object(text_between(editor, *rl->rl_point, *rl->rl_end)),
        value_bool(*rl->rl_last_func == key_tab),
    };
    Value answer = ask_host(editor, "tab", args, sizeof args / sizeof *args);
    if (is_tuple(answer) && as_tuple(answer)->length == 3)
        complete(editor, as_tuple(answer));
    return 0;
}

// ---- Up and down ----

static bool is_movement(ReadlineCommand *command);

// What a search looks for stays the same from one such key to the next.
static void take_prefix(Editor *editor) {
    const Readline *rl = &editor->rl;
    if (is_movement(*rl->rl_last_func) && editor->prefix != NULL)
        return;
    free(editor->prefix);
    editor->prefix = strndup(*rl->rl_line_buffer, (size_t)*rl->rl_point);
}

static bool begins_with(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

// How many entries away the next one is that begins with the prefix and differs from what is
// shown; 0: there is none.
static int distance_of_match(Editor *editor, int step) {
    const Readline *rl = &editor->rl;
    int here = rl->where_history();
    for (int at = here + step; at >= 0 && at < *rl->history_length; at += step) {
        const ReadlineEntry *entry = rl->history_get(*rl->history_base + at);
        if (entry != NULL && begins_with(entry->line, editor->prefix) &&
            strcmp(entry->line, *rl->rl_line_buffer) != 0)
            return step * (at - here);
    }
    return 0;
}

// Beyond the newest entry is what was typed.
static int search(Editor *editor, int step) {
    const Readline *rl = &editor->rl;
    take_prefix(editor);
    if (editor->prefix == NULL)
        return 0;
    int distance = distance_of_match(editor, step);
    if (step < 0)
        return distance > 0 ? rl->rl_get_previous_history(distance, 0) : rl->rl_ding();
    if (distance == 0)
        distance = *rl->history_length - rl->where_history();
    return distance > 0 ? rl->rl_get_next_history(distance, 0) : rl->rl_ding();
}

static int key_search_backward(int count, int key) {
    (void)count, (void)key;
    return search(editor_get(), -1);
}

static int key_search_forward(int count, int key) {
    (void)count, (void)key;
    return search(editor_get(), 1);
}

// To the row above or below, as near to the same column as its length allows.
static void move_line(Editor *editor, int from, int to) {
    const Readline *rl = &editor->rl;
    const char *text = *rl->rl_line_buffer;
    int end = end_of_line(editor, to), column = 0;
    for (int i = from; i < *rl->rl_point; i++)
        column += !is_continuation(text[i]);
    while (to < end && column > 0) {
        to++;
        while (to < end && is_continuation(text[to]))
            to++;
        column--;
    }
    *rl->rl_point = to;
}

static bool searches(const Editor *editor) {
    const Readline *rl = &editor->rl;
    if (is_movement(*rl->rl_last_func))
        return editor->prefix != NULL && editor->prefix[0] != '\0';
    return *rl->rl_end > 0 && *rl->rl_point == *rl->rl_end &&
           rl->where_history() == *rl->history_length;
}

static void forget_prefix(Editor *editor) {
    free(editor->prefix);
    editor->prefix = NULL;
}

static int key_up(int count, int key) {
    (void)count, (void)key;
    Editor *editor = editor_get();
    const Readline *rl = &editor->rl;
    int start = start_of_line(editor, *rl->rl_point), before = rl->where_history();
    if (start > 0) {
        move_line(editor, start, start_of_line(editor, start - 1));
        return 0;
    }
    if (searches(editor)) {
        take_prefix(editor);
        if (editor->prefix != NULL && distance_of_match(editor, -1) > 0)
            return search(editor, -1);
        if (before < *rl->history_length)
            return rl->rl_ding();
    }
    forget_prefix(editor);
    return rl->rl_get_previous_history(1, 0);
}

static int key_down(int count, int key) {
    (void)count, (void)key;
    Editor *editor = editor_get();
    const Readline *rl = &editor->rl;
    int end = end_of_line(editor, *rl->rl_point);
    if (end < *rl->rl_end) {
        move_line(editor, start_of_line(editor, *rl->rl_point), end + 1);
        return 0;
    }
    if (is_movement(*rl->rl_last_func) && searches(editor))
        return search(editor, 1);
    forget_prefix(editor);
    return rl->rl_get_next_history(1, 0);
}

static bool is_movement(ReadlineCommand *command) {
    return command == key_up || command == key_down || command == key_search_backward ||
           command == key_search_forward;
}

// ---- Ctrl-D, Ctrl-L, Ctrl-Z ----

static int key_end(int count, int key) {
    Editor *editor = editor_get();
    const Readline *rl = &editor->rl;
    if (*rl->rl_end > 0)
        return rl->rl_named_function("delete-char")(count, key);
    editor->at_end = true;
    *rl->rl_done = 1;
    return 0;
}

static int key_clear(int count, int key) {
    (void)count, (void)key;
    Editor *editor = editor_get();
    sb_puts(&editor->out, "\033[H\033[2J");
    screen_forget(&editor->screen);
    return 0;
}

static int key_suspend(int count, int key) {
    (void)count, (void)key;
    Editor *editor = editor_get();
    int point = *editor->rl.rl_point;
    *editor->rl.rl_point = *editor->rl.rl_end;
    editor_draw(editor);
    screen_leave(&editor->screen, &editor->out);
    editor_flush(editor);
    editor_restore_terminal(editor);
    kill(0, SIGTSTP);
    editor_prepare_terminal(editor);
    editor_forget_events(editor);
    *editor->rl.rl_point = point;
    return 0;
}

// ---- A paste ----

static const char paste_end[] = "\033[201~";

// Where the end mark begins in the input; NULL: it has not come yet. `*searched` bytes are known to
// be free of it.
static const char *find_end(const Editor *editor, size_t *searched) {
    const size_t mark = sizeof paste_end - 1;
    const char *start = editor->input.data + editor->input_start;
    size_t length = editor->input.length - editor->input_start;
    const char *found = memmem(start + *searched, length - *searched, paste_end, mark);
    *searched = length < mark ? 0 : length - mark + 1;
    return found;
}

// The lines of other systems end in \r or \r\n; a NUL would end the text.
static size_t clean(char *text, size_t length) {
    size_t kept = 0;
    for (size_t i = 0; i < length; i++) {
        char byte = text[i];
        if (byte == '\0' || (byte == '\n' && i > 0 && text[i - 1] == '\r'))
            continue;
        text[kept++] = byte;
    }
    for (size_t i = 0; i < kept; i++)
        text[i] = text[i] == '\r' ? '\n' : text[i];
    return kept;
}

static void insert_paste(Editor *editor, size_t length) {
    char *start = editor->input.data + editor->input_start, *copy = malloc(length + 1);
    if (copy != NULL) {
        memcpy(copy, start, length);
        copy[clean(copy, length)] = '\0';
        editor->rl.rl_begin_undo_group();
        editor->rl.rl_insert_text(copy);
        editor->rl.rl_end_undo_group();
    }
    free(copy);
}

// Ctrl-C gives up a paste whose end never comes; what of it is still coming is not for the next
// prompt.
static int key_paste(int count, int key) {
    (void)count, (void)key;
    Editor *editor = editor_get();
    size_t searched = 0;
    const char *end;
    while ((end = find_end(editor, &searched)) == NULL) {
        if (!editor_fill_more(editor)) {
            editor_drop_typed(editor, paste_end);
            return 0;
        }
    }
    size_t length = (size_t)(end - (editor->input.data + editor->input_start));
    insert_paste(editor, length);
    editor->input_start += length + sizeof paste_end - 1;
    return 0;
}

static int key_nothing(int count, int key) {
    (void)count, (void)key;
    return 0;
}

// ---- Which key does what ----

typedef struct Binding {
    const char *keys, *name;
    ReadlineCommand *command;
} Binding;

static const Binding bindings[] = {
    {"\\C-m", "mini-accept", key_enter},
    {"\\C-j", "mini-accept", key_enter},
    {"\\e\\C-m", "mini-newline", key_newline},
    {"\\C-i", "mini-complete", key_tab},
    {"\\e[200~", "mini-paste", key_paste},
    {"\\e[201~", "mini-nothing", key_nothing},
    {"\\e[A", "mini-up", key_up},
    {"\\eOA", "mini-up", key_up},
    {"\\e[B", "mini-down", key_down},
    {"\\eOB", "mini-down", key_down},
    {"\\e[5~", "mini-search-backward", key_search_backward},
    {"\\e[6~", "mini-search-forward", key_search_forward},
    {"\\C-d", "mini-end", key_end},
    {"\\C-l", "mini-clear", key_clear},
    {"\\C-z", "mini-suspend", key_suspend},
};

// Keys that terminals send and Readline leaves without a meaning.
static const struct {
    const char *keys, *command;
} more_keys[] = {
    {"\\e[1;5C", "forward-word"},    {"\\e[1;5D", "backward-word"},
    {"\\e[5C", "forward-word"},      {"\\e[5D", "backward-word"},
    {"\\eOc", "forward-word"},       {"\\eOd", "backward-word"},
    {"\\e[1;3C", "forward-word"},    {"\\e[1;3D", "backward-word"},
    {"\\e[H", "beginning-of-line"},  {"\\e[F", "end-of-line"},
    {"\\eOH", "beginning-of-line"},  {"\\eOF", "end-of-line"},
    {"\\e[1~", "beginning-of-line"}, {"\\e[4~", "end-of-line"},
    {"\\e[7~", "beginning-of-line"}, {"\\e[8~", "end-of-line"},
    {"\\e[3~", "delete-char"},       {"\\e[3;5~", "kill-word"},
    {"\\e[C", "forward-char"},       {"\\e[D", "backward-char"},
    {"\\eOC", "forward-char"},       {"\\eOD", "backward-char"},
};

void editor_bind_keys(Editor *editor) {
    static const char *const maps[] = {"emacs-standard", "vi-insert"};
    const Readline *rl = &editor->rl;
    for (size_t i = 0; i < sizeof bindings / sizeof *bindings; i++)
        rl->rl_add_defun(bindings[i].name, bindings[i].command, -1);
    for (size_t m = 0; m < sizeof maps / sizeof *maps; m++) {
        void *map = rl->rl_get_keymap_by_name(maps[m]);
        for (size_t i = 0; i < sizeof bindings / sizeof *bindings; i++)
            rl->rl_bind_keyseq_in_map(bindings[i].keys, bindings[i].command, map);
        for (size_t i = 0; i < sizeof more_keys / sizeof *more_keys; i++)
            rl->rl_bind_keyseq_if_unbound_in_map(more_keys[i].keys,
                                                 rl->rl_named_function(more_keys[i].command), map);
    }
    void *map = rl->rl_get_keymap_by_name("vi-move");
    rl->rl_bind_keyseq_in_map("\\C-m", key_enter, map);
    rl->rl_bind_keyseq_in_map("\\C-j", key_enter, map);
}
