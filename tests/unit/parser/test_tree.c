// SPDX-License-Identifier: MIT
//
// Trees, compared with what CPython's ast.dump prints for the same text.
//
// One test per part of the language; each line is a text and its tree. The
// expectations were printed by `python3 -c "import ast; ..."` (3.11), with the
// fields left out that Mini has no use for (type comments, kinds of strings).
#include "parsing.h"

START_TEST(operators) {
    expect_tree("a + b * c ** -d", PARSE_FILE,
                "Module(body=[Expr(value=BinOp(left=Name(id='a', ctx=Load()), op=Add(), "
                "right=BinOp(left=Name(id='b', ctx=Load()), op=Mult(), "
                "right=BinOp(left=Name(id='c', ctx=Load()), op=Pow(), "
                "right=UnaryOp(op=USub(), operand=Name(id='d', ctx=Load()))))))])");
    expect_tree("not a or b and c", PARSE_FILE,
                "Module(body=[Expr(value=BoolOp(op=Or(), values=[UnaryOp(op=Not(), "
                "operand=Name(id='a', ctx=Load())), BoolOp(op=And(), values=[Name(id='b', "
                "ctx=Load()), Name(id='c', ctx=Load())])]))])");
    expect_tree("a < b is not c not in d", PARSE_FILE,
                "Module(body=[Expr(value=Compare(left=Name(id='a', ctx=Load()), ops=[Lt(), "
                "IsNot(), NotIn()], comparators=[Name(id='b', ctx=Load()), Name(id='c', "
                "ctx=Load()), Name(id='d', ctx=Load())]))])");
    expect_tree("x = y = a if b else c", PARSE_FILE,
                "Module(body=[Assign(targets=[Name(id='x', ctx=Store()), Name(id='y', "
                "ctx=Store())], value=IfExp(test=Name(id='b', ctx=Load()), body=Name(id='a', "
                "ctx=Load()), orelse=Name(id='c', ctx=Load())))])");
    expect_tree("-x.y[0](1)", PARSE_FILE,
                "Module(body=[Expr(value=UnaryOp(op=USub(), "
                "operand=Call(func=Subscript(value=Attribute(value=Name(id='x', ctx=Load()), "
                "attr='y', ctx=Load()), slice=Constant(value=0), ctx=Load()), "
                "args=[Constant(value=1)], keywords=[])))])");
}
END_TEST

START_TEST(assignments) {
    expect_tree("a, *b = c", PARSE_FILE,
                "Module(body=[Assign(targets=[Tuple(elts=[Name(id='a', ctx=Store()), "
                "Starred(value=Name(id='b', ctx=Store()), ctx=Store())], ctx=Store())], "
                "value=Name(id='c', ctx=Load()))])");
    expect_tree("x: int = 1", PARSE_FILE,
                "Module(body=[AnnAssign(target=Name(id='x', ctx=Store()), "
                "annotation=Name(id='int', ctx=Load()), value=Constant(value=1), simple=1)])");
    expect_tree("(x): int", PARSE_FILE,
                "Module(body=[AnnAssign(target=Name(id='x', ctx=Store()), "
                "annotation=Name(id='int', ctx=Load()), simple=0)])");
    expect_tree("x.y: int", PARSE_FILE,
                "Module(body=[AnnAssign(target=Attribute(value=Name(id='x', ctx=Load()), "
                "attr='y', ctx=Store()), annotation=Name(id='int', ctx=Load()), simple=0)])");
    expect_tree("x += 1", PARSE_FILE,
                "Module(body=[AugAssign(target=Name(id='x', ctx=Store()), op=Add(), "
                "value=Constant(value=1))])");
    expect_tree("[a, (b, c)] = d", PARSE_FILE,
                "Module(body=[Assign(targets=[List(elts=[Name(id='a', ctx=Store()), "
                "Tuple(elts=[Name(id='b', ctx=Store()), Name(id='c', ctx=Store())], "
                "ctx=Store())], ctx=Store())], value=Name(id='d', ctx=Load()))])");
    expect_tree("del a, (b, c), d[0]", PARSE_FILE,
                "Module(body=[Delete(targets=[Name(id='a', ctx=Del()), "
                "Tuple(elts=[Name(id='b', ctx=Del()), Name(id='c', ctx=Del())], ctx=Del()), "
                "Subscript(value=Name(id='d', ctx=Load()), slice=Constant(value=0), "
                "ctx=Del())])])");
}
END_TEST

