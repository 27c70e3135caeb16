// SPDX-License-Identifier: MIT
//
// Layout, and the difference between two layouts.
//
// A layout never reads more of the text than it must: it goes back from the cursor by as many line
// ends as the screen has rows, and on as far as the screen reaches. Only a single very long line is
// read from its start, because where its rows begin depends on all that comes before.
//
// Two rows are compared as bytes; what they have in common at the start is left alone. A row of the
// terminal's full width leaves the cursor "beyond" the last column (terminals differ in where it is
// then), so every move from there begins with a carriage return.
#include "editor_screen.h"

#include "utf8.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { TAB_WIDTH = 8, PLAIN_FIRST = 0x20, PLAIN_LAST = 0x7e };

// A row of the text before it is known whether it will be shown.
typedef struct Span {
    size_t start, end; // in the text
    size_t width;      // columns, the prompt included
    bool begins_line;
} Span;

typedef struct Layout {
    const ScreenText *what;
    size_t width, height;
    Span *spans;
    size_t count, capacity;
    size_t cursor; // the span with the cursor
    bool found;
    bool failed; // no memory
} Layout;

// ---- Widths ----

// Columns of the character at `text`, of which `*length` are its bytes.
static size_t width_at(const char *text, const char *end, size_t column, size_t *length) {
    unsigned char byte = (unsigned char)*text;
    *length = 1;
    if (byte >= PLAIN_FIRST && byte <= PLAIN_LAST)
        return 1;
    if (byte == '\t')
        return TAB_WIDTH - column % TAB_WIDTH;
    if (byte < PLAIN_FIRST || byte == PLAIN_LAST + 1)
        return 2;
    uint32_t code_point;
    *length = utf8_decode(text, end, &code_point);
    if (code_point < 0xa0)
        return 1; // shown as U+FFFD
    int width = utf8proc_charwidth((utf8proc_int32_t)code_point);
    return width < 0 ? 1 : (size_t)width;
}

// The columns that a text without line ends takes from `column` on.
static size_t screen_text_width(const char *text, size_t length, size_t column) {
    const char *end = text + length;
    size_t width = 0, step;
    for (; text < end; text += step)
        width += width_at(text, end, column + width, &step);
    return width;
}

static size_t prompt_width(const char *prompt) {
    size_t width = 0;
    bool hidden = false;
    const char *end = prompt + strlen(prompt);
    for (size_t step = 1; prompt < end; prompt += step) {
        step = 1;
        if (*prompt == '\001' || *prompt == '\002')
            hidden = *prompt == '\001';
        else if (!hidden)
            width += width_at(prompt, end, width, &step);
    }
    return width;
}

// ---- From text to rows ----

static const char *prompt_of(const Layout *layout, size_t line_start) {
    return line_start == 0 ? layout->what->prompt : layout->what->continuation;
}

static void add_span(Layout *layout, Span span) {
    if (layout->count == layout->capacity) {
        size_t capacity = layout->capacity == 0 ? 64 : 2 * layout->capacity;
        Span *bigger = realloc(layout->spans, capacity * sizeof *bigger);
        layout->failed |= bigger == NULL;
        if (bigger == NULL)
            return;
        layout->spans = bigger;
        layout->capacity = capacity;
    }
    size_t point = layout->what->point;
    if (point >= span.start && (point < span.end || point == span.end)) {
        layout->cursor = layout->count; // the last that fits: a row's end is the next one's start
        layout->found = true;
    }
    layout->spans[layout->count++] = span;
}

// The rows of the line [start, end).
static void wrap_line(Layout *layout, size_t start, size_t end) {
    const char *text = layout->what->text;
    size_t column = prompt_width(prompt_of(layout, start)), step;
    Span span = {.start = start, .begins_line = true};
    for (size_t at = start; at < end; at += step) {
        size_t width = width_at(text + at, text + end, column, &step);
        if (column + width > layout->width && at > span.start) {
            span.end = at;
            span.width = column;
            add_span(layout, span);
            span = (Span){.start = at};
            column = 0;
            width = width_at(text + at, text + end, 0, &step);
        }
        column += width;
    }
    span.end = end;
    span.width = column;
    add_span(layout, span);
    if (column >= layout->width && layout->what->point == end)
        add_span(layout, (Span){.start = end, .end = end}); // the cursor has no room in the last
}

