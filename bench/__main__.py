"""`python -m bench`: measure the realtime engine, and peers in the same run. See bench/README.md."""

import argparse
import json
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench import machine, processes, report
from bench.contenders import PEERS, RAISED, SERVERS, Ours, Peer
from bench.databases import Postgres, Sqlite, commit_p95
from bench.processes import Trouble, stops_on_signals
from bench.scenarios import SCENARIOS


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    add = parser.add_argument
    add(
        "scenarios", nargs="?", default="A", help=f"letters, commas between: {', '.join(SCENARIOS)}"
    )
    add(
        "--server",
        action="append",
        choices=SERVERS,
        help="ASGI server under our application (repeatable)",
    )
    add(
        "--peer",
        action="append",
        choices=PEERS,
        default=[],
        help="also measure this one (repeatable)",
    )
    add("--only-peers", action="store_true", help="leave our own application out")
    add("--database", choices=("sqlite", "postgres"), default="sqlite")
    add(
        "--postgres-url",
        default="postgres://postgres@127.0.0.1:5432/postgres",
        help="a server where databases may be made",
    )
    add(
        "--runs",
        type=int,
        default=1,
        help="how often, each with another seed, contenders taking turns",
    )
    add("--seed", type=int, default=1, help="of the first run")
    add("--receipts", action="store_true", help="our clients ask for receipts, as our editor does")
    add(
        "--profile",
        type=Path,
        help="A–D, R, W: sample our server's stacks into this folder (disturbs the figures)",
    )
    add(
        "--renew-presence",
        action="store_true",
        help="clients say every 15 s who they are, as browsers do",
    )
    add("--nice", type=int, default=0, help="niceness of servers and load core; below 0 needs root")
    add("--port", type=int, help="listen there (default: any free port)")
    add("--seconds", type=float, help="type for so long instead (quick looks)")
    add("--clients", type=int, help="so many instead (quick looks)")
    add("--grow-from", type=int, help="scenario E: first number of writers")
    add("--trials", type=int, default=20, help="scenario K: how many kills")
    add("--rows", type=int, default=100_000, help="scenario O: rows in the long log")
    add("--minutes", type=float, default=170, help="stop after so long")
    add("--json", type=Path, help="write every run's figures there")
    options = parser.parse_args(given)
    options.scenarios = options.scenarios.upper().split(",")
    if unknown := set(options.scenarios) - set(SCENARIOS):
        parser.error(f"unknown scenario {', '.join(sorted(unknown))}")
    return options


class Campaign:
    """All runs that were asked for; `results` grows as they are made."""

    def __init__(self, options: argparse.Namespace, folder: Path, stack: ExitStack):
        self.options = options
        self.results: list[dict] = []
        self.commits: list[float] = []
        self._made: dict[str, dict] = {}
        if options.database == "postgres":
            self.database = Postgres(options.postgres_url)
            stack.callback(self.database.close)
        else:
            self.database = Sqlite(folder)
        servers = [] if options.only_peers else options.server or ["daphne"]
        self.ours = [Ours(name, self.database, folder, options) for name in servers]
        self.peers = [Peer(name, folder, options) for name in options.peer]

    def run(self) -> None:
        """Measure. In each run every scenario is done by all contenders in turn, another one first each time."""
        for number in range(self.options.runs):
            if self.ours:
                self.commits.append(round(commit_p95(self.database), 3))
            for key in self.options.scenarios:
                scenario = SCENARIOS[key]
                those = self.ours if scenario.only_ours else [*self.ours, *self.peers]
                turn = number % max(1, len(those))
                for contender in [*those[turn:], *those[:turn]]:
                    self._measure(scenario, contender, number)

    def _measure(self, scenario, contender, number: int) -> None:
        seed = self.options.seed + number
        row = {
            "scenario": scenario.key,
            "contender": contender.name,
            "run": number,
            "seed": seed,
            "load_average": machine.load_average(),
            "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        }
        print(
            f"  … {scenario.key} run {number + 1}: {contender.name} (load {row['load_average']})",
            flush=True,
        )
        try:
            row["figures"] = scenario.measure(contender, self._made, seed, self.options)
        except Trouble as trouble:
            print(f"    FAILED: {trouble}", flush=True)
            row |= {"figures": {}, "trouble": str(trouble)}
        else:
            print(f"    {_short(row['figures'])}", flush=True)
        self.results.append(row)

    def document(self) -> dict:
        """Return everything, for --json."""
        options = {
            key: str(value) if isinstance(value, Path) else value
            for key, value in vars(self.options).items()
        }
        return {
            "machine": machine.description(),
            "options": options,
            "raised_limits": RAISED,
            "database": self.database.settings()
            if isinstance(self.database, Postgres)
            else "SQLite, WAL, synchronous=NORMAL",
            "commit_p95_ms": self.commits,
            "results": self.results,
        }

    def print(self) -> None:
        """Print the tables."""
        document = self.document()
        about = document["machine"]
        print(
            f"\n{about['cpu']}, {about['cores']} cores; Python {about['python']}; commit {about['commit']}"
        )
        print(f"database: {document['database']}; commit p95 ms: {self.commits}")
        for key in dict.fromkeys(row["scenario"] for row in self.results):
            print(
                f"\n### {key}: {SCENARIOS[key].title}\n\n{report.scenario_table(self.results, key)}"
            )
        if compared := report.ratio_table(
            self.results, [o.name for o in self.ours], [p.name for p in self.peers]
        ):
            print(f"\n### Ratios (median of the runs' ratios, least–most)\n\n{compared}")
        print(f"\n{report.noise(self.results)}")


def _short(figures: dict) -> str:
    shown = [
        f"{heading} {value:,.{decimals}f}"
        for column, (heading, decimals) in report.COLUMNS.items()
        if (value := report.value_of(figures, column)) is not None
    ]
    return ", ".join([*shown, f"converged {figures.get('converged', '–')}"])


def main(given: list[str] | None = None) -> int:
    """Run; return 1 when something could not be measured."""
    options = arguments(given)
    with ExitStack() as stack:
        stack.enter_context(stops_on_signals(options.minutes))
        processes.niceness = options.nice
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        try:
            campaign = Campaign(options, folder, stack)
            try:
                campaign.run()
            finally:
                if campaign.results:
                    campaign.print()
                    if options.json:
                        options.json.write_text(json.dumps(campaign.document(), indent=1) + "\n")
        except Trouble as trouble:
            print(f"bench: {trouble}", file=sys.stderr)
            return 1
    return 1 if any(not row["figures"] for row in campaign.results) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("bench: interrupted")
