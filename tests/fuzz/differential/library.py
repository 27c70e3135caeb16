# SPDX-License-Identifier: MIT
"""The modules of the library, as tables for the generator.

FUNCTIONS lists functions of modules as METHODS in expressions.py lists methods. LAZY are those that
give iterators, of which the first items are looked at. OBJECTS are types with their literals and
methods, which are drawn like built-in ones. What depends on the C library's last digit is left out.
"""

FUNCTIONS = {
    "math": "sqrt float; floor any; ceil any; trunc any; fabs float; gcd int int |int; lcm int |int int; isqrt int; "
            "factorial small; factorial any; comb small small; comb int small; perm int |small; log any |any; log2 any; "
            "log10 any; exp float; fmod float float; modf float; frexp float; ldexp float small; ldexp any any; "
            "isclose float float |rel_tol=float abs_tol=float; copysign float any; isnan any; isinf any; isfinite any; "
            "fsum list; prod list |start=any; dist list list; sumprod list list; nextafter float float |steps=small; "
            "ulp float; remainder float float; degrees float; radians float; hypot float float |float; pow float float; "
            "hypot any; sqrt int; atan2 float float; sin any; fsum any; prod any",
    "functools": "reduce function any |any; reduce function list",
    "operator": "index any; length_hint any |any; countOf any any; indexOf any any; concat list any; getitem any any; "
                "contains any any; truth any; not_ any; is_ any none; iadd list any; imul any small; ior any any; "
                "add any any; mod any any; and_ any any; floordiv any any; matmul any any; lshift int small; inv any; "
                "setitem any any any; delitem any any; attrgetter name |name; call any |any; neg any; is_not any none",
    "re": "findall pattern str |flags; split pattern str |maxsplit=small; sub pattern repl str |count=small; "
          "subn pattern repl str; escape any; findall any any; sub pattern function str; sub any any any; "
          "compile pattern |flags; compile any |flags; split pattern any",
    "struct": "pack layout any; pack layout int int; pack layout float; pack layout bytes; unpack layout bytes; "
              "calcsize layout; unpack layout any; unpack_from layout bytes |offset=int; pack layout bytes int float; "
              "pack_into layout bytearray int any; pack any any; calcsize any; pack layout *tuple; pack layout *list",
    "json": "dumps any |indent=small sort_keys=bool; dumps dict |skipkeys=bool indent=any; dumps list |ensure_ascii=bool; "
            "loads document; loads any; loads str; dumps any |separators=any default=function; loads document |parse_int=function; "
            "loads document |object_hook=function; dumps str |ensure_ascii=bool; loads bytes; dumps any |allow_nan=bool",
    "heapq": "heappush list any; heappop list; heapify list; heappushpop list any; heapreplace list any; "
             "nsmallest small any |key=function; nlargest int any |key=function; heapify any; heappop any",
    "bisect": "bisect_left list any |int int; bisect list any; insort list any |key=function; bisect_right any any; "
              "bisect_left list any |lo=int hi=int key=function; insort_left list any |int any",
    "copy": "copy any; deepcopy any |any; copy box; deepcopy list; replace any",
    "textwrap": "wrap prose |width=small; wrap prose |width=int initial_indent=str; fill prose |width=small max_lines=small; "
                "dedent prose; indent prose str |function; shorten prose |width=small; shorten prose small |placeholder=str; "
                "wrap prose |break_long_words=bool width=small",
    "statistics": "mean list; median list; mode list; multimode any; fmean list |list; median_low list; median_high list; "
                  "mean any; harmonic_mean list",
    "base64": "b64encode bytes |any; b64decode any |any; b32encode bytes; b16decode any |any; b64decode bytes |validate=bool; "
              "urlsafe_b64encode bytes; b32decode bytes",
    "binascii": "hexlify any |str small; unhexlify any; crc32 bytes |int; a2b_base64 any; b2a_base64 bytes |newline=bool; "
                "b2a_hex bytes |any any",
    "hashlib": "md5 any; sha256 bytes; sha1 any",
    "string": "capwords str |any; Formatter; Template any",
    "shlex": "split str |comments=bool posix=bool; quote str; join any; split prose",
    "fnmatch": "fnmatch str str; filter list str; translate str; fnmatchcase any any",
    "pprint": "pformat any |indent=small width=small; pformat list |width=small depth=small; pformat dict |width=small compact=bool",
    "difflib": "get_close_matches str words |small; SequenceMatcher none any any; ndiff words words; unified_diff words words",
    "types": "SimpleNamespace |a=any b=any; MappingProxyType any; new_class str any; resolve_bases any; coroutine any",
    "colorsys": "rgb_to_hsv float float float; hsv_to_rgb float float float; rgb_to_hls float int float",
    "inspect": "isgenerator any; isfunction any; isclass any; cleandoc prose; ismethod any; "
               "isbuiltin any; getmro box; iscoroutinefunction any",
    "collections": "namedtuple str any; namedtuple str str |rename=bool defaults=any; ChainMap dict |dict; ChainMap any; "
                   "UserList any; UserDict any; UserString any; Counter any |any; deque any |any; OrderedDict any; "
                   "defaultdict any |any",
    "contextlib": "nullcontext |any; suppress any; closing any; ExitStack; contextmanager any",
    "typing": "get_origin any; get_args any; cast any any; Optional any; Union type type; get_type_hints any; List type",
    "enum": "Enum str any; IntEnum str str; Flag str words; auto; Enum 'E' words",
    "random": "Random int; Random any",
    "array": "array letter list; array letter bytes; array letter range",
}

