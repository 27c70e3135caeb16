# SPDX-License-Identifier: MIT
# Ctrl-C ends a query that computes, and the wait for a database that another one holds.
# differs: CPython waits for the end of the query
# shellcheck source=tests/cli/_interrupt.sh
. ./_interrupt.sh
interrupt '
import sqlite3
database = sqlite3.connect(":memory:")
database.create_function("ready", 0, lambda: print("ready", flush=True))
database.execute("with recursive f(n) as (select ready() union all select n + 1 from f) select max(n) from f")'
interrupt '
import sqlite3, tempfile
with tempfile.TemporaryDirectory() as folder:
    one = sqlite3.connect(folder + "/x.db")
    two = sqlite3.connect(folder + "/x.db", timeout=10_000)
    one.execute("begin exclusive")
    print("ready", flush=True)
    two.execute("begin exclusive")'
