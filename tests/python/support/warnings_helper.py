# SPDX-License-Identifier: MIT
"""Warnings in tests."""

import contextlib, warnings, re, sys, functools


def check_syntax_warning(testcase, statement, errtext='', *, lineno=1, offset=None):
    with warnings.catch_warnings(record=True) as warns:
        warnings.simplefilter('always', SyntaxWarning)
        compile(statement, '<testcase>', 'exec')
    testcase.assertEqual(len(warns), 1, warns)
    warn, = warns
    testcase.assertTrue(issubclass(warn.category, SyntaxWarning))
    if errtext:
        testcase.assertRegex(str(warn.message), errtext)
    testcase.assertEqual(warn.filename, '<testcase>')
    if lineno is not None:
        testcase.assertEqual(warn.lineno, lineno)


def ignore_warnings(*, category):

    def deco(t):

        @functools.wraps(t)
        def w(self, *a, **k):
            with warnings.catch_warnings():
                warnings.simplefilter('ignore', category=category)
                return t(self, *a, **k)
        return w
    return deco


class WarningsRecorder:

    def __init__(self, l):
        self._warnings = l
        self._last = 0

    def __getattr__(self, a):
        if len(self._warnings) > self._last:
            return getattr(self._warnings[-1], a)
        elif a in warnings.WarningMessage._WARNING_DETAILS:
            return None
        raise AttributeError(a)

    @property
    def warnings(self):
        return self._warnings[self._last:]

    def reset(self):
        self._last = len(self._warnings)


@contextlib.contextmanager
def check_warnings(*filters, quiet=None):
    if not filters:
        filters = (('', Warning),)
        if quiet is None:
            quiet = True
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        yield WarningsRecorder(w)
    rest = list(w)
    for msg, cat in filters:
        seen = False
        for x in rest[:]:
            if re.match(msg, str(x.message), re.I) and issubclass(x.message.__class__, cat):
                seen = True
                rest.remove(x)
        if not seen and (not quiet):
            raise AssertionError('filter (%r, %s) did not catch any warning' % (msg, cat.__name__))
    if rest:
        raise AssertionError('unhandled warning %s' % rest[0])


@contextlib.contextmanager
def check_no_warnings(testcase, message='', category=Warning, force_gc=False):
    with warnings.catch_warnings(record=True) as w:
        warnings.filterwarnings('always', message=message, category=category)
        yield
    testcase.assertEqual(w, [])


check_no_resource_warning = check_no_warnings


@contextlib.contextmanager
def save_restore_warnings_filters():
    yield
