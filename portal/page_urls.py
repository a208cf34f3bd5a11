"""Addresses of the pages across apps."""

from django.urls import path

from portal.views import accounts, calendars, health, pages, records

app_name = "portal"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("calendar/<str:token>.ics", calendars.feed, name="calendar"),
    path("due-dates/<str:key>.ics", calendars.due_date, name="due-date"),
    path("", pages.landing, name="landing"),
    path("home", pages.home, name="home"),
    path("accounts", accounts.accounts, name="accounts"),
    path("accounts/tree", accounts.account_tree, name="account-tree"),
    path("accounts/find", accounts.find, name="find"),
    path("accounts/<uuid:trade_id>/pin", accounts.pin, name="account-pin"),
    path("tasks", pages.tasks, name="tasks"),
    path("mgmt/records", records.records, name="records"),
    path("t/<uuid:trade_id>/tasks", pages.account_tasks, name="account-tasks"),
    path("t/<uuid:trade_id>/m/<uuid:model_id>/", pages.glance, name="glance"),
]
