#!/bin/sh
# What has to be there before the first night, made where it is not: bucket, tables, work pool, deployment.
set -eu
cd "$(dirname "$0")/.."
python docker/prepare.py
prefect --no-prompt work-pool create heyan --type process --overwrite
prefect --no-prompt deploy --all
