#!/usr/bin/env bash
# Runs once, when the database volume is new: the roles of owner and application, and what the one
# may do with what the other creates. Passwords come from the environment of the postgres service.
set -euo pipefail

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set owner_password="$PORTAL_OWNER_PASSWORD" --set app_password="$PORTAL_APP_PASSWORD" <<'SQL'
CREATE ROLE portal_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB PASSWORD :'owner_password';
CREATE ROLE portal_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB PASSWORD :'app_password';
CREATE DATABASE portal OWNER portal_owner;
REVOKE CONNECT ON DATABASE portal FROM PUBLIC;
GRANT CONNECT ON DATABASE portal TO portal_app;
SQL
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname portal --file /deploy/privileges.sql
