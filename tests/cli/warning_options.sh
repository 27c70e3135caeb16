# SPDX-License-Identifier: MIT
# -W: what becomes of warnings, and what is said about an option that makes no sense.
# since: 3.13
for option in i err always d mod once default: error::UserWarning ::Warning:__main__:3 \
    foo error::Foo error::os.Foo error::int error::a.b.C ::::x ignore::::-1 a:b:c:d:e:f; do
    echo "== $option"
    $MINI -W "$option" -c 'import warnings; print(warnings.filters[0][::2], warnings.filters[0][4])' 2>&1
done
$MINI -W error -c 'x = "\d"' 2>&1
echo "status $?"
$MINI -W ignore -c 'x = "\d"' 2>&1
$MINI -c 'x = "\d"' 2>&1
$MINI -W error::UserWarning -c 'import warnings; warnings.warn("told")' 2>&1 | tail -n 1
$MINI -W 'ignore:told' -c 'import warnings; warnings.warn("told you")' 2>&1
