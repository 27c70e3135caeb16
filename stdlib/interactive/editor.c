// SPDX-License-Identifier: MIT
//
// A line from its prompt to its end: waiting, reading, feeding Readline, drawing, giving up.
//
// Signals are Mini's affair, not Readline's. Ctrl-C ends the wait and raises KeyboardInterrupt,
// upon which the session gives the line up; so that none is lost between the last look and the
// wait, they are blocked in between and ppoll lets them in. A changed window and the return from
// the shell come through a signalfd, which needs no handler and can be waited for by an event loop.
//
// Nothing is drawn while more input is there: a paste of any length is shown once, when it is all
// in. Of a run of ordinary characters only the first goes through Readline's tables of keys; the
// rest is inserted at once.
#include "editor.h"

#include "blocking.h"
#include "bytes.h"
#include "call.h"
#include "descriptors.h"
#include "execute.h"
#include "schedule.h"
#include "signals.h"
#include "str.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

enum {
    READ_SIZE = 65536,
    MOST_RUN = 65536,
    PAUSE_MS = 30,
    SLOW_NS = 2000000,
    PAUSES_PER_DRAWING = 4,
    MOST_TURNS = 1000
};

// Readline's callbacks get no argument, and its state is one for the process: this is ours.
static Editor *the_editor;

// ---- Bytes that come and go ----

bool editor_has_input(const Editor *editor) {
    return editor->input_start < editor->input.length;
}

static void keep_input(Editor *editor, const char *bytes, size_t count) {
    if (!editor_has_input(editor)) {
        sb_clear(&editor->input);
        editor->input_start = 0;
    }
    sb_write(&editor->input, bytes, count);
}

static void write_out(Thread *thread, const char *bytes, size_t length) {
    for (size_t done = 0; done < length;) {
        blocking_begin(&thread->core, BLOCK_IO, "write");
        ssize_t count = write(STDOUT_FILENO, bytes + done, length - done);
        int error = errno;
        blocking_end(&thread->core);
        if (count < 0 && error != EINTR && error != EAGAIN)
            return; // the terminal is gone, which reading will find out
        done += count < 0 ? 0 : (size_t)count;
    }
}

// While one thread sends, which it does without the GIL, others wait for their turn, so that bytes
// keep their order; but not for ever: after a fork, the one that was sending may not be there.
static void flush_as(Thread *thread, Editor *editor) {
    for (int turn = 0; editor->flushing && turn < MOST_TURNS; turn++) {
        blocking_begin(&thread->core, BLOCK_IO, "write");
        poll(NULL, 0, 1);
        blocking_end(&thread->core);
    }
    editor->flushing = true;
    while (editor->out.length > 0) {
        StringBuilder bytes = editor->out;
        sb_init(&editor->out);
        write_out(thread, bytes.data, bytes.length);
        sb_free(&bytes);
    }
    editor->flushing = false;
}

void editor_flush(Editor *editor) {
    flush_as(editor->thread, editor);
}

bool editor_read_typed(Thread *thread, Editor *editor) {
    char bytes[READ_SIZE];
    blocking_begin(&thread->core, BLOCK_IO, "read");
    ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
    int error = errno;
    blocking_end(&thread->core);
    if (count > 0)
        keep_input(editor, bytes, (size_t)count);
    else if (count == 0 || (error != EINTR && error != EAGAIN))
        editor->input_ended = true;
    return thread_poll_signals(thread);
}

static bool is_readable_now(void) {
    struct pollfd one = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&one, 1, 0) > 0;
}

// ---- Size, and return from the shell ----

static void measure(Editor *editor) {
    struct winsize size = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
        size = (struct winsize){.ws_col = 80, .ws_row = 24};
    if (size.ws_col == editor->screen.width && size.ws_row == editor->screen.height)
        return;
    screen_erase(&editor->screen, &editor->out);
    screen_resize(&editor->screen, size.ws_col, size.ws_row);
}

