"""What Windows lacks is not imported unguarded: everything imports where there is no `fcntl` and no `resource`.

All but the modules that are written for a framework: to import both would take most of the time, and is never done.
"""

import subprocess
import sys

SCRIPT = """
import importlib, pkgutil, sys
from types import SimpleNamespace
import psutil  # it needs them itself where they are

for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[name] = None  # imports fail, as if there were no such module
import benchmarks
for module in pkgutil.walk_packages(benchmarks.__path__, "benchmarks."):
    if not module.name.endswith(("__main__", "_layers", "_optimizers")) and "idiomatic" not in module.name:
        importlib.import_module(module.name)

from benchmarks.execution import child
child.sys = SimpleNamespace(platform="win32")
child.psutil.Process = lambda: SimpleNamespace(memory_info=lambda: SimpleNamespace(peak_wset=12345))
print(child.process_peak_bytes(), child.reset_peak_bytes())
"""


def test_everything_imports_without_the_modules_of_unix() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (0, "12345 False\n"), done.stderr
