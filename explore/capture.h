// SPDX-License-Identifier: MIT
//
// A standard file of the process, output or errors, that goes to memory while a program is
// explored: what one run wrote is compared with what others did, and forgotten before the next.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { CAPTURED_MAX = 1 << 20 };

typedef struct Capture {
    int file;    // in memory
    int kept;    // where it went before
    char *bytes; // CAPTURED_MAX of them, mapped
} Capture;

// From here on what is written to the descriptor `file` goes to memory. false: not possible.
bool capture_begin(Capture *capture, int file);

// How many bytes have been written since the last rewind.
size_t capture_length(const Capture *capture);

// What has been written is forgotten.
void capture_rewind(const Capture *capture);

// The descriptor `file` is again what it was.
void capture_end(Capture *capture, int file);
