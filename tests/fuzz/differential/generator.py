# SPDX-License-Identifier: MIT
"""Random programs that mean something.

A program is a list of cases, small blocks of statements that do not know each other. Expressions
are drawn by the type they should have, from the tables of expressions.py, so that most of them
compute something; now and then an operand of any type is drawn instead, for error messages are part
of the language too. Statements are drawn here or from the scenes of scenes.py, control.py and
mixtures.py. Everything comes from one random.Random, so a seed is a program.

What may differ between two right implementations is not generated, or seen and passed over by run:
the order of a set (show() sorts), addresses, hash values, timing, and numbers or strings too big to
be worth waiting for.
"""

import ast
import re

import control
import library
import mixtures
from expressions import LITERALS, METHODS, SMALL_KINDS, WAYS
from scenes import SCENES

LITERALS = LITERALS | {kind: entry[0] for kind, entry in library.OBJECTS.items()}
WAYS = WAYS | {kind: entry[1] for kind, entry in library.OBJECTS.items()}
METHODS = METHODS | {kind: entry[2] for kind, entry in library.OBJECTS.items()}
SMALL_KINDS = SMALL_KINDS | library.SMALL_KINDS
ANY = list(LITERALS)
WRONG = 0.03  # the chance that an operand is of any type instead of the one asked for
DEPTH = 3
TRIES = 20  # so often a case that does not parse is drawn again
HOLE = re.compile("@(" + "|".join(sorted([*LITERALS, *SMALL_KINDS, "any"], key=len, reverse=True)) + r")(?![a-z0-9_(])")
CHOICE = re.compile("«(.*?)»")
SHOWN_ESCAPE = re.compile(r"""f['"].*\\.*=""")  # CPython 3.13.0 undoes escapes in the text of f"{'\n'=}"

PRELUDE = '''
import abc, base64, binascii, bisect, collections, colorsys, contextlib, copy, dataclasses, difflib, enum, fnmatch, functools, hashlib
import heapq, inspect, itertools, json, math, operator, pprint, random, re, shlex, statistics, string, struct, sys, textwrap
import types, typing, array
from array import array as A
from collections import Counter, OrderedDict, defaultdict, deque
from io import BytesIO, StringIO


def show(v, depth=0):
    if depth > 6:
        return "deep"
    kind = type(v).__name__
    if isinstance(v, (set, frozenset)):
        return kind + "{" + ", ".join(sorted(show(w, depth + 1) for w in v)) + "}"
    if isinstance(v, (list, tuple)):
        return kind + "(" + ", ".join(show(w, depth + 1) for w in v) + ")"
    if isinstance(v, dict):
        return kind + "{" + ", ".join(show(k, depth + 1) + ": " + show(w, depth + 1)
                                      for k, w in v.items()) + "}"
    if isinstance(v, BaseException):
        return repr(v) + " " + show(v.args, depth + 1)
    if kind in ("int", "float", "str", "bytes", "bool", "NoneType", "bytearray", "range", "slice"):
        return repr(v)
    if kind in ("memoryview",):
        return "memoryview"
    return kind + " " + repr(v)


def keep(generator):
    """A generator that is not closed before the end, which Mini does not do and CPython does."""
    sys.__dict__.setdefault("kept", []).append(generator)
    return generator


def seven():
    return 7


class Int(int):
    pass


class Str(str):
    pass


class Box:
    made = 0

    def __init__(self, value=0, *rest, name="box"):
        self.value, self.rest, self.name = value, rest, name
        Box.made += 1

    def __repr__(self):
        return "<" + type(self).__name__ + ">"

    def __add__(self, other):
        return Box(self.value + (other.value if isinstance(other, Box) else other))

    def __eq__(self, other):
        return isinstance(other, Box) and self.value == other.value

    def __hash__(self):
        return 7

    def __lt__(self, other):
        return self.value < other.value

    def __len__(self):
        return len(self.rest)

    def __getitem__(self, key):
        return self.rest[key]

    def __contains__(self, item):
        return item == self.value

    def __call__(self, *args, **keywords):
        return (self.value, args, sorted(keywords.items()))

    def __enter__(self):
        self.rest += ("in",)
        return self

    def __exit__(self, kind, error, traceback):
        self.rest += ("out",)
        return kind is not None and issubclass(kind, LookupError)

    @property
    def double(self):
        return self.value * 2

    @staticmethod
    def plain(x, y=2):
        return (x, y)

    @classmethod
    def make(cls, *args):
        return cls(*args)


class Sub(Box):
    def __init__(self, *args, **keywords):
        super().__init__(*args, **keywords)
        self.sub = True

    def __getattr__(self, name):
        if name.startswith("no"):
            raise AttributeError(name)
        return name
'''

