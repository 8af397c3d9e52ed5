"""Section 2: symbolic computation and tensors.

python examples/tutorial/tensors.py
"""

from __future__ import annotations

import numpy as np

import polykeras.backend as K


def main() -> dict[str, float]:
    """Returns what a graph computes when data are put into it."""
    a = np.array([[1, 2], [3, 4]])
    sum0 = np.sum(a, axis=0)
    sum1 = np.sum(a, axis=1)
    assert list(sum0) == [4, 6] and list(sum1) == [3, 7]

    # First the graph, an empty shell; then data flow through it.
    x = K.placeholder(shape=(None, 2))
    w = K.variable(np.array([[1.0], [10.0]]))
    y = K.sum(K.dot(x, w))
    step = K.function([x], [y], updates=[(w, w - 0.01 * K.gradients(y, [w])[0])])
    first = step([a])[0]
    second = step([a])[0]
    return {"first": float(first), "second": float(second)}


if __name__ == "__main__":
    print(main())