static bool take_event(Editor *editor) {
    struct signalfd_siginfo event;
    bool continued = false;
    while (read(editor->events, &event, sizeof event) == (ssize_t)sizeof event)
        continued |= event.ssi_signo == SIGCONT;
    if (continued && editor->active) {
        editor_prepare_terminal(editor);
        screen_forget(&editor->screen);
    }
    return true;
}

void editor_forget_events(Editor *editor) {
    struct signalfd_siginfo event;
    while (read(editor->events, &event, sizeof event) > 0)
        continue;
    screen_forget(&editor->screen);
}

static sigset_t watched_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGWINCH);
    sigaddset(&set, SIGCONT);
    return set;
}

// A program that has a handler of its own for SIGWINCH keeps it; the size is then looked up at the
// next key.
static void watch_signals(Editor *editor) {
    sigset_t set = watched_signals(), old;
    if (editor->events < 0)
        editor->events = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (editor->events < 0 || signals_get(SIGWINCH) != SIGNAL_DEFAULT)
        return;
    pthread_sigmask(SIG_BLOCK, &set, &old);
    editor->blocks_winch = sigismember(&old, SIGWINCH) == 0;
}

static void unwatch_signals(Editor *editor) {
    sigset_t set = watched_signals();
    if (editor->blocks_winch)
        pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    editor->blocks_winch = false;
}

// ---- The terminal's modes ----

// Ctrl-Z is a key like others, because the terminal must be put in order before the process stops.
void editor_prepare_terminal(Editor *editor) {
    struct termios modes;
    editor->rl.rl_prep_terminal(1);
    if (tcgetattr(STDIN_FILENO, &modes) == 0) {
        modes.c_cc[VSUSP] = _POSIX_VDISABLE;
        tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
    }
}

void editor_restore_terminal(Editor *editor) {
    editor->rl.rl_deprep_terminal();
}

// ---- Waiting ----

// Is there something? 1, 0 after a signal, -1: exception set.
static int await_once(Thread *thread, struct pollfd *fds, size_t count) {
    Runtime *runtime = thread->core.runtime;
    sigset_t all, old;
    if (!schedule_is_free(&runtime->schedule))
        return descriptors_await(thread, fds, count, CLOCK_NEVER, "the next key");
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &old);
    int ready = 0;
    if (!signals_are_pending(runtime)) {
        blocking_begin(&thread->core, BLOCK_IO, "the next key");
        ready = ppoll(fds, count, NULL, &old);
        blocking_end(&thread->core);
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return thread_safepoint(thread) ? ready > 0 : -1;
}

// Draw, unless more is coming in and drawing takes its time.
static bool draw_stale(Thread *thread, Editor *editor) {
    struct pollfd one = {.fd = STDIN_FILENO, .events = POLLIN};
    int64_t pause = editor->draw_cost < SLOW_NS ? 0 : PAUSES_PER_DRAWING * editor->draw_cost;
    if (editor->stale && is_readable_now())
        return true;
    if (editor->stale && pause > 0) {
        int64_t deadline = descriptors_deadline(thread, pause);
        int ready = descriptors_await(thread, &one, 1, deadline, "the next key");
        if (ready != 0)
            return ready > 0;
    }
    if (editor->stale)
        editor_draw(editor);
    return true;
}

static bool await_typing(Thread *thread, Editor *editor) {
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                           {.fd = editor->events, .events = POLLIN}};
    for (;;) {
        if (!draw_stale(thread, editor))
            return false;
        flush_as(thread, editor);
        if (editor->input_ended)
            return true;
        int ready = await_once(thread, fds, 2);
        if (ready < 0)
            return false;
        if (ready > 0 && fds[1].revents != 0 && take_event(editor))
            editor_draw(editor);
        if (ready > 0 && fds[0].revents != 0)
            return editor_read_typed(thread, editor);
    }
}

bool editor_bring_up(Thread *thread, Editor *editor) {
    bool shown = draw_stale(thread, editor);
    flush_as(thread, editor);
    return shown;
}

bool editor_take_events(Thread *thread, Editor *editor) {
    take_event(editor);
    editor_draw(editor);
    flush_as(thread, editor);
    return thread_poll_signals(thread);
}

