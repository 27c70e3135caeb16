# SPDX-License-Identifier: MIT
"""Stands for decimal, which Mini does not have: tests that make a Decimal are skipped."""

import unittest


class Decimal:
    def __new__(cls, *args):
        raise unittest.SkipTest("needs decimal")


class Context(Decimal):
    pass


def getcontext():
    raise unittest.SkipTest("needs decimal")
