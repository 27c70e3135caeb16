# SPDX-License-Identifier: MIT
# differs: Python hangs in natives that draw items for ever
# Ctrl-C ends natives that would never be done by themselves.
# shellcheck source=tests/cli/_interrupt.sh
. ./_interrupt.sh
for endless in 'sum(iter(int, 1))' 'any(iter(int, 1))' '5 in iter(int, 1)' \
    'next(filter(None, iter(int, 1)))' 'sum(range(10**13))' 'pow(3, 1 << 10**8, 10**3000 + 1)' \
    'math.comb(10**8, 5 * 10**7)'; do
    interrupt "
import math
print('ready', flush=True)
$endless"
done
