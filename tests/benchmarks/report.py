"""Figures of `compare` as a table, a data file and a chart."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from .every_workload import EVERY_WORKLOAD

Figures = dict[str, Any]


def peers(row: Figures) -> dict[str, Figures]:
    """The systems beside the engine that ran."""
    return {s: f for s, f in row.items() if not s.startswith("engine") and "ms" in f}


def fastest(row: Figures) -> tuple[str, float]:
    """The fastest peer of a workload and its time; ("", nan) without any."""
    found = peers(row)
    name = min(found, key=lambda s: found[s]["ms"], default="")
    return name, found[name]["ms"] if name else math.nan


def ratio(row: Figures, system: str | None = None) -> float:
    """Time of a peer (the fastest by default) over the engine's, the first of its forms where several ran."""
    other = fastest(row)[1] if system is None else row.get(system, {}).get("ms", math.nan)
    own = next((f for s, f in row.items() if s.startswith("engine")), {})
    return other / own.get("ms", math.nan)


def geometric_mean(values: list[float]) -> float:
    """Over those that are numbers."""
    known = [v for v in values if not math.isnan(v)]
    return math.exp(sum(map(math.log, known)) / len(known)) if known else math.nan


def _ms(figures: Figures) -> str:
    if "ms" not in figures:
        return "-"
    digits = 3 if figures["ms"] < 1 else 2 if figures["ms"] < 10 else 1 if figures["ms"] < 100 else 0
    return f"{figures['ms']:.{digits}f} ({figures['min']:.{digits}f}-{figures['max']:.{digits}f})"


def line(key: str, row: Figures) -> str:
    """One workload in one line."""
    parts = [f"{s} {_ms(f)}" if "ms" in f else f"{s}: {f['missing']}" for s, f in row.items()]
    return f"{key}: {'; '.join(parts)}; fastest peer / engine {ratio(row):.2f}"


def markdown(figures: Figures) -> str:
    """The tables as Markdown."""
    rows = figures["workloads"]
    systems = list(dict.fromkeys(s for row in rows.values() for s in row))
    head = ["workload", *systems, "fastest peer / engine"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for key, row in rows.items():
        cells = [_ms(row[s]) for s in systems]
        lines.append(
            f"| ({key}) {EVERY_WORKLOAD[key].title} | {' | '.join(cells)} | {ratio(row):.2f} ({fastest(row)[0]}) |"
        )
    means = [f"{geometric_mean([ratio(row, s) for row in rows.values()]):.2f}" for s in systems]
    overall = geometric_mean([ratio(row) for row in rows.values()])
    lines.append(f"| **geometric mean of system / engine** | {' | '.join(means)} | **{overall:.2f}** |")
    return "\n".join(
        ["Milliseconds a step: median (smallest-largest).", "", *lines, "", *_weights(figures), *_limits(figures)]
    )


def _weights(figures: Figures) -> list[str]:
    rows = figures["workloads"]
    systems = list(dict.fromkeys(s for row in rows.values() for s in row))
    lines = ["Cold start (process start to the end of the first step, s) and peak memory (MB):", ""]
    lines += [f"| workload | {' | '.join(systems)} |", "|---" * (len(systems) + 1) + "|"]
    for key, row in rows.items():
        cells = [f"{f['cold_start_s']:.2f} s, {f['peak_mb']:.0f} MB" if "ms" in f else "-" for f in row.values()]
        lines.append(f"| ({key}) | {' | '.join(cells)} |")
    return [*lines, ""]


def _limits(figures: Figures) -> list[str]:
    found = figures["limits"]
    if not found:  # those of the processor say nothing of a card
        return []
    large = found["large_gemm"]
    lines = [
        f"Limits in the same run: product of 2000 x 2000 {large['one']:.0f} GFLOP/s on one thread, {large['two']:.0f} on two; "
        f"copy {found['copy_gb_s']:.0f} GB/s; a ufunc call {found['ufunc_us']:.2f} µs. Each workload's main product:",
        "",
        "| workload | (m, k, n) | GFLOP/s, one thread | two threads |",
        "|---|---|---|---|",
    ]
    for key, item in found["gemm"].items():
        lines.append(f"| ({key}) | {tuple(item['sizes'])} | {item['one']:.0f} | {item['two']:.0f} |")
    return lines


def chart(figures: Figures, path: Path) -> None:
    """Bars: each peer's time over the engine's, on a logarithmic axis; right of 1 the engine is faster."""
    from matplotlib.figure import Figure

    rows = figures["workloads"]
    systems = list(dict.fromkeys(s for row in rows.values() for s in peers(row)))
    picture = Figure(figsize=(9, 0.55 * len(rows) + 1.2), layout="constrained")
    axes = picture.add_subplot()
    for number, system in enumerate(systems):
        values = [ratio(row, system) for row in rows.values()]
        places = [i + (number - (len(systems) - 1) / 2) * 0.8 / len(systems) for i in range(len(rows))]
        axes.barh(places, [v - 1 for v in values], 0.8 / len(systems), left=1, label=system)
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log")
    axes.set_yticks(range(len(rows)), [f"({key}) {EVERY_WORKLOAD[key].title}" for key in rows], fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel("time / engine's time: right of 1 the engine is faster")
    if systems:
        axes.legend(fontsize=8)
    picture.savefig(path)


def write(figures: Figures, path: Path) -> None:
    """PATH.md, PATH.json and PATH.svg."""
    command, how = "gpu", "one card"
    if "blas_settings_kept" in figures:
        own_choice = "each library with its own choice of kernels"
        kept = "with the shell's BLAS settings" if figures["blas_settings_kept"] else own_choice
        command, how = "compare", f"2 threads, {kept}"
    text = (
        f"# Benchmarks\n\nMade by `python -m tests.benchmarks {command} --out {path.name}` on {figures['date']}: "
        f"{figures['machine']}; {how}. Each (system, workload) in its own process, rounds interleaved.\n\n"
        f"![time of each peer over the engine's]({path.name}.svg)\n\n{markdown(figures)}\n"
    )
    path.with_suffix(".md").write_text(text)
    path.with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n")
    chart(figures, path.with_suffix(".svg"))
