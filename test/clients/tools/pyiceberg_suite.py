"""pyiceberg with both of its file layers, PyArrow and fsspec, and its catalogue in SQLite. With fsspec and awscrt it takes the access
point's ARN (its colon form), through the proxy."""

import os

import pyarrow as pa
from place import ARN, CA, ENDPOINT, KEY, REGION, SECRET, TARGETS, refused
from pyiceberg.catalog.sql import SqlCatalog
from report import Report, equal

report = Report("pyiceberg")
ROWS = pa.table({"n": list(range(100)), "part": [n % 4 for n in range(100)]})


BY_ADDRESS = {"s3.endpoint": ENDPOINT}
BY_PROXY = {"s3.proxy-uri": ENDPOINT}
LAYERS = {"pyarrow": "pyiceberg.io.pyarrow.PyArrowFileIO", "fsspec": "pyiceberg.io.fsspec.FsspecFileIO"}


def catalog(layer, bucket, prefix, secret=SECRET, way=BY_ADDRESS):
    made = SqlCatalog(
        "here",
        **{
            "uri": "sqlite:///:memory:",
            "warehouse": f"s3://{bucket}/{prefix}",
            "py-io-impl": LAYERS[layer],
            "s3.region": REGION,
            "s3.access-key-id": KEY,
            "s3.secret-access-key": secret,
            **way,
        },
    )
    made.create_namespace("sales")
    return made


def suite(target, bucket, layer, way=BY_ADDRESS):
    here = catalog(layer, bucket, f"iceberg-{layer}-{target}", way=way)

    @report.check(target, f"{layer}: a table made, appended to, overwritten, scanned")
    def _():
        table = here.create_table("sales.orders", ROWS.schema)
        table.append(ROWS)
        table.append(ROWS)
        equal(table.scan().to_arrow().num_rows, 200)
        equal(table.scan(row_filter="part = 1").to_arrow().num_rows, 50)
        table.overwrite(ROWS)
        equal(here.load_table("sales.orders").scan().to_arrow().num_rows, 100)


for target, bucket in TARGETS:
    for layer in ("pyarrow", "fsspec"):
        suite(target, bucket, layer)
os.environ["AWS_CA_BUNDLE"] = CA
suite("arn", ARN.replace("/", ":"), "fsspec", BY_PROXY)


@report.check("bucket", "a table purged")
def _():
    here = catalog("fsspec", "tools-usw2", "iceberg-purged")
    here.create_table("sales.orders", ROWS.schema).append(ROWS)
    here.purge_table("sales.orders")
    equal(here.table_exists("sales.orders"), False)


@report.check("bucket", "a wrong secret is refused")
def _():
    here = catalog("fsspec", "tools-usw2", "iceberg-refused", "wrong")
    refused("Forbidden", lambda: here.create_table("sales.orders", ROWS.schema))


report.end()
