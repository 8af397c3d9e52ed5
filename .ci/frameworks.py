"""Fail unless exactly the named frameworks are installed: a test proves little where another one is around.

    python .ci/frameworks.py [NAME ...]
"""

import sys
from importlib.util import find_spec

FRAMEWORKS = ("torch", "jax", "tensorflow")

wanted = sorted(sys.argv[1:])
found = sorted(name for name in FRAMEWORKS if find_spec(name) is not None)
if found != wanted:
    sys.exit(f"frameworks installed: {', '.join(found) or 'none'}; wanted: {', '.join(wanted) or 'none'}")
