"""Code that is called at points of a training run."""

from polykeras.callbacks.backup_and_restore import BackupAndRestore
from polykeras.callbacks.callback import Callback
from polykeras.callbacks.callback_list import CallbackList
from polykeras.callbacks.csv_logger import CSVLogger
from polykeras.callbacks.early_stopping import EarlyStopping
from polykeras.callbacks.history import History
from polykeras.callbacks.lambda_callback import LambdaCallback
from polykeras.callbacks.learning_rate_scheduler import LearningRateScheduler
from polykeras.callbacks.model_checkpoint import ModelCheckpoint
from polykeras.callbacks.progbar_logger import ProgbarLogger
from polykeras.callbacks.reduce_lr_on_plateau import ReduceLROnPlateau
from polykeras.callbacks.remote_monitor import RemoteMonitor
from polykeras.callbacks.swap_ema_weights import SwapEMAWeights
from polykeras.callbacks.tensorboard import TensorBoard
from polykeras.callbacks.terminate_on_nan import TerminateOnNaN
from polykeras.legacy.accepting import accept_in_constructors

accept_in_constructors(globals())

__all__ = [
    "BackupAndRestore",
    "CSVLogger",
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "ProgbarLogger",
    "ReduceLROnPlateau",
    "RemoteMonitor",
    "SwapEMAWeights",
    "TensorBoard",
    "TerminateOnNaN",
]
