"""Every visible word goes through gettext, in templates and in Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.conf import settings

from tests.architecture.source import ROOT, Module, product, tracked

# The letters and documents of invented companies are data of the demonstration.
DATA = "templates/demo/"
# Names, formats and code samples, which are the same in every language.
SAME_EVERYWHERE = re.compile(r"\b(PDF|CSV|XLSX|SHA-256|Partner Portal|Authorization: Bearer)\b")
TRANSLATED = re.compile(
    r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}"
    r"|{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}"
    r"|{%\s*block body_class\s*%}.*?{%\s*endblock\s*%}",
    re.DOTALL,
)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
#: Placeholders for names of companies and people followed by a period, also after closing tags.
NAMES = r"(?:\w*name|account|company|partner|who|by|signer|submitter|inviter|specialist)"
NAME_AT_THE_END = re.compile(
    rf"(?:\{{\{{\s*(?:\w+\.)*{NAMES}(?:\|[^}}]*)?\s*\}}\}}(?:</\w+>)*|%\({NAMES}\)s)\.(?![\w.])"
)
WORD = re.compile(r"[^\W\d_]{2,}")

#: Attributes of elements and components that are read by people.
READ_BY_PEOPLE = frozenset(
    {
        "action",
        "alt",
        "aria-description",
        "aria-label",
        "cancel",
        "caption",
        "data-hide",
        "data-label",
        "data-leave",
        "data-off",
        "data-on",
        "data-over",
        "data-show",
        "data-words",
        "empty",
        "empty_action",
        "empty_why",
        "heading",
        "hint",
        "label",
        "lead",
        "legend",
        "next_action",
        "next_text",
        "next_title",
        "note",
        "placeholder",
        "save",
        "state_label",
        "submit",
        "summary",
        "title",
        "what",
        "when",
        "why",
        "words",
    }
)
#: Where these names mean something else.
ADDRESSES = {("form", "action")}

#: What says in words why it is used, to readers of the code.
REASONS = {"beyond_tenants"}
GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
LOGS = {"debug", "info", "warning", "error", "exception"}
SENTENCE = re.compile(r"[A-ZÀ-Ý“][^\W\d_]*[ ,].*[a-z]{2}", re.DOTALL)
#: Text that looks like a sentence but is not shown on pages, by module.
NO_SENTENCE = re.compile(
    r"(SELECT|INSERT|DROP|ALTER|SET|CASE|EXISTS|GRANT|REVOKE|CREATE (VIEW|FUNCTION|TRIGGER|POLICY))"
    r" .*|Bearer .*"
    r"|EICAR test file|ISO 3166-1 alpha-2|Comparison of records"
    r"|Partner Portal.*|MSC 2020 .*|ClamAV .*|(File check|Company Administrator)"
)
#: Rooms that address operators and programmers: checks of settings, the schema of the API.
FOR_OPERATORS = {
    "agreements/reference.py",
    "identity/settings_checks.py",
    "core/api/schema.py",
    "core/laid_views.py",
    # SQL
    "svi/shared_views.py",
}

#: How days and times are written, in templates and in Python.
DATED = re.compile(r"""(?:\|date:|date_format\([^"]*?, ?)["']([^"']+)["']""")
#: The one style (Nov 21, 2026, 9:30 p.m. EST) and its parts, also of a month (Nov 2026); machines
#: read ISO.
DATE_STYLE = re.compile(r"(l, )?M j, Y(, g:i(:s)? a( T)?)?|M( Y)?|g:i a|c")


class Visible(HTMLParser):
    """Collects what a reader of a page sees or hears."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes that are read by people."""
        self.silent += tag in {"script", "style"}
        for name, value in attrs:
            if name in READ_BY_PEOPLE and (tag, name) not in ADDRESSES:
                self._take(value or "")

    def handle_endtag(self, tag: str) -> None:
        """Text counts again after a script."""
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if not self.silent:
            self._take(data)

    def _take(self, text: str) -> None:
        if WORD.search(SAME_EVERYWHERE.sub("", text)):
            self.found.append((self.getpos()[0], " ".join(text.split())))


def _blank(match: re.Match[str]) -> str:
    """Nothing visible, on as many lines as before."""
    return "\n" * match[0].count("\n")


def past_gettext(template: str) -> list[tuple[int, str]]:
    """The words of a template outside trans and blocktrans, with their lines."""
    parser = Visible()
    parser.feed(TAG.sub(_blank, TRANSLATED.sub(_blank, template)))
    parser.close()
    return parser.found


def _literal(node: ast.AST) -> str:
    """The words of a plain string or an f-string; empty for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_literal(part) or "x" for part in node.values)
    return ""


def _is_for_nobody(node: ast.AST) -> bool:
    """Docstrings, errors and log lines, and what is already translated."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
    on_messages = isinstance(called, ast.Attribute) and ast.unparse(called.value) == "messages"
    if name in GETTEXT | REASONS or (name in LOGS and not on_messages):
        return True
    return name.endswith(("Error", "Exception")) and name != "ValidationError"


def sentences_past_gettext(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The sentences of a module that are not passed to gettext, with their lines."""
    for node in ast.iter_child_nodes(tree):
        words = _literal(node)
        if SENTENCE.match(words) and not NO_SENTENCE.fullmatch(words):
            yield getattr(node, "lineno", 0), words
        elif not _is_for_nobody(node) and not isinstance(node, ast.JoinedStr):
            yield from sentences_past_gettext(node)


def _speaks(module: Module) -> bool:
    """Commands address operators, and the demonstration is in English."""
    silent = {"management", "demo", "settings"} & set(module.path.parts)
    return not silent and module.name not in FOR_OPERATORS


def test_the_finder_sees_words_and_leaves_markup_alone() -> None:
    assert past_gettext('<p class="muted">Nothing yet.</p>') == [(1, "Nothing yet.")]
    assert past_gettext('<c-panel title="Gates"></c-panel>') == [(1, "Gates")]
    assert past_gettext('<c-panel title="{% trans "Gates" %}">{{ who }} – 3</c-panel>') == []
    assert past_gettext("{% blocktrans with n=n %}{{ n }} left{% endblocktrans %}") == []
    said = ast.parse('x = Problem("late", "It is late.")\ny = _("It is %s.")\n"""It is."""')
    assert list(sentences_past_gettext(said)) == [(1, "It is late.")]
    made = ast.parse('messages.success(request, f"Saved for {name}.")')
    assert list(sentences_past_gettext(made)) == [(1, "Saved for x.")]


def test_templates_say_nothing_past_gettext() -> None:
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if name.startswith("templates/") and path.suffix in {".html", ".txt"}:
            words = [] if name.startswith(DATA) else past_gettext(path.read_text(encoding="utf-8"))
            found += [f"{name}:{line} {text}" for line, text in words]
    assert found == []


def test_python_says_nothing_past_gettext() -> None:
    found = [
        f"{module.name}:{line} {words}"
        for module in product()
        if _speaks(module)
        for line, words in sentences_past_gettext(module.tree)
    ]
    assert found == []


def names_before_a_stop(text: str) -> list[str]:
    """The sentences of a source that end with a name: "Acme Inc." would end in two periods."""
    return [found[0] for found in NAME_AT_THE_END.finditer(text)]


def test_the_finder_sees_a_name_at_the_end_of_a_sentence() -> None:
    for text in (
        "for {{ account }}. Go",
        "{{ who }}</strong>.{% e",
        '"of %(name)s."',
        "%(by)s. Go",
    ):
        assert names_before_a_stop(text), text
    for text in ("{{ name }}, as", "{{ name }} is", "by {{ until }}.", "%(name)s’s", "{{ n }}."):
        assert not names_before_a_stop(text), text


def test_no_sentence_ends_with_a_name_because_names_end_with_a_period_too() -> None:
    sources = [path for path in tracked() if ROOT / "templates" in path.parents]
    sources += [module.path for module in product()]
    found = [
        f"{path.relative_to(ROOT).as_posix()}: {words}"
        for path in sources
        if path.suffix in {".html", ".txt", ".py"}
        for words in names_before_a_stop(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_days_are_written_one_way_in_the_whole_portal() -> None:
    sources = [path for path in tracked() if ROOT / "templates" in path.parents]
    sources += [module.path for module in product()]
    found = [
        f"{path.relative_to(ROOT).as_posix()}: {style}"
        for path in sources
        if path.suffix in {".html", ".txt", ".py"}
        for style in DATED.findall(path.read_text(encoding="utf-8"))
        if not DATE_STYLE.fullmatch(style)
    ]
    assert found == []


def test_every_template_that_translates_can() -> None:
    """Components don't inherit tag libraries from the page around them."""
    asks = re.compile(r"{%\s*(?:block)?trans(?:late)?\b")
    loads = re.compile(r"{%\s*load\b[^%]*\bi18n\b")
    found = [
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if ROOT / "templates" in path.parents and path.suffix in {".html", ".txt"}
        if asks.search(text := path.read_text(encoding="utf-8")) and not loads.search(text)
    ]
    assert found == []


def test_translations_have_their_place() -> None:
    assert all(path.is_dir() for path in settings.LOCALE_PATHS)
    assert "django.middleware.locale.LocaleMiddleware" in settings.MIDDLEWARE
