# SPDX-License-Identifier: MIT
"""Random programs that mean something.

A program is a list of cases, small blocks of statements that do not know each other. Expressions
are drawn by the type they should have, from one table per type, so that most of them compute
something; now and then an operand of any type is drawn instead, for error messages are part of the
language too. Everything comes from one random.Random, so a seed is a program.

What may differ between two right implementations is not generated: the order of a set (show()
sorts), addresses, hash values, timing, and numbers or strings too big to be worth waiting for.
"""

WRONG = 0.03  # the chance that an operand is of any type instead of the one asked for
DEPTH = 3

PRELUDE = '''
def show(v):
    if isinstance(v, (set, frozenset)):
        return type(v).__name__ + "{" + ", ".join(sorted(map(show, v))) + "}"
    if isinstance(v, (list, tuple)):
        return type(v).__name__ + "(" + ", ".join(map(show, v)) + ")"
    if isinstance(v, dict):
        return "{" + ", ".join(show(k) + ": " + show(w) for k, w in v.items()) + "}"
    if type(v).__name__ in ("function", "generator", "map", "filter", "zip", "method", "Box"):
        return "<" + type(v).__name__ + ">"
    return repr(v)


class Box:
    made = 0

    def __init__(self, value=0, *rest, name="box"):
        self.value, self.rest, self.name = value, rest, name
        Box.made += 1

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

# Each type has its literals and its ways of being computed. In a template, {int} stands for an
# expression of that type, {any} for one of any type, {small} for a small int literal.
LITERALS = {
    "int": ["0", "1", "-1", "2", "3", "7", "10", "255", "-128", "1000", "2**31", "2**63", "-2**64",
            "10**20", "True", "0xff", "0b101", "1_000", "2**49", "-2**49", "2**48 - 1", "2**62"],
    "float": ["0.0", "1.0", "-0.5", "3.14", "1e10", "1e-5", "-0.0", "2.5", "1e300", "float('inf')",
              "float('nan')", "0.1", "1e16", "123456789.125", "5e-324"],
    "bool": ["True", "False"],
    "str": ["''", "'a'", "'abc'", "'Hello, World'", "'  pad '", "'äöü'", "'日本'", "'a,b,,c'", "'x' * 20",
            "'12'", "'-3.5'", "'tab\\there'", "'line\\nbreak'", "'\\U0001f600'", "'ß'", "'%s'", "'{}'",
            "'aXbXc'", "'0'", "'İ'", "'_id9'"],
    "bytes": ["b''", "b'abc'", "b'\\x00\\xff'", "b'a b c'", "bytes(3)", "b'12'"],
    "list": ["[]", "[1, 2, 3]", "['b', 'a']", "[1, 'x', None]", "[[1], [2, 3]]", "list(range(6))",
             "[3, 1, 2]", "[0.5, 1, True]", "[(1, 'b'), (0, 'a')]"],
    "tuple": ["()", "(1,)", "(1, 2)", "('a', 1, None)", "((1, 2), 3)", "(3, 1, 2)"],
    "dict": ["{}", "{'a': 1}", "{1: 'x', 2: 'y'}", "{'k': [1], 'l': {}}", "{(1, 2): 3}",
             "{None: 0, True: 1}", "dict(a=1, b=2)"],
    "set": ["set()", "{1, 2, 3}", "{'a', 'b'}", "frozenset([1, 2])", "{(1, 2), 'x'}"],
    "range": ["range(5)", "range(2, 10, 3)", "range(5, 0, -1)", "range(0)", "range(-3, 3)"],
    "none": ["None"],
    "slice": ["slice(1, 3)", "slice(None)", "slice(None, None, -1)", "slice(-2, None)",
              "slice(0, 10, 2)"],
    "box": ["Box(1)", "Box(2, 'r', 5)", "Box('s', name='n')", "Sub(3)", "Sub([1], 2)", "Box"],
    "function": ["(lambda x: x)", "(lambda *a, **k: (a, sorted(k)))", "len", "str", "abs", "int",
                 "(lambda x, y=1, /, z=2, *, w=3: (x, y, z, w))", "sorted", "max", "divmod"],
}
ANY = list(LITERALS)

WAYS = {
    "int": ["{int} + {int}", "{int} - {int}", "{int} * {int}", "{int} // {int}", "{int} % {int}",
            "{int} ** {small}", "{int} << {small}", "{int} >> {small}", "{int} & {int}",
            "{int} | {int}", "{int} ^ {int}", "~{int}", "-{int}", "abs({int})", "len({str})",
            "len({list})", "len({dict})", "len({set})", "int({float})", "int({str})", "ord({str})",
            "{list}.index({any})", "{str}.find({str})", "{str}.count({str})", "{list}.count({any})",
            "sum({list})", "max({list})", "min({int}, {int})", "round({float})", "pow({int}, {small}, {int})",
            "{int}.bit_length()", "divmod({int}, {int})[0]", "hash({int})", "{int} if {bool} else {int}",
            "{str}.rfind({str}, {int})", "int({str}, {small})", "{range}.index({int})", "len({range})",
            "({int}).bit_count()", "round({int}, -{small})", "{list}[{int}]", "{tuple}[{int}]",
            "{range}[{int}]", "{bytes}[{int}]", "int.from_bytes({bytes}, 'big')", "{box}.value",
            "len({box})", "{int}.__add__({int})", "{int}.conjugate()", "{tuple}.index({any})"],
    "float": ["{float} + {float}", "{float} - {int}", "{float} * {float}", "{int} / {int}",
              "{float} // {float}", "{float} % {float}", "{float} ** {small}", "-{float}",
              "abs({float})", "float({int})", "float({str})", "round({float}, {small})",
              "sum({list}, 0.5)", "max({float}, {int})", "{float} if {bool} else {float}",
              "{float}.__floor__()", "divmod({float}, {float})[1]", "float.fromhex({float}.hex())"],
    "bool": ["{int} < {int}", "{float} <= {int}", "{str} == {str}", "{any} == {any}", "{any} != {any}",
             "{any} is None", "not {any}", "{any} in {list}", "{str} in {str}", "{any} in {dict}",
             "{any} not in {set}", "{int} < {int} <= {float}", "isinstance({any}, {type})",
             "all({list})", "any({tuple})", "{str}.isdigit()", "{str}.startswith({str})",
             "{str}.isalpha()", "{str}.islower()", "{str}.isidentifier()", "{set} <= {set}",
             "{list} < {list}", "{tuple} >= {tuple}", "{str} < {str}", "bool({any})", "callable({any})",
             "{str}.endswith(({str}, {str}))", "{set}.isdisjoint({list})", "{float}.is_integer()",
             "{any} and {bool}", "{bool} or {any}", "hasattr({any}, 'real')", "{int} in {range}",
             "{bytes} == {bytes}", "{any} < {any}", "{str}.isspace()", "{str}.istitle()",
             "{str}.isupper()", "{str}.isprintable()", "{str}.isalnum()", "{str}.isnumeric()"],
    "str": ["{str} + {str}", "{str} * {small}", "{str}[{int}]", "{str}[{slice_text}]", "str({any})",
            "repr({any})", "{str}.upper()", "{str}.lower()", "{str}.title()", "{str}.strip()",
            "{str}.strip({str})", "{str}.replace({str}, {str})", "{str}.join({words})",
            "{str}.center({small}, '*')", "{str}.ljust({small})", "{str}.rjust({small}, {str})",
            "{str}.zfill({small})", "'%s %r' % ({any}, {any})", "'%d' % {any}", "'%5.2f|' % {any}",
            "'%x %o' % ({int}, {int})", "'%-8s|%08.3f' % ({any}, {float})", "'{{}} {{!r}}'.format({any}, {any})",
            "'{{:>10}}|{{:<6}}|{{:^7}}'.format({str}, {int}, {bool})", "f'{{{any}}}'", "f'{{{any}!r:>12}}'",
            "f'{{{int}:,}} {{{int}:x}} {{{int}:+d}}'", "f'{{{float}:.3f}} {{{float}:e}} {{{float}:g}}'",
            "format({float}, '{spec}')", "format({int}, '{spec}')", "format({str}, '{spec}')",
            "chr({int})", "hex({int})", "bin({int})", "oct({int})", "{str}.capitalize()", "{str}.swapcase()",
            "{str}.expandtabs({small})", "{str}.casefold()", "ascii({str})", "{bytes}.decode()",
            "{bytes}.hex()", "{str}.removeprefix({str})", "{str}.removesuffix({str})", "''.join(reversed({str}))",
            "{str}.translate({{97: 'A', 98: None}})", "type({any}).__name__", "{box}.name", "show({any})",
            "{str}.lstrip({str})", "{str}.rstrip()", "'%*d' % ({small}, {int})", "'%c' % {any}",
            "{str}.format({any}, a={any})", "{str} % {any}", "{str} % {tuple}"],
    "bytes": ["{bytes} + {bytes}", "{bytes} * {small}", "{bytes}[{slice_text}]", "{str}.encode()",
              "bytes({list})", "{bytes}.upper()", "{bytes}.replace({bytes}, {bytes})", "bytes({range})",
              "bytes(bytearray({bytes}))", "{bytes}.strip()", "b'-'.join({bytes}.split())",
              "({int}).to_bytes({small}, 'little')", "b'%s %d' % ({bytes}, {int})"],
    "list": ["{list} + {list}", "{list} * {small}", "{list}[{slice_text}]", "sorted({list})", "list({any})",
             "list(reversed({list}))", "{str}.split()", "{str}.split({str})", "list({dict}.items())",
             "[{any}, *{list}]", "[x for x in {list}]", "[x * 2 for x in {range} if x % 2]",
             "[(x, y) for x in {range} for y in {list}]", "list(map({function}, {list}))",
             "list(filter(None, {list}))", "list(zip({list}, {str}))", "list(enumerate({list}, {small}))",
             "sorted({list}, key=str)", "sorted({list}, reverse=True, key=repr)", "{str}.splitlines()",
             "[*{tuple}, *{range}]", "{list}.copy()", "list({dict})", "[y := {int}, y * 2]",
             "{str}.rsplit({str}, {small})", "list({range})", "[i for i, c in enumerate({str}) if c in {str}]",
             "list({bytes})", "[[j for j in range(i)] for i in range({small})]", "sorted({dict}.values(), key=str)"],
    "tuple": ["{tuple} + {tuple}", "{tuple} * {small}", "{tuple}[{slice_text}]", "tuple({list})",
              "({any}, {any})", "({any},)", "divmod({int}, {int})", "{str}.partition({str})",
              "{str}.rpartition({str})", "tuple(x for x in {list})", "(*{list}, {any})",
              "{float}.as_integer_ratio()", "{slice}.indices({small})", "tuple(sorted({set}, key=str))",
              "{box}.plain({any})", "{box}({any}, k={any})"],
    "dict": ["{{**{dict}, **{dict}}}", "{dict} | {dict}", "{{k: {any} for k in {list}}}", "dict(zip({list}, {list}))",
             "{dict}.copy()", "dict.fromkeys({list}, {any})", "{{{any}: {any}}}", "dict({dict}, z={any})",
             "{{x: len(x) for x in {words}}}", "dict({list})"],
    "set": ["{set} | {set}", "{set} & {set}", "{set} - {set}", "{set} ^ {set}", "set({list})", "set({str})",
            "{{x % 3 for x in {range}}}", "frozenset({any})", "{set}.union({list})", "{set}.difference({str})",
            "{set}.symmetric_difference({tuple})", "{{*{list}}}"],
    "range": ["range({int})", "range({small}, {small})", "{range}[{slice_text}]", "range({small}, {int}, {int})"],
    "none": ["{list}.append({any})", "[].extend({any})", "{list}.sort()", "{dict}.clear()", "{dict}.get({any})",
             "{list}.reverse()", "{set}.add({any})", "{list}.insert({int}, {any})", "{dict}.update({any})"],
    "slice": ["slice({int}, {int})", "slice({any}, {any}, {any})"],
    "box": ["{box} + {int}", "Box({any}, {any})", "Sub(*{list})", "Box(**{dict})", "Box.make({any})",
            "max([{box}, {box}])", "{box} + {box}"],
    "function": ["(lambda v: {any})", "{str}.upper", "{list}.append", "{box}.make", "{dict}.get"],
}
STATEMENTS = ["assign", "augment", "loop", "while", "if", "try", "function", "with", "unpack", "store",
              "delete", "match", "generator", "class", "show", "show", "show", "assertion", "raise"]
SPECS = ["", "5", "<8", ">8", "^8", "*^9", "08", "+", " ", ",", "_", "x", "#x", "b", "#b", "o", "d", "e",
         ".2e", "f", ".0f", ".3f", "g", ".4g", "%", ".1%", "s", ".2s", "10.3", "+,.2f", "c", "n", "z", "=+6",
         "0=5", "G", "E", "X", "_x", "#o", "€>5", "5d", ".3d"]
TYPES = ["int", "str", "list", "(int, float)", "dict", "tuple", "set", "Box", "bool", "float", "object"]
PATTERNS = ["0", "'a'", "[]", "[first, *rest]", "(a, b)", "{{'a': found}}", "Box(value=v)", "int(n)", "str()",
            "None", "[1, _, *_]", "int() | str() as either", "{{'k': [x], **others}}", "-1 | 1", "Sub()",
            "[[p], q]", "float(x)"]
ERRORS = ["ValueError", "TypeError", "LookupError", "(KeyError, ZeroDivisionError)", "Exception",
          "ArithmeticError", "AttributeError"]


class Generator:
    """Draws programs: Generator(random).program(cases)."""

    def __init__(self, random):
        self.random = random
        self.names = []

    # Expressions

    def expression(self, kind, depth=DEPTH):
        if kind != "any" and self.random.random() < WRONG:
            kind = "any"
        if kind == "any":
            kind = self.random.choice(ANY)
        if self.names and self.random.random() < 0.15:
            return self.random.choice(self.names)
        if depth <= 0 or self.random.random() < 0.25:
            text = self.random.choice(LITERALS[kind])
        else:
            text = self.fill(self.random.choice(WAYS[kind]), depth - 1)
        return f"({text})"

    def fill(self, template, depth):
        """The template with every {kind} replaced; {{ and }} are braces."""
        out, at = [], 0
        while at < len(template):
            if template[at] in "{}" and template[at:at + 2] in ("{{", "}}"):
                if template[at] == "{" and self.opens_part(template, at):
                    out.append("{")
                    at += 2
                    continue
                out.append(template[at])
                at += 2
            elif template[at] == "{":
                end = template.index("}", at)
                out.append(self.part(template[at + 1:end], depth))
                at = end + 1
            else:
                out.append(template[at])
                at += 1
        return "".join(out)

    @staticmethod
    def opens_part(template, at):
        return template[at:at + 3] == "{{{"

    def part(self, kind, depth):
        random = self.random
        if kind == "small":
            return str(random.randrange(0, 9))
        if kind == "spec":
            return random.choice(SPECS)
        if kind == "type":
            return random.choice(TYPES)
        if kind == "words":
            return random.choice(["['a', 'bc']", "'xyz'", "('p', 'q')", f"map(str, {self.expression('list', depth)})"])
        if kind == "slice_text":
            ends = ["", "0", "1", "2", "-1", "-2", "5", "100"]
            return ":".join(random.choice(ends) for _ in range(2)) + random.choice(["", ":", ":2", ":-1", ":-2"])
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
        kind = self.random.choice(STATEMENTS if depth > 0 else ["assign", "show", "augment", "store"])
        return getattr(self, "make_" + kind)(depth)

    def new_name(self):
        name = self.random.choice("abcdefgh")
        if name not in self.names:
            self.names.append(name)
        return name

    def make_assign(self, depth):
        value = self.expression("any")
        return [f"{self.new_name()} = {value}"]

    def make_augment(self, depth):
        operator = self.random.choice(["+", "-", "*", "//", "%", "|", "&", "^", "/"])
        value = self.expression("any")
        if not self.names:
            return self.make_assign(depth)
        return [f"{self.random.choice(self.names)} {operator}= {value}"]

    def make_show(self, depth):
        return [f"print(show({self.expression('any')}))"]

    def make_store(self, depth):
        target = self.random.choice(["list", "dict", "box"])
        name = self.random.choice("abcdefgh")
        lines = [f"{name} = {self.expression(target)}"]
        if name not in self.names:
            self.names.append(name)
        place = {"list": f"{name}[{self.part('slice_text', 1) if self.random.random() < .4 else self.expression('int', 1)}]",
                 "dict": f"{name}[{self.expression('any', 1)}]",
                 "box": f"{name}.{self.random.choice(['value', 'name', 'fresh', 'double'])}"}[target]
        return lines + [f"{place} {self.random.choice(['=', '=', '+='])} {self.expression('any')}",
                        f"print(show({name}))"]

    def make_delete(self, depth):
        name = self.random.choice("abcdefgh")
        if name not in self.names:
            self.names.append(name)
        what = self.random.choice([name, f"{name}[{self.expression('int', 1)}]", f"{name}[{self.part('slice_text', 1)}]"])
        return [f"{name} = {self.expression('list')}", f"del {what}", f"print(show({name}))"]

    def make_unpack(self, depth):
        targets = self.random.choice(["a, b", "a, *b", "*a, b", "(a, b), c", "[a, b, c]", "a, (b, *c)", "a, b, *c, d"])
        value = self.expression(self.random.choice(["list", "tuple", "str", "dict", "range", "any"]))
        names = [c for c in "abcd" if c in targets]
        self.names += [name for name in names if name not in self.names]
        return [f"{targets} = {value}", f"print({', '.join(f'show({name})' for name in names)})"]

    def make_if(self, depth):
        lines = [f"if {self.expression('bool')}:"] + self.block(depth - 1)
        if self.random.random() < 0.4:
            lines += [f"elif {self.expression('any')}:"] + self.block(depth - 1)
        if self.random.random() < 0.6:
            lines += ["else:"] + self.block(depth - 1)
        return lines

    def loop_body(self, depth, name):
        lines = [f"    print(show({name}))"] + self.block(depth - 1)
        if self.random.random() < 0.5:
            lines += [f"    if {self.expression('bool')}:",
                      "        " + self.random.choice(["break", "continue"])]
        return lines

    def make_loop(self, depth):
        source = self.expression(self.random.choice(["list", "range", "str", "tuple", "dict", "any"]))
        name = self.new_name()
        lines = [f"for {name} in list({source})[:5]:"] + self.loop_body(depth, name)
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

    def make_function(self, depth):
        parameters = self.random.choice(["x", "x, y=2", "x, *rest", "*, key=3", "x, /, y=1, *, z=0", "**options",
                                         "x, *rest, **options", ""])
        arguments = ", ".join(self.random.choice(["{any}", "y={any}", "*{list}", "**{dict}", "{int}", "z=1", "key=2"])
                              for _ in range(self.random.randrange(0, 3)))
        names = [p.strip(" */").split("=")[0] for p in parameters.split(",") if p.strip(" */")]
        saved, self.names = self.names, self.names + names
        body = self.block(depth - 1) + [f"    return {self.expression('any')}"]
        self.names = saved
        return [f"def f({parameters}):"] + body + [f"print(show(f({self.fill(arguments, 1)})))"]

    def make_generator(self, depth):
        body = ["    got = yield " + self.expression("any")]
        saved, self.names = self.names, self.names + ["got"]
        body += self.block(depth - 1) + self.random.choice(
            [["    yield from " + self.expression("list")], ["    return " + self.expression("any")],
             ["    while True:", "        got = yield got", "        if got is None:", "            break"]])
        self.names = saved
        use = self.random.choice(["print(show(list(g())))", "it = g(); print(show(next(it)), show(it.send({any})))",
                                  "it = g(); next(it); it.close(); print(show(list(it)))",
                                  "it = g(); next(it); print(show(it.throw(ValueError({str}))))"])
        return ["def g():"] + body + [self.fill(use, 1)]

    def make_class(self, depth):
        base = self.random.choice(["", "(Box)", "(Sub)", "(list)", "(dict)", "(int)", "(str)", "(Exception)", "(tuple)"])
        method = self.random.choice(["__repr__", "__eq__", "__len__", "__getitem__", "__iter__", "__add__", "__radd__",
                                     "__bool__", "__str__", "__contains__", "__lt__", "__neg__", "__call__", "__index__",
                                     "__format__", "__getattr__", "__missing__", "__iadd__", "__reversed__", "__hash__"])
        arguments = "self" if method in ("__repr__", "__len__", "__iter__", "__bool__", "__str__", "__neg__", "__index__",
                                         "__reversed__", "__hash__") else "self, other"
        use = self.random.choice(["str(o)", "len(o)", "o[1]", "o + 1", "1 + o", "bool(o)", "{any} in o", "o < {any}",
                                  "o == {any}", "list(o)", "-o", "o(1)", "f'{{o}}'", "o.nothing", "[1, 2, 3][o]",
                                  "format(o, '>5')", "sorted([o, o])", "{{o: 1}}[o]", "isinstance(o, int)", "o['k']"])
        return [f"class C{base}:", f"    kind = {self.expression('any', 1)}", f"    def {method}({arguments}):",
                f"        return {self.expression('any', 1)}",
                f"o = C({self.fill(self.random.choice(['', '{any}', '{int}', '{list}']), 1)})",
                f"print(show({self.fill(use, 1)}))"]

    def make_with(self, depth):
        return [f"with {self.expression('box')} as w:"] + self.block(depth - 1) + ["print(show(w.rest))"]

    def make_match(self, depth):
        lines = [f"match {self.expression('any')}:"]
        for _ in range(self.random.randint(1, 3)):
            guard = f" if {self.expression('bool', 1)}" if self.random.random() < 0.2 else ""
            pattern = self.random.choice(PATTERNS).replace("{{", "{").replace("}}", "}")
            lines += [f"    case {pattern}{guard}:", f"        print({pattern!r})"]
        return lines + ["    case _:", "        print('no match')"]

    def make_assertion(self, depth):
        return [f"assert {self.expression('any')}, {self.expression('any', 1)}"]

    def make_raise(self, depth):
        error = self.random.choice(["ValueError({any})", "KeyError({any})", "{any}", "TypeError", "StopIteration({int})"])
        cause = f" from {self.expression('any', 1)}" if self.random.random() < 0.2 else ""
        return [f"if {self.expression('bool')}:", f"    raise {self.fill(error, 1)}{cause}"]

    # Programs

    def case(self, number):
        self.names = []
        body = []
        for _ in range(self.random.randint(1, 4)):
            body += self.statement()
        return body

    def program(self, cases):
        return [self.case(number) for number in range(cases)]


def render(cases):
    """The text of a program; every case reports its exception and the next one goes on."""
    lines = [PRELUDE]
    for number, body in enumerate(cases):
        lines += [f"def case_{number}():", *("    " + line for line in body), ""]
    for number in range(len(cases)):
        lines += [f'print("# case {number}")', "try:", f"    case_{number}()", "except BaseException as error:",
                  "    print(type(error).__name__, error)"]
    return "\n".join(lines) + "\n"
