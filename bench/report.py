"""Tables of what was measured: medians with their spread, and ratios to the peers run by run."""

import statistics
from collections.abc import Iterable, Sequence

# figure → (heading, decimals)
COLUMNS = {
    "p50": ("p50 ms", 1),
    "p95": ("p95 ms", 1),
    "p99": ("p99 ms", 1),
    "max": ("max ms", 0),
    "p95_across": ("p95 across ms", 1),
    "delivered_per_s": ("delivered/s", 0),
    "frames_per_s": ("frames/s", 0),
    "server_cpu_s": ("server CPU s", 2),
    "database_cpu_s": ("db CPU s", 2),
    "redis_cpu_s": ("Redis CPU s", 2),
    "peak_mib": ("peak MiB", 0),
    "missing": ("missing", 0),
    "dropped": ("dropped", 0),
    "held": ("held", 0),
    "failed_at": ("failed at", 0),
    "kib_per_document": ("KiB/document", 0),
    "long_ms": ("long log ms", 1),
    "short_ms": ("twin ms", 1),
    "open_ratio": ("ratio", 2),
    "trials": ("kills", 0),
    "seen": ("letters seen", 0),
    "lost": ("of them lost", 0),
    "confirmed": ("with receipt", 0),
    "lost_confirmed": ("of them lost", 0),
    "burst_seen": ("burst: seen", 0),
    "burst_lost": ("of it lost", 0),
}
RATIOS = ("p95", "server_cpu_s", "delivered_per_s", "held")


def value_of(figures: dict, column: str) -> float | None:
    """Return one figure of a run; None when the run has none."""
    if column == "peak_mib":
        return figures.get("memory_mib", {}).get("peak")
    value = figures.get(column)
    return None if value is None or (column.startswith("p95_a") and value < 0) else value


def spread(values: Sequence[float], decimals: int) -> str:
    """Return the median and, when there are several runs, the least and the most."""
    middle, least, most = (
        f"{value:,.{decimals}f}" for value in (statistics.median(values), min(values), max(values))
    )
    return middle if least == most else f"{middle} ({least}–{most})"


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as a Markdown table; the first is the heading."""
    rows = [list(map(str, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def runs_of(results: list[dict], scenario: str, contender: str) -> list[dict]:
    """Return the figures of the runs of one contender, in order."""
    return [
        row["figures"] for row in results
        if row["scenario"] == scenario and row["contender"] == contender and row["figures"]
    ]  # fmt: skip


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def scenario_table(results: list[dict], scenario: str) -> str:
    """Return one line per contender."""
    contenders = _unique(row["contender"] for row in results if row["scenario"] == scenario)
    runs = {name: runs_of(results, scenario, name) for name in contenders}
    everything = [figures for several in runs.values() for figures in several]
    columns = [
        column for column in COLUMNS
        if any(value_of(figures, column) is not None for figures in everything)
    ]  # fmt: skip
    rows = [["", "runs", *(COLUMNS[column][0] for column in columns), "converged"]]
    for name, several in runs.items():
        cells = []
        for column in columns:
            values = [
                value for figures in several if (value := value_of(figures, column)) is not None
            ]
            cells.append(spread(values, COLUMNS[column][1]) if values else "–")
        rows.append([name, len(several), *cells, _agreement(several)])
    return table(rows)


def _agreement(several: list[dict]) -> str:
    said = [figures["converged"] for figures in several if "converged" in figures]
    return "–" if not said else "yes" if all(said) else f"no ({said.count(False)} of {len(said)})"


def ratios(results: list[dict], scenario: str, ours: str, peer: str) -> dict[str, list[float]]:
    """Return ours/peer for each figure, run by run: interleaved runs share the machine's mood."""
    by_run: dict[int, dict[str, dict]] = {}
    for row in results:
        if row["scenario"] == scenario and row["figures"]:
            by_run.setdefault(row["run"], {})[row["contender"]] = row["figures"]
    found: dict[str, list[float]] = {}
    for run in by_run.values():
        if ours in run and peer in run:
            for figure in RATIOS:
                mine, other = value_of(run[ours], figure), value_of(run[peer], figure)
                if mine is not None and other:
                    found.setdefault(figure, []).append(mine / other)
    return found


def ratio_table(results: list[dict], ours: Sequence[str], peers: Sequence[str]) -> str:
    """Return ours divided by each peer: the median of the runs' ratios and their least and most."""
    rows = [["scenario", "ours ÷ peer", *(COLUMNS[figure][0] for figure in RATIOS)]]
    for scenario in _unique(row["scenario"] for row in results):
        for mine in ours:
            for peer in peers:
                found = ratios(results, scenario, mine, peer)
                if found:
                    cells = [spread(found[f], 2) if f in found else "–" for f in RATIOS]
                    rows.append([scenario, f"{mine} ÷ {peer}", *cells])
    return table(rows) if len(rows) > 1 else ""


def noise(results: list[dict]) -> str:
    """Say how busy the machine was before the runs, and how late the load core itself was."""
    before = [row["load_average"] for row in results]
    lags = [row["figures"].get("send_lag_ms") for row in results if row["figures"]]
    busy = [row["figures"].get("generator_cpu_pct") for row in results if row["figures"]]
    parts = [f"load average before the runs {spread(before, 2)}"]
    if lags := [lag for lag in lags if lag is not None]:
        parts.append(f"latest letter sent late by ms {spread(lags, 1)}")
    if busy := [share for share in busy if share is not None]:
        parts.append(f"load core busy % {spread(busy, 0)}")
    return "; ".join(parts)
