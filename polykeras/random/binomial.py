"""The binomial distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.random.gamma import float_dtypes, parameter
from polykeras.random.keys import key_for
from polykeras.typing import Shape, Tensor

_FEW = 10.0  # expected successes below which they are waited for one by one

# log k! - ((k + 1/2) log(k + 1) - (k + 1) + log(2 pi) / 2), the error of Stirling's series, for k from 0 to 9.
_STIRLING = np.array([
    0.08106146679532726, 0.04134069595540929, 0.02767792568499834, 0.02079067210376509, 0.01664469118982119,
    0.01387612882307075, 0.01189670994589177, 0.01041126526197209, 0.009255462182712733, 0.008330563433362871,
])  # fmt: skip


def binomial(shape: Shape, counts: Tensor, probabilities: Tensor, dtype: Any = None, seed: Any = None) -> Tensor:
    """Numbers of successes in `counts` independent trials, as floats.

    Args:
        shape: of the result.
        counts: how many trials, a whole number or a tensor of them that broadcasts to `shape`.
        probabilities: of success, in [0, 1], broadcast likewise. NaN or numbers outside give NaN; so do negative counts.
        dtype: a float dtype, the default one unless given.
        seed: see `polykeras.random`.

    Where few successes are expected they are waited for, the waiting times being geometric (Devroye 1986, p. 525); else
    by transformed rejection, algorithm BTRS of Hörmann 1993, "The generation of binomial random variates".
    """
    from polykeras import ops

    kind, _ = float_dtypes("binomial", dtype)
    key = key_for(seed, counts, probabilities)
    # Logarithms of factorials of large counts need the digits.
    n = parameter("binomial", "counts", counts, shape, "float64")
    p = parameter("binomial", "probabilities", probabilities, shape, "float64")
    valid = ops.logical_and(
        ops.greater_equal(n, 0.0), ops.logical_and(ops.greater_equal(p, 0.0), ops.less_equal(p, 1.0))
    )
    n = ops.floor(ops.where(valid, n, 0.0))
    often = ops.greater(p, 0.5)  # count the failures then
    q = ops.where(valid, ops.where(often, ops.subtract(1.0, p), p), 0.0)
    few = ops.less(ops.multiply(n, q), _FEW)
    keys = ops.random_bits(key, (4,))
    waited = _by_waiting(keys[:2], ops.where(few, n, 0.0), q)
    rejected = _by_rejection(keys[2:], ops.where(few, 40.0, n), ops.where(few, 0.5, q))
    drawn = ops.where(few, waited, rejected)
    drawn = ops.where(often, ops.subtract(n, drawn), drawn)
    return ops.cast(ops.where(valid, drawn, float("nan")), kind)


def _uniform(key: Any, shape: Shape) -> Any:
    """On (0, 1]."""
    from polykeras import ops

    return ops.subtract(1.0, ops.random_uniform(key, shape, "float64"))


def _by_waiting(key: Any, n: Any, q: Any) -> Any:
    """How many geometric waiting times fit into n trials."""
    from polykeras import ops

    shape = tuple(n.shape)
    never = ops.equal(q, 0.0)
    scale = ops.log1p(ops.negative(ops.where(never, 0.5, q)))

    def wait(key: Any, trials: Any, successes: Any) -> tuple[Any, Any, Any]:
        keys = ops.random_bits(key, (4,))
        gap = ops.maximum(ops.ceil(ops.divide(ops.log(_uniform(keys[2:], shape)), scale)), 1.0)
        trials = ops.add(trials, gap)
        return keys[:2], trials, ops.add(successes, ops.cast(ops.less_equal(trials, n), "float64"))

    zeros = ops.zeros_like(n)
    start = (ops.convert_to_tensor(key), ops.where(never, ops.add(n, 1.0), zeros), zeros)
    return ops.while_loop(lambda key, trials, _: ops.any(ops.less_equal(trials, n)), wait, start)[2]


def _stirling_error(k: Any) -> Any:
    from polykeras import ops

    squared = ops.square(ops.add(k, 1.0))
    inner = ops.subtract(1.0 / 360, ops.divide(1.0 / 1260, squared))
    series = ops.divide(ops.subtract(1.0 / 12, ops.divide(inner, squared)), ops.add(k, 1.0))
    index = ops.cast(ops.clip(k, 0.0, 9.0), "int32")
    return ops.where(ops.less(k, 10.0), ops.take(_STIRLING, index, axis=0), series)


def _by_rejection(key: Any, n: Any, q: Any) -> Any:
    """BTRS, for ``n q >= 10`` and ``q <= 1/2``. The names are the paper's."""
    from polykeras import ops

    shape = tuple(n.shape)
    spq = ops.sqrt(ops.multiply(ops.multiply(n, q), ops.subtract(1.0, q)))
    b = ops.add(ops.multiply(spq, 2.53), 1.15)
    a = ops.add(ops.add(ops.multiply(b, 0.0248), ops.multiply(q, 0.01)), -0.0873)
    c = ops.add(ops.multiply(n, q), 0.5)
    v_r = ops.subtract(0.92, ops.divide(4.2, b))
    r = ops.divide(q, ops.subtract(1.0, q))
    alpha = ops.multiply(ops.add(ops.divide(5.1, b), 2.83), spq)
    m = ops.floor(ops.multiply(ops.add(n, 1.0), q))

    def log_of_ratio(k: Any) -> Any:
        """log(P(k) / P(m))."""
        left, right = ops.add(ops.subtract(n, m), 1.0), ops.add(ops.subtract(n, k), 1.0)
        terms = [
            ops.multiply(ops.add(m, 0.5), ops.log(ops.divide(ops.add(m, 1.0), ops.multiply(r, left)))),
            ops.multiply(ops.add(n, 1.0), ops.log(ops.divide(left, right))),
            ops.multiply(ops.add(k, 0.5), ops.log(ops.divide(ops.multiply(r, right), ops.add(k, 1.0)))),
            ops.add(_stirling_error(m), _stirling_error(ops.subtract(n, m))),
            ops.negative(ops.add(_stirling_error(k), _stirling_error(ops.subtract(n, k)))),
        ]
        return ops.sum(ops.stack(terms), axis=0)

    def propose(key: Any, done: Any, drawn: Any) -> tuple[Any, Any, Any]:
        keys = ops.random_bits(key, (6,))
        u = ops.subtract(_uniform(keys[2:4], shape), 0.5)
        v = _uniform(keys[4:], shape)
        us = ops.subtract(0.5, ops.abs(u))
        us = ops.maximum(us, 1e-300)
        k = ops.floor(ops.add(ops.multiply(ops.add(ops.divide(ops.multiply(a, 2.0), us), b), u), c))
        inside = ops.logical_and(ops.greater_equal(k, 0.0), ops.less_equal(k, n))
        k = ops.where(inside, k, 0.0)
        sure = ops.logical_and(ops.greater_equal(us, 0.07), ops.less_equal(v, v_r))
        height = ops.log(ops.divide(ops.multiply(v, alpha), ops.add(ops.divide(a, ops.square(us)), b)))
        taken = ops.logical_and(inside, ops.logical_or(sure, ops.less_equal(height, log_of_ratio(k))))
        taken = ops.logical_and(taken, ops.logical_not(done))
        return keys[:2], ops.logical_or(done, taken), ops.where(taken, k, drawn)

    start = (ops.convert_to_tensor(key), ops.zeros_like(n, dtype="bool"), ops.zeros_like(n))
    return ops.while_loop(lambda key, done, _: ops.logical_not(ops.all(done)), propose, start)[2]
