#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the tables of unicodedata that no library has: names, decompositions, widths, values.

    unicode_tables.py OUTPUT.c

All of it comes from the interpreter that builds Mini, as lexer/character_names.py has it. A name is
a row of words, and a word a number of one byte or, when it is rare, two; "#" in a word stands for
the code point itself in hexadecimal digits. Ideographs and Hangul syllables have names by rule.
"""

import sys
import unicodedata
from collections import Counter
from pathlib import Path

ONE_BYTE = 192  # words that a single byte names
EVERY = 16  # names between two of which the place is known
WIDTHS = ["N", "A", "H", "W", "F", "Na"]
TAGS = ["", "<circle>", "<compat>", "<final>", "<font>", "<fraction>", "<initial>", "<isolated>",
        "<medial>", "<narrow>", "<noBreak>", "<small>", "<square>", "<sub>", "<super>",
        "<vertical>", "<wide>"]


def words_of(code):
    name = unicodedata.name(chr(code), "")
    if not name or name.startswith(("HANGUL SYLLABLE ", "CJK UNIFIED IDEOGRAPH-")):
        return []
    return name.replace(f"-{code:04X}", "-#").split(" ")


def runs(pairs):
    """(first, count, value) of neighbours with equal values."""
    found = []
    for code, value in pairs:
        if found and found[-1][0] + found[-1][1] == code and found[-1][2] == value:
            found[-1][1] += 1
        else:
            found.append([code, 1, value])
    return found


def array(kind, name, rows):
    return f"const {kind} {name}[] = {{\n" + "".join(f"    {row},\n" for row in rows) + "};\n"


def names():
    named = {code: words_of(code) for code in range(sys.maxunicode + 1)}
    named = {code: words for code, words in named.items() if words}
    order = [word for word, _ in Counter(w for ws in named.values() for w in ws).most_common()]
    number = {word: i for i, word in enumerate(order)}
    data, places = bytearray(), []
    for i, words in enumerate(named.values()):
        if i % EVERY == 0:
            places.append(len(data))
        packed = bytearray()
        for word in words:
            n = number[word]
            packed += bytes([n] if n < ONE_BYTE else [ONE_BYTE + (n - ONE_BYTE >> 8),
                                                      n - ONE_BYTE & 255])
        data += bytes([len(packed)]) + packed
    first, spans = 0, []
    for code, count, _ in runs((code, None) for code in named):
        spans.append(f"{{{code:#x}, {count}, {first}}}")
        first += count
    yield array("char *const", "unicode_words", [f'"{word}"' for word in order])
    yield array("uint8_t", "unicode_names", [", ".join(map(str, data[i:i + 24]))
                                             for i in range(0, len(data), 24)])
    yield array("uint32_t", "unicode_name_places", places)
    yield array("UnicodeRun", "unicode_name_runs", spans)
    yield f"const size_t unicode_name_run_count = {len(spans)};\n"


def decompositions():
    rows, parts = [], []
    for code in range(sys.maxunicode + 1):
        text = unicodedata.decomposition(chr(code)).split()
        if text:
            tag = TAGS.index(text.pop(0)) if text[0].startswith("<") else 0
            rows.append(f"{{{code:#x}, {tag}, {len(text)}, {len(parts)}}}")
            parts += ["0x" + part for part in text]
    yield array("UnicodeDecomposition", "unicode_decompositions", rows)
    yield f"const size_t unicode_decomposition_count = {len(rows)};\n"
    yield array("uint32_t", "unicode_decomposed", parts)


def width(code):
    found = unicodedata.east_asian_width(chr(code))
    # some versions say F of what is not assigned
    return "N" if found == "F" and unicodedata.category(chr(code)) == "Cn" else found


def main(output):
    codes = range(sys.maxunicode + 1)
    wide = [f"{{{code:#x}, {count}, {WIDTHS.index(value)}}}"
            for code, count, value in runs((c, width(c)) for c in codes) if value != "N"]
    values = [(c, unicodedata.numeric(chr(c), None), unicodedata.digit(chr(c), -1)) for c in codes]
    numeric = [f"{{{c:#x}, {value!r}, {digit}}}" for c, value, digit in values if value is not None]
    Path(output).write_text("".join([
        '#include "unicode_tables.h"\n\n', *names(), *decompositions(),
        array("UnicodeRun", "unicode_widths", wide),
        f"const size_t unicode_width_count = {len(wide)};\n",
        array("UnicodeNumber", "unicode_numbers", numeric),
        f"const size_t unicode_number_count = {len(numeric)};\n"]))


main(*sys.argv[1:])
