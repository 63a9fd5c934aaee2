"""Counts of what the tests compared; their sums are printed at the end of the run.

They travel with the tests' reports, because several processes may run the tests.
"""

from collections import Counter

PREFIX = "counted: "


def counter(record_property):
    """Give a function that counts: of what, and how many."""
    return lambda what, number: record_property(PREFIX + what, number)


def sums(reports):
    """Add up what the reports of test runs counted, and give it line by line."""
    found = Counter()
    for report in reports:
        properties = report.user_properties if getattr(report, "when", "") == "call" else ()
        found.update({what: number for what, number in properties if what.startswith(PREFIX)})
    return [f"{number} {what.removeprefix(PREFIX)}" for what, number in sorted(found.items())]
