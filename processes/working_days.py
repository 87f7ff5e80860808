"""Which days count when work is planned, as numbers that can be reckoned with.

A calendar numbers the days that count one after the other, so that the arithmetic of the plan (scheduling.py) is the
same whether people work every day or not: five days from a Thursday are five numbers on. A day off has the number of
the next day that counts.
"""

import datetime
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import Protocol

import holidays

from cocreation.kernel import clock
from processes.models import WorkDays

DAYS_PER_WEEK, WORKDAYS_PER_WEEK = 7, 5
# Public holidays are looked up for these years around today; before and after, weekends alone are off.
YEARS_BEFORE, YEARS_AFTER = 10, 15


class WorkCalendar(Protocol):
    """Days that count, numbered."""

    def number(self, day: datetime.date) -> int:
        """Return the number of a day, or of the next one that counts."""

    def day(self, number: int) -> datetime.date:
        """Return the day with a number. Raises: ValueError or OverflowError beyond the calendar."""

    def is_off(self, day: datetime.date) -> bool:
        """Tell whether a day does not count."""


class EveryDay:
    """All days count."""

    def number(self, day: datetime.date) -> int:
        """Return the day's ordinal."""
        return day.toordinal()

    def day(self, number: int) -> datetime.date:
        """Return the day with an ordinal."""
        return datetime.date.fromordinal(number)

    def is_off(self, day: datetime.date) -> bool:
        """No day is off."""
        return False


class Workdays:
    """Monday to Friday count, but for public holidays (`off`, ordinals of weekdays in their order)."""

    def __init__(self, off: tuple[int, ...] = ()):
        self.off = off
        self.off_set = frozenset(off)

    def number(self, day: datetime.date) -> int:
        """Return how many working days there were before a day since 1 January 1, a Monday."""
        weeks, rest = divmod(day.toordinal() - 1, DAYS_PER_WEEK)
        weekdays = weeks * WORKDAYS_PER_WEEK + min(rest, WORKDAYS_PER_WEEK)
        return weekdays - bisect_left(self.off, day.toordinal())

    def day(self, number: int) -> datetime.date:
        """Return the working day with a number."""
        skipped = 0
        while True:
            weeks, rest = divmod(number + skipped, WORKDAYS_PER_WEEK)
            ordinal = 1 + weeks * DAYS_PER_WEEK + rest
            passed = bisect_right(self.off, ordinal)
            if passed == skipped:
                return datetime.date.fromordinal(ordinal)
            skipped = passed

    def is_off(self, day: datetime.date) -> bool:
        """Tell whether a day is on a weekend or a public holiday."""
        return day.weekday() >= WORKDAYS_PER_WEEK or day.toordinal() in self.off_set


def days_between(calendar: WorkCalendar, first: datetime.date, last: datetime.date) -> range:
    """Return the numbers of the days that count from `first` to `last`, both included; at least one."""
    start = calendar.number(first)
    after = calendar.number(last) + (not calendar.is_off(last))
    return range(start, max(after, start + 1))


def calendar_of(work_days: str) -> WorkCalendar:
    """Return the calendar of a process's setting."""
    if work_days == WorkDays.ALL:
        return EveryDay()
    if work_days == WorkDays.WEEKDAYS:
        return Workdays()
    return _of_country(work_days, clock.today().year)


@lru_cache(maxsize=8)
def _of_country(country: str, year: int) -> Workdays:
    years = range(year - YEARS_BEFORE, year + YEARS_AFTER + 1)
    found = holidays.country_holidays(country, years=years)
    return Workdays(
        tuple(sorted(day.toordinal() for day in found if day.weekday() < WORKDAYS_PER_WEEK))
    )