LAZY = {
    "itertools": "chain |any any; islice any any |any any; islice any small |small small; zip_longest any any |fillvalue=any; "
                 "product any |any repeat=small; product list list; permutations any |small; combinations any small; "
                 "combinations_with_replacement any small; groupby any |function; accumulate any |function initial=any; "
                 "takewhile function any; dropwhile function any; filterfalse function any; starmap function any; cycle any; "
                 "repeat any |small; count any |any; compress any any; pairwise any; chain.from_iterable any; "
                 "accumulate list |function; groupby list |key=function; starmap function list; batched any small; "
                 "repeat any |times=any; tee any |small; islice iterator int |int int; count |start=any step=any",
    "re": "finditer pattern str",
    "struct": "iter_unpack layout bytes",
    "heapq": "merge any any |key=function reverse=bool; merge list list",
    "difflib": "ndiff words words; unified_diff words words |lineterm=str; context_diff words words",
}

OBJECTS = {
    "complex": (
        ["0j", "1j", "(1+2j)", "(-0.0-0j)", "complex('nan+infj')", "complex(1e300, -1e300)", "(2.5-3j)", "1e16j",
         "complex(-0.0, 1)", "complex('inf')", "(3+4j)"],
        ["@complex + @complex", "@complex * @any", "@complex / @complex", "@complex ** @small", "complex(@any)",
         "complex(@str)", "complex(@any, @any)", "-@complex", "@complex - @float", "@any - @complex", "@int * @complex",
         "@complex.conjugate()", "@complex ** @complex", "complex(@float, @float)", "@float / @complex", "@complex ** -@small",
         "complex('@float')", "complex(real=@any)", "complex(@float, imag=@float)", "sum([@complex, @float, @int])"],
        "conjugate; real; imag; __add__ any; __rsub__ any; __mul__ any; __truediv__ any; __pow__ any |any; __eq__ any; "
        "__lt__ any; __format__ spec_; __complex__; __hash__ any; __bool__; __neg__; __abs__; __divmod__ any; __repr__; "
        "__pos__; __int__; __rpow__ any; __getnewargs__"),
    "numbers": (
        ["A('i', [1, 2, 3])", "A('b')", "A('d', [0.5, -1])", "A('u', 'abc')", "A('H', range(5))", "A('q', [2**62, -1])",
         "A('f', [0.1, 1e30])", "A('B', b'xyz')", "A('L', [2**63])"],
        ["A('i', @any)", "@numbers + @numbers", "@numbers * @small", "@numbers[@cut]", "A('i', @list)",
         "A('d', @list)", "A('u', @str)", "A('B', @bytes)", "A('h', @numbers)", "@numbers + @any", "@small * @numbers"],
        "append any; append int; buffer_info int; byteswap; count any; extend any; extend list; frombytes bytes; fromlist list; "
        "fromunicode str; index any |int int; insert int any; pop |int; remove any; reverse; tobytes; tolist; tounicode; "
        "typecode; itemsize; __getitem__ any; __setitem__ any any; __delitem__ any; __add__ any; __iadd__ any; __mul__ any; "
        "__imul__ small; __eq__ any; __lt__ any; __contains__ any; __len__; __copy__; __deepcopy__ none; __iter__; clear; "
        "__setitem__ slice numbers; __delitem__ slice; __getitem__ slice; __hash__ any; fromlist any; frombytes any"),
    "deque": (
        ["deque()", "deque([1, 2, 3])", "deque('abcd', 3)", "deque([1], maxlen=0)", "deque(range(70))"],
        ["deque(@any)", "deque(@list, @small)", "@deque + @deque", "@deque * @small", "deque(@any, maxlen=@any)", "@deque.copy()"],
        "append any; appendleft any; clear; copy; count any; extend any; extendleft any; index any |int int; insert int any; "
        "maxlen; pop; popleft; remove any; reverse; rotate |small; rotate any; "
        "__add__ any; __iadd__ any; __mul__ any; __imul__ small; __eq__ any; __lt__ any; __contains__ any; "
        "__len__; __reversed__; __iter__; __hash__ any; __repr__; extend list; __init__ |any any; __bool__"),
    "counter": (
        ["Counter()", "Counter('abca')", "Counter(a=3, b=-1)", "Counter({'x': 2, 1: 0})", "Counter([1, 2, 1])"],
        ["Counter(@any)", "@counter + @counter", "@counter - @counter", "@counter & @counter", "@counter | @counter", "+@counter",
         "-@counter", "Counter(@dict)", "Counter(@str)"],
        "elements; most_common |small; most_common any; subtract any; update any; total; copy; fromkeys any; __missing__ any; "
        "__getitem__ any; __delitem__ any; __eq__ any; __le__ any; __lt__ any; __add__ any; __isub__ counter; pop any; get any; "
        "__iadd__ any; __ior__ any; __iand__ counter; setdefault any any; update |a=int; __or__ dict"),
    "ordered": (
        ["OrderedDict()", "OrderedDict(a=1, b=2)", "OrderedDict([(1, 2), ('a', 3)])", "defaultdict(list)", "defaultdict(int, a=1)",
         "defaultdict(None, {1: 2})", "defaultdict(seven, b=2)"],
        ["OrderedDict(@any)", "OrderedDict(@dict)", "defaultdict(@function, @dict)", "defaultdict(@any)", "@ordered | @dict",
         "@dict | @ordered", "@ordered.copy()"],
        "move_to_end any |last=bool; popitem |last=bool; popitem any; __reversed__; __eq__ any; __getitem__ any; __missing__ any; "
        "default_factory; pop any |any; setdefault any |any; update any; keys; items; values; __or__ any; __ior__ any; "
        "fromkeys any |any; copy; __delitem__ any; clear; get any |any; __repr__; __init__ |any any; __contains__ any; __len__"),
    "compiled": (
        ["re.compile('a*')", "re.compile('(b)(?P<n>c)?')", "re.compile(r'\\w+', re.I)", "re.compile('[^x]+')", "re.compile(b'a')",
         "re.compile('^l', re.M)", "re.compile('')", "re.compile('(?i:x)|(.)')"],
        ["re.compile(@pattern)", "re.compile(@pattern, re.I)", "re.compile(@pattern, re.S | re.X)"],
        "findall str |int int; split str |small; sub repl str |small; subn repl str; fullmatch str |int int; match any; search str; "
        "pattern; flags; groups; sub function str; __eq__ any; search any |any any; split any"),
    "found": (
        ["re.search('(b)(?P<n>c)?', 'abx')", "re.match('(?P<first>\\\\w+) (\\\\w+)?', 'hello world')", "re.search('', 'x')",
         "re.match('(a)|b', 'b')"],
        ["re.search(@pattern, @str)", "re.match(@pattern, @str)", "re.fullmatch(@pattern, @str)", "@compiled.search(@str)"],
        "group |any any; groups |any; groupdict |any; start |any; end |any; span |any; expand repl; lastindex; lastgroup; string; "
        "pos; endpos; re; regs; __getitem__ any; __repr__; __copy__; __bool__; group small small"),
    "text_io": (
        ["StringIO()", "StringIO('line\\nother\\n')", "StringIO('a\\r\\nb\\rc', newline=None)", "StringIO('x', '')", "BytesIO(b'ab\\ncd')",
         "BytesIO()"],
        ["StringIO(@any)", "BytesIO(@any)", "StringIO(@str, newline=@any)", "BytesIO(@bytes)"],
        "read |int; read |any; readline |int; readlines |int; write any; write str; writelines list; seek int |small; seek any; tell; "
        "truncate |any; getvalue; close; closed; readable; seekable; writable; flush; isatty; __next__; __iter__; __enter__"),
}

