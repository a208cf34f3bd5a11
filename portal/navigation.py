"""The navigation that every page shares (N1, N4, N5): boxes, Shortcuts, identity, menu.

Each part is computed when a template asks for it, so that a page without boxes pays nothing.
"""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.contributions import Task, tasks_of
from core.links import is_inside, path_within
from identity.selectors.user_state import password_ends_at, password_warning
from identity.states import StaffRole
from operations.policies import P as OperationP
from portal.left_boxes import Boxes, Branch, Shortcuts, ShortTree, entries
from portal.notice_banners import banner_items
from portal.organization_tree import branches, current_branch, short_tree
from portal.staff_home import search_of, staff_home
from portal.staff_menu import staff_menu
from portal.unread import CHANGE, unread_of, waiting_of
from security_models.policies import P as ModelP
from security_models.states import BusinessTypeStatus
from trade_accounts import selectors as accounts
from trade_accounts.policies import P as AccountP
from trade_accounts.states import SetUp
from webhooks.policies import P as WebhookP

Item = dict[str, Any]


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page: ``site`` and ``nav``."""
    site = {
        "name": settings.PORTAL_NAME,
        "demo": settings.IS_DEMO,
        "demo_today": clock.today() if settings.DEMO_TODAY else None,
        "agency": settings.AGENCY_SHORT_NAME,
        "helpdesk_email": settings.PROGRAM_OFFICE_EMAIL,
    }
    return {"site": site, "nav": Navigation(request)}


class Navigation:
    """What the layouts read as ``nav`` (templates/cotton/README.md lists the keys)."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.access: Access = getattr(request, "access", None) or Access()
        self.account = self.access.roots.get("trade_account")
        self.model = self.access.roots.get("security_model")

    # --- header -----------------------------------------------------------------------------

    @property
    def is_staff(self) -> bool:
        """Whether the reader works for the program."""
        return self.access.is_staff

    @property
    def home(self) -> str:
        """The page that the brand links to."""
        if not self.access.user:
            return "/"
        return self._url(staff_home(self.access) if self.is_staff else "portal:home")

    @property
    def sign_in_url(self) -> str:
        """The sign-in address, for those who are not signed in."""
        return self._url("identity:sign-in")

    @property
    def user(self) -> Item | None:
        """The reader, for the head of the Application Menu."""
        if (user := self.access.user) is None:
            return None
        initials = "".join(part[:1] for part in (user.first_name, user.last_name)).upper()
        return {"name": user.name, "initials": initials or "?", "email": user.email}

    @property
    def password_warning(self) -> Item | None:
        """From 14 days before the reader's password expires: in how many days, and when (U4). Runs
        no queries: the dates are in the reader's row.
        """
        user = self.access.user
        days = password_warning(user) if user is not None else None
        if user is None or days is None:
            return None
        return {"days": days, "ends": password_ends_at(user), "url": self._url("identity:password")}

    @cached_property
    def program_notices(self) -> list[Item]:
        """The banners of notices of the program for this reader; without one, no statement."""
        here = self.request
        return banner_items(self.access, getattr(here, "notices_stamp", ""), here.path)

    @property
    def emails_fail(self) -> Item | None:
        """Since when emails to the reader come back, and where to change that; None if they arrive.

        Runs no queries: the date is in the reader's row.
        """
        user = self.access.user
        if user is None or user.emails_fail_since is None:
            return None
        return {"since": user.emails_fail_since, "url": self._url("identity:email")}

    @property
    def menu(self) -> list[Item]:
        """The Application Menu (N4): what is used most; the first entry's page has all."""
        return [
            self._item(_("Your account"), "identity:menu", exact=True),
            self._item(_("User profile"), "identity:profile"),
            self._item(_("Password"), "identity:password"),
            self._item(_("Open sessions"), "identity:sessions"),
            self._item(_("Notifications"), "identity:notifications"),
            self._item(_("Notices of the program"), "messages_app:program-notices"),
            self._item(_("Public documents"), "documents:trade-public"),
            {"label": _("Sign out"), "url": self._url("identity:sign-out"), "post": True},
        ]

    @property
    def unread(self) -> list[Item]:
        """What the reader has not read, for the header."""
        found = unread_of(self.access, self._waiting)
        return [{**self._item(one.label, one.page), **vars(one)} for one in found]

    @cached_property
    def _waiting(self) -> Counter[str]:
        """What waits for the reader on every page, by kind."""
        return waiting_of(self.access)

    @property
    def tasks_url(self) -> str:
        """Tasks across all accounts (N2); staff have their queue instead."""
        return "" if self.is_staff or not self.access.user else self._url("portal:tasks")

    @property
    def tasks_current(self) -> bool:
        """Whether this is the page of all tasks."""
        return self.request.path == self.tasks_url

    @property
    def staff(self) -> list[Item]:
        """The main menu of staff pages (portal/staff_menu.py)."""
        return staff_menu(self.access, self._item, self.request.path)

    @property
    def search(self) -> Item | None:
        """The search in the header of staff: partners; for the helpdesk, people."""
        return search_of(self.access, self.request.GET.get("q", "")[:100], self._url)

    @property
    def staff_role(self) -> str:
        """The words next to the brand on staff pages."""
        if not self.is_staff:
            return ""
        role = StaffRole(self.access.user.staff_role)
        return _("Specialist") if role == StaffRole.SCSS else str(role.label)

    @property
    def next_step(self) -> Item | None:
        """The next step after an act, from the tasks of the current account (N2).

        The C-TPAT account comes first if there is a current one; only what the reader can do. None
        if the page is that place itself, and in the wizard, which has its own button to continue.
        """
        if self.access.user is None or self.is_staff or self.account is None:
            return None
        if self.account.set_up == SetUp.OPEN:
            return None
        model_id = self.model.pk if self.model else None
        tasks = [task for task in tasks_of(self.access, self.account.pk) if task.mine]
        tasks.sort(key=lambda task: task.security_model_id != model_id)
        step = self._as_step(tasks[0]) if tasks else self._where_to_look()
        return step if urlsplit(step["url"]).path != self.request.path else None

    def _as_step(self, task: Task) -> Item:
        return {"title": task.title, "note": "", "url": task.url, "action": ""}

    def _where_to_look(self) -> Item:
        """If the reader has nothing to do: where to follow the account."""
        title, name = _("See the C-TPAT accounts of the company"), "security_models:accounts"
        if self.model is not None:
            title, name = _("See the status of the account"), "portal:glance"
        return {"title": title, "note": "", "url": self._url(name), "action": _("Open")}

    # --- identity bar -----------------------------------------------------------------------

    @property
    def breadcrumbs(self) -> list[Item]:
        """From home to the current account and C-TPAT account; for staff, from their queue."""
        if self.is_staff and self.model is not None:
            url = self._url("reviews:partner") + self.back
            return [self._list_behind(), {"label": self.model.trade_account.name, "url": url}]
        crumbs = [{"label": _("Home"), "url": self.home}]
        if self.account is not None:
            crumbs.append({"label": self.account.name, "url": self._url("trade_accounts:company")})
        if self.model is not None and self.account is not None:
            crumbs.append({"label": self.model.reference, "url": self._url("portal:glance")})
        return crumbs if len(crumbs) > 1 else []

    def _list_behind(self) -> Item:
        """The list that a staff page was opened from, with its filter; or their start page."""
        lists = {
            "reviews:queue": _("My queue"),
            "reviews:open-work": _("Open work"),
            "reviews:partners": _("Partners"),
            "reviews:annual-reviews": _("Annual reviews"),
            "reviews:management": _("Applications"),
        }
        labels = {self._url(name): label for name, label in lists.items()}
        path = self._came_from.partition("?")[0]
        if path in labels:
            return {"label": labels[path], "url": self._came_from}
        return {"label": labels.get(self.home, _("Home")), "url": self.home}

    @cached_property
    def _came_from(self) -> str:
        wanted = self.request.GET.get("back", "")[:1200]
        return wanted if is_inside(wanted) else ""

    @cached_property
    def back(self) -> str:
        """The end of an address that keeps the list from which this page was opened."""
        return f"?{urlencode({'back': self._came_from})}" if self._came_from else ""

    @cached_property
    def here(self) -> str:
        """The end of an address that returns to this list with its filter and page."""
        return f"?{urlencode({'back': self.request.get_full_path()})}"

    @property
    def identity(self) -> Item | None:
        """The company of this page; for a C-TPAT account also its types and statuses."""
        if self.model is not None:
            facts = [
                {
                    "label": one["name"],
                    "value": one["number"] or self.model.reference,
                    "status": one["status"],
                    "status_label": BusinessTypeStatus(one["status"]).label,
                }
                for one in self.model.identity_types
            ]
            return {
                "title": self.model.trade_account.name,
                "facts": facts or [{"label": "", "value": self.model.reference}],
            }
        if self.account is not None:
            return {"title": self.account.name, "facts": []}
        return None

    # --- the three boxes (N1) ---------------------------------------------------------------

    @property
    def boxes(self) -> Boxes:
        """The three boxes and the Shortcuts."""
        return Boxes(
            self.organizations,
            entries(self.operations),
            entries(self.information),
            self.shortcuts,
            self.short_tree,
        )

    @cached_property
    def _nodes(self) -> list[accounts.AccountNode]:
        """The trade accounts that the reader may open, as a tree."""
        if self.access.user is None or self.is_staff:
            return []
        return accounts.accounts_of(self.access)

    @property
    def organizations(self) -> tuple[Branch, ...]:
        """The tree of trade accounts with the current one highlighted, or its branch (T10)."""
        current = self.account and self.account.pk
        draw = current_branch if self.short_tree is not None else branches
        return draw(self._nodes, current)

    @cached_property
    def short_tree(self) -> ShortTree | None:
        """What stands for a tree that is too long for every page."""
        return short_tree(self._nodes, self.account and self.account.pk)

    @property
    def has_account(self) -> bool:
        """Whether the reader belongs to a trade account."""
        return bool(self._nodes)

    @property
    def switcher(self) -> str:
        """The list of all trade accounts of the reader; staff have none."""
        return "" if self.is_staff or not self.access.user else self._url("portal:accounts")

    @property
    def operations(self) -> list[Item]:
        """Trade Account Operations."""
        items = [self._item(_("Create"), "trade_accounts:create")]
        if self.account is not None:
            if self.access.has(OperationP.ASK):
                items.append(self._item(_("Manage"), "operations:manage"))
            items.append(self._item(_("Tasks"), "portal:account-tasks"))
        return items

    @property
    def information(self) -> list[Item]:
        """Trade Account Information of the current account."""
        if self.account is None or not self.access.has(AccountP.VIEW):
            return []
        profile = self._item(_("Organization Profile"), "trade_accounts:company")
        profile["current"] = f"/t/{self.account.pk}/profile/" in self.request.path
        svi = self._item(_("SVI"), "svi:monitored")
        svi["current"] = f"/t/{self.account.pk}/svi/" in self.request.path
        webhooks = [self._item(_("Webhooks"), "webhooks:endpoints")]
        return [
            profile,
            self._item(_("C-TPAT Accounts"), "security_models:accounts"),
            self._item(_("Document Library"), "documents:account-library"),
            self._item(_("Messages"), "messages_app:threads"),
            svi,
            self._item(_("Tasks"), "portal:account-tasks"),
            self._item(self._change_requests(), "change_requests:list"),
            self._item(_("API keys"), "trade_accounts:api-keys"),
            *(webhooks if self.access.has(WebhookP.MANAGE) else []),
            self._item(_("History"), "trade_accounts:history"),
        ]

    def _change_requests(self) -> str:
        """The list of change requests, with how many are open."""
        n = self._waiting[CHANGE]
        return _("Change requests (%(n)s open)") % {"n": n} if n else _("Change requests")

    @property
    def shortcuts(self) -> Shortcuts | None:
        """The menu of a C-TPAT account (N5)."""
        if self.model is None or self.account is None or not self.access.has(ModelP.VIEW):
            return None
        company = self._item(_("Company Profile"), "security_models:company-profile")
        here = self.request.resolver_match
        company["current"] = here is not None and here.app_name == "security_models"
        items = [
            self._item(_("At a glance"), "portal:glance", exact=True),
            company,
            self._item(_("Security Profile"), "security_profile:profile"),
            self._item(_("Annual Review"), "security_profile:annual-review"),
            self._item(_("Summary"), "security_profile:summary"),
            self._item(_("Agreements"), "agreements:list"),
            self._item(_("History"), "security_models:history"),
        ]
        if sum(bool(item["current"]) for item in items) > 1:
            company["current"] = False
        return Shortcuts(_("Shortcuts"), entries(items))

    # --- links ------------------------------------------------------------------------------

    def _url(self, name: str) -> str:
        """The address of a page of the current account and model."""
        offered = {
            "trade_id": self.account and self.account.pk,
            "model_id": self.model and self.model.pk,
        }
        return path_within(name, **{part: one for part, one in offered.items() if one})

    def _item(self, label: str, name: str, *, exact: bool = False) -> Item:
        url = self._url(name)
        here = self.request.path
        return {
            "label": label,
            "url": url,
            "current": here == url or (not exact and here.startswith(url.rstrip("/") + "/")),
        }