START_TEST(displays) {
    expect_tree("()", PARSE_FILE, "Module(body=[Expr(value=Tuple(elts=[], ctx=Load()))])");
    expect_tree("(a,)", PARSE_FILE,
                "Module(body=[Expr(value=Tuple(elts=[Name(id='a', ctx=Load())], "
                "ctx=Load()))])");
    expect_tree("(a)", PARSE_FILE, "Module(body=[Expr(value=Name(id='a', ctx=Load()))])");
    expect_tree("[a, *b]", PARSE_FILE,
                "Module(body=[Expr(value=List(elts=[Name(id='a', ctx=Load()), "
                "Starred(value=Name(id='b', ctx=Load()), ctx=Load())], ctx=Load()))])");
    expect_tree("{a, b}", PARSE_FILE,
                "Module(body=[Expr(value=Set(elts=[Name(id='a', ctx=Load()), Name(id='b', "
                "ctx=Load())]))])");
    expect_tree("{a: b, **c}", PARSE_FILE,
                "Module(body=[Expr(value=Dict(keys=[Name(id='a', ctx=Load()), None], "
                "values=[Name(id='b', ctx=Load()), Name(id='c', ctx=Load())]))])");
    expect_tree("[a for b in c if d for e, in f]", PARSE_FILE,
                "Module(body=[Expr(value=ListComp(elt=Name(id='a', ctx=Load()), "
                "generators=[comprehension(target=Name(id='b', ctx=Store()), "
                "iter=Name(id='c', ctx=Load()), ifs=[Name(id='d', ctx=Load())], is_async=0), "
                "comprehension(target=Tuple(elts=[Name(id='e', ctx=Store())], ctx=Store()), "
                "iter=Name(id='f', ctx=Load()), ifs=[], is_async=0)]))])");
    expect_tree("{a: b for c in d}", PARSE_FILE,
                "Module(body=[Expr(value=DictComp(key=Name(id='a', ctx=Load()), "
                "value=Name(id='b', ctx=Load()), "
                "generators=[comprehension(target=Name(id='c', ctx=Store()), "
                "iter=Name(id='d', ctx=Load()), ifs=[], is_async=0)]))])");
    expect_tree("async def f(): (a async for b in c)", PARSE_FILE,
                "Module(body=[AsyncFunctionDef(name='f', args=arguments(posonlyargs=[], "
                "args=[], kwonlyargs=[], kw_defaults=[], defaults=[]), "
                "body=[Expr(value=GeneratorExp(elt=Name(id='a', ctx=Load()), "
                "generators=[comprehension(target=Name(id='b', ctx=Store()), "
                "iter=Name(id='c', ctx=Load()), ifs=[], is_async=1)]))], decorator_list=[])])");
}
END_TEST

START_TEST(calls) {
    expect_tree("f(a, *b, c=d, **e)", PARSE_FILE,
                "Module(body=[Expr(value=Call(func=Name(id='f', ctx=Load()), "
                "args=[Name(id='a', ctx=Load()), Starred(value=Name(id='b', ctx=Load()), "
                "ctx=Load())], keywords=[keyword(arg='c', value=Name(id='d', ctx=Load())), "
                "keyword(value=Name(id='e', ctx=Load()))]))])");
    expect_tree("f(a for b in c)", PARSE_FILE,
                "Module(body=[Expr(value=Call(func=Name(id='f', ctx=Load()), "
                "args=[GeneratorExp(elt=Name(id='a', ctx=Load()), "
                "generators=[comprehension(target=Name(id='b', ctx=Store()), "
                "iter=Name(id='c', ctx=Load()), ifs=[], is_async=0)])], keywords=[]))])");
    expect_tree("f(a := 1)", PARSE_FILE,
                "Module(body=[Expr(value=Call(func=Name(id='f', ctx=Load()), "
                "args=[NamedExpr(target=Name(id='a', ctx=Store()), "
                "value=Constant(value=1))], keywords=[]))])");
}
END_TEST

START_TEST(subscripts) {
    expect_tree("a[1:2, ::3]", PARSE_FILE,
                "Module(body=[Expr(value=Subscript(value=Name(id='a', ctx=Load()), "
                "slice=Tuple(elts=[Slice(lower=Constant(value=1), upper=Constant(value=2)), "
                "Slice(step=Constant(value=3))], ctx=Load()), ctx=Load()))])");
    expect_tree("a[*b]", PARSE_FILE,
                "Module(body=[Expr(value=Subscript(value=Name(id='a', ctx=Load()), "
                "slice=Tuple(elts=[Starred(value=Name(id='b', ctx=Load()), ctx=Load())], "
                "ctx=Load()), ctx=Load()))])");
    expect_tree("a[b:=c]", PARSE_FILE,
                "Module(body=[Expr(value=Subscript(value=Name(id='a', ctx=Load()), "
                "slice=NamedExpr(target=Name(id='b', ctx=Store()), value=Name(id='c', "
                "ctx=Load())), ctx=Load()))])");
}
END_TEST