SMALL_KINDS = {
    "pattern": ["'a'", "''", "'[a-z]+'", "r'\\d+'", "r'(\\w)(\\w)'", "'(?P<x>a)|b'", "r'\\s*,\\s*'", "'a*?'", "'^|$'", "'(a)(b)?'",
                "'.'", "r'(\\w+) \\1'", "'[^,]+'", "'(?=a)'", "r'(?<!a)b'", "'('", "'[b-a]'", "'*'", "r'\\b'", "'(?i)A'", "'x{2,3}'",
                "'(?:ab)+'", "'a|'", "'[[]'", "r'\\A\\w'", "'a{3'", "r'\\9'", "'(?z)'", "'(a+)+$'", "'.*'",
                "r'[\\w.]+@'", "'(?>a+)b'", "'a++'", "r'\\N'", "'(?x) a # c'", "'(?s).+'", "r'(?P=x)'", "'(?(1)a|b)'", "'(a)?(?(1)b|c)'",
                "'ß'", "'[äö]'", "r'\\W'", "'[]a]'", "b'a'", "@str"],
    "flags": ["0", "re.I", "re.S | re.X", "re.M", "re.A", "re.L", "re.A | re.U", "2", "1 << 40"],
    "repl": ["''", "'x'", "r'<\\g<0>>'", "r'\\1'", "r'\\g<x>'", "'\\\\n'", "r'\\2\\1'", "r'\\g<99>'", "@str", "r'\\q'", "r'[\\g<1>]'"],
    "layout": ["'<i'", "'>hH'", "'10s'", "'?'", "'=bB'", "'!q'", "'2d'", "'f'", "'c'", "'3x'", "'P'", "'n'", "'<Q'", "'e'", "'p'",
               "'4p'", "'i4'", "'@bi'", "''", "'0i'", "' < i'", "'2h2s'", "@str", "b'<I'", "'>l'", "'<hxh'", "'z'"],
    "document": ["'{\"a\": [1, 2.5, null, true]}'", "'[1, 2'", "'1e400'", "'-0'", "'\"\\\\ud83d\\\\ude00\"'", "'{\"a\" 1}'", "' [ ] '",
                 "'nul'", "'[1,]'", "'{\"a\": 1, \"a\": 2}'", "'\"a\\nb\"'", "'NaN'", "'-Infinity'", "'01'", "'1.'", "'\"\\\\x\"'", "''",
                 "'[[[[]]]]'", "'123456789012345678901234567890'", "'{1: 2}'", "'\"abc'", "'[1] 2'", "b'[1]'", "'{\"k\": {}}'", "'tru'"],
    "prose": ["'The quick brown fox jumps over the lazy dog.'", "'  two\\n    four\\n  two'", "'a-b c--d e'", "'word ' * 9", "@str",
              "'\\tx\\n\\n  y'", "'hyphen-ated-words and verylongwordthatdoesnotfit'", "\"it's 'quoted' text # comment\"", "'a  b   c'"],
    "spec_": ["'@spec'"],
}
