"""Addresses of the demonstration."""

from django.urls import URLPattern, path

from portal.demo import mail

app_name = "demo"

urlpatterns: list[URLPattern] = [
    path("mail/", mail.mail_list, name="mails"),
    path("mail/<str:name>/", mail.mail_page, name="mail"),
    path("mail/<str:name>/html/", mail.mail_html, name="mail-html"),
]
