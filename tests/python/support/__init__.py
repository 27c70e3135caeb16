# SPDX-License-Identifier: MIT
"""What CPython's tests ask of test.support, for any interpreter: no refcounts, no C API."""

import contextlib, functools, io, operator, os, sys, types, unittest, warnings
verbose = False


class Error(Exception):
    pass


class TestFailed(Error):
    pass


class ResourceDenied(unittest.SkipTest):
    pass


Py_DEBUG = False
Py_TRACE_REFS = False
Py_GIL_DISABLED = False
is_wasi = is_emscripten = is_android = is_apple = is_apple_mobile = is_jython = False
MS_WINDOWS = False
PGO = False
PIPE_MAX_SIZE = 4 * 1024 * 1024 + 1
SOCK_MAX_SIZE = 16 * 1024 * 1024 + 1
unix_shell = '/bin/sh'
has_strftime_extensions = True
has_fork_support = has_subprocess_support = has_socket_support = True
HAVE_DOCSTRINGS = True
MISSING_C_DOCSTRINGS = False
HAVE_ASAN_FORK_BUG = False
SHORT_TIMEOUT = 30.0
LONG_TIMEOUT = 300.0
LOOPBACK_TIMEOUT = 5.0
INTERNET_TIMEOUT = 60
MAX_Py_ssize_t = sys.maxsize
_1M = 1024 * 1024
_1G = 1024 * _1M
_2G = 2 * _1G
_4G = 4 * _1G
NHASHBITS = 64
TEST_HOME_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REPO_ROOT = os.path.dirname(TEST_HOME_DIR)
TEST_MODULES_ENABLED = True
TEST_HTTP_URL = "http://www.pythontest.net"


def has_no_debug_ranges():
    return False


def ident(f):
    return f


def _skip(reason):
    return unittest.skip(reason)


def cpython_only(test):
    return unittest.skip('implementation detail specific to cpython')(test)


def impl_detail(msg=None, **guards):
    if check_impl_detail(**guards):
        return ident
    return unittest.skip('implementation detail')


def check_impl_detail(**guards):
    if not guards:
        return False
    return not list(guards.values())[0]


def gc_collect():
    import gc
    gc.collect()
    gc.collect()


@contextlib.contextmanager
def disable_gc():
    import gc
    h = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if h:
            gc.enable()


def _id2(*a, **k):
    return ident


def requires_resource(*a):
    return ident


def requires(*a, **k):
    pass


def is_resource_enabled(*a):
    return False


requires_IEEE_754 = requires_docstrings = ident


def requires_gil_enabled(reason=""):
    return ident


def requires_zlib(*a):
    return ident


def requires_fork():
    return ident


def requires_subprocess():
    return ident


def requires_working_socket(*, module=False):
    return ident if not module else None


def requires_debug_ranges(reason=''):
    return ident


def requires_mac_ver(*a):
    return ident


def requires_linux_version(*a):
    return ident


def requires_limited_api(t):
    return unittest.skip('capi')(t)


def requires_specialization(t):
    return unittest.skip('x')(t)


def skip_if_pgo_task(t):
    return t


def skip_if_sanitizer(*a, **k):
    return ident


def skip_emscripten_stack_overflow():
    return ident


def skip_wasi_stack_overflow():
    return ident


def skip_on_s390x(t):
    return t


def no_tracing(t):
    return t


def refcount_test(t):
    return unittest.skip('refcounts')(t)


def check_sanitizer(**k):
    return False


def skip_if_suppress_immortalization():
    return ident


def skip_if_buggy_ucrt_strfptime(test):
    return test


class suppress_immortalization(contextlib.ContextDecorator):

    def __init__(self, suppress=True):
        pass

    def __enter__(self):
        pass

    def __exit__(self, *a):
        pass


def bigmemtest(size, memuse, dry_run=True):

    def deco(f):

        def wrapper(self):
            return f(self, 5147)
        wrapper.size = size
        wrapper.memuse = memuse
        wrapper.__name__ = f.__name__
        return wrapper
    return deco


def bigaddrspacetest(f):
    return unittest.skip('big')(f)


def force_not_colorized(f):
    return f


force_not_colorized_test_class = force_not_colorized
force_colorized = force_not_colorized


def run_with_locale(*a):
    return ident


