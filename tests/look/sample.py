"""Invented data that shows every component once, for the tests of components."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator

from core.forms import PortalForm, TextField
from core.listing import Column, Filter, Listing, ListPage
from portal.left_boxes import Boxes, Branch, Entry, Shortcuts
from security_profile.presentation.profile_rows import CategoryRow, CriterionRow

SITE = {
    "name": "Partner Portal",
    "demo": True,
    "agency": "CBP",
    "helpdesk_email": "helpdesk@example.org",
}


def _branch(name: str, url: str, *children: Branch, here: bool = False) -> Branch:
    return Branch(name, not url, url, here, children)


NAV: dict[str, Any] = {
    "home": "/",
    "tasks_url": "/tasks",
    "tasks_count": 6,
    "user": {"name": "Teodor Marsh", "initials": "TM", "email": "teodor.marsh@example.org"},
    "menu": [
        {"label": "User profile", "url": "/me"},
        {"label": "Change password", "url": "/me/password"},
        {"label": "Security questions", "url": "/me/questions"},
        {"label": "Sign out", "url": "/sign-out", "post": True},
    ],
    "breadcrumbs": [
        {"label": "Home", "url": "/"},
        {"label": "Thistlewick Home Goods", "url": "/t/1"},
        {"label": "C-TPAT account A-7K4M2P", "url": "/t/1/m/1"},
        {"label": "At a glance", "url": ""},
    ],
    "identity": {
        "title": "Thistlewick Home Goods",
        "facts": [
            {"label": "Importer", "value": "88410118", "status": "certified_validated"},
            {"label": "Exporter", "value": "88410119", "status": "certified"},
        ],
    },
    "boxes": Boxes(
        organizations=(
            _branch(
                "Thistlewick Group",
                "",
                _branch(
                    "Thistlewick Home Goods",
                    "/t/1",
                    _branch("Thistlewick Garden", "/t/4"),
                    here=True,
                ),
                _branch("Thistlewick Lighting", "/t/3"),
            ),
            _branch("Wobblestone Ceramics", "/t/5"),
        ),
        operations=(
            Entry("Create", "/t/new", False),
            Entry("Manage", "/t/1/manage", False),
            Entry("Tasks", "/tasks", False),
        ),
        information=(
            Entry("Organization Profile", "/t/1/profile", False),
            Entry("C-TPAT Accounts", "/t/1/models", False),
            Entry("Tasks", "/t/1/tasks", False),
        ),
        shortcuts=Shortcuts(
            "Shortcuts",
            (
                Entry("At a glance", "/m/1", True),
                Entry("Company Profile", "/m/1/company", False),
                Entry("Security Profile", "/m/1/profile", False),
                Entry("Summary", "/m/1/summary", False),
            ),
        ),
    ),
}

STAFF_NAV: dict[str, Any] = {
    **NAV,
    "tasks_url": "",
    "staff_role": "Specialist",
    "user": {"name": "Jonah Tidewell", "initials": "JT"},
    "staff": [
        {"label": "My queue", "url": "/queue", "count": 27, "current": True},
        {"label": "Pool", "url": "/pool", "count": 4},
        {"label": "Partners", "url": "/partners"},
    ],
    "breadcrumbs": [
        {"label": "My queue", "url": "/queue"},
        {"label": "Mulberry Lane Footwear", "url": "/p/1"},
        {"label": "Application, round 2", "url": ""},
    ],
    "identity": {
        "title": "Mulberry Lane Footwear",
        "facts": [{"label": "Importer", "value": "A-7K4M2P", "status": "applicant"}],
    },
}

TASKS = [
    {
        "title": "Answer the returned criteria",
        "url": "/m/1/profile?status=returned",
        "note": "3.5 Business partners, 6.1 Seals, 9.8 Security technology",
        "who": "Any contact",
        "names": "You, Rosalind Achterberg",
        "status": "returned",
        "status_label": "Returned, 3 left",
        "due": "Returned Nov 12",
    },
    {
        "title": "Confirm the company profile",
        "url": "/m/1/company",
        "note": "Addresses, contacts and identifiers",
        "who": "Any contact",
        "names": "You, Rosalind Achterberg",
        "status": "in-progress",
        "due": "Due Dec 14",
        "soon": True,
    },
    {
        "title": "Sign and submit",
        "url": "",
        "note": "Starts when the tasks above are done",
        "who": "Officer only",
        "names": "Marguerite Ashdown",
        "status": "cannot-start",
        "due": "Due Dec 14",
    },
]

CATEGORIES: list[dict[str, Any]] = [
    {
        "group": "Corporate Security",
        "number": 1,
        "label": "Security Vision and Responsibility",
        "url": "/m/1/profile/1",
        "done": 4,
        "total": 4,
        "states": ["accepted", "complete", "complete", "complete"],
    },
    {
        "number": 2,
        "label": "Risk Assessment",
        "url": "/m/1/profile/2",
        "done": 3,
        "total": 4,
        "states": ["complete", "complete", "in-progress", "complete"],
    },
    {
        "number": 3,
        "label": "Business Partners",
        "url": "/m/1/profile/3",
        "done": 3,
        "total": 7,
        "returned": 1,
        "current": True,
        "states": [
            *["accepted"] * 2,
            "returned",
            "in-progress",
            "with-cbp",
            "complete",
            "not-started",
        ],
        "criteria": [
            {"number": "3.1", "label": "Vetting procedure", "url": "/3.1", "status": "accepted"},
            {
                "number": "3.5",
                "label": "Outsourced work",
                "url": "/3.5",
                "status": "returned",
                "current": True,
            },
            {"number": "3.6", "label": "Correcting weak points", "url": "/3.6", "status": "draft"},
            {"number": "3.56", "label": "Denied parties", "url": "/3.56", "status": "not-started"},
        ],
    },
    {
        "group": "People and Physical Security",
        "number": 9,
        "label": "Physical Security",
        "url": "/m/1/profile/9",
        "done": 4,
        "total": 15,
        "states": ["complete"] * 4 + ["in-progress"] * 2 + ["returned"] + ["not-started"] * 8,
    },
]


def _listed(category: dict[str, Any]) -> CategoryRow:
    plain = {name: category[name] for name in ("number", "label", "url", "done", "total")}
    criteria = tuple(
        CriterionRow(**{"current": False, **one}) for one in category.get("criteria", ())
    )
    return CategoryRow(
        **plain,
        returned=category.get("returned", 0),
        current=category.get("current", False),
        criteria=criteria,
    )


DIFF = [
    {"op": "same", "text": "High security seals are kept in a locked cabinet"},
    {"op": "added", "text": "; only the shipping supervisor holds the key"},
    {"op": "same", "text": ".\n\nThe procedure is reviewed every "},
    {"op": "removed", "text": "two years"},
    {"op": "same", "text": " "},
    {"op": "added", "text": "year"},
    {"op": "same", "text": "."},
]

TIMELINE = [
    {"when": "Today, 10:42 a.m.", "who": "Rosalind Achterberg", "what": "changed the response to",
     "url": "/3.5", "link": "3.5"},
    {"when": "Nov 12, 2026", "who": "Jonah Tidewell, SCSS,", "what": "returned 3 criteria",
     "hot": True},
]  # fmt: skip

REVIEW = [
    {"number": "1.3", "label": "Written scheme of reviews", "url": "/1", "decision": "accepted"},
    {"number": "3.5", "label": "Outsourced work", "url": "/2", "decision": "returned"},
    {"number": "6.1", "label": "Written procedures for seals", "url": "/3", "current": True},
]


class SampleForm(PortalForm):
    """One field of every kind."""

    name = forms.CharField(label="Company name", max_length=80, help_text="As in your deed.")
    email = forms.EmailField(label="Email address")
    started = forms.DateField(label="Business start date")
    employees = forms.IntegerField(label="Number of employees", required=False)
    country = forms.ChoiceField(label="Country", choices=[("", "Choose"), ("US", "United States")])
    history = TextField(
        label="Brief history",
        max_length=4000,
        multiline=True,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    answer = forms.ChoiceField(
        label="How do you meet 3.5?",
        choices=[("text", "Response"), ("na", "Not Applicable")],
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(
        label="Type of user",
        choices=[("user", "User"), ("admin", "Company Administrator")],
        widget=forms.RadioSelect,
        help_text="A Company Administrator also manages users.",
    )
    uses = forms.MultipleChoiceField(
        label="Address types",
        choices=[("hq", "Headquarters"), ("cargo", "Cargo handling")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agree = forms.BooleanField(label="I have read the agreement and certify that it is true.")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    paper = forms.FileField(label="Supporting paper", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def list_page(rows: list[dict[str, Any]], chosen: dict[str, str] | None = None) -> ListPage:
    """The second page of a list of plain rows, sorted by name."""
    listing = Listing(
        columns=(
            Column("name", "Name", lambda row: row["name"], sort=("name",)),
            Column("n", "Criteria", lambda row: row["n"], numeric=True),
        ),
        filters=(
            Filter("q", "Search", lambda rows, _value: rows),
            Filter("state", "State", lambda rows, _value: rows, lambda: [("a", "Active")]),
        ),
        sort="name",
    )
    page = Paginator(rows, 25).get_page(2)
    return ListPage(listing, page, chosen or {}, "name", 25, rows)  # type: ignore[arg-type]


def context() -> dict[str, Any]:
    """The context of every sample page."""
    return {
        "site": SITE,
        "nav": NAV,
        "page_code": "M-1",
        "tasks": TASKS,
        "categories": CATEGORIES,
        "listed": [_listed(one) for one in CATEGORIES],
        "diff": DIFF,
        "timeline": TIMELINE,
        "review": REVIEW,
        "refused": SampleForm({"name": "", "kind": "wrong", "history": "x" * 4001}),
        "fresh": SampleForm(initial={"name": "Thistlewick Home Goods"}),
        "steps": ["Company Information", "Addresses", "Users", "Summary"],
        "sign_steps": ["Read", "Certify", "Confirm that it is you", "Done"],
        "proofs": [
            {"label": "Password", "done": True, "note": "Given at 4:10 p.m."},
            {"label": "Code from your authenticator app", "current": True},
        ],
        "blockers": [
            {"message": "3.5 has no evidence", "url": "/3.5"},
            {"message": "No Company Officer has accepted yet", "url": "/contacts"},
        ],
        "people": ["Marguerite Ashdown", "Ines Calloway"],
        "tabs": [
            {"label": "Company Information", "url": "/a", "current": True},
            {"label": "Addresses", "url": "/b", "count": 3},
            {"label": "Users", "url": "/c"},
        ],
        "modes": [
            {"label": "Inline", "url": "?d=i", "current": True},
            {"label": "New only", "url": "?d=n"},
        ],
        "figures": [
            {"count": 3, "label": "Returned to you", "url": "/r", "note": "One late", "hot": True},
            {"count": 4, "label": "Waiting for officer", "url": "/w", "note": "Longest 9 days"},
        ],
        "next_steps": ["We emailed you a link to your copy.", "Your SCSS reviews it."],
        "list": list_page([{"name": f"Row {n}", "n": n} for n in range(260)], {"state": "a"}),
        "late": -5,
        "soon": 3,
    }  # fmt: skip