bool editor_wait(Thread *thread, Editor *editor) {
    return editor_has_input(editor) || await_typing(thread, editor);
}

bool editor_fill_more(Editor *editor) {
    size_t before = editor->input.length - editor->input_start;
    if (!is_undefined(*editor->error))
        return false;
    if (!await_typing(editor->thread, editor))
        *editor->error = error_take(editor->thread);
    return is_undefined(*editor->error) && editor->input.length - editor->input_start > before;
}

static bool fill(Editor *editor) {
    return editor_has_input(editor) || editor_fill_more(editor);
}

void editor_drop_typed(Editor *editor, const char *mark) {
    char bytes[READ_SIZE];
    struct pollfd one = {.fd = STDIN_FILENO, .events = POLLIN};
    bool found = false;
    editor->input_start = editor->input.length;
    while (!found && poll(&one, 1, PAUSE_MS) > 0) {
        ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
        if (count <= 0)
            return;
        found = memmem(bytes, (size_t)count, mark, strlen(mark)) != NULL;
    }
}

// ---- What Readline calls ----

static int get_byte(FILE *stream) {
    (void)stream;
    Editor *editor = the_editor;
    if (!fill(editor))
        return EOF;
    return (unsigned char)editor->input.data[editor->input_start++];
}

static int has_byte(void) {
    return editor_has_input(the_editor) || is_readable_now();
}

// What it asks for is done before the next wait.
static void redisplay(void) {
    the_editor->stale = true;
}

// NULL at the end of input. The line is Readline's gift.
static void take_line(char *line) {
    Editor *editor = the_editor;
    editor->active = false;
    editor->line = line;
    editor->rl.rl_callback_handler_remove();
}

// ---- Drawing ----

void editor_draw(Editor *editor) {
    const Readline *rl = &editor->rl;
    if (!editor->active || editor->hidden > 0)
        return;
    int64_t start = clock_real_now();
    measure(editor);
    ScreenText what = {
        .prompt = *rl->rl_display_prompt == NULL ? "" : *rl->rl_display_prompt,
        .continuation = editor->continuation,
        .text = *rl->rl_line_buffer,
        .length = (size_t)*rl->rl_end,
        .point = (size_t)*rl->rl_point,
    };
    screen_draw(&editor->screen, &what, &editor->out);
    editor->stale = false;
    editor->draw_cost = clock_real_now() - start;
}

// ---- Others write ----

static bool is_screen(int fd) {
    return (fd == STDOUT_FILENO || fd == STDERR_FILENO) && the_editor != NULL;
}

bool editor_make_room(Thread *thread, int fd) {
    Editor *editor = the_editor;
    if (!is_screen(fd) || !editor->active || editor->thread == thread)
        return false;
    if (editor->hidden++ == 0) {
        screen_erase(&editor->screen, &editor->out);
        flush_as(thread, editor);
    }
    return true;
}

void editor_come_back(Thread *thread, int fd, const uint8_t *data, size_t length, bool made_room) {
    Editor *editor = the_editor;
    if (is_screen(fd) && length > 0)
        editor->amid_row = data[length - 1] != '\n';
    if (!made_room || editor->hidden == 0 || --editor->hidden > 0)
        return;
    if (editor->amid_row)
        sb_putc(&editor->out, '\n');
    editor->amid_row = false;
    editor_draw(editor);
    flush_as(thread, editor);
}

size_t editor_take_typed(uint8_t *buffer, size_t size) {
    Editor *editor = the_editor;
    size_t count = 0;
    bool ends = false;
    if (editor == NULL || editor->active)
        return 0;
    for (; count < size && !ends && editor_has_input(editor); count++) {
        char byte = editor->input.data[editor->input_start++];
        ends = byte == '\r' || byte == '\n';
        buffer[count] = ends ? '\n' : (uint8_t)byte;
    }
    return count;
}

// ---- From prompt to line ----

