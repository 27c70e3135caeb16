# SPDX-License-Identifier: MIT
"""Expressions by the type that they should have.

LITERALS are the leaves; WAYS are templates that compute the type, in which @int stands for an
expression of that type, @any for one of any type, @small for a small int. METHODS lists methods with
the kinds of their arguments; the generator leaves out optional ones (after |), names some, and now
and then gives one too many.
"""

LITERALS = {
    "int": ["0", "1", "-1", "2", "3", "7", "10", "255", "-128", "1000", "2**31", "2**63", "-2**64",
            "10**20", "True", "0xff", "0b101", "1_000", "2**49", "-2**49", "2**48 - 1", "2**62",
            "2**63 - 1", "-2**63", "-10**40", "3**50", "Int(5)", "Int(-1)"],
    "float": ["0.0", "1.0", "-0.5", "3.14", "1e10", "1e-5", "-0.0", "2.5", "1e300", "float('inf')",
              "float('nan')", "0.1", "1e16", "123456789.125", "5e-324", "-1e16", "1e22", "0.5",
              "-float('inf')", "1.5", "1e-300", "2.0**53"],
    "bool": ["True", "False"],
    "str": ["''", "'a'", "'abc'", "'Hello, World'", "'  pad '", "'äöü'", "'日本'", "'a,b,,c'", "'x' * 20",
            "'12'", "'-3.5'", "'tab\\there'", "'line\\nbreak'", "'\\U0001f600'", "'ß'", "'%s'", "'{}'",
            "'aXbXc'", "'0'", "'İ'", "'_id9'", "'\\r\\n\\x1c|'", "'Ǆ ǆ'", "'٣'", "'²'", "'ﬁ'",
            "'a\\x00b'", "'\\udc80'", "'e\\u0301'", "'they''re Bill\\'s'", "'1e5'", "' 7_7 '",
            "'ΣΑΣ'", "'{0!r:>5}'", "'%(a)s'", "'{a.real}'", "Str('sub')", "'nan'", "'\\u3000x\\x85'"],
    "bytes": ["b''", "b'abc'", "b'\\x00\\xff'", "b'a b c'", "bytes(3)", "b'12'", "b'Hello\\tWorld\\n'",
              "b'a,b,,c'", "b'%d'", "b'  x '"],
    "bytearray": ["bytearray()", "bytearray(b'abc')", "bytearray(b'a b a')", "bytearray(4)"],
    "view": ["memoryview(b'abcdef')", "memoryview(bytearray(8))", "memoryview(bytearray(b'abcdefgh'))[::2]",
             "memoryview(bytearray(range(12))).cast('H')", "memoryview(b'12345678').cast('i')",
             "memoryview(bytes(16)).cast('d')", "memoryview(b'abcd').cast('c')", "memoryview(b'')",
             "memoryview(b'\\x80\\xff').cast('b')", "memoryview(b'abcdef')[::-1]"],
    "list": ["[]", "[1, 2, 3]", "['b', 'a']", "[1, 'x', None]", "[[1], [2, 3]]", "list(range(6))",
             "[3, 1, 2]", "[0.5, 1, True]", "[(1, 'b'), (0, 'a')]", "[97, 98]", "[5] * 7"],
    "tuple": ["()", "(1,)", "(1, 2)", "('a', 1, None)", "((1, 2), 3)", "(3, 1, 2)"],
    "dict": ["{}", "{'a': 1}", "{1: 'x', 2: 'y'}", "{'k': [1], 'l': {}}", "{(1, 2): 3}",
             "{None: 0, True: 1}", "dict(a=1, b=2)", "{'z': 1, 'key': 2}"],
    "set": ["set()", "{1, 2, 3}", "{'a', 'b'}", "frozenset([1, 2])", "{(1, 2), 'x'}", "frozenset()"],
    "range": ["range(5)", "range(2, 10, 3)", "range(5, 0, -1)", "range(0)", "range(-3, 3)",
              "range(2**65, 2**65 + 3)", "range(10, -2**70, -2**69)"],
    "none": ["None", "...", "NotImplemented"],
    "slice": ["slice(1, 3)", "slice(None)", "slice(None, None, -1)", "slice(-2, None)",
              "slice(0, 10, 2)", "slice(2**70)", "slice(-2**70, 2**70, 2**66)"],
    "box": ["Box(1)", "Box(2, 'r', 5)", "Box('s', name='n')", "Sub(3)", "Sub([1], 2)", "Box"],
    "iterator": ["iter([1, 2, 3])", "(x for x in 'abc')", "iter('ab')", "map(str, [1, 2])", "zip('ab', [1, 2])",
                 "enumerate('xy')", "reversed([1, 2])", "filter(None, [0, 1])", "iter({'a': 1})",
                 "{1: 2}.items()", "{'a': 2}.keys()", "iter(lambda: 1, 1)"],
    "error": ["ValueError('bad')", "KeyError('k')", "OSError(2, 'gone', 'f')", "ValueError", "Exception(1, 2)",
              "StopIteration(5)", "ExceptionGroup('many', [ValueError(1), KeyError(2)])", "SystemExit(3)",
              "UnicodeDecodeError('utf-8', b'ab', 0, 1, 'why')", "AttributeError('x', name='n', obj=1)"],
    "function": ["(lambda x: x)", "(lambda *a, **k: (a, sorted(k)))", "len", "str", "abs", "int",
                 "(lambda x, y=1, /, z=2, *, w=3: (x, y, z, w))", "sorted", "max", "divmod", "repr", "ord",
                 "(lambda x, y: x + y)", "bool", "list", "print", "sum"],
}
ANY = list(LITERALS)

