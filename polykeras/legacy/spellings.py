"""The table of old spellings: Keras 1's names of arguments and values, and what they are called today.

`ARGUMENTS` says, by the name of a class or method, which of its arguments had another name. A `str` is the new name; a
function of the old arguments gives the new ones, for those that became several, or one of several.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from polykeras import tree
from polykeras.errors import ArgumentError

Rule = str | Callable[[Any], dict[str, Any]]


def _one_of(name: str, known: Mapping[Any, dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    def rule(value: Any) -> dict[str, Any]:
        if value not in known:
            raise ArgumentError(f"{name}={value!r} has no equivalent today; {', '.join(map(repr, known))} have.")
        return known[value]

    return rule


def _without_effect(value: Any) -> dict[str, Any]:
    """For arguments that chose between ways to the same result."""
    return {}


def _weights_of_steps(modes: Any) -> dict[str, Any]:
    """Today the shape of the weights says whether they are of samples or of steps."""
    for mode in tree.flatten(modes):
        if mode not in (None, "temporal"):
            raise ArgumentError(f"sample_weight_mode must be None or 'temporal', got {mode!r}.")
    return {}


WEIGHTS: dict[str, Rule] = {
    "init": "kernel_initializer",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
}
WINDOWED: dict[str, Rule] = {
    "nb_filter": "filters",
    "filter_length": "kernel_size",
    "border_mode": "padding",
    "subsample": "strides",
    "subsample_length": "strides",
    "dim_ordering": "data_format",
}
CONVOLUTION: dict[str, Rule] = {**WEIGHTS, **WINDOWED, "atrous_rate": "dilation_rate"}
POOLING: dict[str, Rule] = {
    "pool_length": "pool_size",
    "stride": "strides",
    "border_mode": "padding",
    "dim_ordering": "data_format",
}
RECURRENT: dict[str, Rule] = {
    **WEIGHTS,
    "inner_init": "recurrent_initializer",
    "U_regularizer": "recurrent_regularizer",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "consume_less": _without_effect,
}
GATED: dict[str, Rule] = {**RECURRENT, "inner_activation": "recurrent_activation"}
WITH_CELL: dict[str, Rule] = {
    **GATED,
    "forget_bias_init": _one_of(
        "forget_bias_init", {"one": {"unit_forget_bias": True}, "zero": {"unit_forget_bias": False}}
    ),
}
IMAGES: dict[str, Rule] = {"dim_ordering": "data_format"}
RATE: dict[str, Rule] = {"p": "rate"}
UNITS: dict[str, Rule] = {"output_dim": "units"}

OPTIMIZERS = ("SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam")
"""Those that there were; their ``decay`` became a schedule."""

ARGUMENTS: dict[str, dict[str, Rule]] = {
    "Dense": {**WEIGHTS, **UNITS},
    **{f"Conv{rank}D": CONVOLUTION for rank in (1, 2, 3)},
    "SeparableConv2D": {
        **WINDOWED,
        **{name: WEIGHTS[name] for name in ("bias", "b_regularizer", "b_constraint")},
        "init": lambda value: {"depthwise_initializer": value, "pointwise_initializer": value},
    },
    "Conv2DTranspose": CONVOLUTION,
    "ConvLSTM2D": {**WINDOWED, **WITH_CELL},
    **{f"{kind}Pooling{rank}D": POOLING for kind in ("Max", "Average") for rank in (1, 2, 3)},
    **{f"Global{kind}Pooling{rank}D": IMAGES for kind in ("Max", "Average") for rank in (2, 3)},
    **{f"{kind}{rank}D": IMAGES for kind in ("UpSampling", "ZeroPadding", "Cropping") for rank in (2, 3)},
    "UpSampling1D": {"length": "size"},
    "SimpleRNN": {**RECURRENT, **UNITS},
    "GRU": {**GATED, **UNITS},
    "LSTM": {**WITH_CELL, **UNITS},
    "Embedding": {
        "init": "embeddings_initializer",
        "W_regularizer": "embeddings_regularizer",
        "W_constraint": "embeddings_constraint",
        "dropout": "word_dropout",
    },
    "BatchNormalization": {
        "beta_init": "beta_initializer",
        "gamma_init": "gamma_initializer",
        "mode": _one_of("mode", {0: {}, 1: {"statistics": "sample"}, 2: {"statistics": "batch"}}),
    },
    "Dropout": RATE,
    "SpatialDropout1D": RATE,
    **{f"SpatialDropout{rank}D": {**RATE, **IMAGES} for rank in (2, 3)},
    "GaussianDropout": RATE,
    "GaussianNoise": {"sigma": "stddev"},
    "LeakyReLU": {"alpha": "negative_slope"},
    "PReLU": {"init": "alpha_initializer"},
    "Model": {"input": "inputs", "output": "outputs"},
    "compile": {"sample_weight_mode": _weights_of_steps},
    "fit": {"nb_epoch": "epochs"},
    "ReduceLROnPlateau": {"epsilon": "min_delta"},
    "L1": {"l": "l1"},
    "L2": {"l": "l2"},
    "MaxNorm": {"m": "max_value"},
    "MinMaxNorm": {"low": "min_value", "high": "max_value"},
    **{name: {"lr": "learning_rate"} for name in OPTIMIZERS},
    "to_categorical": {"nb_classes": "num_classes"},
}

DEFAULTS: dict[str, dict[str, Any]] = {f"AveragePooling{rank}D": {"pool_size": 2} for rank in (1, 2, 3)}
"""What an argument was if it was not given, where today it must be."""

INITIALIZERS = {"zero": "zeros", "one": "ones", "uniform": "random_uniform", "normal": "random_normal"}
VALUES: dict[str, Mapping[Any, Any]] = {
    "data_format": {"th": "channels_first", "tf": "channels_last", "default": None},
    "initializer": INITIALIZERS,
    "regularizer": {"l1l2": "l1_l2", "activity_l1": "l1", "activity_l2": "l2", "activity_l1l2": "l1_l2"},
    "constraint": {"maxnorm": "max_norm", "nonneg": "non_neg", "unitnorm": "unit_norm"},
}
"""By how the name of a new argument ends, old values and what they are called today."""

WINDOWS = (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3"))
"""Old arguments that became one: ``kernel_size``."""

SEQUENCES = ("LSTM", "GRU", "SimpleRNN", "Conv1D", "TimeDistributedDense", "LocallyConnected1D")
"""Classes whose ``input_dim`` and ``input_length`` stand for ``input_shape=(input_length, input_dim)``."""


def value_today(argument: str, value: Any) -> Any:
    """An old value of an argument, which has its new name, as it is written today."""
    if not isinstance(value, str):
        return value
    for ending, known in VALUES.items():
        if argument.endswith(ending):
            return known.get(value, value)
    return value


def translate(owner: str, arguments: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Arguments of the class or method `owner` as they are written today, and what became of each old name.

    Raises `ArgumentError` where an argument is given in both spellings.

    >>> translate("Dense", {"output_dim": 3, "init": "uniform"})[0]
    {'units': 3, 'kernel_initializer': 'random_uniform'}
    """
    rules, found = ARGUMENTS.get(owner, {}), dict[str, Any]()
    renamed: dict[str, str] = {}

    def give(old: str, new: str, value: Any) -> None:
        if new in arguments or new in found:
            raise ArgumentError(f"{owner}: {old!r} is the old spelling of {new!r}; give one of the two.")
        found[new] = value_today(new, value)
        renamed[old] = f"{renamed[old]} and {new}" if old in renamed else new

    rest = dict(arguments)
    if owner != "Embedding":  # where it is no size of an input
        rest = {k: v for k, v in rest.items() if v is not None or k not in _UNSAID}
    for window in WINDOWS if owner.startswith(("Conv", "Separable")) else ():
        if any(name in rest for name in window):
            missing = [name for name in window if name not in rest]
            if missing:
                raise ArgumentError(f"{owner}: {', '.join(missing)} is missing beside the other sizes of the window.")
            give(" and ".join(window), "kernel_size", tuple(rest.pop(name) for name in window))
    if owner in SEQUENCES and "input_dim" in rest:
        give("input_dim and input_length", "input_shape", (rest.pop("input_length", None), rest.pop("input_dim")))
    if owner == "Embedding" and "input_length" in rest:
        length = rest.pop("input_length")
        if length is not None or not {"input_shape", "batch_input_shape", "batch_shape"} & set(rest):
            give("input_length", "input_shape", (length,))
    rest.pop("input_dtype", None)
    for name, value in rest.items():
        rule = rules.get(name)
        if rule is None:
            found[name] = value_today(name, value)
        elif isinstance(rule, str):
            give(name, rule, value)
        else:
            try:
                new = rule(value)
            except ArgumentError as error:
                raise ArgumentError(f"{owner}: {error}") from None
            for key, v in new.items():
                give(name, key, v)
            renamed.setdefault(name, ", ".join(new) or "nothing: it has no effect today")
    if owner in _ALWAYS_LAST:
        found.setdefault("data_format", "channels_last")
    return found, renamed


_ALWAYS_LAST = ("Conv1D", "MaxPooling1D", "AveragePooling1D")
"""Layers over steps: in Keras 1 their features were last whatever the ordering of images."""

_UNSAID = ("input_dim", "input_length", "weights")
"""Arguments that say nothing if they are None."""


def is_old(owner: str, arguments: dict[str, Any]) -> bool:
    """Whether an old name, or an old value, is among the arguments."""
    known = _old_names(owner)
    return any(
        name in known or (v is None and name in _UNSAID) or (type(v) is str and value_today(name, v) != v)
        for name, v in arguments.items()
    )


_names: dict[str, frozenset[str]] = {}


def _old_names(owner: str) -> frozenset[str]:
    if owner not in _names:
        extra: tuple[str, ...] = ("input_dtype",)
        if owner.startswith(("Conv", "Separable")):
            extra += tuple(n for window in WINDOWS for n in window)
        if owner in SEQUENCES:
            extra += ("input_dim", "input_length")
        if owner == "Embedding":
            extra += ("input_length",)
        _names[owner] = frozenset((*ARGUMENTS.get(owner, ()), *extra))
    return _names[owner]
