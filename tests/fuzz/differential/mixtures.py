# SPDX-License-Identifier: MIT
"""Scenes, in the language of scenes.py, in which several parts of the language and library meet.

Errors that pass through several functions, loops and handlers show whether every place in a traceback
is right; classes with several special methods whether they are asked in the right order; and long
chains of calls whether the library's objects go with each other.
"""

SCENES = """
def first(x):
    return second(x)«[0]¦.value¦ + 1¦ if x else -x¦ and third(x)¦(x)¦ < x < 3»
def second(x, *rest):
    with «Box(1)¦Box(2) as b, Box(3)¦contextlib.suppress(KeyError)¦contextlib.nullcontext(x) as y»:
        for item in «[x]¦rest or (x, x)¦x¦(third(z) for z in (x, 1))»:
            «return third(item)¦third(item)¦yield_ = third(item)⏎raise LookupError(item)¦if item: return third(⏎    item¦⏎)»
def third(x):
    try:
        return (x
                «+ 1¦.real¦[1:]¦// 0¦(2)¦@ x¦- {}¦is x[0]¦** -1»
                )
    «except TypeError as e: raise ValueError(x) from e¦except (AttributeError, IndexError): raise¦finally: x = 1¦except ZeroDivisionError as e: e.add_note('by zero'); raise e»
print(show(«first¦second¦third¦lambda v: first(v)¦[*map(first, [1])] or len¦sorted»(@any)))

class Path:
    def __init__(self, *steps): self.steps = steps
    def __getattr__(self, name): return «Path(*self.steps, name)¦self.steps[len(name)]¦super().__getattr__(name)¦object.__getattribute__(self, 'x' + name)»
    def __truediv__(self, other): return Path(*self.steps, other)
    def __rtruediv__(self, other): return «Path(other, *self.steps)¦NotImplemented¦other / 1»
    def __getitem__(self, key): return self.steps[key] «¦if key else self¦+ ''»
    def __call__(self, *a, **k): return «a or k¦self.steps + a¦len(self)¦Path(*a)»
    def __len__(self): return len(self.steps) «¦- 1¦or None»
    def __eq__(self, other): return «self.steps == other.steps¦NotImplemented¦len(self) == len(other)»
    def __repr__(self): return 'Path' + repr(self.steps)
p = Path(«¦1¦'a', 2¦@any»)
print(show(«p.a.b¦p / @any / 2¦@any / p¦p.x(1, k=2)¦p[@int]¦p[@cut]¦len(p.a)¦p == Path()¦p == @any¦{p: 1}¦list(p)¦bool(p)¦p.a in [p.b, p]¦p(@any) / p¦[*p.a.b]¦p < p¦f'{p!s:>{len(p.a)}}'¦max(p, p.a)¦p.a.__len__()¦copy.copy(p)¦sorted([p, p.a], key=len)¦getattr(p, 'z', 5).steps»))

class Money:
    __slots__ = ('cents',)
    def __init__(self, cents«¦=0¦: int»): object.__setattr__(self, 'cents', cents)
    def __setattr__(self, name, value): raise «AttributeError(name)¦TypeError('frozen')»
    def __«add¦sub¦mul¦floordiv¦mod¦lt¦eq»__(self, other): return Money(self.cents «+¦-¦*¦//¦<» «other.cents¦other¦getattr(other, 'cents', other)»)
    __radd__ = «lambda self, other: Money(other + self.cents)¦__add__¦None»
    def __«bool¦index¦int¦float¦hash¦neg¦complex»__(self): return «self.cents¦-self.cents¦self.cents > 0¦float(self.cents)»
m = Money(@any)
«m.cents = 1¦pass¦del m.cents¦m += Money(1)¦m -= 1¦m.extra = 2»
print(show(«m.cents¦(m + m).cents¦sum([m, m], @any)¦(1 + m).cents¦m < m¦bool(m)¦int(m)¦[1, 2][m]¦float(m)¦{m}¦-m¦m * 2¦divmod(m, m)¦range(m)¦m == m¦m != 1¦round(m)¦'x' * m¦complex(m)¦[m] == [m]¦pow(m, 2)»))

class Stack(list):
    def __getitem__(self, key):
        got = super().__getitem__(key)
        return «got¦Stack(got) if isinstance(key, slice) else got¦type(self)(got)»
    def «append¦extend¦pop¦__iadd__¦__contains__¦__iter__¦__len__¦__setitem__¦__eq__»(self, *args):
        «print('own', len(args))¦self.n = len(args)¦pass»
        return «super().append(*args)¦self¦@any¦list.pop(self, *args)¦iter(@list)»
s = Stack(@list)
«s.append(@any)¦s += @list¦s[@int] = @any¦s[@cut] = @list¦s.extend(@any)¦s.pop()¦del s[0]¦s *= 2¦s.sort()»
print(show(«s¦s[1:]¦s[0]¦len(s)¦@any in s¦list(s)¦[*s]¦s == @list¦s + [1]¦reversed(s).__next__()¦sorted(s, key=str)¦s.copy()¦tuple(s)¦max(s)¦json.dumps(s)¦''.join(s)¦copy.copy(s)¦s.n¦dict.fromkeys(s)¦a_ == 1 if (a_ := s) else a_¦sum(s)¦s.index(@any)»))

class Table(dict):
    def __missing__(self, key): «return [key]¦self[key] = v = len(self); return v¦raise KeyError('no ' + key)¦return self[key + 'x']»
    «def get(self, *a): return 'own'¦def __getitem__(self, k): return super().__getitem__(str(k))¦def __setitem__(self, k, v): super().__setitem__(k, [v])¦def keys(self): return ['a']¦def __contains__(self, k): return True¦def update(self, *a, **k): print('update', sorted(k))¦pass»
t = Table(@dict, «a=1¦**@dict¦b=@any»)
«t['q'] += 1¦t[@any] = @any¦t |= @dict¦t.update(@dict, z=1)¦del t['a']¦t.setdefault('s', []).append(1)¦t.pop('a')¦pass»
print(show(«t¦t['nope']¦t[@any]¦t.get('a')¦'k' in t¦{**t}¦dict(t)¦(lambda **k: sorted(k))(**t)¦sorted(t, key=str)¦json.dumps(t)¦'%(a)s' % t¦'{a}'.format_map(t)¦t | {'n': 1}¦{'n': 1} | t¦t == dict(t)¦list(t.items())¦copy.copy(t)¦t.copy()¦type(t.copy()).__name__¦t.fromkeys('ab', 1)¦eval('zz', {}, t)¦exec('yy = xx', {}, t)¦string.Template('$a $$ ${b}').substitute(t)»))

data = [«{'n': 'b', 'v': 2}, {'n': 'a', 'v': 1}, {'n': 'b', 'v': 1}¦{'n': @str, 'v': @int}, {'n': 'x', 'v': @any}»]
print(show(«sorted(data, key=operator.itemgetter('n', 'v'))¦[(k, [*g]) for k, g in itertools.groupby(data, key=lambda d: d['n'])]¦max(data, key=lambda d: d['v'])¦json.loads(json.dumps(data)) == data¦functools.reduce(lambda a, d: a + d['v'], data, 0)¦Counter(d['n'] for d in data).most_common(1)¦{**data[0], **data[-1]}¦heapq.nsmallest(2, data, key=operator.itemgetter('v'))¦[d for d in data if (v := d['v']) > 1 and v < 9]¦'; '.join('{n}={v!r:>3}'.format(**d) for d in data)¦[*zip(*(d.values() for d in data))]¦{d['n']: d for d in data}¦[n for d in data for n, v in d.items() if v == 1]¦bisect.bisect(data, 1, key=lambda d: d['v'])¦copy.deepcopy(data) is data¦sum(d.pop('v') for d in data)¦defaultdict(list, {d['n']: [d] for d in data})¦sorted(data, key=lambda d: (-d['v'], d['n']), reverse=@bool)¦sorted(data)¦OrderedDict((d['n'], d['v']) for d in data).popitem(last=False)»))

line = «'2024-01-31 ERROR [net] time=0.5s'¦'key = value # comment'¦'a=1;b=2;;c'¦@str¦'(1, [2, 3])'¦'ünï çode 12'»
m = re.«search¦match¦fullmatch¦finditer¦split¦sub¦findall»(«r'(?P<y>\\d{4})-(\\d\\d)'¦r'\\[(\\w+)\\]'¦r'(\\w+)\\s*=\\s*(?P<v>[^;#]*)'¦r'[;,]'¦r'(?:a|(b))*'¦r'(?<=\\[)\\w'¦r'\\W+'¦r'(\\d)(?=.*\\1)'¦r'^.*?$'», «line¦line¦'<\\\\g<0>>', line¦lambda m: m[0][::-1], line¦line, re.I»)
print(show(«m and m.groups()¦[x.span() for x in m]¦m¦m.groupdict()¦m[1]¦m['v']¦m.expand(r'\\1-\\g<0>')¦m.lastgroup, m.lastindex¦m.start(1), m.end()»))

n = @int
print(«n + 0.5, n / 3, n // 0.7, n % 2.5¦n * True, n + False, n ** 0.5¦n == float(n), n < 0.1¦divmod(n, 7), divmod(-n, 7), divmod(n, -7.5)¦round(n / 7, 3), round(n, -1)¦n & 0xff | 3 ^ n, ~n¦int(n / 1), int(str(n)[:9])¦f'{n:>+12,}|{n:#x}|{n:e}|{n:.1%}'¦'%5d|%-8x|%+.2e|%c' % (n, n, n, 65)¦n.to_bytes((n.bit_length() + 8) // 8, 'little', signed=True)¦math.gcd(n, 84), math.isqrt(abs(n))¦hash(n), hash(float(n)), hash(-n)¦n << 3 >> 5, n * n - 1¦struct.pack('>q', n)¦bin(n)[2:].zfill(12), oct(n)¦complex(n, -n) * 1j¦statistics.mean([n, n + 1])¦min(n, 0.5, True), max(n, -0.0)¦n if n else 0 or [] and n¦1 < n <= 255 != 3 > 2¦sum([0.1] * 3, n)¦float(n).hex()¦(n % 10**9) ** 3 % 7, pow(n, 3, 7)»)

x = @any
try:
    «x.append(x[0])¦x[0] += x¦x, (y, *z) = x, x¦[x.y for x in x]¦x = x(x)¦(lambda *, k: k)(x)¦f'{x:{x}}'¦del x, y¦print(x[1:2][0][0])¦{**x, 'a': x}¦[*x, *x][9]¦assert not x, x¦raise x¦with x: pass¦x @= x¦(yield_ := x) + 1¦x[x]¦-x ** x¦print(*x, sep=x)¦for x.y in x: pass¦import nothing_like_this as x¦from math import x, y¦global_ = x < x < x¦x().y[0]¦type(x)(x, x)¦str(x, x)¦x if x else x.y¦match x:⏎    case [a, b, *c]: print(a / b)⏎    case str(s): print(s + 1)⏎    case {'a': v}: v()⏎    case Box(value=v): v.z»
«except (TypeError, ValueError) as e: raise RuntimeError('outer') from e¦except AttributeError: x = 1 / 0¦finally: print('done')¦else: print('fine')⏎finally: pass¦except* TypeError as e: raise ValueError('star')»
print(show(x))

def «gen(n): yield n; yield from range(n)¦gen(n): return (yield)¦gen(n): yield from gen(n - 1) if n > 0 else 'ab'¦gen(n): yield [(yield x) for x in (yield n) or []]¦gen(n):⏎    try: yield 1⏎    except ValueError as e: yield e.args⏎    finally: print('out')»
g = keep(gen(«@small¦2¦@any»))
for step in «[next, next, list]¦[lambda g: g.send(None), lambda g: g.send([1, 2]), next]¦[next, lambda g: g.throw(ValueError('in')), list]¦[lambda g: g.throw(KeyError), next]¦[next, lambda g: g.close(), next]¦[lambda g: [*zip(g, g)], lambda g: g.send(1)]¦[sum]¦[lambda g: dict(enumerate(g)), lambda g: next(g, 'end')]»:
    print(show(step(g)))
"""
