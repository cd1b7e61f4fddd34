"""A report for build servers: JUnit XML, a suite a rule and a case a finding.

There is no standard; the elements are those that pytest writes and build servers read. A rule by
which nothing was found is one case that passed; what is waived, upcoming, or no more than a note
does not fail.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from kg.compliance.evidence import way_text
from kg.compliance.findings import instant_text, printable, rule_title, rules_that_hold
from kg.compliance.overview import Entry, Overview
from kg.iri import Names
from kg.shacl import Rule

_FAILING: Final = ("Violation", "Warning")


def to_junit(overview: Overview, _names: Names) -> str:
    """The report as a ``testsuites`` document."""
    root = Element("testsuites", name="kg report")
    held = [_suite(rule_title(rule), rule.name, []) for rule in rules_that_hold(overview.report)]
    found = [
        _suite(rule_title(rule) if rule else "unnamed", rule.name if rule else "unnamed", entries)
        for rule, entries in _by_rule((*overview.entries, *overview.upcoming)).items()
    ]
    for suite in (*found, *held):
        suite.insert(0, _properties(overview))
        root.append(suite)
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _by_rule(entries: Iterable[Entry]) -> dict[Rule | None, list[Entry]]:
    groups: dict[Rule | None, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.rule, []).append(entry)
    return groups


def _suite(title: str, name: str, entries: list[Entry]) -> Element:
    suite = Element("testsuite", name=printable(title))
    for entry in entries:
        _case(suite, name, entry)
    if not entries:
        SubElement(suite, "testcase", classname=name, name=printable(title))
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    suite.set("errors", "0")
    return suite


def _case(suite: Element, name: str, entry: Entry) -> None:
    words = entry.finding
    about = words.focus if words.value in ("", words.focus) else f"{words.focus} {words.value}"
    case = SubElement(suite, "testcase", classname=name, name=about)
    if words.waived:
        SubElement(case, "skipped", message=words.waived).text = words.message
    elif entry.upcoming:
        reason = f"the rule applies from {entry.upcoming_from}"
        SubElement(case, "skipped", message=reason).text = words.message
    elif words.level in _FAILING:
        failure = SubElement(case, "failure", type=words.level, message=words.message)
        failure.text = "\n".join(_details(entry))
    else:
        SubElement(case, "system-out").text = words.message


def _details(entry: Entry) -> Iterable[str]:
    words = entry.finding
    yield words.message
    yield f"owner: {', '.join(words.owners) or 'nobody'}"
    yield from words.not_waived
    if entry.result.remedy:
        yield f"what to do: {printable(entry.result.remedy)}"
    if entry.evidence:
        yield f"evidence: {way_text((step.node, step.mark) for step in entry.evidence)}"


def _properties(overview: Overview) -> Element:
    report = overview.report
    properties = Element("properties")
    values = {
        "revision": report.revision,
        "asOf": instant_text(report.as_of),
        "complete": str(overview.complete).lower(),
        **overview.narrowed,
    }
    for name, value in values.items():
        if value is not None:
            SubElement(properties, "property", name=name, value=str(value))
    return properties