WAYS = {
    "int": ["@int + @int", "@int - @int", "@int * @int", "@int // @int", "@int % @int",
            "@int ** @small", "@int << @small", "@int >> @int", "@int & @int",
            "@int | @int", "@int ^ @int", "~@int", "-@int", "abs(@int)", "len(@str)",
            "len(@list)", "len(@dict)", "len(@set)", "int(@float)", "int(@str)", "ord(@str)",
            "@list.index(@any)", "@str.find(@str)", "@str.count(@str)", "@list.count(@any)",
            "sum(@list)", "max(@list)", "min(@int, @int)", "round(@float)", "pow(@int, @small, @int)",
            "pow(@int, @any, @any)", "@int.__pow__(@any, @any)", "pow(@int, -1, @int)", "sum(@any, @any)",
            "@int.bit_length()", "divmod(@int, @int)[0]", "hash(@int)", "@int if @bool else @int",
            "@str.rfind(@str, @int)", "int(@str, @small)", "int(@str, @int)", "@range.index(@int)", "len(@range)",
            "@int.bit_count()", "round(@int, -@small)", "@list[@int]", "@tuple[@int]", "@int >> @big",
            "@range[@int]", "@bytes[@int]", "@bytes[@big]", "int.from_bytes(@bytes, 'big')", "@box.value",
            "len(@box)", "@int.__add__(@any)", "@int.conjugate()", "@tuple.index(@any)", "int(@any)",
            "(@int).real", "@int.numerator", "min(@list, default=@int)", "max(@any, key=@function)",
            "int.from_bytes(@bytes, 'little', signed=@bool)", "@int.__round__(@any)", "round(@any, @any)",
            "@int % (2**@small)", "hash(@int) - hash(@int)", "len(@any)",
            "@int @ @any", "@int // @any", "@any % @int", "@int << @any", "@any ** @small", "@small ** @any2"],
    "float": ["@float + @float", "@float - @int", "@float * @float", "@int / @int",
              "@float // @float", "@float % @float", "@float ** @small", "-@float",
              "abs(@float)", "float(@int)", "float(@str)", "round(@float, @small)",
              "sum(@list, 0.5)", "max(@float, @int)", "@float if @bool else @float", "float(@any)",
              "@float.__floor__()", "divmod(@float, @float)[1]", "float.fromhex(@float.hex())",
              "@float ** @float", "@int ** -@small", "@float % @int", "@int // @float", "round(@float, -@small)",
              "@float.__divmod__(@any)", "float.fromhex(@str)", "@float.real", "@int / @any", "@float * @any",
              "@float ** @any", "@float.__round__(@any)", "@float.__trunc__()", "pow(@float, @any)"],
    "bool": ["@int < @int", "@float <= @int", "@str == @str", "@any == @any", "@any != @any",
             "@any is None", "not @any", "@any in @list", "@str in @str", "@any in @dict",
             "@any not in @set", "@int < @int <= @float", "isinstance(@any, @type)",
             "all(@list)", "any(@tuple)", "@str.isdigit()", "@str.startswith(@str)",
             "@str.isalpha()", "@str.islower()", "@str.isidentifier()", "@set <= @set",
             "@list < @list", "@tuple >= @tuple", "@str < @str", "bool(@any)", "callable(@any)",
             "@str.endswith((@str, @str))", "@set.isdisjoint(@list)", "@float.is_integer()",
             "@any and @bool", "@bool or @any", "hasattr(@any, 'real')", "@int in @range",
             "@bytes == @bytes", "@any < @any", "@str.isspace()", "@str.istitle()", "@any in @any",
             "@str.isupper()", "@str.isprintable()", "@str.isalnum()", "@str.isnumeric()", "@str.isdecimal()",
             "@str.isascii()", "issubclass(@type, @type)", "isinstance(@any, @any)", "issubclass(@any, @any)",
             "@view == @any", "@dict.keys() >= @set", "@dict.items() == @dict.items()", "@any is not @any2",
             "@int in @bytes", "@bytes in @bytearray", "@range == @range", "@slice == @slice", "@bool ^ @bool",
             "@bool & @any", "@dict.keys().isdisjoint(@any)", "@any <= @any", "@set > @any", "@list >= @any"],
    "str": ["@str + @str", "@str * @small", "@str[@int]", "@str[@cut]", "str(@any)",
            "repr(@any)", "@str.upper()", "@str.lower()", "@str.title()", "@str.strip()",
            "@str.strip(@str)", "@str.replace(@str, @str)", "@str.join(@words)",
            "@str.center(@small, '*')", "@str.ljust(@small)", "@str.rjust(@small, @str)",
            "@str.zfill(@small)", "'%s %r' % (@any, @any)", "'%d' % @any", "'%5.2f|' % @any",
            "'%x %o' % (@int, @int)", "'%-8s|%08.3f' % (@any, @float)", "'{} {!r}'.format(@any, @any)",
            "'{:>10}|{:<6}|{:^7}'.format(@str, @int, @bool)", "f'{@any}'", "f'{@any!r:>12}'",
            "f'{@int:,} {@int:x} {@int:+d}'", "f'{@float:.3f} {@float:e} {@float:g}'",
            "format(@float, '@spec')", "format(@int, '@spec')", "format(@str, '@spec')", "format(@any, '@spec')",
            "chr(@int)", "hex(@int)", "bin(@int)", "oct(@int)", "@str.capitalize()", "@str.swapcase()",
            "@str.expandtabs(@small)", "@str.casefold()", "ascii(@str)", "@bytes.decode()", "ascii(@any)",
            "@bytes.hex()", "@str.removeprefix(@str)", "@str.removesuffix(@str)", "''.join(reversed(@str))",
            "@str.translate({97: 'A', 98: None})", "type(@any).__name__", "@box.name", "show(@any)",
            "@str.lstrip(@str)", "@str.rstrip()", "'%*d' % (@small, @int)", "'%c' % @any", "hex(@any)",
            "@str.format(@any, a=@any)", "@str % @any", "@str % @tuple", "'%@spec@conv' % @any",
            "'%@conv|%@conv' % (@any, @any)", "'%(a)@conv %(b)r' % {'a': @any, 'b': @any}", "@str % @dict",
            "f'{@any:{@small}}'", "f'{@str:{@str!r}<{@small}}'", "f'{@int:@spec}'", "f'{@float:@spec}'",
            "f'{@any=}'", "f'{@any = !s:>9}'", "f'{f\"{@int}\"}'", "'{0[0]} {0}'.format(@any)",
            "'{:{}}'.format(@any, '@spec')", "'{a} {1}'.format(*@list, **@dict)", "@str.format_map(@dict)",
            "'{!a:.{}}'.format(@str, @small)", "str(@bytes, @codec)", "@bytes.decode(@codec, @handler)",
            "@str.translate(str.maketrans(@str, @str))", "@str.translate(@dict)", "@float.hex()", "chr(@any)",
            "@str.join(@any)", "@str.replace(@str, @str, @int)", "@str[@any]", "@str * @big", "str(@error)",
            "repr(@error)", "@view.hex()", "@bytes.hex('-', @int)", "@str.center(@any, @any)"],
    "bytes": ["@bytes + @bytes", "@bytes * @small", "@bytes[@cut]", "@str.encode()", "@str.encode(@codec, @handler)",
              "bytes(@list)", "@bytes.upper()", "@bytes.replace(@bytes, @bytes)", "bytes(@range)",
              "bytes(bytearray(@bytes))", "@bytes.strip()", "b'-'.join(@bytes.split())", "bytes(@any)",
              "@int.to_bytes(@small, 'little')", "b'%s %d' % (@bytes, @int)", "bytes(@str, @codec)",
              "b'%@spec@conv' % @any", "bytes.fromhex(@str)", "@view.tobytes()", "bytes(@view)",
              "@int.to_bytes(@small, 'big', signed=True)", "@bytes.translate(None, @bytes)", "@bytes + @any",
              "@bytes.join(@list)", "b''.join([@bytes, @bytearray])", "bytes(@big)", "@bytes % @any"],
    "bytearray": ["bytearray(@any)", "@bytearray + @bytes", "@bytearray * @small", "@bytearray[@cut]",
                  "bytearray(@list)", "bytearray(@bytes)", "@bytearray.upper()", "bytearray(@str, @codec)"],
    "view": ["@view[@cut]", "memoryview(@bytes)", "memoryview(@bytearray)", "@view.cast('@letter')",
             "memoryview(@any)", "@view.toreadonly()", "@view.cast('B')", "memoryview(@view)",
             ],
    "list": ["@list + @list", "@list * @small", "@list[@cut]", "sorted(@list)", "list(@any)",
             "list(reversed(@list))", "@str.split()", "@str.split(@str)", "list(@dict.items())",
             "[@any, *@list]", "[x for x in @list]", "[x * 2 for x in @range if x % 2]",
             "[(x, y) for x in @range for y in @list]", "list(map(@function, @list))",
             "list(filter(None, @list))", "list(zip(@list, @str))", "list(enumerate(@list, @small))",
             "sorted(@list, key=str)", "sorted(@list, reverse=True, key=repr)", "@str.splitlines()",
             "[*@tuple, *@range]", "@list.copy()", "list(@dict)", "[y := @int, y * 2]", "@str.splitlines(@any)",
             "@str.rsplit(@str, @small)", "list(@range)", "[i for i, c in enumerate(@str) if c in @str]",
             "list(@bytes)", "[[j for j in range(i)] for i in range(@small)]", "sorted(@dict.values(), key=str)",
             "@view.tolist()", "sorted(@any, key=@function)", "list(map(@function, @list, @tuple))",
             "list(zip(@any, @any, strict=@bool))", "[*@any, *@any]", "list(@iterator)", "[x for x in @any if @any]",
             "[lambda: x for x in @list][0:1]", "[f() for f in [lambda x=x: x for x in @list]]",
             "[x for y in [@list, @tuple] for x in y if x]", "[(z := x) for x in @list]", "@list * @any",
             "list(filter(@function, @any))", "@list + @any", "list(@str)", "sorted(@set, key=show)", "dir(@box)[:0]",
             "[x for x in @iterator]", "list(map(None, @any))",
             "sorted(@list, key=lambda v: (type(v).__name__, str(v)))", "list(zip(*@list))", "@bytes.split(@bytes)"],
    "tuple": ["@tuple + @tuple", "@tuple * @small", "@tuple[@cut]", "tuple(@list)",
              "(@any, @any)", "(@any,)", "divmod(@int, @int)", "@str.partition(@str)",
              "@str.rpartition(@str)", "tuple(x for x in @list)", "(*@list, @any)",
              "@float.as_integer_ratio()", "@slice.indices(@small)", "tuple(sorted(@set, key=str))",
              "@box.plain(@any)", "@box(@any, k=@any)", "divmod(@any, @any)", "@error.args", "@slice.indices(@int)",
              "tuple(@iterator)", "@view.shape", "@view.strides", "(@view.format, @view.itemsize, @view.nbytes)",
              "(@view.readonly, @view.ndim, len(@view))", "@int.as_integer_ratio()", "divmod(@float, @int)"],
    "dict": ["{**@dict, **@dict}", "@dict | @dict", "{k: @any for k in @list}", "dict(zip(@list, @list))",
             "@dict.copy()", "dict.fromkeys(@list, @any)", "{@any: @any}", "dict(@dict, z=@any)",
             "{x: len(x) for x in @words}", "dict(@list)", "dict(@any)", "{**@any, 'a': 1}", "dict(**@dict)",
             "@dict | @any", "dict.fromkeys(@any)", "{v: k for k, v in @dict.items()}", "dict(@any, **@dict)",
             "{@any: 1, @any: 2}", "dict([@tuple, @list])", "type('T', (), @dict).__dict__.get('a')"],
    "set": ["@set | @set", "@set & @set", "@set - @set", "@set ^ @set", "set(@list)", "set(@str)",
            "{x % 3 for x in @range}", "frozenset(@any)", "@set.union(@list)", "@set.difference(@str)",
            "@set.symmetric_difference(@tuple)", "{*@list}", "@dict.keys() & @dict.keys()", "@dict.keys() - @any",
            "@set.intersection(@any, @any)", "@set - @any", "@dict.items() | @set", "@dict.keys() ^ @any", "{@any, @any}"],
    "range": ["range(@int)", "range(@small, @small)", "@range[@cut]", "range(@small, @int, @int)", "range(@any)",
              "range(@int, @any)", "range(@small, @small, @any)"],
    "none": ["@list.append(@any)", "[].extend(@any)", "@list.sort()", "@dict.clear()", "@dict.get(@any)",
             "@list.reverse()", "@set.add(@any)", "@list.insert(@int, @any)", "@dict.update(@any)",
             "setattr(@any, @name, @any)", "delattr(@any, @name)", "@list.insert(@big, @any)", "@any.x", "@any()",
             "@view.release()", "@list.remove(@any)", "@set.remove(@any)", "@any(@any)", "@any[@any]", "~@any",
             "-@any", "+@any", "@any @ @any"],
    "slice": ["slice(@int, @int)", "slice(@any, @any, @any)", "slice(@any)"],
    "box": ["@box + @int", "Box(@any, @any)", "Sub(*@list)", "Box(**@dict)", "Box.make(@any)",
            "max([@box, @box])", "@box + @box", "@box + @any", "super(Sub, @box)"],
    "iterator": ["iter(@any)", "reversed(@any)", "(x for x in @any)", "enumerate(@any, @any)", "zip(@any, @list)",
                 "map(@function, @any)", "@dict.values()", "filter(@function, @list)", "zip(@list, @str, strict=True)",
                 "iter(@function, @any)", "reversed(@dict)", "iter(@range)", "reversed(@range)", "@dict.keys()"],
    "error": ["ValueError(@any)", "KeyError(@any)", "OSError(@any, @any)", "Exception(*@any)", "TypeError(*@list)",
              "ExceptionGroup(@any, @any)", "ExceptionGroup('g', [@error, @error])", "StopIteration(@any)",
              "@error.with_traceback(None)", "ImportError(@any, name=@any)", "UnicodeEncodeError(@any, @str, 0, 1, 'w')",
              "SyntaxError(@any, ('f', 1, 2, 'text'))", "AttributeError(@any, name=@str)", "OSError(@small, 'x', @any)"],
    "function": ["(lambda v: @any)", "@str.upper", "@list.append", "@box.make", "@dict.get", "(lambda v, *w: (v, w))",
                 "(lambda: @any)", "(lambda a, b=@any: b)", "Box.__add__", "str.upper", "list.append", "getattr",
                 "(lambda x: (yield x))", "type(@any)"],
}

