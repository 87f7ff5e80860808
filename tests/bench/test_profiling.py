"""What a profile's summary says, from stacks made by hand."""

from bench import profiling

RAW = """main (serve.py:1);run (loop.py:5);round (rooms.py:10);send (outbox.py:3) 30
main (serve.py:1);run (loop.py:5);round (rooms.py:12);send (outbox.py:4) 10
main (serve.py:1);run (loop.py:5);round (rooms.py:10) 5
main (serve.py:1);run (loop.py:5) 55
"""


def test_samples_are_summed_by_function_whatever_the_line():
    lines = [line.split("|") for line in profiling.summary(RAW).splitlines()[2:]]
    found = {name.strip(): (alone.strip(), within.strip()) for _, name, alone, within, _ in lines}

    assert found == {
        "run (loop.py)": ("55", "100"),
        "send (outbox.py)": ("40", "40"),
        "round (rooms.py)": ("5", "45"),
    }