static size_t line_start(const char *text, size_t at) {
    const char *before = at == 0 ? NULL : memrchr(text, '\n', at);
    return before == NULL ? 0 : (size_t)(before - text) + 1;
}

static size_t line_end(const ScreenText *what, size_t at) {
    const char *after = memchr(what->text + at, '\n', what->length - at);
    return after == NULL ? what->length : (size_t)(after - what->text);
}

static void lay_out(Layout *layout) {
    const ScreenText *what = layout->what;
    size_t start = line_start(what->text, what->point);
    for (size_t i = 0; i < layout->height && start > 0; i++)
        start = line_start(what->text, start - 1);
    for (;;) {
        size_t end = line_end(what, start);
        wrap_line(layout, start, end);
        bool enough = layout->found && layout->count > layout->cursor + layout->height;
        if (end == what->length || enough || layout->failed)
            return;
        start = end + 1;
    }
}

// The first of the spans that are shown: where it was before, if the cursor is still in sight.
static size_t first_shown(const Layout *layout, size_t top) {
    size_t rows = layout->height, cursor = layout->cursor, first = 0;
    if (layout->count <= rows)
        return 0;
    while (first < cursor && layout->spans[first].start < top)
        first++;
    if (cursor >= first + rows)
        first = cursor - rows + 1;
    return first > layout->count - rows ? layout->count - rows : first;
}

// ---- From rows to bytes ----

static void render_prompt(StringBuilder *bytes, const char *prompt) {
    for (; *prompt != '\0'; prompt++) {
        if (*prompt != '\001' && *prompt != '\002')
            sb_putc(bytes, *prompt);
    }
}

static void render_text(StringBuilder *bytes, const char *text, const char *end, size_t column) {
    for (size_t step; text < end; text += step) {
        size_t width = width_at(text, end, column, &step);
        unsigned char byte = (unsigned char)*text;
        uint32_t code_point = byte;
        if (byte >= 0x80)
            utf8_decode(text, end, &code_point);
        if (byte == '\t')
            sb_repeat(bytes, ' ', width);
        else if (byte < PLAIN_FIRST || byte == PLAIN_LAST + 1)
            sb_printf(bytes, "^%c", byte ^ 0x40);
        else if (byte >= 0x80 &&
                 (code_point < 0xa0 || (code_point >= 0xd800 && code_point < 0xe000)))
            sb_put_codepoint(bytes, 0xfffd);
        else if (byte >= 0x80 && step == 1)
            sb_put_codepoint(bytes, 0xfffd);
        else
            sb_write(bytes, text, step);
        column += width;
    }
}

static bool add_row(ScreenImage *image, ScreenRow row) {
    if (image->count == image->capacity) {
        size_t capacity = image->capacity == 0 ? 64 : 2 * image->capacity;
        ScreenRow *bigger = realloc(image->rows, capacity * sizeof *bigger);
        if (bigger == NULL)
            return false;
        image->rows = bigger;
        image->capacity = capacity;
    }
    image->rows[image->count++] = row;
    return true;
}

static void render(ScreenImage *image, const Layout *layout, size_t first) {
    const char *text = layout->what->text;
    image->count = 0;
    sb_clear(&image->bytes);
    for (size_t i = first; i < layout->count && i < first + layout->height; i++) {
        const Span *span = &layout->spans[i];
        ScreenRow row = {.start = image->bytes.length, .width = span->width};
        if (span->begins_line) {
            const char *prompt = prompt_of(layout, span->start);
            render_prompt(&image->bytes, prompt);
            row.prefix = image->bytes.length - row.start;
            row.prompt_width = prompt_width(prompt);
        }
        render_text(&image->bytes, text + span->start, text + span->end, row.prompt_width);
        row.length = image->bytes.length - row.start;
        if (!add_row(image, row))
            return;
    }
}

// ---- Moving about ----

static void move_to(Screen *screen, size_t row, size_t column, StringBuilder *out) {
    if (row < screen->row)
        sb_printf(out, "\033[%zuA", screen->row - row);
    else if (row > screen->row)
        sb_repeat(out, '\n', row - screen->row); // which the terminal's driver makes \r\n
    bool goes_back = screen->column >= screen->width || column == 0;
    if (row <= screen->row && goes_back && screen->column != 0)
        sb_putc(out, '\r');
    if (row > screen->row || goes_back)
        screen->column = 0;
    screen->row = row;
    if (column > screen->column)
        sb_printf(out, "\033[%zuC", column - screen->column);
    else if (column < screen->column && screen->column - column <= 4)
        sb_repeat(out, '\b', screen->column - column);
    else if (column < screen->column)
        sb_printf(out, "\033[%zuD", screen->column - column);
    screen->column = column;
}

