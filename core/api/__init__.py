"""The shape of API version 1: one :class:`Resource` a URL, written like a page.

A resource lives in its app's ``api.py``, is named in ``portal/api_urls.py`` through the app's
``api_urls`` list, and looks like this::

    class AnswerBody(Body):                      # what may be written: nothing else is taken
        answer = Text(max_length=20_000, multiline=True, allow_blank=True)

    class Answer(serializers.Serializer):        # what is shown: every field by name
        code = serializers.CharField()
        answer = serializers.CharField()
        version = serializers.IntegerField()

    class AnswerResource(Resource):
        doors = {"GET": P.VIEW, "PUT": P.EDIT}   # method -> permission; None: anyone signed in
        scopes = {"GET": Scope.PROFILE_READ, "PUT": Scope.PROFILE_WRITE}  # what a key is made for

        @extend_schema(responses=Answer)
        def get(self, request: Request, trade_id: UUID, model_id: UUID, code: str) -> Response:
            row = selectors.response_of(self.access.security_model, code)
            return self.answer(Answer(row).data, version=row.version)

        @extend_schema(request=AnswerBody, responses=Answer)
        def put(self, request: Request, trade_id: UUID, model_id: UUID, code: str) -> Response:
            row = services.save_response(
                actor=self.access, code=code, expected=self.expected(), **self.body(AnswerBody)
            )
            return self.answer(Answer(row).data, version=row.version)

    api_urls = [path("trade-accounts/<uuid:trade_id>/…", AnswerResource.as_view(), name="answer")]

What the shape does: it recognizes the caller (session with CSRF token, or key), turns away whom a
page would turn away, throttles, enters the tenant roots named in the URL, tells the database who
is at work, asks for the permission of the method, and answers every refusal as
``application/problem+json``. So a resource calls a selector or a service and lets refusals fly.

- ``self.access`` is the actor, as in ``request.access`` of a page. For a key it is the key's user
  with ``via`` set; a key reaches its own trade account only (404 elsewhere) and lacks every
  permission declared ``in_person=True``. URLs of tenant data always carry ``trade_id``.
- ``self.body(Serializer)``: the cleaned body. ``self.expected()``: the version in ``If-Match``
  (428 without). ``self.answer(data, version=…)`` sets ``ETag``. ``self.page(rows, Serializer)``:
  one page of a list; ``@extend_schema(responses=paged(Serializer), parameters=PAGING)`` tells it.
- ``self.part(rows, Serializer, by="asked_at")``: the same with a cursor, for lists whose rows
  change while they are read (``cut``, ``CURSOR``). ``self.if_changed(data)`` adds an ``ETag`` of
  the content, and answers 304 to a caller who has it (``UNCHANGED``).
- Refused 422, NotAllowed 403 with names, NotVisible 404, Stale 412 with the current version.
"""

from core.api.errors import problem_response
from core.api.fields import Body, Text
from core.api.keys import KeyHolder, key_holders
from core.api.pages import CURSOR, PAGING, cut, paged
from core.api.resource import Nothing, Resource
from core.api.schema import IF_NONE_MATCH, UNCHANGED
from core.api.scopes import ALL_SCOPES, Scope

__all__ = [
    "ALL_SCOPES",
    "CURSOR",
    "IF_NONE_MATCH",
    "PAGING",
    "UNCHANGED",
    "Body",
    "KeyHolder",
    "Nothing",
    "Resource",
    "Scope",
    "Text",
    "cut",
    "key_holders",
    "paged",
    "problem_response",
]
