# SPDX-License-Identifier: MIT
# differs: the words are Mini's own
# Programs that Python has and Mini has not; bytecode by -m dis; zip archives; import times; -v.
cd "$TMPDIR" || exit
for module in compileall pip venv cProfile trace; do
    $MINI -m "$module" 2>&1
done
echo 'x = 1' | $MINI -m dis | head -n 1
printf 'PK\003\004' >program.zip
$MINI program.zip 2>&1 | sed "s|$PWD|FOLDER|"
echo "status ${PIPESTATUS[0]}"
echo 'import inner' >outer.py
echo 'x = 1' >inner.py
echo 'import outer; import math' >program.py
$MINI -X importtime program.py 2>&1 | sed 's/[0-9][0-9]*/N/g; s/  *N/ N/g'
PYTHONPROFILEIMPORTTIME=1 $MINI program.py 2>&1 | wc -l
PYTHONPROFILEIMPORTTIME=1 $MINI -E program.py 2>&1 | wc -l
$MINI -v program.py 2>&1 | sed "s|$PWD|FOLDER|" | grep "FOLDER\|math"
$MINI -X cpu_count=7 -c 'import os; print(os.cpu_count(), os.process_cpu_count())'
PYTHON_CPU_COUNT=5 $MINI -c 'import os; print(os.cpu_count(), os.process_cpu_count())'
$MINI -X cpu_count=default -c 'import os; print(os.cpu_count() == os.sysconf("SC_NPROCESSORS_ONLN"))'
PYTHONINTMAXSTRDIGITS=700 $MINI -c 'import sys; print(sys.get_int_max_str_digits())'
PYTHONINTMAXSTRDIGITS=700 $MINI -X int_max_str_digits=900 -c 'import sys; print(sys.get_int_max_str_digits())'
PYTHONINTMAXSTRDIGITS=7 $MINI -c 'pass' 2>&1
echo "status $?"
