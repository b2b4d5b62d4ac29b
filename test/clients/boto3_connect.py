"""How boto3 reaches the emulator: nothing but the connection is set up, in one of the two ways of the README."""

import os
import ssl
import urllib.request

import boto3
from botocore.config import Config
from report import equal

ENDPOINT = os.environ["MRAP_ENDPOINT"]
CA = os.environ["MRAP_CA"]


def use_proxy_environment():
    """Way one: the proxy and the CA in the environment; the code stays as it is."""
    os.environ["HTTPS_PROXY"] = ENDPOINT
    os.environ["AWS_CA_BUNDLE"] = CA


def client(way, service, region="us-west-2", **options):
    """A client of a service: `https` takes the proxy from the environment, `http` is the way without TLS and CA."""
    if way == "https":
        return boto3.client(service, region_name=region, **options)
    config = Config(proxies={"http": ENDPOINT, "https": ENDPOINT})
    return boto3.client(service, region_name=region, use_ssl=False, config=config, **options)


def stand_in(s3, region):
    """Says where this client stands, unsigned, on every request."""

    def add(request, **_):
        request.headers["x-mrap-client-region"] = region

    s3.meta.events.register("before-send.s3", add)
    return s3


def fetch(url, method="GET", body=None):
    """What anyone who was given a presigned URL does, through the proxy."""
    proxy = urllib.request.ProxyHandler({"http": ENDPOINT, "https": ENDPOINT})
    tls = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=CA))
    request = urllib.request.Request(url, data=body, method=method)
    with urllib.request.build_opener(proxy, tls).open(request) as answer:
        return answer.read()


def refused(code, status, call):
    """Runs a call that must be refused with this code and status; returns the answer's headers."""
    from botocore.exceptions import ClientError

    try:
        call()
    except ClientError as error:
        metadata = error.response["ResponseMetadata"]
        equal((error.response["Error"]["Code"], metadata["HTTPStatusCode"]), (code, status))
        return metadata["HTTPHeaders"]
    raise AssertionError(f"expected {code} {status}, got a success")
