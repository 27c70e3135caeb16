# SPDX-License-Identifier: MIT
"""Files and folders for tests."""

import collections.abc, contextlib, os, sys
TESTFN = TESTFN_ASCII = '@test_%d_tmp' % os.getpid()
TESTFN_UNICODE = TESTFN + '-àòɘŁğ'
TESTFN_NONASCII = TESTFN_UNENCODABLE = TESTFN_UNDECODABLE = None
FS_NONASCII = ''
SAVEDCWD = os.getcwd()


def unlink(f):
    try:
        os.unlink(f)
    except OSError:
        pass


def rmdir(f):
    try:
        os.rmdir(f)
    except OSError:
        pass


def rmtree(p):
    import shutil
    shutil.rmtree(p, ignore_errors=True)


def create_empty_file(f):
    open(f, 'wb').close()


@contextlib.contextmanager
def temp_dir(path=None, quiet=False):
    import tempfile
    d = tempfile.mkdtemp()
    try:
        yield d
    finally:
        rmtree(d)


@contextlib.contextmanager
def temp_cwd(name='tempcwd', quiet=False):
    with temp_dir() as d:
        o = os.getcwd()
        os.chdir(d)
        try:
            yield d
        finally:
            os.chdir(o)


@contextlib.contextmanager
def change_cwd(d, quiet=False):
    o = os.getcwd()
    os.chdir(d)
    try:
        yield d
    finally:
        os.chdir(o)


class FakePath:

    def __init__(self, p):
        self.path = p

    def __repr__(self):
        return f'<FakePath {self.path!r}>'

    def __fspath__(self):
        is_class = isinstance(self.path, type) and issubclass(self.path, BaseException)
        if is_class or isinstance(self.path, BaseException):
            raise self.path
        return self.path


class EnvironmentVarGuard(collections.abc.MutableMapping):
    """The environment, which is as it was before when the block is left."""

    def __init__(self):
        self.real = os.environ  # which a test may replace by this object
        self.old = dict(self.real)

    def __enter__(self):
        return self

    def __exit__(self, *a):
        os.environ = self.real
        self.real.clear()
        self.real.update(self.old)

    def __getitem__(self, name):
        return self.real[name]

    def __setitem__(self, name, value):
        self.real[name] = value

    def __delitem__(self, name):
        self.real.pop(name, None)

    def __iter__(self):
        return iter(dict(self.real))

    def __len__(self):
        return len(self.real)

    def set(self, name, value):
        self.real[name] = value

    def unset(self, *names):
        for name in names:
            self.real.pop(name, None)

    def copy(self):
        return dict(self.real)


def skip_unless_working_chmod(t):
    return t


@contextlib.contextmanager
def open_dir_fd(path):
    """A descriptor of a folder."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield fd
    finally:
        os.close(fd)


def skip_unless_symlink(t):
    return t


def skip_if_dac_override(t):
    """Whoever is root may write everywhere."""
    import unittest
    return unittest.skipIf(os.geteuid() == 0, "files cannot be closed to root")(t)


skip_unless_dac_override = skip_unless_xattr = skip_unless_hardlink = skip_unless_symlink


def can_symlink():
    return True


def can_chmod():
    return True


can_dac_override = can_hardlink = can_symlink


def make_bad_fd():
    fd = os.open(os.devnull, os.O_RDONLY)
    os.close(fd)
    return fd


def fd_count():
    """How many descriptors are open."""
    return len(os.listdir("/proc/self/fd"))
