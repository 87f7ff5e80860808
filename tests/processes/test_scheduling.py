"""The arithmetic of the plan: critical path, what begins too early, what must move along."""

import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from processes import scheduling
from processes.models import WorkDays
from processes.scheduling import Slot
from processes.working_days import calendar_of


@st.composite
def plans(draw):
    """Up to 12 slots; each waits only for earlier numbers, so there are no circles."""
    count = draw(st.integers(1, 12))
    slots, waits = {}, {}
    for key in range(count):
        slots[key] = Slot(draw(st.integers(1000, 1060)), draw(st.integers(0 if key else 1, 9)))
        if key:
            waits[key] = draw(st.lists(st.integers(0, key - 1), max_size=3, unique=True))
    return slots, waits


def end_of(slots, waits):
    """The end of the whole when everything begins as early as the plan and the waits allow."""
    ends: dict = {}
    for key in scheduling.in_order(slots, waits):
        begins = max([slots[key].start, *(ends[before] for before in waits.get(key, ()))])
        ends[key] = begins + slots[key].length
    return max(ends.values())


def test_a_task_ends_before_the_next_day_so_the_next_one_may_start_then():
    slots = {"a": Slot(10, 3), "b": Slot(13, 2), "c": Slot(12, 1)}
    waits = {"b": ["a"], "c": ["a"]}

    assert scheduling.too_early(slots, waits) == {"c": scheduling.TooEarly(13, ("a",))}


def test_the_critical_path_is_the_longest_chain():
    slots = {"a": Slot(1, 5), "b": Slot(6, 5), "short": Slot(6, 2), "c": Slot(11, 1)}
    waits = {"b": ["a"], "short": ["a"], "c": ["b", "short"]}

    assert scheduling.critical(slots, waits) == {"a", "b", "c"}
    assert scheduling.slack(slots, waits)["short"] == 3


def test_what_follows_moves_only_as_far_as_it_must():
    slots = {"a": Slot(1, 5), "b": Slot(8, 2), "c": Slot(10, 2), "other": Slot(6, 1)}
    waits = {"b": ["a"], "c": ["b"]}

    assert scheduling.shift(slots, waits, {"a": Slot(5, 5)}) == {"b": Slot(10, 2), "c": Slot(12, 2)}
    assert scheduling.shift(slots, waits, {"a": Slot(2, 5)}) == {}


def test_gates_pass_on_what_moves_through_them():
    slots = {"a": Slot(1, 5), "gate": Slot(0, 0), "b": Slot(6, 2)}
    waits = {"gate": ["a"], "b": ["gate"]}

    assert scheduling.shift(slots, waits, {"a": Slot(3, 5)}) == {"b": Slot(8, 2)}
    assert scheduling.earliest(slots, waits, "b") == scheduling.TooEarly(6, ("a",))
    assert scheduling.critical(slots, waits) == {"a", "b"}


def test_a_circle_through_gates_is_survived():
    slots = {"a": Slot(1, 5), "gate": Slot(0, 0), "b": Slot(6, 2)}
    waits = {"gate": ["a"], "b": ["gate"], "a": ["b"]}

    assert set(scheduling.slack(slots, waits)) == set(slots)
    assert isinstance(scheduling.shift(slots, waits, {"a": Slot(3, 5)}), dict)


@given(plans())
def test_something_is_critical_and_no_slack_is_negative(plan):
    slots, waits = plan

    free = scheduling.slack(slots, waits)
    assert min(free.values()) == 0
    assert 0 in {free[key] for key in slots}


@given(plans(), st.data())
def test_slack_is_exactly_how_much_later_one_can_be_without_harm(plan, data):
    slots, waits = plan
    key = data.draw(st.sampled_from(sorted(slots)))
    free = scheduling.slack(slots, waits)[key]
    begins = max(slots[key].start, _early(slots, waits, key))

    later = {**slots, key: Slot(begins + free, slots[key].length)}
    assert end_of(later, waits) == end_of(slots, waits)
    too_late = {**slots, key: Slot(begins + free + 1, slots[key].length)}
    assert end_of(too_late, waits) == end_of(slots, waits) + 1


