# SPDX-License-Identifier: MIT
"""Stand-in for the C half of CPython's multiprocessing and for what its tests import beside it.

Of multiprocessing.heap, CPython's insides, there is only what the tests of barriers take; the tests
of the rest fail.
"""

import sys
import threading
import types
import weakref

import multiprocessing.util


class SemLock:
    SEM_VALUE_MAX = 2**31 - 1


class BufferWrapper:
    """Memory that processes share."""

    def __init__(self, size):
        self.bytes = multiprocessing.RawArray("B", size)

    def create_memoryview(self):
        return self.bytes._view


multiprocessing.heap = sys.modules["multiprocessing.heap"] = types.ModuleType("heap")
multiprocessing.heap.BufferWrapper = BufferWrapper
threading._dangling = weakref.WeakSet()  # whose threads CPython's tests count
multiprocessing.util._cleanup_tests = lambda: None
