"""The user guide's examples for the SDK for Python; only the proxy and the CA are set up, in the environment."""

import urllib.error

import boto3
from boto3_connect import fetch, refused, use_proxy_environment
from report import Report, equal

use_proxy_environment()
report = Report("boto3-guide")
check = report.check
ARN = "arn:aws:s3::123456789012:accesspoint/abcdef0123456.mrap"
MRAP = {"AccountId": "111122223333", "Mrap": "arn:aws:s3::111122223333:accesspoint/abcdef0123456.mrap"}

client = boto3.client("s3")


@check("GetMultiRegionAccessPointRoutes", "view the routing configuration")
def _():
    s3 = boto3.client("s3control", region_name="us-east-1")
    routes = s3.get_multi_region_access_point_routes(**MRAP)["Routes"]
    equal(
        [(route["Bucket"], route["Region"], route["TrafficDialPercentage"]) for route in routes],
        [
            ("doc-example-bucket1", "ca-central-1", 100),
            ("doc-example-bucket2", "eu-west-1", 100),
            ("doc-example-bucket3", "ap-southeast-2", 100),
        ],
    )


@check("SubmitMultiRegionAccessPointRoutes", "update routes: a dial of 10 is refused, with a hint")
def _():
    s3 = boto3.client("s3control", region_name="ap-southeast-2")

    def submit(dial):
        update = {"Bucket": "doc-example-bucket3", "Region": "ap-southeast-2", "TrafficDialPercentage": dial}
        return s3.submit_multi_region_access_point_routes(**MRAP, RouteUpdates=[update])

    headers = refused("InvalidRequest", 400, lambda: submit(10))
    equal("100" in headers.get("x-mrap-hint", ""), True)
    submit(0)


@check("PutObject", "add an object")
def _():
    client.put_object(Bucket=ARN, Key="example.txt", Body="Hello S3!")


@check("GetObject", "retrieve it")
def _():
    equal(client.get_object(Bucket=ARN, Key="example.txt")["Body"].read(), b"Hello S3!")


@check("ListObjectsV2", "list objects")
def _():
    equal([entry["Key"] for entry in client.list_objects_v2(Bucket=ARN)["Contents"]], ["example.txt"])


@check("PutObject", "a presigned PUT")
def _():
    s3_client = boto3.client("s3", aws_access_key_id="111122223333", aws_secret_access_key="test")
    url = s3_client.generate_presigned_url(
        HttpMethod="PUT", ClientMethod="put_object", Params={"Bucket": ARN, "Key": "example-file"}
    )
    fetch(url, "PUT", b"put by URL")
    equal(client.get_object(Bucket=ARN, Key="example-file")["Body"].read(), b"put by URL")


@check("GetObject", "a presigned GET")
def _():
    url = client.generate_presigned_url("get_object", Params={"Bucket": ARN, "Key": "example-file"})
    equal(fetch(url), b"put by URL")


@check("GetObject", "a presigned URL, one byte changed, is refused")
def _():
    url = client.generate_presigned_url("get_object", Params={"Bucket": ARN, "Key": "example-file"})
    try:
        fetch(url.replace("/example-file?", "/example.txt?"))
    except urllib.error.HTTPError as error:
        equal((error.code, b"<Code>SignatureDoesNotMatch</Code>" in error.read()), (403, True))
    else:
        raise AssertionError("the URL was accepted")


@check("GetObject", "Requester Pays")
def _():
    reader = boto3.client("s3", aws_access_key_id="444455556666", aws_secret_access_key="test")
    at = {"Bucket": "arn:aws:s3::111122223333:accesspoint/mrequesterpay.mrap", "Key": "example-file-in-bucket.txt"}
    refused("AccessDenied", 403, lambda: reader.get_object(**at))
    got = reader.get_object(**at, RequestPayer="requester")
    equal((got["Body"].read(), got["RequestCharged"]), (b"paid by the reader", "requester"))


report.end()
