# SPDX-License-Identifier: MIT
"""More scenes, in the language of scenes.py: how control flows, and what the library makes of classes."""

SCENES = """
def f(n):
    for i in range(3):
        try:
            «if i == n: raise ValueError(i)¦if i: break¦if i == n: continue¦if i: return i¦yield i¦pass¦1 / (i - n)»
            «with Box(i) as b: raise LookupError¦print('body', i)¦1 / 0¦while True: break¦return (i, n)¦try: return i⏎finally: print('inner')¦try: 1 / 0⏎except ZeroDivisionError: continue¦try: 1 / 0⏎except ZeroDivisionError as e: return str(e)¦try: break⏎finally: print('left')¦for j in 'ab':⏎    try: continue⏎    finally: print('j', j)»
        except «ValueError¦(TypeError, ValueError)¦LookupError¦Exception» as e:
            «continue¦break¦return 'caught'¦raise¦raise KeyError(i) from e¦print(show(e))¦del e»
        «else: print('else', i)¦else: break¦else: continue¦else: return 'else'¦pass_ = 1»
        finally:
            print('finally', i)
            «pass¦break¦return 'f'¦continue¦x = i¦if i == 2: raise IndexError(i)¦yield 'in finally'»
    «else: print('loop else')¦pass_ = 2»
    return 'end'
print(show(«f(0)¦f(1)¦f(5)¦list(f(1))¦[f(k) for k in range(3)]»))

def a():
    try:
        x = yield 1
        print('a got', show(x))
        «yield from b()¦y = yield from b(); print('b gave', show(y))¦return (yield from b())¦yield [w for w in b()]¦yield from @any»
    except «ValueError¦KeyError¦GeneratorExit¦BaseException» as e:
        print('a caught', type(e).__name__)
        «yield 'more'¦raise¦return 'a'¦raise TypeError('new') from e¦pass»
    finally:
        print('a done')
        «pass¦yield 'late'¦return 5¦raise IndexError('late')»
def b():
    try:
        while True:
            «z = yield 'b'¦yield¦z = (yield 2) or (yield 3)¦return @any»
            «print('b got', show(z))¦if z: return z¦break¦pass»
    «except ValueError: yield 'b caught'¦except GeneratorExit: print('b exit'); raise¦except KeyError: return 'k'»
    finally:
        print('b done')
g = keep(a())
«print(next(g))¦print(next(g), next(g))¦pass¦print(g.send(None), g.send(5))»
for _ in range(3):
    try: print(show(«g.throw(ValueError('t'))¦g.throw(KeyError)¦g.close()¦g.send(@any)¦g.throw(GeneratorExit())¦list(g)¦next(g)¦g.throw(ValueError('t'), None, None)¦(g.gi_yieldfrom is None, g.gi_running, g.gi_suspended)»))
    except BaseException as e: print(show(e))
    try: print(show(g.close()))
    except BaseException as e: print(show(e))

class Step:
    def __await__(self):
        got = yield «@any¦'step'¦1»
        return got
class Many:
    n = 0
    def __aiter__(self): return «self¦self¦self¦@any»
    async def __anext__(self):
        self.n += 1
        if self.n > 2: raise «StopAsyncIteration¦StopAsyncIteration¦ValueError¦StopIteration»
        return «await Step()¦self.n¦@any»
class Door:
    async def __aenter__(self): print('enter'); «await Step()¦return 7¦raise KeyError('enter')¦pass»
    async def __aexit__(self, *e): print('exit', e[0]); «return True¦return @any¦await Step()¦raise IndexError('exit')¦pass»
async def gen(n):
    try:
        for i in range(n):
            got = yield i
            «await Step()¦if got: print('gen got', show(got))¦pass¦if i: return»
    finally:
        i = None
async def main():
    «async with Door() as d: print(d); return 1¦async for x in Many(): print(show(x))¦return [x async for x in gen(3)]¦return {x: y async for x in gen(2) for y in [x]}¦return await Step(), await Step()¦async with Door(), Door(): raise ValueError('w')¦g = gen(2); return [await g.asend(None), await g.asend('hi')]¦return [await Step() for _ in 'ab']¦g = gen(3); await g.__anext__(); return await g.athrow(ValueError('t'))¦g = gen(2); await anext(g); await g.aclose(); return await anext(g, 'over')¦return await anext(gen(0))¦return await @any¦async for x in gen(3): break¦return {await Step(): 1 for _ in 'a'}¦return [x async for x in Many() if x]¦return [a async for a in gen(2)], [b for b in 'x']¦return (x async for x in gen(2))¦return await gen(1)»
    «else: print('else')¦return 'end'¦print('after')»
c = main()
for value in [None, @any, 'c', 'd']:
    try: print('got', show(c.send(value)))
    except StopIteration as e: print('returned', show(e.value)) if not hasattr(e.value, 'aclose') else 0; break
    «except ValueError as e: print(show(e))¦except RuntimeError as e: print(e, type(e.__cause__))¦finally: print('turn')»
try: c.close()
except RuntimeError as e: print(e)

def make():
    n = 0
    def up(by=1):
        nonlocal n
        «n += by¦n = [n, by]¦del n¦n = by; return lambda: n»
        return n
    def look(): return «n¦[n for _ in 'ab']¦(lambda: n)()¦{n: n}¦eval('n')¦locals()¦sorted(vars())»
    class Inner:
        «n = n¦nonlocal n; n = 9¦m = n¦n = 5¦n += 1¦k = [n for _ in 'a']»
        def get(self): return n
    return up, look, Inner
up, look, Inner = make()
«print(show(up()))¦print(show(look()))¦up(); up(5)¦pass»
print(show(«look()¦up(@any)¦Inner().get()¦Inner.n¦(look(), Inner().get())¦up.__closure__[0].cell_contents¦look.__code__.co_freevars¦up.__code__.co_varnames¦Inner.m»))

x = 'global'
class K:
    x = 'class'
    «y = [x for x in 'ab']¦y = [x for _ in 'ab']¦y = [x + z for z in x]¦y = [(lambda: x)() for _ in 'a']¦y = {x: (x := 1) for _ in 'a'}¦y = list(x for _ in range(2))¦y = [[x for _ in 'a'] for x in 'cd']¦y = [i for i in range(3) if (lambda i=i: i)()]¦y = [x for x in [x, x]]»
    def f(self): return «x¦[x for x in x]¦[k for k in self.x if k != x]¦__class__.x¦[super().__init__ for _ in 'a'] and 1¦[y := k for k in 'ab'] and y»
print(show(«K.y¦K().f()¦(K.y, K().f())¦x¦sorted(k for k in vars(K) if k[0] != '_')»))

try:
    @block
    «raise ExceptionGroup('eg', [ValueError(1), ExceptionGroup('in', [TypeError(2), OSError(3)])])¦raise BaseExceptionGroup('b', [SystemExit(1), ValueError(2)])¦raise @error¦1 / 0»
except* «ValueError¦TypeError¦(OSError, TypeError)» as e:
    print(type(e).__name__, show(e.exceptions))
    «raise¦raise KeyError('k') from e¦raise ExceptionGroup('n', [e])¦x = e¦pass¦raise ValueError from None»
except* «OSError¦ZeroDivisionError¦Exception» as e:
    print(e)
    «raise IndexError('second')¦pass¦raise»
«else: print('else')¦finally: print('finally')¦finally: raise NameError('fin')»

g = «ExceptionGroup('eg', [ValueError(1), ExceptionGroup('in', [TypeError(2), OSError(3)])])¦BaseExceptionGroup('b', [KeyboardInterrupt(), ValueError()])»
«g.add_note('n')¦g.__cause__ = KeyError(1)¦g.args = (1, 2)¦pass»
print(show(«g.split(ValueError)¦g.subgroup(lambda e: isinstance(e, (OSError, ValueError)))¦g.split(@type)¦g.subgroup(@any)¦g.derive([KeyError(1)])¦g.exceptions¦g.message¦str(g)¦repr(g)¦g.split(lambda e: @bool)¦g.subgroup(TypeError).__notes__¦g.split((OSError, TypeError))[0].__cause__»))

class A:
    log = []
    def __init_subclass__(cls, «**k¦/, tag=None, **k¦*a» ): cls.log = cls.log + [cls.__name__, «sorted(k)¦tag¦1»]; «super().__init_subclass__(**k)¦super().__init_subclass__()¦pass»
    def __class_getitem__(cls, item): return (cls.__name__, item)
    def __set_name__(self, owner, name): print('named', name, owner.__name__)
class B(A«¦, tag=@int¦, other=1¦, *[]¦, **{}¦, **{'tag': 2}»):
    «a = A()¦pass¦def __init__(self, *a): super().__init__(*a)¦__slots__ = 'q',¦__match_args__ = ('p', 'q')¦p: int = 1¦x = y = A()»
class C(«B¦B, A¦A, B¦B, tag=2»): pass
print(show(«B.log¦C.log¦B[1]¦A[1, 2:3]¦A['x', *@list]¦C[@any]¦C(1)¦B.a is None¦C.__mro__[1].__name__¦B.__subclasses__()[0].__name__»))

class Point:
    __match_args__ = «('x', 'y')¦('x',)¦()¦['x', 'y']¦('x', 1)¦'x'»
    def __init__(self, x=@any, y=2): self.x, self.y = x, y
match «Point(@any, 2)¦Point()¦(Point(), @any)¦{'p': Point(), 'q': @any}¦@any¦[@any, *@list]»:
    case Point(«1, 2¦x, y¦x=1¦a, y=b¦0, 0, 0¦x=x, y=2¦[*s], _¦str(x)¦x, x=z»): print('point', show(«0¦0¦locals().get('a')»))
    case (Point(), «z¦0¦str() | int() as z¦[*_]¦None¦{'a': z}»): print('pair')
    case {'p': Point(y=«2¦k¦int(k)»), **others}: print('mapping', show(others))
    case [«first¦1 as first¦(1 | 'b' | None) as first¦[first, *_]¦float(first)», *others] if «others¦@bool¦(w := first)»: print('list', show(first), show(others))
    case «-1j¦1 + 2j¦-0.5¦b'abc'¦'a' 'bc'¦Box.made¦int() | float()¦{}¦(None | True | False)¦{'k': [*a], 'l': {}}¦[]¦str(s)¦{**k}¦bytes() | bytearray()»: print('other')
    case _: print('none')

@contextlib.contextmanager
def manager(«x=1¦*a»):
    print('in')
    try: «yield @any¦yield¦yield 1; yield 2¦return¦raise KeyError¦x = yield»
    «except ValueError: print('swallowed')¦except ValueError: raise KeyError('new')¦finally: print('out')¦except ValueError as e: raise e¦finally: return»
with manager(«¦@any») as m«, manager() as n¦»:
    «raise ValueError('v')¦print(show(m))¦raise StopIteration(3)¦pass¦1 / 0»
print('after')

with contextlib.ExitStack() as stack:
    «stack.callback(print, @any)¦b = stack.enter_context(Box(1))¦stack.push(lambda *e: @bool)¦stack.enter_context(@any)¦stack.callback(@function, 1)¦with contextlib.suppress(KeyError): {}[1]»
    «raise LookupError('x')¦stack.pop_all().close()¦pass¦raise ValueError»
print('after')

@functools.«total_ordering¦wraps(len)¦lru_cache¦lru_cache(maxsize=2)¦singledispatch¦cache¦partial¦cmp_to_key¦cached_property»
«class T:⏎    def __init__(self, v): self.v = v⏎    def __lt__(self, o): return self.v < o.v⏎    def __eq__(self, o): return self.v == o.v¦def T(x=0, *a, **k): return (x, a)»
print(show(«T(1) >= T(2)¦T(1) <= T(@any)¦T(@any)¦T.cache_info()¦T.__name__¦T.__wrapped__¦T(1)¦sorted([T(2), T(1)])[0].v¦T(T)¦T(1) > T(1)¦[T(i) for i in (1, 2, 1, @int)], T.cache_info()¦T.register(int)(lambda v: 'int')(3)¦T.func.__name__»))

class L:
    @functools.«cached_property¦singledispatchmethod¦lru_cache¦partialmethod»
    def v(self, *a): print('computed'); return @any
    «w = functools.partialmethod(v, 1)¦@v.register¦pass¦v = property(v)»
    «def _(self, x: int): return 'int'¦__slots__ = ()¦pass»
o = L()
print(show(«o.v¦(o.v, o.v)¦o.v(1)¦o.w()¦vars(o)¦L.v¦o.v('s')»)) if «True¦@bool» else None

@dataclasses.dataclass«¦(frozen=True)¦(order=True)¦(eq=False)¦(slots=True)¦(kw_only=True)¦(repr=False)¦(unsafe_hash=True)¦(init=False)¦(order=True, frozen=True)»
class Data:
    a: int
    b: str = «@str¦@list¦dataclasses.field(default=5)¦dataclasses.field(default_factory=list)¦dataclasses.field(init=False, default=3)¦dataclasses.field(repr=False, compare=False, default=0)¦@any¦dataclasses.field(kw_only=True, default=1)»
    «c: typing.ClassVar[int] = 3¦_: dataclasses.KW_ONLY¦d: dataclasses.InitVar[int] = 4¦pass¦def __post_init__(self, *d): print('post', d)¦c: int»
    «e: int = 6¦pass¦def __eq__(self, o): return True¦def __hash__(self): return 3»
d = Data(«1¦@any¦@any, @any¦a=1, b=2¦¦1, 2, 3¦1, e=7»)
«d.a = 2¦pass¦d.z = 1¦del d.a»
print(show(«repr(d)¦d == Data(1)¦d < Data(@any)¦dataclasses.asdict(d)¦dataclasses.astuple(d)¦dataclasses.replace(d, a=3)¦[f.name for f in dataclasses.fields(d)]¦hash(d)¦d.b¦Data.__match_args__¦{d: 1}[d]¦dataclasses.replace(d, @name=1)¦str(inspect.signature(Data))¦copy.copy(d)¦vars(d)¦Data.b»))

class Colour(enum.«Enum¦IntEnum¦Flag¦StrEnum¦IntFlag»):
    RED = «1¦enum.auto()¦'r'¦@int¦@any¦(1, 'a')»
    GREEN = «2¦enum.auto()¦1¦@any¦RED»
    «BLUE = 4¦def hex(self): return self.value¦_ignore_ = ['x']¦@property⏎def x(self): return self.name¦pass¦mro = 1¦def __str__(self): return 'C'¦@classmethod⏎def _missing_(cls, v): return cls.RED»
print(show(«list(Colour)¦Colour(1)¦Colour['RED']¦Colour.RED | Colour.GREEN¦Colour.RED == 1¦Colour.RED in Colour¦1 in Colour¦Colour(@any)¦repr(Colour.RED)¦str(Colour.GREEN)¦f'{Colour.RED:>8}'¦Colour.RED < Colour.GREEN¦Colour.__members__¦len(Colour)¦~Colour.RED¦Colour.NO¦Colour.RED.name¦hash(Colour.RED) == hash('RED')¦Colour.RED & 1¦Colour(3)¦Colour.RED.x¦{Colour.RED: 1}¦sorted(Colour)¦Colour.RED.RED¦Colour.RED + 1¦list(reversed(Colour))¦isinstance(Colour.RED, int)¦Colour(7)»))
«Colour.RED = 5¦del Colour.RED¦class More(Colour): pass¦Colour.RED.value = 3¦pass¦print(Colour('x'))»

N = collections.namedtuple('N', «'a b'¦['x', 'y', 'z']¦'a a'¦'a _b'¦'def x'¦@words¦'a, b'», «rename=@bool¦defaults=[1]¦defaults=(1, 2, 3)¦module='m'»)
n = N(«1, 2¦1¦1, 2, 3¦a=1, b=2¦*@list»)
print(show(«repr(n)¦n._asdict()¦n._replace(a=@any)¦n._replace(q=1)¦N._fields¦N._field_defaults¦n + (1,)¦n == (1, 2)¦n.a¦n[0]¦N._make([1, 2])¦N._make(@any)¦n.count(1)¦hash(n) == hash((1, 2))¦n._1¦[*n]¦n[1:]¦n < (1, 3)¦copy.copy(n)»))

class V(abc.ABC«¦, Box¦, list»):
    @abc.abstractmethod
    def f(self): «return 1¦...¦return super().f()»
    «@property⏎@abc.abstractmethod⏎def p(self): ...¦pass¦@classmethod⏎def __subclasshook__(cls, c): return @bool¦@staticmethod⏎def s(): return 1»
class W(V):
    «def f(self): return super().f()¦f = 1¦pass¦p = 2¦def f(self): return 2⏎p = 3»
«V.register(int)¦pass¦V.register(@type)»
print(show(«W().f()¦V()¦W()¦isinstance(1, V)¦issubclass(int, V)¦issubclass(list, V)¦V.__abstractmethods__¦W.s()¦W.__abstractmethods__¦isinstance(W, V)»))

t = @str«.join(@words)¦ * 3¦ + @str»
print(t[@cut], t.split(@str, «@small¦maxsplit=1¦-1»), t«.partition(@str)¦.splitlines(True)¦.rsplit(None, 1)¦.find(@str, 1, -1)¦.count('', 1)¦.replace('', '-', 2)¦.strip('ab')¦.center(11, '€')¦.translate({ord('a'): 'äö', 98: None, 99: 1234})¦.encode('utf-8')[:5]¦.istitle()»)

r = random.Random(«@int¦'seed'¦b'x'¦1.5¦None or 3»)
print(show(«r.random()¦r.randrange(@int)¦r.randrange(1, @int, 3)¦r.choice(@list)¦r.sample(range(30), @small)¦r.shuffle(list(range(3)))¦r.randint(1, @int)¦r.choices('abc', [1, 2, 3], k=3)¦r.uniform(1, 2)¦r.getrandbits(@small)¦r.randbytes(3)¦r.gauss(0, 1)¦r.sample(@any, 1)¦r.choice(@any)¦r.triangular(0, 1)¦r.betavariate(1, 2)¦r.sample([1, 2], 2, counts=[2, 1])¦r.choices(@list, @any)¦r.binomialvariate(5, 0.5)¦r.expovariate(1.5)¦r.normalvariate()»), r.random())

n = «@int * 10**60 + @int¦-7**90¦1 << 200¦2**128 - 1¦10**40 * @int»
m = «@int¦10**20¦-3**40¦1 << 64¦2**63»
print(«n // m, n % m¦divmod(-n, m)¦n & m, n | -m, n ^ m¦n >> 67, -n >> 3¦pow(n, 5, m)¦pow(m, -1, 10**9 + 7)¦n * m¦n - m, n + m¦f'{n:_x} {m:,}'¦n / m¦float(n) == n¦hash(n) == hash(n % (2**61 - 1))¦str(n)[::-7]¦int(str(n), 16)¦n.bit_length(), n.bit_count()¦round(n, -50)¦math.isqrt(abs(n))¦math.gcd(n, m)¦n ** 3¦~n << 5¦n < 1e60 < m¦n.to_bytes(40, 'big', signed=True)¦int(float(m))¦n == m, n > m¦sorted([n, m, 0.5, -n])¦n % -m, -n // -m¦'%d %x %o' % (n, m, n)¦'%.3e' % n¦int(1e30) // m¦(n * 1.0) // m¦math.log10(abs(n))»)

v = @float
print(«f'{v:@spec}'¦'%@spec@conv' % v¦v.hex(), float.fromhex(v.hex()) == v¦repr(v * 1e17), str(v / 3)¦round(v, @small), round(v)¦int(v)¦v // 0.3, v % 0.3¦divmod(v, -0.7)¦v.as_integer_ratio()¦v == int(v)¦hash(v) == hash(int(v))¦f'{v:.17g} {v:.0e} {v:#.3g}'¦f'{v!r:*^20}'¦v ** 0.5¦v ** -2¦-v % 5¦math.floor(v), math.ceil(v)¦round(v * 10) / 10¦format(v, ',.3f'), format(-v, '+_.2f')¦'{:10.3}|{:<12}|{:=+12.1f}'.format(v, v, v)¦float(repr(v)) == v¦float('%.15g' % v)¦complex(v, -v)¦json.dumps([v])»)

a = «{1, 2, 3}¦@set¦set(@list)¦frozenset(@tuple)¦{'a'}¦@dict.keys()¦set(range(20))»
b = a
«a |= @any¦a &= @set¦a -= @any¦a ^= @set¦a.update(@any, @list)¦a.difference_update(@any)¦a.intersection_update(@list, @any)¦a.discard(@any)¦a.remove(@any)¦a.symmetric_difference_update(@any)¦a = a & @set¦pass»
print(show(«a¦b¦a is b¦a == b¦a <= @set¦a < b¦a.issubset(@any)¦a.union(@any, @list)¦a.isdisjoint(@any)¦sorted(a, key=str)¦len(a)¦{*a, *b}¦a ^ b¦[x for x in a if x in b][:0]¦a | @set¦hash(a) == hash(frozenset(a))¦@set - a¦@any & a»))

a = [*range(«9¦@small»)]
a[«::2¦1:7:3¦::-1¦5:1:-2¦2:2¦-3:¦:0¦8:2¦::@small¦@cut»] = «@list¦[0] * 3¦'abc'¦range(5)¦a¦@any¦[*a, *a][:5]¦()»
«del a[::3]¦del a[-2:]¦del a[1:5:2], a[0]¦a += a[::-1]¦a[1:1] = a¦a *= 2¦a[:], b = a[::-1], a¦a[0], a[1] = a[1], a[0]¦a.sort(key=lambda x: -x)¦a[a[0]] = 5¦pass»
print(show(a), a[«::-2¦1:¦@cut¦@int¦-1¦None:None»])

lambda_ = lambda «x, /, y=2, *a, z=3, **k: (x, y, a, z, k)¦*, k=1: k¦*a, k: (a, k)¦x=(lambda: 5)(): x¦**k: sorted(k.items())¦x, y=@any: [x, y]¦: (yield)¦a, b=1, *c: {a: b}»
print(show(lambda_(«1¦1, 2, 3, z=4, q=5¦¦x=1¦k=2¦*[1, 2], **{'z': 9}¦1, y=5¦*@list¦**@dict¦1, 2, *[3], k=4¦1, x=2»)), lambda_.__code__.co_argcount, lambda_.__defaults__ and 1)

assert «@any¦@bool», «@any¦'message'¦f'{@any}'»

x: «int = @any¦list[int] = []¦'str' = 1¦(yield_) = 2¦undefined_thing = 3¦int»
print(«__annotations__¦x¦sorted(locals())[:0]»)

space = {'x': @any, «'y': 1¦'print': len»}
try: «exec('y = x\\nz = [x for _ in range(2)]', space)¦exec('global q; q = 1', {}, space)¦exec('def f(): return x\\nw = f()', space)¦exec('class C: a = x', space)¦exec('for i in range(3): pass\\nelse: j = i', space)¦exec('del x', space)¦exec('import math', space)¦space['r'] = eval('[x, (lambda: x)()]', space)¦exec('x = x + 1', {}, space)¦exec(compile('k = x', 'f', 'exec'), space)¦space['r'] = eval(compile('x', 'f', 'eval'), {}, space)»
except Exception as e: print(show(e))
print([(k, show(v)) for k, v in sorted(space.items()) if k in ('x', 'y', 'z', 'q', 'w', 'i', 'j', 'k', 'r')])
"""
