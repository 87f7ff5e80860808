"""The benchmark against a real server, as short as can be: the numbers are there and the texts converge."""

import json
import shutil
import sys

import pytest

from bench.__main__ import main

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not (shutil.which("gcc") or shutil.which("cc")),
    reason="needs Linux and a C compiler",
)


def test_three_writers_for_a_second_give_numbers_and_one_text(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    file = tmp_path / "figures.json"

    code = main(["A", "--clients", "3", "--seconds", "1", "--seed", "7", "--json", str(file)])

    printed = capsys.readouterr().out
    assert code == 0, printed
    written = json.loads(file.read_text())
    (row,) = written["results"]
    figures = row["figures"]
    assert (figures["synced"], figures["sent"], figures["expected"]) == (3, 15, 30)
    assert (figures["delivered"], figures["missing"], figures["dropped"]) == (30, 0, 0)
    assert 0 < figures["p50"] <= figures["p95"] <= figures["max"]
    assert figures["texts_agree"]
    assert figures["text_length"] > 15
    assert figures["converged"]
    assert figures["server_cpu_s"] >= 0
    assert figures["memory_mib"]["pss"] > 0
    assert "koprade/daphne/sqlite" in printed
    assert written["machine"]["versions"]["Django"]
