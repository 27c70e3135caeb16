// SPDX-License-Identifier: MIT
//
// What the compiler has to say about a text, as exceptions and warnings.
#pragma once

#include "code.h"
#include "diagnostic.h"
#include "parser.h"

// Raise the SyntaxError (or the like) that `error` describes.
void report_error(Thread *thread, SourceFile *file, const Diagnostic *error);

// Raise that the text breaks off too early: as _IncompleteInputError if `is_partial`, else as a
// plain SyntaxError.
void report_incomplete(Thread *thread, SourceFile *file, const Diagnostic *error, bool is_partial);

// Pass the warnings on to the module warnings, which is imported if there are any; `all` or only
// those that are not late. False: an exception is set, a SyntaxError if a filter made one of a
// warning.
bool report_warnings(Thread *thread, SourceFile *file, const ParseWarnings *warnings, bool all);
