"""Compares the compose file with the settings, by reading both, without a container engine."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery import current_app
from django.conf import settings

from audit.tasks import sweep_anchor
from core.ids import new_secret
from devtools import demo

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
WORKERS = {f"worker-{one.name}": one.name for one in settings.CELERY_TASK_QUEUES}
WORKERS_BY_QUEUE = {queue: name for name, queue in WORKERS.items()}
OURS = ("migrate", "web", *WORKERS, "beat")
SETTINGS = ("base.py", "jobs.py", "production.py")
OWN = {"postgres": {"POSTGRES_USER", "POSTGRES_INITDB_ARGS"}, "redis": set()}
# Read by gunicorn's configuration and by Python or Django themselves, not by the settings.
ELSEWHERE = {
    "DJANGO_SETTINGS_MODULE",
    "FORWARDED_ALLOW_IPS",
    "WEB_CONCURRENCY",
    "WEB_READERS",
    "WEB_THREADS",
}


def _settings_variables() -> dict[str, bool]:
    """Every variable that production settings read, and whether it has a default."""
    found: dict[str, bool] = {}
    for name in SETTINGS:
        tree = ast.parse((ROOT / "portal" / "settings" / name).read_text())
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            function = node.func
            is_env = (isinstance(function, ast.Name) and function.id == "env") or (
                isinstance(function, ast.Attribute)
                and isinstance(function.value, ast.Name)
                and function.value.id == "env"
            )
            if is_env and isinstance(node.args[0], ast.Constant):
                default = any(keyword.arg == "default" for keyword in node.keywords)
                variable = str(node.args[0].value)
                found[variable] = found.get(variable, False) or default
    return found


def _references(text: str) -> set[str]:
    return set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))


def test_the_services_are_those_of_the_issue() -> None:
    assert set(SERVICES) == {"postgres", "redis", "clamav", "proxy", *OURS}
    assert SERVICES["postgres"]["image"].startswith("postgres:17")


@pytest.mark.parametrize("service", OURS)
def test_every_variable_given_to_the_portal_is_one_it_reads(service: str) -> None:
    known = set(_settings_variables()) | ELSEWHERE
    assert set(SERVICES[service]["environment"]) <= known


@pytest.mark.parametrize("service", OURS)
def test_every_setting_without_a_default_is_given(service: str) -> None:
    needed = {name for name, default in _settings_variables().items() if not default}
    assert needed
    assert needed <= set(SERVICES[service]["environment"])


def test_only_migrate_knows_the_owners_address() -> None:
    with_owner = [
        name for name in OURS if "DATABASE_OWNER_URL" in SERVICES[name].get("environment", {})
    ]
    assert with_owner == ["migrate"]
    for name in OURS:
        assert "//portal_app:" in SERVICES[name]["environment"]["DATABASE_URL"]


def test_the_portal_waits_for_migrate_and_migrate_runs_once() -> None:
    assert SERVICES["migrate"]["restart"] == "no"
    assert "migrate --database owner" in SERVICES["migrate"]["command"][-1]
    for name in ("web", *WORKERS, "beat"):
        condition = SERVICES[name]["depends_on"]["migrate"]["condition"]
        assert condition == "service_completed_successfully"


def test_a5_each_queue_has_a_worker_of_its_own_and_none_takes_from_two() -> None:
    for service, queue in WORKERS.items():
        command = SERVICES[service]["command"]
        assert command[command.index("--queues") + 1] == queue
    assert set(demo.QUEUES) == set(WORKERS.values())


def test_a5_documents_mail_scans_and_sweeps_are_routed_apart() -> None:
    current_app.loader.import_default_modules()
    ours = [name for name in current_app.tasks if not name.startswith("celery.")]
    router = current_app.amqp.router
    placed = {name: router.route({}, name)["queue"].name for name in ours}
    assert set(placed.values()) == set(WORKERS.values())
    assert placed["files.tasks.render"] == placed["files.tasks.sweep_renderings"] == "documents"
    assert placed["notifications.tasks.deliver"] == placed["notifications.tasks.sweep_outbox"]
    assert placed["files.tasks.scan"] == placed["files.tasks.sweep_scans"] == "scans"
    waiting = {name for name, queue in placed.items() if queue != "sweeps"}
    assert {name.split(".")[0] for name in waiting} == {
        "documents",
        "files",
        "notifications",
        "webhooks",
    }
    assert placed["documents.tasks.make_package"] == "documents"
    assert placed["documents.tasks.sweep_packages"] == "sweeps"


def test_a5_a_queue_gets_only_what_is_routed_to_it() -> None:
    keys = [one.routing_key for one in settings.CELERY_TASK_QUEUES]
    assert sorted(keys) == sorted(WORKERS.values())


def test_a5_a_document_may_take_longer_than_a_broker_waits_for_nobody() -> None:
    wait = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    limits = [task.time_limit or 0 for task in current_app.tasks.values()]
    assert max(limits) < wait


def test_addresses_name_services_that_exist() -> None:
    hosts = re.compile(r"@([a-z]+):|^([a-z]+)$")
    for name in OURS:
        values = SERVICES[name]["environment"]
        for variable in ("DATABASE_URL", "CACHE_URL", "CELERY_BROKER_URL", "CLAMAV_HOST"):
            match = hosts.search(values[variable])
            assert match is not None
            assert (match[1] or match[2]) in SERVICES


def test_web_and_worker_share_the_volume_of_the_files() -> None:
    for name in ("web", *WORKERS):
        mounts = dict(mount.split(":")[:2] for mount in SERVICES[name]["volumes"])
        assert mounts["files"] == SERVICES[name]["environment"]["MEDIA_ROOT"]
    assert "files" in COMPOSE["volumes"]


def test_l2_only_the_worker_that_signs_has_the_key_and_reaches_the_statements() -> None:
    signing = WORKERS_BY_QUEUE["sweeps"]
    assert current_app.amqp.router.route({}, sweep_anchor.name)["queue"].name == "sweeps"
    environment = SERVICES[signing]["environment"]
    mounts = dict(mount.split(":")[:2] for mount in SERVICES[signing]["volumes"])
    assert mounts["statements"] == environment["RECORDS_DIR"]
    assert environment["RECORDS_KEY"] == "${RECORDS_KEY:?}"
    for name, service in SERVICES.items():
        if name != signing:
            assert not {"RECORDS_KEY", "RECORDS_DIR"} & set(service.get("environment", {})), name
            assert not any("statements" in mount for mount in service.get("volumes", ())), name
    for name in OURS:
        assert SERVICES[name]["environment"]["RECORDS_OLD_KEYS"] == "${RECORDS_OLD_KEYS:-}"
    assert "statements" in COMPOSE["volumes"]
    image = (ROOT / "Dockerfile").read_text()
    assert re.search(r"install -d -o portal [^\n]*/data/statements\b", image), "others own it"


def test_no_secret_stands_in_the_file() -> None:
    secret = re.compile(r"PASSWORD|SECRET|PEPPER|KEY|EMAIL_URL")
    public = {"RECORDS_OLD_KEYS"}
    for service, definition in SERVICES.items():
        for variable, value in definition.get("environment", {}).items():
            if secret.search(variable) and variable not in public:
                assert re.fullmatch(r"\$\{[A-Z_]+:\?\}", str(value)), (service, variable)
            assert not re.search(r"://[^$]*:[^$/]+@", str(value)), (service, variable)


def test_the_example_of_the_environment_names_every_variable_of_the_file() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    example = (ROOT / "deploy" / "env.example").read_text()
    named = set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
    optional = {
        "WEB_CONCURRENCY",
        "WEB_READERS",
        "WEB_THREADS",
        "WORKER_CONCURRENCY",
        "DOCUMENTS_CONCURRENCY",
        "PORT",
    }
    assert _references(text) - optional == named
    for secret in ("SECRET_KEY", "ANSWER_PEPPER", "FIELD_KEY", "POSTGRES_PASSWORD"):
        assert f"\n{secret}=\n" in "\n" + example


def test_the_roles_of_the_database_are_neither_superuser_nor_free_of_row_security() -> None:
    script = (ROOT / "deploy" / "postgres-init.sh").read_text()
    for role in ("portal_owner", "portal_app"):
        assert f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS" in script
    mounted = [mount.split(":")[0] for mount in SERVICES["postgres"]["volumes"]]
    for path in ("./deploy/postgres-init.sh", "./deploy/privileges.sql"):
        assert path in mounted
        assert (ROOT / path).exists()


def test_the_scanner_never_calls_clean_what_it_did_not_look_at() -> None:
    mounted = [mount.split(":")[0] for mount in SERVICES["clamav"]["volumes"]]
    assert "./deploy/clamd.conf" in mounted
    lines = (ROOT / "deploy" / "clamd.conf").read_text().splitlines()
    assert {"AlertEncrypted yes", "AlertExceedsMax yes", "TCPSocket 3310"} <= set(lines)
    limits = {line.split()[0]: line.split()[1] for line in lines if line.endswith("0M")}
    assert int(limits["StreamMaxLength"].removesuffix("M")) * 1024**2 > settings.UPLOAD_MAX_BYTES


def _proxy_says() -> dict[str, list[str]]:
    """What the proxy's file sets, by directive."""
    said: dict[str, list[str]] = {}
    for line in (ROOT / "deploy" / "nginx.conf").read_text().splitlines():
        if found := re.fullmatch(r"\s*([a-z_]+) (.+);", line):
            said.setdefault(found[1], []).append(found[2])
    return said


