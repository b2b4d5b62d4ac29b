"""boto3 with awscrt: every operation of the ten and the 21, direct bucket operations, refusals. Argument: https or http."""

import hashlib
import io
import os
import sys
import time
from datetime import datetime, timedelta, timezone

from boto3_connect import client, fetch, refused, stand_in, use_proxy_environment
from report import Report, equal

WAY = sys.argv[1]
if WAY == "https":
    use_proxy_environment()

report = Report("boto3" if WAY == "https" else "boto3-http")
check = report.check
ACCOUNT = "111122223333"
NAME = "py-global"
WEST, IRELAND = "py-usw2", "py-euw1"
west = client(WAY, "s3", "us-west-2")
ireland = client(WAY, "s3", "eu-west-1")
control = client(WAY, "s3control", "us-west-2")
s3 = stand_in(client(WAY, "s3", "us-east-1"), "us-west-1")


def served_by(answer):
    return answer["ResponseMetadata"]["HTTPHeaders"].get("x-mrap-served-by")


def finished(token, wanted):
    """Waits for the end of an asynchronous operation."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        operation = control.describe_multi_region_access_point_operation(AccountId=ACCOUNT, RequestTokenARN=token)
        operation = operation["AsyncOperation"]
        if operation["RequestStatus"] not in ("NEW", "INPROGRESS"):
            equal(operation["RequestStatus"], wanted)
            return operation
        time.sleep(0.05)
    raise AssertionError("the operation does not end")


# Buckets, directly.


@check("CreateBucket", "in two Regions, Object Lock on")
def _():
    for bucket, s3_there, region in ((WEST, west, "us-west-2"), (IRELAND, ireland, "eu-west-1")):
        s3_there.create_bucket(
            Bucket=bucket,
            CreateBucketConfiguration={"LocationConstraint": region},
            ObjectLockEnabledForBucket=True,
        )


@check("CreateBucket", "again is refused")
def _():
    refused(
        "BucketAlreadyOwnedByYou",
        409,
        lambda: west.create_bucket(Bucket=WEST, CreateBucketConfiguration={"LocationConstraint": "us-west-2"}),
    )


@check("ListObjectsV2", "the wrong Region's bucket: boto3 follows to the right one")
def _():
    equal(west.list_objects_v2(Bucket=IRELAND)["KeyCount"], 0)


@check("GetBucketLocation", "is the Region")
def _():
    equal(ireland.get_bucket_location(Bucket=IRELAND)["LocationConstraint"], "eu-west-1")


@check("ListBuckets", "lists both")
def _():
    names = [bucket["Name"] for bucket in west.list_buckets()["Buckets"]]
    equal([name for name in (WEST, IRELAND) if name not in names], [])


@check("PutObjectLockConfiguration", "a default retention, and none again")
def _():
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    west.put_object_lock_configuration(
        Bucket=WEST, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    equal(west.get_object_lock_configuration(Bucket=WEST)["ObjectLockConfiguration"]["Rule"], rule)
    west.put_object_lock_configuration(Bucket=WEST, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})


@check("PutBucketOwnershipControls", "and Get, and Delete")
def _():
    west.put_bucket_ownership_controls(
        Bucket=WEST, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    )
    rules = west.get_bucket_ownership_controls(Bucket=WEST)["OwnershipControls"]["Rules"]
    equal(rules, [{"ObjectOwnership": "BucketOwnerPreferred"}])
    west.delete_bucket_ownership_controls(Bucket=WEST)
    refused("OwnershipControlsNotFoundError", 404, lambda: west.get_bucket_ownership_controls(Bucket=WEST))


@check("PutPublicAccessBlock", "and Get, and Delete")
def _():
    block = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    west.put_public_access_block(Bucket=WEST, PublicAccessBlockConfiguration=block)
    equal(west.get_public_access_block(Bucket=WEST)["PublicAccessBlockConfiguration"], block)
    west.delete_public_access_block(Bucket=WEST)
    refused("NoSuchPublicAccessBlockConfiguration", 404, lambda: west.get_public_access_block(Bucket=WEST))
    west.put_public_access_block(Bucket=WEST, PublicAccessBlockConfiguration=block)


@check("PutBucketVersioning", "on a third bucket: Enabled, Suspended")
def _():
    west.create_bucket(Bucket="py-versioned", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    equal("Status" in west.get_bucket_versioning(Bucket="py-versioned"), False)
    for status in ("Enabled", "Suspended"):
        west.put_bucket_versioning(Bucket="py-versioned", VersioningConfiguration={"Status": status})
        equal(west.get_bucket_versioning(Bucket="py-versioned")["Status"], status)
    west.delete_bucket(Bucket="py-versioned")


# Control plane.

state = {"arn": "", "alias": ""}


@check("CreateMultiRegionAccessPoint+DescribeMultiRegionAccessPointOperation", "until SUCCEEDED")
def _():
    token = control.create_multi_region_access_point(
        AccountId=ACCOUNT, Details={"Name": NAME, "Regions": [{"Bucket": WEST}, {"Bucket": IRELAND}]}
    )["RequestTokenARN"]
    operation = finished(token, "SUCCEEDED")
    equal(operation["Operation"], "CreateMultiRegionAccessPoint")
    regions = operation["ResponseDetails"]["MultiRegionAccessPointDetails"]["Regions"]
    equal(sorted(region["Name"] for region in regions), ["eu-west-1", "us-west-2"])


@check("CreateMultiRegionAccessPoint", "two buckets of one Region fail in the background")
def _():
    details = {"Name": "py-same-region", "Regions": [{"Bucket": WEST}, {"Bucket": WEST}]}
    token = control.create_multi_region_access_point(AccountId=ACCOUNT, Details=details)["RequestTokenARN"]
    error = finished(token, "FAILED")["ResponseDetails"]["ErrorDetails"]
    equal(error["Code"], "MultiRegionAccessPointSameBucketRegion")


@check("GetMultiRegionAccessPoint", "is READY")
def _():
    point = control.get_multi_region_access_point(AccountId=ACCOUNT, Name=NAME)["AccessPoint"]
    equal(point["Status"], "READY")
    equal([region["Region"] for region in point["Regions"]], ["us-west-2", "eu-west-1"])
    state["alias"] = point["Alias"]
    state["arn"] = f"arn:aws:s3::{ACCOUNT}:accesspoint/{point['Alias']}"


ARN = state["arn"]


@check("ListMultiRegionAccessPoints", "has it")
def _():
    points = control.list_multi_region_access_points(AccountId=ACCOUNT)["AccessPoints"]
    equal([point["Alias"] for point in points if point["Name"] == NAME], [state["alias"]])


@check("CreateMultiRegionAccessPoint", "outside us-west-2 is 301")
def _():
    elsewhere = client(WAY, "s3control", "us-east-1")
    details = {"Name": "py-elsewhere", "Regions": [{"Bucket": WEST}]}
    refused(
        "PermanentRedirect", 301, lambda: elsewhere.create_multi_region_access_point(AccountId=ACCOUNT, Details=details)
    )


@check("PutMultiRegionAccessPointPolicy+GetMultiRegionAccessPointPolicy", "proposed, then established")
def _():
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "444455556666"},'
        f' "Action": "s3:ListBucket", "Resource": "{ARN}"}}]}}'
    )
    token = control.put_multi_region_access_point_policy(AccountId=ACCOUNT, Details={"Name": NAME, "Policy": policy})
    finished(token["RequestTokenARN"], "SUCCEEDED")
    got = control.get_multi_region_access_point_policy(AccountId=ACCOUNT, Name=NAME)["Policy"]
    equal(got["Established"]["Policy"], policy)


@check("PutMultiRegionAccessPointPolicy", "another access point's ARN fails in the background")
def _():
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "444455556666"},'
        f' "Action": "s3:GetObject", "Resource": "arn:aws:s3::{ACCOUNT}:accesspoint/mother0000000.mrap/object/*"}}]}}'
    )
    token = control.put_multi_region_access_point_policy(AccountId=ACCOUNT, Details={"Name": NAME, "Policy": policy})
    equal(finished(token["RequestTokenARN"], "FAILED")["ResponseDetails"]["ErrorDetails"]["Code"], "MalformedPolicy")


@check("GetMultiRegionAccessPointPolicyStatus", "is not public")
def _():
    status = control.get_multi_region_access_point_policy_status(AccountId=ACCOUNT, Name=NAME)
    equal(status["Established"]["IsPublic"], False)


# Objects through the ARN.

BODY = os.urandom(3_000_000)
KEY = "dir/ü é+&=%?# .bin"


@check("PutObject", "bytes, default CRC32")
def _():
    answer = s3.put_object(Bucket=ARN, Key=KEY, Body=BODY, Metadata={"k": "v"}, ContentType="text/plain")
    equal(answer["ETag"], f'"{hashlib.md5(BODY).hexdigest()}"')
    equal(served_by(answer), "us-west-2")


@check("PutObject", "an empty body")
def _():
    s3.put_object(Bucket=ARN, Key="empty", Body=b"")
    equal(s3.head_object(Bucket=ARN, Key="empty")["ContentLength"], 0)


@check("PutObject", "CRC64NVME, SHA1, SHA256, CRC32C")
def _():
    for algorithm in ("CRC64NVME", "SHA1", "SHA256", "CRC32C"):
        s3.put_object(Bucket=ARN, Key=f"sums/{algorithm}", Body=BODY[:1000], ChecksumAlgorithm=algorithm)
        got = s3.get_object(Bucket=ARN, Key=f"sums/{algorithm}", ChecksumMode="ENABLED")
        equal(got["Body"].read(), BODY[:1000])
        equal(f"Checksum{algorithm}" in got, True)


@check("GetObject", "whole")
def _():
    got = s3.get_object(Bucket=ARN, Key=KEY)
    equal(got["Body"].read() == BODY, True)
    equal((got["Metadata"], got["ContentType"]), ({"k": "v"}, "text/plain"))
    # What the framing of the upload added must not stay with the object.
    equal(got.get("ContentEncoding"), None)


@check("GetObject", "a range")
def _():
    equal(s3.get_object(Bucket=ARN, Key=KEY, Range="bytes=-10")["Body"].read(), BODY[-10:])


@check("GetObject", "presign: a URL, fetched by who has nothing else")
def _():
    url = s3.generate_presigned_url("get_object", Params={"Bucket": ARN, "Key": KEY}, ExpiresIn=60)
    equal(url.startswith(f"{WAY}://"), True)
    equal(fetch(url), BODY)


@check("GetObject", "If-None-Match gives 304")
def _():
    refused("304", 304, lambda: s3.get_object(Bucket=ARN, Key=KEY, IfNoneMatch=f'"{hashlib.md5(BODY).hexdigest()}"'))


@check("HeadObject", "a missing key")
def _():
    refused("404", 404, lambda: s3.head_object(Bucket=ARN, Key="missing"))


@check("PutObject", "keys that a URL library would fold")
def _():
    # Over plain HTTP it is urllib3 that folds dot segments, after signing.
    folded = ("a//b/../c/./d/", "..") if WAY == "https" else ()
    for key in ("a//b", "/lead", "a+b c%20d", *folded):
        s3.put_object(Bucket=ARN, Key=key, Body=key.encode())
        equal(s3.get_object(Bucket=ARN, Key=key)["Body"].read(), key.encode())
        s3.delete_object(Bucket=ARN, Key=key)


@check("ListObjectsV2", "pages")
def _():
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=ARN, PaginationConfig={"PageSize": 2})
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    equal(keys, [KEY, "empty", "sums/CRC32C", "sums/CRC64NVME", "sums/SHA1", "sums/SHA256"])


@check("PutObjectTagging+GetObjectTagging+DeleteObjectTagging", "tags come and go")
def _():
    tags = [{"Key": "team", "Value": "blue: green/1 + @2"}]
    s3.put_object_tagging(Bucket=ARN, Key="empty", Tagging={"TagSet": tags})
    equal(s3.get_object_tagging(Bucket=ARN, Key="empty")["TagSet"], tags)
    s3.delete_object_tagging(Bucket=ARN, Key="empty")
    equal(s3.get_object_tagging(Bucket=ARN, Key="empty")["TagSet"], [])


@check("PutObjectAcl", "is refused where ACLs are off")
def _():
    ireland.put_object(Bucket=IRELAND, Key="acl", Body=b"x")
    there = stand_in(client(WAY, "s3", "us-east-1"), "eu-west-1")
    refused("AccessControlListNotSupported", 400, lambda: there.put_object_acl(Bucket=ARN, Key="acl", ACL="private"))


@check("PutObjectAcl+GetObjectAcl", "grants")
def _():
    west.put_bucket_ownership_controls(Bucket=WEST, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    s3.put_object_acl(Bucket=ARN, Key="empty", ACL="private")
    acl = s3.get_object_acl(Bucket=ARN, Key="empty")
    owner = hashlib.sha256(f"mrap-local:{ACCOUNT}".encode()).hexdigest()
    equal(acl["Owner"]["ID"], owner)
    equal([grant["Permission"] for grant in acl["Grants"]], ["FULL_CONTROL"])


@check("PutObjectRetention+GetObjectRetention", "GOVERNANCE holds the version")
def _():
    until = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=1)
    s3.put_object_retention(Bucket=ARN, Key="empty", Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until})
    equal(s3.get_object_retention(Bucket=ARN, Key="empty")["Retention"]["RetainUntilDate"], until)
    version = s3.head_object(Bucket=ARN, Key="empty")["VersionId"]
    refused("AccessDenied", 403, lambda: s3.delete_object(Bucket=ARN, Key="empty", VersionId=version))


@check("PutObjectLegalHold+GetObjectLegalHold", "ON, OFF")
def _():
    for status in ("ON", "OFF"):
        s3.put_object_legal_hold(Bucket=ARN, Key="empty", LegalHold={"Status": status})
        equal(s3.get_object_legal_hold(Bucket=ARN, Key="empty")["LegalHold"]["Status"], status)


@check("RestoreObject", "an archived object")
def _():
    s3.put_object(Bucket=ARN, Key="archived", Body=b"x", StorageClass="DEEP_ARCHIVE")
    refused("InvalidObjectState", 403, lambda: s3.get_object(Bucket=ARN, Key="archived"))
    answer = s3.restore_object(Bucket=ARN, Key="archived", RestoreRequest={"Days": 1})
    equal(answer["ResponseMetadata"]["HTTPStatusCode"], 202)


# Multipart uploads.


@check("CreateMultipartUpload+UploadPart+CompleteMultipartUpload", "the transfer manager's upload")
def _():
    from boto3.s3.transfer import TransferConfig

    body = os.urandom(11 * 1024 * 1024)
    config = TransferConfig(multipart_threshold=5 * 1024 * 1024, multipart_chunksize=5 * 1024 * 1024, max_concurrency=2)
    s3.upload_fileobj(io.BytesIO(body), ARN, "big", Config=config)
    equal(s3.head_object(Bucket=ARN, Key="big")["ETag"].endswith('-3"'), True)
    copy = io.BytesIO()
    s3.download_fileobj(ARN, "big", copy, Config=config)
    equal(copy.getvalue() == body, True)


@check("ListMultipartUploads+ListParts+AbortMultipartUpload", "an unfinished upload")
def _():
    upload = s3.create_multipart_upload(Bucket=ARN, Key="unfinished")["UploadId"]
    s3.upload_part(Bucket=ARN, Key="unfinished", UploadId=upload, PartNumber=7, Body=b"part seven")
    uploads = s3.list_multipart_uploads(Bucket=ARN)["Uploads"]
    equal([(entry["Key"], entry["UploadId"]) for entry in uploads], [("unfinished", upload)])
    parts = s3.list_parts(Bucket=ARN, Key="unfinished", UploadId=upload)["Parts"]
    equal([(part["PartNumber"], part["Size"]) for part in parts], [(7, 10)])
    s3.abort_multipart_upload(Bucket=ARN, Key="unfinished", UploadId=upload)
    refused("NoSuchUpload", 404, lambda: s3.list_parts(Bucket=ARN, Key="unfinished", UploadId=upload))


# Refusals.


@check("CopyObject", "through an access point is 405")
def _():
    source = {"Bucket": WEST, "Key": "empty"}
    headers = refused("MethodNotAllowed", 405, lambda: s3.copy_object(Bucket=ARN, Key="copy", CopySource=source))
    equal("MRAP_ALLOW" in headers.get("x-mrap-hint", ""), True)


@check("ListObjects+HeadBucket", "through an access point; bucket settings are 405")
def _():
    equal("empty" in [entry["Key"] for entry in s3.list_objects(Bucket=ARN)["Contents"]], True)
    equal(s3.head_bucket(Bucket=ARN)["ResponseMetadata"]["HTTPStatusCode"], 200)
    refused("MethodNotAllowed", 405, lambda: s3.get_bucket_versioning(Bucket=ARN))


@check("GetObject", "a wrong secret")
def _():
    stranger = client(WAY, "s3", aws_access_key_id=ACCOUNT, aws_secret_access_key="wrong")
    refused("SignatureDoesNotMatch", 403, lambda: stranger.get_object(Bucket=ARN, Key="empty"))


@check("GetObject", "an unknown access key")
def _():
    stranger = client(WAY, "s3", aws_access_key_id="AKIAUNKNOWN", aws_secret_access_key="test")
    headers = refused("InvalidAccessKeyId", 403, lambda: stranger.get_object(Bucket=ARN, Key="empty"))
    equal("x-mrap-hint" in headers, True)


@check("GetObject", "unsigned")
def _():
    from botocore import UNSIGNED
    from botocore.config import Config

    unsigned = Config(signature_version=UNSIGNED)
    if WAY == "http":
        import boto3

        proxies = Config(proxies={"http": os.environ["MRAP_ENDPOINT"]})
        stranger = boto3.client("s3", use_ssl=False, config=unsigned.merge(proxies))
    else:
        stranger = client(WAY, "s3", config=unsigned)
    refused("AccessDenied", 403, lambda: stranger.get_object(Bucket=ARN, Key="empty"))


@check("GetObject", "another account, no policy")
def _():
    stranger = client(WAY, "s3", aws_access_key_id="777788889999", aws_secret_access_key="test")
    refused("AccessDenied", 403, lambda: stranger.get_object(Bucket=ARN, Key="empty"))


# Failover.


@check("GetMultiRegionAccessPointRoutes+SubmitMultiRegionAccessPointRoutes", "fail over and back")
def _():
    sydney = client(WAY, "s3control", "ap-southeast-2")

    def submit(**dials):
        updates = [
            {"Region": region.replace("_", "-"), "TrafficDialPercentage": dial} for region, dial in dials.items()
        ]
        sydney.submit_multi_region_access_point_routes(AccountId=ACCOUNT, Mrap=ARN, RouteUpdates=updates)

    submit(us_west_2=0, eu_west_1=100)
    routes = sydney.get_multi_region_access_point_routes(AccountId=ACCOUNT, Mrap=ARN)["Routes"]
    equal({route["Region"]: route["TrafficDialPercentage"] for route in routes}, {"us-west-2": 0, "eu-west-1": 100})
    equal(refused("404", 404, lambda: s3.head_object(Bucket=ARN, Key=KEY)).get("x-mrap-served-by"), "eu-west-1")
    submit(us_west_2=100)
    equal(served_by(s3.head_object(Bucket=ARN, Key=KEY)), "us-west-2")


# The end.


@check("ListObjectVersions+DeleteObjects", "empty the buckets")
def _():
    for there, bucket in ((west, WEST), (ireland, IRELAND)):
        listed = there.list_object_versions(Bucket=bucket)
        entries = listed.get("Versions", []) + listed.get("DeleteMarkers", [])
        objects = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in entries]
        gone = there.delete_objects(Bucket=bucket, Delete={"Objects": objects}, BypassGovernanceRetention=True)
        equal(gone.get("Errors", []), [])


@check("DeleteBucket", "while attached is refused")
def _():
    refused("BucketHasAccessPointsAttached", 400, lambda: ireland.delete_bucket(Bucket=IRELAND))


@check("DeleteMultiRegionAccessPoint", "then the buckets go")
def _():
    token = control.delete_multi_region_access_point(AccountId=ACCOUNT, Details={"Name": NAME})["RequestTokenARN"]
    finished(token, "SUCCEEDED")
    west.delete_bucket(Bucket=WEST)
    ireland.delete_bucket(Bucket=IRELAND)


report.end()
