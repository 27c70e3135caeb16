# SPDX-License-Identifier: MIT
# What variables of the environment change, and the flags that make Python deaf to them.
unset PYTHONUNBUFFERED PYTHONDONTWRITEBYTECODE PYTHONPATH
cd "$TMPDIR" || exit
mkdir folder
echo 'print("imported as", __name__)' >folder/there.py
PYTHONPATH=folder:nowhere $MINI -c 'import there, sys
print([p.rsplit("/", 1)[-1] for p in sys.path[:3]], sys.path[1][0])'
PYTHONPATH=folder $MINI -m there
for place in folder ./folder; do
    PYTHONPATH=$place $MINI -c 'import there; print(there.__file__.startswith("/"), there.__file__[-16:])'
done
(cd folder && PYTHONPATH=. $MINI -P -c 'import there, sys; print(sys.path[0][-7:], there.__file__[-16:])')
PYTHONPATH=folder $MINI -E -c 'import there' 2>&1 | tail -n 1
PYTHONPATH=folder $MINI -I -m there 2>&1 | sed 's/^.*: No/No/'
for value in 2 x 0 ''; do
    PYTHONOPTIMIZE=$value $MINI -c 'import sys; print(sys.flags.optimize)'
done
PYTHONOPTIMIZE=1 $MINI -OO -c 'import sys; print(sys.flags.optimize)'
PYTHONWARNINGS=error,ignore::UserWarning $MINI -W default -c 'import sys; print(sys.warnoptions)'
PYTHONWARNINGS=error $MINI -E -c 'import sys; print(sys.warnoptions)'
PYTHONDEVMODE=1 $MINI -c 'import sys; print(sys.warnoptions, sys.flags.dev_mode)'
PYTHONSAFEPATH=1 $MINI -c 'import sys; print("" in sys.path)'
PYTHONUNBUFFERED=1 $MINI -c 'import os; print("written"); os._exit(0)'
$MINI -uc 'import os; print("written"); os._exit(0)'
$MINI -c 'import os; print("lost"); os._exit(0)' | cat