START_TEST(strings) {
    expect_tree("\"a\" \"b\"", PARSE_FILE, "Module(body=[Expr(value=Constant(value='ab'))])");
    expect_tree("f'a{b!r:>{c}}' 'd'", PARSE_FILE,
                "Module(body=[Expr(value=JoinedStr(values=[Constant(value='a'), "
                "FormattedValue(value=Name(id='b', ctx=Load()), conversion=114, "
                "format_spec=JoinedStr(values=[Constant(value='>'), "
                "FormattedValue(value=Name(id='c', ctx=Load()), conversion=-1)])), "
                "Constant(value='d')]))])");
    expect_tree("f'{x = }'", PARSE_FILE,
                "Module(body=[Expr(value=JoinedStr(values=[Constant(value='x = '), "
                "FormattedValue(value=Name(id='x', ctx=Load()), conversion=114)]))])");
    expect_tree("b'a' b'\\xff'", PARSE_FILE,
                "Module(body=[Expr(value=Constant(value=b'a\\xff'))])");
    expect_tree("f'{{}}'", PARSE_FILE,
                "Module(body=[Expr(value=JoinedStr(values=[Constant(value='{}')]))])");
}
END_TEST

START_TEST(functions) {
    expect_tree("def f(a, /, b=1, *c, d, e=2, **g) -> h:\n  return a", PARSE_FILE,
                "Module(body=[FunctionDef(name='f', "
                "args=arguments(posonlyargs=[arg(arg='a')], args=[arg(arg='b')], "
                "vararg=arg(arg='c'), kwonlyargs=[arg(arg='d'), arg(arg='e')], "
                "kw_defaults=[None, Constant(value=2)], kwarg=arg(arg='g'), "
                "defaults=[Constant(value=1)]), body=[Return(value=Name(id='a', "
                "ctx=Load()))], decorator_list=[], returns=Name(id='h', ctx=Load()))])");
    expect_tree("lambda a, *, b=c: d", PARSE_FILE,
                "Module(body=[Expr(value=Lambda(args=arguments(posonlyargs=[], "
                "args=[arg(arg='a')], kwonlyargs=[arg(arg='b')], kw_defaults=[Name(id='c', "
                "ctx=Load())], defaults=[]), body=Name(id='d', ctx=Load())))])");
    expect_tree("@x\nclass A(B, k=C): pass", PARSE_FILE,
                "Module(body=[ClassDef(name='A', bases=[Name(id='B', ctx=Load())], "
                "keywords=[keyword(arg='k', value=Name(id='C', ctx=Load()))], body=[Pass()], "
                "decorator_list=[Name(id='x', ctx=Load())])])");
    expect_tree("async def f():\n  await x\n  async with a as b: pass\n  async for c in d: "
                "pass",
                PARSE_FILE,
                "Module(body=[AsyncFunctionDef(name='f', args=arguments(posonlyargs=[], "
                "args=[], kwonlyargs=[], kw_defaults=[], defaults=[]), "
                "body=[Expr(value=Await(value=Name(id='x', ctx=Load()))), "
                "AsyncWith(items=[withitem(context_expr=Name(id='a', ctx=Load()), "
                "optional_vars=Name(id='b', ctx=Store()))], body=[Pass()]), "
                "AsyncFor(target=Name(id='c', ctx=Store()), iter=Name(id='d', ctx=Load()), "
                "body=[Pass()], orelse=[])], decorator_list=[])])");
    expect_tree("def f(*args: *Ts): yield from x", PARSE_FILE,
                "Module(body=[FunctionDef(name='f', args=arguments(posonlyargs=[], args=[], "
                "vararg=arg(arg='args', annotation=Starred(value=Name(id='Ts', ctx=Load()), "
                "ctx=Load())), kwonlyargs=[], kw_defaults=[], defaults=[]), "
                "body=[Expr(value=YieldFrom(value=Name(id='x', ctx=Load())))], "
                "decorator_list=[])])");
}
END_TEST

