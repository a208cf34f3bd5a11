#!/usr/bin/env python3
"""Check the program reference data in this folder for internal consistency.

Run it without arguments:

    python3 validate.py

It needs the standard library, the criteria catalog in ../msc, and the portal's reading of numbers
(security_models/facts/identifier_formats.py, which needs nothing but Python either). It prints one line for
each problem, as "file: row: what is wrong", then a summary. The exit status is 0 if there was no
problem and 1 otherwise.

What is checked
- every file has the expected columns, unique keys, no empty required cell, and a known confidence;
- business types are exactly those of the criteria catalog, wherever they are named;
- the questionnaire is a graph without loops or dead ends; every business type reaches "eligible"
  and at least one "not eligible" outcome; every eligible path settles exactly one business type
  and passes all common questions that are not follow-ups;
- identifier examples match their patterns, every way of pasting them reads as the example, and
  counter-examples are refused;
- identifier groups can be satisfied, and some number is required on every path to "eligible";
- reminders of clocks lie inside the clock, and each clock that has reminders has a notice;
- statuses lead only to statuses of the same thing, and all can be reached from the first one;
- agreements exist, carry the demonstration heading, and have the agreed length and numbering;
- document types name existing criteria and cover all categories and all required evidence.
"""

import csv
import re
import sys
from collections import defaultdict
from itertools import product
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))
from security_models.facts import identifier_formats  # noqa: E402  (the portal reads numbers with the same rules)

MSC = HERE.parent / "msc"

CONFIDENCES = {"confirmed", "recalled", "ours"}
ENTRY_POINTS = {"start", "highway_carrier", "common"}
COMMON_MUST_PASS = {"CMN1", "CMN2", "CMN3", "CMN4", "CMN5", "CMN7"}
UNITS_IN_DAYS = {"hours": 1 / 24, "days": 1, "working_days": 7 / 5, "years": 365, "same_day": 0}
COUNTRIES = ("US", "CA", "MX")
SVI_WORDS = {"Certified", "Not Certified", "-", "by business type account"}
RECIPIENTS = {
    "user",
    "invited_person",
    "outsider",
    "new_email_address",
    "old_email_address",
    "uploader",
    "signer",
    "requester",
    "operators",
    "sender",
    "contacts",
    "officers",
    "primary_poc",
    "company_admins",
    "other_company_admins",
    "monitoring_companies",
    "all_contacts",
    "all_users",
    "scss",
    "management",
    "program_admins",
    "helpdesk",
}
PLACEHOLDERS = {
    "account",
    "act",
    "asker",
    "agreement",
    "business_type",
    "company",
    "criterion_count",
    "days",
    "closed",
    "decision",
    "kind",
    "operation",
    "due_date",
    "left",
    "notice_count",
    "other_company",
    "program",
    "reference",
    "scss_name",
    "partner_count",
    "status",
    "svi_status",
    "title",
    "user_name",
    "successor",
}
DEMONSTRATION_HEADING = "Demonstration text, not CBP's agreement"

# file -> (key columns, columns that may be empty); the columns themselves are read from the header
FILES = {
    "business_types.csv": (("slug",), {"notes"}),
    "eligibility_questions.csv": (("id",), {"choices", "retired", "flags", "source"}),
    "not_eligible_reasons.csv": (("code",), {"source"}),
    "identifier_types.csv": (("code",), {"refused_values", "gives"}),
    "identifier_requirements.csv": (("business_type", "group", "identifier"), {"max", "notes"}),
    "address_types.csv": (("code",), {"max", "source"}),
    "document_types.csv": (
        ("code",),
        {
            "criterion_categories",
            "typical_criteria",
            "readiness_family",
            "review_after_months",
            "source",
        },
    ),
    "contact_roles.csv": (("code",), set()),
    "staff_roles.csv": (("code",), set()),
    "international_programs.csv": (("slug",), {"notes"}),
    "statuses.csv": (("thing", "code"), {"next", "source"}),
    "clocks.csv": (("code",), {"reminder_offsets_days", "source"}),
    "return_reasons.csv": (("code",), {"source"}),
    "notifications.csv": (("code",), {"button", "clock", "source"}),
    "agreements.csv": (("code",), {"source"}),
}


