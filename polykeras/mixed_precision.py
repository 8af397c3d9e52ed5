"""Dtype policies and the scaling of losses, under the names that Keras 2 gave them."""

from polykeras.dtype_policies.policy import DTypePolicy, dtype_policy, set_dtype_policy
from polykeras.optimizers.loss_scale_optimizer import LossScaleOptimizer

Policy = DTypePolicy
global_policy = dtype_policy
set_global_policy = set_dtype_policy

__all__ = [
    "DTypePolicy",
    "LossScaleOptimizer",
    "Policy",
    "dtype_policy",
    "global_policy",
    "set_dtype_policy",
    "set_global_policy",
]
