# SPDX-License-Identifier: MIT
"""Running the interpreter as a child."""

import sys, os, collections, unittest


def _run(*args, **env):
    try:
        import subprocess
    except ImportError:
        raise unittest.SkipTest('no subprocess')
    cmd = [sys.executable, *args]
    kw = {}
    e = dict(os.environ)
    env.pop('__isolated', None)
    env.pop('__cleanenv', None)
    e.update(env)
    pipe = subprocess.PIPE
    p = subprocess.Popen(cmd, stdin=pipe, stdout=pipe, stderr=pipe, env=e)
    o, r = p.communicate()
    return Result(p.returncode, o, r)


Result = collections.namedtuple('Result', 'rc out err')


def assert_python_ok(*a, **k):
    r = _run(*a, **k)
    if r.rc:
        texts = r.rc, r.out.decode(), r.err.decode()
        raise AssertionError('Process return code is %s\n%s\n%s' % texts)
    return r


def assert_python_failure(*a, **k):
    r = _run(*a, **k)
    if not r.rc:
        raise AssertionError('Process succeeded')
    return r


def run_python_until_end(*a, **k):
    return (_run(*a, **k), None)


def make_script(d, name, source, omit_suffix=False):
    p = os.path.join(d, name + '.py')
    with open(p, 'w', encoding='utf-8') as f:
        f.write(source)
    return p


def spawn_python(*args, stdout=-1, stderr=-2, **kw):
    import subprocess
    return subprocess.Popen([sys.executable, *args], stdin=subprocess.PIPE, stdout=stdout,
                            stderr=stderr, **kw)


def kill_python(p):
    p.stdin.close()
    data = p.stdout.read()
    p.stdout.close()
    p.wait()
    return data


def run_test_script(*a):
    raise unittest.SkipTest('x')
