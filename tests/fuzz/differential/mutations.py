# SPDX-License-Identifier: MIT
"""Programs that are nearly right: pieces of the repository's programs with a few tokens changed.

A case is one statement of a program (or a few that follow each other) in which tokens are left out,
doubled, exchanged, or replaced by others. Most are wrong, many in a way that a beginner's program is
wrong, and some mean something else. What is asked of them is only what the compiler says (worker.py
with the argument "syntax"): nothing, a SyntaxError with its words and its place, a SyntaxWarning.
"""

import ast
import re
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent
FOLDERS = ["tests/language", "tests/errors", "tests/stdlib", "programs", "stdlib"]
LONGEST = 12  # lines of a piece
TOKEN = re.compile(r"""[A-Za-z_]\w*|\d[\w.]*|\s+|'[^'\n]*'|"[^"\n]*"|\*\*=|//=|>>=|<<=|\*\*|//|>>|<<|[-+*/%@&|^=<>!:]=|->|.""",
                   re.DOTALL)
OTHERS = r"""False None True and as assert async await break class continue def del elif else except
finally for from global if import in is lambda nonlocal not or pass raise return try while with yield
match case type _ print exec x y self ( ) [ ] { } , : . ; @ = -> + - * / // % & | ^ ~ << >> < > <= >= ==
!= += -= *= /= //= %= @= &= |= ^= >>= <<= **= := ** ... ! $ ? ` <> 0 1 007 1_ 0x 0b2 1e 1.5 1j 1if 'a' "b" b'c' f'{x}' f'{x!r:>{y}}'
f'{' f'}' f'{x' f'{x=}' 'open r'\\' b'é' '\N{x}' '\x1' \\ __debug__ async\ for lambda: *x **x x=1 (x) (x,y) x.y x[0] f(x)
x:int x:=1 *args, **kw, /, *, not\ in is\ not yield\ x await\ x x\ for\ x\ in\ y except*""".replace("\\ ", "\0").split()
LAYOUT = ["\n", " ", "    ", "\t", "\n    ", "\n\n", "# comment\n", "\\\n", ""]


def pieces():
    """The statements, short enough, of all programs that CPython can read."""
    found = set()
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.mini")):
            found.update(pieces_of(path.read_text(encoding="utf-8", errors="replace")))
    return sorted(found)


def pieces_of(text):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node.end_lineno - node.lineno < LONGEST:
            yield piece_of(text.split("\n"), node)


def piece_of(lines, node):
    own = lines[node.lineno - 1:node.end_lineno]
    return "\n".join(line[min(node.col_offset, len(line) - len(line.lstrip())):] for line in own)


class Mutations:
    """Draws programs: Mutations(random).program(cases)."""

    PIECES = None

    def __init__(self, random):
        self.random = random
        if Mutations.PIECES is None:
            Mutations.PIECES = pieces()

    def program(self, cases):
        return [self.case() for _ in range(cases)]

    def case(self):
        text = self.random.choice(self.PIECES)
        if self.random.random() < 0.3:
            text += "\n" + self.random.choice(self.PIECES)
        tokens = TOKEN.findall(text)
        for _ in range(self.random.choice([1, 1, 1, 1, 2, 2, 3, 5])):
            self.change(tokens)
        return "".join(tokens).replace("#case", "#").split("\n")

    def change(self, tokens):
        at = self.random.randrange(len(tokens) + 1)
        kind = self.random.randrange(7)
        if kind == 0 or at >= len(tokens):
            tokens.insert(at, self.other())
        elif kind == 1:
            del tokens[at]
        elif kind == 2:
            tokens[at] = self.other()
        elif kind == 3:
            tokens.insert(at, tokens[self.random.randrange(len(tokens))])
        elif kind == 4:
            to = self.random.randrange(len(tokens))
            tokens[at], tokens[to] = tokens[to], tokens[at]
        elif kind == 5:
            tokens[at] = self.random.choice(LAYOUT)
        else:
            del tokens[at:at + self.random.randrange(1, 5)]

    def other(self):
        word = self.random.choice(OTHERS).replace("\0", " ")
        return f" {word} " if word[0].isalnum() else word
