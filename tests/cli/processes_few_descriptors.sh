# SPDX-License-Identifier: MIT
# Too few descriptors: start() is an OSError, and no process is lost.
ulimit -n 64
$MINI -c '
import multiprocessing as mp, os, time
children = []
try:
    for i in range(100):
        child = mp.Process(target=time.sleep, args=(0.2,))
        child.start()
        children.append(child)
except OSError as e:
    print(e, len(children) > 5)
for child in children:
    child.join()
print(all(child.exitcode == 0 for child in children))
for child in children:
    child.close()
try:
    print(os.waitpid(-1, os.WNOHANG))
except ChildProcessError:
    print("no children")'
