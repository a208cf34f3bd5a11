"""Addresses of messages: the company's below its account, those of staff under /scss; notices of
the program."""

from __future__ import annotations

from django.urls import URLPattern, path

from messages_app.views import many, templates, threads, writing
from messages_app.views import program_notices as notices
from messages_app.views import publishing_notices as publishing
from messages_app.views import reader_notices as reader

app_name = "messages_app"

_THREAD = "t/<uuid:trade_id>/m/<uuid:model_id>/messages/<uuid:thread_id>"
_STAFF = "scss/m/<uuid:model_id>/messages"
_STAFF_THREAD = f"{_STAFF}/<uuid:thread_id>"
_NOTICE = "program/notices/<uuid:program_notice_id>"
_MANY = "scss/messages/many/<uuid:broadcast_id>"
_TEMPLATE = "scss/message-templates/<uuid:template_id>"

urlpatterns: list[URLPattern] = [
    path("messages", threads.inbox, name="inbox"),
    path("messages/new", writing.new_message, name="new"),
    path("messages/drafts", writing.drafts, name="drafts"),
    path("messages/drafts/<uuid:draft_id>/discard", writing.discard, name="discard"),
    path("t/<uuid:trade_id>/messages", threads.account_inbox, name="threads"),
    path(_THREAD, threads.thread, name="thread"),
    path(f"{_THREAD}/files/<uuid:file_id>", threads.file, name="file"),
    path(f"{_THREAD}/thread.pdf", threads.pdf, name="pdf"),
    path("scss/message-templates", templates.templates, name="templates"),
    path("scss/message-templates/new", templates.new_template, name="template-new"),
    path(_TEMPLATE, templates.template, name="template"),
    path(f"{_TEMPLATE}/retire", templates.retire, name="template-retire"),
    path("scss/messages/many", many.broadcasts, name="broadcasts"),
    path(_MANY, many.broadcast, name="broadcast"),
    path(f"{_MANY}/stop", many.stop, name="broadcast-stop"),
    path(f"{_MANY}/go-on", many.go_on, name="broadcast-go-on"),
    path("scss/messages", threads.staff_inbox, name="staff-threads"),
    path(f"{_STAFF}/new", writing.staff_new_message, name="staff-new"),
    path(_STAFF_THREAD, threads.staff_thread, name="staff-thread"),
    path(f"{_STAFF_THREAD}/files/<uuid:file_id>", threads.staff_file, name="staff-file"),
    path(f"{_STAFF_THREAD}/thread.pdf", threads.staff_pdf, name="staff-pdf"),
    path("program/notices/", notices.notices, name="notices"),
    path("program/notices/new", notices.new, name="notice-new"),
    path(f"{_NOTICE}/", notices.notice, name="notice"),
    path(f"{_NOTICE}/edit", notices.edit, name="notice-edit"),
    path(f"{_NOTICE}/choose", notices.choose, name="notice-choose"),
    path(
        "program/notices/<uuid:program_notice_id>/preview",
        publishing.preview,
        name="notice-preview",
    ),
    path(
        "program/notices/<uuid:program_notice_id>/publish",
        publishing.publish,
        name="notice-publish",
    ),
    path(
        "program/notices/<uuid:program_notice_id>/discard",
        publishing.discard,
        name="notice-discard",
    ),
    path(
        "program/notices/<uuid:program_notice_id>/withdraw",
        publishing.withdraw,
        name="notice-withdraw",
    ),
    path(f"{_NOTICE}/readers", notices.readers, name="notice-readers"),
    path("program-notices/", reader.notices, name="program-notices"),
    path("program-notices/<uuid:notice_id>", reader.notice, name="program-notice"),
    path("program-notices/<uuid:notice_id>/dismiss", reader.dismiss, name="notice-dismiss"),
    path(
        "program-notices/<uuid:public_notice_id>/public",
        reader.public_notice,
        name="public-notice",
    ),
]
