# SPDX-License-Identifier: MIT
# differs: the words are Mini's own
# Mistakes on the command line are answered with status 2 and what to do.
try() {
    echo "== $*"
    $MINI "$@" </dev/null 2>&1
    echo "status $?"
}
try -W
try -X
try -c
try -m
try -Bc
try -z
try -Bz
try -i
try --verison
try --stat
try --gill=fair
try --utterly-unknown
try --gil
try --gil=nice
try --stats=yes
try --switch-interval=0
try --deadlock=maybe
try --max-heap=lots
try --fail-alloc -1
try -X int_max_str_digits=5
try -X utf8=2
try explore --bound=65 -
try explore --strategy=foo -
try explore --runs=0 -
try explore --seed=-1 -
try explore --depth=17 -
try explore --seconds=soon -
try explore --format=xml -
try dis
try -m nowhere
try -m nowhere.inside
$MINI --help | awk 'length > 79 { print "too long: " $0 } END { print NR <= 24 }'
for word in -h '-?' --help -Bh; do
    $MINI "$word" | head -n 1
done
for word in -V --version -uV; do
    $MINI "$word" | cut -d' ' -f1
done
