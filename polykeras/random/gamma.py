"""The gamma distribution, and the beta distribution made of it."""

from __future__ import annotations

from typing import Any

from polykeras import dtypes
from polykeras.errors import DtypeError, ShapeError
from polykeras.ops import rules
from polykeras.random.keys import key_for
from polykeras.typing import Shape, Tensor


def gamma(shape: Shape, alpha: Tensor, dtype: Any = None, seed: Any = None) -> Tensor:
    """Floats from the gamma distribution of shape parameter `alpha` and scale 1.

    Args:
        shape: of the result.
        alpha: a positive number, or a tensor of them that broadcasts to `shape`. Others give NaN.
        dtype: a float dtype, the default one unless given.
        seed: see `polykeras.random`.

    Draws are constants for differentiation. By Marsaglia and Tsang 2000, "A simple method for generating gamma
    variables".
    """
    from polykeras import ops

    kind, working = float_dtypes("gamma", dtype)
    key = key_for(seed, alpha)
    alpha = parameter("gamma", "alpha", alpha, shape, working)
    return ops.cast(ops.exp(_log_gamma_draws(key, alpha)), kind)


def beta(shape: Shape, alpha: Tensor, beta: Tensor, dtype: Any = None, seed: Any = None) -> Tensor:
    """Floats from the beta distribution: ``X / (X + Y)`` of two gamma variables of parameters `alpha` and `beta`.

    Args:
        shape: of the result.
        alpha: a positive number, or a tensor of them that broadcasts to `shape`. Others give NaN.
        beta: likewise.
        dtype: a float dtype, the default one unless given.
        seed: see `polykeras.random`.

    Draws are constants for differentiation.
    """
    from polykeras import ops

    kind, working = float_dtypes("beta", dtype)
    keys = ops.random_bits(key_for(seed, alpha, beta), (4,))
    x = _log_gamma_draws(keys[:2], parameter("beta", "alpha", alpha, shape, working))
    y = _log_gamma_draws(keys[2:], parameter("beta", "beta", beta, shape, working))
    # Of the logarithms: for small parameters both variables underflow.
    return ops.cast(ops.sigmoid(ops.subtract(x, y)), kind)


def float_dtypes(name: str, dtype: Any) -> tuple[str, str]:
    """The dtype asked for, and the one to compute in; raises `DtypeError` unless it is a float."""
    kind = dtypes.standardize(dtype)
    if kind not in dtypes.FLOATING:
        raise DtypeError(f"{name}: dtype must be a float, got {kind}.")
    return kind, "float64" if kind == "float64" else "float32"


def parameter(name: str, argument: str, value: Any, shape: Shape, dtype: str) -> Any:
    """A parameter of a distribution as a tensor of `shape`, a constant for differentiation."""
    from polykeras import ops

    value = ops.stop_gradient(ops.cast(ops.convert_to_tensor(value), dtype))
    shape = tuple(shape)
    try:
        fits = rules.broadcast(tuple(value.shape), shape) == shape
    except ShapeError:
        fits = False
    if not fits:
        raise ShapeError(f"{name}: {argument} of shape {tuple(value.shape)} does not broadcast to the shape {shape}.")
    return ops.broadcast_to(value, shape)


def _log_gamma_draws(key: Any, alpha: Any) -> Any:
    """Logarithms of gamma variables, one for each element of `alpha`."""
    from polykeras import ops

    shape, dtype = tuple(alpha.shape), ops.dtype(alpha)
    small = ops.less(alpha, 1.0)
    # Of a parameter below 1, draw with one more, and multiply by a uniform number to the power 1 / alpha.
    keys = ops.random_bits(key, (4,))
    d = ops.subtract(ops.where(small, ops.add(alpha, 1.0), alpha), 1.0 / 3.0)
    c = ops.divide(1.0, ops.sqrt(ops.multiply(d, 9.0)))

    def propose(key: Any, done: Any, log_v: Any) -> tuple[Any, Any, Any]:
        keys = ops.random_bits(key, (6,))
        x = ops.random_normal(keys[2:4], shape, dtype)
        log_u = ops.log(ops.subtract(1.0, ops.random_uniform(keys[4:], shape, dtype)))
        root = ops.add(ops.multiply(c, x), 1.0)
        inside = ops.greater(root, 0.0)
        proposed = ops.multiply(ops.log(ops.where(inside, root, 1.0)), 3.0)
        bound = ops.add(
            ops.multiply(ops.square(x), 0.5),
            ops.multiply(d, ops.add(ops.subtract(1.0, ops.exp(proposed)), proposed)),
        )
        accepted = ops.logical_and(ops.logical_and(inside, ops.less(log_u, bound)), ops.logical_not(done))
        return keys[:2], ops.logical_or(done, accepted), ops.where(accepted, proposed, log_v)

    impossible = ops.logical_not(ops.greater(alpha, 0.0))
    start = (keys[:2], impossible, ops.where(impossible, float("nan"), ops.zeros_like(alpha)))
    _, _, log_v = ops.while_loop(
        lambda key, done, log_v: ops.logical_not(ops.all(done)), propose, start
    )
    log_u = ops.log(ops.subtract(1.0, ops.random_uniform(keys[2:], shape, dtype)))
    boost = ops.where(small, ops.divide(log_u, ops.where(small, alpha, 1.0)), 0.0)
    return ops.add(ops.add(ops.log(ops.where(impossible, 1.0, d)), log_v), boost)
