// SPDX-License-Identifier: MIT
//
// A token: one run in a short text that can be mailed, put on a command line or into a report.
//
// It says at which moments (schedule.h) the run left the default, what it did there, and which
// program that was, by a hash of its text. As bytes: a version, the hash, and for each choice the
// distance from the last moment and the option, as numbers of 7 bits a byte; the bytes then in
// base64 with the letters that are safe in a URL (RFC 4648, section 5).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "string_builder.h"

enum { TOKEN_CHOICES = 4096 };

typedef struct ScheduleTokenChoice {
    uint64_t moment;
    uint64_t option;
} ScheduleTokenChoice;

typedef struct ScheduleToken {
    uint32_t program; // hash of its text, see schedule_token_hash
    size_t count;
    ScheduleTokenChoice choices[TOKEN_CHOICES]; // by moment
} ScheduleToken;

uint32_t schedule_token_hash(const char *text, size_t length);

// Read a token; false when the text is none (or was made by another version).
bool schedule_token_read(ScheduleToken *token, const char *text);

// Append the token's text.
void schedule_token_write(const ScheduleToken *token, StringBuilder *out);
