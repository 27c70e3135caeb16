# SPDX-License-Identifier: MIT
"""Importing modules that may not be there."""

import importlib.util, sys, unittest, contextlib


def _imp(name):
    __import__(name)
    return sys.modules[name]


def import_module(name, deprecated=False, *, required_on=()):
    try:
        return _imp(name)
    except ImportError as e:
        raise unittest.SkipTest(str(e))


def import_fresh_module(name, fresh=(), blocked=(), *, deprecated=False):
    if blocked and any(importlib.util.find_spec(n) for n in blocked):
        names = (name, *fresh, *blocked)
        saved = {n: sys.modules.pop(n) for n in names if n in sys.modules}
        for b in blocked:
            sys.modules[b] = None
        try:
            return _imp(name)
        except ImportError:
            pass
        finally:
            for n in names:
                sys.modules.pop(n, None)
            sys.modules.update(saved)
        return _imp(name)
    try:
        for f in () if blocked else fresh:
            _imp(f)
        return _imp(name)
    except ImportError:
        return None


def unload(n):
    sys.modules.pop(n, None)


def forget(n):
    unload(n)


class DirsOnSysPath:

    def __init__(self, *p):
        self.p = p

    def __enter__(self):
        self.o = sys.path[:]
        sys.path.extend(self.p)

    def __exit__(self, *a):
        sys.path[:] = self.o


class CleanImport:

    def __init__(self, *names, usefrozen=False):
        self.o = sys.modules.copy()
        for n in names:
            sys.modules.pop(n, None)

    def __enter__(self):
        return self

    def __exit__(self, *a):
        sys.modules.update(self.o)


@contextlib.contextmanager
def ready_to_import(name=None, source=''):
    raise unittest.SkipTest('ready_to_import')
    yield


@contextlib.contextmanager
def isolated_modules():
    yield