# Method names with the kinds of their arguments; those after | may be left out.
METHODS = {
    "str": "capitalize; casefold; center int |str; count str |int int; encode |codec handler; endswith str |int int; "
           "expandtabs |tabsize=small; find str |int int; format any |any; index str |int int; isalnum; isdecimal; "
           "join words; ljust small |str; lower; lstrip |str; maketrans str |str str; partition str; "
           "removeprefix str; removesuffix str; replace str str |int; rfind str |int int; rindex str |int int; "
           "rjust small |str; rpartition str; rsplit |sep=str maxsplit=int; rstrip |str; split |sep=str maxsplit=int; "
           "splitlines |keepends=bool; startswith str |int int; strip |str; swapcase; title; translate dict; upper; "
           "zfill small; __len__; __contains__ str; __getitem__ int; __mul__ small; __mod__ any; __format__ str; "
           "__add__ any; __eq__ any; __lt__ any; __rmul__ small; __iter__; __sizeof__ int; __getnewargs__",
    "bytes": "capitalize; center small |bytes; count bytes |int int; decode |encoding=codec errors=handler; "
             "endswith bytes |int int; expandtabs |small; find bytes |int int; find int; hex |str int; index bytes |int; "
             "isalnum; isalpha; isascii; isdigit; islower; isspace; istitle; isupper; join list; ljust small |bytes; "
             "lower; lstrip |bytes; partition bytes; removeprefix bytes; removesuffix bytes; replace bytes bytes |int; "
             "rfind bytes |int int; rindex bytes |int; rjust small |bytes; rpartition bytes; rsplit |sep=bytes maxsplit=int; "
             "rstrip |bytes; split |sep=bytes maxsplit=int; splitlines |keepends=bool; startswith bytes |int; strip |bytes; "
             "swapcase; title; translate any |delete=bytes; upper; zfill small; fromhex str; maketrans bytes bytes; "
             "__contains__ any; __getitem__ any; __mod__ any; __add__ any; __bytes__",
    "bytearray": "append int; clear; copy; extend any; insert int int; pop |int; remove int; reverse; decode |codec; "
                 "find bytes; __iadd__ any; __imul__ small; __setitem__ int any; __delitem__ any; translate bytes; "
                 "split |bytes int; join any; hex |str; startswith any; upper; strip |any; replace bytes bytes",
    "int": "as_integer_ratio; bit_count; bit_length; conjugate; from_bytes any |byteorder=order signed=bool; is_integer; "
           "to_bytes |length=small byteorder=order signed=bool; __add__ any; __rsub__ any; __pow__ small |any; __rpow__ small; "
           "__floordiv__ any; __mod__ any; __divmod__ any; __truediv__ any; __lshift__ small; __rrshift__ any; __and__ any; "
           "__eq__ any; __lt__ any; __hash__; __bool__; __int__; __float__; __index__; __round__ |any; __trunc__; "
           "__floor__; __ceil__; __format__ str; __repr__; __neg__; __invert__; __abs__; __rdivmod__ any",
    "float": "as_integer_ratio; conjugate; fromhex str; hex; is_integer; __add__ any; __rtruediv__ any; __pow__ any |any; "
             "__rpow__ small; __mod__ any; __rfloordiv__ any; __divmod__ any; __eq__ any; __lt__ any; __round__ |any; "
             "__trunc__; __floor__; __ceil__; __format__ str; __int__; __bool__; __neg__; __abs__; __hash__ any",
    "list": "append any; clear; copy; count any; extend any; index any |int int; insert any any; pop |any; remove any; "
            "reverse; sort |key=function reverse=bool; sort any; __add__ any; __mul__ any; __iadd__ any; __imul__ small; "
            "__getitem__ any; __setitem__ any any; __delitem__ any; __contains__ any; __eq__ any; __lt__ any; "
            "__reversed__; __init__ |any; __len__; __hash__",
    "tuple": "count any; index any |int int; __add__ any; __mul__ any; __getitem__ any; __eq__ any; __ge__ any; "
             "__contains__ any; __len__; __iter__; __getnewargs__; __rmul__ any",
    "dict": "clear; copy; fromkeys any |any; get any |any; items; keys; pop any |any; popitem; setdefault any |any; "
            "update |any; update k=any; values; __getitem__ any; __setitem__ any any; __delitem__ any; __contains__ any; "
            "__eq__ any; __or__ any; __ior__ any; __reversed__; __init__ |any; __len__; __lt__ any; __ror__ any",
    "set": "add any; clear; copy; difference |any any; difference_update |any; discard any; intersection |any any; "
           "intersection_update any; isdisjoint any; issubset any; issuperset any; pop int; remove any; union |any any; "
           "symmetric_difference any; symmetric_difference_update any; update |any any; __and__ any; __rsub__ any; "
           "__contains__ any; __eq__ any; __le__ any; __gt__ any; __ior__ any; __ixor__ set; __hash__ any; __len__",
    "range": "count any; index any; start; __getitem__ any; __contains__ any; __eq__ any; __reversed__; __len__; __lt__ any; "
             "__iter__; __bool__",
    "view": "cast letter; hex |sep=str bytes_per_sep=small; release; tobytes |order=any; tolist; toreadonly; "
            "__getitem__ any; __setitem__ any any; __len__; __eq__ any; __enter__; __contains__ any; __iter__; __delitem__ any",
    "slice": "indices any; __eq__ any; __lt__ any; __repr__",
    "error": "add_note any; with_traceback any; __str__; __repr__; __setstate__ any; __init__ |any any; split type; "
             "subgroup type; derive list; __eq__ any; __class__ |any",
    "iterator": "__next__; __iter__; __length_hint__; send any; throw any; close; __contains__ any; isdisjoint any; "
                "__reversed__; mapping; __len__; __eq__ any; __and__ any",
    "function": "__call__ |any any; __name__; __qualname__; __get__ any |any; __repr__ any; mro",
    "box": "value; double; missing; __init__ |any; __add__ any; __class__; __eq__ any; __getattribute__ name; "
           "__setattr__ name any; __reduce__ any; __ne__ any; __le__ any",
}
SMALL_KINDS = {
    "small": [str(n) for n in range(9)],
    "big": ["2**63", "-2**63", "2**64", "-2**64", "10**18", "2**62", "10**30"],
    "cut": ["".join((a, ":", b, c)) for a in ("", "0", "1", "-2", "5", "2**70") for b in ("", "2", "-1", "100", "-2**70")
            for c in ("", ":", ":2", ":-1", ":-2", ":2**65", ":0")],
    "spec": ["", "5", "<8", ">8", "^8", "*^9", "08", "+", " ", ",", "_", "x", "#x", "b", "#b", "o", "d", "e",
             ".2e", "f", ".0f", ".3f", "g", ".4g", "%", ".1%", "s", ".2s", "10.3", "+,.2f", "c", "n", "z", "=+6",
             "0=5", "G", "E", "X", "_x", "#o", "€>5", "5d", ".3d", "#.0f", "#g", "z.1f", "020,.2f", "020,d", ",x",
             "_b", "-", "<", "05.1f", ".0e", "#.3g", "10,", "+08.3f", "0>+9", "1_000", ".", "ss", "F", "-%", "#X",
             "012_b", "^+12.3e", ".50f", "=10s", "010s", ",.2%"],
    "conv": ["s", "r", "d", "i", "x", "X", "o", "f", "e", "g", "c", "a", "u", "%", "b", "5d", "-5d|", "+d", "05d",
             "#x", ".3f", "8.2e", ".2s", "+.1f", "#o", "z", "ld", " d", ".5d", "-08d"],
    "type": ["int", "str", "list", "(int, float)", "dict", "tuple", "set", "Box", "bool", "float", "object", "Int",
             "Sub", "type", "int | str", "(int, (str, Box))", "type(None)", "Exception", "ValueError", "list[int]"],
    "codec": ["'utf-8'", "'ascii'", "'latin-1'", "'UTF8'", "'nope'", "'iso-8859-1'", "'U8'"],
    "handler": ["'strict'", "'ignore'", "'replace'", "'backslashreplace'", "'xmlcharrefreplace'", "'surrogateescape'",
                "'odd'", "'surrogatepass'"],
    "letter": list("bBhHiIlLqQfdc?nN") + ["@B", "x", "BB", "", "<i"],
    "name": ["'value'", "'name'", "'fresh'", "'double'", "'real'", "'no'", "'__class__'", "'__dict__'", "'append'"],
    "order": ["'big'", "'little'", "'other'"],
    "words": ["['a', 'bc']", "'xyz'", "('p', 'q')", "map(str, @list)", "@list"],
    "any2": ["1", "'1'", "None", "True", "0.5", "3"],
}
