"""The web server, the same in the demo, the benchmark and production."""

import gc
import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# These read requests and write answers, and may wait for a slow client. The work is done by
# WEB_THREADS others (portal/serving.py), each with a connection to the database.
threads = int(os.environ.get("WEB_READERS", "64"))
# Loaded once and shared by the workers; nothing connects to the database on import.
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
max_requests = 20000
max_requests_jitter = 2000
# Only the proxy in front may say which scheme and address a request came with.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
accesslog = os.environ.get("ACCESS_LOG") or None
# It would write to the home of its user, which may be read-only or shared by two servers.
control_socket_disable = True


def when_ready(server: object) -> None:
    """What is loaded before the fork is never garbage: no worker walks it or copies its pages."""
    gc.collect()
    gc.freeze()
