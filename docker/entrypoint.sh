#!/bin/sh
# Prefect takes secrets from the environment only: they get there from files, each named as its variable in small letters.
set -eu
for file in "${CREDENTIALS_DIRECTORY:-/run/secrets}"/prefect_*; do
    if [ -r "$file" ]; then
        export "$(basename "$file" | tr '[:lower:]' '[:upper:]')=$(cat "$file")"
    fi
done
exec "$@"
