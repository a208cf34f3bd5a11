-- What the application may do with what the owner's migrations create.
-- Runs once per database, before the first migration, as a superuser; where the database has no
-- superuser, as an administrator who may create roles and is a member of portal_owner. It can run
-- again. Append-only tables take rights back in their own migrations.

-- Transactions of staff and of the system take on this role, which sees the rows of all companies
-- (docs/adr/0018-row-level-security-is-the-second-wall.md). portal_app must not have it otherwise,
-- so it does not inherit. The owner always has it: migrations change the rows of all companies.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_all_rows') THEN
        CREATE ROLE portal_all_rows NOLOGIN;
    END IF;
END $$;
GRANT portal_all_rows TO portal_app WITH INHERIT FALSE, SET TRUE;
GRANT portal_all_rows TO portal_owner WITH INHERIT TRUE;

GRANT USAGE ON SCHEMA public TO portal_app, portal_all_rows;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_app, portal_all_rows;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO portal_app, portal_all_rows;
