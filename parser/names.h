// SPDX-License-Identifier: MIT
//
// One Name per spelling.
//
// Every identifier of a parse is looked up in one hash table, so all uses of
// `counter` share a Name and the later passes compare addresses, not letters.
// Python compares identifiers in Unicode's normal form NFKC (so that the
// ligature "ﬁ" and "fi" are one name); that is done here, once, and only for
// names that are not ASCII. The table lives in the parse's arena; Module,
// Expression and Interactive point to it. CPython interns strings for the same
// reason.
#pragma once

#include "arena.h"
#include "ast.h"

typedef struct NameTable NameTable;

// Makes an empty table in the arena.
NameTable *names_new(Arena *arena);

// Returns the Name for these bytes (valid UTF-8), after NFKC.
const Name *names_intern(NameTable *names, const char *text, size_t length);

// names_intern for a C string.
const Name *names_get(NameTable *names, const char *text);
