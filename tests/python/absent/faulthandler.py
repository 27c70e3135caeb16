# SPDX-License-Identifier: MIT
"""Stand-in for faulthandler, by which CPython's tests of processes crash on purpose."""

import os
import signal


def enable(*args, **kwargs):
    pass


def disable():
    pass


def dump_traceback(*args, **kwargs):
    pass


def _sigsegv():
    os.kill(os.getpid(), signal.SIGSEGV)