START_TEST(statements) {
    expect_tree("if a: b\nelif c: d\nelse: e", PARSE_FILE,
                "Module(body=[If(test=Name(id='a', ctx=Load()), "
                "body=[Expr(value=Name(id='b', ctx=Load()))], orelse=[If(test=Name(id='c', "
                "ctx=Load()), body=[Expr(value=Name(id='d', ctx=Load()))], "
                "orelse=[Expr(value=Name(id='e', ctx=Load()))])])])");
    expect_tree("while a: break\nelse: continue", PARSE_FILE,
                "Module(body=[While(test=Name(id='a', ctx=Load()), body=[Break()], "
                "orelse=[Continue()])])");
    expect_tree("for a, b in c: pass", PARSE_FILE,
                "Module(body=[For(target=Tuple(elts=[Name(id='a', ctx=Store()), Name(id='b', "
                "ctx=Store())], ctx=Store()), iter=Name(id='c', ctx=Load()), body=[Pass()], "
                "orelse=[])])");
    expect_tree("try: a\nexcept B as c: d\nelse: e\nfinally: f", PARSE_FILE,
                "Module(body=[Try(body=[Expr(value=Name(id='a', ctx=Load()))], "
                "handlers=[ExceptHandler(type=Name(id='B', ctx=Load()), name='c', "
                "body=[Expr(value=Name(id='d', ctx=Load()))])], "
                "orelse=[Expr(value=Name(id='e', ctx=Load()))], "
                "finalbody=[Expr(value=Name(id='f', ctx=Load()))])])");
    expect_tree("try: a\nexcept* B: c", PARSE_FILE,
                "Module(body=[TryStar(body=[Expr(value=Name(id='a', ctx=Load()))], "
                "handlers=[ExceptHandler(type=Name(id='B', ctx=Load()), "
                "body=[Expr(value=Name(id='c', ctx=Load()))])], orelse=[], finalbody=[])])");
    expect_tree("with a as b, c: d", PARSE_FILE,
                "Module(body=[With(items=[withitem(context_expr=Name(id='a', ctx=Load()), "
                "optional_vars=Name(id='b', ctx=Store())), "
                "withitem(context_expr=Name(id='c', ctx=Load()))], "
                "body=[Expr(value=Name(id='d', ctx=Load()))])])");
    expect_tree("with (a as b, c,): d", PARSE_FILE,
                "Module(body=[With(items=[withitem(context_expr=Name(id='a', ctx=Load()), "
                "optional_vars=Name(id='b', ctx=Store())), "
                "withitem(context_expr=Name(id='c', ctx=Load()))], "
                "body=[Expr(value=Name(id='d', ctx=Load()))])])");
    expect_tree("raise a from b", PARSE_FILE,
                "Module(body=[Raise(exc=Name(id='a', ctx=Load()), cause=Name(id='b', "
                "ctx=Load()))])");
    expect_tree("assert a, b", PARSE_FILE,
                "Module(body=[Assert(test=Name(id='a', ctx=Load()), msg=Name(id='b', "
                "ctx=Load()))])");
    expect_tree("global a, b", PARSE_FILE, "Module(body=[Global(names=['a', 'b'])])");
    expect_tree("import a.b as c, d", PARSE_FILE,
                "Module(body=[Import(names=[alias(name='a.b', asname='c'), "
                "alias(name='d')])])");
    expect_tree("from ..a import b as c", PARSE_FILE,
                "Module(body=[ImportFrom(module='a', names=[alias(name='b', asname='c')], "
                "level=2)])");
    expect_tree("from . import *", PARSE_FILE,
                "Module(body=[ImportFrom(names=[alias(name='*')], level=1)])");
}
END_TEST

START_TEST(patterns) {
    expect_tree("match x:\n  case 1 | \"a\" | None: pass\n  case [a, *_, b] if c: pass\n  "
                "case {\"k\": v, **r}: pass\n  case A.B(c, d=e) as f: pass\n  case -1, _: "
                "pass",
                PARSE_FILE,
                "Module(body=[Match(subject=Name(id='x', ctx=Load()), "
                "cases=[match_case(pattern=MatchOr(patterns=[MatchValue(value=Constant(value="
                "1)), MatchValue(value=Constant(value='a')), MatchSingleton(value=None)]), "
                "body=[Pass()]), "
                "match_case(pattern=MatchSequence(patterns=[MatchAs(name='a'), MatchStar(), "
                "MatchAs(name='b')]), guard=Name(id='c', ctx=Load()), body=[Pass()]), "
                "match_case(pattern=MatchMapping(keys=[Constant(value='k')], "
                "patterns=[MatchAs(name='v')], rest='r'), body=[Pass()]), "
                "match_case(pattern=MatchAs(pattern=MatchClass(cls=Attribute(value=Name(id='A"
                "', ctx=Load()), attr='B', ctx=Load()), patterns=[MatchAs(name='c')], "
                "kwd_attrs=['d'], kwd_patterns=[MatchAs(name='e')]), name='f'), "
                "body=[Pass()]), "
                "match_case(pattern=MatchSequence(patterns=[MatchValue(value=UnaryOp(op=USub("
                "), operand=Constant(value=1))), MatchAs()]), body=[Pass()])])])");
}
END_TEST

