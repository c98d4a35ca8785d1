#!/bin/sh
# Make the secrets that compose.yaml names, at random, in docker/secrets; any that are there stay as they are.
set -eu
cd "$(dirname "$0")"
# Nobody else may enter the folder. The files themselves are read by users of the containers.
mkdir -p -m 700 secrets
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
secret() { [ -e "secrets/$1" ] || printf %s "$2" >"secrets/$1"; }

secret postgres_password "$(random)"
password=$(cat secrets/postgres_password)
secret heyan_database "postgresql://heyan:$password@postgres/heyan"
secret prefect_server_database_connection_url "postgresql+asyncpg://heyan:$password@postgres/prefect"
secret prefect_auth "heyan:$(random)"
secret heyan_s3__access_key heyan
secret heyan_s3__secret_key "$(random)"
