# SPDX-License-Identifier: MIT
"""What a test that hangs has started: finding it, telling where it waits, ending it.

A process belongs to a test when its environment says so: every test has a TMPDIR of its own, which
all children inherit, also those that have begun a session and lost their parent. (A group or a
session would miss these, and they would burn the processor beside all further tests.)
"""

import os
import signal
import subprocess
from pathlib import Path


def text_of(path):
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return "?"


def belonging(scratch):
    """The processes whose TMPDIR is `scratch`, but for those that have ended."""
    mark = f"TMPDIR={scratch}".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (path / "environ").read_bytes().split(b"\0"):
                found.append(int(path.name))
        except OSError:
            pass  # somebody else's, or gone
    return sorted(found)


def state_of(task):
    """A thread's name, its state (R runs, S sleeps, Z is a zombie) and where the kernel has it."""
    after_name = text_of(task / "stat").rpartition(")")[2].split()
    state = after_name[0] if after_name else "?"
    return f"{text_of(task / 'comm')}: {state} {text_of(task / 'wchan')}"


def story(pids):
    """What each process is and where its threads are, in lines."""
    lines = []
    for pid in pids:
        process = Path("/proc") / str(pid)
        command = text_of(process / "cmdline").replace("\0", " ")
        lines.append(f"process {pid}: {command[:160]}")
        lines += [f"    {state_of(task)}" for task in sorted((process / "task").glob("*"))[:20]]
    return lines


def end_all(scratch):
    """Kill what belongs to a test, again and again, for somebody may be starting another."""
    for _ in range(100):
        pids = belonging(scratch)
        if not pids:
            return
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def end_hanging(process, scratch):
    """End a test that did not end in time; its output, and the story of its processes."""
    lines = story(belonging(scratch))
    end_all(scratch)
    process.kill()
    try:
        out, err = process.communicate(timeout=10)
    except subprocess.TimeoutExpired as late:  # somebody unknown holds a pipe open
        out, err = late.stdout or b"", late.stderr or b""
    return out, err, lines


def heed_all_signals():
    """A shell that starts a runner in the background has it ignore Ctrl-C, nohup has it ignore the
    end of the terminal, and all children would inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGQUIT, signal.SIGTSTP, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
