"""`BatchSteps`: how a model is trained, evaluated and asked on one batch, and those steps in compiled form."""

from __future__ import annotations

from typing import Any

from polykeras import masking, tree
from polykeras.errors import ArgumentError, TraceError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.interpreters import abstract
from polykeras.layers.layer import Layer
from polykeras.logits import noted_logits
from polykeras.random.seed_generator import global_generator
from polykeras.scope import current_backend
from polykeras.training.data import unpack_x_y_sample_weight
from polykeras.training.differentiate import value_and_gradients
from polykeras.training.loop import StepRunner, as_tensors
from polykeras.training.objectives import CompiledLoss, CompiledMetrics
from polykeras.training.step import PureStep
from polykeras.variable import StatelessScope, Variable


class BatchSteps(Layer):
    """A layer with `compile` and a step each for training, testing and predicting, which a subclass may override."""

    _graph: Any = None  # from symbolic inputs to outputs, if the model has one

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.optimizer: Any = None
        self.jit_compile: bool | str = "auto"
        self.run_eagerly = False
        self.steps_per_execution: int | str = "auto"
        self._compile_options: dict[str, Any] = {}  # what `compile` was given, but for the optimizer
        self._objective: CompiledLoss | None = None
        self._measures: CompiledMetrics | None = None
        self._loss_tracker: Any = None
        self._runners: dict[Any, StepRunner] = {}
        self._tried = False  # whether a train_step of the subclass was tried out since `compile`

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int | str = "auto",
        jit_compile: bool | str = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Say how the model is trained.

        Args:
            optimizer: a name or an `Optimizer`.
            loss: a name, a function ``f(y_true, y_pred)`` or a `Loss`; with several outputs also a list of these in
                their order, or a dictionary by output name.
            loss_weights: a number per output, as a list or dictionary.
            metrics, weighted_metrics: lists of names, functions or `Metric` objects; with several outputs a list per
                output, or a dictionary.
            run_eagerly: call `train_step` anew each time, without compiling it.
            steps_per_execution: how many steps one compiled call makes; ``"auto"`` lets the backend decide.
            jit_compile: whether to use the framework's optimising compiler; ``"auto"`` lets the backend decide.
            auto_scale_loss: whether the optimizer of a model with the policy ``"mixed_float16"`` is wrapped in a
                `LossScaleOptimizer`, so that small gradients do not vanish.

        Raises `UnknownNameError` for names that do not exist.
        """
        from polykeras import metrics as metrics_module
        from polykeras import optimizers

        if steps_per_execution != "auto" and (not isinstance(steps_per_execution, int) or steps_per_execution < 1):
            raise ArgumentError(f'steps_per_execution must be "auto" or a positive int, got {steps_per_execution!r}.')
        found = optimizers.get(optimizer)
        if found is None:
            raise ArgumentError("compile: an optimizer is needed, got None.")
        scaled = isinstance(found, optimizers.LossScaleOptimizer)
        if auto_scale_loss and self.dtype_policy.name == "mixed_float16" and not scaled:
            found = optimizers.LossScaleOptimizer(found, name="loss_scale_optimizer")
        objective = CompiledLoss(loss, loss_weights) if loss is not None else None
        measures = CompiledMetrics(metrics, weighted_metrics, loss)
        # Nothing was wrong: from here on the model is changed.
        self.optimizer, self._objective, self._measures = found, objective, measures
        self._loss_tracker = metrics_module.Mean(name="loss")
        self.run_eagerly = run_eagerly
        self.steps_per_execution = steps_per_execution
        self.jit_compile = jit_compile
        self._compile_options = {
            "loss": loss,
            "loss_weights": loss_weights,
            "metrics": metrics,
            "weighted_metrics": weighted_metrics,
            "run_eagerly": run_eagerly,
            "steps_per_execution": 1 if steps_per_execution == "auto" else steps_per_execution,
            "jit_compile": jit_compile,
        }
        self._forget_compiled_steps()

    @property
    def compiled(self) -> bool:
        """Whether `compile` was called."""
        return self.optimizer is not None

    @property
    def loss(self) -> Any:
        """The loss that was given to `compile`."""
        return self._objective.config if self._objective is not None else None

    @property
    def output_names(self) -> list[str]:
        """What the outputs are called in losses, metrics and logs; empty if that is not known yet."""
        return []

    # ---- one step: what a subclass may override ----------------------------------------------------------------

    def train_step(self, data: Any) -> dict[str, Any]:
        """Train on one batch ``(x, y, sample_weight)``; returns the logs. Written for any backend, compiled on each."""
        x, y, sample_weight = unpack_x_y_sample_weight(data)

        def forward() -> tuple[Any, Any, Any, Any]:
            with noted_logits():
                y_pred = self(x, training=True)
                loss = self.compute_loss(x, y, y_pred, sample_weight, training=True)
            masks = [masking.get_mask(output) for output in tree.flatten(y_pred)] if masking.any_masks() else []
            return self.optimizer.scale_loss(loss), loss, y_pred, masks

        variables = self.trainable_variables
        if not variables:
            _, loss, y_pred, _ = forward()
        else:
            (_, loss, y_pred, masks), gradients = value_and_gradients(forward, variables)
            self.optimizer.apply(gradients, variables)
            for output, mask in zip(tree.flatten(y_pred), masks):  # differentiation has made new tensors of the outputs
                masking.set_mask(output, mask)
        self._loss_tracker.update_state(loss, _rows_of(x))
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def test_step(self, data: Any) -> dict[str, Any]:
        """Evaluate one batch; returns the logs."""
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        with noted_logits():
            y_pred = self(x, training=False)
            loss = self.compute_loss(x, y, y_pred, sample_weight, training=False)
        self._loss_tracker.update_state(loss, _rows_of(x))
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def predict_step(self, data: Any) -> Any:
        """The outputs for one batch."""
        x, _, _ = unpack_x_y_sample_weight(data)
        return self(x, training=False)

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """The scalar to minimise: the compiled loss and what layers and regularizers add."""
        parts = []
        if self._objective is not None and y is not None:
            masks = tree.map_structure(masking.get_mask, y_pred) if masking.any_masks() else None
            parts.append(self._objective(y, y_pred, sample_weight, masks, self.output_names))
        parts.extend(self.losses)
        if not parts:
            raise ArgumentError(
                f"Model {self.name!r}: nothing to minimise. Give compile() a loss and fit() targets y, or call "
                "add_loss() in a layer."
            )
        from polykeras import ops

        total = parts[0]
        for part in parts[1:]:
            total = ops.add(total, ops.cast(part, ops.dtype(total)))
        return total

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        """Update the compiled metrics with one batch; returns the results of all metrics so far."""
        if self._measures is not None and y is not None:
            self._measures.update(y, y_pred, sample_weight, self.output_names)
        return self.get_metrics_result()

    # ---- metrics -----------------------------------------------------------------------------------------------

    @property
    def metrics(self) -> list[Any]:
        """The metrics that are reported: the loss, those given to `compile`, and those that are attributes."""
        return self._all_metrics()

    def _all_metrics(self) -> list[Any]:
        found = [self._loss_tracker] if self._loss_tracker is not None else []
        if self._measures is not None:
            found += self._measures.metrics
        if self._objective is not None:
            found += self._objective.trackers
        found += super().metrics
        return list({id(m): m for m in found}.values())

    @property
    def metrics_names(self) -> list[str]:
        """Their names."""
        return [m.name for m in self.metrics]

    def get_metrics_result(self) -> dict[str, Any]:
        """The results of all metrics so far, by name."""
        results: dict[str, Any] = {}
        for metric in self.metrics:
            value = metric.result()
            results.update(value if isinstance(value, dict) else {metric.name: value})
        return results

    def reset_metrics(self) -> None:
        """Start all metrics afresh."""
        for metric in self.metrics:
            metric.reset_state()

    # ---- compiled steps ----------------------------------------------------------------------------------------

    def __getstate__(self) -> dict[str, Any]:
        """What copies and pickles hold: all but the compiled steps."""
        return {**super().__getstate__(), "_runners": {}}

    def _forget_compiled_steps(self) -> None:
        self._runners = {}

    def _optimizers(self) -> list[Any]:
        """`optimizer`, and those that a step of one's own uses."""
        from polykeras.optimizers import Optimizer

        return [value for value in vars(self).values() if isinstance(value, Optimizer)]

    def _state_variables(self, training: bool) -> list[Variable]:
        """All of the model's that a step may read or change, on its backend."""
        beside: list[Variable] = []
        if training:
            for optimizer in self._optimizers():
                beside += optimizer.variables
        for metric in [*self._all_metrics(), *self.metrics]:  # a subclass may report others than there are
            beside += metric.variables
        home = self._home()
        for v in beside:  # an optimizer or a metric may have been made elsewhere
            v.move(home)
        return list({id(v): v for v in [*self.variables, *beside]}.values())

    def _runner(self, kind: str, keeps_logs: bool = False) -> StepRunner:
        """What runs train, test or predict steps; made again when what is trainable has changed.

        With `keeps_logs` for those who look at the logs of each step: the compiled step computes them too.
        """
        trainable = tuple(id(v) for v in self.trainable_variables) if kind == "train" else None
        keeps_logs = keeps_logs or self._logs_are_own(kind)
        key = (kind, trainable, self.run_eagerly, keeps_logs)
        runner = self._runners.get(key)
        if runner is None:
            method = {"train": self.train_step, "test": self.test_step, "predict": self.predict_step}[kind]
            own, shared = self._state_variables(kind == "train"), [global_generator().state]
            runner = self._runners[key] = StepRunner(
                PureStep(method, own, shared, keeps_logs),
                self._home(),
                kind=kind,
                eager=self.run_eagerly,
                jit=self.jit_compile,
                steps_per_execution=self.steps_per_execution,
            )
        return runner

    def _logs_are_own(self, kind: str) -> bool:
        """Whether what a step returns says more than the metrics' variables do."""
        own = (f"{kind}_step", "compute_metrics", "get_metrics_result")
        return kind == "predict" or any(getattr(type(self), n) is not getattr(BatchSteps, n) for n in own)

    def _home(self) -> Any:
        """The backend that the model is on."""
        weights = self.weights
        return weights[0].backend if weights else current_backend()

    def _make_ready(self, batch: Any, training: bool) -> None:
        """Build model, optimizer and metrics on a first batch, so that a step creates no variables."""
        x, y, _ = unpack_x_y_sample_weight(batch)
        known = len(self._runners)
        own_step = type(self).train_step is not BatchSteps.train_step
        without_call = own_step and not self._has_call()
        decides_itself = without_call or (own_step and len(self._optimizers()) > 1)  # what its optimizers are for
        if not without_call and self._unbuilt_layers():
            before = len(self.variables)
            keeps_rows = any(getattr(layer, "stateful", False) for layer in self._flatten_layers())
            self._outputs_for(x, training, free_batch=not keeps_rows)
            known = 0 if len(self.variables) != before else known
        if training and not decides_itself and self.optimizer is not None and not self.optimizer.built:
            self.optimizer.build(self.trainable_variables)
        if self._measures is not None and y is not None and not (self._measures.built and self._objective_is_built()):
            y_pred = self._graph.outputs if self._graph is not None else self._outputs_for(x, False)
            if not self._measures.built:
                self._measures.build(y, y_pred, self.output_names)
            if self._objective is not None:
                self._objective.build(y, y_pred, self.output_names)
            known = 0
        if training and decides_itself and not self._tried:
            self._try_step(batch)
            known = 0
        if not known:  # the state has grown
            self._forget_compiled_steps()

    def _unbuilt_layers(self) -> list[Any]:
        return self._recall("unbuilt", lambda: [layer for layer in self._flatten_layers() if not layer.built])

    def _has_call(self) -> bool:
        """Whether calling the model as a whole means something: a GAN, say, is two networks and a step."""
        from polykeras.models import Model

        return self._graph is not None or type(self).call is not Model.call

    def _try_step(self, batch: Any) -> None:
        """Let a step of the subclass make the variables it needs, such as its optimizers', by one call without effect."""
        if any(not optimizer.built for optimizer in self._optimizers()):
            with StatelessScope():
                self.train_step(as_tensors(batch, self._home()))
        self._tried = True

    def _objective_is_built(self) -> bool:
        return self._objective is None or self._objective.built

    def _outputs_for(self, x: Any, training: bool, free_batch: bool = False) -> Any:
        """The outputs, by a call on shapes; on the values if the model looks at them, as one that runs eagerly may."""
        if self.run_eagerly:
            return self(x, training=False)

        def symbolic(a: Any) -> Any:
            return None if a is None else KerasTensor((None, *a.shape[1:]), a.dtype.name)

        try:
            return abstract.infer(
                self.__call__, tree.map_structure(symbolic, x) if free_batch else x, training=training
            )
        except TraceError:  # it looks at values; `StepRunner` will say so
            return self(as_tensors(x, self._home()), training=False)

    def _require_compiled(self, what: str) -> None:
        if not self.compiled:
            raise ArgumentError(f"Model {self.name!r}: call compile(optimizer, loss) before {what}().")


def _rows_of(x: Any) -> int:
    return next(int(a.shape[0]) for a in tree.flatten(x) if a is not None)
