"""The user guide's examples for a Multi-Region Access Point and a failover, with boto3. Against AWS it runs as it is; HTTPS_PROXY and
AWS_CA_BUNDLE or the DNS door lead it to the emulator; with EMULATOR set, the hook of `emulator.py` does."""

import os
import sys
import urllib.request

import boto3
from botocore.exceptions import ClientError
from emulator import to_emulator

ACCOUNT = "111122223333"
ARN = "arn:aws:s3::111122223333:accesspoint/abcdef0123456.mrap"
PAID_ARN = "arn:aws:s3::111122223333:accesspoint/mrequesterpay.mrap"
EMULATOR = os.environ.get("EMULATOR")
failed = False


def client(service, region=None, **options):
    made = boto3.client(service, region_name=region, **options)
    return to_emulator(made, EMULATOR) if EMULATOR else made


def check(operation, what):
    """Runs one step at once and prints its result: `ok <client> <Operation> - <what>`."""

    def run(step):
        global failed
        try:
            step()
            print(f"ok boto3 {operation} - {what}", flush=True)
        except Exception as error:  # noqa: BLE001 - every fault of a step is its result
            failed = True
            print(f"not ok boto3 {operation} - {what}: {error!r}", flush=True)

    return run


def equal(got, wanted):
    if got != wanted:
        raise AssertionError(f"expected {wanted!r}, got {got!r}")


def refused(code, call):
    try:
        call()
    except ClientError as error:
        equal(error.response["Error"]["Code"], code)
    else:
        raise AssertionError(f"expected {code}, got a success")


def submit(**dials):
    """Dials by Region; underscores stand for hyphens."""
    updates = [{"Region": region.replace("_", "-"), "TrafficDialPercentage": dial} for region, dial in dials.items()]
    control = client("s3control", "ap-southeast-2")
    control.submit_multi_region_access_point_routes(AccountId=ACCOUNT, Mrap=ARN, RouteUpdates=updates)


def get(key, bucket=ARN, region=None):
    return client("s3", region).get_object(Bucket=bucket, Key=key)["Body"].read()


s3 = client("s3")


@check("GetMultiRegionAccessPointRoutes", "view the routing configuration")
def _():
    routes = client("s3control", "us-east-1").get_multi_region_access_point_routes(AccountId=ACCOUNT, Mrap=ARN)["Routes"]
    dials = {route["Region"]: route["TrafficDialPercentage"] for route in routes}
    equal(dials, {"ca-central-1": 100, "eu-west-1": 100, "ap-southeast-2": 100})


@check("SubmitMultiRegionAccessPointRoutes", "a dial of 10 is refused")
def _():
    refused("InvalidRequest", lambda: submit(ap_southeast_2=10))


@check("PutObject", "add an object")
def _():
    s3.put_object(Bucket=ARN, Key="example.txt", Body=b"Hello S3!")


@check("GetObject", "retrieve it")
def _():
    equal(get("example.txt"), b"Hello S3!")


@check("ListObjectsV2", "list objects")
def _():
    equal([entry["Key"] for entry in s3.list_objects_v2(Bucket=ARN)["Contents"]], ["example.txt"])


@check("GetObject", "presign: a presigned GET")
def _():
    url = s3.generate_presigned_url("get_object", Params={"Bucket": ARN, "Key": "example.txt"})
    request = urllib.request.Request(url)
    if EMULATOR:
        # At the emulator's address with the URL's Host.
        request = urllib.request.Request(EMULATOR + request.selector, headers={"Host": request.host})
    with urllib.request.urlopen(request) as answer:
        equal(answer.read(), b"Hello S3!")


@check("GetObject", "Requester Pays")
def _():
    reader = client("s3", aws_access_key_id="444455556666", aws_secret_access_key="test")
    request = {"Bucket": PAID_ARN, "Key": "example-file-in-bucket.txt"}
    refused("AccessDenied", lambda: reader.get_object(**request))
    equal(reader.get_object(**request, RequestPayer="requester")["RequestCharged"], "requester")


# Closes the Region that requests from us-east-1 go to: what is written then stands in the bucket of another one.


@check("SubmitMultiRegionAccessPointRoutes", "failover: ca-central-1 and ap-southeast-2 to passive")
def _():
    submit(ca_central_1=0, ap_southeast_2=0, eu_west_1=100)


@check("GetObject", "failover: what was written before is not there")
def _():
    refused("NoSuchKey", lambda: get("example.txt"))


@check("PutObject", "failover: writes land in eu-west-1")
def _():
    s3.put_object(Bucket=ARN, Key="after.txt", Body=b"from eu-west-1")
    equal(get("after.txt", "doc-example-bucket2", "eu-west-1"), b"from eu-west-1")


@check("SubmitMultiRegionAccessPointRoutes", "failback")
def _():
    submit(ca_central_1=100, eu_west_1=0)
    equal(get("example.txt"), b"Hello S3!")


sys.exit(1 if failed else 0)
