"""The table of the access matrix: for each address and method, the answer to each role.

The letters represent the roles of ``tests.access.world.ROLES`` in order; ``test_matrix.py``
explains them. Check a whole row before you change it.
"""

#: Open to everyone.
EVERYBODY = "..................."
#: The method does not exist, for anyone.
NO_SUCH_METHOD = "-------------------"
#: Does not exist for anyone (a row of another person, or none).
NOBODY = "4444444444444444444"
#: Contacts of the model; other members read who can.
CONTACTS = ">44433...344444>>>>"
#: Contacts of the model; for everyone else it does not exist.
ONLY_CONTACTS = ">44444...444444>>>>"
#: Contacts of any model of the trade account; other members read who can.
CONTACTS_OF_ANY = ">44433....44444>>>>"
#: Members of the trade account.
MEMBERS = ">444......44444>>>>"
#: The assigned specialist and management.
REVIEWERS = ">444333333.4.44>>>>"
#: The person whose queue contains it: management reads all work, but arranges only its own queue.
OWN_QUEUE = ">444333333.4444>>>>"
#: Everyone who is signed in and may act.
PEOPLE = ">..............>>>>"
#: Specialists and management.
PROGRAM = ">333333333...33>>>>"
#: The specialist who wrote to many partners, and management.
AUTHOR_OF_MANY = ">333333333.4.33>>>>"
#: The owner of the template; the others of the program keep their own.
OWN_TEMPLATE = ">333333333.4433>>>>"
#: Company Administrators of the trade account.
ADMINISTRATORS = ">4443.333344444>>>>"
#: Management, program-wide.
MANAGEMENT = ">33333333333.33>>>>"
#: Management; others inside the model read that it is not for them.
MANAGEMENT_OF_THE_MODEL = ">44433333334.44>>>>"
#: Everyone; a person in the set-up continues there.
SET_UP = "..................>"
#: Helpdesk and management, program-wide.
HELPDESK = ">33333333333.3.>>>>"
#: Helpdesk, management and program administrators, program-wide.
OPERATORS = ">33333333333...>>>>"
#: Officers of the model.
OFFICERS = ">4443333.344444>>>>"
#: An Officer, for their own ceremonies only.
OWN_CEREMONY = ">44433334344444>>>>"
#: One person's own, an Officer's; for everyone else it does not exist.
OFFICER_ALONE = ">4444444.444444>>>>"
#: Contacts, for whom this document does not exist here.
CONTACTS_NO_FILE = ">44433444344444>>>>"
#: The second step, for a person who has done the first.
SIGN_IN_STEP = ">.................."
#: Officers and Company Administrators; other contacts may look.
CONTACT_MANAGERS = ">4443....344444>>>>"
#: Contacts over the API.
API_CONTACTS = "344433...3444443333"
#: Contacts of any model of the trade account over the API.
API_CONTACTS_OF_ANY = "344433....444443333"
#: Members over the API.
API_MEMBERS = "3444......444443333"
#: Everyone signed in over the API.
API_PEOPLE = "3..............3333"
#: Partners, never staff (R5).
PARTNERS = ">.........33333>>>>"
#: All staff, program-wide.
STAFF = ">333333333.....>>>>"
#: Program administrators.
PUBLISHERS = ">333333333333.3>>>>"
#: To whom a notice of the program is addressed.
ADDRESSED = ">4444....444444>>>>"


def row(get: str, post: str) -> dict[str, str]:
    """The answer of an address to a read, and to a write."""
    return {"GET": get, "POST": post}