def test_only_the_proxy_is_reached_from_outside_and_it_takes_whole_requests_in() -> None:
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["proxy"]
    proxy = SERVICES["proxy"]
    assert proxy["ports"] == ["127.0.0.1:${PORT:-8000}:8080"], "TLS is the operator's"
    assert "./deploy/nginx.conf:/etc/nginx/nginx.conf:ro" in proxy["volumes"]
    said = _proxy_says()
    assert said["listen"] == ["8080"] and said["server"] == ["web:8000"]
    assert said["proxy_request_buffering"] == ["on"] and said["proxy_buffering"] == ["on"]
    assert said["client_body_timeout"] == said["client_header_timeout"] == ["15s"]
    most = settings.UPLOAD_MAX_BYTES * settings.UPLOAD_FILES_AT_ONCE
    (size,) = said["client_max_body_size"]
    assert int(size.removesuffix("m")) * 1024**2 == 2 * most
    web = (ROOT / "Dockerfile").read_text()
    assert '"--bind", "0.0.0.0:8000"' in web


def test_u9_the_portal_counts_the_address_that_the_proxy_of_the_host_has_appended() -> None:
    said = _proxy_says()
    assert said["real_ip_header"] == ["X-Forwarded-For"]
    assert "X-Forwarded-For $remote_addr" in said["proxy_set_header"]
    for text in ("docker-compose.yml", "deploy/env.example"):
        assert re.search(r"TRUST_X_FORWARDED_FOR(=|: .*:-)true\b", (ROOT / text).read_text())


