"""Addresses of SVI: four tabs of a trade account, and pages about one partner."""

from django.urls import path

from svi.views import agreement, answers, directory, monitored, monitors, overview

app_name = "svi"

TRADE = "t/<uuid:trade_id>/svi/"
PARTNER = "t/<uuid:trade_id>/m/<uuid:model_id>/svi/<uuid:monitoring_id>/"
ASKED = "t/<uuid:trade_id>/m/<uuid:model_id>/svi/asked/<uuid:asked_id>/"

urlpatterns = [
    path(TRADE + "agreement", agreement.agreements, name="agreement"),
    path(TRADE + "request", directory.search, name="request"),
    path(TRADE + "request/list", directory.match, name="match"),
    path(TRADE + "request/check", directory.check, name="check"),
    path(TRADE + "monitoring", monitored.monitored, name="monitored"),
    path(TRADE + "monitoring-you", monitors.monitors, name="monitors"),
    path(PARTNER, monitored.partner, name="partner"),
    path(PARTNER + "<slug:answer_code>", answers.answer, name="answer"),
    path("scss/m/<uuid:model_id>/svi", overview.overview, name="overview"),
    path(ASKED + "withdraw", monitors.withdraw, name="withdraw"),
]
