"""No page, email, document, docstring or comment uses a word from the list below.

Each failure names the place and the word to use instead. Read the whole sentence and rewrite it.
Names of code in backticks don't count. Legal texts, the criteria of CBP and the answers of invented
companies are data and aren't searched.
"""

from __future__ import annotations

import ast
import csv
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, tracked

#: A pattern, and what to write instead.
WORDS = {
    r"any ?more": "no longer",
    r"mails|mailed": "emails, emailed",
    # A mail server, a mail program and a mail domain are what technicians call them.
    r"mail(?! ?(servers?|catcher|headers?|domains?|programs?|box))": "email",
    r"seats?": "main office",
    r"weighty": "important",
    r"stand(s|ing)? against": "what blocks it, what is wrong with it",
    r"active again": "reactivate, reactivated",
    r"unwanted mail": "spam folder",
    # Keys are pressed; the trade press is a source of the reference data.
    r"(?<!trade )press(es|ed|ing)?(?! \W{0,3}(\?|<kbd>|Tab|Enter|Esc|Ctrl))": "select",
    r"(some|every|any)body('s|’s)?": "someone, everyone, anyone",
    r"gives? your": "enter your",
    r"go(es)? on with": "continue with",
    r"(was|were|is|are|did|do|have|has) (it|you|that) not you": "If this wasn't you, …",
    r"you have (lost|forgotten) [^.?]*\?": "If you've lost …, …",
    r"(is|are) needed": "who must do what: you need …, enter …",
    r"leads? (you )?to": "goes to, opens, shows",
    r"(?m:^|(?<=[.|] ))who does not": "If you don't …, …",
    r"stands? in (it|them|this|there)": "it contains …, it holds …",
    r"whose [\w ]+ (it|they) (is|are)": "the owner of …, the person who …",
    r"is no contact": "is not a contact, is no longer a contact",
}
BOUNDED = {re.compile(rf"(?<![\w-])(?:{one})(?![\w-])", re.IGNORECASE): WORDS[one] for one in WORDS}
#: Any of them: most prose has none, and one look is faster than one for each.
ANY = re.compile("|".join(f"(?:{one.pattern})" for one in BOUNDED), re.IGNORECASE)

#: Data: legal texts, criteria, the letters and answers of invented companies.
DATA = ("reference/msc/", "reference/program/agreements/", "templates/demo/", "portal/demo/data/")
#: This list.
HERE = Path(__file__)

CODE = re.compile(r"```.*?```|``[^`]+``|`[^`\n]+`|\]\([^)]*\)|https?://\S+", re.DOTALL)
IN_TEMPLATES = re.compile(
    r"{%\s*trans(?:late)?\s+(?P<quote>[\"'])(?P<one>.*?)(?P=quote)"
    r"|{%\s*blocktrans(?:late)?\b[^%]*%}(?P<many>.*?){%\s*endblocktrans"
    r"|{%\s*comment\s*%}(?P<aside>.*?){%\s*endcomment|{#(?P<note>.*?)#}",
    re.DOTALL,
)
NAMES_OF_VALUES = re.compile(r"{{.*?}}|{%.*?%}|%\(\w+\)s")
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}

Prose = Iterator[tuple[int, str]]


def _blank(match: re.Match[str]) -> str:
    """Nothing, on as many lines as before."""
    return "\n" * match[0].count("\n") or " "


def listed(prose: str) -> Iterator[tuple[int, str]]:
    """Each listed word in ``prose``, after the number of line breaks before it."""
    text = NAMES_OF_VALUES.sub(_blank, CODE.sub(_blank, prose))
    if not ANY.search(text):
        return
    for pattern, better in BOUNDED.items():
        for found in pattern.finditer(text):
            words = " ".join(found[0].split())
            yield text.count("\n", 0, found.start()), f"“{words}”: write “{better}”"


def in_template(text: str) -> Prose:
    """What a template says through gettext, and its comments."""
    for found in IN_TEMPLATES.finditer(text):
        kind = found.lastgroup or ""
        yield text.count("\n", 0, found.start(kind)) + 1, found[kind]


def _said(node: ast.AST) -> Iterator[ast.Constant]:
    """The docstring of a node, or the sentences that it hands to gettext."""
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        first = node.body[0] if node.body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            yield first.value
    if isinstance(node, ast.Call):
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        if called in GETTEXT:
            yield from (one for one in node.args if isinstance(one, ast.Constant))


def in_python(text: str) -> Prose:
    """Docstrings, comments, and sentences handed to gettext.

    Taking the comments out takes long, so it is done where a line with one has a listed word.
    """
    for node in ast.walk(ast.parse(text)):
        for one in _said(node):
            yield one.lineno, str(one.value)
    if not any(ANY.search(line, line.index("#")) for line in text.splitlines() if "#" in line):
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def in_table(text: str) -> Prose:
    """The cells of reference data, by their row."""
    for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        yield from ((number, cell) for cell in row if " " in cell)


def in_document(text: str) -> Prose:
    """The whole text of a document."""
    yield 1, text


READERS: dict[str, Callable[[str], Prose]] = {
    ".html": in_template,
    ".txt": in_template,
    ".py": in_python,
    ".csv": in_table,
    ".md": in_document,
}


def searched() -> Iterator[Path]:
    """Every file with prose of ours."""
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        aside = "migrations" in path.parts or name.startswith(DATA) or path == HERE
        if path.suffix in READERS and not aside:
            yield path


@pytest.mark.parametrize(
    ("reader", "source"),
    [
        (in_template, "<p>{% trans 'Press Save' %}</p>"),
        (in_template, "{% blocktrans trimmed %}\nIt can't be changed any more.{% endblocktrans %}"),
        (in_python, 'def f():\n    """Mail the link."""'),
        (in_python, 'x = _("Somebody else saved.")'),
        (in_python, "y = 1  # not needed any more"),
        (in_table, "code,help\na,The seat of the company."),
        (in_document, "A code is needed."),
    ],
)
def test_the_finder_sees_worn_words(reader: Callable[[str], Prose], source: str) -> None:
    assert [hit for _, prose in reader(source) for hit in listed(prose)]


@pytest.mark.parametrize(
    "prose",
    [
        "the mail server",
        "see ``mail_link`` and `mails`",
        "%(mails)s and {{ mail.text }}",
        "compress",
    ],
)
def test_the_finder_leaves_names_and_technical_words_alone(prose: str) -> None:
    assert list(listed(prose)) == []


def test_nothing_is_said_in_words_that_have_a_plainer_one() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{line + further} {hit}"
        for path in searched()
        for line, prose in READERS[path.suffix](path.read_text(encoding="utf-8"))
        for further, hit in listed(prose)
    ]
    assert not found, "\n".join(found)
