// SPDX-License-Identifier: MIT
//
// The line editor: Readline's keys and history, a display and a way of waiting of our own.
//
// Readline's callback interface is fed byte by byte from a buffer of ours, so nothing in it ever
// waits with the GIL held: editor_wait releases the GIL, editor_feed works off what has come. What
// only the session can know (is this text complete? what can stand here?) is asked of `host`, an
// object of Mini code with the methods
//     enter(before, after, automatic, recalled, ahead) -> None to accept the text, or a tuple
//         (how many leading spaces the line loses, text to insert, whether indented lines cannot
//         complete it)
//     tab(before, after, again) -> (characters to delete before the cursor, text to insert, text to
//         show below or None)
// With None for a host, Enter always accepts. Readline knows one line at a time in a process, and
// so does this file.
#pragma once

#include "editor_screen.h"
#include "library.h"
#include "readline_library.h"
#include "source_scan.h"

typedef struct Editor {
    Readline rl;
    Screen screen;
    bool flushing;       // somebody is sending `out`
    StringBuilder out;   // on its way to the terminal
    StringBuilder input; // what was typed, worked off up to `input_start`
    size_t input_start;
    char *prompt, *continuation;
    Thread *thread;       // who is in editor_feed, else NULL
    Value host;           // valid while `thread` is set
    Value *error;         // where a callback leaves its exception; UNDEFINED: none
    char *delims;         // at which words end, if a program has set them
    char *prefix;         // what Up searches for; NULL: nothing
    size_t indent;        // of the current line, put there by Enter
    bool indent_is_fresh; // and nothing was typed since
    bool inside_block;    // no indented line can complete the text
    SourceScan scan;      // of the text as far as it only grew at its end
    int64_t draw_cost;    // ns that the last drawing took
    bool stale;           // what is shown is not the text as it is now
    bool active;          // between editor_start and its end
    char *line;           // the accepted line, until it has become a bytes object
    bool at_end;          // Ctrl-D on an empty line
    bool input_ended;     // the terminal is gone
    int hidden;           // by so many others who write at the moment
    bool amid_row;        // what was written last did not end its row
    int events;           // a descriptor that tells of SIGWINCH and SIGCONT, or -1
    bool blocks_winch;    // the signal was let through before
} Editor;

// The editor of this process, made at the first call. NULL: there is no library.
Editor *editor_get(void);

// Is there a terminal with abilities, nobody at it, and this is the main thread?
bool editor_can_start(Thread *thread);
// Begin a line: terminal prepared, prompt shown. false: exception set.
bool editor_start(Thread *thread, Editor *editor, const char *prompt, const char *continuation);
// Wait until something was typed, with the GIL released; false: exception set.
bool editor_wait(Thread *thread, Editor *editor);
// Read what was typed already, without waiting; false: exception set.
bool editor_read_typed(Thread *thread, Editor *editor);
// Work off what was typed: the accepted line as bytes, None when there is more to come. EOFError at
// Ctrl-D; what the host raises.
Value editor_feed(Thread *thread, Editor *editor, Value host);
// Give the line up: what is shown stays, the terminal is as before.
bool editor_cancel(Thread *thread, Editor *editor);
// Send what is to be shown. false: exception set.
bool editor_bring_up(Thread *thread, Editor *editor);
// SIGWINCH, SIGCONT: what the descriptor `events` tells of.
bool editor_take_events(Thread *thread, Editor *editor);

// What was typed ahead of a program that reads standard input itself: a line of it, or as much as
// there is room for; 0: nothing was.
size_t editor_take_typed(uint8_t *buffer, size_t size);

// Somebody is about to write to descriptor 1 or 2: a line that is being edited goes off the screen
// in between. Between the two calls the GIL may be given up; the second is told what was written
// and what the first has returned.
bool editor_make_room(Thread *thread, int fd);
void editor_come_back(Thread *thread, int fd, const uint8_t *data, size_t length, bool made_room);

// ---- For editor_keys.c ----

bool editor_has_input(const Editor *editor);
// Wait for more input in the midst of a key; false: exception left, or no more.
bool editor_fill_more(Editor *editor);
// Forget what was typed and is still coming, up to `mark` or the first pause.
void editor_drop_typed(Editor *editor, const char *mark);
// What SIGWINCH and SIGCONT had to tell has been seen to.
void editor_forget_events(Editor *editor);
void editor_draw(Editor *editor);
// Send what is to be shown, as the thread in editor_feed.
void editor_flush(Editor *editor);
void editor_prepare_terminal(Editor *editor);
void editor_restore_terminal(Editor *editor);
// Show a text of whole lines below the line, which is then shown again.
void editor_show_below(Editor *editor, Str *text);
// Let programs complete words by a completer of theirs.
void editor_set_completion(Editor *editor);
// Bind the keys of a Mini prompt.
void editor_bind_keys(Editor *editor);
