"""The events of this app in the words of the timeline; the sentence follows the actor's name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.providers.event_kinds import declare

declare("trade_accounts.created", _("created the trade account %(name)s"))
declare("trade_accounts.set_up_finished", _("finished the organization profile"))
declare("trade_accounts.company_changed", _("changed the company information: %(fields)s"))
declare("trade_accounts.address_added", _("added the address %(address)s"))
declare("trade_accounts.address_changed", _("changed the address %(address)s: %(fields)s"))
declare("trade_accounts.address_removed", _("removed the address %(address)s"))
declare("trade_accounts.member_invited", _("invited %(name)s as %(type)s"))
declare("trade_accounts.invitation_sent_again", _("sent the invitation to %(name)s again"))
declare("trade_accounts.invitation_withdrawn", _("withdrew the invitation of %(name)s"))
declare("trade_accounts.member_joined", _("accepted the invitation and is %(type)s now"))
declare("trade_accounts.member_declined", _("declined the invitation"))
declare("trade_accounts.member_changed", _("changed %(name)s: %(fields)s"))
declare("trade_accounts.member_type_changed", _("made %(name)s %(type)s"))
declare("trade_accounts.member_ended", _("ended the membership of %(name)s"))
declare(
    "trade_accounts.person_replaced",
    _("let %(successor)s take over from %(name)s in %(count)s C-TPAT accounts"),
)
declare("trade_accounts.contacts_checked", _("checked that users and contacts are right"))
declare("trade_accounts.key_created", _("created the API key %(key)s (%(prefix)s…)"))
declare("trade_accounts.key_revoked", _("revoked the API key %(key)s (%(prefix)s…) of %(name)s"))
declare("trade_accounts.keys_ended", _("ended %(count)s API keys with the membership of %(name)s"))
declare("trade_accounts.asked", _("asked %(name)s to %(act)s"))
declare("trade_accounts.reminded", _("reminded %(name)s to %(act)s"))
declare("trade_accounts.ask_withdrawn", _("ended the request to %(act)s, which no longer applies"))
declare(
    "trade_accounts.name_changed",
    _("changed the company name from “%(before)s” to “%(after)s”, as request %(request)s asked"),
)
