#!/bin/sh
# Runs once, on an empty data folder: two databases, each with an owner of its own; ours may read Dagster's tables.
set -eu

psql -v ON_ERROR_STOP=1 -v craveny="$CRAVENY_DATABASE_PASSWORD" -v dagster="$DAGSTER_DATABASE_PASSWORD" \
  -U "$POSTGRES_USER" -d postgres <<'SQL'
CREATE ROLE craveny LOGIN PASSWORD :'craveny';
CREATE ROLE dagster LOGIN PASSWORD :'dagster';
CREATE DATABASE craveny OWNER craveny;
CREATE DATABASE dagster OWNER dagster;
REVOKE CONNECT ON DATABASE craveny, dagster FROM PUBLIC;
GRANT CONNECT ON DATABASE dagster TO craveny;
\connect dagster
ALTER DEFAULT PRIVILEGES FOR ROLE dagster GRANT SELECT ON TABLES TO craveny;
SQL