def test_b18_no_form_is_sent_down_a_connection_that_the_web_server_is_closing() -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    upstream = text[text.index("upstream portal") : text.index("server {")]
    kept = re.search(r"keepalive_timeout (\d+)s;", upstream)
    ours = re.search(r"(?m)^keepalive = (\d+)$", (ROOT / "deploy/gunicorn.conf.py").read_text())
    assert kept and ours and int(kept[1]) < int(ours[1])


def test_b18_the_proxy_says_503_while_the_portal_is_away_and_finds_a_new_one() -> None:
    assert "502 504 =503 @away" in _proxy_says()["error_page"]
    web = SERVICES["proxy"]["depends_on"]["web"]
    assert web == {"condition": "service_healthy", "restart": True}


def test_a3_image_script_and_guide_name_the_same_fonts() -> None:
    named = [
        set(re.findall(r"fonts-[a-z-]+[a-z]", (ROOT / path).read_text()))
        for path in ("Dockerfile", "portal.sh", "docs/operators.md")
    ]
    assert named[0] and named[0] == named[1] == named[2]


def test_no_line_of_the_proxy_holds_the_secret_of_a_link() -> None:
    said = _proxy_says()
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    written = text[text.index("log_format") : text.index("access_log")]
    assert "$address" in written
    assert not {"$request ", "$request_uri", "$uri", "$http_referer", "$args"} & set(
        re.findall(r"\$\w+ ?", written)
    )
    assert said["error_log"] == ["/dev/stderr crit"]
    hidden = re.search(r'"~(.+)" "\[hidden\]"', text)
    assert hidden and re.search(hidden[1], f"/invitations/{new_secret()}")


def test_shell_scripts_are_well_formed() -> None:
    for path in ("portal.sh", ".ci/run", "deploy/postgres-init.sh", "requirements/lock.sh"):
        assert (ROOT / path).stat().st_mode & 0o111, path
        subprocess.run(["bash", "-n", ROOT / path], check=True)


def test_the_image_runs_as_nobody_in_particular_and_brings_its_static_files() -> None:
    text = (ROOT / "Dockerfile").read_text()
    last_stage = text[text.rindex("\nFROM ") :]
    assert last_stage.index("\nUSER portal\n") < last_stage.index("\nCMD ")
    assert "collectstatic --noinput" in last_stage
    assert "--require-hashes" in text
    assert 'CMD ["gunicorn", "portal.wsgi", "--config", "deploy/gunicorn.conf.py"' in text
    for source in re.findall(r"^COPY (?!--from)([^\n]+) \S+$", text, re.MULTILINE):
        for name in source.split():
            assert (ROOT / name).exists()
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".env", "var"} <= set(ignored)
    assert not {"reference", "deploy", "templates", "static"} & set(ignored)
