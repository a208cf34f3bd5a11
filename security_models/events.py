"""The events of a security model: the sentences that follow the actor's name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.providers.event_kinds import declare

declare("security_models.started", _("started the application %(reference)s as %(role)s"))
declare("security_models.answer_changed", _("went back to an eligibility question"))
declare("security_models.questions_again", _("started the eligibility questions again"))
declare("security_models.questions_finished", _("finished the eligibility questions: %(outcome)s"))
declare("security_models.type_settled", _("set the business type to %(type)s"))
declare("security_models.identifier_added", _("added %(type)s %(shown)s"))
declare("security_models.identifier_deleted", _("deleted %(type)s %(shown)s"))
declare(
    "security_models.paper_added",
    _("added “%(file)s” (%(paper)s)"),
    folded=_("added %(count)s supporting papers"),
)
declare("security_models.paper_removed", _("removed “%(file)s” from the supporting papers"))
declare("security_models.events_described", _("changed the description of security events"))
declare("security_models.addresses_chosen", _("chose the addresses (%(n)s)"))
declare("security_models.contacts_changed", _("changed the contacts: %(changes)s"))
declare(
    "security_models.officers_changed",
    _("changed the Officers: named %(named)s, removed %(removed)s"),
)
declare("security_models.no_officer", _("left the C-TPAT account without an Officer"))
declare("security_models.lapsed", _("let the application lapse: it was not finished in time"))
declare("security_models.reopened", _("reopened the application; finish it by %(due)s"))
declare(
    "security_models.locked_number_added",
    _("added %(type)s %(after)s, as request %(request)s asked"),
)
declare(
    "security_models.locked_number_changed",
    _("changed %(type)s from %(before)s to %(after)s, as request %(request)s asked"),
)
declare(
    "security_models.locked_number_removed",
    _("removed %(type)s %(before)s, as request %(request)s asked"),
)
