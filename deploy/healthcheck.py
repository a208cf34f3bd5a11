"""Exit with 0 if the web server in this container answers to a name that it knows."""

import os
import urllib.request

name = os.environ["ALLOWED_HOSTS"].split(",")[0].lstrip(".")
request = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": name})
urllib.request.urlopen(request, timeout=3).close()  # noqa: S310 (a fixed address)
