#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turns the modules written in Mini into a C file of byte arrays, so that the binary stands alone.

    embed.py OUTPUT.c LENGTHS.h FILE.mini...

Each FILE.mini becomes `embedded_FILE`, NUL-terminated; its length, which the table of modules needs
as a constant, becomes the macro EMBEDDED_FILE_LENGTH.
"""

import sys
from pathlib import Path

BYTES_PER_LINE = 20


def array_of(name, data):
    rows = [data[i:i + BYTES_PER_LINE] for i in range(0, len(data), BYTES_PER_LINE)]
    body = "\n".join("    " + " ".join(f"{byte}," for byte in row) for row in rows)
    return f"const char embedded_{name}[] = {{\n{body}\n    0,\n}};\n"


def main(output, lengths, *files):
    texts = {Path(file).stem: Path(file).read_bytes() for file in files}
    declarations = "".join(f"extern const char embedded_{name}[];\n" for name in texts)
    arrays = "".join(array_of(name, data) for name, data in texts.items())
    Path(output).write_text(declarations + arrays)
    Path(lengths).write_text("#pragma once\n" + "".join(
        f"#define EMBEDDED_{name}_LENGTH {len(data)}\n" for name, data in texts.items()))


main(*sys.argv[1:])