def run_with_tz(tz):
    """Decorate a test: it runs in this time zone."""
    def decorate(test):
        @functools.wraps(test)
        def run(*args, **kwds):
            import time
            from unittest import mock
            with mock.patch.dict(os.environ, TZ=tz):
                time.tzset()
                try:
                    return test(*args, **kwds)
                finally:
                    os.environ.pop('TZ')
                    time.tzset()
        return run
    return decorate


def get_c_recursion_limit():
    return 10000


def exceeds_recursion_limit():
    return 20000


def get_recursion_depth():
    return 50


def get_recursion_available():
    return 900


@contextlib.contextmanager
def set_recursion_limit(limit):
    o = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(limit)
        yield
    finally:
        sys.setrecursionlimit(o)


def infinite_recursion(max_depth=None):
    return set_recursion_limit(max_depth or 20000)


@contextlib.contextmanager
def adjust_int_max_str_digits(m):
    c = sys.get_int_max_str_digits()
    try:
        sys.set_int_max_str_digits(m)
        yield
    finally:
        sys.set_int_max_str_digits(c)


def patch(test, target, name, value):
    """Sets an attribute until the test is over."""
    old = getattr(target, name)
    test.addCleanup(setattr, target, name, old)
    setattr(target, name, value)


def system_must_validate_cert(f):
    return f


@contextlib.contextmanager
def swap_attr(obj, attr, new_val):
    if hasattr(obj, attr):
        real = getattr(obj, attr)
        setattr(obj, attr, new_val)
        try:
            yield real
        finally:
            setattr(obj, attr, real)
    else:
        setattr(obj, attr, new_val)
        try:
            yield
        finally:
            if hasattr(obj, attr):
                delattr(obj, attr)


@contextlib.contextmanager
def swap_item(obj, item, new_val):
    if item in obj:
        real = obj[item]
        obj[item] = new_val
        try:
            yield real
        finally:
            obj[item] = real
    else:
        obj[item] = new_val
        try:
            yield
        finally:
            if item in obj:
                del obj[item]


@contextlib.contextmanager
def setswitchinterval_cm(i):
    yield


def setswitchinterval(i):
    return sys.setswitchinterval(i)


@contextlib.contextmanager
def captured_output(name):
    orig = getattr(sys, name)
    setattr(sys, name, io.StringIO())
    try:
        yield getattr(sys, name)
    finally:
        setattr(sys, name, orig)


def captured_stdout():
    return captured_output('stdout')


def captured_stderr():
    return captured_output('stderr')


def captured_stdin():
    return captured_output('stdin')


def run_code(code, extra_names=None):
    import textwrap
    ns = {}
    if extra_names:
        ns.update(extra_names)
    exec(textwrap.dedent(code), ns)
    return ns


def check_syntax_error(testcase, statement, errtext='', *, lineno=None, offset=None):
    with testcase.assertRaisesRegex(SyntaxError, errtext) as cm:
        compile(statement, '<test string>', 'exec')
    err = cm.exception
    testcase.assertIsNotNone(err.lineno)
    if lineno is not None:
        testcase.assertEqual(err.lineno, lineno)
    testcase.assertIsNotNone(err.offset)
    if offset is not None:
        testcase.assertEqual(err.offset, offset)


def check_free_after_iterating(test, iter, cls, args=()):
    raise unittest.SkipTest('needs __del__')


def check_disallow_instantiation(testcase, tp, *args, **kwds):
    mod = tp.__module__
    name = tp.__name__
    q = f'{mod}.{name}' if mod != 'builtins' else name
    testcase.assertRaisesRegex(TypeError, f"cannot create '{q}' instances", tp, *args, **kwds)


def check_sizeof(*a):
    raise unittest.SkipTest('sizeof')


def calcobjsize(f):
    return 0


def calcvobjsize(f):
    return 0


class _ALWAYS_EQ:

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False


ALWAYS_EQ = _ALWAYS_EQ()


class _NEVER_EQ:

    def __eq__(self, other):
        return False

    def __ne__(self, other):
        return True

    def __hash__(self):
        return 1


NEVER_EQ = _NEVER_EQ()


@functools.total_ordering
class _LARGEST:

    def __eq__(self, other):
        return isinstance(other, _LARGEST)

    def __lt__(self, other):
        return False


