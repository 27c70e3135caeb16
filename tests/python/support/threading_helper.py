# SPDX-License-Identifier: MIT
"""Threads in tests."""

import threading, contextlib, sys


def requires_working_threading(*, module=False):
    return (lambda t: t) if not module else None


def threading_setup():
    return ()


def threading_cleanup(*a):
    pass


def reap_threads(f):
    return f


def join_thread(t, timeout=30):
    t.join(timeout)
    if t.is_alive():
        raise AssertionError('thread alive')


@contextlib.contextmanager
def wait_threads_exit(timeout=None):
    yield


@contextlib.contextmanager
def start_threads(threads, unlock=None):
    for t in threads:
        t.start()
    try:
        yield
    finally:
        if unlock:
            unlock()
        for t in threads:
            t.join(30)


class catch_threading_exception:

    def __init__(self):
        self.exc_type = self.exc_value = self.exc_traceback = self.thread = None

    def _hook(self, a):
        self.exc_type = a.exc_type
        self.exc_value = a.exc_value
        self.exc_traceback = a.exc_traceback
        self.thread = a.thread

    def __enter__(self):
        self._o = threading.excepthook
        threading.excepthook = self._hook
        return self

    def __exit__(self, *a):
        threading.excepthook = self._o


can_start_thread = True


# What CPython's tests of processes leave behind is taken away by the runner of the tests.
import multiprocessing.util
multiprocessing.util._cleanup_tests = lambda: None
