"""The picture of a run: for each workload and backend, how the systems compare with the loop written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

COLOURS = {"native": "#9aa0a6", "keras3": "#d1495b", "polykeras": "#00798c"}


def write_picture(rows: Sequence[Mapping[str, Any]], path: Path) -> Path:
    """Bars of CPU time over the fastest loop by hand that calls the framework once a step; logarithmic.

    One panel a workload, one group of bars a backend. A system without a reference on its backend is left out.
    The format is that of the suffix of `path`.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    workloads = list(dict.fromkeys(row["workload"] for row in rows))
    columns = min(3, len(workloads))
    lines = -(-len(workloads) // columns)
    figure = Figure(figsize=(5.2 * columns, 2.9 * lines + 0.6), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(lines, columns, squeeze=False)
    for panel in panels.flat[len(workloads) :]:
        panel.set_axis_off()
    for panel, workload in zip(panels.flat, workloads):
        _draw(panel, workload, [row for row in rows if row["workload"] == workload])
    figure.suptitle("CPU time of a step over the best loop written by hand (1 = as fast; less is better)")
    figure.savefig(path, dpi=110)
    return path


def _draw(panel: Any, workload: str, rows: Sequence[Mapping[str, Any]]) -> None:
    from matplotlib.ticker import NullFormatter

    ticks, names = [], []
    at = 0.0
    for backend in dict.fromkeys(row["backend"] for row in rows):
        bars = [row for row in rows if row["backend"] == backend and row.get("vs_best_cpu") is not None]
        if not bars:
            continue
        for i, row in enumerate(bars):
            ratio = row["vs_best_cpu"]
            panel.bar(at + i, ratio, width=0.85, color=COLOURS[row["system"].partition(":")[0]])
            label = row["system"].partition(":")[2] or row["system"]
            panel.text(
                at + i, ratio, f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}", ha="center", va="bottom", fontsize=8
            )
            panel.text(at + i, 0.02, label, ha="center", va="bottom", fontsize=7, rotation=90, color="white",
                       transform=panel.get_xaxis_transform())  # fmt: skip
        ticks.append(at + (len(bars) - 1) / 2)
        names.append(backend)
        at += len(bars) + 0.8
    panel.axhline(1, color="black", linewidth=0.8)
    panel.set_yscale("log")
    panel.set_ylim(bottom=0.1)
    panel.yaxis.set_major_formatter("{x:g}")
    panel.yaxis.set_minor_formatter(NullFormatter())
    panel.margins(y=0.15)
    panel.set_xticks(ticks, names)
    panel.set_title(workload, fontsize=10)