START_TEST(modes) {
    expect_tree("a", PARSE_EVAL, "Expression(body=Name(id='a', ctx=Load()))");
    expect_tree("a = 1", PARSE_EVAL, "invalid syntax");
    expect_tree("", PARSE_EVAL, "invalid syntax");
    expect_tree("", PARSE_SINGLE, "Interactive(body=[])");
    expect_tree("a; b", PARSE_SINGLE,
                "Interactive(body=[Expr(value=Name(id='a', ctx=Load())), "
                "Expr(value=Name(id='b', ctx=Load()))])");
    expect_tree("a\nb", PARSE_SINGLE,
                "multiple statements found while compiling a single statement");
}
END_TEST

// What an interactive prompt wants to know: is the text only not finished yet?
START_TEST(incomplete_input) {
    static const struct {
        const char *text;
        bool incomplete;
    } cases[] = {
        {"if x:", true},
        {"if x:\n", true},
        {"if x:\n  y", true},
        {"if x:\n  y\n", false},
        {"if x: y", true},
        {"(a,", true},
        {"if x:\n  y\n\n", false},
        {"'''a", true},
        {"@x\n", true},
        {"try:\n  a\n", true},
        {"a \\", true},
        {"a +", false},
        {"'a", false},
        {"'a\\\n", true},
        {"'a\\\nb\n", false},
        {"a", false},
        {"(]", false},
        {"f'''{", true},
        {"", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Parsed parsed;
        parsed_init(&parsed, cases[i].text, __builtin_strlen(cases[i].text), PARSE_SINGLE);
        ck_assert_msg(parsed.error.incomplete == cases[i].incomplete, "%s", cases[i].text);
        parsed_free(&parsed);
    }
}
END_TEST

START_TEST(names_are_normalised) {
    expect_tree("ﬁ = 1", PARSE_FILE,
                "Module(body=[Assign(targets=[Name(id='fi', ctx=Store())], "
                "value=Constant(value=1))])");
}
END_TEST

START_TEST(operators_know_their_place) {
    Parsed parsed;
    parsed_init(&parsed, "(a) + f(b)[c]", 13, PARSE_EVAL);
    const Node *sum = parsed.tree->Expression.body;
    ck_assert_uint_eq(sum->span.start, 0);
    ck_assert_uint_eq(sum->span.end, 13);
    ck_assert_uint_eq(sum->BinOp.operator_span.start, 4);
    const Node *item = sum->BinOp.right;
    ck_assert_uint_eq(item->Subscript.operator_span.start, 10);
    ck_assert_uint_eq(item->Subscript.operator_span.end, 13);
    ck_assert_uint_eq(item->Subscript.value->Call.operator_span.start, 7);
    parsed_free(&parsed);
}
END_TEST

START_TEST(numbers_are_converted_or_kept) {
    Parsed parsed;
    parsed_init(&parsed, "(9223372036854775807, 9223372036854775808, 0x1_0, 1_0.5)", 56,
                PARSE_EVAL);
    Node **items = parsed.tree->Expression.body->Tuple.elts.items;
    ck_assert_int_eq(items[0]->Constant.value.integer, INT64_MAX);
    ck_assert_int_eq(items[1]->Constant.value.kind, CONSTANT_BIG_INT);
    ck_assert_str_eq(items[1]->Constant.value.text, "9223372036854775808");
    ck_assert_int_eq(items[2]->Constant.value.integer, 16);
    ck_assert_double_eq(items[3]->Constant.value.number, 10.5);
    parsed_free(&parsed);
}
END_TEST

TCase *tree_cases(void) {
    TCase *tests = tcase_create("tree");
    tcase_add_test(tests, operators);
    tcase_add_test(tests, assignments);
    tcase_add_test(tests, displays);
    tcase_add_test(tests, calls);
    tcase_add_test(tests, subscripts);
    tcase_add_test(tests, strings);
    tcase_add_test(tests, functions);
    tcase_add_test(tests, statements);
    tcase_add_test(tests, patterns);
    tcase_add_test(tests, modes);
    tcase_add_test(tests, incomplete_input);
    tcase_add_test(tests, names_are_normalised);
    tcase_add_test(tests, operators_know_their_place);
    tcase_add_test(tests, numbers_are_converted_or_kept);
    return tests;
}
