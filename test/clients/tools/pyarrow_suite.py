"""pyarrow: the AWS SDK for C++ beneath Arrow, pandas and dask."""

import os

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from place import HOST, KEY, REGION, SECRET, TARGETS, refused
from pyarrow import fs
from report import Report, equal

report = Report("pyarrow")
BODY = os.urandom(11 * 1024 * 1024)
TABLE = pa.table({"n": list(range(1000)), "s": [f"row {n}" for n in range(1000)]})


def filesystem(secret=SECRET):
    return fs.S3FileSystem(
        access_key=KEY, secret_key=secret, region=REGION, endpoint_override=HOST, scheme="http", request_timeout=20
    )


def read(s3, path):
    with s3.open_input_file(path) as file:
        return file.read()


def write(s3, path, body):
    with s3.open_output_stream(path) as file:
        file.write(body)


def suite(target, bucket, s3):
    root = f"{bucket}/{target}"

    @report.check(target, "a small file and one in parts, written and read")
    def _():
        for name, body in (("small ü.bin", b"hello"), ("big.bin", BODY)):
            write(s3, f"{root}/files/{name}", body)
            equal(read(s3, f"{root}/files/{name}") == body, True)

    @report.check(target, "a range of a file")
    def _():
        with s3.open_input_file(f"{root}/files/big.bin") as file:
            equal(file.read_at(10, 6_000_000), BODY[6_000_000:6_000_010])

    @report.check(target, "a folder listed")
    def _():
        infos = s3.get_file_info(fs.FileSelector(f"{root}/files", recursive=True))
        equal({info.base_name: info.size for info in infos}, {"small ü.bin": 5, "big.bin": len(BODY)})

    @report.check(target, "a table as Parquet, and a dataset in partitions")
    def _():
        pq.write_table(TABLE, f"{root}/table.parquet", filesystem=s3)
        equal(pq.read_table(f"{root}/table.parquet", filesystem=s3), TABLE)
        table = TABLE.append_column("part", pa.array([n % 3 for n in range(1000)]))
        ds.write_dataset(table, f"{root}/set", filesystem=s3, format="parquet", partitioning=["part"])
        found = ds.dataset(f"{root}/set", filesystem=s3, partitioning=["part"])
        equal(found.count_rows(filter=ds.field("part") == 1), 333)


for target, bucket in TARGETS:
    suite(target, bucket, filesystem())


@report.check("bucket", "copied, moved, and a folder deleted")
def _():
    s3 = filesystem()
    s3.copy_file("tools-usw2/bucket/files/big.bin", "tools-usw2/bucket/files/copy.bin")
    s3.move("tools-usw2/bucket/files/copy.bin", "tools-usw2/bucket/files/moved.bin")
    equal(read(s3, "tools-usw2/bucket/files/moved.bin") == BODY, True)
    s3.delete_dir("tools-usw2/bucket/files")
    equal(s3.get_file_info("tools-usw2/bucket/files").type, fs.FileType.NotFound)


@report.check("alias", "a file deleted; a move is refused, as copies are")
def _():
    s3 = filesystem()
    write(s3, "mtoolsglobal0.mrap/one/a", b"a")
    refused("MethodNotAllowed", lambda: s3.move("mtoolsglobal0.mrap/one/a", "mtoolsglobal0.mrap/one/b"))
    s3.delete_file("mtoolsglobal0.mrap/one/a")


@report.check("bucket", "a wrong secret is refused")
def _():
    refused("SIGNATURE_DOES_NOT_MATCH", lambda: write(filesystem("wrong"), "tools-usw2/refused", b"x"))


report.end()
