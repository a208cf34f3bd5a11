"""The criteria of each business type, to read before an application begins."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.web import PortalRequest, signed_in
from security_profile.selectors import catalogue


@signed_in
def business_types(request: PortalRequest) -> HttpResponse:
    """Every business type with the number of its criteria."""
    known = catalogue()
    rows = [
        {"slug": slug, "name": name, "count": len(known.for_types([slug]))}
        for slug, name in known.type_names.items()
    ]
    context = {"rows": rows, "catalogue": known, "page_code": "C-1"}
    return render(request, "security_profile/criteria_index.html", context)


@signed_in
def criteria(request: PortalRequest, business_type: str) -> HttpResponse:
    """All statements of one business type with their guidance, to read and to print."""
    known = catalogue()
    if business_type not in known.type_names:
        raise Http404(_("There is no such business type."))
    mine = known.for_types([business_type])
    groups = [
        (category, [one for one in mine if one.entry.category is category])
        for category in known.categories
    ]
    context = {
        "name": known.type_names[business_type],
        "catalogue": known,
        "groups": [(category, ones) for category, ones in groups if ones],
        "total": len(mine),
        "musts": sum(one.is_must for one in mine),
        "evidence": sum(one.entry.evidence_required for one in mine),
        "stand_ins": any(one.entry.is_stand_in for one in mine),
        "page_code": "C-2",
    }
    return render(request, "security_profile/criteria.html", context)
