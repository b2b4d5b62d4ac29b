"""minio-py, by the emulator's address."""

import io
import os
import urllib.request

from minio import Minio
from minio.commonconfig import CopySource, Tags
from minio.deleteobjects import DeleteObject
from place import HOST, KEY, REGION, SECRET, TARGETS, refused
from report import Report, equal

report = Report("minio-py")
BODY = os.urandom(11 * 1024 * 1024)


def client(secret=SECRET, region=REGION):
    return Minio(HOST, access_key=KEY, secret_key=secret, region=region, secure=False)


def suite(target, bucket):
    s3 = client()

    @report.check(target, "put and got, small and in parts")
    def _():
        s3.put_object(bucket, f"{target}/small ü+.txt", io.BytesIO(b"hello"), 5, content_type="text/plain")
        s3.put_object(bucket, f"{target}/big.bin", io.BytesIO(BODY), -1, part_size=5 * 1024 * 1024)
        for name, body in (("small ü+.txt", b"hello"), ("big.bin", BODY)):
            equal(s3.get_object(bucket, f"{target}/{name}").read() == body, True)
        equal(s3.stat_object(bucket, f"{target}/small ü+.txt").content_type, "text/plain")

    @report.check(target, "listed")
    def _():
        names = [found.object_name for found in s3.list_objects(bucket, prefix=f"{target}/", recursive=True)]
        equal(names, [f"{target}/big.bin", f"{target}/small ü+.txt"])

    @report.check(target, "tags of an object")
    def _():
        tags = Tags.new_object_tags()
        tags["team"] = "blue"
        s3.set_object_tags(bucket, f"{target}/big.bin", tags)
        equal(dict(s3.get_object_tags(bucket, f"{target}/big.bin")), {"team": "blue"})

    @report.check(target, "presigned")
    def _():
        with urllib.request.urlopen(s3.presigned_get_object(bucket, f"{target}/small ü+.txt")) as answer:
            equal(answer.read(), b"hello")

    @report.check(target, "one removed")
    def _():
        s3.remove_object(bucket, f"{target}/small ü+.txt")
        refused("NoSuchKey", lambda: s3.stat_object(bucket, f"{target}/small ü+.txt"))


for target, bucket in TARGETS:
    suite(target, bucket)


@report.check("bucket", "made, found, listed, removed; its Region asked for")
def _():
    s3 = client(region=None)
    equal(s3.bucket_exists("tools-euw1"), True)
    s3.put_object("tools-euw1", "elsewhere", io.BytesIO(b"x"), 1)
    equal(s3.get_object("tools-euw1", "elsewhere").read(), b"x")
    client().make_bucket("tools-made", location=REGION)
    equal("tools-made" in [bucket.name for bucket in s3.list_buckets()], True)
    s3.remove_bucket("tools-made")


@report.check("bucket", "copied, composed of others, many removed at once")
def _():
    s3 = client()
    s3.copy_object("tools-usw2", "bucket/copy.bin", CopySource("tools-usw2", "bucket/big.bin"))
    equal(s3.get_object("tools-usw2", "bucket/copy.bin").read() == BODY, True)
    gone = [DeleteObject("bucket/copy.bin"), DeleteObject("bucket/big.bin")]
    equal(list(s3.remove_objects("tools-usw2", gone)), [])


@report.check("alias", "copies and bucket calls are refused")
def _():
    s3 = client()
    copy = CopySource("tools-usw2", "alias/big.bin")
    refused("MethodNotAllowed", lambda: s3.copy_object("mtoolsglobal0.mrap", "alias/copy.bin", copy))
    refused("MethodNotAllowed", lambda: s3.get_bucket_versioning("mtoolsglobal0.mrap"))


@report.check("bucket", "a wrong secret is refused")
def _():
    refused("SignatureDoesNotMatch", lambda: client("wrong").put_object("tools-usw2", "no", io.BytesIO(b"x"), 1))


report.end()
