"""Addresses of SVI: tabs of a trade account, pages about one partner or proof, and what outsiders
open.
"""

from django.urls import path

from svi.views import agreement, answers, directory, monitored, monitors, overview, proofs, verify

app_name = "svi"

TRADE = "t/<uuid:trade_id>/svi/"
PARTNER = "t/<uuid:trade_id>/m/<uuid:model_id>/svi/<uuid:monitoring_id>/"
ASKED = "t/<uuid:trade_id>/m/<uuid:model_id>/svi/asked/<uuid:asked_id>/"
PROOF = "t/<uuid:trade_id>/m/<uuid:model_id>/svi/proofs/<uuid:proof_id>"

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
    path(TRADE + "proofs", proofs.proofs, name="proofs"),
    path(TRADE + "proofs/new", proofs.new_proof, name="proof-new"),
    path(PROOF, proofs.proof, name="proof"),
    path(PROOF + "/letter", proofs.letter, name="proof-letter"),
    path(PROOF + "/statement", proofs.statement, name="proof-statement"),
    path(PROOF + "/send", proofs.send, name="proof-send"),
    path(PROOF + "/revoke", proofs.revoke, name="proof-revoke"),
    path("verify/<str:token>", verify.verify, name="verify"),
    path("verify/<str:token>/statement", verify.statement, name="verify-statement"),
    path(".well-known/jwks.json", verify.keys, name="keys"),
]
