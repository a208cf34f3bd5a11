-- What the application's role may do with what the owner's migrations create.
-- Runs once per database, before the first migration, as a superuser; where the database has no
-- superuser, as portal_owner itself. Append-only tables take rights back in their own migrations.
GRANT USAGE ON SCHEMA public TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO portal_app;
