"""`python -m bench.targets FILE…`: compare figures written with --json with what must be reached."""

import argparse
import json
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import report

NOT_MEASURED = "not measured"
POSTGRES_ALLOWANCE_MS = 5
KILLS = 200


@dataclass(frozen=True)
class Figures:
    """All runs of all files; `commit_p95_ms` by run. The runs of each file have numbers of their own."""

    results: list[dict]
    commit_p95_ms: dict[int, float]

    def values(self, scenario: str, contender: str, figure: str) -> list[float]:
        """Return one figure of all runs of a contender."""
        runs = report.runs_of(self.results, scenario, contender)
        return [value for row in runs if (value := report.value_of(row, figure)) is not None]

    def ratios(self, scenario: str, ours: str, peer: str, figure: str) -> list[float]:
        """Return ours ÷ peer, run by run."""
        return report.ratios(self.results, scenario, ours, peer).get(figure, [])

    def beyond_commit(self, ours: str, peer: str) -> list[float]:
        """Return, run by run, how many ms p95 of A lies above the peer's, a commit's p95 and the allowance together."""
        found = []
        for run, commit in self.commit_p95_ms.items():
            those = [row for row in self.results if (row["run"], row["scenario"]) == (run, "A")]
            rows = {row["contender"]: row["figures"] for row in those}
            if rows.get(ours) and rows.get(peer):
                allowed = rows[peer]["p95"] + commit + POSTGRES_ALLOWANCE_MS
                found.append(round(rows[ours]["p95"] - allowed, 3))
        return found


@dataclass(frozen=True)
class Target:
    """One line: what is asked, how to find the values, and the bound for their median."""

    what: str
    bound: float
    values: Callable[[Figures], list[float]]
    is_at_least: bool = False

    def line(self, figures: Figures) -> list[str]:
        """Return the line of the table."""
        asked = f"{'≥' if self.is_at_least else '≤'} {self.bound:g}"
        values = self.values(figures)
        if not values:
            return [self.what, asked, NOT_MEASURED, "0", ""]
        middle = statistics.median(values)
        reached = middle >= self.bound if self.is_at_least else middle <= self.bound
        return [
            self.what,
            asked,
            report.spread(values, _decimals(values)),
            str(len(values)),
            "yes" if reached else "**no**",
        ]


def _decimals(values: list[float]) -> int:
    return 0 if min(values) >= 100 or all(value == int(value) for value in values) else 2


def read(files: list[Path]) -> Figures:
    """Return the figures of all files together."""
    results, commits = [], {}
    for number, file in enumerate(files):
        document = json.loads(file.read_text())
        results += [{**row, "run": row["run"] + 1000 * number} for row in document["results"]]
        commits |= {run + 1000 * number: ms for run, ms in enumerate(document["commit_p95_ms"])}
    return Figures(results, commits)


def _value(scenario: str, contender: str, figure: str) -> Callable[[Figures], list[float]]:
    return lambda figures: figures.values(scenario, contender, figure)


def _ratio(scenario: str, ours: str, peer: str, figure: str) -> Callable[[Figures], list[float]]:
    return lambda figures: figures.ratios(scenario, ours, peer, figure)


def _sum(*those: str) -> Callable[[Figures], list[float]]:
    """Return how to add up figures of scenario K over all runs of ours, whatever the server: one loss is too many."""

    def add(figures: Figures) -> list[float]:
        ours = {
            row["contender"] for row in figures.results if row["contender"].startswith("koprade/")
        }
        found = [
            value
            for name in ours
            for figure in those
            for value in figures.values("K", name, figure)
        ]
        return [sum(found)] if found else []

    return add


def _unsound(figures: Figures) -> list[float]:
    """Return how many runs of ours ended with differing texts, missing letters or dropped clients."""
    ours = [
        row["figures"]
        for row in figures.results
        if row["contender"].startswith("koprade/") and row["figures"]
    ]
    faults = [
        row
        for row in ours
        if not row.get("converged", True) or row.get("missing") or row.get("dropped")
    ]
    return [len(faults)] if ours else []


def targets(server: str) -> list[Target]:
    """Return what must be reached, with `server` as the one for production."""
    main, postgres, daphne = (
        f"koprade/{server}/sqlite",
        f"koprade/{server}/postgres",
        "koprade/daphne/sqlite",
    )
    commit = "y-websocket's p95 + commit p95 + 5"
    cpu, p95, held = "server_cpu_s", "p95", "held"
    return [
        Target("K: letters lost that were seen or have a receipt", 0, _sum("lost", "lost_confirmed", "burst_lost")),
        Target("K: kills", KILLS, _sum("trials"), True),
        Target("all: runs with differing texts, missing letters, dropped clients", 0, _unsound),
        Target(f"A, SQLite, {server}: p95 ÷ y-websocket's", 1.5, _ratio("A", main, "y-websocket", p95)),
        Target("A, SQLite, daphne: p95 ÷ y-websocket's", 2.5, _ratio("A", daphne, "y-websocket", p95)),
        Target(f"A, PostgreSQL, {server}: ms above ({commit})", 0, lambda f: f.beyond_commit(postgres, "y-websocket")),
        Target(f"B, {server}: p95 ms", 25, _value("B", main, p95)),
        Target(f"B, {server}: CPU ÷ y-websocket's", 1, _ratio("B", main, "y-websocket", cpu)),
        Target("B, daphne: p95 ms", 25, _value("B", daphne, p95)),
        Target("B, daphne: CPU ÷ y-websocket's", 1.5, _ratio("B", daphne, "y-websocket", cpu)),
        Target(f"B, {server}: CPU ÷ pycrdt-websocket's", 0.5, _ratio("B", main, "pycrdt-websocket", cpu)),
        Target(f"C, {server}: p95 ms", 25, _value("C", main, p95)),
        Target("C, daphne: p95 ms", 50, _value("C", daphne, p95)),
        Target(f"E, {server}: writers ÷ Hocuspocus'", 2, _ratio("E", main, "hocuspocus", held), True),
        Target("E, daphne: writers ÷ Hocuspocus'", 1.3, _ratio("E", daphne, "hocuspocus", held), True),
        Target(f"E, {server}: writers ÷ tuned Hocuspocus'", 2, _ratio("E", main, "hocuspocus-tuned", held), True),
        Target(f"R, {server}: p95 ms", 150, _value("R", main, p95)),
        Target(f"M, {server}: KiB per document", 300, _value("M", main, "kib_per_document")),
        Target(f"O, {server}: long log ÷ its twin", 2, _value("O", main, "open_ratio")),
        Target(f"W, {server}: p95 across workers, ms", 100, _value("W", postgres, "p95_across")),
    ]  # fmt: skip


def main(given: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.targets", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument(
        "--production", default="uvicorn", help="the server that the ADR recommends"
    )
    options = parser.parse_args(given)
    figures = read(options.files)
    lines = [target.line(figures) for target in targets(options.production)]
    print(
        report.table(
            [["what", "target", "measured: median (least–most)", "runs", "reached"], *lines]
        )
    )


if __name__ == "__main__":
    main()
