"""s3fs: fsspec's file system, beneath pandas, dask and Zarr; with awscrt it takes the access point's ARN, through the proxy."""

import os

import s3fs
from place import ARN, CA, ENDPOINT, KEY, REGION, SECRET, TARGETS, refused
from report import Report, equal

report = Report("s3fs")
BODY = os.urandom(11 * 1024 * 1024)


BY_ADDRESS = {"endpoint_url": ENDPOINT, "client_kwargs": {"region_name": REGION}}
BY_PROXY = {
    "config_kwargs": {"proxies": {"https": ENDPOINT}},
    "client_kwargs": {"region_name": REGION, "verify": CA},
}


def filesystem(secret=SECRET, way=BY_ADDRESS):
    s3 = s3fs.S3FileSystem(
        key=KEY, secret=secret, default_block_size=5 * 1024 * 1024, skip_instance_cache=True, **way
    )
    s3.retries = 1
    return s3


for target, bucket, way in [(*target, BY_ADDRESS) for target in TARGETS] + [("arn", ARN, BY_PROXY)]:
    s3 = filesystem(way=way)
    root = f"{bucket}/fs-{target}"

    @report.check(target, "written and read, small and in parts")
    def _(s3=s3, root=root):
        s3.pipe(f"{root}/small ü+.txt", b"hello")
        with s3.open(f"{root}/big.bin", "wb") as file:
            file.write(BODY)
        equal(s3.cat(f"{root}/small ü+.txt"), b"hello")
        equal(s3.cat(f"{root}/big.bin") == BODY, True)
        equal(s3.cat_file(f"{root}/big.bin", start=10, end=20), BODY[10:20])

    @report.check(target, "listed, found, globbed")
    def _(s3=s3, root=root):
        s3.invalidate_cache()
        equal(s3.ls(root), [f"{root}/big.bin", f"{root}/small ü+.txt"])
        equal(s3.glob(f"{root}/*.bin"), [f"{root}/big.bin"])
        equal((s3.exists(f"{root}/no"), s3.isdir(root), s3.size(f"{root}/big.bin")), (False, True, len(BODY)))

    @report.check(target, "one removed")
    def _(s3=s3, root=root):
        s3.rm_file(f"{root}/small ü+.txt")
        equal(s3.exists(f"{root}/small ü+.txt"), False)


@report.check("bucket", "copied, moved, a folder removed")
def _():
    s3 = filesystem()
    s3.copy("tools-usw2/fs-bucket/big.bin", "tools-usw2/fs-bucket/copy.bin")
    s3.mv("tools-usw2/fs-bucket/copy.bin", "tools-usw2/fs-bucket/moved.bin")
    s3.rm("tools-usw2/fs-bucket", recursive=True)
    equal(s3.exists("tools-usw2/fs-bucket"), False)


@report.check("alias", "copies and the removal of a folder are refused")
def _():
    s3 = filesystem()
    root = "mtoolsglobal0.mrap/fs-alias"
    refused("not allowed", lambda: s3.copy(f"{root}/big.bin", f"{root}/copy.bin"))
    refused("not allowed", lambda: s3.rm(root, recursive=True))


@report.check("bucket", "a wrong secret is refused")
def _():
    refused("signature", lambda: filesystem("wrong").pipe("tools-usw2/no", b"x"))


report.end()
