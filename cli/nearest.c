// SPDX-License-Identifier: MIT
//
// A word that was mistyped, and the one that was probably meant: the fewest letters to insert, to
// remove, to change, or to swap with their neighbour (the distance of Damerau and Levenshtein, in
// its restricted form). More than a third of the letters wrong is no mistyping; then nothing is
// suggested. CPython does the same for attributes and names in Python/suggestions.c.
#include "nearest.h"

#include <stdint.h>
#include <string.h>

enum { NAME_MAX_LENGTH = 32 };

static unsigned smaller(unsigned a, unsigned b) {
    return a < b ? a : b;
}

static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length) {
    unsigned table[NAME_MAX_LENGTH + 1][NAME_MAX_LENGTH + 1];
    for (size_t i = 0; i <= a_length; i++) {
        for (size_t j = 0; j <= b_length; j++) {
            if (i == 0 || j == 0) {
                table[i][j] = (unsigned)(i + j);
                continue;
            }
            unsigned edit = smaller(table[i - 1][j], table[i][j - 1]) + 1;
            table[i][j] = smaller(edit, table[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                table[i][j] = smaller(table[i][j], table[i - 2][j - 2] + 1);
        }
    }
    return table[a_length][b_length];
}

Nearest nearest_begin(const char *word, size_t length) {
    return (Nearest){.word = word, .length = length, .least = (unsigned)length / 3 + 1};
}

void nearest_try(Nearest *nearest, const char *candidate) {
    size_t length = strlen(candidate);
    if (nearest->length > NAME_MAX_LENGTH || length > NAME_MAX_LENGTH)
        return;
    unsigned d = distance(nearest->word, nearest->length, candidate, length);
    if (d < nearest->least && d < length) {
        nearest->least = d;
        nearest->best = candidate;
    }
}
