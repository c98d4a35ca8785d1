"""Make the bucket of the nights, and lay the database out; what is there already stays as it is."""

from pathlib import Path
from urllib.parse import urlsplit

from minio import Minio

from flows.database import open_database
from flows.run import database_url
from schemas.settings import Settings

settings = Settings()
bucket, endpoint = (urlsplit(url or "") for url in (settings.night.source, settings.s3.endpoint))
access, secret = (key.get_secret_value() if key else None for key in (settings.s3.access_key, settings.s3.secret_key))
client = Minio(endpoint.netloc, access, secret, secure=endpoint.scheme == "https")
if not client.bucket_exists(bucket.netloc):
    client.make_bucket(bucket.netloc)
open_database(database_url(settings, Path()))
