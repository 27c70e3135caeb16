# SPDX-License-Identifier: MIT
"""Runs batches of cases in one process, the same text under CPython and under Mini.

Standard input names one file per line. The file holds cases, each begun by a line "#case"; every
case runs in fresh globals that hold the prelude (the part before the first case). What a case
prints is its answer; an exception that leaves it is printed with its chain. A line "#end" closes
every answer, so that the reader knows where a worker died. What an exception says, and where exactly
it was, stands in lines that begin with "~": programs rarely look at it.

With the argument "syntax" no case is run; the answer is what the compiler says of it.
"""

import sys
import traceback
import warnings

SHOWN = 4  # places at either end of a long traceback


def chain(error, depth=0):
    """An exception: type, line, text, places, notes, members, and what it came from."""
    own = places(error)
    print("~", "    " * depth + type(error).__name__, str(error).replace("\n", "\n~ "))
    print("    " * depth + type(error).__name__, own[-1].lineno if own else "nowhere")
    for frame in own if len(own) <= 2 * SHOWN else own[:SHOWN] + own[-SHOWN:]:
        print("~ at", frame.name, frame.lineno, frame.colno, frame.end_lineno, frame.end_colno)
    for note in getattr(error, "__notes__", ()):
        print("    " * depth + "note", note)
    if depth < 3:
        for member in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
            chain(member, depth + 1)
        hidden = error.__suppress_context__ or error.__cause__ is not None
        for origin in ("__cause__",) if hidden else ("__cause__", "__context__"):
            if getattr(error, origin) is not None:
                print("    " * depth + origin)
                chain(getattr(error, origin), depth + 1)


def places(error):
    """Where an exception passed through the case."""
    if str(error).startswith("super"):  # CPython shows the attribute that follows super() as well
        return []
    return [frame for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename in ("<case>", "<prelude>")]


def run(code, text):
    space = {"__name__": "__main__"}
    exec(code, space)
    try:
        exec(compile(text, "<case>", "exec"), space)
    except SyntaxError:
        print("SyntaxError")  # words and places are tested elsewhere
    except BaseException as error:
        try:
            chain(error)
        except Exception as second:
            print("unspeakable", type(second).__name__, second)


def read(_, text):
    """What the compiler says: a SyntaxError with its place, or its warnings.

    Where the mistake ends shows in the carets, which tests/errors compares: CPython gives an end
    before the beginning when it means one character. It gives column 0 where a block ends, of
    which it shows column 1.
    """
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        try:
            compile(text, "<case>", "exec")
        except SyntaxError as error:
            print("~", type(error).__name__, error.msg, error.lineno, error.offset or 1)
            return print(type(error).__name__)
        except Exception as error:
            return print(type(error).__name__, error)
    print("accepted")
    for line, text in sorted({(warning.lineno, str(warning.message)) for warning in given}):
        print("~ warning", line, text)


def main():
    answer = read if "syntax" in sys.argv else run
    sys.stdout.reconfigure(errors="backslashreplace")
    for line in sys.stdin:
        with open(line.rstrip("\n"), encoding="utf-8") as file:
            prelude, *cases = file.read().split("#case\n")
        code = compile(prelude, "<prelude>", "exec")
        for case in cases:
            answer(code, case)
            print("#end", flush=True)


main()
