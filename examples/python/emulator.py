"""Leads a boto3 client to the emulator after it has signed: no environment, no CA; the bucket's ARN and the rest of the code stay."""

from urllib.parse import urlsplit, urlunsplit


def to_emulator(client, endpoint="http://127.0.0.1:4566"):
    def route(request, **_):
        url = urlsplit(request.url)
        request.headers["Host"] = url.netloc
        request.url = urlunsplit(urlsplit(endpoint)[:2] + (url.path, url.query, ""))

    client.meta.events.register(f"before-send.{client.meta.service_model.service_id.hyphenize()}", route)
    return client
