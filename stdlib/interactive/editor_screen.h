// SPDX-License-Identifier: MIT
//
// What the line being edited looks like on the terminal, and how few bytes bring it there.
//
// Readline's own display knows nothing of continuation prompts and looks at the whole text for
// every key; this one lays out only the rows around the cursor that fit on the screen, compares
// them with what is there, and sends the difference: typing at the end of a line sends what was
// typed and nothing else. It touches no terminal: bytes come out, and whoever has them sends them.
//
// Text is UTF-8. A row holds what fits into the terminal's width, characters of double width count
// twice, control characters show as ^X, bytes that are no UTF-8 as U+FFFD. The textbook term is
// damage repair; CPython's counterpart is Lib/_pyrepl/unix_console.py.
#pragma once

#include "string_builder.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One row as it is shown.
typedef struct ScreenRow {
    size_t start;  // of its bytes in `bytes`
    size_t length; // of its bytes
    size_t prefix; // of these, the prompt
    size_t prompt_width;
    size_t width; // in columns, the prompt included
} ScreenRow;

typedef struct ScreenImage {
    StringBuilder bytes;
    ScreenRow *rows;
    size_t count, capacity;
} ScreenImage;

typedef struct Screen {
    size_t width, height;
    ScreenImage shown, next;
    size_t row, column; // where the terminal's cursor is; the column may be `width`
    size_t top;         // where in the text the first row that is shown begins
} Screen;

typedef struct ScreenText {
    const char *prompt;       // before the first line; \001 ... \002 enclose what takes no room
    const char *continuation; // before the others
    const char *text;
    size_t length;
    size_t point; // the cursor, in bytes
} ScreenText;

void screen_init(Screen *screen);
// The terminal has this size now. What is shown is taken to be where it was.
void screen_resize(Screen *screen, size_t width, size_t height);
// Nothing of ours is shown; the cursor is at the start of a row.
void screen_forget(Screen *screen);
// Show the text and put the cursor on its place.
void screen_draw(Screen *screen, const ScreenText *what, StringBuilder *out);
// Take all of it off the screen; the cursor is where it began.
void screen_erase(Screen *screen, StringBuilder *out);
// Leave what is shown where it is: the cursor goes to the start of the row below.
void screen_leave(Screen *screen, StringBuilder *out);