TABLE: dict[str, dict[str, str]] = {
    "portal:healthz": row(EVERYBODY, EVERYBODY),
    "portal:readyz": row(EVERYBODY, EVERYBODY),
    "portal:calendar": row(NOBODY, NO_SUCH_METHOD),
    "portal:due-date": row(">44444444444444>>>>", NO_SUCH_METHOD),
    "portal:landing": row(EVERYBODY, EVERYBODY),
    "portal:home": row(PEOPLE, PEOPLE),
    "portal:accounts": row(PEOPLE, PEOPLE),
    "portal:account-tree": row(PEOPLE, NO_SUCH_METHOD),
    "portal:find": row(NO_SUCH_METHOD, PEOPLE),
    "portal:account-pin": row(NO_SUCH_METHOD, MEMBERS),
    "portal:tasks": row(PEOPLE, PEOPLE),
    "portal:account-tasks": row(MEMBERS, MEMBERS),
    "portal:glance": row(CONTACTS, CONTACTS),
    "identity:register": row(EVERYBODY, EVERYBODY),
    "identity:register-sent": row(EVERYBODY, NO_SUCH_METHOD),
    "identity:confirm": row(EVERYBODY, EVERYBODY),
    "identity:confirm-page": row(EVERYBODY, EVERYBODY),
    "identity:set-up-profile": row(EVERYBODY, EVERYBODY),
    "identity:set-up-questions": row(SET_UP, SET_UP),
    "identity:set-up-password": row(SET_UP, SET_UP),
    "identity:sign-in": row(EVERYBODY, EVERYBODY),
    "identity:sign-in-code": row(SIGN_IN_STEP, SIGN_IN_STEP),
    "identity:sign-out": row(NO_SUCH_METHOD, ">>>>>>>>>>>>>>>>>>>"),
    "identity:recover": row(EVERYBODY, EVERYBODY),
    "identity:recover-sent": row(EVERYBODY, NO_SUCH_METHOD),
    "identity:recover-link": row(EVERYBODY, EVERYBODY),
    "identity:recover-prove": row(EVERYBODY, EVERYBODY),
    "identity:recover-way": row(EVERYBODY, EVERYBODY),
    "identity:recover-password": row(EVERYBODY, EVERYBODY),
    "identity:menu": row(PEOPLE, NO_SUCH_METHOD),
    "identity:profile": row(PEOPLE, PEOPLE),
    "identity:password": row(">..............>>.>", ">..............>>.>"),
    "identity:password-check": row(NO_SUCH_METHOD, EVERYBODY),
    "identity:questions": row(PEOPLE, PEOPLE),
    "identity:factors": row(">...............>>>", NO_SUCH_METHOD),
    "identity:authenticator": row(">...............>>>", ">...............>>>"),
    "identity:authenticator-remove": row(">>>>>>>>>>.....>>>>", ">>>>>>>>>>.....>>>>"),
    "identity:backup-codes": row(PEOPLE, PEOPLE),
    "identity:passkey-add": row(">...............>>>", ">...............>>>"),
    "identity:passkey-make": row(">...............>>>", ">...............>>>"),
    "identity:passkey": row(">44444444444444>>>>", ">44444444444444>>>>"),
    "identity:passkey-remove": row(">44444444444444>>>>", ">44444444444444>>>>"),
    "identity:sign-ins": row(PEOPLE, NO_SUCH_METHOD),
    "identity:email": row(PEOPLE, PEOPLE),
    "identity:email-confirm": row(EVERYBODY, EVERYBODY),
    "identity:email-confirm-page": row(EVERYBODY, EVERYBODY),
    "identity:email-undo": row(EVERYBODY, EVERYBODY),
    "identity:email-undo-page": row(EVERYBODY, EVERYBODY),
    "identity:email-undone": row(EVERYBODY, NO_SUCH_METHOD),
    "identity:sessions": row(PEOPLE, NO_SUCH_METHOD),
    "identity:session-end": row(NO_SUCH_METHOD, PEOPLE),
    "identity:sessions-end": row(NO_SUCH_METHOD, PEOPLE),
    "identity:region": row(PEOPLE, PEOPLE),
    "identity:notifications": row(PEOPLE, PEOPLE),
    "identity:notices": row(PEOPLE, NO_SUCH_METHOD),
    "identity:notices-mark": row(NO_SUCH_METHOD, PEOPLE),
    "identity:notice": row(">4444444.444444>>>>", NO_SUCH_METHOD),
    "identity:digests": row(NOBODY, NOBODY),
    "identity:shortcuts": row(PEOPLE, PEOPLE),
    "identity:calendar": row(PEOPLE, NO_SUCH_METHOD),
    "identity:calendar-make": row(PEOPLE, PEOPLE),
    "identity:calendar-change": row(PEOPLE, PEOPLE),
    "identity:calendar-end": row(PEOPLE, PEOPLE),
    "identity:stay": row(NO_SUCH_METHOD, ">.................."),
    "identity:disabled": row(">..............>.>>", NO_SUCH_METHOD),
    "identity:security-history": row(PEOPLE, NO_SUCH_METHOD),
    "identity:ask": row(">444444444.4.4.>>>>", ">444444444.4.4.>>>>"),
    "identity:helpdesk": row(HELPDESK, NO_SUCH_METHOD),
    "identity:helpdesk-user": row(HELPDESK, NO_SUCH_METHOD),
    "identity:disable": row(HELPDESK, HELPDESK),
    "identity:end-sessions": row(HELPDESK, HELPDESK),
    "identity:registration-link": row(HELPDESK, HELPDESK),
    "identity:open-case": row(HELPDESK, HELPDESK),
    "identity:unsent": row(OPERATORS, NO_SUCH_METHOD),
    "identity:send-again": row(NO_SUCH_METHOD, OPERATORS),
    "identity:cases": row(HELPDESK, NO_SUCH_METHOD),
    "identity:case": row(HELPDESK, HELPDESK),
    "identity:disabled-users": row(PROGRAM, NO_SUCH_METHOD),
    "identity:reactivate": row(">333333333.4.33>>>>", ">333333333.4.33>>>>"),
    "trade_accounts:create": row(PARTNERS, PARTNERS),
    "trade_accounts:company": row(MEMBERS, MEMBERS),
    "trade_accounts:addresses": row(MEMBERS, NO_SUCH_METHOD),
    "trade_accounts:address-add": row(MEMBERS, MEMBERS),
    "trade_accounts:address": row(MEMBERS, MEMBERS),
    "trade_accounts:address-remove": row(MEMBERS, MEMBERS),
    "trade_accounts:users": row(MEMBERS, NO_SUCH_METHOD),
    "trade_accounts:contacts-checked": row(ADMINISTRATORS, ADMINISTRATORS),
    "trade_accounts:user-add": row(ADMINISTRATORS, ADMINISTRATORS),
    "trade_accounts:user": row(ADMINISTRATORS, ADMINISTRATORS),
    "trade_accounts:user-end": row(ADMINISTRATORS, ADMINISTRATORS),
    "trade_accounts:user-again": row(NO_SUCH_METHOD, ADMINISTRATORS),
    "trade_accounts:summary": row(MEMBERS, MEMBERS),
    "trade_accounts:summary-pdf": row(MEMBERS, NO_SUCH_METHOD),
    "trade_accounts:ask": row(MEMBERS, MEMBERS),
    "trade_accounts:ask-in-model": row(MEMBERS, MEMBERS),
    "trade_accounts:history": row(MEMBERS, NO_SUCH_METHOD),
    "trade_accounts:api-keys": row(MEMBERS, NO_SUCH_METHOD),
    "trade_accounts:api-key-add": row(MEMBERS, MEMBERS),
    "trade_accounts:api-key-revoke": row(">4444.444444444>>>>", ">4444.444444444>>>>"),
    "trade_accounts:invitations": row(PEOPLE, NO_SUCH_METHOD),
    "trade_accounts:invitation": row(">44444444444444>>>>", ">44444444444444>>>>"),
    "trade_accounts:invitation-link": row(EVERYBODY, EVERYBODY),
    "trade_accounts:invitation-page": row(EVERYBODY, EVERYBODY),
    "security_models:accounts": row(MEMBERS, NO_SUCH_METHOD),
    "security_models:start": row(MEMBERS, MEMBERS),
    "security_models:company-profile": row(CONTACTS, NO_SUCH_METHOD),
    "security_models:reopen": row(CONTACTS, CONTACTS),
    "security_models:history": row(CONTACTS, NO_SUCH_METHOD),
    "security_models:eligibility": row(CONTACTS, NO_SUCH_METHOD),
    "security_models:start-again": row(NO_SUCH_METHOD, CONTACTS),
    "security_models:question": row(CONTACTS, CONTACTS),
    "security_models:identifiers": row(CONTACTS, CONTACTS),
    "security_models:papers": row(CONTACTS, CONTACTS),
    "security_models:paper-file": row(CONTACTS, NO_SUCH_METHOD),
    "security_models:addresses": row(CONTACTS, CONTACTS),
    "security_models:contacts": row(CONTACT_MANAGERS, CONTACT_MANAGERS),
    "documents:download": row(CONTACTS, CONTACTS),
    "documents:staff-download": row(REVIEWERS, REVIEWERS),
    "security_profile:criteria-index": row(PEOPLE, PEOPLE),
    "security_profile:criteria": row(PEOPLE, PEOPLE),
    "security_profile:profile": row(CONTACTS, CONTACTS),
    "security_profile:criterion": row(CONTACTS, CONTACTS),
    "security_profile:choose": row(CONTACTS, CONTACTS),
    "security_profile:evidence": row(CONTACTS, CONTACTS),
    "security_profile:summary": row(CONTACTS, CONTACTS),
    "security_profile:summary-pdf": row(CONTACTS, CONTACTS),
    "security_profile:submission": row(CONTACTS, CONTACTS),
    "security_profile:submission-pdf": row(CONTACTS, CONTACTS),
    "security_profile:versions": row(CONTACTS, CONTACTS),
    "security_profile:approvals": row(CONTACTS, CONTACTS),
    "security_profile:profile-on": row(CONTACTS, CONTACTS),
    "security_profile:profile-on-pdf": row(CONTACTS, CONTACTS),
    "security_profile:review-board": row(PEOPLE, PEOPLE),
    "security_profile:annual-review": row(CONTACTS, CONTACTS),
    "security_profile:review-assessment": row(CONTACTS, CONTACTS),
    "security_profile:review-company": row(CONTACTS, CONTACTS),
    "security_profile:review-eligibility": row(CONTACTS, CONTACTS),
    "security_profile:review-category": row(CONTACTS, CONTACTS),
    "security_profile:withdraw": row(OFFICERS, OFFICERS),
    "agreements:read": row(OFFICERS, OFFICERS),
    "agreements:certify": row(OWN_CEREMONY, OWN_CEREMONY),
    "agreements:prove": row(OWN_CEREMONY, OWN_CEREMONY),
    "agreements:list": row(CONTACTS, CONTACTS),
    "agreements:detail": row(CONTACTS, CONTACTS),
    "agreements:done": row(CONTACTS, CONTACTS),
    "agreements:copy": row(CONTACTS_NO_FILE, CONTACTS_NO_FILE),
    "agreements:text": row(CONTACTS_NO_FILE, CONTACTS_NO_FILE),
    "reviews:queue": row(PROGRAM, PROGRAM),
    "reviews:pool": row(PROGRAM, PROGRAM),
    "reviews:claim": row(">333333333---33>>>>", PROGRAM),
    "reviews:pin": row(">444333333-4-44>>>>", OWN_QUEUE),
    "reviews:snooze": row(OWN_QUEUE, OWN_QUEUE),
    "reviews:wake": row(">444333333-4-44>>>>", OWN_QUEUE),
    "reviews:annual-reviews": row(PROGRAM, PROGRAM),
    "reviews:partners": row(PROGRAM, PROGRAM),
    "documents:library": row(PEOPLE, PEOPLE),
    "documents:archive": row(PEOPLE, PEOPLE),
    "documents:upload": row(PEOPLE, PEOPLE),
    "trade_accounts:views": row(PEOPLE, NO_SUCH_METHOD),
    "trade_accounts:view-new": row(PEOPLE, PEOPLE),
    "trade_accounts:view": row(OFFICER_ALONE, NO_SUCH_METHOD),
    "trade_accounts:view-edit": row(OFFICER_ALONE, OFFICER_ALONE),
    "trade_accounts:view-delete": row(OFFICER_ALONE, OFFICER_ALONE),
    "documents:account-storage": row(CONTACTS_OF_ANY, NO_SUCH_METHOD),
    "documents:staff-storage": row(REVIEWERS, NO_SUCH_METHOD),
    "documents:done": row(PEOPLE, PEOPLE),
    "documents:zips": row(PEOPLE, NO_SUCH_METHOD),
    "documents:zip": row(OFFICER_ALONE, OFFICER_ALONE),
    "documents:zip-file": row(OFFICER_ALONE, NO_SUCH_METHOD),
    "security_profile:evidence-zip": row(NO_SUCH_METHOD, CONTACTS),
    "reviews:evidence-zip": row(NO_SUCH_METHOD, REVIEWERS),
    "documents:all-tags": row(PEOPLE, NO_SUCH_METHOD),
    "documents:tag": row(ONLY_CONTACTS, ONLY_CONTACTS),
    "documents:tag-delete": row(ONLY_CONTACTS, ONLY_CONTACTS),
    "documents:account-library": row(CONTACTS_OF_ANY, CONTACTS_OF_ANY),
    "documents:account-archive": row(CONTACTS_OF_ANY, CONTACTS_OF_ANY),
    "documents:document": row(CONTACTS, NO_SUCH_METHOD),
    "documents:edit": row(CONTACTS, CONTACTS),
    "documents:file": row(CONTACTS, CONTACTS),
    "documents:tags": row(CONTACTS, CONTACTS),
    "documents:put-away": row(CONTACTS, CONTACTS),
    "documents:return": row(CONTACTS, CONTACTS),
    "documents:delete": row(CONTACTS, CONTACTS),
    "documents:restore": row(NO_SUCH_METHOD, CONTACTS),
    "documents:requests": row(">............33>>>>", NO_SUCH_METHOD),
    "documents:account-requests": row(CONTACTS_OF_ANY, NO_SUCH_METHOD),
    "documents:request": row(CONTACTS, CONTACTS),
    "documents:staff-requests": row(REVIEWERS, NO_SUCH_METHOD),
    "documents:staff-request": row(REVIEWERS, NO_SUCH_METHOD),
    "documents:staff-request-new": row(REVIEWERS, REVIEWERS),
    "documents:staff-request-again": row(REVIEWERS, REVIEWERS),
    "documents:staff-request-cancel": row(REVIEWERS, REVIEWERS),
    "documents:staff-library": row(REVIEWERS, REVIEWERS),
    "documents:staff-archive": row(REVIEWERS, REVIEWERS),
    "documents:staff-upload": row(REVIEWERS, REVIEWERS),
    "documents:staff-document": row(REVIEWERS, NO_SUCH_METHOD),
    "documents:staff-edit": row(REVIEWERS, REVIEWERS),
    "documents:staff-file": row(REVIEWERS, REVIEWERS),
    "documents:staff-tags": row(REVIEWERS, REVIEWERS),
    "documents:staff-put-away": row(REVIEWERS, REVIEWERS),
    "documents:staff-return": row(REVIEWERS, REVIEWERS),
    "documents:staff-delete": row(REVIEWERS, REVIEWERS),
    "documents:staff-restore": row(NO_SUCH_METHOD, REVIEWERS),
    "documents:staff-hold": row(REVIEWERS, REVIEWERS),
    "webhooks:endpoints": row(ADMINISTRATORS, NO_SUCH_METHOD),
    "webhooks:add": row(ADMINISTRATORS, ADMINISTRATORS),
    "webhooks:endpoint": row(ADMINISTRATORS, NO_SUCH_METHOD),
    "webhooks:edit": row(ADMINISTRATORS, ADMINISTRATORS),
    "webhooks:rotate": row(ADMINISTRATORS, ADMINISTRATORS),
    "webhooks:act": row(ADMINISTRATORS, ADMINISTRATORS),
    "webhooks:delivery": row(ADMINISTRATORS, ADMINISTRATORS),
    "svi:agreement": row(CONTACTS_OF_ANY, NO_SUCH_METHOD),
    "svi:request": row(CONTACTS_OF_ANY, NO_SUCH_METHOD),
    "svi:match": row(CONTACTS_OF_ANY, CONTACTS_OF_ANY),
    "svi:check": row(CONTACTS_OF_ANY, CONTACTS_OF_ANY),
    "svi:monitored": row(CONTACTS_OF_ANY, CONTACTS_OF_ANY),
    "svi:monitors": row(CONTACTS_OF_ANY, NO_SUCH_METHOD),
    "svi:partner": row(CONTACTS, CONTACTS),
    "svi:answer": row(CONTACTS, CONTACTS),
    "svi:withdraw": row(CONTACTS, CONTACTS),
    "svi:overview": row(REVIEWERS, NO_SUCH_METHOD),
    "svi:proofs": row(CONTACTS_OF_ANY, NO_SUCH_METHOD),
    "svi:proof-new": row(CONTACTS_OF_ANY, CONTACTS_OF_ANY),
    "svi:proof": row(CONTACTS, NO_SUCH_METHOD),
    "svi:proof-letter": row(CONTACTS, NO_SUCH_METHOD),
    "svi:proof-statement": row(CONTACTS, NO_SUCH_METHOD),
    "svi:proof-send": row(NO_SUCH_METHOD, CONTACTS),
    "svi:proof-revoke": row(CONTACTS, CONTACTS),
    "svi:verify": row(NOBODY, NO_SUCH_METHOD),
    "svi:verify-statement": row(NOBODY, NO_SUCH_METHOD),
    "svi:keys": row(EVERYBODY, NO_SUCH_METHOD),
    "messages_app:inbox": row(PEOPLE, PEOPLE),
    "messages_app:new": row(PEOPLE, PEOPLE),
    "messages_app:drafts": row(PEOPLE, NO_SUCH_METHOD),
    "messages_app:discard": row(NO_SUCH_METHOD, PEOPLE),
    "messages_app:threads": row(CONTACTS_OF_ANY, CONTACTS_OF_ANY),
    "messages_app:thread": row(CONTACTS, CONTACTS),
    "messages_app:file": row(CONTACTS, NO_SUCH_METHOD),
    "messages_app:pdf": row(CONTACTS, NO_SUCH_METHOD),
    "reviews:message-many": row(PROGRAM, PROGRAM),
    "messages_app:broadcasts": row(PROGRAM, NO_SUCH_METHOD),
    "messages_app:broadcast": row(AUTHOR_OF_MANY, NO_SUCH_METHOD),
    "messages_app:broadcast-stop": row(NO_SUCH_METHOD, AUTHOR_OF_MANY),
    "messages_app:broadcast-go-on": row(NO_SUCH_METHOD, AUTHOR_OF_MANY),
    "messages_app:templates": row(PROGRAM, NO_SUCH_METHOD),
    "messages_app:template-new": row(PROGRAM, PROGRAM),
    "messages_app:template": row(OWN_TEMPLATE, OWN_TEMPLATE),
    "messages_app:template-retire": row(OWN_TEMPLATE, OWN_TEMPLATE),
    "messages_app:staff-threads": row(PROGRAM, PROGRAM),
    "messages_app:staff-new": row(REVIEWERS, REVIEWERS),
    "messages_app:staff-thread": row(REVIEWERS, REVIEWERS),
    "messages_app:staff-file": row(REVIEWERS, NO_SUCH_METHOD),
    "messages_app:staff-pdf": row(REVIEWERS, NO_SUCH_METHOD),
    "reviews:partner": row(REVIEWERS, REVIEWERS),
    "reviews:paper": row(REVIEWERS, REVIEWERS),
    "reviews:evidence": row(REVIEWERS, REVIEWERS),
    "reviews:review": row(REVIEWERS, REVIEWERS),
    "reviews:start": row(">444333333-4-44>>>>", REVIEWERS),
    "reviews:complete": row(REVIEWERS, REVIEWERS),
    "reviews:annual-review": row(REVIEWERS, REVIEWERS),
    "reviews:annual-part": row(REVIEWERS, REVIEWERS),
    "reviews:criterion": row(REVIEWERS, REVIEWERS),
    "reviews:versions": row(REVIEWERS, REVIEWERS),
    "reviews:approvals": row(REVIEWERS, REVIEWERS),
    "reviews:profile-on": row(REVIEWERS, REVIEWERS),
    "reviews:profile-on-pdf": row(REVIEWERS, REVIEWERS),
    "reviews:open-work": row(MANAGEMENT, MANAGEMENT),
    "reviews:assign-many": row(MANAGEMENT, MANAGEMENT),
    "reviews:specialist": row(MANAGEMENT.replace(".", "4"), MANAGEMENT.replace(".", "4")),
    "reviews:management": row(MANAGEMENT, MANAGEMENT),
    "reviews:review-reason": row(
        MANAGEMENT_OF_THE_MODEL.replace(".", "4"), MANAGEMENT_OF_THE_MODEL.replace(".", "4")
    ),
    "reviews:vetting": row(MANAGEMENT_OF_THE_MODEL, MANAGEMENT_OF_THE_MODEL),
    "reviews:assignment": row(MANAGEMENT_OF_THE_MODEL, MANAGEMENT_OF_THE_MODEL),
    "reviews:not-accept": row(MANAGEMENT_OF_THE_MODEL, MANAGEMENT_OF_THE_MODEL),
    "reviews:invitation-codes": row(MANAGEMENT, MANAGEMENT),
    "portal:records": row(MANAGEMENT, MANAGEMENT),
    "reviews:revoke-code": row(MANAGEMENT, MANAGEMENT),
    "api:schema": row(API_PEOPLE, "3--------------3333"),
    "api:trade-accounts": row(API_PEOPLE, "3--------------3333"),
    "api:trade-account": row(API_MEMBERS, "3--------------3333"),
    "api:security-models": row(API_MEMBERS, "3--------------3333"),
    "api:security-model": row(API_CONTACTS, "3--------------3333"),
    "api:responses": row(API_CONTACTS, "3--------------3333"),
    "api:response": row(API_CONTACTS, "3--------------3333"),
    "api:svi-partners": row(API_CONTACTS_OF_ANY, "3--------------3333"),
    "api:svi-monitors": row(API_CONTACTS_OF_ANY, "3--------------3333"),
    "api:svi-lookup": row("3--------------3333", API_CONTACTS_OF_ANY),
    "api:nothing": row(NOBODY, NOBODY),
    "demo:mails": row(EVERYBODY, NO_SUCH_METHOD),
    "demo:mail": row(NOBODY, NO_SUCH_METHOD),
    "demo:mail-html": row(NOBODY, NO_SUCH_METHOD),
    "documents:trade-public": row(PEOPLE, NO_SUCH_METHOD),
    "documents:ctpat-public": row(">.4433.........>>>>", NO_SUCH_METHOD),
    "documents:public-file": row(">.4444....44444>>>>", NO_SUCH_METHOD),
    "documents:preview": row(CONTACTS, NO_SUCH_METHOD),
    "documents:picture": row(CONTACTS, NO_SUCH_METHOD),
    "documents:staff-preview": row(REVIEWERS, NO_SUCH_METHOD),
    "documents:staff-picture": row(REVIEWERS, NO_SUCH_METHOD),
    "documents:public-preview": row(">.4444....44444>>>>", NO_SUCH_METHOD),
    "documents:public-picture": row(">.4444....44444>>>>", NO_SUCH_METHOD),
    "documents:version-preview": row(STAFF, NO_SUCH_METHOD),
    "documents:version-picture": row(STAFF, NO_SUCH_METHOD),
    "documents:public-documents": row(STAFF, NO_SUCH_METHOD),
    "documents:public-new": row(PUBLISHERS, PUBLISHERS),
    "documents:public-version": row(STAFF, NO_SUCH_METHOD),
    "documents:public-document": row(STAFF, NO_SUCH_METHOD),
    "documents:public-edit": row(PUBLISHERS, PUBLISHERS),
    "documents:public-publish": row(PUBLISHERS, PUBLISHERS),
    "documents:public-discard": row(PUBLISHERS, PUBLISHERS),
    "documents:public-withdraw": row(PUBLISHERS, PUBLISHERS),
    "messages_app:notices": row(STAFF, NO_SUCH_METHOD),
    "messages_app:notice-new": row(PUBLISHERS, PUBLISHERS),
    "messages_app:notice": row(STAFF, NO_SUCH_METHOD),
    "messages_app:notice-edit": row(PUBLISHERS, PUBLISHERS),
    "messages_app:notice-choose": row(NO_SUCH_METHOD, PUBLISHERS),
    "messages_app:notice-preview": row(PUBLISHERS, NO_SUCH_METHOD),
    "messages_app:notice-publish": row(PUBLISHERS, PUBLISHERS),
    "messages_app:notice-discard": row(PUBLISHERS, PUBLISHERS),
    "messages_app:notice-withdraw": row(PUBLISHERS, PUBLISHERS),
    "messages_app:notice-readers": row(STAFF, NO_SUCH_METHOD),
    "messages_app:program-notices": row(PEOPLE, NO_SUCH_METHOD),
    "messages_app:program-notice": row(ADDRESSED, NO_SUCH_METHOD),
    "messages_app:notice-dismiss": row(NO_SUCH_METHOD, ADDRESSED),
    "messages_app:public-notice": row(NOBODY, NO_SUCH_METHOD),
}
