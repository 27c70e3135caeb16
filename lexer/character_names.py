#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the table by which lexer/character_name.c finds characters by their Unicode names.

    character_names.py ALIASES.def OUTPUT.c

The names themselves would be a megabyte. Each entry is 64 bits instead: the upper 43 bits of the
name's hash and the 21 bits of its code point, sorted, so that one binary search answers. A text that
is no name hits an entry by chance once in 200 million. The names come from the interpreter that
builds Mini.
"""

import re
import sys
import unicodedata
from pathlib import Path

CODE_POINT_BITS = 21
MASK = (1 << 64) - 1
IDEOGRAPH = "CJK UNIFIED IDEOGRAPH-"  # these follow a rule that needs no table


def name_hash(name):
    h = 0xCBF29CE484222325  # FNV-1a
    for byte in name.encode():
        h = (h ^ byte) * 0x100000001B3 & MASK
    return h


def ideograph_ranges(codes):
    ranges = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ranges


def main(aliases, output):
    named = [(unicodedata.name(chr(code), ""), code) for code in range(sys.maxunicode + 1)]
    ideographs = [code for name, code in named if name.startswith(IDEOGRAPH)]
    named = [(name, code) for name, code in named if name and not name.startswith(IDEOGRAPH)]
    for code, name in re.findall(r'^ALIAS\((0x\w+), "(.*)"\)', Path(aliases).read_text(), re.M):
        named.append((name, int(code, 16)))
    entries = sorted({name_hash(name) >> CODE_POINT_BITS << CODE_POINT_BITS | code
                      for name, code in named})
    rows = "".join(f"    UINT64_C({entry:#x}),\n" for entry in entries)
    spans = "".join(f"    {{{a:#x}, {b:#x}}},\n" for a, b in ideograph_ranges(ideographs))
    Path(output).write_text(
        '#include "character_name.h"\n\n'
        f"const uint64_t character_names[] = {{\n{rows}}};\n"
        f"const size_t character_name_count = {len(entries)};\n"
        f"const CharacterRange character_ideographs[] = {{\n{spans}    {{0, 0}},\n}};\n")


main(*sys.argv[1:])
