# SPDX-License-Identifier: MIT
"""CPython's tests of its stable C API."""

import unittest


def __getattr__(name):
    raise unittest.SkipTest("calls CPython's C API")
