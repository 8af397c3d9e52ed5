"""Code that is called at points of a training run."""

from polykeras.callbacks.callback import Callback
from polykeras.callbacks.callback_list import CallbackList
from polykeras.callbacks.history import History
from polykeras.callbacks.lambda_callback import LambdaCallback
from polykeras.callbacks.terminate_on_nan import TerminateOnNaN

__all__ = ["Callback", "CallbackList", "History", "LambdaCallback", "TerminateOnNaN"]
