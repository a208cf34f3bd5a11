"""The app's configuration for Django."""

from django.apps import AppConfig


class SecurityProfileConfig(AppConfig):
    """Criteria, responses, evidence links, submissions, decisions, versions."""

    name = "security_profile"

    def ready(self) -> None:
        """Register events, reference data, signables, documents, tasks, work and the glance."""
        from agreements.providers import signables
        from audit.providers.differences import own_checks
        from audit.selectors import unlike_their_last_change
        from core import contributions, staff_work
        from core.reference import loaders
        from security_models import page_links
        from security_profile import events, machine, signing, to_do
        from security_profile import staff_work as waiting
        from security_profile.models import Submission
        from security_profile.presentation import document_uses, message_links
        from security_profile.presentation.profile_rows import sign_url
        from security_profile.reserved import SIGN, WITHDRAW
        from security_profile.selectors.own_records import unlike_their_record
        from security_profile.services import annual_review_outcome, profile_outcome
        from security_profile.services.catalogue import load_catalogue
        from trade_accounts.providers import reserved_acts

        assert events  # noqa: S101 - imported for what it declares
        loaders.register(load_catalogue)
        own_checks.register(unlike_their_last_change(Submission, machine.submissions.thing))
        own_checks.register(unlike_their_record)
        reserved_acts.register(SIGN)
        reserved_acts.register(WITHDRAW)
        signables.register(signing.APPLICATION)
        _register_documents()
        page_links.criteria_reading.register(to_do.criteria_reading)
        page_links.missing_beyond.register(to_do.missing_beyond)
        page_links.signing.register(sign_url)
        page_links.after_company_profile.register(to_do.after_company_profile)
        contributions.tasks_for.register(to_do.tasks_for)
        contributions.glance_for.register(to_do.glance_for)
        contributions.dates_for.register(to_do.dates_for)
        profile_outcome.register_all()
        annual_review_outcome.register_annual_review()
        message_links.register()
        document_uses.register()
        for kind in waiting.kinds():
            staff_work.register(kind)


def _register_documents() -> None:
    """Register the two kinds of documents with the worker, and what ZIP files can hold."""
    from documents.providers.made_parts import made_parts
    from files.providers import document_kinds
    from security_profile.presentation import application_document, profile_on_document
    from security_profile.services import summary_zip

    made_parts.register(lambda: (summary_zip.SUMMARY, summary_zip.summary_of))
    document_kinds.register(
        application_document.KIND,
        application_document.TEMPLATE,
        application_document.prepare,
        of_record=lambda content: not content["is_draft"],
    )
    document_kinds.register(
        profile_on_document.KIND,
        profile_on_document.TEMPLATE,
        profile_on_document.prepare,
        of_record=lambda content: False,
    )
