#!/bin/sh
# Secrets come as files, each named as its variable in small letters; Prefect takes them from the environment only.
set -eu
for file in "${SECRETS_FOLDER:-/run/secrets}"/heyan_* "${SECRETS_FOLDER:-/run/secrets}"/prefect_*; do
    if [ -r "$file" ]; then
        export "$(basename "$file" | tr '[:lower:]' '[:upper:]')=$(cat "$file")"
    fi
done
exec "$@"