// Whatever the environment says of the locale, Mini's text is UTF-8. Readline looks at the
// environment again for each line.
static void speak_utf8(const Readline *rl) {
    static const char *const settings[][2] = {
        {"input-meta", "on"}, {"output-meta", "on"}, {"convert-meta", "off"}};
    setlocale(LC_CTYPE, "C.UTF-8");
    *rl->rl_byte_oriented = 0;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        rl->rl_variable_bind(settings[i][0], settings[i][1]);
}

static void set_up(Editor *editor) {
    Readline *rl = &editor->rl;
    *rl->rl_readline_name = "mini";
    *rl->rl_catch_signals = *rl->rl_catch_sigwinch = *rl->rl_change_environment = 0;
    *rl->rl_instream = stdin;
    *rl->rl_outstream = stdout;
    rl->using_history();
    rl->rl_initialize();
    *rl->rl_getc_function = get_byte;
    *rl->rl_input_available_hook = has_byte;
    *rl->rl_redisplay_function = redisplay;
    editor_bind_keys(editor);
    editor_set_completion(editor);
}

Editor *editor_get(void) {
    if (the_editor != NULL)
        return the_editor;
    Editor *editor = calloc(1, sizeof *editor);
    if (editor == NULL || !readline_library_load(&editor->rl)) {
        free(editor);
        return NULL;
    }
    screen_init(&editor->screen);
    sb_init(&editor->out);
    sb_init(&editor->input);
    editor->events = -1;
    the_editor = editor;
    set_up(editor);
    return editor;
}

bool editor_can_start(Thread *thread) {
    const char *terminal = getenv("TERM");
    bool able = terminal != NULL && terminal[0] != '\0' && strcmp(terminal, "dumb") != 0;
    return able && the_editor != NULL && !the_editor->active && the_editor->thread == NULL &&
           isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && thread->core.is_main;
}

static bool replace_text(char **place, const char *text) {
    free(*place);
    *place = strdup(text);
    return *place != NULL;
}

bool editor_start(Thread *thread, Editor *editor, const char *prompt, const char *continuation) {
    if (editor->active)
        return raise_false(thread, ERROR_RuntimeError, "a line is being edited already");
    if (!replace_text(&editor->prompt, prompt) ||
        !replace_text(&editor->continuation, continuation))
        return raise_false(thread, ERROR_MemoryError, NULL);
    editor->inside_block = editor->indent_is_fresh = editor->at_end = false;
    editor->hidden = 0;
    editor->scan = (SourceScan){0};
    editor->indent = 0;
    screen_forget(&editor->screen);
    if (editor->amid_row)
        sb_putc(&editor->out, '\n');
    editor->amid_row = false;
    watch_signals(editor);
    editor->rl.using_history();
    editor->active = true;
    flush_as(thread, editor);
    editor->rl.rl_callback_handler_install(editor->prompt, take_line);
    speak_utf8(&editor->rl);
    editor_prepare_terminal(editor);
    editor_draw(editor);
    flush_as(thread, editor);
    return true;
}

static bool is_plain(unsigned char byte) {
    return byte >= ' ' && byte != 0x7f;
}

// May a run of ordinary characters be inserted without asking Readline about each?
static bool takes_runs(const Editor *editor) {
    const unsigned long special = READLINE_METANEXT | READLINE_MOREINPUT | READLINE_SEARCHING |
                                  READLINE_NUMERICARG | READLINE_MACRO | READLINE_OVERWRITE |
                                  READLINE_VIMOTION | READLINE_MULTIKEY | READLINE_CHARSEARCH;
    const Readline *rl = &editor->rl;
    return *rl->rl_last_func == rl->rl_insert && *rl->rl_editing_mode == 1 &&
           (*rl->rl_readline_state & special) == 0;
}

static bool insert_run(Editor *editor) {
    char *start = editor->input.data + editor->input_start;
    size_t rest = editor->input.length - editor->input_start, length = 0;
    while (length < rest && length < MOST_RUN && is_plain((unsigned char)start[length]))
        length++;
    if (length < 2 || !takes_runs(editor))
        return false;
    char after = start[length];
    start[length] = '\0';
    editor->rl.rl_insert_text(start);
    start[length] = after;
    editor->input_start += length;
    return true;
}

