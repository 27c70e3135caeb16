# SPDX-License-Identifier: MIT
"""Stand-in for ntpath, the paths of another system."""

import unittest

sep = "\\"


def __getattr__(name):
    raise unittest.SkipTest("paths of Windows")
