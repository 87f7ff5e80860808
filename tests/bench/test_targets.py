"""Which targets count as reached, from figures made by hand."""

import json

import pytest

from bench import targets

OURS, PEER = "koprade/uvicorn/sqlite", "y-websocket"


def row(scenario, contender, run=0, **figures):
    return {"scenario": scenario, "contender": contender, "run": run, "figures": figures}


def lines_of(tmp_path, *files):
    paths = []
    for number, (commits, rows) in enumerate(files):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps({"commit_p95_ms": commits, "results": rows}))
        paths.append(path)
    figures = targets.read(paths)
    return {
        line[0]: line for line in (target.line(figures) for target in targets.targets("uvicorn"))
    }


def reached(lines, start):
    (line,) = [line for what, line in lines.items() if what.startswith(start)]
    return line[-1]


def test_what_was_not_measured_is_neither_reached_nor_missed(tmp_path):
    lines = lines_of(tmp_path, ([], []))

    assert {line[2] for line in lines.values()} == {targets.NOT_MEASURED}
    assert {line[-1] for line in lines.values()} == {""}


@pytest.mark.parametrize(("p95", "said"), [(1.5, "yes"), (1.6, "**no**")])
def test_the_ratio_to_the_peer_decides(tmp_path, p95, said):
    rows = [row("A", OURS, p95=p95), row("A", PEER, p95=1.0)]

    assert reached(lines_of(tmp_path, ([], rows)), "A, SQLite, uvicorn") == said


def test_runs_of_different_files_are_not_compared_with_each_other(tmp_path):
    lines = lines_of(tmp_path, ([], [row("A", OURS, p95=1.0)]), ([], [row("A", PEER, p95=1.0)]))

    assert reached(lines, "A, SQLite, uvicorn") == ""


@pytest.mark.parametrize(("p95", "said"), [(10.0, "yes"), (10.1, "**no**")])
def test_on_postgresql_a_commit_and_5_ms_are_allowed_beyond_the_peer(tmp_path, p95, said):
    rows = [row("A", "koprade/uvicorn/postgres", p95=p95), row("A", PEER, p95=1.0)]

    assert reached(lines_of(tmp_path, ([4.0], rows)), "A, PostgreSQL") == said


def test_one_lost_letter_in_one_of_many_runs_is_a_miss(tmp_path):
    sound = {"lost": 0, "lost_confirmed": 0, "burst_lost": 0, "trials": 100}
    rows = [
        row("K", OURS, 0, **sound),
        row("K", OURS, 1, **sound),
        row("K", OURS, 2, **sound | {"lost": 1}),
    ]
    lines = lines_of(tmp_path, ([], rows))

    assert reached(lines, "K: letters") == "**no**"
    assert reached(lines, "K: kills") == "yes"


def test_what_a_peer_loses_is_not_our_loss(tmp_path):
    rows = [row("K", OURS, lost=0, trials=1), row("K", PEER, lost=200, trials=1)]

    assert reached(lines_of(tmp_path, ([], rows)), "K: letters") == "yes"


@pytest.mark.parametrize("fault", [{"converged": False}, {"missing": 3}, {"dropped": 1}])
def test_a_run_with_differing_texts_or_gaps_is_named(tmp_path, fault):
    good = {"converged": True, "missing": 0, "dropped": 0}

    assert reached(lines_of(tmp_path, ([], [row("B", OURS, **good)])), "all:") == "yes"
    assert reached(lines_of(tmp_path, ([], [row("B", OURS, **good | fault)])), "all:") == "**no**"
