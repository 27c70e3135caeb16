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
try -H
try -version
try -stats
try --verison
try --stat
try --gill=fair
try --utterly-unknown
try --gil
try --gil=nice
try --gil=fiar
try --stats=yes
try --switch-interval=0
try --deadlock=maybe
try --max-heap=lots
try --fail-alloc -1
try -X int_max_str_digits=5
try -X utf8=2
try -X tracemalloc
try -X cpu_count=0
try --check-hash-based-pycs=sometimes
try explore --bond=2 -
try explore --bound
try explore --quiet=1 -
try explore
try explore --bound=65 -
try explore --strategy=foo -
try explore --runs=0 -
try explore --seed=-1 -
try explore --depth=17 -
try explore --seconds=soon -
try explore --format=xml -
try -m nowhere
try -m nowhere.inside
