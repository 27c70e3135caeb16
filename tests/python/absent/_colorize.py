# SPDX-License-Identifier: MIT
"""Whether CPython's tracebacks are coloured; those of Mini are not."""

COLORIZE = False


def can_colorize():
    return False
