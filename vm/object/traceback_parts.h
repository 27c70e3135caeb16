// SPDX-License-Identifier: MIT
//
// What the files behind traceback.h share: traceback.c (records and frames), traceback_source.c
// (source lines with carets), traceback_anchor.c (what to underline differently),
// traceback_print.c (whole exceptions), suggestion.c ("Did you mean").
#pragma once

#include "source.h"
#include "traceback.h"

// Within an expression: [left, right) is what failed, underlined with '^'; the rest gets '~'.
typedef struct Anchors {
    uint32_t left, right; // byte offsets into the source; equal: there are none
    bool is_call;
    bool is_named_call; // of a plain name: f(x)
} Anchors;

// The anchors of the expression `span`, at which instruction `op` failed.
Anchors traceback_find_anchors(const Source *source, Span span, uint16_t op);
// The lines of `span`, dedented and indented by four, with carets where they help.
void traceback_print_source(const Source *source, Span span, uint16_t op, StringBuilder *out);
