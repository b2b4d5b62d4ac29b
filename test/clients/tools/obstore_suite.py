"""obstore: the object_store crate in Rust, which delta-rs, polars, DataFusion and Lance use, too."""

import os

import obstore
from obstore.store import S3Store
from place import ENDPOINT, KEY, REGION, SECRET, TARGETS, refused
from report import Report, equal

report = Report("obstore")
BODY = os.urandom(11 * 1024 * 1024)


def store(bucket, secret=SECRET):
    return S3Store(
        bucket,
        endpoint=ENDPOINT,
        region=REGION,
        access_key_id=KEY,
        secret_access_key=secret,
        virtual_hosted_style_request=False,
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )


def suite(target, bucket):
    s3 = store(bucket)

    @report.check(target, "put and got, whole and in ranges")
    def _():
        obstore.put(s3, f"{target}/small ü+.txt", b"hello")
        equal(bytes(obstore.get(s3, f"{target}/small ü+.txt").bytes()), b"hello")
        equal(bytes(obstore.get_range(s3, f"{target}/small ü+.txt", start=1, end=3)), b"el")

    @report.check(target, "put in parts")
    def _():
        obstore.put(s3, f"{target}/big.bin", BODY, use_multipart=True, chunk_size=5 * 1024 * 1024)
        equal(bytes(obstore.get(s3, f"{target}/big.bin").bytes()) == BODY, True)
        equal(obstore.head(s3, f"{target}/big.bin")["size"], len(BODY))

    @report.check(target, "put once only")
    def _():
        obstore.put(s3, f"{target}/once", b"1", mode="create")
        refused("AlreadyExists", lambda: obstore.put(s3, f"{target}/once", b"2", mode="create"))

    @report.check(target, "listed, flat and by folder")
    def _():
        names = sorted(entry["path"] for page in obstore.list(s3, prefix=target) for entry in page)
        equal(names, [f"{target}/big.bin", f"{target}/once", f"{target}/small ü+.txt"])
        equal(list(obstore.list_with_delimiter(s3)["common_prefixes"]).count(target), 1)


for target, bucket in TARGETS:
    suite(target, bucket)


# obstore deletes by DeleteObjects, even a single key.


@report.check("bucket", "copied, renamed, deleted; what is gone is not found")
def _():
    s3 = store("tools-usw2")
    obstore.copy(s3, "bucket/big.bin", "bucket/copy.bin")
    obstore.rename(s3, "bucket/copy.bin", "bucket/renamed.bin")
    equal(bytes(obstore.get(s3, "bucket/renamed.bin").bytes()) == BODY, True)
    obstore.delete(s3, ["bucket/renamed.bin", "bucket/once"])
    refused("NotFound", lambda: obstore.head(s3, "bucket/once"))


@report.check("alias", "copies and deletes are refused")
def _():
    s3 = store("mtoolsglobal0.mrap")
    refused("MethodNotAllowed", lambda: obstore.copy(s3, "alias/big.bin", "alias/copy.bin"))
    refused("MethodNotAllowed", lambda: obstore.delete(s3, "alias/once"))


@report.check("bucket", "a wrong secret is refused")
def _():
    refused("SignatureDoesNotMatch", lambda: obstore.put(store("tools-usw2", "wrong"), "refused", b"x"))


report.end()
