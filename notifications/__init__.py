"""Notifies people: the outbox, delivery by Celery, the list inside the portal."""
