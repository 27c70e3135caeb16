// SPDX-License-Identifier: MIT
//
// The native half of the module readline: what the session needs to edit lines (start, wait, feed,
// cancel), and Readline's history. Python's names for both, and the completer, are in Mini.
//
// CPython's counterpart: Modules/readline.c.
#include "modules.h"

#include "bytes.h"
#include "editor.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "str.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

// ---- A line ----

static Value start_function(Thread *thread, Value *args) {
    const char *prompt = library_need_text(thread, args[0], "start() argument 'prompt'");
    const char *more = prompt == NULL ? NULL : library_need_text(thread, args[1], "'continuation'");
    if (more == NULL)
        return VALUE_ERROR;
    return editor_start(thread, editor_get(), prompt, more) ? VALUE_NONE : VALUE_ERROR;
}

static Value wait_function(Thread *thread, Value *args) {
    (void)args;
    return editor_wait(thread, editor_get()) ? VALUE_NONE : VALUE_ERROR;
}

static Value read_function(Thread *thread, Value *args) {
    (void)args;
    return editor_read_typed(thread, editor_get()) ? VALUE_NONE : VALUE_ERROR;
}

static Value show_function(Thread *thread, Value *args) {
    (void)args;
    return editor_bring_up(thread, editor_get()) ? VALUE_NONE : VALUE_ERROR;
}

static Value events_function(Thread *thread, Value *args) {
    (void)thread, (void)args;
    return value_small_int(editor_get()->events);
}

static Value take_events_function(Thread *thread, Value *args) {
    (void)args;
    return editor_take_events(thread, editor_get()) ? VALUE_NONE : VALUE_ERROR;
}

static Value feed_function(Thread *thread, Value *args) {
    return editor_feed(thread, editor_get(), args[0]);
}

static Value cancel_function(Thread *thread, Value *args) {
    (void)args;
    return editor_cancel(thread, editor_get()) ? VALUE_NONE : VALUE_ERROR;
}

// ---- History ----

static char *line_text(Thread *thread, Value v) {
    size_t length;
    if (!is_str(v)) {
        raise_error(thread, ERROR_TypeError, "a line of the history must be str, not %s",
                    type_name(thread, v));
        return NULL;
    }
    return (char *)(uintptr_t)str_utf8(thread, as_str(v), &length);
}

static Value add_function(Thread *thread, Value *args) {
    const char *line = line_text(thread, args[0]);
    if (line == NULL)
        return VALUE_ERROR;
    editor_get()->rl.add_history(line);
    return VALUE_NONE;
}

static Value length_function(Thread *thread, Value *args) {
    (void)thread, (void)args;
    return value_small_int(*editor_get()->rl.history_length);
}

static bool get_index(Thread *thread, Value v, int *index) {
    int64_t n;
    if (!operation_index_int64(thread, v, &n))
        return false;
    *index = n < INT_MIN ? INT_MIN : n > INT_MAX ? INT_MAX : (int)n;
    return true;
}

static Value item_function(Thread *thread, Value *args) {
    const Readline *rl = &editor_get()->rl;
    int index;
    if (!get_index(thread, args[0], &index))
        return VALUE_ERROR;
    const ReadlineEntry *entry = rl->history_get(index);
    return entry == NULL ? VALUE_NONE : value_object(str_from_c(thread, entry->line));
}

static bool get_position(Thread *thread, Value v, int *position) {
    const Readline *rl = &editor_get()->rl;
    if (!get_index(thread, v, position))
        return false;
    if (*position < 0)
        return raise_false(thread, ERROR_ValueError, "History index cannot be negative");
    if (*position >= *rl->history_length)
        return raise_false(thread, ERROR_ValueError, "No history item at position %d", *position);
    return true;
}

static Value remove_function(Thread *thread, Value *args) {
    const Readline *rl = &editor_get()->rl;
    int position;
    if (!get_position(thread, args[0], &position))
        return VALUE_ERROR;
    rl->free_history_entry(rl->remove_history(position));
    return VALUE_NONE;
}

static Value replace_function(Thread *thread, Value *args) {
    const Readline *rl = &editor_get()->rl;
    int position;
    const char *line = line_text(thread, args[1]);
    if (line == NULL || !get_position(thread, args[0], &position))
        return VALUE_ERROR;
    rl->free_history_entry(rl->replace_history_entry(position, line, NULL));
    return VALUE_NONE;
}

static Value clear_function(Thread *thread, Value *args) {
    (void)thread, (void)args;
    editor_get()->rl.clear_history();
    return VALUE_NONE;
}

// ---- Completion, and the text as hooks see it ----

static Value completion_type_function(Thread *thread, Value *args) {
    (void)thread, (void)args;
    return value_small_int(*editor_get()->rl.rl_completion_type);
}

static Value delims_function(Thread *thread, Value *args) {
    (void)args;
    const char *delims = *editor_get()->rl.rl_completer_word_break_characters;
    return library_text(thread, delims == NULL ? "" : delims);
}

