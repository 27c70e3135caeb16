# SPDX-License-Identifier: MIT
"""What CPython's tests ask of its bytecode, which Mini does not have: they are skipped."""

import unittest


def instructions_with_positions(instrs, co_positions):
    raise unittest.SkipTest("about CPython's bytecode")


class BytecodeTestCase(unittest.TestCase):
    def get_disassembly_as_string(self, co):
        self.skipTest("about CPython's bytecode")

    def assertInBytecode(self, *args):
        self.skipTest("about CPython's bytecode")

    assertNotInBytecode = assertInBytecode


class CompilationStepTestCase(unittest.TestCase):
    def setUp(self):
        self.skipTest("about CPython's bytecode")
