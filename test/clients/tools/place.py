"""Where a tool in Python works: the world of `world.yaml`, at the emulator's address."""

import os

ENDPOINT = os.environ["MRAP_ENDPOINT"]
HOST = ENDPOINT.removeprefix("http://")
CA = os.environ["MRAP_CA"]
KEY = os.environ["AWS_ACCESS_KEY_ID"]
SECRET = os.environ["AWS_SECRET_ACCESS_KEY"]
REGION = "us-west-2"
BUCKET = "tools-usw2"
ALIAS = "mtoolsglobal0.mrap"
ARN = f"arn:aws:s3::111122223333:accesspoint/{ALIAS}"
# What a suite does twice: on the bucket, and on the access point's alias as bucket name.
TARGETS = (("bucket", BUCKET), ("alias", ALIAS))


def refused(text, call):
    """Runs a call that must fail with an error that says this."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - each tool has its own
        if text not in f"{type(error).__name__}: {error}":
            raise AssertionError(f"expected {text}, got {type(error).__name__}: {error}") from error
    else:
        raise AssertionError(f"expected {text}, got a success")
