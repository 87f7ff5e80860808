"""What the tables say, from figures made by hand."""

from bench import report


def row(contender, run, **figures):
    return {
        "scenario": "A",
        "contender": contender,
        "run": run,
        "figures": figures,
        "load_average": 0.5,
    }


RESULTS = [
    row("ours", 0, p95=2.0, server_cpu_s=1.0, converged=True),
    row("peer", 0, p95=1.0, server_cpu_s=2.0, converged=True),
    row("ours", 1, p95=30.0, server_cpu_s=1.0, converged=False),
    row("peer", 1, p95=10.0, server_cpu_s=1.0, converged=True),
    row("ours", 2, p95=3.0, server_cpu_s=1.0, converged=True),
    {"scenario": "A", "contender": "peer", "run": 2, "figures": {}, "load_average": 4.0},
]


def test_ratios_are_taken_within_each_run_and_skip_runs_that_failed():
    found = report.ratios(RESULTS, "A", "ours", "peer")

    assert found["p95"] == [2.0, 3.0]
    assert found["server_cpu_s"] == [0.5, 1.0]


def test_a_table_gives_the_median_with_the_least_and_the_most():
    lines = report.scenario_table(RESULTS, "A").splitlines()

    assert "3.0 (2.0–30.0)" in lines[2]
    assert "no (1 of 3)" in lines[2]
    assert "5.5 (1.0–10.0)" in lines[3]
    assert "yes" in lines[3]


def test_one_value_has_no_spread():
    assert report.spread([1234.5], 0) == "1,234"
    assert report.spread([2, 2], 1) == "2.0"


def test_the_noise_line_names_the_busiest_moment():
    assert "(0.50–4.00)" in report.noise(RESULTS)