// Whoever types an indentation of his own gets exactly that instead of the automatic one.
static void look_at_indent(Editor *editor) {
    Readline *rl = &editor->rl;
    unsigned char byte = (unsigned char)editor->input.data[editor->input_start];
    if (!editor->indent_is_fresh)
        return;
    editor->indent_is_fresh = false;
    bool own = byte == ' ' || byte == '\t';
    if (own) {
        rl->rl_delete_text(*rl->rl_point - (int)editor->indent, *rl->rl_point);
        *rl->rl_point -= (int)editor->indent;
    }
    if (own || (!is_plain(byte) && byte != '\r' && byte != '\n'))
        editor->indent = 0;
}

static void take_key(Editor *editor) {
    unsigned char byte = (unsigned char)editor->input.data[editor->input_start];
    if (!is_plain(byte) && byte != '\r' && byte != '\n' && byte != '\t')
        editor->scan = (SourceScan){0};
    look_at_indent(editor);
    if (!insert_run(editor))
        editor->rl.rl_callback_read_char();
}

// The line is at its end: what was accepted, or EOFError.
static Value finish(Thread *thread, Editor *editor) {
    char *line = editor->line;
    bool is_end = line == NULL || editor->at_end;
    editor->line = NULL;
    unwatch_signals(editor);
    if (is_end)
        screen_leave(&editor->screen, &editor->out);
    editor_flush(editor);
    if (is_end) {
        free(line);
        return raise_error(thread, ERROR_EOFError, "EOF when reading a line");
    }
    Value bytes = value_object(bytes_new(thread, line, strlen(line)));
    free(line);
    return bytes;
}

static Value work_off(Thread *thread, Editor *editor) {
    while (editor->active && editor_has_input(editor) && is_undefined(*editor->error)) {
        take_key(editor);
        if (!thread_poll_signals(thread))
            *editor->error = error_take(thread);
    }
    if (!is_undefined(*editor->error)) {
        return raise_value(thread, *editor->error);
    }
    if (editor->active && editor->input_ended) {
        editor_cancel(thread, editor);
        return raise_error(thread, ERROR_EOFError, "EOF when reading a line");
    }
    if (!editor->active)
        return finish(thread, editor);
    editor->stale = true;
    return VALUE_NONE;
}

Value editor_feed(Thread *thread, Editor *editor, Value host) {
    Value error = VALUE_UNDEFINED;
    if (!editor->active)
        return raise_error(thread, ERROR_RuntimeError, "no line is being edited");
    if (editor->thread != NULL && editor->thread != thread)
        return raise_error(thread, ERROR_RuntimeError, "the line is being edited already");
    editor->thread = thread;
    editor->host = host;
    editor->error = &error;
    Value result = work_off(thread, editor);
    editor->thread = NULL;
    return result;
}

// The cursor behind the text, which is drawn to its end; then a new row.
static void leave_text(Editor *editor) {
    *editor->rl.rl_point = *editor->rl.rl_end;
    editor_draw(editor);
    screen_leave(&editor->screen, &editor->out);
}

bool editor_cancel(Thread *thread, Editor *editor) {
    Readline *rl = &editor->rl;
    if (!editor->active)
        return true;
    leave_text(editor);
    flush_as(thread, editor);
    editor->active = false; // nothing is drawn any more
    rl->rl_callback_sigcleanup();
    if (*rl->rl_undo_list != NULL)
        rl->rl_revert_line(1, 0);
    rl->rl_free_undo_list();
    rl->rl_free_line_state();
    *rl->rl_readline_state &= ~(unsigned long)(READLINE_SEARCHING | READLINE_NUMERICARG |
                                               READLINE_METANEXT | READLINE_MOREINPUT);
    rl->rl_callback_handler_remove();
    editor->input_start = editor->input.length;
    unwatch_signals(editor);
    return true;
}