static Value set_delims_function(Thread *thread, Value *args) {
    Editor *editor = editor_get();
    const char *text = library_need_text(thread, args[0], "set_completer_delims() argument");
    char *copy = text == NULL ? NULL : strdup(text);
    if (copy == NULL)
        return VALUE_ERROR;
    free(editor->delims);
    editor->delims = copy;
    *editor->rl.rl_completer_word_break_characters = copy;
    return VALUE_NONE;
}

static Value buffer_function(Thread *thread, Value *args) {
    (void)args;
    const Readline *rl = &editor_get()->rl;
    return library_text(thread, *rl->rl_line_buffer == NULL ? "" : *rl->rl_line_buffer);
}

static Value insert_function(Thread *thread, Value *args) {
    const char *text = library_need_text(thread, args[0], "insert_text() argument");
    if (text == NULL)
        return VALUE_ERROR;
    editor_get()->rl.rl_insert_text(text);
    return VALUE_NONE;
}

static Value redisplay_function(Thread *thread, Value *args) {
    (void)thread, (void)args;
    editor_draw(editor_get());
    return VALUE_NONE;
}

static Value active_function(Thread *thread, Value *args) {
    (void)thread, (void)args;
    return value_bool(editor_get()->active);
}

static Value typed_function(Thread *thread, Value *args) {
    (void)thread, (void)args;
    return value_bool(editor_has_input(editor_get()));
}

// ---- Settings ----

static Value init_file_function(Thread *thread, Value *args) {
    const char *path = is_none(args[0]) ? NULL : library_path(thread, args[0], "read_init_file");
    if (path == NULL && !is_none(args[0]))
        return VALUE_ERROR;
    int error = editor_get()->rl.rl_read_init_file(path);
    return error == 0 ? VALUE_NONE : raise_os_error(thread, error, VALUE_NONE);
}

static Value bind_function(Thread *thread, Value *args) {
    const char *text = library_need_text(thread, args[0], "parse_and_bind() argument");
    if (text == NULL)
        return VALUE_ERROR;
    char *copy = strdup(text); // Readline writes into it
    if (copy != NULL)
        editor_get()->rl.rl_parse_and_bind(copy);
    free(copy);
    return VALUE_NONE;
}

static const NativeSpec functions[] = {
    NATIVE("_start", start_function, "(prompt, continuation, /)",
           "Begin to edit a line on the terminal."),
    NATIVE("_wait", wait_function, "()", "Wait until something was typed; other threads run."),
    NATIVE("_read_typed", read_function, "()", "Read what was typed already."),
    NATIVE("_show", show_function, "()", "Show the line as it is now."),
    NATIVE("_events", events_function, "()",
           "Return a descriptor that is readable when the window has changed."),
    NATIVE("_take_events", take_events_function, "()", "See to what the descriptor tells."),
    NATIVE("_feed", feed_function, "(host, /)",
           "Work off what was typed: the accepted line as bytes, or None."),
    NATIVE("_cancel", cancel_function, "()", "Give up the line that is being edited."),
    NATIVE("add_history", add_function, "(line, /)", "Add an entry to the history."),
    NATIVE("get_current_history_length", length_function, "()",
           "Return how many entries the history has."),
    NATIVE("get_history_item", item_function, "(index, /)",
           "Return an entry of the history, counted from one; None if there is none."),
    NATIVE("remove_history_item", remove_function, "(pos, /)",
           "Remove an entry of the history, counted from zero."),
    NATIVE("replace_history_item", replace_function, "(pos, line, /)",
           "Replace an entry of the history, counted from zero."),
    NATIVE("clear_history", clear_function, "()", "Forget the history."),
    NATIVE("parse_and_bind", bind_function, "(string, /)",
           "Do what a line of Readline's init file says."),
    NATIVE("read_init_file", init_file_function, "(filename=None, /)",
           "Do what Readline's init file (or another) says."),
    NATIVE("get_completion_type", completion_type_function, "()",
           "Return the kind of completion that is under way, as Readline numbers them."),
    NATIVE("get_completer_delims", delims_function, "()",
           "Return the characters at which the word to be completed ends."),
    NATIVE("set_completer_delims", set_delims_function, "(string, /)",
           "Set the characters at which the word to be completed ends."),
    NATIVE("get_line_buffer", buffer_function, "()", "Return the line that is being edited."),
    NATIVE("insert_text", insert_function, "(string, /)",
           "Insert text into the line that is being edited."),
    NATIVE("redisplay", redisplay_function, "()", "Show the line as it is now."),
    NATIVE("_has_typed", typed_function, "()", "Was more typed than has been worked off?"),
    NATIVE("_is_active", active_function, "()", "Is a line being edited?"),
    NATIVE_END,
};

bool readline_module_init(Thread *thread, Module *module) {
    if (editor_get() == NULL)
        return raise_false(thread, ERROR_ImportError,
                           "the GNU Readline library (libreadline.so.8) was not found");
    module_add_natives(thread, module, functions);
    return true;
}