STATEMENTS = (["scene"] * 22 + ["show"] * 8 + ["library"] * 5 +
              ["assign", "augment", "loop", "while", "if", "try", "store"])
SIMPLE = ["assign", "show", "augment", "store"]
ERRORS = ["ValueError", "TypeError", "LookupError", "(KeyError, ZeroDivisionError)", "Exception",
          "ArithmeticError", "AttributeError"]


def methods(text):
    """The table of one type: (name, needed arguments, optional ones)."""
    table = []
    for entry in text.split(";"):
        needed, _, optional = entry.partition("|")
        name, *needed = needed.split()
        table.append((name, needed, optional.split()))
    return table


class Generator:
    """Draws programs: Generator(random).program(cases)."""

    METHODS = {kind: methods(text) for kind, text in METHODS.items()}
    FUNCTIONS = [(module, *entry) for module, text in library.FUNCTIONS.items() for entry in methods(text)]
    LAZY = [(module, *entry) for module, text in library.LAZY.items() for entry in methods(text)]
    SCENES = [scene.split("\n") for scenes in (SCENES, control.SCENES, mixtures.SCENES)
              for scene in scenes.strip("\n").split("\n\n")]

    def __init__(self, random):
        self.random = random
        self.names = []

    # Expressions

    def expression(self, kind, depth=DEPTH):
        if kind != "any" and self.random.random() < WRONG:
            kind = "any"
        if kind == "any":
            kind = self.random.choice(ANY)
            if self.random.random() < 0.2 and depth > 0:
                return f"({self.method_call(kind, depth - 1)})"
        if self.names and self.random.random() < 0.12:
            return self.random.choice(self.names)
        if depth <= 0 or self.random.random() < 0.3:
            text = self.random.choice(LITERALS[kind])
        else:
            text = self.fill(self.random.choice(WAYS[kind]), depth - 1)
        return f"({text})"

    def method_call(self, kind, depth):
        """A call from METHODS, with one argument too many or too few now and then."""
        entry = self.random.choice(self.METHODS.get(kind) or self.METHODS["box"])
        return f"{self.expression(kind, depth)}.{self.call(*entry, depth)}"

    def call(self, name, needed, optional, depth):
        kinds = needed + optional[:self.random.randint(0, len(optional))]
        if self.random.random() < 0.06:
            kinds = kinds[1:] if self.random.random() < 0.5 else [*kinds, "any"]
        arguments, named = [], False
        for kind_of_argument in kinds:
            keyword, _, sort = kind_of_argument.rpartition("=")
            value = self.part(sort, depth) if sort[0] not in "*'" else self.fill(sort.replace("*", "*@"), depth)
            named = bool(keyword) and (named or self.random.random() < 0.5)
            arguments.append(f"{keyword}={value}" if named else value)
        if self.random.random() < 0.02:
            arguments.append("odd=1")
        return name if not kinds and self.random.random() < 0.05 else f"{name}({', '.join(arguments)})"

    def library_call(self, depth):
        if self.random.random() < 0.25:
            module, *entry = self.random.choice(self.LAZY)
            return f"list(itertools.islice({module}.{self.call(*entry, depth)}, 9))"
        module, *entry = self.random.choice(self.FUNCTIONS)
        return f"{module}.{self.call(*entry, depth)}"

    def fill(self, template, depth=1):
        """The template with every @kind replaced."""
        return HOLE.sub(lambda found: self.part(found[1], depth), template)

    def part(self, kind, depth):
        if kind in SMALL_KINDS:
            return self.fill(self.random.choice(SMALL_KINDS[kind]), depth)
        return self.expression(kind, depth)

    # Statements; each gives a list of lines.

    def block(self, depth, least=1):
        outer = len(self.names)
        lines = []
        for _ in range(self.random.randint(least, 2)):
            lines += self.statement(depth)
        del self.names[outer:]
        return ["    " + line for line in lines]

    def statement(self, depth=2):
        kind = self.random.choice(STATEMENTS if depth > 0 else SIMPLE)
        return getattr(self, "make_" + kind)(depth)

    def new_name(self):
        name = self.random.choice("abcdefgh")
        if name not in self.names:
            self.names.append(name)
        return name

    def choose(self, found):
        """One of the alternatives of «a¦b»."""
        return self.random.choice(found[1].split("¦"))

    def make_scene(self, depth):
        lines = []
        for line in self.random.choice(self.SCENES):
            indent = line[:len(line) - len(line.lstrip())]
            if line.strip() == "@block":
                lines += [indent + text[4:] for text in self.block(depth - 1)]
            else:
                text = CHOICE.sub(self.choose, line)
                text = HOLE.sub(lambda found: self.part(found[1], 1), text)
                lines += text.replace("⏎", "\n" + indent).split("\n")
        return lines

    def make_assign(self, depth):
        value = self.expression("any")
        return [f"{self.new_name()} = {value}"]

    def make_augment(self, depth):
        operator = self.random.choice(["+", "-", "*", "//", "%", "|", "&", "^", "/", "@", "**", ">>"])
        value = self.expression("any")
        if not self.names:
            return self.make_assign(depth)
        return [f"{self.random.choice(self.names)} {operator}= {value}"]

    def make_show(self, depth):
        if self.random.random() < 0.4:
            return [f"print(show({self.method_call(self.random.choice(ANY), 2)}))"]
        return [f"print(show({self.expression('any')}))"]

    def make_library(self, depth):
        return [f"print(show({self.library_call(2)}))"]

    def make_store(self, depth):
        target = self.random.choice(["list", "dict", "box", "bytearray", "any"])
        name = self.random.choice("abcdefgh")
        lines = [f"{name} = {self.expression(target)}"]
        if name not in self.names:
            self.names.append(name)
        place = self.random.choice([f"{name}[{self.part('cut', 1)}]", f"{name}[{self.expression('int', 1)}]",
                                    f"{name}[{self.expression('any', 1)}]", f"{name}.value", f"{name}.fresh"])
        operator = self.random.choice(["=", "=", "+=", "*=", "|="])
        return lines + [f"{place} {operator} {self.expression('any')}", f"print(show({name}))"]

    def make_if(self, depth):
        lines = [f"if {self.expression('bool')}:"] + self.block(depth - 1)
        if self.random.random() < 0.4:
            lines += [f"elif {self.expression('any')}:"] + self.block(depth - 1)
        if self.random.random() < 0.6:
            lines += ["else:"] + self.block(depth - 1)
        return lines

    def make_loop(self, depth):
        source = self.expression(self.random.choice(["list", "range", "str", "tuple", "dict", "any"]))
        name = self.new_name()
        lines = [f"for {name} in [*zip(range(5), {source})]:", f"    print(show({name}))"] + self.block(depth - 1)
        if self.random.random() < 0.5:
            lines += [f"    if {self.expression('bool')}:",
                      "        " + self.random.choice(["break", "continue"])]
        if self.random.random() < 0.3:
            lines += ["else:"] + self.block(depth - 1)
        return lines

    def make_while(self, depth):
        counter = f"n{depth}{self.random.randrange(100)}"
        return [f"{counter} = 0", f"while {counter} < {self.random.randrange(1, 4)} and {self.expression('bool')}:",
                f"    {counter} += 1"] + self.block(depth - 1)

    def make_try(self, depth):
        lines = ["try:"] + self.block(depth - 1)
        lines += [f"except {self.random.choice(ERRORS)} as error:",
                  "    print(type(error).__name__, error)"]
        if self.random.random() < 0.3:
            lines += ["    raise"] if self.random.random() < 0.3 else self.block(depth - 1)
        if self.random.random() < 0.3:
            lines += ["else:"] + self.block(depth - 1)
        if self.random.random() < 0.4:
            lines += ["finally:"] + self.block(depth - 1)
        return lines

    # Programs

    def case(self):
        """The lines of a case: at module level or in a function."""
        self.names = []
        body = []
        for _ in range(self.random.randint(1, 3)):
            body += self.statement()
        if self.random.random() < 0.5:
            body = ["def case():", *("    " + line for line in body), "case()"]
        return body

    def program(self, cases):
        """Cases that parse; scenes and chance make some that do not, and they are drawn again."""
        return [self.parsing_case() for _ in range(cases)]

    def parsing_case(self):
        for _ in range(TRIES):
            case = self.case()
            try:
                ast.parse("\n".join(case))
            except SyntaxError:
                continue
            if not any(SHOWN_ESCAPE.search(line) for line in case):
                return case
        return ["pass"]
