# SPDX-License-Identifier: MIT
"""Stand-in for tty, which CPython's tests of event loops import for one test of terminals."""

import unittest


def setraw(fd):
    """Whoever wants it is skipped."""
    raise unittest.SkipTest("needs tty")