def _early(slots, waits, key):
    ends: dict = {}
    for other in scheduling.in_order(slots, waits):
        begins = max([slots[other].start, *(ends[b] for b in waits.get(other, ()))])
        if other == key:
            return begins
        ends[other] = begins + slots[other].length
    raise AssertionError


def test_a_gate_passes_on_what_was_late_before_anything_moved():
    slots = {"late": Slot(1, 9), "gate": Slot(0, 0), "moved": Slot(1, 2), "after": Slot(4, 1)}
    waits = {"gate": ["late"], "after": ["gate", "moved"]}

    assert scheduling.shift(slots, waits, {"moved": Slot(3, 2)}) == {"after": Slot(10, 1)}


@given(plans(), st.data())
def test_after_a_shift_nothing_that_moved_begins_too_early_and_nothing_changed_its_length(
    plan, data
):
    slots, waits = plan
    key = data.draw(st.sampled_from([k for k in slots if slots[k].length]))
    to = Slot(slots[key].start + data.draw(st.integers(-5, 30)), data.draw(st.integers(1, 12)))

    moves = scheduling.shift(slots, waits, {key: to})
    after = {**slots, key: to, **moves}
    conflicts = scheduling.too_early(after, waits)
    assert not moves.keys() & conflicts.keys()
    assert key not in moves
    for moved, slot in moves.items():
        assert slot.length == slots[moved].length
        assert slot.start > slots[moved].start
    # What was in order stays in order, but for the slot that was put where it is.
    assert conflicts.keys() - {key} <= scheduling.too_early(slots, waits).keys()


@settings(max_examples=20)
@given(plans(), st.data())
def test_what_is_brought_forward_keeps_order_length_and_the_gaps_that_were_planned(plan, data):
    slots, waits = plan
    key = data.draw(st.sampled_from([k for k in slots if slots[k].length]))
    gain = data.draw(st.integers(0, 20))
    to = Slot(slots[key].start - gain, data.draw(st.integers(1, slots[key].length)))
    gain += slots[key].length - to.length
    floor = data.draw(st.integers(900, 1060))
    held = data.draw(st.sets(st.sampled_from(sorted(slots)), max_size=2))

    options = {"earlier": True, "floor": floor, "held": held}
    moves = scheduling.shift(slots, waits, {key: to}, **options)
    after = {**slots, key: to, **moves}
    assert not moves.keys() & scheduling.too_early(after, waits).keys()
    for moved, slot in moves.items():
        assert slot.length == slots[moved].length
        assert slot.start >= slots[moved].start - gain
        if slot.start < slots[moved].start:
            assert slot.start >= floor
            assert moved not in held


def test_work_that_waits_comes_as_much_earlier_as_what_it_waits_for_and_no_more():
    slots = {"a": Slot(1, 5), "b": Slot(8, 2), "c": Slot(10, 2), "other": Slot(6, 3)}
    waits = {"b": ["a"], "c": ["b", "other"]}

    moves = scheduling.shift(slots, waits, {"a": Slot(1, 2)}, earlier=True)
    assert moves == {"b": Slot(5, 2), "c": Slot(9, 2)}
    assert scheduling.shift(slots, waits, {"a": Slot(1, 2)}) == {}


@settings(max_examples=20)
@given(
    st.dates(datetime.date(1990, 1, 1), datetime.date(2060, 1, 1)),
    st.integers(0, 400),
    st.sampled_from(WorkDays.values),
)
def test_days_that_count_are_numbered_one_after_the_other_without_days_off(day, many, work_days):
    calendar = calendar_of(work_days)
    number = calendar.number(day)
    last = calendar.day(number + many)
    assert not calendar.is_off(last)
    assert calendar.number(last) == number + many
    days = [day + datetime.timedelta(days=n) for n in range((last - day).days)]
    assert sum(not calendar.is_off(one) for one in days) == many


def test_easter_is_off_in_latvia_and_not_where_only_weekends_are():
    thursday = datetime.date(2027, 3, 25)
    for work_days, then in ((WorkDays.LV, (30, 3)), (WorkDays.WEEKDAYS, (26, 3))):
        calendar = calendar_of(work_days)
        after = calendar.day(calendar.number(thursday) + 1)
        assert (after.day, after.month) == then