// ---- The difference ----

// Would a cut at `at` leave a character behind that belongs to the one before?
static bool splits(const char *row, size_t length, size_t at) {
    size_t step;
    if (at >= length)
        return false;
    return ((unsigned char)row[at] & 0xc0) == 0x80 ||
           width_at(row + at, row + length, 0, &step) == 0;
}

// How many bytes the rows begin with together, ending between two characters. 0 unless they have
// the whole prompt in common.
static size_t common_start(const char *a, const ScreenRow *old, const char *b,
                           const ScreenRow *new) {
    size_t most = old->length < new->length ? old->length : new->length, same = 0;
    while (same < most && a[same] == b[same])
        same++;
    if (old->prefix != new->prefix || same < new->prefix)
        return 0;
    while (same > new->prefix && (splits(b, new->length, same) || splits(a, old->length, same)))
        same--;
    return same;
}

static void draw_row(Screen *screen, size_t number, StringBuilder *out) {
    static const ScreenRow nothing = {0};
    const ScreenImage *shown = &screen->shown, *next = &screen->next;
    const ScreenRow *old = number < shown->count ? &shown->rows[number] : &nothing;
    const ScreenRow *new = &next->rows[number];
    const char *a = shown->bytes.data + old->start, *b = next->bytes.data + new->start;
    bool is_new = number >= shown->count;
    if (!is_new && old->length == new->length &&memcmp(a, b, new->length) == 0)
        return;
    size_t same = common_start(a, old, b, new), column = 0;
    if (same > 0)
        column = new->prompt_width + screen_text_width(b + new->prefix, same - new->prefix, 0);
    move_to(screen, number, column, out);
    sb_write(out, b + same, new->length - same);
    screen->column = new->width;
    if (old->width > new->width &&new->width < screen->width)
        sb_puts(out, "\033[K");
}

static void put_cursor(Screen *screen, const Layout *layout, size_t first, StringBuilder *out) {
    const Span *span = &layout->spans[layout->cursor];
    const ScreenText *what = layout->what;
    size_t row = layout->cursor - first;
    size_t column = screen->next.rows[row].prompt_width;
    column += screen_text_width(what->text + span->start, what->point - span->start, column);
    move_to(screen, row, column, out);
}

void screen_draw(Screen *screen, const ScreenText *what, StringBuilder *out) {
    Layout layout = {.what = what, .width = screen->width, .height = screen->height};
    lay_out(&layout);
    if (!layout.failed) {
        size_t first = first_shown(&layout, screen->top);
        screen->top = layout.spans[first].start;
        render(&screen->next, &layout, first);
        for (size_t i = 0; i < screen->next.count; i++)
            draw_row(screen, i, out);
        if (screen->next.count < screen->shown.count) {
            move_to(screen, screen->next.count, 0, out);
            sb_puts(out, "\033[J");
        }
        put_cursor(screen, &layout, first, out);
        ScreenImage old = screen->shown;
        screen->shown = screen->next;
        screen->next = old;
    }
    free(layout.spans);
}

// ---- The rest ----

void screen_init(Screen *screen) {
    *screen = (Screen){.width = 80, .height = 24};
    sb_init(&screen->shown.bytes);
    sb_init(&screen->next.bytes);
}

void screen_resize(Screen *screen, size_t width, size_t height) {
    screen->width = width < 2 ? 2 : width;
    screen->height = height < 1 ? 1 : height;
}

void screen_forget(Screen *screen) {
    screen->shown.count = 0;
    screen->row = screen->column = screen->top = 0;
}

void screen_erase(Screen *screen, StringBuilder *out) {
    if (screen->shown.count == 0)
        return;
    move_to(screen, 0, 0, out);
    sb_puts(out, "\033[J");
    size_t top = screen->top;
    screen_forget(screen);
    screen->top = top;
}

void screen_leave(Screen *screen, StringBuilder *out) {
    size_t rows = screen->shown.count;
    if (rows > 0 && screen->row < rows - 1)
        move_to(screen, rows - 1, 0, out);
    sb_putc(out, '\n');
    screen_forget(screen);
}
