"""What `fit` leaves behind: 50 rounds of build, fit and predict in one process, and how the resident set grows.

python -m benchmarks.memory_growth [BACKEND ...]

Each backend has a process of its own. A round builds a new model, trains it for two epochs and predicts, as a search for
hyperparameters does. After the fifth round everything that is made once is there; what is added from then on is kept by
mistake. The limit is 20 MB.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys

import numpy as np

ROUNDS = 50
SETTLED = 5  # rounds after which nothing new should stay
LIMIT_MB = 20.0


def resident_mb() -> float:
    """Memory of this process that is in RAM."""
    with open("/proc/self/statm") as file:
        pages = int(file.read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def one_round(seed: int) -> None:
    """Build, fit and predict."""
    import polykeras as pk
    from polykeras import layers

    pk.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(256, 64)).astype("float32"), rng.integers(0, 10, 256)
    model = pk.Sequential(
        [
            pk.Input((64,)),
            layers.Dense(256, "relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.1),
            layers.Dense(10, "softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=2, batch_size=64, validation_split=0.25, verbose=0)
    model.predict(x, verbose=0)


def measure() -> None:
    """Run all rounds on the default backend; print the memory after each fifth, and the growth."""
    after = []
    for i in range(ROUNDS):
        one_round(i)
        gc.collect()
        after.append(resident_mb())
    shown = " ".join(f"{mb:.0f}" for mb in after[SETTLED - 1 :: 5])
    print(
        f"{os.environ['KERAS_BACKEND']:12} growth {after[-1] - after[SETTLED - 1]:6.1f} MB   resident after rounds: {shown}"
    )


def main() -> int:
    """Measure each backend in a process of its own. Returns how many grew by more than the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("backends", nargs="*", default=["numpy", "torch", "jax", "tensorflow"])
    failed = 0
    for backend in parser.parse_args().backends:
        code = "from benchmarks.memory_growth import measure; measure()"
        environment = {**os.environ, "KERAS_BACKEND": backend}
        line = subprocess.run(
            [sys.executable, "-c", code], env=environment, check=True, text=True, stdout=subprocess.PIPE
        )
        print(line.stdout, end="", flush=True)
        failed += float(line.stdout.split()[2]) > LIMIT_MB
    return failed


if __name__ == "__main__":
    sys.exit(main())
