"""The beginning of every measured process: `python -m benchmarks.execution.start MODULE ARGUMENT…`.

It sets the floating-point mode, before any library is loaded, and goes on as the module, its main program.
"""

import runpy
import sys

from benchmarks.execution.floating_point import flush_denormals

if __name__ == "__main__":
    flush_denormals()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
