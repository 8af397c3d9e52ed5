"""What is asked for each kind of golden record: functions of a record that assert."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from golden.records import FOLDER, Record, built, compile_as, many, module, named, number, one, realised

Check = Callable[[Record], None]


def _shape(what: str, got: Any, wanted: Any) -> None:
    assert [None if d is None else int(d) for d in got] == list(wanted), what


# ---- layers ----------------------------------------------------------------------------------------------------


def _chain(r: Record) -> tuple[Any, Any, Any, list[Any]]:
    """Input, output, model and layers of a record, with its weights."""
    layers, spec = module("layers"), r["input"]
    key = "batch_shape" if spec.get("batch_shape") else "shape"
    x = y = layers.Input(**{key: tuple(spec[key])}, dtype=r["dtype"])
    chain = r.get("chain") or [{n: r[n] for n in ("class", "kwargs", "n_weights")}]
    made, weights = [], r.arrays("w") or []
    for link in chain:
        layer = getattr(layers, link["class"])(**realised(link["kwargs"]))
        y = layer(y)
        made.append(layer)
        own, weights = weights[: link["n_weights"]], weights[link["n_weights"] :]
        assert [w.shape for w in layer.get_weights()] == [w.shape for w in own]
        layer.set_weights(own)
    return x, y, module("models").Model(input=x, output=y), made


def layer(r: Record) -> None:
    x, y, model, _ = _chain(r)
    inputs, wanted = r.arrays("x"), r.arrays("y")
    if r.kind == "layer_train_phase":
        K = module("backend")
        run = K.function([x, K.learning_phase()], [y])
        got = [run([v, 1.0])[0] for v in inputs]
    else:
        got = [model.predict(v, batch_size=len(v)) for v in inputs]
        if r.kind == "layer_stateful":
            model.reset_states()
            got.append(model.predict(inputs[0], batch_size=len(inputs[0])))
    r.close_all("output", got, wanted)
    if "note" not in r:
        _shape("output_shape", model.output_shape, r["output_shape"])
    assert model.count_params() == r["param_count"]


def layer_config(r: Record) -> None:
    have = json.loads(json.dumps(_chain(r)[3][0].get_config(), default=str))
    for key, wanted in r["config"].items():
        assert _alike(have[key], wanted) or "lambda" in str(wanted), f"{key}: {have[key]}, wanted {wanted}"


def _alike(a: Any, b: Any) -> bool:
    if isinstance(b, dict):
        return isinstance(a, dict) and all(k in a and _alike(a[k], v) for k, v in b.items())
    if isinstance(b, (int, float)) and not isinstance(b, bool):
        return bool(abs(a - b) <= 1e-6 * max(1.0, abs(b)))
    return bool(a == b)


def noise(r: Record) -> None:
    K, layers = module("backend"), module("layers")
    x = layers.Input(shape=tuple(r["shape"]))
    y = getattr(layers, r["class"])(**realised(r["kwargs"]))(x)
    ones = np.ones([60, *r["shape"]], "float32")
    got = np.asarray(K.function([x, K.learning_phase()], [y])([ones, 1.0])[0])
    n = got.size
    if r.get("whole_axes"):
        axes = tuple(r["whole_axes"])
        assert got.std(axis=axes).max() < 1e-6
        n //= int(np.prod([got.shape[i] for i in axes]))
    if r["values"]:
        assert np.abs(got.reshape(-1, 1) - np.asarray(r["values"])).min(1).max() < 1e-4
    assert abs(got.mean() - r["mean"]) <= 9 * r["std"] / np.sqrt(n)
    assert abs(got.std() / r["std"] - 1) <= 10 / np.sqrt(n)


def shape(r: Record) -> None:
    models, layers = module("models"), module("layers")
    given = {"batch_input_shape": tuple(r["batch_input_shape"])}
    made = getattr(layers, r["class"])(**realised(r["kwargs"]), **given)
    model = models.Sequential([made])
    _shape("output_shape", model.output_shape, r["output_shape"])
    assert [list(w.shape) for w in made.get_weights()] == r["weight_shapes"]
    assert model.count_params() == r["param_count"]
    assert sum(int(np.prod(w.shape)) for w in made.trainable_weights) == r["trainable_count"]


def merge(r: Record) -> None:
    layers, models = module("layers"), module("models")
    arguments, xs = realised(r["kwargs"]), r.arrays("x")
    if r["style"] == "sequential":
        branches = [models.Sequential([layers.Activation("linear", input_shape=tuple(s))]) for s in r["shapes"]]
        model = models.Sequential([layers.Merge(branches, **arguments)])
    else:
        inputs = [layers.Input(shape=tuple(s)) for s in r["shapes"]]
        merged = layers.merge(inputs, **arguments) if r["style"] == "function" else layers.Merge(**arguments)(inputs)
        model = models.Model(input=inputs, output=merged)
    got, wanted = model.predict(xs, batch_size=len(xs[0])), r.arrays("y")[0]
    if "note" in r:  # the original's declared and real shapes differ; either is fine
        got = got.reshape(wanted.shape)
    else:
        _shape("output_shape", model.output_shape, r["output_shape"])
    r.close("output", got, wanted)


# ---- functions -------------------------------------------------------------------------------------------------


def _variables(r: Record) -> list[Any]:
    return [module("backend").variable(x, dtype=str(x.dtype)) for x in r.arrays("x")]


def objective(r: Record) -> None:
    r.close("value", number(module("objectives").get(r["name"])(*_floats(r))), r.arrays("y")[0])


def metric(r: Record) -> None:
    r.close("value", number(module("metrics").get(r["name"])(*_floats(r), **r["kwargs"])), r.arrays("y")[0])


def activation(r: Record) -> None:
    r.close("value", number(module("activations").get(r["name"])(_floats(r)[0])), r.arrays("y")[0])


def penalty_or_projection(r: Record) -> None:
    r.close("value", number(realised(r["object"])(_floats(r)[0])), r.arrays("y")[0])


def _floats(r: Record) -> list[Any]:
    return [module("backend").variable(x) for x in r.arrays("x")]


def init_value(r: Record) -> None:
    start = module("initializations").get(r["name"])
    r.close("value", number(start(tuple(r["shape"]), **r["kwargs"])), r.arrays("y")[0])


def init_stat(r: Record) -> None:
    initializations, wanted = module("initializations"), tuple(r["shape"])
    w = number(initializations.get(r["name"])(wanted, **r["kwargs"]))
    assert w.shape == wanted
    if "singular" in r:
        s = np.linalg.svd(w, compute_uv=False)
        np.testing.assert_allclose([s.min(), s.max()], r["singular"], rtol=1e-3)
        return
    assert abs(w.mean()) <= 6 * r["std"] / np.sqrt(w.size)
    assert abs(w.std() / r["std"] - 1) <= 0.05
    if "uniform" in r["name"]:
        assert abs(np.abs(w).max() / max(r["max"], -r["min"]) - 1) <= 0.02
    if "normal" in r["name"]:  # not truncated
        assert np.abs(w).max() >= 2.5 * r["std"]
    fans = initializations.get_fans(wanted, dim_ordering=r["kwargs"].get("dim_ordering", "th"))
    np.testing.assert_allclose(fans, r["fans"])


def backend(r: Record) -> None:
    variables = _variables(r)

    def argument(v: Any) -> Any:
        if isinstance(v, dict) and "x" in v:
            return variables[v["x"]]
        if isinstance(v, list):
            values = [argument(u) for u in v]
            return values if any(isinstance(u, dict) for u in v) else tuple(values)
        return v

    f = getattr(module("backend"), r["name"])
    got = f(*map(argument, r["args"]), **{k: argument(v) for k, v in r["kwargs"].items()})
    r.close("value", number(got), r.arrays("y")[0])


def util(r: Record) -> None:
    xs = r.arrays("x")
    arguments = [xs[v["x"]] if isinstance(v, dict) and "x" in v else v for v in r["args"]]
    got = named(r["name"])(*arguments, **r["kwargs"])
    if "value" in r:
        assert list(got) == r["value"]
    else:
        r.close("value", got, r.arrays("y")[0])


def tokenizer(r: Record) -> None:
    made = named("preprocessing.text.Tokenizer")(nb_words=r["nb_words"])
    made.fit_on_texts(r["texts"])
    assert made.word_index == r["word_index"]
    assert made.texts_to_sequences(r["texts"]) == r["sequences"]
    r.close("matrix", made.texts_to_matrix(r["texts"], mode=r["mode"]), r.arrays("y")[0])


# ---- training --------------------------------------------------------------------------------------------------


def training(r: Record) -> None:
    model = built(r["build"])
    model.set_weights(r.arrays("w0"))
    compile_as(model, r["compile"])
    x, y, weight, wanted = (r.arrays(n) for n in ("x", "y", "sample_weight", "history"))
    size, n = r["batch_size"], len(x[0])

    def forget() -> None:
        if getattr(model, "stateful", False):
            model.reset_states()

    def predicted() -> list[Any]:
        return many(model.predict(one([v[:size] for v in x]), batch_size=size))

    if "pred0" in r:
        r.close_all("first prediction", predicted(), r.arrays("pred0"))
        forget()
    if "<lambda>" not in r["metrics_names"]:
        assert list(model.metrics_names) == r["metrics_names"]
    extra = {}
    if r.get("class_weight"):
        extra["class_weight"] = {int(k): v for k, v in r["class_weight"].items()}
    for step in range(r["steps"]):
        if r.get("reset_every") and step % r["reset_every"] == 0:
            model.reset_states()
        first = (step * size) % (n - n % size)
        rows = slice(first, first + size)
        if weight is not None:
            extra["sample_weight"] = one([v[rows] for v in weight])
        got = model.train_on_batch(one([v[rows] for v in x]), one([v[rows] for v in y]), **extra)
        r.close(f"step {step + 1}", np.atleast_1d(np.asarray(got, "float64")), wanted[step])
        if f"w_{step + 1}" in r:
            r.close_all(f"weights after step {step + 1}", model.get_weights(), r.arrays(f"w_{step + 1}"))
    if "w_end" in r:
        r.close_all("last weights", model.get_weights(), r.arrays("w_end"))
    if "pred1" in r:
        forget()
        r.close_all("last prediction", predicted(), r.arrays("pred1"))


def model_json(r: Record) -> None:
    models = module("models")
    model = models.model_from_json(r["json"])
    model.set_weights(r.arrays("w0"))
    size = r["batch_size"]
    got = many(model.predict(one([v[:size] for v in r.arrays("x")]), batch_size=size))
    r.close_all("prediction", got, r.arrays("pred0"))
    again = models.model_from_json(model.to_json())
    again.set_weights(r.arrays("w0"))
    assert again.count_params() == model.count_params()


def fit(r: Record) -> None:
    model = built(r["build"])
    model.set_weights(r.arrays("w0"))
    compile_as(model, r["compile"])
    x, y, weight, validation = (r.arrays(n) for n in ("x", "y", "sample_weight", "val"))
    x = dict(zip(r["x_names"], x, strict=True)) if "x_names" in r else one(x)
    y = dict(zip(r["y_names"], y, strict=True)) if "y_names" in r else one(y)
    settings = dict(r["fit"])
    if "class_weight" in settings:
        settings["class_weight"] = {int(k): v for k, v in settings["class_weight"].items()}
    if "callbacks" in settings:
        callbacks = module("callbacks")
        settings["callbacks"] = [getattr(callbacks, c["class"])(**realised(c["kwargs"])) for c in settings["callbacks"]]
    asked = {"batch_size": settings["batch_size"], "verbose": 0}
    if weight is not None:
        settings["sample_weight"] = asked["sample_weight"] = weight[0]
    if validation is not None:
        settings["validation_data"] = tuple(validation)
    history = model.fit(x, y, shuffle=False, verbose=0, **settings)
    assert list(history.epoch) == r["epoch"]
    assert sorted(history.history) == sorted(r["history"])
    for name, values in r["history"].items():
        r.close(f"history of {name}", np.asarray(history.history[name], "float64"), np.asarray(values))
    r.close("evaluate", np.atleast_1d(np.asarray(model.evaluate(x, y, **asked), "float64")), np.asarray(r["evaluate"]))
    r.close_all("last weights", model.get_weights(), r.arrays("w_end"))
    r.close_all("prediction", many(model.predict(x, batch_size=settings["batch_size"])), r.arrays("pred"))
    if "classes" in r:
        r.close("classes", model.predict_classes(x, batch_size=4, verbose=0), r.arrays("classes"))
        r.close("probabilities", model.predict_proba(x, batch_size=4, verbose=0), r.arrays("proba"))


# ---- files -----------------------------------------------------------------------------------------------------


def _cut(r: Record, name: str, i: int) -> Any:
    size = r["batch_size"]
    first = (i % (len(r.arrays("x")[0]) // size)) * size
    return one([v[first : first + size] for v in r.arrays(name)])


def _loaded(r: Record, model: Any) -> None:
    r.close_all("weights", model.get_weights(), r.arrays("w"))
    r.close_all("prediction", many(model.predict(_cut(r, "x", 0))), r.arrays("pred"))


def h5_load(r: Record) -> None:
    _loaded(r, module("models").load_model(str(FOLDER / r["file"])))


def h5_weights(r: Record) -> None:
    model = built(r["build"])
    model.load_weights(str(FOLDER / r["weights_file"]))
    _loaded(r, model)


def h5_resume(r: Record) -> None:
    model = module("models").load_model(str(FOLDER / r["file"]))
    for i, wanted in enumerate(r.arrays("history"), r["first_batch"]):
        got = model.train_on_batch(_cut(r, "x", i), _cut(r, "y", i))
        r.close(f"batch {i}", np.atleast_1d(np.asarray(got, "float64")), wanted)


CHECKS: dict[str, tuple[Check, ...]] = {
    "layer": (layer, layer_config),
    "layer_stateful": (layer,),
    "layer_train_phase": (layer,),
    "noise": (noise,),
    "merge": (merge,),
    "shape": (shape,),
    "objective": (objective,),
    "metric": (metric,),
    "activation": (activation,),
    "regularizer": (penalty_or_projection,),
    "constraint": (penalty_or_projection,),
    "init_value": (init_value,),
    "init_stat": (init_stat,),
    "backend": (backend,),
    "util": (util,),
    "tokenizer": (tokenizer,),
    "optimizer": (training,),
    "train": (training,),
    "model": (training, model_json),
    "fit": (fit,),
    "h5": (h5_load, h5_resume, h5_weights),
}


def pairs(records: list[Record]) -> list[tuple[Check, Record]]:
    """Every check of every record; only records that hold a configuration are asked for it."""
    return [(check, r) for r in records for check in CHECKS[r.kind] if check is not layer_config or "config" in r]
