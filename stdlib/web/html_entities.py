#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the module html.entities: the names of characters in HTML.

    html_entities.py OUTPUT.mini

The names are those of the standard, as the interpreter that builds Mini has them. Each table is one
text, "name character name character ...", that is cut when the module is imported: that is quicker
than running the code of a dict of two thousand items.
"""

import sys
from html.entities import html5, name2codepoint
from pathlib import Path

HEAD = '''\
# SPDX-License-Identifier: MIT
#
# html.entities: the names of characters. Made by html_entities.py; a name of html5 ends with a
# semicolon unless browsers know it without one as well.
"""The names of characters in HTML."""

__all__ = ["html5", "name2codepoint", "codepoint2name", "entitydefs"]


def _table(text):
    words = text.split(" ")
    return dict(zip(words[::2], words[1::2]))


'''
TAIL = '''
name2codepoint = {name: int(value) for name, value in name2codepoint.items()}
codepoint2name = {value: name for name, value in name2codepoint.items()}
entitydefs = {name: chr(value) for name, value in name2codepoint.items()}
'''


def escaped(value):
    return "".join(f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}" for c in value)


def assignment(name, table, shown):
    pairs = [f"{key} {shown(value)}" for key, value in table.items()]
    lines = [f'    "{pair} "' for pair in pairs[:-1]] + [f'    "{pairs[-1]}"']
    return f"{name} = _table(\n" + "\n".join(lines) + ")\n"


def main(output):
    text = (HEAD + assignment("html5", html5, escaped)
            + assignment("name2codepoint", name2codepoint, str) + TAIL)
    Path(output).write_text(text, encoding="ascii")


main(sys.argv[1])