class Report:
    """Collects problems; each names the file and the row it was found in."""

    def __init__(self):
        self.problems = []

    def add(self, file, row, text):
        self.problems.append(f"{file}: {row}: {text}")


def parts(cell):
    """Split a cell that holds several values separated by semicolons."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def read(path, report):
    """Return the rows of a CSV file as dictionaries, or an empty list with a problem noted."""
    try:
        with open(path, encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
    except FileNotFoundError:
        report.add(path.name, "file", "is missing")
        return []
    except UnicodeDecodeError:
        report.add(path.name, "file", "is not UTF-8")
        return []
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            report.add(path.name, f"line {number}", "has another number of cells than the header")
    return [row for row in rows if None not in row and None not in row.values()]


def check_tables(tables, report):
    """Keys unique, cells filled and trimmed, confidence known."""
    for name, (key_columns, optional) in FILES.items():
        seen = set()
        for row in tables[name]:
            missing = [column for column in key_columns if column not in row]
            if missing:
                report.add(name, "header", f"lacks the column {missing[0]}")
                break
            key = " / ".join(row[column] for column in key_columns)
            if key in seen:
                report.add(name, key, "appears twice")
            seen.add(key)
            for column, cell in row.items():
                if cell != cell.strip():
                    report.add(name, key, f"{column} begins or ends with a blank")
                if not cell and column not in optional:
                    report.add(name, key, f"{column} is empty")
            for column in ("confidence", "eligibility_confidence"):
                if column in row and row[column] not in CONFIDENCES:
                    report.add(
                        name, key, f"{column} is {row[column]!r}, not one of {sorted(CONFIDENCES)}"
                    )
        if not tables[name]:
            report.add(name, "file", "has no rows")


def check_slugs(tables, msc_slugs, report):
    """Business types here and in the criteria catalog are the same everywhere."""
    slugs = {row["slug"] for row in tables["business_types.csv"]}
    for slug in sorted(msc_slugs - slugs):
        report.add("business_types.csv", slug, "is in the criteria catalog but not here")
    for slug in sorted(slugs - msc_slugs):
        report.add("business_types.csv", slug, "is not in the criteria catalog")
    for row in tables["business_types.csv"]:
        if row["tiered"] not in {"yes", "no"}:
            report.add("business_types.csv", row["slug"], "tiered must be yes or no")
    for row in tables["eligibility_questions.csv"]:
        if row["entry"] not in slugs | ENTRY_POINTS:
            report.add("eligibility_questions.csv", row["id"], f"unknown entry {row['entry']!r}")
    for row in tables["identifier_requirements.csv"]:
        if row["business_type"] not in slugs:
            report.add(
                "identifier_requirements.csv", row["business_type"], "is not a business type"
            )
    columns = {
        "international_programs.csv": "eligible_business_types",
        "agreements.csv": "business_types",
    }
    for name, column in columns.items():
        for row in tables[name]:
            for slug in parts(row[column]):
                if slug not in slugs and slug != "all":
                    report.add(
                        name, row.get("slug") or row["code"], f"{slug!r} is not a business type"
                    )
    without = slugs - {row["business_type"] for row in tables["identifier_requirements.csv"]}
    for slug in sorted(without):
        report.add("identifier_requirements.csv", slug, "has no identifiers at all")
    return slugs


def parse_next(row, report):
    """Turn 'yes->A;no->not_eligible:B' into {'yes': 'A', 'no': 'not_eligible:B'}."""
    rules = {}
    for rule in parts(row["next"]):
        answer, arrow, target = rule.partition("->")
        if not arrow or not answer or not target:
            report.add("eligibility_questions.csv", row["id"], f"cannot read the rule {rule!r}")
        elif answer in rules:
            report.add(
                "eligibility_questions.csv", row["id"], f"two rules for the answer {answer!r}"
            )
        else:
            rules[answer] = target
    return rules


def possible_answers(row, report):
    """The answers a question offers."""
    if row["answer_type"] == "yes_no":
        return ["yes", "no"]
    if row["answer_type"] == "choice":
        return [choice.partition("=")[0] for choice in row["choices"].split("|") if choice]
    report.add(
        "eligibility_questions.csv", row["id"], f"unknown answer type {row['answer_type']!r}"
    )
    return []


def check_questions(tables, slugs, report):
    """Check the graph; return the eligible paths as (business type, {question: answer})."""
    file = "eligibility_questions.csv"
    rows = {row["id"]: row for row in tables[file]}
    graph = {key: parse_next(row, report) for key, row in rows.items()}
    columns = set(tables["business_types.csv"][0]) if tables["business_types.csv"] else set()
    for key, row in rows.items():
        check_words_of(key, row, columns, report)
        check_answers_of(key, row, graph[key], rows, report)
    check_reasons(tables, graph, report)

    loops = find_loops(graph)
    for loop in loops:
        report.add(file, loop[0], "loop: " + " -> ".join(loop))
    if "START1" not in rows:
        report.add(file, "START1", "is missing; the questionnaire starts there")
    if loops or "START1" not in rows:
        return []
    return check_paths(graph, rows, slugs, report)


def check_words_of(key, row, columns, report):
    """The words of a question may name only columns of the business types."""
    file = "eligibility_questions.csv"
    for name in re.findall(r"{(\w+)}", row["question"] + row["help"]):
        if name not in columns:
            report.add(file, key, f"{{{name}}} is not a column of business_types.csv")
    if row["recheck_yearly"] not in {"yes", "no"}:
        report.add(file, key, "recheck_yearly must be yes or no")


def check_answers_of(key, row, rules, rows, report):
    """Each answer of a question leads somewhere, and nothing names an answer that it lacks."""
    file = "eligibility_questions.csv"
    answers = possible_answers(row, report)
    for answer in answers:
        if answer not in rules:
            report.add(file, key, f"the answer {answer!r} leads nowhere")
    for answer, target in rules.items():
        if answer not in answers:
            report.add(file, key, f"there is a rule for {answer!r}, which is not an answer")
        known = target == "eligible" or target in rows or target.startswith("not_eligible:")
        if not known:
            report.add(file, key, f"{target!r} is neither a question nor an outcome")
    for answer in parts(row["retired"]):
        if answer not in answers:
            report.add(file, key, f"the retired answer {answer!r} is not an answer")
    for flag in parts(row["flags"]):
        if flag.partition(":")[0] not in answers:
            report.add(file, key, f"the flag {flag!r} belongs to no answer")


def check_reasons(tables, graph, report):
    """Every reason that a question gives is known, and every known one is given."""
    reasons = {row["code"] for row in tables["not_eligible_reasons.csv"]}
    used = set()
    for key, rules in graph.items():
        for target in rules.values():
            kind, _, reason = target.partition(":")
            if kind != "not_eligible":
                continue
            used.add(reason)
            if reason not in reasons:
                report.add("eligibility_questions.csv", key, f"unknown reason {reason!r}")
    for reason in sorted(reasons - used):
        report.add("not_eligible_reasons.csv", reason, "no question leads to it")


def check_paths(graph, rows, slugs, report):
    """Walk every path; return the eligible ones. Every type can be eligible and not eligible."""
    file = "eligibility_questions.csv"
    eligible, refused, visited = [], defaultdict(set), set()
    walk(graph, rows, slugs, "START1", {}, None, eligible, refused, visited, report)
    for key in sorted(set(rows) - visited):
        report.add(file, key, "cannot be reached from START1")
    for slug in sorted(slugs):
        paths = [answers for found, answers in eligible if found == slug]
        if not paths:
            report.add(file, slug, "never reaches eligible")
        if not refused[slug]:
            report.add(file, slug, "never reaches a not eligible outcome")
        for answers in paths:
            skipped = COMMON_MUST_PASS - set(answers)
            if skipped:
                report.add(file, slug, f"a path to eligible skips {', '.join(sorted(skipped))}")
    return eligible


def find_loops(graph):
    """Return the loops in the graph as lists of question ids."""
    loops, done = [], set()

    def visit(key, trail):
        if key in trail:
            loops.append(trail[trail.index(key) :] + [key])
        elif key in graph and key not in done:
            for target in graph[key].values():
                visit(target, trail + [key])
            done.add(key)

    for key in graph:
        visit(key, [])
    return loops


def walk(graph, rows, slugs, key, answers, slug, eligible, refused, visited, report):
    """Follow every path from a question; the business type is the slug named in `entry`."""
    if key not in graph:
        return
    visited.add(key)
    entry = rows[key]["entry"]
    if entry in slugs:
        if slug not in (None, entry):
            report.add("eligibility_questions.csv", key, f"a path changes from {slug} to {entry}")
        slug = entry
    for answer, target in graph[key].items():
        now = {**answers, key: answer}
        if target == "eligible":
            if slug is None:
                report.add(
                    "eligibility_questions.csv", key, "reaches eligible without a business type"
                )
            else:
                eligible.append((slug, now))
        elif target.startswith("not_eligible:"):
            refused[slug].add(target)
        else:
            walk(graph, rows, slugs, target, now, slug, eligible, refused, visited, report)


def examples(row):
    """The example, and the ways of pasting it, which must all read as it."""
    return [row["example"], *row["example_untidy"].split("|")]


def check_given(row, known, report):
    """`gives` names a type, and the example begins with a number of that type."""
    code, _, length = row["gives"].partition(":")
    if not code:
        return
    if code not in known or not length.isdigit():
        report.add("identifier_types.csv", row["code"], f"cannot read {row['gives']!r}")
    elif (
        identifier_formats.read(row["example"][: int(length)], SimpleNamespace(**known[code]))
        is None
    ):
        report.add("identifier_types.csv", row["code"], f"does not begin with the form of {code}")


def check_identifiers(tables, report):
    """Patterns compile and agree with their examples."""
    file = "identifier_types.csv"
    known = {row["code"]: row for row in tables[file]}
    for row in tables[file]:
        key = row["code"]
        try:
            re.compile(row["regex"])
        except re.error as error:
            report.add(file, key, f"the pattern does not compile: {error}")
            continue
        if not (row["regex"].startswith("^") and row["regex"].endswith("$")):
            report.add(file, key, "the pattern must begin with ^ and end with $")
        format = SimpleNamespace(**row)
        try:
            readings = {text: identifier_formats.read(text, format) for text in examples(row)}
        except (KeyError, ValueError) as error:
            report.add(file, key, f"cannot follow the normalization: {error!r}")
            continue
        for text, value in readings.items():
            if value != row["example"]:
                report.add(file, key, f"{text!r} reads as {value!r}, not as the example")
        for text in row["counter_example"].split("|"):
            if identifier_formats.read(text, format) is not None:
                report.add(file, key, f"the counter-example {text!r} is accepted")
        for text in parts(row["refused_values"]):
            if identifier_formats.read(text, format) != text:
                report.add(file, key, f"the refused value {text!r} does not have the form")
        check_given(row, known, report)
        for column in ("locked_after_first_submission", "masked"):
            if row[column] not in {"yes", "no"}:
                report.add(file, key, f"{column} must be yes or no")
        if (
            row["field"] in {"IOR", "SCAC", "MID", "BOND"}
            and row["locked_after_first_submission"] != "yes"
        ):
            report.add(file, key, "numbers of this field are locked after entry")


def condition_holds(condition, answers, country):
    """Does an identifier condition hold, given answers and the country of the company?"""
    if condition == "always":
        return True
    if condition.startswith("company_country="):
        return condition == f"company_country={country}"
    question, _, values = condition.removeprefix("answer:").partition("=")
    return answers.get(question) in values.split("|")


def check_requirements(tables, eligible, report):
    """Groups are well formed, satisfiable, and never leave a type without any number."""
    file = "identifier_requirements.csv"
    known = {row["code"] for row in tables["identifier_types.csv"]}
    questions = {row["id"]: row for row in tables["eligibility_questions.csv"]}
    groups = defaultdict(list)
    for row in tables[file]:
        key = f"{row['business_type']} / {row['group']} / {row['identifier']}"
        if row["identifier"] not in known:
            report.add(file, key, "unknown identifier")
        try:
            low, high = int(row["min"]), int(row["max"]) if row["max"] else None
        except ValueError:
            report.add(file, key, "min and max must be whole numbers")
            continue
        if low < 0 or (high is not None and (high < 1 or high < low)):
            report.add(file, key, f"min {low} and max {high} cannot both be met")
        check_condition(row["condition"], key, questions, report)
        groups[row["business_type"], row["group"]].append((low, row["condition"]))
    for (slug, group), rows in groups.items():
        if len({low > 0 for low, _ in rows}) > 1:
            report.add(
                file, f"{slug} / {group}", "mixes required and optional rows, so it demands nothing"
            )
    for slug, answers in eligible:
        for country in COUNTRIES:
            if not any(
                low > 0 and condition_holds(condition, answers, country)
                for (owner, _), rows in groups.items()
                if owner == slug
                for low, condition in rows
            ):
                report.add(file, slug, "a path to eligible asks for no number at all")
                break
    for (slug, group), rows in groups.items():
        paths = [answers for found, answers in eligible if found == slug]
        for _, condition in rows:
            worlds = product(paths, COUNTRIES)
            if eligible and not any(condition_holds(condition, *world) for world in worlds):
                report.add(file, f"{slug} / {group}", f"the condition {condition!r} can never hold")


def check_condition(condition, key, questions, report):
    """A condition is always, company_country=MX, or answer:QUESTION=value|value."""
    if condition in {"always", *(f"company_country={country}" for country in COUNTRIES)}:
        return
    question, _, values = condition.removeprefix("answer:").partition("=")
    if not condition.startswith("answer:") or question not in questions:
        report.add("identifier_requirements.csv", key, f"cannot read the condition {condition!r}")
    for value in values.split("|") if question in questions else ():
        if value not in possible_answers(questions[question], report):
            report.add("identifier_requirements.csv", key, f"{question} has no answer {value!r}")


def check_clocks(tables, report):
    """Lengths and reminders make sense, and reminders have a notice that carries them."""
    file = "clocks.csv"
    settings = set()
    reminding = {
        code
        for row in tables["notifications.csv"]
        if row["timing"] == "reminder"
        for code in parts(row["clock"])
    }
    for row in tables[file]:
        key = row["code"]
        if row["unit"] not in UNITS_IN_DAYS:
            report.add(file, key, f"unknown unit {row['unit']!r}")
            continue
        try:
            length = int(row["length"])
            offsets = [int(offset) for offset in parts(row["reminder_offsets_days"])]
        except ValueError:
            report.add(file, key, "length and offsets must be whole numbers")
            continue
        if (length == 0) != (row["unit"] == "same_day") or length < 0:
            report.add(file, key, f"a length of {length} {row['unit']} makes no sense")
        if offsets != sorted(set(offsets)):
            report.add(file, key, "offsets must ascend without repeats")
        if 0 in offsets:
            report.add(file, key, "use -1 or 1, not 0: the due date itself is shown everywhere")
        if offsets and -min(offsets) > length * UNITS_IN_DAYS[row["unit"]]:
            report.add(file, key, f"the reminder {min(offsets)} comes before the clock starts")
        if offsets and max(offsets) > 90:
            report.add(file, key, f"the reminder {max(offsets)} comes too late to help")
        if offsets and key not in reminding:
            report.add(file, key, "has reminders but no notification of the kind reminder")
        if not offsets and key in reminding:
            report.add(file, key, "a reminder notification names it, but it has no offsets")
        if row["runs_against"] not in {"partner", "staff"}:
            report.add(file, key, "runs_against must be partner or staff")
        if row["setting"] != "CLOCK_" + key.upper() or row["setting"] in settings:
            report.add(file, key, "the setting must be CLOCK_ and the code in capitals, once only")
        settings.add(row["setting"])


def check_statuses(tables, report):
    """Moves stay inside a thing, and every status can be reached from its first one."""
    file = "statuses.csv"
    things = defaultdict(dict)
    for row in tables[file]:
        things[row["thing"]][row["code"]] = row
        if row["svi_shows"] not in SVI_WORDS:
            report.add(
                file, f"{row['thing']} / {row['code']}", f"svi_shows is {row['svi_shows']!r}"
            )
    for thing, rows in things.items():
        for code, row in rows.items():
            for target in parts(row["next"]):
                if target not in rows:
                    report.add(
                        file,
                        f"{thing} / {code}",
                        f"leads to {target!r}, which {thing} does not have",
                    )
                if target == code:
                    report.add(file, f"{thing} / {code}", "leads to itself")
        reached, waiting = set(), [next(iter(rows))]
        while waiting:
            code = waiting.pop()
            if code in rows and code not in reached:
                reached.add(code)
                waiting += parts(rows[code]["next"])
        for code in sorted(set(rows) - reached):
            report.add(file, f"{thing} / {code}", "cannot be reached from the first status")
    names = {row["label_partner"] for row in things["business_type_account"].values()}
    for row in tables["business_types.csv"]:
        if row["status_word_after_validation"] not in names:
            report.add(
                "business_types.csv",
                row["slug"],
                "the status word is not a label of a business type account status",
            )
    for code, row in things["business_type_account"].items():
        if code.startswith("certified") != (row["svi_shows"] == "Certified"):
            report.add(
                file,
                f"business_type_account / {code}",
                "SVI shows Certified for certified statuses and no others",
            )
    return things


def check_programs(tables, things, report):
    """Programs name existing statuses and agreements."""
    file = "international_programs.csv"
    agreements = {row["code"] for row in tables["agreements.csv"]}
    for row in tables[file]:
        for status in parts(row["eligible_statuses"]):
            if status not in things["business_type_account"]:
                report.add(file, row["slug"], f"unknown status {status!r}")
        if row["agreement_needed"] not in agreements:
            report.add(file, row["slug"], f"unknown agreement {row['agreement_needed']!r}")
        if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", row["since"]):
            report.add(file, row["slug"], "since must be year-month")
        if row["kind"] not in {"mutual_recognition", "harmonized_application", "data_sharing"}:
            report.add(file, row["slug"], f"unknown kind {row['kind']!r}")


def check_notifications(tables, report):
    """Recipients, placeholders and clocks exist."""
    file = "notifications.csv"
    clocks = {row["code"] for row in tables["clocks.csv"]}
    for row in tables[file]:
        key = row["code"]
        for recipient in parts(row["recipients"]):
            if recipient not in RECIPIENTS:
                report.add(file, key, f"unknown recipient {recipient!r}")
        for name in re.findall(r"{(\w*)}", row["subject_template"]):
            if name not in PLACEHOLDERS:
                report.add(file, key, f"unknown placeholder {name!r}")
        for clock in parts(row["clock"]):
            if clock not in clocks:
                report.add(file, key, f"unknown clock {clock!r}")
        if row["timing"] not in {"immediate", "reminder", "digest"}:
            report.add(file, key, f"unknown timing {row['timing']!r}")
        if row["timing"] == "reminder" and not row["clock"]:
            report.add(file, key, "a reminder needs a clock")
        if row["mandatory"] not in {"yes", "no"}:
            report.add(file, key, "mandatory must be yes or no")
        if len(row["subject_template"]) > 80:
            report.add(file, key, "the subject is longer than 80 characters")


def check_documents(tables, criteria, report):
    """Document types fit existing criteria and leave no required evidence without a type."""
    file = "document_types.csv"
    covered, categories = set(), set()
    for row in tables[file]:
        own = set(parts(row["criterion_categories"]))
        for criterion in parts(row["typical_criteria"]):
            if criterion not in criteria:
                report.add(file, row["code"], f"there is no criterion {criterion}")
            elif criteria[criterion]["category"] not in own:
                report.add(file, row["code"], f"criterion {criterion} is not in its categories")
            covered.add(criterion)
        if row["typical_criteria"]:
            categories |= own
        if row["added_by"] not in {"partner", "staff", "system"}:
            report.add(file, row["code"], f"added_by is {row['added_by']!r}")
        if row["review_after_months"] and not row["review_after_months"].isdigit():
            report.add(file, row["code"], "review_after_months must be a whole number")
    for number in sorted({row["category"] for row in criteria.values()} - categories, key=int):
        report.add(file, f"category {number}", "no specific document type fits it")
    for number, row in criteria.items():
        if row["evidence_required"] == "yes" and number not in covered:
            report.add(file, f"criterion {number}", "needs evidence, but no document type names it")


def check_roles(tables, report):
    """The rules of the manual on officers, consultants and the primary contact."""
    roles = {row["code"]: row for row in tables["contact_roles.csv"]}
    for code, row in roles.items():
        for right in ("submit", "sign_agreements", "model_requests"):
            if (row.get(right) == "yes") != (code == "officer"):
                report.add("contact_roles.csv", code, f"{right} belongs to officers alone")
    expected = {"officer": "yes", "employee": "yes", "consultant": "no"}
    for code, word in expected.items():
        if roles.get(code, {}).get("may_be_primary_poc") != word:
            report.add("contact_roles.csv", code, f"may_be_primary_poc must be {word}")
    for row in tables["staff_roles.csv"]:
        if row["needs_mfa"] != "yes":
            report.add("staff_roles.csv", row["code"], "all staff need a second factor")


def check_agreements(tables, report):
    """Each text exists, is marked as a demonstration, numbered, and 250 to 500 words long."""
    listed = set()
    for row in tables["agreements.csv"]:
        path = HERE / row["file"]
        listed.add(path)
        if row["new_version"] not in {"must_sign_again", "deemed_accepted"}:
            report.add("agreements.csv", row["code"], f"unknown rule {row['new_version']!r}")
        if not path.is_file():
            report.add("agreements.csv", row["code"], f"{row['file']} is missing")
            continue
        text = path.read_text(encoding="utf-8")
        if DEMONSTRATION_HEADING not in "\n".join(text.splitlines()[:4]):
            report.add(row["file"], "heading", f"must say: {DEMONSTRATION_HEADING}")
        if not text.startswith(f"# {row['title']}\n"):
            report.add(row["file"], "heading", f"the first line must be: # {row['title']}")
        words = len(text.split())
        if not 250 <= words <= 500:
            report.add(row["file"], "length", f"{words} words; 250 to 500 are agreed")
        numbers = [int(number) for number in re.findall(r"^(\d+)\. ", text, flags=re.M)]
        if numbers != list(range(1, len(numbers) + 1)) or len(numbers) < 5:
            report.add(row["file"], "clauses", "must be numbered 1, 2, 3 and so on")
        leaving = "withdraw" if row["code"] == "e_signature_consent" else "revo"
        for word in (leaving, "annual review|every year|once a year"):
            if not re.search(word, text, flags=re.I):
                report.add(row["file"], "content", f"does not speak of {word!r}")
    for path in sorted(set((HERE / "agreements").glob("*.md")) - listed):
        report.add("agreements.csv", path.name, "lies in the folder but is not listed")


def check_return_reasons(tables, report):
    """Reasons belong to a known part of a submission."""
    for row in tables["return_reasons.csv"]:
        if row["applies_to"] not in {"response", "evidence", "not_applicable", "profile"}:
            report.add("return_reasons.csv", row["code"], f"applies_to is {row['applies_to']!r}")


def main():
    report = Report()
    tables = {name: read(HERE / name, report) for name in FILES}
    criteria = {row["id"]: row for row in read(MSC / "criteria.csv", report)}
    msc_slugs = {row["business_type"] for row in read(MSC / "applicability.csv", report)}
    check_tables(tables, report)
    if not report.problems:  # the other checks rely on sound tables
        slugs = check_slugs(tables, msc_slugs, report)
        eligible = check_questions(tables, slugs, report)
        check_identifiers(tables, report)
        check_requirements(tables, eligible, report)
        check_clocks(tables, report)
        things = check_statuses(tables, report)
        check_programs(tables, things, report)
        check_notifications(tables, report)
        check_documents(tables, criteria, report)
        check_roles(tables, report)
        check_agreements(tables, report)
        check_return_reasons(tables, report)
    for problem in report.problems:
        print(problem)
    if report.problems:
        print(f"{len(report.problems)} problem(s) found.")
        return 1
    counts = ", ".join(f"{name.removesuffix('.csv')} {len(rows)}" for name, rows in tables.items())
    print(f"No problems found. Rows: {counts}. Paths to eligible: {len(eligible)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