LARGEST = _LARGEST()


@functools.total_ordering
class _SMALLEST:

    def __eq__(self, other):
        return isinstance(other, _SMALLEST)

    def __gt__(self, other):
        return False


SMALLEST = _SMALLEST()


class BrokenIter:

    def __init__(self, init_raises=False, next_raises=False, iter_raises=False):
        if init_raises:
            1 / 0
        self.next_raises = next_raises
        self.iter_raises = iter_raises

    def __next__(self):
        if self.next_raises:
            1 / 0

    def __iter__(self):
        if self.iter_raises:
            1 / 0
        return self


class catch_unraisable_exception:

    def __enter__(self):
        self.unraisable = None
        self._old = sys.unraisablehook
        sys.unraisablehook = self._hook
        return self

    def _hook(self, u):
        self.unraisable = u

    def __exit__(self, *a):
        sys.unraisablehook = self._old


class SuppressCrashReport:

    def __enter__(self):
        return self

    def __exit__(self, *a):
        pass


class CPUStopwatch:

    def __enter__(self):
        import time
        self.t = time.perf_counter()
        return self

    def __exit__(self, *a):
        import time
        self.seconds = time.perf_counter() - self.t
        self.clock_info = types.SimpleNamespace(resolution=1e-09)


class Matcher:
    pass


def sortdict(d):
    return '{%s}' % ', '.join(('%r: %r' % p for p in sorted(d.items())))


def check__all__(*a, **k):
    raise unittest.SkipTest('all')


def get_attribute(obj, name):
    try:
        return getattr(obj, name)
    except AttributeError:
        raise unittest.SkipTest('no attr %s' % name)


def findfile(name, subdir=None):
    return os.path.join(TEST_HOME_DIR, subdir or '', name)


def args_from_interpreter_flags():
    return []


optim_args_from_interpreter_flags = args_from_interpreter_flags


def run_in_subinterp(*a):
    raise unittest.SkipTest('subinterp')


run_in_subinterp_with_config = run_in_subinterp


def maybe_get_event_loop_policy():
    return None


def collision_stats(*a):
    raise unittest.SkipTest('x')


def reap_children():
    pass


def busy_retry(timeout, err_msg=None, /, *, error=True):
    import time
    end = time.monotonic() + timeout
    yield
    while time.monotonic() < end:
        yield
    if error:
        raise AssertionError(err_msg or 'timeout')


def sleeping_retry(timeout, err_msg=None, /, *, init_delay=0.01, max_delay=1.0, error=True):
    import time
    delay = init_delay
    for _ in busy_retry(timeout, err_msg, error=error):
        yield
        time.sleep(delay)
        delay = min(delay * 2, max_delay)


def get_pagesize():
    return os.sysconf('SC_PAGESIZE') if hasattr(os, 'sysconf') else 4096


def wait_process(pid, *, exitcode, timeout=None):
    _, status = os.waitpid(pid, 0)
    if os.waitstatus_to_exitcode(status) != exitcode:
        raise AssertionError(f'process {pid}: status {status}, not {exitcode}')


def load_package_tests(pkg_dir, loader, standard_tests, pattern):
    found = loader.discover(start_dir=pkg_dir, top_level_dir=REPO_ROOT, pattern='test*')
    standard_tests.addTests(found)
    return standard_tests


def iter_builtin_types():
    import builtins
    for o in vars(builtins).values():
        if isinstance(o, type):
            yield o


def iter_name_value_pairs(*a):
    return []


def iter_slot_wrappers(cls):
    return iter(())


def force_not_colorized(f):
    return f


def skip_if_broken_multiprocessing_synchronize():
    """Semaphores between processes always work here."""


def print_warning(message):
    """Tells of something that is no failure."""
    print("Warning --", message, file=sys.stderr)


@contextlib.contextmanager
def patch_list(orig):
    kept = orig[:]
    try:
        yield
    finally:
        orig[:] = kept


def darwin_malloc_err_warning(test_name):
    """Says nothing but on a Mac."""


@contextlib.contextmanager
def gc_threshold(*args):
    """The collector's thresholds, which are as they were before when the block is left."""
    import gc
    old = gc.get_threshold()
    gc.set_threshold(*args)
    try:
        yield
    finally:
        gc.set_threshold(*old)
