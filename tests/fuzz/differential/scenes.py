# SPDX-License-Identifier: MIT
"""Statements as text, for what needs several lines to be seen: classes, descriptors, generators.

Scenes are separated by empty lines. @kind stands for an expression as in expressions.py, «a¦b¦c»
for one of the alternatives (which may hold @kind; ⏎ begins a new line of the same indent), and a line
"@block" for a few random statements.
"""

SCENES = """
class C«¦(Box)¦(Sub)¦(list)¦(dict)¦(int)¦(str)¦(Exception)¦(tuple)¦(float)¦(bytes)¦(set)»:
    kind = @any
    def «__repr__¦__len__¦__iter__¦__bool__¦__str__¦__neg__¦__index__¦__reversed__¦__hash__¦__int__¦__float__¦__bytes__¦__next__¦__invert__¦__abs__¦__length_hint__¦__enter__¦__dir__¦__ceil__¦__pos__»(self):
        return @any
o = C(«¦¦@any¦@int¦@list¦@str»)
print(show(«str(o)¦len(o)¦o[1]¦bool(o)¦list(o)¦-o¦~o¦abs(o)¦int(o)¦float(o)¦range(o)¦"abc"[o]¦f'{o}'¦f'{o!r:>5}'¦next(o)¦[1, 2, 3][o]¦{o: 1}¦bytes(o)¦hex(o)¦divmod(o, 3)¦o + 1¦"ab" * o¦isinstance(o, int)¦[*o]¦round(o)¦"%d" % o¦"%s" % o¦chr(o)¦{**o}¦o == o¦min(o)¦o or 1¦hash(o)¦@any in o¦reversed(o)¦sum(o)¦"".join(o)¦tuple(o)»))

class C«¦(Box)¦(list)¦(dict)¦(int)¦(str)¦(tuple)¦(float)¦(set)¦(object)»:
    def «__eq__¦__getitem__¦__add__¦__radd__¦__contains__¦__lt__¦__call__¦__format__¦__getattr__¦__missing__¦__iadd__¦__sub__¦__rsub__¦__mul__¦__rmul__¦__pow__¦__rpow__¦__and__¦__or__¦__ror__¦__matmul__¦__imatmul__¦__divmod__¦__rdivmod__¦__getattribute__¦__delitem__¦__delattr__¦__ge__¦__ne__¦__gt__¦__lshift__¦__mod__¦__rmod__¦__ipow__¦__class_getitem__¦__instancecheck__¦__round__»(self, other):
        return «@any¦@any¦NotImplemented¦(self, other)¦other»
o = C(«¦¦@any¦@int¦@list¦@str»)
print(show(«o[1]¦o + 1¦1 + o¦@any in o¦o < @any¦@any < o¦o == @any¦@any == o¦o != @any¦o(1)¦o.nothing¦format(o, '>5')¦sorted([o, o])¦o['k']¦o - @any¦@any - o¦o * 2¦2 * o¦o ** 2¦2 ** o¦pow(o, 2, 3)¦o & 1¦o @ o¦@any @ o¦divmod(o, 1)¦divmod(1, o)¦o >= o¦max(o, o)¦C[int]¦o << 1¦@any % o¦o % @any¦round(o, 1)¦[1] + o¦"a" + o¦(1,) + o¦o | {}¦{} | o¦isinstance(o, C)¦getattr(o, 'x', 5)¦@any + o¦o // 1¦o > 1¦1 >= o¦[o].count(1)¦[1].index(o)»))

class C«¦(list)¦(Box)¦(int)»:
    def «__iadd__¦__isub__¦__ior__¦__imul__¦__add__¦__or__¦__setitem__¦__setattr__¦__getitem__»(self, *args):
        print('called', len(args))
        return «NotImplemented¦self¦@any»
o = C()
o«¦.x¦[0]» «+¦-¦*¦//¦@¦**¦&¦<<»= @any
print(show(o))

class C«¦(int)¦(str)¦(list)¦(dict)¦(tuple)¦(float)»:
    def «__init__¦__new__»(self, «*args¦a¦a, b=1¦*args, **keywords¦»):
        «return None¦return 5¦pass¦self.x = 1¦print(self is C)¦super().__init__(@any)¦return super().__new__(C)¦return super().__new__(self, 7)»
print(show(C(«¦¦@any¦@int¦@any, @any¦a=1¦*@list»)))

class Meta(type):
    def «__call__(cls, *args)¦__getitem__(cls, key)¦__len__(cls)¦__instancecheck__(cls, o)¦__iter__(cls)¦__getattr__(cls, name)¦__prepare__(name, bases, **k)¦__repr__(cls)¦__new__(mcls, *args, **k)¦__init__(cls, name, bases, space, extra=0)¦__eq__(cls, o)¦__contains__(cls, o)¦__subclasscheck__(cls, o)¦__setattr__(cls, n, v)¦__add__(cls, o)¦mro(cls)»:
        «return @any¦return {'z': @any}¦return super().__call__(*args)¦return type.__new__(mcls, *args)¦print('meta')¦return [cls, object]»
class C(«¦Box, »metaclass=Meta«¦¦, extra=1¦, **@dict»):
    x = @any
«C.y = 1¦C.z¦del C.x¦C.q = C.x¦pass»
print(show(«C()¦C[1]¦len(C)¦isinstance(1, C)¦list(C)¦C.nothing¦C == 1¦1 in C¦issubclass(int, C)¦C + 1¦C.z¦bool(C)¦type(C).__name__¦C.__mro__¦str(C)[:9]»))

class D:
    def __get__(self, instance, owner«¦=None»):
        return «@any¦(instance is None, owner.__name__)»
    «def __set__(self, instance, value): print('set', show(value))¦def __delete__(self, instance): print('deleted')¦def __set_name__(self, owner, name): print(name)¦x = 1»
class C«¦(Box)»:
    d = D()
    «def f(self): return self.d¦e = d¦__slots__ = ('s',)¦__slots__ = 's'¦pass¦__slots__ = ('d',)¦f = classmethod(D())»
o = C()
«o.d = 1¦del o.d¦C.d = 2¦o.__dict__['d'] = 3¦o.s = 4¦o.t = 5¦pass¦del o.s¦o.d += 1»
print(show(«o.d¦C.d¦o.f()¦o.e¦o.s¦o.t¦hasattr(o, '__dict__')¦C.f¦getattr(o, 'd')»))

class A:
    __slots__ = «'a', 'b'¦()¦'a'¦['x', 'y']¦('__dict__', 'a')¦('a', 'a')¦1¦('1a',)¦{'q': 'doc'}»
class B(A«¦¦, Box¦, int¦, str¦, list¦, Exception»):
    «pass¦__slots__ = ()¦__slots__ = ('b', 'c')¦a = 1»
o = «A¦B»()
«o.a = 1¦o.b = 2¦o.x = 3¦o.c = 4¦del o.a¦print(o.a)¦print(A.a)¦o.__dict__ = {'u': 1}¦o.__class__ = Box¦o.__class__ = A»
print(show(«o.a¦o.x¦hasattr(o, '__dict__')¦A.__slots__¦o.u¦type(o).__name__»))

class A:
    def f(self, *args): return ('A',) + args
    def g(self): return 'Ag'
class B(A):
    def f(self, *args): return ('B',) + «super().f(*args)¦A.f(self, 1)¦super(B, self).f()¦(self.g(),)¦super(A, self).f()»
class C(A):
    def f(self, *args): return ('C',) + super().f(@any)
    «g = property(lambda self: 5)¦g = staticmethod(lambda: 6)¦g = classmethod(lambda cls: cls.__name__)¦def g(self): return super().g()¦g = None¦g = A.f»
class D(«B, C¦C, B¦A, B¦B¦C, A¦B, B¦object, A¦B, int¦type¦B, C, Box»):
    «pass¦def f(self): return super().f(4)¦f = A.g¦def g(self): return [k.__name__ for k in D.__mro__]»
print(show(«D().f()¦D().g()¦D.__mro__[1].__name__¦D.f(1)¦D.g¦D.__bases__[-1].__name__¦super(B, D()).f()¦super(D, D).g¦super().f()¦super(C, D()).g()¦D().g»))

def deco(«f¦*args¦f=None»):
    «return f¦return lambda *a: (f(*a), @any)¦print('decorating'); return f¦return @any¦def w(*a): return f(*a); return w»
@«deco¦deco()¦staticmethod¦classmethod¦property¦(lambda f: f)¦Box¦(lambda f: @any)»
«def target(x=@any): return x¦class target: x = 1¦def target(): yield 1¦async def target(): return 1»
print(show(«target¦target()¦target(1)¦target.x¦target.value¦target(@any)»))

class P:
    def __init__(self): self._x = @any
    @property
    def x(self):
        "doc"
        «return self._x¦return self.missing¦raise AttributeError('inner')¦raise ValueError»
    «@x.setter¦@x.deleter¦@x.getter¦@property»
    def «x¦y»(self, *value):
        «self._x = value¦return value¦raise KeyError(1)¦del self._x»
    «def __getattr__(self, name): return 'fallback ' + name¦pass»
p = P()
«p.x = @any¦del p.x¦p.x += 1¦p.y = 1¦pass»
print(show(«p.x¦p.y¦p._x¦P.x.__doc__¦hasattr(p, 'x')¦P.__dict__['x'].fget.__name__¦P.x.fset»))

def outer(«a¦a=1, *b¦*a»):
    n = @any
    def inner(«¦c=n¦*d»):
        «nonlocal n¦nonlocal n, a¦global n¦pass¦nonlocal zz»
        «n += 1¦n = @any¦print(show(n))¦del n¦a = n¦n = [n]¦for n in @list: pass¦n: int = 3¦import n»
        return «n¦a¦lambda: n¦locals()¦[n for _ in range(2)]»
    «inner()¦x = inner(); n = 5¦n = 7; inner()¦pass»
    «return inner, n¦return show(inner()), show(n)¦return [inner(), inner()]¦del n; return inner()»
print(show(outer(«¦1¦@any¦*@list»)))

x = @any
class C:
    «x = x¦y = [x for _ in range(2)]¦def f(self): return x¦print(x)¦global x; x = 1¦y = lambda: x¦x: int¦x: str = 'q'¦z = [(lambda: y) for y in range(2)][0]()¦del x¦for x in range(2): pass»
    «y = 2¦x = 3¦w = __qualname__¦def g(self): return __class__.__name__»
print(show(«C.x¦C().f()¦C.y¦C.__annotations__¦C.w¦C().g()¦x¦C.y()¦C.z»))

def f(«x¦x, y=2¦x, *rest¦*, key=3¦x, /, y=1, *, z=0¦**options¦x, *rest, **options¦¦a, b, c=3, /¦*rest, key¦x, /, **x¦a, b=@any, *, c, d=4¦self»):
    @block
    return «locals()¦@any¦f»
print(show(f(«¦¦@any¦@any, @any¦y=@any¦*@list¦**@dict¦@int, *@list, z=1¦key=2¦x=1¦*@any¦**@any¦1, **@dict, **@dict¦*@tuple, *@tuple¦1, x=2¦1, 2, 3, 4¦@int, key=@any, *@list¦b=1, a=2, c=3¦1, *[], **{'x': 3}»)))

def g(«¦n=3»):
    «try:¦with Box(1):¦for i in range(2):¦if True:»
        got = yield @any
        «print(show(got))¦yield got¦got = yield¦return got¦raise ValueError(got)¦yield from @list¦return (yield from @any)¦x = yield from g2()¦raise StopIteration(4)¦got = yield (yield 5)»
    «finally: print('finally')¦except ValueError as e: yield str(e)¦except GeneratorExit: print('exit'); raise¦except: yield 9¦else: print('else')¦yield 8¦pass¦except* ValueError: yield 1»
def g2():
    x = yield 1
    return x
it = keep(g())
«next(it)¦it.send(None)¦it.send(1)¦pass¦list(it)¦it.close()¦it.throw(KeyError(2))»
print(show(«next(it)¦it.send(@any)¦it.throw(ValueError(@str))¦it.throw(GeneratorExit)¦it.throw(StopIteration(5))¦it.close()¦list(it)¦it.throw(@any)¦next(it, 5)¦[*it]¦(next(it), next(it), next(it))¦it.throw(ValueError, 'v')»))
print(show(«list(it)¦it.close()¦next(it, 'end')¦it.send(1)»))

try:
    try:
        «raise ValueError(@any)¦@any¦raise KeyError¦raise ExceptionGroup('g', [ValueError(1), TypeError(2), ExceptionGroup('h', [KeyError(3)])])¦1 / 0¦raise @any¦assert @bool, @any¦{}['k']¦raise OSError(2, 'x')»
    except «ValueError¦(KeyError, TypeError)¦Exception¦@type¦LookupError¦ZeroDivisionError»:
        «raise¦raise TypeError('second')¦raise KeyError from None¦raise TypeError from ValueError(3)¦pass¦raise @error from @any¦1 / 0¦return_ = 5¦del undefined»
    «else: print('else')¦finally: print('finally')¦finally: raise IndexError(9)¦else: raise ValueError('else')»
except «Exception¦BaseException¦ValueError» as e:
    «print(type(e).__name__, e.args, type(e.__cause__).__name__, type(e.__context__).__name__, e.__suppress_context__)¦e.add_note(@str); raise¦raise¦print(show(e)); e = 1¦raise e from e¦raise RuntimeError from e¦e.add_note(@any)¦print(e.__notes__)»
«print(e)¦pass»

try:
    raise «ExceptionGroup('g', [ValueError(1), KeyError(2), ExceptionGroup('h', [TypeError(3), ValueError(4)])])¦ValueError(5)¦BaseExceptionGroup('b', [KeyboardInterrupt(), ValueError()])¦ExceptionGroup(@any, @list)¦KeyError(1)»
except* «ValueError¦KeyError¦(TypeError, ValueError)¦Exception¦OSError¦ExceptionGroup¦@type¦BaseException» as e:
    print(show(e), e.exceptions)
    «raise¦raise e¦raise KeyError('new')¦pass¦raise TypeError from e¦raise e.exceptions[0]»
«except* TypeError: print('types')¦except* KeyError as k: raise k¦else: print('else')¦finally: print('finally')»

with «Box(1)¦Box(2) as w¦Box(1) as a, Sub(2) as b¦@any¦@any as w¦(Box(1), Box(2) as b)¦Box(1) as (a, b)¦Box(1) as d['k']»:
    @block
    «raise LookupError('in')¦raise ValueError¦pass¦return_ = 1¦1 / 0¦{}[0]»
print(show(«w.rest¦a.rest¦b¦1»))

class M:
    def __enter__(self):
        «return self¦return @any¦raise ValueError('enter')¦print('enter')»
    def __exit__(self, *args):
        print(args[0], args[1])
        «return True¦return False¦return @any¦raise KeyError('exit')¦raise args[1]»
with M() as m, M() as n:
    @block
    «raise @error¦pass¦return_ = m¦print(show(m))»

«a, b¦a, *b¦*a, b¦(a, b), c¦[a, b, c]¦a, (b, *c)¦a, b, *c, d¦a, a¦*a,¦a,¦a, b, c¦(a, [b])¦d['k'], a¦Box.q, a» = «@list¦@tuple¦@str¦@dict¦@range¦@any¦@any, @any¦*@list, @any¦@iterator¦(@any, @tuple)¦@bytes¦@set»
print(show(«a¦b¦c¦(a, b)¦(a, b, c)¦1»))

a = b = @any
«a¦b» «+¦-¦*¦//¦%¦**¦/¦@¦&¦|¦^¦>>»= @any
print(show(a), show(b))

a = @list
b = a
«a += @any¦a *= @any¦a[@cut] = @any¦del a[@cut]¦a[@any] += @any¦a[@int] = a¦a = a + a¦del a[@any]¦a[@any] = @any¦a.sort(key=@function)¦a[@cut] = a¦a[@cut] += @any¦a.extend(a)¦a.insert(@int, a)»
print(show(«b¦a¦a is b¦(len(b), b[:3])»))

a = «dict¦@dict»
«a[@any] = @any¦del a[@any]¦a |= @any¦a[@any] += 1¦a.update(@any)¦a.setdefault(@any, @any)¦a[1:2] = 3¦a.pop(@any)¦a.popitem()»
print(show(«a¦list(a)¦list(a.items())¦list(reversed(a))¦len(a)¦a.keys()¦a.values()»))

a = «bytearray¦@bytearray¦bytearray(b'abcdefgh')»
«a[@cut] = @any¦del a[@cut]¦a[@int] = @any¦a += @any¦a *= @small¦a.extend(@any)¦a[@cut] = @bytes¦a[@any] = @any¦del a[@any]¦v = memoryview(a); v[0] = 66; v.release(); a.append(2)¦a[@cut] = a¦a.insert(@int, @int)¦a.reverse()»
print(show(«a¦len(a)¦bytes(a)¦a.hex()»))

b = bytearray(range(16))
v = memoryview(b)«¦[2:10]¦[::2]¦[::-1]¦.cast('H')¦.cast('b')¦.cast('f')¦.cast('q')¦.cast('c')¦.cast('?')»
«v[@int] = @any¦v[@cut] = @any¦v[@cut] = @bytes¦v[0] = 1¦v[1:3] = b'xy'¦v.release()¦v[1:3] = v[2:4]¦v[::2] = bytes(4)¦v[1, 1] = 5¦del v[0]¦pass¦v[:2] = memoryview(b'ab').cast('b')¦v[0] = -1¦v[0] = 1.5¦v = v.toreadonly(); v[0] = 1¦v[0] = b'z'»
print(show(«b¦v.tolist()¦bytes(v)¦v == b¦list(v)¦v[1]¦v[@cut].tolist()¦(v.nbytes, v.shape, v.strides, v.format, v.contiguous, v.c_contiguous)¦v.tobytes()¦v[1, 1]¦hash(v)¦v.obj is b¦len(v)¦5 in v¦v[-1]¦v.hex()¦v[...]¦v[@any]¦list(reversed(v))»))

match @any:
    case «0¦'a'¦[]¦[first, *rest]¦(a, b)¦{'a': found}¦Box(value=v)¦int(n)¦str()¦None»«¦¦ if @bool»:
        print('first')
    case «[1, _, *_]¦int() | str() as either¦{'k': [x], **others}¦-1 | 1¦Sub()¦[[p], q]¦float(x)¦{}¦(1 | 2) as n¦[Box(), *_]¦-0.5¦b'abc'¦True¦Box.made¦[*_, last]¦{'a': 1 | 2 as z}¦bool(t)¦Box(1)¦list(l)¦([a] | (a, _))¦{1: _, **rest}»:
        print('second', show(«0¦n¦x¦either¦last¦z¦t¦l¦a¦rest»))
    case «_¦other¦{'a': _}¦tuple()»:
        print('third')

for «a¦a, b¦a, *b¦(a, (b, c))¦d[0]¦Box.t» in «@list¦@dict.items()¦enumerate(@str)¦zip(@list, @str)¦@any¦reversed(@range)¦@tuple»:
    print(show(«a¦b¦1»))
    «break¦continue¦pass¦a = 5¦del a¦if a: break»
else:
    print('done')
print(show(a))

if (y := @any) «is None¦== @any¦in @any¦< @int¦or y¦and (z := y)»:
    print(show(y))
print(show(«y¦z¦(y := 1, y)¦[y := y]¦[y for y in [y]]»))

print(f"[{@any}|{@any!r}|{@any!s:>10}|{@any!a:.3}|{@float:{@small}.{@small}}|{'nested ' + f'{@int}'}|{@int:#{"x"}}|{{}}{@str:*^{@small}}|{@list}{@dict}|{@int=:>8}|{(lambda x: x)(@any)}|{@any:>{@any}}|{@str!r:{@spec}}]")

def rec(n«¦, acc=()¦, *rest»):
    «return rec(n + 1)¦return rec(n - 1) if n else @any¦return n if n < 1 else [rec(n - 1)]¦return n and (n, rec(n - 1))»
try: print(show(rec(«4¦@small¦@any»)))
except RecursionError as e: print('too deep')

x = [@any]
x.append(x)
print(repr(x), «x == x¦str(x)¦len(x)¦x[1][1][0]¦show(1)»)

sorted_ = sorted(@list, key=lambda v: «str(v)¦-v¦(v, 1)¦len(v)¦@any¦[v]¦v[0]¦repr(v)[::-1]», reverse=@bool)
print(show(sorted_), show(«max¦min»(sorted_, key=@function, default=@any)))

class It:
    n = 0
    def __iter__(self): return «self¦@any¦iter([1, 2])¦5»
    def __next__(self):
        self.n += 1
        «if self.n > 3: raise StopIteration¦if self.n > 2: raise StopIteration(@any)¦if self.n > 1: raise IndexError¦return @any if self.n < 5 else next(iter(()))»
        return self.n
print(show(«list(It())¦dict(It())¦sum(It())¦max(It())¦2 in It()¦[*It()]¦list(zip(It(), It()))¦list(map(str, It()))¦tuple(enumerate(It()))¦bytes(It())¦''.join(It())¦sorted(It())¦set(It())¦dict.fromkeys(It())¦any(It())¦list(zip(It(), 'ab', strict=True))¦[].extend(It())¦(lambda *a: a)(*It())¦next(map(str, It()))¦list(filter(None, It()))¦min(It(), key=lambda v: -v)¦bytearray(It())¦frozenset(It())¦list(reversed(It()))»))

class S:
    def __getitem__(self, key):
        if «key == 3¦key > 2¦isinstance(key, slice)¦key == 'k'»: «raise IndexError¦raise StopIteration¦return @any¦raise KeyError(key)»
        return «key¦(key,)¦@any»
    «def __len__(self): return @any¦def keys(self): return ['k', 'l']¦def __contains__(self, x): return @any¦def __reversed__(self): return @any¦pass»
s = S()
print(show(«list(s)[:4]¦s[1:2]¦s[1, 2]¦2 in s¦dict(s)¦{**s}¦s[...]¦len(s)¦next(reversed(s))¦s[::]¦s[1:2, 3]¦dict(**s)¦iter(s).__next__()¦bool(s)¦s.x»))

del «undefined¦Box.nothing¦(a, b)¦x[0]¦@any[@any]¦@any.x¦[]»

print(*«@list¦@tuple¦@str¦@dict¦@range¦@int¦@iterator», sep=«', '¦@any¦None», end=«'n'¦@any»)

global q
q = @any
def use():
    «return q¦q = 1; return q¦global q; q = 2; return q¦return q + 1»
print(show(use()), show(q))

async def coro(): return @any
async def main():
    «return await coro()¦x = [await coro() for _ in range(2)]; return x¦return await @any¦async with @any: pass¦async for x in @any: pass¦return [x async for x in agen()]»
async def agen():
    yield @any
    «yield 2¦return¦raise ValueError¦await coro()»
try:
    c = main()
    c.send(None)
except StopIteration as e:
    print(show(e.value))

class R:
    def __«eq¦lt¦gt¦le¦ge¦ne¦add¦radd¦mul¦and¦ror¦mod¦floordiv¦rmatmul¦divmod»__(self, other): return «NotImplemented¦NotImplemented¦@any»
class Q(R):
    def __«eq¦lt¦gt¦le¦ge¦ne¦radd¦rmul¦rand¦or¦add»__(self, other): return «NotImplemented¦'Q'¦super().__add__(other)»
print(show(«R¦Q»() «==¦<¦>¦<=¦>=¦!=¦+¦*¦&¦%¦//¦@» «R()¦Q()¦@any»))

import builtins
print(show(builtins.«len¦print¦sorted¦abs¦type¦sum¦getattr¦iter¦next¦zip¦map¦isinstance¦hasattr¦pow¦round¦divmod¦chr¦ord¦hex¦format¦vars¦dir¦callable¦id¦input¦open¦exec¦eval¦compile¦hash¦repr¦ascii¦min¦max¦any¦all¦enumerate¦reversed¦slice¦super¦property¦staticmethod¦classmethod¦object¦memoryview¦bytes¦range¦frozenset¦delattr¦setattr¦issubclass¦locals¦globals»(«¦@any¦@any, @any¦@any, @any, @any¦@any, x=@any¦*@list¦**@dict»)))

eval_ = eval(«@str¦'1 + 1'¦'x'¦'@any2'¦b'1'¦@any», «{'x': @any}¦{}¦None¦@any»)
print(show(eval_))

T = type(«@str¦'T'¦'T', (), {}¦'T', (Box,), @dict¦'T', (@type,), {}¦'T', @tuple, @dict¦@any¦@any, @any, @any¦1, 2»)
print(«T.__name__¦T¦T.__mro__[-1]¦T()¦T.__dict__.get('a')¦T.__bases__[0].__name__¦T.__qualname__¦T.__module__»)

o = @any
«o.attr = @any¦o.__class__ = @type¦o.__dict__ = @any¦del o.attr¦o.__name__ = @any¦o.__doc__ = 1¦o.__bases__ = (Box,)¦o.__call__ = 1¦o.real = 1¦o.args = @any¦o.__cause__ = @any¦o.__qualname__ = @any¦o.__defaults__ = @any¦o.start = 1¦o.__slots__ = 1»
print(show(«o¦o.attr¦o.__class__.__name__¦vars(o)¦o.__name__¦o()¦o.args»))
"""
